/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nic_restore.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "ethtool.h"
#include "rights.h"

enum { FINISH_MS = 5000, OLD_DESCRIPTORS = 4096 };

/* The child's, in place of the standard ones. */
enum { CHILD_CONTROL, CHILD_DONE, CHILD_SOCKET, CHILD_CLAIM, CHILD_LOCK, CHILD_DESCRIPTORS };

/* The names that the children of one card hold: of either half of its setting, and while one sets
 * it back. */
enum name { NAME_TX, NAME_RX, NAME_LOCK };

enum { LOCK_TRIES = 100, LOCK_MS = 10 };

/* In no file system, and of one network namespace as the card is. */
static socklen_t name_of(unsigned int ifindex, enum name name, struct sockaddr_un *ret_address)
{
	static const char *const text[] = {"tx", "rx", "lock"};
	int length;

	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	length = snprintf(ret_address->sun_path + 1, sizeof(ret_address->sun_path) - 1,
			  "ptprobe-hwtstamp-%u-%s", ifindex, text[name]);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
}

static bool take(int fd, unsigned int ifindex, enum name name)
{
	struct sockaddr_un address;
	socklen_t length = name_of(ifindex, name, &address);

	return bind(fd, (const struct sockaddr *)&address, length) == 0;
}

/* Does another of our programs hold it? */
static bool is_taken(int fd, unsigned int ifindex, enum name name)
{
	struct sockaddr_un address;
	socklen_t length = name_of(ifindex, name, &address);

	return sendto(fd, "", 0, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&address,
		      length) == 0 ||
	       errno == EAGAIN;
}

/* One at a time reads and writes; one that hangs is waited for no longer than that. */
static void lock(unsigned int ifindex)
{
	for (int i = 0; i < LOCK_TRIES && !take(CHILD_LOCK, ifindex, NAME_LOCK); i++) {
		(void)poll(NULL, 0, LOCK_MS);
	}
}

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

static int *half_of(struct nic_stamp_setting *setting, enum name name)
{
	return name == NAME_TX ? &setting->tx_type : &setting->rx_filter;
}

static int set_back(unsigned int ifindex, enum name ours, struct nic_stamp_setting *before,
		    struct nic_stamp_setting *set)
{
	struct ifreq request = {.ifr_ifindex = (int)ifindex};
	enum name others = ours == NAME_TX ? NAME_RX : NAME_TX;
	struct nic_stamp_setting now;
	int other, err;

	/* it may have been renamed, or be gone */
	if (ioctl(CHILD_SOCKET, SIOCGIFNAME, &request) < 0) {
		return errno == ENODEV ? 0 : -errno;
	}
	lock(ifindex);
	err = nic_stamp_read(CHILD_SOCKET, request.ifr_name, &now);
	if (err < 0) {
		return err;
	}
	if (*half_of(&now, ours) == *half_of(before, ours)) {
		return 0;
	}
	if (*half_of(&now, ours) != *half_of(set, ours)) {
		return -EBUSY;
	}
	/* whoever has turned the other half on relies on ours as well, unless it's one of us */
	other = *half_of(&now, others);
	if (other != 0 && other != *half_of(before, others) && other != *half_of(set, others) &&
	    !is_taken(CHILD_CLAIM, ifindex, others)) {
		return -EBUSY;
	}
	*half_of(&now, ours) = *half_of(before, ours);
	return nic_stamp_write(CHILD_SOCKET, request.ifr_name, &now);
}

static _Noreturn void child(unsigned int ifindex, enum name ours, struct nic_stamp_setting *before,
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
	err = set_back(ifindex, ours, before, &set);
	if (write(CHILD_DONE, &err, sizeof(err)) < 0) {
		/* nobody waits for it */
	}
	_exit(0);
}

static void close_if_open(int fd)
{
	if (fd >= 0) {
		close(fd);
	}
}

int nic_restore_start(struct nic_restore *restore, unsigned int ifindex,
		      enum nic_stamp_probes probes, const struct nic_stamp_setting *before)
{
	int control[2] = {-1, -1}, done[2] = {-1, -1}, fd = ethtool_open(), err = 0;
	int claim = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int locked = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	enum name ours = probes == NIC_STAMP_DEPARTURES ? NAME_TX : NAME_RX;
	struct nic_stamp_setting kept = *before;
	pid_t pid = -1;

	*restore = (struct nic_restore){-1, -1};
	if (fd >= 0 && (claim < 0 || locked < 0)) {
		err = -errno;
		close(fd);
		fd = err;
	}
	if (fd < 0) {
		close_if_open(claim);
		close_if_open(locked);
		return fd;
	}
	/* where another of us holds it, that one sets it back */
	(void)take(claim, ifindex, ours);
	if (pipe2(control, O_CLOEXEC) == 0 && pipe2(done, O_CLOEXEC) == 0) {
		pid = fork();
	}
	err = pid < 0 ? -errno : 0;
	if (pid == 0) {
		close(control[1]);
		close(done[0]);
		child(ifindex, ours, &kept, (const int[]){control[0], done[1], fd, claim, locked});
	}
	if (err == 0) {
		*restore = (struct nic_restore){control[1], done[0]};
		control[1] = -1;
		done[0] = -1;
	}
	for (int i = 0; i < 2; i++) {
		close_if_open(control[i]);
		close_if_open(done[i]);
	}
	close(claim);
	close(locked);
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
