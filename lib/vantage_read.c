/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports become vantages; whoever wrote them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "members.h"
#include "report.h"
#include "run_id.h"
#include "vantage_parts.h"

#define LATEST_NS (INT64_C(1) << 61)

static void read_key(struct members *members, const json_t *object, struct vantage_key *ret_key)
{
	const char *run_id = members_text(members, object, "run_id", true);
	const char *group = members_text(members, object, "group", true);
	uint64_t port = members_count(members, object, "port");
	struct vantage_key key = {0};

	if (run_id_parse(run_id, &key.run_id) < 0) {
		members_fail(members, -EINVAL, "run_id", "isn't 16 hexadecimal digits");
	}
	if (endpoint_parse_address(group, &key.group) < 0 &&
	    endpoint_parse_mac(group, &key.group) < 0) {
		members_fail(members, -EINVAL, "group", "is no IP or MAC address");
	}
	if (port > UINT16_MAX) {
		members_fail(members, -EINVAL, "port", "is no UDP port");
	}
	key.group.port = (uint16_t)port;
	*ret_key = key;
}

/* A moment, or 0: it isn't told, or no clock of today can have shown it. */
static int64_t read_ns(const json_t *object, const char *name)
{
	int64_t ns = json_integer_value(json_object_get(object, name));

	return ns > 0 && ns <= LATEST_NS ? ns : 0;
}

/* A flow's counts, as far as they tell which seqs were seen. */
struct books {
	uint64_t first_seq, last_seq, unique, lost, missed_before_join, skipped;
	bool sent_known;
	uint64_t sent;
	bool listed_all;
	struct seqset missing;
};

static void read_books(struct members *members, const json_t *flow, struct books *books)
{
	const json_t *missing;

	books->first_seq = members_count(members, flow, "first_seq");
	books->last_seq = members_count(members, flow, "last_seq");
	books->unique = members_count(members, flow, "unique");
	books->lost = members_count(members, flow, "lost");
	books->missed_before_join = members_count(members, flow, "missed_before_join");
	books->skipped = members_count_or(members, flow, "skipped", 0);
	books->sent = members_count_or(members, flow, "sent", UINT64_MAX);
	books->sent_known = books->sent != UINT64_MAX;
	missing = members_object(members, flow, "missing", true);
	if (missing != NULL) {
		members_ranges(members, missing, "ranges", &books->missing);
		books->listed_all = members_flag(members, missing, "complete");
	}
}

/* One above the last seq that the flow could have seen. */
static uint64_t end_of(struct members *members, const struct books *books)
{
	uint64_t end;

	if (!books->sent_known) {
		return books->unique > 0 ? books->last_seq + 1 : books->missed_before_join;
	}
	if (books->sent != books->unique + books->lost) {
		members_fail(members, -EINVAL, "sent",
			     "isn't unique + lost: it contradicts itself");
		return 0;
	}
	if (__builtin_add_overflow(books->missed_before_join, books->sent, &end) ||
	    __builtin_add_overflow(end, books->skipped, &end)) {
		members_fail(members, -EINVAL, "sent", "is more than can be counted");
		return 0;
	}
	return end;
}

/* Of the seqs that can't have been seen though they aren't listed: those lost. */
static uint64_t unlisted(const struct books *books, uint64_t unseen)
{
	uint64_t listed = seqset_count(&books->missing);
	uint64_t rest = books->lost > listed ? books->lost - listed : 0;

	if (books->listed_all) {
		return 0;
	}
	return rest < unseen ? rest : unseen;
}

/* What was seen: all that was covered, less what is listed as missing. */
static void fill_run(struct members *members, const struct books *books, struct vantage_run *run)
{
	uint64_t end = end_of(members, books), seen;
	/* stragglers from before the first one heard: seqs at the head can't be told */
	bool strange = books->unique > 0 && books->first_seq < books->missed_before_join;

	if (end > books->missed_before_join) {
		seqset_add(&run->covered, books->missed_before_join, end - 1);
	}
	seqset_subtract(&run->covered, &books->missing, &run->seen);
	seen = seqset_count(&run->seen);
	if (seen < books->unique) {
		members_fail(members, -EINVAL, "unique",
			     "is more than what was not missing: the report contradicts itself");
		return;
	}
	strange |= seqset_count(&run->covered) - seen != seqset_count(&books->missing);
	run->doubtful = seen - books->unique;
	run->unlisted = unlisted(books, run->doubtful);
	run->doubtful -= run->unlisted;
	run->nothing_certain = strange || books->skipped > 0 ||
			       (seen > books->unique && books->missing.count == 0);
	if (seen > books->unique && !run->nothing_certain) {
		run->certain_last = books->missing.range[books->missing.count - 1].last;
	}
	run->end_known = books->sent_known;
	run->used = books->sent_known ? end : 0;
}

