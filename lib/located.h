/* SPDX-License-Identifier: BSD-2-Clause */
/* Where probes were lost, as far as one host's own report and the witness beside it can tell. */
#ifndef PTPROBE_LOCATED_H
#define PTPROBE_LOCATED_H

#include <jansson.h>

#include "vantage.h"
#include "verdict.h"

struct locate_result;
struct report;

struct located {
	struct vantages vantages;
	struct locate_result *result; /* NULL: not located */
	struct verdict verdict;       /* of nothing but whether all is located */
};

/*
 * Joins a sender's or a receiver's own report, as JSON with its member "witness", whose reference
 * is stolen; NULL: there was no memory. Sets report->located to located, for located_release, or
 * notes in report why not. On memory of zeroes.
 */
void located_join(struct located *located, struct report *report, json_t *own);
void located_release(struct located *located);

#endif
