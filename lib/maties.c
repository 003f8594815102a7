/* SPDX-License-Identifier: BSD-2-Clause */
#include "maties.h"

#include <math.h>

void maties_init(struct maties *maties, uint32_t base)
{
	*maties = (struct maties){.base = base};
	while (maties->octaves < SUMS_OCTAVES &&
	       (uint64_t)base << maties->octaves < UINT64_C(1) << SUMS_OCTAVES) {
		maties->octave[maties->octaves] = sums_octave(base, maties->octaves);
		maties->octaves++;
	}
}

void maties_add(struct maties *maties, const struct sums *sums)
{
	for (unsigned int k = 0; k < maties->octaves; k++) {
		const struct sums_octave *octave = &maties->octave[k];
		int64_t sum_ns;

		if (!sums_ends(sums, octave, 2)) {
			break;
		}
		sum_ns = (int64_t)(sums->total - 2 * sums_before(sums, octave, 1) +
				   sums_before(sums, octave, 2));
		if (maties->sum[k].terms == 0 || sum_ns < maties->sum[k].min_ns) {
			maties->sum[k].min_ns = sum_ns;
		}
		if (maties->sum[k].terms == 0 || sum_ns > maties->sum[k].max_ns) {
			maties->sum[k].max_ns = sum_ns;
		}
		maties->sum[k].terms++;
	}
}

bool maties_ns(const struct maties *maties, unsigned int k, double slope_ns, double *ret_ns)
{
	double n = (double)((uint64_t)maties->base << k), low_ns, high_ns;

	if (k >= maties->octaves || maties->sum[k].terms == 0) {
		return false;
	}
	low_ns = (double)maties->sum[k].min_ns / n - slope_ns * n;
	high_ns = (double)maties->sum[k].max_ns / n - slope_ns * n;
	*ret_ns = fmax(fabs(low_ns), fabs(high_ns));
	return true;
}
