/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a plan looks for CPUs: nodes, masks, the user's own list, roles, and what is left over. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "machine_bed.h"

static struct machine_bed bed;

static int release(void **state)
{
	(void)state;
	bed_release(&bed);
	return 0;
}

/* Two packages of 4 cores, one thread each, eth0 on node 1: 0-3 and 4-7. */
static int two_nodes(void **state)
{
	(void)state;
	bed_make(&bed, 2, 4, 1, 1);
	bed.request.isolated = PLAN_ISOLATED_IGNORE;
	return 0;
}

/* Two sockets in two clusters of 4 cores each, eth0 on node 1: 0-3, 4-7 | 8-11, 12-15. */
static int clusters(void **state)
{
	(void)state;
	bed_make(&bed, 4, 4, 1, 1);
	bed_distance(&bed, 0, 1, 12);
	bed_distance(&bed, 2, 3, 12);
	bed.request.isolated = PLAN_ISOLATED_IGNORE;
	return 0;
}

/* One package of 2 cores with two threads each: 0,2 and 1,3. No NUMA. */
static int small(void **state)
{
	(void)state;
	bed_make(&bed, 0, 2, 2, MACHINE_NONE);
	bed.request.isolated = PLAN_ISOLATED_IGNORE;
	return 0;
}

static void expect_list(const struct cpulist *list, const char *expected)
{
	char text[CPULIST_TEXT];

	assert_string_equal(cpulist_text(list, text, sizeof(text)), expected);
}

static void cpus_outside_the_universe_are_not_candidates(void **state)
{
	(void)state;
	bed_confine(&bed, "1-2,6");
	bed_expect(&bed, "6");
	bed_expect_reason(&bed, "0,3-5,7", PLAN_NOT_ALLOWED);
	bed_expect_reason(&bed, "1-2", PLAN_OTHER_NODE);
	bed_expect_why(&bed, 0, "outside the cpuset, which allows 1-2,6");
	expect_list(&bed.plan.housekeeping, "1-2");
}

static void offline_cpus_are_told_before_all_else(void **state)
{
	(void)state;
	bed_confine(&bed, "1-6");
	bed_offline(&bed, "0,4-5");
	bed_expect(&bed, "6");
	bed_expect_reason(&bed, "0,4-5", PLAN_OFFLINE);
	bed_expect_reason(&bed, "7", PLAN_NOT_ALLOWED);
	bed_expect_why(&bed, 4, "offline");
}

static void inherited_restriction_is_honoured_and_said(void **state)
{
	(void)state;
	bed.machine.inherited = bed_list("2,3,6");
	bed_expect(&bed, "6");
	bed_expect_reason(&bed, "0-1,4-5,7", PLAN_RESTRICTED);
	bed_expect_reason(&bed, "2-3", PLAN_OTHER_NODE);
	bed_expect_note(&bed, "kept to CPUs 2-3,6");
	bed_expect_note(&bed, "--ignore-inherited");
	bed_expect_why(&bed, 4, "outside the mask that this was started with, 2-3,6");
	expect_list(&bed.plan.housekeeping, "2-3");
	bed.request.ignore_inherited = true;
	bed_expect(&bed, "4");
	bed_expect_no_note(&bed, "kept to");
}

static void mask_less_the_isolated_ones_is_no_restriction(void **state)
{
	(void)state;
	bed.request.isolated = PLAN_ISOLATED_PREFER;
	bed_isolate(&bed, "3,7");
	bed_expect(&bed, "7");
	assert_int_equal(bed.plan.note_count, 0);
	bed.machine.partitioned = bed_list("6"); /* of which the mask still has it, or hasn't */
	bed_expect(&bed, "6");
	assert_int_equal(bed.plan.note_count, 0);
	bed.machine.inherited = bed_list("0-2,4-5");
	bed_expect(&bed, "6");
	assert_int_equal(bed.plan.note_count, 0);
	bed.machine.inherited = bed_list("0-1,4-5"); /* but without 2 it is one */
	bed_expect(&bed, "4");
	bed_expect_note(&bed, "kept to CPUs 0-1,4-5");
	bed_expect_reason(&bed, "6-7", PLAN_RESTRICTED);
}

