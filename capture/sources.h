/* SPDX-License-Identifier: BSD-2-Clause */
/* Capture files that a run reads one after another. */
#ifndef PTPROBE_SOURCES_H
#define PTPROBE_SOURCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inputs.h"

struct capfile_facts;
struct file_ids;
struct frame;
struct report_tap;

enum { SOURCES_ERROR = 512, SOURCES_NOTE = 240 };

/* What is done with what is read; each with context. */
struct sources_user {
	const char *program; /* for messages */
	int signal_fd;       /* to be polled beside a file, which may be a pipe that is silent */
	void *context;
	/* Answers the signals that have come: true when one asks for the end. */
	bool (*read_signals)(void *context);
	/* Takes a frame of that file; has_stamp: its stamp_ns means something. False: enough. */
	bool (*take)(void *context, const struct frame *frame, bool has_stamp,
		     const struct capfile_facts *facts);
	/* A file ends; facts are whole. */
	void (*end)(void *context, const struct capfile_facts *facts);
	/* What is wrong with a file whose beginning was worth something. */
	void (*note)(void *context, const char *text);
};

struct source {
	int fd;
	struct sources *sources;
};

/* All zero: none is open. */
struct sources {
	const struct sources_user *user;
	const struct capture_files *files;
	size_t count;
	struct source source[CAPTURE_FILES_MAX];
	bool is_asked_to_end;
	/* the sums over all that were read */
	bool any, truncated, dropped_known, received_known;
	uint64_t dropped, received;
	uint32_t snaplen;
	uint16_t link_type; /* of the first */
};

/*
 * Opens all of them, so that a wrong name is known at once, and adds them to kept. 0, or -errno and
 * error, one line.
 */
int sources_open(struct sources *sources, const struct capture_files *files, struct file_ids *kept,
		 char error[static SOURCES_ERROR]);
void sources_close(struct sources *sources);

/*
 * Through all of them. Returns an exit status: STATUS_PASS unless one is no capture that can be
 * read, which has been said then.
 */
int sources_run(struct sources *sources, const struct sources_user *user);

/* What the files tell of how they were captured. */
void sources_fill(const struct sources *sources, struct report_tap *tap);

#endif
