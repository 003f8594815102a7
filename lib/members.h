/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes members out of a report that a stranger may have written, and names the one that is wrong.
 */
#ifndef PTPROBE_MEMBERS_H
#define PTPROBE_MEMBERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "seqset.h"

enum { MEMBERS_WHERE = 64, MEMBERS_ERROR = 300 };

/*
 * The first error stays; what is taken after it is 0, "" or NULL. So a whole object is asked for
 * its error once. All zero: no error yet, at the top of the report.
 */
struct members {
	int error;                 /* -EINVAL, -ENOMEM or -ENOSPC */
	char where[MEMBERS_WHERE]; /* "flows[2]."; empty at the top */
	char text[MEMBERS_ERROR];  /* what is wrong: "flows[2].received is no count" */
};

/* Says what is wrong with a member: "is no count"; or name says it all, and what is empty. The
 * first one counts. */
void members_fail(struct members *members, int error, const char *name, const char *what);

/* Moves to where, printf-like: "flows[%zu].". */
void members_at(struct members *members, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* An integer of 0 and more. _or: what it is when it isn't there, or null. */
uint64_t members_count(struct members *members, const json_t *object, const char *name);
uint64_t members_count_or(struct members *members, const json_t *object, const char *name,
			  uint64_t absent);

bool members_flag(struct members *members, const json_t *object, const char *name);

/* Text, "" when it isn't there or null and may be so. */
const char *members_text(struct members *members, const json_t *object, const char *name,
			 bool needed);

/* An object or an array; NULL when it isn't there or null and may be so. */
const json_t *members_object(struct members *members, const json_t *object, const char *name,
			     bool needed);
const json_t *members_array(struct members *members, const json_t *object, const char *name,
			    bool needed);

/* Adds [[first,last],...], ascending and apart, to set. */
void members_ranges(struct members *members, const json_t *object, const char *name,
		    struct seqset *set);

#endif
