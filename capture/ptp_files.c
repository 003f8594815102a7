/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "ptp_files.h"

#include "capfile.h"
#include "ptp_options.h"
#include "ptp_run.h"
#include "status.h"
#include "units.h"

#define TICK_NS     INT64_C(50000000)
#define DISORDER_NS INT64_C(50000000)

static void note_step(struct ptp_run *run)
{
	char by[UNITS_TEXT];

	timing_split(run->timing);
	ptp_run_note(run,
		     "a frame is %s older than the one before: a clock was stepped, or the files "
		     "aren't in the order of time: timing begins anew",
		     units_duration_text(run->timeline.last_step_ns, by));
}

/* The first frame of all is when the capture began, as far as anyone knows. */
static int begin(struct ptp_run *run, const struct frame *frame, int64_t mono_ns)
{
	run->began_ns = mono_ns;
	run->last_ns = mono_ns;
	run->heard_ns = mono_ns;
	run->report.start_ns = frame->stamp_ns;
	return ptp_run_open(run, frame->stamp_ns, mono_ns);
}

/* What the file says by now that its capture dropped: what is missing may be among it. */
static void note_drops(struct ptp_run *run, const struct capfile_facts *facts, int64_t mono_ns)
{
	if (facts->dropped > run->gap_drops) {
		run->gap_drops = facts->dropped;
		health_gap(run->health, mono_ns);
	}
}

/* Behind --count or --time: whether the file is to be read on. */
static bool settle(struct ptp_run *run, const struct frame *frame, int64_t mono_ns)
{
	if (run->stage == PTP_LISTENING) {
		run->stop_ns = run->options->count > 0 && run->messages >= run->options->count
				       ? run->last_ns
				       : run->opened_ns + run->options->time_ns;
		ptp_run_stop(run);
	}
	health_tick(run->health, mono_ns);
	if (ptp_run_is_settled(run, mono_ns)) {
		run->stage = PTP_DONE;
		return false;
	}
	ptp_run_complete(run, frame, mono_ns);
	return true;
}

static bool take(void *context, const struct frame *frame, bool has_stamp,
		 const struct capfile_facts *facts)
{
	struct ptp_run *run = context;
	bool is_first = !run->timeline.started, stepped = false;
	int64_t mono_ns = has_stamp || is_first
				  ? timeline_add(&run->timeline, frame->stamp_ns, &stepped)
				  : run->timeline.last_ns;

	if (facts->resolution_ns > run->resolution_ns) {
		run->resolution_ns = facts->resolution_ns;
	}
	if (is_first && begin(run, frame, mono_ns) < 0) {
		run->stage = PTP_DONE;
		return false;
	}
	timing_coarsen(run->timing, run->resolution_ns);
	if (stepped) {
		note_step(run);
	}
	note_drops(run, facts, mono_ns);
	if (run->stage == PTP_SETTLING || ptp_run_has_enough(run, mono_ns)) {
		return settle(run, frame, mono_ns);
	}
	run->report.end_ns = frame->stamp_ns;
	ptp_run_feed(run, frame, mono_ns);
	if (mono_ns >= run->tick_ns) {
		run->tick_ns = mono_ns + TICK_NS;
		ptp_run_tick(run, run->last_ns - DISORDER_NS);
	}
	return true;
}

/* A file may tell that its capture went on behind its last frame. */
static void end_file(void *context, const struct capfile_facts *facts)
{
	struct ptp_run *run = context;

	if (run->health != NULL) {
		note_drops(run, facts, run->last_ns);
	}
	run->gap_drops = 0; /* of the next one */
	if (facts->end_known && facts->end_ns > run->report.end_ns && run->timeline.started &&
	    run->stage == PTP_LISTENING &&
	    facts->end_ns - run->report.end_ns < INT64_C(86400000000000)) {
		run->last_ns += facts->end_ns - run->report.end_ns;
		run->report.end_ns = facts->end_ns;
	}
}

static void note(void *context, const char *text)
{
	ptp_run_note(context, "%s", text);
}

static bool read_signals(void *context)
{
	return ptp_run_read_signals(context);
}

int ptp_files_run(struct ptp_run *run)
{
	const struct sources_user user = {
		.program = "ptprobe-ptp",
		.signal_fd = run->signal_fd,
		.context = run,
		.read_signals = read_signals,
		.take = take,
		.end = end_file,
		.note = note,
	};
	int status = sources_run(&run->sources, &user);

	if (status == STATUS_PASS && run->health == NULL &&
	    ptp_run_open(run, 0, 0) < 0) { /* no frame at all */
		status = STATUS_ENVIRONMENT;
	}
	if (run->stage == PTP_LISTENING || run->health == NULL) {
		run->stop_ns = run->last_ns;
	}
	run->stage = PTP_DONE;
	return status;
}
