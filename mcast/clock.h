/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's clocks: read, slept on, asked whether they can be trusted. */
#ifndef PTPROBE_CLOCK_H
#define PTPROBE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* CLOCK_MONOTONIC and CLOCK_REALTIME, ns. */
int64_t clock_mono_ns(void);
int64_t clock_real_ns(void);

/* True when the kernel says that a time daemon disciplines CLOCK_REALTIME. */
bool clock_is_synchronised(void);

/* Lets this process' timers fire as exactly as the hardware can, not 50 us later
 * (PR_SET_TIMERSLACK). */
void clock_sharpen(void);

/*
 * Sleeps until CLOCK_SPIN_NS before mono_ns and spins from there: a wake-up is several us late and
 * spins are not. Under SCHED_FIFO it only sleeps, since the kernel stalls a real-time task that
 * never does. A signal ends the sleep early: 0, or -EINTR.
 */
enum { CLOCK_SPIN_NS = 50000 };
int clock_wait_until(int64_t mono_ns);

#endif
