/* SPDX-License-Identifier: BSD-2-Clause */
/* What /proc/PID writes, as proc(5) describes it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proctext.h"

/* Each number is its field's, but for the few that a test looks at. */
#define FIELDS_4_TO_38                                                                                 \
	" 4 5 6 7 -1 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 18446744073709551615 27 28 29 " \
	"30 31 32 33 34 35 36 37 38"

static void fields_are_counted_behind_the_last_parenthesis(void **state)
{
	static const char *const names[][2] = {
		{"iperf3", "iperf3"},
		{"a b", "a b"},
		{"x) R 1 2", "x) R 1 2"},
		{"", ""},
		{"((", "(("},
		{"tmux: server", "tmux: server"},
		{"line\nend", "line\nend"},
	};
	struct proctext_stat stat;
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(text, sizeof(text), "123 (%s) S" FIELDS_4_TO_38 " 39 40 41 42\n",
			 names[i][0]);
		assert_int_equal(proctext_stat(text, &stat), 0);
		assert_string_equal(stat.name, names[i][1]);
		assert_int_equal(stat.state, 'S');
		assert_int_equal(stat.parent, 4);
		assert_int_equal(stat.major_faults, 12);
		assert_int_equal(stat.start_ticks, 22);
		assert_int_equal(stat.cpu, 39);
		assert_int_equal(stat.fifo_priority, 40);
		assert_int_equal(stat.policy, 41);
	}
}

static void stat_that_is_cut_or_none_is_refused(void **state)
{
	static const char whole[] = "123 (x) S" FIELDS_4_TO_38 " 39 40 41";
	struct proctext_stat stat = {.cpu = 7};
	char text[sizeof(whole)];

	(void)state;
	for (size_t length = 0; length < sizeof(whole) - 2; length++) {
		memcpy(text, whole, length);
		text[length] = '\0';
		assert_int_equal(proctext_stat(text, &stat), -EINVAL);
	}
	assert_int_equal(stat.cpu, 7);
	assert_int_equal(proctext_stat(")(", &stat), -EINVAL);
	assert_int_equal(proctext_stat("1 (x) S" FIELDS_4_TO_38 " 4294967296 40 41", &stat),
			 -EINVAL);
}

static void a_number_belongs_to_the_whole_name(void **state)
{
	static const char status[] = "Name:\tx\nvoluntary_ctxt_switches:\t5\n"
				     "nonvoluntary_ctxt_switches:\t17\n";
	static const char sched[] = "x (1, #threads: 1)\n----\n"
				    "se.nr_migrations                 :                    3\n"
				    "nr_switches                      :                   40\n";
	uint64_t number = 99;

	(void)state;
	assert_int_equal(proctext_number(status, "nonvoluntary_ctxt_switches", &number), 0);
	assert_int_equal(number, 17);
	assert_int_equal(proctext_number(status, "voluntary_ctxt_switches", &number), 0);
	assert_int_equal(number, 5);
	assert_int_equal(proctext_number(sched, "se.nr_migrations", &number), 0);
	assert_int_equal(number, 3);
	assert_int_equal(proctext_number(sched, "nr_migrations", &number), -ENODATA);
	assert_int_equal(proctext_number(sched, "se.nr", &number), -ENODATA);
	assert_int_equal(proctext_number("a:\tb\n", "a", &number), -EINVAL);
	assert_int_equal(proctext_number("", "a", &number), -ENODATA);
	assert_int_equal(number, 3);
}

static void private_memory_is_counted_by_node_and_page_size(void **state)
{
	uint64_t on_node = 0, all = 0;

	(void)state;
	proctext_numa("7f00 bind:1 anon=10 dirty=10 active=0 N0=2 N1=8 kernelpagesize_kB=4", 1,
		      &on_node, &all);
	assert_int_equal(on_node, 32);
	assert_int_equal(all, 40);
	proctext_numa("55aa bind:1 heap anon=3 dirty=3 N1=3 kernelpagesize_kB=4", 1, &on_node,
		      &all);
	proctext_numa("7ffe bind:1 stack anon=2 dirty=2 N1=2 kernelpagesize_kB=4", 1, &on_node,
		      &all);
	proctext_numa("7f40 bind:1 huge anon=1 dirty=1 N1=1 kernelpagesize_kB=2048", 1, &on_node,
		      &all);
	assert_int_equal(on_node, 32 + 12 + 8 + 2048);
	assert_int_equal(all, 40 + 12 + 8 + 2048);
	/* node 11 is not node 1 */
	proctext_numa("7f50 default anon=1 dirty=1 N11=1 kernelpagesize_kB=4", 1, &on_node, &all);
	assert_int_equal(on_node, 32 + 12 + 8 + 2048);
}

/* Shared memory has a name, and no file: lines of a kernel 6.12, 16 MB on node 1. */
static void memory_that_is_shared_or_of_huge_pages_counts(void **state)
{
	static const char *const line[] = {
		"7f01 bind:1 file=/dev/zero\\040(deleted) dirty=4096 N1=4096 kernelpagesize_kB=4",
		"7f02 bind:1 file=/memfd:x\\040(deleted) dirty=4096 N1=4096 kernelpagesize_kB=4",
		"7f03 bind:1 file=/SYSV00000000\\040(deleted) dirty=4096 N1=4096 "
		"kernelpagesize_kB=4",
		"7f04 bind:1 file=/anon_hugepage\\040(deleted) huge anon=8 dirty=8 N1=8 "
		"kernelpagesize_kB=2048",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(line) / sizeof(*line); i++) {
		uint64_t on_node = 0, all = 0;

		proctext_numa(line[i], 1, &on_node, &all);
		assert_int_equal(on_node, 16384);
		assert_int_equal(all, 16384);
	}
}

static void pages_of_files_do_not_count(void **state)
{
	uint64_t on_node = 0, all = 0;

	(void)state;
	proctext_numa("5647 default file=/usr/bin/cat mapped=5 N0=5 kernelpagesize_kB=4", 0,
		      &on_node, &all);
	proctext_numa("5648 default file=/usr/bin/cat anon=1 dirty=1 N0=1 kernelpagesize_kB=4", 0,
		      &on_node, &all);
	proctext_numa("7ffd default", 0, &on_node, &all);
	proctext_numa("", 0, &on_node, &all);
	proctext_numa("7ffd bind:0 anon=5 N=3 N0 N0= Nx=1 N0=a", 0, &on_node, &all);
	assert_int_equal(on_node, 0);
	assert_int_equal(all, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_counted_behind_the_last_parenthesis),
		cmocka_unit_test(stat_that_is_cut_or_none_is_refused),
		cmocka_unit_test(a_number_belongs_to_the_whole_name),
		cmocka_unit_test(private_memory_is_counted_by_node_and_page_size),
		cmocka_unit_test(memory_that_is_shared_or_of_huge_pages_counts),
		cmocka_unit_test(pages_of_files_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
