/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Joins what several vantages saw of a run into one fate for each of its probes: where each was
 * lost. Seqs are joined, never clocks.
 */
#ifndef PTPROBE_LOCATE_H
#define PTPROBE_LOCATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "places.h"
#include "run_id.h"
#include "seqset.h"
#include "vantage.h"

struct verdict;

enum {
	LOCATE_EVIDENCE = 6,
	LOCATE_EVIDENCE_TEXT = 240,
	LOCATE_LACKS = 32, /* lines on what evidence was missing */
	LOCATE_LIMITS = 32,
	LOCATE_BRANCHES = VANTAGES_MAX,
	LOCATE_EVERY_BRANCH = -1,
};

enum locate_confidence {
	LOCATE_LOW,
	LOCATE_MEDIUM,
	LOCATE_HIGH,
	LOCATE_CERTAIN,
};

/* Parts of the path that a probe of unknown fate may have been lost in. */
enum locate_segment {
	LOCATE_SENDER = 1, /* up to the sender's tap or the departure stamp */
	LOCATE_PATH = 2,   /* up to the receiver's tap */
	LOCATE_HOST = 4,   /* up to the application */
};

/* Probes of one run that share a fate. */
struct locate_row {
	size_t run;
	int branch; /* LOCATE_EVERY_BRANCH: a row of each of them */
	enum place place;
	unsigned int segments; /* of undetermined: where they may have been lost */
	uint64_t count;
	bool listed;   /* seqs are known at all */
	bool complete; /* and all of them */
	struct seqset seqs;
	enum locate_confidence confidence;
	size_t evidence;
	char evidence_text[LOCATE_EVIDENCE][LOCATE_EVIDENCE_TEXT];
	char remedy[PLACE_REMEDY]; /* empty: none */
};

/* A receiver, with the tap beside it; or, nameless, what lies beyond the sender when no receiver's
 * side is known. */
struct locate_branch {
	char name[VANTAGE_TEXT];              /* empty: nameless */
	const struct vantage *receiver, *tap; /* NULL: there is none */
};

/* Of one branch. */
struct locate_counts {
	bool member; /* false: this branch has no part in the run, all else is 0 */
	uint64_t delivered, lost, undetermined; /* their sum: the run's seqs */
	struct {
		bool known;
		uint64_t passed;
		uint64_t lost;
	} rung[RUNGS];
};

struct locate_run {
	struct vantage_key key;
	struct seqset seqs; /* all that the sender is known to have used */
	uint64_t count;
	bool end_known;               /* the sender's report, or its END, tells how many it sent */
	struct locate_counts *branch; /* as many as the result has */
};

/* Everything the printers print from. Points into the vantages. */
struct locate_result {
	const struct vantages *vantages;
	size_t branches;
	struct locate_branch *branch;
	size_t runs;
	struct locate_run *run;
	size_t rows, row_room;
	struct locate_row *row; /* by run, place, branch */
	size_t lacks;
	char lack[LOCATE_LACKS][LOCATE_EVIDENCE_TEXT];
};

struct locate_options {
	struct run_id run; /* these runs alone; all zero: any */
};

/*
 * vantages must have passed vantages_settle, and stay. Books: of each run and branch every seq has
 * one fate, which is asserted. 0 and *ret_result, for locate_free; -ENOMEM or -ENOSPC.
 */
int locate_join(const struct vantages *vantages, const struct locate_options *options,
		struct locate_result **ret_result);
void locate_free(struct locate_result *result);

struct locate_limits {
	bool has_expect;
	enum place expect; /* some were lost, and all of them there */
	size_t count;
	struct {
		enum place place;
		uint64_t most;
	} limit[LOCATE_LIMITS];
};

/*
 * Adds "PLACE=N" to limits (struct locate_limits). 0, or -EINVAL and *ret_error says why: for an
 * option table.
 */
int locate_limits_add(const char *text, void *limits, const char **ret_error);
int locate_limits_expect(const char *text, void *limits, const char **ret_error);

/*
 * Fail: a limit is violated whatever became of the undetermined ones. Else inconclusive: some are
 * undetermined and might violate one, or, without limits, are undetermined at all; a limit's place,
 * or without limits the application, lies beyond what was looked at; there is no run; nothing tells
 * how many the sender sent; an input of a receiver's side has no part in a run. Else pass.
 */
void locate_judge(const struct locate_result *result, const struct locate_limits *limits,
		  struct verdict *ret_verdict);

/* "certain", "high", "medium", "low". */
const char *locate_confidence_text(enum locate_confidence confidence);

/* The members inputs, runs and places of a report, put into object; see put.h. */
int locate_put(json_t *object, const struct locate_result *result);

/* The same as an object of its own, with the verdict: a tool's member "located". NULL: no memory.
 */
json_t *locate_json(const struct locate_result *result, const struct verdict *verdict);

/* For people: the table, the ranges, the ladder, remedies, and what evidence was missing. */
void locate_text(const struct locate_result *result, FILE *out);

#endif
