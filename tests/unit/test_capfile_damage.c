/* SPDX-License-Identifier: BSD-2-Clause */
/* Each way in which a pcapng file can be malformed, behind a frame that was whole. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capfile_bed.h"

enum { NS = 9, AT = 28 + 32 + 36, BLOCK_IDB = 1, BLOCK_PB = 2, BLOCK_SPB = 3, BLOCK_ISB = 5 };

/* A section, an interface and a frame of 4 bytes; what follows is at byte 96. */
static void put_whole(struct bed *bed)
{
	bed_section(bed);
	bed_interface(bed, 1, 0, NS);
	bed_packet(bed, 0, 1, 4, 4);
	assert_int_equal(bed->size, AT);
}

static void put_at(struct bed *bed, size_t at, uint32_t value)
{
	size_t size = bed->size;

	bed->size = at;
	bed_put32(bed, value);
	bed->size = size;
}

static int whole_setup(void **state)
{
	int err = bed_setup(state);

	if (err == 0) {
		put_whole(*state);
	}
	return err;
}

static void assert_damaged(struct bed *bed, const char *text)
{
	bed_assert_refused(bed, EBADMSG, text);
	assert_int_equal(capfile_facts(bed->file)->frames, 1);
	bed_assert_refused(bed, EBADMSG,
			   "at byte 96: copy it again, or save the frames before it "
			   "(editcap -r IN OUT 1-1)");
}

static void a_block_shorter_than_its_own_head(void **state)
{
	struct bed *bed = *state;

	bed_put32(bed, 6);
	bed_put32(bed, 8);
	bed_put32(bed, 8);
	assert_damaged(bed, "impossible length");
}

static void a_block_of_no_length(void **state)
{
	struct bed *bed = *state;

	bed_put32(bed, 6);
	bed_put32(bed, 0);
	bed_put32(bed, 0);
	assert_damaged(bed, "impossible length");
}

static void a_block_whose_length_is_no_multiple_of_4(void **state)
{
	struct bed *bed = *state;

	bed_packet(bed, 0, 1, 4, 4);
	put_at(bed, AT + 4, 35);
	assert_damaged(bed, "impossible length");
}

static void a_block_that_ends_with_another_length(void **state)
{
	struct bed *bed = *state;

	bed_packet(bed, 0, 1, 4, 4);
	put_at(bed, AT + 32, 40);
	assert_damaged(bed, "ends with another length");
}

static void a_skipped_block_that_ends_with_another_length(void **state)
{
	struct bed *bed = *state;
	size_t start = bed_begin(bed, 0x0bad);

	memset(bed->bytes + bed->size, 0, 2000000);
	bed->size += 2000000;
	bed_end(bed, start);
	put_at(bed, bed->size - 4, 12);
	bed_assert_refused(bed, EBADMSG, "ends with another length");
	assert_int_equal(capfile_facts(bed->file)->frames, 1);
}

static void a_block_of_frames_longer_than_is_read(void **state)
{
	struct bed *bed = *state;
	static const uint32_t types[] = {1, 2, 3, 5, 6, 0x0a0d0d0a};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		bed->size = AT;
		bed_put32(bed, types[i]);
		bed_put32(bed, CAPFILE_MAX_BLOCK + 4);
		bed_put32(bed, 0x1a2b3c4d);
		assert_damaged(bed, "block of more than 1 MiB");
	}
}

static void a_frame_longer_than_its_block(void **state)
{
	struct bed *bed = *state;
	static const uint32_t lengths[] = {5, 8, 36, 65535, UINT32_MAX - 3, UINT32_MAX};

	bed_packet(bed, 0, 1, 4, UINT32_MAX);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		put_at(bed, AT + 20, lengths[i]);
		assert_damaged(bed, "frame longer than its block");
	}
}

static void a_frame_of_more_bytes_than_it_had(void **state)
{
	struct bed *bed = *state;

	bed_packet(bed, 0, 1, 4, 3);
	assert_damaged(bed, "more bytes captured than the frame had");
}

