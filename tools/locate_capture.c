/* SPDX-License-Identifier: BSD-2-Clause */
#include "locate_capture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "capture/capfile.h"
#include "capture/observer.h"
#include "capture/timeline.h"
#include "flows.h"
#include "seqbag.h"
#include "text.h"

enum {
	STREAMS = 256,         /* with all their state, 72 MB */
	RANGES_HELD = 1 << 21, /* of all streams together: 32 MB */
	CHECK_EVERY = 1 << 16  /* frames from one look at their number to the next */
};

#define LOST_AFTER_NS INT64_C(1000000000)

/* Behind the first END: what was sent before it has passed by then, if it ever does. */
#define TAIL_NS INT64_C(200000000)

struct reader {
	FILE *file;
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

	seqbag_add(&reader->bag[flows_index(reader->flows, flow)], seq);
}

static int reader_init(struct reader *reader, FILE *file)
{
	*reader = (struct reader){.file = file};
	/* when the capture began isn't known before its first frame */
	reader->flows = flows_new(STREAMS, LOST_AFTER_NS, INT64_MAX);
	reader->observer.flows = reader->flows;
	reader->observer.flow = calloc(STREAMS, sizeof(*reader->observer.flow));
	reader->bag = calloc(STREAMS, sizeof(*reader->bag));
	if (reader->flows == NULL || reader->observer.flow == NULL || reader->bag == NULL) {
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
	free(reader->bag);
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
	seqset_intersect(&within, &run->covered, &run->seen);
	err = run->seen.error != 0 ? run->seen.error : run->covered.error;
	seqset_release(&seen);
	seqset_release(&within);
	return err;
}

/* Did it take in every frame, and was each told? */
static void judge_complete(const struct reader *reader, const struct capfile_facts *facts,
			   struct vantage *vantage)
{
	const struct observer_counts *counts = &reader->observer.counts;

	vantage->own_drops = facts->dropped + counts->unseen;
	vantage->offloaded = counts->offloaded > 0;
	if (facts->dropped > 0 || counts->unseen > 0 || counts->doubtful > 0) {
		vantage->complete = VANTAGE_COMPLETE_NO;
	} else if (facts->drops_known && !facts->truncated) {
		vantage->complete = VANTAGE_COMPLETE_YES;
	}
}

static int fill(struct reader *reader, const struct capfile_facts *facts, struct vantage *vantage)
{
	int err = 0;

	observer_end(&reader->observer);
	/* nothing more will come: what is open is settled */
	flows_tick(reader->flows, reader->last_ns + 2 * LOST_AFTER_NS);
	for (size_t i = 0; err == 0 && i < flows_count(reader->flows); i++) {
		err = add_run(reader, i, vantage);
	}
	judge_complete(reader, facts, vantage);
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

int locate_capture_read(FILE *file, const struct vantage_naming *naming, struct vantages *vantages,
			char error[static VANTAGE_ERROR_TEXT])
{
	struct vantage *vantage = vantages_add(vantages, VANTAGE_TAP, naming);
	struct reader *reader = malloc(sizeof(*reader));
	struct capfile *capfile = NULL;
	int err = -ENOMEM;

	error[0] = '\0';
	if (reader == NULL || vantage == NULL) {
		snprintf(error, VANTAGE_ERROR_TEXT, "out of memory");
		free(reader);
		return -ENOMEM;
	}
	if (reader_init(reader, file) == 0) {
		capfile = capfile_new(read_bytes, reader);
	}
	if (capfile == NULL) {
		snprintf(error, VANTAGE_ERROR_TEXT, "out of memory");
	} else {
		err = read_frames(reader, capfile);
		/* what came before the place where it is damaged is worth something */
		if (err == -EBADMSG && capfile_facts(capfile)->frames > 0) {
			err = 0;
		}
		if (err == 0) {
			err = fill(reader, capfile_facts(capfile), vantage);
		}
		explain(err, capfile, reader, error);
		if (*capfile_error(capfile) != '\0' && vantage->complete == VANTAGE_COMPLETE_YES) {
			vantage->complete = VANTAGE_COMPLETE_UNKNOWN;
		}
	}
	capfile_free(capfile);
	reader_release(reader);
	free(reader);
	return err;
}
