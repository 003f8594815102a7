/* SPDX-License-Identifier: BSD-2-Clause */
/* The truth about one run, from all that arrived: by the definitions, with no thought of cost. */
#ifndef PTPROBE_ORACLE_H
#define PTPROBE_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "losspat.h"
#include "ranges.h"
#include "sequence.h"

struct delivery;

struct oracle {
	/* the books */
	uint64_t received, unique, lost, duplicate, reordered, late, missed_before_join;
	uint64_t first_seq, last_seq;
	bool sent_known;
	/* RFC 3357 */
	uint64_t periods, longest_period, noticeable;
	uint64_t distance_count[LOSSPAT_BUCKETS], length_count[LOSSPAT_BUCKETS];
	size_t ranges;
	struct range *range;
	int64_t longest_outage_ns;
	/* RFC 4737 */
	uint64_t max_extent, extent_sum, buffer_depth;
	int64_t max_late_ns;
	uint64_t farthest_behind; /* most seqs that one heard in time was behind the highest */
	uint64_t n_reordered[SEQUENCE_RECENT + 1]; /* [n]: at least n-reordered; [0] isn't used */
	/* delays of the unique ones in arrival order, RFC 3550 and RFC 5481 */
	size_t delays;
	int64_t *delay_ns; /* sorted in the end */
	uint64_t with_follow_up;
	int64_t jitter_x16_ns;
	uint64_t ipdv_count;
	int64_t ipdv_min_ns, ipdv_max_ns;
	double ipdv_mean_ns, abs_ipdv_mean_ns;
	int16_t ttl_min, ttl_max;
};

/*
 * What is true at end_ns of run run_id among the deliveries. joined_late: the receiver joined after
 * the run had begun. False when there is no memory, or nothing of that run was heard.
 */
bool oracle_init(struct oracle *oracle, const struct delivery *delivery, size_t count,
		 uint64_t run_id, int64_t end_ns, int64_t lost_after_ns, bool joined_late);
void oracle_release(struct oracle *oracle);

#endif