static void an_unknown_inherited_mask_is_none(void **state)
{
	(void)state;
	bed.machine.inherited = (struct cpulist){0};
	bed_expect(&bed, "4");
	assert_int_equal(bed.plan.note_count, 0);
}

static void clusters_of_one_socket_are_joined_when_cores_are_short(void **state)
{
	(void)state;
	bed.request.cores = 4;
	bed_expect(&bed, "4 5 6 7");
	expect_list(&bed.plan.extended, "");
	bed.request.cores = 6;
	bed_expect(&bed, "4 5 6 7 1 2");
	expect_list(&bed.plan.extended, "0");
	assert_int_equal(bed.plan.node, 1);
	assert_int_equal(bed.plan.memory_node, 1);
	assert_false(bed.plan.is_shared);
	bed_expect_note(&bed, "node 1 has too few cores: extended to node 0 of the same socket");
	bed_expect_reason(&bed, "8-15", PLAN_OTHER_NODE);
	bed_expect_reason(&bed, "3", PLAN_HIGHER);
	bed_expect_reason(&bed, "0", PLAN_CPU0);
	bed_expect_why(&bed, 8, "on node 2, not on node 0-1");
}

static void the_nearest_cluster_comes_first_and_one_is_enough(void **state)
{
	(void)state;
	bed_distance(&bed, 1, 0, 14);
	bed_distance(&bed, 1, 3, 13);
	bed.request.cores = 5;
	bed_expect(&bed, "4 5 6 7 12");
	expect_list(&bed.plan.extended, "3");
	bed_expect_reason(&bed, "0-3,8-11", PLAN_OTHER_NODE);
	bed.request.cores = 9;
	bed_expect(&bed, "4 5 6 7 12 13 14 15 1");
	expect_list(&bed.plan.extended, "0,3");
}

static void another_socket_is_not_joined_cpus_are_shared(void **state)
{
	(void)state;
	bed.request.cores = 6;
	bed_expect(&bed, "4 5 6 7 4 5");
	assert_true(bed.plan.is_shared);
	assert_false(bed.plan.is_isolated);
	expect_list(&bed.plan.cpus, "4-7");
	bed_expect_reason(&bed, "4-5", PLAN_SHARED);
	bed_expect_reason(&bed, "6-7", PLAN_BEST);
	bed_expect_note(&bed, "6 asked for, 4 there: CPUs 4-7 shared, not isolated");
	bed_expect_why(&bed, 4, "too few CPUs: it serves 2 times");
	bed_distance(&bed, 0, 1, 20);
	bed_expect(&bed, "4 5 6 7 4 5");
	bed_distance(&bed, 0, 1, 19);
	bed_expect(&bed, "4 5 6 7 1 2");
	bed.machine.node[1].distance_count = 0; /* unknown */
	bed_expect(&bed, "4 5 6 7 4 5");
}

static void threads_of_a_core_are_shared_before_cpus_are(void **state)
{
	(void)state;
	bed.request.cores = 5;
	bed_expect(&bed, "1 2 3 0 1");
	assert_true(bed.plan.is_shared);
	bed_expect_reason(&bed, "2", PLAN_BEST);
	bed_expect_reason(&bed, "0-1,3", PLAN_SHARED);
	bed_expect_note(&bed, "5 cores asked for, 2 there");
	bed_expect_why(&bed, 3, "too few cores: it shares that of 1");
	expect_list(&bed.plan.housekeeping, "0-3");
	bed.request.cores = 3;
	bed_expect(&bed, "1 2 3");
	bed_expect_reason(&bed, "0", PLAN_SIBLING_TAKEN);
	expect_list(&bed.plan.housekeeping, "0");
}

