/* SPDX-License-Identifier: BSD-2-Clause */
#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"
#include "truth.h"

/* What a rule can name, found in a frame. */
struct parcel {
	bool is_ptp;
	struct frame_probe probe; /* from the sender, of flow */
	uint32_t flow;
	struct frame_ptp ptp; /* going way */
	enum script_way way;
};

/* A parcel that waits: for later_probes of its flow, then until due_ns. */
struct held {
	struct held *next;
	struct parcel parcel;
	struct fate fate;
	uint64_t later_probes;
	int64_t due_ns;
	size_t length;
	uint8_t bytes[];
};

static int64_t read_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t clock_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

static void relay_fail(struct relay *relay, const char *what)
{
	if (relay->is_exact) {
		fprintf(stderr, "relay: %s: its truth can't be trusted\n", what);
	}
	relay->is_exact = false;
}

static void relay_note(struct relay *relay, const struct parcel *parcel, enum truth_event event)
{
	int64_t now_ns = read_ns(CLOCK_REALTIME);

	if (parcel->is_ptp) {
		truth_add_ptp(relay->truth, parcel->way, &parcel->ptp, event, now_ns);
	} else if (truth_add(relay->truth, parcel->flow, parcel->probe.seq, event, now_ns) < 0) {
		relay_fail(relay, "no room for the truth");
	}
}

/* Carries a frame that the script has nothing to say about. False: the link was down. */
static bool relay_carry(struct relay *relay, struct port *to, const uint8_t *bytes, size_t length)
{
	int result = port_send(to, bytes, length);

	if (result == -ENOBUFS || result == -ENETDOWN || result == -ENXIO) {
		return false;
	}
	if (result < 0) {
		relay_fail(relay, strerror(-result));
	}
	return true;
}

static void relay_emit(struct relay *relay, uint8_t *bytes, size_t length,
		       const struct parcel *parcel, const struct fate *fate)
{
	bool is_back = parcel->is_ptp && parcel->way == SCRIPT_BACK;
	enum truth_event event = TRUTH_OUT;

	if (fate->corrupt) {
		frame_corrupt(bytes, length, &parcel->probe);
		event = TRUTH_CORRUPT;
	}
	if (fate->alien) {
		frame_make_alien(bytes, length, &parcel->probe);
		event = TRUTH_ALIEN;
	}
	if (fate->correct_ns) {
		frame_correct(bytes, length, &parcel->ptp, fate->correct_ns);
		event = TRUTH_CORRECTED;
	}
	if (fate->one_step) {
		frame_make_one_step(bytes, length, &parcel->ptp);
		event = TRUTH_ONE_STEP;
	}
	for (uint32_t i = 0; i < fate->copies; i++) {
		bool carried =
			relay_carry(relay, is_back ? &relay->from : &relay->to, bytes, length);

		relay_note(relay, parcel, carried ? event : TRUTH_DROPPED);
	}
}

static void held_append(struct held **list, struct held *held)
{
	while (*list && (*list)->due_ns <= held->due_ns) {
		list = &(*list)->next;
	}
	held->next = *list;
	*list = held;
}

static struct held *held_take(struct held **list)
{
	struct held *held = *list;

	*list = held->next;
	return held;
}

/* The probe has waited for its successors; goes on, or waits for its time. */
static void relay_release(struct relay *relay, struct held *held)
{
	if (held->fate.delay_ns) {
		held->due_ns = clock_ns() + (int64_t)held->fate.delay_ns;
		held_append(&relay->timed, held);
		return;
	}
	relay_emit(relay, held->bytes, held->length, &held->parcel, &held->fate);
	free(held);
}

static void relay_hold(struct relay *relay, const uint8_t *bytes, size_t length,
		       const struct parcel *parcel, const struct fate *fate)
{
	struct held *held = malloc(sizeof(*held) + length);

	if (!held) {
		relay_fail(relay, "no memory to hold a probe");
		return;
	}
	*held = (struct held){
		.parcel = *parcel,
		.fate = *fate,
		.later_probes = fate->hold,
		.length = length,
	};
	memcpy(held->bytes, bytes, length);
	if (fate->hold) {
		held_append(&relay->counting, held);
	} else {
		relay_release(relay, held);
	}
}

/* One more probe of flow has been seen, or with all its last. */
static void relay_count_down(struct relay *relay, uint32_t flow, uint64_t seq, bool all)
{
	struct held **list = &relay->counting;

	while (*list) {
		struct held *held = *list;

		if (held->parcel.flow == flow && held->parcel.probe.seq != seq &&
		    (all || --held->later_probes == 0)) {
			relay_release(relay, held_take(list));
		} else {
			list = &held->next;
		}
	}
}

static void relay_handle_end(struct relay *relay, uint8_t *bytes, size_t length,
			     const struct parcel *parcel)
{
	bool carried = false;

	relay_count_down(relay, parcel->flow, UINT64_MAX, true);
	if (!script_drops_end(&relay->script, parcel->flow, parcel->probe.port)) {
		carried = relay_carry(relay, &relay->to, bytes, length);
	}
	relay_note(relay, parcel, carried ? TRUTH_END : TRUTH_END_DROPPED);
}

static void relay_do(struct relay *relay, uint8_t *bytes, size_t length,
		     const struct parcel *parcel, const struct fate *fate)
{
	if (fate->dropped) {
		/* the later fragments of a fragmented probe pass, and come to nothing */
		relay_note(relay, parcel, TRUTH_DROPPED);
	} else if (fate->hold || fate->delay_ns) {
		relay_hold(relay, bytes, length, parcel, fate);
	} else {
		relay_emit(relay, bytes, length, parcel, fate);
	}
}

