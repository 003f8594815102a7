/* SPDX-License-Identifier: BSD-2-Clause */
/* What sysfs_machine is made of. */
#ifndef PTPROBE_SYSFS_PARTS_H
#define PTPROBE_SYSFS_PARTS_H

#include "sysfs.h"
#include "sysfs_file.h"

/*
 * Each fills its part of sysfs->machine, and leaves a note on what it can't read: 0, -ENOMEM, or
 * what is said of it. Those with an error text have written it when they fail.
 */

/*
 * cpu_count, cpu, online, isolated, partitioned, nohz_full, big; is_placed: of each cpu its core
 * alone. As sysfs_machine on failure.
 */
int sysfs_cpus(struct sysfs *sysfs, bool is_placed, char error[static MACHINE_ERROR_TEXT]);

/* node, and cpu[].node. */
int sysfs_nodes(struct sysfs *sysfs);

/* inherited and universe. */
void sysfs_allowed(struct sysfs *sysfs, const struct sysfs_request *request);

/* nic: all but its interrupts' CPUs and rates. -ENODEV: no such interface. */
int sysfs_nic(struct sysfs *sysfs, const struct sysfs_request *request,
	      char error[static MACHINE_ERROR_TEXT]);

/*
 * Appends to nic.irq the numbers of the interface name, whose device is at path without links: its
 * msi_irqs/ or irq, or those of the first directory above that has them (a virtio device's PCI
 * device, a USB device's controller); else those of its name in /proc/interrupts.
 */
int sysfs_irqs(struct sysfs *sysfs, const char *name, const char *path);

/* Sorts nic.irq, and adds the CPUs of each. */
int sysfs_irq_cpus(struct sysfs *sysfs);

/* Interrupts and load since boot, and their rates. */
int sysfs_sample(struct sysfs *sysfs, const struct sysfs_request *request);

#endif
