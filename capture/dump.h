/* SPDX-License-Identifier: BSD-2-Clause */
/* Capture files being written: pcapng, one or, by size or time, one after another. */
#ifndef PTPROBE_DUMP_H
#define PTPROBE_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

struct file_ids;

enum {
	DUMP_ERROR = 512,
	DUMP_NAMES_MAX = 1024,
	DUMP_SNAPLEN_MAX = 262144, /* of libpcap, which refuses files that say more */
};

/*
 * What the tap counted from its start on; PCAPNG_UNKNOWN (pcapng.h) where it isn't known. Each file
 * gets what came about while it was the one written to.
 */
struct dump_counts {
	uint64_t received;          /* ps_recv */
	uint64_t dropped;           /* ps_drop, and any residue */
	uint64_t interface_dropped; /* by the interface or its driver */
	uint64_t accepted;          /* by the filter */
	uint64_t delivered;         /* frames that came out of the tap */
};

/*
 * Names, as tcpdump's -w, -C, -G and -W make them. Without rotation: path. By size: path, path1,
 * path2, ...; with file_count a ring, path0 to path9 or path00 to path11. By time: path through
 * strftime(3) with the local time of the file's start; without a conversion in it each file
 * overwrites the one before; file_count is how many there will be. By both: strftime, and a number
 * behind it that begins again with each time, and that file_count bounds.
 *
 * All texts must outlive the dump.
 */
struct dump_config {
	const char *path;      /* "-" is standard output, which isn't rotated */
	uint64_t rotate_bytes; /* a file that is larger isn't added to; 0: no limit. -C N is N*10^6
				*/
	uint64_t rotate_seconds; /* 0: none */
	uint32_t file_count;     /* 0: no limit */
	/* what must not be written to, such as the files that are read; NULL: nothing */
	const struct file_ids *kept;
	const char *interface, *filter;          /* if_name, if_filter; may be NULL */
	const char *hardware, *os, *application; /* of the section header; may be NULL */
	uint32_t snaplen;                        /* 1..DUMP_SNAPLEN_MAX: longer frames are cut */
	/* Reads the counts at the end of a file that isn't the last; NULL: not known. */
	void (*counts)(void *context, struct dump_counts *ret_counts);
	void *context;
};

/* What was written so far. */
struct dump_facts {
	uint64_t frames;
	uint64_t bytes;
	size_t names;      /* files, those written more than once counted once */
	char *const *name; /* the first DUMP_NAMES_MAX */
	bool names_complete;
};

struct dump;

/*
 * Opens the first file, unless its name is that of a time: what can't be opened, and what is one of
 * kept, is noticed now, before a right is given up. The file keeps what it held until dump_begin.
 * 0, or -errno and error, one line.
 */
int dump_open(const struct dump_config *config, struct dump **ret_dump,
	      char error[static DUMP_ERROR]);

/*
 * Writes the first file's head, and opens it where dump_open couldn't. start_ns: now for a live
 * tap; when files are read, the stamp of the first frame; link_type: of the tap, or of that frame.
 * Once, before anything but dump_close and dump_free. 0 or -errno: whatever can't be written is
 * noticed. It and what comes later open, write, cut and rewrite files in place with open(2), fstat,
 * fcntl, write, lseek, ftruncate and close alone.
 */
int dump_begin(struct dump *dump, int64_t start_ns, uint16_t link_type);

/*
 * Adds a frame; before that it begins the next file when this one is full or its time, by the
 * frame's stamp, is over. A link type that is new gets an interface of its own. 0; 1 when
 * the time of the last of file_count files is over: the frame isn't written and the caller ends; or
 * -errno.
 *
 * After an -errno that file has been cut back to its last whole block if it is a regular one; from
 * then on every function returns the same, writes nothing, and dump_error tells it.
 */
int dump_frame(struct dump *dump, const struct frame *frame);

/*
 * The frame added last held a probe of this run: the head of its file will say so, if it can be
 * rewritten when the file is closed; else, as in a pipe, the statistics at its end do.
 */
void dump_run_id(struct dump *dump, uint64_t run_id);

/* As dump_frame, without a frame: a quiet link's files end in time too. 0, 1 or -errno. */
int dump_tick(struct dump *dump, int64_t now_ns);

/* Hands on what is buffered. 0 or -errno. */
int dump_flush(struct dump *dump);

/*
 * Ends the file with its statistics and closes it; one that was never begun is left as it was.
 * counts: the final ones; NULL: not known. 0 or -errno, the first that there was. dump_facts stays;
 * dump is to be freed.
 */
int dump_close(struct dump *dump, const struct dump_counts *counts);

/* "" or one line: what failed, of which file, what to do. */
const char *dump_error(const struct dump *dump);

const struct dump_facts *dump_facts(const struct dump *dump);

/* Without dump_close before: what is buffered is lost. */
void dump_free(struct dump *dump);

#endif