static void relay_handle_probe(struct relay *relay, uint8_t *bytes, size_t length,
			       const struct parcel *parcel)
{
	const struct frame_probe *probe = &parcel->probe;
	struct fate fate = script_fate(&relay->script, parcel->flow, probe->port, probe->seq);

	relay_note(relay, parcel, TRUTH_IN);
	if (probe->is_fragment && !fate.dropped &&
	    (fate.copies > 1 || fate.hold || fate.delay_ns || fate.corrupt || fate.alien)) {
		relay_fail(relay, "the script does more than drop a fragmented probe");
	}
	relay_do(relay, bytes, length, parcel, &fate);
	relay_count_down(relay, parcel->flow, probe->seq, false);
}

static void relay_handle_ptp(struct relay *relay, uint8_t *bytes, size_t length,
			     const struct parcel *parcel)
{
	struct script_message message = {
		.way = parcel->way,
		.type = parcel->ptp.type,
		.domain = parcel->ptp.domain,
	};
	struct fate fate = script_ptp_fate(&relay->script, &message);

	relay_note(relay, parcel, TRUTH_IN);
	relay_do(relay, bytes, length, parcel, &fate);
}

static void relay_handle(struct relay *relay, const struct port_frame *frame, enum script_way way)
{
	struct parcel parcel = {.way = way};

	if (frame_find_ptp(frame->bytes, frame->length, &parcel.ptp)) {
		parcel.is_ptp = true;
		relay_handle_ptp(relay, frame->bytes, frame->length, &parcel);
		return;
	}
	if (way == SCRIPT_BACK || !frame_find_probe(frame->bytes, frame->length, &parcel.probe)) {
		(void)relay_carry(relay, way == SCRIPT_BACK ? &relay->from : &relay->to,
				  frame->bytes, frame->length);
		return;
	}
	parcel.flow = truth_flow(relay->truth, &parcel.probe);
	if (!parcel.flow) {
		relay_fail(relay, "too many flows");
	} else if (parcel.probe.is_end) {
		relay_handle_end(relay, frame->bytes, frame->length, &parcel);
	} else {
		relay_handle_probe(relay, frame->bytes, frame->length, &parcel);
	}
}

static void relay_send_due(struct relay *relay, int64_t now_ns)
{
	while (relay->timed && relay->timed->due_ns <= now_ns) {
		struct held *held = held_take(&relay->timed);

		relay_emit(relay, held->bytes, held->length, &held->parcel, &held->fate);
		free(held);
	}
}

/* Carries all that waits at port, from where it goes way. */
static void relay_drain(struct relay *relay, struct port *port, enum script_way way)
{
	struct port_frame frame;

	while (port_next(port, &frame)) {
		if (!frame.is_whole) {
			relay_fail(
				relay,
				"a frame is longer than a slot: switch segmentation offload off");
		}
		if (frame.lacks_checksum) {
			frame_write_checksum(frame.bytes, frame.length);
		}
		relay_handle(relay, &frame, way);
		port_return(port);
		/* frames may wait without end: those that are due mustn't wait for that */
		relay_send_due(relay, clock_ns());
	}
}

static void relay_obey(struct relay *relay, const char *order)
{
	if (script_order(&relay->script, order) < 0) {
		relay_fail(relay, "an order that it doesn't know");
		return;
	}
	truth_add_order(relay->truth, order, read_ns(CLOCK_REALTIME));
	printf("relay: %s\n", order);
	fflush(stdout);
}

static void relay_read_orders(struct relay *relay)
{
	char byte;

	while (relay->orders >= 0 && read(relay->orders, &byte, 1) == 1) {
		if (byte == '\n') {
			relay->order[relay->order_length] = '\0';
			relay->order_length = 0;
			relay_obey(relay, relay->order);
		} else if (relay->order_length + 1 < sizeof(relay->order)) {
			relay->order[relay->order_length++] = byte;
		}
	}
}

/* Waits for a frame, a due probe, an order or a signal; false: the signal. */
static bool relay_wait(struct relay *relay, int signals)
{
	struct pollfd fds[] = {
		{.fd = relay->from.fd, .events = POLLIN},
		{.fd = relay->to.fd, .events = POLLIN},
		{.fd = signals, .events = POLLIN},
		{.fd = relay->orders, .events = POLLIN},
	};
	struct timespec wait = {0};

	if (relay->timed) {
		int64_t left_ns = relay->timed->due_ns - clock_ns();

		left_ns = left_ns > 0 ? left_ns : 0;
		wait.tv_sec = left_ns / 1000000000;
		wait.tv_nsec = left_ns % 1000000000;
	}
	if (ppoll(fds, 4, relay->timed ? &wait : NULL, NULL) < 0 && errno != EINTR) {
		relay_fail(relay, strerror(errno));
		return false;
	}
	return !(fds[2].revents & POLLIN);
}

void relay_run(struct relay *relay, int signals)
{
	bool running = true;

	printf("relay: ready\n");
	fflush(stdout);
	while (running) {
		running = relay_wait(relay, signals);
		relay_read_orders(relay);
		relay_drain(relay, &relay->from, SCRIPT_FORTH);
		relay_drain(relay, &relay->to, SCRIPT_BACK);
		relay_send_due(relay, clock_ns());
	}
	while (relay->counting) {
		relay_release(relay, held_take(&relay->counting));
	}
	relay_send_due(relay, INT64_MAX);
	if (port_take_drops(&relay->from) || port_take_drops(&relay->to)) {
		relay_fail(relay, "it lost frames of its own");
	}
}
