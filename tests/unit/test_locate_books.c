/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random fates: each probe dies at a place that is drawn for it, or arrives; what the vantages
 * would have seen of that is derived, with duplicates' and other traffic's noise where it must not
 * matter; and the join must give back exactly what was drawn. The seed is printed, and may be given
 * as the only argument.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "locate_bed.h"

enum { ROUNDS = 300 };

static uint64_t seed = 1;

static uint64_t next(void)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return seed >> 33;
}

/* One place of each segment in a round: several of one segment share counters, and are told apart
 * only as counts. */
struct plan {
	enum place sender, path, host;
	unsigned int share; /* one in so many is lost at each */
};

static const enum place senders[] = {PLACE_SENDER_FIREWALL, PLACE_SENDER_NEIGHBOUR,
				     PLACE_SENDER_QDISC};
static const enum place paths[] = {PLACE_NETWORK, PLACE_LAST_HOP_WIRE, PLACE_RECEIVER_NIC,
				   PLACE_RECEIVER_BACKLOG};
static const enum place hosts[] = {PLACE_RECEIVER_INGRESS, PLACE_RECEIVER_RPFILTER,
				   PLACE_RECEIVER_CHECKSUM, PLACE_RECEIVER_SOCKET,
				   PLACE_RECEIVER_FIREWALL};

#define DRAW(array) ((array)[next() % (sizeof(array) / sizeof(*(array)))])

static void draw_fates(const struct plan *plan, enum place fate[BED_SEQS])
{
	for (size_t i = 0; i < BED_SEQS; i++) {
		fate[i] = PLACE_DELIVERED;
		if (next() % plan->share == 0) {
			switch (next() % 3) {
			case 0:
				fate[i] = plan->sender;
				break;
			case 1:
				fate[i] = plan->path;
				break;
			default:
				fate[i] = plan->host;
				break;
			}
		}
	}
}

static uint64_t count_of(const enum place fate[BED_SEQS], enum place place)
{
	uint64_t count = 0;

	for (size_t i = 0; i < BED_SEQS; i++) {
		count += fate[i] == place;
	}
	return count;
}

/* Every probe that died before the place lacks in what stands behind it. */
static void miss_until(struct vantage *vantage, const enum place fate[BED_SEQS], enum place last)
{
	for (uint64_t i = 0; i < BED_SEQS; i++) {
		if (fate[i] <= last) {
			bed_miss(vantage, i, i);
		}
	}
}

static void derive_sender(const struct plan *plan, const enum place fate[BED_SEQS])
{
	struct vantage *sender = bed_sender();
	uint64_t count = count_of(fate, plan->sender);
	struct vantage_refusal *refusal = &sender->sent.refusal[0];

	if (plan->sender == PLACE_SENDER_QDISC) {
		bed_rise(sender, "qdisc.pfifo.1:.drops", count + next() % 3);
	}
	if (plan->sender != PLACE_SENDER_FIREWALL) {
		return;
	}
	sender->sent.refusals = 1;
	sender->sent.failed = count;
	snprintf(refusal->error, sizeof(refusal->error), "EPERM");
	refusal->list.count = count;
	refusal->list.complete = true;
	for (uint64_t i = 0; i < BED_SEQS; i++) {
		if (fate[i] == PLACE_SENDER_FIREWALL) {
			seqset_add(&refusal->list.seqs, i, i);
		}
	}
}

static void derive_receiver(const struct plan *plan, const enum place fate[BED_SEQS],
			    struct vantage *tap, struct vantage *receiver)
{
	static const char *const counter[PLACES] = {
		[PLACE_LAST_HOP_WIRE] = "ethtool.rx_crc_errors",
		[PLACE_RECEIVER_NIC] = "ethtool.rx_missed_errors",
		[PLACE_RECEIVER_BACKLOG] = "softnet.dropped",
		[PLACE_RECEIVER_RPFILTER] = "tcpext.IPReversePathFilter",
		[PLACE_RECEIVER_CHECKSUM] = "udp.InCsumErrors",
		[PLACE_RECEIVER_SOCKET] = "udp.RcvbufErrors",
	};
	uint64_t in_path = count_of(fate, plan->path), in_host = count_of(fate, plan->host);
	uint64_t frames = seqset_count(&tap->run[0].seen);

