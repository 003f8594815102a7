/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel's command line lacks, and how to write it there. */
#include <stdlib.h>
#include <string.h>

#include "advice_parts.h"
#include "machine.h"

enum { ARGUMENTS = 4, VALUE_TEXT = CPULIST_TEXT + 32 };

struct argument {
	const char *name; /* "isolcpus" */
	const char *prefix;
	struct cpulist cpus;
	bool is_present; /* with another value, which is to be replaced */
};

/* The value of an argument, which ends at a space; NULL: it isn't there. */
static const char *find_value(const char *cmdline, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = cmdline; *at != '\0'; at += strcspn(at, " \n")) {
		at += strspn(at, " \n");
		if (strncmp(at, name, length) == 0 && at[length] == '=') {
			return at + length + 1;
		}
	}
	return NULL;
}

/* The CPUs of a value. False: it isn't there, or a form that only the kernel understands. */
static bool read_cpus(const char *cmdline, const char *name, struct cpulist *ret_cpus)
{
	const char *value = find_value(cmdline, name), *error;
	char text[ADVICE_CMDLINE];
	size_t length;

	if (value == NULL) {
		return false;
	}
	length = strcspn(value, " \n");
	memcpy(text, value, length);
	text[length] = '\0';
	return cpulist_parse(text, ret_cpus, &error) == 0;
}

static struct cpulist joined(const struct cpulist *a, const struct cpulist *b)
{
	struct cpulist result = *a;

	cpulist_join(&result, b);
	return result;
}

/* rcu_nocbs= follows from nohz_full=; without that it has to be there, or be "all". */
static bool has_nocbs(const struct advice_work *work)
{
	const char *value = find_value(work->facts->cmdline, "rcu_nocbs");
	struct cpulist cpus;

	return cpulist_covers(&work->machine->nohz_full, &work->cores) ||
	       (value != NULL && strncmp(value, "all", 3) == 0) ||
	       (read_cpus(work->facts->cmdline, "rcu_nocbs", &cpus) &&
		cpulist_covers(&cpus, &work->cores));
}

/* Do interrupts keep off the cores unless told otherwise? */
static bool has_irqaffinity(const struct advice_work *work)
{
	struct cpulist cpus;

	if (work->facts->cmdline[0] == '\0') {
		return work->is_isolated; /* nothing is known: don't trouble a prepared machine */
	}
	return read_cpus(work->facts->cmdline, "irqaffinity", &cpus) &&
	       !cpulist_meets(&cpus, &work->cores);
}

static size_t find_lacking(const struct advice_work *work, struct argument argument[ARGUMENTS])
{
	const struct machine *machine = work->machine;
	size_t count = 0;

	if (!work->is_isolated) {
		argument[count++] =
			(struct argument){.name = "isolcpus",
					  .prefix = "managed_irq,domain,",
					  .cpus = joined(&machine->isolated, &work->cores)};
	}
	if (work->facts->nohz_full != ADVICE_NO &&
	    !cpulist_covers(&machine->nohz_full, &work->cores)) {
		argument[count++] =
			(struct argument){.name = "nohz_full",
					  .prefix = "",
					  .cpus = joined(&machine->nohz_full, &work->cores)};
	}
	if (!has_nocbs(work)) {
		argument[count++] =
			(struct argument){.name = "rcu_nocbs",
					  .prefix = "",
					  .cpus = joined(&machine->nohz_full, &work->cores)};
	}
	if (!has_irqaffinity(work)) {
		argument[count++] =
			(struct argument){.name = "irqaffinity", .prefix = "", .cpus = work->rest};
	}
	for (size_t i = 0; i < count; i++) {
		argument[i].is_present = find_value(work->facts->cmdline, argument[i].name) != NULL;
	}
	return count;
}

