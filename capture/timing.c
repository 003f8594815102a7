/* SPDX-License-Identifier: BSD-2-Clause */
#include "timing.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sighting.h"
#include "timing_parts.h"

#define SECOND_NS         INT64_C(1000000000)
#define DEFAULT_DELTA_NS  INT64_C(150000)
#define DEFAULT_WINDOW_NS (200 * SECOND_NS)
/* TAI is off UTC by some minutes at the end of the century */
#define UTC_OFFSET_LIMIT_S 86400

static uint32_t whole(int64_t ns, int64_t unit_ns)
{
	return ns > 0 && ns / unit_ns <= UINT32_MAX ? (uint32_t)(ns / unit_ns) : 0;
}

static struct floor_config floor_config(const struct timing_config *config)
{
	return (struct floor_config){
		.mode = config->floor_mode,
		.fixed_ns = config->floor_fixed_ns,
		.last_s = whole(config->floor_last_ns, SECOND_NS),
		.delta_us = whole(config->floor_delta_ns, 1000),
		.window_s = whole(config->floor_window_ns, SECOND_NS),
	};
}

static struct timing_config with_defaults(const struct timing_config *config)
{
	struct timing_config full = *config;

	full.floor_delta_ns = full.floor_delta_ns != 0 ? full.floor_delta_ns : DEFAULT_DELTA_NS;
	full.floor_window_ns = full.floor_window_ns != 0 ? full.floor_window_ns : DEFAULT_WINDOW_NS;
	full.resolution_ns = full.resolution_ns > 0 ? full.resolution_ns : 1;
	return full;
}

int timing_check(const struct timing_config *config)
{
	struct timing_config full = with_defaults(config);
	struct floor_config floor = floor_config(&full);

	if (config->utc_offset_s > UTC_OFFSET_LIMIT_S ||
	    config->utc_offset_s < -UTC_OFFSET_LIMIT_S ||
	    config->floor_fixed_ns > DELAY_IMPOSSIBLE_NS ||
	    config->floor_fixed_ns < -DELAY_IMPOSSIBLE_NS) {
		return -ERANGE;
	}
	return floor_check(&floor);
}

static void master_free(struct master *master)
{
	if (master != NULL) {
		floor_free(master->floor);
		floor_hold_free(master->hold);
		free(master);
	}
}

static struct master *master_new(const struct floor_config *config, bool is_held)
{
	struct master *master = calloc(1, sizeof(*master));

	if (master == NULL) {
		return NULL;
	}
	master->floor = floor_new(config);
	master->hold = is_held ? floor_hold_new(config->delta_us) : NULL;
	if (master->floor == NULL || (is_held && master->hold == NULL)) {
		master_free(master);
		return NULL;
	}
	return master;
}

struct timing *timing_new(const struct timing_config *config)
{
	struct timing *timing = calloc(1, sizeof(*timing));
	struct floor_config floor;
	bool is_held;

	if (timing == NULL) {
		return NULL;
	}
	assert(timing_check(config) == 0);
	timing->config = with_defaults(config);
	floor = floor_config(&timing->config);
	is_held = !config->synchronised && config->floor_mode != FLOOR_FIXED;
	timing->scratch = calloc(1, sizeof(*timing->scratch));
	timing->scratch_floor = floor_new(&floor);
	for (int i = 0; i < TIMING_SERIES; i++) {
		timing->master[i] = master_new(&floor, is_held);
	}
	/* they are filled from the front, so the last is missing if any is */
	for (int i = 0; i < TIMING_SERIES; i++) {
		if (timing->master[i] == NULL || timing->scratch == NULL ||
		    timing->scratch_floor == NULL) {
			timing_free(timing);
			return NULL;
		}
	}
	return timing;
}

void timing_free(struct timing *timing)
{
	if (timing == NULL) {
		return;
	}
	for (int i = 0; i < TIMING_SERIES; i++) {
		master_free(timing->master[i]);
	}
	free(timing->scratch);
	floor_free(timing->scratch_floor);
	free(timing);
}

bool timing_same_key(const struct timing_key *a, const struct timing_key *b)
{
	return a->port.clock == b->port.clock && a->port.port == b->port.port &&
	       a->domain == b->domain && a->sdo_id == b->sdo_id;
}

/* Where it goes; NULL when that is a group, or not told. */
static const struct endpoint *peer_of(const struct sighting *sighting)
{
	const struct endpoint *to = &sighting->destination;

	return endpoint_is_multicast(to) || endpoint_is_unspecified(to) ? NULL : to;
}

