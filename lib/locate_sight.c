/* SPDX-License-Identifier: BSD-2-Clause */
/* What each vantage can prove of a run, and why it can't prove more. */
#include <inttypes.h>

#include "locate_parts.h"

void sight_release(struct sight *sight)
{
	seqset_release(&sight->covered);
	seqset_release(&sight->seen);
}

/* What its report leaves open is not covered: there it neither saw a probe nor missed it. */
static void keep_certain(struct sight *sight)
{
	const struct vantage_run *run = sight->run;

	if (run->nothing_certain) {
		seqset_release(&sight->covered);
		seqset_release(&sight->seen);
	} else if (run->certain_last != UINT64_MAX) {
		seqset_clip(&sight->covered, 0, run->certain_last, &sight->covered);
		seqset_clip(&sight->seen, 0, run->certain_last, &sight->seen);
	}
}

/* A witness runs as long as the tool beside it: what that sent or could hear, it covers. */
static void add_covered_beside(const struct vantage *tap, const struct locate_run *run,
			       const struct sight *beside, struct seqset *covered)
{
	uint64_t used;

	if (tap->beside == NULL) {
		return;
	}
	if (beside != NULL && tap->beside == beside->vantage) {
		seqset_unite(covered, &beside->covered, covered);
	} else if (vantage_has_sent(tap->beside, &run->key, &used)) {
		seqset_unite(covered, &run->seqs, covered);
	}
}

void sight_of_tap(struct join *join, const struct vantage *tap, const struct locate_run *run,
		  const struct sight *beside, struct sight *ret_sight)
{
	struct sight sight = {.vantage = tap};

	if (tap == NULL) {
		*ret_sight = sight;
		return;
	}
	sight.run = vantage_find(tap, &run->key);
	sight.is_proof = tap->complete == VANTAGE_COMPLETE_YES;
	if (sight.run != NULL) {
		seqset_copy(&sight.run->covered, &sight.covered);
		seqset_copy(&sight.run->seen, &sight.seen);
		keep_certain(&sight);
	}
	if (sight.run == NULL ||
	    (!sight.run->nothing_certain && sight.run->certain_last == UINT64_MAX)) {
		add_covered_beside(tap, run, beside, &sight.covered);
	}
	join_check(join, &sight.covered);
	join_check(join, &sight.seen);
	*ret_sight = sight;
}

void sight_of_receiver(struct join *join, const struct vantage *receiver, const struct vantage *tap,
		       const struct locate_run *run, struct sight *ret_sight)
{
	struct sight sight = {.vantage = receiver, .is_proof = true};

	if (receiver != NULL) {
		sight.run = vantage_find(receiver, &run->key);
		if (sight.run != NULL) {
			seqset_copy(&sight.run->covered, &sight.covered);
			seqset_copy(&sight.run->seen, &sight.seen);
		} else {
			unheard_covered(join, receiver, tap, run, &sight.covered);
		}
	}
	join_check(join, &sight.covered);
	join_check(join, &sight.seen);
	*ret_sight = sight;
}

const struct vantage *join_sender_tap(const struct join *join, const struct vantage_key *key)
{
	const struct vantage *found = NULL;
	bool is_beside = false, has_run = false;

	/* its own witness first, which covers all that it sent */
	for (size_t i = 0; i < join->vantages->count; i++) {
		const struct vantage *tap = join->vantages->vantage[i];
		const struct vantage_run *run = vantage_find(tap, key);

		if (tap->role != VANTAGE_TAP || vantage_side_of(tap, run) != VANTAGE_SIDE_SENDER ||
		    (found != NULL && (is_beside || (has_run && run == NULL)))) {
			continue;
		}
		found = tap;
		has_run = run != NULL;
		is_beside = tap->beside != NULL && tap->beside == join->sender;
	}
	return found;
}

static uint64_t count_within(const struct seqset *seqs, const struct seqset *within)
{
	struct seqset both = {0};
	uint64_t count;

	seqset_intersect(seqs, within, &both);
	count = seqset_count(&both);
	seqset_release(&both);
	return count;
}

static uint64_t count_outside(const struct seqset *seqs, uint64_t first, uint64_t last)
{
	struct seqset outside = {0};
	uint64_t count;

	seqset_clip(seqs, first, last, &outside);
	count = seqset_count(&outside);
	seqset_release(&outside);
	return count;
}

