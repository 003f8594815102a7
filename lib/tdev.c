/* SPDX-License-Identifier: BSD-2-Clause */
#include "tdev.h"

#include <math.h>

void tdev_init(struct tdev *tdev, uint32_t base)
{
	*tdev = (struct tdev){.base = base};
	while (tdev->octaves < SUMS_OCTAVES &&
	       (uint64_t)base << tdev->octaves < UINT64_C(1) << SUMS_OCTAVES) {
		tdev->octave[tdev->octaves] = sums_octave(base, tdev->octaves);
		tdev->octaves++;
	}
}

void tdev_add(struct tdev *tdev, const struct sums *sums)
{
	for (unsigned int k = 0; k < tdev->octaves; k++) {
		const struct sums_octave *octave = &tdev->octave[k];
		double inner;

		/* what a longer interval lacks, all longer ones lack */
		if (!sums_ends(sums, octave, 3)) {
			break;
		}
		inner = (double)(int64_t)(sums->total - 3 * sums_before(sums, octave, 1) +
					  3 * sums_before(sums, octave, 2) -
					  sums_before(sums, octave, 3));
		tdev->sum[k].squares += inner * inner;
		tdev->sum[k].terms++;
	}
}

bool tdev_ns(const struct tdev *tdev, unsigned int k, double *ret_ns)
{
	double n = (double)((uint64_t)tdev->base << k);

	if (k >= tdev->octaves || tdev->sum[k].terms == 0) {
		return false;
	}
	*ret_ns = sqrt(tdev->sum[k].squares / (6 * (double)tdev->sum[k].terms)) / n;
	return true;
}
