/* SPDX-License-Identifier: BSD-2-Clause */
#include "recv_result.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "flows.h"
#include "procfs.h"
#include "ptp_shape.h"
#include "recv.h"
#include "recv_options.h"
#include "restarts.h"
#include "silence.h"
#include "sock_recv.h"
#include "units.h"

static void note_downtime(const struct recv *recv, int64_t mono_ns, struct report *report)
{
	const struct downtime *downtime = &recv->downtime;
	char from[UNITS_TEXT], until[UNITS_TEXT];

	units_duration_text(downtime->from_ns - recv->joined_ns, from);
	if (downtime->state == DOWNTIME_DOWN) {
		report_note(report,
			    "link_down: %s is down since %s after the start, at the end (%s) still",
			    recv->link.name, from,
			    units_duration_text(mono_ns - recv->joined_ns, until));
	} else if (downtime->state == DOWNTIME_AWAITING) {
		report_note(
			report,
			"link_down: %s was down from %s to %s after the start: no probe has come since",
			recv->link.name, from,
			units_duration_text(downtime->until_ns - recv->joined_ns, until));
	}
}

/* So that nobody takes a live network's clocks for damage. */
static void note_foreign(const struct flows_counts *counts, struct report *report)
{
	uint64_t probes = counts->other_domain;

	if (counts->foreign_ptp > probes) {
		report_note(report,
			    "%" PRIu64
			    " PTP messages of other clocks were heard beside the probes: they "
			    "are neither probes nor corrupt",
			    counts->foreign_ptp - probes);
	}
	if (probes > 0) {
		report_note(report,
			    "%" PRIu64
			    " probes of another domain than the one that --ptp names were "
			    "heard, and left out",
			    probes);
	}
}

/* How far a counter of the group's family rose while the receiver listened. */
static uint64_t rose(const struct recv *recv, const struct evidence *evidence, const char *ipv4,
		     const char *ipv6)
{
	uint64_t rise;

	if (endpoint_is_mac(&recv->options->group.first)) {
		return 0;
	}
	(void)evidence_delta(evidence, endpoint_is_ipv4(&recv->options->group.first) ? ipv4 : ipv6,
			     &rise);
	return rise;
}

static void explain_silence(const struct recv *recv, const struct evidence *evidence,
			    uint64_t own_drops, struct verdict *verdict)
{
	const struct flows_counts *counts = flows_counts(recv->flows);
	const struct group *group = &recv->options->group;
	struct silence_reasons reasons;
	char part[PROCFS_SYSCTL_PART];
	struct silence silence = {
		.group = group,
		.interface = recv->link.name,
		.interface_exists = recv->link.ifindex != 0,
		.carrier = recv->link.carrier,
		/* of frames the kernel keeps no list */
		.is_member = endpoint_is_mac(&group->first) ||
			     procfs_is_member(&group->first, recv->link.name),
		.sysctl_part = procfs_sysctl_part(recv->link.name, part),
		.multicast = rose(recv, evidence, "ipext.InMcastPkts", "ip6.InMcastPkts"),
		.ignored = rose(recv, evidence, "udp.IgnoredMulti", "udp6.IgnoredMulti"),
		.checksum = rose(recv, evidence, "udp.InCsumErrors", "udp6.InCsumErrors"),
		.reverse_path = rose(recv, evidence, "tcpext.IPReversePathFilter", ""),
		.alien = counts->alien,
		.other_version = counts->other_version,
		.corrupt = counts->corrupt,
		.unheard_ends = counts->unheard_ends,
		.own_drops = own_drops,
		.foreign_ptp = counts->foreign_ptp,
		.unvouched_syncs = counts->unvouched_syncs,
		.other_domain = counts->other_domain,
		.last_other_domain = recv->pairs.other_domain,
	};

	(void)procfs_rp_filter(recv->link.name, &silence.rp_filter);
	silence_explain(&silence, &reasons);
	for (size_t i = 0; i < reasons.count; i++) {
		verdict_reason(verdict, "%s", reasons.reason[i]);
	}
}

/* Which of the groups brought no probe: a path may swallow one whole, and pass the others. */
static void find_silent_groups(const struct recv *recv, size_t count,
			       struct circumstances *circumstances)
{
	const struct group *group = &recv->options->group;
	bool found = false;

