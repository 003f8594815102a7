/* SPDX-License-Identifier: BSD-2-Clause */
/* pcapng files against literal bytes (draft-ietf-opsawg-pcapng, sections 3 and 4), and damaged
 * ones. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capfile_bed.h"

enum { NS = 9, PS = 12, BINARY = 0x80, BLOCK_IDB = 1, BLOCK_SPB = 3, BLOCK_ISB = 5, BLOCK_EPB = 6 };

/* A section, an interface in ns, a frame that came in, and statistics; in both orders of bytes. */
static const uint8_t little[] = {
	0x0a, 0x0d, 0x0d, 0x0a, 28,   0,    0,    0,    0x4d, 0x3c, 0x2b, 0x1a, /* SHB */
	1,    0,    0,    0,    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28, 0, 0,
	0,    1,    0,    0,    0,    32,   0,    0,    0,    1,    0,    0,    0, /* IDB, Ethernet
										    */
	0x60, 0,    0,    0,    9,    0,    1,    0,    9,    0,    0,    0,       /* 96, in ns */
	0,    0,    0,    0,    32,   0,    0,    0,                               /* */
	6,    0,    0,    0,    44,   0,    0,    0,    0,    0,    0,    0, /* EPB, interface 0 */
	0x04, 0x03, 0x02, 0x01, 0x08, 0x07, 0x06, 0x05, /* 0x0102030405060708 */
	3,    0,    0,    0,    5,    0,    0,    0,    1,    2,    3,    0, /* 3 of 5 bytes */
	2,    0,    4,    0,    1,    0,    0,    0,    44,   0,    0,    0, /* inbound; no end */
	5,    0,    0,    0,    48,   0,    0,    0,    0,    0,    0,    0, /* ISB, interface 0 */
	0,    0,    0,    0,    0,    0,    0,    0,                         /* */
	5,    0,    8,    0,    7,    0,    0,    0,    0,    0,    0,    0, /* 7 dropped by it */
	7,    0,    8,    0,    9,    0,    0,    0,    0,    0,    0,    0, /* 9 by the system */
	48,   0,    0,    0,
};

static const uint8_t big[] = {
	0x0a, 0x0d, 0x0d, 0x0a, 0,    0,    0,    28,   0x1a, 0x2b, 0x3c, 0x4d, /* SHB */
	0,    1,    0,    0,    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0,
	28,   0,    0,    0,    1,    0,    0,    0,    32,   0,    1,    0,    0, /* IDB, Ethernet
										    */
	0,    0,    0,    0x60, 0,    9,    0,    1,    9,    0,    0,    0,       /* 96, in ns */
	0,    0,    0,    0,    0,    0,    0,    32,                              /* */
	0,    0,    0,    6,    0,    0,    0,    44,   0,    0,    0,    0, /* EPB, interface 0 */
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, /* 0x0102030405060708 */
	0,    0,    0,    3,    0,    0,    0,    5,    1,    2,    3,    0,  /* 3 of 5 bytes */
	0,    2,    0,    4,    0,    0,    0,    1,    0,    0,    0,    44, /* inbound; no end */
	0,    0,    0,    5,    0,    0,    0,    48,   0,    0,    0,    0,  /* ISB, interface 0 */
	0,    0,    0,    0,    0,    0,    0,    0,                          /* */
	0,    5,    0,    8,    0,    0,    0,    0,    0,    0,    0,    7,  /* 7 dropped by it */
	0,    7,    0,    8,    0,    0,    0,    0,    0,    0,    0,    9,  /* 9 by the system */
	0,    0,    0,    48,
};

static void assert_is_the_example(struct bed *bed, size_t chunk)
{
	const struct capfile_facts *facts;

	bed_open(bed, chunk);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 0x0102030405060708, 3, 5, 1);
	assert_int_equal(bed->frame.direction, FRAME_INCOMING);
	bed_assert_frames(bed, 0, 0);
	facts = capfile_facts(bed->file);
	assert_int_equal(facts->format, CAPFILE_PCAPNG);
	assert_int_equal(facts->frames, 1);
	assert_int_equal(facts->sections, 1);
	assert_int_equal(facts->interfaces, 1);
	assert_int_equal(facts->snaplen, 96);
	assert_true(facts->drops_known);
	assert_int_equal(facts->dropped, 16);
	assert_false(facts->received_known);
	assert_false(facts->truncated);
}

static void a_little_endian_file_is_read(void **state)
{
	bed_put(*state, little, sizeof(little));
	assert_is_the_example(*state, BED_WHOLE);
	assert_is_the_example(*state, 1);
}

static void a_big_endian_file_is_read(void **state)
{
	bed_put(*state, big, sizeof(big));
	assert_is_the_example(*state, BED_WHOLE);
	assert_is_the_example(*state, 1);
}

