/* SPDX-License-Identifier: BSD-2-Clause */
/* What a plan prefers: each key in its turn, and the reason that is given. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine_bed.h"

static struct machine_bed bed;

static int release(void **state)
{
	(void)state;
	bed_release(&bed);
	return 0;
}

/* Two packages of 8 cores with two threads each, eth0 on node 1: cores 8-15, threads 24-31. */
static int two_sockets(void **state)
{
	(void)state;
	bed_make(&bed, 2, 8, 2, 1);
	return 0;
}

/* One package of 4 cores with two threads each: 0-3 and 4-7. */
static int one_socket(void **state)
{
	(void)state;
	bed_make(&bed, 1, 4, 2, 0);
	return 0;
}

static void isolated_core_on_the_nics_node_is_taken(void **state)
{
	(void)state;
	bed_isolate(&bed, "2-3,10-11,18-19,26-27");
	bed_irq(&bed, 24, "8", 900);
	bed_expect(&bed, "10");
	assert_true(bed.plan.is_isolated);
	assert_int_equal(bed.plan.node, 1);
	assert_int_equal(bed.plan.memory_node, 1);
	assert_int_equal(bed.plan.note_count, 0);
	bed_expect_reason(&bed, "10", PLAN_BEST);
	bed_expect_reason(&bed, "0-7,16-23", PLAN_OTHER_NODE);
	bed_expect_reason(&bed, "8-9,12-15,24-25,28-31", PLAN_NOT_ISOLATED);
	bed_expect_reason(&bed, "11,27", PLAN_HIGHER);
	bed_expect_reason(&bed, "26", PLAN_SIBLING_TAKEN);
	bed_expect_why(&bed, 10, "the best left: isolated, takes none of eth0's interrupts");
	bed_expect_why(&bed, 2, "on node 0, not on node 1");
	bed_expect_why(&bed, 8, "not isolated, 10 is");
	bed_expect_why(&bed, 11, "as good as 10, which has the lower number");
	bed_expect_why(&bed, 26, "a thread of the same core as 10, which is taken");
}

static void isolation_by_a_partition_counts_as_well(void **state)
{
	(void)state;
	bed.machine.partitioned = bed_list("12,28");
	bed_expect(&bed, "12");
	assert_true(bed.plan.is_isolated);
}

static void without_isolated_cpus_the_plan_says_so(void **state)
{
	(void)state;
	bed_isolate(&bed, "2-3"); /* the other node's */
	bed_expect(&bed, "8");
	assert_false(bed.plan.is_isolated);
	bed_expect_note(&bed, "no isolated CPU on node 1");
	bed_expect_reason(&bed, "2-3", PLAN_OTHER_NODE);
	bed.request.isolated = PLAN_ISOLATED_IGNORE;
	bed_expect(&bed, "8");
	assert_int_equal(bed.plan.note_count, 0);
}

static void too_few_isolated_ones_come_first_and_others_after(void **state)
{
	(void)state;
	bed_isolate(&bed, "10,26");
	bed.request.cores = 2;
	bed_expect(&bed, "10 8");
	assert_false(bed.plan.is_isolated);
	assert_false(bed.plan.is_shared);
	bed_expect_note(&bed, "only 1 of the 2 CPUs taken on node 1 are isolated");
	bed_expect_reason(&bed, "24,26", PLAN_SIBLING_TAKEN);
	bed_expect_reason(&bed, "9", PLAN_HIGHER);
}

static void isolation_can_be_ignored(void **state)
{
	(void)state;
	bed_isolate(&bed, "10-11,26-27");
	bed.request.isolated = PLAN_ISOLATED_IGNORE;
	bed_expect(&bed, "8");
	bed_expect_reason(&bed, "9-15", PLAN_HIGHER);
}

static void required_isolation_takes_nothing_else(void **state)
{
	(void)state;
	bed.request.isolated = PLAN_ISOLATED_REQUIRE;
	bed_expect_error(&bed, -ENOENT, "no isolated CPU on node 1", "isolcpus=", "--partition",
			 NULL);
	bed_isolate(&bed, "2,10");
	bed_expect(&bed, "10");
	bed_expect_reason(&bed, "8-9,11-15,24-31", PLAN_NOT_ISOLATED);
	bed_expect_reason(&bed, "2", PLAN_OTHER_NODE);
	bed_expect_why(&bed, 8, "not isolated");
	bed.request.cores = 2;
	bed_expect_error(&bed, -ENOENT, "1 of 2 isolated CPUs on node 1", "isolcpus=", NULL);
}

