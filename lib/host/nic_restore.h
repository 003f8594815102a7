/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets a network card's stamping back when this process ends, however it ends. */
#ifndef PTPROBE_NIC_RESTORE_H
#define PTPROBE_NIC_RESTORE_H

#include "nic_stamp.h"

struct nic_restore {
	int control, done; /* pipes; -1: nothing to set back */
};

/*
 * Forks the child that waits for the end of this process: by nic_restore_finish, a signal (SIGKILL
 * as well), or a crash. It keeps three sockets and CAP_NET_ADMIN, and ignores the signals of a
 * terminal. To be called before the card is set, before rights_drop, and without threads. 0 or
 * -errno.
 *
 * The probes tell which half of the setting is ours, that of departures or that of arrivals; the
 * other is never touched, so that a sender and a receiver may share a card and end in any order.
 */
int nic_restore_start(struct nic_restore *restore, unsigned int ifindex,
		      enum nic_stamp_probes probes, const struct nic_stamp_setting *before);

/*
 * The card is about to be set to that, or was: only from there is it set back, since another may
 * have changed it. To be told before it is set, and again what the driver made of it.
 */
void nic_restore_from(struct nic_restore *restore, const struct nic_stamp_setting *set);

/*
 * Sets it back. Waits for that, 5 s at most. 0, or -errno: it couldn't be set back; -EBUSY: another
 * program had changed it, and it was left as it is.
 */
int nic_restore_finish(struct nic_restore *restore);

#endif