/* "isolcpus=managed_irq,domain,10,26 nohz_full=10,26": all, or those that are new. To be freed. */
static char *arguments_text(const struct argument *argument, size_t count, bool only_new)
{
	size_t room = count * VALUE_TEXT + 1, used = 0;
	char *text = calloc(1, room), *list = malloc(CPULIST_TEXT);

	for (size_t i = 0; i < count && text != NULL && list != NULL; i++) {
		if (!only_new || !argument[i].is_present) {
			used += (size_t)snprintf(
				text + used, room - used, "%s%s=%s%s", used > 0 ? " " : "",
				argument[i].name, argument[i].prefix,
				cpulist_text(&argument[i].cpus, list, CPULIST_TEXT));
		}
	}
	if (list == NULL) {
		free(text);
		text = NULL;
	}
	free(list);
	return text;
}

/* The sed script that replaces what is there and appends, by insert, what isn't. To be freed. */
static char *script_text(struct advice_work *work, const struct argument *argument, size_t count,
			 const char *insert_before, const char *insert_after)
{
	char *fresh = arguments_text(argument, count, true), *script = NULL;

	if (fresh == NULL) {
		work->is_out_of_memory = true;
		return NULL;
	}
	script = advice_command(work, "%s%s%s", *fresh != '\0' ? insert_before : "", fresh,
				*fresh != '\0' ? insert_after : "");
	free(fresh);
	for (size_t i = 0; i < count && script != NULL; i++) {
		char *one, *longer;

		if (!argument[i].is_present) {
			continue;
		}
		one = arguments_text(&argument[i], 1, false);
		longer = one == NULL ? NULL
				     : advice_command(work, "%s%ss/%s=[^ \"]*/%s/", script,
						      *script != '\0' ? "; " : "", argument[i].name,
						      one);
		free(one);
		free(script);
		script = longer;
	}
	work->is_out_of_memory = work->is_out_of_memory || script == NULL;
	return script;
}

static char *grubby_text(struct advice_work *work, const struct argument *argument, size_t count)
{
	char *all = arguments_text(argument, count, false), *command = NULL, removed[64] = "";

	for (size_t i = 0; i < count; i++) {
		if (argument[i].is_present) {
			size_t used = strlen(removed);

			snprintf(removed + used, sizeof(removed) - used, "%s%s",
				 used > 0 ? " " : "", argument[i].name);
		}
	}
	if (all != NULL) {
		command = advice_command(work, "grubby --update-kernel=ALL%s%s%s --args='%s'",
					 *removed != '\0' ? " --remove-args='" : "", removed,
					 *removed != '\0' ? "'" : "", all);
	}
	work->is_out_of_memory = work->is_out_of_memory || command == NULL;
	free(all);
	return command;
}

void advice_arguments(struct advice_work *work)
{
	struct argument argument[ARGUMENTS];
	size_t count = find_lacking(work, argument);
	const char *ticks = work->facts->nohz_full == ADVICE_NO ? "" : ", ticks";
	char *script = NULL, *command = NULL;

	if (count == 0) {
		return;
	}
	switch (work->facts->loader) {
	case ADVICE_LOADER_UPDATE_GRUB:
		script = script_text(work, argument, count, "s/^GRUB_CMDLINE_LINUX=\"/&", " /");
		if (script != NULL) {
			command = advice_command(
				work, "sed -i '%s' /etc/default/grub && update-grub", script);
		}
		break;
	case ADVICE_LOADER_FIRMWARE:
		script = script_text(work, argument, count, "1s/$/ ", "/");
		if (script != NULL) {
			command = advice_command(work, "sed -i '%s' /boot/firmware/cmdline.txt",
						 script);
		}
		break;
	case ADVICE_LOADER_GRUBBY:
		command = grubby_text(work, argument, count);
		break;
	case ADVICE_LOADER_UNKNOWN:
		command = arguments_text(argument, count, false);
		work->is_out_of_memory = work->is_out_of_memory || command == NULL;
		break;
	}
	free(script);
	if (work->facts->loader == ADVICE_LOADER_UNKNOWN) {
		advice_add_other(work, command,
				 "keep other tasks%s, callbacks and interrupts off CPUs %s, from "
				 "the next boot on (the boot loader isn't known, these are the "
				 "arguments)",
				 ticks, work->cores_text);
	} else {
		advice_add(work, command,
			   "keep other tasks%s, callbacks and interrupts off CPUs %s, from the "
			   "next boot on",
			   ticks, work->cores_text);
	}
}