	if (counter[plan->path] != NULL) {
		bed_rise(receiver, counter[plan->path], in_path);
	}
	if (counter[plan->host] != NULL) {
		bed_rise(receiver, counter[plan->host], in_host);
	}
	tap->run[0].frames = frames;
	bed_rise(tap, "ip.InReceives",
		 frames - (plan->host == PLACE_RECEIVER_INGRESS ? in_host : 0));
	bed_rise(receiver, "ip.InReceives", frames);
	bed_rise(receiver, "ip.InDelivers",
		 frames - (plan->host == PLACE_RECEIVER_FIREWALL ? in_host : 0));
}

/* The row at place holds exactly the seqs drawn for it. */
static void assert_drawn(const enum place fate[BED_SEQS], enum place place)
{
	const struct locate_row *row = bed_row(place);

	assert_count(place, count_of(fate, place));
	for (uint64_t i = 0; row != NULL && i < BED_SEQS; i++) {
		assert_int_equal(seqset_has(&row->seqs, i), fate[i] == place);
	}
}

static void what_was_drawn_comes_back(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		struct plan plan = {DRAW(senders), DRAW(paths), DRAW(hosts),
				    (unsigned int)(2 + next() % 60)};
		enum place fate[BED_SEQS];
		struct vantage *tap, *receiver, *by_sender;

		(void)bed_start(state);
		draw_fates(&plan, fate);
		derive_sender(&plan, fate);
		by_sender = bed_tap("sender");
		tap = bed_tap("rx");
		receiver = bed_receiver("rx");
		miss_until(by_sender, fate, PLACE_SENDER_QDISC);
		miss_until(tap, fate, PLACE_RECEIVER_XDP);
		miss_until(receiver, fate, PLACE_RECEIVER_SOCKET);
		derive_receiver(&plan, fate, tap, receiver);
		bed_join();
		for (size_t place = 0; place < PLACES; place++) {
			assert_drawn(fate, (enum place)place);
		}
		(void)bed_end(state);
	}
}

/* Any vantages at all, truthful or not: every seq has one fate, which the join asserts itself. */
static void books_balance_whatever_the_vantages_say(void **state)
{
	static const enum vantage_complete complete[] = {VANTAGE_COMPLETE_UNKNOWN,
							 VANTAGE_COMPLETE_NO, VANTAGE_COMPLETE_YES};

	for (int round = 0; round < ROUNDS; round++) {
		struct vantage *vantage[6];
		size_t count = 0;

		(void)bed_start(state);
		if (next() % 4 > 0) {
			struct vantage *sender = bed_sender();

			sender->sent.used = next() % 1200;
			if (next() % 2 == 0) {
				bed_stamp(sender);
			}
			seqset_add(&sender->sent.unscheduled.seqs, 5, 5 + next() % 50);
			seqset_add(&sender->sent.sched_without_snd.seqs, 50, 50 + next() % 50);
		}
		vantage[count++] = bed_receiver("one");
		if (next() % 2 == 0) {
			vantage[count++] = bed_tap("one");
		}
		if (next() % 2 == 0) {
			vantage[count++] = bed_tap("two");
		}
		if (next() % 2 == 0) {
			vantage[count++] = bed_receiver("two");
		}
		if (next() % 2 == 0) {
			vantage[count++] = bed_tap("sender");
		}
		for (size_t i = 0; i < count; i++) {
			for (uint64_t k = next() % 8; k > 0; k--) {
				uint64_t first = next() % BED_SEQS;

				bed_miss(vantage[i], first, first + next() % 40);
			}
			if (next() % 3 == 0) {
				bed_hide(vantage[i], 0, next() % 300);
			}
			if (next() % 3 == 0) {
				vantage[i]->run[0].unlisted = next() % 20;
				vantage[i]->run[0].doubtful = next() % 20;
				vantage[i]->run[0].certain_last = next() % BED_SEQS;
				vantage[i]->run[0].nothing_certain = next() % 2 == 0;
			}
			vantage[i]->run[0].late = next() % 5;
			vantage[i]->complete = DRAW(complete);
			bed_rise(vantage[i], "udp.RcvbufErrors", next() % 40);
			bed_rise(vantage[i], "softnet.dropped", next() % 40);
		}
		bed_join();
		assert_int_equal(joined->runs, 1);
		(void)bed_end(state);
	}
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_drawn_comes_back),
		cmocka_unit_test(books_balance_whatever_the_vantages_say),
	};

	if (argc > 1) {
		seed = strtoull(argv[1], NULL, 10);
	}
	printf("# seed %llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
