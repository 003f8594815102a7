/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the report out of a file: a JSON object, or the last one of a JSON stream. */
#ifndef PTPROBE_JSON_SOURCE_H
#define PTPROBE_JSON_SOURCE_H

#include <jansson.h>
#include <stdio.h>

enum { JSON_SOURCE_ERROR = 160 };

/*
 * *ret_report is a new reference. Of a stream it is the last object that is no interval. 0;
 * -EBADMSG for what is no JSON, -E2BIG for an object that is more than json_budget.h allows (a
 * stream may have any number of them), or another -errno of reading; then error says what is wrong,
 * without the file's name.
 */
int json_source_read(FILE *file, json_t **ret_report, char error[static JSON_SOURCE_ERROR]);

#endif
