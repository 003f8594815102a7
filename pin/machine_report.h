/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine as text and as JSON: what --show prints. */
#ifndef PTPROBE_MACHINE_REPORT_H
#define PTPROBE_MACHINE_REPORT_H

#include <jansson.h>
#include <stdio.h>

struct machine;
struct plan;

/*
 * Nodes, cores and the NIC; a line for each core of up to 64, beyond that alike ones together. plan
 * (NULL: none): its CPUs are marked '*', and that it may be another one is said where there was no
 * second sample. Errors of out are the caller's to look for.
 */
void machine_show(const struct machine *machine, const struct plan *plan, FILE *out);

/* Lists are written as the kernel does; what is unknown is null. NULL: out of memory. */
json_t *machine_json(const struct machine *machine);

#endif
