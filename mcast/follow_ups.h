/* SPDX-License-Identifier: BSD-2-Clause */
/* The Follow_Ups of PTP-shaped probes that are still to go, each once its Sync's stamp has come. */
#ifndef PTPROBE_FOLLOW_UPS_H
#define PTPROBE_FOLLOW_UPS_H

#include <stdbool.h>
#include <stdint.h>

struct departures;

enum { FOLLOW_UPS_RING = 4096 }; /* a power of two */

#define FOLLOW_UP_NO_DEPARTURE UINT64_MAX

/* So long a Follow_Up waits for its stamp: as ptp4l does (tx_timestamp_timeout). */
#define FOLLOW_UP_PATIENCE_NS INT64_C(10000000)

struct follow_up {
	uint64_t seq;
	uint64_t departure; /* its Sync's, see departures_look; FOLLOW_UP_NO_DEPARTURE: none to come
			     */
	int64_t sync_ns;    /* when its Sync was sent, on a clock without steps */
	uint8_t flags;      /* enum wire_flag of this seq alone */
};

/* All zero is an empty one. */
struct follow_ups {
	uint32_t at, end; /* they wrap */
	struct follow_up ring[FOLLOW_UPS_RING];
};

static inline uint32_t follow_ups_count(const struct follow_ups *follow_ups)
{
	return follow_ups->end - follow_ups->at;
}

/* At the end of the line; there must be room (FOLLOW_UPS_RING). */
void follow_ups_add(struct follow_ups *follow_ups, const struct follow_up *follow_up);

/*
 * The first in line, when it may go: its stamp has come, cannot come any more, or is not waited for
 * any longer at now_ns. Those behind it wait for it, so that the general path's order is the event
 * path's. *ret_tx_ns: the stamp, of the card's when the flags say so; 0: it goes without. Takes
 * nothing out. Neither pointer is written to with false.
 */
bool follow_ups_due(const struct follow_ups *follow_ups, const struct departures *departures,
		    int64_t now_ns, struct follow_up *ret_follow_up, int64_t *ret_tx_ns);

/* Takes the first one out. */
void follow_ups_take(struct follow_ups *follow_ups);

/* When the first in line is waited for no longer; INT64_MAX: none is in line. */
int64_t follow_ups_wake_ns(const struct follow_ups *follow_ups);

#endif
