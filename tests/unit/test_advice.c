/* SPDX-License-Identifier: BSD-2-Clause */
/* What a machine is advised, command by command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "advice.h"
#include "machine_bed.h"

static struct machine_bed bed;
static struct advice_facts facts;
static char *text;

/* Two packages of 4 cores with two threads each, eth0 on node 1; Debian, nothing prepared. */
static int bare_server(void **state)
{
	(void)state;
	bed_make(&bed, 2, 4, 2, 1);
	facts = (struct advice_facts){
		.irqbalance = ADVICE_NO,
		.loader = ADVICE_LOADER_UPDATE_GRUB,
		.cpuset_version = 2,
		.idle_latency_us = 1,
		.cmdline = "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet",
		.governor = "performance",
	};
	return 0;
}

static int release(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	bed_release(&bed);
	return 0;
}

static void advise(void)
{
	struct advice advice;
	size_t length;
	FILE *out;

	if (plan_make(&bed.machine, &bed.request, &bed.plan, bed.error) < 0) {
		fail_msg("refused: %s", bed.error);
	}
	assert_int_equal(advice_make(&bed.machine, &bed.plan, &facts, &advice), 0);
	free(text);
	out = open_memstream(&text, &length);
	assert_non_null(out);
	advice_text(&advice, out);
	fclose(out);
	advice_release(&advice);
	plan_release(&bed.plan);
}

static void expect_advice(const char *expected)
{
	advise();
	if (strcmp(text, expected) != 0) {
		print_error("%s", text);
		fail_msg("isn't as expected");
	}
}

/* A command among them, as a whole line. */
static void expect_command(const char *command)
{
	char line[1024];

	advise();
	snprintf(line, sizeof(line), "\n%s\n", command);
	if (strstr(text, line) == NULL) {
		print_error("%s", text);
		fail_msg("no '%s'", command);
	}
}

static void expect_no(const char *part)
{
	advise();
	if (strstr(text, part) != NULL) {
		print_error("%s", text);
		fail_msg("'%s'", part);
	}
}

static void bare_server_is_told_everything_in_order(void **state)
{
	(void)state;
	bed_irq(&bed, 24, "4", 900);
	bed_irq(&bed, 25, "4-7,12-15", 0);
	bed_irq(&bed, 26, "4-7", 0);
	bed.machine.nic.steered = bed_list("4-5");
	facts.irqbalance = ADVICE_YES;
	facts.idle_latency_us = 133;
	strcpy(facts.governor, "powersave");
	/* all of node 1 may serve; 5 is the first whose core takes none: 5,13 */
	expect_advice(
		"# keep other tasks, ticks, callbacks and interrupts off CPUs 5,13, from the next "
		"boot on\n"
		"sed -i 's/^GRUB_CMDLINE_LINUX=\"/&isolcpus=managed_irq,domain,5,13 nohz_full=5,13 "
		"rcu_nocbs=5,13 irqaffinity=0-4,6-12,14-15 /' /etc/default/grub && update-grub\n"
		"# or, without a reboot, isolate them while the command runs\n"
		"#\tptprobe-pin -i eth0 --cpus 5 --partition -- COMMAND\n"
		"# irqbalance runs, and moves interrupts back onto the chosen cores\n"
		"systemctl disable --now irqbalance\n"
		"# or let irqbalance run, and keep it off these cores\n"
		"#\techo 'IRQBALANCE_BANNED_CPULIST=5,13' >> /etc/default/irqbalance && systemctl "
		"restart irqbalance\n"
		"# eth0's interrupt 25 can land on the chosen cores\n"
		"echo 4,6-7,12,14-15 > /proc/irq/25/smp_affinity_list\n"
		"# eth0's interrupt 26 can land on the chosen cores\n"
		"echo 4,6-7,12,14-15 > /proc/irq/26/smp_affinity_list\n"
		"# eth0's packets are steered (rps, xps) to the chosen cores\n"
		"for mask in /sys/class/net/eth0/queues/rx-*/rps_cpus "
		"/sys/class/net/eth0/queues/tx-*/xps_cpus; do grep -qs '[1-9a-f]' \"$mask\" && "
		"echo d0d0 > \"$mask\"; done\n"
		"# the governor is 'powersave': the core starts slow after each idle moment\n"
		"for file in /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor; do echo "
		"performance > \"$file\"; done\n"
		"# an idle core takes up to 133 us to wake up: keep it out of deep idle states while "
		"the command runs\n"
		"#\tptprobe-pin -i eth0 --cpus 5 --no-cstates -- COMMAND\n");
}

