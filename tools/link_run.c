/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "link_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "file_ids.h"
#include "link_options.h"
#include "output.h"
#include "rights.h"
#include "signals.h"
#include "status.h"

enum { MESSAGE = 600 };

void link_say(const char *text)
{
	output_say("ptprobe-link", text);
}

void link_tell(const struct link_run *run, const char *format, ...)
{
	char text[MESSAGE];
	va_list arguments;

	if (run->options->verbose) {
		va_start(arguments, format);
		(void)vsnprintf(text, sizeof(text), format, arguments);
		va_end(arguments);
		link_say(text);
	}
}

bool link_is_told_to_stop(void *context)
{
	struct link_run *run = context;
	struct signalfd_siginfo info;

	while (read(run->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGUSR1) {
			continue; /* the lines tell */
		}
		if (run->signalled) {
			signals_abort((int)info.ssi_signo);
		}
		run->signalled = true;
	}
	return run->signalled;
}

int link_look(struct link_run *run, struct snapshot *ret_snapshot)
{
	char error[SNAPSHOT_TAKE_ERROR];

	if (snapshot_source_take(&run->source, clock_real_ns(), ret_snapshot, error) < 0) {
		link_say(error);
		return STATUS_ENVIRONMENT;
	}
	return STATUS_PASS;
}

void link_look_again(struct link_run *run)
{
	char error[SNAPSHOT_TAKE_ERROR];

	run->near.has_after =
		snapshot_source_take(&run->source, clock_real_ns(), &run->near.after, error) == 0;
	if (!run->near.has_after) {
		snprintf(run->near.why, sizeof(run->near.why), "%s", error);
	}
}

int link_give_up_rights(struct link_run *run, unsigned int needs)
{
	char text[RIGHTS_TEXT];
	int err;

	if (run->options->prometheus != NULL || run->options->snapshot != NULL) {
		needs |= RIGHTS_REPLACE;
	}
	err = rights_drop(needs, text);
	if (err == -ENOSYS) {
		report_note(&run->report, "%s", text);
	} else if (err < 0) {
		link_say(text);
		return STATUS_ENVIRONMENT;
	}
	link_tell(run, "%s", text);
	return STATUS_PASS;
}

/* Is one of the results to be written to one of those files? Says so. */
static bool is_kept(const struct link_options *options, const struct file_ids *kept,
		    const char *why)
{
	const char *const results[] = {options->output, options->prometheus, options->snapshot};
	char text[MESSAGE];

	for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++) {
		if (results[i] != NULL && file_ids_have_path(kept, results[i])) {
			snprintf(text, sizeof(text),
				 "write '%.300s': it is %s in this run: name another file",
				 results[i], why);
			link_say(text);
			return true;
		}
	}
	return false;
}

/* What is read mustn't be written to, whatever it is called. Not to be opened for reading here: of
 * a pipe that would be taken for its reader. */
static bool is_read(const struct link_options *options)
{
	struct file_ids kept = {0};

	for (size_t i = 0; i < 2; i++) {
		const char *name = options->compare[i];
		bool is_input = name != NULL && strcmp(name, "-") == 0;
		int fd = name == NULL ? -1
			 : is_input   ? STDIN_FILENO
				      : open(name, O_PATH | O_CLOEXEC);

		if (fd >= 0) {
			file_ids_add(&kept, fd);
		}
		if (fd >= 0 && !is_input) {
			close(fd);
		}
	}
	return is_kept(options, &kept, "read");
}

static int open_output(struct link_run *run)
{
	const struct link_options *options = run->options;
	const char *const replaced[] = {options->prometheus, options->snapshot};
	struct link_options others = *options;
	struct file_ids kept = {0};
	char error[OUTPUT_ERROR_TEXT];

	if (is_read(options)) {
		return STATUS_OUTPUT;
	}
	for (size_t i = 0; i < sizeof(replaced) / sizeof(*replaced); i++) {
		if (replaced[i] != NULL && output_check(replaced[i], error) < 0) {
			link_say(error);
			return STATUS_OUTPUT;
		}
	}
	if (options->output == NULL) {
		return STATUS_PASS;
	}
	if (output_open(options->output, &run->out, error) < 0) {
		run->out = stdout;
		link_say(error);
		return STATUS_OUTPUT;
	}
	run->out_name = options->output;
	file_ids_add(&kept, fileno(run->out));
	others.output = NULL;
	return is_kept(&others, &kept, "written") ? STATUS_OUTPUT : STATUS_PASS;
}

static int open_source(struct link_run *run)
{
	char error[SNAPSHOT_TAKE_ERROR];

	if (run->options->task == LINK_COMPARE) {
		return STATUS_PASS;
	}
	if (snapshot_source_open(&run->source, run->options->interface, error) < 0) {
		link_say(error);
		return STATUS_ENVIRONMENT;
	}
	run->has_source = true;
	return STATUS_PASS;
}

static int do_task(struct link_run *run)
{
	switch (run->options->task) {
	case LINK_LOAD:
		return link_load(run);
	case LINK_SERVE:
		return link_serve(run);
	case LINK_PASSIVE:
		return link_passive(run);
	case LINK_SNAPSHOT:
		return link_snapshot(run);
	case LINK_COMPARE:
		return link_compare(run);
	}
	return STATUS_USAGE;
}

static void release_seen(struct link_seen *seen)
{
	if (seen->has_before) {
		snapshot_release(&seen->before);
	}
	if (seen->has_after) {
		snapshot_release(&seen->after);
	}
	if (seen->is_compared) {
		moved_release(&seen->moved);
	}
}

static void release(struct link_run *run)
{
	release_seen(&run->near);
	release_seen(&run->far);
	if (run->shown_ns > 0) {
		snapshot_release(&run->shown);
	}
	if (run->has_source) {
		snapshot_source_close(&run->source);
	}
	if (run->out != stdout) {
		(void)fclose(run->out);
	}
	if (run->signal_fd >= 0) {
		close(run->signal_fd);
	}
}

int link_run(const struct link_options *options, int argc, char *const argv[])
{
	struct link_run run = {
		.options = options,
		.signal_fd = -1,
		.out = stdout,
		.out_name = "standard output",
		.cpus = options->cpus,
	};
	sigset_t before;
	int status;

	output_reserve_descriptors();
	(void)gethostname(run.host, sizeof(run.host) - 1);
	run.report = (struct report){
		.tool = "ptprobe-link",
		.version = PACKAGE_VERSION,
		.argc = argc,
		.argv = argv,
		.host = run.host,
		.interface = options->interface,
		.start_ns = clock_real_ns(),
		.verdict = &run.verdict,
		.cpus = &run.cpus,
	};
	status = open_output(&run);
	run.has_progress = (options->json || options->nagios || options->output != NULL) &&
			   isatty(STDERR_FILENO) == 1;
	if (status == STATUS_PASS) {
		status = open_source(&run);
	}
	if (status == STATUS_PASS) {
		run.signal_fd = signals_take(&before);
		status = do_task(&run);
	}
	release(&run);
	return status;
}
