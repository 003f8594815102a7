/* SPDX-License-Identifier: BSD-2-Clause */
/* The command: its surroundings made, itself run and watched, its placement proved. */
#include "pin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "cpulist.h"
#include "cstates.h"
#include "launch.h"
#include "memory.h"
#include "noise.h"
#include "noise_measure.h"
#include "partition.h"
#include "pin_options.h"
#include "pin_report.h"
#include "proof.h"
#include "sysfs.h"
#include "text.h"
#include "watch.h"

enum { MESSAGE = 600, LIST_TEXT = 96 };

/* What is made for one command, and taken down after it. */
struct stage {
	struct launch launch;
	bool has_launch; /* the signals are ours */
	struct partition partition;
	bool partition_is_known, partition_holds;
	char partition_text[PARTITION_ERROR_TEXT];
	struct watch *watch;
	char memory_refused[MEMORY_ERROR_TEXT]; /* "": it wasn't */
	struct noise *noise;                    /* of each CPU; NULL: it wasn't measured */
	struct cstates cstates;
	struct machine before; /* its interrupts, when the command starts; empty: it has none */
	struct launch_end end;
};

/* A container may refuse every memory policy: the rest of the placement can still be had. */
static int settle_memory(struct pin *pin, struct stage *stage)
{
	bool asks = pin->ask.memory == PLAN_MEMORY_LOCAL ||
		    (pin->ask.memory != PLAN_MEMORY_NONE && pin->plan.memory_node != MACHINE_NONE);

	if (!asks || memory_probe(stage->memory_refused) == 0) {
		stage->memory_refused[0] = '\0';
		return 0;
	}
	if (pin->options->strict) {
		pin_say(stage->memory_refused);
		return PIN_ENVIRONMENT;
	}
	pin_warn(pin, stage->memory_refused);
	pin->ask.memory = PLAN_MEMORY_NONE;
	return 0;
}

static int make_partition(struct pin *pin, struct stage *stage)
{
	int err;

	if (!pin->options->partition) {
		return 0;
	}
	err = partition_make(&pin->plan.cpus, pin->plan.memory_node, pin->options->force,
			     &stage->partition, stage->partition_text);
	if (err < 0) {
		pin_say(stage->partition_text);
		return PIN_ENVIRONMENT;
	}
	/* they are isolated now, whatever they were when they were chosen */
	pin->plan.is_isolated = !pin->plan.is_shared;
	return 0;
}

/* Where there is but one, nothing can be elsewhere, and numa_maps, which is slow, needn't be read.
 */
static bool has_several_memories(const struct machine *machine)
{
	size_t count = 0;

	for (size_t i = 0; i < machine->node_count; i++) {
		count += machine->node[i].memory_kb > 0;
	}
	return count > 1;
}

static int new_watch(struct pin *pin, struct stage *stage)
{
	bool is_spread = pin->options->threads == PIN_THREADS_SPREAD;
	struct watch_request request = {
		.plan = &pin->plan,
		.memory_node =
			has_several_memories(&pin->machine) ? pin->plan.memory_node : MACHINE_NONE,
		.fifo_priority = pin->options->fifo_priority,
		.is_spread = is_spread,
		.needs_migrations = is_spread || pin->plan.count == 1,
	};
	char message[MESSAGE], why[TEXT_ERROR];
	int err = watch_new(&request, &stage->watch);

	if (err < 0) {
		snprintf(message, sizeof(message),
			 "watch the command in /proc: %s: mount /proc, or see 'ulimit -n'",
			 text_error(-err, why));
		pin_say(message);
		return err == -ENOMEM ? PIN_OUTPUT : PIN_ENVIRONMENT;
	}
	return 0;
}

static int hold_cstates(struct pin *pin, struct stage *stage)
{
	char error[CSTATES_ERROR_TEXT];

	if (!pin->options->no_cstates ||
	    cstates_hold(&pin->plan.cpus, &stage->cstates, error) == 0) {
		return 0;
	}
	pin_say(error);
	return PIN_ENVIRONMENT;
}

