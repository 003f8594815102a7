/* SPDX-License-Identifier: BSD-2-Clause */
/* One file of pcapng blocks being written: whole blocks, or what stays is cut back to them. */
#ifndef PTPROBE_DUMP_FILE_H
#define PTPROBE_DUMP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct file_ids;

struct dump_file {
	int fd;          /* -1: none is open */
	bool is_regular; /* else, as a pipe, it can't be cut or rewritten */
	off_t start;     /* of its first block: standard output may have held something before */
	uint64_t bytes;  /* of its blocks, those in the buffer included */
	size_t used;     /* of the buffer */
	uint8_t *buffer;
	uint64_t frames_lost; /* frame blocks that were in the buffer when a write failed */
};

/* 0 or -ENOMEM. No file is open yet. */
int dump_file_init(struct dump_file *file);
void dump_file_release(struct dump_file *file);

/*
 * Opens path, which is created if need be, and keeps what it holds until dump_file_empty; "-" is
 * standard output, which is written to from where it stands. 0; -EEXIST when it is one of kept
 * (NULL: there are none); or -errno.
 */
int dump_file_open(struct dump_file *file, const char *path, const struct file_ids *kept);

/* Before the first block. 0 or -errno. */
int dump_file_empty(struct dump_file *file);

/*
 * Has *ret_to point to room for a block of up to size bytes, at most CAPFILE_MAX_BLOCK;
 * dump_file_add then says how long it became. 0 or -errno.
 */
int dump_file_room(struct dump_file *file, size_t size, uint8_t **ret_to);
void dump_file_add(struct dump_file *file, size_t length);

/*
 * Writes the buffer out. 0 or -errno: a regular file was cut back to its last whole block then, and
 * the buffer is empty.
 */
int dump_file_flush(struct dump_file *file);

/*
 * Writes what is buffered, then the first length bytes of a regular file again, and closes it. What
 * is standard output stays open. 0 or -errno, the first; it is closed then too.
 */
int dump_file_close(struct dump_file *file, const uint8_t *head, size_t length);

#endif
