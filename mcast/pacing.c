/* SPDX-License-Identifier: BSD-2-Clause */
#include "pacing.h"

#include <math.h>

#include "wide.h"

/* splitmix64 (Steele, Lea, Flood, 2014): one word of state, any seed is good */
static uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* floor(count * num / den), saturated so that a start can be added to it */
static int64_t span_ns(const struct pacing_plan *plan, uint64_t count)
{
	uint64_t ns = wide_scale(count, plan->period_num, 0, plan->period_den);

	return ns > INT64_MAX / 2 ? INT64_MAX / 2 : (int64_t)ns;
}

void pacing_init(struct pacing *pacing, const struct pacing_plan *plan, int64_t start_ns)
{
	*pacing = (struct pacing){
		.plan = *plan,
		.start_ns = start_ns,
		.next_ns = start_ns,
		.random = plan->seed,
	};
	if (plan->pattern != PACING_MAX) {
		pacing->late_after_ns = span_ns(plan, plan->burst) / 2;
	}
}

static void advance_poisson(struct pacing *pacing)
{
	/* (0, 1]: the logarithm of 0 would never come */
	double uniform = (double)((random_next(&pacing->random) >> 11) + 1) * 0x1p-53;
	double mean_ns = (double)pacing->plan.period_num / (double)pacing->plan.period_den;
	double gap_ns = pacing->fraction_ns - log(uniform) * mean_ns;
	double whole_ns = floor(gap_ns);

	pacing->fraction_ns = gap_ns - whole_ns;
	pacing->next_ns += (int64_t)whole_ns;
}

void pacing_advance(struct pacing *pacing)
{
	const struct pacing_plan *plan = &pacing->plan;

	pacing->slot++;
	switch (plan->pattern) {
	case PACING_PERIODIC:
		pacing->next_ns = pacing->start_ns + span_ns(plan, pacing->slot);
		break;
	case PACING_BURST:
		if (pacing->slot % plan->burst == 0) {
			pacing->next_ns = pacing->start_ns + span_ns(plan, pacing->slot);
		}
		break;
	case PACING_POISSON:
		advance_poisson(pacing);
		break;
	case PACING_MAX:
		break;
	}
}

bool pacing_is_late(const struct pacing *pacing, int64_t slot_ns, int64_t now_ns)
{
	return pacing->plan.pattern != PACING_MAX && now_ns - slot_ns > pacing->late_after_ns;
}

void pacing_depart(struct pacing *pacing, int64_t slot_ns, int64_t now_ns)
{
	if (pacing->plan.pattern == PACING_MAX) {
		return;
	}
	if (pacing_is_late(pacing, slot_ns, now_ns)) {
		pacing->late++;
	}
	if (now_ns - slot_ns > pacing->max_slip_ns) {
		pacing->max_slip_ns = now_ns - slot_ns;
	}
}

uint64_t pacing_slots_before(const struct pacing *pacing, int64_t end_ns)
{
	const struct pacing_plan *plan = &pacing->plan;
	uint64_t slots;

	if (plan->pattern == PACING_MAX || pacing->next_ns >= end_ns) {
		return 0;
	}
	if (plan->pattern == PACING_POISSON) {
		/* one, and those of the time from the next one on */
		return wide_scale((uint64_t)(end_ns - pacing->next_ns), plan->period_den,
				  plan->period_num, plan->period_num);
	}
	/* the slots k with floor(k * num / den) < end - start, whole bursts of them */
	slots = wide_scale((uint64_t)(end_ns - pacing->start_ns), plan->period_den,
			   plan->period_num - 1, plan->period_num);
	slots += (plan->burst - slots % plan->burst) % plan->burst;
	return slots - pacing->slot;
}

double pacing_rate_pps(const struct pacing_plan *plan)
{
	return plan->pattern == PACING_MAX
		       ? 0
		       : 1e9 * (double)plan->period_den / (double)plan->period_num;
}

uint64_t pacing_wire_period_ns(const struct pacing_plan *plan, uint32_t groups)
{
	if (plan->pattern != PACING_PERIODIC && plan->pattern != PACING_BURST) {
		return 0;
	}
	/* a burst that is shorter than the round of groups reaches each group once a round */
	return (uint64_t)span_ns(plan, plan->burst > groups ? plan->burst : groups);
}
