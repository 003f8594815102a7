/* SPDX-License-Identifier: BSD-2-Clause */
/* Applies the rules of each fate to its parts: they become rows. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "locate_parts.h"

static uint64_t *allotted(struct batch *batch, enum place place)
{
	return &batch->join->allotted[place_is_senders(place) ? 0 : 1 + batch->branch][place];
}

static bool is_of(const struct batch *batch, const struct part *part)
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
	for (size_t i = 0; receiver != NULL && i < receiver->runs; i++) {
		if (endpoint_is_ipv4(&receiver->run[i].key.group) == scene->ipv4) {
			scene->late += receiver->run[i].late;
		}
	}
	scene->own_drops = receiver != NULL ? receiver->own_drops : 0;
	scene->offloaded = tap != NULL && tap->offloaded;
}

static void set_scene(struct batch *batch)
{
	struct join *join = batch->join;
	struct scene *scene = &batch->scene;
	const struct vantage *sender_tap = NULL;

	for (size_t i = 0; i < join->parts; i++) {
		if (is_of(batch, &join->part[i])) {
			batch->parts++;
			scene->count += part_count(&join->part[i]);
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
	}
}

static void find_candidates(struct batch *batch)
{
	bool only_here = batch->join->result->branches > 1 &&
			 (batch->fate == FATE_PATH || batch->fate == FATE_PATH_HOST);

	for (size_t t = 0; t < 4 && batch->ruleset->rules[t] != NULL; t++) {
		const struct rule *rule = batch->ruleset->rules[t];

		for (; rule->measure != NULL && batch->count < CANDIDATES; rule++) {
			struct candidate *candidate = &batch->candidate[batch->count];
			uint64_t taken = *allotted(batch, rule->place);

			/* what only one of several branches misses has passed the sender's card */
			if (rule->place == PLACE_SENDER_NIC && only_here) {
				continue;
			}
			*candidate = (struct candidate){.rule = rule};
			rule->measure(&batch->scene, &candidate->measure);
			batch->known |= candidate->measure.known;
			if (candidate->measure.any) {
				candidate->left = UINT64_MAX;
			} else if (candidate->measure.count > taken) {
				candidate->left = candidate->measure.count - taken;
			}
			batch->count += candidate->left > 0;
		}
	}
}

/* What the candidates can explain together, each place once; but for that of without. */
static uint64_t sum_left(const struct batch *batch, enum place without)
{
	uint64_t most[PLACES] = {0}, sum = 0;

	for (size_t i = 0; i < batch->count; i++) {
		const struct candidate *candidate = &batch->candidate[i];
		enum place place = candidate->rule->place;

		if (!candidate->measure.any && place != without && candidate->left > most[place]) {
			most[place] = candidate->left;
		}
	}
	for (size_t i = 0; i < PLACES; i++) {
		if (__builtin_add_overflow(sum, most[i], &sum)) {
			return UINT64_MAX;
		}
	}
	return sum;
}

static void add_undetermined(struct batch *batch, struct part *part, uint64_t count)
{
	struct locate_row row = batch_row(batch, part, PLACE_UNDETERMINED, LOCATE_LOW);

	if (count == 0) {
		return;
	}
	row.segments = batch->ruleset->segments;
	row_add_reasons(&row, &part->reasons);
	batch_add_consistent(batch, &row);
	if (batch->count == 0 && part->reasons.count == 0) {
		row_add_evidence(&row, batch->known ? "no counter explains them"
						    : "the host's counters were not read");
	}
	if (!batch->known && row.remedy[0] == '\0') {
		snprintf(row.remedy, sizeof(row.remedy),
			 "give a report with its counters: of ptprobe-send, ptprobe-recv or a live "
			 "ptprobe-capture");
	}
	batch_add_row(batch, part, &row, count);
}

static void explain_all(struct batch *batch, const struct candidate *candidate,
			enum locate_confidence confidence)
{
	const struct rule *rule = candidate->rule;

	*allotted(batch, rule->place) += batch->scene.count;
	for (size_t i = 0; i < batch->join->parts; i++) {
		struct part *part = &batch->join->part[i];
		struct locate_row row;

		if (is_of(batch, part)) {
			row = batch_row(batch, part, rule->place, confidence);
			row_add_evidence(&row, "%s", candidate->measure.text);
			batch_add_row(batch, part, &row, part_count(part));
		}
	}
}

