/* SPDX-License-Identifier: BSD-2-Clause */
/* The result of a link test in each of its forms, beside what every tool's report says. */
#ifndef PTPROBE_LINK_REPORT_H
#define PTPROBE_LINK_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "link_judge.h"

struct report;

/* What was seen at both ends and of the load; without head, notes and verdict (report.h). */
void link_text(const struct link_result *result, FILE *out);

/* What to do next about each class that moved, in order; nothing when none did. */
void link_advice_text(const struct link_result *result, FILE *out);

/*
 * Adds before, after, moved[], observable{}, far{} and load to the report's object. load: what
 * load_json says, or NULL; stolen. 0 or -1 (put.h).
 */
int link_put(json_t *object, const struct link_result *result, json_t *load);

/* The whole of these forms, with what report says. */
void link_prometheus(const struct report *report, const struct link_result *result, FILE *out);
void link_nagios(const struct report *report, const struct link_result *result, FILE *out);

#endif
