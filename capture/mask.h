/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits of the time that a network may spoil: what a path's timing is judged by. */
#ifndef PTPROBE_MASK_H
#define PTPROBE_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timing_mask;
struct timing_series;

enum {
	MASK_NAME = 64,
	MASK_ERROR = 200,
	MASK_PIECES = 32,
};

enum mask_curve { MASK_MTIE, MASK_TDEV, MASK_CURVES };

/* The limit for from_s < tau <= to_s; in between straight, or straight in a double-logarithmic
 * plot. */
struct mask_piece {
	double from_s, to_s;
	double from_ns, to_ns;
	bool is_logarithmic;
};

struct mask {
	char name[MASK_NAME];
	char title[MASK_NAME];
	double max_te_ns; /* of the two-way time error's magnitude; 0: no limit */
	/*
	 * That limit is of max|TE|, of all packets at a clock's output, and not of the fastest
	 * 0.25 % of them, which are what is measured: these may break it, but not keep it.
	 */
	bool is_te_of_all;
	bool is_filtered; /* the curves are meant behind a low-pass filter, which isn't ours */
	/* least FPP in every window; 0: no limit. Measured with this delta and window alone */
	double least_fpp;
	int64_t delta_ns, window_ns;
	size_t pieces[MASK_CURVES];
	struct mask_piece piece[MASK_CURVES][MASK_PIECES];
};

/* The known masks' names, in order; NULL beyond the last. */
const char *mask_name(size_t index);

/* The built-in mask of that name; NULL when there is none. */
const struct mask *mask_find(const char *name);

/*
 * Reads a mask's file:
 *
 *   # comment
 *   title = our network      (optional)
 *   max_te = 1.1us           (optional)
 *   fpp = 1%                 (optional: in windows of 200 s, 150 us above the floor)
 *   mtie                     a heading; the lines below it are "tau limit", and of MTIE
 *                            such that stand before any heading
 *   0.1 120ns
 *   100 1us
 *   tdev
 *   0.1 3ns
 *
 * Between two lines the limit is straight in a double-logarithmic plot. tau rises and is in
 * seconds, its limit in ns, or both with a unit; max_te needs its unit. 0, or -EINVAL and error,
 * one line with the number of the line and what to write instead.
 */
int mask_parse(const char *text, size_t length, struct mask *ret_mask,
	       char error[static MASK_ERROR]);

/* The limit at tau_s, ns; false where the mask has none. */
bool mask_limit_ns(const struct mask *mask, enum mask_curve curve, double tau_s, double *ret_ns);

/*
 * Judges what was measured, all but series->mask, with stamps of that resolution. A limit that was
 * passed is a fail. A pass needs all that the mask asks for, from its first to its last tau.
 */
void mask_judge(const struct mask *mask, const struct timing_series *series, int64_t resolution_ns,
		struct timing_mask *ret_verdict);

#endif
