/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports that no vantage is made of: each is refused by the member's name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "vantage_bed.h"

static void assert_refused(const char *text, const char *why)
{
	assert_int_equal(vantage_bed_read(text), -22);
	if (strstr(vantage_bed_error, why) == NULL) {
		fail_msg("'%s' lacks '%s'", vantage_bed_error, why);
	}
	assert_non_null(strstr(vantage_bed_error, "'r.json': "));
	vantages_release(&vantage_bed);
}

static void reports_of_others_are_refused(void **state)
{
	(void)state;
	assert_refused("[]", "no report of a ptprobe tool");
	assert_refused("17", "no report of a ptprobe tool");
	assert_refused("{}", "schema is missing");
	assert_refused("{'schema':3}", "schema is no text");
	assert_refused("{'schema':'ptprobe/2','tool':'ptprobe-recv'}", "schema isn't ptprobe/1");
	assert_refused("{'schema':'ptprobe/1'}", "tool is missing");
	assert_refused(HEAD("ptprobe-locate") "'flows':[]}", "tool isn't ptprobe-send");
	assert_refused(HEAD("ptprobe-recv") "'x':1}", "flows is missing");
	assert_refused(HEAD("ptprobe-send") "'x':1}", "sender is missing");
	assert_refused(HEAD("ptprobe-capture") "'flows':[]}", "capture is missing");
}

/* One member of a good flow is replaced by another text. */
static void assert_flow_refused(const char *from, const char *to, const char *why)
{
	char text[4096];
	const char *flow = FLOW "}", *at = strstr(flow, from);

	assert_non_null(at);
	snprintf(text, sizeof(text), "%s%.*s%s%s]}", HEAD("ptprobe-recv") "'flows':[",
		 (int)(at - flow), flow, to, at + strlen(from));
	assert_refused(text, why);
}

static void bad_members_are_named(void **state)
{
	(void)state;
	assert_flow_refused("'unique':95,", "", "flows[0].unique is missing");
	assert_flow_refused("'unique':95", "'unique':'95'", "flows[0].unique is no count");
	assert_flow_refused("'unique':95", "'unique':-1", "flows[0].unique is no count");
	assert_flow_refused("'unique':95", "'unique':9.5", "flows[0].unique is no count");
	assert_flow_refused("'unique':95", "'unique':null", "flows[0].unique is null");
	assert_flow_refused("'unique':95", "'unique':96", "contradicts itself");
	assert_flow_refused("7c3a90d417be2c05", "7c3a", "flows[0].run_id isn't 16");
	assert_flow_refused("7c3a90d417be2c05", "7C3A90D417BE2C05", "flows[0].run_id isn't 16");
	assert_flow_refused("7c3a90d417be2c05", "", "flows[0].run_id isn't 16");
	assert_flow_refused("239.255.31.9", "nowhere", "flows[0].group is no IP or MAC address");
	assert_flow_refused("31900", "65536", "flows[0].port is no UDP port");
	assert_flow_refused("[[10,12],[40,41]]", "[[40,41],[10,12]]", "ascending");
	assert_flow_refused("[[10,12],[40,41]]", "[[10,12],[12,41]]", "ascending");
	assert_flow_refused("[[10,12],[40,41]]", "[[12,10]]", "no list of ranges");
	assert_flow_refused("[[10,12],[40,41]]", "[[1,2,3]]", "no list of ranges");
	assert_flow_refused("[[10,12],[40,41]]", "[7]", "no list of ranges");
	assert_flow_refused("[[10,12],[40,41]]", "{}", "is no array");
	assert_flow_refused("'complete':true", "'complete':1", "neither true nor false");
	assert_flow_refused("'sent':100", "'sent':9223372036854775807,'skipped':1",
			    "contradicts itself");
	assert_refused(HEAD("ptprobe-recv") "'flows':{}}", "flows is no array");
	assert_refused(HEAD("ptprobe-recv") "'flows':[3]}", "flows[0].");
	assert_refused(HEAD("ptprobe-recv") "'flows':[],'evidence':3}", "evidence is no object");
	assert_refused(
		HEAD("ptprobe-recv") "'flows':[],'witness':" HEAD("ptprobe-recv") "'flows':[]}}",
		"witness is no report of ptprobe-capture");
	assert_refused(HEAD("ptprobe-recv") "'flows':[],'witness':{}}",
		       "in its witness, schema is missing");
	assert_refused(HEAD("ptprobe-capture") "'capture':{'complete':7},'flows':[]}",
		       "capture.complete is neither");
	assert_refused(HEAD("ptprobe-send") "'sender':{" KEY "'groups':0,'sent':1,'failed':0}}",
		       "sender.groups isn't within 1..65536");
	assert_refused(HEAD("ptprobe-send") "'sender':{" KEY "'groups':65537,'sent':1,'failed':0}}",
		       "sender.groups");
	assert_refused(HEAD("ptprobe-send") "'sender':{" KEY "'sent':1,'failed':0,"
					    "'failed_ranges':[{'count':1}]}}",
		       "sender.failed_ranges[0].error is missing");
}

static void extreme_numbers_do_not_overflow(void **state)
{
	const struct vantage_run *run;

	(void)state;
	assert_int_equal(
		vantage_bed_read(HEAD(
			"ptprobe-recv") "'flows':[{" KEY
					"'first_seq':0,'last_seq':9223372036854775807,'sent':null,"
					"'unique':9223372036854775807,'lost':0,'late':0,'corrupt':0,"
					"'missed_before_join':0,'missing':{'ranges':[],'complete':true}}]}"),
		0);
	run = &vantage_bed.vantage[0]->run[0];
	assert_int_equal(run->doubtful, 1);
	assert_int_equal(run->covered.range[0].last, INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		VANTAGE_TEST(reports_of_others_are_refused),
		VANTAGE_TEST(bad_members_are_named),
		VANTAGE_TEST(extreme_numbers_do_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
