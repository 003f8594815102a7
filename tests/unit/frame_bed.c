/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame_bed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "wire.h"

void frame_bed_clear(struct frame_bed *bed)
{
	memset(bed->bytes, 0xee, sizeof(bed->bytes));
	bed->length = 0;
}

void frame_bed_bytes(struct frame_bed *bed, const void *bytes, size_t length)
{
	assert(bed->length + length <= sizeof(bed->bytes));
	memcpy(bed->bytes + bed->length, bytes, length);
	bed->length += length;
}

void frame_bed_hex(struct frame_bed *bed, const char *hex)
{
	char digits[3] = "";

	while (*hex != '\0') {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		memcpy(digits, hex, 2);
		bed->bytes[bed->length++] = (uint8_t)strtoul(digits, NULL, 16);
		hex += 2;
	}
}

static void put16(struct frame_bed *bed, size_t value)
{
	uint8_t bytes[2];

	bytes_put_be16(bytes, (uint16_t)value);
	frame_bed_bytes(bed, bytes, sizeof(bytes));
}

void frame_bed_ethernet(struct frame_bed *bed, uint16_t type)
{
	frame_bed_hex(bed, "01005e7f1f09 020000000001");
	put16(bed, type);
}

void frame_bed_udp(struct frame_bed *bed, size_t length)
{
	frame_bed_hex(bed, "9c40 7c9c");
	put16(bed, 8 + length);
	frame_bed_hex(bed, "dead"); /* a checksum that nobody judges */
}

void frame_bed_ipv4(struct frame_bed *bed, size_t length, uint16_t fragment)
{
	frame_bed_hex(bed, "45 b8");
	put16(bed, 20 + 8 + length);
	frame_bed_hex(bed, "1234");
	put16(bed, fragment);
	frame_bed_hex(bed, "03 11 dead 0a1f0001 efff1f09");
	frame_bed_udp(bed, length);
}

void frame_bed_ipv6(struct frame_bed *bed, size_t length, uint8_t next)
{
	frame_bed_hex(bed, "6b812345");
	put16(bed, length);
	frame_bed_bytes(bed, &next, 1);
	frame_bed_hex(bed, "03 fd310000000000000000000000000001 ff150000000000000000000000000001");
}

void frame_bed_probe(struct frame_bed *bed, uint64_t seq, size_t length)
{
	struct probe probe = {
		.run_id = 0x0a0b0c0d0e0f1011,
		.seq = seq,
		.sent_ns = 1700000000000000000 + (int64_t)seq * 1000000,
		.follow_up_seq = WIRE_NO_FOLLOW_UP,
		.period_ns = 1000000,
	};

	assert(bed->length + length <= sizeof(bed->bytes));
	wire_pad(bed->bytes + bed->length, length);
	wire_encode(bed->bytes + bed->length, length, &probe);
	bed->length += length;
}

struct frame frame_bed_frame(const struct frame_bed *bed, uint16_t link_type)
{
	return (struct frame){
		.bytes = bed->bytes,
		.captured = (uint32_t)bed->length,
		.length = (uint32_t)bed->length,
		.stamp_ns = 1700000000000000000,
		.link_type = link_type,
	};
}
