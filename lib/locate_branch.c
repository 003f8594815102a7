/* SPDX-License-Identifier: BSD-2-Clause */
/* Which segment of a branch each probe may have been lost in. */
#include <inttypes.h>

#include "locate_parts.h"

/* One run on one branch. */
struct view {
	struct join *join;
	const struct run_sets *sets;
	const struct locate_branch *branch;
	const char *name; /* of the branch, for people */
	struct part part; /* whose run and branch every part here has */
	struct sight receiver, tap;
	struct seqset absent; /* from the tap, for certain */
	struct seqset delivered, left;
	uint64_t unlisted, doubtful; /* of those in delivered: see struct vantage_run */
};

/* Takes away from delivered what can't have come, which is some of those that aren't certain. */
static void refute(struct view *view, const struct seqset *seqs)
{
	uint64_t before = seqset_count(&view->delivered), gone, more;

	seqset_subtract(&view->delivered, seqs, &view->delivered);
	gone = before - seqset_count(&view->delivered);
	more = gone < view->unlisted ? gone : view->unlisted;
	view->unlisted -= more;
	gone -= more;
	view->doubtful -= gone < view->doubtful ? gone : view->doubtful;
}

/* What the end of the branch saw: the application, or a tap without one. */
static void find_delivered(struct view *view)
{
	const struct locate_run *run = &view->join->result->run[view->sets->run];
	const struct vantage_run *seen = view->receiver.run;

	seqset_intersect(view->branch->receiver != NULL ? &view->receiver.seen : &view->tap.seen,
			 &run->seqs, &view->delivered);
	if (view->branch->receiver != NULL && seen != NULL) {
		view->unlisted = seen->unlisted;
		view->doubtful = seen->doubtful;
	}
	refute(view, &view->sets->gone);
	if (view->unlisted + view->doubtful > 0) {
		refute(view, &view->absent);
	}
	seqset_subtract(&run->seqs, &view->delivered, &view->left);
	seqset_subtract(&view->left, &view->sets->gone, &view->left);
}

static void add_delivered(struct view *view)
{
	struct locate_row row = {
		.run = view->part.run,
		.branch = view->part.branch,
		.place = PLACE_DELIVERED,
		.confidence = LOCATE_CERTAIN,
	};
	uint64_t count = seqset_count(&view->delivered), unseen = view->unlisted + view->doubtful;
	struct seqset seqs = {0};

	/* a hostile report may say more than it has */
	view->unlisted = view->unlisted < count ? view->unlisted : count;
	view->doubtful =
		view->doubtful < count - view->unlisted ? view->doubtful : count - view->unlisted;
	unseen = view->unlisted + view->doubtful;
	row.count = count - unseen;
	if (view->branch->receiver != NULL) {
		row_add_evidence(&row, "received by the application at %.40s", view->name);
	} else {
		row.confidence = LOCATE_HIGH;
		row_add_evidence(
			&row,
			"in the capture of %.40s; no receiver's report tells what became of "
			"them behind it",
			view->name);
	}
	if (unseen == 0) {
		seqset_copy(&view->delivered, &seqs);
	}
	(void)join_add_row(view->join, &row, &seqs);
}

/* Takes seqs, and unlisted more, as a part of that fate. */
static void add_part(struct view *view, enum fate fate, const struct reasons *reasons,
		     struct seqset *seqs, uint64_t unlisted)
{
	struct part part = view->part;

	part.fate = fate;
	part.unlisted = unlisted;
	if (reasons != NULL) {
		part.reasons = *reasons;
	}
	(void)join_add_part(view->join, &part, seqs);
}

static void add_blind(struct view *view, unsigned int segments, const struct reasons *reasons,
		      struct seqset *seqs)
{
	struct part part = view->part;

	part.reasons = *reasons;
	join_add_undetermined(view->join, &part, segments, seqs, 0);
}

/* Some of what is left: those that the receiver would have heard are a part of that fate; of the
 * others nobody can tell. */
static void add_heard(struct view *view, enum fate fate, unsigned int segments,
		      const struct reasons *reasons, struct seqset *seqs)
{
	struct seqset heard = {0}, blind = {0};
	struct reasons both = {0};

	seqset_intersect(seqs, &view->receiver.covered, &heard);
	seqset_subtract(seqs, &view->receiver.covered, &blind);
	seqset_release(seqs);
	add_part(view, fate, reasons, &heard, 0);
	reasons_of_receiver(&both, view->name, &view->receiver, &blind);
	for (size_t i = 0; i < reasons->count; i++) {
		reasons_add(&both, "%s", reasons->text[i]);
	}
	reasons_remedy(&both, "%s", reasons->remedy);
	add_blind(view, segments, &both, &blind);
}

