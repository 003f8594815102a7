/* SPDX-License-Identifier: BSD-2-Clause */
/* What a load by iperf3 came to: its JSON read, and judged for what it doesn't say itself. */
#ifndef PTPROBE_LOAD_H
#define PTPROBE_LOAD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOAD_ERROR_TEXT = 300 };

/*
 * One direction's sums. The sender's count what it gave to its socket; an interrupted test has only
 * those of this end.
 */
struct load_way {
	bool known; /* one of the two is */
	bool sent_known, received_known;
	double sent_bps, received_bps;
	uint64_t sent_bytes, received_bytes;
	bool retransmits_known;
	uint64_t retransmits;
};

struct load {
	bool is_udp, reverse, bidirectional;
	bool is_interrupted;     /* this end was told to stop before its time */
	double seconds;          /* that it really took */
	struct load_way forward; /* from this host to the other */
	struct load_way backward;
	/* UDP, as the receiving side says; of both directions the sum, and the larger jitter */
	bool udp_known;
	double jitter_ms;
	uint64_t lost, packets, out_of_order;
	bool cpu_known;
	double cpu_local, cpu_remote; /* percent of a CPU */
	char congestion[32];
	size_t interval_count;  /* of the intervals in the JSON */
	size_t empty_intervals; /* in which a direction stood still, though the test was running */
	double longest_stall_s; /* the longest row of them */
};

/*
 * Reads the document of libiperf (3.1 to 3.18). 0; -EPROTO and error, with what to do: it has an
 * "error" member, or an empty "end", though iperf_run_client called it a success; -EINVAL and
 * error: not such a document. A test that this end was told to stop is no error: is_interrupted.
 *
 * bytes or rates that aren't finite and positive numbers are unknown. An interval shorter than 0.1
 * s, as the last one may be, is never an empty one, nor is one that was to be omitted.
 */
int load_parse(const json_t *document, struct load *ret_load, char error[static LOAD_ERROR_TEXT]);

json_t *load_json(const struct load *load);

#endif
