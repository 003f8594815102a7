/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How much memory the JSON of a stranger may take. jansson makes up to a hundred bytes of each that
 * it reads, so that a cap on the length alone is none.
 */
#ifndef PTPROBE_JSON_BUDGET_H
#define PTPROBE_JSON_BUDGET_H

#include <stdbool.h>

enum {
	JSON_BUDGET_TEXT_BYTES = 16 << 20, /* of one report */
	JSON_BUDGET_BYTES = 128 << 20,     /* of what is made of it */
};

/*
 * From json_budget_begin to json_budget_end jansson gets JSON_BUDGET_BYTES and no more: a load
 * fails beyond. What it got stays valid, and may be freed at any time. Of the whole process: no
 * other thread may use jansson in between. True: it asked for more.
 */
void json_budget_begin(void);
bool json_budget_end(void);

#endif
