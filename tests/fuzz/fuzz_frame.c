/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Captured frames of any link type, one after another: what is seen in each lies within it, and the
 * streams' books balance. README.md here says what the bytes mean.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "crc32c.h"
#include "flows.h"
#include "frame.h"
#include "fuzz.h"
#include "observer.h"
#include "timeline.h"
#include "wire.h"

enum { FLOWS = 4, AT_CRC = 60, PUT_CRC_RIGHT = 0x80, PUT_EACH_CRC_RIGHT = 0x40 };

static const uint16_t link_types[] = {
	FRAME_ETHERNET, FRAME_SLL,  FRAME_SLL2, FRAME_RAW,  FRAME_RAW_12,
	FRAME_RAW_14,   FRAME_NULL, FRAME_LOOP, FRAME_IPV4, FRAME_IPV6,
};

static void check_view(const struct frame *frame)
{
	struct frame_view view;
	char text[ENDPOINT_TEXT];

	if (frame_look(frame, &view) == FRAME_OTHER) {
		return;
	}
	assert(view.payload >= frame->bytes);
	assert(view.payload + view.captured <= frame->bytes + frame->captured);
	assert(view.captured <= view.length);
	/* only a fragment tells of bytes that aren't in its frame */
	assert(view.is_fragment || view.length <= frame->length);
	assert(view.arrival.ttl >= -1 && view.arrival.ttl <= 255 && view.arrival.dscp >= -1 &&
	       view.arrival.dscp <= 63);
	assert(view.kind == FRAME_PTP || view.arrival.ttl >= 0);
	(void)endpoint_text(&view.arrival.source, text);
	(void)endpoint_text(&view.arrival.group, text);
}

/* A native header gets a CRC over all that is behind it, or each one over itself alone. */
static void put_crc_right(uint8_t *bytes, size_t size, bool each)
{
	for (size_t at = 0; at + WIRE_HEADER_LENGTH <= size; at++) {
		if (wire_has_magic(bytes + at, size - at)) {
			memset(bytes + at + AT_CRC, 0, 4);
			bytes_put_be32(
				bytes + at + AT_CRC,
				crc32c(0, bytes + at, each ? WIRE_HEADER_LENGTH : size - at));
			if (!each) {
				return;
			}
		}
	}
}

static void check_books(struct observer *observer, int64_t now_ns)
{
	struct flow_snapshot snapshot;
	const struct observer_counts *counts = &observer->counts;
	uint64_t frames = 0, unverified = 0;

	for (size_t i = 0; i < flows_count(observer->flows); i++) {
		flow_snapshot(flows_at(observer->flows, i), now_ns,
			      &snapshot); /* asserts its own */
		frames += observer->flow[i].frames;
		unverified += observer->flow[i].unverified;
		assert(observer->flow[i].fragmented <= observer->flow[i].unverified);
	}
	assert(frames <= counts->frames);
	assert(unverified == counts->unverified);
	assert(counts->fragmented <= counts->unverified);
	assert(counts->doubtful <= counts->unverified);
}

static int64_t feed(struct observer *observer, struct timeline *timeline, struct fuzz_input *input)
{
	uint8_t kind = (uint8_t)fuzz_number(input, 1), *bytes;
	uint32_t cut = (uint32_t)fuzz_number(input, 2);
	int64_t stamp_ns = (int64_t)fuzz_number(input, 5), now_ns;
	size_t size = (size_t)fuzz_number(input, 2);
	bool stepped;
	struct frame frame;

	size = size < input->size ? size : input->size;
	/* a copy of exactly this length, so that AddressSanitizer sees a read beyond it */
	bytes = malloc(size > 0 ? size : 1);
	assert(bytes != NULL);
	memcpy(bytes, input->data, size);
	input->data += size;
	input->size -= size;
	if ((kind & (PUT_CRC_RIGHT | PUT_EACH_CRC_RIGHT)) != 0) {
		put_crc_right(bytes, size, (kind & PUT_EACH_CRC_RIGHT) != 0);
	}
	frame = (struct frame){
		.bytes = bytes,
		.captured = (uint32_t)size,
		.length = (uint32_t)size + cut,
		.stamp_ns = stamp_ns,
		.link_type = link_types[(kind & 0x3f) % (sizeof(link_types) / sizeof(*link_types))],
	};
	check_view(&frame);
	now_ns = timeline_add(timeline, stamp_ns, &stepped);
	if (stepped) {
		flows_split_delay(observer->flows);
	}
	(void)observer_add(observer, &frame, now_ns);
	free(bytes);
	return now_ns;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {.data = data, .size = size};
	struct observer *observer = calloc(1, sizeof(*observer));
	struct timeline timeline = {0};
	int64_t now_ns = 0;

	assert(observer != NULL);
	observer->flows = flows_new(FLOWS, 1000000000, INT64_MAX);
	observer->flow = calloc(FLOWS, sizeof(*observer->flow));
	assert(observer->flows != NULL && observer->flow != NULL);
	while (input.size > 0) {
		now_ns = feed(observer, &timeline, &input);
	}
	observer_end(observer);
	assert(observer->pairs.held_at == observer->pairs.held_end);
	flows_tick(observer->flows, now_ns);
	check_books(observer, now_ns);
	flows_free(observer->flows);
	free(observer->flow);
	free(observer);
	return 0;
}
