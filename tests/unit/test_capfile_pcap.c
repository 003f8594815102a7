/* SPDX-License-Identifier: BSD-2-Clause */
/* pcap files against literal bytes (draft-ietf-opsawg-pcap, figures 1 and 2), and damaged ones. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capfile_bed.h"

#define MAGIC_US UINT32_C(0xa1b2c3d4)
#define MAGIC_NS UINT32_C(0xa1b23c4d)

static const uint8_t little_us[] = {
	0xd4, 0xc3, 0xb2, 0xa1, 2,    0,    4,    0,    0, 0, 0, 0, 0, 0, 0, 0, /* head */
	0x00, 0x00, 0x04, 0x00, 1,    0,    0,    0,                /* 262144, Ethernet */
	0x15, 0xcd, 0x5b, 0x07, 0x40, 0xe2, 0x01, 0x00,             /* 123456789.123456 */
	4,    0,    0,    0,    6,    0,    0,    0,    1, 2, 3, 4, /* 4 of 6 bytes */
};

static const uint8_t big_ns[] = {
	0xa1, 0xb2, 0x3c, 0x4d, 0,    2,    0,    4,    0, 0, 0, 0, 0, 0, 0, 0, /* head */
	0x00, 0x00, 0x00, 0x60, 0,    0,    1,    0x14,                         /* 96, SLL2 */
	0x07, 0x5b, 0xcd, 0x15, 0x3a, 0xde, 0x68, 0xb1,                         /* .987654321 */
	0,    0,    0,    3,    0,    0,    0,    3,    1, 2, 3,                /* all of 3 bytes */
};

static void a_little_endian_microsecond_file_is_read(void **state)
{
	struct bed *bed = *state;
	const struct capfile_facts *facts;

	bed_put(bed, little_us, sizeof(little_us));
	bed_open(bed, BED_WHOLE);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 123456789123456000, 4, 6, 1);
	assert_int_equal(bed->frame.direction, FRAME_UNKNOWN);
	bed_assert_frames(bed, 0, 0);
	facts = capfile_facts(bed->file);
	assert_int_equal(facts->format, CAPFILE_PCAP_US);
	assert_int_equal(facts->frames, 1);
	assert_int_equal(facts->bytes, sizeof(little_us));
	assert_int_equal(facts->snaplen, 262144);
	assert_int_equal(facts->link_type, 1);
	assert_false(facts->truncated);
}

static void a_big_endian_nanosecond_file_is_read(void **state)
{
	struct bed *bed = *state;

	bed_put(bed, big_ns, sizeof(big_ns));
	bed_open(bed, BED_WHOLE);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 123456789987654321, 3, 3, 276);
	bed_assert_frames(bed, 0, 0);
	assert_int_equal(capfile_facts(bed->file)->format, CAPFILE_PCAP_NS);
	assert_int_equal(capfile_facts(bed->file)->snaplen, 96);
}

static void what_a_pcap_file_lost_is_unknown(void **state)
{
	struct bed *bed = *state;

	bed_put(bed, little_us, sizeof(little_us));
	bed_open(bed, BED_WHOLE);
	bed_assert_frames(bed, 1, 0);
	assert_false(capfile_facts(bed->file)->drops_known);
	assert_false(capfile_facts(bed->file)->received_known);
	assert_false(capfile_facts(bed->file)->start_known);
}

static void frames_are_the_same_however_few_bytes_a_read_gives(void **state)
{
	struct bed *bed = *state;
	static const size_t chunks[] = {1, 7, 4096, BED_WHOLE};

	bed_pcap(bed, MAGIC_NS, 1);
	for (uint32_t i = 0; i < 1000; i++) {
		bed_record(bed, i, i, i % 97, i % 97 + i);
	}
	for (size_t chunk = 0; chunk < sizeof(chunks) / sizeof(*chunks); chunk++) {
		bed_open(bed, chunks[chunk]);
		for (uint32_t i = 0; i < 1000; i++) {
			assert_int_equal(bed_next(bed), 1);
			bed_assert_frame(bed, i * INT64_C(1000000001), i % 97, i % 97 + i, 1);
		}
		bed_assert_frames(bed, 0, 0);
	}
}

