/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "send_output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "departures.h"
#include "general.h"
#include "listening.h"
#include "located.h"
#include "output.h"
#include "report.h"
#include "send_options.h"
#include "send_run.h"
#include "sock_send.h"
#include "stamps.h"
#include "text.h"
#include "verdict.h"

/* Whether the output still takes what it is given; complains once, and of a broken pipe never. */
static void check_output(struct send_run *run)
{
	int err = output_commit(run->out, &run->whole);
	char why[TEXT_ERROR];

	if (err == 0) {
		return;
	}
	if (!run->output_failed && err != -EPIPE) {
		fprintf(stderr,
			"ptprobe-send: write to %s: %s: the run goes on, its result is lost\n",
			run->options->output ? run->options->output : "stdout",
			text_error(-err, why));
	}
	run->output_failed = true;
}

static struct send_result current_result(const struct send_run *run)
{
	const struct sock_send_facts *facts = sock_send_facts(run->sock);
	const struct sender *sender = &run->sender;
	struct send_result result = {
		.options = run->options,
		.departures = run->departures,
		.refusals = sender->refusals,
		.run_id = sender->run_id,
		.stamp_every = run->options->offload ? 0 : sender->stamp_every,
		.seed = run->seed,
		.source = facts->source,
		.mtu_bytes = facts->mtu_bytes,
		.fragments = facts->fragments,
		.device_stamps = facts->device_stamps,
		.counts = sender->counts,
		.errors = sender->errors,
		.missed = sender->missed,
		.elapsed_ns = sender->last_ns - sender->first_ns,
		.scheduled_ns = sender->last_slot_ns - sender->first_slot_ns,
		.clock_steps = run->clockwatch.steps,
		.interrupted = *sender->stop != 0,
		.max_slip_ns = sender->ending ? sender->max_slip_ns : sender->pacing.max_slip_ns,
	};

	if (!sender->ending) {
		result.counts.late = sender->pacing.late;
	}
	if (run->general) {
		result.general = run->general->counts;
		result.counts.bytes += result.general.bytes;
		result.general_source = sock_send_facts(run->general->sock)->source;
		result.listening = run->listening;
	}
	return result;
}

void send_output_interval(struct send_run *run, int64_t mono_ns)
{
	struct send_counts now = current_result(run).counts, before = run->interval.counts;
	struct send_interval interval = {
		.from_ns = run->interval.to_ns,
		.to_ns = mono_ns - run->sender.pacing.start_ns,
		.counts =
			{
				.sent = now.sent - before.sent,
				.failed = now.failed - before.failed,
				.bytes = now.bytes - before.bytes,
				.late = now.late - before.late,
			},
	};

	run->interval = (struct send_interval){.to_ns = interval.to_ns, .counts = now};
	if (run->output_failed) {
		return;
	}
	if (run->options->json_stream) {
		(void)report_json_write(send_report_interval_json(&interval), true, run->out);
	} else if (!run->options->json && !run->options->quiet) {
		send_report_interval_text(&interval, run->out);
	}
	check_output(run);
}

void send_output_last_interval(struct send_run *run)
{
	const struct pacing *pacing = &run->sender.pacing;
	int64_t mono_ns = clock_mono_ns(), next_ns = pacing->next_ns;

	if (run->options->time_ns > 0 && next_ns - pacing->start_ns > run->options->time_ns) {
		next_ns = pacing->start_ns + run->options->time_ns;
	}
	send_output_interval(run, *run->sender.stop == 0 && next_ns > mono_ns ? next_ns : mono_ns);
}

void send_output_live(const struct send_run *run)
{
	struct send_result result = current_result(run);

	fprintf(stderr,
		"ptprobe-send: %" PRIu64 " sent, %" PRIu64 " failed, %" PRIu64
		" late, max slip %" PRId64 " ns, %" PRIu64 " stamped\n",
		result.counts.sent, result.counts.failed, result.counts.late, result.max_slip_ns,
		run->departures->counts.stamped);
}

static void print_details(const struct send_run *run)
{
	const struct sender *sender = &run->sender;

	fprintf(stderr,
		"ptprobe-send: mtu %" PRIu32 ", batches of at most %" PRIu32 ", seed %" PRIu64,
		sock_send_facts(run->sock)->mtu_bytes, sock_send_batch_size(run->sock), run->seed);
	if (!run->options->offload && sender->stamp_every > 0) {
		fprintf(stderr, ", stamps of one departure in %" PRIu64, sender->stamp_every);
	}
	fputc('\n', stderr);
}

void send_output_start(const struct send_run *run)
{
	struct send_result result = current_result(run);

	if (!run->options->quiet) {
		send_report_start(&result, stderr);
	}
	if (run->options->verbose) {
		print_details(run);
	}
}

/* Of those sent; of what lacks a stamp only those count that were to have one. */
static struct stamps stamps_result(const struct send_run *run)
{
	const struct departures_counts *counts = &run->departures->counts;
	bool hardware =
		run->stamping.stamps.in_hardware || run->stamping.stamps.want == STAMPS_HARDWARE;
	const struct stamps_counts result = {
		.hardware = counts->hardware,
		.software = counts->stamped - counts->hardware,
		.user = run->sender.counts.sent - counts->stamped,
		.missing = counts->requested - (hardware ? counts->hardware : counts->stamped),
	};

	return stamping_result(&run->stamping, &result, &run->departures->lag);
}

enum status send_output_report(struct send_run *run, int argc, char *const argv[])
{
	struct send_result result = current_result(run);
	struct stamps stamps = stamps_result(run);
	char host[256] = "";
	struct located located = {0};
	struct verdict verdict;
	struct report report = {
		.tool = "ptprobe-send",
		.version = PACKAGE_VERSION,
		.argc = argc,
		.argv = argv,
		.host = host,
		.cpus = &run->options->cpus,
		.fifo_priority = run->options->fifo_priority,
		.interface = run->options->interface,
		.start_ns = run->start_real_ns,
		.end_ns = clock_real_ns(),
		.synchronised = clock_is_synchronised(),
		.own_drops = send_result_drops(&result),
		.verdict = &verdict,
		.evidence = collector_finish(&run->collector),
		.stamps = &stamps,
	};

	(void)gethostname(host, sizeof(host) - 1);
	send_result_judge(&result, &verdict);
	stamps_judge(&stamps, &verdict);
	send_result_note(&result, &report);
	stamps_note(&stamps, &report);
	if (run->listening) {
		listening_note(run->listening, run->options, &report);
	}
	if (*run->rights_note) {
		report_note(&report, "%s", run->rights_note);
	}
	if (run->options->witness && witness_finish(&run->witness, &report) == 0) {
		located_join(&located, &report, send_report_json(&result, &report));
	}
	if (run->output_failed) {
		/* nothing is written behind a failure */
	} else if (run->options->json || run->options->json_stream) {
		json_t *json = send_report_json(&result, &report);

		if (run->options->json_stream) {
			(void)json_object_set_new(json, "type", json_string("report"));
		}
		(void)report_json_write(json, run->options->json_stream, run->out);
	} else {
		send_report_text(&result, &report,
				 output_wants_color(run->options->color, run->out), run->out);
	}
	check_output(run);
	json_decref(report.witness);
	located_release(&located);
	return run->output_failed ? STATUS_OUTPUT : (enum status)verdict_status(verdict.result);
}