/* "the capture of rx", "the receiver rx"; what: what became of those that it doesn't cover. */
static void reasons_of_window(struct reasons *reasons, const char *who, const char *name,
			      const struct sight *sight, const struct seqset *seqs)
{
	const struct seqset *covered = &sight->run->covered;
	uint64_t before, after, inside, holes;

	if (covered->count == 0) {
		reasons_add(reasons, "%s %.40s covers none of them", who, name);
		return;
	}
	before = covered->range[0].first > 0 ? count_outside(seqs, 0, covered->range[0].first - 1)
					     : 0;
	after = covered->range[covered->count - 1].last < UINT64_MAX
			? count_outside(seqs, covered->range[covered->count - 1].last + 1,
					UINT64_MAX)
			: 0;
	holes = seqset_count(seqs) - count_within(seqs, covered) - before - after;
	inside = count_within(seqs, covered) - count_within(seqs, &sight->covered);
	if (before > 0) {
		reasons_add(reasons, "%s %.40s began late: %" PRIu64 " were sent before it", who,
			    name, before);
		reasons_remedy(reasons, "start receivers and captures before the sender");
	}
	if (after > 0) {
		reasons_add(reasons,
			    "%s %.40s ended early: it saw neither %" PRIu64
			    " of them nor the sender's END",
			    who, name, after);
		reasons_remedy(reasons,
			       "let receivers and captures run until the sender has ended");
	}
	if (holes > 0) {
		reasons_add(reasons,
			    "%s %.40s has a gap: of %" PRIu64 " in its midst it says nothing, as "
			    "if a file of it were missing",
			    who, name, holes);
		reasons_remedy(reasons,
			       "give each file of the capture: --tap NAME=FILE, several times");
	}
	if (inside > 0) {
		reasons_add(reasons,
			    "%s %.40s doesn't list all that it missed: nothing tells of %" PRIu64,
			    who, name, inside);
		reasons_remedy(reasons,
			       "give the capture's file itself, which tells of every frame: "
			       "--tap NAME=FILE");
	}
}

static void reasons_of_trust(struct reasons *reasons, const char *name, const struct vantage *tap,
			     uint64_t count)
{
	if (tap->complete == VANTAGE_COMPLETE_NO) {
		reasons_add(reasons,
			    "the capture of %.40s dropped %" PRIu64 " frames itself: that %" PRIu64
			    " are not in it proves nothing",
			    name, tap->own_drops, count);
		reasons_remedy(
			reasons,
			"capture again with more room: ptprobe-capture --buffer, or a core of "
			"its own");
		return;
	}
	reasons_add(reasons,
		    "nobody knows whether the capture of %.40s dropped frames: that %" PRIu64
		    " are not in it proves nothing",
		    name, count);
	reasons_remedy(
		reasons,
		"--complete %.40s if tcpdump said '0 packets dropped by kernel'; or capture by "
		"ptprobe-capture -w",
		tap->name);
}

void reasons_of_tap(struct reasons *reasons, const char *name, const struct sight *tap,
		    const struct seqset *seqs)
{
	uint64_t distrusted;

	if (tap->vantage == NULL) {
		reasons_add(reasons, "no capture at %.40s", name);
		reasons_remedy(reasons,
			       "run ptprobe-recv --witness there, or ptprobe-capture beside it");
		return;
	}
	if (tap->run == NULL && count_within(seqs, &tap->covered) < seqset_count(seqs)) {
		reasons_add(
			reasons,
			"the capture of %.40s saw nothing of this run: nothing tells that it ran "
			"at that time, on that interface",
			name);
		reasons_remedy(reasons,
			       "capture on the interface by which the group is joined, from "
			       "before the sender starts until it has ended");
	}
	distrusted = tap->is_proof ? 0 : count_within(seqs, &tap->covered);
	if (distrusted > 0) {
		reasons_of_trust(reasons, name, tap->vantage, distrusted);
	}
	if (tap->run != NULL) {
		reasons_of_window(reasons, "the capture of", name, tap, seqs);
	}
}

void reasons_of_receiver(struct reasons *reasons, const char *name, const struct sight *receiver,
			 const struct seqset *seqs)
{
	if (receiver->run != NULL) {
		reasons_of_window(reasons, "the receiver", name, receiver, seqs);
		return;
	}
	if (receiver->vantage == NULL) {
		return;
	}
	reasons_add(reasons,
		    "the receiver %.40s heard nothing of this run: nothing tells that it listened "
		    "when these were sent",
		    name);
	reasons_remedy(reasons,
		       "have receivers listen from before the sender starts until it has ended, by "
		       "clocks that are synchronised (chronyc tracking)");
}

void reasons_of_sender(struct reasons *reasons, const struct join *join, const struct sight *tap,
		       const struct seqset *seqs)
{
	if (tap->vantage != NULL) {
		reasons_of_tap(reasons, "the sender", tap, seqs);
		return;
	}
	if (join->sender == NULL) {
		reasons_add(reasons,
			    "no report and no capture of the sender: nothing tells whether "
			    "they left it");
		reasons_remedy(reasons, "give the report of ptprobe-send --witness --json as well");
		return;
	}
	if (join->sender->sent.stamp_every != 1) {
		reasons_add(reasons, "the sender had not every departure stamped, and no capture: "
				     "nothing tells whether they left it");
	} else {
		reasons_add(reasons, "the sender's departure stamps are incomplete, and it had no "
				     "capture: nothing tells whether they left it");
	}
	reasons_remedy(reasons, "run ptprobe-send --witness, or ptprobe-capture beside it");
}
