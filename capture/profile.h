/* SPDX-License-Identifier: BSD-2-Clause */
/* PTP profiles: what a profile asks of messages, and which of it a message breaks. */
#ifndef PTPROBE_PROFILE_H
#define PTPROBE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ptp_message.h"

struct sighting;

enum {
	PROFILE_NAME = 64,
	PROFILE_ERROR = 200,
	PROFILE_ANY = -1000, /* a number that the profile leaves open */
};

/* What a message can break. Their names ("transport", ...) are what reports and files use. */
enum profile_rule {
	PROFILE_TRANSPORT,   /* Ethernet, UDP over IPv4 or IPv6 */
	PROFILE_DESTINATION, /* group, MAC address, or unicast where multicast is asked, or the
				reverse */
	PROFILE_DOMAIN,
	PROFILE_SDO_ID,
	PROFILE_TTL,
	PROFILE_DSCP,
	PROFILE_VLAN, /* tagged though untagged is asked, or the reverse */
	PROFILE_PCP,
	PROFILE_INTERVAL, /* logMessageInterval of that type */
	PROFILE_MESSAGE,  /* a type that the profile doesn't know: the other delay mechanism */
	PROFILE_STEPS,    /* one- or two-step where the other is asked */
	PROFILE_TLV,      /* one that is asked for is missing (802.1AS, 37.238) */
	PROFILE_RULES,
};

struct profile {
	char name[PROFILE_NAME];
	char title[PROFILE_NAME];   /* "ITU-T G.8275.1" */
	char source[PROFILE_ERROR]; /* where its values are from; says so when it's secondary */
	uint8_t transports;         /* bits 1 << enum transport; 0: any */
	int unicast;                /* 1 asked, 0 refused, PROFILE_ANY */
	int domain_min, domain_max, sdo_id, ttl, dscp, vlan,
		pcp; /* PROFILE_ANY; vlan 1: tagged, 0: not */
	/* by type; a single value when min = max. PROFILE_ANY: not judged */
	int16_t interval_min[PTP_TYPES], interval_max[PTP_TYPES];
	uint16_t types; /* bits 1 << enum ptp_type that may occur; 0: any */
	int two_step;   /* 1, 0, PROFILE_ANY */
	bool has_mac;
	uint8_t mac[6]; /* destination of all but peer delay in Ethernet */
			/* further members as the profiles need them */
};

/* The known profiles' names, in order; NULL beyond the last. */
const char *profile_name(size_t index);

/* The built-in profile of that name; NULL when there is none. */
const struct profile *profile_find(const char *name);

/*
 * Reads a profile's file, "key = value" a line, '#' begins a comment; it may begin with "base =
 * NAME". 0, or -EINVAL and error, one line with the number of the line and what to write instead.
 */
int profile_parse(const char *text, size_t length, struct profile *ret_profile,
		  char error[static PROFILE_ERROR]);

/* What sighting breaks: bits 1 << enum profile_rule. */
uint32_t profile_check(const struct profile *profile, const struct sighting *sighting);

/* "ttl is 64 where 1 is asked for", of one broken rule. Returns text. */
char *profile_text(const struct profile *profile, const struct sighting *sighting,
		   enum profile_rule rule, char text[static PROFILE_ERROR]);

/* "transport"; rule < PROFILE_RULES. */
const char *profile_rule_text(enum profile_rule rule);

#endif
