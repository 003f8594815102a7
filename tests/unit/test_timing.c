/* SPDX-License-Identifier: BSD-2-Clause */
/* The timing of Syncs: clocks that drift, gaps, wraps, steps, both directions, a whole day. */
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
#include "sighting.h"
#include "timing.h"

#define S     INT64_C(1000000000)
#define MS    INT64_C(1000000)
#define US    INT64_C(1000)
#define EPOCH (INT64_C(1700000000) * S)

/* The master's clock is TAI, ours UTC. */
#define UTC_OFFSET_S 37

static struct timing *timing;
static struct timing_series series;
static uint64_t random_state;

static struct path {
	int64_t interval_ns;
	int8_t log_interval;
	double skew; /* of our clock */
	int64_t least_ns;
	double noise_ns; /* exponential */
} path;

static void begin(const struct timing_config *config)
{
	timing_free(timing);
	timing = timing_new(config);
	assert_non_null(timing);
	random_state = bed_seed();
	path = (struct path){.interval_ns = 62500 * US, .log_interval = -4, .least_ns = 20 * US};
}

static int end(void **state)
{
	(void)state;
	timing_free(timing);
	timing = NULL;
	return 0;
}

static struct sighting seen(enum ptp_type type, int64_t i, int64_t rx_ns)
{
	return (struct sighting){
		.rx_ns = rx_ns,
		.mono_ns = rx_ns - EPOCH,
		.stamp = STAMP_SOFTWARE,
		.message =
			{
				.type = (uint8_t)type,
				.domain = 24,
				.flags = PTP_TWO_STEP,
				.source = {.clock = 0xa, .port = 1},
				.sequence_id = (uint16_t)i,
				.log_interval = path.log_interval,
			},
	};
}

static struct ptp_timestamp stamp_of(int64_t ns)
{
	return (struct ptp_timestamp){
		.seconds = (uint64_t)(ns / S),
		.nanoseconds = (uint32_t)(ns % S),
	};
}

/* The true time of Sync i's departure, UTC. */
static int64_t departure(int64_t i)
{
	return EPOCH + i * path.interval_ns;
}

/* Sync i with a delay of that length. */
static void pass(int64_t i, int64_t delay_ns)
{
	int64_t tx_ns = departure(i);
	int64_t rx_ns = tx_ns + delay_ns + llround(path.skew * (double)(tx_ns + delay_ns - EPOCH));
	struct sighting sync = seen(PTP_SYNC, i, rx_ns);
	struct sighting follow_up = seen(PTP_FOLLOW_UP, i, rx_ns + 100 * US);

	follow_up.message.stamp = stamp_of(tx_ns + UTC_OFFSET_S * S);
	timing_add(timing, &sync);
	timing_add(timing, &follow_up);
}

static int64_t noisy_delay(void)
{
	return path.least_ns + llround(-log(bed_random(&random_state) + 0x1p-54) * path.noise_ns);
}

static void pass_noisy(int64_t from, int64_t to)
{
	for (int64_t i = from; i < to; i++) {
		pass(i, noisy_delay());
	}
}

static void announce(uint16_t flags, int16_t utc_offset)
{
	struct sighting sighting = seen(PTP_ANNOUNCE, 0, EPOCH);

	sighting.message.flags = flags;
	sighting.message.announce.utc_offset = utc_offset;
	timing_add(timing, &sighting);
}

static const struct timing_series *result(void)
{
	assert_int_equal(timing_count(timing), 1);
	timing_result(timing, 0, &series);
	return &series;
}

static double at(const struct timing_curve *curve, size_t k)
{
	assert_true(k < curve->count);
	return curve->at[k].value_ns;
}

static void synchronised_delay_is_absolute(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	begin(&config);
	announce(PTP_TIMESCALE | PTP_UTC_OFFSET_VALID, UTC_OFFSET_S);
	for (int64_t i = 0; i < 100; i++) {
		pass(i, 20 * US + i * 10);
	}
	result();
	assert_int_equal(series.domain, 24);
	assert_int_equal(series.master.clock, 0xa);
	assert_int_equal(series.count, 100);
	assert_int_equal(series.stamps[STAMP_SOFTWARE], 100);
	assert_true(series.utc_offset_known);
	assert_int_equal(series.utc_offset_s, 37);
	assert_int_equal(series.delay_min_ns, 20000);
	assert_int_equal(series.delay_max_ns, 20990);
	assert_true(fabs(series.delay_mean_ns - 20495) < 1e-3);
	assert_int_equal(series.pdv_max_ns, 990);
	assert_int_equal(series.pdv_p50_ns, 490);
	assert_false(series.skew_removed);
	assert_int_equal(series.first_ns, EPOCH + 20000);
	assert_int_equal(series.tau0_ns, 62500010);
	assert_int_equal(series.advertised_ns, 62500000);
}

