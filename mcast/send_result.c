/* SPDX-License-Identifier: BSD-2-Clause */
#include "send_result.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "departures.h"
#include "report.h"
#include "send_options.h"
#include "units.h"
#include "verdict.h"

/* A backlog of so long is told. */
#define SLIP_TOLD_NS 100000000

void send_errors_add(struct send_errors *errors, int number)
{
	uint32_t i = 0;

	while (i < errors->count && errors->error[i].number != number) {
		i++;
	}
	if (i == SEND_ERRORS) {
		i--;
	} else if (i == errors->count) {
		errors->error[errors->count++].number = number;
	}
	errors->error[i].times++;
}

void send_refusals_add(struct send_refusals *refusals, int number, uint64_t seq)
{
	struct send_refusal *refusal;
	uint32_t i = 0;

	while (i < refusals->count && refusals->refusal[i].number != number) {
		i++;
	}
	if (i == SEND_REFUSALS) {
		i--;
	} else if (i == refusals->count) {
		refusals->refusal[refusals->count++].number = number;
	}
	refusal = &refusals->refusal[i];
	refusal->refused++;
	/* several groups have the same seq, one after the other; it is listed once */
	if (refusal->seqs.count == 0 || refusal->seqs.range[refusal->seqs.count - 1].last < seq) {
		ranges_add(&refusal->seqs, seq, seq);
	}
}

/* strerrorname_np is younger than the systems we build on */
const char *send_error_name(int number, char text[static SEND_ERROR_NAME])
{
	static const struct {
		int number;
		const char *name;
	} known[] = {
		{EAGAIN, "EAGAIN"},
		{ENOBUFS, "ENOBUFS"},
		{ENOMEM, "ENOMEM"},
		{ENETDOWN, "ENETDOWN"},
		{ENETUNREACH, "ENETUNREACH"},
		{EHOSTUNREACH, "EHOSTUNREACH"},
		{ENODEV, "ENODEV"},
		{ENXIO, "ENXIO"},
		{EPERM, "EPERM"},
		{EACCES, "EACCES"},
		{EMSGSIZE, "EMSGSIZE"},
		{EINVAL, "EINVAL"},
		{EIO, "EIO"},
		{EADDRNOTAVAIL, "EADDRNOTAVAIL"},
		{ECONNREFUSED, "ECONNREFUSED"},
		{EDESTADDRREQ, "EDESTADDRREQ"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].number == number) {
			return known[i].name;
		}
	}
	snprintf(text, SEND_ERROR_NAME, "errno_%d", number);
	return text;
}

bool send_result_device_stamps(const struct send_result *result)
{
	return result->device_stamps || result->departures->counts.stamped > 0;
}

uint64_t send_result_drops(const struct send_result *result)
{
	uint64_t dropped = send_result_device_stamps(result)
				   ? result->departures->counts.sched_without_snd
				   : 0;

	return result->counts.failed + result->general.failed + dropped;
}

double send_result_stamp_share(const struct send_result *result)
{
	return result->counts.sent > 0
		       ? (double)result->departures->counts.stamped / (double)result->counts.sent
		       : 0;
}

bool send_result_deviation_ppm(const struct send_result *result, double *ret_ppm)
{
	if (result->scheduled_ns <= 0 || result->elapsed_ns <= 0) {
		return false;
	}
	*ret_ppm = 1e6 * (double)(result->scheduled_ns - result->elapsed_ns) /
		   (double)result->elapsed_ns;
	return true;
}

double send_result_pps(const struct send_result *result)
{
	const struct pacing_plan *plan = &result->options->plan;
	uint64_t used = result->counts.sent + result->counts.failed;
	double ppm;

	if (result->elapsed_ns <= 0 || result->counts.sent < 2) {
		return 0;
	}
	/* a span of whole bursts is known only by the schedule; n departures span n - 1 periods */
	if ((plan->pattern == PACING_PERIODIC || plan->pattern == PACING_BURST) &&
	    send_result_deviation_ppm(result, &ppm)) {
		return pacing_rate_pps(plan) * (1 + ppm / 1e6) * (double)result->counts.sent /
		       (double)used;
	}
	return 1e9 * (double)(result->counts.sent - 1) / (double)result->elapsed_ns;
}

