/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits on where losses may be. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "locate.h"
#include "units.h"
#include "verdict.h"

enum { NAME_MAX_BYTES = 32 };

int locate_limits_expect(const char *text, void *limits, const char **ret_error)
{
	struct locate_limits *own = limits;

	if (place_parse(text, &own->expect) < 0 || own->expect >= PLACE_UNDETERMINED) {
		*ret_error = "is no place where a probe can be lost: see ptprobe-locate(1)";
		return -EINVAL;
	}
	own->has_expect = true;
	return 0;
}

int locate_limits_add(const char *text, void *limits, const char **ret_error)
{
	struct locate_limits *own = limits;
	const char *equals = strchr(text, '=');
	char name[NAME_MAX_BYTES];
	enum place place;
	uint64_t most;

	if (equals == NULL || (size_t)(equals - text) >= sizeof(name)) {
		*ret_error = "is written PLACE=N, as in network=0";
		return -EINVAL;
	}
	memcpy(name, text, (size_t)(equals - text));
	name[equals - text] = '\0';
	if (place_parse(name, &place) < 0 || place == PLACE_DELIVERED) {
		*ret_error = "begins with a place: see ptprobe-locate(1)";
		return -EINVAL;
	}
	if (units_parse_uint(equals + 1, 0, INT64_MAX, &most) < 0) {
		*ret_error = "ends in a number of probes, as in network=0";
		return -EINVAL;
	}
	if (own->count == LOCATE_LIMITS) {
		*ret_error = "is one limit more than there is room for";
		return -EINVAL;
	}
	own->limit[own->count].place = place;
	own->limit[own->count++].most = most;
	return 0;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Over all runs and branches; a row of every branch counts once. */
static uint64_t count_at(const struct locate_result *result, enum place place)
{
	uint64_t count = 0;

	for (size_t i = 0; i < result->rows; i++) {
		count = sum(count, result->row[i].place == place ? result->row[i].count : 0);
	}
	return count;
}

static uint64_t count_lost(const struct locate_result *result)
{
	uint64_t count = 0;

	for (size_t i = 0; i < result->rows; i++) {
		if (result->row[i].place < PLACE_UNDETERMINED) {
			count = sum(count, result->row[i].count);
		}
	}
	return count;
}

/* Undetermined ones that may have been lost in the segment of place. */
static uint64_t count_open(const struct locate_result *result, enum place place)
{
	unsigned int segment = LOCATE_HOST;
	uint64_t count = 0;

	if (place_is_senders(place)) {
		segment = LOCATE_SENDER;
	} else if (place <= PLACE_RECEIVER_XDP) {
		segment = LOCATE_PATH;
	}
	for (size_t i = 0; i < result->rows; i++) {
		const struct locate_row *row = &result->row[i];

		if (row->place == PLACE_UNDETERMINED && (row->segments & segment) != 0) {
			count = sum(count, row->count);
		}
	}
	return count;
}

/* Did nobody look at what lies behind a tap: a branch without a receiver's report? */
static bool is_beyond(const struct locate_result *result, enum place place)
{
	for (size_t i = 0; place > PLACE_RECEIVER_XDP && i < result->branches; i++) {
		if (result->branch[i].receiver == NULL) {
			return place < PLACE_UNDETERMINED;
		}
	}
	return false;
}

/* Of a sender that was killed, nobody knows what it had sent last. */
static bool is_open_ended(const struct locate_result *result)
{
	for (size_t i = 0; i < result->runs; i++) {
		if (!result->run[i].end_known) {
			return true;
		}
	}
	return false;
}

/* The first branch that has no part in one of the runs; NULL: there is none. */
static const struct locate_branch *find_outsider(const struct locate_result *result)
{
	for (size_t i = 0; i < result->runs; i++) {
		for (size_t b = 0; b < result->branches; b++) {
			if (!result->run[i].branch[b].member) {
				return &result->branch[b];
			}
		}
	}
	return NULL;
}

static void fail(struct verdict *verdict)
{
	verdict->result = VERDICT_FAIL;
}

static void doubt(struct verdict *verdict)
{
	if (verdict->result == VERDICT_PASS) {
		verdict->result = VERDICT_INCONCLUSIVE;
	}
}

static void judge_expect(const struct locate_result *result, enum place expect,
			 struct verdict *verdict)
{
	uint64_t lost = count_lost(result), there = count_at(result, expect);
	uint64_t open = count_at(result, PLACE_UNDETERMINED);

	if (lost > there) {
		fail(verdict);
		verdict_reason(verdict, "%" PRIu64 " were lost elsewhere than at %s", lost - there,
			       place_name(expect));
	} else if (lost == 0 && is_beyond(result, expect)) {
		doubt(verdict);
		verdict_reason(verdict,
			       "%s lies behind the last capture: give the receiver's report",
			       place_name(expect));
	} else if (lost == 0 && open == 0) {
		fail(verdict);
		verdict_reason(verdict, "nothing was lost, at %s or elsewhere", place_name(expect));
	}
	if (open > 0) {
		doubt(verdict);
		verdict_reason(verdict, "it isn't known where %" PRIu64 " were lost", open);
	}
}

static void judge_limit(const struct locate_result *result, enum place place, uint64_t most,
			struct verdict *verdict)
{
	uint64_t there = count_at(result, place), open;

	if (there > most) {
		fail(verdict);
		verdict_reason(verdict, "%" PRIu64 " were lost at %s, limit %" PRIu64, there,
			       place_name(place), most);
		return;
	}
	open = count_open(result, place);
	if (place != PLACE_UNDETERMINED && open > most - there) {
		doubt(verdict);
		verdict_reason(verdict,
			       "%" PRIu64 " were lost at %s, limit %" PRIu64 "; and %" PRIu64
			       " more may have been",
			       there, place_name(place), most, open);
	}
	if (is_beyond(result, place)) {
		doubt(verdict);
		verdict_reason(verdict,
			       "%s lies behind the last capture: give the receiver's report",
			       place_name(place));
	}
}

/* What no limit can be judged without. */
static void judge_inputs(const struct locate_result *result, struct verdict *verdict)
{
	const struct locate_branch *outsider = find_outsider(result);

	if (is_open_ended(result)) {
		doubt(verdict);
		verdict_reason(verdict,
			       "how many were sent isn't known, as no END was seen: give the "
			       "sender's report");
	}
	if (outsider != NULL) {
		doubt(verdict);
		verdict_reason(verdict,
			       "what %.40s gave is of other runs: what became of this one there "
			       "isn't known",
			       outsider->name);
	}
}

void locate_judge(const struct locate_result *result, const struct locate_limits *limits,
		  struct verdict *ret_verdict)
{
	uint64_t open = count_at(result, PLACE_UNDETERMINED);

	*ret_verdict = (struct verdict){.result = VERDICT_PASS};
	if (result->runs == 0) {
		doubt(ret_verdict);
		verdict_reason(ret_verdict, "the inputs have no run in common");
		return;
	}
	if (limits->has_expect) {
		judge_expect(result, limits->expect, ret_verdict);
	}
	for (size_t i = 0; i < limits->count; i++) {
		judge_limit(result, limits->limit[i].place, limits->limit[i].most, ret_verdict);
	}
	judge_inputs(result, ret_verdict);
	if (limits->has_expect || limits->count > 0) {
		return;
	}
	if (open > 0) {
		doubt(ret_verdict);
		verdict_reason(ret_verdict, "it isn't known where %" PRIu64 " were lost", open);
	}
	if (is_beyond(result, PLACE_RECEIVER_SOCKET)) {
		doubt(ret_verdict);
		verdict_reason(ret_verdict,
			       "without a receiver's report it isn't known what became of "
			       "probes behind the last capture");
	}
}
