/* SPDX-License-Identifier: BSD-2-Clause */
/* One run of the wire witness: from the tap or the files to the exit status. */
#ifndef PTPROBE_CAPTURE_H
#define PTPROBE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/utsname.h>

#include "addresses.h"
#include "clockwatch.h"
#include "collector.h"
#include "file_ids.h"
#include "link.h"
#include "live.h"
#include "observer.h"
#include "report.h"
#include "report_output.h"
#include "sources.h"
#include "timeline.h"

struct capture_options;
struct dump;
struct expression;
struct flow_snapshot;
struct flows;

enum capture_stage {
	CAPTURE_LISTENING,
	CAPTURE_STOPPING, /* ended by us: frames that came before are still to be handed over */
	CAPTURE_SETTLING, /* open gaps may still be filled */
	CAPTURE_DONE,
};

struct capture {
	const struct capture_options *options;
	bool is_bounded; /* may have enough by itself: --count, --time, or files that are full */
	enum capture_stage stage;
	bool stopped_by_us, signalled;
	int signal_fd;
	/* what is fed, and where it goes */
	struct flows *flows;
	struct observer observer;
	struct dump *dump;   /* NULL: nothing is written */
	bool is_written_out; /* as many files as were asked for */
	bool write_failed;   /* and was said */
	struct utsname machine;
	char system[2 * sizeof(((struct utsname *)NULL)->release)];
	struct report_output output;
	struct file_ids kept; /* what is read, and the results: not to be written over */
	/* the tap */
	struct live *live; /* NULL: files are read */
	struct link link;
	struct collector collector;
	struct clockwatch clockwatch;
	struct addresses addresses;
	struct live_counts counts; /* at the end */
	bool is_gone;              /* the interface went, and the tap with it */
	int64_t offset_ns;         /* CLOCK_REALTIME - CLOCK_MONOTONIC, as of turn_ns */
	int64_t turn_ns;
	/* the files */
	struct sources sources;
	int files_status;              /* that the run ends with, when not STATUS_PASS */
	struct expression *expression; /* NULL: none */
	struct timeline timeline;
	/* time, on the clock of the streams' mono_ns */
	int64_t began_ns;
	int64_t heard_ns; /* all that came until then was looked at */
	int64_t last_ns;  /* of the latest frame */
	int64_t stop_ns;  /* when we ended it */
	int64_t tick_ns;  /* when the streams are to be told of the time next */
	int64_t due_ns;   /* when the next interval line is */
	/* results */
	struct flow_snapshot *snapshot; /* room for FLOWS_MAX */
	struct report_tap_flow *tap_flow;
	struct report_tap tap;
	struct report report; /* what doesn't change, and the notes so far */
};

/* Runs it all; argv for the report. Returns the exit status (status.h). */
int capture_run(const struct capture_options *options, int argc, char *const argv[]);

/*
 * Feeds one frame of that time: looks for probes in it, lets time pass for the streams, writes
 * interval lines that are due by then, and the frame itself where frames go.
 */
void capture_feed(struct capture *capture, const struct frame *frame, int64_t mono_ns);

/* Lets time pass to heard_ns, when everything that came until then has been fed. */
void capture_tick(struct capture *capture, int64_t heard_ns);

/* Takes in no more probes, but for those that fill gaps. */
void capture_freeze(struct capture *capture, int64_t mono_ns);

/* A note in the report, and with -v at once. */
void capture_note(struct capture *capture, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* True when --count has been reached, or as many files were written as were asked for. */
bool capture_has_count(const struct capture *capture);

/* Likewise, or --time is over at mono_ns. Inline as far as nothing bounds the run: each frame asks.
 */
bool capture_has_reached(const struct capture *capture, int64_t mono_ns);

static inline bool capture_has_enough(const struct capture *capture, int64_t mono_ns)
{
	return capture->is_bounded && capture_has_reached(capture, mono_ns);
}

/* Answers the signals that have come: true when one asks for the end. */
bool capture_read_signals(struct capture *capture);

#endif
