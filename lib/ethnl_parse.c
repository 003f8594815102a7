/* SPDX-License-Identifier: BSD-2-Clause */
#include "ethnl_parse.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "counters.h"

enum { GENERIC_HEADER = 4, ATTRIBUTE_HEADER = 4, TYPE_MASK = 0x3fff, STATS_KNOWN = 22 };

/* A row of attributes. error: -EBADMSG once one doesn't fit. */
struct row {
	const unsigned char *bytes;
	size_t length;
	int error;
};

struct attribute {
	unsigned int type;
	const unsigned char *value;
	size_t length;
};

static bool attribute_next(struct row *row, struct attribute *ret_attribute)
{
	uint16_t length, type;
	size_t step;

	if (row->length == 0) {
		return false;
	}
	if (row->length < ATTRIBUTE_HEADER) {
		row->error = -EBADMSG;
		return false;
	}
	memcpy(&length, row->bytes, sizeof(length));
	memcpy(&type, row->bytes + sizeof(length), sizeof(type));
	if (length < ATTRIBUTE_HEADER || length > row->length) {
		row->error = -EBADMSG;
		return false;
	}
	*ret_attribute = (struct attribute){
		.type = type & TYPE_MASK,
		.value = row->bytes + ATTRIBUTE_HEADER,
		.length = length - (size_t)ATTRIBUTE_HEADER,
	};
	step = ((size_t)length + 3) & ~(size_t)3;
	step = step < row->length ? step : row->length; /* the last needs no padding */
	row->bytes += step;
	row->length -= step;
	return true;
}

static struct row row_of(const struct attribute *attribute)
{
	return (struct row){.bytes = attribute->value, .length = attribute->length};
}

static struct row row_of_answer(const void *answer, size_t length)
{
	if (length < GENERIC_HEADER) {
		return (struct row){.error = -EBADMSG};
	}
	return (struct row){.bytes = (const unsigned char *)answer + GENERIC_HEADER,
			    .length = length - GENERIC_HEADER};
}

static int add_number(struct counters *counters, const char *prefix, const char *name,
		      const struct attribute *attribute)
{
	uint64_t value;

	if (attribute->length < sizeof(value)) {
		return -EBADMSG;
	}
	memcpy(&value, attribute->value, sizeof(value)); /* aligned by 4 only */
	return counters_add_to(counters, prefix, name, value);
}

/* The names that the kernel gives them (ETH_SS_STATS_ETH_MAC and so on), by their numbers. */
static const struct {
	const char *prefix;
	const char *name[STATS_KNOWN];
} groups[ETHNL_GROUPS] = {
	[ETHNL_PHY] = {"std.phy", {"SymbolErrorDuringCarrier"}},
	[ETHNL_MAC] = {"std.mac",
		       {"FramesTransmittedOK",
			"SingleCollisionFrames",
			"MultipleCollisionFrames",
			"FramesReceivedOK",
			"FrameCheckSequenceErrors",
			"AlignmentErrors",
			"OctetsTransmittedOK",
			"FramesWithDeferredXmissions",
			"LateCollisions",
			"FramesAbortedDueToXSColls",
			"FramesLostDueToIntMACXmitError",
			"CarrierSenseErrors",
			"OctetsReceivedOK",
			"FramesLostDueToIntMACRcvError",
			"MulticastFramesXmittedOK",
			"BroadcastFramesXmittedOK",
			"FramesWithExcessiveDeferral",
			"MulticastFramesReceivedOK",
			"BroadcastFramesReceivedOK",
			"InRangeLengthErrors",
			"OutOfRangeLengthField",
			"FrameTooLongErrors"}},
	[ETHNL_CTRL] = {"std.ctrl",
			{"MACControlFramesTransmitted", "MACControlFramesReceived",
			 "UnsupportedOpcodesReceived"}},
	[ETHNL_RMON] = {"std.rmon",
			{"etherStatsUndersizePkts", "etherStatsOversizePkts", "etherStatsFragments",
			 "etherStatsJabbers"}},
};

/* Each counter is a nest of one attribute, whose type is its number in the group. */
static int take_stat(const struct attribute *nest, uint32_t group, struct counters *counters)
{
	struct row row = row_of(nest);
	struct attribute stat;
	int err;

	while (attribute_next(&row, &stat)) {
		if (stat.type < STATS_KNOWN && groups[group].name[stat.type] != NULL) {
			err = add_number(counters, groups[group].prefix,
					 groups[group].name[stat.type], &stat);
			if (err < 0) {
				return err;
			}
		}
	}
	return row.error;
}

/* The group says which it is before its counters, or it isn't known. */
static int take_group(const struct attribute *nest, struct counters *counters)
{
	struct row row = row_of(nest);
	uint32_t group = ETHNL_GROUPS;
	struct attribute attribute;
	int err = 0;

	while (err == 0 && attribute_next(&row, &attribute)) {
		if (attribute.type == ETHNL_GROUP_ID && attribute.length >= sizeof(group)) {
			memcpy(&group, attribute.value, sizeof(group));
		} else if (attribute.type == ETHNL_GROUP_STAT && group < ETHNL_GROUPS) {
			err = take_stat(&attribute, group, counters);
		}
	}
	return err < 0 ? err : row.error;
}

int ethnl_parse_stats(const void *answer, size_t length, struct counters *counters)
{
	struct row row = row_of_answer(answer, length);
	struct attribute attribute;
	int err = 0;

	while (err == 0 && attribute_next(&row, &attribute)) {
		if (attribute.type == ETHNL_STATS_GROUP) {
			err = take_group(&attribute, counters);
		}
	}
	return err < 0 ? err : row.error;
}

/* A nest of numbers, or of arrays of them, whose first is the sum over the lanes. */
static int take_nest(const void *answer, size_t length, unsigned int type, const char *prefix,
		     const char *const name[static 5], struct counters *counters)
{
	struct row row = row_of_answer(answer, length), inner;
	struct attribute attribute, stat;
	int err = 0;

	while (attribute_next(&row, &attribute)) {
		if (attribute.type != type) {
			continue;
		}
		inner = row_of(&attribute);
		while (err == 0 && attribute_next(&inner, &stat)) {
			/* a card that doesn't count it sends an empty array */
			if (stat.type < 5 && name[stat.type] != NULL && stat.length > 0) {
				err = add_number(counters, prefix, name[stat.type], &stat);
			}
		}
		err = err < 0 ? err : inner.error;
		if (err < 0) {
			return err;
		}
	}
	return row.error;
}

int ethnl_parse_fec(const void *answer, size_t length, struct counters *counters)
{
	static const char *const name[5] = {
		[2] = "corrected_blocks",
		[3] = "uncorrectable_blocks",
		[4] = "corrected_bits",
	};

	return take_nest(answer, length, ETHNL_FEC_STATS, "std.fec", name, counters);
}

int ethnl_parse_pause(const void *answer, size_t length, struct counters *counters)
{
	static const char *const name[5] = {[2] = "tx_pause_frames", [3] = "rx_pause_frames"};

	return take_nest(answer, length, ETHNL_PAUSE_STATS, "std.pause", name, counters);
}
