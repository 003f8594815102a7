/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes to PTP messages. The literal messages were read by tshark 4.0 (-O ptp), field by field;
 * intervals, times and clock names were worked by hand.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bytes.h"
#include "frame_bed.h"
#include "ptp_message.h"

#define HEADER(type, length, flags, log)   \
	type " 12 " length " 18 05 " flags \
	     " fffffffffffe8000 89abcdef 0a0b0cfffe0f1011 0102 fffe 42 " log " "
#define STAMP       "0001 6553f100 3b9ac9ff "
#define REQUESTING  "aabbccfffeddeeff 0304 "
#define SYNC        HEADER("30", "002c", "0204", "fc") STAMP
#define PDELAY_REQ  HEADER("32", "0036", "0000", "7f") STAMP "00000000000000000000"
#define PDELAY_RESP HEADER("33", "0036", "0200", "7f") STAMP REQUESTING
#define DELAY_RESP  HEADER("39", "0036", "0000", "7f") STAMP REQUESTING
#define ANNOUNCE                           \
	HEADER("3b", "0040", "003c", "01") \
	STAMP "0025 00 7f 06 21 4e5d 80 "  \
	      "001122fffe334455 0003 20"
#define SIGNALING  HEADER("3c", "0034", "0400", "7f") REQUESTING "0004 0004 b0 fe 000a"
#define MANAGEMENT HEADER("3d", "0036", "0000", "7f") REQUESTING "01 02 00 00 0001 0002 2000"

static struct frame_bed bed;
static struct ptp_message message;

static enum ptp_result decode_cut(size_t captured)
{
	return ptp_message_decode(bed.bytes, captured, bed.length, &message);
}

static enum ptp_result decode(const char *hex)
{
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, hex);
	memset(&message, 0xee, sizeof(message));
	return decode_cut(bed.length);
}

static void every_field_of_the_header_is_read(void **state)
{
	(void)state;
	assert_int_equal(decode(SYNC), PTP_OK);
	assert_int_equal(message.type, PTP_SYNC);
	assert_int_equal(message.sdo_id, 0x305);
	assert_int_equal(message.version, 2);
	assert_int_equal(message.minor_version, 1);
	assert_int_equal(message.length, 44);
	assert_int_equal(message.domain, 24);
	assert_int_equal(message.flags, PTP_TWO_STEP | PTP_UTC_OFFSET_VALID);
	assert_int_equal(message.correction, -98304);
	assert_true(message.type_specific == 0x89abcdef);
	assert_true(message.source.clock == UINT64_C(0x0a0b0cfffe0f1011));
	assert_int_equal(message.source.port, 0x102);
	assert_int_equal(message.sequence_id, 65534);
	assert_int_equal(message.control, 0x42);
	assert_int_equal(message.log_interval, -4);
	assert_null(message.tlvs);
	assert_int_equal(message.tlvs_length, 0);
}

static void each_body_is_read_as_its_type_has_it(void **state)
{
	static const char *const stamped[] = {SYNC, PDELAY_REQ, PDELAY_RESP, DELAY_RESP, ANNOUNCE};

	(void)state;
	for (size_t i = 0; i < sizeof(stamped) / sizeof(*stamped); i++) {
		assert_int_equal(decode(stamped[i]), PTP_OK);
		/* 2^32 + 0x6553f100 */
		assert_true(message.stamp.seconds == UINT64_C(5994967296));
		assert_true(message.stamp.nanoseconds == 999999999);
	}
	assert_int_equal(decode(PDELAY_RESP), PTP_OK);
	assert_true(message.requesting.clock == UINT64_C(0xaabbccfffeddeeff));
	assert_int_equal(message.requesting.port, 0x304);
	assert_int_equal(decode(DELAY_RESP), PTP_OK);
	assert_true(message.requesting.clock == UINT64_C(0xaabbccfffeddeeff));
	assert_int_equal(decode(SIGNALING), PTP_OK);
	assert_true(message.requesting.clock == UINT64_C(0xaabbccfffeddeeff));
	assert_int_equal(message.requesting.port, 0x304);
	assert_true(message.stamp.seconds == 0);
	assert_int_equal(decode(PDELAY_REQ), PTP_OK);
	assert_true(message.requesting.clock == 0 && message.requesting.port == 0);
}

