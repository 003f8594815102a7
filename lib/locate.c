/* SPDX-License-Identifier: BSD-2-Clause */
#include "locate.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "locate_parts.h"

void join_check(struct join *join, const struct seqset *set)
{
	join->error = join->error == 0 ? set->error : join->error;
}

void reasons_add(struct reasons *reasons, const char *format, ...)
{
	va_list arguments;

	if (reasons->count < LOCATE_EVIDENCE) {
		va_start(arguments, format);
		vsnprintf(reasons->text[reasons->count++], LOCATE_EVIDENCE_TEXT, format, arguments);
		va_end(arguments);
	}
}

void reasons_remedy(struct reasons *reasons, const char *format, ...)
{
	va_list arguments;

	if (reasons->remedy[0] == '\0') {
		va_start(arguments, format);
		vsnprintf(reasons->remedy, sizeof(reasons->remedy), format, arguments);
		va_end(arguments);
	}
}

void row_add_evidence(struct locate_row *row, const char *format, ...)
{
	va_list arguments;

	if (row->evidence < LOCATE_EVIDENCE) {
		va_start(arguments, format);
		vsnprintf(row->evidence_text[row->evidence++], LOCATE_EVIDENCE_TEXT, format,
			  arguments);
		va_end(arguments);
	}
}

void row_add_reasons(struct locate_row *row, const struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->count; i++) {
		row_add_evidence(row, "%s", reasons->text[i]);
	}
	if (row->remedy[0] == '\0') {
		memcpy(row->remedy, reasons->remedy, sizeof(row->remedy));
	}
}

/* Makes room for one more element; NULL: none, and the join has failed. */
static void *grow(struct join *join, void *array, size_t count, size_t size, size_t *room)
{
	void *grown;

	if (count < *room) {
		return array;
	}
	grown = realloc(array, (2 * *room + 16) * size);
	if (grown == NULL) {
		join->error = -ENOMEM;
		return NULL;
	}
	*room = 2 * *room + 16;
	return grown;
}

/* The parts of a run follow one another. */
static struct part *find_same(struct join *join, const struct part *part)
{
	for (size_t i = join->parts; i > 0 && join->part[i - 1].run == part->run; i--) {
		struct part *other = &join->part[i - 1];

		if (other->branch == part->branch && other->fate == part->fate) {
			return other;
		}
	}
	return NULL;
}

struct part *join_add_part(struct join *join, const struct part *part, struct seqset *seqs)
{
	struct part *parts;

	join_check(join, seqs);
	if (join->error != 0 || (seqset_is_empty(seqs) && part->unlisted == 0)) {
		seqset_release(seqs);
		return NULL;
	}
	parts = find_same(join, part);
	if (parts != NULL) {
		seqset_unite(&parts->seqs, seqs, &parts->seqs);
		parts->unlisted += part->unlisted;
		for (size_t i = 0; i < part->reasons.count; i++) {
			reasons_add(&parts->reasons, "%s", part->reasons.text[i]);
		}
		seqset_release(seqs);
		return parts;
	}
	parts = grow(join, join->part, join->parts, sizeof(*parts), &join->part_room);
	if (parts == NULL) {
		seqset_release(seqs);
		return NULL;
	}
	join->part = parts;
	parts = &join->part[join->parts++];
	*parts = *part;
	parts->seqs = (struct seqset){0};
	seqset_move(seqs, &parts->seqs);
	return parts;
}

/* The interface where something is to be done about a row. */
static const char *row_interface(const struct join *join, const struct locate_row *row)
{
	const struct locate_branch *branch;

	if (place_is_senders(row->place)) {
		return join->sender != NULL ? join->sender->interface : NULL;
	}
	if (row->branch == LOCATE_EVERY_BRANCH) {
		return NULL;
	}
	branch = &join->result->branch[row->branch];
	if (branch->receiver != NULL) {
		return branch->receiver->interface;
	}
	return branch->tap != NULL ? branch->tap->interface : NULL;
}

struct locate_row *join_add_row(struct join *join, const struct locate_row *row,
				struct seqset *seqs)
{
	struct locate_result *result = join->result;
	struct locate_row *rows;

	join_check(join, seqs);
	if (join->error != 0 || row->count == 0) {
		seqset_release(seqs);
		return NULL;
	}
	rows = grow(join, result->row, result->rows, sizeof(*rows), &result->row_room);
	if (rows == NULL) {
		seqset_release(seqs);
		return NULL;
	}
	result->row = rows;
	rows = &result->row[result->rows++];
	*rows = *row;
	rows->seqs = (struct seqset){0};
	seqset_move(seqs, &rows->seqs);
	rows->listed = !seqset_is_empty(&rows->seqs);
	rows->complete = seqset_count(&rows->seqs) == rows->count;
	if (rows->remedy[0] == '\0') {
		(void)place_remedy(rows->place, row_interface(join, rows), rows->remedy);
	}
	return rows;
}

