/* SPDX-License-Identifier: BSD-2-Clause */
#include "ranges.h"

#include <stddef.h>

void ranges_add(struct ranges *ranges, uint64_t first, uint64_t last)
{
	struct range *end = ranges->count > 0 ? &ranges->range[ranges->count - 1] : NULL;

	/* once a range was left out, a neighbour of the last one kept can't come any more */
	if (end != NULL && !ranges->incomplete && end->last + 1 == first) {
		end->last = last;
	} else if (ranges->count < RANGES_MAX) {
		ranges->range[ranges->count++] = (struct range){first, last};
	} else {
		ranges->incomplete = true;
	}
}
