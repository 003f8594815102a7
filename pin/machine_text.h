/* SPDX-License-Identifier: BSD-2-Clause */
/* The small texts of sysfs and procfs that a machine is read from. */
#ifndef PTPROBE_MACHINE_TEXT_H
#define PTPROBE_MACHINE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpulist;
struct word;

/*
 * Each reads a whole file, space and newlines at its end left out of account, and leaves its result
 * untouched when the text has another form: 0 or -EINVAL.
 */

/* cpu/online, isolated, cpulist: "0-3,8". "" and "(null)", as nohz_full has it, are empty. */
int machine_text_list(const char *text, struct cpulist *ret_list);

/* rps_cpus, smp_affinity: "00000000,0000ffff", words of at most 32 bits, the highest first. */
int machine_text_mask(const char *text, struct cpulist *ret_list);

/* numa_node, irq, cpu_capacity: a whole number that may be negative. */
int machine_text_number(const char *text, int64_t *ret_number);

/* node/distance: "10 21", at most room of them, each 1..255. */
int machine_text_distances(const char *text, size_t room, uint32_t *ret_distance,
			   uint32_t *ret_count);

/* The line "Node 0 MemTotal:       10315988 kB" of a node's meminfo. */
int machine_text_memory(const char *text, uint64_t *ret_kb);

/* The line "Cpus_allowed_list:	0-3" of /proc/PID/status. */
int machine_text_allowed(const char *text, struct cpulist *ret_list);

/*
 * A line of /proc/interrupts whose action is name's, "eth0", "eth0-rx-0" or "eth0:mac": its number.
 * False: it isn't, or has none.
 */
bool machine_text_irq_of(struct word line, const char *name, uint32_t *ret_number);

#endif
