/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of /proc/net, as kernels write them and as they might. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "counters.h"
#include "counters_proc.h"
#include "data.h"

static struct counters counters;

static int clear(void **state)
{
	(void)state;
	counters_release(&counters);
	return 0;
}

static void parse_file(const char *name, int (*parse)(const char *, struct counters *))
{
	char *text = data_text(name);

	assert_int_equal(parse(text, &counters), 0);
	free(text);
}

static void assert_counter(const char *name, uint64_t expected)
{
	uint64_t value = ~expected;

	if (counters_get(&counters, name, &value) < 0) {
		print_error("%s is missing\n", name);
	}
	assert_int_equal(value, expected);
}

static void assert_none(const char *name)
{
	assert_null(counters_find(&counters, name));
}

static void snmp_of_linux_6_1_is_read_by_column(void **state)
{
	(void)state;
	parse_file("proc/snmp-6.1", counters_proc_pairs);
	assert_counter("ip.InReceives", UINT64_MAX);
	assert_counter("ip.InHdrErrors", 1);
	assert_counter("ip.InAddrErrors", 2);
	assert_counter("ip.InDiscards", 4);
	assert_counter("ip.InDelivers", 5);
	assert_counter("ip.OutRequests", 6);
	assert_counter("ip.OutDiscards", 7);
	assert_counter("ip.ReasmTimeout", 9);
	assert_counter("ip.ReasmReqds", 10);
	assert_counter("ip.ReasmOKs", 11);
	assert_counter("ip.ReasmFails", 12);
	assert_counter("icmpmsg.OutType3", 45);
	assert_counter("udp.InDatagrams", 21);
	assert_counter("udp.NoPorts", 22);
	assert_counter("udp.RcvbufErrors", 25);
	assert_counter("udp.SndbufErrors", 26);
	assert_counter("udp.InCsumErrors", 27);
	assert_counter("udp.IgnoredMulti", 28);
	/* "-1" is no count, and takes no other's place */
	assert_none("tcp.MaxConn");
	assert_counter("tcp.ActiveOpens", 9);
	assert_none("ip.OutTransmits");
}

static void snmp_and_netstat_of_linux_6_18_are_read(void **state)
{
	(void)state;
	parse_file("proc/snmp", counters_proc_pairs);
	parse_file("proc/netstat", counters_proc_pairs);
	assert_counter("ip.DefaultTTL", 64);
	assert_counter("udp.InCsumErrors", 0);
	assert_counter("udplite.InCsumErrors", 0);
	assert_counter("ipext.OutMcastPkts", 2);
	assert_counter("tcpext.IPReversePathFilter", 0);
	assert_non_null(counters_find(&counters, "ip.OutTransmits"));
}

static void snmp6_of_linux_6_18_is_read(void **state)
{
	(void)state;
	parse_file("proc/snmp6", counters_proc_lines);
	assert_non_null(counters_find(&counters, "ip6.InReceives"));
	assert_non_null(counters_find(&counters, "icmp6.OutMLDv2Reports"));
	assert_counter("udp6.InCsumErrors", 0);
	assert_counter("udplite6.InCsumErrors", 0);
	assert_int_equal(counters.count, 89);
}

/* What other text than the kernel's mustn't do is bring in numbers that aren't there. */
static void pairs_of_other_forms_are_passed_over(void **state)
{
	static const char text[] = "Udp: InErrors NoPorts\n"
				   "Ip: InReceives InDelivers\n"
				   "Ip: 5 6 7\n"
				   "\n"
				   "no colon\n"
				   "no colon\n"
				   ":\n"
				   ": 3\n"
				   "Odd: A B C D E\n"
				   "Odd: 1 x3 -4 99999999999999999999 5\n"
				   "Few: A B C\n"
				   "Few: 1\n"
				   "Udp: RcvbufErrors";

	(void)state;
	assert_int_equal(counters_proc_pairs(text, &counters), 0);
	assert_counter("ip.InReceives", 5);
	assert_counter("ip.InDelivers", 6);
	assert_counter("odd.A", 1);
	assert_counter("odd.E", 5);
	assert_counter("few.A", 1);
	assert_int_equal(counters.count, 5);
}

