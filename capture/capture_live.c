/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "capture_live.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "capture_options.h"
#include "capture_write.h"
#include "clock.h"
#include "dump.h"
#include "flows.h"
#include "outlook.h"
#include "units.h"

#define MS_NS INT64_C(1000000)

enum {
	POLL_SIGNAL,
	POLL_LINK,
	POLL_LIVE,
	POLL_INPUT, /* --until-eof */
	POLLS,
};

static const int64_t tick_period_ns = 50 * MS_NS,
		     /* a block is handed over by the second timeout at the latest */
	block_ns = 3 * LIVE_TIMEOUT_MS * MS_NS, disorder_ns = 50 * MS_NS,
		     deaf_ns = 300 * MS_NS, /* a turn that took longer: it had been stopped */
	drain_quiet_ns = 4 * LIVE_TIMEOUT_MS * MS_NS, drain_limit_ns = 10000 * MS_NS;

int capture_live_open(struct capture *capture, char error[static CAPTURE_LIVE_ERROR])
{
	const struct capture_options *options = capture->options;
	struct live_config config = {
		.interface = options->interface,
		.expression = options->has_expression ? options->expression
			      : options->all          ? ""
						      : NULL,
		.snaplen = (uint32_t)options->snaplen,
		.buffer_bytes = options->buffer_bytes,
		.promiscuous = options->promiscuous,
		.incoming_only = options->incoming_only,
	};
	int err = link_open(&capture->link, options->interface, NULL, error);

	if (err == 0) {
		err = live_open(&config, &capture->live, error);
	}
	if (err < 0) {
		return err;
	}
	/* without them no stream has a side */
	(void)addresses_read(&capture->addresses);
	capture->report.interface = capture->link.name;
	capture->report.start_ns = clock_real_ns();
	capture->began_ns = clock_mono_ns();
	capture->heard_ns = capture->began_ns;
	capture->last_ns = capture->began_ns;
	return 0;
}

void capture_live_say(const struct capture *capture)
{
	if (!capture->options->report.quiet) {
		fprintf(stderr, "ptprobe-capture: capturing on %s\n", capture->link.name);
	}
}

static void take(void *context, const struct frame *frame)
{
	struct capture *capture = context;
	int64_t mono_ns = frame->stamp_ns - capture->offset_ns;

	/* the wall clock may have been stepped since the stamp */
	if (mono_ns > capture->turn_ns + disorder_ns) {
		mono_ns = capture->turn_ns + disorder_ns;
	} else if (mono_ns < capture->last_ns - disorder_ns) {
		mono_ns = capture->last_ns - disorder_ns;
	}
	if (capture->stage < CAPTURE_SETTLING && capture_has_count(capture)) {
		capture->observer.counts.frames++; /* not looked at, but of the tap's books */
		return;
	}
	capture_feed(capture, frame, mono_ns);
}

static void watch_clock(struct capture *capture)
{
	char by[UNITS_TEXT], at[UNITS_TEXT];

	capture->offset_ns = clock_offset_ns(&capture->turn_ns);
	if (clockwatch_add(&capture->clockwatch, capture->turn_ns + capture->offset_ns,
			   capture->turn_ns)) {
		flows_split_delay(capture->flows);
		capture_note(
			capture,
			"the wall clock was stepped by %s %s after the start: the delay series "
			"begins anew",
			units_duration_text(capture->clockwatch.last_step_ns, by),
			units_duration_text(capture->turn_ns - capture->began_ns, at));
	}
}

/* The tap can't be opened again: the right to do so was given up. */
static void lose(struct capture *capture, const char *why)
{
	char at[UNITS_TEXT];

	if (capture->is_gone) {
		return;
	}
	capture->is_gone = true;
	capture->stopped_by_us = true;
	capture->stage = CAPTURE_DONE;
	capture_note(capture, "%s %s after the start: the capture ends there: start it again", why,
		     units_duration_text(clock_mono_ns() - capture->began_ns, at));
}

/* What is in the buffer. */
static void read_tap(struct capture *capture)
{
	char error[LIVE_ERROR_TEXT];
	int got;

	watch_clock(capture);
	got = live_read(capture->live, take, capture, error);
	if (got < 0) {
		lose(capture, error);
	} else if (got < LIVE_READ_MAX) {
		if (capture->turn_ns - block_ns > capture->heard_ns) {
			capture->heard_ns = capture->turn_ns - block_ns;
		}
	} else if (capture->last_ns - disorder_ns > capture->heard_ns) {
		capture->heard_ns = capture->last_ns - disorder_ns;
	}
}

static void stop(struct capture *capture)
{
	if (capture->stage == CAPTURE_LISTENING) {
		capture->stopped_by_us = true;
		/* with --count it ended with the last one, whose block may have come later */
		capture->stop_ns = capture_has_count(capture) ? capture->last_ns : clock_mono_ns();
		capture->stage = CAPTURE_STOPPING;
	}
}

static void read_input(struct capture *capture)
{
	char buffer[4096];
	ssize_t got = read(STDIN_FILENO, buffer, sizeof(buffer));

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
		stop(capture);
	}
}

static void read_link(struct capture *capture)
{
	char at[UNITS_TEXT];
	uint64_t downs = capture->link.downs;
	unsigned int ifindex = capture->link.ifindex;

	link_read(&capture->link);
	if (capture->link.ifindex != ifindex) {
		lose(capture, "the interface is gone");
	} else if (capture->link.downs != downs) {
		capture_note(capture, "link_down: %s went down %s after the start",
			     capture->link.name,
			     units_duration_text(clock_mono_ns() - capture->began_ns, at));
	}
}

