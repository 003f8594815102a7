/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report_sample.h"

static struct sample sample;

static int reset(void **state)
{
	(void)state;
	sample_init(&sample);
	return 0;
}

static void expect_in(void (*form)(const struct report *, FILE *), const char *words)
{
	const char *text = sample_text(form, &sample.report);

	if (strstr(text, words) == NULL) {
		print_error("%s\n", text);
		fail_msg("no \"%s\"", words);
	}
}

static void expect_not_in(void (*form)(const struct report *, FILE *), const char *words)
{
	assert_null(strstr(sample_text(form, &sample.report), words));
}

static size_t count_of(const char *text, const char *words)
{
	size_t count = 0;

	while ((text = strstr(text, words)) != NULL) {
		text += strlen(words);
		count++;
	}
	return count;
}

#define CSV_HEADER                                                                                     \
	"host,interface,start_ns,end_ns,verdict,own_drops,run_id,source,source_port,group,port,state," \
	"first_seq,last_seq,sent,received,unique,lost,duplicate,reordered,late,corrupt,bytes,"         \
	"loss_periods,longest_loss_period,max_reorder_extent,longest_outage_ns,jitter_ns,"             \
	"pdv_p50_ns,pdv_p90_ns,pdv_p99_ns,pdv_p999_ns,pdv_max_ns,abs_ipdv_mean_ns,"                    \
	"abs_ipdv_p99_ns,abs_ipdv_max_ns,delay_min_ns,delay_mean_ns,delay_max_ns,skew_ppb\r\n"

static void csv_is_a_header_and_a_line_a_flow(void **state)
{
	const char *text;

	(void)state;
	assert_string_equal(
		sample_text(report_csv, &sample.report), CSV_HEADER
		"alpha,eth0,1700000000000000000,1700000003000000000,pass,0,"
		"1a2b3c4d5e6f7082,10.77.0.1,40112,239.255.31.9,31900,ended,0,99,100,98,95,"
		"5,2,3,1,4,6272,3,2,4,20000000,617,1000,10000,10000,10000,10000,3333,8000,"
		"8000,5000,8250,15000,-37000\r\n");
	sample.flow[1] = sample.flow[0];
	sample.report.flows = 2;
	text = sample_text(report_csv, &sample.report);
	assert_int_equal(count_of(text, "\r\n"), 3);
	assert_int_equal(count_of(text, "host,"), 1);
	/* every line has as many fields as the header */
	assert_int_equal(count_of(text, ","), 3 * 39);
}

static void csv_leaves_the_unknown_empty(void **state)
{
	(void)state;
	sample.flow[0].sent_known = false;
	sample.flow[0].delay_count = sample.flow[0].ipdv_count = 0;
	sample.flow[0].skew_known = false;
	expect_in(report_csv, ",ended,0,99,,98,95,5,");
	expect_in(report_csv, ",20000000,,,,,,,,,,,,,\r\n");
}

/* RFC 4180, section 2, rules 6 and 7 */
static void csv_quotes_what_needs_it(void **state)
{
	(void)state;
	sample.report.host = "a,\"b\"\r\nc";
	sample.report.interface = NULL;
	expect_in(report_csv, "\r\n\"a,\"\"b\"\"\r\nc\",,1700000000000000000,");
}

static void influx_is_a_line_a_flow(void **state)
{
	(void)state;
	assert_string_equal(
		sample_text(report_influx, &sample.report),
		"ptprobe,group=239.255.31.9,host=alpha,interface=eth0,port=31900,"
		"run_id=1a2b3c4d5e6f7082,source=10.77.0.1,source_port=40112 "
		"verdict=\"pass\",own_drops=0i,sent=100i,received=98i,unique=95i,lost=5i,duplicate=2i,"
		"reordered=3i,late=1i,corrupt=4i,bytes=6272i,longest_outage_ns=20000000i,"
		"jitter_ns=617i,pdv_p50_ns=1000i,pdv_p99_ns=10000i,pdv_p999_ns=10000i,"
		"pdv_max_ns=10000i,delay_min_ns=5000i,delay_mean_ns=8250i,delay_max_ns=15000i,"
		"skew_ppb=-37000i 1700000003000000000\n");
}

static void influx_tags_are_escaped(void **state)
{
	(void)state;
	sample.report.host = "a b,c=d\ne\\";
	sample.report.interface = "";
	expect_in(report_influx, ",host=a\\ b\\,c\\=d_e_,port=31900,");
	sample.flow[0].sent_known = false;
	expect_not_in(report_influx, "sent=");
}