/* The same run again: from another source address, by way of a translator, say. */
static void merge_run(const struct vantage_run *more, struct vantage_run *run)
{
	seqset_unite(&run->covered, &more->covered, &run->covered);
	seqset_unite(&run->seen, &more->seen, &run->seen);
	run->unlisted += more->unlisted;
	run->doubtful += more->doubtful;
	run->nothing_certain |= more->nothing_certain;
	run->certain_last =
		more->certain_last < run->certain_last ? more->certain_last : run->certain_last;
	if (more->end_known && more->used >= run->used) {
		run->end_known = true;
		run->used = more->used;
	}
	run->side = run->side == VANTAGE_SIDE_UNKNOWN ? more->side : run->side;
	run->late += more->late;
	run->corrupt += more->corrupt;
	run->first_frame_ns = run->frames > 0 && run->first_frame_ns < more->first_frame_ns
				      ? run->first_frame_ns
				      : more->first_frame_ns;
	run->last_frame_ns =
		run->last_frame_ns > more->last_frame_ns ? run->last_frame_ns : more->last_frame_ns;
	run->frames += more->frames;
	run->fragmented += more->fragmented;
}

static void read_flow(struct members *members, const json_t *flow, struct vantage *vantage)
{
	struct vantage_run one = {.certain_last = UINT64_MAX}, *run;
	const char *side = members_text(members, flow, "side", false);
	struct books books = {0};

	read_key(members, flow, &one.key);
	read_books(members, flow, &books);
	one.late = members_count(members, flow, "late");
	one.corrupt = members_count(members, flow, "corrupt");
	one.frames = members_count_or(members, flow, "frames", 0);
	one.fragmented = members_count_or(members, flow, "fragmented", 0);
	one.first_frame_ns = read_ns(flow, "first_frame_ns");
	one.last_frame_ns = read_ns(flow, "last_frame_ns");
	if (strcmp(side, "sender") == 0) {
		one.side = VANTAGE_SIDE_SENDER;
	} else if (strcmp(side, "receiver") == 0) {
		one.side = VANTAGE_SIDE_RECEIVER;
	} else if (*side != '\0') {
		members_fail(members, -EINVAL, "side", "is neither sender nor receiver");
	}
	if (members->error == 0) {
		fill_run(members, &books, &one);
	}
	run = members->error == 0 ? vantage_add_run(vantage, &one.key) : NULL;
	if (run != NULL) {
		merge_run(&one, run);
	} else {
		members_fail(members, -ENOMEM, "run_id", "is one run more than can be held");
	}
	seqset_release(&books.missing);
	seqset_release(&one.covered);
	seqset_release(&one.seen);
}

static void read_flows(struct members *members, const json_t *report, struct vantage *vantage)
{
	const json_t *flows = members_array(members, report, "flows", true);

	for (size_t i = 0; i < json_array_size(flows) && members->error == 0; i++) {
		members_at(members, "flows[%zu].", i);
		if (!json_is_object(json_array_get(flows, i))) {
			members_fail(members, -EINVAL, "", "is no object");
		}
		read_flow(members, json_array_get(flows, i), vantage);
	}
	members_at(members, "%s", "");
}

static void read_capture(struct members *members, const json_t *report, struct vantage *vantage)
{
	const json_t *capture = members_object(members, report, "capture", true), *complete;
	uint64_t received, seen;

	if (capture == NULL) {
		return;
	}
	members_at(members, "capture.");
	complete = json_object_get(capture, "complete");
	if (json_is_boolean(complete)) {
		vantage->complete =
			json_is_true(complete) ? VANTAGE_COMPLETE_YES : VANTAGE_COMPLETE_NO;
	} else if (complete != NULL && !json_is_null(complete)) {
		members_fail(members, -EINVAL, "complete", "is neither true, false nor null");
	}
	vantage->offloaded = members_count_or(members, capture, "offloaded", 0) > 0;
	/* what the kernel handed over and nobody looked at */
	received = members_count_or(members, capture, "received", 0);
	seen = members_count_or(members, capture, "frames", received);
	if (received > seen && received - seen > vantage->own_drops) {
		vantage->own_drops = received - seen;
		vantage->complete = VANTAGE_COMPLETE_NO;
	}
	members_at(members, "%s", "");
}

static void read_list(struct members *members, const json_t *object, const char *name,
		      struct vantage_list *list)
{
	const json_t *value = members_object(members, object, name, false);

