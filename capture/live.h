/* SPDX-License-Identifier: BSD-2-Clause */
/* A tap on one interface of this host, through libpcap. */
#ifndef PTPROBE_LIVE_H
#define PTPROBE_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame;
struct live;

enum {
	LIVE_ERROR_TEXT = 512,
	LIVE_TIMEOUT_MS = 50, /* a block that isn't full is handed over after that, or twice that */
};

struct live_config {
	const char *interface;
	const char *expression; /* in tcpdump's language; "": every frame; NULL: probes */
	uint32_t snaplen;
	uint64_t buffer_bytes;
	bool promiscuous;
	bool incoming_only; /* leaves out what this host sends */
	bool ptp; /* expression is NULL: PTP messages, event and general, instead of probes */
};

/*
 * Frames since the expression took effect. Each that the kernel had for the tap is dropped for
 * want of buffer, delivered, or still on its way; what still is when no more comes is the
 * tap's own loss, its residue.
 */
struct live_counts {
	uint64_t received, dropped, delivered;
};

/*
 * Opens the tap: frames come in blocks (TPACKET_V3, not in immediate mode, which takes a slot of
 * the largest size for each frame), stamped by the kernel in nanoseconds. What came before the
 * expression took effect is let go. 0, or -errno and error, one line with the remedy.
 */
int live_open(const struct live_config *config, struct live **ret_live,
	      char error[static LIVE_ERROR_TEXT]);
void live_close(struct live *live);

/* To be polled for reading. */
int live_fd(const struct live *live);

/* LINKTYPE_ of the frames, and its name, such as "EN10MB". */
uint16_t live_link_type(const struct live *live);
const char *live_link_name(const struct live *live);

/*
 * Hands the frames that are there to take, at most LIVE_READ_MAX of them. Never waits. Returns how
 * many: fewer than LIVE_READ_MAX mean that there are no more for now; or -errno and error, and then
 * the tap is dead: its interface is gone.
 */
enum { LIVE_READ_MAX = 16384 };
typedef void live_take(void *context, const struct frame *frame);
int live_read(struct live *live, live_take *take, void *context,
	      char error[static LIVE_ERROR_TEXT]);

/* No more frames come in; those that are in the buffer can still be read. */
void live_shut(struct live *live);

/* To be called once in 2^32 frames at least: the kernel's own counts wrap. received is never less
 * than dropped + delivered, and delivered is how often live_read has called take. */
void live_counts(struct live *live, struct live_counts *ret_counts);

#endif
