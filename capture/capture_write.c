/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "capture_write.h"

#include <stdio.h>
#include <sys/utsname.h>

#include "capture.h"
#include "capture_files.h"
#include "capture_options.h"
#include "clock.h"
#include "dump.h"
#include "output.h"
#include "pcapng.h"

static const char application[] = "ptprobe-capture " PACKAGE_VERSION;

/* Once; the measurement goes on. */
static void say_failure(struct capture *capture)
{
	if (!capture->write_failed) {
		output_say("ptprobe-capture", dump_error(capture->dump));
		capture->write_failed = true;
	}
}

static void note_outcome(struct capture *capture, int result)
{
	if (result < 0) {
		say_failure(capture);
	} else if (result > 0) {
		capture->is_written_out = true;
	}
}

/*
 * What files lost that are read is known behind the last of them, and not which of it came about
 * while one of several was written: of a rotation none tells.
 */
static void count(void *context, struct dump_counts *ret_counts)
{
	struct capture *capture = context;

	*ret_counts = (struct dump_counts){
		.received = PCAPNG_UNKNOWN,
		.dropped = PCAPNG_UNKNOWN,
		.interface_dropped = PCAPNG_UNKNOWN,
		.accepted = PCAPNG_UNKNOWN,
		.delivered = PCAPNG_UNKNOWN,
	};
	if (capture->live != NULL) {
		live_counts(capture->live, &capture->counts);
		ret_counts->received = capture->counts.received;
		ret_counts->dropped = capture->counts.dropped;
		ret_counts->accepted = capture->counts.received;
		ret_counts->delivered = capture->counts.delivered;
	} else if (capture->stage == CAPTURE_DONE) {
		struct report_tap tap = {0};

		sources_fill(&capture->sources, &tap);
		if (tap.received_known) {
			ret_counts->received = tap.received;
		}
		/* the least that is known is better told than none */
		if (tap.dropped_known || tap.dropped > 0) {
			ret_counts->dropped = tap.dropped;
		}
	}
}

int capture_write_open(struct capture *capture, char error[static CAPTURE_WRITE_ERROR])
{
	const struct capture_options *options = capture->options;
	struct dump_config config = {
		.path = options->write,
		.rotate_bytes = options->rotate_bytes,
		.rotate_seconds = options->rotate_seconds,
		.file_count = (uint32_t)options->rotate_files,
		.kept = &capture->kept,
		.interface = capture->report.interface,
		.filter = options->has_expression ? options->expression
			  : options->all          ? NULL
						  : "probes of ptprobe",
		.hardware = capture->machine.machine,
		.os = capture->system,
		.application = application,
		.snaplen = (uint32_t)options->snaplen,
		.counts = count,
		.context = capture,
	};

	if (uname(&capture->machine) == 0) {
		snprintf(capture->system, sizeof(capture->system), "%s %s",
			 capture->machine.sysname, capture->machine.release);
	}
	return dump_open(&config, &capture->dump, error);
}

int capture_write_begin(struct capture *capture, int64_t start_ns, uint16_t link_type)
{
	int err = dump_begin(capture->dump, start_ns, link_type);

	note_outcome(capture, err);
	return err;
}

void capture_write_frame(struct capture *capture, const struct frame *frame)
{
	const struct observer *observer = &capture->observer;

	int result = dump_frame(capture->dump, frame);

	note_outcome(capture, result);
	/* of each frame: it may be the first in the file */
	if (result == 0 && observer->fed != NULL) {
		dump_run_id(capture->dump, observer->fed->key.run_id);
	}
}

void capture_write_tick(struct capture *capture, int64_t real_ns)
{
	note_outcome(capture, dump_tick(capture->dump, real_ns));
	note_outcome(capture, dump_flush(capture->dump));
}

void capture_write_close(struct capture *capture)
{
	struct dump_counts counts;

	count(capture, &counts);
	if (capture->live != NULL && counts.received > counts.dropped + counts.delivered) {
		counts.dropped = counts.received - counts.delivered; /* and the residue */
	}
	note_outcome(capture, dump_close(capture->dump, &counts));
}
