/* SPDX-License-Identifier: BSD-2-Clause */
/* What a capture file says that it lost, and when it says nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capfile_bed.h"

enum { NS = 9, US = 6, BLOCK_ISB = 5, BLOCK_EPB = 6 };

static const struct capfile_facts *read_all(struct bed *bed)
{
	bed_open(bed, BED_WHOLE);
	while (bed_next(bed) == 1) {
	}
	assert_string_equal(capfile_error(bed->file), "");
	return capfile_facts(bed->file);
}

static void assert_drops(struct bed *bed, bool known, uint64_t count)
{
	const struct capfile_facts *facts = read_all(bed);

	assert_int_equal(facts->drops_known, known);
	assert_int_equal(facts->dropped, count);
}

static void put_start(struct bed *bed)
{
	bed_section(bed);
	bed_interface(bed, 1, 0, NS);
	bed_packet(bed, 0, 1, 4, 4);
}

static void without_statistics_the_drops_are_unknown_not_zero(void **state)
{
	put_start(*state);
	assert_drops(*state, false, 0);
}

static void statistics_without_drop_counts_leave_them_unknown(void **state)
{
	struct bed *bed = *state;
	size_t start;

	put_start(bed);
	start = bed_begin(bed, BLOCK_ISB);
	bed_put32(bed, 0);
	bed_put64(bed, 0);
	bed_option64(bed, 4, 100);
	bed_end(bed, start);
	assert_drops(bed, false, 0);
	assert_true(capfile_facts(bed->file)->received_known);
	assert_int_equal(capfile_facts(bed->file)->received, 100);
}

static void a_count_of_all_ones_is_unknown(void **state)
{
	struct bed *bed = *state;

	put_start(bed);
	bed_drops(bed, 0, UINT64_MAX, UINT64_MAX);
	assert_drops(bed, false, 0);
	bed_drops(bed, 0, UINT64_MAX, 4);
	assert_drops(bed, true, 4);
}

static void zero_is_known_when_it_is_told(void **state)
{
	put_start(*state);
	bed_drops(*state, 0, 0, 0);
	assert_drops(*state, true, 0);
}

static void the_last_statistics_of_an_interface_count(void **state)
{
	struct bed *bed = *state;

	put_start(bed);
	bed_drops(bed, 0, 1, 2);
	bed_drops(bed, 0, 5, 10);
	assert_drops(bed, true, 15);
}

static void interfaces_are_summed(void **state)
{
	struct bed *bed = *state;

	put_start(bed);
	bed_interface(bed, 1, 0, NS);
	bed_packet(bed, 1, 1, 4, 4);
	bed_drops(bed, 0, 1, 2);
	assert_drops(bed, false, 3); /* that of the second is missing */
	bed_drops(bed, 1, 4, 0);
	assert_drops(bed, true, 7);
}

static void an_interface_without_frames_needs_no_statistics(void **state)
{
	struct bed *bed = *state;

	put_start(bed);
	bed_interface(bed, 1, 0, NS);
	bed_drops(bed, 0, 1, 2);
	assert_drops(bed, true, 3);
}

static void statistics_before_the_frames_count_as_well(void **state)
{
	struct bed *bed = *state;

	bed_section(bed);
	bed_interface(bed, 1, 0, NS);
	bed_drops(bed, 0, 1, 2);
	bed_packet(bed, 0, 1, 4, 4);
	assert_drops(bed, true, 3);
}

static void an_empty_capture_with_statistics_is_complete(void **state)
{
	struct bed *bed = *state;

	bed_section(bed);
	assert_drops(bed, false, 0);
	bed_interface(bed, 1, 0, NS);
	bed_drops(bed, 0, 0, 0);
	assert_drops(bed, true, 0);
}

static void sections_are_summed_and_each_must_tell(void **state)
{
	struct bed *bed = *state;

	put_start(bed);
	bed_drops(bed, 0, 1, 2);
	bed->big = true;
	put_start(bed);
	assert_drops(bed, false, 3);
	bed_drops(bed, 0, 10, 20);
	assert_drops(bed, true, 33);
	put_start(bed);
	put_start(bed);
	bed_drops(bed, 0, 0, 0);
	assert_drops(bed, false, 33); /* the third told nothing */
}

static void put_packet_after_drops(struct bed *bed, uint64_t count)
{
	size_t start = bed_packet(bed, 0, 1, 4, 4);

	bed->size -= 4;
	bed_option64(bed, 4, count);
	bed_option(bed, 0, "", 0);
	bed_end(bed, start);
}

static void drops_told_by_frames_are_a_lower_bound(void **state)
{
	struct bed *bed = *state;

	put_start(bed);
	put_packet_after_drops(bed, 3);
	put_packet_after_drops(bed, 4);
	assert_drops(bed, false, 7);
	bed_drops(bed, 0, 2, 1);
	assert_drops(bed, true, 7);
	bed_drops(bed, 0, 2, 8);
	assert_drops(bed, true, 10);
}

