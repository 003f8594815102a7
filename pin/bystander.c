/* SPDX-License-Identifier: BSD-2-Clause */
#include "bystander.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Not to be taken for the wrapper: 'pkill ptprobe-pin', with -f or without, means the wrapper
 * alone. */
static void take_another_name(void)
{
	prctl(PR_SET_NAME, "bystander");
	memset(program_invocation_name, ' ', strlen(program_invocation_name));
}

static void stand_by(const sigset_t *signals, int fd, pid_t parent)
{
	int number;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) {
		_exit(0);
	}
	take_another_name();
	/* nobody shall wait for the end of a pipe on its account */
	for (int i = 0; i <= STDERR_FILENO; i++) {
		close(i);
	}
	for (;;) {
		number = sigwaitinfo(signals, NULL);
		if (number > 0) {
			uint8_t byte = (uint8_t)number;

			(void)!write(fd, &byte, 1);
		}
	}
}

int bystander_start(const sigset_t *signals, struct bystander *ret_bystander)
{
	pid_t parent = getpid(), pid;
	int fd[2], result;

	if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) < 0) {
		return -errno;
	}
	pid = fork();
	if (pid == 0) {
		stand_by(signals, fd[1], parent);
	}
	result = pid < 0 ? -errno : 0;
	close(fd[1]);
	if (result < 0) {
		close(fd[0]);
		return result;
	}
	*ret_bystander = (struct bystander){.pid = pid, .fd = fd[0]};
	return 0;
}

bool bystander_next(struct bystander *bystander, int *ret_number)
{
	uint8_t byte;
	ssize_t length = read(bystander->fd, &byte, 1);

	if (length == 0) { /* somebody killed it */
		close(bystander->fd);
		bystander->fd = -1;
	}
	if (length != 1) {
		return false;
	}
	*ret_number = byte;
	return true;
}

void bystander_stop(struct bystander *bystander)
{
	if (bystander->pid == 0) {
		return;
	}
	kill(bystander->pid, SIGKILL);
	while (waitpid(bystander->pid, NULL, 0) < 0 && errno == EINTR) {
	}
	if (bystander->fd >= 0) {
		close(bystander->fd);
	}
	*bystander = (struct bystander){.fd = -1};
}
