/* SPDX-License-Identifier: BSD-2-Clause */
/* The recorded machines (tests/data/machines/README.md), as they are read. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "machine.h"
#include "sysfs_bed.h"

static struct machine machine;

static int release(void **state)
{
	(void)state;
	machine_release(&machine);
	return 0;
}

static void cores_sockets_and_caches_are_those_of_the_lists(void **state)
{
	(void)state;
	bed_machine("two-sockets", NULL, &machine);
	assert_int_equal(machine.cpu_count, 16);
	for (uint32_t i = 0; i < 16; i++) {
		const struct machine_cpu *cpu = &machine.cpu[i];
		uint32_t node = i % 8 / 4;

		assert_true(cpu->is_online);
		assert_int_equal(cpu->core, i % 8);
		assert_int_equal(cpu->package, node);
		assert_int_equal(cpu->l3, node * 4);
		assert_int_equal(cpu->node, node);
	}
	bed_is_list(&machine.isolated, "2-3,6-7,10-11,14-15");
	bed_is_list(&machine.nohz_full, "2-3,6-7,10-11,14-15");
	bed_is_list(&machine.universe, "0-15");
	bed_is_list(&machine.inherited, "0-1,4-5,8-9,12-13");
	assert_int_equal(machine.note_count, 0);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_NONE);
}

static void nodes_have_memory_and_distances(void **state)
{
	(void)state;
	bed_machine("memory-only-node", "eth0", &machine);
	assert_int_equal(machine.node_count, 3);
	assert_int_equal(machine.node[2].memory_kb, 134217728);
	bed_is_list(&machine.node[2].cpus, "");
	bed_is_list(&machine.node[1].cpus, "4-7");
	assert_int_equal(machine_distance(&machine, 2, 1), 14);
	assert_int_equal(machine_distance(&machine, 2, 0), 24);
	assert_int_equal(machine_distance(&machine, 2, 2), 10);
	assert_int_equal(machine.nic.node, 2);
}

static void interrupts_of_a_pci_device_are_its_msi(void **state)
{
	(void)state;
	bed_machine("two-sockets", "eth0", &machine);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_DEVICE);
	assert_int_equal(machine.nic.node, 1);
	assert_int_equal(machine.nic.irq_count, 3);
	assert_int_equal(machine.nic.irq[0].number, 100);
	assert_int_equal(machine.nic.irq[2].number, 102);
	bed_is_list(&machine.nic.irq[1].cpus, "4");
	bed_is_list(&machine.nic.irq[2].cpus, "5");
	bed_is_list(&machine.nic.irq_cpus, "4-5");
}

static void rates_are_those_between_the_samples(void **state)
{
	(void)state;
	bed_machine("two-sockets", "eth0", &machine);
	assert_int_equal(machine.sample_ns, 1000000000);
	assert_int_equal(machine.nic.irq[1].rate, 8000);
	assert_int_equal(machine.cpu[4].nic_interrupt_rate, 8000);
	assert_int_equal(machine.cpu[4].interrupt_rate, 8250);  /* and the timer */
	assert_int_equal(machine.cpu[4].nic_interrupts, 10000); /* of 100 and 101, 5,000 each */
	assert_int_equal(machine.cpu[5].nic_interrupt_rate, 5000);
	assert_int_equal(machine.cpu[0].nic_interrupt_rate, 0); /* those of eth1 */
	assert_int_equal(machine.cpu[0].interrupt_rate, 290);
	assert_int_equal(machine.cpu[0].busy_permille, 200);
	assert_int_equal(machine.cpu[4].busy_permille, 40);
	assert_int_equal(machine.cpu[6].busy_permille, 0);
}

static void columns_are_those_online(void **state)
{
	(void)state;
	bed_machine("offline-cpus", "eth0", &machine);
	bed_is_list(&machine.online, "0-1,4-7");
	assert_false(machine.cpu[2].is_online);
	assert_int_equal(machine.cpu[2].interrupts, 0);
	assert_int_equal(machine.cpu[4].nic_interrupt_rate, 900);
	assert_int_equal(machine.cpu[7].nic_interrupt_rate, 20);
	assert_int_equal(machine.cpu[6].interrupt_rate, 1);
	assert_int_equal(machine.cpu[2].busy_permille, MACHINE_NONE);
}

