/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "recv_loop.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "flows.h"
#include "outlook.h"
#include "recv.h"
#include "recv_options.h"
#include "recv_result.h"
#include "signals.h"
#include "sock_recv.h"
#include "units.h"

#define MS_NS INT64_C(1000000)

enum {
	BATCHES = 16, /* read from one socket before the others, and all else, get their turn */
};

static const int64_t tick_period_ns = 10 * MS_NS, idle_period_ns = 100 * MS_NS,
		     drain_limit_ns = 100 * MS_NS,
		     deaf_ns = 300 *
			       MS_NS, /* a turn that took longer: the process had been stopped */
	down_patience_ns = 60000 * MS_NS, /* for a link that is down to come back */
	silence_ns = 10000 * MS_NS;

/* A note in the report, and with -v at once. */
static __attribute__((format(printf, 2, 3))) void note(struct recv *recv, const char *format, ...)
{
	char text[REPORT_NOTE_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	report_note(&recv->report, "%s", text);
	if (recv->options->report.verbose) {
		fprintf(stderr, "ptprobe-recv: %s\n", text);
	}
}

static const char *since_start(const struct recv *recv, int64_t mono_ns, char *text)
{
	return units_duration_text(mono_ns - recv->joined_ns, text);
}

/* The sockets may have become fewer or more. */
static void poll_set(struct recv *recv)
{
	recv->poll[RECV_POLL_SIGNAL] = (struct pollfd){.fd = recv->signal_fd, .events = POLLIN};
	recv->poll[RECV_POLL_LINK] = (struct pollfd){.fd = link_fd(&recv->link), .events = POLLIN};
	for (size_t i = 0; i < sock_recv_count(recv->sock); i++) {
		recv->poll[RECV_POLL_SOCK + i] =
			(struct pollfd){.fd = sock_recv_fd(recv->sock, i), .events = POLLIN};
	}
}

static uint64_t probes(const struct recv *recv)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < flows_count(recv->flows); i++) {
		sum += flows_at(recv->flows, i)->probes;
	}
	return sum;
}

/* Datagrams that may still be read before --count is reached. */
static size_t allowance(const struct recv *recv)
{
	uint64_t so_far;

	if (recv->options->count == 0 || recv->stage != RECV_LISTENING) {
		return SOCK_RECV_BATCH;
	}
	so_far = probes(recv);
	if (so_far >= recv->options->count) {
		return 0;
	}
	return recv->options->count - so_far < SOCK_RECV_BATCH ? recv->options->count - so_far
							       : SOCK_RECV_BATCH;
}

/* Reads the clocks, and tells the flows when they have parted. */
static int64_t watch_clock(struct recv *recv, int64_t *ret_mono_ns)
{
	int64_t offset_ns = clock_offset_ns(ret_mono_ns);
	char by[UNITS_TEXT], at[UNITS_TEXT];

	if (clockwatch_add(&recv->clockwatch, *ret_mono_ns + offset_ns, *ret_mono_ns)) {
		flows_split_delay(recv->flows);
		stamping_read(&recv->stamping);
		note(recv,
		     "the wall clock was stepped by %s %s after the start: the delay series begins anew",
		     units_duration_text(recv->clockwatch.last_step_ns, by),
		     since_start(recv, *ret_mono_ns, at));
	}
	return offset_ns;
}

/* One turn through the sockets. Returns how many datagrams it read. */
static size_t read_sockets(struct recv *recv)
{
	size_t total = 0, max, got;
	int64_t mono_ns, offset_ns = watch_clock(recv, &mono_ns);
	/* in turns, so that Follow_Ups aren't far behind the Syncs that wait for them */
	int batches = recv->options->ptp.is_given ? 1 : BATCHES;

	for (size_t i = 0; i < sock_recv_count(recv->sock); i++) {
		if (recv->poll[RECV_POLL_SOCK + i].revents == 0) {
			continue;
		}
		for (int batch = 0; batch < batches; batch++) {
			max = allowance(recv);
			got = max > 0 ? sock_recv_read(recv->sock, i, max, offset_ns, recv->flows)
				      : 0;
			total += got;
			if (got == 0 || got < max) {
				break;
			}
		}
	}
	return total;
}

