/* SPDX-License-Identifier: BSD-2-Clause */
/* What --show and --dry-run print, whole; and the same as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "machine_bed.h"
#include "machine_report.h"
#include "plan_report.h"

static struct machine_bed bed;
static char *text;
static size_t length;

static int release(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	bed_release(&bed);
	return 0;
}

/* Two packages of 4 cores with two threads each; eth0 on node 1, which isolates 6-7,14-15. */
static int two_sockets(void **state)
{
	(void)state;
	bed_make(&bed, 2, 4, 2, 1);
	bed_isolate(&bed, "6-7,14-15");
	bed.machine.nohz_full = bed_list("6-7,14-15");
	bed_irq(&bed, 24, "4", 800);
	bed_irq(&bed, 25, "5,13", 20);
	bed_irq(&bed, 26, "7", 0);
	return 0;
}

static void expect_text(const char *expected)
{
	if (strcmp(text, expected) != 0) {
		print_error("%s", text);
		fail_msg("isn't as expected");
	}
}

static void plan_to_text(void)
{
	FILE *out;

	free(text);
	out = open_memstream(&text, &length);
	assert_non_null(out);
	plan_text(&bed.machine, &bed.request, &bed.plan, out);
	fclose(out);
}

static void show_to_text(const struct plan *plan)
{
	FILE *out;

	free(text);
	out = open_memstream(&text, &length);
	assert_non_null(out);
	machine_show(&bed.machine, plan, out);
	fclose(out);
}

static void dry_run_tells_the_plan_and_each_reason(void **state)
{
	(void)state;
	bed_expect(&bed, "6");
	plan_to_text();
	expect_text("would run on CPU 6 (node 1, isolated, nohz_full), memory bound to node 1, "
		    "monitor on 0-5,8-13\n"
		    "taken:\n"
		    "  6: the best left: isolated, nohz_full, takes none of eth0's interrupts\n"
		    "passed over:\n"
		    "  0-3,8-11: on node 0, not on node 1\n"
		    "  4-5,12-13: not isolated, 6 is\n"
		    "  7: may take eth0's interrupts 26; 6 takes none\n"
		    "  15: its sibling 7 may take eth0's interrupts 26\n"
		    "  14: a thread of the same core as 6, which is taken\n");
}

static void roles_and_warnings_are_told(void **state)
{
	(void)state;
	bed.request.role_count = 2;
	strcpy(bed.request.role[0], "tx");
	strcpy(bed.request.role[1], "rx");
	bed.request.cores = 3;
	bed.request.memory = PLAN_MEMORY_PREFER;
	machine_note(&bed.machine, "no \033[m");
	bed_expect(&bed, "6 15 12");
	plan_to_text();
	expect_text("would run on CPUs 6,12,15 (node 1, not isolated), memory preferred from node "
		    "1, monitor on 0-3,5,8-11,13\n"
		    "roles: tx on 6, rx on 15\n"
		    "warning: only 2 of the 3 CPUs taken on node 1 are isolated: see --advise\n"
		    "warning: no \\x1b[m\n"
		    "taken:\n"
		    "  6,15: the best left: isolated, nohz_full, takes none of eth0's "
		    "interrupts\n"
		    "  12: the best left: not isolated, takes none of eth0's interrupts\n"
		    "passed over:\n"
		    "  0-3,8-11: on node 0, not on node 1\n"
		    "  5: takes eth0's interrupts 25 (20/s); 12 takes none\n"
		    "  13: may take eth0's interrupts 25; 12 takes none\n"
		    "  4: a thread of the same core as 12, which is taken\n"
		    "  7: a thread of the same core as 15, which is taken\n"
		    "  14: a thread of the same core as 6, which is taken\n");
}

