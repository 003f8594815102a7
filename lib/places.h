/* SPDX-License-Identifier: BSD-2-Clause */
/* The places where a probe can be lost, by the names that scripts rely on. */
#ifndef PTPROBE_PLACES_H
#define PTPROBE_PLACES_H

#include <stdbool.h>

enum place {
	/* in the order of the path */
	PLACE_SENDER_APP,
	PLACE_SENDER_FIREWALL,
	PLACE_SENDER_NEIGHBOUR,
	PLACE_SENDER_QDISC,
	PLACE_SENDER_DRIVER,
	PLACE_SENDER_NIC,
	PLACE_NETWORK,
	PLACE_LAST_HOP_WIRE,
	PLACE_RECEIVER_NIC,
	PLACE_RECEIVER_BACKLOG,
	PLACE_RECEIVER_XDP,
	PLACE_RECEIVER_INGRESS,
	PLACE_RECEIVER_RPFILTER,
	PLACE_RECEIVER_FIREWALL,
	PLACE_RECEIVER_MEMBERSHIP,
	PLACE_RECEIVER_CHECKSUM,
	PLACE_RECEIVER_REASSEMBLY,
	PLACE_RECEIVER_SOCKET,
	/* and these */
	PLACE_UNDETERMINED,
	PLACE_DELIVERED,
};

enum { PLACES = PLACE_DELIVERED + 1 };

/* The rungs of the ladder that a probe goes down. A place belongs to the one that it keeps a probe
 * from. */
enum rung {
	RUNG_SENDER_APPLICATION,
	RUNG_SENDER_QDISC,
	RUNG_SENDER_NIC,
	RUNG_NETWORK,
	RUNG_RECEIVER_NIC,
	RUNG_RECEIVER_KERNEL,
	RUNG_RECEIVER_SOCKET,
	RUNG_RECEIVER_APPLICATION,
};

enum { RUNGS = RUNG_RECEIVER_APPLICATION + 1, PLACE_REMEDY = 240 };

/* "sender-qdisc". */
const char *place_name(enum place place);

/* What is meant by it, in a few words. */
const char *place_meaning(enum place place);

/* 0, or -EINVAL when no place has that name. */
int place_parse(const char *name, enum place *ret_place);

/* Is it in the sender's host? */
bool place_is_senders(enum place place);

/* undetermined and delivered: the last one. */
enum rung place_rung(enum place place);

/* For JSON, "sender-qdisc", and for people, "qdisc". */
const char *rung_name(enum rung rung);
const char *rung_text(enum rung rung);

/*
 * What to do when probes were lost there: a command where there is one. interface: that of the
 * host; one that is unknown, or is no name of one, is called IF. Returns text.
 */
char *place_remedy(enum place place, const char *interface, char text[static PLACE_REMEDY]);

#endif
