/* SPDX-License-Identifier: BSD-2-Clause */
/* A mask's verdict. */
#include "mask.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "timing.h"

/* The curves' intervals are octaves: the nearest ones to a mask's ends may be this far within. */
#define OCTAVE 2.0

/* A fail stands before what isn't known, and that before a pass; of equals the first is named. */
__attribute__((format(printf, 3, 4))) static void
find(struct timing_mask *verdict, enum timing_verdict found, const char *format, ...)
{
	static const int weight[] = {
		[TIMING_PASS] = 0,
		[TIMING_INCONCLUSIVE] = 1,
		[TIMING_FAIL] = 2,
	};
	va_list arguments;

	if (weight[found] <= weight[verdict->verdict]) {
		return;
	}
	verdict->verdict = found;
	va_start(arguments, format);
	vsnprintf(verdict->reason, sizeof(verdict->reason), format, arguments);
	va_end(arguments);
}

static void judge_te(const struct mask *mask, const struct timing_series *series,
		     int64_t resolution_ns, struct timing_mask *verdict)
{
	double most_ns = fmax(fabs(series->two_way_min_ns), fabs(series->two_way_max_ns));

	if (mask->max_te_ns <= 0) {
		return;
	}
	if (series->two_way_absence != TIMING_KNOWN) {
		find(verdict, TIMING_INCONCLUSIVE, "two-way time error: %s",
		     timing_absence_text(series->two_way_absence));
	} else if (resolution_ns > 1 && (double)resolution_ns >= mask->max_te_ns) {
		find(verdict, TIMING_INCONCLUSIVE,
		     "time error: the limit of %.0f ns is below the stamps' resolution, %lld ns",
		     mask->max_te_ns, (long long)resolution_ns);
	} else if (most_ns > mask->max_te_ns) {
		find(verdict, TIMING_FAIL, "two-way time error %.1f ns: the limit is %.0f ns",
		     most_ns, mask->max_te_ns);
	}
}

/* Might a cluster that clocks have narrowed or moved hold enough? */
static bool is_stray(const struct mask *mask, const struct timing_series *series)
{
	double left = 1 - 2 * (double)series->skew_stray_ns / (double)mask->delta_ns;

	return series->skew_removed && series->floor.worst_fpp >= mask->least_fpp * left;
}

static void judge_floor(const struct mask *mask, const struct timing_series *series,
			struct timing_mask *verdict)
{
	const struct timing_floor *floor = &series->floor;

	if (mask->least_fpp <= 0) {
		return;
	}
	if (floor->absence != TIMING_KNOWN) {
		find(verdict, TIMING_INCONCLUSIVE, "floor packets: %s",
		     timing_absence_text(floor->absence));
	} else if (floor->delta_ns != mask->delta_ns || floor->window_ns != mask->window_ns) {
		find(verdict, TIMING_INCONCLUSIVE,
		     "floor packets: measured with another window than the %lld us in %lld s of "
		     "the limit",
		     (long long)(mask->delta_ns / 1000), (long long)(mask->window_ns / 1000000000));
	} else if (floor->mode != FLOOR_SESSION) {
		find(verdict, TIMING_INCONCLUSIVE,
		     "floor packets: measured from another floor than the least delay of the run");
	} else if (floor->worst_fpp < mask->least_fpp && is_stray(mask, series)) {
		find(verdict, TIMING_INCONCLUSIVE,
		     "floor packets: %.3f %% in the worst window, limit %.3g %%: but the least "
		     "delay strays by %.0f us from the clocks' skew, which may be theirs",
		     100 * floor->worst_fpp, 100 * mask->least_fpp,
		     (double)series->skew_stray_ns / 1e3);
	} else if (floor->worst_fpp < mask->least_fpp) {
		find(verdict, TIMING_FAIL,
		     "floor packets: %.3f %% in the worst window of %lld s, the limit is %.3g %%",
		     100 * floor->worst_fpp, (long long)(floor->window_ns / 1000000000),
		     100 * mask->least_fpp);
	}
}

