/* SPDX-License-Identifier: BSD-2-Clause */
/* Files by what they are, whatever they are called: which a run mustn't write to. */
#ifndef PTPROBE_FILE_IDS_H
#define PTPROBE_FILE_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct stat;

enum { FILE_IDS_MAX = 128 };

/* Zero: none. Only regular files are counted: a pipe, a terminal or /dev/null stands any number of
 * uses. */
struct file_ids {
	size_t count;
	struct file_id {
		dev_t device;
		ino_t inode;
	} id[FILE_IDS_MAX];
};

/* What fd is open on. At most FILE_IDS_MAX times. */
void file_ids_add(struct file_ids *ids, int fd);

bool file_ids_have(const struct file_ids *ids, const struct stat *status);

/* False also when there is no such file. */
bool file_ids_have_path(const struct file_ids *ids, const char *path);

#endif
