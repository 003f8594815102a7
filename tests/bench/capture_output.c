/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture_output.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "pcapng.h"

enum { SNAPLEN = 262144, LINK_TYPE_ETHERNET = 1 };

bool output_format_find(const char *name, enum output_format *ret_format)
{
	static const char *const names[] = {"pcap", "us", "pcapng"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i]) == 0) {
			*ret_format = (enum output_format)i;
			return true;
		}
	}
	return false;
}

static void write_all(struct output *output, const void *bytes, size_t count)
{
	output->bytes += fwrite(bytes, 1, count, output->file);
}

static void put_head(struct output *output)
{
	static uint8_t section[PCAPNG_SECTION_BYTES], interface[PCAPNG_INTERFACE_BYTES];
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snaplen, link_type;
	} pcap = {output->format == OUTPUT_PCAP ? 0xa1b23c4d : 0xa1b2c3d4,
		  2,
		  4,
		  0,
		  0,
		  SNAPLEN,
		  LINK_TYPE_ETHERNET};

	if (output->format != OUTPUT_PCAPNG) {
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

static void put_tail(struct output *output, int64_t start_ns, int64_t end_ns)
{
	uint8_t block[PCAPNG_STATISTICS_BYTES];
	const struct pcapng_statistics statistics = {
		.stamp_ns = end_ns,
		.start_ns = start_ns,
		.end_ns = end_ns,
		.received = output->frames,
		.interface_dropped = 0,
		.accepted = output->frames,
		.dropped = 0,
		.delivered = output->frames,
	};

	if (output->format == OUTPUT_PCAPNG) {
		write_all(output, block, pcapng_put_statistics(block, &statistics));
	}
}

bool output_begin(struct output *output, const char *program, const char *path)
{
	output->file = fopen(path, "we");
	if (output->file == NULL) {
		fprintf(stderr, "%s: open '%s': %s\n", program, path, strerror(errno));
		return false;
	}
	put_head(output);
	return true;
}

void output_frame(struct output *output, const uint8_t *bytes, uint32_t length, int64_t stamp_ns)
{
	uint8_t block[OUTPUT_FRAME_MAX + PCAPNG_FRAME_OVERHEAD];
	struct frame frame = {
		.bytes = bytes,
		.captured = length,
		.length = length,
		.stamp_ns = stamp_ns,
		.link_type = LINK_TYPE_ETHERNET,
		.direction = FRAME_INCOMING,
	};
	uint32_t tick_ns = output->format == OUTPUT_PCAP_US ? 1000 : 1;
	uint32_t record[] = {(uint32_t)(stamp_ns / 1000000000),
			     (uint32_t)(stamp_ns % 1000000000) / tick_ns, length, length};

	output->frames++;
	if (output->format == OUTPUT_PCAPNG) {
		write_all(output, block, pcapng_put_frame(block, 0, &frame));
	} else {
		write_all(output, record, sizeof(record));
		write_all(output, bytes, length);
	}
}

bool output_finish(struct output *output, const char *program, const char *path, int64_t start_ns,
		   int64_t end_ns)
{
	put_tail(output, start_ns, end_ns);
	if (ferror(output->file) || fclose(output->file) != 0) {
		fprintf(stderr, "%s: write '%s': %s\n", program, path, strerror(errno));
		return false;
	}
	printf("%llu %llu\n", (unsigned long long)output->frames,
	       (unsigned long long)output->bytes);
	return true;
}

uint32_t output_sum(const uint8_t *bytes, size_t count, uint32_t sum)
{
	for (size_t i = 0; i < count; i += 2) {
		sum += bytes_get_be16(bytes + i);
	}
	return sum;
}

uint16_t output_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}