static void a_frame_of_an_unknown_interface(void **state)
{
	struct bed *bed = *state;

	bed_packet(bed, 1, 1, 4, 4);
	assert_damaged(bed, "interface that wasn't described");
	put_at(bed, AT + 8, UINT32_MAX);
	assert_damaged(bed, "interface that wasn't described");
	put_at(bed, AT, BLOCK_PB);
	assert_damaged(bed, "interface that wasn't described");
}

static void a_block_too_short_for_a_frame(void **state)
{
	struct bed *bed = *state;
	static const uint32_t types[] = {6, BLOCK_PB};

	for (size_t i = 0; i < 2; i++) {
		size_t start;

		bed->size = AT;
		start = bed_begin(bed, types[i]);
		bed_put64(bed, 0);
		bed_put64(bed, 0);
		bed_end(bed, start);
		assert_damaged(bed, "too short for a frame");
	}
	bed->size = AT;
	bed_end(bed, bed_begin(bed, BLOCK_SPB));
	assert_damaged(bed, "too short for a frame");
}

static void a_simple_packet_longer_than_its_block(void **state)
{
	struct bed *bed = *state;
	static const uint32_t lengths[] = {5, 16, 17, UINT32_MAX};
	size_t start = bed_begin(bed, BLOCK_SPB);

	bed_put64(bed, 0);
	bed_end(bed, start);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		put_at(bed, AT + 8, lengths[i]);
		assert_damaged(bed, "frame longer than its block");
	}
}

static void a_simple_packet_without_an_interface(void **state)
{
	struct bed *bed = *state;
	size_t start;

	bed->size = 28;
	start = bed_begin(bed, BLOCK_SPB);
	bed_put64(bed, 4);
	bed_end(bed, start);
	bed_assert_refused(bed, EBADMSG, "interface that wasn't described at byte 28");
}

/* Replaces the options of the block at 96, of which head bytes come before them. */
static void put_options(struct bed *bed, uint32_t type, size_t head, const void *options,
			size_t count)
{
	size_t start;

	bed->size = AT;
	start = bed_begin(bed, type);
	memset(bed->bytes + bed->size, 0, head - 8);
	bed->size += head - 8;
	bed_put(bed, options, count);
	bed_end(bed, start);
}

static void an_option_longer_than_its_block(void **state)
{
	struct bed *bed = *state;
	static const uint32_t types[] = {BLOCK_IDB, BLOCK_ISB, 6, BLOCK_PB};
	static const size_t heads[] = {16, 20, 28, 28};

	for (size_t i = 0; i < 4; i++) {
		put_options(bed, types[i], heads[i], "\1\0\5\0abcd", 8);
		assert_damaged(bed, "longer than its block");
		put_options(bed, types[i], heads[i], "\1\0\377\377abcd", 8);
		assert_damaged(bed, "longer than its block");
		put_options(bed, types[i], heads[i], "\1\0\4\0abcd\1\0\1\0", 12);
		assert_damaged(bed, "longer than its block");
		/* but one that ends with it needs no end of options */
		put_options(bed, types[i], heads[i], "\1\0\4\0abcd", 8);
		bed_open(bed, BED_WHOLE);
		while (bed_next(bed) == 1) {
		}
		assert_string_equal(capfile_error(bed->file), "");
	}
}

static void an_option_of_a_wrong_length(void **state)
{
	struct bed *bed = *state;

	put_options(bed, BLOCK_IDB, 16, "\11\0\2\0\11\0\0\0", 8); /* if_tsresol */
	assert_damaged(bed, "wrong length");
	put_options(bed, BLOCK_IDB, 16, "\11\0\0\0", 4);
	assert_damaged(bed, "wrong length");
	put_options(bed, BLOCK_IDB, 16, "\16\0\4\0\0\0\0\0", 8); /* if_tsoffset */
	assert_damaged(bed, "wrong length");
	put_options(bed, BLOCK_ISB, 20, "\5\0\4\0\0\0\0\0", 8); /* isb_ifdrop */
	assert_damaged(bed, "wrong length");
	put_options(bed, 6, 28, "\2\0\2\0\1\0\0\0", 8); /* epb_flags */
	assert_damaged(bed, "wrong length");
	put_options(bed, 6, 28, "\4\0\4\0\1\0\0\0", 8); /* epb_dropcount */
	assert_damaged(bed, "wrong length");
}

