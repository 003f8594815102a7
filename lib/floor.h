/* SPDX-License-Identifier: BSD-2-Clause */
/* How many packets come near the floor: FPC, FPR and FPP (ITU-T G.8260, clause I.5; G.8261.1). */
#ifndef PTPROBE_FLOOR_H
#define PTPROBE_FLOOR_H

#include <stdbool.h>
#include <stdint.h>

/*
 * In each window of W seconds, sliding by 1 s, the floor packets are those whose delay is within
 * d_min and d_min + delta. Each second has a histogram with bins of 1 us, above the bin of its own
 * minimum; further up than delta nothing is ever asked. So the memory is bounded whatever the rate,
 * and a delay counts as within the cluster to within 1 us.
 */
enum floor_mode {
	/*
	 * d_min is the least delay of the whole run, known at its end. Every window is judged for
	 * each floor that may still come, down to one whose cluster holds nothing of what was seen
	 * so far.
	 */
	FLOOR_SESSION,
	FLOOR_FIXED, /* d_min is given */
	FLOOR_LAST,  /* d_min is the least delay of the last seconds, at each window's end */
};

enum {
	FLOOR_MAX_DELTA_US = 1000,
	FLOOR_MAX_WINDOW_S = 1000,
	FLOOR_MAX_LAST_S = 10000,
};

#define FLOOR_LEAST_FPP 0.01 /* a window below it fails (G.8261.1) */

struct floor_config {
	enum floor_mode mode;
	int64_t fixed_ns; /* of FLOOR_FIXED: d_min */
	uint32_t last_s;  /* of FLOOR_LAST: window_s..FLOOR_MAX_LAST_S */
	uint32_t delta_us, window_s;
};

/* What came of one choice of d_min. */
struct floor_result {
	uint64_t windows, failed;   /* those below FLOOR_LEAST_FPP, and those without a packet */
	double worst_fpp, mean_fpp; /* of the packets received in a window, 0..1 */
	int64_t worst_at_ns;        /* begin of the window with worst_fpp */
	uint64_t worst_fpc;         /* the least count, whose window may be another */
	int64_t floor_ns;           /* d_min: the lower end of its bin; of FLOOR_LAST the latest */
};

struct floor;

/* -ERANGE, or 0: is it a config that floor_new takes? */
int floor_check(const struct floor_config *config);

/* Allocated here and never later. NULL when memory is out. */
struct floor *floor_new(const struct floor_config *config);
void floor_free(struct floor *floor);

/* Forgets all samples. */
void floor_clear(struct floor *floor);

/*
 * Takes a packet: at_ns, when it came, from any origin and never back; its delay. Both within
 * +-2^61. O(1), and for each second that passes O(delta).
 */
void floor_add(struct floor *floor, int64_t at_ns, int64_t delay_ns);

/*
 * Takes a second's packets at once: its begin, the least delay, count[0..delta] of those in each us
 * from there, all of them. Not of FLOOR_FIXED.
 */
void floor_add_second(struct floor *floor, int64_t at_ns, int64_t least_ns, const uint32_t *count,
		      uint64_t packets);

/* to becomes what from is. Both are of the same config. */
void floor_copy(struct floor *to, const struct floor *from);

/* The windows that are complete. False when there is none. */
bool floor_result(const struct floor *floor, struct floor_result *ret_result);

#endif
