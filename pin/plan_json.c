/* SPDX-License-Identifier: BSD-2-Clause */
#include "plan.h"
#include "plan_report.h"
#include "put.h"

static json_t *node_value(uint32_t node)
{
	return node == MACHINE_NONE ? json_null() : put_count_value(node);
}

static const char *role_name(const struct plan_request *request, uint32_t index)
{
	return index < request->role_count ? request->role[index] : NULL;
}

static json_t *reason_json(const struct machine *machine, const struct plan_request *request,
			   const struct plan *plan, size_t cpu)
{
	const struct plan_choice *choice = &plan->choice[cpu];
	bool is_taken = plan_is_taken(plan, cpu);
	json_t *object = json_object();
	char why[PLAN_WHY_TEXT];
	int failed = 0;

	failed |= put_count(object, "cpu", cpu);
	failed |= put(object, "taken", json_boolean(is_taken));
	failed |= put_text(object, "role", is_taken ? role_name(request, choice->role) : NULL);
	failed |= put_text(object, "reason", plan_reason_name(choice->reason));
	failed |= put_text(object, "why", plan_why(machine, plan, cpu, why));
	return put_whole(object, failed);
}

static json_t *roles_json(const struct plan_request *request, const struct plan *plan)
{
	json_t *object;
	int failed = 0;

	if (request->role_count == 0) {
		return json_null();
	}
	object = json_object();
	for (size_t i = 0; i < request->role_count && i < plan->count; i++) {
		failed |= put_count(object, request->role[i], plan->cpu[i]);
	}
	return put_whole(object, failed);
}

json_t *plan_json(const struct machine *machine, const struct plan_request *request,
		  const struct plan *plan)
{
	json_t *object = json_object(), *cpus = json_array(), *extended = json_array();
	json_t *reasons = json_array(), *notes = json_array();
	char text[CPULIST_TEXT];
	int failed = 0;

	for (size_t i = 0; i < plan->count; i++) {
		failed |= json_array_append_new(cpus, put_count_value(plan->cpu[i]));
	}
	for (size_t node = 0; node < MACHINE_NODES; node++) {
		if (cpulist_has(&plan->extended, node)) {
			failed |= json_array_append_new(extended, put_count_value(node));
		}
	}
	for (size_t cpu = 0; cpu < plan->choice_count; cpu++) {
		failed |= json_array_append_new(reasons, reason_json(machine, request, plan, cpu));
	}
	for (size_t i = 0; i < plan->note_count; i++) {
		failed |= json_array_append_new(notes, put_text_value(plan->note[i]));
	}
	failed |= put(object, "cpus", cpus);
	failed |= put(object, "node", node_value(plan->node));
	failed |= put(object, "memory_node", node_value(plan->memory_node));
	failed |= put(object, "isolated", json_boolean(plan->is_isolated));
	failed |= put(object, "shared", json_boolean(plan->is_shared));
	failed |= put(object, "roles", roles_json(request, plan));
	failed |= put_text(object, "housekeeping",
			   cpulist_text(&plan->housekeeping, text, sizeof(text)));
	failed |= put(object, "extended", extended);
	failed |= put(object, "reasons", reasons);
	failed |= put(object, "notes", notes);
	return put_whole(object, failed);
}
