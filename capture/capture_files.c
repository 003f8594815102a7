/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "capture_files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capfile.h"
#include "capture.h"
#include "capture_options.h"
#include "capture_write.h"
#include "expression.h"
#include "flows.h"
#include "output.h"
#include "status.h"
#include "text.h"
#include "units.h"

#define TICK_NS     INT64_C(50000000)
#define DISORDER_NS INT64_C(50000000)

/* ENDs come for 0.9 s, and a file mostly ends with the last of them: that much of --lost-after, 1 s
 * unless told, is enough for what was sent before them. */
#define LONG_ENOUGH(lost_after_ns) ((lost_after_ns) / 4 * 3)

struct capture_source {
	int fd;
	struct capture *capture; /* for its signals */
	bool is_asked_to_end;
};

/* The sums over all files that were read. */
struct capture_files_sums {
	bool any, truncated, dropped_known, received_known;
	uint64_t dropped, received, unstamped;
	uint32_t snaplen;
	uint16_t link_type;
	int status; /* that the run ends with, when not STATUS_PASS */
};

static int say(const char *name, const char *what)
{
	char text[CAPTURE_FILES_ERROR];

	snprintf(text, sizeof(text), "'%.250s': %s", name, what);
	output_say("ptprobe-capture", text);
	return STATUS_ENVIRONMENT;
}

int capture_files_open(struct capture *capture, char error[static CAPTURE_FILES_ERROR])
{
	const struct capture_options *options = capture->options;
	char why[TEXT_ERROR];
	int err;

	capture->source = calloc(options->read.count, sizeof(*capture->source));
	capture->sums = calloc(1, sizeof(*capture->sums));
	if (capture->source == NULL || capture->sums == NULL) {
		snprintf(error, CAPTURE_FILES_ERROR, "out of memory");
		return -ENOMEM;
	}
	for (size_t i = 0; i < options->read.count; i++) {
		const char *name = options->read.name[i];
		int fd = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);

		if (fd < 0) {
			err = -errno;
			snprintf(error, CAPTURE_FILES_ERROR, "open '%.300s': %s", name,
				 text_error(-err, why));
			return err;
		}
		capture->source[capture->sources++] =
			(struct capture_source){.fd = fd, .capture = capture};
		file_ids_add(&capture->kept, fd);
	}
	capture->sums->dropped_known = true;
	capture->sums->received_known = true;
	return options->has_expression
		       ? expression_new(options->expression, &capture->expression, error)
		       : 0;
}

void capture_files_close(struct capture *capture)
{
	for (size_t i = 0; i < capture->sources; i++) {
		if (capture->source[i].fd != STDIN_FILENO) {
			close(capture->source[i].fd);
		}
	}
	free(capture->source);
	free(capture->sums);
	expression_free(capture->expression);
}

/* A pipe may be silent for long: signals are heard meanwhile. */
static int read_source(void *context, void *buffer, size_t size, size_t *ret_got)
{
	struct capture_source *source = context;
	struct pollfd polls[] = {
		{.fd = source->fd, .events = POLLIN},
		{.fd = source->capture->signal_fd, .events = POLLIN},
	};
	ssize_t got;

	if (poll(polls, 2, -1) < 0) {
		return -errno;
	}
	if (polls[1].revents != 0) {
		source->is_asked_to_end |= capture_read_signals(source->capture);
	}
	if (source->is_asked_to_end) {
		*ret_got = 0;
		return 0;
	}
	if (polls[0].revents == 0) {
		return -EINTR;
	}
	got = read(source->fd, buffer, size);
	if (got < 0) {
		return -errno;
	}
	*ret_got = (size_t)got;
	return 0;
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
		capture->sums->status = STATUS_OUTPUT;
	}
}

