/* SPDX-License-Identifier: BSD-2-Clause */
/* The listening before PTP-shaped probes: what it found, told, and whether they may be sent. */
#ifndef PTPROBE_LISTENING_H
#define PTPROBE_LISTENING_H

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "ptp_listen.h"
#include "status.h"

struct report;
struct send_options;

struct listening {
	struct ptp_listen listen;
	struct ptp_heard heard;
	int64_t duration_ns; /* so long it listened */
};

/* Opens what is needed to listen as options say, on zeroed memory; complains on standard error. */
enum status listening_open(struct listening *listening, const struct send_options *options);
void listening_close(struct listening *listening);

/*
 * Listens for the time of options, and closes. STATUS_PASS: probes may be sent. Else a line on
 * standard error says why not: STATUS_ENVIRONMENT, or STATUS_INCONCLUSIVE when *stop came first.
 */
enum status listening_run(struct listening *listening, const struct send_options *options,
			  const volatile sig_atomic_t *stop);

/* Appends what the reader should know of it. */
void listening_note(const struct listening *listening, const struct send_options *options,
		    struct report *report);

/* A new reference, NULL when memory is out. */
json_t *listening_json(const struct listening *listening);

#endif