static void expect_lineage(const char *first, const char *second, const char *third)
{
	const char *const names[] = {first, second, third};
	size_t count = third != NULL ? 3 : second != NULL ? 2 : 1;

	assert_int_equal(machine.nic.lineage_count, count);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(machine.nic.lineage[i], names[i]);
	}
}

static void a_bond_is_its_active_slave(void **state)
{
	(void)state;
	bed_machine("bond-two-nodes", "bond0", &machine);
	expect_lineage("bond0", "eth1", NULL);
	assert_int_equal(machine.nic.node, 1);
	assert_int_equal(machine.nic.irq_count, 1);
	assert_int_equal(machine.nic.irq[0].number, 41);
}

static void a_bond_without_one_is_all_its_slaves(void **state)
{
	(void)state;
	bed_machine("bond-two-nodes", "bond1", &machine);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_DEVICE);
	expect_lineage("bond1", "eth2", NULL);
	assert_int_equal(machine.nic.node, MACHINE_NONE);
	bed_is_list(&machine.nic.nodes, "0-1");
	assert_int_equal(machine.nic.irq_count, 2);
	bed_is_list(&machine.nic.irq_cpus, "0,5");
}

static void a_vlan_is_followed_down(void **state)
{
	(void)state;
	bed_machine("vlan", "macvlan0", &machine);
	expect_lineage("macvlan0", "eth0.100", "eth0");
	assert_int_equal(machine.nic.node, 1);
	bed_is_list(&machine.nic.steered, "6");
	machine_release(&machine);
	bed_machine("vlan", "eth0", &machine);
	expect_lineage("eth0", NULL, NULL);
	bed_is_list(&machine.nic.steered, "");
}

static void a_veth_has_no_locality(void **state)
{
	(void)state;
	bed_machine("container", "eth0", &machine);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_SOFTWARE);
	expect_lineage("eth0", NULL, NULL);
	assert_int_equal(machine.nic.node, MACHINE_NONE);
	bed_is_list(&machine.universe, "2-3");
}

static void virtio_has_its_node_and_interrupts_on_the_parent(void **state)
{
	(void)state;
	bed_machine("virtio", "eth0", &machine);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_DEVICE);
	assert_int_equal(machine.nic.node, 1); /* and not 0, the bus's */
	assert_int_equal(machine.nic.irq_count, 3);
	assert_int_equal(machine.nic.irq[1].rate, 600);
}

static void a_boards_interrupts_are_found_by_name(void **state)
{
	(void)state;
	bed_machine("raspberry-pi", "eth0", &machine);
	assert_int_equal(machine.nic.kind, MACHINE_NIC_DEVICE);
	assert_int_equal(machine.nic.node, MACHINE_NONE);
	assert_int_equal(machine.node_count, 0);
	assert_int_equal(machine.nic.irq_count, 2);
	assert_int_equal(machine.nic.irq[0].number, 37);
	assert_int_equal(machine.nic.irq[1].number, 38);
	bed_is_list(&machine.nic.irq_cpus, "0");
	assert_int_equal(machine.cpu[0].nic_interrupt_rate, 843);
	assert_int_equal(machine.cpu[3].max_khz, 1800000);
	assert_int_equal(machine.cpu[3].capacity, 0);
}

static void without_msi_there_is_the_irq_file(void **state)
{
	(void)state;
	bed_machine("no-numa", "eth0", &machine);
	assert_int_equal(machine.nic.irq_count, 1);
	assert_int_equal(machine.nic.irq[0].number, 16);
	bed_is_list(&machine.nic.irq[0].cpus, "0-3"); /* smp_affinity_list */
	assert_int_equal(machine.cpu[3].core, 2);
	assert_int_equal(machine.cpu[0].node, MACHINE_NONE);
}

static void classes_are_read(void **state)
{
	(void)state;
	bed_machine("hybrid", "eno1", &machine);
	bed_is_list(&machine.big, "0-7");
	assert_int_equal(machine.nic.node, MACHINE_NONE); /* -1 */
	machine_release(&machine);
	bed_machine("hybrid-capacity", "eth0", &machine);
	assert_int_equal(machine.cpu[3].capacity, 446);
	assert_int_equal(machine.cpu[4].capacity, 1000);
	assert_int_equal(machine.nic.irq[0].number, 28);
}