static void show_marks_the_chosen_core(void **state)
{
	(void)state;
	bed_offline(&bed, "11");
	bed_expect(&bed, "6");
	show_to_text(&bed.plan);
	expect_text("online: 0-10,12-15\n"
		    "allowed: 0-10,12-15\n"
		    "inherited: 0-5,8-10,12-13\n"
		    "isolated: 6-7,14-15\n"
		    "nohz_full: 6-7,14-15\n"
		    "nodes:\n"
		    "  node 0: CPUs 0-3,8-10, 32768 MiB, distances 10 21\n"
		    "  node 1: CPUs 4-7,12-15, 32768 MiB, distances 21 10\n"
		    "interface eth0: node 1\n"
		    "  interrupt 24 on 4, 800/s\n"
		    "  interrupt 25 on 5,13, 20/s\n"
		    "  interrupt 26 on 7, 0/s\n"
		    "cores (*: chosen):\n"
		    "  node package    L3     class    NIC/s    irq/s  CPUs\n"
		    "     0       0     0         -        0        0  0,8\n"
		    "     0       0     0         -        0        0  1,9\n"
		    "     0       0     0         -        0        0  2,10\n"
		    "     0       0     0         -        0        0  3\n"
		    "     1       1     4         -      800      800  4,12  NIC interrupts\n"
		    "     1       1     4         -       20       20  5,13  NIC interrupts\n"
		    "*    1       1     4         -        0        0  6,14  isolated  nohz_full  "
		    "takes 6\n"
		    "     1       1     4         -        0        0  7,15  isolated  nohz_full  "
		    "NIC interrupts\n");
}

static void show_says_that_rates_may_change_the_choice(void **state)
{
	static const char note[] = "note: chosen without rates and load, which count before a "
				   "command: --sample 100ms\n";

	(void)state;
	bed_expect(&bed, "6");
	show_to_text(&bed.plan);
	assert_null(strstr(text, note));
	bed.machine.sample_ns = 0;
	show_to_text(&bed.plan);
	assert_non_null(strstr(text, note));
	show_to_text(NULL);
	assert_null(strstr(text, note));
	bed.request.cpus = bed_list("4");
	bed_expect(&bed, "4");
	show_to_text(&bed.plan);
	assert_null(strstr(text, note));
}

static void what_is_unknown_is_told_as_such(void **state)
{
	(void)state;
	bed_release(&bed);
	bed_make(&bed, 0, 2, 1, MACHINE_NONE);
	bed.machine.cpu[1].l3 = MACHINE_NONE;
	bed.machine.cpu[0].max_khz = 1500000;
	bed.machine.sample_ns = 0;
	show_to_text(NULL);
	expect_text("online: 0-1\n"
		    "allowed: 0-1\n"
		    "inherited: 0-1\n"
		    "isolated: none\n"
		    "nohz_full: none\n"
		    "nodes: none, no NUMA\n"
		    "interface eth0: node unknown, interrupts unknown\n"
		    "cores:\n"
		    "  node package    L3       MHz    NIC/s    irq/s  CPUs\n"
		    "     -       0     0      1500        -        -  0\n"
		    "     -       0     -         -        -        -  1\n");
	bed.machine.nic.kind = MACHINE_NIC_SOFTWARE;
	bed.machine.nic.lineage_count = 2;
	strcpy(bed.machine.nic.lineage[1], "x\n");
	show_to_text(NULL);
	assert_non_null(strstr(text, "\ninterface eth0 over x\\x0a: software, no locality\n"));
}

static void many_cores_share_lines(void **state)
{
	(void)state;
	bed_release(&bed);
	bed_make(&bed, 8, 128, 2, 3);
	bed_isolate(&bed, "400-409,1424-1433");
	for (uint32_t i = 0; i < 70; i++) {
		bed_irq(&bed, 24 + i, "390", 1);
	}
	bed_expect(&bed, "400");
	show_to_text(&bed.plan);
	assert_non_null(strstr(text, "\n  interrupt 87 on 390, 1/s\n"
				     "  and 6 more interrupts, on 390 with those above, 6/s\n"));
	assert_non_null(strstr(
		text,
		"\n     3       3   384         -        0        0  401-409,1425-1433 (9 cores)  isolated\n"));
	assert_non_null(strstr(
		text,
		"\n*    3       3   384         -        0        0  400,1424  isolated  takes 400\n"));
	assert_true(length < 8192);
	plan_to_text();
	assert_true(length < 8192);
}

