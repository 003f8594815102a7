/* SPDX-License-Identifier: BSD-2-Clause */
/* argv of ptprobe-pin to what it means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "argv_bed.h"
#include "pin_options.h"

static struct pin_options options;
static struct option_result result;
static char **argv;

static void parse(const char *line)
{
	int argc = argv_bed_cut("ptprobe-pin", line, &argv);

	memset(&options, 0x5a, sizeof(options));
	pin_options_parse(argc, argv, &options, &result);
}

static void assert_bad(const char *line, const char *says)
{
	parse(line);
	argv_bed_refused(&result, says);
}

static void defaults_are_those_of_the_page(void **state)
{
	(void)state;
	parse("-i eth0 -- true");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_int_equal(options.task, PIN_RUN);
	assert_string_equal(options.interface, "eth0");
	assert_int_equal(cpulist_count(&options.plan.cpus), 0);
	assert_int_equal(options.plan.node, MACHINE_NONE);
	assert_int_equal(options.plan.cores, 0);
	assert_int_equal(options.plan.role_count, 0);
	assert_int_equal(options.plan.isolated, PLAN_ISOLATED_PREFER);
	assert_int_equal(options.plan.smt, PLAN_SMT_AVOID);
	assert_int_equal(options.plan.memory, PLAN_MEMORY_BIND);
	assert_int_equal(options.threads, PIN_THREADS_TOGETHER);
	assert_int_equal(options.sample_ns, 100000000);
	assert_int_equal(options.noise_ns, 0);
	assert_false(options.plan.colocate || options.plan.ignore_inherited);
	assert_false(options.strict || options.partition || options.no_cstates || options.json);
	assert_null(options.output);
	assert_null(options.sysroot);
}

static void command_keeps_its_own_options(void **state)
{
	(void)state;
	parse("--cpus 2 iperf3 -c remotehost -i 1 --json");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_ptr_equal(options.command, argv + 3);
	assert_null(options.interface);
	assert_false(options.json);
	assert_true(cpulist_has(&options.plan.cpus, 2));
	parse("-i eth0 -- --strange");
	assert_string_equal(options.command[0], "--strange");
	parse("-i eth0 --dry-run -- iperf3 -c host");
	assert_int_equal(options.task, PIN_DRY_RUN);
	assert_string_equal(options.command[0], "iperf3");
}

static void show_takes_its_interface_with_or_without_i(void **state)
{
	(void)state;
	parse("--show");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_int_equal(options.task, PIN_SHOW);
	assert_null(options.interface);
	parse("--show eth0 --json");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_string_equal(options.interface, "eth0");
	assert_true(options.json);
	assert_int_equal(options.sample_ns, 0);
	parse("--show eth0 --sample 1s");
	assert_int_equal(options.sample_ns, 1000000000);
	parse("--show -i eth0");
	assert_string_equal(options.interface, "eth0");
	assert_bad("--show -i eth0 eth1", "two interfaces");
	assert_bad("--show eth0 eth1", "one too many");
	assert_bad("--show a/b", "interface");
}

static void roles_are_names_of_their_own(void **state)
{
	(void)state;
	parse("-i eth0 --roles tx,rx -- true");
	assert_int_equal(options.plan.role_count, 2);
	assert_string_equal(options.plan.role[0], "tx");
	assert_string_equal(options.plan.role[1], "rx");
	parse("-i eth0 --roles a --roles b_2 -- true");
	assert_int_equal(options.plan.role_count, 1);
	assert_string_equal(options.plan.role[0], "b_2");
	assert_bad("-i eth0 --roles tx,TX -- true", "a name of its own");
	assert_bad("-i eth0 --roles tx, -- true", "a role is a name");
	assert_bad("-i eth0 --roles t-x -- true", "letters, digits");
	assert_bad("-i eth0 --roles abcdefghijklmnop -- true", "1 to 15");
	assert_bad("-i eth0 --roles a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q -- true", "16 roles");
}

static void numbers_are_of_their_range(void **state)
{
	(void)state;
	parse("--node 0 --cores 3 --fifo 99 --noise 2s --sample 0 -- true");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_int_equal(options.plan.node, 0);
	assert_int_equal(options.plan.cores, 3);
	assert_int_equal(options.fifo_priority, 99);
	assert_int_equal(options.noise_ns, 2000000000);
	assert_int_equal(options.sample_ns, 0);
	assert_bad("--node 1024 -- true", "0..1023");
	assert_bad("--node 0 --cores 0 -- true", "1..1024");
	assert_bad("--node 0 --fifo 100 -- true", "1..99");
	assert_bad("--cpus 4-1 -- true", "begins with the lower number");
	assert_bad("--cpus 8192 -- true", "--cpus=8192");
	assert_bad("--node -1 -- true", "--node");
}

static void contradictions_are_refused(void **state)
{
	(void)state;
	assert_bad("-i eth0", "no command");
	assert_bad("-i eth0 --", "no command");
	assert_bad("-- true", "for what?");
	assert_bad("--dry-run", "for what?");
	assert_bad("--cpus 1 --cores 1 -- true", "--cpus says which");
	assert_bad("-i eth0 --cores 1 --roles tx,rx -- true", "fewer --cores than --roles");
	assert_bad("-i eth0 --sysroot /x -- true", "--sysroot is for");
	assert_bad("-i eth0 -J -- true", "name a file for the JSON with -o");
	assert_bad("-i eth0 --force -- true", "--force is for --partition");
	assert_bad("--show --dry-run", "exclude one another");
	assert_bad("--show --noise 1s", "--noise measures");
	assert_bad("-i eth0 -q -v -- true", "-q and -v");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_page),
		cmocka_unit_test(command_keeps_its_own_options),
		cmocka_unit_test(show_takes_its_interface_with_or_without_i),
		cmocka_unit_test(roles_are_names_of_their_own),
		cmocka_unit_test(numbers_are_of_their_range),
		cmocka_unit_test(contradictions_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
