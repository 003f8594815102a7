/* SPDX-License-Identifier: BSD-2-Clause */
#include "mtie.h"

#include <assert.h>

#define LIMIT_NS (INT64_C(1) << 61)

void mtie_clear(struct mtie *mtie)
{
	mtie->count = 0;
	for (unsigned int k = 0; k < MTIE_OCTAVES; k++) {
		mtie->octave[k].peak_ns = -1;
	}
}

static struct mtie_range unite(const struct mtie_range *a, const struct mtie_range *b)
{
	return (struct mtie_range){
		.min_ns = a->min_ns < b->min_ns ? a->min_ns : b->min_ns,
		.max_ns = a->max_ns > b->max_ns ? a->max_ns : b->max_ns,
	};
}

void mtie_add(struct mtie *mtie, int64_t min_ns, int64_t max_ns)
{
	struct mtie_range window = {.min_ns = min_ns, .max_ns = max_ns};
	uint64_t at = mtie->count++; /* where the window begins, in strides of its octave */

	assert(min_ns <= max_ns && min_ns >= -LIMIT_NS && max_ns <= LIMIT_NS);
	for (unsigned int k = 0; k < MTIE_OCTAVES; k++) {
		struct mtie_octave *octave = &mtie->octave[k];
		uint64_t span = UINT64_C(1) << (k < MTIE_SPAN_OCTAVE ? k : MTIE_SPAN_OCTAVE);
		struct mtie_range *slot = &octave->ring[at % span];
		struct mtie_range before = *slot; /* one span ago */

		if (at > 0) {
			/* n samples, and those a stride further: n + 1 of them */
			struct mtie_range both = unite(&octave->last, &window);
			int64_t extent_ns = both.max_ns - both.min_ns;

			if (extent_ns > octave->peak_ns) {
				octave->peak_ns = extent_ns;
			}
		}
		octave->last = window;
		*slot = window;
		if (at < span) {
			break;
		}
		at -= span;
		if (k >= MTIE_SPAN_OCTAVE) {
			if (at % 2 != 0) {
				break;
			}
			at /= 2;
		}
		window = unite(&before, &window);
	}
}

bool mtie_ns(const struct mtie *mtie, unsigned int k, int64_t *ret_ns)
{
	if (k >= MTIE_OCTAVES || mtie->count == 0 || mtie->octave[k].peak_ns < 0) {
		return false;
	}
	*ret_ns = mtie->octave[k].peak_ns;
	return true;
}
