/* SPDX-License-Identifier: BSD-2-Clause */
/* iperf3's amounts: rates by thousands, bytes by 1,024s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "iperf_units.h"

static void assert_rate(const char *text, double bps)
{
	double got = -1;

	assert_int_equal(iperf_units_rate(text, &got), 0);
	assert_true(got == bps);
}

static void assert_bytes(const char *text, uint64_t bytes)
{
	uint64_t got = 0;

	assert_int_equal(iperf_units_bytes(text, &got), 0);
	assert_int_equal(got, bytes);
}

static void rates_go_by_thousands(void **state)
{
	(void)state;
	assert_rate("0", 0);
	assert_rate("1000000", 1e6);
	assert_rate("128K", 128e3);
	assert_rate("100M", 1e8);
	assert_rate("100m", 1e8);
	assert_rate("1G", 1e9);
	assert_rate("1.5G", 1.5e9);
	assert_rate("1T", 1e12);
	assert_rate("940Mbps", 940e6);
	assert_rate("10Mbit", 1e7);
	assert_rate("5bps", 5);
	assert_rate("0.5", 0.5);
}

static void bytes_go_by_1024s(void **state)
{
	(void)state;
	assert_bytes("0", 0);
	assert_bytes("1400", 1400);
	assert_bytes("128K", 131072);
	assert_bytes("128k", 131072);
	assert_bytes("4M", 4194304);
	assert_bytes("1G", 1073741824);
	assert_bytes("1T", UINT64_C(1099511627776));
	assert_bytes("1.5K", 1536);
}

static void what_is_no_amount_is_refused_and_nothing_is_changed(void **state)
{
	static const char *const bad[] = {
		"",      "M",    "-1",   "+1",    " 1",
		"1 ",    "1 M",  ".5",   "1.2.3", "1e6",
		"0x10",  "nan",  "inf",  "1MM",   "1Q",
		"1Mb/s", "1M\n", "1,5G", "1/s",   "1234567890123456789012345678901234567890",
	};
	uint64_t bytes = 7;
	double bps = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_true(iperf_units_rate(bad[i], &bps) < 0);
		assert_true(iperf_units_bytes(bad[i], &bytes) < 0);
	}
	assert_true(iperf_units_bytes("1Kbps", &bytes) < 0);
	assert_true(bps == 7);
	assert_int_equal(bytes, 7);
}

static void amounts_end_where_they_can_be_held(void **state)
{
	uint64_t bytes;
	double bps;

	(void)state;
	assert_true(iperf_units_rate("1.001T", &bps) < 0);
	assert_true(iperf_units_rate("1000000000001", &bps) < 0);
	assert_true(iperf_units_bytes("1.001T", &bytes) < 0);
	assert_true(iperf_units_bytes("1025G", &bytes) < 0);
	assert_true(iperf_units_rate("9999999999999999999999999999T", &bps) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_go_by_thousands),
		cmocka_unit_test(bytes_go_by_1024s),
		cmocka_unit_test(what_is_no_amount_is_refused_and_nothing_is_changed),
		cmocka_unit_test(amounts_end_where_they_can_be_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