static void fast_core_goes_before_a_quiet_one(void **state)
{
	(void)state;
	bed.machine.big = bed_list("2-3,6-7");
	bed_irq(&bed, 24, "2-3,6-7", 4000);
	bed_expect(&bed, "3");
	bed_expect_reason(&bed, "0-1,4-5", PLAN_SLOWER);
	bed_expect_reason(&bed, "2", PLAN_NIC_INTERRUPTS);
	bed_expect_reason(&bed, "6", PLAN_SIBLING_INTERRUPTS);
	bed_expect_reason(&bed, "7", PLAN_SIBLING_TAKEN);
	bed_expect_why(&bed, 0, "slower: an efficiency core, 3 is a performance core");
}

static void capacity_tells_the_class_where_there_is_no_list(void **state)
{
	static const uint32_t capacity[] = {446, 446, 1024, 973};

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		bed.machine.cpu[i].capacity = capacity[i % 4];
		bed.machine.cpu[i].max_khz = i < 2 ? 5000000 : 1000000; /* not looked at */
	}
	bed_irq(&bed, 24, "2", 100);
	bed_expect(&bed, "3"); /* 973 is within 5 % of 1024: 972.8 */
	bed_expect_reason(&bed, "0,1,4,5", PLAN_SLOWER);
	bed_expect_why(&bed, 1, "slower: capacity 446, 3 has 973");
	bed.machine.cpu[3].capacity = bed.machine.cpu[7].capacity = 972;
	bed_expect(&bed, "6");
	bed_expect_reason(&bed, "3,7", PLAN_SLOWER);
}

static void frequency_tells_the_class_at_last(void **state)
{
	(void)state;
	for (size_t i = 0; i < 8; i++) {
		bed.machine.cpu[i].max_khz = i % 4 == 3 ? 4000000 : 3799999;
	}
	bed_expect(&bed, "3");
	bed_expect_reason(&bed, "0", PLAN_SLOWER);
	bed_expect_why(&bed, 0, "slower: 3799 MHz at most, 3 has 4000");
	for (size_t i = 0; i < 8; i++) {
		bed.machine.cpu[i].max_khz = i % 4 == 3 ? 4000000 : 3800000;
	}
	bed_expect(&bed, "1");
	bed.machine.cpu[3].max_khz = 0; /* unknown is no fault */
	bed_expect(&bed, "1");
}

static void rates_of_the_nic_go_by_powers_of_two(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 4; i++) { /* every core serves a queue */
		bed_irq(&bed, 24 + i,
			i == 0   ? "0,4"
			: i == 1 ? "1,5"
			: i == 2 ? "2,6"
				 : "3,7",
			i == 0   ? 700
			: i == 1 ? 600
			: i == 2 ? 512
				 : 1023);
	}
	/* all within 512..1023; the threads 4-7 take none, but their siblings do */
	bed_expect(&bed, "4");
	bed_expect_reason(&bed, "1-3", PLAN_NIC_INTERRUPTS);
	bed_expect_reason(&bed, "0", PLAN_SIBLING_TAKEN);
	bed_expect_reason(&bed, "5-7", PLAN_HIGHER);
	bed.machine.cpu[2].nic_interrupt_rate = 511;
	bed_expect(&bed, "6");
	bed_expect_reason(&bed, "4,5,7", PLAN_SIBLING_INTERRUPTS);
	bed_expect_reason(&bed, "0,1,3", PLAN_NIC_INTERRUPTS);
	bed_expect_reason(&bed, "2", PLAN_SIBLING_TAKEN);
	bed_expect_why(&bed, 0, "takes eth0's interrupts 24 (700/s); 6 took none");
	bed_expect_why(&bed, 4, "its sibling 0 takes eth0's interrupts 24 (700/s)");
}

