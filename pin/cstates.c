/* SPDX-License-Identifier: BSD-2-Clause */
#include "cstates.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpulist.h"
#include "text.h"

enum { PATH_TEXT = 96 };

static const char latency_path[] = "/dev/cpu_dma_latency";
static const char no_sleep[] = "n/a"; /* of a CPU; 0 is no restriction */

static char *setting_path(uint32_t cpu, char path[static PATH_TEXT])
{
	snprintf(path, PATH_TEXT,
		 "/sys/devices/system/cpu/cpu%" PRIu32 "/power/pm_qos_resume_latency_us", cpu);
	return path;
}

static int write_setting(const char *path, const char *setting)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), result = 0;

	if (fd < 0) {
		return -errno;
	}
	if (write(fd, setting, strlen(setting)) < 0) {
		result = -errno;
	}
	close(fd);
	return result;
}

static int read_setting(const char *path, char setting[static CSTATES_SETTING])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0) {
		return -errno;
	}
	length = read(fd, setting, CSTATES_SETTING - 1);
	length = length < 0 ? -errno : length;
	close(fd);
	if (length <= 0) {
		return length < 0 ? (int)length : -EINVAL;
	}
	setting[length] = '\0';
	return 0;
}

static int hold_machine(int *ret_fd)
{
	int32_t none = 0;
	int fd = open(latency_path, O_WRONLY | O_CLOEXEC), result;

	if (fd < 0) {
		return -errno;
	}
	if (write(fd, &none, sizeof(none)) != (ssize_t)sizeof(none)) {
		result = errno != 0 ? -errno : -EIO;
		close(fd);
		return result;
	}
	*ret_fd = fd;
	return 0;
}

/* Without the file (no runtime power management), what holds for the machine must do. */
static int hold_cpu(uint32_t cpu, struct cstates *cstates, char path[static PATH_TEXT])
{
	struct cstates_saved *saved = &cstates->saved[cstates->count];
	int result = read_setting(setting_path(cpu, path), saved->setting);

	/* what another ptprobe-pin holds isn't what was there before, and is its own to undo */
	if (result == 0 && strncmp(saved->setting, no_sleep, strlen(no_sleep)) != 0) {
		saved->cpu = cpu;
		result = write_setting(path, no_sleep);
		cstates->count += result == 0;
	}
	return result == -ENOENT ? 0 : result;
}

int cstates_hold(const struct cpulist *cpus, struct cstates *ret_cstates,
		 char error[static CSTATES_ERROR_TEXT])
{
	struct cstates cstates = {0};
	char path[PATH_TEXT], why[TEXT_ERROR];
	int result;

	snprintf(path, sizeof(path), "%s", latency_path);
	cstates.saved = calloc(cpulist_count(cpus) + 1, sizeof(*cstates.saved));
	result = cstates.saved == NULL ? -ENOMEM : hold_machine(&cstates.latency_fd);
	for (uint32_t cpu = 0; result == 0 && cpu < CPULIST_CPUS; cpu++) {
		if (cpulist_has(cpus, cpu)) {
			result = hold_cpu(cpu, &cstates, path);
		}
	}
	if (result < 0) {
		text_error(-result, why);
		snprintf(error, CSTATES_ERROR_TEXT, "--no-cstates: '%s': %s: %s", path, why,
			 result == -ENOENT ? "this kernel or container has none: boot with "
					     "processor.max_cstate=1, or leave it out"
					   : "it needs root and a writable /sys, or leave it out");
		cstates_release(&cstates);
		return result;
	}
	*ret_cstates = cstates;
	return 0;
}

void cstates_release(struct cstates *cstates)
{
	char path[PATH_TEXT];

	for (size_t i = 0; i < cstates->count; i++) {
		(void)write_setting(setting_path(cstates->saved[i].cpu, path),
				    cstates->saved[i].setting);
	}
	free(cstates->saved);
	if (cstates->latency_fd > 0) {
		close(cstates->latency_fd);
	}
	*cstates = (struct cstates){0};
}
