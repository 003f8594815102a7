/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "ptp_live.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include "clock.h"
#include "frame.h"
#include "ptp_options.h"
#include "ptp_run.h"
#include "units.h"

#define MS_NS INT64_C(1000000)

enum {
	POLL_SIGNAL,
	POLL_LINK,
	POLL_LIVE,
	POLLS,
};

static const int64_t tick_period_ns = 50 * MS_NS,
		     /* a block is handed over by the second timeout at the latest */
	block_ns = 3 * LIVE_TIMEOUT_MS * MS_NS, disorder_ns = 50 * MS_NS,
		     drain_ns = 4 * LIVE_TIMEOUT_MS * MS_NS;

/* What can't be joined is an error where it was asked for by name. */
static int join(struct ptp_run *run, char error[static PTP_LIVE_ERROR])
{
	const struct ptp_options *options = run->options;
	char text[PTP_JOIN_TEXT + 16];
	int err = 0;

	if (!options->no_join) {
		err = ptp_join_open(&run->join, run->link.ifindex, run->link.name,
				    options->transports);
	}
	if (err < 0 && options->is_transport_given) {
		snprintf(error, PTP_LIVE_ERROR, "%s", run->join.failure[0]);
		return err;
	}
	for (size_t i = 0; options->report.verbose && i < run->join.joins.count; i++) {
		snprintf(text, sizeof(text), "joined %s", run->join.joins.group[i]);
		ptp_say(text);
	}
	for (size_t i = 0; i < run->join.failures; i++) {
		ptp_run_note(run, "%s", run->join.failure[i]);
	}
	return 0;
}

int ptp_live_open(struct ptp_run *run, char error[static PTP_LIVE_ERROR])
{
	const struct ptp_options *options = run->options;
	struct live_config config = {
		.interface = options->interface,
		.ptp = true,
		.snaplen = (uint32_t)options->snaplen,
		.buffer_bytes = options->buffer_bytes,
		.promiscuous = options->promiscuous,
	};
	int err = link_open(&run->link, options->interface, NULL, error);

	if (err == 0) {
		err = live_open(&config, &run->live, error);
	}
	if (err == 0) {
		err = join(run, error);
	}
	if (err < 0) {
		return err;
	}
	run->report.interface = run->link.name;
	run->report.start_ns = clock_real_ns();
	run->began_ns = clock_mono_ns();
	run->heard_ns = run->began_ns;
	run->last_ns = run->began_ns;
	return 0;
}

void ptp_live_close(struct ptp_run *run)
{
	ptp_join_close(&run->join);
	live_close(run->live);
	link_close(&run->link);
}

void ptp_live_say(const struct ptp_run *run)
{
	if (!run->options->report.quiet) {
		fprintf(stderr, "ptprobe-ptp: listening on %s\n", run->link.name);
	}
}

static void stop(struct ptp_run *run, int64_t stop_ns)
{
	if (run->stage == PTP_LISTENING) {
		run->stop_ns = stop_ns;
		run->stage = PTP_STOPPING;
	}
}

static bool has_count(const struct ptp_run *run)
{
	return run->options->count > 0 && run->messages >= run->options->count;
}

/* There is enough: with --count since the last one, whose block may have come later. */
static void end(struct ptp_run *run)
{
	stop(run, has_count(run) ? run->last_ns : run->opened_ns + run->options->time_ns);
}

static void take(void *context, const struct frame *frame)
{
	struct ptp_run *run = context;
	int64_t mono_ns = frame->stamp_ns - run->offset_ns;

	/* the wall clock may have been stepped since the stamp */
	if (mono_ns > run->turn_ns + disorder_ns) {
		mono_ns = run->turn_ns + disorder_ns;
	}
	if (ptp_run_has_enough(run, mono_ns)) {
		end(run);
	}
	if (run->stage != PTP_LISTENING && (mono_ns > run->stop_ns || has_count(run))) {
		run->frames++; /* not looked at, but of the tap's books */
		if (run->stage == PTP_STOPPING) {
			ptp_run_stop(run);
		}
		if (run->stage == PTP_SETTLING) {
			ptp_run_complete(run, frame, mono_ns);
		}
		return;
	}
	ptp_run_feed(run, frame, mono_ns);
}

static void watch_clock(struct ptp_run *run)
{
	char by[UNITS_TEXT], at[UNITS_TEXT];

	run->offset_ns = clock_offset_ns(&run->turn_ns);
	if (clockwatch_add(&run->clockwatch, run->turn_ns + run->offset_ns, run->turn_ns)) {
		timing_split(run->timing);
		ptp_run_note(run,
			     "the wall clock was stepped by %s %s after the start: timing begins "
			     "anew",
			     units_duration_text(run->clockwatch.last_step_ns, by),
			     units_duration_text(run->turn_ns - run->began_ns, at));
	}
}

/* The tap can't be opened again: the right to do so was given up. */
static void lose(struct ptp_run *run, const char *why)
{
	char at[UNITS_TEXT];

	if (run->is_gone) {
		return;
	}
	run->is_gone = true;
	run->stop_ns = run->heard_ns;
	run->stage = PTP_DONE;
	ptp_run_note(run, "%s %s after the start: the run ends there: start it again", why,
		     units_duration_text(clock_mono_ns() - run->began_ns, at));
}

