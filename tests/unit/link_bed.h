/* SPDX-License-Identifier: BSD-2-Clause */
/* A link test as it may have gone: both cards and a load of 60 s, to be changed by a test. */
#ifndef PTPROBE_LINK_BED_H
#define PTPROBE_LINK_BED_H

#include "link_judge.h"

struct link_bed {
	struct snapshot near[2], far[2]; /* before, after */
	struct moved_list near_moved, far_moved;
	struct load load;
	struct link_limits limits;
	struct link_result result;
	struct verdict verdict;
};

/*
 * On memory of any content: near and far are drivers with files "DRIVER.WHEN"; far NULL: it wasn't
 * seen. A TCP load forward of 60 s, 940 Mb/s of 1000, in 60 intervals none of which is empty.
 */
void link_bed_set(struct link_bed *bed, const char *near, const char *near_when, const char *far,
		  const char *far_when);

/* Compares, judges. */
void link_bed_judge(struct link_bed *bed);
void link_bed_release(struct link_bed *bed);

#endif
