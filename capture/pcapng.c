/* SPDX-License-Identifier: BSD-2-Clause */
#include "pcapng.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

enum {
	SECTION = 0x0a0d0d0a,
	INTERFACE = 1,
	STATISTICS = 5,
	ENHANCED_PACKET = 6,
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	SHB_HARDWARE = 2,
	SHB_OS = 3,
	SHB_USERAPPL = 4,
	IF_NAME = 2,
	IF_TSRESOL = 9,
	IF_FILTER = 11,
	EPB_FLAGS = 2,
	ISB_STARTTIME = 2,
	ISB_ENDTIME = 3,
	ISB_IFRECV = 4,
	ISB_IFDROP = 5,
	ISB_FILTERACCEPT = 6,
	ISB_OSDROP = 7,
	ISB_USRDELIV = 8,
	FLAGS_INBOUND = 1,
	FLAGS_OUTBOUND = 2,
	RESOLUTION_NS = 9,
	FILTER_IS_TEXT = 0, /* if_filter's first byte: tcpdump's language follows */
	TEXT_ROOM = PCAPNG_TEXT + 1,
};

/* A block being written. Its buffer holds the longest block of its kind: nothing is checked. */
struct block {
	uint8_t *start, *at;
};

static void put_bytes(struct block *block, const void *bytes, size_t count)
{
	memcpy(block->at, bytes, count);
	block->at += count;
}

static void put16(struct block *block, uint16_t value)
{
	put_bytes(block, &value, sizeof(value));
}

static void put32(struct block *block, uint32_t value)
{
	put_bytes(block, &value, sizeof(value));
}

static void put64(struct block *block, uint64_t value)
{
	put_bytes(block, &value, sizeof(value));
}

/* The upper word first, whatever the order of bytes. */
static void put_stamp(struct block *block, int64_t ns)
{
	uint64_t stamp = ns > 0 ? (uint64_t)ns : 0;

	put32(block, (uint32_t)(stamp >> 32));
	put32(block, (uint32_t)stamp);
}

static void put_padding(struct block *block, size_t length)
{
	static const uint8_t zeros[3];

	put_bytes(block, zeros, -length & 3);
}

static void put_option(struct block *block, uint16_t code, const void *value, size_t length)
{
	put16(block, code);
	put16(block, (uint16_t)length);
	put_bytes(block, value, length);
	put_padding(block, length);
}

/* Of text what is UTF-8 and has room in to[size]; returns its length. */
static size_t copy_text(char *to, size_t size, const char *text)
{
	size_t used = 0;

	while (*text != '\0') {
		size_t length = text_character_length(text), step = length > 0 ? length : 1;

		if (used + step > size) {
			break;
		}
		memcpy(to + used, length > 0 ? text : "?", step);
		used += step;
		text += step;
	}
	return used;
}

static void put_text_option(struct block *block, uint16_t code, const char *text)
{
	char copy[PCAPNG_TEXT];

	if (text != NULL) {
		put_option(block, code, copy, copy_text(copy, sizeof(copy), text));
	}
}

static void put_count_option(struct block *block, uint16_t code, uint64_t count)
{
	if (count != PCAPNG_UNKNOWN) {
		put_option(block, code, &count, sizeof(count));
	}
}

static void put_time_option(struct block *block, uint16_t code, int64_t ns)
{
	put16(block, code);
	put16(block, sizeof(ns));
	put_stamp(block, ns);
}

static struct block block_begin(uint8_t *to, uint32_t type)
{
	struct block block = {to, to};

	put32(&block, type);
	put32(&block, 0); /* the length, by block_end */
	return block;
}

static size_t block_end(struct block *block)
{
	uint32_t length = (uint32_t)(block->at - block->start) + sizeof(length);

	put32(block, length);
	memcpy(block->start + sizeof(length), &length, sizeof(length));
	return length;
}

static void put_options_end(struct block *block)
{
	put_option(block, OPTION_END, "", 0);
}

void pcapng_run_ids_add(struct pcapng_run_ids *run_ids, uint64_t run_id)
{
	for (size_t i = 0; i < run_ids->count; i++) {
		if (run_ids->id[i] == run_id) {
			return;
		}
	}
	if (run_ids->count < PCAPNG_RUN_IDS) {
		run_ids->id[run_ids->count++] = run_id;
	} else {
		run_ids->more = true;
	}
}

