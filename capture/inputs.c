/* SPDX-License-Identifier: BSD-2-Clause */
#include "inputs.h"

#include <errno.h>
#include <string.h>

#include "ifname.h"

int inputs_parse_interface(const char *text, void *field, const char **ret_error)
{
	if (strcmp(text, "any") == 0) {
		*ret_error = "shows a frame once for each device that it passes, as if it were "
			     "duplicated: name one interface";
		return -EINVAL;
	}
	return ifname_parse(text, field, ret_error);
}

int inputs_parse_file(const char *text, void *field, const char **ret_error)
{
	struct capture_files *files = field;

	if (*text == '\0') {
		*ret_error = "a file has a name; standard input is '-'";
		return -EINVAL;
	}
	if (files->count == CAPTURE_FILES_MAX) {
		*ret_error = "one file too many: 64 can be read in a run";
		return -EINVAL;
	}
	files->name[files->count++] = text;
	return 0;
}

const char *inputs_settle(const char *interface, const struct capture_files *files)
{
	size_t standard = 0;

	if ((interface == NULL) == (files->count == 0)) {
		return interface == NULL ? "what to look at? give -i IF, or -r FILE"
					 : "-i and -r exclude one another: give one";
	}
	for (size_t i = 0; i < files->count; i++) {
		standard += strcmp(files->name[i], "-") == 0;
	}
	return standard > 1 ? "standard input can be read once: give '-r -' once" : NULL;
}

const char *inputs_settle_files(const struct inputs_live *live)
{
	if (live->promiscuous) {
		return "--promiscuous is for -i: a file holds what it holds";
	}
	if (live->is_buffer_set) {
		return "--buffer is for -i: files wait";
	}
	if (live->wait_ns > 0) {
		return "--wait is for -i: files end by themselves";
	}
	if (live->trace) {
		return "--trace is for -i: what this host drops now is not of the files";
	}
	return NULL;
}