static void statistics_of_an_unknown_interface(void **state)
{
	struct bed *bed = *state;

	bed_drops(bed, 1, 0, 0);
	assert_damaged(bed, "statistics of an interface that wasn't described");
}

static void statistics_too_short(void **state)
{
	struct bed *bed = *state;

	bed_end(bed, bed_begin(bed, BLOCK_ISB));
	assert_damaged(bed, "statistics too short");
}

static void an_interface_description_too_short(void **state)
{
	struct bed *bed = *state;

	bed_end(bed, bed_begin(bed, BLOCK_IDB));
	assert_damaged(bed, "interface description too short");
}

static void a_section_header_too_short(void **state)
{
	struct bed *bed = *state;
	size_t start = bed_begin(bed, 0x0a0d0d0a);

	bed_put32(bed, 0x1a2b3c4d);
	bed_end(bed, start);
	assert_damaged(bed, "section header too short");
}

static void a_section_without_its_magic(void **state)
{
	struct bed *bed = *state;

	bed_section(bed);
	put_at(bed, AT + 8, 0x1a2b3c4e);
	assert_damaged(bed, "without its byte-order magic");
}

static void a_section_of_another_version(void **state)
{
	struct bed *bed = *state;

	bed_section(bed);
	put_at(bed, AT + 12, 2);
	bed_assert_refused(bed, ENOTSUP, "pcapng version 2.0 at byte 96");
	put_at(bed, AT + 12, 1 << 16 | 1);
	bed_assert_refused(bed, ENOTSUP, "pcapng version 1.1 at byte 96");
}

static void more_interfaces_than_are_read(void **state)
{
	struct bed *bed = *state;

	for (int i = 1; i < CAPFILE_MAX_INTERFACES; i++) {
		bed_interface(bed, 1, 0, NS);
	}
	bed_packet(bed, CAPFILE_MAX_INTERFACES - 1, 0, 1, 1);
	bed_open(bed, BED_WHOLE);
	bed_assert_frames(bed, 2, 0);
	bed_interface(bed, 1, 0, NS);
	bed_assert_refused(bed, ENOTSUP, "more than 1024 interfaces");
}

#define REFUSED(name)                                                      \
	{                                                                  \
#name "_is_refused", name, whole_setup, bed_teardown, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		REFUSED(a_block_shorter_than_its_own_head),
		REFUSED(a_block_of_no_length),
		REFUSED(a_block_whose_length_is_no_multiple_of_4),
		REFUSED(a_block_that_ends_with_another_length),
		REFUSED(a_skipped_block_that_ends_with_another_length),
		REFUSED(a_block_of_frames_longer_than_is_read),
		REFUSED(a_frame_longer_than_its_block),
		REFUSED(a_frame_of_more_bytes_than_it_had),
		REFUSED(a_frame_of_an_unknown_interface),
		REFUSED(a_block_too_short_for_a_frame),
		REFUSED(a_simple_packet_longer_than_its_block),
		REFUSED(a_simple_packet_without_an_interface),
		REFUSED(an_option_longer_than_its_block),
		REFUSED(an_option_of_a_wrong_length),
		REFUSED(statistics_of_an_unknown_interface),
		REFUSED(statistics_too_short),
		REFUSED(an_interface_description_too_short),
		REFUSED(a_section_header_too_short),
		REFUSED(a_section_without_its_magic),
		REFUSED(a_section_of_another_version),
		REFUSED(more_interfaces_than_are_read),
	};

	return cmocka_run_group_tests_name("capfile_damage", tests, NULL, NULL);
}
