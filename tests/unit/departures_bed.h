/* SPDX-License-Identifier: BSD-2-Clause */
/* A run of 1,000 probes a second, for the tests of what is known of its departures. */
#ifndef PTPROBE_DEPARTURES_BED_H
#define PTPROBE_DEPARTURES_BED_H

#include <stdbool.h>
#include <stdint.h>

#include "departures.h"

#define DEPARTURES_T0 INT64_C(1700000000000000000)

/* So long after every slot that no stamp of the card is waited for. */
#define DEPARTURES_MUCH_LATER INT64_MAX

/* *state is a struct departures of one group. */
#define DEPARTURES_TEST(name) \
	cmocka_unit_test_setup_teardown(name, departures_bed_start, departures_bed_end)

int departures_bed_start(void **state);
int departures_bed_end(void **state);

/* Probe seq departs in its slot of 1 ms. */
void departures_bed_add(struct departures *departures, uint64_t seq);

/* Departure id, since the start or a restart, is stamped so long after DEPARTURES_T0. */
void departures_bed_stamp(struct departures *departures, uint32_t id, enum departures_stamp kind,
			  int64_t offset_ns);

/* Fails unless the follow-up is of that probe, with the kernel's stamp; or unless there is none. */
void departures_bed_reports(struct departures *departures, uint64_t expected_seq,
			    int64_t expected_offset_ns);
void departures_bed_reports_none(struct departures *departures);

/* Fails unless the follow-up of seq at mono_ns is on the card's stamp, or on the kernel's. */
void departures_bed_reports_at(struct departures *departures, int64_t mono_ns,
			       uint64_t expected_seq, int64_t expected_offset_ns, bool hardware);

/* Fails unless there is no follow-up at mono_ns. */
void departures_bed_holds_back(struct departures *departures, int64_t mono_ns);

#endif
