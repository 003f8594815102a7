/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "send.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"
#include "clockwatch.h"
#include "collector.h"
#include "departures.h"
#include "general.h"
#include "link.h"
#include "listening.h"
#include "located.h"
#include "output.h"
#include "placement.h"
#include "report.h"
#include "rights.h"
#include "send_options.h"
#include "send_report.h"
#include "sender.h"
#include "sock_send.h"
#include "stamping.h"
#include "text.h"
#include "verdict.h"
#include "wire.h"
#include "witness.h"

#define NS_PER_S INT64_C(1000000000)

struct run {
	const struct send_options *options;
	struct sender sender;
	struct sock_send *sock;
	struct general *general;     /* of PTP-shaped probes */
	struct listening *listening; /* likewise */
	struct departures *departures;
	struct clockwatch clockwatch;
	struct collector collector;
	struct stamping stamping;
	unsigned int ifindex; /* by which the probes leave; 0: not known */
	uint64_t seed;
	int64_t start_real_ns;
	struct send_interval interval; /* what the last line ended with */
	int64_t interval_due_ns;       /* when the next one is, since the start */
	FILE *out;
	bool output_failed;
	off_t whole; /* see output_commit */
	struct witness witness;
	char rights_note[RIGHTS_TEXT]; /* empty: nothing to tell */
};

static volatile sig_atomic_t stopped, live_wanted;

/* The first asks for an orderly end; a second one ends the process by its default action. */
static void on_stop(int number)
{
	if (stopped) {
		(void)signal(number, SIG_DFL);
		(void)raise(number);
	}
	stopped = 1;
}

static void on_live(int number)
{
	(void)number;
	live_wanted = 1;
}

static void catch_signals(sigset_t *ret_signals)
{
	struct sigaction stop = {.sa_handler = on_stop}, live = {.sa_handler = on_live};

	(void)sigaction(SIGINT, &stop, NULL);
	(void)sigaction(SIGTERM, &stop, NULL);
	(void)sigaction(SIGUSR1, &live, NULL);
	(void)signal(SIGPIPE, SIG_IGN); /* a reader that has gone doesn't end the measurement */
	(void)sigemptyset(ret_signals);
	(void)sigaddset(ret_signals, SIGINT);
	(void)sigaddset(ret_signals, SIGTERM);
	(void)sigaddset(ret_signals, SIGUSR1);
}

/* Whether the output still takes what it is given; complains once, and of a broken pipe never. */
static void check_output(struct run *run)
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

static struct send_result current_result(const struct run *run)
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
		.interrupted = stopped != 0,
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

static void print_interval(struct run *run, int64_t mono_ns)
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

/* Up to where the next probe would have been, so that its rate isn't a fencepost's. */
static void print_last_interval(struct run *run)
{
	const struct pacing *pacing = &run->sender.pacing;
	int64_t mono_ns = clock_mono_ns(), next_ns = pacing->next_ns;

	if (run->options->time_ns > 0 && next_ns - pacing->start_ns > run->options->time_ns) {
		next_ns = pacing->start_ns + run->options->time_ns;
	}
	print_interval(run, !stopped && next_ns > mono_ns ? next_ns : mono_ns);
}

static void print_live(const struct run *run)
{
	struct send_result result = current_result(run);

	fprintf(stderr,
		"ptprobe-send: %" PRIu64 " sent, %" PRIu64 " failed, %" PRIu64
		" late, max slip %" PRId64 " ns, %" PRIu64 " stamped\n",
		result.counts.sent, result.counts.failed, result.counts.late, result.max_slip_ns,
		run->departures->counts.stamped);
}

static void print_details(const struct run *run)
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

static void watch_clock(struct run *run)
{
	if (clockwatch_add(&run->clockwatch, clock_real_ns(), clock_mono_ns())) {
		stamping_read(&run->stamping);
	}
	run->sender.flags = clock_is_synchronised() ? WIRE_CLOCK_SYNCHRONISED : 0;
}

static void on_tick(void *context, int64_t mono_ns)
{
	struct run *run = context;
	int64_t interval_ns = run->options->interval_ns;

	watch_clock(run);
	collector_tick(&run->collector);
	stamping_tick(&run->stamping, mono_ns);
	if (interval_ns > 0 && !run->sender.ending &&
	    mono_ns >= run->sender.pacing.start_ns + run->interval_due_ns) {
		print_interval(run, mono_ns);
		while (mono_ns >= run->sender.pacing.start_ns + run->interval_due_ns) {
			run->interval_due_ns += interval_ns;
		}
	}
}

