/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the judgement have in common; for tools/link_*.c alone. */
#ifndef PTPROBE_LINK_PARTS_H
#define PTPROBE_LINK_PARTS_H

#include "link_judge.h"

/* A verdict that is being made: fails and what is unknown, apart. */
struct link_findings {
	struct verdict fails, unknowns;
};

/* What is to be said of the load. */
void link_judge_load(const struct link_limits *limits, const struct link_result *result,
		     struct link_findings *findings);

/* By how much the receiving end's host lost datagrams for want of socket buffer (udp.RcvbufErrors,
 * udp6's too), in that direction; 0 also when it isn't known. */
uint64_t link_host_losses(const struct link_result *result, bool is_forward);

/* Times that the carrier changed, at the ends that are known. */
uint64_t link_carrier_changes(const struct link_result *result);

/* Is a direction loaded? */
bool link_is_loaded(const struct load *load, bool is_forward);

/* What arrived, in bit/s; negative: not known. */
double link_received_bps(const struct load *load, bool is_forward);

#endif