static void a_frame_as_long_as_is_read_is_read_whole(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	bed_record(bed, 1, 0, 60, 60);
	bed_record(bed, 2, 0, CAPFILE_MAX_BLOCK - 16, CAPFILE_MAX_BLOCK);
	bed_record(bed, 3, 0, CAPFILE_MAX_BLOCK - 16, CAPFILE_MAX_BLOCK);
	bed_record(bed, 4, 0, 60, 60);
	bed_open(bed, 100000);
	bed_assert_frames(bed, 4, 0);
	bed_open(bed, BED_WHOLE);
	assert_int_equal(bed_next(bed), 1);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 2000000000, CAPFILE_MAX_BLOCK - 16, CAPFILE_MAX_BLOCK, 1);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 3000000000, CAPFILE_MAX_BLOCK - 16, CAPFILE_MAX_BLOCK, 1);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 4000000000, 60, 60, 1);
}

static void a_frame_beyond_the_snaplen_is_taken_as_it_is(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	memset(bed->bytes + 16, 0, 4); /* snaplen 0, as some writers leave it */
	bed_record(bed, 1, 0, 100, 200);
	bed_open(bed, BED_WHOLE);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 1000000000, 100, 200, 1);
}

static void an_empty_frame_is_a_frame(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	bed_record(bed, 0, 0, 0, 0);
	bed_record(bed, 0, 0, 0, 60);
	bed_open(bed, BED_WHOLE);
	bed_assert_frames(bed, 2, 0);
}

static void the_last_stamp_of_32_bits_is_in_2106(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	bed_record(bed, UINT32_MAX, UINT32_MAX, 1, 1);
	bed_open(bed, BED_WHOLE);
	assert_int_equal(bed_next(bed), 1);
	/* 4294967295 s and as many us */
	bed_assert_frame(bed, INT64_C(4294967295000000000) + INT64_C(4294967295000), 1, 1, 1);
}

static void a_version_before_2_3_has_the_lengths_the_other_way_round(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	bed->bytes[6] = 2;
	bed_put32(bed, 1);
	bed_put32(bed, 0);
	bed_put32(bed, 9); /* on the wire */
	bed_put32(bed, 4); /* captured */
	bed_put(bed, "\1\2\3\4", 4);
	bed_open(bed, BED_WHOLE);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 1000000000, 4, 9, 1);
}

static void a_version_2_3_may_have_them_either_way(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	bed->bytes[6] = 3;
	bed_record(bed, 1, 0, 4, 9);
	bed_put32(bed, 2);
	bed_put32(bed, 0);
	bed_put32(bed, 9);
	bed_put32(bed, 4);
	bed_put(bed, "\1\2\3\4", 4);
	bed_open(bed, BED_WHOLE);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 1000000000, 4, 9, 1);
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 2000000000, 4, 9, 1);
}

static void the_length_of_the_fcs_is_no_part_of_the_link_type(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 0x24000001); /* 4 bytes of it, and that this is told */
	bed_record(bed, 1, 0, 64, 64);
	bed_open(bed, BED_WHOLE);
	assert_int_equal(bed_next(bed), 1);
	assert_int_equal(bed->frame.link_type, 1);
}

static void raw_ip_of_old_systems_is_linktype_raw(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 12);
	bed_open(bed, BED_WHOLE);
	bed_assert_frames(bed, 0, 0);
	assert_int_equal(capfile_facts(bed->file)->link_type, 101);
	bed->bytes[20] = 14;
	bed_open(bed, BED_WHOLE);
	bed_assert_frames(bed, 0, 0);
	assert_int_equal(capfile_facts(bed->file)->link_type, 101);
}

