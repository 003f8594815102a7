/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a machine from the sysfs and procfs below a root directory: this one's, or a recorded
 * one's. */
#ifndef PTPROBE_SYSFS_H
#define PTPROBE_SYSFS_H

#include <stdint.h>

#include "machine.h"

struct sysfs_request {
	int root;              /* descriptor of the root directory */
	bool is_recorded;      /* not this machine's own root */
	const char *interface; /* NULL: no NIC */
	int64_t sample_ns;     /* between two readings of interrupts and load; 0: one reading, of
				* interrupts alone */
	bool is_placed;        /* the CPUs are settled: what they would be compared by isn't read */
};

/*
 * Fills *ret_machine; to be released. Of this machine, universe is what this process gets when it
 * asks for every CPU, after which it goes back to where it was; of a recorded one, the file
 * 'universe' at its root (a list), else all that are online. A recorded machine's second sample is
 * proc/interrupts.later and proc/stat.later, taken to be one second after the first; absent: one
 * sample only. 0, or -errno and error, one line that names the file or the interface, why, and what
 * to do: -ENODEV no such interface, -EINVAL a file that makes no sense. What isn't essential
 * becomes a note of the machine and stays unknown.
 */
int sysfs_machine(const struct sysfs_request *request, struct machine *ret_machine,
		  char error[static MACHINE_ERROR_TEXT]);

#endif
