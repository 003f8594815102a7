/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames of every kind to the datagram in them; headers are written out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "frame_bed.h"

enum { PAYLOAD = 64 };

static struct frame_bed bed;
static struct frame_view view;

static void assert_endpoints(const char *source, const char *group)
{
	char text[ENDPOINT_TEXT];

	assert_string_equal(endpoint_text(&view.arrival.source, text), source);
	assert_string_equal(endpoint_text(&view.arrival.group, text), group);
}

/* A whole datagram over IPv4 with the payload at the frame's end. */
static void assert_ipv4(const struct frame *frame)
{
	assert_int_equal(frame_look(frame, &view), FRAME_DATAGRAM);
	assert_endpoints("10.31.0.1:40000", "239.255.31.9:31900");
	assert_int_equal(view.arrival.ttl, 3);
	assert_int_equal(view.arrival.dscp, 46);
	assert_false(view.is_fragment);
	assert_int_equal(view.length, PAYLOAD);
	assert_int_equal(view.captured, PAYLOAD);
	assert_ptr_equal(view.payload, frame->bytes + bed.length - PAYLOAD);
}

static struct frame built(uint16_t link_type)
{
	return frame_bed_frame(&bed, link_type);
}

static void add_ipv4(void)
{
	frame_bed_ipv4(&bed, PAYLOAD, 0x4000);
	frame_bed_probe(&bed, 7, PAYLOAD);
}

static void ethernet(void)
{
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0800);
	add_ipv4();
}

static void ipv4_in_ethernet_is_found(void **state)
{
	struct frame frame;

	(void)state;
	ethernet();
	frame = built(1);
	assert_ipv4(&frame);
	assert_int_equal(view.direction, FRAME_UNKNOWN);
	frame.direction = FRAME_OUTGOING;
	assert_ipv4(&frame);
	assert_int_equal(view.direction, FRAME_OUTGOING);
}

static void up_to_two_vlan_tags_are_passed_over(void **state)
{
	static const char *const tags[] = {"81006064 0800", "88a80064 8100e0c8 0800",
					   "91000001 81000002 0800"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct frame frame;

		frame_bed_clear(&bed);
		frame_bed_hex(&bed, "01005e7f1f09 020000000001");
		frame_bed_hex(&bed, tags[i]);
		add_ipv4();
		frame = built(1);
		assert_ipv4(&frame);
	}
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, "01005e7f1f09 020000000001 88a80001 81000002 81000003 0800");
	add_ipv4();
	assert_int_equal(frame_look(&(struct frame){.bytes = bed.bytes,
						    .captured = (uint32_t)bed.length,
						    .length = (uint32_t)bed.length,
						    .link_type = 1},
				    &view),
			 FRAME_OTHER);
}

static void cooked_frames_tell_their_direction(void **state)
{
	static const struct {
		uint16_t link_type;
		const char *header;
		enum frame_direction direction;
	} cooked[] = {
		{113, "0004 0001 0006 020000000001 0000 0800", FRAME_OUTGOING},
		{113, "0002 0001 0006 020000000001 0000 0800", FRAME_INCOMING},
		{113, "0000 0001 0006 020000000001 0000 8100 0064 0800", FRAME_INCOMING},
		{276, "0800 0000 00000002 0001 04 06 0200000000010000", FRAME_OUTGOING},
		{276, "0800 0000 00000002 0001 02 06 0200000000010000", FRAME_INCOMING},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cooked) / sizeof(*cooked); i++) {
		struct frame frame;

		frame_bed_clear(&bed);
		frame_bed_hex(&bed, cooked[i].header);
		add_ipv4();
		frame = built(cooked[i].link_type);
		assert_ipv4(&frame);
		assert_int_equal(view.direction, cooked[i].direction);
	}
}

