/* SPDX-License-Identifier: BSD-2-Clause */
/* Brings the parts of each fate before its rules: what speaks for which place. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "locate_parts.h"

uint64_t *batch_allotted(struct batch *batch, enum place place)
{
	return &batch->join->allotted[place_is_senders(place) ? 0 : 1 + batch->branch][place];
}

bool batch_has(const struct batch *batch, const struct part *part)
{
	const struct endpoint *group = &batch->join->result->run[part->run].key.group;

	return part->fate == batch->fate && part->branch == batch->branch &&
	       endpoint_is_ipv4(group) == batch->scene.ipv4;
}

/* What the branch's receiver and tap counted of all runs of the family. */
static void add_sights(struct scene *scene, const struct locate_branch *branch)
{
	const struct vantage *tap = branch->tap, *receiver = branch->receiver;

	for (size_t i = 0; tap != NULL && i < tap->runs; i++) {
		const struct vantage_run *run = &tap->run[i];

		if (endpoint_is_ipv4(&run->key.group) == scene->ipv4 &&
		    vantage_side_of(tap, run) != VANTAGE_SIDE_SENDER) {
			scene->frames += run->frames;
			scene->fragmented += run->fragmented;
		}
	}
	scene->own_drops = receiver != NULL ? receiver->own_drops : 0;
	scene->offloaded = tap != NULL && tap->offloaded;
}

/* Some part of the batch is of that run. */
static bool has_run(const struct batch *batch, const struct vantage_key *key)
{
	const struct join *join = batch->join;

	for (size_t i = 0; i < join->parts; i++) {
		if (batch_has(batch, &join->part[i]) &&
		    vantage_same_key(&join->result->run[join->part[i].run].key, key)) {
			return true;
		}
	}
	return false;
}

/* What a socket drops may be any of what comes to its port. */
static bool heard_others(const struct batch *batch, const struct vantage *receiver)
{
	for (size_t i = 0; receiver != NULL && i < receiver->runs; i++) {
		if (!has_run(batch, &receiver->run[i].key)) {
			return true;
		}
	}
	return receiver != NULL && receiver->aliens > 0;
}

static uint64_t late_at(const struct vantage *vantage, const struct vantage_key *key)
{
	const struct vantage_run *run = vantage != NULL ? vantage_find(vantage, key) : NULL;

	return run != NULL ? run->late : 0;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/*
 * Arrivals, not seqs, that came to where the part is missing, or behind it, and later than
 * --lost-after: so many of the part at most aren't lost.
 */
static uint64_t arrived_late(const struct join *join, const struct part *part)
{
	const struct locate_result *result = join->result;
	const struct vantage_key *key = &result->run[part->run].key;
	uint64_t late = late_at(join_sender_tap(join, key), key);

	if (part->fate == FATE_HOST) {
		return late_at(result->branch[part->branch].receiver, key);
	}
	for (size_t i = 0; i < result->branches; i++) {
		if (part->branch == LOCATE_EVERY_BRANCH || part->branch == (int)i) {
			late = larger(late, late_at(result->branch[i].tap, key));
			late = larger(late, late_at(result->branch[i].receiver, key));
		}
	}
	return late;
}

/* Less those that an earlier segment has taken for its own. */
static uint64_t late_of(const struct join *join, const struct part *part)
{
	uint64_t late = arrived_late(join, part), count = part_count(part);

	for (size_t i = 0; i < join->parts; i++) {
		const struct part *other = &join->part[i];

		if (other->run == part->run && other->fate < part->fate &&
		    (other->branch == part->branch || other->branch == LOCATE_EVERY_BRANCH)) {
			late -= other->late < late ? other->late : late;
		}
	}
	return late < count ? late : count;
}

static void set_scene(struct batch *batch)
{
	struct join *join = batch->join;
	struct scene *scene = &batch->scene;
	const struct vantage *sender_tap = NULL;

	for (size_t i = 0; i < join->parts; i++) {
		if (batch_has(batch, &join->part[i])) {
			batch->parts++;
			join->part[i].late = late_of(join, &join->part[i]);
			scene->count += part_open(&join->part[i]);
			sender_tap =
				join_sender_tap(join, &join->result->run[join->part[i].run].key);
		}
	}
	scene->join = join;
	scene->sender = host_of(join->sender, sender_tap);
	scene->fragments = join->sender != NULL ? join->sender->sent.fragments : 1;
	if (batch->branch != LOCATE_EVERY_BRANCH) {
		scene->branch = &join->result->branch[batch->branch];
		scene->receiver = host_of(scene->branch->receiver, scene->branch->tap);
		add_sights(scene, scene->branch);
		scene->heard_others = heard_others(batch, scene->branch->receiver);
	}
}

static void add_candidates(struct batch *batch, const struct rule *rule)
{
	uint64_t taken = *batch_allotted(batch, rule->place);
	struct measure measure = {0};

	rule->measure(&batch->scene, &measure);
	batch->known |= measure.known || measure.traced;
	batch->told[rule->place] |= measure.known;
	for (size_t i = 0; i < measure.count && batch->count < CANDIDATES; i++) {
		struct candidate *candidate = &batch->candidate[batch->count];

		*candidate = (struct candidate){.rule = rule, .reading = measure.reading[i]};
		if ((candidate->reading.flags & READING_ANY) != 0) {
			candidate->left = UINT64_MAX;
		} else if (candidate->reading.count > taken) {
			candidate->left = candidate->reading.count - taken;
		}
		batch->count += candidate->left > 0;
	}
}

static void find_candidates(struct batch *batch)
{
	bool only_here = batch->join->result->branches > 1 &&
			 (batch->fate == FATE_PATH || batch->fate == FATE_PATH_HOST);

	for (size_t t = 0; t < 4 && batch->ruleset->rules[t] != NULL; t++) {
		const struct rule *rule = batch->ruleset->rules[t];

		for (; rule->measure != NULL; rule++) {
			/* what only one of several branches misses has passed the sender's card */
			if (rule->place != PLACE_SENDER_NIC || !only_here) {
				add_candidates(batch, rule);
			}
		}
	}
}

static void assign(struct join *join, enum fate fate, int branch, bool ipv4)
{
	struct batch *batch = calloc(1, sizeof(*batch));

	if (batch == NULL) {
		join->error = -ENOMEM;
		return;
	}
	*batch = (struct batch){
		.join = join,
		.ruleset = ruleset_of(fate),
		.scene = {.ipv4 = ipv4},
		.fate = fate,
		.branch = branch,
	};
	set_scene(batch);
	if (batch->parts > 0) {
		find_candidates(batch);
		batch_decide(batch);
	}
	free(batch);
}

void join_assign(struct join *join)
{
	for (size_t fate = 0; fate < FATES; fate++) {
		for (size_t i = 0; i <= join->result->branches; i++) {
			assign(join, (enum fate)fate, (int)i - 1, true);
			assign(join, (enum fate)fate, (int)i - 1, false);
		}
	}
}
