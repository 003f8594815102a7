/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers of the kernel's ethtool family, and a driver's strings, sound and damaged. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "counters.h"
#include "ethnl_parse.h"
#include "ethtool_stats.h"

enum { ROOM = 512, NESTED = 0x8000 };

/* An answer that is being made: a generic header, then attributes (linux/ethtool_netlink.h). */
static unsigned char answer[ROOM];
static size_t length;
static struct counters counters;

static int begin(void **state)
{
	(void)state;
	memset(answer, 0, sizeof(answer));
	length = 4;
	return 0;
}

static int end(void **state)
{
	(void)state;
	counters_release(&counters);
	return 0;
}

static size_t nest(unsigned int type)
{
	size_t at = length;
	uint16_t number = (uint16_t)(type | NESTED);

	memcpy(answer + length + 2, &number, sizeof(number));
	length += 4;
	return at;
}

static void close_nest(size_t at)
{
	uint16_t bytes = (uint16_t)(length - at);

	memcpy(answer + at, &bytes, sizeof(bytes));
}

static void attribute(unsigned int type, const void *value, size_t bytes)
{
	size_t at = nest(type);

	answer[at + 3] = 0; /* no nest */
	memcpy(answer + length, value, bytes);
	length += bytes;
	close_nest(at);
	length = (length + 3) & ~(size_t)3;
}

static void number(unsigned int type, uint64_t value)
{
	attribute(type, &value, sizeof(value));
}

/* ETHTOOL_A_STATS_GRP with its ETHTOOL_A_STATS_GRP_ID and one ETHTOOL_A_STATS_GRP_STAT. */
static void group(uint32_t id, unsigned int stat, uint64_t value)
{
	size_t outer = nest(4), inner;

	attribute(2, &id, sizeof(id));
	inner = nest(4);
	number(stat, value);
	close_nest(inner);
	close_nest(outer);
}

static void assert_counter(const char *name, uint64_t expected)
{
	uint64_t value = 0;

	assert_int_equal(counters_get(&counters, name, &value), 0);
	assert_int_equal(value, expected);
}

static void standard_counters_have_the_names_of_ieee_802_3(void **state)
{
	(void)state;
	group(0, 0, 1);
	group(1, 4, 2);
	group(1, 5, 3);
	group(1, 21, 4);
	group(2, 2, 5);
	group(3, 3, 6);
	assert_int_equal(ethnl_parse_stats(answer, length, &counters), 0);
	assert_int_equal(counters.count, 6);
	assert_counter("std.phy.SymbolErrorDuringCarrier", 1);
	assert_counter("std.mac.FrameCheckSequenceErrors", 2);
	assert_counter("std.mac.AlignmentErrors", 3);
	assert_counter("std.mac.FrameTooLongErrors", 4);
	assert_counter("std.ctrl.UnsupportedOpcodesReceived", 5);
	assert_counter("std.rmon.etherStatsJabbers", 6);
}

static void groups_and_counters_of_a_later_kernel_are_passed_over(void **state)
{
	(void)state;
	group(4, 0, 1);
	group(UINT32_MAX, 0, 1);
	group(1, 22, 1);
	group(0, 1, 1);
	group(1, 8, 7);
	assert_int_equal(ethnl_parse_stats(answer, length, &counters), 0);
	assert_int_equal(counters.count, 1);
	assert_counter("std.mac.LateCollisions", 7);
}

static void of_the_fec_lanes_the_sum_counts(void **state)
{
	const uint64_t blocks[] = {30, 10, 20};
	size_t outer;

	(void)state;
	outer = nest(5);
	attribute(2, blocks, sizeof(blocks));
	attribute(3, blocks + 1, sizeof(*blocks));
	attribute(4, blocks, 0); /* not counted by this card */
	close_nest(outer);
	assert_int_equal(ethnl_parse_fec(answer, length, &counters), 0);
	assert_int_equal(counters.count, 2);
	assert_counter("std.fec.corrected_blocks", 30);
	assert_counter("std.fec.uncorrectable_blocks", 10);
}

static void pause_frames_are_counted_each_way(void **state)
{
	size_t outer;

	(void)state;
	outer = nest(5);
	number(2, 8);
	number(3, 9);
	close_nest(outer);
	assert_int_equal(ethnl_parse_pause(answer, length, &counters), 0);
	assert_counter("std.pause.tx_pause_frames", 8);
	assert_counter("std.pause.rx_pause_frames", 9);
}

/* Cut anywhere, in a block of its own so that valgrind and the sanitizers see a read behind it. */
static void an_answer_that_is_cut_is_read_as_far_as_it_is_sound(void **state)
{
	(void)state;
	group(1, 4, 2);
	for (size_t cut = 0; cut <= length; cut++) {
		unsigned char *copy = test_malloc(cut + 1);
		int err;

		memcpy(copy, answer, cut);
		err = ethnl_parse_stats(copy, cut, &counters);
		/* whole, or nothing but the header: else it is said */
		assert_int_equal(err, cut == length || cut == 4 ? 0 : -EBADMSG);
		assert_int_equal(counters.count, cut == length ? 1 : 0);
		test_free(copy);
	}
}

static void an_attribute_longer_than_its_nest_is_refused(void **state)
{
	(void)state;
	group(1, 4, 2);
	answer[4 + 4 + 8] = 0xff; /* the inner nest's length */
	assert_int_equal(ethnl_parse_stats(answer, length, &counters), -EBADMSG);
	assert_int_equal(counters.count, 0);
}

static void a_drivers_strings_are_paired_with_its_numbers(void **state)
{
	char names[5 * ETHTOOL_STATS_NAME] = "";
	unsigned char numbers[1 + 5 * sizeof(uint64_t)];
	const uint64_t value[] = {1, 2, 3, 4, 5};

	(void)state;
	memcpy(names, "rx_crc_errors", 13);
	memset(names + ETHTOOL_STATS_NAME, 'x', ETHTOOL_STATS_NAME); /* without an end */
	memcpy(names + 3 * ETHTOOL_STATS_NAME, "[0]: rx\033", 8);
	memcpy(names + 4 * ETHTOOL_STATS_NAME, "rx_crc_errors", 13);
	memcpy(numbers + 1, value, sizeof(value)); /* not aligned */
	assert_int_equal(ethtool_stats_add(&counters, names, numbers + 1, 5), 0);
	assert_int_equal(counters.count, 3);
	assert_counter("ethtool.rx_crc_errors", 6);
	assert_counter("ethtool.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 2);
	assert_counter("ethtool.[0]:_rx_", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(standard_counters_have_the_names_of_ieee_802_3,
						begin, end),
		cmocka_unit_test_setup_teardown(
			groups_and_counters_of_a_later_kernel_are_passed_over, begin, end),
		cmocka_unit_test_setup_teardown(of_the_fec_lanes_the_sum_counts, begin, end),
		cmocka_unit_test_setup_teardown(pause_frames_are_counted_each_way, begin, end),
		cmocka_unit_test_setup_teardown(an_answer_that_is_cut_is_read_as_far_as_it_is_sound,
						begin, end),
		cmocka_unit_test_setup_teardown(an_attribute_longer_than_its_nest_is_refused, begin,
						end),
		cmocka_unit_test_setup_teardown(a_drivers_strings_are_paired_with_its_numbers,
						begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
