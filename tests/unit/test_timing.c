/* SPDX-License-Identifier: BSD-2-Clause */
/* The timing of Syncs: clocks, steps, floor packets, both directions, strangers' numbers. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mask.h"
#include "series_bed.h"
#include "timing_bed.h"

static void synchronised_delay_is_absolute(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	bed_announce(PTP_TIMESCALE | PTP_UTC_OFFSET_VALID, UTC_OFFSET_S);
	for (int64_t i = 0; i < 100; i++) {
		bed_pass(i, 20 * US + i * 10);
	}
	bed_result();
	assert_int_equal(bed_series.domain, 24);
	assert_int_equal(bed_series.master.clock, 0xa);
	assert_int_equal(bed_series.count, 100);
	assert_int_equal(bed_series.stamps[STAMP_SOFTWARE], 100);
	assert_true(bed_series.utc_offset_known);
	assert_int_equal(bed_series.utc_offset_s, 37);
	assert_int_equal(bed_series.delay_min_ns, 20000);
	assert_int_equal(bed_series.delay_max_ns, 20990);
	assert_true(fabs(bed_series.delay_mean_ns - 20495) < 1e-3);
	assert_int_equal(bed_series.pdv_max_ns, 990);
	assert_int_equal(bed_series.pdv_p50_ns, 490);
	assert_false(bed_series.skew_removed);
	assert_int_equal(bed_series.first_ns, EPOCH + 20000);
	assert_int_equal(bed_series.tau0_ns, 62500010);
	assert_int_equal(bed_series.advertised_ns, 62500000);
}

static void offset_that_nobody_vouches_for_leaves_nothing_absolute(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	bed_announce(PTP_TIMESCALE, UTC_OFFSET_S);
	bed_pass_noisy(0, 10);
	assert_false(bed_result()->utc_offset_known);
	assert_int_equal(bed_series.two_way_absence, TIMING_UTC_OFFSET);
	/* given by the user */
	config.utc_offset_given = true;
	config.utc_offset_s = 37;
	bed_begin(&config);
	bed_announce(PTP_TIMESCALE | PTP_UTC_OFFSET_VALID, 36);
	bed_pass_noisy(0, 10);
	assert_true(bed_result()->utc_offset_known);
	assert_int_equal(bed_series.utc_offset_s, 37);
	assert_int_equal(bed_series.delay_min_ns, 20000);
}

static void another_utc_offset_begins_anew(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	bed_pass_noisy(0, 100);
	bed_announce(PTP_TIMESCALE | PTP_UTC_OFFSET_VALID, 37); /* for the 100, too */
	assert_int_equal(bed_result()->count, 100);
	assert_int_equal(bed_series.delay_min_ns, 20000);
	assert_int_equal(bed_series.splits, 0);
	bed_announce(PTP_TIMESCALE | PTP_UTC_OFFSET_VALID, 37);
	assert_int_equal(bed_result()->splits, 0);
	/* a leap second: our clock, UTC, is set back by 1 s */
	bed_announce(PTP_TIMESCALE | PTP_UTC_OFFSET_VALID, 38);
	for (int64_t i = 100; i < 150; i++) {
		bed_pass(i, 30 * US - S);
	}
	bed_result();
	assert_int_equal(bed_series.splits, 1);
	assert_int_equal(bed_series.count, 50);
	assert_int_equal(bed_series.utc_offset_s, 38);
	assert_int_equal(bed_series.delay_min_ns, 30000);
	assert_int_equal(bed_series.delay_max_ns, 30000);
	assert_int_equal(bed_series.pdv_max_ns, 0);
}

