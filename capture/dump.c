/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "dump.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "capfile.h"
#include "dump_file.h"
#include "dump_name.h"
#include "pcapng.h"
#include "text.h"

enum { LINK_TYPES_MAX = 16 };

_Static_assert((int)DUMP_SNAPLEN_MAX + (int)PCAPNG_FRAME_OVERHEAD <= (int)CAPFILE_MAX_BLOCK,
	       "what is written can be read");

#define NS_A_SECOND 1000000000

struct dump {
	struct dump_config config;
	struct dump_file file;
	char path[PATH_MAX]; /* of file */
	uint16_t first_link_type;
	uint16_t link_type[LINK_TYPES_MAX]; /* of each interface that file has */
	uint32_t link_types;
	uint32_t interface; /* of the last frame */
	struct pcapng_run_ids run_ids;
	struct dump_counts begun;  /* when file was begun */
	int64_t first_ns, last_ns; /* what file covers */

	uint32_t number; /* of file, by size, within its time */
	uint32_t times;  /* that are over */
	int64_t time_s;  /* when this time began */
	bool is_over;    /* the last of file_count times is */
	bool is_begun, is_rotated;
	int status;          /* 0, or the -errno that ended it */
	uint64_t past_bytes; /* of the files before */
	struct dump_facts facts;
	char *name[DUMP_NAMES_MAX];
	char error[DUMP_ERROR];
};

static int64_t to_seconds(int64_t ns)
{
	return ns / NS_A_SECOND - (ns % NS_A_SECOND < 0);
}

static const char *remedy(int err)
{
	switch (err) {
	case -ENOSPC:
	case -EDQUOT:
		return ": make room, or bound the files with -C and -W";
	case -EEXIST:
		return ": it is read in this run, or holds its result: name another one";
	default:
		return "";
	}
}

static int fail(struct dump *dump, const char *what, int err)
{
	char why[TEXT_ERROR];

	if (dump->status == 0) {
		dump->status = err;
		snprintf(dump->error, sizeof(dump->error), "%s '%.*s': %s%s", what,
			 (int)sizeof(dump->error) / 2, dump->path, text_error(-err, why),
			 remedy(err));
	}
	return dump->status;
}

static void count_bytes(struct dump *dump)
{
	dump->facts.bytes = dump->past_bytes + dump->file.bytes;
	dump->facts.frames -= dump->file.frames_lost;
	dump->file.frames_lost = 0;
}

static int fail_writing(struct dump *dump, int err)
{
	count_bytes(dump);
	return fail(dump, "write", err);
}

static size_t put_head(const struct dump *dump, uint8_t to[static PCAPNG_SECTION_BYTES])
{
	return pcapng_put_section(to, &(struct pcapng_section){
					      .hardware = dump->config.hardware,
					      .os = dump->config.os,
					      .application = dump->config.application,
					      .run_ids = dump->run_ids,
				      });
}

static int add_interface(struct dump *dump, uint16_t link_type)
{
	uint8_t *to;
	int err = dump_file_room(&dump->file, PCAPNG_INTERFACE_BYTES, &to);

	if (err < 0) {
		return fail_writing(dump, err);
	}
	dump_file_add(&dump->file, pcapng_put_interface(to, &(struct pcapng_interface){
								    .name = dump->config.interface,
								    .filter = dump->config.filter,
								    .snaplen = dump->config.snaplen,
								    .link_type = link_type,
							    }));
	dump->link_type[dump->link_types++] = link_type;
	return 0;
}

static int add_name(struct dump *dump)
{
	for (size_t i = 0; i < dump->facts.names; i++) {
		if (strcmp(dump->name[i], dump->path) == 0) {
			return 0;
		}
	}
	if (dump->facts.names == DUMP_NAMES_MAX) {
		dump->facts.names_complete = false;
		return 0;
	}
	dump->name[dump->facts.names] = strdup(dump->path);
	if (dump->name[dump->facts.names] == NULL) {
		return -ENOMEM;
	}
	dump->facts.names++;
	return 0;
}

/* Opens the file of this time and number. */
static int open_file(struct dump *dump)
{
	int err = 0;

	if (dump->is_rotated) {
		err = dump_name(&dump->config, dump->time_s, dump->number, dump->path);
	} else {
		snprintf(dump->path, sizeof(dump->path), "%s", dump->config.path);
	}
	err = err < 0 ? err : dump_file_open(&dump->file, dump->path, dump->config.kept);
	err = err < 0 ? err : add_name(dump);
	return err < 0 ? fail(dump, "open", err) : 0;
}