static void offset_that_nobody_vouches_for_leaves_nothing_absolute(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	begin(&config);
	announce(PTP_TIMESCALE, UTC_OFFSET_S);
	pass_noisy(0, 10);
	assert_false(result()->utc_offset_known);
	assert_int_equal(series.two_way_absence, TIMING_UNSYNCHRONISED);
	/* given by the user */
	config.utc_offset_given = true;
	config.utc_offset_s = 37;
	begin(&config);
	announce(PTP_TIMESCALE | PTP_UTC_OFFSET_VALID, 36);
	pass_noisy(0, 10);
	assert_true(result()->utc_offset_known);
	assert_int_equal(series.utc_offset_s, 37);
	assert_int_equal(series.delay_min_ns, 20000);
}

static void drift_of_37_ppm_is_removed_and_said(void **state)
{
	struct timing_config config = {0};

	(void)state;
	begin(&config);
	path.skew = 37e-6;
	path.noise_ns = 10000;
	pass_noisy(0, 6000);
	result();
	assert_false(series.synchronised);
	assert_true(series.skew_known && series.skew_removed);
	assert_true(llabs(series.skew_ppb - 37000) < 20);
	/* of an exponential distribution with a mean of 10 us: ln 2, ln 10, ln 100 */
	assert_true(fabs((double)series.pdv_p50_ns - 6931) < 400);
	assert_true(fabs((double)series.pdv_p90_ns - 23026) < 1300);
	assert_true(fabs((double)series.pdv_p99_ns - 46052) < 6000);
	assert_true(fabs(series.pdv_mean_ns - 10000) < 500);
	assert_true(fabs(series.pdv_stddev_ns - 10000) < 700);
	assert_int_equal(series.two_way_absence, TIMING_UNSYNCHRONISED);
}

static void curves_of_drifting_clocks_are_those_of_clocks_in_step(void **state)
{
	struct timing_config config = {.synchronised = true};
	struct timing_series in_step;

	(void)state;
	begin(&config);
	path.noise_ns = 10000;
	pass_noisy(0, 6000);
	in_step = *result();
	assert_int_equal(in_step.mtie_absence, TIMING_KNOWN);
	config.synchronised = false;
	begin(&config);
	path.noise_ns = 10000;
	path.skew = 37e-6;
	pass_noisy(0, 6000);
	result();
	assert_int_equal(series.mtie_absence, TIMING_KNOWN);
	assert_int_equal(series.tdev_absence, TIMING_KNOWN);
	/* 6000 / 12: up to n = 256 */
	assert_int_equal(series.tdev.count, 9);
	assert_true(series.mtie.count >= 9);
	/* what the skew might have made is left out: of averages, the longest */
	assert_true(series.matie.count >= 6);
	for (size_t k = 0; k < series.matie.count; k++) {
		assert_int_equal(llround((double)series.matie.at[k].tau_ns / 62.5e6), 1 << k);
		assert_true(fabs(at(&series.matie, k) - at(&in_step.matie, k)) <
			    0.02 * at(&in_step.matie, k) + 50);
	}
	for (size_t k = 0; k < 9; k++) {
		assert_true(fabs(at(&series.tdev, k) - at(&in_step.tdev, k)) <
			    1e-3 * at(&in_step.tdev, k) + 2);
		assert_true(fabs(at(&series.mtie, k) - at(&in_step.mtie, k)) <
			    0.02 * at(&in_step.mtie, k));
	}
}

