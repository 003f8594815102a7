/* SPDX-License-Identifier: BSD-2-Clause */
/* The blocks that are written, against bytes put together by draft-ietf-opsawg-pcapng. */
#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "capfile_bed.h"
#include "pcapng.h"

/* What is expected is put together in bed; the block comes in written. */
static uint8_t written[PCAPNG_SECTION_BYTES];

static int order_setup(void **state)
{
	int err = bed_setup(state);

	if (err == 0) {
		((struct bed *)*state)->big = BYTE_ORDER == BIG_ENDIAN;
	}
	return err;
}

static void assert_written(const struct bed *bed, size_t length)
{
	assert_int_equal(length, bed->size);
	assert_memory_equal(written, bed->bytes, length);
}

static void put_stamp(struct bed *bed, uint64_t ns)
{
	bed_put32(bed, (uint32_t)(ns >> 32));
	bed_put32(bed, (uint32_t)ns);
}

static void a_section_names_its_run_and_its_writer(void **state)
{
	struct bed *bed = *state;
	struct pcapng_section section = {
		.hardware = "x86",
		.os = "Linux 6.1",
		.application = "ptprobe-capture 1",
		.run_ids = {.count = 1, .id = {0xa2b1c0dfeefd0c1b}},
	};
	char comment[321];
	size_t start = bed_begin(bed, 0x0a0d0d0a);

	snprintf(comment, sizeof(comment), "%-320s", "ptprobe run_id a2b1c0dfeefd0c1b");
	bed_put32(bed, 0x1a2b3c4d);
	bed_put16(bed, 1);
	bed_put16(bed, 0);
	bed_put64(bed, UINT64_MAX);
	bed_option(bed, 1, comment, 320);
	bed_option(bed, 2, "x86", 3);
	bed_option(bed, 3, "Linux 6.1", 9);
	bed_option(bed, 4, "ptprobe-capture 1", 17);
	bed_option(bed, 0, "", 0);
	bed_end(bed, start);
	assert_written(bed, pcapng_put_section(written, &section));
}

static void a_section_is_as_long_whatever_the_run_ids(void **state)
{
	struct pcapng_section section = {.application = "ptprobe"};
	size_t length = pcapng_put_section(written, &section);

	(void)state;
	assert_int_equal(length % 4, 0);
	for (uint64_t i = 1; i <= PCAPNG_RUN_IDS + 2; i++) {
		pcapng_run_ids_add(&section.run_ids, UINT64_MAX - i);
		assert_int_equal(pcapng_put_section(written, &section), length);
	}
}

static void run_ids_are_named_once_and_those_without_room_told(void **state)
{
	struct pcapng_run_ids run_ids = {0};
	char text[PCAPNG_RUN_IDS_TEXT];

	(void)state;
	assert_string_equal(pcapng_run_ids_text(&run_ids, text), "ptprobe run_id -");
	pcapng_run_ids_add(&run_ids, 2);
	pcapng_run_ids_add(&run_ids, 1);
	pcapng_run_ids_add(&run_ids, 2);
	assert_string_equal(pcapng_run_ids_text(&run_ids, text),
			    "ptprobe run_id 0000000000000002 0000000000000001");
	for (uint64_t i = 3; i <= 17; i++) {
		pcapng_run_ids_add(&run_ids, i);
	}
	assert_int_equal(run_ids.count, 16);
	assert_string_equal(strstr(pcapng_run_ids_text(&run_ids, text), "10"), "10 and more");
	pcapng_run_ids_add(&run_ids, 5);
	assert_int_equal(run_ids.count, 16);
}

static void an_interface_has_nanoseconds_its_name_and_filter(void **state)
{
	struct bed *bed = *state;
	struct pcapng_interface interface = {
		.name = "eth0", .filter = "udp", .snaplen = 128, .link_type = 276};
	size_t start = bed_begin(bed, 1);

	bed_put16(bed, 276);
	bed_put16(bed, 0);
	bed_put32(bed, 128);
	bed_option(bed, 2, "eth0", 4);
	bed_option(bed, 9, "\11", 1);
	bed_option(bed, 11, "\0udp", 4); /* 0: in tcpdump's language */
	bed_option(bed, 0, "", 0);
	bed_end(bed, start);
	assert_written(bed, pcapng_put_interface(written, &interface));
}

static void an_interface_leaves_out_what_is_unknown(void **state)
{
	struct bed *bed = *state;
	struct pcapng_interface interface = {.link_type = 1};

	bed_interface(bed, 1, 0, 9);
	assert_written(bed, pcapng_put_interface(written, &interface));
}

static void a_frame_has_its_stamp_lengths_and_direction(void **state)
{
	struct bed *bed = *state;
	static const struct {
		enum frame_direction direction;
		uint32_t flags;
	} ways[] = {{FRAME_INCOMING, 1}, {FRAME_OUTGOING, 2}};

	for (size_t i = 0; i < 2; i++) {
		struct frame frame = {
			.bytes = (const uint8_t *)"\1\2\3\4\5",
			.captured = 5,
			.length = 60,
			.stamp_ns = 0x0102030405060708,
			.direction = ways[i].direction,
		};
		size_t start;

		bed->size = 0;
		start = bed_begin(bed, 6);
		bed_put32(bed, 3);
		put_stamp(bed, 0x0102030405060708);
		bed_put32(bed, 5);
		bed_put32(bed, 60);
		bed_put(bed, "\1\2\3\4\5\0\0\0", 8);
		bed_put16(bed, 2);
		bed_put16(bed, 4);
		bed_put32(bed, ways[i].flags);
		bed_option(bed, 0, "", 0);
		bed_end(bed, start);
		assert_written(bed, pcapng_put_frame(written, 3, &frame));
		assert_true(bed->size <= 5 + PCAPNG_FRAME_OVERHEAD);
	}
}

