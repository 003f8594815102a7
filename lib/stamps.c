/* SPDX-License-Identifier: BSD-2-Clause */
#include "stamps.h"

#include <inttypes.h>

#include "put.h"
#include "report.h"
#include "units.h"
#include "verdict.h"

static const char *const want_text[] = {
	[STAMPS_AUTO] = "auto",
	[STAMPS_HARDWARE] = "hardware",
	[STAMPS_SOFTWARE] = "software",
	[STAMPS_USER] = "user",
};

const char *stamps_check(unsigned int want, bool hwstamp, bool has_interface, bool offload)
{
	if (hwstamp && (want == STAMPS_SOFTWARE || want == STAMPS_USER)) {
		return "--hwstamp sets up hardware stamps, which --stamp=software and --stamp=user "
		       "don't use: leave one out";
	}
	if (hwstamp && !has_interface) {
		return "--hwstamp changes a NIC for all its users: name it with -i";
	}
	if (offload && (hwstamp || want == STAMPS_HARDWARE)) {
		return "--offload takes bursts as one, which hardware doesn't stamp: leave it or "
		       "hardware stamps out";
	}
	return NULL;
}

static uint64_t all(const struct stamps_counts *counts)
{
	return counts->hardware + counts->software + counts->user;
}

void stamps_lag_add(struct stamps_lag *lag, int64_t ns)
{
	if (lag->count == 0 || ns < lag->min_ns) {
		lag->min_ns = ns;
	}
	if (lag->count == 0 || ns > lag->max_ns) {
		lag->max_ns = ns;
	}
	lag->count++;
}

static json_t *lag_json(const struct stamps_lag *lag)
{
	json_t *object;
	int failed = 0;

	if (lag->count == 0) {
		return json_null();
	}
	object = json_object();
	failed |= put_ns(object, "min_ns", lag->min_ns);
	failed |= put_ns(object, "max_ns", lag->max_ns);
	return put_whole(object, failed);
}

static json_t *counts_json(const struct stamps_counts *counts)
{
	json_t *object = json_object();
	int failed = 0;

	failed |= put_count(object, "hardware", counts->hardware);
	failed |= put_count(object, "software", counts->software);
	failed |= put_count(object, "user", counts->user);
	failed |= put_count(object, "missing", counts->missing);
	return put_whole(object, failed);
}

static json_t *phc_json(const struct stamps_phc *phc)
{
	json_t *object;
	char device[32];
	int failed = 0;

	if (phc->index < 0) {
		return json_null();
	}
	object = json_object();
	snprintf(device, sizeof(device), "/dev/ptp%d", phc->index);
	failed |= put_text(object, "device", device);
	failed |= put_text(object, "method", phc->method);
	failed |= put_count(object, "samples", phc->samples);
	failed |= put_ns_if(object, "uncertainty_ns", phc->samples > 0, phc->uncertain_ns);
	failed |= put_ns_if(object, "rate_ppb", phc->rate_known, phc->rate_ppb);
	failed |= put_count(object, "steps", phc->steps);
	return put_whole(object, failed);
}

json_t *stamps_json(const struct stamps *stamps)
{
	json_t *object = json_object();
	int failed = 0;

	failed |= put_text(object, "asked", want_text[stamps->want]);
	failed |= put(object, "hwstamp", json_boolean(stamps->configured));
	failed |= put_text(object, "setting", *stamps->setting ? stamps->setting : NULL);
	failed |= put_text(object, "lacks", *stamps->lacks ? stamps->lacks : NULL);
	failed |=
		put(object, "tx", stamps->is_receiver ? json_null() : counts_json(&stamps->counts));
	failed |=
		put(object, "rx", stamps->is_receiver ? counts_json(&stamps->counts) : json_null());
	failed |= put(object, "lag", lag_json(&stamps->lag));
	failed |= put(object, "phc", phc_json(&stamps->phc));
	return put_whole(object, failed);
}

bool stamps_are_told(const struct stamps *stamps)
{
	return stamps->want == STAMPS_HARDWARE || stamps->in_hardware;
}

void stamps_text(const struct stamps *stamps, FILE *out)
{
	const struct stamps_counts *counts = &stamps->counts;
	char text[UNITS_TEXT];

	fprintf(out, "%" PRIu64 " hardware", counts->hardware);
	if (counts->hardware > 0) {
		fprintf(out, " (%s, /dev/ptp%d known to %s)", stamps->interface, stamps->phc.index,
			units_duration_text(stamps->phc.uncertain_ns, text));
	}
	fprintf(out, ", %" PRIu64 " software", counts->software);
	if (counts->user > 0) {
		fprintf(out, ", %" PRIu64 " user", counts->user);
	}
}

void stamps_note(const struct stamps *stamps, struct report *report)
{
	const struct stamps_counts *counts = &stamps->counts;
	uint64_t wanted = counts->hardware + counts->missing;
	char step[UNITS_TEXT];

	if (stamps->want == STAMPS_HARDWARE && !stamps->in_hardware) {
		report_note(report, "no hardware stamps: %s%s", stamps->lacks,
			    counts->software > 0 ? ": software stamps were taken instead" : "");
	} else if (stamps->in_hardware && wanted > 0 && counts->hardware == 0) {
		report_note(report, "%s accepted %s and stamped none of %" PRIu64 " %s%s%s",
			    stamps->interface, stamps->setting, wanted, stamps->what,
			    counts->software > 0 ? ": software stamps were taken instead" : "",
			    stamps->hint ? stamps->hint : "");
	} else if (stamps->in_hardware && counts->missing > 0) {
		report_note(
			report, "%s stamped %" PRIu64 " of %" PRIu64 " %s, %" PRIu64 " it missed",
			stamps->interface, counts->hardware, wanted, stamps->what, counts->missing);
	}
	if (stamps->phc.steps > 0) {
		report_note(report,
			    "the clock of %s (/dev/ptp%d) was set %" PRIu64 " times, last by %s: "
			    "hardware stamps of those moments are wrong or missing",
			    stamps->interface, stamps->phc.index, stamps->phc.steps,
			    units_duration_text(stamps->phc.last_step_ns, step));
	}
}

void stamps_judge(const struct stamps *stamps, struct verdict *verdict)
{
	const struct stamps_counts *counts = &stamps->counts;

	if (stamps->want != STAMPS_HARDWARE || (all(counts) > 0 && counts->missing == 0)) {
		return;
	}
	if (all(counts) == 0) {
		return; /* nothing came or went: that is said already */
	}
	if (verdict->result == VERDICT_PASS) {
		verdict->result = VERDICT_INCONCLUSIVE;
	}
	verdict_reason(verdict, "%" PRIu64 " of %" PRIu64 " %s have no hardware stamp%s%s",
		       counts->missing, counts->hardware + counts->missing, stamps->what,
		       stamps->in_hardware ? "" : ": ", stamps->in_hardware ? "" : stamps->lacks);
}
