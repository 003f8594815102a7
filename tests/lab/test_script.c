/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "script.h"

static struct script script;

static int clear_script(void **state)
{
	(void)state;
	script = (struct script){0};
	return 0;
}

static void add(const char *line)
{
	const char *error = NULL;

	assert_int_equal(script_add_line(&script, line, &error), 0);
}

static void refuses(const char *line)
{
	const char *error = NULL;
	size_t before = script.count;

	assert_int_equal(script_add_line(&script, line, &error), -EINVAL);
	assert_non_null(error);
	assert_int_equal(script.count, before);
}

static void seqs_are_lists_of_numbers_ranges_and_steps(void **state)
{
	(void)state;
	add("drop 5,10-12,100-200/50  # the tail of the line is a comment\n");
	for (uint64_t seq = 0; seq < 300; seq++) {
		bool wanted = seq == 5 || (seq >= 10 && seq <= 12) || seq == 100 || seq == 150 ||
			      seq == 200;

		assert_int_equal(script_fate(&script, 1, 31900, seq).dropped, wanted);
	}
}

static void untouched_probe_is_sent_once_and_at_once(void **state)
{
	struct fate fate;

	(void)state;
	add("\n");
	add("# nothing\n");
	add("duplicate 7\n");
	fate = script_fate(&script, 1, 31900, 6);
	assert_int_equal(fate.copies, 1);
	assert_int_equal(fate.hold, 0);
	assert_int_equal(fate.delay_ns, 0);
	assert_false(fate.dropped || fate.corrupt || fate.alien);
}

static void each_action_has_its_argument(void **state)
{
	struct fate fate;

	(void)state;
	add("duplicate 1\n");
	add("duplicate 2 x5\n");
	add("swap 3\n");
	add("hold 4 12\n");
	add("delay 5 250us\n");
	add("delay 6 3ms\n");
	add("corrupt 7\n");
	add("alien 8\n");
	assert_int_equal(script_fate(&script, 1, 1, 1).copies, 2);
	assert_int_equal(script_fate(&script, 1, 1, 2).copies, 5);
	assert_int_equal(script_fate(&script, 1, 1, 3).hold, 1);
	assert_int_equal(script_fate(&script, 1, 1, 4).hold, 12);
	assert_int_equal(script_fate(&script, 1, 1, 5).delay_ns, 250000);
	assert_int_equal(script_fate(&script, 1, 1, 6).delay_ns, 3000000);
	fate = script_fate(&script, 1, 1, 7);
	assert_true(fate.corrupt && !fate.alien);
	fate = script_fate(&script, 1, 1, 8);
	assert_true(fate.alien && !fate.corrupt);
}

static void rule_is_only_for_its_flow_and_port(void **state)
{
	(void)state;
	add("flow 2 drop 5\n");
	add("port 31901 corrupt 5\n");
	add("flow 3 port 31902 drop-end\n");
	assert_false(script_fate(&script, 1, 31900, 5).dropped);
	assert_true(script_fate(&script, 2, 31900, 5).dropped);
	assert_false(script_fate(&script, 1, 31900, 5).corrupt);
	assert_true(script_fate(&script, 1, 31901, 5).corrupt);
	assert_true(script_drops_end(&script, 3, 31902));
	assert_false(script_drops_end(&script, 3, 31901));
	assert_false(script_drops_end(&script, 2, 31902));
}

static void chance_hits_its_share_and_comes_out_alike(void **state)
{
	unsigned int hits = 0, alike = 0;

	(void)state;
	add("drop 1.5% seed 7\n");
	add("corrupt 1.5% seed 8\n");
	for (uint64_t seq = 0; seq < 100000; seq++) {
		struct fate fate = script_fate(&script, 1, 31900, seq);

		hits += fate.dropped;
		alike += fate.dropped && fate.corrupt;
		assert_int_equal(fate.dropped, script_fate(&script, 1, 31900, seq).dropped);
	}
	/* binomial: 1500 and 22.5 expected, within five standard deviations */
	assert_in_range(hits, 1308, 1692);
	assert_in_range(alike, 0, 47);
}

static struct fate message_fate(enum script_way way, uint8_t type, uint8_t domain)
{
	struct script_message message = {.way = way, .type = type, .domain = domain};

	return script_ptp_fate(&script, &message);
}

enum { SYNC = 0x0, FOLLOW_UP = 0x8, DELAY_RESP = 0x9 };

static void ptp_rule_counts_the_messages_that_it_is_for(void **state)
{
	(void)state;
	add("ptp follow_up drop 1-2\n");
	for (int i = 0; i < 5; i++) {
		assert_false(message_fate(SCRIPT_FORTH, SYNC, 0).dropped);
		assert_int_equal(message_fate(SCRIPT_FORTH, FOLLOW_UP, 0).dropped,
				 i == 1 || i == 2);
	}
}