static void each_section_has_its_own_order_and_interfaces(void **state)
{
	struct bed *bed = *state;

	for (unsigned int i = 0; i < 4; i++) {
		bed->big = i % 2 != 0;
		bed_section(bed);
		bed_interface(bed, (uint16_t)(100 + i), 0, NS);
		bed_packet(bed, 0, i, i, 60);
	}
	bed_open(bed, BED_WHOLE);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(bed_next(bed), 1);
		bed_assert_frame(bed, i, i, 60, (uint16_t)(100 + i));
	}
	bed_assert_frames(bed, 0, 0);
	assert_int_equal(capfile_facts(bed->file)->sections, 4);
	assert_int_equal(capfile_facts(bed->file)->interfaces, 4);
	assert_true(capfile_facts(bed->file)->mixed);
	assert_int_equal(capfile_facts(bed->file)->link_type, 100);

	/* an interface of the section before is none of this one */
	bed_section(bed);
	bed_packet(bed, 0, 5, 5, 5);
	bed_assert_refused(bed, EBADMSG, "wasn't described");
}

static void each_frame_is_of_its_interface(void **state)
{
	struct bed *bed = *state;

	bed_section(bed);
	bed_interface(bed, 1, 0, NS);
	bed_interface(bed, 276, 128, -1);
	bed_packet(bed, 1, 1000, 4, 4);
	bed_packet(bed, 0, 1000, 4, 4);
	bed_interface(bed, 12, 64, 3);
	bed_packet(bed, 2, 1000, 4, 4);
	bed_open(bed, BED_WHOLE);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 1000000, 4, 4, 276);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 1000, 4, 4, 1);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 1000000000, 4, 4, 101);
	assert_int_equal(capfile_facts(bed->file)->snaplen, 128);
}

static void stamps_are_read_in_every_resolution(void **state)
{
	struct bed *bed = *state;
	static const struct {
		int resolution;
		uint64_t ticks;
		int64_t ns;
	} stamps[] = {
		{-1, 1234567890123456, 1234567890123456000},
		{0, 5, 5000000000},
		{3, 1500, 1500000000},
		{6, 1234567890123456, 1234567890123456000},
		{NS, 1700000000000000123, 1700000000000000123},
		{PS, 1999, 1}, /* cut off, not rounded */
		{28, UINT64_MAX, 1},
		{29, UINT64_MAX, 0},
		{127, UINT64_MAX, 0},
		{BINARY, 7, 7000000000},
		{BINARY | 10, 1536, 1500000000},
		{BINARY | 32, 0x180000001, 1500000000},
		{BINARY | 34, 0x3ffffffff, 999999999}, /* 0.06 ns less than a second */
		{BINARY | 63, 0xc000000000000000, 1500000000},
		{BINARY | 64, 0x8000000000000000, 500000000},
		{BINARY | 93, UINT64_MAX, 1}, /* 10^9 / 2^29 = 1.86 */
		{BINARY | 94, UINT64_MAX, 0},
		{BINARY | 127, UINT64_MAX, 0},
		/* what no clock will show */
		{0, UINT64_MAX, INT64_MAX},
		{6, INT64_MAX, INT64_MAX},
		{NS, INT64_MAX, INT64_MAX},
		{NS, UINT64_MAX, INT64_MAX},
		{PS, UINT64_MAX, 18446744073709551},
		{BINARY, UINT64_MAX, INT64_MAX},
	};

	bed_section(bed);
	for (uint32_t i = 0; i < sizeof(stamps) / sizeof(*stamps); i++) {
		bed_interface(bed, 1, 0, stamps[i].resolution);
		bed_packet(bed, i, stamps[i].ticks, 1, 1);
	}
	bed_open(bed, BED_WHOLE);
	for (uint32_t i = 0; i < sizeof(stamps) / sizeof(*stamps); i++) {
		assert_int_equal(bed_next(bed), 1);
		bed_assert_frame(bed, stamps[i].ns, 1, 1, 1);
	}
}

static void an_offset_is_added_to_stamps(void **state)
{
	struct bed *bed = *state;
	static const struct {
		uint64_t offset_s, ticks_us;
		int64_t ns;
	} stamps[] = {
		{1700000000, 500000, 1700000000500000000},
		{UINT64_MAX, 500000, -500000000}, /* -1 s */
		{INT64_MAX, 500000, INT64_MAX},
		{1, INT64_MAX, INT64_MAX},
		{(uint64_t)INT64_MIN, 0, INT64_MIN},
	};

	bed_section(bed);
	for (uint32_t i = 0; i < sizeof(stamps) / sizeof(*stamps); i++) {
		size_t start = bed_begin(bed, BLOCK_IDB);

		bed_put64(bed, 0);
		bed_option64(bed, 14, stamps[i].offset_s);
		bed_end(bed, start);
		bed_packet(bed, i, stamps[i].ticks_us, 1, 1);
	}
	bed_open(bed, BED_WHOLE);
	for (uint32_t i = 0; i < sizeof(stamps) / sizeof(*stamps); i++) {
		assert_int_equal(bed_next(bed), 1);
		bed_assert_frame(bed, stamps[i].ns, 1, 1, 0);
	}
}

