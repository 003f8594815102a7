/* SPDX-License-Identifier: BSD-2-Clause */
/* A capture file in memory, put together word by word in either order of bytes, and its reader. */
#ifndef PTPROBE_CAPFILE_BED_H
#define PTPROBE_CAPFILE_BED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capfile.h"

enum { BED_BYTES = 4 << 20, BED_WHOLE = BED_BYTES };

struct bed {
	uint8_t *bytes;
	size_t size;
	bool big; /* big-endian */
	/* reading */
	size_t at, chunk; /* bytes a read gives at most */
	int err;          /* what the next read fails with; 0: it doesn't */
	bool err_once;
	unsigned int reads;
	struct capfile *file;
	struct frame frame;
};

/* cmocka's setup and teardown: *state is a struct bed. */
int bed_setup(void **state);
int bed_teardown(void **state);

void bed_put(struct bed *bed, const void *bytes, size_t count);
void bed_put16(struct bed *bed, uint16_t value);
void bed_put32(struct bed *bed, uint32_t value);
void bed_put64(struct bed *bed, uint64_t value);

/* pcap: the head of a file, version 2.4; a record of a frame whose bytes count from 1. */
void bed_pcap(struct bed *bed, uint32_t magic, uint32_t link_type);
void bed_record(struct bed *bed, uint32_t seconds, uint32_t ticks, uint32_t captured,
		uint32_t length);

/* pcapng. A block's length is put in by bed_end; each returns where it began. */
size_t bed_begin(struct bed *bed, uint32_t type);
void bed_end(struct bed *bed, size_t start);
void bed_option(struct bed *bed, uint16_t code, const void *value, uint16_t length);
void bed_option64(struct bed *bed, uint16_t code, uint64_t value);
size_t bed_section(struct bed *bed);
/* resolution < 0: the option isn't there */
size_t bed_interface(struct bed *bed, uint16_t link_type, uint32_t snaplen, int resolution);
/* Its bytes count from 1. */
size_t bed_packet(struct bed *bed, uint32_t interface, uint64_t ticks, uint32_t captured,
		  uint32_t length);
/* ISB with isb_ifdrop and isb_osdrop. */
size_t bed_drops(struct bed *bed, uint32_t interface, uint64_t ifdrop, uint64_t osdrop);

/* Begins to read it from its start, chunk bytes at a time. */
void bed_open(struct bed *bed, size_t chunk);
int bed_next(struct bed *bed);

/* Reads all frames that are left, asserts that there were count and that the end then is status. */
void bed_assert_frames(struct bed *bed, unsigned int count, int status);

/* Opens it, and asserts that it ends with -number and a text that holds all of text. */
void bed_assert_refused(struct bed *bed, int number, const char *text);

/* Asserts what came last; the bytes count from 1. */
void bed_assert_frame(const struct bed *bed, int64_t stamp_ns, uint32_t captured, uint32_t length,
		      uint16_t link_type);

#endif
