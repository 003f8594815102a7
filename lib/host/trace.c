/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "trace.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "counters.h"
#include "procfs.h"
#include "text.h"
#include "trace_format.h"

/* IPv4 and IPv6 by their EtherTypes: a host drops other packets for reasons of their own. */
#define FILTER "protocol == 0x0800 || protocol == 0x86dd"

enum {
	RING_BYTES = 4 << 20, /* of each CPU; locked memory */
	RING_MIN_BYTES = 64 << 10,
	ALL_RINGS_BYTES = 64 << 20,
	STRANGERS = 64, /* reasons without a name here: those of modules */
	RECORD_BYTES = 512,
};

/* One CPU's event, and the ring in which the kernel writes its records. */
struct ring {
	int fd;
	struct perf_event_mmap_page *page; /* NULL: none */
	size_t bytes;                      /* of the data behind the page; a power of two */
};

struct trace {
	struct trace_format format;
	uint64_t count[TRACE_FORMAT_REASONS]; /* by place in the format's table */
	struct {
		uint32_t number;
		uint64_t count;
	} stranger[STRANGERS];
	size_t strangers;
	uint64_t seen, unreadable, lost;
	size_t rings;
	struct ring ring[];
};

static void count_reason(struct trace *trace, uint32_t number)
{
	size_t i = 0;

	while (i < trace->format.reasons && trace->format.reason[i].number != number) {
		i++;
	}
	if (i < trace->format.reasons) {
		trace->count[i]++;
		return;
	}
	for (i = 0; i < trace->strangers && trace->stranger[i].number != number; i++) {
	}
	if (i == STRANGERS) {
		trace->unreadable++;
		return;
	}
	trace->strangers += i == trace->strangers;
	trace->stranger[i].number = number;
	trace->stranger[i].count++;
}

/* A record of perf's: its header, the length of the raw data (32 bits), these. */
static void take_record(struct trace *trace, const struct perf_event_header *header)
{
	const char *raw = (const char *)(header + 1);
	uint32_t bytes, reason;

	if (header->type != PERF_RECORD_SAMPLE) {
		return; /* PERF_RECORD_LOST comes late or never: the event's own count tells */
	}
	trace->seen++;
	if (header->size < sizeof(*header) + sizeof(bytes)) {
		trace->unreadable++;
		return;
	}
	memcpy(&bytes, raw, sizeof(bytes));
	if (bytes > header->size - sizeof(*header) - sizeof(bytes) ||
	    trace_format_reason(&trace->format, raw + sizeof(bytes), bytes, &reason) < 0) {
		trace->unreadable++;
		return;
	}
	count_reason(trace, reason);
}

static void drain_ring(struct trace *trace, struct ring *ring)
{
	const char *data = (const char *)ring->page + ring->page->data_offset;
	uint64_t head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = ring->page->data_tail;
	union {
		struct perf_event_header header;
		char bytes[RECORD_BYTES];
	} record;

	while (tail < head) {
		size_t at = tail & (ring->bytes - 1), size, first;

		/* records are aligned by 8, so that the header never wraps */
		memcpy(&record.header, data + at, sizeof(record.header));
		size = record.header.size;
		if (size < sizeof(record.header)) {
			tail = head; /* not a ring that the kernel wrote */
			break;
		}
		if (size <= sizeof(record)) {
			first = ring->bytes - at < size ? ring->bytes - at : size;
			memcpy(record.bytes, data + at, first);
			memcpy(record.bytes + first, data, size - first);
			take_record(trace, &record.header);
		}
		tail += size;
	}
	__atomic_store_n(&ring->page->data_tail, tail, __ATOMIC_RELEASE);
}

void trace_drain(struct trace *trace)
{
	for (size_t i = 0; i < trace->rings; i++) {
		drain_ring(trace, &trace->ring[i]);
	}
}

static int read_format(struct trace_format *ret_format, char error[static TRACE_ERROR_TEXT])
{
	static const char *const paths[] = {
		"/sys/kernel/tracing/events/skb/kfree_skb/format",
		"/sys/kernel/debug/tracing/events/skb/kfree_skb/format",
	};
	char why[TEXT_ERROR], *text;
	int err = -ENOENT;

	for (size_t i = 0; err == -ENOENT && i < sizeof(paths) / sizeof(*paths); i++) {
		err = procfs_read(paths[i], &text);
	}
	if (err < 0) {
		snprintf(error, TRACE_ERROR_TEXT, "tracefs can't be read: %s: %s",
			 text_error(-err, why),
			 err == -ENOENT ? "mount -t tracefs tracefs /sys/kernel/tracing"
					: "run as root");
		return err;
	}
	err = trace_format_parse(text, ret_format);
	free(text);
	if (err < 0) {
		snprintf(error, TRACE_ERROR_TEXT,
			 err == -ENODATA
				 ? "this kernel gives no reasons: they came with Linux 5.17"
				 : "this kernel's format of skb:kfree_skb is one that ptprobe "
				   "doesn't know");
	}
	return err;
}

