/* SPDX-License-Identifier: BSD-2-Clause */
/* What belongs together: Sync and Follow_Up, requests and answers; what is missing of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "health_bed.h"

static void a_follow_up_is_matched_with_its_sync(void **state)
{
	struct health_stream sync;

	(void)state;
	for (uint16_t id = 0; id < 10; id++) {
		hear(PTP_SYNC, MASTER, id, id * S);
		hear(PTP_FOLLOW_UP, MASTER, id, id * S + (id + 1) * MS);
	}
	health_end(health, 20 * S);
	sync = stream_of(MASTER, PTP_SYNC);
	assert_int_equal(sync.count, 10);
	assert_int_equal(sync.two_step, 10);
	assert_int_equal(sync.missing_follow_up, 0);
	assert_int_equal(sync.follow_up.count, 10);
	assert_int_equal(sync.follow_up.min_ns, MS);
	assert_int_equal(sync.follow_up.max_ns, 10 * MS);
	assert_int_equal((int64_t)sync.follow_up.mean_ns, 5500000);
	assert_int_equal(count_of(HEALTH_MISSING_FOLLOW_UP), 0);
}

static void a_missing_follow_up_is_an_event_at_its_sync(void **state)
{
	const struct health_event *event;

	(void)state;
	for (uint16_t id = 0; id < 10; id++) {
		if (id == 4) {
			hear(PTP_SYNC, MASTER, id, id * S);
		} else {
			hear_pair(MASTER, id, id * S);
		}
	}
	health_end(health, 20 * S);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).missing_follow_up, 1);
	assert_int_equal(stream_of(MASTER, PTP_FOLLOW_UP).lost, 1);
	assert_int_equal(count_of(HEALTH_MISSING_FOLLOW_UP), 1);
	event = event_of(HEALTH_MISSING_FOLLOW_UP, 0);
	assert_int_equal(event->at_ns, EPOCH + 4 * S);
	assert_int_equal(event->until_ns, EPOCH + 4 * S);
	assert_int_equal(event->count, 1);
	assert_int_equal(event->type, PTP_SYNC);
	assert_int_equal(event->port.clock, clock_of(MASTER).clock);
	assert_string_equal(event->detail,
			    "sync 4 of 001122.fffe.000001-1 had no Follow_Up within 1 s");
}

static void a_follow_up_that_comes_late_was_missing(void **state)
{
	struct health_stream sync;

	(void)state;
	hear(PTP_SYNC, MASTER, 0, 0);
	hear(PTP_SYNC, MASTER, 1, S);
	hear(PTP_FOLLOW_UP, MASTER, 1, S + MS);
	hear(PTP_FOLLOW_UP, MASTER, 0, S + 500 * MS);
	hear_pair(MASTER, 2, 2 * S);
	health_end(health, 5 * S);
	sync = stream_of(MASTER, PTP_SYNC);
	assert_int_equal(sync.missing_follow_up, 1);
	assert_int_equal(sync.late_follow_up, 1);
	assert_int_equal(sync.follow_up.count, 2);
}

static void a_follow_up_before_its_sync_is_matched(void **state)
{
	struct health_stream sync;

	(void)state;
	hear_pair(MASTER, 0, 0);
	hear(PTP_FOLLOW_UP, MASTER, 1, S);
	hear(PTP_SYNC, MASTER, 1, S + MS);
	health_end(health, 5 * S);
	sync = stream_of(MASTER, PTP_SYNC);
	assert_int_equal(sync.missing_follow_up, 0);
	assert_int_equal(sync.follow_up.count, 2);
	assert_int_equal(sync.follow_up.min_ns, -MS);
}

static void a_one_step_sync_awaits_no_follow_up(void **state)
{
	(void)state;
	for (uint16_t id = 0; id < 5; id++) {
		struct sighting sync = message_of(PTP_SYNC, MASTER, id, id * S);

		sync.message.flags = 0;
		feed(&sync);
	}
	health_end(health, 20 * S);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).one_step, 5);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).missing_follow_up, 0);
}

static void every_fiftieth_follow_up_missing_is_one_event(void **state)
{
	const struct health_event *event;

	(void)state;
	for (uint16_t id = 0; id < 1000; id++) {
		if (id % 50 == 25) {
			hear(PTP_SYNC, MASTER, id, id * S);
		} else {
			hear_pair(MASTER, id, id * S);
		}
	}
	health_end(health, 2000 * S);
	assert_int_equal(count_of(HEALTH_MISSING_FOLLOW_UP), 1);
	event = event_of(HEALTH_MISSING_FOLLOW_UP, 0);
	assert_int_equal(event->at_ns, EPOCH + 25 * S);
	assert_int_equal(event->until_ns, EPOCH + 975 * S);
	assert_int_equal(event->count, 20);
}

static void conditions_far_apart_are_events_of_their_own(void **state)
{
	(void)state;
	for (uint16_t id = 0; id < 300; id++) {
		if (id == 50 || id == 51 || id == 200) {
			hear(PTP_SYNC, MASTER, id, id * S);
		} else {
			hear_pair(MASTER, id, id * S);
		}
	}
	health_end(health, 400 * S);
	assert_int_equal(count_of(HEALTH_MISSING_FOLLOW_UP), 2);
	assert_int_equal(event_of(HEALTH_MISSING_FOLLOW_UP, 0)->count, 2);
	assert_int_equal(event_of(HEALTH_MISSING_FOLLOW_UP, 1)->at_ns, EPOCH + 200 * S);
}

static void what_still_waits_at_the_end_is_not_missing(void **state)
{
	(void)state;
	hear_pair(MASTER, 0, 0);
	hear(PTP_SYNC, MASTER, 1, S);
	hear(PTP_DELAY_REQ, SLAVE, 1, S);
	health_end(health, S + 900 * MS);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).missing_follow_up, 0);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).unanswered, 0);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).waiting, 1);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).waiting, 1);
	assert_int_equal(stream_of(MASTER, PTP_FOLLOW_UP).waiting, 0);
}

static void what_comes_after_the_stop_only_completes_what_came_before(void **state)
{
	(void)state;
	hear_pair(MASTER, 0, 0);
	hear(PTP_SYNC, MASTER, 2, S);
	hear(PTP_DELAY_REQ, SLAVE, 7, S);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).pending, 1);
	health_stop(health, S + MS);
	assert_false(health_is_settled(health));
	hear(PTP_FOLLOW_UP, MASTER, 2, S + 2 * MS); /* awaited */
	hear_response(PTP_DELAY_RESP, MASTER, SLAVE, 7, S + 3 * MS);
	assert_false(health_is_settled(health));
	hear(PTP_SYNC, MASTER, 1, S + 4 * MS); /* missing, and awaits in its turn */
	hear(PTP_FOLLOW_UP, MASTER, 1, S + 5 * MS);
	assert_true(health_is_settled(health));
	hear_pair(MASTER, 3, 2 * S); /* too late for anything */
	hear(PTP_SYNC, OTHER, 0, 2 * S);
	hear_response(PTP_DELAY_RESP, MASTER, SLAVE, 7, 2 * S);
	health_tick(health, 20 * S);
	health_end(health, 20 * S);
	assert_int_equal(health_ports(health), 2);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).count, 3);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).lost, 0);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).reordered, 1);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).follow_up.count, 3);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).missing_follow_up, 0);
	assert_int_equal(stream_of(MASTER, PTP_FOLLOW_UP).count, 1);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).answered, 1);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).repeated, 0);
	assert_int_equal(health_events(health), 0);
}

