/* SPDX-License-Identifier: BSD-2-Clause */
/* A link test in each of its forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "link_bed.h"
#include "link_report.h"
#include "nic_bed.h"
#include "report.h"

static struct link_bed bed;
static struct report report;

static int end(void **state)
{
	(void)state;
	link_bed_release(&bed);
	return 0;
}

static void set(const char *near, const char *near_when, const char *far, const char *far_when)
{
	link_bed_set(&bed, near, near_when, far, far_when);
	link_bed_judge(&bed);
	report = (struct report){
		.tool = "ptprobe-link",
		.version = "1",
		.host = "alpha",
		.interface = "eth0",
		.verdict = &bed.verdict,
		.limits_set = true,
	};
	link_notes(&bed.limits, &bed.result, &report);
}

enum form { TEXT, ADVICE, PROMETHEUS, NAGIOS };

static char *printed(enum form form)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	switch (form) {
	case TEXT:
		link_text(&bed.result, out);
		break;
	case ADVICE:
		link_advice_text(&bed.result, out);
		break;
	case PROMETHEUS:
		link_prometheus(&report, &bed.result, out);
		break;
	case NAGIOS:
		link_nagios(&report, &bed.result, out);
		break;
	}
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_has(enum form form, const char *part)
{
	char *text = printed(form);

	if (strstr(text, part) == NULL) {
		print_error("%s\n", text);
	}
	assert_non_null(strstr(text, part));
	free(text);
}

static void the_text_has_the_card_what_moved_and_what_it_cannot_see(void **state)
{
	char *text;

	(void)state;
	set("igb", "fault", NULL, NULL);
	text = printed(TEXT);
	assert_string_equal(
		text,
		"load: TCP, 60.0 s, cubic\n"
		"  forward   940 Mb/s sent, 940 Mb/s arrived, 0 retransmits\n"
		"this end: eth0 of alpha (igb): 1000 Mb/s, full duplex, carrier, MTU 1500, rx ring "
		"256 of 4096, tx ring 256 of 4096\n"
		"  in 60.0 s: 60000 frames in, 60000 out, carrier changes: 0\n"
		"  wire         rx           +9  ethtool.rx_crc_errors\n"
		"  host         rx           +6  ethtool.rx_fifo_errors\n"
		"  unclassified rx           +9  ethtool.rx_errors  (the same again)\n"
		"  unclassified rx           +4  ethtool.rx_queue_3_drops  (the same again)\n"
		"  unclassified rx           +2  ethtool.rx_queue_0_drops  (the same again)\n"
		"  not observable here: cloud\n"
		"far end: not seen: a stock iperf3 server tells nothing of its card\n");
	free(text);
}

static void a_clean_virtual_card_is_said_to_be_blind(void **state)
{
	(void)state;
	set("virtio", "clean", NULL, NULL);
	assert_has(TEXT, "  no error counter moved\n  not observable here: CRC (wire), host");
}

static void advice_is_given_for_each_class_that_moved_the_wire_first(void **state)
{
	char *text, *wire, *host;

	(void)state;
	set("igb", "fault", NULL, NULL);
	text = printed(ADVICE);
	wire = strstr(text, "this end, wire: damaged on the wire");
	host = strstr(text, "this end, host: frames came in sound");
	assert_ptr_equal(wire, text);
	assert_true(host > wire);
	assert_non_null(strstr(host, "\n  1. larger ring: rx is 256 of at most 4096: ethtool -G "
				     "eth0 rx 4096\n"));
	free(text);
	link_bed_release(&bed);
	set("igb", "clean", "tg3", "clean");
	text = printed(ADVICE);
	assert_string_equal(text, "");
	free(text);
}

static void a_stranger_steers_no_terminal(void **state)
{
	char *text;

	(void)state;
	set("igb", "fault", NULL, NULL);
	bed.result.load_error = "\033[2J";
	strcpy(bed.load.congestion, "\033[31m");
	text = printed(TEXT);
	assert_null(strchr(text, '\033'));
	free(text);
}

static void json_has_what_scripts_rely_on(void **state)
{
	const json_t *moved, *far;
	json_t *object = json_object();

	(void)state;
	set("igb", "fault", "tg3", "clean");
	assert_int_equal(link_put(object, &bed.result, json_pack("{s:i}", "retransmits", 0)), 0);
	moved = json_array_get(json_object_get(object, "moved"), 0);
	assert_string_equal(json_string_value(json_object_get(moved, "name")),
			    "ethtool.rx_crc_errors");
	assert_string_equal(json_string_value(json_object_get(moved, "class")), "wire");
	assert_string_equal(json_string_value(json_object_get(moved, "direction")), "rx");
	assert_int_equal(json_integer_value(json_object_get(moved, "delta")), 9);
	assert_true(json_is_false(json_object_get(moved, "copy")));
	assert_true(json_is_false(json_object_get(moved, "reset")));
	assert_true(json_is_string(json_object_get(moved, "cause")));
	assert_memory_equal(json_string_value(json_object_get(moved, "advice")),
			    "1) duplex at both ends", 22);
	assert_true(json_is_true(json_object_get(json_object_get(object, "observable"), "wire")));
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(object, "errors"), "wire")), 9);
	far = json_object_get(object, "far");
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(far, "after"), "driver")), "tg3");
	assert_true(json_is_null(json_object_get(object, "far_unknown")));
	assert_true(json_is_object(json_object_get(object, "load")));
	json_decref(object);
}

static void a_reset_has_no_delta_in_json(void **state)
{
	const json_t *moved;
	json_t *object = json_object();

	(void)state;
	set("r8169", "fault", NULL, NULL);
	assert_int_equal(link_put(object, &bed.result, NULL), 0);
	moved = json_array_get(json_object_get(object, "moved"), 1);
	assert_string_equal(json_string_value(json_object_get(moved, "name")), "ethtool.rx_missed");
	assert_true(json_is_null(json_object_get(moved, "delta")));
	assert_true(json_is_true(json_object_get(moved, "reset")));
	assert_true(json_is_null(json_object_get(object, "far")));
	assert_true(json_is_null(json_object_get(object, "load")));
	json_decref(object);
}

static void prometheus_tells_errors_from_what_cannot_be_seen(void **state)
{
	(void)state;
	set("igb", "fault", "virtio", "clean");
	assert_has(PROMETHEUS, "\nptprobe_verdict{result=\"fail\"} 1\n");
	assert_has(PROMETHEUS,
		   "\nptprobe_link_moved{end=\"this\",host=\"alpha\",interface=\"eth0\",driver="
		   "\"igb\",counter=\"ethtool.rx_crc_errors\",class=\"wire\",direction=\"rx\","
		   "copy=\"false\"} 9\n");
	assert_has(PROMETHEUS, "driver=\"virtio\",class=\"wire\"} 0\n");
	assert_has(PROMETHEUS, "\nptprobe_link_observable{end=\"far\",host=\"beta\",interface="
			       "\"eth0\",driver=\"virtio\",class=\"wire\"} 0\n");
	assert_has(PROMETHEUS, "\nptprobe_link_load_bits_per_second{way=\"forward\",at=\"receiver\""
			       "} 940000000\n");
}

/* One line; a pass says what was measured. */
static void nagios_has_one_line_and_no_value_for_what_cannot_be_seen(void **state)
{
	char *text;

	(void)state;
	set("igb", "clean", NULL, NULL);
	text = printed(NAGIOS);
	assert_memory_equal(text,
			    "PTPROBE OK - 940 Mb/s forward, no judged counter moved, this end "
			    "alone seen | 'this_wire'=0;;;0; 'this_duplex'=0;;;0; ",
			    115);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_non_null(strstr(text, " 'this_cloud'=U;;;0;"));
	free(text);
	link_bed_release(&bed);
	set("virtio", "clean", NULL, NULL);
	assert_has(NAGIOS, "PTPROBE UNKNOWN - this end, eth0: CRC not observable here: virtio "
			   "counts no damaged frames | 'this_wire'=U;;;0;");
}

#define TEST(claim) cmocka_unit_test_teardown(claim, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_text_has_the_card_what_moved_and_what_it_cannot_see),
		TEST(a_clean_virtual_card_is_said_to_be_blind),
		TEST(advice_is_given_for_each_class_that_moved_the_wire_first),
		TEST(a_stranger_steers_no_terminal),
		TEST(json_has_what_scripts_rely_on),
		TEST(a_reset_has_no_delta_in_json),
		TEST(prometheus_tells_errors_from_what_cannot_be_seen),
		TEST(nagios_has_one_line_and_no_value_for_what_cannot_be_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