static void take(struct capture *capture, const struct frame *frame, bool has_stamp)
{
	bool is_first = !capture->timeline.started, stepped = false;
	int64_t mono_ns;

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
		return;
	}
	capture->report.end_ns = frame->stamp_ns;
	if (capture->expression != NULL && !expression_matches(capture->expression, frame)) {
		capture->observer.counts.frames++;
		capture->last_ns = mono_ns > capture->last_ns ? mono_ns : capture->last_ns;
		return;
	}
	capture_feed(capture, frame, mono_ns);
	if (mono_ns >= capture->tick_ns) {
		capture->tick_ns = mono_ns + TICK_NS;
		capture->heard_ns = capture->last_ns - DISORDER_NS;
		capture_tick(capture, capture->heard_ns);
	}
}

static void sum_up(struct capture *capture, const struct capfile_facts *facts)
{
	struct capture_files_sums *sums = capture->sums;

	if (!sums->any) {
		sums->any = true;
		sums->link_type = facts->link_type;
	}
	sums->truncated |= facts->truncated;
	sums->dropped_known &= facts->drops_known;
	sums->received_known &= facts->received_known;
	sums->dropped += facts->dropped;
	sums->received += facts->received;
	sums->unstamped += facts->unstamped;
	sums->snaplen = facts->snaplen > sums->snaplen ? facts->snaplen : sums->snaplen;
	if (facts->end_known && facts->end_ns > capture->report.end_ns &&
	    facts->end_ns - capture->report.end_ns < INT64_C(86400000000000)) {
		capture->last_ns += facts->end_ns - capture->report.end_ns;
		capture->report.end_ns = facts->end_ns;
	}
}

/* One file. Returns an exit status. */
static int read_file(struct capture *capture, struct capture_source *source, const char *name)
{
	struct capfile *file = capfile_new(read_source, source);
	const struct capfile_facts *facts;
	uint64_t unstamped = 0;
	struct frame frame;
	int result = 0, status = STATUS_PASS;

	if (file == NULL) {
		return say(name, "out of memory");
	}
	facts = capfile_facts(file);
	while (capture->stage == CAPTURE_LISTENING) {
		result = capfile_next(file, &frame);
		if (result == -EINTR) {
			continue;
		}
		if (result <= 0) {
			break;
		}
		take(capture, &frame, facts->unstamped == unstamped);
		unstamped = facts->unstamped;
	}
	/* a pipe that is left before its first frame is no damaged file */
	if (*capfile_error(file) != '\0' && !source->is_asked_to_end) {
		status = say(name, capfile_error(file));
		if (result == -EBADMSG || result == -ENOTSUP) {
			status = STATUS_USAGE;
		}
	}
	sum_up(capture, facts);
	if (status != STATUS_PASS && facts->frames > 0) {
		/* what came before it is worth something */
		capture_note(capture, "'%.60s': %s", name, capfile_error(file));
		capture->sums->truncated = true;
		status = STATUS_PASS;
	}
	capfile_free(file);
	return status != STATUS_PASS ? status : capture->sums->status;
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
	int status = STATUS_PASS;

	for (size_t i = 0; i < capture->sources && status == STATUS_PASS; i++) {
		status = read_file(capture, &capture->source[i], capture->options->read.name[i]);
		if (capture->source[i].is_asked_to_end) {
			break;
		}
	}
	end(capture);
	/* a file without any frame is the result then */
	if (status == STATUS_PASS && capture->dump != NULL && !capture->timeline.started &&
	    capture_write_begin(capture, 0, FRAME_ETHERNET) < 0) {
		status = STATUS_OUTPUT;
	}
	return status;
}

void capture_files_fill(struct capture *capture, struct report_tap *tap)
{
	const struct capture_files_sums *sums = capture->sums;

	tap->files = capture->options->read.count;
	tap->file = capture->options->read.name;
	tap->link_type = sums->any ? expression_link_name(sums->link_type) : NULL;
	tap->snaplen = sums->snaplen;
	tap->received_known = sums->any && sums->received_known;
	tap->received = sums->received;
	tap->dropped_known = sums->any && sums->dropped_known;
	tap->dropped = sums->dropped;
	tap->truncated = sums->truncated;
}
