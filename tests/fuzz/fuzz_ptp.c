/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PTP messages, bare or in frames, cut or whole, and profiles: what is read lies within them, and
 * every profile judges it. README.md here says what the bytes mean.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "frame.h"
#include "fuzz.h"
#include "profile.h"
#include "ptp_message.h"
#include "ptp_shape.h"
#include "sighting.h"

enum { WHAT_PROFILE = 'p', WHAT_MESSAGE = 'm' };

static void check_names(const struct ptp_message *message)
{
	char text[PTP_PORT_TEXT];
	uint64_t clock = 0;
	int64_t ns = 0;

	assert(strlen(ptp_port_text(&message->source, text)) < sizeof(text));
	assert(ptp_clock_parse(ptp_clock_text(message->source.clock, text), &clock) == 0);
	assert(clock == message->source.clock);
	assert(strlen(ptp_type_text(message->type)) > 0);
	if (ptp_timestamp_ns(&message->stamp, &ns)) {
		assert(ns >= 0 && (uint64_t)ns / 1000000000 == message->stamp.seconds);
	}
	assert(ptp_interval_ns(message->log_interval) >= 0);
}

static void check_tlvs(const struct ptp_message *message, const uint8_t *begin, const uint8_t *end)
{
	struct ptp_tlv tlv;
	size_t offset = 0;
	const uint8_t *behind = message->tlvs;

	assert((message->tlvs == NULL) == (message->tlvs_length == 0));
	while (ptp_message_tlv(message, &offset, &tlv)) {
		/* one begins where the other ends, and none leaves the message */
		assert(tlv.value == behind + 4 && tlv.value >= begin &&
		       tlv.value + tlv.length <= end);
		behind = tlv.value + tlv.length;
	}
	assert(offset == message->tlvs_length);
	assert(message->tlvs == NULL || behind <= begin + message->length);
}

static void check_profile(const struct profile *profile, const struct sighting *sighting)
{
	uint32_t broken = profile_check(profile, sighting);
	char text[PROFILE_ERROR];

	assert(broken < 1u << PROFILE_RULES);
	for (unsigned int rule = 0; rule < PROFILE_RULES; rule++) {
		/* of the others, too: it must not crash whatever it is asked */
		size_t length = strlen(profile_text(profile, sighting, rule, text));

		assert(length > 0 && length < PROFILE_ERROR - 1);
		assert(strchr(text, '\n') == NULL);
	}
}

static void check_profiles(const struct sighting *sighting)
{
	for (size_t i = 0; profile_name(i) != NULL; i++) {
		check_profile(profile_find(profile_name(i)), sighting);
	}
}

/* Of the whole message: every cut of it is sound as well. */
static void check_message(const uint8_t *bytes, size_t size, size_t length)
{
	struct ptp_message message, untouched;
	struct ptp_shaped shaped;
	enum ptp_result result;
	enum ptp_shape shape;

	memset(&message, 0x5a, sizeof(message));
	untouched = message;
	result = ptp_message_decode(bytes, size, length, &message);
	assert((result == PTP_OK || result == PTP_CUT) ==
	       (memcmp(&message, &untouched, sizeof(message)) != 0));
	if (result == PTP_OK || result == PTP_CUT) {
		assert(message.version == PTP_VERSION && message.length <= length);
		assert(message.cut == (result == PTP_CUT));
		check_names(&message);
		check_tlvs(&message, bytes, bytes + size);
	}
	/* what it takes for a probe's is a message, whole; of a corrupt one nothing is known */
	shape = ptp_shape_decode(bytes, size, &shaped);
	if (shape == PTP_SHAPE_SYNC || shape == PTP_SHAPE_FOLLOW_UP) {
		assert(size < length || result == PTP_OK);
		assert(result != PTP_OK || message.source.clock == shaped.run_id);
	}
}

static void check_frame(const uint8_t *bytes, size_t size, size_t length, uint16_t link_type)
{
	struct frame frame = {
		.bytes = bytes,
		.captured = (uint32_t)size,
		.length = (uint32_t)length,
		.link_type = link_type,
	};
	struct sighting sighting;
	enum sighting_result result = sighting_look(&frame, 0, &sighting);

	if (result != SIGHTING_MESSAGE && result != SIGHTING_CUT) {
		return;
	}
	assert(sighting.vlan >= -1 && sighting.vlan <= 4095 && sighting.pcp >= -1 &&
	       sighting.pcp <= 7 && (sighting.vlan < 0) == (sighting.pcp < 0));
	assert(sighting.ttl >= -1 && sighting.ttl <= 255 && sighting.dscp >= -1 &&
	       sighting.dscp <= 63);
	assert(sighting.transport != TRANSPORT_ETHERNET || endpoint_is_mac(&sighting.destination));
	check_names(&sighting.message);
	check_profiles(&sighting);
}

static void check_file(const char *text, size_t size)
{
	static const uint8_t sync[44] = {[1] = 2, [3] = 44};
	struct profile profile, untouched;
	struct sighting sighting = {.vlan = -1, .pcp = -1};
	char error[PROFILE_ERROR] = "";

	memset(&profile, 0x5a, sizeof(profile));
	untouched = profile;
	if (profile_parse(text, size, &profile, error) < 0) {
		assert(memcmp(&profile, &untouched, sizeof(profile)) == 0);
		assert(strncmp(error, "line ", 5) == 0 && strlen(error) < PROFILE_ERROR - 1);
		for (const char *at = error; *at != '\0'; at++) {
			assert((*at >= ' ' || *at == '\t') && *at <= '~');
		}
		return;
	}
	assert(profile.tlvs <= PROFILE_TLVS && profile.macs.count <= PROFILE_MACS &&
	       profile.peer_macs.count <= PROFILE_MACS);
	assert(memchr(profile.name, '\0', sizeof(profile.name)) != NULL);
	assert(ptp_message_decode(sync, sizeof(sync), sizeof(sync), &sighting.message) == PTP_OK);
	check_profile(&profile, &sighting);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {.data = data, .size = size};
	uint8_t what = (uint8_t)fuzz_number(&input, 1);
	size_t cut;
	uint8_t *bytes;

	if (what == WHAT_PROFILE) {
		check_file((const char *)input.data, input.size);
		return 0;
	}
	cut = (size_t)fuzz_number(&input, 1);
	/* a copy of exactly this length, so that AddressSanitizer sees a read beyond it */
	bytes = malloc(input.size > 0 ? input.size : 1);
	assert(bytes != NULL);
	memcpy(bytes, input.data, input.size);
	if (what == WHAT_MESSAGE) {
		check_message(bytes, input.size, input.size + cut);
	} else {
		static const uint16_t link_types[] = {FRAME_ETHERNET, FRAME_SLL, FRAME_SLL2,
						      FRAME_RAW, FRAME_NULL};

		check_frame(bytes, input.size, input.size + cut, link_types[what % 5]);
	}
	free(bytes);
	return 0;
}
