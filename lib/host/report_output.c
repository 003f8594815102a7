/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report_output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "flows.h"
#include "output.h"
#include "report_options.h"
#include "report.h"
#include "rights.h"
#include "status.h"
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

void report_output_commit(struct report_output *output)
{
	int err = output_commit(output->out, &output->whole);

	if (err < 0) {
		say_failure(output,
			    output->options->output != NULL ? output->options->output : "stdout",
			    -err);
	}
}

bool report_output_begin(const struct report_output *output)
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

int report_output_confine(struct report_output *output, unsigned int needs, struct report *report)
{
	const struct report_options *options = output->options;
	char text[RIGHTS_TEXT], error[OUTPUT_ERROR_TEXT];
	int err = rights_drop(needs | (options->prometheus != NULL ? RIGHTS_REPLACE : 0), text);
	bool has_failed = err < 0 && err != -ENOSYS;

	if (err == -ENOSYS) {
		report_note(report, "%s", text);
	}
	if (has_failed || options->verbose) {
		output_say(output->program, text);
	}
	if (has_failed) {
		return STATUS_ENVIRONMENT;
	}
	if (options->prometheus != NULL && output_check(options->prometheus, error) < 0) {
		output_say(output->program, error);
		return STATUS_OUTPUT;
	}
	return STATUS_PASS;
}

static void write_interval(struct report_output *output, const struct flow_snapshot *flow,
			   const struct flow_interval *interval, int64_t from_ns, int64_t to_ns)
{
	if (!report_output_begin(output)) {
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
	report_output_commit(output);
}

/* Those up to until_ns, since the first probe. */
static void write_intervals(struct report_output *output, struct flows *flows,
			    struct flow_snapshot *scratch, int64_t now_ns, int64_t until_ns)
{
	struct flow_interval interval;

	for (size_t i = 0; i < flows_count(flows); i++) {
		struct flow *flow = flows_at(flows, i);

		flow_take_interval(flow, &interval);
		/* of a sender that has ended there is nothing to tell */
		if (flow->sequence.end_seen && interval.counts.received == 0 &&
		    interval.counts.lost == 0) {
			continue;
		}
		flow_snapshot(flow, now_ns, scratch);
		write_interval(output, scratch, &interval, output->interval_from_ns, until_ns);
	}
	output->interval_from_ns = until_ns;
}

int64_t report_output_due_ns(const struct report_output *output, struct flows *flows)
{
	if (!report_options_want_intervals(output->options) || flows_count(flows) == 0) {
		return INT64_MAX;
	}
	return flows_at(flows, 0)->first_mono_ns + output->interval_from_ns +
	       output->options->interval_ns;
}

void report_output_intervals(struct report_output *output, struct flows *flows,
			     struct flow_snapshot *scratch, int64_t now_ns, bool is_last)
{
	int64_t period_ns = output->options->interval_ns, since_ns;

	if (!report_options_want_intervals(output->options) || flows_count(flows) == 0) {
		return;
	}
	since_ns = now_ns - flows_at(flows, 0)->first_mono_ns;
	if (is_last) {
		/* what is left since the last full one, if anything is */
		if (since_ns > output->interval_from_ns) {
			write_intervals(output, flows, scratch, now_ns, since_ns);
		}
	} else if (since_ns >= output->interval_from_ns + period_ns) {
		write_intervals(output, flows, scratch, now_ns, since_ns - since_ns % period_ns);
	}
}

void report_output_json(struct report_output *output, json_t *json)
{
	bool stream = output->options->form == REPORT_JSON_STREAM;

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

void report_output_replace(struct report_output *output,
			   void (*print)(const void *data, FILE *file), const void *data)
{
	int err;

	if (output->options->prometheus == NULL) {
		return;
	}
	err = output_replace(output->options->prometheus, print, data);
	if (err < 0) {
		say_failure(output, output->options->prometheus, -err);
	}
}

void report_output_report(struct report_output *output, const struct report *report)
{
	if (report_output_begin(output)) {
		switch (output->options->form) {
		case REPORT_TEXT:
			report_text(report, output_wants_color(output->options->color, output->out),
				    output->out);
			break;
		case REPORT_JSON:
		case REPORT_JSON_STREAM:
			report_output_json(output, report_json(report));
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
		report_output_commit(output);
	}
	report_output_replace(output, print_prometheus, report);
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