static void drift_of_37_ppm_is_removed_and_said(void **state)
{
	struct timing_config config = {0};

	(void)state;
	bed_begin(&config);
	bed_path.skew = 37e-6;
	bed_path.noise_ns = 10000;
	bed_pass_noisy(0, 6000);
	bed_result();
	assert_false(bed_series.synchronised);
	assert_true(bed_series.skew_known && bed_series.skew_removed);
	assert_true(llabs(bed_series.skew_ppb - 37000) < 20);
	/* of an exponential distribution with a mean of 10 us: ln 2, ln 10, ln 100 */
	assert_true(fabs((double)bed_series.pdv_p50_ns - 6931) < 400);
	assert_true(fabs((double)bed_series.pdv_p90_ns - 23026) < 1300);
	assert_true(fabs((double)bed_series.pdv_p99_ns - 46052) < 6000);
	assert_true(fabs(bed_series.pdv_mean_ns - 10000) < 500);
	assert_true(fabs(bed_series.pdv_stddev_ns - 10000) < 700);
	assert_int_equal(bed_series.two_way_absence, TIMING_UNSYNCHRONISED);
}

/* A Sync in 100 ns of noise is 10 ms late before any skew can be told. */
static void early_spike_is_in_the_delay_variation(void **state)
{
	struct timing_config config = {0};

	(void)state;
	bed_begin(&config);
	bed_path.skew = 10e-6;
	for (int64_t i = 0; i < 3000; i++) {
		bed_pass(i, 20 * US + i * 7919 % 100 + (i == 20 ? 10 * MS : 0));
	}
	bed_result();
	assert_true(bed_series.skew_removed);
	assert_true(llabs(bed_series.pdv_max_ns - 10 * MS) < 200);
	assert_true(bed_series.pdv_p999_ns < 200);
	assert_true(fabs(bed_series.pdv_mean_ns - (50 + 10e6 / 3000)) < 30);
}

static void skew_of_a_few_samples_is_none(void **state)
{
	struct timing_config config = {0};

	(void)state;
	bed_begin(&config);
	bed_path.noise_ns = 10000;
	bed_pass_noisy(0, 100);
	bed_result();
	assert_false(bed_series.skew_known);
	assert_false(bed_series.skew_removed);
	assert_int_equal(bed_series.mtie_absence, TIMING_SKEW);
	assert_int_equal(bed_series.matie_absence, TIMING_SKEW);
	assert_int_equal(bed_series.mtie.count, 0);
	/* which a skew doesn't touch */
	assert_int_equal(bed_series.tdev_absence, TIMING_KNOWN);
}

static void syncs_without_follow_up_are_counted(void **state)
{
	struct timing_config config = {0};

	(void)state;
	bed_begin(&config);
	for (int64_t i = 0; i < 1000; i++) {
		if (i % 10 == 3) {
			struct sighting sync = bed_seen(PTP_SYNC, i, bed_departure(i) + 20 * US);

			timing_add(bed_timing, &sync);
		} else {
			bed_pass(i, 20 * US);
		}
	}
	bed_result();
	assert_int_equal(bed_series.count, 900);
	/* 923, 933, .. 993 have waited for less than 5 s, 80 Syncs */
	assert_int_equal(bed_series.unpaired, 92);
}

static void step_of_the_clock_begins_anew_and_says_so(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	bed_pass_noisy(0, 1000);
	timing_split(bed_timing);
	assert_int_equal(bed_result()->count, 0);
	assert_int_equal(bed_series.splits, 1);
	bed_path.least_ns = 5 * S;
	bed_pass_noisy(1000, 1500);
	bed_result();
	assert_int_equal(bed_series.count, 500);
	assert_int_equal(bed_series.places, 500);
	assert_int_equal(bed_series.pdv_max_ns, 0);
	assert_int_equal(bed_series.splits, 1);
}

static void request(int64_t i, int64_t tx_ns, int64_t reverse_ns)
{
	struct sighting sighting = bed_seen(PTP_DELAY_REQ, i, tx_ns);
	struct ptp_port_identity slave = {.clock = 0xb, .port = 1};

	sighting.message.source = slave;
	sighting.message.correction = 1000 * 65536; /* on the way to us */
	timing_add(bed_timing, &sighting);
	sighting = bed_seen(PTP_DELAY_RESP, i, tx_ns + 200 * US);
	sighting.message.requesting = slave;
	/* and 300 ns more between us and the master */
	sighting.message.correction = 1300 * 65536;
	sighting.message.stamp = bed_stamp(tx_ns + reverse_ns + 300 + UTC_OFFSET_S * S);
	timing_add(bed_timing, &sighting);
}