static void affinity_counts_where_no_rate_tells(void **state)
{
	(void)state;
	bed_irq(&bed, 24, "0-1", 0);
	bed.machine.nic.steered = bed_list("2");
	/* 0 and 1 by affinity, 2 by steering, 4-6 by their siblings */
	bed_expect(&bed, "3");
	bed_expect_reason(&bed, "0-2", PLAN_NIC_INTERRUPTS);
	bed_expect_reason(&bed, "4-6", PLAN_SIBLING_INTERRUPTS);
	bed_expect_why(&bed, 0, "may take eth0's interrupts 24; 3 takes none");
	bed_expect_why(&bed, 2, "eth0's packets are steered to it (rps, xps); 3 takes none");
	bed_expect_why(&bed, 5, "its sibling 1 may take eth0's interrupts 24");
}

static void siblings_that_may_be_taken_are_still_shunned_for_what_they_do(void **state)
{
	(void)state;
	bed_irq(&bed, 24, "0", 100);
	bed.machine.cpu[5].busy_permille = 999;
	bed.request.smt = PLAN_SMT_ALLOW;
	bed_expect(&bed, "2");
	bed_expect_reason(&bed, "3,6-7", PLAN_HIGHER);
	bed_expect_reason(&bed, "5", PLAN_BUSY);
	bed_expect_reason(&bed, "1", PLAN_SIBLING_BUSY);
	bed_expect_reason(&bed, "4", PLAN_SIBLING_INTERRUPTS);
	bed_expect_reason(&bed, "0", PLAN_NIC_INTERRUPTS);
	bed.request.cores = 4;
	bed_expect(&bed, "2 3 6 7"); /* two cores */
	assert_false(bed.plan.is_shared);
	bed.request.smt = PLAN_SMT_AVOID;
	bed_expect(&bed, "2 3 1 4"); /* 1's sibling is busy; 4's takes the interrupts */
	bed_expect_reason(&bed, "0,5,6,7", PLAN_SIBLING_TAKEN);
}

static void busy_cpu_is_shunned_from_a_quarter_on(void **state)
{
	(void)state;
	bed.request.smt = PLAN_SMT_ALLOW;
	bed.machine.cpu[4].busy_permille = 250;
	bed.machine.cpu[1].busy_permille = 250;
	bed.machine.cpu[2].busy_permille = 249;
	bed_expect(&bed, "2");
	bed_expect_reason(&bed, "1,4", PLAN_BUSY);
	bed_expect_reason(&bed, "0,5,6", PLAN_SIBLING_BUSY);
	bed_expect_why(&bed, 1, "25.0 % busy with other work");
}

static void busy_sibling_is_shunned_from_five_per_cent_on(void **state)
{
	(void)state;
	bed.machine.cpu[5].busy_permille = 49;
	bed.machine.cpu[6].busy_permille = MACHINE_NONE;
	bed_expect(&bed, "1");
	bed.machine.cpu[5].busy_permille = 50;
	bed_expect(&bed, "2");
	bed_expect_reason(&bed, "1", PLAN_SIBLING_BUSY);
	bed_expect_reason(&bed, "5", PLAN_HIGHER);
	bed_expect_reason(&bed, "0", PLAN_CPU0);
	bed_expect_why(&bed, 1, "its sibling 5 is 5.0 % busy");
}

static void cache_of_the_interrupts_is_preferred_when_known(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 8; i++) {
		bed.machine.cpu[i].l3 = i % 4 < 2 ? 0 : 2;
	}
	bed_irq(&bed, 24, "3", 100);
	bed_expect(&bed, "2");
	bed_expect_reason(&bed, "0-1,4-5", PLAN_FAR_CACHE);
	bed_expect_why(&bed, 1, "in the L3 of CPU 0, eth0's interrupts are in that of 2");
	bed.machine.cpu[1].l3 = MACHINE_NONE;
	bed_expect(&bed, "1");
	bed.machine.cpu[3].l3 = MACHINE_NONE; /* the interrupts' own is unknown */
	bed.machine.cpu[1].l3 = 0;
	bed_expect(&bed, "1");
}

