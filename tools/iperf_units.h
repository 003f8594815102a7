/* SPDX-License-Identifier: BSD-2-Clause */
/* Amounts as iperf3 writes them: 940M is bits a second by thousands, 128K bytes by 1,024s. */
#ifndef PTPROBE_IPERF_UNITS_H
#define PTPROBE_IPERF_UNITS_H

#include <stdint.h>

/*
 * "100M", "1.5G", "940Mbps", "0": bits a second, up to 10^12; *ret_bps. 0, or -EINVAL for what is
 * no such thing.
 */
int iperf_units_rate(const char *text, double *ret_bps);

/* "1400", "128K", "4M"; up to 2^40. 0 or -EINVAL. */
int iperf_units_bytes(const char *text, uint64_t *ret_bytes);

#endif