static void what_does_not_come_after_the_stop_is_missing(void **state)
{
	(void)state;
	hear_pair(MASTER, 0, 0);
	hear(PTP_SYNC, MASTER, 2, S);
	health_stop(health, S + MS);
	health_end(health, 2 * S + MS);
	assert_true(health_is_settled(health));
	assert_int_equal(stream_of(MASTER, PTP_SYNC).lost, 1);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).pending, 0);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).missing_follow_up, 1);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).waiting, 0);
}

static void slaves_of_one_master_are_told_apart(void **state)
{
	struct health_stream one, two, response;

	(void)state;
	for (uint16_t i = 0; i < 10; i++) {
		hear(PTP_DELAY_REQ, SLAVE, i, i * S);
		hear(PTP_DELAY_REQ, SLAVE2, (uint16_t)(40000 + i), i * S + MS);
		hear_response(PTP_DELAY_RESP, MASTER, SLAVE, i, i * S + 2 * MS);
		if (i != 5) {
			hear_response(PTP_DELAY_RESP, MASTER, SLAVE2, (uint16_t)(40000 + i),
				      i * S + 4 * MS);
		}
	}
	health_end(health, 20 * S);
	one = stream_of(SLAVE, PTP_DELAY_REQ);
	two = stream_of(SLAVE2, PTP_DELAY_REQ);
	response = stream_of(MASTER, PTP_DELAY_RESP);
	assert_int_equal(one.answered, 10);
	assert_int_equal(one.unanswered, 0);
	assert_int_equal(one.answer.min_ns, 2 * MS);
	assert_int_equal(one.answer.max_ns, 2 * MS);
	assert_int_equal(two.answered, 9);
	assert_int_equal(two.unanswered, 1);
	assert_int_equal(two.answer.max_ns, 3 * MS);
	assert_int_equal(two.advertised_ns, S); /* as the Delay_Resps say */
	/* a sequence for each of them: one answer is missing, and nothing is out of order */
	assert_int_equal(response.count, 19);
	assert_int_equal(response.unique, 19);
	assert_int_equal(response.lost, 1);
	assert_int_equal(response.reordered, 0);
	assert_int_equal(response.outliers, 0);
	assert_int_equal(response.restarts, 0);
	assert_int_equal(count_of(HEALTH_UNANSWERED_DELAY_REQ), 1);
	assert_int_equal(event_of(HEALTH_UNANSWERED_DELAY_REQ, 0)->at_ns, EPOCH + 5 * S + MS);
	assert_int_equal(event_of(HEALTH_UNANSWERED_DELAY_REQ, 0)->port.clock,
			 clock_of(SLAVE2).clock);
	assert_int_equal(count_of(HEALTH_MULTIPLE_DELAY_RESP), 0);
}