/* Gives the file that is open its head. */
static int begin_file(struct dump *dump, int64_t start_ns)
{
	uint8_t *to;
	int err = dump_file_empty(&dump->file);

	if (err < 0) {
		return fail_writing(dump, err);
	}
	dump->run_ids = (struct pcapng_run_ids){0};
	dump->link_types = dump->interface = 0;
	dump->first_ns = dump->last_ns = start_ns;
	err = dump_file_room(&dump->file, PCAPNG_SECTION_BYTES, &to);
	if (err < 0) {
		return fail_writing(dump, err);
	}
	dump_file_add(&dump->file, put_head(dump, to));
	return add_interface(dump, dump->first_link_type);
}

int dump_open(const struct dump_config *config, struct dump **ret_dump,
	      char error[static DUMP_ERROR])
{
	struct dump *dump = calloc(1, sizeof(*dump));
	int err;

	assert(config->snaplen > 0 && config->snaplen <= DUMP_SNAPLEN_MAX);
	if (dump == NULL || dump_file_init(&dump->file) < 0) {
		free(dump);
		snprintf(error, DUMP_ERROR, "open '%.256s': out of memory", config->path);
		return -ENOMEM;
	}
	tzset(); /* now: the file that tells the zone may be out of reach later */
	dump->config = *config;
	dump->facts = (struct dump_facts){.name = dump->name, .names_complete = true};
	dump->is_rotated = strcmp(config->path, "-") != 0 &&
			   (config->rotate_seconds > 0 || config->rotate_bytes > 0);
	err = dump->is_rotated && config->rotate_seconds > 0 ? 0 : open_file(dump);
	if (err < 0) {
		snprintf(error, DUMP_ERROR, "%s", dump->error);
		dump_free(dump);
		return err;
	}
	*ret_dump = dump;
	return 0;
}

int dump_begin(struct dump *dump, int64_t start_ns, uint16_t link_type)
{
	int err = dump->status;

	dump->time_s = to_seconds(start_ns);
	dump->first_link_type = link_type;
	if (err == 0 && dump->file.fd < 0) {
		err = open_file(dump);
	}
	err = err < 0 ? err : begin_file(dump, start_ns);
	dump->is_begun = err == 0;
	return err < 0 ? err : dump_flush(dump);
}

static uint64_t since(uint64_t now, uint64_t before)
{
	if (now == PCAPNG_UNKNOWN || before == PCAPNG_UNKNOWN) {
		return PCAPNG_UNKNOWN;
	}
	return now > before ? now - before : 0;
}

/*
 * The tap's counts are those of the first interface. The others, of further link types, tell that
 * they lost nothing beyond, or the file would be thought incomplete.
 */
static int add_statistics(struct dump *dump, const struct dump_counts *now)
{
	const struct dump_counts *begun = &dump->begun;
	char comment[PCAPNG_RUN_IDS_TEXT];
	struct pcapng_statistics statistics = {
		.stamp_ns = dump->last_ns,
		.start_ns = dump->first_ns,
		.end_ns = dump->last_ns,
		.received = since(now->received, begun->received),
		.interface_dropped = since(now->interface_dropped, begun->interface_dropped),
		.accepted = since(now->accepted, begun->accepted),
		.dropped = since(now->dropped, begun->dropped),
		.delivered = since(now->delivered, begun->delivered),
		/* the head will tell it where it can be rewritten */
		.comment =
			dump->file.is_regular ? NULL : pcapng_run_ids_text(&dump->run_ids, comment),
	};

	for (uint32_t i = 0; i < dump->link_types; i++) {
		uint8_t *to;
		int err = dump_file_room(&dump->file, PCAPNG_STATISTICS_BYTES, &to);

		if (err < 0) {
			return fail_writing(dump, err);
		}
		statistics.interface = i;
		if (i > 0) {
			bool known = statistics.dropped != PCAPNG_UNKNOWN;

			statistics.received = statistics.interface_dropped = PCAPNG_UNKNOWN;
			statistics.accepted = statistics.delivered = PCAPNG_UNKNOWN;
			statistics.dropped = known ? 0 : PCAPNG_UNKNOWN;
			statistics.comment = NULL;
		}
		dump_file_add(&dump->file, pcapng_put_statistics(to, &statistics));
	}
	return 0;
}

static const struct dump_counts unknown_counts = {PCAPNG_UNKNOWN, PCAPNG_UNKNOWN, PCAPNG_UNKNOWN,
						  PCAPNG_UNKNOWN, PCAPNG_UNKNOWN};

static int end_file(struct dump *dump, const struct dump_counts *counts)
{
	uint8_t head[PCAPNG_SECTION_BYTES];
	int err;

	if (dump->status == 0) {
		(void)add_statistics(dump, counts);
	}
	/* the head of a file whose writing failed is made right too: it is there already */
	err = dump_file_close(&dump->file, head, put_head(dump, head));
	if (err < 0) {
		(void)fail_writing(dump, err);
	}
	count_bytes(dump);
	dump->past_bytes += dump->file.bytes;
	dump->file.bytes = 0;
	dump->begun = *counts;
	return dump->status;
}

