/* SPDX-License-Identifier: BSD-2-Clause */
/* Machines made by hand, and what is planned on them. */
#ifndef PTPROBE_MACHINE_BED_H
#define PTPROBE_MACHINE_BED_H

#include "machine.h"
#include "plan.h"

struct machine_bed {
	struct machine machine;
	struct plan_request request;
	struct plan plan;
	char error[PLAN_ERROR_TEXT];
};

struct cpulist bed_list(const char *text);

/*
 * A machine as x86 servers number it: thread t of core c is CPU t * cores + c, cores being those of
 * all nodes; a node is a package with one L3, 32 GiB, and 21 away from the others. All CPUs are
 * online, allowed and inherited; one sample a second apart. eth0 is on node nic_node. nodes 0: no
 * NUMA, and one package. The request is --isolated=prefer, one core, NIC's node.
 */
void bed_make(struct machine_bed *bed, unsigned int nodes, unsigned int cores_per_node,
	      unsigned int threads, uint32_t nic_node);

void bed_release(struct machine_bed *bed);

/* isolcpus=: isolated, and not inherited. */
void bed_isolate(struct machine_bed *bed, const char *cpus);

void bed_offline(struct machine_bed *bed, const char *cpus);

/* The cpuset allows these alone. */
void bed_confine(struct machine_bed *bed, const char *cpus);

/* An interrupt of eth0, all of whose rate is on the first of its CPUs. */
void bed_irq(struct machine_bed *bed, uint32_t number, const char *cpus, uint64_t rate);

void bed_distance(struct machine_bed *bed, uint32_t a, uint32_t b, uint32_t distance);

/* Plans, which must succeed, and the CPUs by role are these: "10 11". */
void bed_expect(struct machine_bed *bed, const char *cpus);

/* Of the last plan. */
void bed_expect_reason(const struct machine_bed *bed, const char *cpus, enum plan_reason reason);
void bed_expect_note(const struct machine_bed *bed, const char *part);
void bed_expect_no_note(const struct machine_bed *bed, const char *part);
void bed_expect_why(const struct machine_bed *bed, size_t cpu, const char *why);

/* Plans, which must fail with that, and say each of the parts; NULL ends them. */
void bed_expect_error(struct machine_bed *bed, int number, const char *part, ...)
	__attribute__((sentinel));

#endif
