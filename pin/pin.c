/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "pin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "cpulist.h"
#include "partition.h"
#include "pin_options.h"
#include "sysfs.h"
#include "text.h"

enum { MESSAGE = 600 };

void pin_say(const char *text)
{
	output_say("ptprobe-pin", text);
}

void pin_warn(const struct pin *pin, const char *text)
{
	if (!pin->options->quiet) {
		pin_say(text);
	}
}

/* Which of our statuses an error of the choice is. */
static int status_of(int err)
{
	switch (err) {
	case -EINVAL:
	case -ENODEV:
	case -ENOENT:
	case -EXDEV:
	case -ERANGE:
		return PIN_NO_PLACE;
	case -ENOMEM:
		return PIN_OUTPUT;
	default:
		return PIN_ENVIRONMENT;
	}
}

static int open_root(struct pin *pin)
{
	const char *path = pin->options->sysroot != NULL ? pin->options->sysroot : "/";
	char message[MESSAGE], why[TEXT_ERROR];

	pin->root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (pin->root >= 0) {
		return 0;
	}
	snprintf(message, sizeof(message),
		 "--sysroot '%.400s': %s: name the root of a machine's files", path,
		 text_error(errno, why));
	pin_say(message);
	return PIN_ENVIRONMENT;
}

static int read_machine(struct pin *pin)
{
	const struct pin_options *options = pin->options;
	/* who has named the CPUs doesn't care how busy they are */
	bool chooses = cpulist_is_empty(&options->plan.cpus);
	struct sysfs_request request = {
		.root = pin->root,
		.is_recorded = options->sysroot != NULL,
		.interface = options->interface,
		.sample_ns = chooses ? options->sample_ns : 0,
		.is_placed = options->task == PIN_RUN && !chooses,
	};
	char error[MACHINE_ERROR_TEXT];
	int err = sysfs_machine(&request, &pin->machine, error);

	if (err == 0) {
		return 0;
	}
	pin_say(error);
	return err == -ENODEV ? PIN_NO_PLACE : err == -ENOMEM ? PIN_OUTPUT : PIN_ENVIRONMENT;
}

/* --show without an interface has nothing to choose for. */
static bool wants_plan(const struct pin_options *options)
{
	return options->task != PIN_SHOW || options->interface != NULL ||
	       options->plan.node != MACHINE_NONE || !cpulist_is_empty(&options->plan.cpus);
}

static int choose(struct pin *pin)
{
	char error[PLAN_ERROR_TEXT];
	int err;

	if (!wants_plan(pin->options)) {
		return 0;
	}
	err = plan_make(&pin->machine, &pin->ask, &pin->plan, error);
	pin->has_plan = err == 0;
	if (err == 0) {
		return 0;
	}
	if (pin->options->task == PIN_SHOW) {
		/* the machine can be shown all the same */
		pin_warn(pin, error);
		return 0;
	}
	pin_say(error);
	return status_of(err);
}

static void begin_report(struct pin *pin, int argc, char *const argv[])
{
	(void)gethostname(pin->host, sizeof(pin->host) - 1);
	pin->report = (struct report){
		.tool = "ptprobe-pin",
		.version = PACKAGE_VERSION,
		.argc = argc,
		.argv = argv,
		.host = pin->host,
		.interface = pin->options->interface,
		.start_ns = clock_real_ns(),
		.verdict = &pin->verdict,
	};
}

/* A partition that was left behind hides its CPUs: then the machine is read again without it. */
static int sweep(struct pin *pin)
{
	bool hides = !cpulist_covers(&pin->machine.universe, &pin->machine.online);
	char message[MESSAGE];
	unsigned int swept;

	if (pin->options->task != PIN_RUN || (!hides && !pin->options->partition)) {
		return 0;
	}
	swept = partition_sweep();
	if (swept == 0) {
		return 0;
	}
	snprintf(message, sizeof(message),
		 "removed %u partition%s that a killed ptprobe-pin had left", swept,
		 swept == 1 ? "" : "s");
	pin_warn(pin, message);
	machine_release(&pin->machine);
	return read_machine(pin);
}

int pin_run(const struct pin_options *options, int argc, char *const argv[])
{
	struct pin pin = {.options = options, .root = -1, .ask = options->plan};
	int status;

	output_reserve_descriptors();
	begin_report(&pin, argc, argv);
	status = open_root(&pin);
	if (status == 0) {
		status = read_machine(&pin);
	}
	if (status == 0) {
		status = sweep(&pin);
	}
	if (status == 0) {
		status = choose(&pin);
	}
	if (status == 0) {
		status = options->task == PIN_RUN ? pin_command(&pin) : pin_print(&pin);
	}
	if (pin.has_plan) {
		plan_release(&pin.plan);
	}
	machine_release(&pin.machine);
	if (pin.root >= 0) {
		close(pin.root);
	}
	return status;
}
