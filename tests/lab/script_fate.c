/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rules make of a probe or a message. */
#include "script.h"

/* splitmix64 (Steele, Lea, Flood 2014): enough to make chance come out alike each time. */
static uint64_t mix(uint64_t value)
{
	value += 0x9e3779b97f4a7c15;
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
	value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
	return value ^ (value >> 31);
}

static bool rule_is_for(const struct script_rule *rule, uint32_t flow, uint16_t port)
{
	return !rule->is_ptp && !rule->is_off && (!rule->flow || rule->flow == flow) &&
	       (!rule->port || rule->port == port);
}

static bool rule_names(const struct script_rule *rule, uint32_t flow, uint64_t seq)
{
	if (rule->ranges == 0) {
		uint64_t dice = mix(rule->seed ^ mix(flow ^ mix(seq)));

		return (double)(dice >> 11) * 0x1p-53 < rule->share;
	}
	for (size_t i = 0; i < rule->ranges; i++) {
		const struct script_range *range = &rule->range[i];

		if (seq >= range->first && seq <= range->last &&
		    (seq - range->first) % range->step == 0) {
			return true;
		}
	}
	return false;
}

static void rule_apply(const struct script_rule *rule, struct fate *fate)
{
	switch (rule->action) {
	case SCRIPT_DROP:
		fate->dropped = true;
		break;
	case SCRIPT_DUPLICATE:
		fate->copies = (uint32_t)rule->argument;
		break;
	case SCRIPT_HOLD:
		fate->hold = rule->argument;
		break;
	case SCRIPT_DELAY:
		fate->delay_ns = rule->argument;
		break;
	case SCRIPT_CORRUPT:
		fate->corrupt = true;
		break;
	case SCRIPT_ALIEN:
		fate->alien = true;
		break;
	case SCRIPT_CORRECT:
		fate->correct_ns += rule->argument;
		break;
	case SCRIPT_ONE_STEP:
		fate->one_step = true;
		break;
	case SCRIPT_DROP_END:
		break;
	}
}

struct fate script_fate(const struct script *script, uint32_t flow, uint16_t port, uint64_t seq)
{
	struct fate fate = {.copies = 1};

	for (size_t i = 0; i < script->count; i++) {
		const struct script_rule *rule = &script->rule[i];

		if (rule->action != SCRIPT_DROP_END && rule_is_for(rule, flow, port) &&
		    rule_names(rule, flow, seq)) {
			rule_apply(rule, &fate);
		}
	}
	return fate;
}

struct fate script_ptp_fate(struct script *script, const struct script_message *message)
{
	struct fate fate = {.copies = 1};

	for (size_t i = 0; i < script->count; i++) {
		struct script_rule *rule = &script->rule[i];

		if (rule->is_ptp && !rule->is_off && rule->types >> message->type & 1 &&
		    rule->ways >> message->way & 1 &&
		    (rule->domain < 0 || rule->domain == message->domain) &&
		    rule_names(rule, 0, rule->met++)) {
			rule_apply(rule, &fate);
		}
	}
	return fate;
}

bool script_drops_end(const struct script *script, uint32_t flow, uint16_t port)
{
	for (size_t i = 0; i < script->count; i++) {
		if (script->rule[i].action == SCRIPT_DROP_END &&
		    rule_is_for(&script->rule[i], flow, port)) {
			return true;
		}
	}
	return false;
}
