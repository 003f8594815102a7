/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking at the counters while time goes by: the lines, and --passive. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "clock.h"
#include "link_options.h"
#include "link_run.h"
#include "rights.h"
#include "status.h"
#include "units.h"

static double rate_bps(const struct snapshot *from, const struct snapshot *to, const char *name)
{
	int64_t ns = to->time_ns - from->time_ns;
	uint64_t bytes;

	if (ns <= 0 ||
	    counters_delta(&from->counters, &to->counters, name, &bytes) == COUNTERS_UNKNOWN) {
		return 0;
	}
	return (double)bytes * 8e9 / (double)ns;
}

/* Errors of the classes that a link test is about, so far. */
static uint64_t errors(const struct snapshot *before, const struct snapshot *now)
{
	struct moved_list moved;
	uint64_t sum = 0;

	if (moved_compare(before, now, &moved) < 0) {
		return 0;
	}
	sum = moved.sum[NIC_WIRE] + moved.sum[NIC_DUPLEX] + moved.sum[NIC_LINK];
	moved_release(&moved);
	return sum;
}

static void print_line(struct link_run *run, const struct snapshot *now, int64_t elapsed_ns,
		       const char *in, const char *out)
{
	if (run->shown_ns == 0) {
		fprintf(run->out, "%15s  %11s  %11s  %s\n", "time s", "in", "out",
			"wire, duplex and link errors so far");
	}
	fprintf(run->out, "%7.2f-%7.2f  %11s  %11s  %llu%s\n", (double)run->shown_ns / 1e9,
		(double)elapsed_ns / 1e9, in, out,
		(unsigned long long)errors(&run->near.before, now),
		now->carrier == SNAPSHOT_NO ? "  NO CARRIER" : "");
	fflush(run->out);
}

/* Where the result is for a program, or for a file, the terminal has one line that changes. */
static void print_progress(const struct link_run *run, int64_t elapsed_ns, const char *in,
			   const char *out)
{
	const struct link_options *options = run->options;
	double total_s = options->task == LINK_PASSIVE
				 ? (double)options->passive_ns / 1e9
				 : options->load.seconds + options->load.omit_s;

	fprintf(stderr, "\r%.0f of %.0f s, in %s, out %s\033[K", (double)elapsed_ns / 1e9, total_s,
		in, out);
}

void link_line(void *context, int64_t elapsed_ns)
{
	struct link_run *run = context;
	const struct link_options *options = run->options;
	const struct snapshot *from = run->shown_ns > 0 ? &run->shown : &run->near.before;
	char in[UNITS_TEXT], out[UNITS_TEXT], error[SNAPSHOT_TAKE_ERROR];
	bool is_text = !options->json && !options->nagios;
	struct snapshot now;

	if (options->quiet || options->interval_ns == 0 || (!is_text && !run->has_progress) ||
	    snapshot_source_take(&run->source, clock_real_ns(), &now, error) < 0) {
		return; /* at the end it is said */
	}
	units_rate_text(rate_bps(from, &now, "link.rx_bytes"), in);
	units_rate_text(rate_bps(from, &now, "link.tx_bytes"), out);
	if (is_text) {
		print_line(run, &now, elapsed_ns, in, out);
	}
	if (run->has_progress) {
		print_progress(run, elapsed_ns, in, out);
	}
	if (run->shown_ns > 0) {
		snapshot_release(&run->shown);
	}
	run->shown = now;
	run->shown_ns = elapsed_ns;
}

void link_end_progress(const struct link_run *run)
{
	if (run->has_progress && run->shown_ns > 0) {
		fputs("\r\033[K", stderr);
	}
}

/* Until then, or until a signal comes. */
static void rest(const struct link_run *run, int64_t until_ns)
{
	struct pollfd fd = {.fd = run->signal_fd, .events = POLLIN};
	int64_t left_ns = until_ns - clock_mono_ns();
	struct timespec left = {.tv_sec = left_ns / 1000000000, .tv_nsec = left_ns % 1000000000};

	if (left_ns > 0) {
		(void)ppoll(&fd, 1, &left, NULL);
	}
}

int link_passive(struct link_run *run)
{
	const struct link_options *options = run->options;
	int64_t step_ns = options->interval_ns > 0 ? options->interval_ns : options->passive_ns;
	int64_t began_ns, end_ns, next_ns;
	char text[UNITS_TEXT];
	int status = link_give_up_rights(run, RIGHTS_COUNTERS);

	if (status == STATUS_PASS) {
		status = link_look(run, &run->near.before);
		run->near.has_before = status == STATUS_PASS;
	}
	began_ns = clock_mono_ns();
	end_ns = began_ns + options->passive_ns;
	next_ns = began_ns + step_ns;
	while (status == STATUS_PASS && clock_mono_ns() < end_ns && !link_is_told_to_stop(run)) {
		rest(run, next_ns < end_ns ? next_ns : end_ns);
		if (clock_mono_ns() >= next_ns) {
			link_line(run, clock_mono_ns() - began_ns);
			next_ns += step_ns;
		}
	}
	if (status == STATUS_PASS) {
		link_look_again(run);
	}
	if (status == STATUS_PASS && run->signalled) {
		report_note(&run->report, "a signal ended it before its time, %s",
			    units_duration_text(options->passive_ns, text));
	}
	snprintf(run->far.why, sizeof(run->far.why), "nothing was asked of it");
	return status == STATUS_PASS ? link_conclude(run) : status;
}