static void without_locality_every_node_will_do_but_cpu_0(void **state)
{
	(void)state;
	bed.machine.nic.node = MACHINE_NONE;
	for (size_t cpu = 1; cpu < 8; cpu++) {
		bed.machine.cpu[cpu].interrupt_rate = 5000;
	}
	bed_expect(&bed, "1");
	bed_expect_reason(&bed, "0", PLAN_CPU0);
	bed_expect_note(&bed, "eth0: no locality is known");
	assert_int_equal(bed.plan.node, 0);
	assert_int_equal(bed.plan.memory_node, 0);
	bed.machine.cpu[1].interrupt_rate = 10000;
	bed.machine.cpu[5].interrupt_rate = 0;
	bed_expect(&bed, "5");
	assert_int_equal(bed.plan.node, 1);
	bed.request.cores = 8;
	bed_expect(&bed, "5 2 3 4 6 7 1 0");
	assert_int_equal(bed.plan.node, MACHINE_NONE);
	assert_int_equal(bed.plan.memory_node, MACHINE_NONE);
	bed_expect_note(&bed, "on several nodes: memory isn't bound");
	bed.machine.nic.kind = MACHINE_NIC_SOFTWARE;
	bed_expect(&bed, "5 2 3 4 6 7 1 0");
	bed_expect_note(&bed, "eth0: no device stands behind it, no locality is known");
	bed.machine.nic = (struct machine_nic){.node = MACHINE_NONE};
	bed_expect(&bed, "5 2 3 4 6 7 1 0");
	bed_expect_note(&bed, "no interface (-i)");
}

static void without_numa_there_is_neither_node_nor_memory(void **state)
{
	(void)state;
	bed_expect(&bed, "1");
	assert_int_equal(bed.plan.node, MACHINE_NONE);
	assert_int_equal(bed.plan.memory_node, MACHINE_NONE);
	bed_expect_note(&bed, "eth0: no locality is known (the machine has no NUMA nodes)");
	bed.request.node = 0;
	bed_expect_error(&bed, -EINVAL, "node 0", "no NUMA", "--node", NULL);
}

static void the_only_cpu_is_taken_though_it_is_0(void **state)
{
	(void)state;
	bed_confine(&bed, "0");
	bed_expect(&bed, "0");
	expect_list(&bed.plan.housekeeping, "0");
}

static void node_of_memory_alone_lends_its_memory(void **state)
{
	(void)state;
	bed.machine.nic.node = 2;
	bed_offline(&bed, "8-11");
	bed_distance(&bed, 2, 0, 31);
	bed_expect(&bed, "12"); /* node 3 is 12 away, 1 is 21 */
	assert_int_equal(bed.plan.node, 3);
	assert_int_equal(bed.plan.memory_node, 2);
	bed_expect_note(&bed, "node 2, eth0's, has no CPU: node 3 is the nearest that has");
	bed_confine(&bed, "0-7");
	bed_offline(&bed, "8-11");
	bed_expect(&bed, "4");
	assert_int_equal(bed.plan.node, 1);
	assert_int_equal(bed.plan.memory_node, 2);
	bed.request.node = 2;
	bed_expect_error(&bed, -ENODEV, "node 2", "0-1,3", NULL);
}

static void node_that_is_out_of_reach_is_left_for_the_nearest(void **state)
{
	(void)state;
	bed_confine(&bed, "0-3");
	bed_expect(&bed, "1");
	assert_int_equal(bed.plan.node, 0);
	assert_int_equal(bed.plan.memory_node, 0);
	bed_expect_reason(&bed, "4-7", PLAN_NOT_ALLOWED);
	bed_expect_note(&bed, "no CPU of node 1, eth0's, may be used: node 0 is the nearest");
	bed.request.node = 1;
	bed_expect_error(&bed, -ENODEV, "node 1", "4-7", "0-3", "cpuset", NULL);
	bed.machine.universe = bed.machine.online;
	bed_expect_error(&bed, -ENODEV, "node 1", "4-7", "0-3", "--ignore-inherited", NULL);
}

