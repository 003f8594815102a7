/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of capfile share: the bytes that are there, and how a reader of a format uses
 * them. */
#ifndef PTPROBE_CAPFILE_PARTS_H
#define PTPROBE_CAPFILE_PARTS_H

#include <string.h>

#include "capfile.h"

enum {
	CAPFILE_READ_BYTES = 1 << 17, /* at a time: the second-level cache holds them */
	LINK_TYPE_RAW = 101,
};

/* Of one interface of the section that is read; pcap has one. */
struct capfile_interface {
	uint16_t link_type;
	uint32_t snaplen; /* 0: unlimited */
	/* a stamp is (ticks * multiplier / divisor >> shift) + offset_ns */
	bool in_ns; /* ticks are ns and there is no offset: the common case */
	uint8_t shift;
	uint64_t multiplier, divisor;
	int64_t offset_ns;
	bool has_frames, has_drops, has_received;
	uint64_t frame_drops; /* of epb_dropcount */
	uint64_t drops;       /* isb_ifdrop + isb_osdrop */
	uint64_t received;
};

struct capfile {
	int (*next)(struct capfile *file, struct frame *ret_frame);
	const uint8_t *at, *end; /* bytes that are there and weren't used yet, in the buffer */
	bool swapped;            /* integers in the file are in the other byte order */
	bool lengths_swapped, lengths_unsure; /* pcap before 2.4 */
	uint32_t ns_of_tick;                  /* pcap: of the stamp's lower half */
	struct capfile_facts facts;

	uint32_t interfaces;           /* of this section */
	uint64_t skip, skipped_length; /* of a block being skipped: bytes still to come; all */
	/* Interfaces that have frames and no drop counts, over all sections; those with drop
	 * counts; likewise received. */
	uint64_t without_drops, with_drops, without_received, with_received;
	/* Sums: this section's, which can't overflow, and those before it. */
	uint64_t section_dropped, section_received, past_dropped, past_received;

	capfile_read *read;
	void *context;
	int status; /* once it is over */
	bool at_eof;
	uint8_t *buffer;
	char error[CAPFILE_ERROR];
	struct capfile_interface interface[CAPFILE_MAX_INTERFACES];
};

/* Has at least size bytes at file->at: 1; 0 when the file ends before; -errno. */
int capfile_fill(struct capfile *file, size_t size);

static inline int capfile_want(struct capfile *file, size_t size)
{
	return size <= (size_t)(file->end - file->at) ? 1 : capfile_fill(file, size);
}

/* The file is over, rightly or within something (got 0), or its read failed (got -errno). */
int capfile_end(struct capfile *file, int got);

/* Ends it with -number and the text, to which the remedy is added when the file is damaged. */
__attribute__((format(printf, 3, 4))) int capfile_fail(struct capfile *file, int number,
						       const char *format, ...);

/* The offset of file->at, bytes from the start of the file. */
static inline uint64_t capfile_offset(const struct capfile *file)
{
	return file->facts.bytes - (uint64_t)(file->end - file->at);
}

static inline uint16_t capfile_get16(const struct capfile *file, const uint8_t *from)
{
	uint16_t value;

	memcpy(&value, from, sizeof(value));
	return file->swapped ? __builtin_bswap16(value) : value;
}

static inline uint32_t capfile_get32(const struct capfile *file, const uint8_t *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof(value));
	return file->swapped ? __builtin_bswap32(value) : value;
}

static inline uint64_t capfile_get64(const struct capfile *file, const uint8_t *from)
{
	uint64_t value;

	memcpy(&value, from, sizeof(value));
	return file->swapped ? __builtin_bswap64(value) : value;
}

/* LINKTYPE_RAW is 12 and 14 in files of systems that wrote their own DLT_RAW. */
static inline uint16_t capfile_link_type(uint16_t written)
{
	return written == 12 || written == 14 ? LINK_TYPE_RAW : written;
}

/* The heads of files; each is called with at least 4 bytes there, and sets file->next. 1, or what
 * capfile_next returns. */
int capfile_begin_pcap(struct capfile *file);
int capfile_begin_pcapng(struct capfile *file);

/* capfile_interface.c: blocks without a frame, whole at file->at. 1 or capfile_fail's. */
int capfile_interface_block(struct capfile *file, uint32_t length);
int capfile_statistics_block(struct capfile *file, uint32_t length);
/* A section begins: the interfaces before it are none of its own. */
void capfile_interfaces_clear(struct capfile *file);
void capfile_interface_had_frame(struct capfile *file, struct capfile_interface *interface);
void capfile_interface_add_drops(struct capfile *file, struct capfile_interface *interface,
				 uint64_t count);
int64_t capfile_interface_ns(const struct capfile_interface *interface, uint64_t ticks);

/* An option of a pcapng block. */
struct capfile_option {
	uint16_t code, length;
	const uint8_t *value;
};

/* Cuts one option off *at, which is before end: 1; 0 at the end of options; -1 when it is longer
 * than what there is. */
static inline int capfile_option_next(const struct capfile *file, const uint8_t **at,
				      const uint8_t *end, struct capfile_option *ret_option)
{
	size_t room = (size_t)(end - *at), padded;

	if (room < 4) {
		return room == 0 ? 0 : -1;
	}
	ret_option->code = capfile_get16(file, *at);
	ret_option->length = capfile_get16(file, *at + 2);
	ret_option->value = *at + 4;
	if (ret_option->code == 0) {
		return 0;
	}
	padded = 4 + (((size_t)ret_option->length + 3) & ~(size_t)3);
	if (padded > room) {
		return -1;
	}
	*at += padded;
	return 1;
}

#endif
