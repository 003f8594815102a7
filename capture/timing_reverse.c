/* SPDX-License-Identifier: BSD-2-Clause */
/* The way back: Delay_Reqs that pass here, and when their master received them. */
#include "sighting.h"
#include "timing_parts.h"

static struct timing_request *slot_of(struct timing *timing, const struct timing_key *key,
				      uint16_t sequence_id)
{
	uint64_t hash = key->port.clock ^ (uint64_t)key->port.port << 48 ^
			(uint64_t)key->domain << 32 ^ (uint64_t)key->sdo_id << 40 ^ sequence_id;

	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return &timing->request[(hash >> 32) % TIMING_REQUESTS];
}

void timing_take_request(struct timing *timing, const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;
	struct timing_key key = {
		.domain = message->domain,
		.sdo_id = message->sdo_id,
		.port = message->source,
	};

	*slot_of(timing, &key, message->sequence_id) = (struct timing_request){
		.is_used = true,
		.key = key,
		.sequence_id = message->sequence_id,
		.rx_ns = sighting->rx_ns,
		.mono_ns = sighting->mono_ns,
		.correction = message->correction,
	};
}

/* receiveTimestamp - rx_ns - what was corrected on the way from here. */
static bool find_delay(const struct timing_request *request, const struct ptp_message *answer,
		       int64_t *ret_delay_ns)
{
	int64_t received_ns, correction, delay_ns;

	return ptp_timestamp_ns(&answer->stamp, &received_ns) &&
	       !__builtin_sub_overflow(request->correction, answer->correction, &correction) &&
	       !__builtin_sub_overflow(received_ns, request->rx_ns, &delay_ns) &&
	       timing_correct(delay_ns, correction, ret_delay_ns) &&
	       *ret_delay_ns<TIMING_REVERSE_LIMIT_NS && * ret_delay_ns> - TIMING_REVERSE_LIMIT_NS;
}

void timing_take_answer(struct timing *timing, struct master *master,
			const struct sighting *sighting)
{
	const struct ptp_message *message = &sighting->message;
	struct timing_key key = {
		.domain = message->domain,
		.sdo_id = message->sdo_id,
		.port = message->requesting,
	};
	const struct timing_request *request = slot_of(timing, &key, message->sequence_id);
	int64_t delay_ns, age_ns;

	if (!request->is_used || request->sequence_id != message->sequence_id ||
	    !timing_same_key(&request->key, &key) ||
	    __builtin_sub_overflow(sighting->mono_ns, request->mono_ns, &age_ns) ||
	    age_ns > TIMING_PAIR_AGE_NS || age_ns < 0) {
		return;
	}
	if (timing->config.synchronised && find_delay(request, message, &delay_ns)) {
		master->has_taken = true;
		twoway_add(&master->twoway, TWOWAY_REVERSE, sighting->mono_ns, delay_ns);
	}
}
