/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "recv_output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flow.h"
#include "recv_error.h"
#include "recv_options.h"
#include "report.h"

/* Once for each output that fails; a reader that has gone away needs no message. */
static void say_failure(struct recv_output *output, const char *name, int err)
{
	char why[RECV_ERROR_REASON];

	if (err != EPIPE) {
		fprintf(stderr, "ptprobe-recv: write to %s: %s: the result is incomplete\n", name,
			recv_error_reason(-err, why));
	}
	output->failed = true;
}

/* Hands on what was written since the last time, or takes it back: a reader finds complete lines
 * only. */
static void commit(struct recv_output *output)
{
	const char *name = output->options->output != NULL ? output->options->output : "stdout";
	struct stat status;
	int err = 0;

	/* a full buffer may have failed before; errno is that failure's then */
	if (fflush(output->out) != 0 || ferror(output->out)) {
		err = errno != 0 ? errno : EIO;
	}
	if (err == 0) {
		output->whole = lseek(fileno(output->out), 0, SEEK_CUR);
		return;
	}
	if (output->options->output != NULL && fstat(fileno(output->out), &status) == 0 &&
	    S_ISREG(status.st_mode)) {
		(void)!ftruncate(fileno(output->out), output->whole);
	}
	say_failure(output, name, err);
}

/* Nothing is written behind a failure. */
static bool begin(const struct recv_output *output)
{
	errno = 0;
	return !ferror(output->out);
}

static bool wants_colour(const struct recv_output *output)
{
	const char *term = getenv("TERM");

	if (output->options->color != RECV_COLOR_AUTO) {
		return output->options->color == RECV_COLOR_ALWAYS;
	}
	return isatty(fileno(output->out)) && getenv("NO_COLOR") == NULL && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

/* fopen(3) takes the lowest number: below 3 only when that was closed. */
static void reserve_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO) {
		close(fd);
	}
}

static int open_file(const char *path, FILE **ret_file, char *error)
{
	FILE *file = fopen(path, "we");
	char why[RECV_ERROR_REASON];

	if (file == NULL) {
		int err = -errno;

		snprintf(error, RECV_OUTPUT_ERROR_TEXT, "open '%s': %s", path,
			 recv_error_reason(err, why));
		return err;
	}
	*ret_file = file;
	return 0;
}

/* The file itself appears when it is complete; that it can is known from its folder. */
static int check_folder(const char *path, char *error)
{
	char copy[PATH_MAX], why[RECV_ERROR_REASON];
	const char *folder;

	snprintf(copy, sizeof(copy), "%s", path);
	folder = dirname(copy);
	if (access(folder, W_OK | X_OK) < 0) {
		int err = -errno;

		snprintf(error, RECV_OUTPUT_ERROR_TEXT, "write '%s': folder '%s': %s", path, folder,
			 recv_error_reason(err, why));
		return err;
	}
	return 0;
}

int recv_output_open(struct recv_output *output, const struct recv_options *options,
		     char error[static RECV_OUTPUT_ERROR_TEXT])
{
	int err = 0;

	reserve_descriptors();
	*output = (struct recv_output){.options = options, .out = stdout};
	if (options->output != NULL) {
		err = open_file(options->output, &output->out, error);
	}
	if (err == 0 && options->hgrm != NULL) {
		err = open_file(options->hgrm, &output->hgrm, error);
	}
	if (err == 0 && options->prometheus != NULL) {
		err = check_folder(options->prometheus, error);
	}
	return err;
}

bool recv_output_wants_intervals(const struct recv_output *output)
{
	const struct recv_options *options = output->options;

	return options->interval_ns > 0 && (options->form == RECV_JSON_STREAM ||
					    (options->form == RECV_TEXT && !options->quiet));
}

void recv_output_interval(struct recv_output *output, const struct flow_snapshot *flow,
			  const struct flow_interval *interval, int64_t from_ns, int64_t to_ns)
{
	if (!begin(output)) {
		return;
	}
	if (output->options->form == RECV_JSON_STREAM) {
		(void)report_json_write(report_interval_json(flow, interval, from_ns, to_ns), true,
					output->out);
	} else {
		if (!output->headed) {
			report_interval_text_header(output->out);
			output->headed = true;
		}
		report_interval_text(flow, interval, from_ns, to_ns, output->out);
	}
	commit(output);
}

static void write_json(struct recv_output *output, const struct report *report, bool stream)
{
	json_t *json = report_json(report);

	if (json != NULL && stream) {
		(void)json_object_set_new(json, "type", json_string("report"));
	}
	/* NULL: no memory for the whole of it, and a part would be a lie */
	if (json == NULL) {
		say_failure(output, "the report", ENOMEM);
	} else {
		(void)report_json_write(json, stream, output->out);
	}
}

static void write_prometheus(struct recv_output *output, const struct report *report)
{
	const char *path = output->options->prometheus;
	char temporary[PATH_MAX];
	FILE *file;
	int err;

	snprintf(temporary, sizeof(temporary), "%s.tmp.%ld", path, (long)getpid());
	file = fopen(temporary, "we");
	if (file == NULL) {
		say_failure(output, path, errno);
		return;
	}
	report_prometheus(report, file);
	err = ferror(file) ? EIO : 0;
	if (fclose(file) != 0 && err == 0) {
		err = errno;
	}
	if (err == 0 && rename(temporary, path) != 0) {
		err = errno;
	}
	if (err != 0) {
		(void)unlink(temporary);
		say_failure(output, path, err);
	}
}

void recv_output_report(struct recv_output *output, const struct report *report)
{
	if (begin(output)) {
		switch (output->options->form) {
		case RECV_TEXT:
			report_text(report, wants_colour(output), output->out);
			break;
		case RECV_JSON:
			write_json(output, report, false);
			break;
		case RECV_JSON_STREAM:
			write_json(output, report, true);
			break;
		case RECV_CSV:
			report_csv(report, output->out);
			break;
		case RECV_INFLUX:
			report_influx(report, output->out);
			break;
		case RECV_NAGIOS:
			report_nagios(report, output->out);
			break;
		}
		commit(output);
	}
	if (output->options->prometheus != NULL) {
		write_prometheus(output, report);
	}
	if (output->hgrm != NULL && report->flows > 0) {
		report_hgrm(&report->flow[0], output->hgrm);
	}
}

int recv_output_close(struct recv_output *output)
{
	if (output->hgrm != NULL) {
		int err = ferror(output->hgrm) ? EIO : 0;

		if (fclose(output->hgrm) != 0) {
			err = errno;
		}
		if (err != 0) {
			say_failure(output, output->options->hgrm, err);
		}
	}
	if (output->out != NULL && output->out != stdout && fclose(output->out) != 0 &&
	    !output->failed) {
		say_failure(output, output->options->output, errno);
	}
	return output->failed ? -EIO : 0;
}