static void the_flags_of_a_frame_tell_its_direction(void **state)
{
	struct bed *bed = *state;
	static const enum frame_direction directions[] = {FRAME_UNKNOWN, FRAME_INCOMING,
							  FRAME_OUTGOING, FRAME_UNKNOWN};

	for (int order = 0; order < 2; order++) {
		bed->big = order != 0;
		bed_section(bed);
		bed_interface(bed, 1, 0, NS);
		for (uint32_t i = 0; i < 4; i++) {
			size_t start = bed_packet(bed, 0, 0, 2, 2);

			bed->size -= 4;
			bed_option(bed, 1, "seen", 4); /* a comment before it */
			bed_put16(bed, 2);
			bed_put16(bed, 4);
			bed_put32(bed, 0xfffffff0 | i);
			bed_option(bed, 0, "", 0);
			bed_end(bed, start);
		}
	}
	bed_open(bed, BED_WHOLE);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(bed_next(bed), 1);
		assert_int_equal(bed->frame.direction, directions[i % 4]);
		bed_assert_frame(bed, 0, 2, 2, 1);
	}
}

static void a_simple_packet_is_as_long_as_the_snaplen_lets_it_be(void **state)
{
	struct bed *bed = *state;
	size_t start;

	bed_section(bed);
	bed_interface(bed, 1, 3, NS);
	start = bed_begin(bed, BLOCK_SPB);
	bed_put32(bed, 60);
	bed_put(bed, "\1\2\3", 3);
	bed_end(bed, start);
	start = bed_begin(bed, BLOCK_SPB);
	bed_put32(bed, 2);
	bed_put(bed, "\1\2", 2);
	bed_end(bed, start);
	bed_open(bed, BED_WHOLE);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 0, 3, 60, 1);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 0, 2, 2, 1);
	bed_assert_frames(bed, 0, 0);
	assert_int_equal(capfile_facts(bed->file)->unstamped, 2);
}

static void the_packet_block_of_old_is_read(void **state)
{
	struct bed *bed = *state;
	size_t start;

	bed_section(bed);
	bed_interface(bed, 1, 0, NS);
	bed_interface(bed, 2, 0, NS);
	start = bed_begin(bed, 2);
	bed_put16(bed, 1);
	bed_put16(bed, UINT16_MAX); /* drops: unknown */
	bed_put64(bed, bed->big ? 5 : UINT64_C(5) << 32);
	bed_put32(bed, 3);
	bed_put32(bed, 7);
	bed_put(bed, "\1\2\3\0", 4);
	bed_option(bed, 2, "\2\0\0\0", 4); /* pack_flags: outbound */
	bed_end(bed, start);
	bed_open(bed, BED_WHOLE);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 5, 3, 7, 2);
	assert_int_equal(bed->frame.direction, FRAME_OUTGOING);
	assert_int_equal(capfile_facts(bed->file)->dropped, 0);
}

static void unknown_blocks_are_skipped(void **state)
{
	struct bed *bed = *state;
	size_t start;

	bed_section(bed);
	start = bed_begin(bed, 0x0bad);
	bed_end(bed, start);
	bed_interface(bed, 1, 0, NS);
	start = bed_begin(bed, 4); /* names */
	bed_put64(bed, 0);
	bed_end(bed, start);
	bed_packet(bed, 0, 1, 1, 1);
	bed_open(bed, BED_WHOLE);
	bed_assert_frames(bed, 1, 0);
}

static size_t put_long_block(struct bed *bed, uint32_t type, size_t count)
{
	size_t start = bed_begin(bed, type);

	assert_true(bed->size + count <= BED_BYTES);
	memset(bed->bytes + bed->size, 6, count);
	bed->size += count;
	bed_end(bed, start);
	return start;
}

static void an_unknown_block_longer_than_the_buffer_is_skipped(void **state)
{
	struct bed *bed = *state;
	static const size_t chunks[] = {1000, 65536, BED_WHOLE};

	bed_section(bed);
	bed_interface(bed, 1, 0, NS);
	put_long_block(bed, 0x0bad, 3000000);
	bed_packet(bed, 0, 7, 5, 5);
	for (size_t i = 0; i < 3; i++) {
		bed_open(bed, chunks[i]);
		assert_int_equal(bed_next(bed), 1);
		bed_assert_frame(bed, 7, 5, 5, 1);
		bed_assert_frames(bed, 0, 0);
		assert_false(capfile_facts(bed->file)->truncated);
	}
}

