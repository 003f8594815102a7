/* SPDX-License-Identifier: BSD-2-Clause */
/* What was seen, compared and judged, and the result in each of its forms. */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "link_options.h"
#include "link_report.h"
#include "link_run.h"
#include "output.h"
#include "put.h"
#include "status.h"
#include "text.h"

enum { MESSAGE = 600 };

static void say_failure(struct link_run *run, const char *name, int number)
{
	char text[MESSAGE], why[TEXT_ERROR];

	run->write_failed = true;
	if (number != EPIPE) {
		snprintf(text, sizeof(text), "write to %.300s: %s: the result is incomplete", name,
			 text_error(number, why));
		link_say(text);
	}
}

/* 0 or -errno: -EINVAL, they are of two cards. */
static int compare(struct link_seen *seen, const char *name, struct link_end *end)
{
	int err = 0;

	*end = (struct link_end){
		.name = name,
		.why = seen->why,
		.is_lost = seen->has_before && !seen->has_after,
	};
	if (!seen->has_before || !seen->has_after) {
		return 0;
	}
	err = moved_compare(&seen->before, &seen->after, &seen->moved);
	if (err == 0) {
		seen->is_compared = true;
		end->is_known = true;
		end->before = &seen->before;
		end->after = &seen->after;
		end->moved = &seen->moved;
	}
	return err;
}

/* The other end may have become another one meanwhile; ours may not. */
static int compare_both(struct link_run *run)
{
	int err = compare(&run->near, "this end", &run->result.near);

	if (err == 0) {
		err = compare(&run->far, "far end", &run->result.far);
		if (err == -EINVAL) {
			snprintf(run->far.why, sizeof(run->far.why),
				 "it told of two different cards");
			run->result.far.is_lost = true;
			err = 0;
		}
	} else if (err == -EINVAL) {
		link_say("the two snapshots are of different cards: compare those of one host, "
			 "interface and driver");
		return STATUS_ENVIRONMENT;
	}
	if (err < 0) {
		link_say("out of memory");
		return STATUS_ENVIRONMENT;
	}
	return STATUS_PASS;
}

static void write_text(const struct link_run *run)
{
	const struct report *report = &run->report;

	report_head_text(report, run->out);
	link_text(&run->result, run->out);
	report_notes_text(report, run->out);
	report_verdict_text(report, output_wants_color(run->options->color, run->out), run->out);
	link_advice_text(&run->result, run->out);
}

static void write_json(struct link_run *run)
{
	json_t *object = report_json(&run->report);

	object = put_whole(object,
			   link_put(object, &run->result,
				    run->result.load != NULL ? load_json(run->result.load) : NULL));
	if (object == NULL) {
		errno = ENOMEM;
		say_failure(run, run->out_name, ENOMEM);
		return;
	}
	(void)report_json_write(object, false, run->out);
}

static void write_prometheus(const void *data, FILE *file)
{
	const struct link_run *run = data;

	link_prometheus(&run->report, &run->result, file);
}

static int write_result(struct link_run *run)
{
	const struct link_options *options = run->options;
	int err;

	errno = 0;
	if (options->json) {
		write_json(run);
	} else if (options->nagios) {
		link_nagios(&run->report, &run->result, run->out);
	} else {
		write_text(run);
	}
	err = output_commit(run->out, &run->whole);
	if (err < 0 && !run->write_failed) {
		say_failure(run, run->out_name, -err);
	}
	if (options->prometheus != NULL) {
		err = output_replace(options->prometheus, write_prometheus, run);
		if (err < 0) {
			say_failure(run, options->prometheus, -err);
		}
	}
	return run->write_failed ? STATUS_OUTPUT : STATUS_PASS;
}

int link_conclude(struct link_run *run)
{
	int status = compare_both(run), written;

	link_end_progress(run);
	if (status != STATUS_PASS) {
		return status;
	}
	run->report.end_ns = clock_real_ns();
	link_judge(&run->options->limits, &run->result, &run->verdict);
	link_notes(&run->options->limits, &run->result, &run->report);
	run->report.limits_set = true; /* some are set unasked */
	written = write_result(run);
	return written != STATUS_PASS ? written : verdict_status(run->verdict.result);
}
