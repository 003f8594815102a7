/* SPDX-License-Identifier: BSD-2-Clause */
/* Products of 64 by 64 bits, divided: without the 128-bit type that 32-bit machines lack. */
#ifndef PTPROBE_WIDE_H
#define PTPROBE_WIDE_H

#include <stdint.h>

/* floor((a * b + c) / d), exact; UINT64_MAX when it is more than that. d > 0. */
uint64_t wide_scale(uint64_t a, uint64_t b, uint64_t c, uint64_t d);

#endif