static void an_announce_has_its_members(void **state)
{
	(void)state;
	assert_int_equal(decode(ANNOUNCE), PTP_OK);
	assert_int_equal(message.announce.utc_offset, 37);
	assert_int_equal(message.announce.priority1, 127);
	assert_int_equal(message.announce.clock_class, 6);
	assert_int_equal(message.announce.clock_accuracy, 0x21);
	assert_int_equal(message.announce.variance, 0x4e5d);
	assert_int_equal(message.announce.priority2, 128);
	assert_true(message.announce.grandmaster == UINT64_C(0x001122fffe334455));
	assert_int_equal(message.announce.steps_removed, 3);
	assert_int_equal(message.announce.time_source, 0x20);
	assert_int_equal(message.flags, PTP_UTC_OFFSET_VALID | PTP_TIMESCALE | PTP_TIME_TRACEABLE |
						PTP_FREQUENCY_TRACEABLE);
	bed.bytes[44] = 0xff;
	bed.bytes[45] = 0xfe;
	assert_int_equal(decode_cut(bed.length), PTP_OK);
	assert_int_equal(message.announce.utc_offset, -2);
}

static void tlvs_come_one_after_another(void **state)
{
	struct ptp_tlv tlv;
	size_t offset = 0;

	(void)state;
	assert_int_equal(
		decode(HEADER("38", "003a", "0000", "00") STAMP "0003 0006 0080c2000001 0008 0000"),
		PTP_OK);
	assert_int_equal(message.tlvs_length, 14);
	assert_true(ptp_message_tlv(&message, &offset, &tlv));
	assert_int_equal(tlv.type, 3);
	assert_int_equal(tlv.length, 6);
	assert_ptr_equal(tlv.value, bed.bytes + 48);
	assert_true(ptp_message_tlv(&message, &offset, &tlv));
	assert_int_equal(tlv.type, 8);
	assert_int_equal(tlv.length, 0);
	assert_false(ptp_message_tlv(&message, &offset, &tlv));

	offset = 0;
	assert_int_equal(decode(SYNC), PTP_OK);
	assert_false(ptp_message_tlv(&message, &offset, &tlv));
	offset = SIZE_MAX;
	assert_false(ptp_message_tlv(&message, &offset, &tlv));

	offset = 0;
	assert_int_equal(decode(SIGNALING), PTP_OK);
	assert_true(ptp_message_tlv(&message, &offset, &tlv));
	assert_int_equal(tlv.type, 4);
	assert_int_equal(tlv.length, 4);
	offset = 0;
	assert_int_equal(decode(MANAGEMENT), PTP_OK);
	assert_true(ptp_message_tlv(&message, &offset, &tlv));
	assert_int_equal(tlv.type, 1);
	assert_int_equal(tlv.length, 2);
}

static void what_follows_message_length_is_no_tlv(void **state)
{
	(void)state;
	/* two bytes behind UDP over IPv6; and what looks like a TLV, in Ethernet's padding */
	assert_int_equal(decode(SYNC "0000"), PTP_OK);
	assert_int_equal(message.length, 44);
	assert_int_equal(message.tlvs_length, 0);
	assert_int_equal(decode(SYNC "0003 ffff 00"), PTP_OK);
	assert_int_equal(message.tlvs_length, 0);
}

static void a_message_shorter_than_its_type_is_malformed(void **state)
{
	static const struct {
		const char *hex;
		size_t length;
	} shortest[] = {
		{SYNC, 44},
		{HEADER("31", "002c", "0000", "7f") STAMP, 44},
		{PDELAY_REQ, 54},
		{PDELAY_RESP, 54},
		{HEADER("38", "002c", "0000", "00") STAMP, 44},
		{DELAY_RESP, 54},
		{HEADER("3a", "0036", "0000", "7f") STAMP REQUESTING, 54},
		{ANNOUNCE, 64},
		{HEADER("3c", "002c", "0000", "7f") REQUESTING, 44},
		{HEADER("3d", "0030", "0000", "7f") REQUESTING "01 02 00 00", 48},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shortest) / sizeof(*shortest); i++) {
		assert_int_equal(decode(shortest[i].hex), PTP_OK);
		assert_int_equal(bed.length, shortest[i].length);
		/* messageLength one less, and the frame one byte less */
		bytes_put_be16(bed.bytes + 2, (uint16_t)(shortest[i].length - 1));
		assert_int_equal(decode_cut(bed.length), PTP_MALFORMED);
		assert_int_equal(decode(shortest[i].hex), PTP_OK);
		bed.length--;
		assert_int_equal(decode_cut(bed.length), PTP_MALFORMED);
		/* of any length: refused, and nothing is read behind it */
		for (size_t length = 0; length < shortest[i].length; length++) {
			bed.length = length;
			assert_int_equal(decode_cut(length),
					 length < 34 ? PTP_FOREIGN : PTP_MALFORMED);
		}
	}
}