static void frames_without_ethernet_are_read(void **state)
{
	static const struct {
		uint16_t link_type;
		const char *header;
	} bare[] = {{101, ""}, {12, ""}, {14, ""}, {228, ""}, {0, "02000000"}, {108, "00000002"}};

	(void)state;
	for (size_t i = 0; i < sizeof(bare) / sizeof(*bare); i++) {
		struct frame frame;

		frame_bed_clear(&bed);
		frame_bed_hex(&bed, bare[i].header);
		add_ipv4();
		frame = built(bare[i].link_type);
		assert_ipv4(&frame);
	}
	ethernet();
	for (unsigned int type = 0; type <= UINT16_MAX; type++) {
		struct frame frame = built((uint16_t)type);

		/* none of them reads beyond it, whatever it takes the bytes for */
		(void)frame_look(&frame, &view);
	}
}

static void ipv6_is_found_behind_its_options(void **state)
{
	static const struct {
		uint8_t next;
		const char *options;
	} way[] = {
		{17, ""},
		{0, "11 00 050200000100"},
		{60, "11 00 010400000000"},
		{0, "2b 00 050200000100 11 02 0000 00000000 fd31000000000000 0000000000000002"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(way) / sizeof(*way); i++) {
		static struct frame_bed options;
		struct frame frame;

		frame_bed_clear(&options);
		frame_bed_hex(&options, way[i].options);
		frame_bed_clear(&bed);
		frame_bed_ethernet(&bed, 0x86dd);
		frame_bed_ipv6(&bed, options.length + 8 + PAYLOAD, way[i].next);
		frame_bed_bytes(&bed, options.bytes, options.length);
		frame_bed_udp(&bed, PAYLOAD);
		frame_bed_probe(&bed, 1, PAYLOAD);
		frame = built(1);
		assert_int_equal(frame_look(&frame, &view), FRAME_DATAGRAM);
		assert_endpoints("[fd31::1]:40000", "[ff15::1]:31900");
		assert_int_equal(view.arrival.ttl, 3);
		assert_int_equal(view.arrival.dscp, 46);
		assert_false(view.is_fragment);
		assert_int_equal(view.length, PAYLOAD);
		assert_int_equal(view.captured, PAYLOAD);
	}
}

static void a_chain_of_options_has_an_end(void **state)
{
	struct frame frame;

	(void)state;
	frame_bed_clear(&bed);
	frame_bed_ipv6(&bed, 9 * 8 + 8 + PAYLOAD, 60);
	for (int i = 0; i < 9; i++) {
		frame_bed_hex(&bed, i < 8 ? "3c 00 010400000000" : "11 00 010400000000");
	}
	frame_bed_udp(&bed, PAYLOAD);
	frame_bed_probe(&bed, 1, PAYLOAD);
	frame = built(101);
	assert_int_equal(frame_look(&frame, &view), FRAME_OTHER);
}

static void ipv4_options_are_passed_over(void **state)
{
	struct frame frame;

	(void)state;
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, "46 b8 0060 1234 4000 03 11 dead 0a1f0001 efff1f09 94040000");
	frame_bed_udp(&bed, PAYLOAD);
	frame_bed_probe(&bed, 1, PAYLOAD);
	frame = built(101);
	assert_ipv4(&frame);
}

static void padding_is_no_part_of_the_datagram(void **state)
{
	struct frame frame;

	(void)state;
	ethernet();
	frame_bed_hex(&bed, "000000000000");
	frame = built(1);
	assert_int_equal(frame_look(&frame, &view), FRAME_DATAGRAM);
	assert_int_equal(view.length, PAYLOAD);
	assert_int_equal(view.captured, PAYLOAD);
}

