/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nic_restore.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ethtool.h"
#include "rights.h"

enum { FINISH_MS = 5000, OLD_DESCRIPTORS = 4096 };

/* The child's, in place of the standard ones. */
enum { CHILD_CONTROL, CHILD_DONE, CHILD_SOCKET, CHILD_DESCRIPTORS };

/* What others wait to see closed (a pipe's reader, the witness) must not stay open here. */
static void close_others(void)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, CHILD_DESCRIPTORS, ~0U, 0) == 0) {
		return;
	}
#endif
	for (int fd = CHILD_DESCRIPTORS; fd < OLD_DESCRIPTORS; fd++) {
		close(fd);
	}
}

static int set_back(unsigned int ifindex, const struct nic_stamp_setting *before,
		    const struct nic_stamp_setting *set)
{
	struct ifreq request = {.ifr_ifindex = (int)ifindex};
	struct nic_stamp_setting now, back = *before;
	int err;

	/* it may have been renamed, or be gone */
	if (ioctl(CHILD_SOCKET, SIOCGIFNAME, &request) < 0) {
		return errno == ENODEV ? 0 : -errno;
	}
	err = nic_stamp_read(CHILD_SOCKET, request.ifr_name, &now);
	if (err < 0) {
		return err;
	}
	if (nic_stamp_is_same(&now, before)) {
		return 0;
	}
	if (!nic_stamp_is_same(&now, set)) {
		return -EBUSY;
	}
	return nic_stamp_write(CHILD_SOCKET, request.ifr_name, &back);
}

static _Noreturn void child(unsigned int ifindex, const struct nic_stamp_setting *before,
			    const int ends[static CHILD_DESCRIPTORS])
{
	static const int ignored[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGPIPE,
				      SIGUSR1, SIGUSR2, SIGALRM, SIGTSTP, SIGTTOU};
	struct nic_stamp_setting set = *before;
	char text[RIGHTS_TEXT];
	int far[CHILD_DESCRIPTORS], err;
	ssize_t got;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++) {
		(void)signal(ignored[i], SIG_IGN);
	}
	/* out of the way first: see witness.c */
	for (int i = 0; i < CHILD_DESCRIPTORS; i++) {
		far[i] = fcntl(ends[i], F_DUPFD, CHILD_DESCRIPTORS);
	}
	for (int i = 0; i < CHILD_DESCRIPTORS; i++) {
		if (far[i] < 0 || dup2(far[i], i) < 0) {
			_exit(1);
		}
	}
	close_others();
	/* neither the group's nor the session's end is ours */
	(void)setsid();
	(void)chdir("/");
	(void)prctl(PR_SET_NAME, "ptprobe-restore", 0, 0, 0);
	(void)rights_drop(RIGHTS_NIC_STAMP, text);
	/* the latest counts; a pipe gives so few bytes in one piece */
	do {
		got = read(CHILD_CONTROL, &set, sizeof(set));
	} while (got > 0 || (got < 0 && errno == EINTR));
	err = set_back(ifindex, before, &set);
	if (write(CHILD_DONE, &err, sizeof(err)) < 0) {
		/* nobody waits for it */
	}
	_exit(0);
}

int nic_restore_start(struct nic_restore *restore, unsigned int ifindex,
		      const struct nic_stamp_setting *before)
{
	int control[2] = {-1, -1}, done[2] = {-1, -1}, fd = ethtool_open(), err = 0;
	pid_t pid = -1;

	*restore = (struct nic_restore){-1, -1};
	if (fd < 0) {
		return fd;
	}
	if (pipe2(control, O_CLOEXEC) == 0 && pipe2(done, O_CLOEXEC) == 0) {
		pid = fork();
	}
	err = pid < 0 ? -errno : 0;
	if (pid == 0) {
		close(control[1]);
		close(done[0]);
		child(ifindex, before, (const int[]){control[0], done[1], fd});
	}
	if (err == 0) {
		*restore = (struct nic_restore){control[1], done[0]};
		control[1] = -1;
		done[0] = -1;
	}
	for (int i = 0; i < 2; i++) {
		if (control[i] >= 0) {
			close(control[i]);
		}
		if (done[i] >= 0) {
			close(done[i]);
		}
	}
	close(fd);
	return err;
}

void nic_restore_from(struct nic_restore *restore, const struct nic_stamp_setting *set)
{
	if (write(restore->control, set, sizeof(*set)) < 0) {
		/* it has ended: nic_restore_finish tells */
	}
}

int nic_restore_finish(struct nic_restore *restore)
{
	struct pollfd pollfd = {.fd = restore->done, .events = POLLIN};
	int err = -ECHILD;

	if (restore->control < 0) {
		return 0;
	}
	close(restore->control);
	if (poll(&pollfd, 1, FINISH_MS) <= 0) {
		err = -ETIMEDOUT;
	} else if (read(restore->done, &err, sizeof(err)) != sizeof(err)) {
		err = -ECHILD;
	}
	close(restore->done);
	*restore = (struct nic_restore){-1, -1};
	return err;
}
