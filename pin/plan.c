/* SPDX-License-Identifier: BSD-2-Clause */
#include "plan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan_parts.h"

enum { LIST_TEXT = 64 };

void plan_release(struct plan *plan)
{
	free(plan->choice);
	*plan = (struct plan){0};
}

size_t plan_cpus(const struct plan *plan)
{
	return cpulist_count(&plan->cpus);
}

bool plan_is_taken(const struct plan *plan, size_t cpu)
{
	return cpulist_has(&plan->cpus, cpu);
}

void plan_note(struct plan *plan, const char *format, ...)
{
	va_list arguments;

	if (plan->note_count == PLAN_NOTES) {
		return;
	}
	va_start(arguments, format);
	vsnprintf(plan->note[plan->note_count++], PLAN_NOTE_TEXT, format, arguments);
	va_end(arguments);
}

/*
 * The mask that a process starts with is every CPU of its cpuset, without those that isolcpus= or a
 * partition keeps for whoever asks; any other one is somebody's restriction.
 */
static void settle_allowed(struct plan_work *work, struct plan *plan)
{
	const struct machine *machine = work->machine;
	struct cpulist universe = cpulist_both(&machine->universe, &machine->online);
	struct cpulist inherited = cpulist_both(&universe, &machine->inherited);
	struct cpulist unisolated = cpulist_without(&universe, &machine->isolated);
	struct cpulist unpartitioned = cpulist_without(&universe, &machine->partitioned);
	struct cpulist neither = cpulist_without(&unisolated, &machine->partitioned);
	char text[LIST_TEXT];

	work->allowed = machine->universe;
	work->is_restricted = !cpulist_is_empty(&inherited) && !work->request->ignore_inherited &&
			      cpulist_is_empty(&work->request->cpus) &&
			      !cpulist_is_same(&inherited, &universe) &&
			      !cpulist_is_same(&inherited, &unisolated) &&
			      !cpulist_is_same(&inherited, &unpartitioned) &&
			      !cpulist_is_same(&inherited, &neither);
	if (work->is_restricted) {
		work->allowed = inherited;
		plan_note(plan,
			  "kept to CPUs %s, the mask that this process was started with (taskset, "
			  "CPUAffinity=): --ignore-inherited overrides it",
			  cpulist_text(&inherited, text, sizeof(text)));
	}
}

/* How many are asked for, before the user's list has its say. */
static int count_cores(const struct plan_request *request, uint32_t *ret_count,
		       char error[static PLAN_ERROR_TEXT])
{
	uint32_t count = request->cores > 0 ? request->cores : (uint32_t)request->role_count;

	if (count > PLAN_CORES) {
		snprintf(error, PLAN_ERROR_TEXT, "--cores %u: %d are the most", count, PLAN_CORES);
		return -EINVAL;
	}
	if (count < request->role_count) {
		snprintf(
			error, PLAN_ERROR_TEXT,
			"--cores %u: too few for %zu roles, which need one each: leave --cores out",
			count, request->role_count);
		return -EINVAL;
	}
	*ret_count = count > 0 ? count : 1;
	return 0;
}

void plan_take(struct plan *plan, uint32_t cpu, enum plan_reason reason)
{
	plan->choice[cpu] = (struct plan_choice){
		.reason = reason, .role = (uint32_t)plan->count, .rival = MACHINE_NONE};
	plan->cpu[plan->count++] = cpu;
	cpulist_add(&plan->cpus, cpu);
}

/* More are needed than there are: the first ones serve again. */
void plan_repeat(struct plan *plan, uint32_t count)
{
	size_t distinct = plan->count;
	char text[LIST_TEXT];

	if (distinct >= count) {
		return;
	}
	while (plan->count < count) {
		uint32_t cpu = plan->cpu[plan->count - distinct];

		plan->choice[cpu].reason = PLAN_SHARED;
		plan->cpu[plan->count++] = cpu;
	}
	plan->is_shared = true;
	plan_note(plan, "%u asked for, %zu there: CPU%s %s shared, not isolated", count, distinct,
		  distinct == 1 ? "" : "s", cpulist_text(&plan->cpus, text, sizeof(text)));
}