static bool is_to(const struct master *master, const struct endpoint *peer)
{
	return peer == NULL ? !master->is_unicast
			    : master->is_unicast && memcmp(master->peer.address, peer->address,
							   sizeof(peer->address)) == 0;
}

static struct master *find_master(struct timing *timing, const struct timing_key *key,
				  const struct endpoint *peer)
{
	for (size_t i = 0; i < timing->masters; i++) {
		if (timing_same_key(&timing->master[i]->key, key) &&
		    is_to(timing->master[i], peer)) {
			return timing->master[i];
		}
	}
	return NULL;
}

/* One that was dropped has had another's. */
static void clear_master(struct master *master)
{
	struct floor *floor = master->floor;
	struct floor_hold *hold = master->hold;

	/* a flood of probes' identities has this done for each */
	if (master->is_ready && !master->has_taken) {
		master->advertised_ns = 0;
		master->splits = 0;
		master->stability.breaks = 0;
		timing_pairs_clear(&master->pairs);
		return;
	}
	if (master->is_ready) {
		memset(master, 0, sizeof(*master));
		master->floor = floor;
		master->hold = hold;
		floor_clear(floor);
		if (hold != NULL) {
			floor_hold_clear(hold);
		}
	}
	stability_clear(&master->stability);
	master->is_ready = true;
}

static struct master *know_master(struct timing *timing, const struct timing_key *key,
				  const struct endpoint *peer)
{
	struct master *master = find_master(timing, key, peer);

	if (master != NULL || timing->masters == TIMING_SERIES) {
		return master;
	}
	master = timing->master[timing->masters++];
	clear_master(master);
	master->key = *key;
	master->is_unicast = peer != NULL;
	if (peer != NULL) {
		master->peer = *peer;
	}
	return master;
}

bool timing_utc_offset(const struct timing *timing, const struct timing_key *key,
		       int64_t *ret_offset_s)
{
	const struct timing_config *config = &timing->config;

	for (size_t i = 0; i < timing->announcers; i++) {
		const struct timing_announcer *announcer = &timing->announcer[i];

		if (!timing_same_key(&announcer->key, key)) {
			continue;
		}
		if (!announcer->is_ptp_timescale) {
			*ret_offset_s = 0;
			return true;
		}
		if (!config->utc_offset_given && announcer->is_offset_valid) {
			*ret_offset_s = announcer->utc_offset_s;
			return true;
		}
		break;
	}
	if (config->utc_offset_given) {
		*ret_offset_s = config->utc_offset_s;
	}
	return config->utc_offset_given;
}

bool timing_skew_of(const struct master *master, struct delay_skew *ret_skew)
{
	const struct delay *delay = &master->delay;

	return delay->detrended.total >= TIMING_DETRENDED_LEAST &&
	       (double)delay->detrended.total >=
		       TIMING_DETRENDED_SHARE * (double)delay->spread.count &&
	       delay_skew(delay, ret_skew);
}

struct stability_skew timing_skew(const struct timing *timing, const struct master *master)
{
	struct stability_skew skew = {.is_removed = !timing->config.synchronised};
	struct delay_skew known;

	if (skew.is_removed && timing_skew_of(master, &known)) {
		skew.is_known = true;
		skew.slope = known.slope;
		skew.uncertainty = (double)known.uncertainty_ppb * 1e-9;
	}
	return skew;
}

/* The time of that port was set. */
static void split_masters(struct timing *timing, const struct timing_key *key)
{
	for (size_t i = 0; i < timing->masters; i++) {
		struct master *master = timing->master[i];

		if (timing_same_key(&master->key, key) && master->delay.spread.count > 0) {
			timing_split_master(master);
		}
	}
}