/* Ends the run from here: what has come is taken in, new seqs aren't, and gaps get their time. */
static void stop(struct recv *recv, int64_t now_ns)
{
	int64_t until_ns = now_ns + drain_limit_ns;

	for (size_t i = 0; i < sock_recv_count(recv->sock); i++) {
		recv->poll[RECV_POLL_SOCK + i].revents = POLLIN;
	}
	while (read_sockets(recv) > 0 && clock_mono_ns() < until_ns) {
	}
	flows_freeze(recv->flows, now_ns);
	recv->stopped_by_us = true;
	recv->settle_until_ns = now_ns + recv->options->lost_after_ns;
	recv->stage = RECV_SETTLING;
}

/* SIGUSR1 */
static void tell_so_far(void *context)
{
	struct recv *recv = context;
	struct verdict verdict;
	struct report report;

	recv_result(recv, clock_mono_ns(), &report, &verdict);
	report_text(&report, false, stderr);
}

static void read_signals(struct recv *recv, int64_t now_ns)
{
	/* one that comes while gaps settle asks for what is being done */
	if (signals_read(recv->signal_fd, &recv->signalled, tell_so_far, recv) &&
	    recv->stage == RECV_LISTENING) {
		stop(recv, now_ns);
	}
}

static void rejoin(struct recv *recv, int64_t now_ns)
{
	char error[RECV_ERROR_TEXT], at[UNITS_TEXT];
	uint64_t granted;

	if (sock_recv_rejoin(recv->sock, recv->link.ifindex, error) < 0) {
		recv->joined_ifindex = 0; /* tried again at the next tick */
		poll_set(recv);
		return;
	}
	recv->joined_ifindex = recv->link.ifindex;
	poll_set(recv);
	flows_set_joined(recv->flows, clock_mono_ns());
	note(recv, "%s was created again: joined again %s after the start", recv->link.name,
	     since_start(recv, now_ns, at));
	granted = sock_recv_rcvbuf_bytes(recv->sock);
	if (granted < recv->rcvbuf_bytes) {
		note(recv,
		     "the receive buffer is %" PRIu64 " bytes from then on, not %" PRIu64
		     ": the privilege was given up at the start: raise net.core.rmem_max",
		     granted, recv->rcvbuf_bytes);
		recv->rcvbuf_bytes = granted;
	}
}

/* Follows the link into its windows of downtime and out of them. */
static void follow_link(struct recv *recv, int64_t now_ns)
{
	bool is_recreated = recv->link.ifindex != 0 && recv->link.ifindex != recv->joined_ifindex;

	if (!recv->link.carrier || is_recreated) {
		downtime_begin(&recv->downtime, recv->flows, now_ns);
	}
	if (is_recreated) {
		rejoin(recv, now_ns);
	}
	if (recv->link.carrier && recv->joined_ifindex == recv->link.ifindex) {
		if (recv->downtime.state == DOWNTIME_DOWN) {
			recv->hearing_since_ns = now_ns;
		}
		downtime_end(&recv->downtime, recv->flows, now_ns);
	}
}

static void close_downtime(struct recv *recv)
{
	char from[UNITS_TEXT], until[UNITS_TEXT];

	if (downtime_close(&recv->downtime, recv->flows)) {
		note(recv,
		     "link_down: %s was down from %s to %s after the start: %" PRIu64
		     " probes went missing in that window",
		     recv->link.name, since_start(recv, recv->downtime.from_ns, from),
		     since_start(recv, recv->downtime.until_ns, until), recv->downtime.missing);
	}
}

/* In good time, and when an interval is over: what comes later isn't its. */
static int64_t next_tick_ns(const struct recv *recv, int64_t now_ns)
{
	int64_t tick_ns = now_ns + tick_period_ns;
	int64_t over_ns = report_output_due_ns(&recv->output, recv->flows);

	return over_ns > now_ns && over_ns < tick_ns ? over_ns : tick_ns;
}

