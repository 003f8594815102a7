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

#define NS_PER_S INT64_C(1000000000)

int rx_stamp_enable(int fd)
{
	int flags = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;

	return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)) < 0 ? -errno : 0;
}

bool rx_stamp_read(const struct cmsghdr *control, struct arrival *arrival)
{
	struct scm_timestamping stamps;

	if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SO_TIMESTAMPING) {
		return false;
	}
	memcpy(&stamps, CMSG_DATA(control), sizeof(stamps));
	if (stamps.ts[0].tv_sec == 0) {
		return false;
	}
	arrival->rx_ns = (int64_t)stamps.ts[0].tv_sec * NS_PER_S + stamps.ts[0].tv_nsec;
	arrival->rx_stamp = STAMP_SOFTWARE;
	return true;
}