static int measure_noise(struct pin *pin, struct stage *stage)
{
	char message[MESSAGE], why[TEXT_ERROR];
	int err;

	if (pin->options->noise_ns == 0) {
		return 0;
	}
	if (pin->options->verbose) {
		pin_say("measuring the noise of the cores");
	}
	err = noise_measure(pin->plan.cpu, pin->plan.count, pin->options->noise_ns,
			    stage->partition.directory >= 0 ? &stage->partition : NULL,
			    &stage->launch, &stage->noise);
	if (err < 0 && err != -EINTR) {
		snprintf(message, sizeof(message), "measure noise: %s", text_error(-err, why));
		pin_say(message);
	}
	/* a signal ends us as soon as it isn't held any more */
	return err == 0 ? 0 : PIN_ENVIRONMENT;
}

/* What has to be there before the command; from here on a signal waits. */
static int set_stage(struct pin *pin, struct stage *stage)
{
	char error[LAUNCH_ERROR_TEXT];
	int status = settle_memory(pin, stage);

	if (status == 0 && launch_init(&stage->launch, error) < 0) {
		pin_say(error);
		status = PIN_ENVIRONMENT;
	} else if (status == 0) {
		stage->has_launch = true;
		status = make_partition(pin, stage);
	}
	if (status == 0) {
		status = hold_cstates(pin, stage);
	}
	if (status == 0) {
		status = measure_noise(pin, stage);
	}
	return status == 0 ? new_watch(pin, stage) : status;
}

/* Takes the partition down; how it had held is known before. */
static void remove_partition(struct stage *stage)
{
	char error[PARTITION_ERROR_TEXT];

	if (stage->partition.directory >= 0 && partition_remove(&stage->partition, error) < 0) {
		pin_say(error);
	}
}

static void check_partition(struct stage *stage)
{
	int err;

	if (stage->partition.directory < 0) {
		return;
	}
	err = partition_check(&stage->partition, stage->partition_text);
	stage->partition_holds = err == 0;
	stage->partition_is_known = err == 0 || err == -ESTALE;
}

static int start(struct pin *pin, struct stage *stage)
{
	struct launch_request request = {
		.command = pin->options->command,
		.plan = &pin->plan,
		.wanted = &pin->ask,
		.fifo_priority = pin->options->fifo_priority,
		.partition = stage->partition.directory >= 0 ? &stage->partition : NULL,
	};
	char error[LAUNCH_ERROR_TEXT], message[MESSAGE], list[LIST_TEXT];
	int status;

	if (launch_is_told_to_end()) {
		/* before there was a command to pass it on to; it ends us when it isn't held */
		return PIN_ENVIRONMENT;
	}

	if (pin->options->verbose) {
		snprintf(message, sizeof(message), "'%.100s' on CPU%s %s", pin->options->command[0],
			 pin->plan.count == 1 ? "" : "s",
			 cpulist_text(&pin->plan.cpus, list, sizeof(list)));
		pin_say(message);
	}
	status = launch_start(&stage->launch, &request, error);
	if (status != 0) {
		pin_say(error);
	}
	return status;
}

static void judge(struct pin *pin, struct stage *stage, const struct machine *after,
		  const char *unread, struct proof *proof)
{
	struct proof_input input = {
		.machine = stage->before.cpu_count > 0 ? &stage->before : &pin->machine,
		.plan = &pin->plan,
		.wanted = &pin->ask,
		.seen = watch_seen(stage->watch),
		.fifo_priority = pin->options->fifo_priority,
		.is_spread = pin->options->threads == PIN_THREADS_SPREAD,
		.memory_refused = stage->memory_refused[0] != '\0' ? stage->memory_refused : NULL,
		.after = after,
		.interrupts_reason = unread,
		.has_partition = pin->options->partition,
		.partition_is_known = stage->partition_is_known,
		.partition_holds = stage->partition_holds,
		.partition_text = stage->partition_text,
	};

	proof_judge(&input, proof);
}