static int next_file(struct dump *dump, int64_t start_ns)
{
	struct dump_counts counts = unknown_counts;
	int err;

	if (dump->config.counts != NULL) {
		dump->config.counts(dump->config.context, &counts);
	}
	err = end_file(dump, &counts);
	if (err < 0 || dump->is_over) {
		return err;
	}
	err = open_file(dump);
	return err < 0 ? err : begin_file(dump, start_ns);
}

/* 0, 1 when no further file is to be, or -errno. */
static int rotate(struct dump *dump, int64_t now_ns)
{
	const struct dump_config *config = &dump->config;
	int err = 0;

	if (config->rotate_seconds > 0 &&
	    to_seconds(now_ns) - dump->time_s >= (int64_t)config->rotate_seconds) {
		dump->time_s = to_seconds(now_ns);
		dump->number = 0;
		dump->times++;
		dump->is_over = config->rotate_bytes == 0 && config->file_count > 0 &&
				dump->times >= config->file_count;
		err = next_file(dump, now_ns);
	} else if (config->rotate_bytes > 0 && dump->file.bytes > config->rotate_bytes) {
		dump->number++;
		if (config->file_count > 0 && dump->number >= config->file_count) {
			dump->number = 0;
		}
		err = next_file(dump, now_ns);
	}
	return err < 0 ? err : dump->is_over;
}

static int find_interface(struct dump *dump, uint16_t link_type)
{
	for (uint32_t i = 0; i < dump->link_types; i++) {
		if (dump->link_type[i] == link_type) {
			dump->interface = i;
			return 0;
		}
	}
	if (dump->link_types == LINK_TYPES_MAX) {
		return fail(dump, "add a 17th link type to", -ENOTSUP);
	}
	dump->interface = dump->link_types;
	return add_interface(dump, link_type);
}

int dump_frame(struct dump *dump, const struct frame *frame)
{
	struct frame cut = *frame;
	uint8_t *to;
	int err = dump->status;

	if (err < 0 || dump->is_over) {
		return err < 0 ? err : 1;
	}
	if (dump->is_rotated) {
		err = rotate(dump, frame->stamp_ns);
		if (err != 0) {
			return err;
		}
	}
	if (frame->link_type != dump->link_type[dump->interface]) {
		err = find_interface(dump, frame->link_type);
		if (err < 0) {
			return err;
		}
	}
	if (cut.captured > dump->config.snaplen) {
		cut.captured = dump->config.snaplen;
	}
	err = dump_file_room(&dump->file, cut.captured + PCAPNG_FRAME_OVERHEAD, &to);
	if (err < 0) {
		return fail_writing(dump, err);
	}
	dump_file_add(&dump->file, pcapng_put_frame(to, dump->interface, &cut));
	dump->first_ns = frame->stamp_ns < dump->first_ns ? frame->stamp_ns : dump->first_ns;
	dump->last_ns = frame->stamp_ns > dump->last_ns ? frame->stamp_ns : dump->last_ns;
	dump->facts.frames++;
	return 0;
}

void dump_run_id(struct dump *dump, uint64_t run_id)
{
	pcapng_run_ids_add(&dump->run_ids, run_id);
}

int dump_tick(struct dump *dump, int64_t now_ns)
{
	int err = dump->status;

	if (err < 0 || dump->is_over) {
		return err < 0 ? err : 1;
	}
	if (dump->is_rotated) {
		err = rotate(dump, now_ns);
	}
	if (err == 0 && now_ns > dump->last_ns) {
		dump->last_ns = now_ns;
	}
	return err;
}

int dump_flush(struct dump *dump)
{
	int err = dump->status;

	if (err == 0 && !dump->is_over) {
		err = dump_file_flush(&dump->file);
		if (err < 0) {
			return fail_writing(dump, err);
		}
	}
	return err;
}

int dump_close(struct dump *dump, const struct dump_counts *counts)
{
	if (dump->is_begun && dump->file.fd >= 0) {
		(void)end_file(dump, counts != NULL ? counts : &unknown_counts);
	}
	return dump->status;
}

const char *dump_error(const struct dump *dump)
{
	return dump->error;
}

const struct dump_facts *dump_facts(const struct dump *dump)
{
	return &dump->facts;
}

void dump_free(struct dump *dump)
{
	if (dump != NULL) {
		for (size_t i = 0; i < dump->facts.names; i++) {
			free(dump->name[i]);
		}
		dump_file_release(&dump->file);
		free(dump);
	}
}
