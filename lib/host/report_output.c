/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report_output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "flow.h"
#include "output.h"
#include "report_options.h"
#include "report.h"
#include "text.h"

/* Once for each output that fails; a reader that has gone away needs no message. */
static void say_failure(struct report_output *output, const char *name, int err)
{
	char why[TEXT_ERROR];

	if (err != EPIPE) {
		fprintf(stderr, "%s: write to %s: %s: the result is incomplete\n", output->program,
			name, text_error(err, why));
	}
	output->failed = true;
}

static void commit(struct report_output *output)
{
	int err = output_commit(output->out, &output->whole);

	if (err < 0) {
		say_failure(output,
			    output->options->output != NULL ? output->options->output : "stdout",
			    -err);
	}
}

/* Nothing is written behind a failure. */
static bool begin(const struct report_output *output)
{
	errno = 0;
	return !ferror(output->out);
}

int report_output_open(struct report_output *output, const char *program,
		       const struct report_options *options, char error[static OUTPUT_ERROR_TEXT])
{
	int err = 0;

	output_reserve_descriptors();
	*output = (struct report_output){.program = program, .options = options, .out = stdout};
	if (options->output != NULL) {
		err = output_open(options->output, &output->out, error);
	}
	if (err == 0 && options->hgrm != NULL) {
		err = output_open(options->hgrm, &output->hgrm, error);
	}
	if (err == 0 && options->prometheus != NULL) {
		err = output_check(options->prometheus, error);
	}
	return err;
}

void report_output_interval(struct report_output *output, const struct flow_snapshot *flow,
			    const struct flow_interval *interval, int64_t from_ns, int64_t to_ns)
{
	if (!begin(output)) {
		return;
	}
	if (output->options->form == REPORT_JSON_STREAM) {
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

static void write_json(struct report_output *output, const struct report *report, bool stream)
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

static void print_prometheus(const void *data, FILE *file)
{
	report_prometheus(data, file);
}

void report_output_report(struct report_output *output, const struct report *report)
{
	if (begin(output)) {
		switch (output->options->form) {
		case REPORT_TEXT:
			report_text(report, output_wants_color(output->options->color, output->out),
				    output->out);
			break;
		case REPORT_JSON:
			write_json(output, report, false);
			break;
		case REPORT_JSON_STREAM:
			write_json(output, report, true);
			break;
		case REPORT_CSV:
			report_csv(report, output->out);
			break;
		case REPORT_INFLUX:
			report_influx(report, output->out);
			break;
		case REPORT_NAGIOS:
			report_nagios(report, output->out);
			break;
		}
		commit(output);
	}
	if (output->options->prometheus != NULL) {
		int err = output_replace(output->options->prometheus, print_prometheus, report);

		if (err < 0) {
			say_failure(output, output->options->prometheus, -err);
		}
	}
	if (output->hgrm != NULL && report->flows > 0) {
		report_hgrm(&report->flow[0], output->hgrm);
	}
}

int report_output_close(struct report_output *output)
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