static enum locate_confidence lower(enum locate_confidence a, enum locate_confidence b)
{
	return a < b ? a : b;
}

/* The candidates explain exactly the part, each a share of it; or, when there is one that explains
 * any number, others, that one what they leave. */
static void split(struct batch *batch, struct part *part, const struct candidate *others)
{
	uint64_t rest = part_count(part);

	for (size_t i = 0; i < batch->count && rest > 0; i++) {
		const struct candidate *candidate = &batch->candidate[i];
		enum place place = candidate->rule->place;
		uint64_t count = candidate->left;
		struct locate_row row;

		if (candidate->measure.any) {
			continue;
		}
		/* of two that speak for one place the larger one counts */
		for (size_t k = 0; k < batch->count; k++) {
			const struct candidate *other = &batch->candidate[k];

			if (other->rule->place == place && !other->measure.any &&
			    (other->left > count || (other->left == count && k < i))) {
				count = 0;
			}
		}
		if (count > 0) {
			row = batch_row(batch, part, place, candidate->rule->confidence);
			row_add_evidence(&row, "%s", candidate->measure.text);
			if (others != NULL) {
				row.confidence = lower(row.confidence, others->rule->confidence);
				row_add_evidence(&row, "of the others, %s", others->measure.text);
			} else {
				row_add_evidence(&row,
						 "the counters add up to exactly the %" PRIu64
						 " that were lost here",
						 batch->scene.count);
			}
			*allotted(batch, place) += count;
			batch_add_row(batch, part, &row, count);
			rest -= count;
		}
	}
	if (others != NULL && rest > 0) {
		struct locate_row row =
			batch_row(batch, part, others->rule->place, others->rule->confidence);

		row_add_evidence(&row, "%s", others->measure.text);
		*allotted(batch, others->rule->place) += rest;
		batch_add_row(batch, part, &row, rest);
	}
}

static struct part *first_part(struct batch *batch)
{
	for (size_t i = 0; i < batch->join->parts; i++) {
		if (is_of(batch, &batch->join->part[i])) {
			return &batch->join->part[i];
		}
	}
	return NULL;
}

static bool has_receivers_counters(const struct batch *batch)
{
	const struct host *host = &batch->scene.receiver;

	return host->evidence[0] != NULL || host->evidence[1] != NULL;
}

/* What the candidates can have been is undetermined, of each part; others explains the rest. */
static void leave_open(struct batch *batch, const struct candidate *others, uint64_t explicable)
{
	for (size_t i = 0; i < batch->join->parts; i++) {
		struct part *part = &batch->join->part[i];
		uint64_t count, open;
		struct locate_row row;

		if (!is_of(batch, part)) {
			continue;
		}
		count = part_count(part);
		open = explicable > count ? count : explicable;
		if (open < count) {
			row = batch_row(batch, part, others->rule->place, others->rule->confidence);
			row_add_evidence(&row, "%s", others->measure.text);
			*allotted(batch, others->rule->place) += count - open;
			batch_add_row(batch, part, &row, count - open);
		}
		add_undetermined(batch, part, open);
	}
}

/* No rule covers them: the fate's own place takes what the counters can't have been. */
static void fall_back(struct batch *batch, uint64_t explicable)
{
	const struct ruleset *ruleset = batch->ruleset;
	bool decides = ruleset->otherwise != PLACE_UNDETERMINED &&
		       (batch->known || !ruleset->needs_counters);

	for (size_t i = 0; i < batch->join->parts; i++) {
		struct part *part = &batch->join->part[i];
		uint64_t count, open;
		struct locate_row row;

		if (!is_of(batch, part)) {
			continue;
		}
		count = part_count(part);
		open = !decides || explicable > count ? count : explicable;
		if (open < count) {
			row = batch_row(batch, part, ruleset->otherwise, ruleset->confidence);
			if (batch->fate == FATE_PATH && !has_receivers_counters(batch)) {
				row.confidence = LOCATE_LOW;
				row_add_evidence(&row, "by elimination; but the counters of the "
						       "receiver's card were not read");
			} else if (ruleset->otherwise == PLACE_NETWORK) {
				row_add_evidence(&row, "by elimination: no counter of the two "
						       "hosts explains them");
			}
			*allotted(batch, ruleset->otherwise) += count - open;
			batch_add_row(batch, part, &row, count - open);
		}
		add_undetermined(batch, part, open);
	}
}

