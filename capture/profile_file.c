/* SPDX-License-Identifier: BSD-2-Clause */
/* A profile's file. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "endpoint.h"
#include "profile.h"
#include "profile_parts.h"

enum {
	LINE = 512, /* the longest that is read */
	QUOTE = 40, /* of a value, in an error */
};

struct reader {
	struct profile profile;
	unsigned int line; /* from 1 */
	uint64_t seen;     /* bits of the keys that came, by their place in the table */
	uint16_t seen_interval, seen_tlv;
	char *error;
};

__attribute__((format(printf, 2, 3))) static int fail(struct reader *reader, const char *format,
						      ...)
{
	char text[PROFILE_ERROR];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	snprintf(reader->error, PROFILE_ERROR, "line %u: %.*s", reader->line, PROFILE_ERROR - 24,
		 text);
	return -EINVAL;
}

/* A value that isn't what is asked for. */
static int refuse(struct reader *reader, const char *value, const char *asked)
{
	return fail(reader, "'%.*s%s' is not %s", QUOTE, value, strlen(value) > QUOTE ? "..." : "",
		    asked);
}

static bool is_any(const char *value)
{
	return strcmp(value, "any") == 0;
}

static int set_text(struct reader *reader, char *to, size_t size, const char *value)
{
	size_t length = strlen(value);

	if (length >= size) {
		return fail(reader, "the text is longer than %zu characters", size - 1);
	}
	memcpy(to, value, length + 1);
	return 0;
}

static int set_name(struct reader *reader, char *value)
{
	return set_text(reader, reader->profile.name, sizeof(reader->profile.name), value);
}

static int set_title(struct reader *reader, char *value)
{
	return set_text(reader, reader->profile.title, sizeof(reader->profile.title), value);
}

static int set_source(struct reader *reader, char *value)
{
	return set_text(reader, reader->profile.source, sizeof(reader->profile.source), value);
}

static int set_base(struct reader *reader, char *value)
{
	const struct profile *base = profile_find(value);

	if (reader->seen != 0 || reader->seen_interval != 0 || reader->seen_tlv != 0) {
		return fail(reader, "base comes first, or what is above would be lost");
	}
	if (base == NULL) {
		return refuse(reader, value, "a built-in profile");
	}
	reader->profile = *base;
	/* what the file changes bears no other's name */
	snprintf(reader->profile.name, sizeof(reader->profile.name), "file");
	return 0;
}

static int set_transport(struct reader *reader, char *value)
{
	uint8_t transports = 0;

	for (char *list = is_any(value) ? NULL : value; list != NULL;) {
		const char *word = profile_next(&list);
		unsigned int i = 0;

		while (profile_transport_text(i) != NULL &&
		       strcmp(profile_transport_text(i), word) != 0) {
			i++;
		}
		if (profile_transport_text(i) == NULL) {
			return refuse(reader, word, "ethernet, udp4, udp6 or any");
		}
		transports |= (uint8_t)(1 << i);
	}
	reader->profile.transports = transports;
	return 0;
}

/* One of two words, or any. */
static int set_choice(struct reader *reader, const char *value, const char *no, const char *yes,
		      int *ret_choice)
{
	if (is_any(value)) {
		*ret_choice = PROFILE_ANY;
	} else if (strcmp(value, no) == 0) {
		*ret_choice = 0;
	} else if (strcmp(value, yes) == 0) {
		*ret_choice = 1;
	} else {
		char asked[QUOTE];

		snprintf(asked, sizeof(asked), "%s, %s or any", no, yes);
		return refuse(reader, value, asked);
	}
	return 0;
}

static int set_cast(struct reader *reader, char *value)
{
	return set_choice(reader, value, "multicast", "unicast", &reader->profile.unicast);
}

static int set_vlan(struct reader *reader, char *value)
{
	return set_choice(reader, value, "untagged", "tagged", &reader->profile.vlan);
}

static int set_steps(struct reader *reader, char *value)
{
	return set_choice(reader, value, "one", "two", &reader->profile.two_step);
}

static int set_groups(struct reader *reader, char *value)
{
	if (!is_any(value) && strcmp(value, "ieee1588") != 0) {
		return refuse(reader, value, "ieee1588 or any");
	}
	reader->profile.groups = !is_any(value);
	return 0;
}