static void curves_are_the_definitions(void **state)
{
	enum { COUNT = 3000 };
	struct timing_config config = {.synchronised = true};
	int64_t *delay_ns = bed_walk(bed_seed(), COUNT, 100, 3000);

	(void)state;
	begin(&config);
	for (int64_t i = 0; i < COUNT; i++) {
		pass(i, 50 * US + delay_ns[i]);
	}
	result();
	assert_int_equal(series.places, COUNT);
	for (size_t k = 0; k < series.tdev.count; k++) {
		double expected = bed_tdev(delay_ns, COUNT, (size_t)1 << k);

		assert_true(fabs(at(&series.tdev, k) - expected) <= 1e-9 * expected);
	}
	for (size_t k = 0; k < series.mtie.count; k++) {
		assert_true(at(&series.mtie, k) ==
			    (double)bed_mtie(delay_ns, COUNT, (size_t)1 << k));
	}
	/* up to N / 12 and N / 2 */
	assert_int_equal(series.tdev.count, 8);
	assert_int_equal(series.mtie.count, 11);
	assert_true(llabs(series.mtie.at[3].tau_ns - 8 * 62500000) < 1000);
	for (size_t k = 0; k < series.matie.count; k++) {
		double expected = bed_matie(delay_ns, COUNT, (size_t)1 << k, 0);

		assert_true(fabs(at(&series.matie, k) - expected) <= 1e-9 * expected);
		assert_true(fabs(at(&series.mafe, k) -
				 expected * 1e9 / (double)series.matie.at[k].tau_ns) <=
			    1e-7 * at(&series.mafe, k));
	}
	free(delay_ns);
}

static void long_run_of_drifting_clocks_shows_the_path_alone(void **state)
{
	enum { COUNT = 200000 };
	struct timing_config config = {.synchronised = true};
	struct timing_series in_step;

	(void)state;
	begin(&config);
	path.noise_ns = 10000;
	pass_noisy(0, COUNT);
	in_step = *result();
	config.synchronised = false;
	begin(&config);
	path.noise_ns = 10000;
	path.skew = -37e-6;
	pass_noisy(0, COUNT);
	result();
	assert_true(series.mtie.count >= 16);
	for (size_t k = 0; k < series.mtie.count; k++) {
		assert_true(fabs(at(&series.mtie, k) - at(&in_step.mtie, k)) <
			    0.05 * at(&in_step.mtie, k));
	}
}

static void lost_syncs_hold_their_places(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	begin(&config);
	path.noise_ns = 1000;
	for (int64_t i = 0; i < 70000; i++) {
		if (i % 100 >= 5) {
			pass(i, noisy_delay());
		}
	}
	result();
	/* the first five come before the series does */
	assert_int_equal(series.places, 70000 - 5);
	assert_int_equal(series.interpolated, 5 * 699);
	assert_int_equal(series.tdev_absence, TIMING_KNOWN);
	assert_true(llabs(series.tau0_ns - 62500000) < 10);
}

static void too_many_lost_leave_no_curve(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	begin(&config);
	for (int64_t i = 0; i < 3000; i += 2) {
		pass(i, 20 * US);
	}
	result();
	assert_int_equal(series.mtie_absence, TIMING_TOO_MANY_LOST);
	assert_int_equal(series.tdev_absence, TIMING_TOO_MANY_LOST);
	assert_int_equal(series.mtie.count, 0);
	assert_int_equal(series.count, 1500);
}

static void outage_longer_than_a_wrap_is_told_by_the_time(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	begin(&config);
	pass_noisy(0, 200000);
	pass_noisy(200000 + 70000, 480000);
	result();
	assert_int_equal(series.places, 480000);
	assert_int_equal(series.interpolated, 70000);
	assert_int_equal(series.breaks, 0);
}

static void silence_for_most_of_the_time_begins_the_curves_anew(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	begin(&config);
	pass_noisy(0, 1000);
	pass_noisy(1000000, 1000100);
	result();
	assert_int_equal(series.breaks, 1);
	assert_int_equal(series.places, 100);
	assert_int_equal(series.count, 1100);
}

static void master_that_begins_anew_keeps_the_series(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	begin(&config);
	pass_noisy(0, 1000);
	for (int64_t i = 0; i < 1000; i++) { /* sequenceId from 0 on, 3 intervals later */
		int64_t tx_ns = departure(1003 + i);
		struct sighting sync = seen(PTP_SYNC, i, tx_ns + 20 * US);
		struct sighting follow_up = seen(PTP_FOLLOW_UP, i, tx_ns + 120 * US);

		follow_up.message.stamp = stamp_of(tx_ns + UTC_OFFSET_S * S);
		timing_add(timing, &sync);
		timing_add(timing, &follow_up);
	}
	result();
	assert_int_equal(series.places, 2003);
	assert_int_equal(series.interpolated, 3);
}

