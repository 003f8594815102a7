/* SPDX-License-Identifier: BSD-2-Clause */
/* How a run of the sender went: what was counted, and what follows from it. */
#ifndef PTPROBE_SEND_RESULT_H
#define PTPROBE_SEND_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "endpoint.h"
#include "ranges.h"

struct departures;
struct listening;
struct report;
struct send_options;
struct verdict;

enum { SEND_ERRORS = 16, SEND_REFUSALS = 4 };

/* Errors of the send call by errno. */
struct send_errors {
	uint32_t count;
	struct {
		int number;
		uint64_t times;
	} error[SEND_ERRORS];
};

/* The probes that the send call refused for good, by the errno it gave last. */
struct send_refusals {
	uint32_t count;
	struct send_refusal {
		int number;
		uint64_t refused;
		struct ranges seqs; /* of whatever group */
	} refusal[SEND_REFUSALS];
};

struct send_counts {
	uint64_t sent;   /* probes that the kernel took */
	uint64_t failed; /* probes that it refused for good: their seq is used, and lost to
			    receivers */
	uint64_t bytes;  /* of UDP payload sent */
	uint64_t late;   /* departures that missed their slot by more than half a period */
};

/* The Follow_Ups of a PTP-shaped run, ENDs not among them. */
struct send_general {
	uint64_t sent, failed; /* failed: refused for good, as with struct send_counts */
	uint64_t bytes;
	uint64_t without_stamp; /* of sent: the stamp of its Sync hadn't come in time */
	int64_t max_wait_ns;    /* from a Sync to its Follow_Up, at most */
};

struct send_result {
	const struct send_options *options;
	const struct departures *departures;
	const struct send_refusals *refusals;
	uint64_t run_id, seed;
	uint64_t stamp_every; /* stamps are asked for of each so many-th seq; 0: by time, or none */
	struct endpoint source;
	uint32_t mtu_bytes, fragments; /* see struct sock_send_facts */
	bool device_stamps;            /* its driver says so */
	struct send_counts counts;     /* of a PTP-shaped run: the Syncs'; bytes of both */
	struct send_general general;
	struct endpoint general_source;
	const struct listening *listening; /* NULL: not of a PTP-shaped run */
	struct send_errors errors;
	uint64_t missed; /* slots that the time was too short for; no seq was used */
	int64_t max_slip_ns;
	int64_t elapsed_ns;   /* first to last departure */
	int64_t scheduled_ns; /* the same on the schedule */
	uint64_t clock_steps;
	bool interrupted;
};

enum { SEND_ERROR_NAME = 24 };

/* Counts one error; the seventeenth kind is counted with the sixteenth. */
void send_errors_add(struct send_errors *errors, int number);

/* One probe more that was refused; seqs ascend. The fifth kind is counted with the fourth. */
void send_refusals_add(struct send_refusals *refusals, int number, uint64_t seq);

/* "ENOBUFS"; text holds SEND_ERROR_NAME for those without a name here. */
const char *send_error_name(int number, char text[static SEND_ERROR_NAME]);

/* Some devices never stamp departures; then a missing stamp says nothing. */
bool send_result_device_stamps(const struct send_result *result);

/* Probes that were lost inside the sender, as far as it knows. */
uint64_t send_result_drops(const struct send_result *result);

/* Stamped departures of those sent, 0..1. */
double send_result_stamp_share(const struct send_result *result);

/* Deviation of the whole run from its schedule; false when there is no schedule or no span. */
bool send_result_deviation_ppm(const struct send_result *result, double *ret_ppm);

/* Probes a second from the first departure to the last; 0 with fewer than two. */
double send_result_pps(const struct send_result *result);

/* Appends what the reader should know beside the numbers. */
void send_result_note(const struct send_result *result, struct report *report);

/* Pass, or inconclusive when the sender itself dropped or couldn't keep its rate. */
void send_result_judge(const struct send_result *result, struct verdict *ret_verdict);

#endif