static void named_node_goes_before_the_nics(void **state)
{
	(void)state;
	bed.request.node = 0;
	bed_expect(&bed, "1");
	assert_int_equal(bed.plan.node, 0);
	assert_int_equal(bed.plan.memory_node, 0);
	bed_expect_reason(&bed, "4-7", PLAN_OTHER_NODE);
	bed_expect_note(&bed, "node 0 isn't eth0's, which is 1");
	bed.request.node = 7;
	bed_expect_error(&bed, -EINVAL, "node 7", "no such node", "0-1", NULL);
}

static void devices_on_several_nodes_are_ambiguous(void **state)
{
	(void)state;
	strcpy(bed.machine.nic.lineage[0], "bond0");
	bed.machine.nic.node = MACHINE_NONE;
	bed.machine.nic.nodes = bed_list("0-1");
	bed_expect_error(&bed, -EXDEV, "bond0", "several nodes (0-1)", "-i", "--node", NULL);
	bed.request.node = 1;
	bed_expect(&bed, "4");
	bed.request.node = MACHINE_NONE;
	bed.request.cpus = bed_list("2");
	bed_expect(&bed, "2");
}

static void memory_is_where_the_policy_and_the_nodes_allow(void **state)
{
	(void)state;
	bed.request.memory = PLAN_MEMORY_NONE;
	bed_expect(&bed, "4");
	assert_int_equal(bed.plan.memory_node, MACHINE_NONE);
	bed.request.memory = PLAN_MEMORY_BIND;
	bed.machine.node[1].memory_kb = 0;
	bed_expect(&bed, "4");
	assert_int_equal(bed.plan.memory_node, 0);
	bed_expect_note(&bed, "node 1 has no memory: node 0 is the nearest that has");
	bed.machine.node[0].memory_kb = 0;
	bed_expect(&bed, "4");
	assert_int_equal(bed.plan.memory_node, MACHINE_NONE);
}

static void users_list_wins(void **state)
{
	(void)state;
	bed_isolate(&bed, "6-7");
	bed.machine.inherited = bed_list("1");
	bed.request.isolated = PLAN_ISOLATED_PREFER;
	bed.request.cpus = bed_list("5,2");
	bed_expect(&bed, "2 5");
	bed_expect_reason(&bed, "2,5", PLAN_LISTED);
	bed_expect_reason(&bed, "0-1,3-4,6-7", PLAN_UNLISTED);
	bed_expect_why(&bed, 2, "named by --cpus");
	bed_expect_why(&bed, 6, "not named by --cpus");
	assert_false(bed.plan.is_isolated);
	assert_int_equal(bed.plan.node, MACHINE_NONE);
	assert_int_equal(bed.plan.memory_node, MACHINE_NONE);
	expect_list(&bed.plan.housekeeping, "0-1,3-4");
	bed.request.cpus = bed_list("6");
	bed_expect(&bed, "6");
	assert_true(bed.plan.is_isolated);
	assert_int_equal(bed.plan.memory_node, 1);
	assert_int_equal(bed.plan.note_count, 0);
	bed.request.cpus = bed_list("2");
	bed.request.isolated = PLAN_ISOLATED_REQUIRE;
	bed_expect(&bed, "2");
	bed_expect_note(&bed, "CPU 2 isn't isolated");
	bed_expect_note(&bed, "node 0 isn't eth0's, which is 1");
}

static void cpu_that_cannot_be_had_is_refused_by_name(void **state)
{
	(void)state;
	bed.request.cpus = bed_list("1,8");
	bed_expect_error(&bed, -EINVAL, "cpu 8", "highest is 7", "0-7", NULL);
	bed_confine(&bed, "0-5");
	bed.request.cpus = bed_list("1,6");
	bed_expect_error(&bed, -EINVAL, "cpu 6", "0-5", "cpuset", NULL);
	bed_offline(&bed, "3");
	bed.request.cpus = bed_list("1,3");
	bed_expect_error(&bed, -EINVAL, "cpu 3", "offline", "cpu3/online", "0-2,4-5", NULL);
}