static void prepared_server_is_left_alone(void **state)
{
	(void)state;
	bed_isolate(&bed, "6,14");
	bed.machine.nohz_full = bed_list("6,14");
	bed_irq(&bed, 24, "4", 900);
	strcpy(facts.cmdline, "isolcpus=managed_irq,domain,6,14 nohz_full=6,14 irqaffinity=0-5");
	expect_advice("# nothing is to be done: what could be looked at is as it should be\n");
	facts.cmdline[0] = '\0'; /* unknown: it is prepared all the same */
	facts.irqbalance = ADVICE_UNKNOWN;
	facts.idle_latency_us = MACHINE_NONE;
	facts.governor[0] = '\0';
	expect_advice("# nothing is to be done: what could be looked at is as it should be\n");
}

static void arguments_that_are_there_are_replaced(void **state)
{
	(void)state;
	bed_isolate(&bed, "5,7");
	strcpy(facts.cmdline, "isolcpus=5,7 rcu_nocbs=all irqaffinity=0-3");
	/* 5 is the best; its sibling 13 isn't isolated yet */
	expect_command("sed -i 's/^GRUB_CMDLINE_LINUX=\"/&nohz_full=5,13 /; "
		       "s/isolcpus=[^ \"]*/isolcpus=managed_irq,domain,5,7,13/' /etc/default/grub "
		       "&& update-grub");
	expect_no("--partition"); /* isolcpus= is in use */
	facts.loader = ADVICE_LOADER_GRUBBY;
	expect_command("grubby --update-kernel=ALL --remove-args='isolcpus' "
		       "--args='isolcpus=managed_irq,domain,5,7,13 nohz_full=5,13'");
	facts.loader = ADVICE_LOADER_FIRMWARE;
	expect_command("sed -i '1s/$/ nohz_full=5,13/; "
		       "s/isolcpus=[^ \"]*/isolcpus=managed_irq,domain,5,7,13/' "
		       "/boot/firmware/cmdline.txt");
	facts.loader = ADVICE_LOADER_UNKNOWN;
	expect_command("#\tisolcpus=managed_irq,domain,5,7,13 nohz_full=5,13");
	strcpy(facts.cmdline, "isolcpus=5,7 nohz_full=5,13 xirqaffinity=0 irqaffinity=0-5");
	bed.machine.nohz_full = bed_list("5,13");
	facts.loader = ADVICE_LOADER_UPDATE_GRUB;
	expect_command("sed -i 's/isolcpus=[^ \"]*/isolcpus=managed_irq,domain,5,7,13/; "
		       "s/irqaffinity=[^ \"]*/irqaffinity=0-4,6,8-12,14-15/' /etc/default/grub && "
		       "update-grub");
}

static void fedora_has_grubby_and_another_file_for_irqbalance(void **state)
{
	(void)state;
	facts.loader = ADVICE_LOADER_GRUBBY;
	facts.irqbalance = ADVICE_YES;
	expect_command("grubby --update-kernel=ALL --args='isolcpus=managed_irq,domain,4,12 "
		       "nohz_full=4,12 rcu_nocbs=4,12 irqaffinity=0-3,5-11,13-15'");
	expect_command("#\techo 'IRQBALANCE_BANNED_CPULIST=4,12' >> /etc/sysconfig/irqbalance && "
		       "systemctl restart irqbalance");
}

static void cpuset_of_version_1_is_told_the_way_out(void **state)
{
	(void)state;
	facts.cpuset_version = 1;
	advise();
	assert_non_null(strstr(text, "cgroup_no_v1=cpuset"));
	expect_no("-- COMMAND");
}

static void many_interrupts_are_moved_by_a_loop(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 9; i++) {
		bed_irq(&bed, 24 + i, "4-7,12-15", 0);
	}
	strcpy(bed.machine.nic.lineage[0], "a';b");
	expect_command("for irq in 24 25 26 27 28 29 30 31 32; do echo 5-7,13-15 > "
		       "/proc/irq/$irq/smp_affinity_list; done");
	/* more than the six CPUs that are left */
	expect_command("#\tethtool -L 'a'\\'';b' combined 6");
}

static void fewer_queues_are_no_advice_where_there_are_few(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 6; i++) {
		bed_irq(&bed, 24 + i, "4-7,12-15", 0);
	}
	expect_no("ethtool");
}

static void every_interface_that_steers_is_told(void **state)
{
	(void)state;
	bed.machine.nic.lineage_count = 2;
	strcpy(bed.machine.nic.lineage[0], "eth0.5");
	strcpy(bed.machine.nic.lineage[1], "eth0");
	bed.request.cpus = bed_list("4");
	bed.machine.nic.steered = bed_list("4");
	expect_command("for mask in /sys/class/net/eth0.5/queues/rx-*/rps_cpus "
		       "/sys/class/net/eth0.5/queues/tx-*/xps_cpus "
		       "/sys/class/net/eth0/queues/rx-*/rps_cpus "
		       "/sys/class/net/eth0/queues/tx-*/xps_cpus; do grep -qs '[1-9a-f]' "
		       "\"$mask\" && echo e0e0 > \"$mask\"; done");
}

