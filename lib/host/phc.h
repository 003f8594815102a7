/* SPDX-License-Identifier: BSD-2-Clause */
/* A network card's own clock, /dev/ptpN, read together with the host's. */
#ifndef PTPROBE_PHC_H
#define PTPROBE_PHC_H

#include "phc_map.h"

/* How it is read, the best way first. */
enum phc_method {
	PHC_PRECISE,  /* PTP_SYS_OFFSET_PRECISE: by hardware, both at once */
	PHC_EXTENDED, /* PTP_SYS_OFFSET_EXTENDED: the host's just before and after the card's */
	PHC_BASIC,    /* PTP_SYS_OFFSET: before and after the whole call of the driver */
	PHC_METHODS,
};

struct phc {
	int fd; /* -1: none */
	int index;
	enum phc_method method;
};

/* Opens /dev/ptp<index>, and finds the way to read it. 0 or -errno. */
int phc_open(struct phc *phc, int index);
void phc_close(struct phc *phc);

/* The tightest of some readings; takes some us for each. Needs RIGHTS_PHC. 0 or -errno. */
int phc_sample(struct phc *phc, struct phc_sample *ret_sample);

/* "precise", "extended", "basic". */
const char *phc_method_text(enum phc_method method);

#endif
