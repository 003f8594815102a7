/* SPDX-License-Identifier: BSD-2-Clause */
/* One run of the link test: from the first counters to the exit status. */
#ifndef PTPROBE_LINK_RUN_H
#define PTPROBE_LINK_RUN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "cpulist.h"
#include "link_judge.h"
#include "moved.h"
#include "report.h"
#include "snapshot_take.h"
#include "verdict.h"

struct link_options;

/* One of the two cards as it was before and after. */
struct link_seen {
	bool has_before, has_after, is_compared;
	struct snapshot before, after;
	struct moved_list moved;
	char why[400]; /* it isn't known; "" */
};

struct link_run {
	const struct link_options *options;
	int signal_fd; /* -1: none */
	bool signalled;
	/* where the result goes */
	FILE *out;
	const char *out_name;
	off_t whole;
	bool write_failed; /* and was said */
	/* what is looked at */
	struct snapshot_source source;
	bool has_source;
	struct cpulist cpus; /* of the load */
	struct link_seen near, far;
	struct load load;
	struct link_result result;
	/* the lines meanwhile */
	bool has_progress; /* on a terminal that shows no lines */
	int64_t shown_ns;  /* since the start; 0: none yet */
	struct snapshot shown;
	/* what is said */
	char host[SNAPSHOT_NAME];
	struct verdict verdict;
	struct report report;
};

/* Runs it all; argv for the report. Returns the exit status (status.h). */
int link_run(const struct link_options *options, int argc, char *const argv[]);

/* "ptprobe-link: ..." on standard error: an error; and with -v what is being done. */
void link_say(const char *text);
void link_tell(const struct link_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Answers the signals that have come: true when one asks for the end. For iperf_watch.stop, too. */
bool link_is_told_to_stop(void *run);

/* Takes the card as it is now into *ret_snapshot, to be released. 0, or the exit status, said. */
int link_look(struct link_run *run, struct snapshot *ret_snapshot);

/* Takes near.after; when that fails, near.why says so: it isn't known then what became of it. */
void link_look_again(struct link_run *run);

/* Gives up the rights that needs (RIGHTS_*) doesn't name. 0, or the exit status, said. */
int link_give_up_rights(struct link_run *run, unsigned int needs);

/* A line on what has passed the interface since the last one; for iperf_watch.tick, too. */
void link_line(void *run, int64_t elapsed_ns);

/* Wipes the line on the terminal that said how far it is. */
void link_end_progress(const struct link_run *run);

/* The tasks; each returns 0, or the exit status when it was said what is wrong. */
int link_load(struct link_run *run);
int link_serve(struct link_run *run);
int link_passive(struct link_run *run);
int link_snapshot(struct link_run *run);
int link_compare(struct link_run *run);

/* --pin: chooses run->cpus. 0, or the exit status, said. */
int link_place(struct link_run *run);

/* Compares what was seen, judges it, and writes the result in each form. The exit status. */
int link_conclude(struct link_run *run);

#endif
