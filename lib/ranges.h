/* SPDX-License-Identifier: BSD-2-Clause */
/* A bounded list of sequence number ranges in ascending order. */
#ifndef PTPROBE_RANGES_H
#define PTPROBE_RANGES_H

#include <stdbool.h>
#include <stdint.h>

enum { RANGES_MAX = 2048 };

struct range {
	uint64_t first, last; /* inclusive */
};

struct ranges {
	uint32_t count;
	bool incomplete; /* more came than there was room for */
	struct range range[RANGES_MAX];
};

/* Adds first..last, which lies behind all that is there; a neighbour is joined. */
void ranges_add(struct ranges *ranges, uint64_t first, uint64_t last);

#endif
