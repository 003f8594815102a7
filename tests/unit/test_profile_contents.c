/* SPDX-License-Identifier: BSD-2-Clause */
/* What a profile asks of a message's contents: its interval, and the TLVs that it must have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "profile_bed.h"

static void intervals_outside_the_range_are_noticed(void **state)
{
	/* the ends of what is allowed */
	static const struct {
		const char *name;
		unsigned int type;
		int min, max;
	} range[] = {
		{"default-e2e", PTP_ANNOUNCE, 0, 4},
		{"default-e2e", PTP_SYNC, -1, 1},
		{"default-e2e", PTP_FOLLOW_UP, -1, 1},
		{"default-e2e", PTP_DELAY_RESP, 0, 5},
		{"default-p2p", PTP_PDELAY_REQ, 0, 5},
		{"g8275.1", PTP_ANNOUNCE, -3, -3},
		{"g8275.1", PTP_SYNC, -4, -4},
		{"g8275.1", PTP_DELAY_RESP, -4, -4},
		{"g8275.2", PTP_ANNOUNCE, -3, 0},
		{"g8275.2", PTP_SYNC, -7, 0},
		{"g8265.1", PTP_ANNOUNCE, -3, 4},
		{"g8265.1", PTP_DELAY_RESP, -7, 4},
		{"802.1as", PTP_ANNOUNCE, 0, 0},
		{"802.1as", PTP_SYNC, -3, -3},
		{"802.1as", PTP_PDELAY_REQ, 0, 0},
		{"st2059-2", PTP_ANNOUNCE, -3, 1},
		{"st2059-2", PTP_SYNC, -7, -1},
		{"aes67", PTP_ANNOUNCE, 0, 4},
		{"aes67", PTP_SYNC, -4, 1},
		{"aes67", PTP_DELAY_RESP, -3, 5},
		{"61850-9-3", PTP_SYNC, 0, 0},
		{"61850-9-3", PTP_PDELAY_REQ, 0, 0},
		{"c37.238", PTP_ANNOUNCE, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(range) / sizeof(*range); i++) {
		struct sighting sighting;
		char said[PROFILE_ERROR];

		(void)profile_bed_begin(range[i].name);
		sighting = profile_bed_message(range[i].name, range[i].type);
		sighting.message.log_interval = (int8_t)range[i].min;
		profile_bed_conforms(&sighting);
		sighting.message.log_interval = (int8_t)range[i].max;
		profile_bed_conforms(&sighting);
		sighting.message.log_interval = (int8_t)(range[i].min - 1);
		profile_bed_breaks(&sighting, PROFILE_INTERVAL, NULL);
		sighting.message.log_interval = (int8_t)(range[i].max + 1);
		if (range[i].min == range[i].max) {
			snprintf(said, sizeof(said),
				 "logMessageInterval of %s is %d where %d is asked for",
				 ptp_type_text(range[i].type), range[i].max + 1, range[i].min);
		} else {
			snprintf(said, sizeof(said),
				 "logMessageInterval of %s is %d where %d to %d are asked for",
				 ptp_type_text(range[i].type), range[i].max + 1, range[i].min,
				 range[i].max);
		}
		profile_bed_breaks(&sighting, PROFILE_INTERVAL, said);
	}
}

static void no_interval_is_fine_where_the_standard_has_it(void **state)
{
	struct sighting sighting;

	(void)state;
	(void)profile_bed_begin("g8275.2"); /* unicast */
	sighting = profile_bed_message("g8275.2", PTP_SYNC);
	sighting.message.log_interval = PTP_NO_INTERVAL;
	profile_bed_conforms(&sighting);
	(void)profile_bed_begin("default-e2e"); /* multicast */
	sighting = profile_bed_message("default-e2e", PTP_SYNC);
	sighting.message.log_interval = PTP_NO_INTERVAL;
	profile_bed_breaks(&sighting, PROFILE_INTERVAL, NULL);
	(void)profile_bed_begin("default-p2p");
	sighting = profile_bed_message("default-p2p", PTP_PDELAY_REQ);
	sighting.message.log_interval = PTP_NO_INTERVAL;
	profile_bed_conforms(&sighting);
}

static void a_missing_tlv_is_noticed(void **state)
{
	static const uint8_t of_another[] = {0, 3, 0, 8, 0, 0x80, 0xc2, 0, 0, 2, 0, 0},
			     short_one[] = {0, 3, 0, 4, 0x1c, 0x12, 0x9d, 0},
			     behind_another[] = {0, 9, 0, 2, 0, 0, 0, 8, 0, 0};
	struct sighting sighting;

	(void)state;
	(void)profile_bed_begin("802.1as");
	sighting = profile_bed_message("802.1as", PTP_FOLLOW_UP);
	sighting.message.tlvs_length = 0;
	profile_bed_breaks(&sighting, PROFILE_TLV,
			   "follow_up lacks TLV 0x0003 of organization 0080c2, subtype 000001");
	/* it may be there, where the capture has cut the message */
	sighting.message.cut = true;
	profile_bed_conforms(&sighting);
	sighting.message.cut = false;
	sighting.message.tlvs = of_another;
	sighting.message.tlvs_length = sizeof(of_another);
	profile_bed_breaks(&sighting, PROFILE_TLV, NULL);
	sighting = profile_bed_message("802.1as", PTP_ANNOUNCE);
	sighting.message.tlvs_length = 0;
	profile_bed_breaks(&sighting, PROFILE_TLV, "announce lacks TLV 0x0008");
	sighting.message.tlvs = behind_another;
	sighting.message.tlvs_length = sizeof(behind_another);
	profile_bed_conforms(&sighting);
	(void)profile_bed_begin("c37.238");
	sighting = profile_bed_message("c37.238", PTP_ANNOUNCE);
	sighting.message.tlvs = short_one;
	sighting.message.tlvs_length = sizeof(short_one);
	profile_bed_breaks(&sighting, PROFILE_TLV,
			   "announce lacks TLV 0x0003 of organization 1c129d, subtype 000002");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_outside_the_range_are_noticed),
		cmocka_unit_test(no_interval_is_fine_where_the_standard_has_it),
		cmocka_unit_test(a_missing_tlv_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
