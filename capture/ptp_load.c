/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "ptp_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "file_ids.h"
#include "text.h"

enum { FILE_BYTES = 65536 };

/* The whole of a file. 0 or -errno: -EFBIG, more than any such file has. */
static int read_file(const char *name, struct file_ids *kept, char text[static FILE_BYTES],
		     size_t *ret_length)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC), err = 0;
	size_t length = 0;
	ssize_t got = 1;

	if (fd < 0) {
		return -errno;
	}
	file_ids_add(kept, fd);
	while (got > 0 && length < FILE_BYTES) {
		got = read(fd, text + length, FILE_BYTES - length);
		if (got < 0 && errno == EINTR) {
			got = 1;
			continue;
		}
		length += got > 0 ? (size_t)got : 0;
	}
	err = got < 0 ? -errno : length == FILE_BYTES ? -EFBIG : 0;
	close(fd);
	*ret_length = length;
	return err;
}

/* What can be meant: the known names and a file. */
static int unknown(const char *kind, const char *text, const char *(*name)(size_t index),
		   char error[static PTP_LOAD_ERROR])
{
	int length = snprintf(error, PTP_LOAD_ERROR, "'%.100s' is no %s and no file: known are ",
			      text, kind);

	for (size_t i = 0; name(i) != NULL && length > 0 && length < PTP_LOAD_ERROR; i++) {
		length += snprintf(error + length, (size_t)(PTP_LOAD_ERROR - length), "%s%s",
				   i > 0 ? ", " : "", name(i));
	}
	return -EINVAL;
}

static int fail(const char *text, int err, char error[static PTP_LOAD_ERROR])
{
	char why[TEXT_ERROR];

	snprintf(error, PTP_LOAD_ERROR, "read '%.300s': %s", text, text_error(-err, why));
	return err;
}

int ptp_load_profile(const char *text, struct profile *room, struct file_ids *kept,
		     const struct profile **ret_profile, char error[static PTP_LOAD_ERROR])
{
	static char content[FILE_BYTES];
	char why[PROFILE_ERROR];
	size_t length;
	int err;

	*ret_profile = profile_find(text);
	if (*ret_profile != NULL) {
		return 0;
	}
	err = read_file(text, kept, content, &length);
	if (err == -ENOENT) {
		return unknown("profile", text, profile_name, error);
	}
	if (err < 0) {
		return fail(text, err, error);
	}
	err = profile_parse(content, length, room, why);
	if (err < 0) {
		snprintf(error, PTP_LOAD_ERROR, "profile '%.300s': %s", text, why);
		return err;
	}
	*ret_profile = room;
	return 0;
}

int ptp_load_mask(const char *text, struct mask *room, struct file_ids *kept,
		  const struct mask **ret_mask, char error[static PTP_LOAD_ERROR])
{
	static char content[FILE_BYTES];
	char why[MASK_ERROR];
	size_t length;
	int err;

	*ret_mask = mask_find(text);
	if (*ret_mask != NULL) {
		return 0;
	}
	err = read_file(text, kept, content, &length);
	if (err == -ENOENT) {
		return unknown("mask", text, mask_name, error);
	}
	if (err < 0) {
		return fail(text, err, error);
	}
	err = mask_parse(content, length, room, why);
	if (err < 0) {
		snprintf(error, PTP_LOAD_ERROR, "mask '%.300s': %s", text, why);
		return err;
	}
	*ret_mask = room;
	return 0;
}

void ptp_load_list_profiles(FILE *out)
{
	for (size_t i = 0; profile_name(i) != NULL; i++) {
		fprintf(out, "%-14s %s\n", profile_name(i), profile_find(profile_name(i))->title);
	}
}

void ptp_load_list_masks(FILE *out)
{
	for (size_t i = 0; mask_name(i) != NULL; i++) {
		fprintf(out, "%-14s %s\n", mask_name(i), mask_find(mask_name(i))->title);
	}
}
