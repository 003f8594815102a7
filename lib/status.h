/* SPDX-License-Identifier: BSD-2-Clause */
/* Exit statuses, the same in every tool. */
#ifndef PTPROBE_STATUS_H
#define PTPROBE_STATUS_H

enum status {
	STATUS_PASS = 0,
	STATUS_FAIL = 1,         /* a limit was violated */
	STATUS_USAGE = 2,        /* wrong usage */
	STATUS_INCONCLUSIVE = 3, /* it couldn't be measured */
	STATUS_ENVIRONMENT = 4,  /* permission or environment */
	STATUS_OUTPUT = 5,       /* the output could not be written */
};

#endif
