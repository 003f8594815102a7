/* SPDX-License-Identifier: BSD-2-Clause */
/* --pin: the CPU for the load, by the same choice as ptprobe-pin's. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "link_options.h"
#include "link_run.h"
#include "pin/plan.h"
#include "pin/sysfs.h"
#include "status.h"

static const int64_t sample_ns = 100000000;

static int choose(struct link_run *run, const struct machine *machine)
{
	/* the load's memory is touched by processes of its own: they take it from where they run */
	const struct plan_request request = {.node = MACHINE_NONE, .memory = PLAN_MEMORY_NONE};
	char error[PLAN_ERROR_TEXT], why[PLAN_WHY_TEXT];
	struct plan plan;

	if (plan_make(machine, &request, &plan, error) < 0) {
		link_say(error);
		return STATUS_ENVIRONMENT;
	}
	run->cpus = plan.cpus;
	for (size_t i = 0; i < plan.note_count; i++) {
		report_note(&run->report, "%s", plan.note[i]);
	}
	report_note(&run->report, "placed on CPU %u: %s", plan.cpu[0],
		    plan_why(machine, &plan, plan.cpu[0], why));
	plan_release(&plan);
	return STATUS_PASS;
}

int link_place(struct link_run *run)
{
	struct sysfs_request request = {
		.root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC),
		.interface = run->options->interface,
		.sample_ns = sample_ns,
	};
	char error[MACHINE_ERROR_TEXT];
	struct machine machine;
	int status = STATUS_ENVIRONMENT;

	if (request.root < 0 || sysfs_machine(&request, &machine, error) < 0) {
		link_say(request.root < 0 ? "--pin: '/' can't be opened: name CPUs with -A"
					  : error);
	} else {
		status = choose(run, &machine);
		machine_release(&machine);
	}
	if (request.root >= 0) {
		close(request.root);
	}
	return status;
}
