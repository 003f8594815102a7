/* SPDX-License-Identifier: BSD-2-Clause */
#include "sysfs_file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine_text.h"
#include "text.h"
#include "words.h"

enum { FIRST_NAMES = 16 };

/* Into sysfs->path; 0 or -ENAMETOOLONG. */
static int set_path(struct sysfs *sysfs, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));
static int read_path(struct sysfs *sysfs, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

static int set_path(struct sysfs *sysfs, const char *format, va_list arguments)
{
	int length = vsnprintf(sysfs->path, sizeof(sysfs->path), format, arguments);

	return length < 0 || (size_t)length >= sizeof(sysfs->path) ? -ENAMETOOLONG : 0;
}

/* As read(2), but -errno, and not interrupted. */
static ssize_t read_some(int fd, char *room, size_t size)
{
	ssize_t got;

	do {
		got = read(fd, room, size);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

static int read_text(struct sysfs *sysfs)
{
	int fd = sysfs_path_open(sysfs->root, sysfs->path, O_RDONLY);
	size_t length = 0;
	ssize_t got;

	if (fd < 0) {
		return fd;
	}
	do {
		got = read_some(fd, sysfs->text + length, SYSFS_TEXT - length);
		length += got > 0 ? (size_t)got : 0;
	} while (got > 0 && length < SYSFS_TEXT);
	close(fd);
	if (got < 0) {
		return (int)got;
	}
	if (length == SYSFS_TEXT || memchr(sysfs->text, '\0', length) != NULL) {
		return -EINVAL;
	}
	while (length > 0 && isspace((unsigned char)sysfs->text[length - 1])) {
		length--;
	}
	sysfs->text[length] = '\0';
	return 0;
}

static int read_path(struct sysfs *sysfs, const char *format, va_list arguments)
{
	int err = set_path(sysfs, format, arguments);

	return err < 0 ? err : read_text(sysfs);
}

int sysfs_text(struct sysfs *sysfs, const char *format, ...)
{
	va_list arguments;
	int err;

	va_start(arguments, format);
	err = read_path(sysfs, format, arguments);
	va_end(arguments);
	return err;
}

int sysfs_number(struct sysfs *sysfs, int64_t *ret_number, const char *format, ...)
{
	va_list arguments;
	int err;

	va_start(arguments, format);
	err = read_path(sysfs, format, arguments);
	va_end(arguments);
	return err < 0 ? err : machine_text_number(sysfs->text, ret_number);
}

static void cut(struct sysfs *sysfs, struct cpulist *list)
{
	size_t end = sysfs->machine->cpu_count;

	for (size_t i = 0; end > 0 && i < sizeof(list->word) / sizeof(*list->word); i++) {
		if (i == end / 64) {
			list->word[i] &= (UINT64_C(1) << end % 64) - 1;
		} else if (i > end / 64) {
			list->word[i] = 0;
		}
	}
}

int sysfs_list(struct sysfs *sysfs, struct cpulist *ret_list, const char *format, ...)
{
	va_list arguments;
	int err;

	va_start(arguments, format);
	err = read_path(sysfs, format, arguments);
	va_end(arguments);
	err = err < 0 ? err : machine_text_list(sysfs->text, ret_list);
	if (err == 0) {
		cut(sysfs, ret_list);
	}
	return err;
}

int sysfs_mask(struct sysfs *sysfs, struct cpulist *ret_list, const char *format, ...)
{
	va_list arguments;
	int err;

	va_start(arguments, format);
	err = read_path(sysfs, format, arguments);
	va_end(arguments);
	err = err < 0 ? err : machine_text_mask(sysfs->text, ret_list);
	if (err == 0) {
		cut(sysfs, ret_list);
	}
	return err;
}

void sysfs_names_free(struct sysfs_names *names)
{
	free(names->name);
	*names = (struct sysfs_names){0};
}

int sysfs_names_add(struct sysfs_names *names, const char *name)
{
	if (names->count == names->room) {
		size_t room = names->room == 0 ? FIRST_NAMES : 2 * names->room;
		char(*larger)[SYSFS_NAME];

		if (room > SYSFS_NAMES) {
			return -E2BIG;
		}
		larger = realloc(names->name, room * sizeof(*larger));
		if (larger == NULL) {
			return -ENOMEM;
		}
		names->name = larger;
		names->room = room;
	}
	snprintf(names->name[names->count++], SYSFS_NAME, "%s", name);
	return 0;
}

bool sysfs_names_have(const struct sysfs_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->name[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static int compare_names(const void *a, const void *b)
{
	return strverscmp(a, b);
}

int sysfs_names(struct sysfs *sysfs, const char *prefix, struct sysfs_names *ret_names,
		const char *format, ...)
{
	struct sysfs_names names = {0};
	struct dirent *entry;
	va_list arguments;
	DIR *directory;
	int err, fd;

	va_start(arguments, format);
	err = set_path(sysfs, format, arguments);
	va_end(arguments);
	fd = err < 0 ? err : sysfs_path_open(sysfs->root, sysfs->path, O_RDONLY | O_DIRECTORY);
	if (fd < 0) {
		return fd;
	}
	directory = fdopendir(fd);
	if (directory == NULL) {
		close(fd);
		return -ENOMEM;
	}
	while (err == 0 && (entry = readdir(directory)) != NULL) {
		size_t length = strlen(prefix);

		if (strncmp(entry->d_name, prefix, length) == 0 && entry->d_name[0] != '.' &&
		    strlen(entry->d_name + length) < SYSFS_NAME) {
			err = sysfs_names_add(&names, entry->d_name + length);
		}
	}
	closedir(directory);
	if (err < 0) {
		sysfs_names_free(&names);
		return err;
	}
	if (names.count > 1) {
		qsort(names.name, names.count, sizeof(*names.name), compare_names);
	}
	*ret_names = names;
	return 0;
}

/* Gives the whole lines of the first length bytes to take; *ret_left: what is left begins there. */
static int take_lines(const char *buffer, size_t length,
		      int (*take)(void *context, struct word line), void *context, size_t *ret_left)
{
	const char *at = buffer, *end = buffer + length, *newline;
	int result = 0;

	while (result == 0 && (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		result = take(context, (struct word){at, (size_t)(newline - at)});
		at = newline + 1;
	}
	*ret_left = (size_t)(at - buffer);
	return result;
}

int sysfs_lines(struct sysfs *sysfs, const char *path, int (*take)(void *context, struct word line),
		void *context)
{
	size_t length = 0, left = 0;
	char *buffer;
	int fd, result = 0;
	ssize_t got;

	snprintf(sysfs->path, sizeof(sysfs->path), "%s", path);
	fd = sysfs_path_open(sysfs->root, path, O_RDONLY);
	if (fd < 0) {
		return fd;
	}
	buffer = malloc(SYSFS_LINE);
	if (buffer == NULL) {
		close(fd);
		return -ENOMEM;
	}
	do {
		got = read_some(fd, buffer + length, SYSFS_LINE - length);
		if (got < 0) {
			result = (int)got;
			break;
		}
		length += (size_t)got;
		result = take_lines(buffer, length, take, context, &left);
		memmove(buffer, buffer + left, length - left);
		length -= left;
		if (result == 0 && length == SYSFS_LINE) {
			result = -EINVAL;
		}
	} while (result == 0 && got > 0);
	if (result == 0 && length > 0) { /* the last line has no newline */
		result = take(context, (struct word){buffer, length});
	}
	free(buffer);
	close(fd);
	return result;
}

char *sysfs_why(int err, char *text)
{
	if (err == -EINVAL) {
		snprintf(text, TEXT_ERROR, "makes no sense");
		return text;
	}
	return text_error(-err, text);
}

int sysfs_note(struct sysfs *sysfs, int err, const char *consequence)
{
	char why[TEXT_ERROR];

	for (size_t i = 0; i < sysfs->machine->note_count; i++) {
		if (strstr(sysfs->machine->note[i], consequence) != NULL) {
			return err;
		}
	}
	machine_note(sysfs->machine, "/%s: %s: %s", sysfs->path, sysfs_why(err, why), consequence);
	return err;
}
