/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of ptp_judge.h's verdict that is of the masters' timing; for ptp_judge.c alone. */
#ifndef PTPROBE_PTP_JUDGE_TIMING_H
#define PTPROBE_PTP_JUDGE_TIMING_H

struct ptp_findings;
struct ptp_limit;
struct verdict;

/* A limit of the delay variation. */
void ptp_judge_pdv(const struct ptp_limit *limit, const struct ptp_findings *result,
		   struct verdict *fails, struct verdict *unknowns);

void ptp_judge_mask(const struct ptp_findings *result, struct verdict *fails,
		    struct verdict *unknowns);

/* What bounds the trust in the timing, where that is judged. */
void ptp_doubt_timing(const struct ptp_findings *result, struct verdict *unknowns);

#endif
