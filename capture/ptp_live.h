/* SPDX-License-Identifier: BSD-2-Clause */
/* The run at an interface. */
#ifndef PTPROBE_PTP_LIVE_H
#define PTPROBE_PTP_LIVE_H

struct ptp_run;
struct report_tap;

enum { PTP_LIVE_ERROR = 512 };

/* Opens the tap and joins PTP's groups. 0, or -errno and error, one line. */
int ptp_live_open(struct ptp_run *run, char error[static PTP_LIVE_ERROR]);
void ptp_live_close(struct ptp_run *run);

/* Says, unless quiet, that messages are taken from now on. */
void ptp_live_say(const struct ptp_run *run);

void ptp_live_run(struct ptp_run *run);

/* The tap's books. */
void ptp_live_fill(struct ptp_run *run, struct report_tap *tap);

#endif