static void on_wake(void *context)
{
	if (live_wanted) {
		live_wanted = 0;
		print_live(context);
	}
}

static enum status open_output(struct run *run)
{
	char error[OUTPUT_ERROR_TEXT];

	run->out = stdout;
	if (run->options->output && output_open(run->options->output, &run->out, error) < 0) {
		output_say("ptprobe-send", error);
		return STATUS_OUTPUT;
	}
	return STATUS_PASS;
}

/* A probe that takes longer from here to the tap isn't lost for that, but held up. */
#define WITNESS_LOST_AFTER_NS NS_PER_S

static enum status start_witness(struct run *run)
{
	char error[WITNESS_ERROR_TEXT];

	if (run->options->witness && witness_start(&run->witness, run->options->interface,
						   WITNESS_LOST_AFTER_NS, error) < 0) {
		fprintf(stderr, "ptprobe-send: %s\n", error);
		return STATUS_ENVIRONMENT;
	}
	return STATUS_PASS;
}

static enum status place(const struct send_options *options)
{
	struct placement placement = {
		.cpus = &options->cpus,
		.fifo_priority = options->fifo_priority,
		.option = "-A",
	};
	char error[PLACEMENT_ERROR_TEXT];

	if (placement_apply(&placement, error) < 0) {
		fprintf(stderr, "ptprobe-send: %s\n", error);
		return STATUS_ENVIRONMENT;
	}
	clock_sharpen();
	return STATUS_PASS;
}

/* The interface by which the probes will leave, and whether it stamps them. */
static enum status start_stamping(struct run *run)
{
	const struct send_options *options = run->options;
	char error[STAMPING_ERROR_TEXT];
	struct stamping_config config;

	if (options->interface) {
		run->ifindex = if_nametoindex(options->interface);
	} else {
		run->ifindex = link_route(&options->group.first,
					  options->has_bind ? &options->bind : NULL);
	}
	config = (struct stamping_config){
		.want = options->stamp,
		.kernel_only = options->offload,
		.configure = options->hwstamp && run->ifindex > 0, /* else its opening tells */
		.ifindex = run->ifindex,
		.probes = NIC_STAMP_DEPARTURES,
	};
	if (stamping_open(&run->stamping, &config, error) < 0) {
		output_say("ptprobe-send", error);
		return STATUS_ENVIRONMENT;
	}
	return STATUS_PASS;
}

/* A tick for each interval line, and often enough to follow the card's clock. */
static int64_t tick_period_ns(const struct run *run)
{
	const int64_t follow_ns = NS_PER_S / 10;
	int64_t interval_ns = run->options->interval_ns > 0 ? run->options->interval_ns : NS_PER_S;

	return run->stamping.stamps.in_hardware
		       ? interval_ns / ((interval_ns + follow_ns - 1) / follow_ns)
		       : interval_ns;
}

static enum status open_sender(struct run *run)
{
	const struct send_options *options = run->options;
	struct sock_send_config config = {
		.group = &options->group,
		.interface = options->interface,
		.bind = options->has_bind ? &options->bind : NULL,
		.length = (uint32_t)options->length,
		.ttl = (uint8_t)options->ttl,
		.dscp = options->dscp,
		.pcp = options->pcp,
		.offload = options->offload,
		.stamps = !options->offload && options->stamp != STAMPS_USER,
		.stamping = run->stamping.stamps.in_hardware ? &run->stamping : NULL,
	};
	char error[SOCK_SEND_ERROR_TEXT];
	uint64_t random[2];

