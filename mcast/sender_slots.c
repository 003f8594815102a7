/* SPDX-License-Identifier: BSD-2-Clause */
#include "sender_slots.h"

#include "clock.h"
#include "general.h"
#include "ptp_shape.h"
#include "send_options.h"
#include "sender.h"
#include "sock_send.h"

enum { STAMP_MAX_PPS = 1000 }; /* without a schedule, where each costs a probe or two */

static bool wants_stamp(const struct sender *sender, uint64_t seq, uint32_t index, int64_t now_ns)
{
	if (!sender->stamps || sender->ending) {
		return false;
	}
	if (sender->stamp_every > 0) {
		return seq % sender->stamp_every == 0;
	}
	return index == 0 && now_ns - sender->stamped_ns >= 1000000000 / STAMP_MAX_PPS;
}

/* Number of probes of a group, served in turn with the others. */
static uint64_t group_used(const struct sender *sender, uint32_t group)
{
	uint32_t groups = sender->options->group.count;

	return sender->used / groups + (group < sender->used % groups);
}

void sender_slot_fill(struct sender *sender, uint32_t index, int64_t now_ns)
{
	struct sender_slot *slot = &sender->slot[index];
	uint32_t groups = sender->options->group.count;
	uint64_t turn = sender->ending ? sender->pacing.slot : sender->used;

	slot->slot_ns = sender->pacing.next_ns;
	slot->group = groups == 1 ? 0 : (uint32_t)(turn % groups);
	slot->seq = groups == 1 ? sender->used : turn / groups;
	if (sender->ending) {
		slot->seq = group_used(sender, slot->group);
	} else {
		sender->used++;
	}
	slot->stamp = wants_stamp(sender, slot->seq, index, now_ns);
	slot->follow_up = (struct departures_report){.seq = WIRE_NO_FOLLOW_UP};
	/* an offloaded burst has no stamps, and its datagrams no headers of their own */
	if (!sender->options->offload) {
		if (!sender->general) {
			(void)departures_follow_up(sender->departures, slot->group, now_ns,
						   &slot->follow_up);
		}
		sock_send_prepare(sender->out, index, slot->group, slot->stamp);
	}
	pacing_advance(&sender->pacing);
}

struct probe sender_any_probe(const struct sender *sender)
{
	return (struct probe){
		.kind = sender->ending ? WIRE_END : WIRE_PROBE,
		.flags = sender->flags,
		.dscp = sender->options->dscp,
		.ttl = (uint8_t)sender->options->ttl,
		.run_id = sender->run_id,
		.follow_up_seq = WIRE_NO_FOLLOW_UP,
		.period_ns = sender->period_ns,
	};
}

void sender_slot_encode(struct sender *sender, uint32_t index, int64_t mono_ns, int64_t real_ns)
{
	const struct sender_slot *slot = &sender->slot[index];
	uint8_t *payload = sock_send_payload(sender->out, index);
	struct probe probe = sender_any_probe(sender);

	probe.seq = slot->seq;
	probe.sent_ns = real_ns;
	probe.follow_up_seq = slot->follow_up.seq;
	probe.follow_up_tx_ns = slot->follow_up.tx_ns;
	if (slot->follow_up.hardware) {
		probe.flags |= WIRE_FOLLOW_UP_HARDWARE;
	}
	if (!sender->ending && pacing_is_late(&sender->pacing, slot->slot_ns, mono_ns)) {
		probe.flags |= WIRE_LATE_SLOT;
	}
	if (!sender->general) {
		wire_encode(payload, sender->options->length, &probe);
	} else if (sender->ending) {
		ptp_shape_encode_follow_up(payload, sender->general->domain, 0, &probe);
	} else {
		ptp_shape_encode_sync(payload, sender->general->domain, &probe);
	}
}

/* Whatever became of a Sync, its Follow_Up goes: the two paths' books are apart. */
static void line_up(struct sender *sender, const struct sender_slot *slot, uint64_t departure,
		    int64_t mono_ns)
{
	struct follow_up follow_up = {
		.seq = slot->seq,
		.departure = departure,
		.sync_ns = mono_ns,
	};

	if (!sender->general) {
		return;
	}
	if (pacing_is_late(&sender->pacing, slot->slot_ns, mono_ns)) {
		follow_up.flags |= WIRE_LATE_SLOT;
	}
	follow_ups_add(&sender->general->follow_ups, &follow_up);
}

void sender_slots_sent(struct sender *sender, uint32_t first, uint32_t count, int64_t mono_ns,
		       int64_t real_ns)
{
	if (sender->ending) {
		return;
	}
	for (uint32_t i = first; i < first + count; i++) {
		const struct sender_slot *slot = &sender->slot[i];

		pacing_depart(&sender->pacing, slot->slot_ns, mono_ns);
		line_up(sender, slot,
			slot->stamp ? sender->departures->next_id : FOLLOW_UP_NO_DEPARTURE,
			mono_ns);
		if (slot->stamp) {
			departures_add(sender->departures, slot->group, slot->seq, slot->slot_ns,
				       real_ns);
			sender->undrained++;
			sender->stamped_ns = mono_ns;
		}
	}
	if (sender->counts.sent == 0) {
		sender->first_ns = mono_ns;
		sender->first_slot_ns = sender->slot[first].slot_ns;
	}
	sender->last_ns = mono_ns;
	sender->last_slot_ns = sender->slot[first + count - 1].slot_ns;
	sender->counts.sent += count;
	sender->counts.bytes += count * sender->options->length;
}

void sender_slots_refused(struct sender *sender, uint32_t first, uint32_t count, int error)
{
	if (sender->ending) {
		return;
	}
	for (uint32_t i = first; i < first + count; i++) {
		send_refusals_add(sender->refusals, error, sender->slot[i].seq);
		line_up(sender, &sender->slot[i], FOLLOW_UP_NO_DEPARTURE, clock_mono_ns());
	}
	sender->counts.failed += count;
}
