/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the blocks of a pcapng file (draft-ietf-opsawg-pcapng) into memory. */
#ifndef PTPROBE_PCAPNG_H
#define PTPROBE_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

/*
 * In the order of this host's bytes, which the section header tells. Each function returns the
 * bytes of the block: a multiple of 4, at most what the buffer is demanded to hold. Texts may be
 * NULL, which leaves the option out; they are cut at PCAPNG_TEXT bytes, between characters, and a
 * byte that is no UTF-8 becomes '?'.
 */
enum {
	PCAPNG_TEXT = 1024,
	PCAPNG_RUN_IDS = 16,
	PCAPNG_SECTION_BYTES = 4096,
	PCAPNG_INTERFACE_BYTES = 4096,
	PCAPNG_STATISTICS_BYTES = 2048,
	PCAPNG_FRAME_OVERHEAD = 48, /* of an EPB beyond its frame: header, padding, flags, end */
};

/* What isn't known: the option is left out. */
#define PCAPNG_UNKNOWN UINT64_MAX

struct pcapng_run_ids {
	size_t count;
	uint64_t id[PCAPNG_RUN_IDS];
	bool more; /* there were others, which found no room */
};

struct pcapng_section {
	const char *hardware, *os, *application;
	struct pcapng_run_ids run_ids;
};

struct pcapng_interface {
	const char *name, *filter;
	uint32_t snaplen; /* 0: unlimited */
	uint16_t link_type;
};

/* An interface's counts from the start of the capture; PCAPNG_UNKNOWN ones are left out. */
struct pcapng_statistics {
	uint32_t interface;
	int64_t stamp_ns;           /* when they were read */
	int64_t start_ns, end_ns;   /* of the capture, >= 0 */
	uint64_t received;          /* isb_ifrecv */
	uint64_t interface_dropped; /* isb_ifdrop: by the interface or its driver */
	uint64_t accepted;          /* isb_filteraccept */
	uint64_t dropped;           /* isb_osdrop: by the kernel, for want of room */
	uint64_t delivered;         /* isb_usrdeliv */
	const char *comment;
};

/*
 * SHB. Its length doesn't depend on the run ids, which stand in a comment that is padded with
 * blanks: once they are known it can be written again in place.
 */
size_t pcapng_put_section(uint8_t to[static PCAPNG_SECTION_BYTES],
			  const struct pcapng_section *section);

/* IDB; stamps are in nanoseconds (if_tsresol 9). */
size_t pcapng_put_interface(uint8_t to[static PCAPNG_INTERFACE_BYTES],
			    const struct pcapng_interface *interface);

/*
 * EPB of the section's interface with this number, counted from 0, with the direction if it is
 * known. to must hold frame->captured + PCAPNG_FRAME_OVERHEAD bytes. A stamp before the epoch,
 * which the format has no room for, is written as the epoch.
 */
size_t pcapng_put_frame(uint8_t *to, uint32_t interface, const struct frame *frame);

/* ISB */
size_t pcapng_put_statistics(uint8_t to[static PCAPNG_STATISTICS_BYTES],
			     const struct pcapng_statistics *statistics);

/* Adds run_id unless it is there already. */
void pcapng_run_ids_add(struct pcapng_run_ids *run_ids, uint64_t run_id);

/* "ptprobe run_id a2b1c0dfeefd0c1b 02...", "and more" behind the 16th, "-" for none. Returns text.
 */
enum { PCAPNG_RUN_IDS_TEXT = 320 };
char *pcapng_run_ids_text(const struct pcapng_run_ids *run_ids,
			  char text[static PCAPNG_RUN_IDS_TEXT]);

#endif
