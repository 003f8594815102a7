/* SPDX-License-Identifier: BSD-2-Clause */
/* Which runs the vantages have in common, and which seqs each of them used. */
#include <errno.h>
#include <stdlib.h>

#include "locate_parts.h"

static bool is_receivers(const struct vantage *tap, const struct vantage_key *key)
{
	return vantage_side_of(tap, vantage_find(tap, key)) != VANTAGE_SIDE_SENDER;
}

/*
 * One that heard nothing at all may have failed to hear any run, and one that heard other groups of
 * the run listened to the wrong ones. One that heard other runs alone was there at another time.
 */
static bool may_have_run(const struct vantage *vantage, const struct vantage_key *key)
{
	return vantage->runs == 0 || vantage_has_run_id(vantage, key->run_id);
}

bool branch_has_run(const struct locate_branch *branch, const struct vantage_key *key)
{
	if (branch->receiver == NULL && branch->tap == NULL) {
		return true;
	}
	if (branch->receiver != NULL && may_have_run(branch->receiver, key)) {
		return true;
	}
	return branch->tap != NULL && is_receivers(branch->tap, key) &&
	       may_have_run(branch->tap, key);
}

static bool any_branch_has_run(const struct join *join, const struct vantage_key *key)
{
	for (size_t i = 0; i < join->result->branches; i++) {
		if (branch_has_run(&join->result->branch[i], key)) {
			return true;
		}
	}
	return false;
}

/* Without the sender's report, all that have anything to say must have it. */
static bool is_common(const struct join *join, const struct vantage_key *key)
{
	size_t having = 0, lacking = 0;
	uint64_t used;

	if (!any_branch_has_run(join, key)) {
		return false;
	}
	if (join->sender != NULL) {
		return vantage_has_sent(join->sender, key, &used);
	}
	for (size_t i = 0; i < join->vantages->count; i++) {
		const struct vantage *vantage = join->vantages->vantage[i];

		if (vantage_find(vantage, key) != NULL) {
			having++;
		} else if (!may_have_run(vantage, key)) {
			lacking++;
		}
	}
	return having > 1 || lacking == 0;
}

static void add_run(struct join *join, const struct locate_options *options,
		    const struct vantage_key *key)
{
	struct locate_result *result = join->result;

	if (result->runs == VANTAGE_RUNS_MAX || !is_common(join, key) ||
	    !run_id_fits(&options->run, key->run_id)) {
		return;
	}
	for (size_t i = 0; i < result->runs; i++) {
		if (vantage_same_key(&result->run[i].key, key)) {
			return;
		}
	}
	result->run[result->runs++] = (struct locate_run){.key = *key};
}

static void add_sent_runs(struct join *join, const struct locate_options *options,
			  const struct vantage_sent *sent)
{
	for (uint32_t i = 0; i < sent->group.count && i < VANTAGE_RUNS_MAX; i++) {
		struct vantage_key key = {sent->run_id, group_at(&sent->group, i)};

		add_run(join, options, &key);
	}
}

/* The seqs that the sender used: by its report, or an END, or because they were to be seen. */
static void find_seqs(struct join *join, struct locate_run *run)
{
	uint64_t used = 0;

	if (join->sender != NULL && vantage_has_sent(join->sender, &run->key, &used) && used > 0) {
		seqset_add(&run->seqs, 0, used - 1);
		run->end_known = true;
	}
	for (size_t i = 0; i < join->vantages->count; i++) {
		const struct vantage_run *seen =
			vantage_find(join->vantages->vantage[i], &run->key);

		if (seen == NULL) {
			continue;
		}
		seqset_unite(&run->seqs, &seen->covered, &run->seqs);
		run->end_known |= seen->end_known;
		/* what was sent before anyone listened is nobody's loss, unless the sender tells */
		if (join->sender != NULL && seen->end_known && seen->used > 0) {
			seqset_add(&run->seqs, 0, seen->used - 1);
		}
	}
	/* a report holds no greater count, and nobody sends as many */
	seqset_clip(&run->seqs, 0, INT64_MAX - 1, &run->seqs);
	join_check(join, &run->seqs);
	run->count = seqset_count(&run->seqs);
}

void join_find_runs(struct join *join, const struct locate_options *options)
{
	struct locate_result *result = join->result;

	result->run = calloc(VANTAGE_RUNS_MAX, sizeof(*result->run));
	if (result->run == NULL) {
		join->error = -ENOMEM;
		return;
	}
	if (join->sender != NULL) {
		add_sent_runs(join, options, &join->sender->sent);
		add_sent_runs(join, options, &join->sender->general);
	}
	for (size_t i = 0; i < join->vantages->count; i++) {
		const struct vantage *vantage = join->vantages->vantage[i];

		for (size_t k = 0; k < vantage->runs; k++) {
			add_run(join, options, &vantage->run[k].key);
		}
	}
	for (size_t i = 0; i < result->runs; i++) {
		struct locate_run *run = &result->run[i];

		run->branch = calloc(result->branches, sizeof(*run->branch));
		if (run->branch == NULL) {
			join->error = -ENOMEM;
			return;
		}
		find_seqs(join, run);
	}
}