static void two_way_time_error_by_hand(void **state)
{
	struct timing_config config = {
		.synchronised = true,
		.utc_offset_given = true,
		.utc_offset_s = 37,
		.mask = mask_find("g8271.2-pts"),
	};

	(void)state;
	bed_begin(&config);
	bed_pass_noisy(0, 16 * 100);
	assert_int_equal(bed_result()->two_way_absence, TIMING_ONE_WAY);
	for (int64_t i = 16 * 100; i < 16 * 450; i++) {
		bed_pass(i, 20 * US + (i % 7) * 1000);
		request(i, bed_departure(i) + 30 * MS, 18 * US + (i % 5) * 1000);
	}
	bed_result();
	/* the fastest of both: (20 us - 18 us) / 2 in two windows */
	assert_int_equal(bed_series.two_way_absence, TIMING_KNOWN);
	assert_int_equal(bed_series.two_way_windows, 2);
	assert_true(fabs(bed_series.two_way_min_ns - 1000) < 1);
	assert_true(fabs(bed_series.two_way_max_ns - 1000) < 1);
	assert_int_equal(bed_series.two_way_reverse, 16 * 350);
	assert_int_equal(bed_series.mask.verdict, TIMING_PASS);
}

static void unicast_to_two_slaves_is_two_series(void **state)
{
	struct timing_config config = {.synchronised = true};
	struct endpoint slave[2];

	(void)state;
	bed_begin(&config);
	assert_int_equal(endpoint_parse_address("192.0.2.1", &slave[0]), 0);
	assert_int_equal(endpoint_parse_address("192.0.2.2", &slave[1]), 0);
	/* each slave has sequenceIds of its own, and one is 500 us further away */
	for (int64_t i = 0; i < 1000; i++) {
		for (int to = 0; to < 2; to++) {
			int64_t rx_ns = bed_departure(i) + (to == 0 ? 20 : 520) * US;
			struct sighting sync = bed_seen(PTP_SYNC, i + to * 30000, rx_ns);
			struct sighting follow_up = bed_seen(PTP_FOLLOW_UP, i + to * 30000, rx_ns);

			sync.destination = follow_up.destination = slave[to];
			follow_up.message.stamp = bed_stamp(bed_departure(i) + UTC_OFFSET_S * S);
			timing_add(bed_timing, &sync);
			timing_add(bed_timing, &follow_up);
		}
	}
	assert_int_equal(timing_count(bed_timing), 2);
	for (size_t to = 0; to < 2; to++) {
		timing_result(bed_timing, to, &bed_series);
		assert_true(bed_series.is_unicast);
		assert_memory_equal(bed_series.peer.address, slave[to].address, 16);
		assert_memory_equal(timing_peer(bed_timing, to)->address, slave[to].address, 16);
		assert_int_equal(bed_series.count, 1000);
		assert_int_equal(bed_series.pdv_max_ns, 0);
		assert_int_equal(bed_series.interpolated, 0);
	}
}

static void what_is_dropped_leaves_nothing_to_the_next(void **state)
{
	struct timing_config config = {.synchronised = true};
	struct sighting other = bed_seen(PTP_SYNC, 0, EPOCH);

	(void)state;
	bed_begin(&config);
	other.message.source.clock = 0xc;
	bed_pass_noisy(0, 100);
	timing_add(bed_timing, &other);
	assert_int_equal(timing_count(bed_timing), 2);
	timing_drop(bed_timing, &other);
	assert_int_equal(bed_result()->count, 100);
	other = bed_seen(PTP_FOLLOW_UP, 0, EPOCH);
	timing_drop(bed_timing, &other);
	assert_int_equal(timing_count(bed_timing), 0);
	bed_pass_noisy(5000, 5010);
	assert_int_equal(bed_result()->count, 10);
	assert_int_equal(bed_series.places, 10);
	assert_int_equal(bed_series.stamps[STAMP_SOFTWARE], 10);
}