void join_add_undetermined(struct join *join, const struct part *part, unsigned int segments,
			   struct seqset *seqs, uint64_t unlisted)
{
	struct locate_row row = {
		.run = part->run,
		.branch = part->branch,
		.place = PLACE_UNDETERMINED,
		.segments = segments,
		.count = seqset_count(seqs) + unlisted,
		.confidence = LOCATE_LOW,
	};

	row_add_reasons(&row, &part->reasons);
	(void)join_add_row(join, &row, seqs);
}

static struct locate_branch *find_branch(struct locate_result *result, const char *name)
{
	for (size_t i = 0; i < result->branches; i++) {
		if (strcmp(result->branch[i].name, name) == 0) {
			return &result->branch[i];
		}
	}
	return NULL;
}

/* A branch for each name at the receivers' side; without any, a nameless one. */
static void find_branches(struct join *join)
{
	struct locate_result *result = join->result;

	for (size_t i = 0; i < join->vantages->count; i++) {
		const struct vantage *vantage = join->vantages->vantage[i];
		struct locate_branch *branch;

		if (vantage->role == VANTAGE_SENDER) {
			join->sender = vantage;
			continue;
		}
		if (vantage->role == VANTAGE_TAP && vantage->side == VANTAGE_SIDE_SENDER) {
			continue;
		}
		branch = find_branch(result, vantage->name);
		if (branch == NULL) {
			branch = &result->branch[result->branches++];
			memcpy(branch->name, vantage->name, sizeof(branch->name));
		}
		if (vantage->role == VANTAGE_TAP) {
			branch->tap = vantage;
		} else {
			branch->receiver = vantage;
		}
	}
	if (result->branches == 0) {
		result->branches = 1;
	}
}

static int by_run_place_branch(const void *a, const void *b)
{
	const struct locate_row *one = a, *other = b;

	if (one->run != other->run) {
		return one->run < other->run ? -1 : 1;
	}
	if (one->place != other->place) {
		return one->place < other->place ? -1 : 1;
	}
	return (one->branch > other->branch) - (one->branch < other->branch);
}

static void sort_rows(struct locate_result *result)
{
	if (result->rows > 1) {
		qsort(result->row, result->rows, sizeof(*result->row), by_run_place_branch);
	}
}

static int allocate(struct join *join)
{
	size_t branches = join->vantages->count + 1;

	join->result = calloc(1, sizeof(*join->result));
	if (join->result == NULL) {
		return -ENOMEM;
	}
	join->result->vantages = join->vantages;
	join->result->branch = calloc(branches, sizeof(*join->result->branch));
	join->allotted = calloc(branches + 1, sizeof(*join->allotted));
	return join->result->branch == NULL || join->allotted == NULL ? -ENOMEM : 0;
}

int locate_join(const struct vantages *vantages, const struct locate_options *options,
		struct locate_result **ret_result)
{
	struct join join = {.vantages = vantages};

	join.error = allocate(&join);
	if (join.error == 0) {
		find_branches(&join);
		join_find_runs(&join, options);
	}
	if (join.error == 0) {
		join_find_fates(&join);
	}
	if (join.error == 0) {
		join_assign(&join);
	}
	if (join.error == 0) {
		sort_rows(join.result);
		join_count(&join);
		join_find_lacks(&join);
	}
	for (size_t i = 0; i < join.parts; i++) {
		seqset_release(&join.part[i].seqs);
	}
	free(join.part);
	free(join.allotted);
	if (join.error != 0) {
		locate_free(join.result);
		return join.error;
	}
	*ret_result = join.result;
	return 0;
}

void locate_free(struct locate_result *result)
{
	if (result == NULL) {
		return;
	}
	for (size_t i = 0; i < result->rows; i++) {
		seqset_release(&result->row[i].seqs);
	}
	for (size_t i = 0; i < result->runs; i++) {
		seqset_release(&result->run[i].seqs);
		free(result->run[i].branch);
	}
	free(result->row);
	free(result->run);
	free(result->branch);
	free(result);
}

const char *locate_confidence_text(enum locate_confidence confidence)
{
	static const char *const text[] = {
		[LOCATE_LOW] = "low",
		[LOCATE_MEDIUM] = "medium",
		[LOCATE_HIGH] = "high",
		[LOCATE_CERTAIN] = "certain",
	};

	return text[confidence];
}