static bool is_no_member(const struct view *view, bool *ret_joined_others)
{
	const struct vantage *receiver = view->branch->receiver;
	const struct locate_run *run = &view->join->result->run[view->sets->run];
	const struct evidence_settings *settings;

	if (receiver == NULL || !receiver->has_evidence || view->delivered.count > 0 ||
	    (view->receiver.run != NULL && view->receiver.run->corrupt > 0)) {
		return false;
	}
	settings = &receiver->evidence.settings;
	*ret_joined_others =
		view->receiver.run == NULL && vantage_has_run_id(receiver, run->key.run_id);
	return settings->members_known == EVIDENCE_YES &&
	       !igmp_groups_has(&settings->member, &run->key.group);
}

/* Without the membership nothing need have come as far as the host. */
static bool add_no_member(struct view *view)
{
	const struct locate_run *run = &view->join->result->run[view->sets->run];
	struct locate_row row = {
		.run = view->part.run,
		.branch = view->part.branch,
		.place = PLACE_RECEIVER_MEMBERSHIP,
		.confidence = LOCATE_HIGH,
	};
	char group[ENDPOINT_ADDRESS_TEXT];
	bool joined_others = false;
	struct seqset untold = {0};

	if (!is_no_member(view, &joined_others)) {
		return false;
	}
	if (joined_others) {
		row.confidence = LOCATE_CERTAIN;
		row_add_evidence(&row, "the receiver %.40s heard other groups of this run",
				 view->name);
	}
	row_add_evidence(&row, "%s is not among the groups that %.40s had joined",
			 endpoint_address_text(&run->key.group, group), view->name);
	seqset_subtract(&view->left, &view->receiver.covered, &untold);
	if (!seqset_is_empty(&untold)) {
		row.confidence = joined_others ? LOCATE_MEDIUM : LOCATE_LOW;
		row_add_evidence(
			&row, "nothing tells that it listened when %" PRIu64 " of them were sent",
			seqset_count(&untold));
	}
	join_check(view->join, &untold);
	seqset_release(&untold);
	row.count = seqset_count(&view->left);
	(void)join_add_row(view->join, &row, &view->left);
	return true;
}

/* Why the branch's capture doesn't tell. */
static void reasons_of_branch_tap(const struct view *view, struct reasons *reasons,
				  const struct seqset *seqs)
{
	if (view->branch->tap != NULL && view->tap.vantage == NULL) {
		reasons_add(reasons,
			    "the capture of %.40s saw this run leave, as the sender is on that "
			    "host: nothing tells what came back to it",
			    view->name);
		reasons_remedy(reasons, "receive on another host than the sender's");
		return;
	}
	reasons_of_tap(reasons, view->name, &view->tap, seqs);
}

/* Those known to have left the sender. */
static void split_passed(struct view *view, struct seqset *passed)
{
	bool has_receiver = view->branch->receiver != NULL;
	struct reasons reasons = {0}, none = {0};
	struct seqset seqs = {0};

	seqset_intersect(passed, &view->absent, &seqs);
	seqset_subtract(passed, &seqs, passed);
	add_part(view, FATE_PATH, NULL, &seqs, 0);

	seqset_intersect(passed, &view->tap.seen, &seqs);
	seqset_subtract(passed, &seqs, passed);
	add_heard(view, FATE_HOST, LOCATE_HOST, &none, &seqs);

	if (!has_receiver && view->branch->tap == NULL) {
		reasons_add(&reasons, "left the sender's host; no receiver's report or capture");
		reasons_remedy(&reasons,
			       "give the report of ptprobe-recv --witness --json as well");
	} else {
		reasons_of_branch_tap(view, &reasons, passed);
	}
	if (has_receiver) {
		add_heard(view, FATE_PATH_HOST, LOCATE_PATH | LOCATE_HOST, &reasons, passed);
	} else {
		add_blind(view, LOCATE_PATH | (view->branch->tap == NULL ? LOCATE_HOST : 0),
			  &reasons, passed);
	}
}

