/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "ahead.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	BATCHES = 16, /* in turn; what is used of them fits into the cache that processors share */
	/* at a time: to wake the thread for each batch costs more than to fill it */
	RETURNED = BATCHES / 2,
	BATCH_FRAMES = 512,
	PREFETCH = 4, /* frames ahead of the one that is taken */
	LINE_BYTES = 64,
	BATCH_BYTES = CAPFILE_MAX_BLOCK, /* room for the longest frame; mostly far less is used */
};

/* Whose it is, the semaphores tell: the thread's while it is empty, then the taker's. */
struct batch {
	uint32_t count, used;
	bool is_last;
	int result; /* of capfile_next, behind the last frame of the last batch */
	struct ahead_frame frame[BATCH_FRAMES];
	uint8_t bytes[BATCH_BYTES];
};

struct ahead {
	struct capfile *file;
	int fd;
	bool has_thread;
	pthread_t thread;
	int full_fd, empty_fd; /* semaphores: how many batches are */
	int stop_fd;
	/* the thread's */
	uint32_t filling;
	uint64_t unstamped;
	/* the taker's */
	bool is_taking; /* batch[taking] is the taker's */
	uint32_t taking, at;
	struct ahead_frame single; /* without a thread */
	struct batch *batch;
};

static void post(int fd, uint64_t count)
{
	(void)!write(fd, &count, sizeof(count));
}

static void wait(int fd)
{
	uint64_t one;

	while (read(fd, &one, sizeof(one)) < 0) {
		/* interrupted */
	}
}

/* Has batch[filling] be the thread's, and empty. The taker returns them even when it has enough. */
static struct batch *begin_batch(struct ahead *ahead)
{
	struct batch *batch = &ahead->batch[ahead->filling];

	wait(ahead->empty_fd);
	batch->count = batch->used = 0;
	batch->is_last = false;
	return batch;
}

static struct batch *hand_over(struct ahead *ahead)
{
	ahead->filling = (ahead->filling + 1) % BATCHES;
	post(ahead->full_fd, 1);
	return begin_batch(ahead);
}

/* capfile's, in the thread: where that has to wait for more, it hands over what it has. */
static int read_ahead(void *context, void *buffer, size_t size, size_t *ret_got)
{
	struct ahead *ahead = context;
	struct pollfd polls[] = {
		{.fd = ahead->stop_fd, .events = POLLIN},
		{.fd = ahead->fd, .events = POLLIN},
	};
	ssize_t got;
	int ready = poll(polls, 2, 0);

	if (ready == 0) {
		if (ahead->batch[ahead->filling].count > 0) {
			(void)hand_over(ahead);
		}
		ready = poll(polls, 2, -1);
	}
	if (ready < 0) {
		return -errno;
	}
	if (polls[0].revents != 0) {
		*ret_got = 0;
		return 0;
	}
	got = read(ahead->fd, buffer, size);
	if (got < 0) {
		return -errno;
	}
	*ret_got = (size_t)got;
	return 0;
}

static void see(struct ahead *ahead, struct ahead_frame *frame)
{
	uint64_t unstamped = capfile_facts(ahead->file)->unstamped;

	frame->has_stamp = unstamped == ahead->unstamped;
	ahead->unstamped = unstamped;
	observer_look(&frame->frame, &frame->sight);
}

static void add(struct ahead *ahead, const struct frame *frame)
{
	struct batch *batch = &ahead->batch[ahead->filling];
	struct ahead_frame *to;

	if (batch->count == BATCH_FRAMES || frame->captured > BATCH_BYTES - batch->used) {
		batch = hand_over(ahead);
	}
	to = &batch->frame[batch->count++];
	to->frame = *frame;
	to->frame.bytes = memcpy(batch->bytes + batch->used, frame->bytes, frame->captured);
	batch->used += frame->captured;
	see(ahead, to);
}

static void *run(void *context)
{
	struct ahead *ahead = context;
	struct batch *batch;
	struct frame frame;
	int result;

	(void)begin_batch(ahead);
	while ((result = capfile_next(ahead->file, &frame)) == 1 || result == -EINTR) {
		if (result == 1) {
			add(ahead, &frame);
		}
	}
	batch = &ahead->batch[ahead->filling];
	batch->is_last = true;
	batch->result = result;
	post(ahead->full_fd, 1);
	return NULL;
}

static bool have_processors(void)
{
	cpu_set_t cpus;

	/* what has more than the set has room for has two */
	return sched_getaffinity(0, sizeof(cpus), &cpus) < 0 ? errno == EINVAL
							     : CPU_COUNT(&cpus) > 1;
}