char *pcapng_run_ids_text(const struct pcapng_run_ids *run_ids,
			  char text[static PCAPNG_RUN_IDS_TEXT])
{
	size_t used = (size_t)snprintf(text, PCAPNG_RUN_IDS_TEXT, "ptprobe run_id%s",
				       run_ids->count == 0 ? " -" : "");

	for (size_t i = 0; i < run_ids->count; i++) {
		used += (size_t)snprintf(text + used, PCAPNG_RUN_IDS_TEXT - used, " %016" PRIx64,
					 run_ids->id[i]);
	}
	if (run_ids->more) {
		snprintf(text + used, PCAPNG_RUN_IDS_TEXT - used, " and more");
	}
	return text;
}

size_t pcapng_put_section(uint8_t to[static PCAPNG_SECTION_BYTES],
			  const struct pcapng_section *section)
{
	struct block block = block_begin(to, SECTION);
	char comment[PCAPNG_RUN_IDS_TEXT];
	size_t length = strlen(pcapng_run_ids_text(&section->run_ids, comment));

	put32(&block, BYTE_ORDER_MAGIC);
	put16(&block, 1);
	put16(&block, 0);
	put64(&block, UINT64_MAX); /* the section's length isn't told */
	memset(comment + length, ' ', sizeof(comment) - length);
	put_option(&block, OPTION_COMMENT, comment, sizeof(comment));
	put_text_option(&block, SHB_HARDWARE, section->hardware);
	put_text_option(&block, SHB_OS, section->os);
	put_text_option(&block, SHB_USERAPPL, section->application);
	put_options_end(&block);
	return block_end(&block);
}

size_t pcapng_put_interface(uint8_t to[static PCAPNG_INTERFACE_BYTES],
			    const struct pcapng_interface *interface)
{
	struct block block = block_begin(to, INTERFACE);
	uint8_t resolution = RESOLUTION_NS;
	char filter[TEXT_ROOM] = {FILTER_IS_TEXT};

	put16(&block, interface->link_type);
	put16(&block, 0);
	put32(&block, interface->snaplen);
	put_text_option(&block, IF_NAME, interface->name);
	put_option(&block, IF_TSRESOL, &resolution, sizeof(resolution));
	if (interface->filter != NULL) {
		put_option(&block, IF_FILTER, filter,
			   1 + copy_text(filter + 1, PCAPNG_TEXT, interface->filter));
	}
	put_options_end(&block);
	return block_end(&block);
}

size_t pcapng_put_frame(uint8_t *to, uint32_t interface, const struct frame *frame)
{
	struct block block = block_begin(to, ENHANCED_PACKET);
	uint32_t flags = frame->direction == FRAME_INCOMING ? FLAGS_INBOUND : FLAGS_OUTBOUND;

	put32(&block, interface);
	put_stamp(&block, frame->stamp_ns);
	put32(&block, frame->captured);
	put32(&block, frame->length);
	put_bytes(&block, frame->bytes, frame->captured);
	put_padding(&block, frame->captured);
	if (frame->direction != FRAME_UNKNOWN) {
		put_option(&block, EPB_FLAGS, &flags, sizeof(flags));
		put_options_end(&block);
	}
	return block_end(&block);
}

size_t pcapng_put_statistics(uint8_t to[static PCAPNG_STATISTICS_BYTES],
			     const struct pcapng_statistics *statistics)
{
	struct block block = block_begin(to, STATISTICS);

	put32(&block, statistics->interface);
	put_stamp(&block, statistics->stamp_ns);
	put_text_option(&block, OPTION_COMMENT, statistics->comment);
	put_time_option(&block, ISB_STARTTIME, statistics->start_ns);
	put_time_option(&block, ISB_ENDTIME, statistics->end_ns);
	put_count_option(&block, ISB_IFRECV, statistics->received);
	put_count_option(&block, ISB_IFDROP, statistics->interface_dropped);
	put_count_option(&block, ISB_FILTERACCEPT, statistics->accepted);
	put_count_option(&block, ISB_OSDROP, statistics->dropped);
	put_count_option(&block, ISB_USRDELIV, statistics->delivered);
	put_options_end(&block);
	return block_end(&block);
}
