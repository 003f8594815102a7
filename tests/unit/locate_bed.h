/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the locator share: vantages made by hand, all of one run, and their join. */
#ifndef PTPROBE_LOCATE_BED_H
#define PTPROBE_LOCATE_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "locate.h"

enum { BED_SEQS = 1000 }; /* the sender uses 0..999 */

extern struct vantages bed;
extern struct locate_result *joined;

/* cmocka's set-up and tear-down. */
int bed_start(void **state);
int bed_end(void **state);

struct vantage_key bed_key(void);

/* It knows nothing of the run. */
void bed_forget(struct vantage *vantage);

/* Each of them is loss-free, saw or sent all there was, and has counters that say nothing. */
struct vantage *bed_sender(void);
struct vantage *bed_tap(const char *name); /* "sender": that side's */
struct vantage *bed_receiver(const char *name);

/* A sender that had every departure stamped. */
void bed_stamp(struct vantage *sender);

/* It didn't see first..last; it says nothing of first..last. */
void bed_miss(struct vantage *vantage, uint64_t first, uint64_t last);
void bed_hide(struct vantage *vantage, uint64_t first, uint64_t last);

/* The counter stood at 1000 and rose by rise; it went from before to after. */
void bed_rise(struct vantage *vantage, const char *name, uint64_t rise);
void bed_counter(struct vantage *vantage, const char *name, uint64_t before, uint64_t after);

/* None of its counters could be read. */
void bed_forget_counters(struct vantage *vantage);

/* Settles and joins what there is; again, when it was changed. */
void bed_join(void);

/* The only row at that place; NULL: none. */
const struct locate_row *bed_row(enum place place);

/* All that was lost or is undetermined lies at that place, and is first..last. Returns the row. */
const struct locate_row *assert_all_at(enum place place, uint64_t first, uint64_t last);

/* So many are there, and so many of the branch's are delivered. */
void assert_count(enum place place, uint64_t count);
void assert_delivered(int branch, uint64_t count);

/* One of the row's lines of evidence holds text. */
void assert_says(const struct locate_row *row, const char *text);

#endif
