/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capture of a run of native probes, as a tap beside the receiver would have written it:
 *
 *   make_capture [-f pcap|pcapng] [-n PROBES] [-s SPACING_NS] [-d EVERY] [-l LENGTH] FILE
 *
 * Ethernet, IPv4 and UDP from 10.77.0.1 to 239.255.31.9:31900, LENGTH bytes of payload, 64 to 1472,
 * seq 0.., then END ten times, 100 ms apart; each checksum and CRC is right. -d 1000 leaves out seq
 * 999, 1999,
 * ... pcap is the nanosecond kind; pcapng ends with statistics: no drops. Prints "frames bytes".
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "pcapng.h"
#include "wire.h"

enum {
	ETHERNET = 14,
	IPV4 = 20,
	UDP = 8,
	PAYLOAD_AT = ETHERNET + IPV4 + UDP,
	LENGTH_MAX = 1472,
	FRAME_BYTES = PAYLOAD_AT + LENGTH_MAX,
	ENDS = 10,
	SNAPLEN = 262144,
	LINK_TYPE_ETHERNET = 1,
	FOLLOW_UP_LAG = 4, /* probes until a departure is reported */
};

#define START_NS    INT64_C(1700000000000000000)
#define END_NS      100000000
#define PATH_NS     50000
#define DEPARTED_NS 1500 /* the departure after the sender's clock reading */

struct output {
	FILE *file;
	uint32_t length; /* of the payload */
	bool is_pcapng;
	uint64_t frames, bytes;
};

static void write_all(struct output *output, const void *bytes, size_t count)
{
	output->bytes += fwrite(bytes, 1, count, output->file);
}

static uint32_t sum16(const uint8_t *bytes, size_t count, uint32_t sum)
{
	for (size_t i = 0; i < count; i += 2) {
		sum += bytes_get_be16(bytes + i);
	}
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

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
	bytes_put_be16(frame + ETHERNET + 10, fold(sum16(frame + ETHERNET, IPV4, 0)));
}

static void frame_set(uint8_t frame[static FRAME_BYTES], uint16_t length, const struct probe *probe)
{
	uint8_t *udp = frame + ETHERNET + IPV4;
	uint16_t checksum;

	wire_encode(frame + PAYLOAD_AT, length, probe);
	bytes_put_be16(udp + 6, 0);
	/* the pseudo header: both addresses, the protocol, the length */
	checksum = fold(sum16(udp - 8, 8u + UDP + length, 17u + UDP + length));
	bytes_put_be16(udp + 6, checksum != 0 ? checksum : 0xffff);
}

static void put_head(struct output *output)
{
	static uint8_t section[PCAPNG_SECTION_BYTES], interface[PCAPNG_INTERFACE_BYTES];
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snaplen, link_type;
	} pcap = {0xa1b23c4d, 2, 4, 0, 0, SNAPLEN, LINK_TYPE_ETHERNET};

	if (!output->is_pcapng) {
		write_all(output, &pcap, sizeof(pcap));
		return;
	}
	write_all(output, section,
		  pcapng_put_section(section,
				     &(struct pcapng_section){.application = "make_capture"}));
	write_all(output, interface,
		  pcapng_put_interface(
			  interface, &(struct pcapng_interface){.name = "eth0",
								.snaplen = SNAPLEN,
								.link_type = LINK_TYPE_ETHERNET}));
}

static void put_frame(struct output *output, const uint8_t *bytes, int64_t stamp_ns)
{
	uint8_t block[FRAME_BYTES + PCAPNG_FRAME_OVERHEAD];
	struct frame frame = {
		.bytes = bytes,
		.captured = PAYLOAD_AT + output->length,
		.length = PAYLOAD_AT + output->length,
		.stamp_ns = stamp_ns,
		.link_type = LINK_TYPE_ETHERNET,
		.direction = FRAME_INCOMING,
	};
	uint32_t record[] = {(uint32_t)(stamp_ns / 1000000000), (uint32_t)(stamp_ns % 1000000000),
			     PAYLOAD_AT + output->length, PAYLOAD_AT + output->length};

	output->frames++;
	if (output->is_pcapng) {
		write_all(output, block, pcapng_put_frame(block, 0, &frame));
	} else {
		write_all(output, record, sizeof(record));
		write_all(output, bytes, PAYLOAD_AT + output->length);
	}
}

static void put_tail(struct output *output, int64_t end_ns)
{
	uint8_t block[PCAPNG_STATISTICS_BYTES];
	const struct pcapng_statistics statistics = {
		.stamp_ns = end_ns,
		.start_ns = START_NS - END_NS,
		.end_ns = end_ns,
		.received = output->frames,
		.interface_dropped = 0,
		.accepted = output->frames,
		.dropped = 0,
		.delivered = output->frames,
	};

	if (output->is_pcapng) {
		write_all(output, block, pcapng_put_statistics(block, &statistics));
	}
}

static void put_run(struct output *output, uint64_t probes, int64_t spacing_ns, uint64_t every)
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

	frame_init(frame, (uint16_t)output->length);
	put_head(output);
	for (; probe.seq < probes; probe.seq++, slot_ns += spacing_ns) {
		if (every > 0 && probe.seq % every == every - 1) {
			continue;
		}
		probe.sent_ns = slot_ns;
		if (probe.seq >= FOLLOW_UP_LAG) {
			probe.follow_up_seq = probe.seq - FOLLOW_UP_LAG;
			probe.follow_up_tx_ns = slot_ns - FOLLOW_UP_LAG * spacing_ns + DEPARTED_NS;
		}
		frame_set(frame, (uint16_t)output->length, &probe);
		put_frame(output, frame, slot_ns + PATH_NS);
	}
	probe.kind = WIRE_END;
	probe.follow_up_seq = WIRE_NO_FOLLOW_UP;
	for (int i = 0; i < ENDS; i++, slot_ns += END_NS) {
		probe.sent_ns = slot_ns;
		frame_set(frame, (uint16_t)output->length, &probe);
		put_frame(output, frame, slot_ns + PATH_NS);
	}
	put_tail(output, slot_ns);
}

static int usage(void)
{
	fprintf(stderr, "usage: make_capture [-f pcap|pcapng] [-n PROBES] [-s SPACING_NS] "
			"[-d EVERY] [-l LENGTH] FILE\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct output output = {.length = WIRE_HEADER_LENGTH};
	uint64_t probes = 1000, every = 0;
	int64_t spacing_ns = 1000000;
	int option;

	while ((option = getopt(argc, argv, "d:f:l:n:s:")) != -1) {
		switch (option) {
		case 'd':
			every = strtoull(optarg, NULL, 10);
			break;
		case 'f':
			output.is_pcapng = strcmp(optarg, "pcapng") == 0;
			if (!output.is_pcapng && strcmp(optarg, "pcap") != 0) {
				return usage();
			}
			break;
		case 'l':
			output.length = (uint32_t)strtoul(optarg, NULL, 10) & ~1u;
			if (output.length < WIRE_HEADER_LENGTH || output.length > LENGTH_MAX) {
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
	output.file = fopen(argv[optind], "we");
	if (output.file == NULL) {
		fprintf(stderr, "make_capture: open '%s': %s\n", argv[optind], strerror(errno));
		return 1;
	}
	put_run(&output, probes, spacing_ns, every);
	if (ferror(output.file) || fclose(output.file) != 0) {
		fprintf(stderr, "make_capture: write '%s': %s\n", argv[optind], strerror(errno));
		return 1;
	}
	printf("%llu %llu\n", (unsigned long long)output.frames, (unsigned long long)output.bytes);
	return 0;
}
