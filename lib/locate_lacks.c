/* SPDX-License-Identifier: BSD-2-Clause */
/* What evidence was missing, and how to get it. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "locate_parts.h"
#include "nic_class.h"

static void lacks(struct locate_result *result, const char *format, ...) LOCATE_PRINTF(2, 3);

static void lacks(struct locate_result *result, const char *format, ...)
{
	va_list arguments;

	if (result->lacks < LOCATE_LACKS) {
		va_start(arguments, format);
		vsnprintf(result->lack[result->lacks++], LOCATE_EVIDENCE_TEXT, format, arguments);
		va_end(arguments);
	}
}

static bool has_sender_tap(const struct join *join)
{
	for (size_t i = 0; i < join->result->runs; i++) {
		if (join_sender_tap(join, &join->result->run[i].key) != NULL) {
			return true;
		}
	}
	return false;
}

static void lacks_of_sender(struct join *join)
{
	struct locate_result *result = join->result;

	if (join->sender == NULL) {
		lacks(result, "the sender's report: what its application and its queue did is a "
			      "guess; ptprobe-send --json -o FILE");
	}
	if (!has_sender_tap(join)) {
		lacks(result, "a capture at the sender: ptprobe-send --witness, or ptprobe-capture "
			      "beside it");
	}
	if (join->sender != NULL && join->sender->sent.group.count > 1) {
		lacks(result,
		      "the sender's departures by group: its report tells seqs only when it "
		      "serves one group");
	}
}

static void lacks_of_branch(struct locate_result *result, const struct locate_branch *branch)
{
	const char *name = branch->name;

	if (*name == '\0') {
		lacks(result, "a receiver's report: ptprobe-recv --witness --json -o FILE");
		return;
	}
	if (branch->tap == NULL) {
		lacks(result,
		      "a capture at %.40s: ptprobe-recv --witness, or ptprobe-capture beside it",
		      name);
	}
	if (branch->receiver == NULL) {
		lacks(result,
		      "a receiver's report of %.40s: what became of probes behind its "
		      "capture isn't told; ptprobe-recv --json -o FILE",
		      name);
	}
}

/* Those that have no part in any of the runs. */
static void lacks_of_others(struct locate_result *result)
{
	for (size_t b = 0; b < result->branches; b++) {
		bool member = result->runs == 0;

		for (size_t r = 0; r < result->runs; r++) {
			member |= result->run[r].branch[b].member;
		}
		if (!member) {
			lacks(result, "these runs at %.40s: what it gave is of other runs",
			      result->branch[b].name);
		}
	}
}

static bool counts_wire_errors(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->after.count; i++) {
		const char *name = evidence->after.counter[i].name;

		if (strncmp(name, "ethtool.", 8) == 0 && nic_class_of(name) == NIC_WIRE) {
			return true;
		}
	}
	return false;
}

static void lacks_of_counters(struct locate_result *result, const struct vantage *vantage)
{
	const struct evidence *evidence = &vantage->evidence;
	uint64_t rise;

	for (size_t i = 0; i < evidence->unavailable; i++) {
		lacks(result, "on %.40s, %s", vantage->name, evidence->unavailable_text[i]);
	}
	for (size_t i = 0; i < evidence->after.count; i++) {
		const char *name = evidence->after.counter[i].name;

		if (evidence_delta(evidence, name, &rise) == COUNTERS_RESET) {
			lacks(result, "%.64s on %.40s: it went down, so was reset or has wrapped",
			      name, vantage->name);
		}
	}
	if (vantage->role == VANTAGE_RECEIVER && !counts_wire_errors(evidence)) {
		lacks(result, "CRC errors at %.40s: its driver doesn't count them", vantage->name);
	}
}

void join_find_lacks(struct join *join)
{
	struct locate_result *result = join->result;

	lacks_of_sender(join);
	for (size_t i = 0; i < result->branches; i++) {
		lacks_of_branch(result, &result->branch[i]);
	}
	lacks_of_others(result);
	for (size_t i = 0; i < join->vantages->count; i++) {
		const struct vantage *vantage = join->vantages->vantage[i];

		if (vantage->has_evidence) {
			lacks_of_counters(result, vantage);
		} else if (vantage->role != VANTAGE_TAP) {
			lacks(result, "the counters of %.40s: its report has no member 'evidence'",
			      vantage->name);
		}
	}
}
