/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "capture.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "capture_files.h"
#include "capture_live.h"
#include "capture_options.h"
#include "capture_result.h"
#include "capture_write.h"
#include "dump.h"
#include "flows.h"
#include "output.h"
#include "placement.h"
#include "rights.h"
#include "signals.h"
#include "status.h"
#include "verdict.h"

enum { HOST_TEXT = 256, ERROR_TEXT = 512 };

static int complain(const char *error, int status)
{
	output_say("ptprobe-capture", error);
	return status;
}

void capture_note(struct capture *capture, const char *format, ...)
{
	char text[REPORT_NOTE_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	report_note(&capture->report, "%s", text);
	if (capture->options->report.verbose) {
		(void)complain(text, 0);
	}
}

/* The interval lines that are due at mono_ns, and when the next one will be. */
static void write_intervals(struct capture *capture, int64_t mono_ns, bool is_last)
{
	report_output_intervals(&capture->output, capture->flows, capture->snapshot, mono_ns,
				is_last);
	capture->due_ns = report_output_due_ns(&capture->output, capture->flows);
}

void capture_feed(struct capture *capture, const struct frame *frame, int64_t mono_ns)
{
	bool is_first = flows_count(capture->flows) == 0, is_ours;

	if (mono_ns >= capture->due_ns) {
		write_intervals(capture, mono_ns, false);
	}
	is_ours = observer_add(&capture->observer, frame, mono_ns);
	if (is_first && flows_count(capture->flows) > 0) {
		capture->due_ns = report_output_due_ns(&capture->output, capture->flows);
	}
	if (mono_ns > capture->last_ns) {
		capture->last_ns = mono_ns;
	}
	if (capture->dump != NULL &&
	    (is_ours || capture->options->all || capture->options->has_expression)) {
		capture_write_frame(capture, frame);
	}
}

void capture_tick(struct capture *capture, int64_t heard_ns)
{
	flows_tick(capture->flows, heard_ns);
	if (capture->live != NULL) {
		collector_tick(&capture->collector);
	}
	if (heard_ns >= capture->due_ns) {
		write_intervals(capture, heard_ns, false);
	}
}

void capture_freeze(struct capture *capture, int64_t mono_ns)
{
	capture->stopped_by_us = true;
	flows_freeze(capture->flows, mono_ns);
}

bool capture_has_count(const struct capture *capture)
{
	uint64_t count = capture->options->count;

	return capture->is_written_out || (count > 0 && capture->observer.counts.probes >= count);
}

bool capture_has_reached(const struct capture *capture, int64_t mono_ns)
{
	const struct capture_options *options = capture->options;

	if (capture_has_count(capture)) {
		return true;
	}
	return options->time_ns > 0 && flows_count(capture->flows) > 0 &&
	       mono_ns >= flows_at(capture->flows, 0)->first_mono_ns + options->time_ns;
}

/* SIGUSR1 */
static void tell_so_far(void *context)
{
	struct capture *capture = context;
	struct verdict verdict;
	struct report report;

	capture_result(capture, &report, &verdict);
	report_text(&report, false, stderr);
}

bool capture_read_signals(struct capture *capture)
{
	return signals_read(capture->signal_fd, &capture->signalled, tell_so_far, capture);
}

/* 0, or the exit status when it was said what is wrong. */
static int give_up_rights(struct capture *capture)
{
	const struct capture_options *options = capture->options;
	unsigned int needs = capture->live != NULL ? RIGHTS_CAPTURE | RIGHTS_COUNTERS : 0;

	if (options->rotate_seconds > 0 || options->rotate_bytes > 0) {
		needs |= RIGHTS_WRITE;
	}
	return report_output_confine(&capture->output, needs, &capture->report);
}

static int allocate(struct capture *capture)
{
	/* where pages are huge unasked, each stream would cost 2 MB at its first probe */
	(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	capture->flows = flows_new(FLOWS_MAX, capture->options->lost_after_ns, capture->began_ns);
	capture->snapshot = calloc(FLOWS_MAX, sizeof(*capture->snapshot));
	capture->tap_flow = calloc(FLOWS_MAX, sizeof(*capture->tap_flow));
	capture->observer.flow = calloc(FLOWS_MAX, sizeof(*capture->observer.flow));
	capture->observer.flows = capture->flows;
	capture->observer.run = capture->options->run;
	if (capture->flows == NULL || capture->snapshot == NULL || capture->tap_flow == NULL ||
	    capture->observer.flow == NULL) {
		return complain("out of memory", STATUS_ENVIRONMENT);
	}
	return 0;
}

/* Opens what is left, then gives up the rights that took. 0, or the exit status. */
static int start(struct capture *capture)
{
	const struct capture_options *options = capture->options;
	struct placement placement = {
		.cpus = &options->cpus,
		.fifo_priority = options->fifo_priority,
		.option = "-A",
	};
	char error[ERROR_TEXT];
	int err, status;

	if (placement_apply(&placement, error) < 0) {
		return complain(error, STATUS_ENVIRONMENT);
	}
	err = options->interface != NULL ? capture_live_open(capture, error) : 0;
	if (err < 0) { /* -EINVAL: the filter */
		return complain(error, err == -EINVAL ? STATUS_USAGE : STATUS_ENVIRONMENT);
	}
	if (options->write != NULL && capture_write_open(capture, error) < 0) {
		return complain(error, STATUS_OUTPUT);
	}
	if (capture->dump != NULL && capture->live != NULL &&
	    capture_write_begin(capture, capture->report.start_ns, live_link_type(capture->live)) <
		    0) {
		return STATUS_OUTPUT;
	}
	status = allocate(capture);
	if (status == 0 && capture->live != NULL) {
		collector_open(&capture->collector, capture->link.ifindex, options->trace);
		collector_start(&capture->collector);
	}
	return status != 0 ? status : give_up_rights(capture);
}

static int run(struct capture *capture)
{
	int status = STATUS_PASS;

	if (capture->live != NULL) {
		capture_live_say(capture);
		capture_live_run(capture);
	} else {
		status = capture_files_run(capture);
	}
	observer_end(&capture->observer);
	write_intervals(capture, capture->heard_ns, true);
	if (capture->dump != NULL) {
		capture_write_close(capture);
	}
	return status;
}

static void finish(struct capture *capture)
{
	dump_free(capture->dump);
	capture_files_close(capture);
	live_close(capture->live);
	link_close(&capture->link);
	collector_close(&capture->collector);
	free(capture->observer.flow);
	free(capture->tap_flow);
	free(capture->snapshot);
	flows_free(capture->flows);
	if (capture->signal_fd >= 0) {
		close(capture->signal_fd);
	}
}

/*
 * Opens what is read and where the result goes, none of which may be written over. 0, or the exit
 * status.
 */
static int open_files(struct capture *capture)
{
	const struct report_options *options = &capture->options->report;
	const char *const result[] = {options->output, options->hgrm, options->prometheus};
	char error[ERROR_TEXT];
	int err = 0;

	output_reserve_descriptors();
	if (capture->options->read.count > 0) {
		err = capture_files_open(capture, error);
	}
	if (err < 0) { /* -EINVAL: the filter */
		return complain(error, err == -EINVAL ? STATUS_USAGE : STATUS_ENVIRONMENT);
	}
	for (size_t i = 0; i < sizeof(result) / sizeof(*result); i++) {
		if (result[i] != NULL && file_ids_have_path(&capture->kept, result[i])) {
			snprintf(error, sizeof(error),
				 "write '%.300s': it is read in this run: name another file",
				 result[i]);
			return complain(error, STATUS_OUTPUT);
		}
	}
	if (report_output_open(&capture->output, "ptprobe-capture", options, error) < 0) {
		(void)report_output_close(&capture->output);
		return complain(error, STATUS_OUTPUT);
	}
	file_ids_add(&capture->kept, fileno(capture->output.out));
	if (capture->output.hgrm != NULL) {
		file_ids_add(&capture->kept, fileno(capture->output.hgrm));
	}
	return 0;
}

int capture_run(const struct capture_options *options, int argc, char *const argv[])
{
	char host[HOST_TEXT] = "";
	static struct capture capture; /* too large for a stack */
	struct verdict verdict;
	struct report report;
	sigset_t before;
	int status;

	capture = (struct capture){
		.options = options,
		.is_bounded = options->count > 0 || options->time_ns > 0 || options->write != NULL,
		.signal_fd = -1,
		.collector = {.ethtool_fd = -1},
		.due_ns = INT64_MAX,
		.report =
			{
				.tool = "ptprobe-capture",
				.version = PACKAGE_VERSION,
				.argc = argc,
				.argv = argv,
				.host = host,
				.cpus = &options->cpus,
				.fifo_priority = options->fifo_priority,
				.lost_after_ns = options->lost_after_ns,
			},
	};
	status = open_files(&capture);
	if (status != STATUS_PASS) {
		finish(&capture);
		return status;
	}
	(void)gethostname(host, sizeof(host) - 1);
	capture.signal_fd = signals_take(&before);
	status = start(&capture);
	if (status == STATUS_PASS) {
		status = run(&capture);
	}
	if (status == STATUS_PASS) {
		capture_result(&capture, &report, &verdict);
		/* so that a signal ends a program whose reader has stalled */
		sigprocmask(SIG_SETMASK, &before, NULL);
		report_output_report(&capture.output, &report);
		status = verdict_status(verdict.result);
	}
	if (report_output_close(&capture.output) < 0 || capture.write_failed) {
		status = STATUS_OUTPUT;
	}
	finish(&capture);
	return status;
}