static void microsecond_stamps_are_too_coarse_for_a_quiet_path(void **state)
{
	struct timing_config config = {.synchronised = true, .resolution_ns = 1000};

	(void)state;
	bed_begin(&config);
	for (int64_t i = 0; i < 3000; i++) {
		bed_pass(i, (20 + i % 2) * US);
	}
	bed_result();
	assert_int_equal(bed_series.mtie_absence, TIMING_TOO_COARSE);
	assert_int_equal(bed_series.tdev_absence, TIMING_TOO_COARSE);
	assert_int_equal(bed_series.matie_absence, TIMING_TOO_COARSE);
	assert_int_equal(bed_series.mtie.count, 0);
	bed_path.noise_ns = 100000;
	bed_pass_noisy(3000, 6000);
	assert_int_equal(bed_result()->mtie_absence, TIMING_KNOWN);
	assert_int_equal(bed_series.tdev_absence, TIMING_KNOWN);
}

static void a_later_file_of_microseconds_makes_the_whole_as_coarse(void **state)
{
	struct timing_config config = {.synchronised = true, .floor_delta_ns = 1000};

	(void)state;
	bed_begin(&config);
	for (int64_t i = 0; i < 16 * 210; i++) {
		bed_pass(i, (20 + i % 2) * US);
	}
	assert_int_equal(bed_result()->tdev_absence, TIMING_KNOWN);
	assert_int_equal(bed_series.floor.absence, TIMING_KNOWN);
	timing_coarsen(bed_timing, 1000);
	timing_coarsen(bed_timing, 1);
	assert_int_equal(bed_result()->tdev_absence, TIMING_TOO_COARSE);
	assert_int_equal(bed_series.mtie_absence, TIMING_TOO_COARSE);
	assert_int_equal(bed_series.floor.absence, TIMING_TOO_COARSE);
}

static void strangers_numbers_do_no_harm(void **state)
{
	struct timing_config config = {.synchronised = true, .mask = mask_find("prtc-a")};

	(void)state;
	for (int round = 0; round < 4; round++) {
		config.synchronised = round % 2 == 0;
		config.floor_mode = round < 2 ? FLOOR_SESSION : FLOOR_FIXED;
		bed_begin(&config);
		for (int i = 0; i < 30000; i++) {
			static const int64_t extreme[] = {INT64_MAX, INT64_MIN, 0, -1, EPOCH};
			uint64_t word = (uint64_t)(bed_random(&bed_random_state) * 0x1p53);
			struct sighting sighting =
				bed_seen(word % 3 == 0 ? (enum ptp_type)(word / 3 % 16)
					 : i % 2       ? PTP_SYNC
						       : PTP_FOLLOW_UP,
					 (int64_t)(word / 64 % 3), 0);

			sighting.message.correction = word / 7 % 3 ? 0 : extreme[word / 1024 % 5];
			sighting.rx_ns = word / 11 % 3 ? EPOCH + i * MS : extreme[word / 4096 % 5];
			sighting.mono_ns = word / 13 % 3 ? i * MS : extreme[word / 16384 % 5];
			sighting.message.stamp.seconds = word / 17 % 3 ? 1700000037 : word;
			sighting.message.stamp.nanoseconds = (uint32_t)(word / 19 % 1200000000);
			sighting.message.flags = (uint16_t)(word / 5);
			sighting.message.announce.utc_offset = (int16_t)word;
			sighting.message.log_interval = (int8_t)(word / 37);
			if (word / 23 % 8 == 0) {
				sighting.message.source.clock = word / 29 % 40;
			}
			timing_add(bed_timing, &sighting);
		}
		assert_int_equal(timing_count(bed_timing), TIMING_SERIES);
		assert_true(timing_overflow(bed_timing) > 0);
		for (size_t i = 0; i < timing_count(bed_timing); i++) {
			uint64_t count;
			int64_t max_ns;
			double mean_ns;

			timing_result(bed_timing, i, &bed_series);
			timing_take_interval(bed_timing, i, &count, &max_ns, &mean_ns);
		}
	}
}

