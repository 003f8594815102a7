/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of the candidates: what each is compared by. */
#include <errno.h>
#include <stdlib.h>

#include "plan_parts.h"

/* The sums over the threads of one core. */
struct core {
	uint64_t nic_rate;
	uint32_t affine, busy, interrupted; /* threads that are */
};

/* What the keys of every CPU depend on. */
struct view {
	const struct plan_work *work;
	struct core *core;          /* by plan_core */
	struct cpulist interrupted; /* CPUs that take the NIC's interrupts */
	bool has_caches;
	struct cpulist caches; /* L3 caches of the NIC's interrupt CPUs */
	enum plan_class class;
	uint64_t best; /* of that class, among the candidates */
};

uint32_t plan_core(const struct machine *machine, size_t cpu)
{
	uint32_t core = machine->cpu[cpu].core;

	return core < machine->cpu_count ? core : (uint32_t)cpu;
}

enum plan_class plan_class(const struct machine *machine)
{
	enum plan_class found = PLAN_CLASS_NONE;

	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		if (cpulist_has(&machine->big, cpu)) {
			return PLAN_CLASS_BIG;
		}
		if (machine->cpu[cpu].capacity > 0) {
			found = PLAN_CLASS_CAPACITY;
		} else if (machine->cpu[cpu].max_khz > 0 && found == PLAN_CLASS_NONE) {
			found = PLAN_CLASS_FREQUENCY;
		}
	}
	return found;
}

bool plan_has_nic_affinity(const struct machine *machine, size_t cpu)
{
	return cpulist_has(&machine->nic.irq_cpus, cpu) || cpulist_has(&machine->nic.steered, cpu);
}

/* 0: none; n: from 2^(n-1) up to 2^n. Rates a little apart are noise, not a reason. */
static uint64_t bucket(uint64_t rate)
{
	uint64_t bits = 0;

	for (; rate > 0; rate >>= 1) {
		bits++;
	}
	return bits;
}

/* How good a CPU is within its class; 0: unknown. */
static uint64_t class_value(const struct view *view, size_t cpu)
{
	const struct machine *machine = view->work->machine;

	switch (view->class) {
	case PLAN_CLASS_BIG:
		return cpulist_has(&machine->big, cpu) ? 2 : 1;
	case PLAN_CLASS_CAPACITY:
		return machine->cpu[cpu].capacity;
	case PLAN_CLASS_FREQUENCY:
		return machine->cpu[cpu].max_khz;
	case PLAN_CLASS_NONE:
		break;
	}
	return 0;
}

static uint64_t class_key(const struct view *view, size_t cpu)
{
	uint64_t value = class_value(view, cpu);

	/* boost bins differ by a few per cent from core to core */
	return value == 0 || value >= view->best - view->best / 20 ? 0 : view->best - value;
}

/* Measured rates tell which of the CPUs of all affinities really take them. */
static void find_interrupted(struct view *view)
{
	const struct machine *machine = view->work->machine;
	bool is_measured = false;

	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		if (machine->cpu[cpu].nic_interrupt_rate > 0) {
			cpulist_add(&view->interrupted, cpu);
			is_measured = true;
		}
	}
	if (!is_measured) {
		view->interrupted = machine->nic.irq_cpus;
	}
}

static void sum_cores(struct view *view)
{
	const struct machine *machine = view->work->machine;

	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		const struct machine_cpu *one = &machine->cpu[cpu];
		struct core *core = &view->core[plan_core(machine, cpu)];

		if (cpulist_has(&machine->nic.irq_cpus, cpu) && one->l3 < CPULIST_CPUS) {
			cpulist_add(&view->caches, one->l3);
			view->has_caches = true;
		}
		if (!one->is_online) {
			continue;
		}
		core->nic_rate += one->nic_interrupt_rate;
		core->affine += plan_has_nic_affinity(machine, cpu);
		core->interrupted += cpulist_has(&view->interrupted, cpu);
		core->busy += one->busy_permille != MACHINE_NONE &&
			      one->busy_permille >= PLAN_BUSY_PERMILLE;
	}
}

/* Another L3 than all of the NIC's interrupt CPUs, for certain. */
static bool is_far(const struct view *view, size_t cpu)
{
	uint32_t l3 = view->work->machine->cpu[cpu].l3;

	return view->has_caches && l3 != MACHINE_NONE && !cpulist_has(&view->caches, l3);
}

static enum plan_colocation colocation(const struct view *view, size_t cpu)
{
	const struct core *core = &view->core[plan_core(view->work->machine, cpu)];

	if (cpulist_has(&view->interrupted, cpu)) {
		return PLAN_COLOCATED_SELF;
	}
	if (core->interrupted > 0) {
		return PLAN_COLOCATED_CORE;
	}
	return is_far(view, cpu) ? PLAN_COLOCATED_NOT : PLAN_COLOCATED_CACHE;
}

