/* SPDX-License-Identifier: BSD-2-Clause */
#include "locate_capture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "capture/capfile.h"
#include "capture/observer.h"
#include "capture/timeline.h"
#include "flows.h"
#include "seqbag.h"
#include "text.h"

enum {
	STREAMS = 256,         /* with all their state, 76 MB */
	RANGES_HELD = 1 << 21, /* of all streams together: 32 MB */
	CHECK_EVERY = 1 << 16  /* frames from one look at their number to the next */
};

#define LOST_AFTER_NS INT64_C(1000000000)

/* Behind the first END: what was sent before it has passed by then, if it ever does. */
#define TAIL_NS INT64_C(200000000)

/* What a stream's seqs tell of the joint between two files of a set. */
struct joint {
	bool any; /* a probe was heard; top is the highest of them */
	uint64_t top;
	bool is_ended; /* the END was seen */
	size_t file;   /* the file that top is of */
	/* seqs that a file between two of them may hold, if it wasn't given */
	struct seqset open;
};

struct reader {
	FILE *file;
	size_t files; /* before this one */
	uint64_t dropped;
	enum vantage_complete complete; /* as far as the files tell */
	struct joint *joint;            /* by the index of the stream; STREAMS of them */
	struct flows *flows;
	struct observer observer;
	struct timeline timeline;
	struct seqbag *bag; /* by the index of the stream; STREAMS of them */
	int64_t last_ns;
	bool stepped;
};

static int read_bytes(void *context, void *buffer, size_t size, size_t *ret_got)
{
	struct reader *reader = context;

	*ret_got = fread(buffer, 1, size, reader->file);
	if (*ret_got == 0 && ferror(reader->file)) {
		return errno != 0 ? -errno : -EIO;
	}
	return 0;
}

static void hear(void *context, const struct flow *flow, uint64_t seq)
{
	struct reader *reader = context;
	size_t index = flows_index(reader->flows, flow);
	struct joint *joint = &reader->joint[index];
	uint64_t next = joint->any ? joint->top + 1 : 0;

	seqbag_add(&reader->bag[index], seq);
	if (joint->any && seq <= joint->top) {
		return;
	}
	if (reader->files > 0 && (!joint->any || joint->file != reader->files) && seq > next) {
		seqset_add(&joint->open, next, seq - 1);
	}
	joint->any = true;
	joint->top = seq;
	joint->file = reader->files;
}

/* Behind each file: an END without a probe before it in that file leaves the same open. */
static void join_ends(struct reader *reader)
{
	for (size_t i = 0; i < flows_count(reader->flows); i++) {
		const struct sequence *sequence = &flows_at(reader->flows, i)->sequence;
		struct joint *joint = &reader->joint[i];
		uint64_t next = joint->any ? joint->top + 1 : 0;

		if (sequence->end_seen && !joint->is_ended && reader->files > 0 &&
		    (!joint->any || joint->file != reader->files) && sequence->end_seq > next) {
			seqset_add(&joint->open, next, sequence->end_seq - 1);
		}
		joint->is_ended = sequence->end_seen;
	}
}

static int reader_init(struct reader *reader)
{
	*reader = (struct reader){.complete = VANTAGE_COMPLETE_YES};
	/* when the capture began isn't known before its first frame */
	reader->flows = flows_new(STREAMS, LOST_AFTER_NS, INT64_MAX);
	reader->observer.flows = reader->flows;
	reader->observer.flow = calloc(STREAMS, sizeof(*reader->observer.flow));
	reader->bag = calloc(STREAMS, sizeof(*reader->bag));
	reader->joint = calloc(STREAMS, sizeof(*reader->joint));
	if (reader->flows == NULL || reader->observer.flow == NULL || reader->bag == NULL ||
	    reader->joint == NULL) {
		return -ENOMEM;
	}
	flows_set_heard(reader->flows, hear, reader);
	return 0;
}

static void reader_release(struct reader *reader)
{
	for (size_t i = 0; reader->bag != NULL && i < STREAMS; i++) {
		seqbag_release(&reader->bag[i]);
	}
	for (size_t i = 0; reader->joint != NULL && i < STREAMS; i++) {
		seqset_release(&reader->joint[i].open);
	}
	free(reader->bag);
	free(reader->joint);
	free(reader->observer.flow);
	flows_free(reader->flows);
}