static void syncs_without_follow_up_are_counted(void **state)
{
	struct timing_config config = {0};

	(void)state;
	begin(&config);
	for (int64_t i = 0; i < 1000; i++) {
		if (i % 10 == 3) {
			struct sighting sync = seen(PTP_SYNC, i, departure(i) + 20 * US);

			timing_add(timing, &sync);
		} else {
			pass(i, 20 * US);
		}
	}
	result();
	assert_int_equal(series.count, 900);
	/* 943, 953, .. 993 have waited for less than 5 s and 64 Syncs */
	assert_int_equal(series.unpaired, 94);
}

static void step_of_the_clock_begins_anew_and_says_so(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	begin(&config);
	pass_noisy(0, 1000);
	timing_split(timing);
	assert_int_equal(result()->count, 0);
	assert_int_equal(series.splits, 1);
	path.least_ns = 5 * S;
	pass_noisy(1000, 1500);
	result();
	assert_int_equal(series.count, 500);
	assert_int_equal(series.places, 500);
	assert_int_equal(series.pdv_max_ns, 0);
	assert_int_equal(series.splits, 1);
}

static void floor_packets_of_a_quiet_and_a_loaded_path(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	config.mask = mask_find("g8261.1-fpp");
	begin(&config);
	path.noise_ns = 10000;
	pass_noisy(0, 16 * 199);
	assert_int_equal(result()->floor.absence, TIMING_TOO_SHORT);
	assert_int_equal(series.mask.verdict, TIMING_INCONCLUSIVE);
	pass_noisy(16 * 199, 16 * 300);
	result();
	assert_int_equal(series.floor.absence, TIMING_KNOWN);
	assert_int_equal(series.floor.windows, 100);
	assert_int_equal(series.floor.failed, 0);
	assert_true(series.floor.worst_fpp > 0.999);
	assert_true(fabs(series.floor.worst_fpp_nominal - series.floor.worst_fpp) < 1e-2);
	assert_true(series.floor.worst_fpr > 15.9);
	assert_int_equal(series.mask.verdict, TIMING_PASS);
	/* all of a minute later, but for one in 200 */
	for (int64_t i = 16 * 300; i < 16 * 600; i++) {
		pass(i, i % 200 == 0 ? 20 * US : 400 * US);
	}
	result();
	assert_true(fabs(series.floor.worst_fpp - 0.005) < 1e-9);
	assert_int_equal(series.floor.worst_fpc, 16);
	assert_true(fabs(series.floor.worst_fpp_nominal - 0.005) < 1e-9);
	assert_true(series.floor.failed > 0);
	assert_int_equal(series.mask.verdict, TIMING_FAIL);
}

static void nominal_denominator_counts_what_was_lost(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	begin(&config);
	for (int64_t i = 0; i < 16 * 210; i++) {
		if (i % 4 == 0) {
			pass(i, 20 * US);
		}
	}
	result();
	assert_true(series.floor.worst_fpp == 1);
	assert_true(fabs(series.floor.worst_fpp_nominal - 0.25) < 1e-3);
}

static void floor_of_drifting_clocks_is_above_the_skew_line(void **state)
{
	struct timing_config config = {0};

	(void)state;
	begin(&config);
	path.noise_ns = 10000;
	path.skew = 37e-6; /* 150 us in 4 s */
	pass_noisy(0, 16 * 300);
	result();
	assert_int_equal(series.floor.absence, TIMING_KNOWN);
	assert_true(series.floor.worst_fpp > 0.99);
}

