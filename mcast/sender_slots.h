/* SPDX-License-Identifier: BSD-2-Clause */
/* The datagrams of one call: what each says, and the books of what the kernel took. */
#ifndef PTPROBE_SENDER_SLOTS_H
#define PTPROBE_SENDER_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "departures.h"
#include "wire.h"

struct sender;

struct sender_slot {
	int64_t slot_ns;
	uint64_t seq;
	struct departures_report follow_up; /* seq WIRE_NO_FOLLOW_UP: none */
	uint32_t group;
	bool stamp;
};

/* Fixes what datagram index, of the pacing's next slot, says whenever it is sent; takes the slot.
 */
void sender_slot_fill(struct sender *sender, uint32_t index, int64_t now_ns);

/* Writes it, to be sent at that time. */
void sender_slot_encode(struct sender *sender, uint32_t index, int64_t mono_ns, int64_t real_ns);

/* Books count from first on as sent then, or as refused for good with that errno. */
void sender_slots_sent(struct sender *sender, uint32_t first, uint32_t count, int64_t mono_ns,
		       int64_t real_ns);
void sender_slots_refused(struct sender *sender, uint32_t first, uint32_t count, int error);

/* What all of the run's probes say. */
struct probe sender_any_probe(const struct sender *sender);

#endif
