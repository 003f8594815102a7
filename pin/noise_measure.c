/* SPDX-License-Identifier: BSD-2-Clause */
#include "noise_measure.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cpulist.h"
#include "launch.h"
#include "noise.h"
#include "partition.h"
#include "placement.h"

static int64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void spin(struct noise *noise, int64_t duration_ns)
{
	int64_t start_ns = now_ns(), last_ns = start_ns, next_ns;

	while (last_ns - start_ns < duration_ns) {
		next_ns = now_ns();
		noise_add(noise, next_ns - last_ns);
		last_ns = next_ns;
	}
	noise->duration_ns = last_ns - start_ns;
}

static void measure(struct noise *noise, int64_t duration_ns, const struct partition *partition)
{
	/* its pages are touched before the clock is */
	struct noise *own = calloc(1, sizeof(*own));
	struct cpulist cpus = {0};

	if (own == NULL) {
		noise->error = ENOMEM;
		return;
	}
	*own = *noise;
	cpulist_add(&cpus, noise->cpu);
	own->error = partition != NULL ? -partition_join(partition) : 0;
	if (own->error == 0) {
		own->error = -placement_bind(0, &cpus);
	}
	if (own->error == 0) {
		spin(own, 1000000); /* warm */
		*own = *noise;
		spin(own, duration_ns);
	}
	*noise = *own;
	free(own);
}

/* Waits for the next signal that is held, and takes it if it only tells of a child. */
static void wait_for_signal(const struct launch *launch)
{
	struct pollfd fd = {.fd = launch->signal_fd, .events = POLLIN};
	const struct timespec now = {0};
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	(void)poll(&fd, 1, 100); /* others, which wait for the command, keep it readable */
	(void)sigtimedwait(&child, NULL, &now);
}

static int wait_for_all(pid_t pid[], size_t count, const struct launch *launch)
{
	bool told = false;

	for (size_t i = 0; i < count; i++) {
		while (pid[i] > 0 && waitpid(pid[i], NULL, WNOHANG) == 0) {
			told = told || launch_is_told_to_end();
			if (told) {
				kill(pid[i], SIGKILL);
				(void)waitpid(pid[i], NULL, 0);
				break;
			}
			wait_for_signal(launch);
		}
	}
	return told ? -EINTR : 0;
}

static pid_t start(struct noise *noise, int64_t duration_ns, const struct partition *partition)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent) {
			measure(noise, duration_ns, partition);
		}
		_exit(0);
	}
	noise->error = pid < 0 ? errno : noise->error;
	return pid;
}

int noise_measure(const uint32_t cpu[], size_t count, int64_t duration_ns,
		  const struct partition *partition, const struct launch *launch,
		  struct noise **ret_noise)
{
	struct noise *noise = mmap(NULL, count * sizeof(*noise), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t *pid = calloc(count, sizeof(*pid));
	int err;

	if (noise == MAP_FAILED || pid == NULL) {
		free(pid);
		noise_free(noise == MAP_FAILED ? NULL : noise, count);
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		noise[i].cpu = cpu[i];
		pid[i] = start(&noise[i], duration_ns, partition);
	}
	err = wait_for_all(pid, count, launch);
	free(pid);
	if (err < 0) {
		noise_free(noise, count);
		return err;
	}
	*ret_noise = noise;
	return 0;
}

void noise_free(struct noise *noise, size_t count)
{
	if (noise != NULL) {
		munmap(noise, count * sizeof(*noise));
	}
}
