/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the health of PTP traffic costs, without sockets, frames and decoding. Prints one line:
 *
 *   health_cost COUNT   ns a message of health_add: a master's Sync, Follow_Up and Announce, and
 *                       eight slaves' Delay_Req with its Delay_Resps, all by multicast
 *
 * Fails when not all of them are counted as right.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "health.h"

enum { BLOCK = 1024, MASTER = 1, SLAVE = 10, SLAVES = 8 };

#define STEP_NS 100000 /* between messages: 10,000 a second */

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static struct sighting message_of(uint8_t type, unsigned int clock, uint16_t id, int64_t at_ns)
{
	struct sighting sighting = {
		.rx_ns = INT64_C(1700000000000000000) + at_ns,
		.mono_ns = at_ns,
		.stamp = STAMP_SOFTWARE,
		.transport = TRANSPORT_UDP4,
		.ttl = 1,
		.dscp = 46,
		.vlan = -1,
		.pcp = -1,
		.message = {.type = type,
			    .version = 2,
			    .length = 44,
			    .flags = type == PTP_SYNC ? PTP_TWO_STEP : 0,
			    .correction = 65536 * (at_ns % 4093),
			    .source = {UINT64_C(0x001122fffe000000) + clock, 1},
			    .sequence_id = id,
			    .log_interval = -7},
	};

	endpoint_set_ipv4(&sighting.source, (const uint8_t[]){10, 0, 0, (uint8_t)clock});
	endpoint_set_ipv4(&sighting.destination, (const uint8_t[]){224, 0, 1, 129});
	return sighting;
}

/* The i-th of all: in turns of 20, Sync and Follow_Up, or requests and their responses. */
static struct sighting message_at(uint64_t i)
{
	uint64_t turn = i / 20, place = i % 20;
	/* a little noise, of which a histogram has more than one bin */
	int64_t at_ns = (int64_t)i * STEP_NS + (int64_t)(i * 2654435761 % 40000);
	struct sighting sighting;
	unsigned int slave;

	if (place < 2) {
		return message_of(place == 0 ? PTP_SYNC : PTP_FOLLOW_UP, MASTER, (uint16_t)turn,
				  at_ns);
	}
	if (place < 4) {
		return message_of(place == 2 ? PTP_ANNOUNCE : PTP_SIGNALING, MASTER, (uint16_t)turn,
				  at_ns);
	}
	slave = SLAVE + (unsigned int)(place - 4) / 2;
	if (place % 2 == 0) {
		return message_of(PTP_DELAY_REQ, slave, (uint16_t)turn, at_ns);
	}
	sighting = message_of(PTP_DELAY_RESP, MASTER, (uint16_t)turn, at_ns);
	sighting.message.requesting.clock = UINT64_C(0x001122fffe000000) + slave;
	sighting.message.requesting.port = 1;
	return sighting;
}

static int check(const struct health *health)
{
	struct health_port port;
	uint64_t wrong = 0;

	for (size_t i = 0; i < health_ports(health); i++) {
		health_port(health, i, &port);
		for (size_t k = 0; k < port.streams; k++) {
			wrong += port.stream[k].count - port.stream[k].unique +
				 port.stream[k].lost + port.stream[k].missing_follow_up +
				 port.stream[k].unanswered;
		}
	}
	if (wrong != 0 || health_ports(health) != 1 + SLAVES) {
		fprintf(stderr, "health_cost: %llu of the messages are counted wrongly\n",
			(unsigned long long)wrong);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct sighting sighting[BLOCK];
	struct health_config config = {
		.lost_after_ns = 1000000000, .announce_timeout = 3, .sync_timeout = 3};
	struct health *health = health_new(&config);
	uint64_t count = argc == 2 ? strtoull(argv[1], NULL, 10) : 0, fed = 0;
	int64_t spent_ns = 0;

	if (health == NULL || count == 0) {
		fprintf(stderr, "usage: health_cost COUNT\n");
		return 2;
	}
	while (fed < count) {
		int64_t start_ns;

		for (int i = 0; i < BLOCK; i++) {
			sighting[i] = message_at(fed++);
		}
		start_ns = now_ns();
		for (int i = 0; i < BLOCK; i++) {
			health_add(health, &sighting[i]);
		}
		spent_ns += now_ns() - start_ns;
	}
	printf("%.2f\n", (double)spent_ns / (double)fed);
	return check(health);
}
