/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <time.h>

#include "machine_sample.h"
#include "sysfs_parts.h"
#include "words.h"

#define SECOND_NS INT64_C(1000000000)

struct reading {
	struct machine *machine;
	struct machine_sample *sample;
};

static int take_interrupts(void *context, struct word line)
{
	const struct reading *reading = context;

	return machine_sample_interrupts(reading->sample, reading->machine, line);
}

static int take_load(void *context, struct word line)
{
	const struct reading *reading = context;

	machine_sample_load(reading->sample, line);
	return 0;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void sleep_until(int64_t ns)
{
	const struct timespec when = {.tv_sec = ns / SECOND_NS, .tv_nsec = ns % SECOND_NS};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR) {
	}
}

/* 0 or -ENOMEM. A missing .later file is no fault of a recording. */
static int read_sample(struct sysfs *sysfs, const char *interrupts, const char *load, bool is_later,
		       struct machine_sample *ret_sample)
{
	struct reading reading = {sysfs->machine, ret_sample};
	int err = machine_sample_init(ret_sample, sysfs->machine);

	if (err < 0) {
		return err;
	}
	err = sysfs_lines(sysfs, interrupts, take_interrupts, &reading);
	if (err == -EINVAL) {
		ret_sample->has_interrupts = false;
	}
	if (err < 0 && err != -ENOMEM && (err != -ENOENT || !is_later)) {
		sysfs_note(sysfs, err, "how many interrupts each CPU takes is unknown");
	}
	if (err != -ENOMEM && load != NULL) {
		err = sysfs_lines(sysfs, load, take_load, &reading);
		if (err < 0 && err != -ENOMEM && (err != -ENOENT || !is_later)) {
			sysfs_note(sysfs, err, "how busy each CPU is is unknown");
		}
	}
	if (err == -ENOMEM) {
		machine_sample_release(ret_sample);
	}
	return err == -ENOMEM ? err : 0;
}

int sysfs_sample(struct sysfs *sysfs, const struct sysfs_request *request)
{
	struct machine_sample first, later;
	int64_t from_ns = now_ns(), ns = SECOND_NS;
	/* the load is a difference */
	const char *load = request->sample_ns > 0 ? "proc/stat" : NULL;
	int err;

	if (request->is_placed && request->interface == NULL) {
		return 0;
	}
	err = read_sample(sysfs, "proc/interrupts", load, false, &first);
	if (err < 0) {
		return err;
	}
	if (request->sample_ns <= 0) {
		machine_sample_apply(&first, NULL, 0, sysfs->machine);
	} else {
		if (request->is_recorded) {
			err = read_sample(sysfs, "proc/interrupts.later", "proc/stat.later", true,
					  &later);
		} else {
			sleep_until(from_ns + request->sample_ns);
			ns = now_ns() - from_ns;
			err = read_sample(sysfs, "proc/interrupts", load, false, &later);
		}
		if (err == 0) {
			bool is_any = later.has_interrupts || later.has_load;

			machine_sample_apply(&first, is_any ? &later : NULL, ns, sysfs->machine);
			machine_sample_release(&later);
		}
	}
	machine_sample_release(&first);
	return err;
}
