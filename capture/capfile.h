/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads capture files, pcap and pcapng, frame by frame, from any source of bytes. */
#ifndef PTPROBE_CAPFILE_H
#define PTPROBE_CAPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

/*
 * pcap (draft-ietf-opsawg-pcap): microseconds and nanoseconds, both byte orders, versions 2.0 to
 * 2.4. pcapng (draft-ietf-opsawg-pcapng): both byte orders, several sections and interfaces, the
 * blocks SHB, IDB, EPB, SPB, PB (obsolete) and ISB; others are skipped whatever their length.
 * Compressed files, pcap's dialects and other formats are refused by their name.
 *
 * All memory is taken by capfile_new. A file costs time by its length alone, and nothing in it
 * makes more memory be used.
 */
enum {
	CAPFILE_MAX_BLOCK = 1 << 20,   /* bytes of a pcap record or a pcapng block that is read */
	CAPFILE_MAX_INTERFACES = 1024, /* of a section */
	CAPFILE_ERROR = 200,
};

enum capfile_format {
	CAPFILE_UNREAD, /* nothing was read yet, or it was no capture */
	CAPFILE_PCAP_US,
	CAPFILE_PCAP_NS,
	CAPFILE_PCAPNG,
};

/* What the file tells about itself, up to the frame that came last; whole at its end. */
struct capfile_facts {
	enum capfile_format format;
	uint64_t frames;
	uint64_t bytes;                /* read of the file */
	uint64_t unstamped;            /* frames of SPBs, which have no time: their stamp_ns is 0 */
	uint64_t sections, interfaces; /* 1 and 1 in pcap; interfaces over all sections */
	uint32_t snaplen;              /* the largest of an interface; 0: none was set */
	uint16_t link_type;            /* of the first interface */
	bool mixed;                    /* interfaces differ in link_type */
	int64_t resolution_ns; /* of the stamps, the coarsest of an interface; 1: a ns or finer */
	bool truncated; /* the file ends within a record or block; the frames before it count */
	/*
	 * What the capture lost: isb_ifdrop + isb_osdrop of the last ISB of each interface, or what
	 * the drop counts of its frames (epb_dropcount) say, if that is more. Saturates.
	 * drops_known: each interface that has frames has an ISB with isb_ifdrop or isb_osdrop, and
	 * there is at least one such. Never so in pcap, nor when the file is truncated. When it
	 * isn't so, dropped is a lower bound.
	 */
	bool drops_known;
	uint64_t dropped;
	bool received_known;
	uint64_t received; /* isb_ifrecv, summed like dropped */
	/* The earliest isb_starttime and the latest isb_endtime, ns since the epoch. */
	bool start_known, end_known;
	int64_t start_ns, end_ns;
};

struct capfile;

/*
 * Fills buffer with up to size bytes, at least 1 unless the end is reached: then *ret_got is 0.
 * 0 or -errno; -EINTR makes capfile_next return that, and it may be called again.
 */
typedef int capfile_read(void *context, void *buffer, size_t size, size_t *ret_got);

/* NULL when memory is out. Nothing is read before the first capfile_next. */
struct capfile *capfile_new(capfile_read *read, void *context);
void capfile_free(struct capfile *file);

/*
 * The next frame: 1; ret_frame->bytes point into file's buffer until the next call, captured <=
 * length. 0 at the end, and again from then on. -errno, and again from then on, but for -EINTR:
 * -EBADMSG when the file is malformed, -ENOTSUP when it is of a kind that isn't read, else what
 * read returned. *ret_frame is untouched unless 1 is returned.
 *
 * stamp_ns: what is finer than a nanosecond is cut off; one that 64 bits can't hold, as only forged
 * files have it, saturates. link_type: of the frame's own interface; the raw IP types 12 and 14 of
 * old systems are 101.
 */
int capfile_next(struct capfile *file, struct frame *ret_frame);

const struct capfile_facts *capfile_facts(const struct capfile *file);

/* After -errno: what is wrong, where (byte offset), what to do; one line, without the file's name.
 * Else "". */
const char *capfile_error(const struct capfile *file);

#endif