static void a_tlv_that_leaves_the_message_is_malformed(void **state)
{
	(void)state;
	assert_int_equal(decode(HEADER("38", "0031", "0000", "00") STAMP "0003 0002 01"),
			 PTP_MALFORMED);
	/* it would end within the frame, but not within messageLength */
	assert_int_equal(decode(HEADER("38", "0032", "0000", "00") STAMP "0003 0003 010203"),
			 PTP_MALFORMED);
	assert_int_equal(decode(HEADER("38", "0030", "0000", "00") STAMP "0003 ffff"),
			 PTP_MALFORMED);
	/* less than a TLV's header is left */
	assert_int_equal(decode(HEADER("38", "002f", "0000", "00") STAMP "000300"), PTP_MALFORMED);
	assert_int_equal(decode(HEADER("38", "0031", "0000", "00") STAMP "0003000000"),
			 PTP_MALFORMED);
}

static void a_cut_message_has_no_tlvs(void **state)
{
	(void)state;
	assert_int_equal(decode(HEADER("3b", "004e", "003c", "01") STAMP
				"0025 00 7f 06 21 4e5d 80 001122fffe334455 0003 20"
				"0008 ffff 0102030405060708 0000"),
			 PTP_MALFORMED);
	/* what of the TLV could be seen isn't wrong */
	for (size_t captured = 64; captured < 78; captured++) {
		assert_int_equal(decode_cut(captured), PTP_CUT);
		assert_int_equal(message.announce.steps_removed, 3);
		assert_null(message.tlvs);
		assert_int_equal(message.tlvs_length, 0);
	}
	memset(&message, 0xee, sizeof(message));
	for (size_t captured = 0; captured < 64; captured++) {
		assert_int_equal(decode_cut(captured), PTP_SHORT);
		assert_int_equal(message.type, 0xee);
	}
}

static void other_versions_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(decode(SYNC), PTP_OK);
	bed.bytes[1] = 1; /* version 1 begins with 0001 */
	assert_int_equal(decode_cut(bed.length), PTP_OTHER_VERSION);
	bed.bytes[1] = 0x13;
	assert_int_equal(decode_cut(bed.length), PTP_OTHER_VERSION);
	bed.bytes[1] = 0x20;
	assert_int_equal(decode_cut(bed.length), PTP_FOREIGN);
	bed.bytes[1] = 0xf2;
	assert_int_equal(decode_cut(bed.length), PTP_OK);
	assert_int_equal(message.minor_version, 15);
}

static void a_reserved_type_is_its_header_alone(void **state)
{
	static const uint8_t reserved[] = {0x4, 0x5, 0x6, 0x7, 0xe, 0xf};

	(void)state;
	assert_int_equal(decode(ANNOUNCE), PTP_OK);
	for (size_t i = 0; i < sizeof(reserved); i++) {
		bed.bytes[0] = reserved[i];
		assert_int_equal(decode_cut(bed.length), PTP_OK);
		assert_int_equal(message.type, reserved[i]);
		assert_int_equal(message.domain, 24);
		assert_true(message.stamp.seconds == 0 && message.announce.grandmaster == 0);
		assert_int_equal(message.tlvs_length, 0);
		assert_string_equal(ptp_type_text(reserved[i]), "reserved");
	}
}