static void kernel_that_cannot_stop_ticks_is_not_told_to(void **state)
{
	(void)state;
	facts.nohz_full = ADVICE_NO;
	facts.loader = ADVICE_LOADER_FIRMWARE;
	expect_command("sed -i '1s/$/ isolcpus=managed_irq,domain,4,12 rcu_nocbs=4,12 "
		       "irqaffinity=0-3,5-11,13-15/' /boot/firmware/cmdline.txt");
	expect_no("tick");
	bed_isolate(&bed, "4,12");
	strcpy(facts.cmdline, "isolcpus=4,12 rcu_nocbs=4,12 irqaffinity=0-3");
	expect_advice("# nothing is to be done: what could be looked at is as it should be\n");
}

static void command_without_an_interface_names_the_cpus(void **state)
{
	(void)state;
	bed.machine.nic = (struct machine_nic){.node = MACHINE_NONE};
	bed.request.cpus = bed_list("6-7");
	expect_command("#\tptprobe-pin --cpus 6-7 --partition -- COMMAND");
}

static void steering_onto_the_core_is_turned_away(void **state)
{
	(void)state;
	bed.request.cpus = bed_list("4");
	bed.machine.nic.steered = bed_list("3-4");
	/* node 1 without 4 and 12: 5-7 and 13-15 */
	expect_command("for mask in /sys/class/net/eth0/queues/rx-*/rps_cpus "
		       "/sys/class/net/eth0/queues/tx-*/xps_cpus; do grep -qs '[1-9a-f]' \"$mask\" "
		       "&& echo e0e0 > \"$mask\"; done");
	bed_release(&bed);
	bed_make(&bed, 1, 36, 1, 0);
	bed.request.cpus = bed_list("4");
	bed.machine.nic.steered = bed_list("4");
	expect_command("for mask in /sys/class/net/eth0/queues/rx-*/rps_cpus "
		       "/sys/class/net/eth0/queues/tx-*/xps_cpus; do grep -qs '[1-9a-f]' \"$mask\" "
		       "&& echo f,ffffffef > \"$mask\"; done");
}

static void interrupts_go_to_the_nearest_node_that_has_room(void **state)
{
	(void)state;
	bed_release(&bed);
	bed_make(&bed, 3, 2, 1, 1);
	bed_distance(&bed, 1, 2, 12);
	bed.request.cores = 2;
	bed_irq(&bed, 24, "2", 10);
	expect_command("echo 4-5 > /proc/irq/24/smp_affinity_list");
	bed_distance(&bed, 1, 2, 31);
	expect_command("echo 0-1 > /proc/irq/24/smp_affinity_list");
	bed.machine.nic.node = MACHINE_NONE; /* every other CPU will do */
	bed.request.cpus = bed_list("2-3");
	expect_command("echo 0-1,4-5 > /proc/irq/24/smp_affinity_list");
}

static void only_core_of_cpu_0_cannot_be_kept_clear(void **state)
{
	(void)state;
	bed.request.cpus = bed_list("0");
	advise();
	assert_non_null(strstr(text, "# there is no core but CPU 0's"));
	expect_no("isolcpus");
}

static void advice_as_json(void **state)
{
	struct advice advice = {
		.count = 2, .item = {{(char *)"a", (char *)"b", true}, {(char *)"c", NULL, false}}};
	json_t *expected = json_loads("[{\"why\": \"a\", \"command\": \"b\", \"other\": true}, "
				      "{\"why\": \"c\", \"command\": null, \"other\": false}]",
				      0, NULL);
	json_t *actual = advice_json(&advice);

	(void)state;
	assert_true(json_equal(actual, expected));
	json_decref(actual);
	json_decref(expected);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define CLAIM(test) cmocka_unit_test_setup_teardown(test, bare_server, release)
		CLAIM(bare_server_is_told_everything_in_order),
		CLAIM(prepared_server_is_left_alone),
		CLAIM(arguments_that_are_there_are_replaced),
		CLAIM(fedora_has_grubby_and_another_file_for_irqbalance),
		CLAIM(cpuset_of_version_1_is_told_the_way_out),
		CLAIM(many_interrupts_are_moved_by_a_loop),
		CLAIM(fewer_queues_are_no_advice_where_there_are_few),
		CLAIM(every_interface_that_steers_is_told),
		CLAIM(kernel_that_cannot_stop_ticks_is_not_told_to),
		CLAIM(command_without_an_interface_names_the_cpus),
		CLAIM(steering_onto_the_core_is_turned_away),
		CLAIM(interrupts_go_to_the_nearest_node_that_has_room),
		CLAIM(only_core_of_cpu_0_cannot_be_kept_clear),
		CLAIM(advice_as_json),
	};

	return cmocka_run_group_tests_name("advice", tests, NULL, NULL);
}
