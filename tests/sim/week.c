/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A week at 128 probes a second, 77 million, through the receiver's core with impairments whose
 * numbers are known beforehand, across the 32-bit limit of the sequence numbers. `week DAYS` runs
 * as many days.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "flows.h"
#include "path.h"
#include "wire.h"

#ifdef SANITIZED
#define DEFAULT_DAYS 0.1
#else
#define DEFAULT_DAYS 7.0
#endif

#define MS         INT64_C(1000000)
#define PERIOD_NS  INT64_C(7812500)
#define LOST_AFTER (1000 * MS)
#define START_NS   (1000 * MS)

enum { PROBES_A_DAY = 128 * 86400 };

/* Impairments by the probe's number: each in its own place of a cycle of 100,000 probes. */
enum {
	CYCLE = 100000,
	DROPPED = 1000, /* one */
	BURST = 20000,  /* 64 in a row */
	BURST_LENGTH = 64,
	DUPLICATED = 30000, /* comes twice */
	SWAPPED = 40000,    /* comes after its successor */
	HELD = 50000,       /* comes after the 20 behind it */
	HELD_FOR = 20,
	LATE = 60000, /* comes 200 probes later: 1.56 s, beyond lost_after */
	LATE_BY = 200,
};

struct week {
	struct flows *flows;
	struct arrival arrival;
	struct probe probe;
	uint8_t payload[WIRE_HEADER_LENGTH];
	uint64_t base; /* seq of the first probe */
	uint64_t heard, random;
};

static void hear(struct week *week, uint64_t number, uint64_t now)
{
	int64_t left_ns = START_NS + (int64_t)number * PERIOD_NS;
	int64_t at_ns = START_NS + (int64_t)now * PERIOD_NS;
	uint64_t random = path_random(&week->random);

	week->probe.seq = week->base + number;
	week->probe.sent_ns = PATH_EPOCH_NS + left_ns;
	week->probe.follow_up_seq = number > 0 ? week->probe.seq - 1 : WIRE_NO_FOLLOW_UP;
	week->probe.follow_up_tx_ns = PATH_EPOCH_NS + left_ns - PERIOD_NS + 5000;
	wire_encode(week->payload, sizeof(week->payload), &week->probe);
	/* 100 us, 2 us of noise, and a clock that runs 1 ppm fast */
	week->arrival.mono_ns = at_ns + 100000 + (int64_t)(random % 1024) + (int64_t)(random >> 54);
	week->arrival.rx_ns = PATH_EPOCH_NS + week->arrival.mono_ns + at_ns / 1000000;
	(void)flows_add(week->flows, &week->arrival, week->payload, sizeof(week->payload));
	week->heard++;
}

/* What is heard when probe number is due; what was held comes just behind it. */
static void step(struct week *week, uint64_t number)
{
	uint64_t place = number % CYCLE;

	if (place != DROPPED && !(place >= BURST && place < BURST + BURST_LENGTH) &&
	    place != SWAPPED && place != HELD && place != LATE) {
		hear(week, number, number);
	}
	if (place == DUPLICATED) {
		hear(week, number, number);
	} else if (place == SWAPPED + 1) {
		hear(week, number - 1, number);
	} else if (place == HELD + HELD_FOR) {
		hear(week, number - HELD_FOR, number);
	} else if (place == LATE + LATE_BY) {
		hear(week, number - LATE_BY, number);
	}
	if (number % 128 == 0) {
		flows_tick(week->flows, week->arrival.mono_ns);
	}
}

static bool equals(const char *what, uint64_t got, uint64_t want)
{
	if (got != want) {
		printf("# %s: %" PRIu64 ", want %" PRIu64 "\n", what, got, want);
	}
	return got == want;
}

static bool compare(const struct flow_snapshot *got, uint64_t count, uint64_t base)
{
	uint64_t cycles = count / CYCLE;
	bool same = true;

	same &= equals("flow's lost", got->counts.lost, cycles * (1 + BURST_LENGTH + 1));
	same &= equals("unique", got->counts.unique, count - cycles * (1 + BURST_LENGTH + 1));
	same &= equals("duplicate", got->counts.duplicate, cycles);
	same &= equals("reordered", got->counts.reordered, 2 * cycles);
	same &= equals("late", got->counts.late, cycles);
	same &= equals("received", got->counts.received,
		       count - cycles * (1 + BURST_LENGTH + 1) + 2 * cycles);
	same &= equals("loss periods", got->loss_periods, 3 * cycles);
	same &= equals("longest loss period", got->longest_loss_period, BURST_LENGTH);
	same &= equals("extent", got->max_extent, HELD_FOR);
	same &= equals("depth", got->buffer_depth, HELD_FOR);
	same &= equals("first seq", got->first_seq, base);
	same &= equals("last seq", got->last_seq, base + count - 1);
	same &= equals("missed before the join", got->missed_before_join, base);
	same &= equals("sent", got->sent, count);
	same &= equals("outliers, jumps, rejected, splits",
		       got->outliers + got->jumps + got->rejected + got->splits, 0);
	same &= equals("delays", got->delay_count, got->counts.unique);
	/* undefined on both sides of each of the lost, and of the burst */
	same &= equals("IPDV", got->ipdv_count, count - 1 - cycles * (2 + BURST_LENGTH + 1 + 2));
	if (got->skew_ppb < 950 || got->skew_ppb > 1050) {
		printf("# skew: %" PRId64 " ppb, want 1000 +- 50\n", got->skew_ppb);
		same = false;
	}
	return same;
}

int main(int argc, char **argv)
{
	double days = argc > 1 ? strtod(argv[1], NULL) : DEFAULT_DAYS;
	/* whole cycles and a few more, so that every held one is home */
	uint64_t count = (uint64_t)(days * PROBES_A_DAY) / CYCLE * CYCLE;
	struct week week = {
		.base = (UINT64_C(1) << 32) - count / 2,
		.probe = {.kind = WIRE_PROBE, .run_id = 2, .ttl = 1, .period_ns = PERIOD_NS},
		.arrival = {.ttl = 1, .rx_stamp = STAMP_SOFTWARE},
	};
	struct flow_snapshot snapshot;
	struct timespec from, to;
	bool same;

	week.flows = flows_new(1, LOST_AFTER, START_NS);
	if (week.flows == NULL || count == 0) {
		return EXIT_FAILURE;
	}
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (uint64_t number = 0; number < count; number++) {
		step(&week, number);
	}
	week.probe.kind = WIRE_END;
	week.probe.seq = week.base + count;
	week.probe.follow_up_seq = WIRE_NO_FOLLOW_UP;
	wire_encode(week.payload, sizeof(week.payload), &week.probe);
	(void)flows_add(week.flows, &week.arrival, week.payload, sizeof(week.payload));
	flows_tick(week.flows, week.arrival.mono_ns + 2 * LOST_AFTER);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	flow_snapshot(flows_at(week.flows, 0), week.arrival.mono_ns + 2 * LOST_AFTER, &snapshot);
	same = compare(&snapshot, count, week.base);
	printf("1..1\n%s 1 - counts_of_a_simulated_week_are_exact # %.1f days, %" PRIu64
	       " probes, %.2f s of CPU\n",
	       same ? "ok" : "not ok", days, count,
	       (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec));
	flows_free(week.flows);
	return same ? EXIT_SUCCESS : EXIT_FAILURE;
}
