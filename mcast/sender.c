/* SPDX-License-Identifier: BSD-2-Clause */
#include "sender.h"

#include <errno.h>
#include <stdlib.h>

#include "clock.h"
#include "departures.h"
#include "general.h"
#include "send_options.h"
#include "sender_slots.h"
#include "sock_send.h"
#include "stamps.h"
#include "wire.h"

enum {
	STAMP_ALL_PPS = 20000,  /* up to here every departure is stamped */
	STAMP_SOME_PPS = 10000, /* beyond, about so many */
	ENDS = 10,
	END_PERIOD_NS = 100000000,
	START_DELAY_NS = 1000000, /* the first slot shan't be late */
	GRACE_NS = 100000000,     /* after its time for a run that is behind */
	GIVE_UP_NS = 1000000000,  /* for a datagram that the kernel has no room for */
	RETRY_NS = 100000,
	DRAIN_STAMPS = 16,   /* without a gap: many enough to be cheap, few enough for the queue */
	DRAIN_ONE_NS = 5000, /* a gap long enough for one read of the error queue */
	DRAIN_ALL_NS = 100000,
	TICK_GAP_NS = 100000,        /* a gap long enough to print in */
	TICK_PATIENCE_NS = 50000000, /* so long a tick waits for such a gap */
	WARM_GAP_NS = 60000,         /* a gap that is slept in */
	WARM_NS = 20000,             /* before the slot */
	POLL_NS = 2000000,           /* waits beyond it are interruptible without a race */
	POLL_EARLY_NS = 500000,      /* poll may oversleep by 0.1 %, and this */
	GENERAL_GAP_NS = 50000,      /* a gap long enough for one Follow_Up */
	GENERAL_MANY = 32, /* in line: no gap is waited for any more; receivers hold 64 Syncs that
			       none has vouched for */
};

int sender_init(struct sender *sender)
{
	const struct send_options *options = sender->options;
	double pps = pacing_rate_pps(&options->plan);

	sender->slot = calloc(sock_send_batch_size(sender->sock), sizeof(*sender->slot));
	sender->refusals = calloc(1, sizeof(*sender->refusals));
	if (!sender->slot || !sender->refusals) {
		return -ENOMEM;
	}
	sender->stamps = !options->offload && options->stamp != STAMPS_USER;
	sender->out = sender->sock;
	sender->period_ns = pacing_wire_period_ns(&options->plan, options->group.count);
	if (options->plan.pattern != PACING_MAX) {
		sender->stamp_every =
			pps <= STAMP_ALL_PPS ? 1 : (uint64_t)(pps / STAMP_SOME_PPS + 1);
	}
	return 0;
}

void sender_release(struct sender *sender)
{
	free(sender->refusals);
	free(sender->slot);
}

static void drain(struct sender *sender, bool all)
{
	sock_send_drain(sender->sock, sender->departures, all);
	sender->undrained = 0;
}

/* A datagram that failed may have taken a stamp's id, or not: no telling, so the count starts anew.
 */
static void resynchronise(struct sender *sender)
{
	if (sender->stamps) {
		drain(sender, true);
		sock_send_restart_ids(sender->sock);
		departures_restart(sender->departures);
	}
}

/* Sends at most most Follow_Ups that may go now. Returns how many were dealt with. */
static uint32_t send_general(struct sender *sender, uint32_t most)
{
	struct probe like = sender_any_probe(sender);
	uint32_t count = 0;

	while (sender->general && count < most &&
	       general_send(sender->general, &like, clock_mono_ns(), &sender->errors)) {
		count++;
	}
	return count;
}

/* Where there is no gap, Follow_Ups may not pile up without end. */
static void relieve_general(struct sender *sender)
{
	uint32_t count = sender->general ? follow_ups_count(&sender->general->follow_ups) : 0;

	if (count <= GENERAL_MANY) {
		return;
	}
	drain(sender, true);
	(void)send_general(sender, count - GENERAL_MANY);
	general_give_up(sender->general, FOLLOW_UPS_RING - sock_send_batch_size(sender->sock));
}

static bool is_stopped(const struct sender *sender)
{
	return !sender->ending && *sender->stop != 0;
}