static void unanswered_requests_in_a_row_are_one_event(void **state)
{
	const struct health_event *event;

	(void)state;
	for (uint16_t i = 0; i < 30; i++) {
		hear(PTP_DELAY_REQ, SLAVE, i, i * S);
		if (i < 10 || i >= 20) {
			hear_response(PTP_DELAY_RESP, MASTER, SLAVE, i, i * S + MS);
		}
	}
	health_end(health, 40 * S);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).unanswered, 10);
	assert_int_equal(count_of(HEALTH_UNANSWERED_DELAY_REQ), 1);
	event = event_of(HEALTH_UNANSWERED_DELAY_REQ, 0);
	assert_int_equal(event->at_ns, EPOCH + 10 * S);
	assert_int_equal(event->until_ns, EPOCH + 19 * S);
	assert_int_equal(event->count, 10);
	assert_string_equal(event->detail,
			    "delay_req 10 of 001122.fffe.00000b-1 had no answer within 1 s");
}

static void two_answers_by_two_ports_are_an_event(void **state)
{
	const struct health_event *event;

	(void)state;
	for (uint16_t i = 0; i < 10; i++) {
		hear(PTP_DELAY_REQ, SLAVE, i, i * S);
		hear_response(PTP_DELAY_RESP, MASTER, SLAVE, i, i * S + MS);
		if (i >= 4) {
			hear_response(PTP_DELAY_RESP, OTHER, SLAVE, i, i * S + 2 * MS);
		}
	}
	health_end(health, 20 * S);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).answered, 10);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).multiple, 6);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).repeated, 0);
	assert_int_equal(count_of(HEALTH_MULTIPLE_DELAY_RESP), 1);
	event = event_of(HEALTH_MULTIPLE_DELAY_RESP, 0);
	assert_int_equal(event->at_ns, EPOCH + 4 * S + 2 * MS);
	assert_int_equal(event->until_ns, EPOCH + 9 * S + 2 * MS);
	assert_int_equal(event->count, 6);
	assert_int_equal(event->port.clock, clock_of(OTHER).clock);
	assert_string_equal(event->detail, "delay_req 4 of 001122.fffe.00000b-1 was answered by "
					   "001122.fffe.000001-1 and by 001122.fffe.000002-1");
}