/* -ENODEV: that CPU isn't online. */
static int ring_open(const struct trace_format *format, int cpu, size_t bytes,
		     struct ring *ret_ring)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = format->id,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_RAW,
		.disabled = 1,
		.watermark = 1,
		.wakeup_watermark = UINT32_MAX, /* nobody waits */
	};
	long page_bytes = sysconf(_SC_PAGESIZE);
	void *page = MAP_FAILED;
	int fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	int err;

	if (fd < 0) {
		return -errno;
	}
	if (ioctl(fd, PERF_EVENT_IOC_SET_FILTER, FILTER) < 0) {
		goto fail;
	}
	/* less, where the process may lock little (perf_event_mlock_kb) */
	while (page == MAP_FAILED && bytes >= RING_MIN_BYTES) {
		page = mmap(NULL, (size_t)page_bytes + bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			    fd, 0);
		bytes = page == MAP_FAILED ? bytes / 2 : bytes;
	}
	if (page == MAP_FAILED || ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) < 0) {
		goto fail;
	}
	*ret_ring = (struct ring){.fd = fd, .page = page, .bytes = bytes};
	return 0;
fail:
	err = -errno;
	close(fd);
	return err;
}

static int open_rings(struct trace *trace, long cpus)
{
	size_t bytes = RING_BYTES;
	int err = 0;

	while (bytes * (size_t)cpus > ALL_RINGS_BYTES && bytes > RING_MIN_BYTES) {
		bytes /= 2;
	}
	for (int cpu = 0; err == 0 && cpu < cpus; cpu++) {
		err = ring_open(&trace->format, cpu, bytes, &trace->ring[trace->rings]);
		trace->rings += err == 0;
		err = err == -ENODEV ? 0 : err;
	}
	return err == 0 && trace->rings == 0 ? -ENODEV : err;
}

int trace_open(struct trace **ret_trace, char error[static TRACE_ERROR_TEXT])
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	struct trace *trace = calloc(1, sizeof(*trace) + (size_t)cpus * sizeof(*trace->ring));
	char why[TEXT_ERROR];
	int err;

	if (trace == NULL) {
		snprintf(error, TRACE_ERROR_TEXT, "out of memory");
		return -ENOMEM;
	}
	err = read_format(&trace->format, error);
	if (err < 0) {
		trace_free(trace);
		return err;
	}
	err = open_rings(trace, cpus);
	if (err < 0) {
		snprintf(error, TRACE_ERROR_TEXT, "perf_event_open: %s: %s", text_error(-err, why),
			 err == -EMFILE ? "raise 'ulimit -n'" : "run as the host's root");
		trace_free(trace);
		return err;
	}
	*ret_trace = trace;
	return 0;
}

void trace_free(struct trace *trace)
{
	long page_bytes = sysconf(_SC_PAGESIZE);

	for (size_t i = 0; trace != NULL && i < trace->rings; i++) {
		munmap(trace->ring[i].page, (size_t)page_bytes + trace->ring[i].bytes);
		close(trace->ring[i].fd);
	}
	free(trace);
}

/* Events that the kernel counted and that aren't in the rings. */
static uint64_t count_lost(struct trace *trace)
{
	uint64_t counted = 0, count;

	for (size_t i = 0; i < trace->rings; i++) {
		if (read(trace->ring[i].fd, &count, sizeof(count)) == sizeof(count)) {
			counted += count;
		}
	}
	/* read after the counts, so that what comes meanwhile makes no loss */
	trace_drain(trace);
	return counted > trace->seen ? counted - trace->seen : 0;
}

int trace_counters(struct trace *trace, struct counters *counters)
{
	uint64_t lost = count_lost(trace);
	char name[TRACE_FORMAT_NAME];
	int err;

	trace->lost = lost > trace->lost ? lost : trace->lost;
	err = counters_add_to(counters, "trace", "lost", trace->lost + trace->unreadable);
	for (size_t i = 0; err == 0 && i < trace->format.reasons; i++) {
		err = counters_add_to(counters, "trace", trace->format.reason[i].name,
				      trace->count[i]);
	}
	for (size_t i = 0; err == 0 && i < trace->strangers; i++) {
		snprintf(name, sizeof(name), "REASON_0x%x", trace->stranger[i].number);
		err = counters_add_to(counters, "trace", name, trace->stranger[i].count);
	}
	return err;
}
