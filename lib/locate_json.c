/* SPDX-License-Identifier: BSD-2-Clause */
/* The join as JSON (ptprobe-report(5)). */
#include <inttypes.h>

#include "locate.h"
#include "put.h"
#include "verdict.h"

/* Ranges of a row that a report lists. */
enum { RANGES_LISTED = 4096 };

static json_t *texts(const char *first, size_t count, size_t size)
{
	json_t *array = json_array();

	for (size_t i = 0; array != NULL && i < count; i++) {
		if (json_array_append_new(array, put_text_value(first + i * size)) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *complete_json(const struct vantage *vantage)
{
	if (vantage->role != VANTAGE_TAP || vantage->complete == VANTAGE_COMPLETE_UNKNOWN) {
		return json_null();
	}
	return json_boolean(vantage->complete == VANTAGE_COMPLETE_YES);
}

static json_t *input_json(const struct vantage *vantage)
{
	static const char *const role[] = {
		[VANTAGE_SENDER] = "sender",
		[VANTAGE_TAP] = "tap",
		[VANTAGE_RECEIVER] = "receiver",
	};
	json_t *object = json_object();
	int failed = 0;

	failed |= put_text(object, "file", vantage->file);
	failed |= put_text(object, "role", role[vantage->role]);
	failed |= put_text(object, "name", vantage->name);
	failed |= put_text(object, "tool", vantage->tool[0] != '\0' ? vantage->tool : NULL);
	failed |= put(object, "complete", complete_json(vantage));
	return put_whole(object, failed);
}

static const char *branch_name(const struct locate_result *result, int branch)
{
	if (branch == LOCATE_EVERY_BRANCH || result->branch[branch].name[0] == '\0') {
		return NULL;
	}
	return result->branch[branch].name;
}

static int put_key(json_t *object, const struct vantage_key *key)
{
	char run_id[17], address[ENDPOINT_ADDRESS_TEXT];
	int failed = 0;

	snprintf(run_id, sizeof(run_id), "%016" PRIx64, key->run_id);
	failed |= put_text(object, "run_id", run_id);
	failed |= put_text(object, "group", endpoint_address_text(&key->group, address));
	failed |= put_count(object, "port", key->group.port);
	return failed;
}

/* The lowest and the highest; null when it isn't known which they are. */
static int put_ends(json_t *object, const struct seqset *seqs)
{
	bool known = seqs->count > 0;
	int failed = 0;

	failed |= put(object, "first_seq",
		      known ? put_count_value(seqs->range[0].first) : json_null());
	failed |= put(object, "last_seq",
		      known ? put_count_value(seqs->range[seqs->count - 1].last) : json_null());
	return failed;
}

static json_t *ranges_json(const struct seqset *seqs)
{
	json_t *array = json_array();
	int failed = 0;

	for (size_t i = 0; i < seqs->count && i < RANGES_LISTED; i++) {
		json_t *pair = json_array();

		failed |= json_array_append_new(pair, put_count_value(seqs->range[i].first));
		failed |= json_array_append_new(pair, put_count_value(seqs->range[i].last));
		failed |= json_array_append_new(array, pair);
	}
	return put_whole(array, failed);
}

static json_t *place_json(const struct locate_result *result, const struct locate_row *row)
{
	const struct locate_run *run = &result->run[row->run];
	json_t *object = json_object();
	int failed = 0;

	failed |= put_text(object, "place", place_name(row->place));
	failed |= put_text(object, "branch", branch_name(result, row->branch));
	failed |= put_key(object, &run->key);
	failed |= put_count(object, "count", row->count);
	failed |= put_ratio(object, "share",
			    run->count > 0 ? (double)row->count / (double)run->count : 0);
	failed |= put_ends(object, &row->seqs);
	failed |= put(object, "ranges", row->listed ? ranges_json(&row->seqs) : json_null());
	failed |= put(object, "complete",
		      json_boolean(row->complete && row->seqs.count <= RANGES_LISTED));
	failed |= put(object, "evidence",
		      texts(row->evidence_text[0], row->evidence, LOCATE_EVIDENCE_TEXT));
	failed |= put_text(object, "confidence", locate_confidence_text(row->confidence));
	failed |= put_text(object, "remedy", row->remedy[0] != '\0' ? row->remedy : NULL);
	return put_whole(object, failed);
}

/* Of the sender's rungs once, for they are those of every branch. */
static int append_ladder(json_t *ladder, const struct locate_result *result,
			 const struct locate_run *run)
{
	bool is_first = true;
	int failed = 0;

	for (size_t b = 0; b < result->branches; b++) {
		const struct locate_counts *counts = &run->branch[b];

		for (size_t r = 0; counts->member && r < RUNGS; r++) {
			bool shared = r <= RUNG_SENDER_NIC;
			json_t *object;

			if (shared && !is_first) {
				continue;
			}
			object = json_object();
			failed |= put_text(object, "rung", rung_name((enum rung)r));
			failed |= put_text(object, "branch",
					   shared ? NULL : branch_name(result, (int)b));
			failed |=
				put(object, "passed",
				    counts->rung[r].known ? put_count_value(counts->rung[r].passed)
							  : json_null());
			failed |= put_count(object, "lost", counts->rung[r].lost);
			failed |= json_array_append_new(ladder, put_whole(object, failed));
		}
		is_first &= !counts->member;
	}
	return failed;
}

static json_t *branch_json(const struct locate_result *result, const struct locate_run *run,
			   size_t branch)
{
	const struct locate_counts *counts = &run->branch[branch];
	json_t *object = json_object();
	int failed = 0;

	failed |= put_text(object, "name", branch_name(result, (int)branch));
	failed |= put_count(object, "delivered", counts->delivered);
	failed |= put_count(object, "lost", counts->lost);
	failed |= put_count(object, "undetermined", counts->undetermined);
	return put_whole(object, failed);
}

static json_t *run_json(const struct locate_result *result, size_t index)
{
	const struct locate_run *run = &result->run[index];
	json_t *object = json_object(), *places = json_array(), *ladder = json_array();
	json_t *branches = json_array();
	struct locate_counts all = {0};
	int failed = 0;

	for (size_t b = 0; b < result->branches; b++) {
		if (run->branch[b].member) {
			all.delivered += run->branch[b].delivered;
			all.lost += run->branch[b].lost;
			all.undetermined += run->branch[b].undetermined;
			failed |= json_array_append_new(branches, branch_json(result, run, b));
		}
	}
	for (size_t i = 0; i < result->rows; i++) {
		if (result->row[i].run == index) {
			failed |=
				json_array_append_new(places, place_json(result, &result->row[i]));
		}
	}
	failed |= append_ladder(ladder, result, run);
	failed |= put_key(object, &run->key);
	failed |= put_ends(object, &run->seqs);
	failed |= put_count(object, "seqs", run->count);
	failed |= put_count(object, "delivered", all.delivered);
	failed |= put_count(object, "lost", all.lost);
	failed |= put_count(object, "undetermined", all.undetermined);
	failed |= put(object, "branches", branches);
	failed |= put(object, "places", places);
	failed |= put(object, "ladder", ladder);
	failed |= put(object, "missing_evidence",
		      texts(result->lack[0], result->lacks, LOCATE_EVIDENCE_TEXT));
	return put_whole(object, failed);
}

int locate_put(json_t *object, const struct locate_result *result)
{
	json_t *inputs = json_array(), *runs = json_array(), *places = json_array();
	int failed = 0;

	for (size_t i = 0; i < result->vantages->count; i++) {
		failed |= json_array_append_new(inputs, input_json(result->vantages->vantage[i]));
	}
	for (size_t i = 0; i < result->runs; i++) {
		failed |= json_array_append_new(runs, run_json(result, i));
	}
	for (size_t i = 0; i < result->rows; i++) {
		failed |= json_array_append_new(places, place_json(result, &result->row[i]));
	}
	failed |= put(object, "inputs", inputs);
	failed |= put(object, "runs", runs);
	failed |= put(object, "places", places);
	return failed;
}

json_t *locate_json(const struct locate_result *result, const struct verdict *verdict)
{
	json_t *object = json_object(), *judged = json_object(), *reasons;
	int failed = 0;

	reasons = texts(verdict->reason[0], verdict->count, VERDICT_TEXT);
	failed |= put_text(judged, "result", verdict_text(verdict->result));
	failed |= put(judged, "reasons", reasons);
	failed |= put(object, "verdict", judged);
	failed |= locate_put(object, result);
	return put_whole(object, failed);
}