static void many_different_reasons_are_told_by_their_gist(void **state)
{
	(void)state;
	bed_release(&bed);
	bed_make(&bed, 1, 12, 1, 0);
	for (uint32_t i = 0; i < 10; i++) {
		bed.machine.cpu[i].interrupt_rate = 100 + i;
	}
	bed.machine.nohz_full = bed.machine.online;
	bed.machine.cpu[11].interrupt_rate = 64;
	bed_expect(&bed, "10");
	plan_to_text();
	assert_non_null(strstr(text, "\n  6: 106 interrupts/s, 10 has 0\n"
				     "  7-9,11: have more interrupts\n"));
}

/* The member of an array of objects whose member name is number. */
static const json_t *find(const json_t *array, const char *name, json_int_t number)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *object = json_array_get(array, i);

		if (json_integer_value(json_object_get(object, name)) == number) {
			return object;
		}
	}
	return NULL;
}

static void expect_json(const json_t *actual, const char *expected_text)
{
	json_t *expected = json_loads(expected_text, JSON_DECODE_ANY, NULL);

	assert_non_null(expected);
	if (!json_equal(actual, expected)) {
		char *dump = json_dumps(actual, JSON_INDENT(1) | JSON_ENCODE_ANY);

		print_error("%s\n", dump);
		free(dump);
		fail_msg("isn't as expected");
	}
	json_decref(expected);
}

static void plan_as_json(void **state)
{
	json_t *object, *reasons;

	(void)state;
	bed.request.role_count = 2;
	strcpy(bed.request.role[0], "tx");
	strcpy(bed.request.role[1], "rx");
	bed_expect(&bed, "6 15");
	object = plan_json(&bed.machine, &bed.request, &bed.plan);
	reasons = json_incref(json_object_get(object, "reasons"));
	assert_int_equal(json_array_size(reasons), 16);
	expect_json(find(reasons, "cpu", 15),
		    "{\"cpu\": 15, \"taken\": true, \"role\": \"rx\", \"reason\": \"best\","
		    " \"why\": \"the best left: isolated, nohz_full, takes none of eth0's "
		    "interrupts\"}");
	expect_json(find(reasons, "cpu", 0),
		    "{\"cpu\": 0, \"taken\": false, \"role\": null, \"reason\": \"other-node\","
		    " \"why\": \"on node 0, not on node 1\"}");
	json_object_del(object, "reasons");
	expect_json(object,
		    "{\"cpus\": [6, 15], \"node\": 1, \"memory_node\": 1, \"isolated\": true,"
		    " \"shared\": false, \"roles\": {\"tx\": 6, \"rx\": 15},"
		    " \"housekeeping\": \"0-5,8-13\", \"extended\": [], \"notes\": []}");
	json_decref(reasons);
	json_decref(object);
	bed.request.role_count = 0;
	bed.request.memory = PLAN_MEMORY_NONE;
	bed.machine.nic.node = MACHINE_NONE;
	bed.request.cpus = bed_list("0,4");
	bed_expect(&bed, "0 4");
	object = plan_json(&bed.machine, &bed.request, &bed.plan);
	json_object_del(object, "reasons");
	expect_json(object, "{\"cpus\": [0, 4], \"node\": null, \"memory_node\": null,"
			    " \"isolated\": false, \"shared\": false, \"roles\": null,"
			    " \"housekeeping\": \"1-3,5,9-11,13\", \"extended\": [],"
			    " \"notes\": []}");
	json_decref(object);
}