static void a_file_that_ends_in_a_long_block_is_truncated(void **state)
{
	struct bed *bed = *state;
	size_t start, end;

	bed_section(bed);
	bed_interface(bed, 1, 0, NS);
	bed_packet(bed, 0, 7, 5, 5);
	start = put_long_block(bed, 0x0bad, 2000000);
	end = bed->size;
	for (size_t i = 0; i < 6; i++) {
		const size_t sizes[] = {start + 8, start + 9, start + 1000000,
					end - 4,   end - 3,   end - 1};

		bed->size = sizes[i];
		bed_open(bed, BED_WHOLE);
		bed_assert_frames(bed, 1, 0);
		assert_true(capfile_facts(bed->file)->truncated);
	}
}

static void a_file_that_ends_anywhere_in_a_block_is_truncated(void **state)
{
	struct bed *bed = *state;
	size_t first, whole;

	bed_section(bed);
	bed_interface(bed, 1, 0, NS);
	bed_packet(bed, 0, 1, 60, 60);
	first = bed->size;
	bed_packet(bed, 0, 2, 60, 60);
	whole = bed->size;
	for (bed->size = first + 1; bed->size < whole; bed->size++) {
		bed_open(bed, BED_WHOLE);
		bed_assert_frames(bed, 1, 0);
		assert_true(capfile_facts(bed->file)->truncated);
	}
	/* within a second section header too, whose order isn't known yet */
	bed_section(bed);
	for (bed->size--; bed->size > whole; bed->size--) {
		bed_open(bed, BED_WHOLE);
		bed_assert_frames(bed, 2, 0);
		assert_true(capfile_facts(bed->file)->truncated);
	}
	bed_open(bed, BED_WHOLE);
	bed_assert_frames(bed, 2, 0);
	assert_false(capfile_facts(bed->file)->truncated);
}

static void an_interrupted_read_can_be_repeated_anywhere(void **state)
{
	struct bed *bed = *state;
	unsigned int frames = 0, interrupted = 0;
	int got;

	bed_section(bed);
	bed_interface(bed, 1, 0, NS);
	for (uint32_t i = 0; i < 50; i++) {
		bed_packet(bed, 0, i, i, i);
	}
	put_long_block(bed, 0x0bad, 1200000);
	bed_drops(bed, 0, 3, 4);
	bed->err_once = true;
	bed_open(bed, 61);
	do {
		bed->err = bed->err == 0 && bed->reads % 2 == 0 ? -EINTR : 0;
		got = bed_next(bed);
		if (got == 1) {
			bed_assert_frame(bed, frames, frames, frames, 1);
			frames++;
		}
		interrupted += got == -EINTR;
	} while (got == 1 || got == -EINTR);
	assert_int_equal(got, 0);
	assert_int_equal(frames, 50);
	assert_true(interrupted > 10);
	assert_int_equal(capfile_facts(bed->file)->dropped, 7);
}

static void version_1_2_is_1_0(void **state)
{
	struct bed *bed = *state;

	bed_section(bed);
	bed->bytes[14] = 2;
	bed_open(bed, BED_WHOLE);
	bed_assert_frames(bed, 0, 0);
}

static void a_file_cut_within_its_head_is_refused(void **state)
{
	struct bed *bed = *state;

	bed_section(bed);
	for (bed->size = 4; bed->size < 28; bed->size++) {
		bed_assert_refused(bed, EBADMSG, "cut within the head");
	}
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, bed_setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_little_endian_file_is_read),
		CLAIM(a_big_endian_file_is_read),
		CLAIM(each_section_has_its_own_order_and_interfaces),
		CLAIM(each_frame_is_of_its_interface),
		CLAIM(stamps_are_read_in_every_resolution),
		CLAIM(an_offset_is_added_to_stamps),
		CLAIM(the_flags_of_a_frame_tell_its_direction),
		CLAIM(a_simple_packet_is_as_long_as_the_snaplen_lets_it_be),
		CLAIM(the_packet_block_of_old_is_read),
		CLAIM(unknown_blocks_are_skipped),
		CLAIM(an_unknown_block_longer_than_the_buffer_is_skipped),
		CLAIM(a_file_that_ends_in_a_long_block_is_truncated),
		CLAIM(a_file_that_ends_anywhere_in_a_block_is_truncated),
		CLAIM(an_interrupted_read_can_be_repeated_anywhere),
		CLAIM(version_1_2_is_1_0),
		CLAIM(a_file_cut_within_its_head_is_refused),
	};

	return cmocka_run_group_tests_name("capfile_pcapng", tests, NULL, NULL);
}
