/* SPDX-License-Identifier: BSD-2-Clause */
/* What is seen against what was planned: each item's result, and whose failure is a violation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proof.h"

/* A run of ten seconds on CPU 2, isolated, on node 1 of two, with a NIC; all as it should be. */
static struct machine machine, after;
static struct machine_cpu cpu[4], cpu_after[4];
static struct machine_node node[2];
static struct machine_irq irq[1], irq_after[1];
static struct plan plan;
static struct plan_request wanted;
static struct proof_seen seen;
static struct proof_input input;
static struct proof proof;

static int reset(void **state)
{
	(void)state;
	memset(cpu, 0, sizeof(cpu));
	memset(cpu_after, 0, sizeof(cpu_after));
	node[0] = (struct machine_node){.number = 0, .memory_kb = 1000};
	node[1] = (struct machine_node){.number = 1, .memory_kb = 1000};
	machine = (struct machine){.cpu_count = 4, .cpu = cpu, .node_count = 2, .node = node};
	machine.nic.kind = MACHINE_NIC_DEVICE;
	machine.nic.lineage_count = 1;
	strcpy(machine.nic.lineage[0], "eth0");
	irq[0] = irq_after[0] = (struct machine_irq){.number = 24};
	machine.nic.irq_count = 1;
	machine.nic.irq = irq;
	machine.has_interrupts = true;
	for (size_t i = 0; i < 4; i++) {
		cpulist_add(&machine.online, i);
	}
	after = machine;
	after.cpu = cpu_after;
	after.nic.irq = irq_after;
	plan = (struct plan){
		.count = 1, .cpu = {2}, .node = 1, .memory_node = 1, .is_isolated = true};
	cpulist_add(&plan.cpus, 2);
	wanted = (struct plan_request){.memory = PLAN_MEMORY_BIND};
	seen = (struct proof_seen){
		.run_ns = 10000000000,
		.samples = 300,
		.threads = 3,
		.has_migrations = true,
		.has_involuntary = true,
		.has_faults = true,
		.early_faults = 4,
		.has_memory = true,
		.on_node_kb = 1000,
		.private_kb = 1000,
		.memory_looks = 3,
		.memory_ns = 9500000000,
	};
	cpulist_add(&seen.cpus, 2);
	input = (struct proof_input){
		.machine = &machine,
		.plan = &plan,
		.wanted = &wanted,
		.seen = &seen,
		.after = &after,
	};
	return 0;
}

/* The item, judged anew. */
static const struct proof_item *item(const char *what)
{
	proof_judge(&input, &proof);
	for (size_t i = 0; i < proof.count; i++) {
		if (strcmp(proof.item[i].what, what) == 0) {
			return &proof.item[i];
		}
	}
	fail_msg("no item '%s'", what);
	return NULL;
}

static void expect(const char *what, enum proof_result result, enum proof_verdict verdict)
{
	const struct proof_item *found = item(what);

	if (found->result != result) {
		fail_msg("%s is %s: %s", what, proof_result_name(found->result), found->detail);
	}
	assert_string_equal(proof_verdict_name(proof.verdict), proof_verdict_name(verdict));
	/* a failure says what to do */
	assert_int_equal(found->advice[0] != '\0', result == PROOF_FAIL);
}

static void expect_detail(const char *what, const char *detail)
{
	assert_string_equal(item(what)->detail, detail);
}

static struct proof_sight sight(uint32_t on)
{
	struct proof_sight one = {.is_seen = true, .tid = 1234, .cpu = on, .at_ns = 1204000000};

	strcpy(one.name, "iperf3");
	strcpy(one.list, "0");
	return one;
}

static void a_run_as_planned_has_held(void **state)
{
	static const char *const what[] = {"cpus",   "affinity", "migrations", "switches",
					   "faults", "memory",   "interrupts"};

	(void)state;
	proof_judge(&input, &proof);
	assert_int_equal(proof.count, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_string_equal(proof.item[i].what, what[i]);
		assert_int_equal(proof.item[i].result, PROOF_PASS);
		assert_string_equal(proof.item[i].advice, "");
	}
	assert_int_equal(proof.verdict, PROOF_HELD);
	expect_detail("cpus", "planned 2; seen on 2 in 300 samples of 3 threads");
}

static void a_thread_elsewhere_is_a_violation_that_names_it(void **state)
{
	(void)state;
	seen.strayed = sight(0);
	seen.outside = 7;
	expect("cpus", PROOF_FAIL, PROOF_VIOLATED);
	expect_detail("cpus",
		      "planned 2; 'iperf3' (1234) was on 0 after 1.204 s; outside in 7 of 300 "
		      "samples of 3 threads");
}