static void nagios_words_are_those_of_the_exit_status(void **state)
{
	static const char *const word[] = {
		[VERDICT_PASS] = "PTPROBE OK - ",
		[VERDICT_FAIL] = "PTPROBE WARNING - ",
		[VERDICT_INCONCLUSIVE] = "PTPROBE UNKNOWN - ",
	};
	/* as Nagios names them: 0 OK, 1 WARNING, 3 UNKNOWN */
	static const int status[] = {0, 1, 3};

	(void)state;
	for (enum verdict_result result = VERDICT_PASS; result <= VERDICT_INCONCLUSIVE; result++) {
		sample.verdict.result = result;
		assert_int_equal(verdict_status(result), status[result]);
		assert_memory_equal(sample_text(report_nagios, &sample.report), word[result],
				    strlen(word[result]));
	}
}

static void nagios_is_one_line_with_performance_data(void **state)
{
	(void)state;
	assert_string_equal(
		sample_text(report_nagios, &sample.report),
		"PTPROBE OK - lost 5 of 100 (5 %) in 1 flow | 'lost'=5;;;0;100 'loss'=5%;;;0;100 "
		"'received'=98;;;0; 'duplicate'=2;;;0; 'reordered'=3;;;0; 'late'=1;;;0; "
		"'corrupt'=4;;;0; 'own_drops'=0;;;0; 'outage'=0.020000000s;;;0; "
		"'jitter'=0.000000617s;;;0; 'pdv_max'=0.000010000s;;;0;\n");
}

static void nagios_message_cannot_forge_performance_data(void **state)
{
	(void)state;
	sample.verdict.result = VERDICT_FAIL;
	verdict_reason(&sample.verdict, "a|b\nc");
	verdict_reason(&sample.verdict, "d");
	expect_in(report_nagios, "PTPROBE WARNING - a/b c (and 1 more) | 'lost'=5;");
	assert_int_equal(count_of(sample_text(report_nagios, &sample.report), "|"), 1);
}

static void nagios_sums_flows_and_takes_the_worst_delay(void **state)
{
	(void)state;
	sample.flow[1] = sample.flow[0];
	sample.flow[1].pdv_max_ns = 2000000;
	sample.report.flows = 2;
	expect_in(report_nagios, "lost 10 of 200 (5 %) in 2 flows | 'lost'=10;;;0;200 ");
	expect_in(report_nagios, "'pdv_max'=0.002000000s;");
}

#define LABELS                                                                    \
	"run_id=\"1a2b3c4d5e6f7082\",source=\"10.77.0.1\",source_port=\"40112\"," \
	"group=\"239.255.31.9\",port=\"31900\""

static void prometheus_families_have_help_and_type_once(void **state)
{
	const char *text;

	(void)state;
	sample.flow[1] = sample.flow[0];
	sample.flow[1].key.run_id++;
	sample.report.flows = 2;
	text = sample_text(report_prometheus, &sample.report);
	assert_int_equal(count_of(text, "# HELP "), count_of(text, "# TYPE "));
	assert_int_equal(count_of(text, "# TYPE ptprobe_lost_probes_total counter\n"), 1);
	assert_int_equal(count_of(text, "\nptprobe_lost_probes_total{"), 2);
	assert_int_equal(count_of(text, "# TYPE ptprobe_pdv_seconds summary\n"), 1);
}

static void prometheus_values_have_base_units(void **state)
{
	(void)state;
	expect_in(report_prometheus, "\nptprobe_sent_probes_total{" LABELS "} 100\n");
	expect_in(report_prometheus, "\nptprobe_lost_probes_total{" LABELS "} 5\n");
	expect_in(report_prometheus, "\nptprobe_payload_bytes_total{" LABELS "} 6272\n");
	expect_in(report_prometheus, "\nptprobe_loss_ratio{" LABELS "} 0.05\n");
	expect_in(report_prometheus, "\nptprobe_longest_outage_seconds{" LABELS "} 0.020000000\n");
	expect_in(report_prometheus, "\nptprobe_jitter_seconds{" LABELS "} 0.000000617\n");
	expect_in(report_prometheus,
		  "\nptprobe_pdv_seconds{" LABELS ",quantile=\"0.999\"} 0.000010000\n"
		  "ptprobe_pdv_seconds_sum{" LABELS "} 0.000013000\n"
		  "ptprobe_pdv_seconds_count{" LABELS "} 4\n");
	expect_in(report_prometheus, "\nptprobe_clock_skew_ratio{" LABELS "} -0.000037000\n");
	expect_in(report_prometheus, "\nptprobe_delay_min_seconds{" LABELS "} 0.000005000\n");
	expect_in(report_prometheus, "\nptprobe_corrupt_datagrams_total 5\n");
}

static void prometheus_has_one_verdict(void **state)
{
	(void)state;
	sample.verdict.result = VERDICT_FAIL;
	expect_in(report_prometheus, "\nptprobe_verdict{result=\"pass\"} 0\n"
				     "ptprobe_verdict{result=\"fail\"} 1\n"
				     "ptprobe_verdict{result=\"inconclusive\"} 0\n");
}

