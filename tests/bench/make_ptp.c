/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capture of PTP traffic, as a tap beside a slave would have written it:
 *
 *   make_ptp [-f pcap|us|pcapng] [-n SYNCS] [-i LOG] [-p NS] [-D DOMAIN] [-d EVERY] [-u EVERY]
 *            [-q EVERY] [-j NS] [-g SYNC] [-m SYNC] [-e SYNC] [-b SYNC]
 *            [-a EVERY] [-c SYNC] FILE
 *
 * Master 02:00:00:ff:fe:00:00:01 and slave ...:02, UDP over IPv4 on 224.0.1.129, TTL 1: SYNCS times
 * a two-step Sync, its Follow_Up, a Delay_Req and its Delay_Resp, every 2^LOG s (-4 unless told),
 * and an Announce with each eighth; a million messages are 242,424 Syncs. The path takes 50 us, and
 * of -j NS a triangle of that height more, of 64 Syncs; so much of it is the PDV.
 *
 * -p is the time between Syncs when it isn't the advertised one. -d 10 leaves out the Syncs 9, 19,
 * ... with their Follow_Ups, -u the Follow_Ups alone, -q the Delay_Resps. From Sync number -g on
 * another grandmaster is announced; from -m on a second master,
 * ...:03, announces and sends Sync as well; from -e on the first one is silent, with its slave,
 * until -b. Each -a-th Announce names another grandmaster. Until -c Syncs bear a correction of 700
 * ns. pcap is the nanosecond kind, us the other; pcapng ends with statistics: no drops. Prints
 * "frames bytes".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "capture_output.h"
#include "ptp_message.h"

#define PROGRAM      "make_ptp"
#define START_NS     INT64_C(1700000000000000000)
#define PATH_NS      50000
#define MASTER       UINT64_C(0x020000fffe000001)
#define SLAVE        UINT64_C(0x020000fffe000002)
#define OTHER_MASTER UINT64_C(0x020000fffe000003)

enum { MESSAGE_MAX = 64, NEVER = -1, ANNOUNCE_EVERY = 8 };

struct plan {
	struct output output;
	int64_t syncs, drop_syncs, drop_follow_ups, drop_answers, odd_announces; /* 0: none */
	int64_t new_grandmaster, second_master, end_master, back_master, end_correction; /* NEVER */
	int64_t jitter_ns;
	int log_interval;
	uint8_t domain;
	int64_t interval_ns;
};

static void put_stamp(uint8_t *at, int64_t ns)
{
	bytes_put_be16(at, 0);
	bytes_put_be32(at + 2, (uint32_t)(ns / 1000000000));
	bytes_put_be32(at + 6, (uint32_t)(ns % 1000000000));
}

static void put_clock(uint8_t *at, uint64_t clock)
{
	bytes_put_be32(at, (uint32_t)(clock >> 32));
	bytes_put_be32(at + 4, (uint32_t)clock);
}

/* A frame around a message of length bytes. */
static void put_frame(struct plan *plan, const uint8_t *message, uint16_t length, uint64_t clock,
		      int64_t stamp_ns)
{
	uint8_t frame[OUTPUT_PAYLOAD_AT + MESSAGE_MAX] = {
		0x01, 0x00, 0x5e,           0x00, 0x01, 0x81, 0x02, 0x00, 0x00,
		0x00, 0x00, (uint8_t)clock, 0x08, 0x00, 0x45, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x40,           0x00, 1,    17,   0x00, 0x00, 10,
		77,   0,    (uint8_t)clock, 224,  0,    1,    129,
	};
	uint8_t *udp = frame + OUTPUT_ETHERNET + OUTPUT_IPV4;
	uint16_t port = (message[0] & 0xf) < PTP_FOLLOW_UP ? PTP_EVENT_PORT : PTP_GENERAL_PORT;

	bytes_put_be16(frame + OUTPUT_ETHERNET + 2, OUTPUT_IPV4 + OUTPUT_UDP + length);
	bytes_put_be16(frame + OUTPUT_ETHERNET + 10,
		       output_fold(output_sum(frame + OUTPUT_ETHERNET, OUTPUT_IPV4, 0)));
	bytes_put_be16(udp, port);
	bytes_put_be16(udp + 2, port);
	bytes_put_be16(udp + 4, OUTPUT_UDP + length);
	memcpy(frame + OUTPUT_PAYLOAD_AT, message, length);
	output_frame(&plan->output, frame, OUTPUT_PAYLOAD_AT + (uint32_t)length, stamp_ns);
}