static int set_domain(struct reader *reader, char *value)
{
	int min = PROFILE_ANY, max = PROFILE_ANY;

	if (!is_any(value) && !profile_read_range(value, 0, UINT8_MAX, &min, &max)) {
		return refuse(reader, value, "a domain or range, as 24..43, within 0..255, or any");
	}
	reader->profile.domain_min = min;
	reader->profile.domain_max = max;
	return 0;
}

static int set_number(struct reader *reader, const char *value, int max, int *ret_number)
{
	int number = PROFILE_ANY;

	if (!is_any(value) && !profile_read_number(value, 0, 0, max, &number)) {
		char asked[QUOTE];

		snprintf(asked, sizeof(asked), "a number within 0..%d, or any", max);
		return refuse(reader, value, asked);
	}
	*ret_number = number;
	return 0;
}

static int set_sdo_id(struct reader *reader, char *value)
{
	return set_number(reader, value, 0xfff, &reader->profile.sdo_id);
}

static int set_ttl(struct reader *reader, char *value)
{
	return set_number(reader, value, UINT8_MAX, &reader->profile.ttl);
}

static int set_dscp(struct reader *reader, char *value)
{
	return set_number(reader, value, 63, &reader->profile.dscp);
}

static int set_pcp(struct reader *reader, char *value)
{
	return set_number(reader, value, 7, &reader->profile.pcp);
}

static int set_types(struct reader *reader, char *value)
{
	uint16_t types = 0;

	for (char *list = is_any(value) ? NULL : value; list != NULL;) {
		const char *word = profile_next(&list);
		int type = ptp_type_find(word);

		if (type < 0) {
			return refuse(reader, word, "a type of message, as delay_req, or any");
		}
		types |= (uint16_t)(1 << type);
	}
	reader->profile.types = types;
	return 0;
}

static int read_macs(struct reader *reader, char *value, struct profile_macs *ret_macs)
{
	struct profile_macs macs = {0};

	for (char *list = is_any(value) ? NULL : value; list != NULL;) {
		const char *word = profile_next(&list);
		struct endpoint mac;

		if (macs.count == PROFILE_MACS) {
			return fail(reader, "more than %d addresses", PROFILE_MACS);
		}
		if (endpoint_parse_mac(word, &mac) < 0) {
			return refuse(reader, word, "an address as 01:1b:19:00:00:00, or any");
		}
		memcpy(macs.mac[macs.count++], endpoint_mac(&mac), 6);
	}
	*ret_macs = macs;
	return 0;
}

static int set_mac(struct reader *reader, char *value)
{
	return read_macs(reader, value, &reader->profile.macs);
}

static int set_peer_mac(struct reader *reader, char *value)
{
	return read_macs(reader, value, &reader->profile.peer_macs);
}

static int set_interval(struct reader *reader, int type, char *value)
{
	int min = PROFILE_ANY, max = PROFILE_ANY;

	if (!is_any(value) && !profile_read_range(value, INT8_MIN, INT8_MAX, &min, &max)) {
		return refuse(reader, value,
			      "the logarithm of seconds or a range, as -7..0, or any");
	}
	reader->profile.interval_min[type] = (int16_t)min;
	reader->profile.interval_max[type] = (int16_t)max;
	/* a Follow_Up bears its Sync's, unless the file says otherwise */
	if (type == PTP_SYNC && (reader->seen_interval & 1 << PTP_FOLLOW_UP) == 0) {
		reader->profile.interval_min[PTP_FOLLOW_UP] = (int16_t)min;
		reader->profile.interval_max[PTP_FOLLOW_UP] = (int16_t)max;
	}
	return 0;
}

/* What the base asks for of that type is replaced. */
static void drop_tlvs(struct profile *profile, int type)
{
	uint8_t kept = 0;

	for (int i = 0; i < profile->tlvs; i++) {
		if (profile->tlv[i].type != type) {
			profile->tlv[kept++] = profile->tlv[i];
		}
	}
	profile->tlvs = kept;
}

static int set_tlv(struct reader *reader, int type, char *value)
{
	struct profile *profile = &reader->profile;

	drop_tlvs(profile, type);
	for (char *list = is_any(value) ? NULL : value; list != NULL;) {
		char *word = profile_next(&list);
		struct profile_tlv tlv = {.type = (uint8_t)type};

		if (profile->tlvs == PROFILE_TLVS) {
			return fail(reader, "more than %d TLVs", PROFILE_TLVS);
		}
		if (!profile_read_tlv(word, &tlv)) {
			return refuse(reader, word, "a TLV, as 8 or 3:0080c2:000001, or any");
		}
		profile->tlv[profile->tlvs++] = tlv;
	}
	return 0;
}