static void no_sample_is_no_pass(void **state)
{
	(void)state;
	seen.samples = 0;
	expect("cpus", PROOF_UNAVAILABLE, PROOF_INCOMPLETE);
	expect("affinity", PROOF_UNAVAILABLE, PROOF_INCOMPLETE);
}

static void a_mask_beyond_the_plan_is_a_violation_and_within_it_is_none(void **state)
{
	(void)state;
	seen.narrowed = sight(2);
	expect("affinity", PROOF_PASS, PROOF_HELD);
	seen.widened = sight(2);
	expect("affinity", PROOF_FAIL, PROOF_VIOLATED);
	expect_detail("affinity", "'iperf3' (1234) had the mask 0, not 2, after 1.204 s");
}

static void a_move_is_a_violation_only_where_each_thread_has_its_own_cpu(void **state)
{
	(void)state;
	seen.migrations = 1;
	expect("migrations", PROOF_FAIL, PROOF_VIOLATED);
	plan.cpu[plan.count++] = 3;
	cpulist_add(&plan.cpus, 3);
	expect("migrations", PROOF_PASS, PROOF_HELD);
	input.is_spread = true;
	expect("migrations", PROOF_FAIL, PROOF_VIOLATED);
}

static void unknown_migrations_are_unavailable_and_not_zero(void **state)
{
	(void)state;
	seen.has_migrations = false;
	expect("migrations", PROOF_UNAVAILABLE, PROOF_INCOMPLETE);
	assert_int_equal(item("migrations")->number_count, 0);
}

static void more_than_a_switch_a_second_is_too_many_on_an_isolated_cpu(void **state)
{
	(void)state;
	seen.involuntary = 11; /* 10 s, and one more */
	expect("switches", PROOF_PASS, PROOF_HELD);
	seen.involuntary = 12;
	seen.threads = 1;
	expect("switches", PROOF_FAIL, PROOF_HELD);
	expect_detail("switches", "preempted 12 times (1 a second): something else runs on CPU 2");
}

static void elsewhere_ten_a_second_are_too_many(void **state)
{
	(void)state;
	plan.is_isolated = false;
	seen.involuntary = 101;
	expect("switches", PROOF_PASS, PROOF_HELD);
	seen.involuntary = 102;
	expect("switches", PROOF_FAIL, PROOF_HELD);
}

static void unknown_switches_are_unavailable_and_harm_no_verdict(void **state)
{
	(void)state;
	seen.has_involuntary = false;
	expect("switches", PROOF_UNAVAILABLE, PROOF_HELD);
	assert_int_equal(item("switches")->number_count, 0);
}

static void major_faults_fail_after_the_start_only(void **state)
{
	(void)state;
	expect_detail("faults", "none major after start-up (4 in it)");
	seen.faults = 1;
	expect("faults", PROOF_FAIL, PROOF_HELD);
}

static void memory_needs_95_percent_on_the_node(void **state)
{
	(void)state;
	seen.on_node_kb = 950;
	expect("memory", PROOF_PASS, PROOF_HELD);
	expect_detail("memory", "95 % of 1000 kB of anonymous memory on node 1 in 3 looks, "
				"the last 0.500 s before its end");
	seen.on_node_kb = 949;
	expect("memory", PROOF_FAIL, PROOF_VIOLATED);
	wanted.memory = PLAN_MEMORY_PREFER; /* no promise */
	expect("memory", PROOF_FAIL, PROOF_HELD);
}

static void unseen_memory_says_why_and_is_incomplete_when_bound(void **state)
{
	(void)state;
	seen.has_memory = false;
	strcpy(seen.memory_reason, "numa_maps: permission denied");
	expect("memory", PROOF_UNAVAILABLE, PROOF_INCOMPLETE);
	expect_detail("memory", "numa_maps: permission denied");
	wanted.memory = PLAN_MEMORY_LOCAL;
	expect("memory", PROOF_UNAVAILABLE, PROOF_HELD);
	wanted.memory = PLAN_MEMORY_NONE;
	expect("memory", PROOF_UNAVAILABLE, PROOF_HELD);
	expect_detail("memory", "--mem=none: no policy was set");
}

static void a_policy_that_was_refused_is_no_pass_and_says_so(void **state)
{
	(void)state;
	input.memory_refused = "memory policy: not permitted";
	expect("memory", PROOF_UNAVAILABLE, PROOF_INCOMPLETE);
	expect_detail("memory", "no policy was set: memory policy: not permitted");
	node[0].memory_kb = 0; /* of one node there is nothing to choose */
	expect("memory", PROOF_PASS, PROOF_HELD);
}

static void one_node_needs_no_look_at_memory(void **state)
{
	(void)state;
	seen.has_memory = false;
	node[0].memory_kb = 0;
	expect("memory", PROOF_PASS, PROOF_HELD);
	expect_detail("memory", "one node");
	machine.node_count = 0;
	expect("memory", PROOF_PASS, PROOF_HELD);
}

