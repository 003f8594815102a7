/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capture of a run of native probes, as a tap beside the receiver would have written it:
 *
 *   make_capture [-f pcap|us|pcapng] [-n PROBES] [-s SPACING_NS] [-d EVERY] [-l LENGTH] FILE
 *
 * Ethernet, IPv4 and UDP from 10.77.0.1 to 239.255.31.9:31900, LENGTH bytes of payload, 64 to 1472,
 * seq 0.., then END ten times, 100 ms apart; each checksum and CRC is right. -d 1000 leaves out seq
 * 999, 1999,
 * ... pcap is the nanosecond kind, us the other; pcapng ends with statistics: no drops. Prints
 * "frames bytes".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "capture_output.h"
#include "wire.h"

enum {
	ETHERNET = OUTPUT_ETHERNET,
	IPV4 = OUTPUT_IPV4,
	UDP = OUTPUT_UDP,
	PAYLOAD_AT = OUTPUT_PAYLOAD_AT,
	LENGTH_MAX = 1472,
	FRAME_BYTES = PAYLOAD_AT + LENGTH_MAX,
	ENDS = 10,
	FOLLOW_UP_LAG = 4, /* probes until a departure is reported */
};

#define PROGRAM     "make_capture"
#define START_NS    INT64_C(1700000000000000000)
#define END_NS      100000000
#define PATH_NS     50000
#define DEPARTED_NS 1500 /* the departure after the sender's clock reading */

static void frame_init(uint8_t frame[static FRAME_BYTES], uint16_t length)
{
	static const uint8_t head[PAYLOAD_AT] = {
		0x01, 0x00, 0x5e, 0x7f, 0x1f, 0x09, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01,
		0x08, 0x00, 0x45, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40, 0x00, 1,    17,
		0x00, 0x00, 10,   77,   0,    1,    239,  255,  31,   9, /* IPv4 */
		0x9c, 0x40, 0x7c, 0x9c, 0x00, 0x00, 0x00, 0x00,          /* UDP */
	};

	memcpy(frame, head, sizeof(head));
	bytes_put_be16(frame + ETHERNET + 2, IPV4 + UDP + length);
	bytes_put_be16(frame + ETHERNET + IPV4 + 4, UDP + length);
	wire_pad(frame + PAYLOAD_AT, length);
	bytes_put_be16(frame + ETHERNET + 10, output_fold(output_sum(frame + ETHERNET, IPV4, 0)));
}

static void frame_set(uint8_t frame[static FRAME_BYTES], uint16_t length, const struct probe *probe)
{
	uint8_t *udp = frame + ETHERNET + IPV4;
	uint16_t checksum;

	wire_encode(frame + PAYLOAD_AT, length, probe);
	bytes_put_be16(udp + 6, 0);
	/* the pseudo header: both addresses, the protocol, the length */
	checksum = output_fold(output_sum(udp - 8, 8u + UDP + length, 17u + UDP + length));
	bytes_put_be16(udp + 6, checksum != 0 ? checksum : 0xffff);
}

static int64_t put_run(struct output *output, uint16_t length, uint64_t probes, int64_t spacing_ns,
		       uint64_t every)
{
	uint8_t frame[FRAME_BYTES];
	struct probe probe = {
		.kind = WIRE_PROBE,
		.ttl = 1,
		.run_id = wire_run_id(0x0123456789abcdef),
		.follow_up_seq = WIRE_NO_FOLLOW_UP,
		.period_ns = (uint64_t)spacing_ns,
	};
	int64_t slot_ns = START_NS;

	frame_init(frame, length);
	for (; probe.seq < probes; probe.seq++, slot_ns += spacing_ns) {
		if (every > 0 && probe.seq % every == every - 1) {
			continue;
		}
		probe.sent_ns = slot_ns;
		if (probe.seq >= FOLLOW_UP_LAG) {
			probe.follow_up_seq = probe.seq - FOLLOW_UP_LAG;
			probe.follow_up_tx_ns = slot_ns - FOLLOW_UP_LAG * spacing_ns + DEPARTED_NS;
		}
		frame_set(frame, length, &probe);
		output_frame(output, frame, PAYLOAD_AT + (uint32_t)length, slot_ns + PATH_NS);
	}
	probe.kind = WIRE_END;
	probe.follow_up_seq = WIRE_NO_FOLLOW_UP;
	for (int i = 0; i < ENDS; i++, slot_ns += END_NS) {
		probe.sent_ns = slot_ns;
		frame_set(frame, length, &probe);
		output_frame(output, frame, PAYLOAD_AT + (uint32_t)length, slot_ns + PATH_NS);
	}
	return slot_ns;
}

static int usage(void)
{
	fprintf(stderr, "usage: make_capture [-f pcap|us|pcapng] [-n PROBES] [-s SPACING_NS] "
			"[-d EVERY] [-l LENGTH] FILE\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct output output = {0};
	unsigned long length = WIRE_HEADER_LENGTH;
	uint64_t probes = 1000, every = 0;
	int64_t spacing_ns = 1000000, end_ns;
	int option;

	while ((option = getopt(argc, argv, "d:f:l:n:s:")) != -1) {
		switch (option) {
		case 'd':
			every = strtoull(optarg, NULL, 10);
			break;
		case 'f':
			if (!output_format_find(optarg, &output.format)) {
				return usage();
			}
			break;
		case 'l':
			length = strtoul(optarg, NULL, 10) & ~1ul;
			if (length < WIRE_HEADER_LENGTH || length > LENGTH_MAX) {
				return usage();
			}
			break;
		case 'n':
			probes = strtoull(optarg, NULL, 10);
			break;
		case 's':
			spacing_ns = strtoll(optarg, NULL, 10);
			break;
		default:
			return usage();
		}
	}
	if (optind + 1 != argc) {
		return usage();
	}
	if (!output_begin(&output, PROGRAM, argv[optind])) {
		return 1;
	}
	end_ns = put_run(&output, (uint16_t)length, probes, spacing_ns, every);
	return !output_finish(&output, PROGRAM, argv[optind], START_NS - END_NS, end_ns);
}
