/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "ptp_run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "output.h"
#include "placement.h"
#include "ptp_files.h"
#include "ptp_live.h"
#include "ptp_load.h"
#include "ptp_options.h"
#include "ptp_report.h"
#include "rights.h"
#include "signals.h"
#include "status.h"
#include "verdict.h"

enum { HOST_TEXT = 256, ERROR_TEXT = 700 };

void ptp_say(const char *text)
{
	output_say("ptprobe-ptp", text);
}

static int complain(const char *error, int status)
{
	ptp_say(error);
	return status;
}

void ptp_run_note(struct ptp_run *run, const char *format, ...)
{
	char text[REPORT_NOTE_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	report_note(&run->report, "%s", text);
	if (run->options->report.verbose) {
		ptp_say(text);
	}
}

static void tell(void *context, const struct health_event *event)
{
	struct ptp_run *run = context;

	ptp_output_event(&run->output, event);
}

int ptp_run_open(struct ptp_run *run, int64_t began_ns, int64_t began_mono_ns)
{
	const struct ptp_options *options = run->options;
	const struct health_config health = {
		.profile = run->profile,
		.has_grandmaster = options->limits.has_grandmaster,
		.grandmaster = options->limits.grandmaster,
		.lost_after_ns = options->lost_after_ns,
		.announce_timeout = (uint32_t)options->announce_timeout,
		.sync_timeout = (uint32_t)options->sync_timeout,
		.began_ns = began_ns,
		.began_mono_ns = began_mono_ns,
		.tell = tell,
		.context = run,
	};
	const struct timing_config timing = {
		.synchronised = options->synchronised,
		.utc_offset_s = options->utc_offset.seconds,
		.utc_offset_given = options->utc_offset.is_given,
		.floor_delta_ns = options->floor_delta_ns,
		.floor_window_ns = options->floor_window_ns,
		.floor_mode = options->floor.mode,
		.floor_fixed_ns = options->floor.fixed_ns,
		.floor_last_ns = options->floor.last_ns,
		.resolution_ns = run->resolution_ns > 0 ? run->resolution_ns : 1,
		.mask = run->mask,
	};

	run->health = health_new(&health);
	run->timing = timing_new(&timing);
	if (run->health == NULL || run->timing == NULL) {
		ptp_say("out of memory");
		return -ENOMEM;
	}
	return 0;
}

/* Writes the lines that are due by then, when everything that came before has been fed. */
static void write_intervals(struct ptp_run *run, int64_t mono_ns)
{
	int64_t until_ns;

	while ((until_ns = ptp_output_due(&run->output, run->health, mono_ns)) != INT64_MAX) {
		/* what happens in silence is of the interval in which it happens; live, the health
		 * is told of the time, and of what made it blind, more often than that */
		if (run->live == NULL) {
			health_tick(run->health, until_ns);
		}
		ptp_output_interval(&run->output, run->health, run->timing, until_ns);
	}
}

/* True when that is a message to be taken notice of. */
static inline bool see(struct ptp_run *run, const struct frame *frame, int64_t mono_ns,
		       struct sighting *ret_sighting)
{
	struct ptp_passed *passed = &run->passed;

	switch (sighting_look(frame, mono_ns, ret_sighting)) {
	case SIGHTING_OTHER:
		return false;
	case SIGHTING_MALFORMED:
		passed->malformed++;
		return false;
	case SIGHTING_VERSION:
		passed->other_version++;
		return false;
	case SIGHTING_SHORT:
		passed->cut_short++;
		return false;
	case SIGHTING_CUT:
	case SIGHTING_MESSAGE:
		break;
	}
	if (!ptp_domains_have(&run->options->domains, ret_sighting->message.domain)) {
		passed->other_domain++;
		return false;
	}
	if ((run->options->transports >> ret_sighting->transport & 1) == 0) {
		passed->other_transport++;
		return false;
	}
	return true;
}

void ptp_run_feed(struct ptp_run *run, const struct frame *frame, int64_t mono_ns)
{
	struct sighting sighting;

	run->frames++;
	/* the few that a device with several queues hands over out of order */
	mono_ns = mono_ns > run->last_ns ? mono_ns : run->last_ns;
	run->last_ns = mono_ns;
	if (!see(run, frame, mono_ns, &sighting)) {
		return;
	}
	if (run->messages++ == 0) {
		run->first_ns = sighting.rx_ns;
		run->opened_ns = mono_ns;
		ptp_output_begin(&run->output, sighting.rx_ns, mono_ns);
	} else if (mono_ns >= run->output.due_ns) {
		write_intervals(run, mono_ns);
	}
	health_add(run->health, &sighting);
	if (health_saw_probe(run->health)) {
		timing_drop(run->timing, &sighting);
	} else {
		timing_add(run->timing, &sighting);
	}
}

void ptp_run_stop(struct ptp_run *run)
{
	if (run->stage != PTP_SETTLING && run->health != NULL) {
		/* the line that ends at stop_ns is the last one, when all is settled */
		if (run->stop_ns > run->output.due_ns) {
			write_intervals(run, run->stop_ns - 1);
		}
		health_stop(run->health, run->stop_ns);
	}
	run->stage = PTP_SETTLING;
}

void ptp_run_complete(struct ptp_run *run, const struct frame *frame, int64_t mono_ns)
{
	struct ptp_passed before = run->passed;
	struct sighting sighting;

	if (see(run, frame, mono_ns, &sighting)) {
		health_add(run->health, &sighting);
	}
	/* of what isn't measured any more */
	run->passed = before;
}

bool ptp_run_is_settled(const struct ptp_run *run, int64_t mono_ns)
{
	return health_is_settled(run->health) ||
	       mono_ns > run->stop_ns + run->options->lost_after_ns;
}

void ptp_run_tick(struct ptp_run *run, int64_t heard_ns)
{
	if (heard_ns <= run->heard_ns && run->live == NULL) {
		return;
	}
	run->heard_ns = heard_ns;
	health_tick(run->health, heard_ns);
	if (run->live != NULL) {
		collector_tick(&run->collector);
	}
	if (heard_ns >= run->output.due_ns) {
		write_intervals(run, heard_ns);
	}
}

bool ptp_run_has_enough(const struct ptp_run *run, int64_t mono_ns)
{
	const struct ptp_options *options = run->options;

	if (run->messages == 0) {
		return false;
	}
	return (options->count > 0 && run->messages >= options->count) ||
	       (options->time_ns > 0 && mono_ns >= run->opened_ns + options->time_ns);
}

/* SIGUSR1 */
static void tell_so_far(void *context)
{
	struct ptp_run *run = context;
	struct ptp_findings findings;
	struct verdict verdict;
	struct report report;

	if (run->health == NULL) {
		return;
	}
	ptp_conclude(run, &findings, &verdict, &report);
	report_head_text(&report, stderr);
	ptp_text(&findings, stderr);
	report_notes_text(&report, stderr);
	report_verdict_text(&report, false, stderr);
}

bool ptp_run_read_signals(struct ptp_run *run)
{
	return signals_read(run->signal_fd, &run->signalled, tell_so_far, run);
}

static int allocate(struct ptp_run *run)
{
	run->port = calloc(HEALTH_PORTS, sizeof(*run->port));
	run->event = calloc(HEALTH_EVENTS, sizeof(*run->event));
	run->series = calloc(TIMING_SERIES, sizeof(*run->series));
	if (run->port == NULL || run->event == NULL || run->series == NULL) {
		return complain("out of memory", STATUS_ENVIRONMENT);
	}
	if (run->live != NULL) {
		run->resolution_ns = 1;
		return ptp_run_open(run, run->report.start_ns, run->began_ns) < 0
			       ? STATUS_ENVIRONMENT
			       : 0;
	}
	return 0;
}

/* Opens what is left, then gives up the rights that took. 0, or the exit status. */
static int start(struct ptp_run *run)
{
	const struct ptp_options *options = run->options;
	struct placement placement = {
		.cpus = &options->cpus,
		.fifo_priority = options->fifo_priority,
		.option = "-A",
	};
	char error[ERROR_TEXT];
	int status;

	if (placement_apply(&placement, error) < 0) {
		return complain(error, STATUS_ENVIRONMENT);
	}
	if (options->interface != NULL && ptp_live_open(run, error) < 0) {
		return complain(error, STATUS_ENVIRONMENT);
	}
	/* where pages are huge unasked, what is seldom used would cost 2 MB at its first use */
	(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	status = allocate(run);
	if (status == 0 && run->live != NULL) {
		collector_open(&run->collector, run->link.ifindex, options->trace);
		collector_start(&run->collector);
	}
	return status != 0 ? status
			   : report_output_confine(
				     &run->output.report,
				     run->live != NULL ? RIGHTS_CAPTURE | RIGHTS_COUNTERS : 0,
				     &run->report);
}

static int go(struct ptp_run *run)
{
	int status = STATUS_PASS;

	if (run->live != NULL) {
		ptp_live_say(run);
		ptp_live_run(run);
	} else {
		status = ptp_files_run(run);
	}
	if (status == STATUS_PASS) {
		write_intervals(run, run->stop_ns);
		health_end(run->health, run->stop_ns);
		ptp_output_last(&run->output, run->health, run->timing, run->stop_ns);
	}
	return status;
}

/* Profile and mask. 0, or the exit status. */
static int load(struct ptp_run *run)
{
	const struct ptp_options *options = run->options;
	char error[PTP_LOAD_ERROR];
	int err = 0;

	if (options->profile != NULL) {
		err = ptp_load_profile(options->profile, &run->profile_room, &run->kept,
				       &run->profile, error);
	}
	if (err == 0 && options->mask != NULL) {
		err = ptp_load_mask(options->mask, &run->mask_room, &run->kept, &run->mask, error);
	}
	if (err < 0) {
		return complain(error, err == -EINVAL ? STATUS_USAGE : STATUS_ENVIRONMENT);
	}
	return STATUS_PASS;
}

/* Opens what is read and where the result goes, which may not be the same. 0, or the exit status.
 */
static int open_files(struct ptp_run *run)
{
	const struct report_options *options = &run->options->report;
	const char *const result[] = {options->output, options->prometheus};
	char error[ERROR_TEXT];

	if (sources_open(&run->sources, &run->options->read, &run->kept, error) < 0) {
		return complain(error, STATUS_ENVIRONMENT);
	}
	for (size_t i = 0; i < sizeof(result) / sizeof(*result); i++) {
		if (result[i] != NULL && file_ids_have_path(&run->kept, result[i])) {
			snprintf(error, sizeof(error),
				 "write '%.300s': it is read in this run: name another file",
				 result[i]);
			return complain(error, STATUS_OUTPUT);
		}
	}
	if (ptp_output_open(&run->output, options, run->options->interface != NULL, error) < 0) {
		return complain(error, STATUS_OUTPUT);
	}
	return STATUS_PASS;
}

static int list(const struct ptp_options *options)
{
	if (options->lists_profiles) {
		ptp_load_list_profiles(stdout);
	}
	if (options->lists_masks) {
		ptp_load_list_masks(stdout);
	}
	return option_flush(&ptp_option_table, stdout, stderr);
}

static void finish(struct ptp_run *run)
{
	sources_close(&run->sources);
	ptp_live_close(run);
	collector_close(&run->collector);
	health_free(run->health);
	timing_free(run->timing);
	free(run->port);
	free(run->event);
	free(run->series);
	if (run->signal_fd >= 0) {
		close(run->signal_fd);
	}
}

/* From what is open to the report. Returns the exit status. */
static int measure(struct ptp_run *run)
{
	struct ptp_findings findings;
	struct verdict verdict;
	struct report report;
	sigset_t before;
	int status;

	run->signal_fd = signals_take(&before);
	status = start(run);
	if (status == STATUS_PASS) {
		status = go(run);
	}
	if (status == STATUS_PASS) {
		ptp_conclude(run, &findings, &verdict, &report);
		/* so that a signal ends a program whose reader has stalled */
		sigprocmask(SIG_SETMASK, &before, NULL);
		ptp_output_report(&run->output, &report, &findings);
		status = verdict_status(verdict.result);
	}
	return status;
}

int ptp_run(const struct ptp_options *options, int argc, char *const argv[])
{
	char host[HOST_TEXT] = "";
	static struct ptp_run run; /* too large for a stack */
	int status;

	if (options->lists_profiles || options->lists_masks) {
		return list(options);
	}
	output_reserve_descriptors();
	(void)gethostname(host, sizeof(host) - 1);
	run = (struct ptp_run){
		.options = options,
		.signal_fd = -1,
		.collector = {.ethtool_fd = -1},
		.join = {.fd = {-1, -1, -1}},
		.report =
			{
				.tool = "ptprobe-ptp",
				.version = PACKAGE_VERSION,
				.argc = argc,
				.argv = argv,
				.host = host,
				.cpus = &options->cpus,
				.fifo_priority = options->fifo_priority,
				.lost_after_ns = options->lost_after_ns,
			},
	};
	status = load(&run);
	if (status == STATUS_PASS) {
		status = open_files(&run);
	}
	if (status == STATUS_PASS) {
		status = measure(&run);
	}
	if (run.output.report.out != NULL && ptp_output_close(&run.output) < 0) {
		status = STATUS_OUTPUT;
	}
	finish(&run);
	return status;
}
