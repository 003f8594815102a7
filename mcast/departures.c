/* SPDX-License-Identifier: BSD-2-Clause */
#include "departures.h"

#include <stdlib.h>

/* By so much a stamp of the card, mapped to the host's clock, may seem to be early. */
#define MAP_ERROR_NS 1000000

struct departures *departures_new(uint32_t groups, bool paced)
{
	struct departures *departures = calloc(1, sizeof(*departures));

	if (!departures) {
		return NULL;
	}
	departures->paced = paced;
	departures->queue = calloc(groups, sizeof(*departures->queue));
	if (!departures->queue) {
		free(departures);
		return NULL;
	}
	return departures;
}

void departures_free(struct departures *departures)
{
	if (departures) {
		free(departures->queue);
		free(departures);
	}
}

/* NULL when the ring has moved on, or never held it. */
static struct departures_entry *find(struct departures *departures, uint64_t id)
{
	struct departures_entry *entry = &departures->ring[id & (DEPARTURES_RING - 1)];

	return entry->id == id + 1 ? entry : NULL;
}

/* Several groups have the same seq, one after the other; it is listed once. */
static void add_seq(struct ranges *ranges, uint64_t seq)
{
	if (ranges->count == 0 || ranges->range[ranges->count - 1].last < seq) {
		ranges_add(ranges, seq, seq);
	}
}

static bool is_stamped(const struct departures_entry *entry)
{
	return entry->tx_ns != 0 || entry->hardware_ns != 0;
}

static void settle_entry(struct departures *departures, struct departures_entry *entry)
{
	if (entry->id == 0) {
		return;
	}
	/* one that was in flight when the ids were set back may have been stamped unseen */
	if (is_stamped(entry)) {
		/* it has departed */
	} else if (entry->id <= departures->restart_id) {
		departures->counts.unstamped++;
	} else if (entry->sched_ns != 0) {
		departures->counts.sched_without_snd++;
		add_seq(&departures->dropped, entry->seq);
	} else {
		departures->counts.unstamped++;
		departures->counts.unscheduled++;
		add_seq(&departures->unscheduled, entry->seq);
	}
	entry->id = 0;
}

void departures_add(struct departures *departures, uint32_t group, uint64_t seq, int64_t slot_ns,
		    int64_t sent_ns)
{
	struct departures_queue *queue = &departures->queue[group];
	uint64_t id = departures->next_id++;
	struct departures_entry *entry = &departures->ring[id & (DEPARTURES_RING - 1)];
	struct departures_entry *last;

	settle_entry(departures, entry);
	*entry = (struct departures_entry){
		.id = id + 1,
		.seq = seq,
		.slot_ns = slot_ns,
		.sent_ns = sent_ns,
	};
	departures->counts.requested++;
	last = queue->first_id ? find(departures, queue->last_id - 1) : NULL;
	if (last) {
		last->next_id = id + 1;
	} else {
		queue->first_id = id + 1;
	}
	queue->last_id = id + 1;
}

void departures_restart(struct departures *departures)
{
	departures->restart_id = departures->next_id;
}

static void add_pacing_error(struct departures *departures, const struct departures_entry *before,
			     const struct departures_entry *after)
{
	int64_t error_ns = (after->tx_ns - before->tx_ns) - (after->slot_ns - before->slot_ns);

	if (error_ns < 0) {
		error_ns = -error_ns;
	}
	hist_add(&departures->pacing_error, error_ns);
	if (error_ns > departures->max_pacing_error_ns) {
		departures->max_pacing_error_ns = error_ns;
	}
}

static void count_stamped(struct departures *departures, const struct departures_entry *entry)
{
	if (is_stamped(entry)) {
		return; /* by its other stamp */
	}
	if (departures->stamped_id < entry->id) {
		departures->stamped_id = entry->id;
	}
	departures->counts.stamped++;
}

static void set_departed(struct departures *departures, struct departures_entry *entry,
			 int64_t tx_ns)
{
	uint64_t id = entry->id - 1;
	const struct departures_entry *before = id > 0 ? find(departures, id - 1) : NULL;
	const struct departures_entry *after = find(departures, id + 1);

	count_stamped(departures, entry);
	entry->tx_ns = tx_ns;
	if (departures->paced && before && before->tx_ns != 0) {
		add_pacing_error(departures, before, entry);
	}
	if (departures->paced && after && after->tx_ns != 0) {
		add_pacing_error(departures, entry, after);
	}
}

