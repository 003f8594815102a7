/* SPDX-License-Identifier: BSD-2-Clause */
/* What a row says beside its place and count. */
#include <inttypes.h>
#include <string.h>

#include "locate_parts.h"

uint64_t part_count(const struct part *part)
{
	return seqset_count(&part->seqs) + part->unlisted;
}

uint64_t part_open(const struct part *part)
{
	return part_count(part) - part->late;
}

struct locate_row batch_row(const struct batch *batch, const struct part *part, enum place place,
			    enum locate_confidence confidence)
{
	const struct locate_branch *branch = batch->scene.branch;
	const char *name =
		branch != NULL && branch->name[0] != '\0' ? branch->name : "the receiver";
	const char *text = batch->ruleset->text, *at = strstr(text, "%s");
	struct locate_row row = {
		.run = part->run,
		.branch = part->branch,
		.place = place,
		.confidence = confidence,
	};

	if (at != NULL) {
		row_add_evidence(&row, "%.*s%.40s%s", (int)(at - text), text, name, at + 2);
	} else {
		row_add_evidence(&row, "%s", text);
	}
	return row;
}

/* Is every one of the part's probes to be seen on another branch; or on none of them? */
static void add_split_hint(const struct batch *batch, const struct part *part,
			   struct locate_row *row)
{
	const struct locate_result *result = batch->join->result;
	const struct vantage_key *key = &result->run[part->run].key;
	struct seqset seen = {0}, both = {0};
	size_t others = 0;
	uint64_t count;

	for (size_t i = 0; batch->branch != LOCATE_EVERY_BRANCH && i < result->branches; i++) {
		const struct vantage *vantage[2] = {result->branch[i].receiver,
						    result->branch[i].tap};

		if ((int)i == batch->branch || !result->run[part->run].branch[i].member) {
			continue;
		}
		others++;
		for (size_t k = 0; k < 2; k++) {
			const struct vantage_run *run =
				vantage[k] != NULL ? vantage_find(vantage[k], key) : NULL;

			if (run != NULL && !run->nothing_certain &&
			    vantage_side_of(vantage[k], run) != VANTAGE_SIDE_SENDER) {
				seqset_clip(&run->seen, 0, run->certain_last, &both);
				seqset_unite(&seen, &both, &seen);
			}
		}
	}
	seqset_intersect(&part->seqs, &seen, &both);
	count = seqset_count(&both);
	if (others > 0 && part->unlisted == 0 && count == seqset_count(&part->seqs)) {
		row_add_evidence(row,
				 "other receivers have them: only at %.40s, downstream of the "
				 "split",
				 batch->scene.branch->name);
	} else if (others > 0 && part->unlisted == 0 && count == 0) {
		row_add_evidence(row, "no other receiver has them: upstream of the split");
	}
	seqset_release(&seen);
	seqset_release(&both);
}

static void add_corrupt_hint(const struct batch *batch, const struct part *part,
			     struct locate_row *row)
{
	const struct vantage_key *key = &batch->join->result->run[part->run].key;
	const struct locate_branch *branch = batch->scene.branch;
	const struct vantage_run *run;
	uint64_t corrupt = 0;

	if (branch == NULL || row->place != PLACE_NETWORK) {
		return;
	}
	run = branch->tap != NULL ? vantage_find(branch->tap, key) : NULL;
	corrupt = run != NULL ? run->corrupt : 0;
	run = branch->receiver != NULL ? vantage_find(branch->receiver, key) : NULL;
	corrupt = run != NULL && run->corrupt > corrupt ? run->corrupt : corrupt;
	if (corrupt > 0 && corrupt >= row->count) {
		row_add_evidence(row, "%" PRIu64 " arrived damaged (CRC of the probe)", corrupt);
	}
}

void batch_add_row(struct batch *batch, const struct part *part, struct locate_row *row,
		   uint64_t count)
{
	struct seqset seqs = {0};

	row->count = count;
	if (count == part_count(part)) {
		seqset_copy(&part->seqs, &seqs);
	} else {
		row_add_evidence(row, "which of the %" PRIu64 " isn't known", part_count(part));
	}
	add_split_hint(batch, part, row);
	add_corrupt_hint(batch, part, row);
	(void)join_add_row(batch->join, row, &seqs);
}

bool candidate_is_dumb(const struct batch *batch, const struct candidate *candidate)
{
	return (candidate->reading.flags & READING_TRACE) != 0 &&
	       batch->told[candidate->rule->place];
}

/* What speaks loudest for its place: of this host's own counters the largest, if there are any. */
static bool is_loudest(const struct batch *batch, size_t index)
{
	const struct candidate *candidate = &batch->candidate[index];

	if (candidate_is_dumb(batch, candidate)) {
		return false;
	}
	for (size_t i = 0; i < batch->count; i++) {
		const struct candidate *other = &batch->candidate[i];

		if (other->rule->place == candidate->rule->place &&
		    !candidate_is_dumb(batch, other) &&
		    (other->left > candidate->left ||
		     (other->left == candidate->left && i < index))) {
			return false;
		}
	}
	return true;
}

void batch_add_consistent(const struct batch *batch, struct locate_row *row)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct candidate *candidate = &batch->candidate[i];

		if (candidate->rule->place == PLACE_UNDETERMINED) {
			row_add_evidence(row, "%.200s", candidate->reading.text);
			if (row->remedy[0] == '\0') {
				snprintf(
					row->remedy, sizeof(row->remedy),
					"capture on the lower device as well, and give its file as "
					"--tap: ptprobe-capture -i LOWER");
			}
		} else if (is_loudest(batch, i)) {
			row_add_evidence(row, "consistent with %s: %.160s (of %" PRIu64 ")",
					 place_name(candidate->rule->place),
					 candidate->reading.text, batch->scene.count);
		}
	}
}
