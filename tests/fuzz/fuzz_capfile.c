/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capture file. The first byte says how many bytes a read gives at most, 0 all there are, and 255
 * one at a time with every other read interrupted; the rest is the file.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capfile.h"
#include "fuzz.h"
#include "pcapng.h"

enum { INTERRUPTED = 255, KEPT_BYTES = 1 << 18 };

#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

struct source {
	const uint8_t *at, *end;
	size_t most; /* bytes a read; 0: all */
	bool interrupts, interrupted;
};

/* What reading a file came to. */
struct outcome {
	int status;
	uint64_t frames, hash;
	struct capfile_facts facts;
	char error[CAPFILE_ERROR];
};

/* A pcapng file made of the frames of the first one's link type. */
struct copy {
	uint8_t bytes[KEPT_BYTES];
	size_t size;
	uint64_t frames, hash;
	uint16_t link_type;
	bool is_full;
};

static int read_source(void *context, void *buffer, size_t size, size_t *ret_got)
{
	struct source *source = context;
	size_t got = (size_t)(source->end - source->at);

	source->interrupted = source->interrupts && !source->interrupted;
	if (source->interrupted) {
		return -EINTR;
	}
	got = got < size ? got : size;
	got = source->most > 0 && got > source->most ? source->most : got;
	memcpy(buffer, source->at, got);
	source->at += got;
	*ret_got = got;
	return 0;
}

static void mix(uint64_t *hash, const void *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		*hash = (*hash ^ ((const uint8_t *)bytes)[i]) * FNV_PRIME;
	}
}

/* Touches each byte that is said to be there. */
static void mix_frame(uint64_t *hash, const struct frame *frame, bool all)
{
	int64_t stamp_ns = all || frame->stamp_ns > 0 ? frame->stamp_ns : 0;

	mix(hash, &stamp_ns, sizeof(stamp_ns));
	mix(hash, &frame->captured, sizeof(frame->captured));
	mix(hash, &frame->length, sizeof(frame->length));
	mix(hash, &frame->link_type, sizeof(frame->link_type));
	mix(hash, &frame->direction, sizeof(frame->direction));
	mix(hash, frame->bytes, frame->captured);
}

static void copy_frame(struct copy *copy, const struct frame *frame)
{
	if (copy->size == 0) {
		struct pcapng_interface interface = {.link_type = frame->link_type};

		copy->link_type = frame->link_type;
		copy->size = pcapng_put_section(copy->bytes, &(struct pcapng_section){0});
		copy->size += pcapng_put_interface(copy->bytes + copy->size, &interface);
		copy->hash = FNV_BASIS;
	}
	copy->is_full |= copy->size + frame->captured + PCAPNG_FRAME_OVERHEAD > KEPT_BYTES;
	if (!copy->is_full && frame->link_type == copy->link_type) {
		copy->size += pcapng_put_frame(copy->bytes + copy->size, 0, frame);
		mix_frame(&copy->hash, frame, false);
		copy->frames++;
	}
}

static void check_end(const struct outcome *outcome, size_t size)
{
	const struct capfile_facts *facts = &outcome->facts;

	assert(facts->frames == outcome->frames);
	assert(facts->unstamped <= facts->frames);
	assert(facts->bytes <= size);
	/* a record or block has a head of 12 bytes at least */
	assert(facts->frames <= size / 12);
	assert(facts->interfaces <= size / 20 + 1 && facts->sections <= size / 24 + 1);
	assert(!facts->drops_known || facts->format == CAPFILE_PCAPNG);
	assert(!facts->truncated || (!facts->drops_known && !facts->received_known));
	if (outcome->status == 0) {
		assert(facts->bytes == size && facts->format != CAPFILE_UNREAD);
		assert(outcome->error[0] == '\0');
	} else {
		assert(outcome->status == -EBADMSG || outcome->status == -ENOTSUP);
		assert(outcome->error[0] != '\0' && strlen(outcome->error) < CAPFILE_ERROR - 1);
		for (const char *at = outcome->error; *at != '\0'; at++) {
			assert(*at >= ' ' && *at <= '~');
		}
	}
}

static void read_all(struct source source, struct copy *copy, struct outcome *ret_outcome)
{
	size_t size = (size_t)(source.end - source.at);
	struct capfile *file = capfile_new(read_source, &source);
	struct frame frame, untouched;
	struct outcome outcome = {.hash = FNV_BASIS};

	assert(file != NULL);
	memset(&frame, 0xa5, sizeof(frame));
	do {
		memcpy(&untouched, &frame, sizeof(frame));
		outcome.status = capfile_next(file, &frame);
		if (outcome.status == 1) {
			assert(frame.captured <= frame.length);
			assert(frame.captured <= CAPFILE_MAX_BLOCK);
			outcome.frames++;
			mix_frame(&outcome.hash, &frame, true);
			if (copy != NULL) {
				copy_frame(copy, &frame);
			}
		}
	} while (outcome.status == 1 || outcome.status == -EINTR);
	assert(memcmp(&frame, &untouched, sizeof(frame)) == 0);
	assert(capfile_next(file, &frame) == outcome.status);
	outcome.facts = *capfile_facts(file);
	strcpy(outcome.error, capfile_error(file));
	check_end(&outcome, size);
	capfile_free(file);
	*ret_outcome = outcome;
}

/* What was read can be written, and reads the same again. */
static void check_copy(const struct copy *copy)
{
	struct outcome outcome;

	read_all((struct source){.at = copy->bytes, .end = copy->bytes + copy->size}, NULL,
		 &outcome);
	assert(outcome.status == 0 && !outcome.facts.truncated);
	assert(outcome.frames == copy->frames && outcome.hash == copy->hash);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct copy copy;
	struct source source;
	struct outcome outcome, whole;

	if (size == 0) {
		return 0;
	}
	copy.size = copy.frames = 0;
	copy.is_full = false;
	source = (struct source){.at = data + 1, .end = data + size};
	read_all(source, &copy, &whole);
	/* in pieces it is the same: nothing but the file's bytes decides */
	source.interrupts = data[0] == INTERRUPTED;
	source.most = source.interrupts ? 1 : data[0];
	read_all(source, NULL, &outcome);
	assert(outcome.status == whole.status && outcome.frames == whole.frames);
	assert(outcome.hash == whole.hash && strcmp(outcome.error, whole.error) == 0);
	assert(outcome.facts.dropped == whole.facts.dropped);
	assert(outcome.facts.drops_known == whole.facts.drops_known);
	assert(outcome.facts.truncated == whole.facts.truncated);
	if (copy.size > 0) {
		check_copy(&copy);
	}
	return 0;
}