static void partitions_are_read(void **state)
{
	(void)state;
	bed_machine("partition", NULL, &machine);
	bed_is_list(&machine.partitioned, "5-7");
	bed_is_list(&machine.isolated, "");
	assert_true(machine_is_isolated(&machine, 5));
}

static void two_thousand_cpus_are_read(void **state)
{
	(void)state;
	bed_machine("many-cpus", "eth0", &machine);
	assert_int_equal(machine.cpu_count, 2048);
	bed_is_list(&machine.nic.irq_cpus, "1536-1537");
	bed_is_list(&machine.nic.steered, "1538");
	assert_int_equal(machine.cpu[2047].node, 3);
	assert_int_equal(machine.cpu[2047].core, 2047);
	assert_int_equal(machine.cpu[2047].l3, MACHINE_NONE);
	assert_int_equal(machine.cpu[1537].nic_interrupts, 77);
	assert_int_equal(machine.cpu[1536].nic_interrupts, 77);
	assert_int_equal(machine.cpu[1538].interrupts, 0);
	assert_int_equal(machine.sample_ns, 0);
	assert_int_equal(machine.cpu[0].busy_permille, MACHINE_NONE);
}

static void a_list_of_cpus_that_makes_no_sense_is_refused(void **state)
{
	(void)state;
	bed_refused("malformed-online", NULL, -EINVAL, "/sys/devices/system/cpu/online");
}

static void an_unknown_interface_is_refused_with_those_there_are(void **state)
{
	(void)state;
	bed_refused("vlan", "eth9", -ENODEV,
		    "no interface 'eth9': there are eth0, eth0.100, macvlan0");
	bed_refused("vlan", "..", -ENODEV, "no interface");
	bed_refused("vlan", "eth0/../eth0", -ENODEV, "no interface");
	bed_refused("vlan", "", -ENODEV, "no interface");
}

static void whatever_else_makes_no_sense_is_a_note(void **state)
{
	static const char *const files[] = {
		"cpu/isolated",
		"cpu_core/cpus",
		"cpu0/topology/thread_siblings_list",
		"cpu0/topology/physical_package_id",
		"cpu0/cache/index3/shared_cpu_list",
		"cpu0/cpu_capacity",
		"node0/cpulist",
		"node0/meminfo",
		"node0/distance",
		"/universe",
		"/proc/self/status",
		"0000:03:00.0/numa_node",
		"rx-0/rps_cpus",
		"irq/50/smp_affinity_list",
		"/proc/interrupts",
	};

	(void)state;
	bed_machine("malformed-node", "eth0", &machine);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		bed_has_note(&machine, files[i]);
	}
	assert_int_equal(machine.cpu_count, 4);
	bed_is_list(&machine.universe, "0-3");
	bed_is_list(&machine.inherited, "0-3");
	bed_is_list(&machine.node[1].cpus, "2-3");
	assert_int_equal(machine.cpu[1].core, 1);
	assert_int_equal(machine.nic.node, MACHINE_NONE);
	assert_int_equal(machine.nic.irq_count, 1);
	assert_null(machine.node[1].distance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, release)
		TEST(cores_sockets_and_caches_are_those_of_the_lists),
		TEST(nodes_have_memory_and_distances),
		TEST(interrupts_of_a_pci_device_are_its_msi),
		TEST(rates_are_those_between_the_samples),
		TEST(columns_are_those_online),
		TEST(a_bond_is_its_active_slave),
		TEST(a_bond_without_one_is_all_its_slaves),
		TEST(a_vlan_is_followed_down),
		TEST(a_veth_has_no_locality),
		TEST(virtio_has_its_node_and_interrupts_on_the_parent),
		TEST(a_boards_interrupts_are_found_by_name),
		TEST(without_msi_there_is_the_irq_file),
		TEST(classes_are_read),
		TEST(partitions_are_read),
		TEST(two_thousand_cpus_are_read),
		TEST(a_list_of_cpus_that_makes_no_sense_is_refused),
		TEST(an_unknown_interface_is_refused_with_those_there_are),
		TEST(whatever_else_makes_no_sense_is_a_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
