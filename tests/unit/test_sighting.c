/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames to PTP messages, and how they were carried; headers are written out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bytes.h"
#include "frame_bed.h"
#include "sighting.h"

#define SYNC                                                                                \
	"00 02 002c 18 00 0200 0000000000000000 00000000 0a0b0cfffe0f1011 0001 0007 00 fc " \
	"0000 6553f100 006acfc0"

static struct frame_bed bed;
static struct sighting seen;

static enum sighting_result look(void)
{
	struct frame frame = frame_bed_frame(&bed, FRAME_ETHERNET);

	memset(&seen, 0xee, sizeof(seen));
	return sighting_look(&frame, 77, &seen);
}

static void build_ipv4(const char *udp, const char *payload)
{
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0800);
	frame_bed_hex(&bed, "45 b8 0048 1234 4000 01 11 dead 0a1f0001 e0000181");
	frame_bed_hex(&bed, udp);
	frame_bed_hex(&bed, payload);
}

static void build_ipv6(const char *payload, size_t length)
{
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x86dd);
	frame_bed_ipv6(&bed, 8 + length, 17);
	frame_bed_hex(&bed, "013f 013f");
	bytes_put_be16(bed.bytes + bed.length, (uint16_t)(8 + length));
	bed.length += 2;
	frame_bed_hex(&bed, "dead");
	frame_bed_hex(&bed, payload);
}

static void assert_carried(const char *source, const char *destination)
{
	char text[ENDPOINT_TEXT];

	assert_string_equal(endpoint_text(&seen.source, text), source);
	assert_string_equal(endpoint_text(&seen.destination, text), destination);
	assert_int_equal(seen.message.domain, 24);
	assert_int_equal(seen.message.sequence_id, 7);
	assert_int_equal(seen.message.log_interval, -4);
}

static void a_message_over_ipv4_is_seen(void **state)
{
	struct frame frame;

	(void)state;
	build_ipv4("013f 013f 0034 dead", SYNC);
	frame = frame_bed_frame(&bed, FRAME_ETHERNET);
	frame.stamp_ns = 1700000000123456789;
	assert_int_equal(sighting_look(&frame, 77, &seen), SIGHTING_MESSAGE);
	assert_int_equal(seen.transport, TRANSPORT_UDP4);
	assert_carried("10.31.0.1:319", "224.0.1.129:319");
	assert_int_equal(seen.rx_ns, 1700000000123456789);
	assert_int_equal(seen.mono_ns, 77);
	assert_int_equal(seen.stamp, STAMP_SOFTWARE);
	assert_int_equal(seen.ttl, 1);
	assert_int_equal(seen.dscp, 46);
	assert_int_equal(seen.vlan, -1);
	assert_int_equal(seen.pcp, -1);
}

static void ipv6s_two_further_bytes_are_no_part_of_it(void **state)
{
	(void)state;
	build_ipv6(SYNC "0000", 46);
	assert_int_equal(look(), SIGHTING_MESSAGE);
	assert_int_equal(seen.transport, TRANSPORT_UDP6);
	assert_carried("[fd31::1]:319", "[ff15::1]:319");
	assert_int_equal(seen.ttl, 3);
	assert_int_equal(seen.dscp, 46);
	assert_int_equal(seen.message.length, 44);
	assert_int_equal(seen.message.tlvs_length, 0);
}