static void machine_as_json(void **state)
{
	json_t *object;

	(void)state;
	bed_offline(&bed, "11");
	object = machine_json(&bed.machine);
	assert_int_equal(json_array_size(json_object_get(object, "cpus")), 16);
	expect_json(find(json_object_get(object, "cpus"), "cpu", 4),
		    "{\"cpu\": 4, \"online\": true, \"node\": 1, \"package\": 1, \"core\": 4,"
		    " \"siblings\": \"12\", \"l3\": 4, \"capacity\": null, \"max_khz\": null,"
		    " \"isolated\": false, \"nohz_full\": false, \"interrupts\": 8000,"
		    " \"interrupt_rate\": 800, \"nic_interrupts\": 8000,"
		    " \"nic_interrupt_rate\": 800, \"busy_permille\": 0}");
	expect_json(find(json_object_get(object, "cpus"), "cpu", 11),
		    "{\"cpu\": 11, \"online\": false, \"node\": null, \"package\": null,"
		    " \"core\": null, \"siblings\": null, \"l3\": null, \"capacity\": null,"
		    " \"max_khz\": null, \"isolated\": false, \"nohz_full\": false,"
		    " \"interrupts\": null, \"interrupt_rate\": null, \"nic_interrupts\": null,"
		    " \"nic_interrupt_rate\": null, \"busy_permille\": null}");
	json_object_del(object, "cpus");
	expect_json(object,
		    "{\"nodes\": [{\"node\": 0, \"cpus\": \"0-3,8-10\", \"memory_kb\": 33554432,"
		    " \"distances\": [10, 21]}, {\"node\": 1, \"cpus\": \"4-7,12-15\","
		    " \"memory_kb\": 33554432, \"distances\": [21, 10]}],"
		    " \"online\": \"0-10,12-15\", \"universe\": \"0-10,12-15\","
		    " \"inherited\": \"0-5,8-10,12-13\", \"isolated\": \"6-7,14-15\","
		    " \"partitioned\": \"\", \"nohz_full\": \"6-7,14-15\", \"big\": \"\","
		    " \"nic\": {\"interface\": \"eth0\", \"lineage\": [\"eth0\"],"
		    " \"kind\": \"device\", \"node\": 1, \"nodes\": \"\", \"irqs\": ["
		    "{\"irq\": 24, \"cpus\": \"4\", \"rate\": 800},"
		    "{\"irq\": 25, \"cpus\": \"5,13\", \"rate\": 20},"
		    "{\"irq\": 26, \"cpus\": \"7\", \"rate\": 0}],"
		    " \"irq_cpus\": \"4-5,7,13\", \"steered\": \"\"},"
		    " \"sample_ns\": 1000000000, \"notes\": []}");
	json_decref(object);
}

static void unsampled_rates_are_null_in_json(void **state)
{
	json_t *object;

	(void)state;
	bed.machine.sample_ns = 0;
	object = machine_json(&bed.machine);
	assert_true(json_is_null(json_object_get(object, "sample_ns")));
	assert_true(json_is_null(json_object_get(find(json_object_get(object, "cpus"), "cpu", 4),
						 "interrupt_rate")));
	assert_true(json_is_null(json_object_get(
		json_array_get(json_object_get(json_object_get(object, "nic"), "irqs"), 0),
		"rate")));
	json_decref(object);
	bed.machine.nic.kind = MACHINE_NIC_NONE;
	object = machine_json(&bed.machine);
	assert_true(json_is_null(json_object_get(object, "nic")));
	json_decref(object);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define CLAIM(test) cmocka_unit_test_setup_teardown(test, two_sockets, release)
		CLAIM(dry_run_tells_the_plan_and_each_reason),
		CLAIM(roles_and_warnings_are_told),
		CLAIM(show_marks_the_chosen_core),
		CLAIM(show_says_that_rates_may_change_the_choice),
		CLAIM(what_is_unknown_is_told_as_such),
		CLAIM(many_cores_share_lines),
		CLAIM(many_different_reasons_are_told_by_their_gist),
		CLAIM(plan_as_json),
		CLAIM(machine_as_json),
		CLAIM(unsampled_rates_are_null_in_json),
	};

	return cmocka_run_group_tests_name("plan_text", tests, NULL, NULL);
}