static void prometheus_labels_are_escaped(void **state)
{
	(void)state;
	sample.report.host = "a\"b\\c\nd\xff";
	sample.report.interface = NULL;
	expect_in(report_prometheus, "\nptprobe_info{tool=\"ptprobe-recv\",version=\"0.1.0\","
				     "host=\"a\\\"b\\\\c\\nd\xef\xbf\xbd\",interface=\"\"} 1\n");
}

static void prometheus_leaves_out_the_unknown(void **state)
{
	(void)state;
	sample.flow[0].sent_known = false;
	sample.report.synchronised = false;
	sample.flow[0].skew_known = false;
	expect_not_in(report_prometheus, "\nptprobe_sent_probes_total{");
	expect_not_in(report_prometheus, "\nptprobe_delay_min_seconds{");
	expect_not_in(report_prometheus, "\nptprobe_clock_skew_ratio{");
	sample.flow[0].delay_count = 0;
	expect_not_in(report_prometheus, "\nptprobe_pdv_seconds{");
	expect_not_in(report_prometheus, "\nptprobe_jitter_seconds{");
}

static void hgrm(const struct report *report, FILE *out)
{
	report_hgrm(report->flow, out);
}

/*
 * 0, 1, 2 and 10 us. Five lines for each halving of the distance to 100 %: 0, 10, .. 50, 55, .. 75,
 * 77.5. Values are the highest of their bin: 1,000 lies in 1,000..1,007 and 2,000 in 2,000..2,015.
 */
static void hgrm_is_hdr_histograms_percentile_distribution(void **state)
{
	(void)state;
	assert_string_equal(sample_text(hgrm, &sample.report),
			    "       Value     Percentile TotalCount 1/(1-Percentile)\n"
			    "\n"
			    "       0.000 0.000000000000          1           1.00\n"
			    "       0.000 0.100000000000          1           1.11\n"
			    "       0.000 0.200000000000          1           1.25\n"
			    "       1.003 0.300000000000          2           1.43\n"
			    "       1.003 0.400000000000          2           1.67\n"
			    "       1.003 0.500000000000          2           2.00\n"
			    "       2.007 0.550000000000          3           2.22\n"
			    "       2.007 0.600000000000          3           2.50\n"
			    "       2.007 0.650000000000          3           2.86\n"
			    "       2.007 0.700000000000          3           3.33\n"
			    "       2.007 0.750000000000          3           4.00\n"
			    "      10.000 0.775000000000          4           4.44\n"
			    "      10.000 1.000000000000          4\n"
			    "#[Mean    =        3.250, StdDeviation   =        3.961]\n"
			    "#[Max     =       10.000, Total count    =            4]\n"
			    "#[Buckets =           29, SubBuckets     =          256]\n");
}

static void hgrm_of_nothing_is_empty(void **state)
{
	(void)state;
	sample.flow[0].delay_count = 0;
	sample.flow[0].pdv_max_ns = 0;
	sample.flow[0].pdv_mean_ns = sample.flow[0].delay_stddev_ns = 0;
	expect_in(hgrm, "1/(1-Percentile)\n\n#[Mean    =        0.000,");
	expect_in(hgrm, "Total count    =            0]\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(csv_is_a_header_and_a_line_a_flow, reset),
		cmocka_unit_test_setup(csv_leaves_the_unknown_empty, reset),
		cmocka_unit_test_setup(csv_quotes_what_needs_it, reset),
		cmocka_unit_test_setup(influx_is_a_line_a_flow, reset),
		cmocka_unit_test_setup(influx_tags_are_escaped, reset),
		cmocka_unit_test_setup(nagios_words_are_those_of_the_exit_status, reset),
		cmocka_unit_test_setup(nagios_is_one_line_with_performance_data, reset),
		cmocka_unit_test_setup(nagios_message_cannot_forge_performance_data, reset),
		cmocka_unit_test_setup(nagios_sums_flows_and_takes_the_worst_delay, reset),
		cmocka_unit_test_setup(prometheus_families_have_help_and_type_once, reset),
		cmocka_unit_test_setup(prometheus_values_have_base_units, reset),
		cmocka_unit_test_setup(prometheus_has_one_verdict, reset),
		cmocka_unit_test_setup(prometheus_labels_are_escaped, reset),
		cmocka_unit_test_setup(prometheus_leaves_out_the_unknown, reset),
		cmocka_unit_test_setup(hgrm_is_hdr_histograms_percentile_distribution, reset),
		cmocka_unit_test_setup(hgrm_of_nothing_is_empty, reset),
	};

	return cmocka_run_group_tests_name("report_lines", tests, NULL, NULL);
}