static void take(struct reader *reader, const struct frame *frame)
{
	bool is_first = !reader->timeline.started, stepped = false;

	reader->last_ns = timeline_add(&reader->timeline, frame->stamp_ns, &stepped);
	reader->stepped |= stepped;
	if (is_first) {
		flows_set_joined(reader->flows, reader->last_ns);
	}
	(void)observer_add(&reader->observer, frame, reader->last_ns);
}

/* 0, or -errno: there are more gaps than can be held, or no memory. */
static int check_gaps(const struct reader *reader)
{
	size_t gaps = 0;

	for (size_t i = 0; i < flows_count(reader->flows); i++) {
		const struct seqset *seqs = &reader->bag[i].seqs;

		if (seqs->error != 0) {
			return seqs->error;
		}
		gaps += seqs->count;
	}
	return gaps > RANGES_HELD ? -ENOSPC : 0;
}

static int read_frames(struct reader *reader, struct capfile *capfile)
{
	uint64_t frames = 0;
	struct frame frame;
	int err;

	while ((err = capfile_next(capfile, &frame)) != 0) {
		if (err == -EINTR) {
			continue;
		}
		if (err < 0) {
			return err;
		}
		take(reader, &frame);
		if (++frames % CHECK_EVERY == 0 && (err = check_gaps(reader)) < 0) {
			return err;
		}
	}
	return check_gaps(reader);
}

/* What the capture would have seen of a stream: from where it must have begun to the END, or, when
 * that isn't there, to the last one seen. */
static void add_covered(const struct reader *reader, const struct flow *flow,
			struct vantage_run *run)
{
	const struct sequence *sequence = &flow->sequence;
	uint64_t end = 0;

	if (sequence->end_seen && reader->last_ns - sequence->end_ns >= TAIL_NS) {
		run->end_known = true;
		run->used = sequence->end_seq > run->used ? sequence->end_seq : run->used;
		end = sequence->end_seq;
	} else if (sequence->unique > 0) {
		end = sequence->last_seq + 1;
	}
	if (end > sequence->missed_before_join) {
		seqset_add(&run->covered, sequence->missed_before_join, end - 1);
	}
}

static enum vantage_side side_of(const struct observer_flow *known)
{
	switch (known->direction) {
	case FRAME_OUTGOING:
		return VANTAGE_SIDE_SENDER;
	case FRAME_INCOMING:
		return VANTAGE_SIDE_RECEIVER;
	default:
		return VANTAGE_SIDE_UNKNOWN;
	}
}

static int add_run(struct reader *reader, size_t index, struct vantage *vantage)
{
	const struct flow *flow = flows_at(reader->flows, index);
	const struct observer_flow *known = &reader->observer.flow[index];
	const struct vantage_key key = {flow->key.run_id, flow->key.group};
	struct vantage_run *run = vantage_add_run(vantage, &key);
	struct seqset seen = {0}, within = {0};
	int err;

	if (run == NULL) {
		return -ENOMEM;
	}
	run->side = run->side == VANTAGE_SIDE_UNKNOWN ? side_of(known) : run->side;
	run->frames += known->frames;
	run->fragmented += known->fragmented;
	run->corrupt += flow->corrupt;
	add_covered(reader, flow, run);
	seqbag_take(&reader->bag[index], &seen);
	/* a forged one may lie anywhere; a straggler from before the first one was seen all the
	 * same */
	if (flow->sequence.unique > 0) {
		seqset_clip(&seen, flow->sequence.first_seq, UINT64_MAX, &within);
	}
	seqset_unite(&within, &run->seen, &within);
	if (flow->sequence.first_seq < flow->sequence.missed_before_join) {
		struct seqset head = {0};

		seqset_clip(&within, 0, flow->sequence.missed_before_join - 1, &head);
		seqset_unite(&run->covered, &head, &run->covered);
		seqset_release(&head);
	}
	/* what a file that wasn't given may hold: only what was seen all the same is covered */
	seqset_subtract(&reader->joint[index].open, &within, &reader->joint[index].open);
	seqset_subtract(&run->covered, &reader->joint[index].open, &run->covered);
	seqset_intersect(&within, &run->covered, &run->seen);
	err = run->seen.error != 0 ? run->seen.error : run->covered.error;
	seqset_release(&seen);
	seqset_release(&within);
	return err;
}

