/* SPDX-License-Identifier: BSD-2-Clause */
#include "pin_options.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "ifname.h"

#define AT(field) offsetof(struct pin_options, field)
#define NODE_NONE UINT64_MAX

static const int64_t sample_preset_ns = 100000000;

/* One name of --roles; the length of it. */
static int add_role(struct plan_request *request, const char *text, size_t length,
		    const char **ret_error)
{
	if (request->role_count == PLAN_ROLES) {
		*ret_error = "16 roles at most";
		return -EINVAL;
	}
	if (length == 0 || length >= PLAN_ROLE_TEXT) {
		*ret_error = "a role is a name of 1 to 15 letters, digits or underscores: tx,rx";
		return -EINVAL;
	}
	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)text[i]) && text[i] != '_') {
			*ret_error = "a role is a name of letters, digits or underscores: tx,rx";
			return -EINVAL;
		}
	}
	for (size_t i = 0; i < request->role_count; i++) {
		if (strlen(request->role[i]) == length &&
		    strncasecmp(request->role[i], text, length) == 0) {
			*ret_error = "each role has a name of its own";
			return -EINVAL;
		}
	}
	memcpy(request->role[request->role_count], text, length);
	request->role[request->role_count++][length] = '\0';
	return 0;
}

static int parse_roles(const char *text, void *field, const char **ret_error)
{
	struct plan_request *request = field;
	int result;

	request->role_count = 0;
	memset(request->role, 0, sizeof(request->role));
	for (;; text++) {
		size_t length = strcspn(text, ",");

		result = add_role(request, text, length, ret_error);
		text += length;
		if (result < 0 || *text == '\0') {
			return result;
		}
	}
}

