/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of each probe inside the sender; and what is lost on all branches alike. */
#include <errno.h>
#include <string.h>

#include "locate_parts.h"

enum place place_of_refusal(const char *error)
{
	if (strcmp(error, "EPERM") == 0 || strcmp(error, "EACCES") == 0) {
		return PLACE_SENDER_FIREWALL;
	}
	if (strcmp(error, "ENOBUFS") == 0 || strcmp(error, "ENOMEM") == 0) {
		return PLACE_SENDER_QDISC;
	}
	return PLACE_SENDER_APP;
}

/* Takes seqs, less those that passed or whose loss is known already, as a row of its own. */
static void add_gone_row(struct join *join, struct run_sets *sets, struct locate_row *row,
			 struct seqset *seqs)
{
	/* a report may list what it hasn't sent */
	seqset_intersect(seqs, &join->result->run[sets->run].seqs, seqs);
	seqset_subtract(seqs, &sets->passed, seqs);
	seqset_subtract(seqs, &sets->gone, seqs);
	seqset_unite(&sets->gone, seqs, &sets->gone);
	row->run = sets->run;
	row->branch = LOCATE_EVERY_BRANCH;
	row->count = seqset_count(seqs);
	(void)join_add_row(join, row, seqs);
}

/* What the sender's report tells of the run; NULL: nothing, or there is no report. */
static const struct vantage_sent *sent_of(const struct join *join, const struct run_sets *sets)
{
	return join->sender != NULL
		       ? vantage_sent_of(join->sender, &join->result->run[sets->run].key)
		       : NULL;
}

/* What the send call refused, by what it said. */
static void add_refused(struct join *join, struct run_sets *sets)
{
	const struct vantage_sent *sent = sent_of(join, sets);

	for (size_t i = 0; i < sent->refusals; i++) {
		const struct vantage_refusal *refusal = &sent->refusal[i];
		struct locate_row row = {.place = place_of_refusal(refusal->error)};
		struct seqset seqs = {0};

		row.confidence = row.place == PLACE_SENDER_QDISC ? LOCATE_HIGH : LOCATE_CERTAIN;
		row_add_evidence(&row, "the send call returned %s", refusal->error);
		seqset_copy(&refusal->list.seqs, &seqs);
		add_gone_row(join, sets, &row, &seqs);
	}
}

/* The END, or a seq that was seen, tells of more than the sender's report does. */
static void add_unlogged(struct join *join, struct run_sets *sets, uint64_t used)
{
	struct locate_row row = {.place = PLACE_SENDER_APP, .confidence = LOCATE_CERTAIN};
	struct seqset seqs = {0};

	row_add_evidence(&row, "not in the sender's log, though its END counts them");
	seqset_clip(&join->result->run[sets->run].seqs, used, UINT64_MAX, &seqs);
	add_gone_row(join, sets, &row, &seqs);
}

/* Seen by the tap behind the queue, and never by the device. */
static void add_stuck(struct join *join, struct run_sets *sets, const struct seqset *downstream)
{
	struct locate_row row = {
		.run = sets->run,
		.branch = LOCATE_EVERY_BRANCH,
		.place = PLACE_SENDER_DRIVER,
		.confidence = LOCATE_MEDIUM,
	};
	struct seqset seqs = {0};

	row_add_evidence(&row,
			 "in the sender's capture, without the departure stamp that others have");
	seqset_intersect(&sent_of(join, sets)->sched_without_snd.seqs, &sets->sender_tap.seen,
			 &seqs);
	seqset_subtract(&seqs, downstream, &seqs);
	seqset_unite(&sets->gone, &seqs, &sets->gone);
	row.count = seqset_count(&seqs);
	(void)join_add_row(join, &row, &seqs);
}

/* Takes seqs, less those whose fate is known, as a part of that fate. */
static void add_gone_part(struct join *join, struct run_sets *sets, enum fate fate,
			  struct seqset *seqs)
{
	const struct part part = {.run = sets->run, .branch = LOCATE_EVERY_BRANCH, .fate = fate};

	seqset_intersect(seqs, &join->result->run[sets->run].seqs, seqs);
	seqset_subtract(seqs, &sets->passed, seqs);
	seqset_subtract(seqs, &sets->gone, seqs);
	seqset_unite(&sets->gone, seqs, &sets->gone);
	(void)join_add_part(join, &part, seqs);
}

static void add_gone_parts(struct join *join, struct run_sets *sets)
{
	const struct vantage_sent *sent = sent_of(join, sets);
	struct seqset seqs = {0};

	if (sent != NULL) {
		seqset_copy(&sent->unscheduled.seqs, &seqs);
		add_gone_part(join, sets, FATE_UNSCHEDULED, &seqs);
		seqset_copy(&sent->sched_without_snd.seqs, &seqs);
		add_gone_part(join, sets, FATE_QUEUED, &seqs);
	}
	if (sets->sender_tap.is_proof) {
		seqset_subtract(&sets->sender_tap.covered, &sets->sender_tap.seen, &seqs);
		add_gone_part(join, sets, FATE_ABSENT, &seqs);
	}
}