/* The one place whose own counter covers the losses, or whose named counter moved by exactly as
 * many; NULL: none, or more. */
static const struct candidate *only_one(const struct batch *batch, bool own)
{
	const struct candidate *found = NULL;

	for (size_t i = 0; i < batch->count; i++) {
		const struct candidate *candidate = &batch->candidate[i];
		bool named =
			candidate->rule->confidence >= LOCATE_HIGH || candidate->measure.is_sure;
		bool fits = own ? candidate->measure.is_own && candidate->left >= batch->scene.count
				: named && candidate->left == batch->scene.count;

		if (!fits || candidate->measure.any || candidate->measure.is_vague) {
			continue;
		}
		if (found != NULL && found->rule->place != candidate->rule->place) {
			return NULL;
		}
		found = candidate;
	}
	return found;
}

static bool is_vague(const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		if (batch->candidate[i].measure.is_vague) {
			return true;
		}
	}
	return false;
}

/* The candidate at index explains any number; those before it, each too few, have precedence. */
static void explain_others(struct batch *batch, size_t index)
{
	const struct candidate *others = &batch->candidate[index];
	uint64_t before;

	batch->count = index; /* what is behind it is out of question */
	before = is_vague(batch) ? 0 : sum_left(batch, others->rule->place);
	if (before == 0) {
		explain_all(batch, others, others->rule->confidence);
	} else if (batch->parts == 1 && before <= batch->scene.count) {
		split(batch, first_part(batch), others);
	} else {
		leave_open(batch, others, before);
	}
}

/*
 * One segment: what the tool itself counted of these very probes, when it covers the losses; else
 * the first rule that does, in the order of the path.
 */
static void decide_in_order(struct batch *batch)
{
	const struct candidate *own = only_one(batch, true);
	uint64_t explicable;

	if (own != NULL) {
		explain_all(batch, own, own->rule->confidence);
		return;
	}
	for (size_t i = 0; i < batch->count; i++) {
		const struct candidate *candidate = &batch->candidate[i];

		if (candidate->measure.any) {
			explain_others(batch, i);
			return;
		}
		if (!candidate->measure.is_vague && candidate->left >= batch->scene.count) {
			explain_all(batch, candidate,
				    candidate->measure.is_sure ? LOCATE_HIGH
							       : candidate->rule->confidence);
			return;
		}
	}
	if (batch->parts == 1 && !is_vague(batch) &&
	    sum_left(batch, PLACE_UNDETERMINED) == batch->scene.count) {
		split(batch, first_part(batch), NULL);
		return;
	}
	explicable = sum_left(batch, batch->ruleset->otherwise);
	fall_back(batch, explicable);
}

/*
 * Several segments: whatever else the hosts carried moves counters, too, and nothing tells that
 * these probes came so far. So a place must be the only one, and its counter one with a name that
 * moved by exactly as many; what the tool itself counted of these probes has precedence.
 */
static void decide_alone(struct batch *batch)
{
	const struct candidate *candidate = only_one(batch, true);
	enum locate_confidence confidence = LOCATE_HIGH;

	if (candidate == NULL) {
		candidate = only_one(batch, false);
		confidence = LOCATE_MEDIUM;
	}
	if (candidate != NULL) {
		explain_all(batch, candidate, confidence);
	} else {
		fall_back(batch, 0);
	}
}

static void assign(struct join *join, enum fate fate, int branch, bool ipv4)
{
	struct batch *batch = calloc(1, sizeof(*batch));
	unsigned int segments = ruleset_of(fate)->segments;

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
	if (batch->scene.count > 0) {
		find_candidates(batch);
		if ((segments & (segments - 1)) == 0) {
			decide_in_order(batch);
		} else {
			decide_alone(batch);
		}
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