void send_result_note(const struct send_result *result, struct report *report)
{
	const struct departures_counts *stamps = &result->departures->counts;
	char slip[UNITS_TEXT];

	if (result->options->offload) {
		report_note(report,
			    "offload: stamps are per burst, and none is taken of departures");
	} else if (stamps->requested > 0 && !send_result_device_stamps(result)) {
		report_note(report,
			    "the device gives no software departure stamps: receivers measure "
			    "delay from before the send call");
	}
	if (result->general.without_stamp > 0) {
		report_note(report,
			    "%" PRIu64 " of %" PRIu64
			    " Follow_Ups bear no departure, whose stamp hadn't come within 10 ms: "
			    "receivers measure the delay of their Syncs from before the send call",
			    result->general.without_stamp, result->general.sent);
	}
	if (result->fragments > 1) {
		report_note(report,
			    "each probe leaves in %" PRIu32 " fragments (MTU %" PRIu32
			    "): the loss of one is the loss of the probe",
			    result->fragments, result->mtu_bytes);
	}
	if (result->options->pcp >= 0) {
		report_note(
			report,
			"pcp %d is the socket's priority: a VLAN interface turns it into a PCP by "
			"its egress-qos-map",
			result->options->pcp);
	}
	if (result->max_slip_ns > SLIP_TOLD_NS) {
		report_note(
			report,
			"the sender fell %s behind its schedule, and sent what was late in one burst",
			units_duration_text(result->max_slip_ns, slip));
	}
	if (result->counts.failed > 0) {
		report_note(report,
			    "the %" PRIu64
			    " probes that failed used their sequence numbers: receivers "
			    "count them lost, yet they never left this host",
			    result->counts.failed);
	}
	if (result->clock_steps > 0) {
		report_note(report,
			    "the wall clock was stepped %" PRIu64
			    " times: delays and pacing errors of those moments are wrong",
			    result->clock_steps);
	}
}

void send_result_judge(const struct send_result *result, struct verdict *ret_verdict)
{
	char name[SEND_ERROR_NAME];
	const char *cause = result->errors.count > 0
				    ? send_error_name(result->errors.error[0].number, name)
				    : "";

	*ret_verdict = (struct verdict){.result = VERDICT_PASS};
	if (result->counts.sent == 0) {
		verdict_reason(ret_verdict, "no probe was sent%s%s", *cause ? ": " : "", cause);
	} else if (result->counts.failed > 0) {
		verdict_reason(ret_verdict,
			       "%" PRIu64 " of %" PRIu64 " probes could not be sent (%s): dropped "
			       "inside the sender",
			       result->counts.failed, result->counts.sent + result->counts.failed,
			       cause);
	}
	if (result->general.failed > 0) {
		verdict_reason(ret_verdict,
			       "%" PRIu64 " Follow_Ups could not be sent (%s): dropped inside the "
			       "sender",
			       result->general.failed, *cause ? cause : "no room in time");
	}
	if (send_result_device_stamps(result) && result->departures->counts.sched_without_snd > 0) {
		verdict_reason(ret_verdict,
			       "%" PRIu64
			       " probes were queued and never reached the device: dropped "
			       "inside the sender, see 'tc -s qdisc'",
			       result->departures->counts.sched_without_snd);
	}
	if (result->missed > 0) {
		verdict_reason(ret_verdict, "%" PRIu64 " slots were missed: %s, lower -r",
			       result->missed, *cause ? cause : "this host can't keep the rate");
	}
	if (ret_verdict->count > 0) {
		ret_verdict->result = VERDICT_INCONCLUSIVE;
	}
}
