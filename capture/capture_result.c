/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture_result.h"

#include <assert.h>
#include <inttypes.h>

#include "capture.h"
#include "capture_files.h"
#include "capture_options.h"
#include "clock.h"
#include "dump.h"
#include "expression.h"
#include "flows.h"
#include "restarts.h"
#include "verdict.h"

static enum report_side side_of(const struct capture *capture, size_t index)
{
	const struct flow_key *key = &flows_at(capture->flows, index)->key;

	if (capture->live != NULL && capture->addresses.count > 0) {
		return addresses_have(&capture->addresses, &key->source) ? REPORT_SIDE_SENDER
									 : REPORT_SIDE_RECEIVER;
	}
	switch (capture->observer.flow[index].direction) {
	case FRAME_OUTGOING:
		return REPORT_SIDE_SENDER;
	case FRAME_INCOMING:
		return REPORT_SIDE_RECEIVER;
	case FRAME_UNKNOWN:
		break;
	}
	return REPORT_SIDE_UNKNOWN;
}

static void fill_flows(struct capture *capture)
{
	for (size_t i = 0; i < flows_count(capture->flows); i++) {
		const struct observer_flow *known = &capture->observer.flow[i];

		flow_snapshot(flows_at(capture->flows, i), capture->heard_ns,
			      &capture->snapshot[i]);
		capture->tap_flow[i] = (struct report_tap_flow){
			.side = side_of(capture, i),
			.frames = known->frames,
			.fragmented = known->fragmented,
			.unverified = known->unverified,
			.first_frame_ns = known->first_ns,
			.last_frame_ns = known->last_ns,
		};
	}
}

/*
 * What the device let go for want of room: those frames never came to the tap, and are no loss of
 * its own. Not rx_dropped, which counts what the stack drops behind the tap as well.
 */
static void fill_interface_dropped(const struct evidence *evidence, struct report_tap *tap)
{
	uint64_t rise;
	enum counters_change change = evidence_delta(evidence, "link.rx_missed_errors", &rise);

	tap->interface_dropped_known = change == COUNTERS_ROSE || change == COUNTERS_FLAT;
	tap->interface_dropped = rise;
}

/*
 * The books: what the kernel had for the tap was looked at, dropped, or is the residue. Every frame
 * that is handed over counts as looked at, those behind the last of --count too.
 */
static void fill_live(struct capture *capture, struct report_tap *tap)
{
	const struct live_counts *counts = &capture->counts;

	live_counts(capture->live, &capture->counts);
	assert(counts->delivered == tap->frames);

	tap->live = true;
	tap->link_type = live_link_name(capture->live);
	tap->snaplen = (uint32_t)capture->options->snaplen;
	tap->buffer_bytes = capture->options->buffer_bytes;
	tap->received_known = true;
	tap->received = counts->received;
	tap->dropped_known = true;
	tap->dropped = counts->dropped;
	/* until the end, what isn't handed over yet is no residue */
	if (capture->stage == CAPTURE_DONE) {
		assert(tap->received >= tap->dropped + tap->frames);
		tap->residue = tap->received - tap->dropped - tap->frames;
	}
}

static void fill_written(const struct capture *capture, struct report_tap *tap)
{
	const struct dump_facts *facts;

	if (capture->dump != NULL) {
		facts = dump_facts(capture->dump);
		tap->is_written = true;
		tap->written_frames = facts->frames;
		tap->written_bytes = facts->bytes;
		tap->written_files = facts->names;
		tap->written_file = facts->name;
	}
}

/* NULL: the filter meant something for every frame. */
static const struct expression_void *unmeant(const struct capture *capture)
{
	const struct expression_void *frames =
		capture->expression != NULL ? expression_void(capture->expression) : NULL;

	return frames != NULL && frames->frames > 0 ? frames : NULL;
}

static void fill_tap(struct capture *capture)
{
	const struct observer_counts *counts = &capture->observer.counts;
	struct report_tap *tap = &capture->tap;

	*tap = (struct report_tap){
		.frames = counts->frames,
		.fragmented = counts->fragmented,
		.unverified = counts->unverified,
		.offloaded = counts->offloaded,
		.unseen = counts->unseen,
		.flow = capture->tap_flow,
	};
	if (capture->live != NULL) {
		fill_live(capture, tap);
	} else {
		sources_fill(&capture->sources, tap);
	}
	fill_written(capture, tap);
	if (tap->dropped + tap->residue + tap->unseen + counts->doubtful > 0 || tap->truncated ||
	    capture->is_gone || unmeant(capture) != NULL) {
		tap->complete = REPORT_INCOMPLETE;
	} else if (tap->dropped_known && !capture->options->has_expression) {
		/* what a filter of the user's left out may have been probes */
		tap->complete = REPORT_COMPLETE;
	}
}

