/* SPDX-License-Identifier: BSD-2-Clause */
/* Named counters of one moment, and how far each moved between two. */
#ifndef PTPROBE_COUNTERS_H
#define PTPROBE_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

enum {
	COUNTERS_MAX = 16384,
	COUNTERS_NAME = 64, /* with its NUL; longer names are refused */
};

struct counter {
	char name[COUNTERS_NAME]; /* "link.rx_packets": ptprobe-report(5) lists them */
	uint64_t value;
};

/* All zero: an empty list. In the order in which the names came. */
struct counters {
	size_t count, room;
	struct counter *counter;
	uint32_t *slot; /* where a name is found: 2 * room of them */
};

void counters_release(struct counters *counters);

/* Empties the list, and keeps its memory. */
void counters_clear(struct counters *counters);

/*
 * Adds value to the counter of that name, which is made when there is none: what a kernel counts
 * for each CPU or socket is summed thereby (modulo 2^64). 0; -EINVAL for a name that is empty, too
 * long, or has other bytes than 0x21..0x7e; -E2BIG beyond COUNTERS_MAX; -ENOMEM.
 */
int counters_add(struct counters *counters, const char *name, uint64_t value);

/* The same for prefix.name, in which other bytes than 0x21..0x7e become '_', as in a driver's own
 * strings. */
int counters_add_to(struct counters *counters, const char *prefix, const char *name,
		    uint64_t value);

/* NULL: there is none. */
const struct counter *counters_find(const struct counters *counters, const char *name);

/* 0, or -ENOENT. */
int counters_get(const struct counters *counters, const char *name, uint64_t *ret_value);

/* What became of one counter between two moments. */
enum counters_change {
	COUNTERS_UNKNOWN, /* not there both times */
	COUNTERS_FLAT,
	COUNTERS_ROSE,
	COUNTERS_RESET, /* it went down: reset, or wrapped. Says nothing about what it counts */
};

/* *ret_rise: by how much it rose; 0 with all but COUNTERS_ROSE. */
enum counters_change counters_delta(const struct counters *before, const struct counters *after,
				    const char *name, uint64_t *ret_rise);

/* Of all counters whose names begin and end so: "qdisc.", ".drops". */
struct counters_rise {
	size_t known, resets; /* there both times; of these, went down */
	/* Qdiscs are nested, and a drop may count in a child and in its parent: the truth lies
	 * between the largest rise and the sum. */
	uint64_t sum, max;
};

struct counters_rise counters_rise(const struct counters *before, const struct counters *after,
				   const char *prefix, const char *suffix);

#endif
