/* SPDX-License-Identifier: BSD-2-Clause */
/* Hardware stamps on this host: the card set up for them, its clock followed, all of it undone. */
#ifndef PTPROBE_STAMPING_H
#define PTPROBE_STAMPING_H

#include <stdbool.h>
#include <stdint.h>

#include "nic_restore.h"
#include "nic_stamp.h"
#include "phc.h"
#include "phc_map.h"
#include "stamps.h"

enum { STAMPING_ERROR_TEXT = 256 };

struct stamping_config {
	enum stamps_want want;
	bool kernel_only;     /* it wouldn't go together, with --offload */
	bool configure;       /* --hwstamp */
	unsigned int ifindex; /* 0: not known, and then there is no hardware */
	enum nic_stamp_probes probes;
};

struct stamping {
	struct stamps stamps; /* all but its counts */
	struct phc phc;
	struct phc_map map;
	struct nic_restore restore;
	int64_t next_ns, period_ns; /* of the clock's samples, CLOCK_MONOTONIC */
	bool resample;              /* a stamp made no sense */
	struct stamps_lag lag;      /* of arrivals */
};

/* What a struct stamping is before stamping_open; stamping_close takes it, too. */
#define STAMPING_CLOSED                                                                   \
	{                                                                                 \
		.phc = {.fd = -1}, .restore = {-1, -1}, .stamps = {.phc = {.index = -1} } \
	}

/*
 * Finds out whether the card stamps, or, with configure, has it do so; and if so opens its clock
 * and takes the first samples, 20 ms apart. Before rights_drop, which needs RIGHTS_PHC then, and
 * before the sockets, which ask for hardware stamps when stamping->stamps.in_hardware. 0, or -errno
 * and error, one line with the remedy: only what configure asks for can fail.
 */
int stamping_open(struct stamping *stamping, const struct stamping_config *config,
		  char error[static STAMPING_ERROR_TEXT]);

/* Sets the card back. 0, or -errno and error, one line. */
int stamping_close(struct stamping *stamping, char error[static STAMPING_ERROR_TEXT]);

/* To be called some times a second, where it is no harm: reads the card's clock when that is due.
 */
void stamping_tick(struct stamping *stamping, int64_t mono_ns);

/* Reads the card's clock now: CLOCK_REALTIME was set, or it has been long since the last tick. */
void stamping_read(struct stamping *stamping);

/*
 * A stamp of the card as CLOCK_REALTIME. False when it can't be told, or makes no sense: before
 * from_ns, or more than 1 ms behind until_ns; the card may have been set since its clock was read.
 */
bool stamping_real_ns(struct stamping *stamping, int64_t phc_ns, int64_t from_ns, int64_t until_ns,
		      int64_t *ret_real_ns);

/* The results, with those counts and that lag. */
struct stamps stamping_result(const struct stamping *stamping, const struct stamps_counts *counts,
			      const struct stamps_lag *lag);

#endif