static void a_first_fragment_has_the_length_of_the_whole(void **state)
{
	struct frame frame;

	(void)state;
	/* 3,000 bytes of payload: the first of three holds 1,480 bytes of UDP */
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0800);
	frame_bed_hex(&bed, "45 b8 05dc 1234 2000 03 11 dead 0a1f0001 efff1f09");
	frame_bed_udp(&bed, 3000);
	frame_bed_probe(&bed, 1, 1472);
	frame = built(1);
	assert_int_equal(frame_look(&frame, &view), FRAME_DATAGRAM);
	assert_true(view.is_fragment);
	assert_int_equal(view.length, 3000);
	assert_int_equal(view.captured, 1472);

	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x86dd);
	frame_bed_ipv6(&bed, 8 + 8 + 1440, 44);
	frame_bed_hex(&bed, "11 00 0001 00001234");
	frame_bed_udp(&bed, 3000);
	frame_bed_probe(&bed, 1, 1440);
	frame = built(1);
	assert_int_equal(frame_look(&frame, &view), FRAME_DATAGRAM);
	assert_true(view.is_fragment);
	assert_int_equal(view.length, 3000);
	assert_int_equal(view.captured, 1440);
}

static void a_later_fragment_has_no_ports(void **state)
{
	struct frame frame;

	(void)state;
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0800);
	frame_bed_hex(&bed, "45 b8 005c 1234 20b9 03 11 dead 0a1f0001 efff1f09");
	frame_bed_probe(&bed, 1, 72);
	frame = built(1);
	assert_int_equal(frame_look(&frame, &view), FRAME_FRAGMENT);
	assert_endpoints("10.31.0.1:0", "239.255.31.9:0");

	frame_bed_clear(&bed);
	frame_bed_ipv6(&bed, 8 + 72, 44);
	frame_bed_hex(&bed, "11 00 05c8 00001234");
	frame_bed_probe(&bed, 1, 72);
	frame = built(101);
	assert_int_equal(frame_look(&frame, &view), FRAME_FRAGMENT);
}

static void an_atomic_fragment_is_whole(void **state)
{
	struct frame frame;

	(void)state;
	frame_bed_clear(&bed);
	frame_bed_ipv6(&bed, 8 + 8 + PAYLOAD, 44);
	frame_bed_hex(&bed, "11 00 0000 00001234"); /* RFC 6946 */
	frame_bed_udp(&bed, PAYLOAD);
	frame_bed_probe(&bed, 1, PAYLOAD);
	frame = built(101);
	assert_int_equal(frame_look(&frame, &view), FRAME_DATAGRAM);
	assert_false(view.is_fragment);
}

static void a_cut_frame_keeps_its_true_length(void **state)
{
	struct frame frame;

	(void)state;
	ethernet();
	frame = built(1);
	frame.captured = 14 + 20 + 8 + 10;
	assert_int_equal(frame_look(&frame, &view), FRAME_DATAGRAM);
	assert_int_equal(view.captured, 10);
	assert_int_equal(view.length, PAYLOAD);
	/* and where not all of the headers are there, it is nothing */
	for (uint32_t captured = 0; captured < 14 + 20 + 8; captured++) {
		frame.captured = captured;
		assert_int_equal(frame_look(&frame, &view), FRAME_OTHER);
	}
}

static void lengths_of_zero_are_a_super_frames(void **state)
{
	struct frame frame;

	(void)state;
	frame_bed_clear(&bed);
	frame_bed_ethernet(&bed, 0x0800);
	frame_bed_hex(&bed, "45 b8 0000 1234 4000 03 11 dead 0a1f0001 efff1f09");
	frame_bed_hex(&bed, "9c40 7c9c 0000 dead");
	for (int i = 0; i < 1000; i++) {
		frame_bed_probe(&bed, (uint64_t)i, PAYLOAD);
	}
	frame = built(1);
	assert_int_equal(frame_look(&frame, &view), FRAME_DATAGRAM);
	assert_int_equal(view.length, 64000);
	assert_int_equal(view.captured, 64000);
}

