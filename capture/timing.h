/* SPDX-License-Identifier: BSD-2-Clause */
/* How well the path carries time: the delay variation of the Syncs that were seen on it. */
#ifndef PTPROBE_TIMING_H
#define PTPROBE_TIMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "delay.h"
#include "endpoint.h"
#include "floor.h"
#include "ptp_message.h"

struct mask;
struct sighting;

/*
 * One series per (domain, sdoId, master's port, and the address that unicast goes to): delay =
 * rx_ns - (preciseOriginTimestamp or, of a one-step master, originTimestamp) - both
 * correctionFields. Without synchronised clocks its absolute value means nothing, and its drift is
 * the clocks': then the skew is removed (lib/skew.h), labelled so, and nothing that needs the
 * absolute value is a result.
 *
 * MTIE, TDEV, MATIE and MAFE are of an equidistant series, which Syncs are not quite, and some are
 * lost. A sample's place is told by its sequenceId, so that neither its own delay nor the master's
 * timer moves it; tau0 is the mean interval that was measured (G.810, II.1, asks for tau0, not for
 * the instants). The place of a lost Sync, and of one that comes behind its successor, holds the
 * value before it: that makes no excursion that wasn't measured. How many do is told
 * (interpolated); more than TIMING_INTERPOLATED of all is too many for a result. Where sequenceIds
 * contradict the time that has passed (a restart of the master), the time tells the place.
 */
enum {
	TIMING_SERIES = 16,
	TIMING_TAUS = 48, /* observation intervals of MTIE and TDEV */
	TIMING_REASON = 160,
};

#define TIMING_INTERPOLATED 0.1

struct timing_config {
	bool synchronised; /* rx_ns' clock and the masters' are the same time, as far as is known */
	int64_t utc_offset_s;   /* TAI - rx_ns' scale where an Announce says ptpTimescale: 37; 0 for
				   TAI */
	bool utc_offset_given;  /* else the one that the Announces call valid is taken */
	int64_t floor_delta_ns; /* 150 us unless 0 */
	int64_t floor_window_ns; /* 200 s unless 0 */
	enum floor_mode floor_mode;
	int64_t floor_fixed_ns; /* of FLOOR_FIXED: needs synchronised clocks */
	int64_t floor_last_ns;  /* of FLOOR_LAST: at least the window */
	int64_t resolution_ns; /* of the stamps: 1, or 1000 of a microsecond file; timing_coarsen */
	const struct mask *mask; /* NULL: none */
};

/* A value at an observation interval. */
struct timing_tau {
	int64_t tau_ns;
	double value_ns;
};

struct timing_curve {
	size_t count;
	struct timing_tau at[TIMING_TAUS];
};

enum timing_absence {
	TIMING_KNOWN,
	TIMING_TOO_SHORT,      /* less than the window or 12 tau were seen */
	TIMING_UNSYNCHRONISED, /* it needs absolute time */
	TIMING_UTC_OFFSET,     /* likewise, and nobody says what TAI - UTC is */
	TIMING_SKEW,           /* too short for the skew, which is to be removed, to be told */
	TIMING_ONE_WAY,        /* only one direction was seen */
	TIMING_TOO_COARSE,     /* the stamps' resolution is no better than the result */
	TIMING_SKEW_UNCERTAIN, /* what is wrong with the skew is more than what it is of */
	TIMING_TOO_MANY_LOST,  /* of the equidistant series more is held than TIMING_INTERPOLATED */
	TIMING_ABSENCES,
};

/* ITU-T G.8260, clause 10 and appendix I: how many packets are near the floor. */
struct timing_floor {
	enum timing_absence absence;
	int64_t delta_ns, window_ns;
	enum floor_mode mode;
	int64_t fixed_ns, last_ns;  /* of the modes of that name */
	uint64_t windows, failed;   /* windows that slid by 1 s; those below 1 % */
	double worst_fpp, mean_fpp; /* of the packets received, 0..1 */
	double worst_fpp_nominal;   /* of those that the advertised rate would have brought */
	uint64_t worst_fpc;
	int64_t worst_at_ns; /* begin of the worst window, rx_ns */
	double worst_fpr;    /* floor packets a second */
};

enum timing_verdict { TIMING_PASS, TIMING_FAIL, TIMING_INCONCLUSIVE };

struct timing_mask {
	enum timing_verdict verdict;
	char reason[TIMING_REASON]; /* which limit at which tau, or what couldn't be measured */
};

