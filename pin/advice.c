/* SPDX-License-Identifier: BSD-2-Clause */
#include "advice.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "advice_parts.h"
#include "machine.h"
#include "plan.h"

enum { SHALLOW_US = 10 /* an idle state left faster than this does no harm */ };

void advice_release(struct advice *advice)
{
	for (size_t i = 0; i < advice->count; i++) {
		free(advice->item[i].why);
		free(advice->item[i].command);
	}
	*advice = (struct advice){0};
}

static void add(struct advice_work *work, char *command, bool is_other, const char *format,
		va_list arguments) __attribute__((format(printf, 4, 0)));

static void add(struct advice_work *work, char *command, bool is_other, const char *format,
		va_list arguments)
{
	struct advice *advice = &work->advice;
	char *why = NULL;

	if (advice->count == ADVICE_ITEMS) {
		free(command);
	} else if (vasprintf(&why, format, arguments) < 0) {
		free(command);
		work->is_out_of_memory = true;
	} else {
		advice->item[advice->count++] =
			(struct advice_item){.why = why, .command = command, .is_other = is_other};
	}
}

void advice_add(struct advice_work *work, char *command, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(work, command, false, format, arguments);
	va_end(arguments);
}

void advice_add_other(struct advice_work *work, char *command, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(work, command, true, format, arguments);
	va_end(arguments);
}

char *advice_command(struct advice_work *work, const char *format, ...)
{
	va_list arguments;
	char *command = NULL;
	int length;

	va_start(arguments, format);
	length = vasprintf(&command, format, arguments);
	va_end(arguments);
	if (length < 0) {
		work->is_out_of_memory = true;
		return NULL;
	}
	return command;
}

char *advice_quote(const char *name, char text[static ADVICE_NAME])
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:@";
	char *to = text;

	if (name[strspn(name, plain)] == '\0') {
		snprintf(text, ADVICE_NAME, "%s", name);
		return text;
	}
	*to++ = '\'';
	for (; *name != '\0'; name++) {
		if (*name == '\'') {
			memcpy(to, "'\\''", 4);
			to += 4;
		} else {
			*to++ = *name;
		}
	}
	*to++ = '\'';
	*to = '\0';
	return text;
}

/* The taken CPUs and the other threads of their cores; without CPU 0's core, which can't be. */
static void find_cores(struct advice_work *work)
{
	const struct machine *machine = work->machine;
	struct cpulist cores = {0}, kept = {0};

	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		uint32_t core = machine->cpu[cpu].core;

		if (plan_is_taken(work->plan, cpu) && core < CPULIST_CPUS &&
		    core != machine->cpu[0].core) {
			cpulist_add(&cores, core);
		}
	}
	for (size_t cpu = 0; cpu < machine->cpu_count; cpu++) {
		if (machine->cpu[cpu].is_online && cpulist_has(&cores, machine->cpu[cpu].core)) {
			cpulist_add(&work->cores, cpu);
		}
	}
	kept = cpulist_without(&machine->online, &work->cores);
	kept = cpulist_without(&kept, &machine->isolated);
	work->rest = cpulist_without(&kept, &machine->partitioned);
	if (cpulist_is_empty(&work->rest)) {
		work->rest = kept;
	}
}

/* Runs a command on those CPUs; option: what is added. For advice_add_other. */
static char *run_command(struct advice_work *work, const char *option)
{
	const struct machine_nic *nic = &work->machine->nic;
	char list[CPULIST_TEXT], quoted[ADVICE_NAME];

	return advice_command(work, "ptprobe-pin%s%s --cpus %s %s -- COMMAND",
			      nic->lineage_count > 0 ? " -i " : "",
			      nic->lineage_count > 0 ? advice_quote(nic->lineage[0], quoted) : "",
			      cpulist_text(&work->plan->cpus, list, sizeof(list)), option);
}

static void advise_power(struct advice_work *work)
{
	const struct advice_facts *facts = work->facts;

	if (facts->governor[0] != '\0' && strcmp(facts->governor, "performance") != 0) {
		advice_add(work,
			   advice_command(work,
					  "for file in /sys/devices/system/cpu/cpu*/cpufreq/"
					  "scaling_governor; do echo performance > \"$file\"; "
					  "done"),
			   "the governor is '%s': the core starts slow after each idle moment",
			   facts->governor);
	}
	if (facts->idle_latency_us != MACHINE_NONE && facts->idle_latency_us > SHALLOW_US) {
		advice_add_other(work, run_command(work, "--no-cstates"),
				 "an idle core takes up to %" PRIu32
				 " us to wake up: keep it out of "
				 "deep idle states while the command runs",
				 facts->idle_latency_us);
	}
}

static void advise_runtime(struct advice_work *work)
{
	if (work->is_isolated || !cpulist_is_empty(&work->machine->isolated)) {
		return; /* a partition beside isolcpus= moves tasks onto its CPUs */
	}
	if (work->facts->cpuset_version == 1) {
		advice_add(work, NULL,
			   "cpuset is bound to version 1 of cgroups, hence no --partition: boot "
			   "with cgroup_no_v1=cpuset to have it");
		return;
	}
	advice_add_other(work, run_command(work, "--partition"),
			 "or, without a reboot, isolate them while the command runs");
}

int advice_make(const struct machine *machine, const struct plan *plan,
		const struct advice_facts *facts, struct advice *ret_advice)
{
	struct advice_work work = {.machine = machine, .plan = plan, .facts = facts};
	struct cpulist isolated = machine_isolated(machine);

	find_cores(&work);
	cpulist_text(&work.cores, work.cores_text, sizeof(work.cores_text));
	work.is_isolated = cpulist_covers(&isolated, &work.cores);
	if (cpulist_is_empty(&work.cores) || cpulist_is_empty(&work.rest)) {
		advice_add(&work, NULL,
			   "there is no core but CPU 0's to isolate, which the kernel's own work "
			   "needs: interrupts and other tasks stay on it");
	} else {
		advice_arguments(&work);
		advise_runtime(&work);
		advice_interrupts(&work);
	}
	advise_power(&work);
	if (work.is_out_of_memory) {
		advice_release(&work.advice);
		return -ENOMEM;
	}
	*ret_advice = work.advice;
	return 0;
}
