/* SPDX-License-Identifier: BSD-2-Clause */
/* What the PTP traffic on a path has to be like, to pass. */
#ifndef PTPROBE_PTP_LIMITS_H
#define PTPROBE_PTP_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "units.h"

enum ptp_metric {
	PTP_METRIC_LOSS,      /* of each port and type: lost, or share of those sent */
	PTP_METRIC_DUPLICATE, /* likewise; share of those that came */
	PTP_METRIC_REORDER,
	PTP_METRIC_FOLLOW_UP,  /* missing, or share of the two-step messages */
	PTP_METRIC_UNANSWERED, /* Delay_Reqs and Pdelay_Reqs, or their share */
	PTP_METRIC_CORRECTION, /* lasting changes of the correctionField, of each port and type */
	PTP_METRIC_RATE,       /* a minimum: share of what each port and type advertises */
	PTP_METRIC_PDV,      /* of each master's Syncs, duration at a quantile; 1 is the maximum */
	PTP_METRIC_EVENTS,   /* of a kind, over all ports */
	PTP_METRIC_MESSAGES, /* a minimum, over all ports */
};

enum { PTP_LIMITS_MAX = 48, PTP_EVENTS_ANY = -1 };

struct ptp_limit {
	enum ptp_metric metric;
	struct units_amount amount;
	int64_t duration_ns;
	double quantile; /* 0.5, 0.9, 0.99, 0.999 or 1 */
	int event;       /* enum health_event_kind, or PTP_EVENTS_ANY */
};

struct ptp_limits {
	size_t count;
	struct ptp_limit limit[PTP_LIMITS_MAX];
	bool has_grandmaster;
	uint64_t grandmaster; /* any other one fails */
};

/*
 * OPTION_CALL parsers: text to a struct ptp_limits: "5" or "0.1%"; "p99.9=50us"; "two_masters=0";
 * a number; a clock's identity.
 */
int ptp_limits_loss(const char *text, void *field, const char **ret_error);
int ptp_limits_duplicate(const char *text, void *field, const char **ret_error);
int ptp_limits_reorder(const char *text, void *field, const char **ret_error);
int ptp_limits_follow_up(const char *text, void *field, const char **ret_error);
int ptp_limits_unanswered(const char *text, void *field, const char **ret_error);
int ptp_limits_correction(const char *text, void *field, const char **ret_error);
int ptp_limits_rate(const char *text, void *field, const char **ret_error);
int ptp_limits_pdv(const char *text, void *field, const char **ret_error);
int ptp_limits_events(const char *text, void *field, const char **ret_error);
int ptp_limits_messages(const char *text, void *field, const char **ret_error);
int ptp_limits_grandmaster(const char *text, void *field, const char **ret_error);

#endif