void departures_stamp(struct departures *departures, uint32_t kernel_id, enum departures_stamp kind,
		      int64_t stamp_ns)
{
	/* kernel ids are 32 bits wide and wrap: the one meant lies close behind the next */
	uint32_t behind =
		(uint32_t)departures->next_id - ((uint32_t)departures->restart_id + kernel_id);
	uint64_t id = departures->next_id - behind;
	struct departures_entry *entry = NULL;

	if (behind > 0 && behind <= departures->next_id - departures->restart_id) {
		entry = find(departures, id);
	}
	if (!entry ||
	    stamp_ns < entry->sent_ns - (kind == DEPARTURES_HARDWARE ? MAP_ERROR_NS : 0)) {
		departures->counts.strange++;
		return;
	}
	if (kind == DEPARTURES_SCHED && entry->sched_ns == 0) {
		entry->sched_ns = stamp_ns;
		departures->counts.scheduled++;
	} else if (kind == DEPARTURES_SOFTWARE && entry->tx_ns == 0) {
		set_departed(departures, entry, stamp_ns);
	} else if (kind == DEPARTURES_HARDWARE && entry->hardware_ns == 0) {
		count_stamped(departures, entry);
		entry->hardware_ns = stamp_ns;
		departures->counts.hardware++;
	} else {
		return;
	}
	if (kind != DEPARTURES_SCHED && entry->tx_ns != 0 && entry->hardware_ns != 0) {
		stamps_lag_add(&departures->lag, entry->hardware_ns - entry->tx_ns);
	}
}

/* Whether the card's stamp of a departure, of which the kernel's has come, may still be on its way.
 */
static bool awaits_hardware(const struct departures *departures,
			    const struct departures_entry *entry, int64_t mono_ns)
{
	return departures->wants_hardware && entry->hardware_ns == 0 &&
	       (departures->counts.hardware > 0 ||
		departures->counts.stamped < DEPARTURES_HARDWARE_TRIES) &&
	       mono_ns - entry->slot_ns < DEPARTURES_HARDWARE_WAIT_NS &&
	       departures->next_id < entry->id + DEPARTURES_HARDWARE_PATIENCE;
}

static struct departures_report report_of(const struct departures *departures,
					  const struct departures_entry *entry)
{
	bool hardware =
		entry->tx_ns == 0 || (departures->wants_hardware && entry->hardware_ns != 0);

	return (struct departures_report){
		.seq = entry->seq,
		.tx_ns = hardware ? entry->hardware_ns : entry->tx_ns,
		.hardware = hardware,
	};
}

bool departures_follow_up(struct departures *departures, uint32_t group, int64_t mono_ns,
			  struct departures_report *ret_report)
{
	struct departures_queue *queue = &departures->queue[group];

	while (queue->first_id) {
		const struct departures_entry *entry = find(departures, queue->first_id - 1);

		if (!entry) { /* the ring went round */
			queue->first_id = 0;
			return false;
		}
		if (entry->id > departures->restart_id &&
		    (is_stamped(entry)
			     ? awaits_hardware(departures, entry, mono_ns)
			     : departures->stamped_id < entry->id + DEPARTURES_PATIENCE)) {
			return false;
		}
		queue->first_id = entry->next_id;
		if (is_stamped(entry)) {
			*ret_report = report_of(departures, entry);
			return true;
		}
	}
	return false;
}

enum departures_look departures_look(const struct departures *departures, uint64_t id,
				     int64_t mono_ns, struct departures_report *ret_report)
{
	const struct departures_entry *entry = &departures->ring[id & (DEPARTURES_RING - 1)];

	if (entry->id != id + 1) {
		return DEPARTURES_NEVER;
	}
	if (!is_stamped(entry)) {
		return id < departures->restart_id ? DEPARTURES_NEVER : DEPARTURES_AWAITED;
	}
	*ret_report = report_of(departures, entry);
	return id >= departures->restart_id && awaits_hardware(departures, entry, mono_ns)
		       ? DEPARTURES_AWAITED
		       : DEPARTURES_STAMPED;
}

void departures_settle(struct departures *departures)
{
	for (uint64_t i = 0; i < DEPARTURES_RING; i++) {
		settle_entry(departures,
			     &departures->ring[(departures->next_id + i) & (DEPARTURES_RING - 1)]);
	}
}

int64_t departures_pacing_error_ns(const struct departures *departures, double q)
{
	int64_t error_ns = hist_quantile_ns(&departures->pacing_error, q);

	return error_ns < departures->max_pacing_error_ns ? error_ns
							  : departures->max_pacing_error_ns;
}
