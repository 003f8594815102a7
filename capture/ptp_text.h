/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the text on PTP traffic; for capture/ptp_*text.c alone. */
#ifndef PTPROBE_PTP_TEXT_H
#define PTPROBE_PTP_TEXT_H

#include <stdio.h>

struct ptp_findings;

/* The timing of each master's Syncs, with the reason for what isn't known. */
void ptp_timing_text(const struct ptp_findings *result, FILE *out);

#endif