	if (getrandom(random, sizeof(random), 0) != sizeof(random)) {
		fprintf(stderr, "ptprobe-send: no random numbers for the run: %s\n",
			strerror(errno));
		return STATUS_ENVIRONMENT;
	}
	if (sock_send_new(&config, &run->sock, error) < 0 ||
	    (options->ptp.given &&
	     general_new(&config, options->ptp.domain, &run->general, error) < 0)) {
		fprintf(stderr, "ptprobe-send: %s\n", error);
		return STATUS_ENVIRONMENT;
	}
	run->seed = options->seed.given ? options->seed.value : random[1];
	run->departures = departures_new(options->group.count, options->plan.pattern != PACING_MAX);
	if (run->general) {
		run->general->departures = run->departures;
	}
	run->sender = (struct sender){
		.options = options,
		.sock = run->sock,
		.general = run->general,
		.departures = run->departures,
		.run_id = wire_run_id(random[0]),
		.stop = &stopped,
		.tick = on_tick,
		.wake = on_wake,
		.context = run,
		.tick_period_ns = tick_period_ns(run),
	};
	run->interval_due_ns = options->interval_ns;
	if (!run->departures || sender_init(&run->sender) < 0) {
		fprintf(stderr, "ptprobe-send: out of memory\n");
		return STATUS_ENVIRONMENT;
	}
	run->departures->wants_hardware = config.stamping != NULL;
	return STATUS_PASS;
}

/* What the listening before PTP-shaped probes needs. */
static enum status open_listening(struct run *run)
{
	if (!run->options->ptp.given) {
		return STATUS_PASS;
	}
	run->listening = calloc(1, sizeof(*run->listening));
	if (!run->listening) {
		fprintf(stderr, "ptprobe-send: out of memory\n");
		return STATUS_ENVIRONMENT;
	}
	return listening_open(run->listening, run->options);
}

/* The evidence will be of the interface by which the probes will leave. */
static void open_collector(struct run *run)
{
	collector_open(&run->collector, run->ifindex, run->options->trace);
}

static enum status give_up_rights(struct run *run)
{
	char text[RIGHTS_TEXT];
	int err = rights_drop(RIGHTS_COUNTERS | RIGHTS_PHC, text);

	if (err == -ENOSYS) {
		snprintf(run->rights_note, sizeof(run->rights_note), "%s", text);
	}
	if (run->options->verbose || (err < 0 && err != -ENOSYS)) {
		fprintf(stderr, "ptprobe-send: %s\n", text);
	}
	return err < 0 && err != -ENOSYS ? STATUS_ENVIRONMENT : STATUS_PASS;
}

/* Of those sent; of what lacks a stamp only those count that were to have one. */
static struct stamps stamps_result(const struct run *run)
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

static enum status write_report(struct run *run, int argc, char *const argv[])
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

enum status send_run(const struct send_options *options, int argc, char *const argv[])
{
	struct run run = {
		.options = options,
		.collector = {.ethtool_fd = -1},
		.witness = {.control = -1},
		.stamping = STAMPING_CLOSED,
	};
	char error[STAMPING_ERROR_TEXT];
	enum status status;

	output_reserve_descriptors();
	status = open_output(&run);
	status = status ? status : start_witness(&run);
	status = status ? status : place(options);
	status = status ? status : start_stamping(&run);
	status = status ? status : open_sender(&run);
	status = status ? status : open_listening(&run);
	if (status == STATUS_PASS) {
		open_collector(&run);
		status = give_up_rights(&run);
	}
	if (status == STATUS_PASS) {
		catch_signals(&run.sender.signals);
		if (run.listening) {
			status = listening_run(run.listening, options, &stopped);
		}
	}
	if (status == STATUS_PASS) {
		struct send_result result = current_result(&run);

		collector_start(&run.collector);
		if (!options->quiet) {
			send_report_start(&result, stderr);
		}
		if (options->verbose) {
			print_details(&run);
		}
		watch_clock(&run);
		run.start_real_ns = clock_real_ns();
		stamping_read(&run.stamping);
		sender_send_probes(&run.sender, run.seed);
		if (options->interval_ns > 0) {
			print_last_interval(&run);
		}
		sender_send_ends(&run.sender);
		status = write_report(&run, argc, argv);
	}
	if (run.out && run.out != stdout && fclose(run.out) != 0 && !run.output_failed) {
		fprintf(stderr, "ptprobe-send: close '%s': %s\n", options->output, strerror(errno));
		status = STATUS_OUTPUT;
	}
	if (stamping_close(&run.stamping, error) < 0) {
		output_say("ptprobe-send", error);
	}
	witness_abandon(&run.witness);
	collector_close(&run.collector);
	sender_release(&run.sender);
	departures_free(run.departures);
	if (run.listening) {
		listening_close(run.listening);
		free(run.listening);
	}
	general_free(run.general);
	sock_send_free(run.sock);
	return status;
}
