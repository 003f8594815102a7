/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan as text and as JSON: what --dry-run prints. */
#ifndef PTPROBE_PLAN_REPORT_H
#define PTPROBE_PLAN_REPORT_H

#include <jansson.h>
#include <stdio.h>

struct machine;
struct plan;
struct plan_request;

/* What would be done, and why each CPU was taken or passed over, alike ones together. */
void plan_text(const struct machine *machine, const struct plan_request *request,
	       const struct plan *plan, FILE *out);

/* {cpus[], node, memory_node, isolated, shared, roles, housekeeping, extended[], reasons[] {cpu,
 * taken, role, reason, why}, notes[]}. NULL: out of memory. */
json_t *plan_json(const struct machine *machine, const struct plan_request *request,
		  const struct plan *plan);

#endif
