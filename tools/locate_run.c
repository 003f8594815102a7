/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "locate_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "clock.h"
#include "file_ids.h"
#include "locate_input.h"
#include "locate_options.h"
#include "output.h"
#include "put.h"
#include "report.h"
#include "rights.h"
#include "status.h"
#include "text.h"
#include "verdict.h"

enum { HOST_TEXT = 256 };

struct output {
	FILE *file;
	const char *name;
	off_t whole;
	bool failed;
};

/* Never over what is read. */
static int open_output(const struct locate_tool_options *options, const struct locate_files *files,
		       struct output *output)
{
	char error[OUTPUT_ERROR_TEXT];
	struct file_ids kept = {0};

	if (options->output != NULL) {
		output->name = options->output;
		for (size_t i = 0; i < files->count; i++) {
			file_ids_add(&kept, fileno(files->file[i]));
		}
		if (file_ids_have_path(&kept, options->output)) {
			output->file = NULL;
			snprintf(error, sizeof(error),
				 "write '%.300s': it is read in this run: name another file",
				 options->output);
			output_say("ptprobe-locate", error);
			return STATUS_OUTPUT;
		}
		if (output_open(options->output, &output->file, error) < 0) {
			output->file = NULL;
			output_say("ptprobe-locate", error);
			return STATUS_OUTPUT;
		}
	}
	return STATUS_PASS;
}

static void say_failure(struct output *output, int number)
{
	char text[OUTPUT_ERROR_TEXT], why[TEXT_ERROR];

	output->failed = true;
	if (number != EPIPE) {
		snprintf(text, sizeof(text), "write to %.300s: %s: the result is incomplete",
			 output->name, text_error(number, why));
		output_say("ptprobe-locate", text);
	}
}

static int close_output(struct output *output)
{
	int err = output->file != NULL ? output_commit(output->file, &output->whole) : 0;

	if (err < 0) {
		say_failure(output, -err);
	}
	if (output->file != NULL && output->file != stdout && fclose(output->file) != 0 &&
	    !output->failed) {
		say_failure(output, errno);
	}
	return output->failed ? STATUS_OUTPUT : STATUS_PASS;
}

static json_t *result_json(const struct report *report, const struct locate_result *result)
{
	json_t *object = report_json(report);

	return put_whole(object, locate_put(object, result));
}

static void write_result(const struct locate_tool_options *options, const struct report *report,
			 const struct locate_result *result, struct output *output)
{
	json_t *json;

	errno = 0;
	if (!options->json) {
		locate_text(result, output->file);
		report_verdict_text(report, output_wants_color(options->color, output->file),
				    output->file);
		return;
	}
	json = result_json(report, result);
	if (json == NULL) {
		say_failure(output, ENOMEM);
		return;
	}
	(void)report_json_write(json, false, output->file);
}

/* Nothing of a stranger's file is looked at before. */
static int give_up_rights(const struct locate_tool_options *options, struct report *report)
{
	char text[RIGHTS_TEXT];
	int err = rights_drop(0, text);

	if (err == -ENOSYS) {
		report_note(report, "%s", text);
	} else if (err < 0) {
		output_say("ptprobe-locate", text);
		return STATUS_ENVIRONMENT;
	}
	if (options->verbose) {
		output_say("ptprobe-locate", text);
	}
	return STATUS_PASS;
}

static int join(const struct locate_tool_options *options, struct report *report,
		const struct vantages *vantages, struct output *output)
{
	bool limits_set = options->limits.has_expect || options->limits.count > 0;
	struct locate_result *result;
	struct verdict verdict;
	int err = locate_join(vantages, &options->join, &result);

	if (err < 0) {
		output_say("ptprobe-locate",
			   err == -ENOSPC ? "the seqs lie in more ranges than can be held"
					  : "out of memory");
		return STATUS_ENVIRONMENT;
	}
	locate_judge(result, &options->limits, &verdict);
	if (verdict.result == VERDICT_PASS && !limits_set) {
		verdict_reason(&verdict, "the fate of every probe is known; no limit was set");
	}
	for (size_t i = 0; i < vantages->count; i++) {
		if (vantages->vantage[i]->vouched) {
			report_note(report, "--complete: you vouch for the capture of %.60s",
				    vantages->vantage[i]->name);
		}
	}
	report->verdict = &verdict;
	report->limits_set = limits_set;
	report->end_ns = clock_real_ns();
	write_result(options, report, result, output);
	locate_free(result);
	return verdict_status(verdict.result);
}

int locate_run(const struct locate_tool_options *options, int argc, char *const argv[])
{
	struct vantages vantages = {0};
	struct locate_files files = {0};
	char host[HOST_TEXT] = "";
	struct report report = {
		.tool = "ptprobe-locate",
		.version = PACKAGE_VERSION,
		.argc = argc,
		.argv = argv,
		.host = host,
		.start_ns = clock_real_ns(),
	};
	struct output output = {.file = stdout, .name = "stdout"};
	int status, closed;

	signal(SIGPIPE, SIG_IGN);
	(void)gethostname(host, sizeof(host) - 1);
	output_reserve_descriptors();
	status = locate_input_open(&options->inputs, &files);
	if (status == STATUS_PASS) {
		status = open_output(options, &files, &output);
	}
	if (status == STATUS_PASS) {
		status = give_up_rights(options, &report);
	}
	if (status == STATUS_PASS) {
		status = locate_input_read(options, &files, &vantages);
	}
	if (status == STATUS_PASS) {
		status = join(options, &report, &vantages, &output);
	}
	closed = close_output(&output);
	locate_input_close(&files);
	vantages_release(&vantages);
	return closed != STATUS_PASS ? closed : status;
}