static void fill_keys(const struct view *view, uint64_t tier, size_t cpu, uint64_t key[PLAN_KEYS])
{
	const struct machine *machine = view->work->machine;
	const struct plan_request *request = view->work->request;
	const struct machine_cpu *one = &machine->cpu[cpu];
	const struct core *core = &view->core[plan_core(machine, cpu)];
	bool is_affine = plan_has_nic_affinity(machine, cpu);
	bool is_busy =
		one->busy_permille != MACHINE_NONE && one->busy_permille >= PLAN_BUSY_PERMILLE;

	key[PLAN_KEY_TIER] = tier;
	key[PLAN_KEY_LAST] = view->work->tier_count == 0 && cpu == 0;
	key[PLAN_KEY_ISOLATED] =
		request->isolated != PLAN_ISOLATED_IGNORE && !machine_is_isolated(machine, cpu);
	key[PLAN_KEY_CLASS] = class_key(view, cpu);
	if (request->colocate) {
		key[PLAN_KEY_COLOCATION] = colocation(view, cpu);
	} else {
		key[PLAN_KEY_NIC_RATE] = bucket(one->nic_interrupt_rate);
		key[PLAN_KEY_NIC_AFFINITY] = is_affine;
		key[PLAN_KEY_SIBLING_RATE] = bucket(core->nic_rate - one->nic_interrupt_rate);
		key[PLAN_KEY_SIBLING_AFFINITY] = core->affine > is_affine;
		key[PLAN_KEY_CACHE] = is_far(view, cpu);
	}
	key[PLAN_KEY_BUSY] =
		one->busy_permille != MACHINE_NONE && one->busy_permille >= PLAN_OCCUPIED_PERMILLE;
	key[PLAN_KEY_SIBLING_BUSY] = core->busy > is_busy;
	key[PLAN_KEY_TICKS] = !cpulist_has(&machine->nohz_full, cpu);
	key[PLAN_KEY_INTERRUPTS] = bucket(one->interrupt_rate);
	key[PLAN_KEY_CPU0] = cpu == 0;
	key[PLAN_KEY_NUMBER] = cpu;
}

static int by_keys(const void *a, const void *b)
{
	const struct plan_candidate *one = a, *other = b;

	for (size_t i = 0; i < PLAN_KEYS; i++) {
		if (one->key[i] != other->key[i]) {
			return one->key[i] < other->key[i] ? -1 : 1;
		}
	}
	return 0;
}

/* Which of the nodes a usable CPU is on; tier_count or more: on none of them. */
static size_t tier_of(const struct plan_work *work, size_t cpu)
{
	size_t tier = 0;

	while (tier < work->tier_count && work->tier[tier] != work->machine->cpu[cpu].node) {
		tier++;
	}
	return tier;
}

int plan_rank(struct plan_work *work)
{
	struct view view = {.work = work, .class = plan_class(work->machine)};
	const struct machine *machine = work->machine;

	view.core = calloc(machine->cpu_count + 1, sizeof(*view.core));
	if (view.core == NULL) {
		return -ENOMEM;
	}
	find_interrupted(&view);
	sum_cores(&view);
	work->candidate_count = 0;
	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		uint64_t value = class_value(&view, cpu);
		size_t tier = tier_of(work, cpu);

		if (!plan_is_usable(work, cpu) ||
		    (work->tier_count > 0 && tier == work->tier_count)) {
			continue;
		}
		view.best = value > view.best ? value : view.best;
		work->candidate[work->candidate_count++] =
			(struct plan_candidate){.cpu = (uint32_t)cpu, .key[PLAN_KEY_TIER] = tier};
	}
	for (size_t i = 0; i < work->candidate_count; i++) {
		struct plan_candidate *candidate = &work->candidate[i];

		fill_keys(&view, candidate->key[PLAN_KEY_TIER], candidate->cpu, candidate->key);
	}
	qsort(work->candidate, work->candidate_count, sizeof(*work->candidate), by_keys);
	free(view.core);
	return 0;
}

static enum plan_reason colocation_reason(uint64_t colocation)
{
	if (colocation == PLAN_COLOCATED_SELF) {
		return PLAN_NIC_INTERRUPTS;
	}
	return colocation == PLAN_COLOCATED_NOT ? PLAN_FAR_CACHE : PLAN_FAR_CORE;
}

enum plan_reason plan_compare(const struct plan_candidate *candidate,
			      const struct plan_candidate *better)
{
	static const enum plan_reason reason[PLAN_KEYS] = {
		[PLAN_KEY_TIER] = PLAN_OTHER_NODE,
		[PLAN_KEY_LAST] = PLAN_CPU0,
		[PLAN_KEY_ISOLATED] = PLAN_NOT_ISOLATED,
		[PLAN_KEY_CLASS] = PLAN_SLOWER,
		[PLAN_KEY_NIC_RATE] = PLAN_NIC_INTERRUPTS,
		[PLAN_KEY_NIC_AFFINITY] = PLAN_NIC_INTERRUPTS,
		[PLAN_KEY_SIBLING_RATE] = PLAN_SIBLING_INTERRUPTS,
		[PLAN_KEY_SIBLING_AFFINITY] = PLAN_SIBLING_INTERRUPTS,
		[PLAN_KEY_COLOCATION] = PLAN_FAR_CORE,
		[PLAN_KEY_BUSY] = PLAN_BUSY,
		[PLAN_KEY_SIBLING_BUSY] = PLAN_SIBLING_BUSY,
		[PLAN_KEY_CACHE] = PLAN_FAR_CACHE,
		[PLAN_KEY_TICKS] = PLAN_TICKS,
		[PLAN_KEY_INTERRUPTS] = PLAN_MORE_INTERRUPTS,
		[PLAN_KEY_CPU0] = PLAN_CPU0,
		[PLAN_KEY_NUMBER] = PLAN_HIGHER,
	};

	for (size_t i = 0; i < PLAN_KEYS; i++) {
		if (candidate->key[i] > better->key[i]) {
			return i == PLAN_KEY_COLOCATION ? colocation_reason(candidate->key[i])
							: reason[i];
		}
	}
	return PLAN_HIGHER;
}