static void note_doubts(const struct capture *capture, struct report *report)
{
	const struct observer_counts *counts = &capture->observer.counts;

	if (counts->doubtful > 0) {
		report_note(report,
			    "%" PRIu64
			    " cut frames may be super-frames of which only the first probe is "
			    "there: capture them whole, without -s",
			    counts->doubtful);
	}
	if (capture->options->has_expression) {
		report_note(report,
			    "only frames that match the filter were looked at: what is absent may "
			    "have passed all the same");
	}
	if (!capture->tap.dropped_known && capture->tap.live == false) {
		report_note(
			report,
			"nothing in the files tells how many frames their capture dropped: what is "
			"absent may have passed all the same");
	}
}

/* What bounds the trust in a tap beside what every tool has. */
static void doubt_tap(const struct capture *capture, struct verdict *verdict)
{
	const struct report_tap *tap = &capture->tap;
	const char *interface = capture->report.interface;
	const struct expression_void *passed_over = unmeant(capture);

	if (tap->truncated) {
		verdict_reason(verdict, "a file is cut short: what came behind isn't known");
	}
	if (capture->is_gone) {
		verdict_reason(verdict, "%s is gone: what came later was not captured", interface);
	} else if (capture->live != NULL && capture->link.downs > 0) {
		verdict_reason(verdict, "the link of %s went down %" PRIu64 " time%s", interface,
			       capture->link.downs, capture->link.downs == 1 ? "" : "s");
	}
	if (capture->observer.counts.doubtful > 0) {
		verdict_reason(verdict, "cut frames may have held more probes than were seen");
	}
	if (passed_over != NULL) {
		const char *name = expression_link_name(passed_over->link_type);

		verdict_reason(verdict,
			       "%" PRIu64 " frames were not looked at: of %s (link type %u), %s",
			       passed_over->frames, name != NULL ? name : "an unknown kind",
			       (unsigned int)passed_over->link_type, passed_over->why);
	}
	if (verdict->count > 0 && verdict->result == VERDICT_PASS) {
		verdict->result = VERDICT_INCONCLUSIVE;
	}
}

void capture_result(struct capture *capture, struct report *ret_report, struct verdict *ret_verdict)
{
	const struct evidence *evidence = NULL;
	size_t count = flows_count(capture->flows);
	struct circumstances circumstances = {
		.at_tap = true,
		.clock_steps = capture->clockwatch.steps + capture->timeline.steps,
		.link_downs = capture->link.downs,
		.overflow = flows_counts(capture->flows)->overflow,
		.stopped_by_us = capture->stopped_by_us,
	};

	fill_flows(capture);
	fill_tap(capture);
	if (capture->live != NULL) {
		evidence = collector_finish(&capture->collector);
		fill_interface_dropped(evidence, &capture->tap);
	}
	circumstances.own_drops = capture->tap.dropped + capture->tap.residue + capture->tap.unseen;
	verdict_judge(&capture->options->report.limits, capture->snapshot, count, &circumstances,
		      ret_verdict);
	doubt_tap(capture, ret_verdict);
	if (count == 0) {
		verdict_reason(ret_verdict, "%" PRIu64 " frames were looked at",
			       capture->observer.counts.frames);
	}
	*ret_report = capture->report;
	if (ret_report->end_ns == 0) {
		ret_report->end_ns = clock_real_ns();
	}
	ret_report->synchronised = capture->live != NULL && clock_is_synchronised();
	ret_report->own_drops = circumstances.own_drops;
	ret_report->verdict = ret_verdict;
	ret_report->limits_set = capture->options->report.limits.count > 0;
	ret_report->counts = flows_counts(capture->flows);
	ret_report->flows = count;
	ret_report->flow = capture->snapshot;
	ret_report->tap = &capture->tap;
	ret_report->evidence = evidence;
	restarts_note(capture->flows, capture->began_ns, ret_report);
	note_doubts(capture, ret_report);
}
