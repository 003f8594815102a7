/* SPDX-License-Identifier: BSD-2-Clause */
/* Each cause of silence by itself, and their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "group.h"
#include "silence.h"

static struct group group;

/* Everything is well, and yet nothing came. */
static struct silence healthy(const char *text)
{
	const char *error;

	assert_int_equal(group_parse(text, &group, &error), 0);
	return (struct silence){
		.group = &group,
		.interface = "eth7",
		.sysctl_part = "eth7",
		.interface_exists = true,
		.carrier = true,
		.is_member = true,
	};
}

/* The only reason names what it must. */
static void assert_only(const struct silence *silence, const char *cause, const char *remedy)
{
	struct silence_reasons reasons;

	silence_explain(silence, &reasons);
	assert_int_equal(reasons.count, 1);
	assert_non_null(strstr(reasons.reason[0], cause));
	assert_non_null(strstr(reasons.reason[0], remedy));
	assert_true(strlen(reasons.reason[0]) < SILENCE_TEXT - 1);
}

static void nothing_at_all_names_sender_ttl_and_snooping(void **state)
{
	struct silence silence = healthy("239.1.2.3:5000");
	struct silence_reasons reasons;

	(void)state;
	silence_explain(&silence, &reasons);
	assert_int_equal(reasons.count, 3);
	assert_non_null(strstr(reasons.reason[0], "239.1.2.3"));
	assert_non_null(strstr(reasons.reason[0], "eth7"));
	assert_non_null(strstr(reasons.reason[0], "TTL"));
	assert_non_null(strstr(reasons.reason[1], "this very host"));
	assert_non_null(strstr(reasons.reason[2], "querier"));
}

static void ptp_that_is_no_probe_is_told_by_what_it_is(void **state)
{
	struct silence silence = healthy("224.0.1.129:319");

	(void)state;
	silence.foreign_ptp = 50;
	assert_only(&silence, "50 PTP messages of other clocks", "--ptp, to the same group?");
	silence.unvouched_syncs = 50;
	assert_only(&silence, "50 Syncs came", "port 320");
	silence.unvouched_syncs = 0;
	silence.other_domain = 50;
	silence.last_other_domain = 42;
	assert_only(&silence, "50 probes of domain 42", "--ptp=42");
}

static void frames_have_no_ttl_and_no_querier(void **state)
{
	struct silence silence = healthy("224.0.1.129:319");
	struct silence_reasons reasons;

	(void)state;
	assert_int_equal(endpoint_parse_mac("01:80:c2:00:00:0e", &group.first), 0);
	silence.foreign_ptp = silence.unvouched_syncs = 50;
	assert_only(&silence, "50 Syncs came", "does the path pass general messages?");
	silence.foreign_ptp = silence.unvouched_syncs = 0;
	silence_explain(&silence, &reasons);
	assert_int_equal(reasons.count, 2);
	assert_non_null(strstr(reasons.reason[0], "no frame for 01:80:c2:00:00:0e"));
	assert_non_null(strstr(reasons.reason[1], "no bridge forwards"));
}

static void source_specific_silence_names_the_source(void **state)
{
	struct silence silence = healthy("192.0.2.7,232.1.2.3");
	struct silence_reasons reasons;

	(void)state;
	silence_explain(&silence, &reasons);
	assert_int_equal(reasons.count, 4);
	assert_non_null(strstr(reasons.reason[1], "192.0.2.7"));
}

static void end_of_an_earlier_run_is_told(void **state)
{
	struct silence silence = healthy("239.1.2.3");

	(void)state;
	silence.unheard_ends = 7;
	assert_only(&silence, "the end of a run", "start the receiver first");
}

static void deleted_interface_is_named_and_not_its_consequences(void **state)
{
	struct silence silence = healthy("239.1.2.3");

	(void)state;
	silence.interface_exists = silence.carrier = silence.is_member = false;
	assert_only(&silence, "eth7 was deleted", "create it again");
}

static void missing_carrier_is_named(void **state)
{
	struct silence silence = healthy("239.1.2.3");

	(void)state;
	silence.carrier = silence.is_member = false;
	assert_only(&silence, "no carrier", "ip link set eth7 up");
}

static void ended_membership_is_named(void **state)
{
	struct silence silence = healthy("239.1.2.3");

	(void)state;
	silence.is_member = false;
	assert_only(&silence, "not a member", "start again");
}

static void datagrams_for_other_ports_are_counted(void **state)
{
	struct silence silence = healthy("239.1.2.3:5000");

	(void)state;
	silence.ignored = 17;
	assert_only(&silence, "17 multicast datagrams", "port 5000?");
}

static void reverse_path_filter_is_named_with_its_sysctl(void **state)
{
	struct silence silence = healthy("239.1.2.3");

	(void)state;
	silence.reverse_path = 9;
	silence.rp_filter = 1;
	assert_only(&silence, "dropped 9 packets", "net.ipv4.conf.eth7.rp_filter");
}

static void wrong_checksums_are_not_called_a_small_buffer(void **state)
{
	struct silence silence = healthy("239.1.2.3");

	(void)state;
	silence.checksum = silence.own_drops = 5;
	assert_only(&silence, "wrong UDP checksum", "ethtool");
	silence.checksum = 0;
	assert_only(&silence, "want of buffer", "--rcvbuf");
}

static void other_version_is_not_called_another_program(void **state)
{
	struct silence silence = healthy("239.1.2.3");

	(void)state;
	silence.alien = silence.other_version = 3;
	assert_only(&silence, "another ptprobe version", "same version");
	silence.other_version = 0;
	assert_only(&silence, "3 datagrams came to port 31900", "another port");
}

static void corrupt_only_is_named(void **state)
{
	struct silence silence = healthy("239.1.2.3");

	(void)state;
	silence.corrupt = 4;
	assert_only(&silence, "4 probes came", "corrupt");
}

static void all_causes_at_once_fit_with_the_link_first(void **state)
{
	struct silence silence = healthy("[ff15::1]:65535");
	struct silence_reasons reasons;

	(void)state;
	silence.interface = "interface-is-15";
	silence.carrier = false;
	silence.ignored = silence.checksum = silence.reverse_path = silence.corrupt = UINT64_MAX;
	silence.own_drops = silence.alien = UINT64_MAX;
	silence.other_version = UINT64_MAX / 2;
	silence.rp_filter = INT64_MIN;
	silence_explain(&silence, &reasons);
	assert_int_equal(reasons.count, 7);
	assert_non_null(strstr(reasons.reason[0], "carrier"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_at_all_names_sender_ttl_and_snooping),
		cmocka_unit_test(ptp_that_is_no_probe_is_told_by_what_it_is),
		cmocka_unit_test(frames_have_no_ttl_and_no_querier),
		cmocka_unit_test(source_specific_silence_names_the_source),
		cmocka_unit_test(end_of_an_earlier_run_is_told),
		cmocka_unit_test(deleted_interface_is_named_and_not_its_consequences),
		cmocka_unit_test(missing_carrier_is_named),
		cmocka_unit_test(ended_membership_is_named),
		cmocka_unit_test(datagrams_for_other_ports_are_counted),
		cmocka_unit_test(reverse_path_filter_is_named_with_its_sysctl),
		cmocka_unit_test(wrong_checksums_are_not_called_a_small_buffer),
		cmocka_unit_test(other_version_is_not_called_another_program),
		cmocka_unit_test(corrupt_only_is_named),
		cmocka_unit_test(all_causes_at_once_fit_with_the_link_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