static void drops_told_by_old_packet_blocks_are_a_lower_bound(void **state)
{
	struct bed *bed = *state;

	put_start(bed);
	for (int i = 0; i < 2; i++) {
		size_t start = bed_begin(bed, 2);

		bed_put16(bed, 0);
		bed_put16(bed, i == 0 ? 5 : UINT16_MAX); /* the latter: unknown */
		bed_put64(bed, 0);
		bed_put64(bed, 0);
		bed_end(bed, start);
	}
	assert_drops(bed, false, 5);
}

static void counts_of_a_forged_file_do_not_wrap_round(void **state)
{
	struct bed *bed = *state;

	put_start(bed);
	put_packet_after_drops(bed, UINT64_MAX);
	put_packet_after_drops(bed, UINT64_MAX);
	bed_drops(bed, 0, UINT64_MAX - 1, UINT64_MAX - 1);
	assert_true(read_all(bed)->dropped > UINT32_MAX);
	for (int section = 0; section < 3; section++) {
		bed_section(bed);
		for (uint32_t i = 0; i < CAPFILE_MAX_INTERFACES; i++) {
			bed_interface(bed, 1, 0, NS);
			bed_drops(bed, i, UINT64_MAX - 1, 0);
		}
	}
	assert_drops(bed, true, UINT64_MAX);
}

static void a_truncated_file_may_lack_the_last_word(void **state)
{
	struct bed *bed = *state;

	put_start(bed);
	bed_drops(bed, 0, 1, 2);
	bed_packet(bed, 0, 1, 4, 4);
	bed->size--;
	assert_drops(bed, false, 3);
	assert_true(capfile_facts(bed->file)->truncated);
}

static void put_times(struct bed *bed, uint32_t interface, uint64_t start, uint64_t end)
{
	size_t block = bed_begin(bed, BLOCK_ISB);

	bed_put32(bed, interface);
	bed_put64(bed, 0);
	for (uint16_t code = 2; code <= 3; code++) {
		uint64_t ticks = code == 2 ? start : end;

		bed_put16(bed, code);
		bed_put16(bed, 8);
		bed_put32(bed, (uint32_t)(ticks >> 32));
		bed_put32(bed, (uint32_t)ticks);
	}
	bed_end(bed, block);
}

static void the_capture_lasts_from_the_earliest_start_to_the_latest_end(void **state)
{
	struct bed *bed = *state;
	const struct capfile_facts *facts;

	for (int order = 0; order < 2; order++) {
		bed->size = 0;
		bed->big = order != 0;
		put_start(bed);
		facts = read_all(bed);
		assert_false(facts->start_known);
		assert_false(facts->end_known);
		bed_interface(bed, 1, 0, US);
		put_times(bed, 0, 1700000000000000002, 1700000000000000009);
		put_times(bed, 1, 1700000000000000, 1700000000000000);
		facts = read_all(bed);
		assert_true(facts->start_known);
		assert_true(facts->end_known);
		assert_int_equal(facts->start_ns, 1700000000000000000);
		assert_int_equal(facts->end_ns, 1700000000000000009);
	}
}

static void times_of_dumpcap_are_microseconds_in_a_nanosecond_file_too(void **state)
{
	struct bed *bed = *state;
	const struct capfile_facts *facts;
	size_t start;

	put_start(bed);
	start = bed_begin(bed, BLOCK_ISB);
	bed_put32(bed, 0);
	bed_put64(bed, 0);
	bed_option(bed, 1, "Counters provided by dumpcap", 28);
	bed_put32(bed, 0x00080002);
	bed_put32(bed, 0x00060a24); /* 1700000000000002 us */
	bed_put32(bed, 0x181e4002);
	bed_put32(bed, 0x00080003);
	bed_put32(bed, 0x17979cfe); /* 1700000000000000009 ns */
	bed_put32(bed, 0x362a0009);
	bed_end(bed, start);
	facts = read_all(bed);
	assert_int_equal(facts->start_ns, 1700000000000002000);
	assert_int_equal(facts->end_ns, 1700000000000000009);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, bed_setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(without_statistics_the_drops_are_unknown_not_zero),
		CLAIM(statistics_without_drop_counts_leave_them_unknown),
		CLAIM(a_count_of_all_ones_is_unknown),
		CLAIM(zero_is_known_when_it_is_told),
		CLAIM(the_last_statistics_of_an_interface_count),
		CLAIM(interfaces_are_summed),
		CLAIM(an_interface_without_frames_needs_no_statistics),
		CLAIM(statistics_before_the_frames_count_as_well),
		CLAIM(an_empty_capture_with_statistics_is_complete),
		CLAIM(sections_are_summed_and_each_must_tell),
		CLAIM(drops_told_by_frames_are_a_lower_bound),
		CLAIM(drops_told_by_old_packet_blocks_are_a_lower_bound),
		CLAIM(counts_of_a_forged_file_do_not_wrap_round),
		CLAIM(a_truncated_file_may_lack_the_last_word),
		CLAIM(the_capture_lasts_from_the_earliest_start_to_the_latest_end),
		CLAIM(times_of_dumpcap_are_microseconds_in_a_nanosecond_file_too),
	};

	return cmocka_run_group_tests_name("capfile_drops", tests, NULL, NULL);
}