static void tickless_core_is_preferred(void **state)
{
	(void)state;
	bed.machine.nohz_full = bed_list("3");
	bed.machine.cpu[3].interrupt_rate = 5000;
	bed_expect(&bed, "3");
	bed_expect_reason(&bed, "0-2,4-6", PLAN_TICKS);
	bed_expect_why(&bed, 1, "its tick goes on (no nohz_full), that of 3 stops");
	bed_expect_why(&bed, 3, "the best left: not isolated, nohz_full");
}

static void fewer_interrupts_of_any_source_are_preferred(void **state)
{
	(void)state;
	for (size_t i = 0; i < 8; i++) {
		bed.machine.cpu[i].interrupt_rate = i == 6 ? 255 : 256 + i;
	}
	bed_expect(&bed, "6");
	bed_expect_reason(&bed, "0-1,3-5,7", PLAN_MORE_INTERRUPTS);
	bed_expect_why(&bed, 1, "257 interrupts/s, 6 has 255");
	bed.machine.cpu[6].interrupt_rate = 300;
	bed_expect(&bed, "1");
	bed_expect_reason(&bed, "0", PLAN_CPU0);
	bed_expect_why(&bed, 0, "the kernel's own work is on CPU 0");
}

static void colocation_prefers_the_sibling_of_the_interrupt_core(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 8; i++) {
		bed.machine.cpu[i].l3 = i % 4 < 2 ? 0 : 2;
	}
	bed_irq(&bed, 24, "3", 1000);
	bed.request.colocate = true;
	bed_expect(&bed, "7");
	bed_expect_reason(&bed, "3", PLAN_SIBLING_TAKEN);
	bed_expect_reason(&bed, "2,6", PLAN_FAR_CORE);
	bed_expect_reason(&bed, "0-1,4-5", PLAN_FAR_CACHE);
	bed_expect_why(&bed, 2, "not on a core that takes eth0's interrupts, 7 is");
	bed.request.cores = 3;
	bed_expect(&bed, "7 2 1");
	bed.request.cores = 2;
	bed.request.smt = PLAN_SMT_ALLOW; /* 2 and 6 share the cache, and 3 itself comes after */
	bed_expect(&bed, "7 2");
	bed_expect_reason(&bed, "3", PLAN_NIC_INTERRUPTS);
}

static void colocation_goes_by_the_measured_rate_when_every_cpu_serves(void **state)
{
	(void)state;
	bed_irq(&bed, 24, "2,0-1,3-7", 0);
	bed.machine.cpu[2].nic_interrupt_rate = 900;
	bed.request.colocate = true;
	bed_expect(&bed, "6");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define CLAIM(test, machine) cmocka_unit_test_setup_teardown(test, machine, release)
		CLAIM(isolated_core_on_the_nics_node_is_taken, two_sockets),
		CLAIM(isolation_by_a_partition_counts_as_well, two_sockets),
		CLAIM(without_isolated_cpus_the_plan_says_so, two_sockets),
		CLAIM(too_few_isolated_ones_come_first_and_others_after, two_sockets),
		CLAIM(isolation_can_be_ignored, two_sockets),
		CLAIM(required_isolation_takes_nothing_else, two_sockets),
		CLAIM(fast_core_goes_before_a_quiet_one, one_socket),
		CLAIM(capacity_tells_the_class_where_there_is_no_list, one_socket),
		CLAIM(frequency_tells_the_class_at_last, one_socket),
		CLAIM(rates_of_the_nic_go_by_powers_of_two, one_socket),
		CLAIM(affinity_counts_where_no_rate_tells, one_socket),
		CLAIM(siblings_that_may_be_taken_are_still_shunned_for_what_they_do, one_socket),
		CLAIM(busy_cpu_is_shunned_from_a_quarter_on, one_socket),
		CLAIM(busy_sibling_is_shunned_from_five_per_cent_on, one_socket),
		CLAIM(cache_of_the_interrupts_is_preferred_when_known, one_socket),
		CLAIM(tickless_core_is_preferred, one_socket),
		CLAIM(fewer_interrupts_of_any_source_are_preferred, one_socket),
		CLAIM(colocation_prefers_the_sibling_of_the_interrupt_core, one_socket),
		CLAIM(colocation_goes_by_the_measured_rate_when_every_cpu_serves, one_socket),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
