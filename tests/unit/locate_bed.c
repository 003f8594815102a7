/* SPDX-License-Identifier: BSD-2-Clause */
#include "locate_bed.h"

#include <string.h>

#define SECOND_NS INT64_C(1000000000)

struct vantages bed;
struct locate_result *joined;

int bed_start(void **state)
{
	(void)state;
	bed = (struct vantages){0};
	joined = NULL;
	return 0;
}

int bed_end(void **state)
{
	(void)state;
	locate_free(joined);
	joined = NULL;
	vantages_release(&bed);
	return 0;
}

struct vantage_key bed_key(void)
{
	struct vantage_key key = {.run_id = UINT64_C(0x7c3a90d417be2c05)};
	static const uint8_t group[4] = {239, 255, 31, 9};

	endpoint_set_ipv4(&key.group, group);
	key.group.port = 31900;
	return key;
}

static struct vantage *add(enum vantage_role role, const char *name, enum vantage_side side)
{
	struct vantage_naming naming = {.name = name, .file = "by hand", .side = side};
	struct vantage *vantage = vantages_add(&bed, role, &naming);

	assert_non_null(vantage);
	/* the sender's 1 s lies within the others' 9 s */
	vantage->synchronised = true;
	vantage->start_ns = role == VANTAGE_SENDER ? 4 * SECOND_NS : 1 * SECOND_NS;
	vantage->end_ns = role == VANTAGE_SENDER ? 5 * SECOND_NS : 10 * SECOND_NS;
	vantage->has_evidence = true;
	vantage->evidence.settings.carrier = EVIDENCE_YES;
	vantage->evidence.settings.xdp = EVIDENCE_XDP_NONE;
	return vantage;
}

/* One that was there and stood still. */
static void add_flat(struct vantage *vantage, const char *const *name, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bed_counter(vantage, name[i], 1000, 1000);
	}
}

struct vantage *bed_sender(void)
{
	static const char *const flat[] = {
		"udp.SndbufErrors", "ip.OutDiscards",       "qdisc.pfifo.1:.drops",
		"link.tx_errors",   "link.carrier_changes",
	};
	struct vantage *sender = add(VANTAGE_SENDER, NULL, VANTAGE_SIDE_UNKNOWN);
	struct vantage_key key = bed_key();

	sender->sent.run_id = key.run_id;
	sender->sent.group = (struct group){.first = key.group, .count = 1};
	sender->sent.used = BED_SEQS;
	sender->sent.fragments = 1;
	add_flat(sender, flat, sizeof(flat) / sizeof(*flat));
	return sender;
}

void bed_stamp(struct vantage *sender)
{
	sender->sent.stamp_every = 1;
	sender->sent.stamps_listed = true;
	sender->sent.unscheduled.complete = true;
	sender->sent.sched_without_snd.complete = true;
}

static void add_run(struct vantage *vantage)
{
	struct vantage_key key = bed_key();
	struct vantage_run *run = vantage_add_run(vantage, &key);

	assert_non_null(run);
	seqset_add(&run->covered, 0, BED_SEQS - 1);
	seqset_add(&run->seen, 0, BED_SEQS - 1);
	run->end_known = true;
	run->used = BED_SEQS;
	run->frames = BED_SEQS;
	run->first_frame_ns = 4 * SECOND_NS;
	run->last_frame_ns = 5 * SECOND_NS;
}

static void add_receivers_counters(struct vantage *vantage)
{
	static const char *const flat[] = {
		"link.rx_crc_errors", "link.rx_missed_errors",
		"softnet.dropped",    "tcpext.IPReversePathFilter",
		"udp.InCsumErrors",   "udp.RcvbufErrors",
		"udp.IgnoredMulti",   "ip.ReasmReqds",
		"ip.ReasmOKs",        "ip.ReasmFails",
		"ip.InHdrErrors",
	};
	struct vantage_key key = bed_key();

	add_flat(vantage, flat, sizeof(flat) / sizeof(*flat));
	bed_rise(vantage, "link.rx_packets", BED_SEQS);
	bed_rise(vantage, "ip.InReceives", BED_SEQS);
	bed_rise(vantage, "ip.InDelivers", BED_SEQS);
	vantage->evidence.settings.members_known = EVIDENCE_YES;
	assert_int_equal(igmp_groups_add(&vantage->evidence.settings.member, &key.group), 0);
}

