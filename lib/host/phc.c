/* SPDX-License-Identifier: BSD-2-Clause */
#include "phc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"

enum { READINGS = 5 };

#define NS_PER_S     INT64_C(1000000000)
#define S_MAX        (INT64_C(1) << 33) /* the year 2242: what is later would not fit ns */
#define UNCERTAIN_NS NS_PER_S

static bool take(const struct ptp_clock_time *time, int64_t *ret_ns)
{
	if (time->sec < 0 || time->sec > S_MAX || time->nsec >= NS_PER_S) {
		return false;
	}
	*ret_ns = time->sec * NS_PER_S + time->nsec;
	return true;
}

/* Keeps the reading of the card between two of the host when it is tighter than *best. */
static void tighten(const struct ptp_clock_time *before, const struct ptp_clock_time *card,
		    const struct ptp_clock_time *after, struct phc_sample *best)
{
	int64_t before_ns, card_ns, after_ns;

	if (!take(before, &before_ns) || !take(card, &card_ns) || !take(after, &after_ns) ||
	    after_ns < before_ns || (after_ns - before_ns + 1) / 2 >= best->uncertain_ns) {
		return;
	}
	best->phc_ns = card_ns;
	best->real_ns = before_ns + (after_ns - before_ns) / 2;
	best->uncertain_ns = (after_ns - before_ns + 1) / 2;
}

static int read_precise(int fd, struct phc_sample *best)
{
	struct ptp_sys_offset_precise offset = {0};

	if (ioctl(fd, PTP_SYS_OFFSET_PRECISE, &offset) < 0) {
		return -errno;
	}
	tighten(&offset.sys_realtime, &offset.device, &offset.sys_realtime, best);
	return 0;
}

static int read_extended(int fd, struct phc_sample *best)
{
	struct ptp_sys_offset_extended offset = {.n_samples = READINGS};

	if (ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &offset) < 0) {
		return -errno;
	}
	for (int i = 0; i < READINGS; i++) {
		tighten(&offset.ts[i][0], &offset.ts[i][1], &offset.ts[i][2], best);
	}
	return 0;
}

static int read_basic(int fd, struct phc_sample *best)
{
	struct ptp_sys_offset offset = {.n_samples = READINGS};

	if (ioctl(fd, PTP_SYS_OFFSET, &offset) < 0) {
		return -errno;
	}
	for (int i = 0; i < READINGS; i++) {
		tighten(&offset.ts[2 * i], &offset.ts[2 * i + 1], &offset.ts[2 * i + 2], best);
	}
	return 0;
}

int phc_sample(struct phc *phc, struct phc_sample *ret_sample)
{
	static int (*const reader[PHC_METHODS])(int fd, struct phc_sample *best) = {
		[PHC_PRECISE] = read_precise,
		[PHC_EXTENDED] = read_extended,
		[PHC_BASIC] = read_basic,
	};
	struct phc_sample sample = {.uncertain_ns = UNCERTAIN_NS};
	int64_t mono_ns;
	int err = reader[phc->method](phc->fd, &sample);

	if (err < 0) {
		return err;
	}
	if (sample.uncertain_ns == UNCERTAIN_NS) {
		return -ERANGE; /* the host's clock was set meanwhile, or times are beyond all sense
				 */
	}
	sample.mono_ns = sample.real_ns - clock_offset_ns(&mono_ns);
	*ret_sample = sample;
	return 0;
}

int phc_open(struct phc *phc, int index)
{
	char path[32];
	int err = -EOPNOTSUPP;

	snprintf(path, sizeof(path), "/dev/ptp%d", index);
	*phc = (struct phc){.fd = open(path, O_RDONLY | O_CLOEXEC), .index = index};
	if (phc->fd < 0) {
		return -errno;
	}
	for (phc->method = PHC_PRECISE; phc->method < PHC_METHODS; phc->method++) {
		struct phc_sample sample;

		err = phc_sample(phc, &sample);
		if (err == 0 || err == -ERANGE) {
			return 0;
		}
	}
	phc_close(phc);
	return err;
}

void phc_close(struct phc *phc)
{
	if (phc->fd >= 0) {
		close(phc->fd);
		phc->fd = -1;
	}
}

const char *phc_method_text(enum phc_method method)
{
	static const char *const text[PHC_METHODS] = {
		[PHC_PRECISE] = "precise",
		[PHC_EXTENDED] = "extended",
		[PHC_BASIC] = "basic",
	};

	return text[method];
}