static const struct option_def options[] = {
	{.name = "interface",
	 .letter = 'i',
	 .type = OPTION_CALL,
	 .offset = AT(interface),
	 .argument = "IF",
	 .parse = ifname_parse,
	 .help = "choose the best cores for this network interface"},
	{.name = "cpus",
	 .letter = 'A',
	 .type = OPTION_CALL,
	 .offset = AT(plan.cpus),
	 .argument = "LIST",
	 .parse = cpulist_parse,
	 .help = "these CPUs, whatever would be best: 2, 0-3,8 or 10-14:2"},
	{.name = "node",
	 .letter = 'N',
	 .type = OPTION_UINT,
	 .offset = AT(node),
	 .argument = "N",
	 .min = 0,
	 .max = MACHINE_NODES - 1,
	 .help = "choose on this NUMA node instead of the interface's"},
	{.name = "cores",
	 .letter = 'n',
	 .type = OPTION_UINT,
	 .offset = AT(cores),
	 .argument = "N",
	 .min = 1,
	 .max = PLAN_CORES,
	 .help = "so many cores (default: 1, or one for each role)"},
	{.name = "roles",
	 .type = OPTION_CALL,
	 .offset = AT(plan),
	 .argument = "NAME,...",
	 .parse = parse_roles,
	 .help = "a whole core for each of these; the command finds its CPU in PTPROBE_CPU_NAME"},
	{.name = "isolated",
	 .type = OPTION_CHOICE,
	 .offset = AT(plan.isolated),
	 .argument = "WHETHER",
	 .choices = "prefer|require|ignore",
	 .preset = "prefer",
	 .help = "isolated CPUs (isolcpus, partitions) first, only these, or like any other"},
	{.name = "smt",
	 .type = OPTION_CHOICE,
	 .offset = AT(plan.smt),
	 .argument = "WHETHER",
	 .choices = "avoid|allow",
	 .preset = "avoid",
	 .help = "leave the other threads of a core idle, or use them too"},
	{.name = "mem",
	 .type = OPTION_CHOICE,
	 .offset = AT(plan.memory),
	 .argument = "POLICY",
	 .choices = "bind|prefer|local|none",
	 .preset = "bind",
	 .help = "memory from the node only, from it first, from where it runs, or as it comes"},
	{.name = "colocate",
	 .type = OPTION_FLAG,
	 .offset = AT(plan.colocate),
	 .help = "close to the CPU of the interface's interrupts rather than away from it"},
	{.name = "ignore-inherited",
	 .type = OPTION_FLAG,
	 .offset = AT(plan.ignore_inherited),
	 .help = "choose beyond the CPUs that taskset or a service manager left to this process"},
	{.name = "threads",
	 .type = OPTION_CHOICE,
	 .offset = AT(threads),
	 .argument = "HOW",
	 .choices = "together|spread",
	 .preset = "together",
	 .help = "all threads on all the cores, or each thread on a core of its own"},
	{.name = "fifo",
	 .type = OPTION_UINT,
	 .offset = AT(fifo_priority),
	 .argument = "PRIO",
	 .min = 1,
	 .max = 99,
	 .help = "run the command with this priority of SCHED_FIFO"},
	{.name = "no-cstates",
	 .type = OPTION_FLAG,
	 .offset = AT(no_cstates),
	 .help = "keep the CPUs from sleeping deeply meanwhile (/dev/cpu_dma_latency)"},
	{.name = "partition",
	 .type = OPTION_FLAG,
	 .offset = AT(partition),
	 .help = "isolate the cores for as long as the command runs (cgroup v2)"},
	{.name = "force",
	 .type = OPTION_FLAG,
	 .offset = AT(force),
	 .help = "with --partition: even where isolcpus= isolates CPUs"},
	{.name = "noise",
	 .type = OPTION_DURATION,
	 .offset = AT(noise_ns),
	 .argument = "DUR",
	 .min = 1000000,
	 .max = 3600000000000,
	 .help = "before the command, measure for how long each core is taken away"},
	{.name = "sample",
	 .type = OPTION_DURATION,
	 .offset = AT(sample_ns),
	 .argument = "DUR",
	 .min = 0,
	 .max = 60000000000,
	 .help = "watch interrupts and load so long before choosing, 0 for not at all (default "
		 "100ms; with --show, 0)"},
	{.name = "strict",
	 .type = OPTION_FLAG,
	 .offset = AT(strict),
	 .help = "exit with 120 when the placement was violated, 121 when that isn't known"},
	{.name = "show",
	 .type = OPTION_FLAG,
	 .offset = AT(show),
	 .help = "print the machine as it matters, for an interface if one is named"},
	{.name = "dry-run",
	 .type = OPTION_FLAG,
	 .offset = AT(dry_run),
	 .help = "print the choice, and why every other CPU was passed over; run nothing"},
	{.name = "advise",
	 .type = OPTION_FLAG,
	 .offset = AT(advise),
	 .help = "print the commands that would prepare this machine; run nothing"},
	{.name = "sysroot",
	 .type = OPTION_TEXT,
	 .offset = AT(sysroot),
	 .argument = "DIR",
	 .help = "read the sysfs and procfs of a recorded machine; for the three above"},
	{.name = "json",
	 .letter = 'J',
	 .type = OPTION_FLAG,
	 .offset = AT(json),
	 .help = "print, or write with -o, as JSON"},
	{.name = "output",
	 .letter = 'o',
	 .type = OPTION_TEXT,
	 .offset = AT(output),
	 .argument = "FILE",
	 .help = "also write the proof to FILE"},
	{.name = "quiet",
	 .letter = 'q',
	 .type = OPTION_FLAG,
	 .offset = AT(quiet),
	 .help = "nothing on standard error but errors"},
	{.name = "verbose",
	 .letter = 'v',
	 .type = OPTION_FLAG,
	 .offset = AT(verbose),
	 .help = "say what is being done"},
	{.name = "color",
	 .type = OPTION_CHOICE,
	 .offset = AT(color),
	 .argument = "WHEN",
	 .choices = "auto|always|never",
	 .preset = "auto",
	 .help = "colour the results"},
};

/* What stands behind --show is an interface, not a command. */
static bool takes_command(const void *config)
{
	const struct pin_options *o = config;

	return !o->show;
}

