/* SPDX-License-Identifier: BSD-2-Clause */
/* Machines to read: those of tests/data/machines, and trees that a test writes itself. */
#ifndef PTPROBE_SYSFS_BED_H
#define PTPROBE_SYSFS_BED_H

#include "machine.h"

struct cpulist;

/* Reads the recorded machine name, two samples. Fails the test unless that succeeds; machine is to
 * be released. */
void bed_machine(const char *name, const char *interface, struct machine *ret_machine);

/* Reads it, and fails the test unless that is refused with err and a line that holds part. */
void bed_refused(const char *name, const char *interface, int err, const char *part);

/* An empty tree in a folder of its own, until bed_clear; the same for those below. */
void bed_tree(void);
void bed_clear(void);
const char *bed_folder(void);

/* In that tree; the folders are made. */
void bed_file(const char *path, const char *text);
void bed_link(const char *path, const char *target);

/* Reads that tree. */
void bed_read(const char *interface, struct machine *ret_machine);

/* A note of the machine holds part. */
void bed_has_note(const struct machine *machine, const char *part);

void bed_is_list(const struct cpulist *list, const char *expected);

#endif