static void fixed_floor_needs_clocks_in_step(void **state)
{
	struct timing_config config = {
		.floor_mode = FLOOR_FIXED,
		.floor_fixed_ns = 20000,
		.utc_offset_given = true,
		.utc_offset_s = 37,
	};

	(void)state;
	begin(&config);
	pass_noisy(0, 16 * 210);
	assert_int_equal(result()->floor.absence, TIMING_UNSYNCHRONISED);
	config.synchronised = true;
	begin(&config);
	pass_noisy(0, 16 * 210);
	assert_int_equal(result()->floor.absence, TIMING_KNOWN);
	assert_true(series.floor.worst_fpp == 1);
	config.floor_fixed_ns = 21000;
	begin(&config);
	pass_noisy(0, 16 * 210);
	assert_true(result()->floor.worst_fpp == 0);
}

static void request(int64_t i, int64_t tx_ns, int64_t reverse_ns)
{
	struct sighting sighting = seen(PTP_DELAY_REQ, i, tx_ns);
	struct ptp_port_identity slave = {.clock = 0xb, .port = 1};

	sighting.message.source = slave;
	sighting.message.correction = 1000 * 65536; /* on the way to us */
	timing_add(timing, &sighting);
	sighting = seen(PTP_DELAY_RESP, i, tx_ns + 200 * US);
	sighting.message.requesting = slave;
	/* and 300 ns more between us and the master */
	sighting.message.correction = 1300 * 65536;
	sighting.message.stamp = stamp_of(tx_ns + reverse_ns + 300 + UTC_OFFSET_S * S);
	timing_add(timing, &sighting);
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
	begin(&config);
	pass_noisy(0, 16 * 100);
	assert_int_equal(result()->two_way_absence, TIMING_ONE_WAY);
	for (int64_t i = 16 * 100; i < 16 * 450; i++) {
		pass(i, 20 * US + (i % 7) * 1000);
		request(i, departure(i) + 30 * MS, 18 * US + (i % 5) * 1000);
	}
	result();
	/* the fastest of both: (20 us - 18 us) / 2 in two windows */
	assert_int_equal(series.two_way_absence, TIMING_KNOWN);
	assert_int_equal(series.two_way_windows, 2);
	assert_true(fabs(series.two_way_min_ns - 1000) < 1);
	assert_true(fabs(series.two_way_max_ns - 1000) < 1);
	assert_int_equal(series.two_way_reverse, 16 * 350);
	assert_int_equal(series.mask.verdict, TIMING_PASS);
}

static void microsecond_stamps_are_too_coarse_for_a_quiet_path(void **state)
{
	struct timing_config config = {.synchronised = true, .resolution_ns = 1000};

	(void)state;
	begin(&config);
	for (int64_t i = 0; i < 3000; i++) {
		pass(i, (20 + i % 2) * US);
	}
	result();
	assert_int_equal(series.mtie_absence, TIMING_TOO_COARSE);
	assert_int_equal(series.tdev_absence, TIMING_TOO_COARSE);
	assert_int_equal(series.matie_absence, TIMING_TOO_COARSE);
	assert_int_equal(series.mtie.count, 0);
	path.noise_ns = 100000;
	pass_noisy(3000, 6000);
	assert_int_equal(result()->mtie_absence, TIMING_KNOWN);
	assert_int_equal(series.tdev_absence, TIMING_KNOWN);
}

static void sequence_ids_wrap_without_a_trace(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	begin(&config);
	pass_noisy(65000, 65000 + 3 * 65536);
	result();
	assert_int_equal(series.places, 3 * 65536);
	assert_int_equal(series.interpolated, 0);
	assert_int_equal(series.count, 3 * 65536);
}

static void simulated_day_keeps_its_floor_and_its_skew(void **state)
{
	enum { DAY = 86400 * 16 };
	struct timing_config config = {0};

	(void)state;
	begin(&config);
	path.skew = 4e-6;
	path.noise_ns = 5000;
	pass_noisy(0, DAY);
	result();
	assert_int_equal(series.count, DAY);
	assert_int_equal(series.places, DAY);
	assert_int_equal(series.rejected, 0);
	assert_int_equal(series.unpaired, 0);
	assert_int_equal(series.skew_ppb, 4000);
	/* the line is known from the 64th sample on, 4 s */
	assert_int_equal(series.floor.windows, 86400 - 4 - 200 + 1);
	assert_int_equal(series.floor.failed, 0);
	/* up to n = 2^16: 4096 s */
	assert_int_equal(series.tdev.count, 17);
	/* white noise: TDEV falls by the root of 2 an octave */
	for (size_t k = 1; k < 12; k++) {
		assert_true(fabs(at(&series.tdev, k - 1) / at(&series.tdev, k) - sqrt(2)) < 0.25);
	}
	assert_true(fabs(at(&series.tdev, 0) - 5000) < 100);
}