/* What is in the buffer. */
static void read_tap(struct ptp_run *run)
{
	char error[LIVE_ERROR_TEXT];
	int64_t heard_ns;
	int got;

	watch_clock(run);
	got = live_read(run->live, take, run, error);
	if (got < 0) {
		lose(run, error);
		return;
	}
	heard_ns = got < LIVE_READ_MAX ? run->turn_ns - block_ns : run->last_ns - disorder_ns;
	if (heard_ns > run->heard_ns) {
		run->heard_ns = heard_ns;
	}
}

static void read_link(struct ptp_run *run)
{
	char at[UNITS_TEXT];
	uint64_t downs = run->link.downs;
	unsigned int ifindex = run->link.ifindex;

	link_read(&run->link);
	if (run->link.ifindex != ifindex) {
		lose(run, "the interface is gone");
	} else if (run->link.downs != downs) {
		ptp_run_note(run, "link_down: %s went down %s after the start", run->link.name,
			     units_duration_text(clock_mono_ns() - run->began_ns, at));
	}
}

/* What is missing while the link is down or the tap drops isn't the path's doing. */
static void watch_gaps(struct ptp_run *run, uint64_t downs_before)
{
	live_counts(run->live, &run->counts);
	if (run->counts.dropped != run->gap_drops || run->link.downs != downs_before ||
	    !run->link.carrier) {
		run->gap_drops = run->counts.dropped;
		health_gap(run->health, run->turn_ns);
	}
}

/* Whether the run goes on. */
static void decide(struct ptp_run *run)
{
	const struct ptp_options *options = run->options;

	if (ptp_run_has_enough(run, run->heard_ns)) {
		end(run);
	} else if (run->messages == 0 && options->wait_ns > 0 &&
		   run->heard_ns - run->began_ns >= options->wait_ns) {
		stop(run, run->heard_ns);
	}
	if (run->stage == PTP_STOPPING && run->heard_ns >= run->stop_ns) {
		ptp_run_stop(run);
	}
	if (run->stage == PTP_SETTLING) {
		health_tick(run->health, run->heard_ns);
		run->stage = ptp_run_is_settled(run, run->heard_ns) ? PTP_DONE : PTP_SETTLING;
	}
}

static void tick(struct ptp_run *run)
{
	if (run->stage == PTP_LISTENING || run->heard_ns < run->stop_ns) {
		ptp_run_tick(run, run->heard_ns);
	} else {
		collector_tick(&run->collector);
	}
}

/* Shuts the tap and takes in what is in its buffer, for the books. */
static void drain(struct ptp_run *run)
{
	struct pollfd pollfd = {.fd = live_fd(run->live), .events = POLLIN};
	int64_t limit_ns;

	live_shut(run->live);
	limit_ns = clock_mono_ns() + drain_ns;
	do {
		if (!run->is_gone) {
			read_tap(run);
		}
		live_counts(run->live, &run->counts);
		if (run->is_gone ||
		    run->counts.received <= run->counts.dropped + run->counts.delivered) {
			break;
		}
		(void)poll(&pollfd, 1, LIVE_TIMEOUT_MS / 2);
		(void)ptp_run_read_signals(run);
	} while (clock_mono_ns() < limit_ns);
}

void ptp_live_run(struct ptp_run *run)
{
	struct pollfd polls[POLLS] = {
		[POLL_SIGNAL] = {.fd = run->signal_fd, .events = POLLIN},
		[POLL_LINK] = {.fd = link_fd(&run->link), .events = POLLIN},
		[POLL_LIVE] = {.fd = live_fd(run->live), .events = POLLIN},
	};
	uint64_t downs = 0;
	int64_t wait_ns;

	run->turn_ns = clock_mono_ns();
	while (run->stage != PTP_DONE) {
		wait_ns = run->tick_ns > run->turn_ns ? run->tick_ns - run->turn_ns : 0;
		if (poll(polls, POLLS, (int)((wait_ns + MS_NS - 1) / MS_NS)) < 0) {
			continue;
		}
		read_tap(run);
		if (polls[POLL_LINK].revents != 0) {
			read_link(run);
		}
		if (polls[POLL_SIGNAL].revents != 0 && ptp_run_read_signals(run)) {
			stop(run, clock_mono_ns());
		}
		if (run->turn_ns >= run->tick_ns && run->stage != PTP_DONE) {
			run->tick_ns = run->turn_ns + tick_period_ns;
			watch_gaps(run, downs);
			downs = run->link.downs;
			decide(run);
			tick(run);
		}
	}
	drain(run);
	run->report.end_ns = run->is_gone ? clock_real_ns() : run->stop_ns + run->offset_ns;
}

void ptp_live_fill(struct ptp_run *run, struct report_tap *tap)
{
	live_counts(run->live, &run->counts);
	tap->live = true;
	tap->link_type = live_link_name(run->live);
	tap->snaplen = (uint32_t)run->options->snaplen;
	tap->buffer_bytes = run->options->buffer_bytes;
	tap->received_known = true;
	tap->received = run->counts.received;
	tap->dropped_known = true;
	tap->dropped = run->counts.dropped;
	/* until the end, what isn't handed over yet is no residue */
	if (run->stage == PTP_DONE && tap->received > tap->dropped + tap->frames) {
		tap->residue = tap->received - tap->dropped - tap->frames;
	}
}