const struct option_table pin_option_table = {
	.program = "ptprobe-pin",
	.operands = "[--] COMMAND [ARGUMENT]... | --show [IF]",
	.purpose = "run a command on the best cores for a network interface, and prove that it "
		   "stayed there",
	.examples =
		"  ptprobe-pin -i eth0 -- iperf3 -c HOST        on the best core for eth0\n"
		"  ptprobe-pin -i eth0 -- ptprobe-recv -i eth0  the same for a probe\n"
		"  ptprobe-pin --cpus 2 -- iperf3 -c HOST       on CPU 2\n"
		"  ptprobe-pin --show eth0                      this machine, and what would be chosen\n"
		"  ptprobe-pin -i eth0 --dry-run                why that one\n"
		"  ptprobe-pin -i eth0 --advise                 how to prepare this machine\n",
	.max_operands = 1,
	.count = sizeof(options) / sizeof(*options),
	.option = options,
	.takes_command = takes_command,
};

/* What a command that runs needs, and what means nothing to it. NULL: well. */
static const char *settle_run(const struct pin_options *o)
{
	if (o->command == NULL) {
		return "no command: write it behind '--', or see --show, --dry-run and --advise";
	}
	if (o->sysroot != NULL) {
		return "--sysroot is for --show, --dry-run and --advise: a command runs on this "
		       "machine";
	}
	if (o->interface == NULL && o->plan.node == MACHINE_NONE &&
	    cpulist_count(&o->plan.cpus) == 0) {
		return "for what? name an interface with -i, CPUs with --cpus, or a node with "
		       "--node";
	}
	if (o->json && o->output == NULL) {
		return "standard output is the command's: name a file for the JSON with -o";
	}
	if (o->force && !o->partition) {
		return "--force is for --partition";
	}
	return NULL;
}

static const char *settle_print(const struct pin_options *o)
{
	if (o->noise_ns > 0) {
		return "--noise measures before a command runs: leave out --show, --dry-run and "
		       "--advise";
	}
	if (o->task == PIN_DRY_RUN && o->interface == NULL && o->plan.node == MACHINE_NONE &&
	    cpulist_count(&o->plan.cpus) == 0) {
		return "for what? name an interface with -i, CPUs with --cpus, or a node with "
		       "--node";
	}
	return NULL;
}

/* What no single option can know: how they go together. NULL: well. */
static const char *settle(struct pin_options *o, const struct option_result *result)
{
	if (o->show + o->dry_run + o->advise > 1) {
		return "--show, --dry-run and --advise exclude one another: give one";
	}
	if (result->operand_count == 1) {
		const char *error;

		if (o->interface != NULL) {
			return "-i and --show name two interfaces: give one";
		}
		if (ifname_parse(result->operand[0], &o->interface, &error) < 0) {
			return error;
		}
	}
	o->task = o->show ? PIN_SHOW : o->dry_run ? PIN_DRY_RUN : o->advise ? PIN_ADVISE : PIN_RUN;
	o->plan.node = o->node == NODE_NONE ? MACHINE_NONE : (uint32_t)o->node;
	o->plan.cores = (uint32_t)o->cores;
	o->command = result->command;
	if (o->sample_ns < 0) {
		o->sample_ns = o->show ? 0 : sample_preset_ns;
	}
	if (cpulist_count(&o->plan.cpus) > 0 && o->cores > 0) {
		return "--cpus says which, --cores how many are to be chosen: give one";
	}
	if (o->cores > 0 && o->cores < o->plan.role_count) {
		return "fewer --cores than --roles: leave --cores out";
	}
	if (o->quiet && o->verbose) {
		return "-q and -v exclude one another: give one";
	}
	return o->task == PIN_RUN ? settle_run(o) : settle_print(o);
}

void pin_options_parse(int argc, char *const argv[], struct pin_options *ret_options,
		       struct option_result *ret_result)
{
	const char *problem;

	*ret_options = (struct pin_options){.node = NODE_NONE, .sample_ns = -1};
	option_parse(&pin_option_table, argc, argv, ret_options, ret_result);
	if (ret_result->outcome != OPTION_RUN) {
		return;
	}
	problem = settle(ret_options, ret_result);
	if (problem != NULL) {
		ret_result->outcome = OPTION_BAD;
		snprintf(ret_result->error, sizeof(ret_result->error), "%s", problem);
	}
}