static void contradictions_are_refused(void **state)
{
	(void)state;
	bed.request.cpus = bed_list("1,5");
	bed.request.node = 0;
	bed_expect_error(&bed, -EINVAL, "cpu 5", "node 0", "0-3", NULL);
	bed.request.node = 9;
	bed_expect_error(&bed, -EINVAL, "node 9", "0-1", NULL);
	bed.request.node = MACHINE_NONE;
	bed.request.cores = 1;
	bed_expect_error(&bed, -EINVAL, "--cores 1", "2 CPUs", NULL);
	bed.request.cpus = (struct cpulist){0};
	bed.request.role_count = 2;
	bed_expect_error(&bed, -EINVAL, "--cores 1", "2 roles", NULL);
	bed.request.cores = PLAN_CORES + 1;
	bed_expect_error(&bed, -EINVAL, "1025", "1024", NULL);
}

static void each_role_gets_a_core(void **state)
{
	(void)state;
	bed.request.role_count = 2;
	bed_expect(&bed, "4 5");
	assert_int_equal(bed.plan.choice[5].role, 1);
	bed.request.cores = 3;
	bed_expect(&bed, "4 5 6");
	bed.request.cores = 0;
	bed.request.cpus = bed_list("7,6");
	bed_expect(&bed, "6 7");
	bed.request.cpus = bed_list("7");
	bed_expect(&bed, "7 7");
	assert_true(bed.plan.is_shared);
	bed_expect_reason(&bed, "7", PLAN_SHARED);
	bed_expect_note(&bed, "2 asked for, 1 there: CPU 7 shared");
	bed.request.cpus = bed_list("3-5");
	bed_expect(&bed, "3 4 5");
}

static void housekeeping_keeps_off_cores_and_isolated_cpus_while_it_can(void **state)
{
	(void)state;
	bed_expect(&bed, "1");
	expect_list(&bed.plan.housekeeping, "0,2");
	bed_isolate(&bed, "1-2");
	bed_expect(&bed, "1");
	expect_list(&bed.plan.housekeeping, "0");
	bed_isolate(&bed, "0-2"); /* nothing is left but what is isolated or a thread of 1's core */
	bed_expect(&bed, "1");
	expect_list(&bed.plan.housekeeping, "0,2-3");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define CLAIM(test, machine) cmocka_unit_test_setup_teardown(test, machine, release)
		CLAIM(cpus_outside_the_universe_are_not_candidates, two_nodes),
		CLAIM(offline_cpus_are_told_before_all_else, two_nodes),
		CLAIM(inherited_restriction_is_honoured_and_said, two_nodes),
		CLAIM(mask_less_the_isolated_ones_is_no_restriction, two_nodes),
		CLAIM(an_unknown_inherited_mask_is_none, two_nodes),
		CLAIM(clusters_of_one_socket_are_joined_when_cores_are_short, clusters),
		CLAIM(the_nearest_cluster_comes_first_and_one_is_enough, clusters),
		CLAIM(another_socket_is_not_joined_cpus_are_shared, two_nodes),
		CLAIM(threads_of_a_core_are_shared_before_cpus_are, small),
		CLAIM(without_locality_every_node_will_do_but_cpu_0, two_nodes),
		CLAIM(without_numa_there_is_neither_node_nor_memory, small),
		CLAIM(the_only_cpu_is_taken_though_it_is_0, small),
		CLAIM(node_of_memory_alone_lends_its_memory, clusters),
		CLAIM(node_that_is_out_of_reach_is_left_for_the_nearest, two_nodes),
		CLAIM(named_node_goes_before_the_nics, two_nodes),
		CLAIM(devices_on_several_nodes_are_ambiguous, two_nodes),
		CLAIM(memory_is_where_the_policy_and_the_nodes_allow, two_nodes),
		CLAIM(users_list_wins, two_nodes),
		CLAIM(cpu_that_cannot_be_had_is_refused_by_name, two_nodes),
		CLAIM(contradictions_are_refused, two_nodes),
		CLAIM(each_role_gets_a_core, two_nodes),
		CLAIM(housekeeping_keeps_off_cores_and_isolated_cpus_while_it_can, small),
	};

	return cmocka_run_group_tests_name("plan_place", tests, NULL, NULL);
}
