/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "send.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"
#include "departures.h"
#include "general.h"
#include "link.h"
#include "listening.h"
#include "output.h"
#include "placement.h"
#include "rights.h"
#include "send_options.h"
#include "send_output.h"
#include "send_run.h"
#include "sock_send.h"
#include "wire.h"

#define NS_PER_S INT64_C(1000000000)

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

static void watch_clock(struct send_run *run)
{
	if (clockwatch_add(&run->clockwatch, clock_real_ns(), clock_mono_ns())) {
		stamping_read(&run->stamping);
	}
	run->sender.flags = clock_is_synchronised() ? WIRE_CLOCK_SYNCHRONISED : 0;
}

static void on_tick(void *context, int64_t mono_ns)
{
	struct send_run *run = context;
	int64_t interval_ns = run->options->interval_ns;

	watch_clock(run);
	collector_tick(&run->collector);
	stamping_tick(&run->stamping, mono_ns);
	if (interval_ns > 0 && !run->sender.ending &&
	    mono_ns >= run->sender.pacing.start_ns + run->interval_due_ns) {
		send_output_interval(run, mono_ns);
		while (mono_ns >= run->sender.pacing.start_ns + run->interval_due_ns) {
			run->interval_due_ns += interval_ns;
		}
	}
}

static void on_wake(void *context)
{
	if (live_wanted) {
		live_wanted = 0;
		send_output_live(context);
	}
}

static enum status open_output(struct send_run *run)
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

static enum status start_witness(struct send_run *run)
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
static enum status start_stamping(struct send_run *run)
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
static int64_t tick_period_ns(const struct send_run *run)
{
	const int64_t follow_ns = NS_PER_S / 10;
	int64_t interval_ns = run->options->interval_ns > 0 ? run->options->interval_ns : NS_PER_S;

	return run->stamping.stamps.in_hardware
		       ? interval_ns / ((interval_ns + follow_ns - 1) / follow_ns)
		       : interval_ns;
}

static enum status open_sender(struct send_run *run)
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
static enum status open_listening(struct send_run *run)
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
static void open_collector(struct send_run *run)
{
	collector_open(&run->collector, run->ifindex, run->options->trace);
}

static enum status give_up_rights(struct send_run *run)
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

enum status send_run(const struct send_options *options, int argc, char *const argv[])
{
	struct send_run run = {
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
		collector_start(&run.collector);
		send_output_start(&run);
		watch_clock(&run);
		run.start_real_ns = clock_real_ns();
		stamping_read(&run.stamping);
		sender_send_probes(&run.sender, run.seed);
		if (options->interval_ns > 0) {
			send_output_last_interval(&run);
		}
		sender_send_ends(&run.sender);
		status = send_output_report(&run, argc, argv);
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