/* Its header; control and length by the type. Returns the length. */
static uint16_t put_header(const struct plan *plan, uint8_t *message, uint8_t type, uint64_t clock,
			   int64_t sequence, int log_interval)
{
	static const struct {
		uint8_t type, control;
		uint16_t length;
	} types[] = {
		{PTP_SYNC, 0, 44},       {PTP_DELAY_REQ, 1, 44}, {PTP_FOLLOW_UP, 2, 44},
		{PTP_DELAY_RESP, 3, 54}, {PTP_ANNOUNCE, 5, 64},
	};
	uint16_t length = 0;

	memset(message, 0, MESSAGE_MAX);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (types[i].type == type) {
			length = types[i].length;
			message[32] = types[i].control;
		}
	}
	message[0] = type;
	message[1] = PTP_VERSION;
	bytes_put_be16(message + 2, length);
	message[4] = plan->domain;
	bytes_put_be16(message + 6, type == PTP_SYNC ? PTP_TWO_STEP : 0);
	put_clock(message + 20, clock);
	bytes_put_be16(message + 28, 1);
	bytes_put_be16(message + 30, (uint16_t)sequence);
	message[33] = (uint8_t)log_interval;
	return length;
}

static void put_sync(struct plan *plan, uint64_t clock, int64_t number, int64_t at_ns,
		     int64_t path_ns)
{
	uint8_t message[MESSAGE_MAX];
	uint16_t length;

	if (plan->drop_syncs > 0 && number % plan->drop_syncs == plan->drop_syncs - 1) {
		return;
	}
	length = put_header(plan, message, PTP_SYNC, clock, number, plan->log_interval);
	if (number < plan->end_correction) {
		bytes_put_be32(message + 10, 700); /* of ns, times 2^16 */
	}
	put_frame(plan, message, length, clock, at_ns + path_ns);
	if (plan->drop_follow_ups > 0 &&
	    number % plan->drop_follow_ups == plan->drop_follow_ups - 1) {
		return;
	}
	length = put_header(plan, message, PTP_FOLLOW_UP, clock, number, plan->log_interval);
	put_stamp(message + 34, at_ns);
	put_frame(plan, message, length, clock, at_ns + path_ns + 20000);
}

static void put_delay(struct plan *plan, int64_t number, int64_t at_ns)
{
	uint8_t message[MESSAGE_MAX];
	uint16_t length = put_header(plan, message, PTP_DELAY_REQ, SLAVE, number, PTP_NO_INTERVAL);

	put_frame(plan, message, length, SLAVE, at_ns);
	if (plan->drop_answers > 0 && number % plan->drop_answers == plan->drop_answers - 1) {
		return;
	}
	length = put_header(plan, message, PTP_DELAY_RESP, MASTER, number, plan->log_interval);
	put_stamp(message + 34, at_ns + PATH_NS);
	put_clock(message + 44, SLAVE);
	bytes_put_be16(message + 52, 1);
	put_frame(plan, message, length, MASTER, at_ns + 2 * PATH_NS);
}

static void put_announce(struct plan *plan, uint64_t clock, uint64_t grandmaster, int64_t number,
			 int64_t at_ns)
{
	uint8_t message[MESSAGE_MAX];
	uint16_t length = put_header(plan, message, PTP_ANNOUNCE, clock, number / ANNOUNCE_EVERY,
				     plan->log_interval + 3);

	message[47] = 128;
	message[48] = 248;
	message[49] = 0xfe;
	bytes_put_be16(message + 50, 0xffff);
	message[52] = 128;
	put_clock(message + 53, grandmaster);
	message[63] = 0xa0;
	put_frame(plan, message, length, clock, at_ns);
}

static bool is_from(int64_t number, int64_t from)
{
	return from != NEVER && number >= from;
}

