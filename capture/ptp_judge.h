/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the PTP traffic on a path is as it has to be. */
#ifndef PTPROBE_PTP_JUDGE_H
#define PTPROBE_PTP_JUDGE_H

struct ptp_limits;
struct ptp_findings;
struct verdict;

/*
 * Any limit that is violated is a fail, as is a message that breaks the profile, timing beyond the
 * mask and another grandmaster; loss counts only beyond what the tap itself lost. Else
 * inconclusive, when no message came, the tap lost frames, a file is cut, the interface was down,
 * or what a limit asks for couldn't be measured, or in parts, or not of every master. Else pass. A
 * reason is one line; fails come first.
 */
void ptp_judge(const struct ptp_limits *limits, const struct ptp_findings *result,
	       struct verdict *ret_verdict);

#endif
