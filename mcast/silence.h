/* SPDX-License-Identifier: BSD-2-Clause */
/* Why no probe was heard: plain reasons, each with its remedy. */
#ifndef PTPROBE_SILENCE_H
#define PTPROBE_SILENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct group;

enum { SILENCE_REASONS = 12, SILENCE_TEXT = 192 };

/* What is known; counters: how far they moved while the receiver listened. */
struct silence {
	const struct group *group;
	const char *interface;
	const char *sysctl_part; /* the interface's name within a sysctl's: its dots as slashes */
	bool interface_exists, carrier, is_member;
	int64_t rp_filter; /* the stricter of the interface's and all's */
	/* InMcastPkts, IgnoredMulti, InCsumErrors, IPReversePathFilter */
	uint64_t multicast, ignored, checksum, reverse_path;
	uint64_t alien, other_version, corrupt, unheard_ends; /* as in struct flows_counts */
	uint64_t own_drops;
	uint64_t foreign_ptp, unvouched_syncs, other_domain; /* likewise */
	uint8_t last_other_domain;
};

struct silence_reasons {
	size_t count;
	char reason[SILENCE_REASONS][SILENCE_TEXT];
};

/* Lists the reasons, the most telling first. At least one. */
void silence_explain(const struct silence *silence, struct silence_reasons *ret_reasons);

#endif