static void lengths_that_lie_stay_within_the_frame(void **state)
{
	static const char *const headers[] = {
		"45 b8 ffff 1234 4000 03 11 dead 0a1f0001 efff1f09 9c40 7c9c ffff dead",
		"45 b8 ffff 1234 2000 03 11 dead 0a1f0001 efff1f09 9c40 7c9c 0008 dead",
		"45 b8 001c 1234 4000 03 11 dead 0a1f0001 efff1f09 9c40 7c9c 0048 dead",
		"45 b8 005c 1234 4000 03 11 dead 0a1f0001 efff1f09 9c40 7c9c 0009 dead",
	};
	static const uint32_t length[] = {PAYLOAD, 0, 0, 1};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct frame frame;

		frame_bed_clear(&bed);
		frame_bed_hex(&bed, headers[i]);
		frame_bed_probe(&bed, 1, PAYLOAD);
		frame = built(101);
		assert_int_equal(frame_look(&frame, &view), FRAME_DATAGRAM);
		assert_int_equal(view.captured, length[i]);
		assert_int_equal(view.length, length[i]);
	}
}

static void headers_that_contradict_themselves_are_refused(void **state)
{
	static const char *const headers[] = {
		"44 b8 005c 1234 4000 03 11 dead 0a1f0001 efff1f09 9c40 7c9c 0048 dead", /* IHL 16
											  */
		"45 b8 0013 1234 4000 03 11 dead 0a1f0001 efff1f09 9c40 7c9c 0048 dead", /* total */
		"45 b8 005c 1234 4000 03 06 dead 0a1f0001 efff1f09 9c40 7c9c 0048 dead", /* TCP */
		"45 b8 005c 1234 4000 03 11 dead 0a1f0001 efff1f09 9c40 7c9c 0007 dead", /* UDP 7 */
		"55 b8 005c 1234 4000 03 11 dead 0a1f0001 efff1f09 9c40 7c9c 0048 dead", /* v5 */
	};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct frame frame;

		frame_bed_clear(&bed);
		frame_bed_hex(&bed, headers[i]);
		frame_bed_probe(&bed, 1, PAYLOAD);
		frame = built(101);
		assert_int_equal(frame_look(&frame, &view), FRAME_OTHER);
	}
}

static void ptp_in_ethernet_has_mac_addresses(void **state)
{
	struct frame frame;

	(void)state;
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, "011b19000000 020000000001 88f7");
	frame_bed_probe(&bed, 1, PAYLOAD);
	frame = built(1);
	assert_int_equal(frame_look(&frame, &view), FRAME_PTP);
	assert_endpoints("02:00:00:00:00:01", "01:1b:19:00:00:00");
	assert_int_equal(view.arrival.ttl, -1);
	assert_int_equal(view.arrival.dscp, -1);
	assert_int_equal(view.length, PAYLOAD);
	assert_int_equal(view.captured, PAYLOAD);

	frame_bed_clear(&bed);
	frame_bed_hex(&bed, "0002 0001 0006 020000000001 0000 88f7");
	frame_bed_probe(&bed, 1, PAYLOAD);
	frame = built(113);
	assert_int_equal(frame_look(&frame, &view), FRAME_PTP);
	assert_endpoints("02:00:00:00:00:01", "00:00:00:00:00:00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_in_ethernet_is_found),
		cmocka_unit_test(up_to_two_vlan_tags_are_passed_over),
		cmocka_unit_test(cooked_frames_tell_their_direction),
		cmocka_unit_test(frames_without_ethernet_are_read),
		cmocka_unit_test(ipv6_is_found_behind_its_options),
		cmocka_unit_test(a_chain_of_options_has_an_end),
		cmocka_unit_test(ipv4_options_are_passed_over),
		cmocka_unit_test(padding_is_no_part_of_the_datagram),
		cmocka_unit_test(a_first_fragment_has_the_length_of_the_whole),
		cmocka_unit_test(a_later_fragment_has_no_ports),
		cmocka_unit_test(an_atomic_fragment_is_whole),
		cmocka_unit_test(a_cut_frame_keeps_its_true_length),
		cmocka_unit_test(lengths_of_zero_are_a_super_frames),
		cmocka_unit_test(lengths_that_lie_stay_within_the_frame),
		cmocka_unit_test(headers_that_contradict_themselves_are_refused),
		cmocka_unit_test(ptp_in_ethernet_has_mac_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
