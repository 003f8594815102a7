/* SPDX-License-Identifier: BSD-2-Clause */
/* What was found out about the PTP traffic on a path, as it is judged and printed. */
#ifndef PTPROBE_PTP_FINDINGS_H
#define PTPROBE_PTP_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "health.h"
#include "timing.h"

struct report_tap;

enum { PTP_JOINS_MAX = 16, PTP_JOIN_TEXT = 48 };

/* What was seen of PTP, and isn't in the health. */
struct ptp_passed {
	uint64_t malformed, other_version;
	uint64_t cut;       /* messages whose TLVs the capture has cut: in the health, too */
	uint64_t cut_short; /* messages whose header or body it has cut */
	uint64_t other_domain, other_transport; /* than those that were asked for */
};

struct ptp_joins {
	size_t count;
	char group[PTP_JOINS_MAX][PTP_JOIN_TEXT];
};

struct ptp_findings {
	const struct health_counts *counts;
	size_t ports;
	const struct health_port *port;
	size_t events; /* remembered: counts->events says how many there were */
	const struct health_event *const *event;
	size_t series;
	const struct timing_series *timing;
	uint64_t untimed;              /* Syncs of masters beyond TIMING_SERIES */
	bool is_file;                  /* what stamped, a file doesn't tell */
	int64_t resolution_ns;         /* of the stamps; 0: none came */
	const struct profile *profile; /* NULL: none was asked for */
	const char *mask;              /* its name; NULL: none was asked for */
	const struct ptp_joins *joins; /* NULL: nothing was to be joined */
	const struct report_tap *tap;
	struct ptp_passed passed;
	int64_t first_ns; /* of the first message, as stamped; 0: none came */
	/* what bounds the trust in it */
	uint64_t own_drops, clock_steps, link_downs;
	bool is_gone; /* the interface went away */
};

/* Events of all kinds. */
uint64_t ptp_findings_events(const struct ptp_findings *result);

/* Messages lost, over all ports and types. */
uint64_t ptp_findings_lost(const struct ptp_findings *result);

/* Messages of more sequences than are followed, over all ports and types. */
uint64_t ptp_findings_unbooked(const struct ptp_findings *result);

/* Its port advertises how often they come. Of Delay_Req a master allows a rate, which is no promise
 * of the slave. */
bool ptp_findings_has_rate(const struct health_stream *stream);

/* So many are out of its sequence that another device may have the same identity. */
bool ptp_findings_has_twin(const struct health_stream *stream);

/* They come clearly more seldom than that. */
bool ptp_findings_is_slow(const struct health_stream *stream);

#endif