static void a_file_that_ends_anywhere_in_a_record_is_truncated(void **state)
{
	struct bed *bed = *state;
	size_t first, whole;

	bed_pcap(bed, MAGIC_US, 1);
	bed_record(bed, 1, 0, 60, 60);
	first = bed->size;
	bed_record(bed, 2, 0, 60, 60);
	whole = bed->size;
	for (bed->size = first + 1; bed->size < whole; bed->size++) {
		bed_open(bed, BED_WHOLE);
		bed_assert_frames(bed, 1, 0);
		assert_true(capfile_facts(bed->file)->truncated);
	}
	bed_open(bed, BED_WHOLE);
	bed_assert_frames(bed, 2, 0);
	assert_false(capfile_facts(bed->file)->truncated);
}

static void an_empty_file_is_refused(void **state)
{
	bed_assert_refused(*state, EBADMSG, "empty");
}

static void a_file_cut_within_its_head_is_refused(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	for (bed->size = 1; bed->size < 4; bed->size++) {
		bed_assert_refused(bed, EBADMSG, "too short");
	}
	for (bed->size = 4; bed->size < 24; bed->size++) {
		bed_assert_refused(bed, EBADMSG, "cut within the head");
	}
}

static void a_frame_that_is_too_long_is_refused_with_its_place(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	bed_record(bed, 1, 0, 60, 60);
	bed_put64(bed, 0);
	bed_put32(bed, CAPFILE_MAX_BLOCK - 15);
	bed_put32(bed, UINT32_MAX);
	bed_assert_refused(bed, EBADMSG, "frame of 1048561 bytes at byte 100");
	/* with the way to what can be saved */
	bed_assert_refused(bed, EBADMSG, "editcap -r IN OUT 1-1");
}

static void a_frame_of_all_ones_is_refused(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	bed_put64(bed, UINT64_MAX);
	bed_put64(bed, UINT64_MAX);
	bed_assert_refused(bed, EBADMSG, "frame of 4294967295 bytes at byte 24");
}

static void more_bytes_than_the_frame_had_are_refused(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	bed_record(bed, 1, 0, 61, 60);
	bed_assert_refused(bed, EBADMSG, "61 bytes of a frame of 60 at byte 24");
}

static void other_versions_are_refused_by_number(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	bed->bytes[6] = 5;
	bed_assert_refused(bed, ENOTSUP, "pcap version 2.5");
	bed->bytes[4] = 1;
	bed_assert_refused(bed, ENOTSUP, "pcap version 1.5");
}

static void link_types_beyond_16_bits_are_refused(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 0x02240000);
	bed_assert_refused(bed, ENOTSUP, "link type 0x2240000");
}

static void other_formats_are_refused_by_name(void **state)
{
	struct bed *bed = *state;
	static const struct {
		const char *bytes, *text;
	} others[] = {
		{"\xa1\xb2\xcd\x34", "modified pcap (Kuznetzov's): convert it (editcap"},
		{"\x34\xcd\xb2\xa1", "modified pcap (Kuznetzov's)"},
		{"\xcb\xc3\xb2\xa1", "BPF programs"},
		{"\x4d\x3c\x2b\xa1", "Navtel's"},
		{"\xac\x01\x00\x1c", "Ixia's"},
		{"\x1f\x8b\x08\x00", "gzip file: decompress it first"},
		{"(\xb5/\xfd", "Zstandard file: decompress"},
		{"\x04\"M\x18", "LZ4 file: decompress"},
		{"BZh9", "bzip2 file: decompress"},
		{"\xfd"
		 "7zX",
		 "xz file: decompress"},
		{"snoop", "snoop file: convert it"},
		{"{\"schema\"", "JSON"},
		{"ABCD", "neither pcap nor pcapng: it begins with 0x41424344"},
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		bed->size = 0;
		bed_put(bed, others[i].bytes, 4);
		bed_put64(bed, 0);
		bed_put64(bed, 0);
		bed_put64(bed, 0);
		bed_assert_refused(bed, ENOTSUP, others[i].text);
		assert_int_equal(capfile_facts(bed->file)->format, CAPFILE_UNREAD);
	}
}

