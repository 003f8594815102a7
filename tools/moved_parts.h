/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of a comparison have in common; for tools/moved*.c alone. */
#ifndef PTPROBE_MOVED_PARTS_H
#define PTPROBE_MOVED_PARTS_H

#include "moved.h"

/* By how much a counter rose; false: unknown, or it went down. */
bool moved_rise(const struct snapshot *before, const struct snapshot *after, const char *name,
		uint64_t *ret_rise);

/* Fills in the sight of each class, and all that follows sight in struct moved_list. */
void moved_see(const struct snapshot *before, const struct snapshot *after,
	       struct moved_list *list);

#endif