/* Did every seq that the send call took, and that isn't listed, get its stamp from the device? */
static bool stamps_are_complete(const struct vantage_sent *sent)
{
	uint64_t refused = 0;

	for (size_t i = 0; i < sent->refusals; i++) {
		if (!sent->refusal[i].list.complete) {
			return false;
		}
		refused += sent->refusal[i].list.count;
	}
	return sent->stamp_every == 1 && sent->stamps_listed && sent->unscheduled.complete &&
	       sent->sched_without_snd.complete && refused == sent->failed;
}

static void find_stamped(const struct vantage_sent *sent, uint64_t used, struct seqset *stamped)
{
	if (!stamps_are_complete(sent) || used == 0) {
		return;
	}
	seqset_add(stamped, 0, used - 1);
	seqset_subtract(stamped, &sent->unscheduled.seqs, stamped);
	seqset_subtract(stamped, &sent->sched_without_snd.seqs, stamped);
	for (size_t i = 0; i < sent->refusals; i++) {
		seqset_subtract(stamped, &sent->refusal[i].list.seqs, stamped);
	}
}

/* All that was seen beyond the sender, for certain. */
static void find_downstream(struct join *join, const struct locate_run *run,
			    struct seqset *downstream)
{
	for (size_t i = 0; i < join->vantages->count; i++) {
		const struct vantage_run *seen =
			vantage_find(join->vantages->vantage[i], &run->key);
		struct seqset certain = {0};

		if (seen == NULL || seen->nothing_certain ||
		    (join->vantages->vantage[i]->role == VANTAGE_TAP &&
		     vantage_side_of(join->vantages->vantage[i], seen) == VANTAGE_SIDE_SENDER)) {
			continue;
		}
		seqset_clip(&seen->seen, 0, seen->certain_last, &certain);
		seqset_unite(downstream, &certain, downstream);
		seqset_release(&certain);
	}
}

static void find_run_fates(struct join *join, size_t index)
{
	const struct locate_run *run = &join->result->run[index];
	struct seqset downstream = {0}, stamped = {0};
	struct run_sets sets = {.run = index};
	uint64_t used = 0;
	bool has_sent = join->sender != NULL && vantage_has_sent(join->sender, &run->key, &used);

	sight_of_tap(join, join_sender_tap(join, &run->key), run, NULL, &sets.sender_tap);
	find_downstream(join, run, &downstream);
	if (has_sent) {
		find_stamped(sent_of(join, &sets), used, &stamped);
	}
	/* seen later means passed everything earlier */
	seqset_unite(&downstream, &sets.sender_tap.seen, &sets.passed);
	seqset_unite(&sets.passed, &stamped, &sets.passed);
	if (has_sent) {
		add_stuck(join, &sets, &downstream);
		add_refused(join, &sets);
		add_unlogged(join, &sets, used);
	}
	add_gone_parts(join, &sets);
	join_check(join, &sets.passed);
	join_check(join, &sets.gone);
	for (size_t i = 0; i < join->result->branches && join->error == 0; i++) {
		if (branch_has_run(&join->result->branch[i], &run->key)) {
			join->result->run[index].branch[i].member = true;
			join_find_branch_fates(join, &sets, (int)i);
		}
	}
	sight_release(&sets.sender_tap);
	seqset_release(&sets.passed);
	seqset_release(&sets.gone);
	seqset_release(&downstream);
	seqset_release(&stamped);
}

/* The parts of a run follow one another; those of the latest are looked at. */
static struct part *find_part(struct join *join, size_t run, int branch, enum fate fate)
{
	for (size_t i = join->parts; i > 0 && join->part[i - 1].run == run; i--) {
		struct part *part = &join->part[i - 1];

		if (part->branch == branch && part->fate == fate) {
			return part;
		}
	}
	return NULL;
}

/*
 * What is absent from the taps of all branches, two at least, was lost before they split: it
 * becomes a part of its own.
 */
static void share_path(struct join *join, size_t run)
{
	const struct part shared = {
		.run = run, .branch = LOCATE_EVERY_BRANCH, .fate = FATE_SHARED_PATH};
	struct seqset seqs = {0};
	size_t members = 0;

	for (size_t i = 0; i < join->result->branches; i++) {
		const struct part *part = find_part(join, run, (int)i, FATE_PATH);

		if (!join->result->run[run].branch[i].member) {
			continue;
		}
		if (part == NULL) {
			seqset_release(&seqs);
			return;
		}
		if (members++ == 0) {
			seqset_copy(&part->seqs, &seqs);
		} else {
			seqset_intersect(&seqs, &part->seqs, &seqs);
		}
	}
	for (size_t i = 0; members > 1 && i < join->result->branches; i++) {
		struct part *part = find_part(join, run, (int)i, FATE_PATH);

		if (part != NULL) {
			seqset_subtract(&part->seqs, &seqs, &part->seqs);
			join_check(join, &part->seqs);
		}
	}
	if (members > 1) {
		(void)join_add_part(join, &shared, &seqs);
	}
	seqset_release(&seqs);
}

void join_find_fates(struct join *join)
{
	for (size_t i = 0; i < join->result->runs && join->error == 0; i++) {
		find_run_fates(join, i);
		share_path(join, i);
	}
}