static void masters_beyond_those_that_fit_are_counted(void **state)
{
	struct timing_config config = {0};

	(void)state;
	bed_begin(&config);
	for (int64_t i = 0; i < 10; i++) {
		for (uint64_t clock = 1; clock <= 17; clock++) {
			struct sighting sync = bed_seen(PTP_SYNC, i, bed_departure(i));

			sync.message.source.clock = clock;
			timing_add(bed_timing, &sync);
		}
	}
	assert_int_equal(timing_count(bed_timing), 16);
	assert_int_equal(timing_overflow(bed_timing), 10);
}

static void impossible_delays_are_rejected_and_counted(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	bed_pass_noisy(0, 10);
	bed_pass(10, 90000 * S);
	bed_pass_noisy(11, 20);
	bed_result();
	assert_int_equal(bed_series.count, 19);
	assert_int_equal(bed_series.rejected, 1);
	assert_int_equal(bed_series.pdv_max_ns, 0);
}

static void step_of_the_master_by_days_begins_anew_and_says_so(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	bed_begin(&config);
	bed_pass_noisy(0, 10);
	for (int64_t i = 10; i < 20; i++) {
		bed_pass(i, 90000 * S);
	}
	bed_result();
	/* three that agree are believed; the third is the first of the series */
	assert_int_equal(bed_series.rejected, 3);
	assert_int_equal(bed_series.count, 8);
	assert_int_equal(bed_series.places, 8);
	assert_int_equal(bed_series.splits, 1);
}

static void interval_begins_anew_when_it_is_taken(void **state)
{
	struct timing_config config = {0};
	uint64_t count;
	int64_t max_ns;
	double mean_ns;

	(void)state;
	bed_begin(&config);
	bed_pass(0, 100), bed_pass(1, 400), bed_pass(2, 100);
	assert_true(timing_take_interval(bed_timing, 0, &count, &max_ns, &mean_ns));
	assert_int_equal(count, 3);
	assert_int_equal(max_ns, 300);
	assert_true(fabs(mean_ns - 100) < 1e-9);
	assert_false(timing_take_interval(bed_timing, 0, &count, &max_ns, &mean_ns));
}

static void config_out_of_range_is_refused(void **state)
{
	(void)state;
	assert_int_equal(timing_check(&(struct timing_config){0}), 0);
	assert_int_equal(timing_check(&(struct timing_config){.floor_delta_ns = 999}), -ERANGE);
	assert_int_equal(timing_check(&(struct timing_config){.floor_window_ns = 2000 * S}),
			 -ERANGE);
	assert_int_equal(timing_check(&(struct timing_config){.utc_offset_s = INT64_MAX}), -ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(synchronised_delay_is_absolute),
		cmocka_unit_test(offset_that_nobody_vouches_for_leaves_nothing_absolute),
		cmocka_unit_test(another_utc_offset_begins_anew),
		cmocka_unit_test(drift_of_37_ppm_is_removed_and_said),
		cmocka_unit_test(early_spike_is_in_the_delay_variation),
		cmocka_unit_test(skew_of_a_few_samples_is_none),
		cmocka_unit_test(syncs_without_follow_up_are_counted),
		cmocka_unit_test(step_of_the_clock_begins_anew_and_says_so),
		cmocka_unit_test(two_way_time_error_by_hand),
		cmocka_unit_test(unicast_to_two_slaves_is_two_series),
		cmocka_unit_test(what_is_dropped_leaves_nothing_to_the_next),
		cmocka_unit_test(microsecond_stamps_are_too_coarse_for_a_quiet_path),
		cmocka_unit_test(a_later_file_of_microseconds_makes_the_whole_as_coarse),
		cmocka_unit_test(strangers_numbers_do_no_harm),
		cmocka_unit_test(masters_beyond_those_that_fit_are_counted),
		cmocka_unit_test(impossible_delays_are_rejected_and_counted),
		cmocka_unit_test(step_of_the_master_by_days_begins_anew_and_says_so),
		cmocka_unit_test(interval_begins_anew_when_it_is_taken),
		cmocka_unit_test(config_out_of_range_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, bed_end);
}