/* Whether the run goes on. */
static void decide(struct recv *recv, int64_t now_ns)
{
	const struct recv_options *options = recv->options;
	enum outlook flows;

	if (recv->stage == RECV_SETTLING) {
		if (outlook_is_settled(recv->flows) || now_ns > recv->settle_until_ns) {
			recv->stage = RECV_DONE;
		}
		return;
	}
	if (flows_count(recv->flows) == 0) {
		if (options->wait_ns > 0 && now_ns - recv->joined_ns >= options->wait_ns) {
			recv->stage = RECV_DONE;
		}
		return;
	}
	flows = outlook_of(recv->flows, now_ns, recv->hearing_since_ns,
			   recv->options->lost_after_ns);
	if (flows == OUTLOOK_ENDED) {
		recv->stage = RECV_DONE;
	} else if (options->time_ns > 0 &&
		   now_ns - flows_at(recv->flows, 0)->first_mono_ns >= options->time_ns) {
		stop(recv, now_ns);
	} else if (flows == OUTLOOK_GONE && options->time_ns == 0 &&
		   (recv->downtime.state != DOWNTIME_DOWN ||
		    now_ns - recv->downtime.from_ns > down_patience_ns)) {
		recv->stage = RECV_DONE;
	}
}

/* Once, to who waits for a first probe: why none may have come. */
static void tell_silence(struct recv *recv, int64_t now_ns)
{
	char waited[UNITS_TEXT];
	struct verdict verdict;
	struct report report;

	recv->silence_told = true;
	recv_result(recv, now_ns, &report, &verdict);
	fprintf(stderr, "ptprobe-recv: nothing heard for %s, still listening\n",
		units_duration_text(silence_ns, waited));
	for (size_t i = 1; i < verdict.count; i++) {
		fprintf(stderr, "ptprobe-recv:   %s\n", verdict.reason[i]);
	}
}

/* Everything that had come by now_ns has been read. */
static void tick(struct recv *recv, int64_t now_ns)
{
	flows_tick(recv->flows, now_ns);
	collector_tick(&recv->collector);
	stamping_tick(&recv->stamping, clock_mono_ns());
	if (recv->link.ifindex != 0 && recv->joined_ifindex == 0) {
		follow_link(recv, now_ns);
	}
	close_downtime(recv);
	decide(recv, now_ns);
	report_output_intervals(&recv->output, recv->flows, recv->snapshot, now_ns,
				recv->stage == RECV_DONE);
	recv->tick_ns = next_tick_ns(recv, now_ns);
	if (flows_count(recv->flows) == 0 && recv->stage == RECV_LISTENING) {
		recv->tick_ns = now_ns + idle_period_ns;
		if (!recv->silence_told && !recv->options->report.quiet &&
		    now_ns - recv->joined_ns >= silence_ns) {
			tell_silence(recv, now_ns);
		}
	}
}

void recv_loop(struct recv *recv)
{
	int64_t turn_ns = clock_mono_ns(), before_ns, wait_ns;
	struct timespec timeout;

	poll_set(recv);
	while (recv->stage != RECV_DONE) {
		before_ns = turn_ns;
		turn_ns = clock_mono_ns();
		if (turn_ns - before_ns > deaf_ns) {
			recv->hearing_since_ns = turn_ns;
		}
		wait_ns = recv->tick_ns > turn_ns ? recv->tick_ns - turn_ns : 0;
		timeout = (struct timespec){.tv_nsec = wait_ns};
		if (ppoll(recv->poll, RECV_POLL_SOCK + sock_recv_count(recv->sock), &timeout,
			  NULL) < 0) {
			continue;
		}
		read_sockets(recv);
		if (recv->stage == RECV_LISTENING && allowance(recv) == 0) {
			stop(recv, turn_ns);
		}
		if (recv->poll[RECV_POLL_LINK].revents != 0) {
			link_read(&recv->link);
			follow_link(recv, clock_mono_ns());
		}
		if (recv->poll[RECV_POLL_SIGNAL].revents != 0) {
			read_signals(recv, clock_mono_ns());
		}
		/*
		 * To settle losses by a later time than this turn's start would be wrong: what
		 * would fill a gap may have come since, and lie in a socket, for seconds after a
		 * SIGSTOP.
		 */
		if (turn_ns >= recv->tick_ns || recv->stage == RECV_SETTLING) {
			tick(recv, sock_recv_heard_ns(recv->sock, turn_ns));
		}
	}
}
