/* SPDX-License-Identifier: BSD-2-Clause */
/* Where results go: files of the command line. */
#ifndef PTPROBE_OUTPUT_H
#define PTPROBE_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

enum { OUTPUT_ERROR_TEXT = 512 };

/* --color's choices. */
enum output_color {
	OUTPUT_COLOR_AUTO, /* on a terminal that isn't dumb, unless NO_COLOR says no */
	OUTPUT_COLOR_ALWAYS,
	OUTPUT_COLOR_NEVER,
};

bool output_wants_color(unsigned int choice, FILE *file);

/*
 * Makes standard descriptors that were closed unusable, or a socket would take their place and
 * messages be sent to the group. Read-only, so that a closed standard output still can't be
 * written.
 */
void output_reserve_descriptors(void);

/* "PROGRAM: TEXT" on standard error, a line whatever bytes text holds. */
void output_say(const char *program, const char *text);

/* Opens path for writing. 0, or -errno and error, one line. */
int output_open(const char *path, FILE **ret_file, char error[static OUTPUT_ERROR_TEXT]);

/*
 * Hands on what was written to file since the last time; when that fails, a regular file that was
 * opened by output_open is cut back to *whole, what was handed on before: a reader finds complete
 * lines only. 0 or -errno.
 */
int output_commit(FILE *file, off_t *whole);

/*
 * Can path be replaced as a whole by a file that is renamed to it, or, when it is a device or a
 * pipe, be written to? 0, or -errno and error: a directory, or a folder that can't be written.
 */
int output_check(const char *path, char error[static OUTPUT_ERROR_TEXT]);

/*
 * Has write(data, file) fill path: a regular file is replaced as a whole, so that no reader finds a
 * part; anything else is written to and stays what it is. 0 or -errno.
 */
int output_replace(const char *path, void (*write)(const void *data, FILE *file), const void *data);

#endif
