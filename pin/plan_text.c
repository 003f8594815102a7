/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "plan.h"
#include "plan_report.h"
#include "text.h"

enum {
	GROUPS = 8, /* lines for one reason: more differ in their numbers alone */
	LIST_TEXT = 64,
};

/* The gist of a reason, for many CPUs. */
static const char *gist(enum plan_reason reason)
{
	switch (reason) {
	case PLAN_SHARED:
		return "shared: too few cores";
	case PLAN_OTHER_NODE:
		return "on other nodes";
	case PLAN_SLOWER:
		return "slower";
	case PLAN_NIC_INTERRUPTS:
		return "take the NIC's interrupts, or more of them";
	case PLAN_SIBLING_INTERRUPTS:
		return "have siblings that take the NIC's interrupts, or more of them";
	case PLAN_SIBLING_TAKEN:
		return "threads of cores that are taken";
	case PLAN_BUSY:
		return "busy with other work";
	case PLAN_SIBLING_BUSY:
		return "have siblings that are busy";
	case PLAN_FAR_CACHE:
		return "in another L3 than the NIC's interrupts";
	case PLAN_MORE_INTERRUPTS:
		return "have more interrupts";
	default:
		return plan_reason_name(reason);
	}
}

static void print_group(const struct cpulist *cpus, const char *why, FILE *out)
{
	char text[LIST_TEXT];

	cpulist_text(cpus, text, sizeof(text));
	fprintf(out, "  %s", text);
	if (strstr(text, "...") != NULL) {
		fprintf(out, " (%zu CPUs)", cpulist_count(cpus));
	}
	fputs(": ", out);
	text_print(why, out);
	fputc('\n', out);
}

/* The CPUs of one reason that aren't done and are told in the same words as cpu. */
static struct cpulist find_alike(const struct machine *machine, const struct plan *plan, size_t cpu,
				 const struct cpulist *done, const char *why)
{
	struct cpulist alike = {0};
	char other[PLAN_WHY_TEXT];

	for (size_t i = cpu; i < plan->choice_count; i++) {
		if (plan->choice[i].reason == plan->choice[cpu].reason && !cpulist_has(done, i) &&
		    (why == NULL || strcmp(plan_why(machine, plan, i, other), why) == 0)) {
			cpulist_add(&alike, i);
		}
	}
	return alike;
}

static void print_reason(const struct machine *machine, const struct plan *plan,
			 enum plan_reason reason, FILE *out)
{
	struct cpulist done = {0}, group, one;
	unsigned int groups = 0;
	char why[PLAN_WHY_TEXT];

	for (size_t cpu = 0; cpu < plan->choice_count; cpu++) {
		if (plan->choice[cpu].reason != reason || cpulist_has(&done, cpu)) {
			continue;
		}
		plan_why(machine, plan, cpu, why);
		group = find_alike(machine, plan, cpu, &done, why);
		groups++;
		if (groups == GROUPS) {
			one = find_alike(machine, plan, cpu, &done, NULL);
			if (!cpulist_is_same(&one, &group)) {
				print_group(&one, gist(reason), out);
				return;
			}
		}
		print_group(&group, why, out);
		cpulist_join(&done, &group);
	}
}

static void print_memory(const struct plan_request *request, const struct plan *plan, FILE *out)
{
	if (request->memory == PLAN_MEMORY_NONE) {
		fputs("memory left alone", out);
	} else if (request->memory == PLAN_MEMORY_LOCAL) {
		fputs("memory local to whoever touches it first", out);
	} else if (plan->memory_node == MACHINE_NONE) {
		fputs("memory not bound to a node", out);
	} else {
		fprintf(out, "memory %s node %" PRIu32,
			request->memory == PLAN_MEMORY_BIND ? "bound to" : "preferred from",
			plan->memory_node);
	}
}

static void print_summary(const struct machine *machine, const struct plan_request *request,
			  const struct plan *plan, FILE *out)
{
	char text[CPULIST_TEXT];
	bool is_one = cpulist_count(&plan->cpus) == 1;

	fprintf(out, "would run on CPU%s %s (", is_one ? "" : "s",
		cpulist_text(&plan->cpus, text, sizeof(text)));
	if (plan->node != MACHINE_NONE && cpulist_is_empty(&plan->extended)) {
		fprintf(out, "node %" PRIu32 ", ", plan->node);
	} else if (plan->node != MACHINE_NONE) {
		fprintf(out, "node %" PRIu32 " and %s, ", plan->node,
			cpulist_text(&plan->extended, text, sizeof(text)));
	}
	fputs(plan->is_shared     ? "shared, not isolated"
	      : plan->is_isolated ? "isolated"
				  : "not isolated",
	      out);
	if (cpulist_covers(&machine->nohz_full, &plan->cpus)) {
		fputs(", nohz_full", out);
	}
	fputs("), ", out);
	print_memory(request, plan, out);
	fprintf(out, ", monitor on %s\n", cpulist_text(&plan->housekeeping, text, sizeof(text)));
	for (size_t i = 0; i < request->role_count && i < plan->count; i++) {
		fputs(i == 0 ? "roles: " : ", ", out);
		text_print(request->role[i], out);
		fprintf(out, " on %" PRIu32, plan->cpu[i]);
	}
	fputs(request->role_count > 0 ? "\n" : "", out);
}

static void print_note(const char *note, FILE *out)
{
	fputs("warning: ", out);
	text_print(note, out);
	fputc('\n', out);
}

void plan_text(const struct machine *machine, const struct plan_request *request,
	       const struct plan *plan, FILE *out)
{
	print_summary(machine, request, plan, out);
	for (size_t i = 0; i < plan->note_count; i++) {
		print_note(plan->note[i], out);
	}
	for (size_t i = 0; i < machine->note_count; i++) {
		print_note(machine->note[i], out);
	}
	fputs("taken:\n", out);
	for (int reason = PLAN_BEST; reason <= PLAN_SHARED; reason++) {
		print_reason(machine, plan, (enum plan_reason)reason, out);
	}
	if (cpulist_count(&plan->cpus) < plan->choice_count) {
		fputs("passed over:\n", out);
	}
	for (int reason = PLAN_OFFLINE; reason <= PLAN_HIGHER; reason++) {
		print_reason(machine, plan, (enum plan_reason)reason, out);
	}
}
