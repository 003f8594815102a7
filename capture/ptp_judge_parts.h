/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of ptp_judge share. */
#ifndef PTPROBE_PTP_JUDGE_PARTS_H
#define PTPROBE_PTP_JUDGE_PARTS_H

#include <stdio.h>

#include "ptp_message.h"
#include "verdict.h"

struct ptp_findings;
struct ptp_limit;

enum { WHERE = 64 };

struct grounds {
	struct verdict fails, unknowns;
};

/* "domain 0, 001122.fffe.334455-1". Returns text. */
static inline const char *where_of(uint8_t domain, const struct ptp_port_identity *port,
				   char text[static WHERE])
{
	char name[PTP_PORT_TEXT];

	snprintf(text, WHERE, "domain %u, %s", (unsigned int)domain, ptp_port_text(port, name));
	return text;
}

/* ptp_judge_streams.c: loss, duplicates, order, Follow_Ups and answers; lasting changes of the
 * correction; rates. */
void ptp_judge_streams(const struct ptp_limit *limit, const struct ptp_findings *result,
		       struct grounds *grounds);
void ptp_judge_corrections(const struct ptp_limit *limit, const struct ptp_findings *result,
			   struct grounds *grounds);
void ptp_judge_rates(const struct ptp_limit *limit, const struct ptp_findings *result,
		     struct grounds *grounds);

/* With a profile: the mean interval of each type is within 30 % of the advertised one (IEEE
 * 1588-2019, 9.5.8 and 9.5.9.2); of ten intervals at least, lost ones and pauses apart. */
void ptp_judge_paces(const struct ptp_findings *result, struct grounds *grounds);

#endif