static void an_answer_twice_by_one_port_is_counted_and_no_event(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 10; i++) {
		hear(PTP_DELAY_REQ, SLAVE, i, i * S);
		hear_response(PTP_DELAY_RESP, MASTER, SLAVE, i, i * S + MS);
		hear_response(PTP_DELAY_RESP, MASTER, SLAVE, i, i * S + 2 * MS);
	}
	health_end(health, 20 * S);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).repeated, 10);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).multiple, 0);
	assert_int_equal(stream_of(MASTER, PTP_DELAY_RESP).duplicate, 10);
	assert_int_equal(health_events(health), 0);
}

static void answers_in_another_domain_are_of_other_requests(void **state)
{
	struct sighting response = message_of(PTP_DELAY_RESP, OTHER, 3, 2 * MS);

	(void)state;
	hear(PTP_DELAY_REQ, SLAVE, 3, 0);
	hear_response(PTP_DELAY_RESP, MASTER, SLAVE, 3, MS);
	response.message.requesting = clock_of(SLAVE);
	response.message.domain = 1;
	feed(&response);
	health_end(health, 5 * S);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).answered, 1);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).multiple, 0);
}

/* A slave that asks two masters by unicast has a sequence with each (7.3.7). */
static void unicast_sequences_are_of_a_destination_each(void **state)
{
	struct health_stream requests;

	(void)state;
	for (uint16_t i = 0; i < 20; i++) {
		for (unsigned int n = MASTER; n <= OTHER; n++) {
			uint16_t id = (uint16_t)(n == MASTER ? i : 500 + i);
			struct sighting request = message_of(PTP_DELAY_REQ, SLAVE, id, i * S);
			struct sighting response = message_of(PTP_DELAY_RESP, n, id, i * S + MS);

			endpoint_set_ipv4(&request.destination,
					  (const uint8_t[]){10, 0, 0, (uint8_t)n});
			request.message.flags = PTP_UNICAST;
			endpoint_set_ipv4(&response.destination, (const uint8_t[]){10, 0, 0, 11});
			response.message.requesting = clock_of(SLAVE);
			response.message.flags = PTP_UNICAST;
			feed(&request);
			feed(&response);
		}
	}
	health_end(health, 40 * S);
	requests = stream_of(SLAVE, PTP_DELAY_REQ);
	assert_int_equal(requests.count, 40);
	assert_int_equal(requests.unique, 40);
	assert_int_equal(requests.lost, 0);
	assert_int_equal(requests.restarts, 0);
	assert_int_equal(requests.outliers, 0);
	assert_int_equal(requests.answered, 40);
	assert_int_equal(requests.multiple, 0);
	assert_int_equal(health_events(health), 0);
}

static void equal_ids_to_two_unicast_masters_are_two_requests(void **state)
{
	(void)state;
	for (unsigned int n = MASTER; n <= OTHER; n++) {
		struct sighting request = message_of(PTP_DELAY_REQ, SLAVE, 9, n * MS);

		endpoint_set_ipv4(&request.destination, (const uint8_t[]){10, 0, 0, (uint8_t)n});
		feed(&request);
	}
	hear_response(PTP_DELAY_RESP, MASTER, SLAVE, 9, 3 * MS);
	health_end(health, 5 * S);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).answered, 1);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).unanswered, 1);
}

/* As a tap of two queues hands them over: to a request by unicast, and to one by multicast. */
static void a_unicast_answer_before_its_request_is_matched(void **state)
{
	for (int unicast = 0; unicast < 2; unicast++) {
		struct sighting request = message_of(PTP_DELAY_REQ, SLAVE, 2, S + MS);
		struct sighting response = message_of(PTP_DELAY_RESP, MASTER, 2, S);

		(void)health_bed_set_up(state);
		hear(PTP_DELAY_REQ, SLAVE, 1, 0);
		response.message.requesting = clock_of(SLAVE);
		endpoint_set_ipv4(&response.destination, (const uint8_t[]){10, 0, 0, SLAVE});
		if (unicast == 1) {
			endpoint_set_ipv4(&request.destination,
					  (const uint8_t[]){10, 0, 0, MASTER});
		}
		feed(&response);
		feed(&request);
		assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).answered, 1);
		assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).answer.max_ns, -MS);
		response.mono_ns += 2 * MS;
		feed(&response); /* a copy */
		health_end(health, 10 * S);
		assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).unanswered, 1);
		assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).repeated, 1);
	}
}

