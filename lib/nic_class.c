/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_class.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { NAME_MAX_BYTES = 128 };

/* A pattern is a part of the name, or two parts in that order ("fec*uncorr"). */
static const struct rule {
	enum nic_class class;
	const char *patterns; /* separated by '|'; lower case */
} rules[] = {
	{NIC_NONE, "cso_error|csum*good|csum*unneeded|hwtstamp|fcoe|smbus|fdir_miss|_64b|octet"},
	{NIC_WIRE, "fec*uncorr"},
	/* a link with FEC mends symbols all day: before the next rule, or "fec_corrected_symbols"
	 * would condemn a cable that is as good as it was specified */
	{NIC_CORRECTED, "fec*corr"},
	{NIC_WIRE, "crc|fcs|align|symbol|code_err|rx_code|illegal_bytes|frame_errors"},
	{NIC_DUPLEX, "late_col|window_err|excess|tx_aborted"},
	{NIC_LINK, "carrier|link_down|fault"},
	{NIC_HOST, "miss|no_buf|out_of_buffer|rxbds|fifo|ovf|overrun|over_err"},
	{NIC_MEMORY, "alloc_*fail"},
	{NIC_CLOUD, "allowance_exceeded"},
	{NIC_CONGESTION, "xoff|pause"},
	{NIC_LENGTH, "length|oversize|jabber|runt|frag|undersize"},
	{NIC_UNCLASSIFIED, "discard|drop|err"},
};

/* Behind the first occurrence of the length bytes at part; NULL: there is none. */
static const char *behind(const char *name, const char *part, size_t length)
{
	static const char transmission[] = "transmi";

	for (const char *at = name; *at != '\0'; at++) {
		/* nothing is missed in a transmission */
		if (strncmp(at, transmission, sizeof(transmission) - 1) == 0) {
			at += sizeof(transmission) - 1;
		}
		if (strncmp(at, part, length) == 0) {
			return at + length;
		}
	}
	return NULL;
}

static bool matches(const char *name, const char *pattern, size_t length)
{
	const char *star = memchr(pattern, '*', length);
	size_t head = star != NULL ? (size_t)(star - pattern) : length;
	const char *rest = behind(name, pattern, head);

	return rest != NULL && (star == NULL || behind(rest, star + 1, length - head - 1) != NULL);
}

static bool matches_any(const char *name, const char *patterns)
{
	size_t length;

	for (; *patterns != '\0'; patterns += length + (patterns[length] == '|')) {
		length = strcspn(patterns, "|");
		if (matches(name, patterns, length)) {
			return true;
		}
	}
	return false;
}

enum nic_class nic_class_of(const char *name)
{
	char lower[NAME_MAX_BYTES];
	size_t length = 0;

	for (; name[length] != '\0' && length + 1 < sizeof(lower); length++) {
		lower[length] = (char)tolower((unsigned char)name[length]);
	}
	lower[length] = '\0';
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if (matches_any(lower, rules[i].patterns)) {
			return rules[i].class;
		}
	}
	return NIC_NONE;
}

const char *nic_class_text(enum nic_class class)
{
	static const char *const text[NIC_CLASSES] = {
		[NIC_NONE] = "none",
		[NIC_CORRECTED] = "corrected",
		[NIC_WIRE] = "wire",
		[NIC_DUPLEX] = "duplex",
		[NIC_LINK] = "link",
		[NIC_HOST] = "host",
		[NIC_MEMORY] = "memory",
		[NIC_CLOUD] = "cloud",
		[NIC_CONGESTION] = "congestion",
		[NIC_LENGTH] = "length",
		[NIC_UNCLASSIFIED] = "unclassified",
	};

	return text[class];
}