static void strangers_numbers_do_no_harm(void **state)
{
	struct timing_config config = {.synchronised = true, .mask = mask_find("prtc-a")};

	(void)state;
	for (int round = 0; round < 4; round++) {
		config.synchronised = round % 2 == 0;
		config.floor_mode = round < 2 ? FLOOR_SESSION : FLOOR_FIXED;
		begin(&config);
		for (int i = 0; i < 30000; i++) {
			static const int64_t extreme[] = {INT64_MAX, INT64_MIN, 0, -1, EPOCH};
			uint64_t word = (uint64_t)(bed_random(&random_state) * 0x1p53);
			struct sighting sighting =
				seen(word % 3 == 0 ? (enum ptp_type)(word / 3 % 16)
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
			timing_add(timing, &sighting);
		}
		assert_int_equal(timing_count(timing), TIMING_SERIES);
		assert_true(timing_overflow(timing) > 0);
		for (size_t i = 0; i < timing_count(timing); i++) {
			uint64_t count;
			int64_t max_ns;
			double mean_ns;

			timing_result(timing, i, &series);
			timing_take_interval(timing, i, &count, &max_ns, &mean_ns);
		}
	}
}

static void impossible_delays_are_rejected_and_counted(void **state)
{
	struct timing_config config = {.synchronised = true};

	(void)state;
	begin(&config);
	pass_noisy(0, 10);
	pass(10, 90000 * S);
	pass_noisy(11, 20);
	result();
	assert_int_equal(series.count, 19);
	assert_int_equal(series.rejected, 1);
	assert_int_equal(series.pdv_max_ns, 0);
}

static void interval_begins_anew_when_it_is_taken(void **state)
{
	struct timing_config config = {0};
	uint64_t count;
	int64_t max_ns;
	double mean_ns;

	(void)state;
	begin(&config);
	pass(0, 100), pass(1, 400), pass(2, 100);
	assert_true(timing_take_interval(timing, 0, &count, &max_ns, &mean_ns));
	assert_int_equal(count, 3);
	assert_int_equal(max_ns, 300);
	assert_true(fabs(mean_ns - 100) < 1e-9);
	assert_false(timing_take_interval(timing, 0, &count, &max_ns, &mean_ns));
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
		cmocka_unit_test(drift_of_37_ppm_is_removed_and_said),
		cmocka_unit_test(curves_of_drifting_clocks_are_those_of_clocks_in_step),
		cmocka_unit_test(curves_are_the_definitions),
		cmocka_unit_test(long_run_of_drifting_clocks_shows_the_path_alone),
		cmocka_unit_test(lost_syncs_hold_their_places),
		cmocka_unit_test(too_many_lost_leave_no_curve),
		cmocka_unit_test(outage_longer_than_a_wrap_is_told_by_the_time),
		cmocka_unit_test(silence_for_most_of_the_time_begins_the_curves_anew),
		cmocka_unit_test(master_that_begins_anew_keeps_the_series),
		cmocka_unit_test(syncs_without_follow_up_are_counted),
		cmocka_unit_test(step_of_the_clock_begins_anew_and_says_so),
		cmocka_unit_test(floor_packets_of_a_quiet_and_a_loaded_path),
		cmocka_unit_test(nominal_denominator_counts_what_was_lost),
		cmocka_unit_test(floor_of_drifting_clocks_is_above_the_skew_line),
		cmocka_unit_test(fixed_floor_needs_clocks_in_step),
		cmocka_unit_test(two_way_time_error_by_hand),
		cmocka_unit_test(microsecond_stamps_are_too_coarse_for_a_quiet_path),
		cmocka_unit_test(sequence_ids_wrap_without_a_trace),
		cmocka_unit_test(simulated_day_keeps_its_floor_and_its_skew),
		cmocka_unit_test(strangers_numbers_do_no_harm),
		cmocka_unit_test(impossible_delays_are_rejected_and_counted),
		cmocka_unit_test(interval_begins_anew_when_it_is_taken),
		cmocka_unit_test(config_out_of_range_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
