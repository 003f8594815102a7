/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cpulist.h"
#include "machine_text.h"
#include "words.h"

static void expect_list(int (*parse)(const char *, struct cpulist *), const char *given,
			const char *expected)
{
	char text[CPULIST_TEXT];
	struct cpulist list;

	memset(&list, 0x5a, sizeof(list));
	assert_int_equal(parse(given, &list), 0);
	assert_string_equal(cpulist_text(&list, text, sizeof(text)), expected);
}

/* Refused, and the result left as it was. */
static void expect_refused(int (*parse)(const char *, struct cpulist *), const char *given)
{
	struct cpulist list, before;

	memset(&list, 0x5a, sizeof(list));
	before = list;
	if (parse(given, &list) != -EINVAL) {
		fail_msg("'%s' was taken", given);
	}
	assert_memory_equal(&list, &before, sizeof(list));
}

static void lists_end_with_a_newline_or_are_empty(void **state)
{
	(void)state;
	expect_list(machine_text_list, "0-3,8\n", "0-3,8");
	expect_list(machine_text_list, "0-3,8", "0-3,8");
	expect_list(machine_text_list, "\n", "");
	expect_list(machine_text_list, "", "");
	expect_list(machine_text_list, "(null)\n", "");
	expect_refused(machine_text_list, "0-3,\n");
	expect_refused(machine_text_list, "3-0\n");
	expect_refused(machine_text_list, "none\n");
	expect_refused(machine_text_list, "0-9999\n");
}

static void the_last_word_of_a_mask_is_the_lowest(void **state)
{
	(void)state;
	expect_list(machine_text_mask, "1\n", "0");
	expect_list(machine_text_mask, "ff", "0-7");
	expect_list(machine_text_mask, "00000000,0000ffff\n", "0-15");
	expect_list(machine_text_mask, "1,00000000\n", "32");
	expect_list(machine_text_mask, "80000001,80000000,00000002", "1,63-64,95");
	expect_list(machine_text_mask, "0\n", "");
	expect_refused(machine_text_mask, "");
	expect_refused(machine_text_mask, ",1");
	expect_refused(machine_text_mask, "1,");
	expect_refused(machine_text_mask, "1,,1");
	expect_refused(machine_text_mask, "0x1");
	expect_refused(machine_text_mask, "100000000");
	expect_refused(machine_text_mask, "-1");
}

static void a_mask_ends_at_the_last_cpu(void **state)
{
	char text[9 * 258 + 1] = "", *at = text;

	(void)state;
	/* 256 words are 8,192 bits; the highest one */
	memcpy(at, "80000000", 8);
	at += 8;
	for (int i = 1; i < 256; i++) {
		memcpy(at, ",00000000", 10);
		at += 9;
	}
	expect_list(machine_text_mask, text, "8191");
	memcpy(at, ",00000000", 10);
	expect_refused(machine_text_mask, text);
	/* nothing in what is beyond */
	memcpy(text, "00000000", 8);
	expect_list(machine_text_mask, text, "");
}

static void numbers_may_be_negative(void **state)
{
	int64_t number = 77;

	(void)state;
	assert_int_equal(machine_text_number("-1\n", &number), 0);
	assert_int_equal(number, -1);
	assert_int_equal(machine_text_number("1024", &number), 0);
	assert_int_equal(number, 1024);
	assert_int_equal(machine_text_number("9223372036854775807", &number), 0);
	assert_true(number == INT64_MAX);
	number = 77;
	assert_int_equal(machine_text_number("9223372036854775808", &number), -EINVAL);
	assert_int_equal(machine_text_number("", &number), -EINVAL);
	assert_int_equal(machine_text_number("-", &number), -EINVAL);
	assert_int_equal(machine_text_number("--1", &number), -EINVAL);
	assert_int_equal(machine_text_number("1 2", &number), -EINVAL);
	assert_int_equal(machine_text_number("+1", &number), -EINVAL);
	assert_int_equal(number, 77);
}