static void a_frame_of_no_known_direction_has_no_options(void **state)
{
	struct bed *bed = *state;
	struct frame frame = {
		.bytes = (const uint8_t *)"\1\2\3\4", .captured = 4, .length = 4, .stamp_ns = 7};

	bed_packet(bed, 0, 7, 4, 4);
	assert_written(bed, pcapng_put_frame(written, 0, &frame));
}

static void a_stamp_before_the_epoch_is_the_epoch(void **state)
{
	struct bed *bed = *state;
	struct frame frame = {
		.bytes = (const uint8_t *)"\1", .captured = 1, .length = 1, .stamp_ns = -1};

	bed_packet(bed, 0, 0, 1, 1);
	assert_written(bed, pcapng_put_frame(written, 0, &frame));
}

static void statistics_have_every_count(void **state)
{
	struct bed *bed = *state;
	struct pcapng_statistics statistics = {
		.interface = 2,
		.stamp_ns = 0x0102030405060708,
		.start_ns = 0x1112131415161718,
		.end_ns = 0x2122232425262728,
		.received = 1,
		.interface_dropped = 2,
		.accepted = 3,
		.dropped = 4,
		.delivered = 5,
		.comment = "ok",
	};
	size_t start = bed_begin(bed, 5);

	bed_put32(bed, 2);
	put_stamp(bed, 0x0102030405060708);
	bed_option(bed, 1, "ok", 2);
	bed_put16(bed, 2);
	bed_put16(bed, 8);
	put_stamp(bed, 0x1112131415161718);
	bed_put16(bed, 3);
	bed_put16(bed, 8);
	put_stamp(bed, 0x2122232425262728);
	for (uint16_t i = 1; i <= 5; i++) {
		bed_option64(bed, 3 + i, i);
	}
	bed_option(bed, 0, "", 0);
	bed_end(bed, start);
	assert_written(bed, pcapng_put_statistics(written, &statistics));
}

static void statistics_leave_out_what_is_unknown(void **state)
{
	struct bed *bed = *state;
	struct pcapng_statistics statistics = {
		.received = PCAPNG_UNKNOWN,
		.interface_dropped = PCAPNG_UNKNOWN,
		.accepted = PCAPNG_UNKNOWN,
		.dropped = PCAPNG_UNKNOWN,
		.delivered = PCAPNG_UNKNOWN,
	};
	size_t start = bed_begin(bed, 5);

	bed_put32(bed, 0);
	bed_put64(bed, 0);
	bed_option64(bed, 2, 0);
	bed_option64(bed, 3, 0);
	bed_option(bed, 0, "", 0);
	bed_end(bed, start);
	assert_written(bed, pcapng_put_statistics(written, &statistics));
}

static void a_long_text_is_cut_between_characters(void **state)
{
	struct bed *bed = *state;
	char text[3 * PCAPNG_TEXT + 1] = "";
	struct pcapng_interface interface = {.name = text, .filter = text};
	size_t start = bed_begin(bed, 1);

	for (int i = 0; i < PCAPNG_TEXT; i++) {
		strcat(text, "\xe2\x82\xac"); /* three bytes; 341 of them are 1023 */
	}
	bed_put64(bed, 0);
	bed_option(bed, 2, text, 1023);
	bed_option(bed, 9, "\11", 1);
	memmove(text + 1, text, 1023);
	text[0] = '\0';
	bed_option(bed, 11, text, 1024);
	bed_option(bed, 0, "", 0);
	bed_end(bed, start);
	memmove(text, text + 1, 1023);
	memcpy(text + 1023, "\xe2\x82\xac", 3);
	assert_true(bed->size <= PCAPNG_INTERFACE_BYTES);
	assert_written(bed, pcapng_put_interface(written, &interface));
}

static void bytes_that_are_no_utf8_are_replaced(void **state)
{
	struct bed *bed = *state;
	struct pcapng_interface interface = {.name = "\xffth\xc0"};
	size_t start = bed_begin(bed, 1);

	bed_put64(bed, 0);
	bed_option(bed, 2, "?th?", 4);
	bed_option(bed, 9, "\11", 1);
	bed_option(bed, 0, "", 0);
	bed_end(bed, start);
	assert_written(bed, pcapng_put_interface(written, &interface));
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, order_setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_section_names_its_run_and_its_writer),
		CLAIM(a_section_is_as_long_whatever_the_run_ids),
		CLAIM(run_ids_are_named_once_and_those_without_room_told),
		CLAIM(an_interface_has_nanoseconds_its_name_and_filter),
		CLAIM(an_interface_leaves_out_what_is_unknown),
		CLAIM(a_frame_has_its_stamp_lengths_and_direction),
		CLAIM(a_frame_of_no_known_direction_has_no_options),
		CLAIM(a_stamp_before_the_epoch_is_the_epoch),
		CLAIM(statistics_have_every_count),
		CLAIM(statistics_leave_out_what_is_unknown),
		CLAIM(a_long_text_is_cut_between_characters),
		CLAIM(bytes_that_are_no_utf8_are_replaced),
	};

	return cmocka_run_group_tests_name("pcapng", tests, NULL, NULL);
}
