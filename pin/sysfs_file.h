/* SPDX-License-Identifier: BSD-2-Clause */
/* The small files of a sysfs and a procfs below a root directory, by kind. */
#ifndef PTPROBE_SYSFS_FILE_H
#define PTPROBE_SYSFS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpulist.h"
#include "machine.h"
#include "sysfs_path.h"

enum {
	SYSFS_TEXT = 32768,     /* a list of 8,192 CPUs is at most 27,310 bytes */
	SYSFS_LINE = 256 << 10, /* and their line of /proc/interrupts 90,000 */
	SYSFS_NAME = 64,
	SYSFS_NAMES = 65536, /* in one directory */
};

struct sysfs {
	int root;
	struct machine *machine;
	char path[SYSFS_PATH]; /* what was read last */
	char text[SYSFS_TEXT]; /* and what was in it */
};

struct sysfs_names {
	size_t count, room;
	char (*name)[SYSFS_NAME];
};

/*
 * Each reads the file whose path is made as by printf, relative to the root: "sys/...". The result
 * is left as it is on failure. 0 or -errno: -ENOENT; -EINVAL, it has another form, or is too long.
 */

/* Into sysfs->text, without the space at its end. */
int sysfs_text(struct sysfs *sysfs, const char *format, ...) __attribute__((format(printf, 2, 3)));

int sysfs_number(struct sysfs *sysfs, int64_t *ret_number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Lists and masks are cut to the machine's cpu_count, once that is known. */
int sysfs_list(struct sysfs *sysfs, struct cpulist *ret_list, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int sysfs_mask(struct sysfs *sysfs, struct cpulist *ret_list, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The names in a directory that begin with prefix, without it, sorted as people do (eth2 before
 * eth10). Those longer than SYSFS_NAME are passed over. 0 or -errno; ret_names is to be freed.
 */
int sysfs_names(struct sysfs *sysfs, const char *prefix, struct sysfs_names *ret_names,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
void sysfs_names_free(struct sysfs_names *names);

/* Appends one; 0, -ENOMEM, or -E2BIG beyond SYSFS_NAMES. name: of less than SYSFS_NAME bytes. */
int sysfs_names_add(struct sysfs_names *names, const char *name);
bool sysfs_names_have(const struct sysfs_names *names, const char *name);

struct word;

/* Calls take with each line of a file of any length, until it returns something else than 0, which
 * is then returned. -EINVAL: a line beyond SYSFS_LINE. */
int sysfs_lines(struct sysfs *sysfs, const char *path, int (*take)(void *context, struct word line),
		void *context);

/* A note of the machine on the file that was read last: "/sys/...: why: consequence"; one for
 * each consequence, since a file of one CPU is often like those of the others. Returns err. */
int sysfs_note(struct sysfs *sysfs, int err, const char *consequence);

/* The reason in words: -EINVAL is "makes no sense". Returns text (TEXT_ERROR). */
char *sysfs_why(int err, char *text);

#endif
