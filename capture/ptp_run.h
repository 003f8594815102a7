/* SPDX-License-Identifier: BSD-2-Clause */
/* One run of the PTP monitor: from the tap or the files to the exit status. */
#ifndef PTPROBE_PTP_RUN_H
#define PTPROBE_PTP_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clockwatch.h"
#include "collector.h"
#include "file_ids.h"
#include "health.h"
#include "link.h"
#include "live.h"
#include "mask.h"
#include "profile.h"
#include "ptp_findings.h"
#include "ptp_join.h"
#include "ptp_output.h"
#include "report.h"
#include "sources.h"
#include "timeline.h"
#include "timing.h"

struct ptp_options;
struct verdict;

enum ptp_stage {
	PTP_LISTENING,
	PTP_STOPPING, /* what came before stop_ns is still to be handed over */
	PTP_SETTLING, /* what was missing at stop_ns may still come, for lost_after */
	PTP_DONE,
};

struct ptp_run {
	const struct ptp_options *options;
	enum ptp_stage stage;
	bool signalled;
	int signal_fd;
	/* what is fed, and where it goes */
	struct health *health;
	struct timing *timing; /* like health NULL before the first frame of a file */
	const struct profile *profile;
	const struct mask *mask;
	struct profile profile_room; /* of a file */
	struct mask mask_room;
	struct ptp_output output;
	struct file_ids kept; /* what is read, and the results: not to be written over */
	/* the tap */
	struct live *live; /* NULL: files are read */
	struct link link;
	struct ptp_join join;
	struct collector collector;
	struct clockwatch clockwatch;
	struct live_counts counts;
	uint64_t gap_drops; /* dropped, in a file as well, when the health was last told of a gap */
	bool is_gone;       /* the interface went, and the tap with it */
	int64_t offset_ns;  /* CLOCK_REALTIME - CLOCK_MONOTONIC, as of turn_ns */
	int64_t turn_ns;
	/* the files */
	struct sources sources;
	struct timeline timeline;
	/* time, on the clock of mono_ns */
	int64_t began_ns;
	int64_t heard_ns;  /* all that came until then was looked at */
	int64_t last_ns;   /* of the latest frame */
	int64_t opened_ns; /* of the first message */
	int64_t stop_ns;
	int64_t tick_ns; /* when the health is to be told of the time next */
	/* what was seen */
	uint64_t frames, messages;
	struct ptp_passed passed;
	int64_t first_ns, resolution_ns;
	/* results */
	struct health_port *port;          /* room for HEALTH_PORTS */
	const struct health_event **event; /* room for HEALTH_EVENTS */
	struct timing_series *series;      /* room for TIMING_SERIES */
	struct report_tap tap;
	struct report report; /* what doesn't change, and the notes so far */
};

/* Runs it all; argv for the report. Returns the exit status (status.h). */
int ptp_run(const struct ptp_options *options, int argc, char *const argv[]);

/* Feeds one frame of that time, and writes the interval lines that are due by then. */
void ptp_run_feed(struct ptp_run *run, const struct frame *frame, int64_t mono_ns);

/* Ends what is measured at stop_ns; and a frame that came later, which may complete it. */
void ptp_run_stop(struct ptp_run *run);
void ptp_run_complete(struct ptp_run *run, const struct frame *frame, int64_t mono_ns);

/* True when stop_ns is over for long enough by mono_ns that nothing can be completed any more. */
bool ptp_run_is_settled(const struct ptp_run *run, int64_t mono_ns);

/* Lets time pass to heard_ns, when everything that came until then has been fed. */
void ptp_run_tick(struct ptp_run *run, int64_t heard_ns);

/* Begins to listen at that time, on the clock of the stamps and on that of mono_ns; resolution_ns
 * is known. 0 or -ENOMEM, which was said. */
int ptp_run_open(struct ptp_run *run, int64_t began_ns, int64_t began_mono_ns);

/* A note in the report, and with -v at once. */
void ptp_run_note(struct ptp_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* True when --count has been reached, or --time is over at mono_ns. */
bool ptp_run_has_enough(const struct ptp_run *run, int64_t mono_ns);

/* Answers the signals that have come: true when one asks for the end. */
bool ptp_run_read_signals(struct ptp_run *run);

/* What was found out so far, judged. *ret_report refers to the other two. */
void ptp_conclude(struct ptp_run *run, struct ptp_findings *ret_findings,
		  struct verdict *ret_verdict, struct report *ret_report);

/* Error lines. */
void ptp_say(const char *text);

#endif
