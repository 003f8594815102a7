/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "capture_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "capfile.h"
#include "capture.h"
#include "capture_options.h"
#include "capture_write.h"
#include "expression.h"
#include "flows.h"
#include "status.h"
#include "units.h"

#define TICK_NS     INT64_C(50000000)
#define DISORDER_NS INT64_C(50000000)

/* ENDs come for 0.9 s, and a file mostly ends with the last of them: that much of --lost-after, 1 s
 * unless told, is enough for what was sent before them. */
#define LONG_ENOUGH(lost_after_ns) ((lost_after_ns) / 4 * 3)

int capture_files_open(struct capture *capture, char error[static CAPTURE_FILES_ERROR])
{
	const struct capture_options *options = capture->options;
	int err = sources_open(&capture->sources, &options->read, &capture->kept, error);

	if (err < 0) {
		return err;
	}
	return options->has_expression
		       ? expression_new(options->expression, &capture->expression, error)
		       : 0;
}

void capture_files_close(struct capture *capture)
{
	sources_close(&capture->sources);
	expression_free(capture->expression);
}

static void note_step(struct capture *capture)
{
	char by[UNITS_TEXT];

	flows_split_delay(capture->flows);
	capture_note(capture,
		     "a frame is %s older than the one before: a clock was stepped, or the files "
		     "aren't in the order of time: the delay series begins anew",
		     units_duration_text(capture->timeline.last_step_ns, by));
}

/* The first frame of all is when the capture began, as far as anyone knows. */
static void begin(struct capture *capture, const struct frame *frame, int64_t mono_ns)
{
	capture->began_ns = mono_ns;
	capture->last_ns = mono_ns;
	capture->heard_ns = mono_ns;
	capture->report.start_ns = frame->stamp_ns;
	flows_set_joined(capture->flows, mono_ns);
	if (capture->dump != NULL &&
	    capture_write_begin(capture, frame->stamp_ns, frame->link_type) < 0) {
		capture->stage = CAPTURE_DONE;
		capture->files_status = STATUS_OUTPUT;
	}
}

static bool take(void *context, const struct frame *frame, bool has_stamp,
		 const struct capfile_facts *facts)
{
	struct capture *capture = context;
	bool is_first = !capture->timeline.started, stepped = false;
	int64_t mono_ns;

	(void)facts;
	mono_ns = has_stamp || is_first
			  ? timeline_add(&capture->timeline, frame->stamp_ns, &stepped)
			  : capture->timeline.last_ns;
	if (is_first) {
		begin(capture, frame, mono_ns);
	}
	if (stepped) {
		note_step(capture);
	}
	if (capture->stage == CAPTURE_DONE || capture_has_enough(capture, mono_ns)) {
		capture->stage = CAPTURE_DONE;
		return false;
	}
	capture->report.end_ns = frame->stamp_ns;
	if (capture->expression != NULL && !expression_matches(capture->expression, frame)) {
		capture->observer.counts.frames++;
		capture->last_ns = mono_ns > capture->last_ns ? mono_ns : capture->last_ns;
		return true;
	}
	capture_feed(capture, frame, mono_ns);
	if (mono_ns >= capture->tick_ns) {
		capture->tick_ns = mono_ns + TICK_NS;
		capture->heard_ns = capture->last_ns - DISORDER_NS;
		capture_tick(capture, capture->heard_ns);
	}
	return capture->stage == CAPTURE_LISTENING;
}

/* A file may tell that its capture went on behind its last frame. */
static void end_file(void *context, const struct capfile_facts *facts)
{
	struct capture *capture = context;

	if (facts->end_known && facts->end_ns > capture->report.end_ns &&
	    facts->end_ns - capture->report.end_ns < INT64_C(86400000000000)) {
		capture->last_ns += facts->end_ns - capture->report.end_ns;
		capture->report.end_ns = facts->end_ns;
	}
}

static void note(void *context, const char *text)
{
	capture_note(context, "%s", text);
}

static bool read_signals(void *context)
{
	return capture_read_signals(context);
}

/* What is missing behind the files' end can't come any more. */
static void end(struct capture *capture)
{
	int64_t lost_after_ns = capture->options->lost_after_ns;

	capture->heard_ns = capture->last_ns;
	capture_tick(capture, capture->heard_ns);
	for (size_t i = 0; i < flows_count(capture->flows); i++) {
		struct flow *flow = flows_at(capture->flows, i);
		const struct sequence *sequence = &flow->sequence;

		if (sequence->end_seen && !sequence->tail_settled &&
		    capture->heard_ns - sequence->end_ns >= LONG_ENOUGH(lost_after_ns)) {
			flow_tick(flow, sequence->end_ns + lost_after_ns + 1);
		}
	}
	capture_freeze(capture, capture->heard_ns);
	capture->stage = CAPTURE_DONE;
}

int capture_files_run(struct capture *capture)
{
	const struct sources_user user = {
		.program = "ptprobe-capture",
		.signal_fd = capture->signal_fd,
		.context = capture,
		.read_signals = read_signals,
		.take = take,
		.end = end_file,
		.note = note,
	};
	int status = sources_run(&capture->sources, &user);

	status = status != STATUS_PASS ? status : capture->files_status;
	end(capture);
	/* a file without any frame is the result then */
	if (status == STATUS_PASS && capture->dump != NULL && !capture->timeline.started &&
	    capture_write_begin(capture, 0, FRAME_ETHERNET) < 0) {
		status = STATUS_OUTPUT;
	}
	return status;
}
