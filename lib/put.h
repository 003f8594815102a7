/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts members into JSON objects; what a report's integers, ratios and texts look like. */
#ifndef PTPROBE_PUT_H
#define PTPROBE_PUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Each returns 0, or -1 when memory is out or object is NULL; it steals value. A builder ors the
 * results and hands its object to put_whole.
 */
int put(json_t *object, const char *name, json_t *value);

/* JSON's integers end at 2^63-1 in jansson as in most readers: larger counts, only forged, are
 * that. */
int put_count(json_t *object, const char *name, uint64_t count);
json_t *put_count_value(uint64_t count);

int put_ns(json_t *object, const char *name, int64_t ns);

/* ns, or null when it isn't known. */
int put_ns_if(json_t *object, const char *name, bool known, int64_t ns);

/* A real; null for what isn't finite. */
int put_ratio(json_t *object, const char *name, double ratio);

/* text of any bytes: each that is no UTF-8 becomes U+FFFD. NULL is null. */
int put_text(json_t *object, const char *name, const char *text);
json_t *put_text_value(const char *text);

/* object; NULL, and its reference dropped, when failed isn't 0. */
json_t *put_whole(json_t *object, int failed);

#endif
