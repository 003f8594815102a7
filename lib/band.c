/* SPDX-License-Identifier: BSD-2-Clause */
#include "band.h"

#include <stddef.h>

static int64_t above_ns_of(const struct skew_point *point, const struct skew_line *line)
{
	return line == NULL ? point->delay_ns
			    : point->delay_ns - skew_line_delay_ns(line, point->at_ns);
}

static void join(struct band_stretch *to, const struct band_stretch *from,
		 const struct skew_line *line)
{
	if (above_ns_of(&from->low, line) < above_ns_of(&to->low, line)) {
		to->low = from->low;
	}
	if (above_ns_of(&from->high, line) > above_ns_of(&to->high, line)) {
		to->high = from->high;
	}
}

static void halve(struct band *band, const struct skew_line *line)
{
	for (uint32_t i = 0; i < BAND_STRETCHES / 2; i++) {
		struct band_stretch stretch = band->stretch[2 * i];

		join(&stretch, &band->stretch[2 * i + 1], line);
		band->stretch[i] = stretch;
	}
	band->stretches = BAND_STRETCHES / 2;
	band->per_stretch *= 2;
}

void band_add(struct band *band, const struct skew_point *point, int64_t above_ns,
	      const struct skew_line *line)
{
	struct band_stretch *stretch;

	if (band->per_stretch == 0) {
		band->per_stretch = 1;
	}
	/* per_stretch is a power of two */
	if ((band->count++ & (band->per_stretch - 1)) == 0) {
		if (band->stretches == BAND_STRETCHES) {
			halve(band, line);
		}
		band->stretch[band->stretches++] =
			(struct band_stretch){.low = *point, .high = *point};
		band->low_ns = above_ns;
		band->high_ns = above_ns;
		return;
	}
	stretch = &band->stretch[band->stretches - 1];
	if (above_ns < band->low_ns) {
		band->low_ns = above_ns;
		stretch->low = *point;
	} else if (above_ns > band->high_ns) {
		band->high_ns = above_ns;
		stretch->high = *point;
	}
}

int64_t band_max_ns(const struct band *band, const struct skew_line *line)
{
	int64_t max_ns = 0;

	for (uint32_t i = 0; i < band->stretches; i++) {
		int64_t above_ns = above_ns_of(&band->stretch[i].high, line);

		max_ns = above_ns > max_ns ? above_ns : max_ns;
	}
	return max_ns;
}

int64_t band_stray_ns(const struct band *band, const struct skew_line *line)
{
	int64_t stray_ns = 0;

	if (band->stretches < BAND_PARTS) {
		return 0;
	}
	for (uint32_t part = 0; part < BAND_PARTS; part++) {
		uint32_t from = part * band->stretches / BAND_PARTS;
		uint32_t to = (part + 1) * band->stretches / BAND_PARTS;
		int64_t low_ns = above_ns_of(&band->stretch[from].low, line);

		for (uint32_t i = from + 1; i < to; i++) {
			int64_t above_ns = above_ns_of(&band->stretch[i].low, line);

			low_ns = above_ns < low_ns ? above_ns : low_ns;
		}
		stray_ns = low_ns > stray_ns ? low_ns : stray_ns;
	}
	return stray_ns;
}
