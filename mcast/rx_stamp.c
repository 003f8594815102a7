/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rx_stamp.h"

#include <errno.h>
#include <linux/net_tstamp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/errqueue.h> /* needs time.h before it */

#include "flow.h"
#include "stamping.h"

#define NS_PER_S INT64_C(1000000000)

/* The card's stamp is of use within so much of the kernel's, which is taken behind it. */
#define HARDWARE_EARLY_NS (NS_PER_S / 10)

int rx_stamp_enable(int fd, bool software, bool hardware)
{
	int flags = (software ? SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE : 0) |
		    (hardware ? SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE : 0);

	return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)) < 0 ? -errno : 0;
}

static int64_t to_ns(const struct timespec *time)
{
	return (int64_t)time->tv_sec * NS_PER_S + time->tv_nsec;
}

bool rx_stamp_read(const struct cmsghdr *control, struct stamping *stamping,
		   struct arrival *arrival, int64_t *kernel_ns)
{
	struct scm_timestamping stamps;
	int64_t software_ns, hardware_ns;

	if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SO_TIMESTAMPING) {
		return false;
	}
	memcpy(&stamps, CMSG_DATA(control), sizeof(stamps));
	software_ns = to_ns(&stamps.ts[0]);
	hardware_ns = to_ns(&stamps.ts[2]);
	if (software_ns != 0) {
		*kernel_ns = software_ns;
		arrival->rx_ns = software_ns;
		arrival->rx_stamp = STAMP_SOFTWARE;
	}
	if (hardware_ns != 0 && stamping != NULL &&
	    stamping_real_ns(stamping, hardware_ns, *kernel_ns - HARDWARE_EARLY_NS, *kernel_ns,
			     &arrival->rx_ns)) {
		if (software_ns != 0) {
			stamps_lag_add(&stamping->lag, software_ns - arrival->rx_ns);
		}
		arrival->rx_stamp = STAMP_HARDWARE;
		return true;
	}
	return software_ns != 0;
}