	if (value != NULL) {
		members_at(members, "sender.%s.", name);
		list->count = members_count(members, value, "count");
		members_ranges(members, value, "ranges", &list->seqs);
		list->complete = members_flag(members, value, "complete");
		members_at(members, "sender.");
	}
}

/* Of several groups the lists are merged: what stays of them is the count. */
static void forget_seqs(struct vantage_list *list)
{
	seqset_release(&list->seqs);
	list->complete = false;
}

static void read_refusals(struct members *members, const json_t *object, struct vantage_sent *sent)
{
	const json_t *refusals = members_array(members, object, "failed_ranges", false);

	if (json_array_size(refusals) > VANTAGE_ERRORS) {
		members_fail(members, -E2BIG, "failed_ranges", "has too many errors");
	}
	for (size_t i = 0; i < json_array_size(refusals) && members->error == 0; i++) {
		struct vantage_refusal *refusal = &sent->refusal[sent->refusals++];
		const json_t *value = json_array_get(refusals, i);

		members_at(members, "sender.failed_ranges[%zu].", i);
		snprintf(refusal->error, sizeof(refusal->error), "%s",
			 members_text(members, value, "error", true));
		refusal->list.count = members_count(members, value, "count");
		members_ranges(members, value, "ranges", &refusal->list.seqs);
		refusal->list.complete = members_flag(members, value, "complete");
	}
	members_at(members, "sender.");
}

static uint64_t read_retries(struct members *members, const json_t *object, uint64_t failed)
{
	const json_t *errors = members_object(members, object, "errors", false), *value;
	uint64_t all = 0;
	const char *name;

	json_object_foreach((json_t *)errors, name, value)
	{
		all += members_count(members, errors, name);
	}
	return all > failed ? all - failed : 0;
}

/*
 * What a sender of PTP-shaped probes says of its Follow_Ups. One goes for each Sync, whatever
 * became of that; their departures aren't stamped, and of those that failed the seqs aren't told.
 */
static void read_general(struct members *members, const json_t *object, struct vantage *vantage)
{
	const json_t *value = members_object(members, object, "follow_ups", false);
	struct vantage_sent *sent = &vantage->sent, *general = &vantage->general;
	uint64_t port;

	if (value == NULL) {
		return;
	}
	members_at(members, "sender.follow_ups.");
	port = members_count(members, value, "port");
	if (port > UINT16_MAX) {
		members_fail(members, -EINVAL, "port", "is no UDP port");
	}
	*general = (struct vantage_sent){
		.run_id = sent->run_id,
		.group = sent->group,
		.used = sent->used,
		.failed = members_count(members, value, "failed"),
		.fragments = 1,
	};
	general->group.first.port = (uint16_t)port;
	if (general->failed > 0) {
		general->refusals = 1;
		snprintf(general->refusal[0].error, sizeof(general->refusal[0].error), "an error");
		general->refusal[0].list.count = general->failed;
	}
	members_at(members, "sender.");
}

static void read_sender(struct members *members, const json_t *report, struct vantage *vantage)
{
	const json_t *object = members_object(members, report, "sender", true);
	struct vantage_sent *sent = &vantage->sent;
	struct vantage_key first;
	uint64_t groups;

	members_at(members, "sender.");
	read_key(members, object, &first);
	groups = members_count_or(members, object, "groups", 1);
	if (groups < 1 || groups > GROUP_MAX_COUNT) {
		members_fail(members, -EINVAL, "groups", "isn't within 1..65536");
	}
	sent->run_id = first.run_id;
	sent->group = (struct group){.first = first.group, .count = (uint32_t)groups};
	sent->failed = members_count(members, object, "failed");
	sent->used = members_count(members, object, "sent") + sent->failed;
	read_general(members, object, vantage);
	sent->retried = read_retries(members, object, sent->failed + vantage->general.failed);
	vantage->general.retried = sent->retried;
	sent->fragments = members_count_or(members, object, "fragments", 1);
	sent->stamp_every = members_count_or(members, object, "stamp_every", 0);
	sent->stamps_listed = json_is_object(json_object_get(object, "unscheduled")) &&
			      json_is_object(json_object_get(object, "sched_without_snd"));
	read_list(members, object, "unscheduled", &sent->unscheduled);
	read_list(members, object, "sched_without_snd", &sent->sched_without_snd);
	read_refusals(members, object, sent);
	if (groups > 1) {
		forget_seqs(&sent->unscheduled);
		forget_seqs(&sent->sched_without_snd);
		for (size_t i = 0; i < sent->refusals; i++) {
			forget_seqs(&sent->refusal[i].list);
		}
	}
	members_at(members, "%s", "");
}

