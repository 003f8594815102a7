/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps processors from sleeping: waking up from a deep idle state takes up to a millisecond. */
#ifndef PTPROBE_CSTATES_H
#define PTPROBE_CSTATES_H

#include <stddef.h>
#include <stdint.h>

struct cpulist;

enum { CSTATES_ERROR_TEXT = 320, CSTATES_SETTING = 24 };

/* All zero: nothing is held. */
struct cstates {
	int latency_fd; /* of /dev/cpu_dma_latency: the request lives as long as it is open; 0: none
			 */
	size_t count;
	struct cstates_saved {
		uint32_t cpu;
		char setting[CSTATES_SETTING]; /* as it was */
	} * saved;
};

/*
 * Asks for no latency: for the whole machine by /dev/cpu_dma_latency, and for each of cpus by its
 * power/pm_qos_resume_latency_us, where "n/a" is no latency at all and 0 no request. 0; or -errno
 * and error, one line that names what is needed; nothing is held then.
 */
int cstates_hold(const struct cpulist *cpus, struct cstates *ret_cstates,
		 char error[static CSTATES_ERROR_TEXT]);

/* Puts everything back. When we are killed, the kernel does so for the machine, but not for the
 * single CPUs. */
void cstates_release(struct cstates *cstates);

#endif
