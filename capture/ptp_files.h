/* SPDX-License-Identifier: BSD-2-Clause */
/* The run through capture files. */
#ifndef PTPROBE_PTP_FILES_H
#define PTPROBE_PTP_FILES_H

struct ptp_run;

/* Through all of them, which are open. Returns an exit status. */
int ptp_files_run(struct ptp_run *run);

#endif
