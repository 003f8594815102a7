/* SPDX-License-Identifier: BSD-2-Clause */
/* What a host's counters and settings say of where frames may have gone: a report's member
 * "evidence". */
#ifndef PTPROBE_EVIDENCE_H
#define PTPROBE_EVIDENCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counters.h"
#include "igmp.h"

enum {
	EVIDENCE_INTERFACE = 16, /* with its NUL */
	EVIDENCE_UNAVAILABLE = 32,
	EVIDENCE_UNAVAILABLE_TEXT = 160,
	EVIDENCE_ERROR_TEXT = 160,
	EVIDENCE_KIND = 24, /* with its NUL */
};

enum evidence_answer {
	EVIDENCE_UNKNOWN, /* null */
	EVIDENCE_NO,
	EVIDENCE_YES,
};

enum evidence_xdp {
	EVIDENCE_XDP_UNKNOWN,
	EVIDENCE_XDP_NONE,
	EVIDENCE_XDP_NATIVE,
	EVIDENCE_XDP_GENERIC,
	EVIDENCE_XDP_OFFLOAD,
};

/* As they were at the end. */
struct evidence_settings {
	enum evidence_answer up, carrier;
	uint32_t mtu_bytes; /* 0: unknown */
	int rp_filter;      /* 0..2, the stricter of the interface's and all's; -1: unknown */
	enum evidence_xdp xdp;
	char kind[EVIDENCE_KIND]; /* "vlan", "veth"; "none": a card; empty: unknown */
	enum evidence_answer members_known;
	struct igmp_groups member; /* groups joined on the interface */
};

struct evidence {
	char interface[EVIDENCE_INTERFACE]; /* empty: not of one interface (null) */
	struct counters before, after;
	struct evidence_settings settings;
	/* what couldn't be read, and why: "ethtool statistics of lo: operation not supported" */
	size_t unavailable;
	char unavailable_text[EVIDENCE_UNAVAILABLE][EVIDENCE_UNAVAILABLE_TEXT];
};

/* On memory of any content: nothing is known. */
void evidence_init(struct evidence *evidence);
void evidence_release(struct evidence *evidence);

/* Says what isn't known and why, printf-like; the same text once. One too many is dropped. */
void evidence_lacks(struct evidence *evidence, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A new reference, NULL when memory is out. Of the counters: each that moved, and of those in a
 * fixed table, which is what ptprobe-locate reads, all. Among these are a driver's counters of
 * class NIC_WIRE: so that a report tells a wire without errors from a driver that doesn't count
 * them.
 */
json_t *evidence_json(const struct evidence *evidence);

/*
 * Reads what evidence_json has written, whoever wrote it: types, ranges and sizes are checked.
 * Members that this version doesn't know are passed over. 0 and *ret_evidence, for
 * evidence_release; or -EINVAL or -ENOMEM and error, which names the member:
 * "evidence.before: 'link.rx_packets' is no count".
 */
int evidence_parse(const json_t *json, struct evidence *ret_evidence,
		   char error[static EVIDENCE_ERROR_TEXT]);

/* Is it a device on top of another one of this host: a VLAN, a bridge, a bond, a tunnel? */
bool evidence_is_stacked(const struct evidence_settings *settings);

/* counters_delta and counters_rise between its two moments. */
enum counters_change evidence_delta(const struct evidence *evidence, const char *name,
				    uint64_t *ret_rise);
struct counters_rise evidence_rise(const struct evidence *evidence, const char *prefix,
				   const char *suffix);

#endif