static void peer_delay_is_matched_in_threes(void **state)
{
	struct health_stream requests, responses;

	(void)state;
	for (uint16_t i = 0; i < 10; i++) {
		hear(PTP_PDELAY_REQ, SLAVE, i, i * S);
		if (i != 7) {
			hear_response(PTP_PDELAY_RESP, MASTER, SLAVE, i, i * S + MS);
		}
		if (i != 7 && i != 3) {
			hear_response(PTP_PDELAY_RESP_FOLLOW_UP, MASTER, SLAVE, i, i * S + 3 * MS);
		}
	}
	health_end(health, 20 * S);
	requests = stream_of(SLAVE, PTP_PDELAY_REQ);
	responses = stream_of(MASTER, PTP_PDELAY_RESP);
	assert_int_equal(requests.answered, 9);
	assert_int_equal(requests.unanswered, 1);
	assert_int_equal(requests.answer.max_ns, MS);
	assert_int_equal(responses.missing_follow_up, 1);
	assert_int_equal(responses.follow_up.count, 8);
	assert_int_equal(responses.follow_up.max_ns, 2 * MS);
	assert_int_equal(count_of(HEALTH_MISSING_FOLLOW_UP), 1);
	assert_int_equal(event_of(HEALTH_MISSING_FOLLOW_UP, 0)->type, PTP_PDELAY_RESP);
	assert_int_equal(event_of(HEALTH_MISSING_FOLLOW_UP, 0)->at_ns, EPOCH + 3 * S + MS);
	assert_int_equal(count_of(HEALTH_UNANSWERED_DELAY_REQ), 1);
	assert_int_equal(event_of(HEALTH_UNANSWERED_DELAY_REQ, 0)->type, PTP_PDELAY_REQ);
}

static void what_waits_while_the_tap_is_blind_is_not_judged(void **state)
{
	(void)state;
	hear_pair(MASTER, 0, 0);
	hear(PTP_SYNC, MASTER, 1, S);
	hear(PTP_DELAY_REQ, SLAVE, 0, S);
	health_gap(health, S + 500 * MS);
	hear_pair(MASTER, 5, 5 * S);
	health_end(health, 6 * S);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).missing_follow_up, 0);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).unjudged, 1);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).lost, 0);
	assert_int_equal(stream_of(MASTER, PTP_SYNC).own, 3);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).unanswered, 0);
	assert_int_equal(stream_of(SLAVE, PTP_DELAY_REQ).unjudged, 1);
	assert_int_equal(count_of(HEALTH_MISSING_FOLLOW_UP), 0);
	assert_int_equal(count_of(HEALTH_UNANSWERED_DELAY_REQ), 0);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, health_bed_set_up, health_bed_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_follow_up_is_matched_with_its_sync),
		CLAIM(a_missing_follow_up_is_an_event_at_its_sync),
		CLAIM(a_follow_up_that_comes_late_was_missing),
		CLAIM(a_follow_up_before_its_sync_is_matched),
		CLAIM(a_one_step_sync_awaits_no_follow_up),
		CLAIM(every_fiftieth_follow_up_missing_is_one_event),
		CLAIM(conditions_far_apart_are_events_of_their_own),
		CLAIM(what_still_waits_at_the_end_is_not_missing),
		CLAIM(what_comes_after_the_stop_only_completes_what_came_before),
		CLAIM(what_does_not_come_after_the_stop_is_missing),
		CLAIM(slaves_of_one_master_are_told_apart),
		CLAIM(unanswered_requests_in_a_row_are_one_event),
		CLAIM(two_answers_by_two_ports_are_an_event),
		CLAIM(an_answer_twice_by_one_port_is_counted_and_no_event),
		CLAIM(answers_in_another_domain_are_of_other_requests),
		CLAIM(unicast_sequences_are_of_a_destination_each),
		CLAIM(equal_ids_to_two_unicast_masters_are_two_requests),
		CLAIM(a_unicast_answer_before_its_request_is_matched),
		CLAIM(peer_delay_is_matched_in_threes),
		CLAIM(what_waits_while_the_tap_is_blind_is_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