static void a_failed_read_is_told_and_stays(void **state)
{
	struct bed *bed = *state;

	bed_pcap(bed, MAGIC_US, 1);
	bed_record(bed, 1, 0, 60, 60);
	bed_open(bed, 100);
	assert_int_equal(bed_next(bed), 1);
	bed->err = -EIO;
	assert_int_equal(bed_next(bed), -EIO);
	assert_string_equal(capfile_error(bed->file), "read at byte 100: input/output error");
	bed->err = 0;
	assert_int_equal(bed_next(bed), -EIO);
}

static void an_interrupted_read_can_be_repeated(void **state)
{
	struct bed *bed = *state;

	bed_put(bed, little_us, sizeof(little_us));
	bed->err_once = true;
	bed_open(bed, 1);
	for (int interrupted = 0; interrupted < 5; interrupted++) {
		bed->err = -EINTR;
		assert_int_equal(bed_next(bed), -EINTR);
		assert_string_equal(capfile_error(bed->file), "");
	}
	assert_int_equal(bed_next(bed), 1);
	bed_assert_frame(bed, 123456789123456000, 4, 6, 1);
	bed->err = -EINTR;
	assert_int_equal(bed_next(bed), -EINTR);
	bed_assert_frames(bed, 0, 0);
}

static void the_frame_is_untouched_unless_there_is_one(void **state)
{
	struct bed *bed = *state;
	struct frame before;

	bed_pcap(bed, MAGIC_US, 1);
	bed_record(bed, 1, 0, 61, 60);
	memset(&bed->frame, 0xa5, sizeof(bed->frame));
	before = bed->frame;
	bed_assert_refused(bed, EBADMSG, "");
	assert_memory_equal(&bed->frame, &before, sizeof(before));
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, bed_setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_little_endian_microsecond_file_is_read),
		CLAIM(a_big_endian_nanosecond_file_is_read),
		CLAIM(what_a_pcap_file_lost_is_unknown),
		CLAIM(frames_are_the_same_however_few_bytes_a_read_gives),
		CLAIM(a_frame_as_long_as_is_read_is_read_whole),
		CLAIM(a_frame_beyond_the_snaplen_is_taken_as_it_is),
		CLAIM(an_empty_frame_is_a_frame),
		CLAIM(the_last_stamp_of_32_bits_is_in_2106),
		CLAIM(a_version_before_2_3_has_the_lengths_the_other_way_round),
		CLAIM(a_version_2_3_may_have_them_either_way),
		CLAIM(the_length_of_the_fcs_is_no_part_of_the_link_type),
		CLAIM(raw_ip_of_old_systems_is_linktype_raw),
		CLAIM(a_file_that_ends_anywhere_in_a_record_is_truncated),
		CLAIM(an_empty_file_is_refused),
		CLAIM(a_file_cut_within_its_head_is_refused),
		CLAIM(a_frame_that_is_too_long_is_refused_with_its_place),
		CLAIM(a_frame_of_all_ones_is_refused),
		CLAIM(more_bytes_than_the_frame_had_are_refused),
		CLAIM(other_versions_are_refused_by_number),
		CLAIM(link_types_beyond_16_bits_are_refused),
		CLAIM(other_formats_are_refused_by_name),
		CLAIM(a_failed_read_is_told_and_stays),
		CLAIM(an_interrupted_read_can_be_repeated),
		CLAIM(the_frame_is_untouched_unless_there_is_one),
	};

	return cmocka_run_group_tests_name("capfile_pcap", tests, NULL, NULL);
}