static void a_message_in_ethernet_may_be_padded_and_tagged(void **state)
{
	(void)state;
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, "011b19000000 020000000001 88f7" SYNC "0000");
	assert_int_equal(look(), SIGHTING_MESSAGE);
	assert_int_equal(seen.transport, TRANSPORT_ETHERNET);
	assert_carried("02:00:00:00:00:01", "01:1b:19:00:00:00");
	assert_int_equal(seen.ttl, -1);
	assert_int_equal(seen.dscp, -1);
	assert_int_equal(seen.vlan, -1);
	assert_int_equal(seen.pcp, -1);
	assert_int_equal(seen.message.tlvs_length, 0);

	/* the outer tag: VID 100, priority 5, drop eligible; the inner: VID 7, priority 1 */
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, "011b19000000 020000000001 88a8 b064 8100 2007 88f7" SYNC);
	assert_int_equal(look(), SIGHTING_MESSAGE);
	assert_int_equal(seen.vlan, 100);
	assert_int_equal(seen.pcp, 5);

	/* priority alone, as IEC 61850 has it: VID 0 */
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, "011b19000000 020000000001 8100 8000 88f7" SYNC);
	assert_int_equal(look(), SIGHTING_MESSAGE);
	assert_int_equal(seen.vlan, 0);
	assert_int_equal(seen.pcp, 4);
}

static void unicast_from_port_319_is_seen_as_well(void **state)
{
	(void)state;
	build_ipv4("013f c000 0034 dead", SYNC);
	assert_int_equal(look(), SIGHTING_MESSAGE);
	build_ipv4("c000 0140 0034 dead", SYNC);
	assert_int_equal(look(), SIGHTING_MESSAGE);
	build_ipv4("c000 0141 0034 dead", SYNC);
	assert_int_equal(look(), SIGHTING_OTHER);
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0806);
	frame_bed_hex(&bed, SYNC);
	assert_int_equal(look(), SIGHTING_OTHER);
}

static void what_cannot_be_read_is_told_apart(void **state)
{
	(void)state;
	build_ipv4("013f 013f 0034 dead", SYNC);
	bed.bytes[42 + 1] = 1;
	assert_int_equal(look(), SIGHTING_VERSION);
	bed.bytes[42 + 1] = 0;
	assert_int_equal(look(), SIGHTING_MALFORMED);
	bed.bytes[42 + 1] = 2;
	bed.bytes[42 + 3] = 43;
	assert_int_equal(look(), SIGHTING_MALFORMED);
	bed.bytes[42 + 3] = 45;
	assert_int_equal(look(), SIGHTING_MALFORMED);
	build_ipv4("013f 013f 000a dead", "ffff");
	assert_int_equal(look(), SIGHTING_MALFORMED);
	assert_int_equal(seen.vlan, (int16_t)0xeeee);
}

static void a_cut_frame_is_not_called_malformed(void **state)
{
	struct frame frame;

	(void)state;
	build_ipv4(
		"0140 0140 003c dead",
		"08 02 0034 18 00 0200 0000000000000000 00000000 0a0b0cfffe0f1011 0001 0007 00 fc "
		"0000 6553f100 006acfc0 0008 0004 00000000");
	bed.bytes[14 + 3] = 0x50;
	frame = frame_bed_frame(&bed, FRAME_ETHERNET);
	assert_int_equal(sighting_look(&frame, 77, &seen), SIGHTING_MESSAGE);
	assert_int_equal(seen.message.tlvs_length, 8);
	frame.captured = 42 + 44;
	assert_int_equal(sighting_look(&frame, 77, &seen), SIGHTING_CUT);
	assert_int_equal(seen.message.tlvs_length, 0);
	assert_int_equal(seen.message.sequence_id, 7);
	frame.captured--;
	assert_int_equal(sighting_look(&frame, 77, &seen), SIGHTING_SHORT);
	frame.captured = 42;
	assert_int_equal(sighting_look(&frame, 77, &seen), SIGHTING_SHORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_over_ipv4_is_seen),
		cmocka_unit_test(ipv6s_two_further_bytes_are_no_part_of_it),
		cmocka_unit_test(a_message_in_ethernet_may_be_padded_and_tagged),
		cmocka_unit_test(unicast_from_port_319_is_seen_as_well),
		cmocka_unit_test(what_cannot_be_read_is_told_apart),
		cmocka_unit_test(a_cut_frame_is_not_called_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
