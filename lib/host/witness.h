/* SPDX-License-Identifier: BSD-2-Clause */
/* A ptprobe-capture that runs beside a sender or a receiver, and reports to it. */
#ifndef PTPROBE_WITNESS_H
#define PTPROBE_WITNESS_H

#include <stdint.h>

struct report;

enum { WITNESS_ERROR_TEXT = 512 };

struct witness {
	int control; /* to its standard input, whose end tells it to end; -1: there is none */
	int report;  /* from its standard output */
	int chatter; /* from its standard error */
	int64_t lost_after_ns;
};

/*
 * Starts ptprobe-capture on that interface and waits until it takes frames; lost_after_ns as the
 * caller's. Call it before rights_drop, while the program may still execute another, and before the
 * caller places itself: the child would inherit it. The child has a process group of its own, so
 * that a terminal's signal doesn't end it before the caller. 0, or -errno and error, one line with
 * the remedy.
 */
int witness_start(struct witness *witness, const char *interface, int64_t lost_after_ns,
		  char error[static WITNESS_ERROR_TEXT]);

/*
 * Has it end, and takes its report into report->witness, a new reference. What it said on standard
 * error goes to ours. 0; or -errno and a note in report: it ended early, or said nothing in time.
 * Makes no system call that rights_drop forbids.
 */
int witness_finish(struct witness *witness, struct report *report);

/* Lets go of one that was started, whose report nobody wants. */
void witness_abandon(struct witness *witness);

#endif
