/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "machine.h"
#include "machine_sample.h"
#include "words.h"

enum { CPUS = 4 };

static struct machine_cpu cpus[CPUS];
static struct machine_irq irqs[] = {{.number = 24}, {.number = 30}};
static struct machine machine;
static struct machine_sample first, later;

static int make(void **state)
{
	(void)state;
	memset(cpus, 0, sizeof(cpus));
	irqs[0].rate = irqs[1].rate = 0;
	machine = (struct machine){
		.cpu_count = CPUS, .cpu = cpus, .nic = {.irq_count = 2, .irq = irqs}};
	assert_int_equal(machine_sample_init(&first, &machine), 0);
	assert_int_equal(machine_sample_init(&later, &machine), 0);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	machine_sample_release(&first);
	machine_sample_release(&later);
	return 0;
}

static void take(struct machine_sample *sample, const char *text)
{
	struct word line;

	while (line_next(&text, &line)) {
		assert_int_equal(machine_sample_interrupts(sample, &machine, line), 0);
	}
}

static void take_load(struct machine_sample *sample, const char *text)
{
	struct word line;

	while (line_next(&text, &line)) {
		machine_sample_load(sample, line);
	}
}

static void counts_go_to_the_cpu_of_their_column(void **state)
{
	(void)state;
	take(&first, "           CPU0       CPU3\n"
		     " 24:         10         20   PCI-MSI 5-edge eth0-0\n"
		     " 25:          1          2   PCI-MSI 6-edge other\n"
		     " 30:          3          4   PCI-MSI 7-edge 99 99 eth0-1\n"
		     "LOC:        100        200   Local timer interrupts\n"
		     "ERR:          7\n"
		     "MIS:          7\n"
		     "124:          1\n"
		     "no label\n"
		     "\n");
	machine_sample_apply(&first, NULL, 0, &machine);
	assert_int_equal(cpus[0].interrupts, 114);
	assert_int_equal(cpus[3].interrupts, 226);
	assert_int_equal(cpus[1].interrupts, 0);
	assert_int_equal(cpus[0].nic_interrupts, 13);
	assert_int_equal(cpus[3].nic_interrupts, 24);
	assert_int_equal(cpus[0].interrupt_rate, 0);
	assert_int_equal(cpus[0].busy_permille, MACHINE_NONE);
	assert_int_equal(machine.sample_ns, 0);
}

static void rates_are_per_second(void **state)
{
	(void)state;
	take(&first, "CPU0 CPU1\n24: 100 0 x\n30: 5 5 x\nLOC: 1 1\n");
	take(&later, "CPU0 CPU1\n24: 110 0 x\n30: 5 8 x\nLOC: 2 1\n");
	machine_sample_apply(&first, &later, 20000000, &machine); /* 20 ms: times 50 */
	assert_int_equal(cpus[0].nic_interrupt_rate, 500);
	assert_int_equal(cpus[0].interrupt_rate, 550);
	assert_int_equal(cpus[1].nic_interrupt_rate, 150);
	assert_int_equal(irqs[0].rate, 500);
	assert_int_equal(irqs[1].rate, 150);
	assert_int_equal(machine.sample_ns, 20000000);
}

static void a_count_that_fell_is_no_rate(void **state)
{
	(void)state;
	take(&first, "CPU0 CPU1\n24: 4294967290 9 x\n");
	take(&later, "CPU0 CPU1\n24: 3 9 x\n");
	machine_sample_apply(&first, &later, 1000000000, &machine);
	assert_int_equal(cpus[0].interrupt_rate, 0);
	assert_int_equal(irqs[0].rate, 0);
}

static void load_is_all_but_idle_and_waiting(void **state)
{
	(void)state;
	/* user nice system idle iowait irq softirq steal guest guest_nice */
	take_load(&first, "cpu  1 1 1 1 1 1 1 1 1 1\ncpu0 10 0 10 100 0 0 0 0 0 0\n"
			  "cpu1 0 0 0 0 0 0 0 0 0 0\ncpu2 0 0 0 100 0 0 0 0\nintr 1 2 3\n"
			  "cpu9 1 1 1 1 1 1 1 1\n");
	take_load(&later, "cpu0 20 5 15 140 30 3 5 2 10 5\ncpu1 0 0 0 0 0 0 0 0 0 0\n"
			  "cpu2 0 0 0 99 1 0 0 0\n");
	machine_sample_apply(&first, &later, 1000000000, &machine);
	/* 10 + 5 + 5 + 3 + 5 + 2 = 30 of 100: guests are in user and nice already */
	assert_int_equal(cpus[0].busy_permille, 300);
	assert_int_equal(cpus[1].busy_permille, MACHINE_NONE); /* no tick */
	assert_int_equal(cpus[2].busy_permille, MACHINE_NONE);
	assert_int_equal(cpus[3].busy_permille, MACHINE_NONE); /* not in it */
}

static void load_alone_gives_no_rates(void **state)
{
	(void)state;
	take(&first, "CPU0\n24: 5 x\n");
	take_load(&first, "cpu0 0 0 0 0 0 0 0 0\n");
	take_load(&later, "cpu0 50 0 0 50 0 0 0 0\n");
	machine_sample_apply(&first, &later, 1000000000, &machine);
	assert_int_equal(cpus[0].busy_permille, 500);
	assert_int_equal(cpus[0].interrupt_rate, 0);
	assert_int_equal(cpus[0].interrupts, 5);
}

static void expect_no_header(const char *text)
{
	assert_int_equal(
		machine_sample_interrupts(&first, &machine, (struct word){text, strlen(text)}),
		-EINVAL);
	assert_false(first.has_interrupts);
}

static void what_is_no_header_is_refused(void **state)
{
	(void)state;
	expect_no_header("");
	expect_no_header("24: 1 2 eth0");
	expect_no_header("CPU0 CPU");
	expect_no_header("CPU0 CPUx");
	expect_no_header("CPU0 CPU4"); /* it has four */
	expect_no_header("CPU0 CPU1 CPU2 CPU3 CPU3");
	expect_no_header("CPU18446744073709551617");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clear)
		TEST(counts_go_to_the_cpu_of_their_column),
		TEST(rates_are_per_second),
		TEST(a_count_that_fell_is_no_rate),
		TEST(load_is_all_but_idle_and_waiting),
		TEST(load_alone_gives_no_rates),
		TEST(what_is_no_header_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