/* After an error of the send call. True: try again. False: this datagram has failed for good. */
static bool retry_later(struct sender *sender, int error, int64_t since_ns)
{
	send_errors_add(&sender->errors, error);
	if (error == EAGAIN) {
		sock_send_wait_room(sender->out, GIVE_UP_NS / 10);
	} else if (error == ENOBUFS || error == ENOMEM ||
		   sender->pacing.plan.pattern == PACING_MAX) {
		(void)clock_wait_until(clock_mono_ns() + RETRY_NS);
	}
	return (error == EAGAIN || error == ENOBUFS || error == ENOMEM || error == EINTR) &&
	       clock_mono_ns() - since_ns <= GIVE_UP_NS;
}

/* Sends slots first..count-1; what a stop finds unsent gives its seqs back. */
static void send_slots(struct sender *sender, uint32_t count)
{
	int64_t since_ns = clock_mono_ns();
	uint32_t first = 0;

	while (first < count && !(first > 0 && is_stopped(sender))) {
		int64_t mono_ns = clock_mono_ns(), real_ns = clock_real_ns();
		int sent;

		for (uint32_t i = first; i < count; i++) {
			sender_slot_encode(sender, i, mono_ns, real_ns);
		}
		sent = sock_send_batch(sender->out, first, count - first);
		if (sent > 0) {
			sender_slots_sent(sender, first, (uint32_t)sent, mono_ns, real_ns);
			first += (uint32_t)sent;
			since_ns = mono_ns;
			if (first < count) {
				resynchronise(sender);
			}
			continue;
		}
		resynchronise(sender);
		if (is_stopped(sender)) {
			break;
		}
		if (!retry_later(sender, -sent, since_ns)) {
			uint32_t segments = sock_send_segments(sender->out);
			uint32_t failed = count - first < segments ? count - first : segments;

			sender_slots_refused(sender, first, failed, -sent);
			first += failed;
			since_ns = clock_mono_ns();
		}
	}
	if (!sender->ending) {
		sender->used -= count - first;
	}
}

/* What a sleep has left cold costs most of a microsecond, and not always the same. */
static void warm_up(struct sender *sender)
{
	const struct probe nothing = {.run_id = sender->run_id};

	wire_encode(sock_send_payload(sender->sock, 0), WIRE_HEADER_LENGTH, &nothing);
}

/* Waits until the next slot or tick; the kernel's stamps are read early in the gap, and Follow_Ups
 * go there. */
static void spend_gap(struct sender *sender, int64_t now_ns)
{
	int64_t gap_ns = sender->pacing.next_ns - now_ns;
	int64_t wake_ns = sender->pacing.next_ns;
	int64_t general_ns, left_ns;

	if (sender->undrained > 0 && gap_ns >= DRAIN_ONE_NS) {
		drain(sender, gap_ns >= DRAIN_ALL_NS);
		return;
	}
	if (gap_ns >= GENERAL_GAP_NS && send_general(sender, 1) > 0) {
		return;
	}
	if (now_ns >= sender->next_tick_ns && gap_ns >= TICK_GAP_NS) {
		return; /* the tick is done by the caller */
	}
	if (sender->next_tick_ns > now_ns && sender->next_tick_ns < wake_ns) {
		wake_ns = sender->next_tick_ns;
	}
	general_ns = sender->general ? general_wake_ns(sender->general) : INT64_MAX;
	if (general_ns > now_ns && general_ns < wake_ns) {
		wake_ns = general_ns;
	}
	left_ns = wake_ns - now_ns;
	/* a stamp that is waited for wakes */
	if (left_ns > (general_ns == INT64_MAX ? POLL_NS : 2 * POLL_EARLY_NS)) {
		sigset_t before;

		/* a signal between the look at stop and the wait shan't be slept through */
		(void)sigprocmask(SIG_BLOCK, &sender->signals, &before);
		if (!is_stopped(sender) &&
		    sock_send_wait_stamp(sender->sock, left_ns - left_ns / 256 - POLL_EARLY_NS,
					 &before)) {
			drain(sender, true);
		}
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
		return;
	}
	if (left_ns > WARM_GAP_NS && clock_spins()) {
		(void)clock_wait_until(wake_ns - WARM_NS);
		warm_up(sender);
	}
	(void)clock_wait_until(wake_ns);
}

static void tick_if_due(struct sender *sender)
{
	int64_t now_ns = clock_mono_ns();
	bool has_gap = sender->pacing.next_ns - now_ns >= TICK_GAP_NS;

	sender->wake(sender->context);
	if (now_ns < sender->next_tick_ns ||
	    (!has_gap && sender->pacing.plan.pattern != PACING_MAX &&
	     now_ns < sender->next_tick_ns + TICK_PATIENCE_NS)) {
		return;
	}
	while (sender->next_tick_ns <= now_ns) {
		sender->next_tick_ns += sender->tick_period_ns;
	}
	sender->tick(sender->context, now_ns);
}

