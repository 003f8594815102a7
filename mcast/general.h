/* SPDX-License-Identifier: BSD-2-Clause */
/* The general messages of a PTP-shaped run: Follow_Ups, on a socket of their own. */
#ifndef PTPROBE_GENERAL_H
#define PTPROBE_GENERAL_H

#include <stdbool.h>
#include <stdint.h>

#include "follow_ups.h"
#include "send_result.h"

struct departures;
struct probe;
struct sock_send;
struct sock_send_config;

struct general {
	/* settings */
	struct sock_send *sock; /* payloads of PTP_SHAPE_FOLLOW_UP_LENGTH */
	const struct departures *departures;
	uint8_t domain;
	/* results */
	struct send_general counts;
	/* state */
	struct follow_ups follow_ups;
	int64_t retry_ns;   /* not before, after a refusal for want of room; 0: at once */
	int64_t refused_ns; /* since when the first in line is refused; 0: it isn't */
};

/*
 * Opens a socket like that of the Syncs, to the other port. departures is left open. 0, or -errno
 * with one line in error, which holds SOCK_SEND_ERROR_TEXT.
 */
int general_new(const struct sock_send_config *syncs, uint8_t domain, struct general **ret_general,
		char *error);
void general_free(struct general *general);

/*
 * Sends the first Follow_Up in line if it may go at mono_ns, or counts it failed once it has been
 * refused for good. like: its native header but for the members of its seq and time. False: none
 * could go, or there is no room for it now.
 */
bool general_send(struct general *general, const struct probe *like, int64_t mono_ns,
		  struct send_errors *errors);

/* When general_send is worth a call again, if no stamp comes: INT64_MAX, none is in line. */
int64_t general_wake_ns(const struct general *general);

/* Counts failed what is in line, from the first on, but for the last so many: the network takes
 * none. */
void general_give_up(struct general *general, uint32_t keep);

#endif
