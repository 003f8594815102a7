/* SPDX-License-Identifier: BSD-2-Clause */
/* Did a receiver listen to a run of which it heard nothing? Absence must be proven. */
#include <string.h>

#include "locate_parts.h"

/* How far two clocks that say they are synchronised may be apart. */
#define MARGIN_NS INT64_C(1000000000)

bool vantage_has_run_id(const struct vantage *vantage, uint64_t run_id)
{
	for (size_t i = 0; i < vantage->runs; i++) {
		if (vantage->run[i].key.run_id == run_id) {
			return true;
		}
	}
	return false;
}

static bool same_host(const struct vantage *a, const struct vantage *b)
{
	return a->host[0] != '\0' && strcmp(a->host, b->host) == 0;
}

static bool has_window(const struct vantage *vantage)
{
	return vantage->start_ns > 0 && vantage->end_ns > vantage->start_ns;
}

/* Did it listen for as long as the sender ran? The one place where clocks are compared: those of
 * one host, or such as are synchronised. */
static bool listened_meanwhile(const struct vantage *sender, const struct vantage *receiver)
{
	int64_t margin_ns = same_host(sender, receiver) ? 0 : MARGIN_NS;

	if (!has_window(sender) || !has_window(receiver) ||
	    (margin_ns > 0 && !(sender->synchronised && receiver->synchronised))) {
		return false;
	}
	return receiver->start_ns + margin_ns <= sender->start_ns &&
	       sender->end_ns + margin_ns <= receiver->end_ns;
}

/*
 * From what it heard of other groups of the run, which are served in turn: false when that is
 * nothing. One turn at each end may have been cut in two.
 */
static bool covered_by_siblings(const struct vantage *receiver, const struct locate_run *run,
				struct seqset *covered)
{
	uint64_t first = 0, until = UINT64_MAX;
	bool any = false;

	for (size_t i = 0; i < receiver->runs; i++) {
		const struct vantage_run *other = &receiver->run[i];
		const struct seqset *heard = &other->covered;
		uint64_t from, last;

		if (other->key.run_id != run->key.run_id || other->nothing_certain ||
		    heard->count == 0) {
			continue;
		}
		any = true;
		from = heard->range[0].first;
		from += from > 0 ? 1 : 0;
		first = from > first ? from : first;
		last = heard->range[heard->count - 1].last;
		until = !other->end_known && last < until ? last : until;
	}
	if (any && first < until) {
		seqset_clip(&run->seqs, first, until - 1, covered);
	}
	return any;
}

/*
 * What a capture on the same host saw pass while the receiver listened, by that host's clock. A
 * witness takes frames for some ms before the receiver does, and after: of so many as may have come
 * then, at twice the mean pace, nothing is told.
 */
static void add_covered_by_tap(const struct vantage *receiver, const struct vantage *tap,
			       const struct locate_run *run, struct seqset *covered)
{
	const struct vantage_run *seen = vantage_find(tap, &run->key);
	struct seqset meanwhile = {0};
	uint64_t head = 0, tail = 0;
	int64_t before_ns, after_ns, all_ns;
	const struct seqset *all;

	if (seen == NULL || seen->nothing_certain || seen->covered.count == 0 ||
	    seen->first_frame_ns == 0 || !has_window(receiver) ||
	    !(tap->beside == receiver || same_host(tap, receiver))) {
		return;
	}
	all = &seen->covered;
	all_ns = seen->last_frame_ns - seen->first_frame_ns;
	before_ns = receiver->start_ns - seen->first_frame_ns;
	after_ns = seen->last_frame_ns - receiver->end_ns;
	before_ns = before_ns > 0 ? before_ns : 0;
	after_ns = after_ns > 0 ? after_ns : 0;
	if (all_ns < 0 || before_ns + after_ns > all_ns / 4) {
		return;
	}
	if (before_ns > 0) {
		head = (uint64_t)(2.0 * (double)seqset_count(all) * (double)before_ns /
				  (double)all_ns) +
		       1;
	}
	if (after_ns > 0) {
		tail = (uint64_t)(2.0 * (double)seqset_count(all) * (double)after_ns /
				  (double)all_ns) +
		       1;
	}
	if (head + tail >= seqset_count(all)) {
		return;
	}
	seqset_clip(all, all->range[0].first + head, all->range[all->count - 1].last - tail,
		    &meanwhile);
	seqset_clip(&meanwhile, 0, seen->certain_last, &meanwhile);
	seqset_unite(covered, &meanwhile, covered);
	seqset_release(&meanwhile);
}

void unheard_covered(const struct join *join, const struct vantage *receiver,
		     const struct vantage *tap, const struct locate_run *run,
		     struct seqset *covered)
{
	uint64_t used;

	if (covered_by_siblings(receiver, run, covered)) {
		return;
	}
	if (join->sender != NULL && vantage_has_sent(join->sender, &run->key, &used) &&
	    listened_meanwhile(join->sender, receiver)) {
		seqset_copy(&run->seqs, covered);
	} else if (tap != NULL) {
		add_covered_by_tap(receiver, tap, run, covered);
	}
}
