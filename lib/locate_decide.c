/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides where the probes of one fate were lost. Counters count other traffic as well, and so an
 * innocent place has moved, too: a place is named when its counter fits, or when it is the only one
 * that can have been it. Else nobody knows.
 */
#include <inttypes.h>
#include <string.h>

#include "locate_parts.h"

enum {
	ENDS = 10, /* of a run: they share the fate of its probes, and no seq tells of them */
	UNCOUNTED = READING_ANY | READING_NEVER | READING_TRACE | READING_FIT,
};

/* What the candidates can explain together, each place once; but for that of without, and those
 * that have one of the flags. */
static uint64_t sum_left(const struct batch *batch, enum place without, unsigned int flags)
{
	uint64_t most[PLACES] = {0}, sum = 0;

	for (size_t i = 0; i < batch->count; i++) {
		const struct candidate *candidate = &batch->candidate[i];
		enum place place = candidate->rule->place;

		if ((candidate->reading.flags & flags) == 0 &&
		    !candidate_is_dumb(batch, candidate) && place != without &&
		    candidate->left > most[place]) {
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

/* One that stands in the way of any place, as nobody knows how many were lost there. */
static bool is_blocked(const struct batch *batch)
{
	enum { BLOCKS = READING_ANY | READING_NEVER };

	for (size_t i = 0; i < batch->count; i++) {
		if ((batch->candidate[i].reading.flags & BLOCKS) == BLOCKS) {
			return true;
		}
	}
	return false;
}

static bool has_flag(const struct batch *batch, unsigned int flags)
{
	for (size_t i = 0; i < batch->count; i++) {
		if ((batch->candidate[i].reading.flags & flags) != 0) {
			return true;
		}
	}
	return false;
}

static bool has_speaker(const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		if (!candidate_is_dumb(batch, &batch->candidate[i])) {
			return true;
		}
	}
	return false;
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
	if (!has_speaker(batch) && part->reasons.count == 0) {
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

static void add_late(struct batch *batch)
{
	for (size_t i = 0; i < batch->join->parts; i++) {
		struct part *part = &batch->join->part[i];
		struct locate_row row;

		if (batch_has(batch, part) && part->late > 0) {
			row = batch_row(batch, part, PLACE_UNDETERMINED, LOCATE_LOW);
			row.segments = batch->ruleset->segments;
			row_add_evidence(&row,
					 "up to %" PRIu64
					 " came later than --lost-after: not lost, late",
					 part->late);
			snprintf(row.remedy, sizeof(row.remedy),
				 "wait longer for them: --lost-after above the largest delay, at "
				 "the receiver and its capture");
			batch_add_row(batch, part, &row, part->late);
		}
	}
}

/* That the machine as a whole dropped no fewer for that reason. */
static const struct candidate *find_trace(const struct batch *batch, enum place place)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct candidate *candidate = &batch->candidate[i];

		if (candidate->rule->place == place &&
		    (candidate->reading.flags & READING_TRACE) != 0 &&
		    candidate->left >= batch->scene.count) {
			return candidate;
		}
	}
	return NULL;
}

static void explain_all(struct batch *batch, const struct candidate *candidate,
			enum locate_confidence confidence)
{
	const struct rule *rule = candidate->rule;
	const struct candidate *trace = find_trace(batch, rule->place);

	*batch_allotted(batch, rule->place) += batch->scene.count;
	for (size_t i = 0; i < batch->join->parts; i++) {
		struct part *part = &batch->join->part[i];
		struct locate_row row;

		if (batch_has(batch, part) && part_open(part) > 0) {
			row = batch_row(batch, part, rule->place, confidence);
			row_add_evidence(&row, "%s", candidate->reading.text);
			if (trace != NULL && trace != candidate) {
				row_add_evidence(&row, "%s", trace->reading.text);
			}
			batch_add_row(batch, part, &row, part_open(part));
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
	uint64_t rest = part_open(part);

	for (size_t i = 0; i < batch->count && rest > 0; i++) {
		const struct candidate *candidate = &batch->candidate[i];
		enum place place = candidate->rule->place;
		uint64_t count = candidate->left;
		struct locate_row row;

		if ((candidate->reading.flags & UNCOUNTED) != 0) {
			continue;
		}
		/* of two that speak for one place the larger one counts */
		for (size_t k = 0; k < batch->count; k++) {
			const struct candidate *other = &batch->candidate[k];

			if (other->rule->place == place &&
			    (other->reading.flags & UNCOUNTED) == 0 &&
			    (other->left > count || (other->left == count && k < i))) {
				count = 0;
			}
		}
		if (count > 0) {
			row = batch_row(batch, part, place, candidate->rule->confidence);
			row_add_evidence(&row, "%s", candidate->reading.text);
			if (others != NULL) {
				row.confidence = lower(row.confidence, others->rule->confidence);
				row_add_evidence(&row, "of the others, %s", others->reading.text);
			} else {
				row_add_evidence(&row,
						 "the counters add up to exactly the %" PRIu64
						 " that were lost here",
						 batch->scene.count);
			}
			*batch_allotted(batch, place) += count;
			batch_add_row(batch, part, &row, count);
			rest -= count;
		}
	}
	if (others != NULL && rest > 0) {
		struct locate_row row =
			batch_row(batch, part, others->rule->place, others->rule->confidence);

		row_add_evidence(&row, "%s", others->reading.text);
		*batch_allotted(batch, others->rule->place) += rest;
		batch_add_row(batch, part, &row, rest);
	}
}

static struct part *first_part(struct batch *batch)
{
	for (size_t i = 0; i < batch->join->parts; i++) {
		if (batch_has(batch, &batch->join->part[i])) {
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

/* What the candidates can have been is undetermined, of each part; others explains the rest, or
 * else the place of the fate itself. */
static void leave_open(struct batch *batch, const struct candidate *others, uint64_t explicable)
{
	enum place place = others != NULL ? others->rule->place : batch->ruleset->otherwise;

	for (size_t i = 0; i < batch->join->parts; i++) {
		struct part *part = &batch->join->part[i];
		uint64_t count, open;
		struct locate_row row;

		if (!batch_has(batch, part)) {
			continue;
		}
		count = part_open(part);
		open = explicable > count ? count : explicable;
		if (open < count) {
			row = batch_row(batch, part, place,
					others != NULL ? others->rule->confidence
						       : batch->ruleset->confidence);
			if (others != NULL) {
				row_add_evidence(&row, "%s", others->reading.text);
			} else if (batch->fate == FATE_PATH && !has_receivers_counters(batch)) {
				row.confidence = LOCATE_LOW;
				row_add_evidence(&row, "by elimination; but the counters of the "
						       "receiver's card were not read");
			} else if (place == PLACE_NETWORK) {
				row_add_evidence(&row, "by elimination: no counter of the two "
						       "hosts explains them");
			}
			*batch_allotted(batch, place) += count - open;
			batch_add_row(batch, part, &row, count - open);
		}
		add_undetermined(batch, part, open);
	}
}

/* No rule decides: the fate's own place takes what the counters can't have been. */
static void fall_back(struct batch *batch)
{
	const struct ruleset *ruleset = batch->ruleset;
	bool decides = ruleset->otherwise != PLACE_UNDETERMINED &&
		       (batch->known || !ruleset->needs_counters) && !has_flag(batch, READING_ANY);

	leave_open(batch, NULL,
		   decides ? sum_left(batch, ruleset->otherwise, READING_ANY) : UINT64_MAX);
}

/* The only place of those that satisfies matches; NULL: none, or several, and *ret_places. */
static const struct candidate *find_only(const struct batch *batch,
					 bool (*matches)(const struct batch *batch,
							 const struct candidate *candidate),
					 size_t *ret_places)
{
	const struct candidate *found = NULL;

	*ret_places = 0;
	for (size_t i = 0; i < batch->count; i++) {
		const struct candidate *candidate = &batch->candidate[i];

		if (!matches(batch, candidate)) {
			continue;
		}
		if (found != NULL && found->rule->place != candidate->rule->place) {
			*ret_places = 2;
			return NULL;
		}
		found = found != NULL ? found : candidate;
		*ret_places = 1;
	}
	return found;
}

static bool is_own(const struct batch *batch, const struct candidate *candidate)
{
	return (candidate->reading.flags & READING_OWN) != 0 &&
	       candidate->left >= batch->scene.count;
}

static bool is_exact(const struct batch *batch, const struct candidate *candidate)
{
	return (candidate->reading.flags & (UNCOUNTED & ~READING_FIT)) == 0 &&
	       candidate->left == batch->scene.count;
}

static bool is_exact_with_ends(const struct batch *batch, const struct candidate *candidate)
{
	return (candidate->reading.flags & (UNCOUNTED & ~READING_FIT)) == 0 &&
	       candidate->left >= batch->scene.count &&
	       candidate->left - batch->scene.count <= ENDS * batch->parts;
}

static bool is_traced(const struct batch *batch, const struct candidate *candidate)
{
	return (candidate->reading.flags & READING_TRACE) != 0 &&
	       !candidate_is_dumb(batch, candidate) && candidate->left == batch->scene.count;
}

static bool covers(const struct batch *batch, const struct candidate *candidate)
{
	return (candidate->reading.flags & UNCOUNTED) == 0 && candidate->left >= batch->scene.count;
}

static bool is_named(const struct candidate *candidate)
{
	return candidate->rule->confidence >= LOCATE_HIGH ||
	       (candidate->reading.flags & READING_SURE) != 0;
}

/* Exact, of a counter with a name: no other traffic's doing. */
static bool is_exact_and_named(const struct batch *batch, const struct candidate *candidate)
{
	return is_named(candidate) && (candidate->reading.flags & READING_GAP) == 0 &&
	       (is_exact(batch, candidate) || is_traced(batch, candidate));
}

static const struct candidate *find_fitting(const struct batch *batch)
{
	size_t places;
	const struct candidate *found = find_only(batch, is_exact, &places);

	if (places == 0) {
		found = find_only(batch, is_exact_with_ends, &places);
	}
	if (places == 0) {
		found = find_only(batch, is_traced, &places);
	}
	return found;
}

/* May it have been this one as well? */
static bool competes(const struct batch *batch, const struct candidate *candidate,
		     const struct candidate *found)
{
	unsigned int flags = candidate->reading.flags;

	if (candidate->rule->place == found->rule->place || (flags & READING_TRACE) != 0) {
		return false;
	}
	return (flags & (READING_ANY | READING_NEVER)) != 0 ||
	       candidate->left >= batch->scene.count ||
	       (is_named(candidate) && (flags & READING_GAP) == 0) ||
	       (found->reading.flags & READING_SHARED) != 0;
}

/* The only one that covers, when nothing else has moved that could have been it. */
static const struct candidate *find_covering(const struct batch *batch)
{
	size_t places;
	const struct candidate *found = find_only(batch, covers, &places);

	for (size_t i = 0; found != NULL && i < batch->count; i++) {
		if (competes(batch, &batch->candidate[i], found)) {
			return NULL;
		}
	}
	return found;
}

static enum locate_confidence confidence_of(const struct batch *batch,
					    const struct candidate *candidate)
{
	enum locate_confidence confidence = candidate->rule->confidence;

	if ((candidate->reading.flags & READING_SURE) != 0 ||
	    (confidence == LOCATE_MEDIUM && find_trace(batch, candidate->rule->place) != NULL)) {
		return LOCATE_HIGH;
	}
	return confidence;
}

/* The one that explains any number: what the others count, each too few, has precedence. */
static void explain_others(struct batch *batch, const struct candidate *others)
{
	uint64_t counted = sum_left(batch, others->rule->place, UNCOUNTED);

	if (counted == 0) {
		explain_all(batch, others, others->rule->confidence);
	} else if (batch->parts == 1 && counted <= batch->scene.count) {
		split(batch, first_part(batch), others);
	} else {
		leave_open(batch, others, counted);
	}
}

static const struct candidate *find_any(const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct candidate *candidate = &batch->candidate[i];

		if ((candidate->reading.flags & (READING_ANY | READING_NEVER)) == READING_ANY) {
			return candidate;
		}
	}
	return NULL;
}

/* One segment: the probes came as far as that, and no further. */
static void decide_here(struct batch *batch)
{
	const struct candidate *any = find_any(batch), *found;
	size_t places;

	found = find_only(batch, is_own, &places);
	if (found != NULL) {
		explain_all(batch, found, found->rule->confidence);
		return;
	}
	found = find_fitting(batch);
	if (found != NULL) {
		explain_all(batch, found, confidence_of(batch, found));
		return;
	}
	found = find_covering(batch);
	if (found != NULL) {
		explain_all(batch, found,
			    found->rule->confidence > LOCATE_LOW ? found->rule->confidence - 1
								 : LOCATE_LOW);
	} else if (any != NULL) {
		explain_others(batch, any);
	} else if (batch->parts == 1 && !is_blocked(batch) &&
		   sum_left(batch, PLACE_UNDETERMINED, UNCOUNTED) == batch->scene.count) {
		split(batch, first_part(batch), NULL);
	} else {
		fall_back(batch);
	}
}

/*
 * Several segments: whatever else the hosts carried moves counters, too, and nothing tells that
 * these probes came so far. So a place must be the only one, and its counter one with a name that
 * moved by exactly as many; what the tool itself counted of these probes has precedence.
 */
static void decide_afar(struct batch *batch)
{
	size_t places;
	const struct candidate *found = find_only(batch, is_own, &places);

	if (found != NULL) {
		explain_all(batch, found, LOCATE_HIGH);
		return;
	}
	found = find_only(batch, is_exact_and_named, &places);
	if (found != NULL) {
		explain_all(batch, found, LOCATE_MEDIUM);
	} else {
		leave_open(batch, NULL, UINT64_MAX);
	}
}

void batch_decide(struct batch *batch)
{
	unsigned int segments = batch->ruleset->segments;

	add_late(batch);
	if (batch->scene.count == 0) {
		return;
	}
	if ((segments & (segments - 1)) == 0) {
		decide_here(batch);
	} else {
		decide_afar(batch);
	}
}