static void interrupts_on_the_planned_cpus_are_counted(void **state)
{
	(void)state;
	cpu[2].nic_interrupts = 1000;
	cpu_after[2].nic_interrupts = 1005;
	cpu_after[0].nic_interrupts = 99999; /* not ours */
	expect("interrupts", PROOF_FAIL, PROOF_HELD);
	expect_detail("interrupts", "5 of 'eth0' hit the planned CPUs, CPU 2 first");
	wanted.colocate = true;
	expect("interrupts", PROOF_PASS, PROOF_HELD);
}

/* Too few CPUs for the roles: the plan has one of them several times. */
static void a_cpu_that_serves_twice_counts_once(void **state)
{
	(void)state;
	plan.cpu[plan.count++] = 2;
	cpu_after[2].nic_interrupts = 5;
	expect_detail("interrupts", "5 of 'eth0' hit the planned CPUs, CPU 2 first");
	seen.migrations = 1; /* there is but one CPU to be on */
	expect("migrations", PROOF_FAIL, PROOF_VIOLATED);
	cpulist_add(&plan.cpus, 3);
	plan.cpu[1] = 3;
	plan.cpu[plan.count++] = 2;
	expect_detail("migrations",
		      "1 of the main thread, among the 2 planned CPUs: as they please");
}

static void interrupts_that_cannot_be_known_are_unavailable(void **state)
{
	(void)state;
	input.after = NULL;
	input.interrupts_reason = "'/proc/interrupts': permission denied";
	expect("interrupts", PROOF_UNAVAILABLE, PROOF_HELD);
	machine.nic.irq_count = 0;
	expect("interrupts", PROOF_UNAVAILABLE, PROOF_HELD);
	expect_detail("interrupts", "'eth0' has no interrupts of its own");
	machine.nic = (struct machine_nic){0};
	expect("interrupts", PROOF_UNAVAILABLE, PROOF_HELD);
}

/* A proc without the file (subset=pid) is no proof that there were none. */
static void interrupts_that_were_not_read_are_unavailable(void **state)
{
	(void)state;
	machine.has_interrupts = false;
	expect("interrupts", PROOF_UNAVAILABLE, PROOF_HELD);
	machine.has_interrupts = true;
	after.has_interrupts = false;
	expect("interrupts", PROOF_UNAVAILABLE, PROOF_HELD);
	expect_detail("interrupts", "/proc/interrupts couldn't be read");
}

/* As by ethtool -L, or by a driver that is loaded again. */
static void interrupts_that_were_set_up_anew_are_unavailable(void **state)
{
	(void)state;
	irq_after[0].number = 25;
	expect("interrupts", PROOF_UNAVAILABLE, PROOF_HELD);
	irq_after[0].number = 24;
	after.nic.irq_count = 0;
	expect("interrupts", PROOF_UNAVAILABLE, PROOF_HELD);
	after.nic.irq_count = 1;
	cpu[1].nic_interrupts = 7;
	expect("interrupts", PROOF_UNAVAILABLE, PROOF_HELD);
	/* an offline CPU's are in no column */
	after.online.word[0] &= ~(UINT64_C(1) << 1);
	expect("interrupts", PROOF_PASS, PROOF_HELD);
}

static void threads_that_were_not_looked_at_are_no_pass(void **state)
{
	(void)state;
	seen.untracked = 2;
	expect("cpus", PROOF_UNAVAILABLE, PROOF_INCOMPLETE);
	expect("affinity", PROOF_UNAVAILABLE, PROOF_INCOMPLETE);
	seen.strayed = sight(3);
	expect("cpus", PROOF_FAIL, PROOF_VIOLATED);
}

static void masks_that_were_not_told_are_no_pass(void **state)
{
	(void)state;
	seen.unasked = 1;
	expect("affinity", PROOF_UNAVAILABLE, PROOF_INCOMPLETE);
	expect_detail("affinity", "sched_getaffinity was refused 1 time: a filter (seccomp)?");
}

static void a_thread_without_its_own_cpu_is_a_violation(void **state)
{
	(void)state;
	input.is_spread = true;
	seen.unseated = sight(2);
	expect("affinity", PROOF_FAIL, PROOF_VIOLATED);
}

static void memory_of_processes_that_were_not_read_is_no_pass(void **state)
{
	(void)state;
	seen.memory_unread = 3;
	expect("memory", PROOF_UNAVAILABLE, PROOF_INCOMPLETE);
	seen.on_node_kb = 10;
	expect("memory", PROOF_FAIL, PROOF_VIOLATED);
}

static void a_class_that_was_asked_for_must_last(void **state)
{
	(void)state;
	input.fifo_priority = 10;
	expect("policy", PROOF_PASS, PROOF_HELD);
	seen.demoted = sight(2);
	expect("policy", PROOF_FAIL, PROOF_VIOLATED);
}

