/* SPDX-License-Identifier: BSD-2-Clause */
#include "clock.h"

#include <errno.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/timex.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

static int64_t read_ns(clockid_t id)
{
	struct timespec now;

	(void)clock_gettime(id, &now); /* neither clock can fail on Linux */
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t clock_mono_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

int64_t clock_real_ns(void)
{
	return read_ns(CLOCK_REALTIME);
}

int64_t clock_offset_ns(int64_t *ret_mono_ns)
{
	const int64_t close_ns = 20000;
	int64_t before_ns, real_ns, after_ns;
	int tries = 0;

	do {
		before_ns = clock_mono_ns();
		real_ns = clock_real_ns();
		after_ns = clock_mono_ns();
	} while (after_ns - before_ns > close_ns && ++tries < 100);
	*ret_mono_ns = after_ns;
	return real_ns - after_ns;
}

bool clock_is_synchronised(void)
{
	struct timex timex = {0}; /* modes 0: read only */

	return adjtimex(&timex) != TIME_ERROR && (timex.status & STA_UNSYNC) == 0;
}

void clock_sharpen(void)
{
	(void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

static bool is_realtime_task(void)
{
	static int known = -1;

	if (known < 0) {
		int policy = sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;

		known = policy == SCHED_FIFO || policy == SCHED_RR;
	}
	return known == 1;
}

bool clock_spins(void)
{
	return !is_realtime_task();
}

int clock_wait_until(int64_t mono_ns)
{
	int64_t sleep_until_ns = is_realtime_task() ? mono_ns : mono_ns - CLOCK_SPIN_NS;

	if (clock_mono_ns() < sleep_until_ns) {
		struct timespec until = {
			.tv_sec = sleep_until_ns / NS_PER_S,
			.tv_nsec = sleep_until_ns % NS_PER_S,
		};

		if (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0) {
			return -EINTR;
		}
	}
	while (clock_mono_ns() < mono_ns) {
		/* the clock's own read is the pause */
	}
	return 0;
}

void clock_breathe(struct clock_breath *breath)
{
	const int64_t window_ns = 1000000, share_percent = 94;
	int64_t mono_ns;

	if (!is_realtime_task()) {
		return;
	}
	mono_ns = clock_mono_ns();
	if (mono_ns - breath->from_ns < window_ns) {
		return;
	}
	if (breath->from_ns > 0) {
		int64_t used_ns = read_ns(CLOCK_THREAD_CPUTIME_ID) - breath->cpu_from_ns;

		(void)clock_wait_until(breath->from_ns + used_ns * 100 / share_percent);
	}
	breath->from_ns = clock_mono_ns();
	breath->cpu_from_ns = read_ns(CLOCK_THREAD_CPUTIME_ID);
}
