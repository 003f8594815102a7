/* SPDX-License-Identifier: BSD-2-Clause */
/* The user's own list of CPUs, checked one by one. */
#include <errno.h>
#include <stdio.h>

#include "plan_parts.h"

enum { LIST_TEXT = 64 };

static int check_listed(const struct plan_work *work, size_t cpu,
			char error[static PLAN_ERROR_TEXT])
{
	const struct machine *machine = work->machine;
	uint32_t node = work->request->node;
	char text[LIST_TEXT];

	if (cpu >= machine->cpu_count) {
		snprintf(error, PLAN_ERROR_TEXT,
			 "cpu %zu: this machine's highest is %zu: name one "
			 "of %s with --cpus",
			 cpu, machine->cpu_count - 1,
			 cpulist_text(&machine->universe, text, sizeof(text)));
		return -EINVAL;
	}
	if (!machine->cpu[cpu].is_online) {
		snprintf(error, PLAN_ERROR_TEXT,
			 "cpu %zu: it is offline: write 1 to "
			 "/sys/devices/system/cpu/cpu%zu/online, or name one of %s with --cpus",
			 cpu, cpu, cpulist_text(&machine->universe, text, sizeof(text)));
		return -EINVAL;
	}
	if (!cpulist_has(&machine->universe, cpu)) {
		snprintf(error, PLAN_ERROR_TEXT,
			 "cpu %zu: this process may run on %s only: name one of those with --cpus, "
			 "or widen its cpuset",
			 cpu, cpulist_text(&machine->universe, text, sizeof(text)));
		return -EINVAL;
	}
	if (node != MACHINE_NONE && machine->cpu[cpu].node != node) {
		snprintf(error, PLAN_ERROR_TEXT,
			 "cpu %zu: it isn't on node %u, whose CPUs are %s: leave --cpus or --node "
			 "out",
			 cpu, node,
			 cpulist_text(&machine_node(machine, node)->cpus, text, sizeof(text)));
		return -EINVAL;
	}
	return 0;
}

/* The user's own list: checked, and taken as it is. */
int plan_take_listed(const struct plan_work *work, uint32_t count, struct plan *plan,
		     char error[static PLAN_ERROR_TEXT])
{
	const struct cpulist *cpus = &work->request->cpus;
	size_t named = cpulist_count(cpus);
	int result = 0;

	if (named > PLAN_CORES) {
		snprintf(error, PLAN_ERROR_TEXT, "--cpus names %zu CPUs: %d are the most", named,
			 PLAN_CORES);
		return -EINVAL;
	}
	if (work->request->cores > 0 && work->request->cores < named) {
		snprintf(error, PLAN_ERROR_TEXT,
			 "--cores %u: --cpus names %zu CPUs: leave --cores out, or name fewer",
			 work->request->cores, named);
		return -EINVAL;
	}
	if (work->request->node != MACHINE_NONE) {
		result = plan_check_node(work, work->request->node, error);
	}
	for (size_t cpu = 0; cpu < CPULIST_CPUS && result == 0; cpu++) {
		if (cpulist_has(cpus, cpu)) {
			result = check_listed(work, cpu, error);
			if (result == 0) {
				plan_take(plan, (uint32_t)cpu, PLAN_LISTED);
			}
		}
	}
	if (result < 0) {
		return result;
	}
	plan_repeat(plan, count);
	for (size_t cpu = 0; cpu < plan->choice_count; cpu++) {
		enum plan_reason reason = PLAN_UNLISTED;

		if (!plan_is_taken(plan, cpu)) {
			(void)plan_rules_out(work, cpu, &reason);
			plan->choice[cpu] =
				(struct plan_choice){.reason = reason, .rival = MACHINE_NONE};
		}
	}
	if (work->request->isolated == PLAN_ISOLATED_REQUIRE) {
		for (size_t i = 0; i < plan->count; i++) {
			if (!machine_is_isolated(work->machine, plan->cpu[i])) {
				plan_note(plan,
					  "CPU %u isn't isolated: --cpus goes before "
					  "--isolated=require",
					  plan->cpu[i]);
				break;
			}
		}
	}
	return 0;
}
