/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of strangers within the forms that other programs read. */
#ifndef PTPROBE_ESCAPE_H
#define PTPROBE_ESCAPE_H

#include <stdio.h>

/* The head of a family of metrics in Prometheus' text format 0.0.4. */
void escape_prometheus_family(const char *name, const char *type, const char *help, FILE *out);

/* name="value": UTF-8, with backslash, quote and line feed escaped. NULL is "". */
void escape_prometheus_label(const char *name, const char *value, FILE *out);

/* Nagios takes the first '|' for the start of the performance data, and one line for the message.
 */
void escape_nagios(const char *text, FILE *out);

/* A field of a CSV line (RFC 4180, section 2); NULL is empty. */
void escape_csv(const char *text, FILE *out);

/* ",name=value", a tag of InfluxDB's line protocol; nothing for NULL and "". */
void escape_influx_tag(const char *name, const char *value, FILE *out);

#endif
