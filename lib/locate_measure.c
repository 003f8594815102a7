/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a host's counters into what they can explain. */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "locate_parts.h"

enum {
	STEMS = 64, /* kinds of counters of one class that a driver has moved */
	STEM_TEXT = COUNTERS_NAME,
};

struct host host_of(const struct vantage *vantage, const struct vantage *tap)
{
	const struct vantage *named = vantage != NULL ? vantage : tap;
	struct host host = {.name = "?"};

	if (vantage != NULL && vantage->has_evidence) {
		host.evidence[0] = &vantage->evidence;
	}
	if (tap != NULL && tap->has_evidence) {
		host.evidence[1] = &tap->evidence;
		host.of_tap = &tap->evidence;
	}
	if (named != NULL) {
		host.name = named->name;
	}
	return host;
}

bool evidence_rise_of(const struct evidence *evidence, const char *name, uint64_t *ret_rise)
{
	switch (evidence_delta(evidence, name, ret_rise)) {
	case COUNTERS_FLAT:
	case COUNTERS_ROSE:
		return true;
	case COUNTERS_UNKNOWN:
	case COUNTERS_RESET:
		break;
	}
	return false;
}

bool host_rise(const struct host *host, const char *name, uint64_t *ret_rise)
{
	for (size_t i = 0; i < 2; i++) {
		if (host->evidence[i] != NULL &&
		    evidence_rise_of(host->evidence[i], name, ret_rise)) {
			return true;
		}
	}
	return false;
}

void measure_say(struct measure *measure, unsigned int flags, uint64_t count, const char *format,
		 ...)
{
	struct reading *reading = &measure->reading[measure->count];
	va_list arguments;

	measure->known |= (flags & READING_TRACE) == 0;
	measure->traced |= (flags & READING_TRACE) != 0;
	if (((flags & READING_ANY) != 0 || count > 0) && measure->count < READINGS) {
		measure->count++;
		reading->count = count;
		reading->flags = flags;
		va_start(arguments, format);
		vsnprintf(reading->text, sizeof(reading->text), format, arguments);
		va_end(arguments);
	}
}

void measure_counter(struct measure *measure, const struct host *host, const char *name)
{
	unsigned int flags = strncmp(name, "trace.", 6) == 0 ? READING_TRACE : 0;
	uint64_t rise = 0;

	if (host_rise(host, name, &rise)) {
		measure_say(measure, flags, rise, "%.64s +%" PRIu64 " on %.40s", name, rise,
			    host->name);
	}
}

void measure_family(struct measure *measure, const struct scene *scene, const struct host *host,
		    const char *protocol, const char *name)
{
	char full[COUNTERS_NAME];

	snprintf(full, sizeof(full), "%s%s.%s", protocol, scene->ipv4 ? "" : "6", name);
	measure_counter(measure, host, full);
}

/* A drop in a nested qdisc counts in its parent as well: the largest, not the sum. */
void measure_qdiscs(struct measure *measure, const struct host *host, const char *prefix)
{
	for (size_t i = 0; i < 2; i++) {
		struct counters_rise rise = {0};

		if (host->evidence[i] != NULL) {
			rise = evidence_rise(host->evidence[i], prefix, ".drops");
		}
		if (rise.known > rise.resets) {
			measure_say(measure, 0, rise.max, "%s*.drops +%" PRIu64 " on %.40s", prefix,
				    rise.max, host->name);
			return;
		}
	}
}

/* "ethtool.rx_queue_3_drops" -> "ethtool.rx_queue_#_drops": what a driver counts for each queue. */
static void stem_of(const char *name, char stem[static STEM_TEXT])
{
	size_t length = 0;

	while (*name != '\0' && length + 1 < STEM_TEXT) {
		if (isdigit((unsigned char)*name)) {
			stem[length++] = '#';
			while (isdigit((unsigned char)*name)) {
				name++;
			}
		} else {
			stem[length++] = *name++;
		}
	}
	stem[length] = '\0';
}

static bool is_sent(const char *name)
{
	for (; *name != '\0'; name++) {
		if (strncasecmp(name, "tx", 2) == 0 || strncasecmp(name, "transmi", 7) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_cards(const char *name, enum direction direction, bool (*matches)(const char *name))
{
	bool card = strncmp(name, "ethtool.", 8) == 0 || strncmp(name, "link.", 5) == 0;

	return card && is_sent(name) == (direction == DIRECTION_TRANSMIT) && matches(name);
}

struct stems {
	size_t count;
	struct {
		char text[STEM_TEXT];
		uint64_t sum;
	} stem[STEMS];
};

static void add_stem(struct stems *stems, const char *name, uint64_t rise)
{
	char text[STEM_TEXT];
	size_t i = 0;

	stem_of(name, text);
	while (i < stems->count && strcmp(stems->stem[i].text, text) != 0) {
		i++;
	}
	if (i == STEMS) {
		return;
	}
	if (i == stems->count) {
		memcpy(stems->stem[stems->count++].text, text, sizeof(text));
	}
	if (__builtin_add_overflow(stems->stem[i].sum, rise, &stems->stem[i].sum)) {
		stems->stem[i].sum = UINT64_MAX;
	}
}

void measure_card(struct measure *measure, const struct host *host, enum direction direction,
		  bool (*matches)(const char *name))
{
	const struct evidence *evidence =
		host->evidence[0] != NULL ? host->evidence[0] : host->evidence[1];
	struct stems stems = {0};
	size_t most = 0;
	uint64_t rise = 0;

	for (size_t i = 0; evidence != NULL && i < evidence->after.count; i++) {
		const char *name = evidence->after.counter[i].name;

		if (is_cards(name, direction, matches) && evidence_rise_of(evidence, name, &rise)) {
			measure->known = true;
			if (rise > 0) {
				add_stem(&stems, name, rise);
			}
		}
	}
	for (size_t i = 1; i < stems.count; i++) {
		most = stems.stem[i].sum > stems.stem[most].sum ? i : most;
	}
	if (stems.count > 0) {
		measure_say(measure, 0, stems.stem[most].sum, "%.64s +%" PRIu64 " on %.40s",
			    stems.stem[most].text, stems.stem[most].sum, host->name);
	}
}
