/* SPDX-License-Identifier: BSD-2-Clause */
/* The choice among the CPUs of a node. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan_parts.h"

enum { PLACE_TEXT = 32 };

/* Words for where CPUs were looked for: " on node 1". */
static const char *where(const struct plan_work *work, char text[static PLACE_TEXT])
{
	text[0] = '\0';
	if (work->tier_count > 0) {
		snprintf(text, PLACE_TEXT, " on node %u", work->tier[0]);
	}
	return text;
}

static int refuse_none(const struct plan_work *work, uint32_t count,
		       char error[static PLAN_ERROR_TEXT])
{
	char place[PLACE_TEXT], found[64];

	where(work, place);
	if (work->request->isolated != PLAN_ISOLATED_REQUIRE) {
		snprintf(error, PLAN_ERROR_TEXT,
			 "no CPU%s may be used that is online: widen the cpuset of this process",
			 place);
		return -ENODEV;
	}
	if (work->candidate_count == 0) {
		snprintf(found, sizeof(found), "no isolated CPU");
	} else {
		snprintf(found, sizeof(found), "%zu of %u isolated CPUs", work->candidate_count,
			 count);
	}
	snprintf(
		error, PLAN_ERROR_TEXT,
		"%s%s, which is required: add isolcpus= to the kernel's command line (--advise tells "
		"which CPUs), isolate them for this run with --partition, or say "
		"--isolated=prefer",
		found, place);
	return -ENOENT;
}

/* The best ones, a core each as long as there are cores; then cores are shared. */
static const struct plan_candidate *take_best(struct plan_work *work, uint32_t count,
					      struct cpulist *cores, struct plan *plan)
{
	const struct plan_candidate *worst = NULL;
	char text[PLACE_TEXT];
	size_t alone;

	for (size_t i = 0; i < work->candidate_count && plan->count < count; i++) {
		struct plan_candidate *candidate = &work->candidate[i];
		uint32_t core = plan_core(work->machine, candidate->cpu);

		if (work->request->smt == PLAN_SMT_AVOID && cpulist_has(cores, core)) {
			continue;
		}
		cpulist_add(cores, core);
		candidate->is_taken = true;
		plan_take(plan, candidate->cpu, PLAN_BEST);
		worst = candidate;
	}
	alone = plan->count;
	for (size_t i = 0; i < work->candidate_count && plan->count < count; i++) {
		struct plan_candidate *candidate = &work->candidate[i];

		if (!candidate->is_taken) {
			candidate->is_taken = true;
			plan_take(plan, candidate->cpu, PLAN_SHARED);
			plan->is_shared = true;
		}
	}
	if (plan->is_shared) {
		plan_note(plan,
			  "%u cores asked for, %zu there%s: threads of the same core are "
			  "shared, not isolated",
			  count, alone, where(work, text));
	}
	plan_repeat(plan, count);
	return worst;
}

static uint32_t thread_taken(const struct plan_work *work, const struct plan *plan, uint32_t core)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan_core(work->machine, plan->cpu[i]) == core) {
			return plan->cpu[i];
		}
	}
	return MACHINE_NONE;
}

/* A reason for each that was passed over. */
static void explain(const struct plan_work *work, const struct plan_candidate *worst,
		    const struct cpulist *cores, struct plan *plan)
{
	const struct machine *machine = work->machine;

	for (size_t cpu = 0; cpu < plan->choice_count; cpu++) {
		enum plan_reason reason = PLAN_OTHER_NODE;
		bool is_on_node = work->tier_count == 0;

		if (plan_is_taken(plan, cpu)) {
			continue;
		}
		for (size_t i = 0; i < work->tier_count; i++) {
			is_on_node = is_on_node || machine->cpu[cpu].node == work->tier[i];
		}
		if (!plan_rules_out(work, cpu, &reason) && is_on_node) {
			reason = PLAN_NOT_ISOLATED; /* the candidates among them follow */
		}
		plan->choice[cpu] = (struct plan_choice){.reason = reason, .rival = MACHINE_NONE};
	}
	for (size_t i = 0; i < work->candidate_count; i++) {
		const struct plan_candidate *candidate = &work->candidate[i];
		uint32_t core = plan_core(machine, candidate->cpu);

		if (candidate->is_taken) {
			continue;
		}
		if (work->request->smt == PLAN_SMT_AVOID && cpulist_has(cores, core)) {
			plan->choice[candidate->cpu].reason = PLAN_SIBLING_TAKEN;
			plan->choice[candidate->cpu].rival = thread_taken(work, plan, core);
		} else {
			plan->choice[candidate->cpu].reason = plan_compare(candidate, worst);
			plan->choice[candidate->cpu].rival = worst->cpu;
		}
	}
}

int plan_choose(struct plan_work *work, uint32_t count, struct plan *plan,
		char error[static PLAN_ERROR_TEXT])
{
	const struct plan_candidate *worst;
	struct cpulist cores = {0};
	int result = plan_place(work, count, plan, error);

	if (result < 0) {
		return result;
	}
	work->candidate = calloc(work->machine->cpu_count + 1, sizeof(*work->candidate));
	result = work->candidate == NULL ? -ENOMEM : plan_rank(work);
	if (result < 0) {
		snprintf(error, PLAN_ERROR_TEXT, "choose CPUs: out of memory");
		return result;
	}
	if (work->candidate_count == 0 ||
	    (work->request->isolated == PLAN_ISOLATED_REQUIRE && work->candidate_count < count)) {
		return refuse_none(work, count, error);
	}
	worst = take_best(work, count, &cores, plan);
	explain(work, worst, &cores, plan);
	return 0;
}