/* Whether the run goes on while nobody ends it. */
static void decide_listening(struct capture *capture, int64_t hearing_since_ns)
{
	const struct capture_options *options = capture->options;
	int64_t heard_ns = capture->heard_ns;
	enum outlook flows;

	if (capture_has_enough(capture, heard_ns)) {
		stop(capture);
		return;
	}
	if (flows_count(capture->flows) == 0) {
		if (options->wait_ns > 0 && heard_ns - capture->began_ns >= options->wait_ns) {
			stop(capture);
		}
		return;
	}
	if (options->until_eof) {
		return;
	}
	flows = outlook_of(capture->flows, heard_ns, hearing_since_ns, options->lost_after_ns);
	if (flows == OUTLOOK_ENDED || (flows == OUTLOOK_GONE && options->time_ns == 0)) {
		/* of a stream that begins just now there would be its first probes alone */
		flows_freeze(capture->flows, heard_ns);
		capture->stage = CAPTURE_DONE;
	}
}

static void decide(struct capture *capture, int64_t hearing_since_ns)
{
	if (capture->stage == CAPTURE_LISTENING) {
		decide_listening(capture, hearing_since_ns);
	}
	if (capture->stage == CAPTURE_STOPPING && capture->heard_ns >= capture->stop_ns) {
		capture_freeze(capture, capture->stop_ns);
		capture->stage = CAPTURE_SETTLING;
	}
	if (capture->stage == CAPTURE_SETTLING &&
	    (outlook_is_settled(capture->flows) ||
	     capture->heard_ns >= capture->stop_ns + capture->options->lost_after_ns)) {
		capture->stage = CAPTURE_DONE;
	}
}

/*
 * Lets no more in, and takes what the kernel still has for the tap, until that is all it has
 * counted, or nothing comes for a while, which a stop of this process isn't: what it never hands
 * over is this tap's own loss. The limit is for a reader of -w - that takes for ever.
 */
static void drain(struct capture *capture)
{
	struct pollfd pollfd = {.fd = live_fd(capture->live), .events = POLLIN};
	int64_t shut_ns, quiet_ns, limit_ns, turn_ns;
	uint64_t before;

	live_shut(capture->live);
	shut_ns = clock_mono_ns();
	quiet_ns = shut_ns + drain_quiet_ns;
	limit_ns = shut_ns + drain_limit_ns;
	do {
		turn_ns = clock_mono_ns();
		before = capture->counts.delivered;
		if (!capture->is_gone) {
			read_tap(capture);
		}
		live_counts(capture->live, &capture->counts);
		if (capture->counts.received <=
		    capture->counts.dropped + capture->counts.delivered) {
			capture->heard_ns = capture->is_gone ? capture->heard_ns : shut_ns;
			break;
		}
		if (capture->counts.delivered > before) {
			quiet_ns = clock_mono_ns() + drain_quiet_ns;
		}
		(void)poll(&pollfd, 1, LIVE_TIMEOUT_MS / 2);
		(void)capture_read_signals(capture);
	} while (!capture->is_gone && turn_ns < quiet_ns && turn_ns < limit_ns);
	capture_tick(capture, capture->heard_ns);
}

void capture_live_run(struct capture *capture)
{
	int64_t turn_ns = clock_mono_ns(), before_ns, hearing_since_ns = 0, wait_ns;
	struct pollfd polls[POLLS] = {
		[POLL_SIGNAL] = {.fd = capture->signal_fd, .events = POLLIN},
		[POLL_LINK] = {.fd = link_fd(&capture->link), .events = POLLIN},
		[POLL_LIVE] = {.fd = live_fd(capture->live), .events = POLLIN},
		[POLL_INPUT] = {.fd = capture->options->until_eof ? STDIN_FILENO : -1,
				.events = POLLIN},
	};

	while (capture->stage != CAPTURE_DONE) {
		before_ns = turn_ns;
		turn_ns = clock_mono_ns();
		if (turn_ns - before_ns > deaf_ns) {
			hearing_since_ns = turn_ns;
		}
		wait_ns = capture->tick_ns > turn_ns ? capture->tick_ns - turn_ns : 0;
		if (poll(polls, POLLS, (int)((wait_ns + MS_NS - 1) / MS_NS)) < 0) {
			continue;
		}
		read_tap(capture);
		if (polls[POLL_LINK].revents != 0) {
			read_link(capture);
		}
		if (polls[POLL_SIGNAL].revents != 0 && capture_read_signals(capture)) {
			stop(capture);
		}
		if (polls[POLL_INPUT].revents != 0) {
			read_input(capture);
			polls[POLL_INPUT].fd =
				capture->stage == CAPTURE_LISTENING ? STDIN_FILENO : -1;
		}
		if (turn_ns >= capture->tick_ns) {
			capture->tick_ns = turn_ns + tick_period_ns;
			live_counts(capture->live, &capture->counts);
			capture_tick(capture, capture->heard_ns);
			if (capture->dump != NULL) {
				capture_write_tick(capture, capture->heard_ns + capture->offset_ns);
			}
			if (capture->stage != CAPTURE_DONE) {
				decide(capture, hearing_since_ns);
			}
		}
	}
	drain(capture);
	capture->report.end_ns = clock_real_ns();
}