/* Serves the schedule: count slots (0: no limit), those before end_ns, or until stopped. */
static void run_schedule(struct sender *sender, uint64_t count, int64_t end_ns)
{
	struct pacing *pacing = &sender->pacing;
	uint32_t batch = sock_send_batch_size(sender->sock);
	bool max = pacing->plan.pattern == PACING_MAX;
	int64_t deadline_ns = end_ns < INT64_MAX - GRACE_NS && !max ? end_ns + GRACE_NS : end_ns;
	int64_t now_ns = clock_mono_ns();

	while (!is_stopped(sender) && pacing->next_ns < end_ns && now_ns < deadline_ns &&
	       (count == 0 || pacing->slot < count)) {
		if (now_ns < pacing->next_ns) {
			spend_gap(sender, now_ns);
		} else {
			uint32_t due = 0;

			while (due < batch && pacing->next_ns <= now_ns &&
			       pacing->next_ns < end_ns && (count == 0 || pacing->slot < count)) {
				sender_slot_fill(sender, due++, now_ns);
			}
			send_slots(sender, due);
			relieve_general(sender);
			if (sender->undrained >= DRAIN_STAMPS ||
			    (sender->undrained > 0 && due == batch)) {
				drain(sender, true);
			}
		}
		tick_if_due(sender);
		clock_breathe(&sender->breath);
		now_ns = clock_mono_ns();
	}
}

void sender_send_probes(struct sender *sender, uint64_t seed)
{
	const struct send_options *options = sender->options;
	struct pacing_plan plan = options->plan;
	struct pacing *pacing = &sender->pacing;
	int64_t end_ns = INT64_MAX;

	plan.seed = seed;
	pacing_init(pacing, &plan, clock_mono_ns() + START_DELAY_NS);
	sender->next_tick_ns = pacing->start_ns + sender->tick_period_ns;

	if (options->time_ns > 0 && options->time_ns < INT64_MAX - pacing->start_ns) {
		end_ns = pacing->start_ns + options->time_ns;
	}
	run_schedule(sender, options->count, end_ns);
	if (!is_stopped(sender) && end_ns < INT64_MAX &&
	    !(options->count > 0 && pacing->slot >= options->count)) {
		sender->missed = pacing_slots_before(pacing, end_ns);
	}
	sender->counts.late = pacing->late;
	sender->max_slip_ns = pacing->max_slip_ns;
}

/* The last Follow_Ups; each of them waits at most so long, and all of them not much longer. */
static void finish_general(struct sender *sender)
{
	int64_t deadline_ns = clock_mono_ns() + GIVE_UP_NS, wake_ns, now_ns;

	drain(sender, true);
	while (send_general(sender, UINT32_MAX),
	       (wake_ns = general_wake_ns(sender->general)) < INT64_MAX) {
		now_ns = clock_mono_ns();
		if (now_ns > deadline_ns) {
			general_give_up(sender->general, 0);
		} else if (wake_ns > now_ns) {
			(void)sock_send_wait_stamp(sender->sock, wake_ns - now_ns, NULL);
			drain(sender, true);
		}
	}
}

void sender_send_ends(struct sender *sender)
{
	const struct send_options *options = sender->options;
	double most_bps =
		options->rate_bps > SEND_UNASKED_BPS ? options->rate_bps : SEND_UNASKED_BPS;
	double least_ns = 8e9 * (double)send_options_probe_bytes(options) / most_bps;
	uint64_t groups = options->group.count;
	struct pacing_plan plan = {
		.pattern = PACING_PERIODIC,
		.burst = 1,
		.period_num = END_PERIOD_NS,
		.period_den = groups,
	};

	if (least_ns > (double)END_PERIOD_NS / (double)groups) {
		plan.period_num = (uint64_t)least_ns;
		plan.period_den = 1;
	}
	drain(sender, true);
	if (sender->general) {
		finish_general(sender);
		sender->out = sender->general->sock;
	}
	sender->ending = true;
	pacing_init(&sender->pacing, &plan, clock_mono_ns());
	run_schedule(sender, ENDS * groups, INT64_MAX);
	drain(sender, true);
	departures_settle(sender->departures);
}