static void read_evidence(struct members *members, const json_t *report, struct vantage *vantage)
{
	const json_t *evidence = members_object(members, report, "evidence", false);
	char error[EVIDENCE_ERROR_TEXT];
	int err;

	if (evidence == NULL) {
		return;
	}
	evidence_release(&vantage->evidence);
	err = evidence_parse(evidence, &vantage->evidence, error);
	vantage->has_evidence = err == 0;
	if (err < 0) {
		evidence_init(&vantage->evidence);
		members_fail(members, err, error, "");
	}
}

static const struct tool {
	const char *name;
	enum vantage_role role;
	void (*read)(struct members *, const json_t *, struct vantage *);
} tools[] = {
	{"ptprobe-send", VANTAGE_SENDER, read_sender},
	{"ptprobe-recv", VANTAGE_RECEIVER, read_flows},
	{"ptprobe-capture", VANTAGE_TAP, read_flows},
};

static const struct tool *find_tool(struct members *members, const json_t *report)
{
	const char *name;

	if (!json_is_object(report)) {
		members_fail(members, -EINVAL, "it", "is no report of a ptprobe tool");
		return NULL;
	}
	if (strcmp(members_text(members, report, "schema", true), REPORT_SCHEMA) != 0) {
		members_fail(members, -EINVAL, "schema",
			     "isn't " REPORT_SCHEMA ": no report of this version of ptprobe");
		return NULL;
	}
	name = members_text(members, report, "tool", true);
	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++) {
		if (strcmp(name, tools[i].name) == 0) {
			return &tools[i];
		}
	}
	members_fail(members, -EINVAL, "tool",
		     "isn't ptprobe-send, ptprobe-recv or ptprobe-capture");
	return NULL;
}

static void read_aliens(struct members *members, const json_t *report, struct vantage *vantage)
{
	static const char *const name[] = {"alien", "other_version", "overflow", "unheard_ends"};
	const json_t *counts = members_object(members, report, "counts", false);

	for (size_t i = 0; counts != NULL && i < sizeof(name) / sizeof(*name); i++) {
		uint64_t count = members_count_or(members, counts, name[i], 0);

		vantage->aliens += count < UINT64_MAX - vantage->aliens ? count : 0;
	}
}

static struct vantage *read_one(struct vantages *vantages, const json_t *report,
				const struct vantage_naming *naming, struct members *members)
{
	const struct tool *tool = find_tool(members, report);
	struct vantage *vantage = tool != NULL ? vantages_add(vantages, tool->role, naming) : NULL;

	if (vantage == NULL) {
		members_fail(members, -E2BIG, "it", "is one report more than can be held");
		return NULL;
	}
	vantage_text(vantage->tool, tool->name);
	vantage_text(vantage->host, members_text(members, report, "host", false));
	vantage_text(vantage->interface, members_text(members, report, "interface", false));
	vantage->own_drops = members_count_or(members, report, "own_drops", 0);
	read_aliens(members, report, vantage);
	vantage->start_ns = read_ns(report, "start_ns");
	vantage->end_ns = read_ns(report, "end_ns");
	vantage->synchronised = json_is_true(json_object_get(report, "synchronised"));
	tool->read(members, report, vantage);
	if (vantage->role == VANTAGE_TAP) {
		read_capture(members, report, vantage);
	}
	read_evidence(members, report, vantage);
	return vantage;
}

int vantages_read(struct vantages *vantages, const json_t *report,
		  const struct vantage_naming *naming, char error[static VANTAGE_ERROR_TEXT])
{
	struct members members = {0};
	struct vantage *vantage = read_one(vantages, report, naming, &members), *tap;
	const json_t *witness = NULL;

	if (vantage != NULL && vantage->role != VANTAGE_TAP) {
		witness = members_object(&members, report, "witness", false);
	}
	if (witness != NULL) {
		struct vantage_naming beside = *naming;

		beside.side = vantage->role == VANTAGE_SENDER ? VANTAGE_SIDE_SENDER
							      : VANTAGE_SIDE_RECEIVER;
		tap = read_one(vantages, witness, &beside, &members);
		if (tap != NULL && tap->role != VANTAGE_TAP) {
			members_fail(&members, -EINVAL, "witness",
				     "is no report of ptprobe-capture");
		}
		if (tap != NULL) {
			tap->beside = vantage;
		}
	}
	if (members.error < 0) {
		snprintf(error, VANTAGE_ERROR_TEXT, "'%.80s': %s%.200s",
			 naming->file != NULL ? naming->file : "report",
			 witness != NULL ? "in its witness, " : "", members.text);
	}
	return members.error;
}
