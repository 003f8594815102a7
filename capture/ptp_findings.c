/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_findings.h"

/* Of the advertised rate, and in so many intervals that it is no chance. */
#define SLOW_RATIO     0.9
#define SLOW_INTERVALS 10

/* Of an identity that two have, every other message is out of the sequence, or of slow ones fewer.
 */
enum { TWIN_MIN = 8, TWIN_SHARE = 16 };

uint64_t ptp_findings_events(const struct ptp_findings *result)
{
	uint64_t events = 0;

	for (int kind = 0; kind < HEALTH_EVENT_KINDS; kind++) {
		events += result->counts->events[kind];
	}
	return events;
}

uint64_t ptp_findings_lost(const struct ptp_findings *result)
{
	uint64_t lost = 0;

	for (size_t i = 0; i < result->ports; i++) {
		for (size_t s = 0; s < result->port[i].streams; s++) {
			lost += result->port[i].stream[s].lost;
		}
	}
	return lost;
}

uint64_t ptp_findings_unbooked(const struct ptp_findings *result)
{
	uint64_t unbooked = 0;

	for (size_t i = 0; i < result->ports; i++) {
		for (size_t s = 0; s < result->port[i].streams; s++) {
			unbooked += result->port[i].stream[s].unbooked;
		}
	}
	return unbooked;
}

bool ptp_findings_has_rate(const struct health_stream *stream)
{
	return stream->advertised_ns > 0 && stream->type != PTP_DELAY_REQ;
}

bool ptp_findings_has_twin(const struct health_stream *stream)
{
	return stream->outliers >= TWIN_MIN && stream->outliers >= stream->count / TWIN_SHARE;
}

bool ptp_findings_is_slow(const struct health_stream *stream)
{
	return ptp_findings_has_rate(stream) && stream->rate_intervals >= SLOW_INTERVALS &&
	       stream->rate_ratio < SLOW_RATIO;
}
