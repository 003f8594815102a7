/* SPDX-License-Identifier: BSD-2-Clause */
#include "file_ids.h"

#include <assert.h>
#include <sys/stat.h>

void file_ids_add(struct file_ids *ids, int fd)
{
	struct stat status;

	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		assert(ids->count < FILE_IDS_MAX);
		ids->id[ids->count++] = (struct file_id){status.st_dev, status.st_ino};
	}
}

bool file_ids_have(const struct file_ids *ids, const struct stat *status)
{
	for (size_t i = 0; i < ids->count; i++) {
		if (ids->id[i].device == status->st_dev && ids->id[i].inode == status->st_ino) {
			return true;
		}
	}
	return false;
}

bool file_ids_have_path(const struct file_ids *ids, const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && file_ids_have(ids, &status);
}