static void distances_are_1_to_255(void **state)
{
	uint32_t distance[3] = {7, 7, 7}, count = 77;

	(void)state;
	assert_int_equal(machine_text_distances("10 21\n", 3, distance, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(distance[0], 10);
	assert_int_equal(distance[1], 21);
	assert_int_equal(machine_text_distances("10 21 21 21\n", 3, distance, &count), -EINVAL);
	assert_int_equal(machine_text_distances("10 0\n", 3, distance, &count), -EINVAL);
	assert_int_equal(machine_text_distances("10 256\n", 3, distance, &count), -EINVAL);
	assert_int_equal(machine_text_distances("10 far\n", 3, distance, &count), -EINVAL);
	assert_int_equal(machine_text_distances("\n", 3, distance, &count), -EINVAL);
	assert_int_equal(count, 2);
	assert_int_equal(distance[2], 7);
}

static void memory_is_the_total(void **state)
{
	uint64_t kb = 77;

	(void)state;
	assert_int_equal(machine_text_memory("\nNode 0 MemTotal:       10315988 kB\n"
					     "Node 0 MemFree:         8042560 kB\n",
					     &kb),
			 0);
	assert_int_equal(kb, 10315988);
	assert_int_equal(machine_text_memory("Node 0 MemFree: 1 kB\n", &kb), -EINVAL);
	assert_int_equal(machine_text_memory("Node 0 MemTotal: lots\n", &kb), -EINVAL);
	assert_int_equal(machine_text_memory("Node 0 MemTotal:\n", &kb), -EINVAL);
	assert_int_equal(machine_text_memory("", &kb), -EINVAL);
	assert_int_equal(kb, 10315988);
}

static void allowed_is_the_list_not_the_mask(void **state)
{
	static const char status[] = "Name:\tbash\nCpus_allowed:\tf0\nCpus_allowed_list:\t4-7\n"
				     "Mems_allowed_list:\t0\n";

	(void)state;
	expect_list(machine_text_allowed, status, "4-7");
	expect_list(machine_text_allowed, "Cpus_allowed_list:\t0", "0");
	expect_refused(machine_text_allowed, "Cpus_allowed:\tf0\n");
	expect_refused(machine_text_allowed, "Cpus_allowed_list:\n");
	expect_refused(machine_text_allowed, "Cpus_allowed_list:\tx\n");
}

static void expect_irq(const char *line, const char *name, int64_t expected)
{
	uint32_t number = 77;
	bool is_its = machine_text_irq_of((struct word){line, strlen(line)}, name, &number);

	assert_int_equal(is_its, expected >= 0);
	assert_int_equal(number, expected >= 0 ? expected : 77);
}

static void an_action_is_an_interfaces_by_its_whole_name(void **state)
{
	static const char pi[] =
		" 37:     812          0          0          0     GICv2 189 Level     eth0";

	(void)state;
	expect_irq(pi, "eth0", 37);
	expect_irq(pi, "eth", -1);
	expect_irq(pi, "eth00", -1);
	expect_irq(pi, "", -1);
	expect_irq(" 25: 1 GICv3 eth0-rx-3", "eth0", 25);
	expect_irq(" 25: 1 GICv3 eth0:mac", "eth0", 25);
	expect_irq(" 25: 1 GICv3 eth10", "eth1", -1);
	expect_irq(" 16: 400 IO-APIC 16-fasteoi i801_smbus, eth0", "eth0", 16);
	expect_irq(" 16: 400 IO-APIC 16-fasteoi eth0, i801_smbus", "eth0", 16);
	expect_irq("LOC: 400 eth0", "eth0", -1);
	expect_irq("eth0", "eth0", -1);
	expect_irq("4294967295: 1 eth0", "eth0", -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_end_with_a_newline_or_are_empty),
		cmocka_unit_test(the_last_word_of_a_mask_is_the_lowest),
		cmocka_unit_test(a_mask_ends_at_the_last_cpu),
		cmocka_unit_test(numbers_may_be_negative),
		cmocka_unit_test(distances_are_1_to_255),
		cmocka_unit_test(memory_is_the_total),
		cmocka_unit_test(allowed_is_the_list_not_the_mask),
		cmocka_unit_test(an_action_is_an_interfaces_by_its_whole_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
