/* SPDX-License-Identifier: BSD-2-Clause */
#include "ptp_findings.h"

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