static int open_semaphore(unsigned int value)
{
	return eventfd(value, EFD_CLOEXEC | EFD_SEMAPHORE);
}

static void close_semaphore(int fd)
{
	if (fd >= 0) {
		close(fd);
	}
}

/* False: it has to do without. */
static bool start(struct ahead *ahead)
{
	ahead->full_fd = open_semaphore(0);
	ahead->empty_fd = open_semaphore(BATCHES);
	ahead->stop_fd = open_semaphore(0);
	ahead->batch = malloc(BATCHES * sizeof(*ahead->batch));
	ahead->file = capfile_new(read_ahead, ahead);
	return ahead->full_fd >= 0 && ahead->empty_fd >= 0 && ahead->stop_fd >= 0 &&
	       ahead->batch != NULL && ahead->file != NULL &&
	       pthread_create(&ahead->thread, NULL, run, ahead) == 0;
}

struct ahead *ahead_new(const struct ahead_config *config)
{
	struct ahead *ahead = malloc(sizeof(*ahead));

	if (ahead == NULL) {
		return NULL;
	}
	*ahead = (struct ahead){.fd = config->fd, .full_fd = -1, .empty_fd = -1, .stop_fd = -1};
	ahead->has_thread = config->with_thread && have_processors() && start(ahead);
	if (!ahead->has_thread) {
		capfile_free(ahead->file);
		ahead->file = capfile_new(config->read, config->context);
		if (ahead->file == NULL) {
			ahead_free(ahead);
			return NULL;
		}
	}
	return ahead;
}

/* The batch that was taken is empty again. While the thread waits for it, others are full. */
static void return_batch(struct ahead *ahead)
{
	ahead->is_taking = false;
	ahead->taking = (ahead->taking + 1) % BATCHES;
	if (ahead->taking % RETURNED == 0) {
		post(ahead->empty_fd, RETURNED);
	}
}

void ahead_free(struct ahead *ahead)
{
	if (ahead == NULL) {
		return;
	}
	if (ahead->has_thread) {
		ahead_stop(ahead);
		while (!ahead->is_taking || !ahead->batch[ahead->taking].is_last) {
			if (ahead->is_taking) {
				return_batch(ahead);
			}
			ahead_fetch(ahead);
		}
		(void)pthread_join(ahead->thread, NULL);
	}
	close_semaphore(ahead->full_fd);
	close_semaphore(ahead->empty_fd);
	close_semaphore(ahead->stop_fd);
	capfile_free(ahead->file);
	free(ahead->batch);
	free(ahead);
}

int ahead_fd(const struct ahead *ahead)
{
	return ahead->full_fd;
}

bool ahead_is_empty(struct ahead *ahead)
{
	if (ahead->is_taking && ahead->at == ahead->batch[ahead->taking].count &&
	    !ahead->batch[ahead->taking].is_last) {
		return_batch(ahead);
	}
	return ahead->has_thread && !ahead->is_taking;
}

void ahead_fetch(struct ahead *ahead)
{
	assert(ahead->has_thread && !ahead->is_taking);
	wait(ahead->full_fd);
	ahead->is_taking = true;
	ahead->at = 0;
}

/* Without a thread. */
static int next(struct ahead *ahead, struct ahead_frame **ret_frame)
{
	int result = capfile_next(ahead->file, &ahead->single.frame);

	if (result == 1) {
		see(ahead, &ahead->single);
		*ret_frame = &ahead->single;
	}
	return result;
}

/* It is in another processor's cache. */
static inline void prefetch(const struct batch *batch, uint32_t at)
{
	if (at < batch->count) {
		const char *line = (const char *)&batch->frame[at];

		for (size_t i = 0; i < sizeof(batch->frame[at]); i += LINE_BYTES) {
			__builtin_prefetch(line + i);
		}
	}
}

int ahead_next(struct ahead *ahead, struct ahead_frame **ret_frame)
{
	struct batch *batch;

	if (!ahead->has_thread) {
		return next(ahead, ret_frame);
	}
	assert(ahead->is_taking);
	batch = &ahead->batch[ahead->taking];
	if (ahead->at == batch->count) {
		return batch->result;
	}
	*ret_frame = &batch->frame[ahead->at++];
	prefetch(batch, ahead->at + PREFETCH);
	return 1;
}

void ahead_stop(struct ahead *ahead)
{
	if (ahead->has_thread) {
		post(ahead->stop_fd, 1);
	}
}

const struct capfile *ahead_file(const struct ahead *ahead)
{
	return ahead->file;
}
