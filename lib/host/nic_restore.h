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
 * as well), or a crash. It keeps one socket and CAP_NET_ADMIN, and ignores the signals of a
 * terminal. To be called before the card is set, before rights_drop, and without threads. 0 or
 * -errno.
 */
int nic_restore_start(struct nic_restore *restore, unsigned int ifindex,
		      const struct nic_stamp_setting *before);

/* The card is now set to that: only from there is it set back, since another may have changed it.
 */
void nic_restore_from(struct nic_restore *restore, const struct nic_stamp_setting *set);

/*
 * Sets it back. Waits for that, 5 s at most. 0, or -errno: it couldn't be set back; -EBUSY: another
 * had changed it, and it was left as it is.
 */
int nic_restore_finish(struct nic_restore *restore);

#endif