/* Does the curve reach from the mask's first tau to its last, as far as octaves can? */
static void judge_reach(const struct mask *mask, enum mask_curve which, const char *name,
			const struct timing_curve *curve, struct timing_mask *verdict)
{
	const struct mask_piece *first = &mask->piece[which][0];
	const struct mask_piece *last = &mask->piece[which][mask->pieces[which] - 1];
	double from_s = (double)curve->at[0].tau_ns * 1e-9;
	double to_s = (double)curve->at[curve->count - 1].tau_ns * 1e-9;

	if (from_s > first->from_s * OCTAVE) {
		find(verdict, TIMING_INCONCLUSIVE,
		     "%s: measured from tau %.3g s, the limit begins at %.3g s", name, from_s,
		     first->from_s);
	}
	if (to_s * OCTAVE <= last->to_s) {
		find(verdict, TIMING_INCONCLUSIVE,
		     "%s: measured up to tau %.3g s, the limit reaches to %.3g s", name, to_s,
		     last->to_s);
	}
	for (size_t i = 1; i < curve->count; i++) {
		double gap = (double)curve->at[i].tau_ns / (double)curve->at[i - 1].tau_ns;
		double tau_s = (double)curve->at[i].tau_ns * 1e-9;

		if (gap > 1.5 * OCTAVE && tau_s > first->from_s && tau_s / gap < last->to_s) {
			find(verdict, TIMING_INCONCLUSIVE,
			     "%s: nothing is known just below tau %.3g s", name, tau_s);
		}
	}
}

static void judge_curve(const struct mask *mask, enum mask_curve which,
			const struct timing_series *series, int64_t resolution_ns,
			struct timing_mask *verdict)
{
	const struct timing_curve *curve = which == MASK_MTIE ? &series->mtie : &series->tdev;
	const char *name = which == MASK_MTIE ? "MTIE" : "TDEV";
	enum timing_absence absence =
		which == MASK_MTIE ? series->mtie_absence : series->tdev_absence;

	if (mask->pieces[which] == 0) {
		return;
	}
	if (series->breaks > 0) {
		find(verdict, TIMING_INCONCLUSIVE,
		     "%s: the series began anew %llu time%s: what was before isn't known", name,
		     (unsigned long long)series->breaks, series->breaks == 1 ? "" : "s");
	}
	if (which == MASK_MTIE && !series->synchronised) {
		find(verdict, TIMING_INCONCLUSIVE,
		     "MTIE: the clocks are not synchronised, and removing their skew hides what "
		     "the limit is about");
		return;
	}
	if (absence != TIMING_KNOWN) {
		find(verdict, TIMING_INCONCLUSIVE, "%s: %s", name, timing_absence_text(absence));
		return;
	}
	for (size_t i = 0; i < curve->count; i++) {
		double tau_s = (double)curve->at[i].tau_ns * 1e-9, limit_ns;

		if (!mask_limit_ns(mask, which, tau_s, &limit_ns)) {
			continue;
		}
		if (resolution_ns > 1 && (double)resolution_ns >= limit_ns) {
			find(verdict, TIMING_INCONCLUSIVE,
			     "%s: the limit of %.1f ns at tau %.3g s is below the stamps' "
			     "resolution, %lld ns",
			     name, limit_ns, tau_s, (long long)resolution_ns);
		} else if (curve->at[i].value_ns > limit_ns) {
			find(verdict, mask->is_filtered ? TIMING_INCONCLUSIVE : TIMING_FAIL,
			     "%s %.1f ns at tau %.3g s: the limit is %.1f ns%s", name,
			     curve->at[i].value_ns, tau_s, limit_ns,
			     mask->is_filtered ? ", behind a low-pass filter that was not applied"
					       : "");
		}
	}
	judge_reach(mask, which, name, curve, verdict);
}

void mask_judge(const struct mask *mask, const struct timing_series *series, int64_t resolution_ns,
		struct timing_mask *ret_verdict)
{
	*ret_verdict = (struct timing_mask){.verdict = TIMING_PASS};
	judge_te(mask, series, resolution_ns, ret_verdict);
	judge_floor(mask, series, ret_verdict);
	for (int which = 0; which < MASK_CURVES; which++) {
		judge_curve(mask, (enum mask_curve)which, series, resolution_ns, ret_verdict);
	}
	/* last: of what isn't known, anything else is rather to be helped */
	if (mask->is_te_of_all) {
		find(ret_verdict, TIMING_INCONCLUSIVE,
		     "two-way time error: the fastest 0.25 %% of the packets keep within %.0f ns, "
		     "the limit is of all of them",
		     mask->max_te_ns);
	}
}