static void a_partition_must_last(void **state)
{
	(void)state;
	input.has_partition = true;
	input.partition_text = "isolated invalid (Cpu list empty)";
	expect("partition", PROOF_UNAVAILABLE, PROOF_INCOMPLETE);
	input.partition_is_known = true;
	expect("partition", PROOF_FAIL, PROOF_VIOLATED);
	input.partition_holds = true;
	expect("partition", PROOF_PASS, PROOF_HELD);
}

static void a_violation_outweighs_what_is_unknown(void **state)
{
	(void)state;
	seen.has_migrations = false;
	seen.strayed = sight(0);
	expect("cpus", PROOF_FAIL, PROOF_VIOLATED);
	expect("migrations", PROOF_UNAVAILABLE, PROOF_VIOLATED);
}

static void text_and_json_tell_the_same(void **state)
{
	char text[4096] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	json_t *array, *first;

	(void)state;
	seen.strayed = sight(0);
	strcpy(seen.strayed.name, "\x1b[2Jx");
	cpulist_add(&seen.cpus, 0);
	seen.outside = 7;
	proof_judge(&input, &proof);
	proof_text(&proof, false, out);
	fclose(out);
	assert_non_null(strstr(text, "FAIL         cpus        planned 2; '\\x1b[2Jx' (1234)"));
	assert_non_null(strstr(text, "PASS         affinity    2, unchanged\n"));
	assert_non_null(strstr(text, "\nplacement violated\n"));
	array = proof_json(&proof);
	assert_int_equal(json_array_size(array), 7);
	first = json_array_get(array, 0);
	assert_string_equal(json_string_value(json_object_get(first, "what")), "cpus");
	assert_string_equal(json_string_value(json_object_get(first, "result")), "fail");
	assert_true(json_is_true(json_object_get(first, "required")));
	assert_int_equal(json_integer_value(json_object_get(first, "outside")), 7);
	assert_string_equal(json_string_value(json_object_get(first, "observed")), "0,2");
	assert_true(json_is_null(json_object_get(json_array_get(array, 1), "advice")));
	json_decref(array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_run_as_planned_has_held, reset),
		cmocka_unit_test_setup(a_thread_elsewhere_is_a_violation_that_names_it, reset),
		cmocka_unit_test_setup(no_sample_is_no_pass, reset),
		cmocka_unit_test_setup(a_mask_beyond_the_plan_is_a_violation_and_within_it_is_none,
				       reset),
		cmocka_unit_test_setup(a_move_is_a_violation_only_where_each_thread_has_its_own_cpu,
				       reset),
		cmocka_unit_test_setup(unknown_migrations_are_unavailable_and_not_zero, reset),
		cmocka_unit_test_setup(more_than_a_switch_a_second_is_too_many_on_an_isolated_cpu,
				       reset),
		cmocka_unit_test_setup(elsewhere_ten_a_second_are_too_many, reset),
		cmocka_unit_test_setup(unknown_switches_are_unavailable_and_harm_no_verdict, reset),
		cmocka_unit_test_setup(major_faults_fail_after_the_start_only, reset),
		cmocka_unit_test_setup(memory_needs_95_percent_on_the_node, reset),
		cmocka_unit_test_setup(unseen_memory_says_why_and_is_incomplete_when_bound, reset),
		cmocka_unit_test_setup(a_policy_that_was_refused_is_no_pass_and_says_so, reset),
		cmocka_unit_test_setup(one_node_needs_no_look_at_memory, reset),
		cmocka_unit_test_setup(interrupts_on_the_planned_cpus_are_counted, reset),
		cmocka_unit_test_setup(a_cpu_that_serves_twice_counts_once, reset),
		cmocka_unit_test_setup(interrupts_that_cannot_be_known_are_unavailable, reset),
		cmocka_unit_test_setup(interrupts_that_were_not_read_are_unavailable, reset),
		cmocka_unit_test_setup(interrupts_that_were_set_up_anew_are_unavailable, reset),
		cmocka_unit_test_setup(threads_that_were_not_looked_at_are_no_pass, reset),
		cmocka_unit_test_setup(masks_that_were_not_told_are_no_pass, reset),
		cmocka_unit_test_setup(a_thread_without_its_own_cpu_is_a_violation, reset),
		cmocka_unit_test_setup(memory_of_processes_that_were_not_read_is_no_pass, reset),
		cmocka_unit_test_setup(a_class_that_was_asked_for_must_last, reset),
		cmocka_unit_test_setup(a_partition_must_last, reset),
		cmocka_unit_test_setup(a_violation_outweighs_what_is_unknown, reset),
		cmocka_unit_test_setup(text_and_json_tell_the_same, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
