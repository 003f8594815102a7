/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

void output_reserve_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO) {
		close(fd);
	}
}

void output_say(const char *program, const char *text)
{
	fputs(program, stderr);
	fputs(": ", stderr);
	text_print(text, stderr);
	fputs("\n", stderr);
}

static int fail(const char *what, const char *path, int number, char *error)
{
	char why[TEXT_ERROR];

	snprintf(error, OUTPUT_ERROR_TEXT, "%s '%s': %s", what, path, text_error(number, why));
	return -number;
}

int output_open(const char *path, FILE **ret_file, char error[static OUTPUT_ERROR_TEXT])
{
	FILE *file = fopen(path, "we");

	if (file == NULL) {
		return fail("open", path, errno, error);
	}
	*ret_file = file;
	return 0;
}

bool output_wants_color(unsigned int choice, FILE *file)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	if (choice != OUTPUT_COLOR_AUTO) {
		return choice == OUTPUT_COLOR_ALWAYS;
	}
	return isatty(fileno(file)) == 1 && (no_color == NULL || *no_color == '\0') &&
	       term != NULL && strcmp(term, "dumb") != 0;
}

int output_commit(FILE *file, off_t *whole)
{
	struct stat status;
	int err;

	/* a full buffer may have failed before; errno is that failure's then */
	if (fflush(file) == 0 && !ferror(file)) {
		*whole = lseek(fileno(file), 0, SEEK_CUR);
		return 0;
	}
	err = errno != 0 ? errno : EIO;
	if (file != stdout && fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode)) {
		(void)!ftruncate(fileno(file), *whole);
	}
	return -err;
}

/* A file to be renamed over path would take the place of a device, or of a link. */
static bool is_replaced(const char *path)
{
	struct stat status;

	return lstat(path, &status) < 0 || S_ISREG(status.st_mode);
}

int output_check(const char *path, char error[static OUTPUT_ERROR_TEXT])
{
	char copy[PATH_MAX];
	struct stat status;

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
		return fail("write", path, EISDIR, error);
	}
	if (!is_replaced(path)) {
		return access(path, W_OK) < 0 ? fail("write", path, errno, error) : 0;
	}
	snprintf(copy, sizeof(copy), "%s", path);
	if (access(dirname(copy), W_OK | X_OK) < 0) {
		return fail("write", path, errno, error);
	}
	return 0;
}

int output_replace(const char *path, void (*write)(const void *data, FILE *file), const void *data)
{
	bool replaced = is_replaced(path);
	char temporary[PATH_MAX];
	FILE *file;
	int err;

	snprintf(temporary, sizeof(temporary), "%s.tmp.%ld", path, (long)getpid());
	file = fopen(replaced ? temporary : path, "we");
	if (file == NULL) {
		return -errno;
	}
	write(data, file);
	err = ferror(file) ? -EIO : 0;
	if (fclose(file) != 0) {
		err = -errno;
	}
	if (replaced && err == 0 && rename(temporary, path) != 0) {
		err = -errno;
	}
	if (replaced && err != 0) {
		(void)unlink(temporary);
	}
	return err;
}