static void ptp_rule_is_only_for_its_way_and_domain(void **state)
{
	(void)state;
	add("ptp sync forth drop 0-9\n");
	add("ptp delay_resp back domain 5 drop 0-9\n");
	assert_true(message_fate(SCRIPT_FORTH, SYNC, 0).dropped);
	assert_false(message_fate(SCRIPT_BACK, SYNC, 0).dropped);
	assert_true(message_fate(SCRIPT_BACK, DELAY_RESP, 5).dropped);
	assert_false(message_fate(SCRIPT_BACK, DELAY_RESP, 6).dropped);
	assert_false(message_fate(SCRIPT_FORTH, DELAY_RESP, 5).dropped);
	assert_false(script_fate(&script, 1, 319, 0).dropped);
}

static void ptp_actions_have_their_argument(void **state)
{
	struct fate fate;

	(void)state;
	add("ptp any duplicate 0 x3\n");
	add("ptp sync delay 0 5ms\n");
	add("ptp sync correct 0 80ns\n");
	add("ptp sync correct 0 2us\n");
	add("ptp sync one-step 0\n");
	fate = message_fate(SCRIPT_BACK, SYNC, 127);
	assert_int_equal(fate.copies, 3);
	assert_int_equal(fate.delay_ns, 5000000);
	assert_int_equal(fate.correct_ns, 2080);
	assert_true(fate.one_step);
	fate = message_fate(SCRIPT_BACK, SYNC, 127);
	assert_int_equal(fate.copies, 1);
	assert_int_equal(fate.delay_ns, 0);
	assert_int_equal(fate.correct_ns, 0);
	assert_false(fate.one_step);
}

static void rule_behind_a_switch_begins_when_it_is_switched_on(void **state)
{
	(void)state;
	add("switch 3 ptp follow_up drop 0\n");
	add("switch 3 drop 5\n");
	add("switch 4 drop 6\n");
	assert_false(message_fate(SCRIPT_FORTH, FOLLOW_UP, 0).dropped);
	assert_false(script_fate(&script, 1, 31900, 5).dropped);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(script_order(&script, "on 3"), 0);
		assert_true(message_fate(SCRIPT_FORTH, FOLLOW_UP, 0).dropped);
		assert_false(message_fate(SCRIPT_FORTH, FOLLOW_UP, 0).dropped);
		assert_true(script_fate(&script, 1, 31900, 5).dropped);
		assert_false(script_fate(&script, 1, 31900, 6).dropped);
		assert_int_equal(script_order(&script, "off 3"), 0);
		assert_false(message_fate(SCRIPT_FORTH, FOLLOW_UP, 0).dropped);
		assert_false(script_fate(&script, 1, 31900, 5).dropped);
	}
}

static void bad_orders_are_refused(void **state)
{
	static const char *const orders[] = {"", "on", "on 0", "on 4", "on 3 4", "3", "up 3"};

	(void)state;
	add("switch 3 drop 5\n");
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		assert_int_equal(script_order(&script, orders[i]), -EINVAL);
	}
}

static void bad_lines_are_refused(void **state)
{
	static const char *const lines[] = {
		"lose 5",
		"drop",
		"drop x",
		"drop 5-",
		"drop 7-5",
		"drop 5,",
		"drop 1-9/0",
		"drop 5 6",
		"drop 101% seed 1",
		"drop 1%",
		"flow drop 5",
		"flow 0 drop 5",
		"port 70000 drop 5",
		"hold 5",
		"hold 5 0",
		"delay 5 5",
		"delay 5 5h",
		"duplicate 5 x1",
		"drop-end 5",
		"drop 5x",
		"drop 18446744073709551616",
		"correct 5 5ns",
		"one-step 5",
		"switch drop 5",
		"switch 0 drop 5",
		"ptp drop 5",
		"ptp sink drop 5",
		"ptp sync",
		"ptp sync up drop 5",
		"ptp sync domain 256 drop 5",
		"ptp sync corrupt 5",
		"ptp sync hold 5 2",
		"ptp sync correct 5",
		"ptp flow 1 sync drop 5",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		refuses(lines[i]);
	}
}

static void rule_beyond_the_room_is_refused(void **state)
{
	const char *error = NULL;

	(void)state;
	for (int i = 0; i < SCRIPT_RULES; i++) {
		add("drop 5\n");
	}
	assert_int_equal(script_add_line(&script, "drop 5\n", &error), -ENOSPC);
	assert_non_null(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(seqs_are_lists_of_numbers_ranges_and_steps, clear_script),
		cmocka_unit_test_setup(untouched_probe_is_sent_once_and_at_once, clear_script),
		cmocka_unit_test_setup(each_action_has_its_argument, clear_script),
		cmocka_unit_test_setup(rule_is_only_for_its_flow_and_port, clear_script),
		cmocka_unit_test_setup(chance_hits_its_share_and_comes_out_alike, clear_script),
		cmocka_unit_test_setup(ptp_rule_counts_the_messages_that_it_is_for, clear_script),
		cmocka_unit_test_setup(ptp_rule_is_only_for_its_way_and_domain, clear_script),
		cmocka_unit_test_setup(ptp_actions_have_their_argument, clear_script),
		cmocka_unit_test_setup(rule_behind_a_switch_begins_when_it_is_switched_on,
				       clear_script),
		cmocka_unit_test_setup(bad_orders_are_refused, clear_script),
		cmocka_unit_test_setup(bad_lines_are_refused, clear_script),
		cmocka_unit_test_setup(rule_beyond_the_room_is_refused, clear_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