/* Its interrupts so far: since it was chosen, the noise may have been measured for an hour. */
static void read_before(struct pin *pin, struct stage *stage)
{
	struct sysfs_request request = {.root = pin->root, .interface = pin->options->interface};
	char ignored[MACHINE_ERROR_TEXT];

	if (pin->machine.nic.irq_count > 0) {
		/* when it can't be read any more, it can't be read after the command either */
		(void)sysfs_machine(&request, &stage->before, ignored);
	}
}

/* What is still running isn't proved any further. */
static void say_left(struct pin *pin, uint64_t left)
{
	char message[MESSAGE];

	if (left == 0) {
		return;
	}
	snprintf(message, sizeof(message),
		 "the command left %" PRIu64 " process%s running: the proof ends with the command",
		 left, left == 1 ? "" : "es");
	report_note(&pin->report, "%s", message);
	pin_warn(pin, message);
}

/* The machine again, for its interrupts; then the proof. */
static void prove(struct pin *pin, struct stage *stage, struct proof *proof)
{
	struct sysfs_request request = {.root = pin->root, .interface = pin->options->interface};
	char error[MACHINE_ERROR_TEXT];
	struct machine after = {0};

	if (pin->machine.nic.irq_count == 0) {
		judge(pin, stage, &pin->machine, NULL, proof);
	} else if (sysfs_machine(&request, &after, error) < 0) {
		judge(pin, stage, NULL, error, proof);
	} else {
		judge(pin, stage, &after, NULL, proof);
	}
	machine_release(&after);
}

/* The command's own failure comes before ours. */
static int final_status(const struct pin *pin, const struct stage *stage, const struct proof *proof,
			int written)
{
	if (stage->end.status != 0 || written != 0) {
		return stage->end.status != 0 ? stage->end.status : written;
	}
	if (!pin->options->strict) {
		return 0;
	}
	switch (proof->verdict) {
	case PROOF_HELD:
		return 0;
	case PROOF_VIOLATED:
		return PIN_VIOLATED;
	default:
		return PIN_UNPROVEN;
	}
}

static int run(struct pin *pin, struct stage *stage, struct pin_report_output *output)
{
	struct proof proof;
	int status;

	read_before(pin, stage);
	status = start(pin, stage);
	if (status != 0) {
		return status;
	}
	launch_wait(&stage->launch, stage->watch, &stage->end);
	say_left(pin, watch_seen(stage->watch)->left);
	check_partition(stage);
	remove_partition(stage);
	cstates_release(&stage->cstates);
	prove(pin, stage, &proof);
	if (watch_shared(stage->watch)) {
		report_note(&pin->report, "more threads than CPUs: some shared one");
	}
	return final_status(pin, stage, &proof,
			    pin_report_write(pin, &proof, &stage->end, stage->noise, output));
}

/* Warnings of the choice, and with --strict what makes it none. */
static int say_notes(struct pin *pin)
{
	for (size_t i = 0; i < pin->machine.note_count; i++) {
		report_note(&pin->report, "%s", pin->machine.note[i]);
		if (pin->options->verbose) {
			pin_say(pin->machine.note[i]);
		}
	}
	for (size_t i = 0; i < pin->plan.note_count; i++) {
		report_note(&pin->report, "%s", pin->plan.note[i]);
		pin_warn(pin, pin->plan.note[i]);
	}
	if (pin->options->strict && pin->plan.is_shared) {
		pin_say("too few CPUs for --strict: fewer --cores or --roles, --smt=allow, or "
			"another node");
		return PIN_NO_PLACE;
	}
	return 0;
}

int pin_command(struct pin *pin)
{
	struct stage stage = {.partition = PARTITION_INIT};
	struct pin_report_output output;
	int status = say_notes(pin);

	if (status == 0) {
		status = pin_report_open(pin, &output);
	}
	if (status != 0) {
		return status;
	}
	status = set_stage(pin, &stage);
	if (status == 0) {
		status = run(pin, &stage, &output);
	}
	remove_partition(&stage);
	cstates_release(&stage.cstates);
	noise_free(stage.noise, pin->plan.count);
	watch_free(stage.watch);
	machine_release(&stage.before);
	if (stage.has_launch) {
		launch_release(&stage.launch);
	}
	pin_report_close(&output);
	return status;
}