struct timing_series {
	uint8_t domain;
	uint16_t sdo_id;
	struct ptp_port_identity master;
	bool is_unicast;
	struct endpoint peer;               /* of unicast: where its Syncs go */
	uint64_t count, rejected, unpaired; /* samples; impossible ones; Syncs without Follow_Up */
	uint64_t evicted; /* Syncs that later ones have displaced before their Follow_Up came */
	uint64_t stamps[STAMP_KINDS];
	int64_t first_ns, last_ns; /* rx_ns */
	uint64_t splits;           /* times that the series began anew: a clock was stepped */
	bool synchronised, skew_removed, skew_known;
	int64_t skew_ppb, skew_uncertainty_ppb;
	/*
	 * How far the least delay strays from a straight skew (band.h): a clock that runs unevenly,
	 * or was stepped, or a path whose least delay changes. Twice that may be the clocks' alone.
	 */
	int64_t skew_stray_ns;
	/* TAI - rx_ns' scale as it was taken into account; not known: nothing is absolute */
	bool utc_offset_known;
	int64_t utc_offset_s;
	/* of the delay: only when synchronised and utc_offset_known */
	int64_t delay_min_ns, delay_max_ns;
	double delay_mean_ns;
	/* above the floor (RFC 5481); skew removed when skew_removed */
	int64_t pdv_p50_ns, pdv_p90_ns, pdv_p99_ns, pdv_p999_ns, pdv_max_ns;
	double pdv_mean_ns, pdv_stddev_ns;
	int64_t jitter_ns;
	struct timing_floor floor;
	/* the equidistant series: its places, those that hold the value before, its beginnings */
	uint64_t places, interpolated, breaks;
	int64_t tau0_ns, advertised_ns; /* 0: not known */
	enum timing_absence mtie_absence, tdev_absence, matie_absence;
	/*
	 * At tau = 2^k tau0. MTIE, MATIE and MAFE are skew-removed unless synchronised; then what
	 * the skew's uncertainty could make up a quarter of is left out.
	 */
	struct timing_curve mtie, tdev, matie, mafe; /* MAFE's value is a ratio times 1e9 */
	/* pktSelected2wayTE (G.8260, I.3.2.2): of the fastest 0.25 % each way in 200 s */
	enum timing_absence two_way_absence;
	uint64_t two_way_windows;
	double two_way_min_ns, two_way_max_ns, two_way_mean_ns;
	uint64_t two_way_forward, two_way_reverse; /* packets */
	struct timing_mask mask;
};

struct timing;

/* -ERANGE when the floor's window, delta or last seconds are out of floor_check's range; or 0. */
int timing_check(const struct timing_config *config);

/* Allocated here and never later, whatever comes; config must pass timing_check. NULL when memory
 * is out. */
struct timing *timing_new(const struct timing_config *config);
void timing_free(struct timing *timing);

/* Feeds one message, of any type, in the order of mono_ns. O(1) amortised. */
void timing_add(struct timing *timing, const struct sighting *sighting);

/* Stamps of that resolution have come, too: the results are as coarse as the coarsest. */
void timing_coarsen(struct timing *timing, int64_t resolution_ns);

/* This message's port is none: what came of it is forgotten. */
void timing_drop(struct timing *timing, const struct sighting *sighting);

/* The clock of rx_ns was stepped: each series begins anew, and says so. */
void timing_split(struct timing *timing);

size_t timing_count(const struct timing *timing);

/* Syncs of masters beyond TIMING_SERIES. */
uint64_t timing_overflow(const struct timing *timing);

/* The results as they stand. index < timing_count. Some ms. */
void timing_result(struct timing *timing, size_t index, struct timing_series *ret_series);

/* Whose series that is. index < timing_count. */
void timing_name(const struct timing *timing, size_t index, uint8_t *ret_domain,
		 uint16_t *ret_sdo_id, struct ptp_port_identity *ret_master);

/* Where its Syncs go; NULL when that is a group. index < timing_count. */
const struct endpoint *timing_peer(const struct timing *timing, size_t index);

/* What since the call before: for interval lines. False when nothing came. */
bool timing_take_interval(struct timing *timing, size_t index, uint64_t *ret_count,
			  int64_t *ret_pdv_max_ns, double *ret_pdv_mean_ns);

/* "too short", as in reports. */
const char *timing_absence_text(enum timing_absence absence);

#endif
