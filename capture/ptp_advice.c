/* SPDX-License-Identifier: BSD-2-Clause */
/* What to do next about what happened to the PTP traffic. */
#include "ptp_report.h"
#include "report.h"

static const char *const advice[HEALTH_EVENT_KINDS] = {
	[HEALTH_TWO_MASTERS] =
		"two masters in one domain: look up both ports' addresses above; one of them doesn't "
		"hear the other's Announces (multicast filtered, another VLAN or TTL), or doesn't "
		"obey the best master algorithm: compare their priorities and their domain",
	[HEALTH_ANNOUNCE_TIMEOUT] =
		"an Announce timed out: see whether that master still runs and its link is up; if it "
		"does, capture one hop nearer to it: snooping without a querier drops a group after "
		"about 260 s, and storm control or a policer drops parts of it",
	[HEALTH_SYNC_TIMEOUT] =
		"Syncs stopped: if Announces go on, the event path is broken: port 319 filtered, a "
		"transparent clock that doesn't forward, or a master that has lost its time stamps "
		"(its log tells: 'timed out while polling for tx timestamp')",
	[HEALTH_MISSING_FOLLOW_UP] =
		"Follow_Ups are missing: port 320 is filtered or policed apart from 319, or the master "
		"gets no transmit time stamps: read its log, then capture at the master's own port",
	[HEALTH_UNANSWERED_DELAY_REQ] =
		"delay requests go unanswered: does the master hear them? capture at its port; look "
		"for a filter on port 319 upstream, for another delay mechanism (E2E against P2P), "
		"and for a domain that differs",
	[HEALTH_MULTIPLE_DELAY_RESP] =
		"a request was answered more than once: a second master answers, or the path "
		"duplicates frames: compare the answers' source ports",
	[HEALTH_GRANDMASTER_CHANGE] =
		"the grandmaster changed: was it meant to? compare clockClass and priorities of both; "
		"the former one may have lost GNSS, its link or its power",
	[HEALTH_CLOCK_CLASS_CHANGE] =
		"a clockClass changed: 6 is locked, 7 holdover within specification, 52 and 187 out "
		"of it, 248 free running: look at the grandmaster's reference",
	[HEALTH_STEPS_REMOVED_CHANGE] =
		"stepsRemoved changed: the path between grandmaster and here was rerouted: look for a "
		"ring that switched over, or a boundary clock that came or went",
	[HEALTH_UTC_FLAG_CHANGE] =
		"UTC offset or time flags changed: before a leap second they do; else the grandmaster "
		"lost its reference or was configured anew",
	[HEALTH_ONE_TWO_STEP_MIXED] =
		"one port sends one-step and two-step Syncs: look for two devices with one identity, "
		"and for a transparent clock on a part of the path that turns one into the other",
	[HEALTH_PROFILE_VIOLATION] =
		"a profile was broken: compare the device's configuration with the rules above; TTL, "
		"DSCP, VLAN and PCP may have been rewritten on the way: capture at the sender",
};

/* What stops the clocks comes first. */
static const enum health_event_kind order[] = {
	HEALTH_TWO_MASTERS,        HEALTH_ANNOUNCE_TIMEOUT,     HEALTH_SYNC_TIMEOUT,
	HEALTH_MISSING_FOLLOW_UP,  HEALTH_UNANSWERED_DELAY_REQ, HEALTH_MULTIPLE_DELAY_RESP,
	HEALTH_GRANDMASTER_CHANGE, HEALTH_CLOCK_CLASS_CHANGE,   HEALTH_STEPS_REMOVED_CHANGE,
	HEALTH_UTC_FLAG_CHANGE,    HEALTH_ONE_TWO_STEP_MIXED,   HEALTH_PROFILE_VIOLATION,
};
_Static_assert(sizeof(order) / sizeof(*order) == HEALTH_EVENT_KINDS, "an advice for each kind");

static bool has_impossible(const struct ptp_findings *result)
{
	for (size_t i = 0; i < result->series; i++) {
		if (result->timing[i].rejected > 0) {
			return true;
		}
	}
	return false;
}

/* What is told of streams, and is no event. */
static void advise_of_streams(const struct ptp_findings *result, FILE *out)
{
	bool is_changed = false, is_slow = false;

	for (size_t i = 0; i < result->ports; i++) {
		for (size_t s = 0; s < result->port[i].streams; s++) {
			is_changed |= result->port[i].stream[s].correction_changes > 0;
			is_slow |= ptp_findings_is_slow(&result->port[i].stream[s]);
		}
	}
	if (is_changed) {
		fputs("next: a correctionField changed for good: a transparent clock came or went, or "
		      "no longer corrects: look for a ring that switched over, and for a switch "
		      "that was replaced, restarted or configured anew\n",
		      out);
	}
	if (is_slow) {
		fputs("next: messages come more seldom than their port promises, though none is lost: "
		      "compare its configured intervals with what it sends; is it overloaded?\n",
		      out);
	}
}

static bool has_twin(const struct ptp_findings *result)
{
	for (size_t i = 0; i < result->ports; i++) {
		for (size_t s = 0; s < result->port[i].streams; s++) {
			if (ptp_findings_has_twin(&result->port[i].stream[s])) {
				return true;
			}
		}
	}
	return false;
}

/* A single timeout that ended calls for nothing. */
static bool is_over(const struct ptp_findings *result, enum health_event_kind kind)
{
	if ((kind != HEALTH_ANNOUNCE_TIMEOUT && kind != HEALTH_SYNC_TIMEOUT) ||
	    result->counts->events[kind] > 1) {
		return false;
	}
	for (size_t i = 0; i < result->events; i++) {
		if (result->event[i]->kind == kind) {
			return result->event[i]->until_ns > result->event[i]->at_ns;
		}
	}
	return false;
}

void ptp_advice_text(const struct ptp_findings *result, FILE *out)
{
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		if (result->counts->events[order[i]] > 0 && !is_over(result, order[i])) {
			fprintf(out, "next: %s\n", advice[order[i]]);
		}
	}
	advise_of_streams(result, out);
	if (has_twin(result)) {
		fputs("next: one identity counts in two sequences: look for a second device with "
		      "the same clockIdentity, such as a clone of a machine or a copied "
		      "configuration: its messages come from another address\n",
		      out);
	}
	if (ptp_findings_lost(result) > result->own_drops) {
		fputs("next: messages were lost: run this one hop nearer to their sender, and read "
		      "the drop counters of the ports between\n",
		      out);
	}
	if (has_impossible(result)) {
		fputs("next: a Sync told a time or a correction that can't be: compare its "
		      "correctionField on both sides of each transparent clock; one that was never "
		      "set, or restarted, adds its own time; so do two clocks with one identity\n",
		      out);
	}
	if (result->counts->messages == 0) {
		fputs("next: check that the interface, the VLAN and --domain are those of the PTP "
		      "traffic; behind a switch that snoops, don't use --no-join; unicast PTP "
		      "passes only where its hosts or a mirror port are\n",
		      out);
	}
	if (result->own_drops > 0) {
		fputs("next: give the tap a larger buffer (--buffer) and a core of its own (-A), and "
		      "run it again\n",
		      out);
	}
}