static void lines_of_other_forms_are_passed_over(void **state)
{
	static const char text[] = "Ip6InReceives 1\n"
				   "Ip6InDelivers\n"
				   "NoSix 4\n"
				   "Ip6 5\n"
				   "Udp6InErrors -1\n"
				   "Udp6NoPorts\t\t 7";

	(void)state;
	assert_int_equal(counters_proc_lines(text, &counters), 0);
	assert_counter("ip6.InReceives", 1);
	assert_counter("udp6.NoPorts", 7);
	assert_int_equal(counters.count, 2);
}

static void names_longer_than_a_counters_are_passed_over(void **state)
{
	char text[1024], name[200];

	(void)state;
	memset(name, 'N', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(text, sizeof(text), "Udp: %s NoPorts\nUdp: 1 2\n%s: A\n%s: 3\n", name, name, name);
	assert_int_equal(counters_proc_pairs(text, &counters), 0);
	assert_counter("udp.NoPorts", 2);
	assert_int_equal(counters.count, 1);
}

/* 0x61117 + 0x67192 = 397591 + 422290 */
static void softnet_columns_are_hexadecimal_and_summed_over_cpus(void **state)
{
	(void)state;
	parse_file("proc/softnet_stat", counters_proc_softnet);
	assert_counter("softnet.processed", 819881);
	assert_counter("softnet.dropped", 0);
	assert_counter("softnet.time_squeeze", 2);
}

static void softnet_lines_may_be_short_or_strange(void **state)
{
	(void)state;
	assert_int_equal(
		counters_proc_softnet("0000000a ffffffff\nzz 1 1\n00000001 00000002 00000003\n",
				      &counters),
		0);
	assert_counter("softnet.processed", 11);
	assert_counter("softnet.dropped", UINT64_C(0x100000001));
	assert_counter("softnet.time_squeeze", 3);
}

static void drops_of_all_sockets_of_both_families_are_summed(void **state)
{
	(void)state;
	parse_file("proc/udp", counters_proc_sockets);
	parse_file("proc/udp6", counters_proc_sockets);
	assert_counter("socket.drops", 0);
	parse_file("proc/udp-drops", counters_proc_sockets);
	assert_counter("socket.drops", 1234567907);
	assert_int_equal(counters.count, 1);
}

static void no_sockets_have_no_drops(void **state)
{
	(void)state;
	assert_int_equal(counters_proc_sockets("", &counters), 0);
	assert_int_equal(counters_proc_sockets("  sl\n1: a b 07 1\n", &counters), 0);
	assert_counter("socket.drops", 0);
}

static void more_counters_than_are_held_are_told(void **state)
{
	enum { LINES = COUNTERS_MAX + 1 };
	char *text = malloc(LINES * 16), *at = text;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < LINES; i++) {
		at += sprintf(at, "X6N%d 1\n", i);
	}
	assert_int_equal(counters_proc_lines(text, &counters), -E2BIG);
	assert_int_equal(counters.count, COUNTERS_MAX);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(snmp_of_linux_6_1_is_read_by_column, clear),
		cmocka_unit_test_teardown(snmp_and_netstat_of_linux_6_18_are_read, clear),
		cmocka_unit_test_teardown(snmp6_of_linux_6_18_is_read, clear),
		cmocka_unit_test_teardown(pairs_of_other_forms_are_passed_over, clear),
		cmocka_unit_test_teardown(lines_of_other_forms_are_passed_over, clear),
		cmocka_unit_test_teardown(names_longer_than_a_counters_are_passed_over, clear),
		cmocka_unit_test_teardown(softnet_columns_are_hexadecimal_and_summed_over_cpus,
					  clear),
		cmocka_unit_test_teardown(softnet_lines_may_be_short_or_strange, clear),
		cmocka_unit_test_teardown(drops_of_all_sockets_of_both_families_are_summed, clear),
		cmocka_unit_test_teardown(no_sockets_have_no_drops, clear),
		cmocka_unit_test_teardown(more_counters_than_are_held_are_told, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