/* The first reason that rules a CPU out before it is compared. False: none does. */
bool plan_rules_out(const struct plan_work *work, size_t cpu, enum plan_reason *ret_reason)
{
	const struct machine *machine = work->machine;

	if (!machine->cpu[cpu].is_online) {
		*ret_reason = PLAN_OFFLINE;
	} else if (!cpulist_has(&machine->universe, cpu)) {
		*ret_reason = PLAN_NOT_ALLOWED;
	} else if (!cpulist_has(&work->allowed, cpu)) {
		*ret_reason = PLAN_RESTRICTED;
	} else {
		return false;
	}
	return true;
}

static void note_isolation(const struct plan_work *work, struct plan *plan)
{
	size_t count = plan_cpus(plan), isolated = 0;
	char place[32] = "";

	for (size_t i = 0; i < count; i++) {
		isolated += machine_is_isolated(work->machine, plan->cpu[i]);
	}
	plan->is_isolated = isolated == count && !plan->is_shared;
	if (isolated == count || work->request->isolated != PLAN_ISOLATED_PREFER ||
	    !cpulist_is_empty(&work->request->cpus)) {
		return;
	}
	if (plan->node != MACHINE_NONE) {
		snprintf(place, sizeof(place), " on node %u", plan->node);
	}
	if (isolated == 0) {
		plan_note(plan,
			  "no isolated CPU%s: the scheduler puts other work there too, see "
			  "--advise",
			  place);
	} else {
		plan_note(plan, "only %zu of the %zu CPUs taken%s are isolated: see --advise",
			  isolated, count, place);
	}
}

/* Away from the taken ones, their cores and the isolated ones, as far as that leaves any. */
static void settle_housekeeping(const struct plan_work *work, struct plan *plan)
{
	const struct machine *machine = work->machine;
	struct cpulist all = cpulist_both(&work->allowed, &machine->online), cores = {0};
	struct cpulist rest = cpulist_without(&all, &plan->cpus), best = {0};

	for (size_t i = 0; i < plan->count; i++) {
		cpulist_add(&cores, plan_core(machine, plan->cpu[i]));
	}
	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		if (cpulist_has(&rest, cpu) && !machine_is_isolated(machine, cpu) &&
		    !cpulist_has(&cores, plan_core(machine, cpu))) {
			cpulist_add(&best, cpu);
		}
	}
	plan->housekeeping = !cpulist_is_empty(&best)   ? best
			     : !cpulist_is_empty(&rest) ? rest
							: all;
}

int plan_make(const struct machine *machine, const struct plan_request *request,
	      struct plan *ret_plan, char error[static PLAN_ERROR_TEXT])
{
	struct plan_work work = {
		.machine = machine, .request = request, .memory_node = MACHINE_NONE};
	struct plan plan = {.choice_count = machine->cpu_count};
	uint32_t count;
	int result = count_cores(request, &count, error);

	if (result < 0) {
		return result;
	}
	plan.choice = calloc(machine->cpu_count + 1, sizeof(*plan.choice));
	if (plan.choice == NULL) {
		snprintf(error, PLAN_ERROR_TEXT, "choose CPUs: out of memory");
		return -ENOMEM;
	}
	settle_allowed(&work, &plan);
	result = cpulist_is_empty(&request->cpus) ? plan_choose(&work, count, &plan, error)
						  : plan_take_listed(&work, count, &plan, error);
	free(work.candidate);
	if (result < 0) {
		plan_release(&plan);
		return result;
	}
	plan_settle_nodes(&work, &plan);
	note_isolation(&work, &plan);
	settle_housekeeping(&work, &plan);
	*ret_plan = plan;
	return 0;
}
