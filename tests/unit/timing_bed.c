/* SPDX-License-Identifier: BSD-2-Clause */
#include "timing_bed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "series_bed.h"

struct timing *bed_timing;
struct timing_series bed_series;
uint64_t bed_random_state;
struct bed_path bed_path;

void bed_begin(const struct timing_config *config)
{
	timing_free(bed_timing);
	bed_timing = timing_new(config);
	assert_non_null(bed_timing);
	bed_random_state = bed_seed();
	bed_path = (struct bed_path){
		.interval_ns = 62500 * US, .log_interval = -4, .least_ns = 20 * US};
}

int bed_end(void **state)
{
	(void)state;
	timing_free(bed_timing);
	bed_timing = NULL;
	return 0;
}

struct sighting bed_seen(enum ptp_type type, int64_t i, int64_t rx_ns)
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
				.log_interval = bed_path.log_interval,
			},
	};
}

struct ptp_timestamp bed_stamp(int64_t ns)
{
	return (struct ptp_timestamp){
		.seconds = (uint64_t)(ns / S),
		.nanoseconds = (uint32_t)(ns % S),
	};
}

/* The true time of Sync i's departure, UTC. */
int64_t bed_departure(int64_t i)
{
	return EPOCH + i * bed_path.interval_ns;
}

/* Sync i with a delay of that length. */
void bed_pass(int64_t i, int64_t delay_ns)
{
	int64_t tx_ns = bed_departure(i);
	int64_t rx_ns =
		tx_ns + delay_ns + llround(bed_path.skew * (double)(tx_ns + delay_ns - EPOCH));
	struct sighting sync = bed_seen(PTP_SYNC, i, rx_ns);
	struct sighting follow_up = bed_seen(PTP_FOLLOW_UP, i, rx_ns + 100 * US);

	follow_up.message.stamp = bed_stamp(tx_ns + UTC_OFFSET_S * S);
	timing_add(bed_timing, &sync);
	timing_add(bed_timing, &follow_up);
}

int64_t bed_noisy_delay(void)
{
	return bed_path.least_ns +
	       llround(-log(bed_random(&bed_random_state) + 0x1p-54) * bed_path.noise_ns);
}

void bed_pass_noisy(int64_t from, int64_t to)
{
	for (int64_t i = from; i < to; i++) {
		bed_pass(i, bed_noisy_delay());
	}
}

void bed_announce(uint16_t flags, int16_t utc_offset)
{
	struct sighting sighting = bed_seen(PTP_ANNOUNCE, 0, EPOCH);

	sighting.message.flags = flags;
	sighting.message.announce.utc_offset = utc_offset;
	timing_add(bed_timing, &sighting);
}

const struct timing_series *bed_result(void)
{
	assert_int_equal(timing_count(bed_timing), 1);
	timing_result(bed_timing, 0, &bed_series);
	return &bed_series;
}