struct vantage *bed_tap(const char *name)
{
	bool senders = strcmp(name, "sender") == 0;
	struct vantage *tap =
		add(VANTAGE_TAP, name, senders ? VANTAGE_SIDE_SENDER : VANTAGE_SIDE_RECEIVER);

	tap->complete = VANTAGE_COMPLETE_YES;
	add_run(tap);
	if (!senders) {
		add_receivers_counters(tap);
	}
	return tap;
}

struct vantage *bed_receiver(const char *name)
{
	struct vantage *receiver = add(VANTAGE_RECEIVER, name, VANTAGE_SIDE_UNKNOWN);

	add_run(receiver);
	add_receivers_counters(receiver);
	return receiver;
}

static void take_away(struct seqset *set, uint64_t first, uint64_t last)
{
	struct seqset some = {0};

	seqset_add(&some, first, last);
	seqset_subtract(set, &some, set);
	seqset_release(&some);
}

void bed_miss(struct vantage *vantage, uint64_t first, uint64_t last)
{
	take_away(&vantage->run[0].seen, first, last);
}

void bed_hide(struct vantage *vantage, uint64_t first, uint64_t last)
{
	take_away(&vantage->run[0].seen, first, last);
	take_away(&vantage->run[0].covered, first, last);
}

void bed_forget(struct vantage *vantage)
{
	seqset_release(&vantage->run[0].covered);
	seqset_release(&vantage->run[0].seen);
	vantage->runs = 0;
}

/* What it was before is taken back first. */
static void set_counter(struct counters *counters, const char *name, uint64_t value)
{
	uint64_t now = 0;

	(void)counters_get(counters, name, &now);
	assert_int_equal(counters_add(counters, name, value - now), 0);
}

void bed_counter(struct vantage *vantage, const char *name, uint64_t before, uint64_t after)
{
	set_counter(&vantage->evidence.before, name, before);
	set_counter(&vantage->evidence.after, name, after);
}

void bed_rise(struct vantage *vantage, const char *name, uint64_t rise)
{
	bed_counter(vantage, name, 1000, 1000 + rise);
}

void bed_forget_counters(struct vantage *vantage)
{
	counters_clear(&vantage->evidence.before);
	counters_clear(&vantage->evidence.after);
}

void bed_join(void)
{
	static const struct locate_options options;
	char error[VANTAGE_ERROR_TEXT];

	locate_free(joined);
	joined = NULL;
	assert_int_equal(vantages_settle(&bed, error), 0);
	assert_int_equal(locate_join(&bed, &options, &joined), 0);
}

const struct locate_row *bed_row(enum place place)
{
	const struct locate_row *found = NULL;

	for (size_t i = 0; i < joined->rows; i++) {
		if (joined->row[i].place == place) {
			assert_null(found);
			found = &joined->row[i];
		}
	}
	return found;
}

void assert_count(enum place place, uint64_t count)
{
	uint64_t there = 0;

	for (size_t i = 0; i < joined->rows; i++) {
		there += joined->row[i].place == place ? joined->row[i].count : 0;
	}
	assert_int_equal(there, count);
}

void assert_delivered(int branch, uint64_t count)
{
	assert_int_equal(joined->runs, 1);
	assert_int_equal(joined->run[0].branch[branch].delivered, count);
}

const struct locate_row *assert_all_at(enum place place, uint64_t first, uint64_t last)
{
	const struct locate_row *row = NULL;

	for (size_t i = 0; i < joined->rows; i++) {
		if (joined->row[i].place != PLACE_DELIVERED) {
			assert_string_equal(place_name(joined->row[i].place), place_name(place));
			assert_null(row);
			row = &joined->row[i];
		}
	}
	assert_non_null(row);
	assert_int_equal(row->count, last - first + 1);
	assert_true(row->complete);
	assert_int_equal(row->seqs.count, 1);
	assert_int_equal(row->seqs.range[0].first, first);
	assert_int_equal(row->seqs.range[0].last, last);
	return row;
}

void assert_says(const struct locate_row *row, const char *text)
{
	assert_non_null(row);
	for (size_t i = 0; i < row->evidence; i++) {
		if (strstr(row->evidence_text[i], text) != NULL) {
			return;
		}
	}
	for (size_t i = 0; i < row->evidence; i++) {
		print_message("%s\n", row->evidence_text[i]);
	}
	fail_msg("no line of evidence holds '%s'", text);
}
