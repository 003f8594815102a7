/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that ptprobe-locate was given become vantages. */
#ifndef PTPROBE_LOCATE_INPUT_H
#define PTPROBE_LOCATE_INPUT_H

#include <stdio.h>

#include "locate_options.h"
#include "vantage.h"

/* All of them, opened before rights are dropped. */
struct locate_files {
	size_t count;
	FILE *file[LOCATE_INPUTS];
};

/* 0, or an exit status when a line of what is wrong was said. */
int locate_input_open(const struct locate_inputs *inputs, struct locate_files *files);
void locate_input_close(struct locate_files *files);

/* Reads them all, settles who is who, and whom the user vouches for. Likewise. */
int locate_input_read(const struct locate_tool_options *options, struct locate_files *files,
		      struct vantages *vantages);

#endif
