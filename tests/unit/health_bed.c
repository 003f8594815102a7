/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "health_bed.h"
#include "ptp_shape.h"

struct health *health;

static void begin(const struct profile *profile, bool has_grandmaster, uint64_t grandmaster)
{
	struct health_config config = {
		.profile = profile,
		.has_grandmaster = has_grandmaster,
		.grandmaster = grandmaster,
		.lost_after_ns = S,
		.announce_timeout = 3,
		.sync_timeout = 3,
		.began_ns = EPOCH,
	};

	health_free(health);
	health = health_new(&config);
	assert_non_null(health);
}

void health_bed_begin(const struct profile *profile)
{
	begin(profile, false, 0);
}

void health_bed_expect(uint64_t grandmaster)
{
	begin(NULL, true, grandmaster);
}

int health_bed_set_up(void **state)
{
	(void)state;
	health_bed_begin(NULL);
	return 0;
}

int health_bed_tear_down(void **state)
{
	(void)state;
	health_free(health);
	health = NULL;
	return 0;
}

struct ptp_port_identity clock_of(unsigned int n)
{
	return (struct ptp_port_identity){UINT64_C(0x001122fffe000000) + n, 1};
}

static uint16_t length_of(enum ptp_type type)
{
	switch (type) {
	case PTP_ANNOUNCE:
		return 64;
	case PTP_SYNC:
	case PTP_DELAY_REQ:
	case PTP_FOLLOW_UP:
		return 44;
	default:
		return 54;
	}
}

struct sighting message_of(enum ptp_type type, unsigned int n, uint16_t id, int64_t at_ns)
{
	struct sighting sighting = {
		.rx_ns = EPOCH + at_ns,
		.mono_ns = at_ns,
		.stamp = STAMP_SOFTWARE,
		.transport = TRANSPORT_UDP4,
		.ttl = 1,
		.dscp = 46,
		.vlan = -1,
		.pcp = -1,
		.message =
			{
				.type = (uint8_t)type,
				.version = 2,
				.length = length_of(type),
				.source = clock_of(n),
				.sequence_id = id,
				.flags = type == PTP_SYNC || type == PTP_PDELAY_RESP ? PTP_TWO_STEP
										     : 0,
			},
	};

	if (type == PTP_DELAY_REQ || type == PTP_PDELAY_RESP || type == PTP_PDELAY_RESP_FOLLOW_UP) {
		sighting.message.log_interval = PTP_NO_INTERVAL;
	}
	endpoint_set_ipv4(&sighting.source, (const uint8_t[]){10, 0, 0, (uint8_t)n});
	endpoint_set_ipv4(&sighting.destination, (const uint8_t[]){224, 0, 1, 129});
	sighting.source.port = type < PTP_FOLLOW_UP ? PTP_EVENT_PORT : PTP_GENERAL_PORT;
	sighting.destination.port = sighting.source.port;
	return sighting;
}

void feed(const struct sighting *sighting)
{
	health_add(health, sighting);
}

void hear(enum ptp_type type, unsigned int n, uint16_t id, int64_t at_ns)
{
	struct sighting sighting = message_of(type, n, id, at_ns);

	feed(&sighting);
}

void hear_response(enum ptp_type type, unsigned int n, unsigned int to, uint16_t id, int64_t at_ns)
{
	struct sighting sighting = message_of(type, n, id, at_ns);

	sighting.message.requesting = clock_of(to);
	feed(&sighting);
}

void hear_pair(unsigned int n, uint16_t id, int64_t at_ns)
{
	hear(PTP_SYNC, n, id, at_ns);
	hear(PTP_FOLLOW_UP, n, id, at_ns + MS);
}

struct sighting announce_of(unsigned int n, uint16_t id, int64_t at_ns)
{
	struct sighting sighting = message_of(PTP_ANNOUNCE, n, id, at_ns);

	sighting.message.flags = PTP_TIMESCALE | PTP_UTC_OFFSET_VALID;
	sighting.message.announce = (struct ptp_announce){
		.utc_offset = 37,
		.priority1 = 128,
		.clock_class = 248,
		.clock_accuracy = 0xfe,
		.priority2 = 128,
		.variance = 0xffff,
		.grandmaster = clock_of(n).clock,
		.time_source = 0xa0,
	};
	return sighting;
}

void bear_probe(struct sighting *follow_up)
{
	static uint8_t payload[PTP_SHAPE_FOLLOW_UP_LENGTH];
	const struct probe probe = {
		.kind = WIRE_PROBE,
		.run_id = follow_up->message.source.clock,
		.seq = UINT64_C(0x70000) + follow_up->message.sequence_id,
		.sent_ns = follow_up->rx_ns,
	};

	ptp_shape_encode_follow_up(payload, follow_up->message.domain, probe.sent_ns, &probe);
	follow_up->message.length = PTP_SHAPE_FOLLOW_UP_LENGTH;
	follow_up->message.tlvs = payload + 44;
	follow_up->message.tlvs_length = PTP_SHAPE_FOLLOW_UP_LENGTH - 44;
}

struct health_port port_of(unsigned int n)
{
	struct health_port port;

	for (size_t i = 0; i < health_ports(health); i++) {
		health_port(health, i, &port);
		if (port.identity.clock == clock_of(n).clock) {
			return port;
		}
	}
	fail_msg("clock %u is no port", n);
	return (struct health_port){0};
}

struct health_stream stream_of(unsigned int n, enum ptp_type type)
{
	struct health_port port = port_of(n);

	for (size_t i = 0; i < port.streams; i++) {
		if (port.stream[i].type == type) {
			return port.stream[i];
		}
	}
	fail_msg("clock %u sent none of type %u", n, (unsigned int)type);
	return (struct health_stream){0};
}

size_t count_of(enum health_event_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < health_events(health); i++) {
		count += health_event(health, i)->kind == kind;
	}
	return count;
}

const struct health_event *event_of(enum health_event_kind kind, size_t n)
{
	for (size_t i = 0; i < health_events(health); i++) {
		const struct health_event *event = health_event(health, i);

		if (event->kind == kind && n-- == 0) {
			return event;
		}
	}
	fail_msg("no such %s", health_event_text(kind));
	return NULL;
}
