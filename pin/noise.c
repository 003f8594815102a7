/* SPDX-License-Identifier: BSD-2-Clause */
#include "noise.h"

#include <inttypes.h>

#include "put.h"
#include "text.h"

/* The middle of a bin may lie above the longest gap of all. */
static int64_t quantile_ns(const struct noise *noise, double q)
{
	int64_t ns = hist_quantile_ns(&noise->gaps, q);

	return ns < noise->max_ns ? ns : noise->max_ns;
}

void noise_text(const struct noise noise[], size_t count, FILE *out)
{
	char share[TEXT_SHARE], why[TEXT_ERROR];

	for (size_t i = 0; i < count; i++) {
		const struct noise *one = &noise[i];

		if (one->error != 0 || one->duration_ns <= 0) {
			fprintf(out, "CPU %" PRIu32 ": noise not measured: %s\n", one->cpu,
				one->error != 0 ? text_error(one->error, why) : "it didn't run");
			continue;
		}
		fprintf(out, "CPU %" PRIu32 ": %" PRIu64 " gap%s above 1 us in %.3f s, %s of it",
			one->cpu, one->gaps.total, one->gaps.total == 1 ? "" : "s",
			(double)one->duration_ns / 1e9,
			text_share((double)one->stolen_ns / (double)one->duration_ns, share));
		if (one->gaps.total > 0) {
			fprintf(out, "; p99 %.1f us, max %.1f us",
				(double)quantile_ns(one, 0.99) / 1e3, (double)one->max_ns / 1e3);
		}
		fputc('\n', out);
	}
}

static json_t *one_json(const struct noise *noise)
{
	json_t *object = json_object();
	bool known = noise->error == 0 && noise->duration_ns > 0;
	int failed = 0;

	failed |= put_count(object, "cpu", noise->cpu);
	failed |= put_ns_if(object, "duration_ns", known, noise->duration_ns);
	failed |= put_ns(object, "threshold_ns", NOISE_THRESHOLD_NS);
	failed |= put(object, "gaps", known ? put_count_value(noise->gaps.total) : json_null());
	failed |= put_ns_if(object, "stolen_ns", known, noise->stolen_ns);
	known = known && noise->gaps.total > 0;
	failed |= put_ns_if(object, "p50_ns", known, quantile_ns(noise, 0.5));
	failed |= put_ns_if(object, "p99_ns", known, quantile_ns(noise, 0.99));
	failed |= put_ns_if(object, "max_ns", known, noise->max_ns);
	return put_whole(object, failed);
}

json_t *noise_json(const struct noise noise[], size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		if (json_array_append_new(array, one_json(&noise[i])) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}