	if (recv->options->hears_both_macs) { /* senders use the one or the other */
		return;
	}
	circumstances->groups = group->count;
	for (uint32_t i = 0; i < group->count; i++) {
		struct endpoint one = group_at(group, i);
		size_t flow = 0;

		while (flow < count && (recv->snapshot[flow].counts.unique == 0 ||
					memcmp(recv->snapshot[flow].key.group.address, one.address,
					       sizeof(one.address)) != 0)) {
			flow++;
		}
		if (flow == count) {
			circumstances->silent_groups++;
			circumstances->silent_group = found ? circumstances->silent_group : one;
			found = true;
		}
	}
}

/* Of the probes that came. */
static struct stamps_counts count_stamps(const struct recv *recv, size_t flows)
{
	struct stamps_counts counts = {0};

	for (size_t i = 0; i < flows; i++) {
		const struct flow_key *key = &recv->snapshot[i].key;
		const uint64_t *stamps = recv->snapshot[i].rx_stamps;

		/* no card stamps PTP's general messages */
		if (recv->snapshot[i].encoding == FLOW_PTP &&
		    key->group.port == PTP_SHAPE_GENERAL_PORT) {
			continue;
		}
		counts.hardware += stamps[STAMP_HARDWARE];
		counts.software += stamps[STAMP_SOFTWARE];
		counts.user += stamps[STAMP_USER];
	}
	if (recv->stamping.stamps.in_hardware || recv->stamping.stamps.want == STAMPS_HARDWARE) {
		counts.missing = counts.software + counts.user;
	} else if (recv->stamping.stamps.want != STAMPS_USER) {
		counts.missing = counts.user;
	}
	return counts;
}

void recv_result(struct recv *recv, int64_t mono_ns, struct report *ret_report,
		 struct verdict *ret_verdict)
{
	size_t count = flows_count(recv->flows);
	struct circumstances circumstances = {
		.own_drops = sock_recv_drops(recv->sock),
		.clock_steps = recv->clockwatch.steps,
		.link_downs = recv->link.downs,
		.overflow = flows_counts(recv->flows)->overflow,
		.stopped_by_us = recv->stopped_by_us,
	};
	const struct evidence *evidence;
	struct stamps_counts stamps;
	uint64_t checksum;

	for (size_t i = 0; i < count; i++) {
		flow_snapshot(flows_at(recv->flows, i), mono_ns, &recv->snapshot[i]);
	}
	find_silent_groups(recv, count, &circumstances);
	verdict_judge(&recv->options->report.limits, recv->snapshot, count, &circumstances,
		      ret_verdict);
	stamps = count_stamps(recv, count);
	recv->stamps = stamping_result(&recv->stamping, &stamps, &recv->stamping.lag);
	stamps_judge(&recv->stamps, ret_verdict);
	evidence = collector_finish(&recv->collector);
	if (count == 0) {
		explain_silence(recv, evidence, circumstances.own_drops, ret_verdict);
	}

	*ret_report = recv->report;
	ret_report->end_ns = clock_real_ns();
	ret_report->synchronised = clock_is_synchronised();
	ret_report->own_drops = circumstances.own_drops;
	ret_report->verdict = ret_verdict;
	ret_report->evidence = evidence;
	ret_report->limits_set = recv->options->report.limits.count > 0;
	ret_report->counts = flows_counts(recv->flows);
	ret_report->flows = count;
	ret_report->flow = recv->snapshot;
	ret_report->stamps = &recv->stamps;
	stamps_note(&recv->stamps, ret_report);
	note_foreign(flows_counts(recv->flows), ret_report);
	restarts_note(recv->flows, recv->joined_ns, ret_report);
	note_downtime(recv, mono_ns, ret_report);
	checksum = rose(recv, evidence, "udp.InCsumErrors", "udp6.InCsumErrors");
	if (checksum > 0 && circumstances.own_drops > 0) {
		report_note(ret_report,
			    "the kernel dropped %" PRIu64
			    " datagrams of this host for a wrong UDP checksum: "
			    "they are among own_drops",
			    checksum);
	}
}