/* Did the capture take in every frame: of a file of it. */
static void judge_file(struct reader *reader, const struct capfile *capfile)
{
	const struct capfile_facts *facts = capfile_facts(capfile);

	reader->dropped += facts->dropped;
	if (facts->dropped > 0) {
		reader->complete = VANTAGE_COMPLETE_NO;
	} else if (reader->complete == VANTAGE_COMPLETE_YES &&
		   (!facts->drops_known || facts->truncated || *capfile_error(capfile) != '\0')) {
		reader->complete = VANTAGE_COMPLETE_UNKNOWN;
	}
}

static int fill(struct reader *reader, struct vantage *vantage)
{
	const struct observer_counts *counts = &reader->observer.counts;
	int err = 0;

	observer_end(&reader->observer);
	/* nothing more will come: what is open is settled */
	flows_tick(reader->flows, reader->last_ns + 2 * LOST_AFTER_NS);
	for (size_t i = 0; err == 0 && i < flows_count(reader->flows); i++) {
		err = add_run(reader, i, vantage);
	}
	vantage->own_drops = reader->dropped + counts->unseen;
	vantage->offloaded = counts->offloaded > 0;
	/* and was each frame told? */
	vantage->complete =
		counts->unseen > 0 || counts->doubtful > 0 ? VANTAGE_COMPLETE_NO : reader->complete;
	return err;
}

/* What makes no vantage, or casts doubt on it; "" otherwise. */
static void explain(int err, const struct capfile *capfile, const struct reader *reader,
		    char *error)
{
	const struct capfile_facts *facts = capfile_facts(capfile);
	uint64_t overflow = flows_counts(reader->flows)->overflow;

	if (*capfile_error(capfile) != '\0') {
		snprintf(error, VANTAGE_ERROR_TEXT, "%s", capfile_error(capfile));
	} else if (err == -ENOSPC) {
		snprintf(error, VANTAGE_ERROR_TEXT,
			 "its probes lie in more than %d ranges: give a part of it, by editcap -A "
			 "and -B",
			 RANGES_HELD);
	} else if (err < 0) {
		snprintf(error, VANTAGE_ERROR_TEXT, "out of memory");
	} else if (facts->truncated) {
		snprintf(error, VANTAGE_ERROR_TEXT,
			 "it ends within a frame: what came before counts");
	} else if (overflow > 0) {
		snprintf(error, VANTAGE_ERROR_TEXT,
			 "%" PRIu64 " datagrams are of more than %d streams, and don't count",
			 overflow, STREAMS);
	}
}

/* The next file of the set. 0 or -errno, and then, or when there is some doubt, error. */
static int read_file(struct reader *reader, FILE *file, char *error)
{
	struct capfile *capfile = capfile_new(read_bytes, reader);
	int err;

	if (capfile == NULL) {
		snprintf(error, VANTAGE_ERROR_TEXT, "out of memory");
		return -ENOMEM;
	}
	reader->file = file;
	err = read_frames(reader, capfile);
	/* what came before the place where it is damaged is worth something */
	if (err == -EBADMSG && capfile_facts(capfile)->frames > 0) {
		err = 0;
	}
	join_ends(reader);
	judge_file(reader, capfile);
	explain(err, capfile, reader, error);
	capfile_free(capfile);
	reader->files++;
	return err;
}

int locate_capture_read(FILE *const file[], size_t count, const struct vantage_naming *naming,
			struct vantages *vantages, size_t *ret_at,
			char error[static VANTAGE_ERROR_TEXT])
{
	struct vantage *vantage = vantages_add(vantages, VANTAGE_TAP, naming);
	struct reader *reader = calloc(1, sizeof(*reader));
	char doubt[VANTAGE_ERROR_TEXT] = "";
	int err = 0;

	error[0] = '\0';
	*ret_at = 0;
	if (reader == NULL || vantage == NULL || reader_init(reader) < 0) {
		err = -ENOMEM;
	}
	for (size_t i = 0; err == 0 && i < count; i++) {
		err = read_file(reader, file[i], doubt);
		/* the first doubt, but what fails before any */
		if (*doubt != '\0' && (*error == '\0' || err < 0)) {
			memcpy(error, doubt, VANTAGE_ERROR_TEXT);
			*ret_at = i;
		}
	}
	if (err == 0) {
		err = fill(reader, vantage);
	}
	if (err < 0 && *error == '\0') {
		snprintf(error, VANTAGE_ERROR_TEXT, "out of memory");
	}
	if (reader != NULL) {
		reader_release(reader);
	}
	free(reader);
	return err;
}
