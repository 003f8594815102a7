/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "dump_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capfile.h"
#include "file_ids.h"

enum {
	WRITE_BYTES = 1 << 18, /* at a time */
	BUFFER_BYTES = WRITE_BYTES + CAPFILE_MAX_BLOCK,
	ENHANCED_PACKET = 6,
};

int dump_file_init(struct dump_file *file)
{
	*file = (struct dump_file){.fd = -1, .buffer = malloc(BUFFER_BYTES)};
	return file->buffer != NULL ? 0 : -ENOMEM;
}

static int close_fd(struct dump_file *file)
{
	int fd = file->fd;

	file->fd = -1;
	return fd > STDERR_FILENO && close(fd) < 0 ? -errno : 0;
}

void dump_file_release(struct dump_file *file)
{
	(void)close_fd(file);
	free(file->buffer);
	file->buffer = NULL;
}

int dump_file_open(struct dump_file *file, const char *path, const struct file_ids *kept)
{
	int fd = strcmp(path, "-") == 0 ? STDOUT_FILENO
					: open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	struct stat status;
	int err = fd < 0 || fstat(fd, &status) < 0 ? -errno : 0;

	if (err == 0 && kept != NULL && file_ids_have(kept, &status)) {
		err = -EEXIST;
	}
	file->fd = fd;
	if (err < 0) {
		(void)close_fd(file);
		return err;
	}
	/* what is appended to can't be rewritten: each write goes to its end */
	file->is_regular = S_ISREG(status.st_mode) && (fcntl(fd, F_GETFL) & O_APPEND) == 0;
	file->start = file->is_regular ? lseek(fd, 0, SEEK_CUR) : 0;
	file->bytes = 0;
	file->used = 0;
	return 0;
}

int dump_file_empty(struct dump_file *file)
{
	bool is_ours = file->is_regular && file->fd != STDOUT_FILENO;

	return is_ours && ftruncate(file->fd, 0) < 0 ? -errno : 0;
}

/* Writes all of it, however often it is interrupted. Returns what was written, *err why no more. */
static size_t write_all(int fd, const uint8_t *bytes, size_t count, int *err)
{
	size_t done = 0;

	*err = 0;
	while (done < count) {
		ssize_t wrote = write(fd, bytes + done, count - done);

		if (wrote > 0) {
			done += (size_t)wrote;
		} else if (wrote == 0 || errno != EINTR) {
			*err = wrote < 0 ? -errno : -EIO;
			break;
		}
	}
	return done;
}

/* Of the buffer's first done bytes those of whole blocks; counts the frames behind them. */
static size_t whole_blocks(struct dump_file *file, size_t done)
{
	size_t whole = 0, at = 0;

	while (at < file->used) {
		uint32_t type, length;

		memcpy(&type, file->buffer + at, sizeof(type));
		memcpy(&length, file->buffer + at + sizeof(type), sizeof(length));
		at += length;
		if (at <= done) {
			whole = at;
		} else if (type == ENHANCED_PACKET) {
			file->frames_lost++;
		}
	}
	return whole;
}

int dump_file_flush(struct dump_file *file)
{
	int err;
	size_t done = write_all(file->fd, file->buffer, file->used, &err);

	if (err < 0) {
		file->bytes -= file->used - whole_blocks(file, done);
		if (file->is_regular) {
			(void)!ftruncate(file->fd, file->start + (off_t)file->bytes);
		}
	}
	file->used = 0;
	return err;
}

int dump_file_room(struct dump_file *file, size_t size, uint8_t **ret_to)
{
	assert(size <= CAPFILE_MAX_BLOCK);
	if (file->used >= WRITE_BYTES) {
		int err = dump_file_flush(file);

		if (err < 0) {
			return err;
		}
	}
	*ret_to = file->buffer + file->used;
	return 0;
}

void dump_file_add(struct dump_file *file, size_t length)
{
	file->used += length;
	file->bytes += length;
}

int dump_file_close(struct dump_file *file, const uint8_t *head, size_t length)
{
	int err = dump_file_flush(file), head_err = 0, close_err;

	if (file->is_regular && file->bytes >= length) {
		if (lseek(file->fd, file->start, SEEK_SET) < 0) {
			head_err = -errno;
		} else {
			(void)write_all(file->fd, head, length, &head_err);
		}
		/* behind the blocks again, for whoever writes to standard output next */
		(void)lseek(file->fd, file->start + (off_t)file->bytes, SEEK_SET);
	}
	close_err = close_fd(file);
	err = err < 0 ? err : head_err;
	return err < 0 ? err : close_err;
}