/* Those of which the sender's side doesn't tell. */
static void split_untold(struct view *view, struct seqset *untold)
{
	bool has_receiver = view->branch->receiver != NULL;
	struct reasons reasons = {0};
	struct seqset seqs = {0};

	if (seqset_is_empty(untold)) {
		return;
	}
	seqset_intersect(untold, &view->absent, &seqs);
	seqset_subtract(untold, &seqs, untold);
	reasons_of_sender(&reasons, view->join, &view->sets->sender_tap, &seqs);
	add_part(view, FATE_SENDER_PATH, &reasons, &seqs, 0);

	reasons = (struct reasons){0};
	reasons_of_sender(&reasons, view->join, &view->sets->sender_tap, untold);
	if (has_receiver || view->branch->tap != NULL) {
		reasons_of_branch_tap(view, &reasons, untold);
	}
	if (has_receiver) {
		add_heard(view, FATE_ANYWHERE, LOCATE_SENDER | LOCATE_PATH | LOCATE_HOST, &reasons,
			  untold);
	} else {
		add_blind(view,
			  LOCATE_SENDER | LOCATE_PATH |
				  (view->branch->tap == NULL ? LOCATE_HOST : 0),
			  &reasons, untold);
	}
}

/* Those that the receiver lost, or may have, without saying which. */
static void add_unlisted(struct view *view)
{
	struct seqset open = {0}, rest = {0}, nothing = {0};
	struct reasons reasons = {0};
	struct part part = view->part;
	enum fate fate = FATE_ANYWHERE;
	const struct vantage_run *run = view->receiver.run;

	if (view->unlisted + view->doubtful == 0) {
		return;
	}
	/* the seqs among which they are */
	seqset_copy(&view->delivered, &open);
	if (!run->nothing_certain) {
		seqset_clip(&open, run->certain_last + 1, UINT64_MAX, &open);
	}
	seqset_subtract(&open, &view->tap.seen, &rest);
	if (seqset_is_empty(&rest)) {
		fate = FATE_HOST;
	} else {
		seqset_subtract(&rest, &view->sets->passed, &rest);
		fate = seqset_is_empty(&rest) ? FATE_PATH_HOST : FATE_ANYWHERE;
	}
	reasons_add(&reasons, "the receiver %.40s doesn't list all that it missed", view->name);
	if (fate != FATE_HOST) {
		reasons_of_branch_tap(view, &reasons, &rest);
	}
	add_part(view, fate, &reasons, &nothing, view->unlisted);

	part.reasons = (struct reasons){0};
	reasons_add(&part.reasons,
		    "the receiver %.40s ended while they could still have come, or took them for a "
		    "jump of the sender",
		    view->name);
	join_add_undetermined(view->join, &part,
			      fate == FATE_HOST ? LOCATE_HOST
						: LOCATE_SENDER | LOCATE_PATH | LOCATE_HOST,
			      &nothing, view->doubtful);
	seqset_release(&open);
	seqset_release(&rest);
}

void join_find_branch_fates(struct join *join, const struct run_sets *sets, int branch)
{
	struct view view = {
		.join = join,
		.sets = sets,
		.branch = &join->result->branch[branch],
		.part = {.run = sets->run, .branch = branch},
	};
	const struct locate_run *run = &join->result->run[sets->run];
	const struct vantage *tap = view.branch->tap;
	struct seqset passed = {0}, untold = {0};

	view.name = view.branch->name[0] != '\0' ? view.branch->name : "the receiver";
	if (tap != NULL &&
	    vantage_side_of(tap, vantage_find(tap, &run->key)) == VANTAGE_SIDE_SENDER) {
		tap = NULL;
	}
	sight_of_receiver(join, view.branch->receiver, tap, run, &view.receiver);
	sight_of_tap(join, tap, run, &view.receiver, &view.tap);
	if (view.tap.is_proof) {
		seqset_subtract(&view.tap.covered, &view.tap.seen, &view.absent);
	}
	find_delivered(&view);
	if (!add_no_member(&view)) {
		add_delivered(&view);
		seqset_intersect(&view.left, &sets->passed, &passed);
		seqset_subtract(&view.left, &sets->passed, &untold);
		join_check(join, &passed);
		join_check(join, &untold);
		split_passed(&view, &passed);
		split_untold(&view, &untold);
		add_unlisted(&view);
	}
	join_check(join, &view.delivered);
	join_check(join, &view.absent);
	seqset_release(&passed);
	seqset_release(&untold);
	sight_release(&view.receiver);
	sight_release(&view.tap);
	seqset_release(&view.absent);
	seqset_release(&view.delivered);
	seqset_release(&view.left);
}