static void take_announce(struct timing *timing, const struct timing_key *key,
			  const struct ptp_message *message)
{
	struct timing_announcer *announcer = NULL;
	int64_t before_s = 0, after_s = 0;
	bool was_known = timing_utc_offset(timing, key, &before_s);

	for (size_t i = 0; i < timing->announcers; i++) {
		if (timing_same_key(&timing->announcer[i].key, key)) {
			announcer = &timing->announcer[i];
		}
	}
	if (announcer == NULL) {
		announcer = &timing->announcer[timing->next_announcer];
		timing->next_announcer = (timing->next_announcer + 1) % TIMING_ANNOUNCERS;
		if (timing->announcers < TIMING_ANNOUNCERS) {
			timing->announcers++;
		}
	}
	*announcer = (struct timing_announcer){
		.key = *key,
		.is_ptp_timescale = (message->flags & PTP_TIMESCALE) != 0,
		.is_offset_valid = (message->flags & PTP_UTC_OFFSET_VALID) != 0,
		.utc_offset_s = message->announce.utc_offset,
	};
	/* what was not known holds for what came before, too; another one doesn't */
	if (timing->config.synchronised && was_known && timing_utc_offset(timing, key, &after_s) &&
	    after_s != before_s) {
		split_masters(timing, key);
	}
}

void timing_add(struct timing *timing, const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;
	struct timing_key key = {
		.domain = message->domain,
		.sdo_id = message->sdo_id,
		.port = message->source,
	};
	const struct endpoint *peer = peer_of(sighting);
	struct timing_sample sample;
	struct master *master;

	switch (message->type) {
	case PTP_ANNOUNCE:
		take_announce(timing, &key, message);
		break;
	case PTP_SYNC:
		master = know_master(timing, &key, peer);
		if (master == NULL) {
			timing->overflow++;
			break;
		}
		if (ptp_interval_ns(message->log_interval) != 0) {
			master->advertised_ns = ptp_interval_ns(message->log_interval);
		}
		if (timing_pairs_add(&master->pairs, sighting, &sample)) {
			timing_take(timing, master, &sample);
		}
		break;
	case PTP_FOLLOW_UP:
		/* one that overtakes the very first Sync has no series yet */
		master = find_master(timing, &key, peer);
		if (master != NULL && timing_pairs_add(&master->pairs, sighting, &sample)) {
			timing_take(timing, master, &sample);
		}
		break;
	case PTP_DELAY_REQ:
		timing_take_request(timing, sighting);
		break;
	case PTP_DELAY_RESP:
		master = find_master(timing, &key, peer);
		if (master == NULL && peer != NULL) { /* hybrid: answers alone are unicast */
			master = find_master(timing, &key, NULL);
		}
		if (master != NULL) {
			timing_take_answer(timing, master, sighting);
		}
		break;
	default:
		break;
	}
}

void timing_drop(struct timing *timing, const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;
	struct timing_key key = {
		.domain = message->domain,
		.sdo_id = message->sdo_id,
		.port = message->source,
	};
	size_t kept = 0;

	for (size_t i = 0; i < timing->masters; i++) {
		struct master *master = timing->master[i];

		if (!timing_same_key(&master->key, &key)) {
			timing->master[i] = timing->master[kept];
			timing->master[kept++] = master;
		}
	}
	timing->masters = kept;
}

void timing_coarsen(struct timing *timing, int64_t resolution_ns)
{
	if (resolution_ns > timing->config.resolution_ns) {
		timing->config.resolution_ns = resolution_ns;
	}
}

void timing_split(struct timing *timing)
{
	for (size_t i = 0; i < timing->masters; i++) {
		timing_split_master(timing->master[i]);
	}
}

size_t timing_count(const struct timing *timing)
{
	return timing->masters;
}

uint64_t timing_overflow(const struct timing *timing)
{
	return timing->overflow;
}

void timing_name(const struct timing *timing, size_t index, uint8_t *ret_domain,
		 uint16_t *ret_sdo_id, struct ptp_port_identity *ret_master)
{
	const struct timing_key *key = &timing->master[index]->key;

	*ret_domain = key->domain;
	*ret_sdo_id = key->sdo_id;
	*ret_master = key->port;
}

const struct endpoint *timing_peer(const struct timing *timing, size_t index)
{
	const struct master *master = timing->master[index];

	return master->is_unicast ? &master->peer : NULL;
}

bool timing_take_interval(struct timing *timing, size_t index, uint64_t *ret_count,
			  int64_t *ret_pdv_max_ns, double *ret_pdv_mean_ns)
{
	struct delay_interval *interval = &timing->master[index]->delay.interval;

	if (interval->count == 0) {
		return false;
	}
	*ret_count = interval->count;
	*ret_pdv_max_ns = interval->max_ns - interval->min_ns;
	*ret_pdv_mean_ns = interval->sum_ns / (double)interval->count - (double)interval->min_ns;
	*interval = (struct delay_interval){0};
	return true;
}
