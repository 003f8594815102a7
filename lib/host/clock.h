/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's clocks: read, slept on, asked whether they can be trusted. */
#ifndef PTPROBE_CLOCK_H
#define PTPROBE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* CLOCK_MONOTONIC and CLOCK_REALTIME, ns. */
int64_t clock_mono_ns(void);
int64_t clock_real_ns(void);

/*
 * CLOCK_REALTIME - CLOCK_MONOTONIC at *ret_mono_ns. A process that was put aside between the two
 * reads would see a step that never was: they are repeated until they lie close together.
 */
int64_t clock_offset_ns(int64_t *ret_mono_ns);

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

/* Does clock_wait_until spin at the end? A real-time task's doesn't. */
bool clock_spins(void);

/* How much of the CPU a real-time task takes. All zero at the start. */
struct clock_breath {
	int64_t from_ns;     /* CLOCK_MONOTONIC, of the window that is measured */
	int64_t cpu_from_ns; /* CLOCK_THREAD_CPUTIME_ID then */
};

/*
 * To be called often by a loop that may never sleep. The kernel stops a real-time task that takes
 * more than 95 % of its CPU for 50 ms of each second (sched_rt_runtime_us): here it is put to sleep
 * for 60 us instead, whenever it took more than 94 % of a ms. An ordinary task isn't.
 */
void clock_breathe(struct clock_breath *breath);

#endif