static const struct {
	const char *key;
	int (*set)(struct reader *reader, char *value);
} keys[] = {
	{"base", set_base},     {"name", set_name},           {"title", set_title},
	{"source", set_source}, {"transport", set_transport}, {"cast", set_cast},
	{"groups", set_groups}, {"domain", set_domain},       {"sdo-id", set_sdo_id},
	{"ttl", set_ttl},       {"dscp", set_dscp},           {"vlan", set_vlan},
	{"pcp", set_pcp},       {"steps", set_steps},         {"types", set_types},
	{"mac", set_mac},       {"peer-mac", set_peer_mac},
};

enum { KEYS = sizeof(keys) / sizeof(*keys) };
_Static_assert(sizeof(keys) / sizeof(*keys) <= 64, "a bit each in seen");

/* "interval.sync" and the like. */
static int set_of_type(struct reader *reader, const char *key, const char *name, char *value)
{
	bool is_interval = strncmp(key, "interval.", 9) == 0;
	uint16_t *seen = is_interval ? &reader->seen_interval : &reader->seen_tlv;
	int type = ptp_type_find(name);

	if (type < 0) {
		return refuse(reader, name, "a type of message, as sync or delay_resp");
	}
	if ((*seen & 1 << type) != 0) {
		return fail(reader, "'%.*s' was set above", QUOTE, key);
	}
	*seen |= (uint16_t)(1 << type);
	return is_interval ? set_interval(reader, type, value) : set_tlv(reader, type, value);
}

static int set(struct reader *reader, const char *key, char *value)
{
	if (strncmp(key, "interval.", 9) == 0) {
		return set_of_type(reader, key, key + 9, value);
	}
	if (strncmp(key, "tlv.", 4) == 0) {
		return set_of_type(reader, key, key + 4, value);
	}
	for (unsigned int i = 0; i < KEYS; i++) {
		if (strcmp(keys[i].key, key) == 0) {
			if ((reader->seen & UINT64_C(1) << i) != 0) {
				return fail(reader, "'%s' was set above", key);
			}
			if (keys[i].set(reader, value) < 0) {
				return -EINVAL;
			}
			reader->seen |= UINT64_C(1) << i;
			return 0;
		}
	}
	return refuse(reader, key, "a key: see ptprobe-profile(5)");
}

/* line: terminated, without its newline. */
static int read_line(struct reader *reader, char *line)
{
	char *equals, *key, *value;

	line[strcspn(line, "#")] = '\0';
	line = profile_trim(line);
	if (*line == '\0') {
		return 0;
	}
	equals = strchr(line, '=');
	if (equals == NULL) {
		return refuse(reader, line, "'key = value'");
	}
	*equals = '\0';
	key = profile_trim(line);
	value = profile_trim(equals + 1);
	if (*value == '\0') {
		return fail(reader, "'%.*s' has no value", QUOTE, key);
	}
	return set(reader, key, value);
}

/* Anything that isn't printable is refused: it would come out again in errors and reports. */
static bool is_text(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((line[i] < ' ' && line[i] != '\t') || line[i] > '~') {
			return false;
		}
	}
	return true;
}

int profile_parse(const char *text, size_t length, struct profile *ret_profile,
		  char error[static PROFILE_ERROR])
{
	struct reader reader = {.error = error};

	profile_clear(&reader.profile);
	snprintf(reader.profile.name, sizeof(reader.profile.name), "file");
	for (size_t at = 0; at < length;) {
		const char *newline = memchr(text + at, '\n', length - at);
		size_t size = newline != NULL ? (size_t)(newline - text) - at : length - at;
		size_t end = at + size + 1;
		char line[LINE];

		reader.line++;
		if (size > 0 && text[at + size - 1] == '\r') {
			size--;
		}
		if (size >= sizeof(line)) {
			return fail(&reader, "it is longer than %d bytes", LINE - 1);
		}
		if (!is_text(text + at, size)) {
			return fail(&reader, "it holds bytes that are no printable ASCII");
		}
		memcpy(line, text + at, size);
		line[size] = '\0';
		if (read_line(&reader, line) < 0) {
			return -EINVAL;
		}
		at = end;
	}
	*ret_profile = reader.profile;
	return 0;
}