static void types_have_the_standards_names(void **state)
{
	static const struct {
		unsigned int type;
		const char *name;
	} named[] = {
		{0, "sync"},
		{1, "delay_req"},
		{2, "pdelay_req"},
		{3, "pdelay_resp"},
		{8, "follow_up"},
		{9, "delay_resp"},
		{10, "pdelay_resp_follow_up"},
		{11, "announce"},
		{12, "signaling"},
		{13, "management"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		assert_string_equal(ptp_type_text(named[i].type), named[i].name);
		assert_int_equal(ptp_type_find(named[i].name), named[i].type);
	}
	assert_string_equal(ptp_type_text(1000), "reserved");
	assert_int_equal(ptp_type_find("reserved"), -1);
	assert_int_equal(ptp_type_find("Sync"), -1);
	assert_int_equal(ptp_type_find(""), -1);
}

static void times_end_where_63_bits_do(void **state)
{
	int64_t ns = 7;

	(void)state;
	assert_true(ptp_timestamp_ns(&(struct ptp_timestamp){1700000000, 7}, &ns));
	assert_int_equal(ns, 1700000000000000007);
	assert_true(ptp_timestamp_ns(&(struct ptp_timestamp){0, 0}, &ns));
	assert_int_equal(ns, 0);
	assert_true(ptp_timestamp_ns(&(struct ptp_timestamp){9223372036, 854775807}, &ns));
	assert_true(ns == INT64_MAX);
	assert_false(ptp_timestamp_ns(&(struct ptp_timestamp){9223372036, 854775808}, &ns));
	assert_false(ptp_timestamp_ns(&(struct ptp_timestamp){9223372037, 0}, &ns));
	assert_false(ptp_timestamp_ns(&(struct ptp_timestamp){0xffffffffffff, 999999999}, &ns));
	assert_false(ptp_timestamp_ns(&(struct ptp_timestamp){1, 1000000000}, &ns));
	assert_true(ns == INT64_MAX);
}

static void a_correction_is_rounded_towards_zero(void **state)
{
	(void)state;
	assert_int_equal(ptp_correction_ns(65536), 1);
	assert_int_equal(ptp_correction_ns(98304), 1);
	assert_int_equal(ptp_correction_ns(-98304), -1);
	assert_int_equal(ptp_correction_ns(-65535), 0);
	assert_int_equal(ptp_correction_ns(INT64_MAX), 140737488355327);
}

static void intervals_are_powers_of_two_seconds(void **state)
{
	(void)state;
	assert_int_equal(ptp_interval_ns(0), 1000000000);
	assert_int_equal(ptp_interval_ns(1), 2000000000);
	assert_int_equal(ptp_interval_ns(-3), 125000000);
	assert_int_equal(ptp_interval_ns(-4), 62500000);
	assert_int_equal(ptp_interval_ns(-7), 7812500);
	assert_int_equal(ptp_interval_ns(-10), 976563); /* 976562.5 */
	assert_int_equal(ptp_interval_ns(30), 1073741824000000000);
	assert_int_equal(ptp_interval_ns(-30), 1); /* 0.93 */
	assert_int_equal(ptp_interval_ns(31), 0);
	assert_int_equal(ptp_interval_ns(-31), 0);
	assert_int_equal(ptp_interval_ns(-128), 0);
	assert_int_equal(ptp_interval_ns(PTP_NO_INTERVAL), 0);
}

static void clocks_are_written_as_linuxptp_does(void **state)
{
	static const struct ptp_port_identity port = {UINT64_C(0x001122fffe334455), 1},
					      largest = {UINT64_MAX, UINT16_MAX};
	char text[PTP_PORT_TEXT];

	(void)state;
	assert_string_equal(ptp_clock_text(port.clock, text), "001122.fffe.334455");
	assert_string_equal(ptp_port_text(&port, text), "001122.fffe.334455-1");
	assert_string_equal(ptp_port_text(&largest, text), "ffffff.ffff.ffffff-65535");
}

static void clocks_are_read_in_the_usual_forms(void **state)
{
	static const char *const good[] = {"001122.fffe.aabbcc", "001122FFFEAABBCC",
					   "00:11:22:ff:fe:aa:bb:cc", "00-11-22-FF-FE-AA-BB-CC"};
	static const char *const bad[] = {
		"",
		"0",
		"001122fffeaabbc",
		"001122fffeaabbccd",
		"001122.fffe.aabbcc-1",
		"001122.fffeaabbcc",
		"001122fffe.aabbcc",
		"00:11:22:ff:fe:aa:bb",
		"00:11:22:ff:fe:aa:bb:cc:",
		"00:11-22:ff:fe:aa:bb:cc",
		"0011:22ff:feaa:bbcc",
		"0x001122fffeaabb",
		"001122fffeaabbcg",
		" 01122fffeaabbcc",
		".0112.fffe.aabbcc",
	};
	uint64_t clock;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		clock = 0;
		assert_int_equal(ptp_clock_parse(good[i], &clock), 0);
		assert_true(clock == UINT64_C(0x001122fffeaabbcc));
	}
	clock = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(ptp_clock_parse(bad[i], &clock), -EINVAL);
	}
	assert_true(clock == 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_the_header_is_read),
		cmocka_unit_test(each_body_is_read_as_its_type_has_it),
		cmocka_unit_test(an_announce_has_its_members),
		cmocka_unit_test(tlvs_come_one_after_another),
		cmocka_unit_test(what_follows_message_length_is_no_tlv),
		cmocka_unit_test(a_message_shorter_than_its_type_is_malformed),
		cmocka_unit_test(a_tlv_that_leaves_the_message_is_malformed),
		cmocka_unit_test(a_cut_message_has_no_tlvs),
		cmocka_unit_test(other_versions_are_told_apart),
		cmocka_unit_test(a_reserved_type_is_its_header_alone),
		cmocka_unit_test(types_have_the_standards_names),
		cmocka_unit_test(times_end_where_63_bits_do),
		cmocka_unit_test(a_correction_is_rounded_towards_zero),
		cmocka_unit_test(intervals_are_powers_of_two_seconds),
		cmocka_unit_test(clocks_are_written_as_linuxptp_does),
		cmocka_unit_test(clocks_are_read_in_the_usual_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