static uint64_t grandmaster_of(const struct plan *plan, int64_t number)
{
	int64_t announce = number / ANNOUNCE_EVERY;
	bool is_odd = plan->odd_announces > 0 &&
		      announce % plan->odd_announces == plan->odd_announces - 1;

	return is_odd ? OTHER_MASTER : is_from(number, plan->new_grandmaster) ? SLAVE : MASTER;
}

/* All of one Sync interval. */
static void put_turn(struct plan *plan, int64_t number)
{
	int64_t at_ns = START_NS + number * plan->interval_ns, phase = number % 64;
	int64_t path_ns = PATH_NS + plan->jitter_ns * (phase < 32 ? phase : 64 - phase) / 32;
	bool is_announced = number % ANNOUNCE_EVERY == 0;

	if (!is_from(number, plan->end_master) || is_from(number, plan->back_master)) {
		if (is_announced) {
			put_announce(plan, MASTER, grandmaster_of(plan, number), number, at_ns);
		}
		put_sync(plan, MASTER, number, at_ns, path_ns);
		put_delay(plan, number, at_ns + plan->interval_ns / 2);
	}
	if (is_from(number, plan->second_master)) {
		at_ns += plan->interval_ns / 4 * 3;
		if (is_announced) {
			put_announce(plan, OTHER_MASTER, OTHER_MASTER, number, at_ns);
		}
		put_sync(plan, OTHER_MASTER, number, at_ns, path_ns);
	}
}

static int usage(void)
{
	fprintf(stderr,
		"usage: make_ptp [-f pcap|us|pcapng] [-n SYNCS] [-i LOG] [-p NS] [-D DOMAIN] "
		"[-d EVERY] [-u EVERY] [-q EVERY] [-j NS] [-g SYNC] [-m SYNC] [-e SYNC] "
		"[-b SYNC] [-a EVERY] [-c SYNC] FILE\n");
	return 2;
}

/* Takes an option's number. */
static bool set(struct plan *plan, int option, const char *text)
{
	const struct {
		int letter;
		int64_t *number;
	} numbers[] = {
		{'n', &plan->syncs},           {'d', &plan->drop_syncs},
		{'u', &plan->drop_follow_ups}, {'q', &plan->drop_answers},
		{'j', &plan->jitter_ns},       {'g', &plan->new_grandmaster},
		{'m', &plan->second_master},   {'p', &plan->interval_ns},
		{'e', &plan->end_master},      {'b', &plan->back_master},
		{'a', &plan->odd_announces},   {'c', &plan->end_correction},
	};

	if (option == 'f') {
		return output_format_find(text, &plan->output.format);
	}
	if (option == 'i') {
		plan->log_interval = (int)strtol(text, NULL, 10);
		return plan->log_interval >= -10 && plan->log_interval <= 4;
	}
	if (option == 'D') {
		plan->domain = (uint8_t)strtoul(text, NULL, 10);
		return true;
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (numbers[i].letter == option) {
			*numbers[i].number = strtoll(text, NULL, 10);
			return true;
		}
	}
	return false;
}

int main(int argc, char **argv)
{
	struct plan plan = {
		.syncs = 1000,
		.log_interval = -4,
		.new_grandmaster = NEVER,
		.second_master = NEVER,
		.end_master = NEVER,
		.back_master = NEVER,
		.end_correction = NEVER,
	};
	int option;

	while ((option = getopt(argc, argv, "D:a:b:c:d:e:f:g:i:j:m:n:p:q:u:")) != -1) {
		if (!set(&plan, option, optarg)) {
			return usage();
		}
	}
	if (optind + 1 != argc) {
		return usage();
	}
	if (plan.interval_ns == 0) {
		plan.interval_ns = ptp_interval_ns((int8_t)plan.log_interval);
	}
	if (!output_begin(&plan.output, PROGRAM, argv[optind])) {
		return 1;
	}
	for (int64_t number = 0; number < plan.syncs; number++) {
		put_turn(&plan, number);
	}
	return !output_finish(&plan.output, PROGRAM, argv[optind], START_NS,
			      START_NS + plan.syncs * plan.interval_ns);
}
