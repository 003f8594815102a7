/* SPDX-License-Identifier: BSD-2-Clause */
/* The join for people: what was lost where, first; how it is known, and what to do, below. */
#include <inttypes.h>
#include <string.h>

#include "locate.h"
#include "ptp_shape.h"
#include "text.h"

enum { RANGES_SHOWN = 10, COLUMN = 22 };

static bool is_named(const struct locate_result *result, int branch)
{
	return branch != LOCATE_EVERY_BRANCH && result->branch[branch].name[0] != '\0';
}

static bool has_branch(const struct locate_result *result)
{
	return result->branches > 1;
}

/* Only what went wrong has to be explained. */
static bool is_fine(const struct locate_row *row)
{
	return row->place == PLACE_DELIVERED;
}

static void print_head(const struct locate_result *result, const struct locate_run *run, FILE *out)
{
	uint64_t delivered = 0, lost = 0, undetermined = 0;
	char group[ENDPOINT_TEXT];
	size_t members = 0;

	for (size_t b = 0; b < result->branches; b++) {
		members += run->branch[b].member;
		delivered += run->branch[b].delivered;
		lost += run->branch[b].lost;
		undetermined += run->branch[b].undetermined;
	}
	fprintf(out, "run %016" PRIx64 " to %s: %" PRIu64 " probes", run->key.run_id,
		ptp_shape_group_text(&run->key.group, group), run->count);
	if (members > 1) {
		fprintf(out, " to each of %zu receivers", members);
	}
	fprintf(out, ": %" PRIu64 " delivered, %" PRIu64 " lost", delivered, lost);
	if (undetermined > 0) {
		fprintf(out, ", %" PRIu64 " undetermined", undetermined);
	}
	fputc('\n', out);
}

static void print_seq(const struct seqset *seqs, bool last, FILE *out)
{
	if (seqs->count == 0) {
		fprintf(out, " %10s", "?");
	} else {
		fprintf(out, " %10" PRIu64,
			last ? seqs->range[seqs->count - 1].last : seqs->range[0].first);
	}
}

static void print_branch(const struct locate_result *result, const struct locate_row *row,
			 FILE *out)
{
	char text[VANTAGE_TEXT];

	if (!has_branch(result)) {
		return;
	}
	snprintf(text, sizeof(text), "%s",
		 is_named(result, row->branch) ? result->branch[row->branch].name : "all");
	fputs("  ", out);
	text_print(text, out);
	for (size_t i = strlen(text); i < COLUMN - 2; i++) {
		fputc(' ', out);
	}
}

static void print_table(const struct locate_result *result, size_t run, FILE *out)
{
	fprintf(out, "  %-*s%s %10s %8s %10s %10s  %s\n", COLUMN, "place",
		has_branch(result) ? "  receiver            " : "", "count", "share", "first",
		"last", "confidence");
	for (size_t i = 0; i < result->rows; i++) {
		const struct locate_row *row = &result->row[i];
		char share[TEXT_SHARE];

		if (row->run != run) {
			continue;
		}
		fprintf(out, "  %-*s", COLUMN, place_name(row->place));
		print_branch(result, row, out);
		text_share((double)row->count / (double)result->run[run].count, share);
		fprintf(out, " %10" PRIu64 " %8s", row->count, share);
		print_seq(&row->seqs, false, out);
		print_seq(&row->seqs, true, out);
		fprintf(out, "  %s\n", locate_confidence_text(row->confidence));
	}
}

static void print_ranges(const struct locate_row *row, FILE *out)
{
	const struct seqset *seqs = &row->seqs;

	fputs("      seqs", out);
	for (size_t i = 0; i < seqs->count && i < RANGES_SHOWN; i++) {
		const struct range *range = &seqs->range[i];

		if (range->first == range->last) {
			fprintf(out, " %" PRIu64, range->first);
		} else {
			fprintf(out, " %" PRIu64 "-%" PRIu64, range->first, range->last);
		}
	}
	if (seqs->count > RANGES_SHOWN) {
		fprintf(out, " ... and %zu ranges more", seqs->count - RANGES_SHOWN);
	}
	if (!row->complete) {
		fputs(row->listed ? " and others, which aren't known" : " aren't known", out);
	}
	fputc('\n', out);
}

/* For each place where something was lost: how that is known, which, and what to do. */
static void print_details(const struct locate_result *result, size_t run, FILE *out)
{
	for (size_t i = 0; i < result->rows; i++) {
		const struct locate_row *row = &result->row[i];

		if (row->run != run || is_fine(row)) {
			continue;
		}
		fprintf(out, "\n  %s", place_name(row->place));
		if (is_named(result, row->branch)) {
			fputs(" at ", out);
			text_print(result->branch[row->branch].name, out);
		}
		fprintf(out, ": %" PRIu64 " %s\n", row->count, place_meaning(row->place));
		for (size_t k = 0; k < row->evidence; k++) {
			fputs("      ", out);
			text_print(row->evidence_text[k], out);
			fputc('\n', out);
		}
		print_ranges(row, out);
		if (row->remedy[0] != '\0') {
			fputs("      next: ", out);
			text_print(row->remedy, out);
			fputc('\n', out);
		}
	}
}

/* The losses between a rung and the one above it. */
static void print_losses(const struct locate_result *result, size_t run, int branch, enum rung rung,
			 FILE *out)
{
	for (size_t i = 0; i < result->rows; i++) {
		const struct locate_row *row = &result->row[i];

		if (row->run == run && row->place < PLACE_UNDETERMINED &&
		    place_rung(row->place) == rung &&
		    (row->branch == LOCATE_EVERY_BRANCH || row->branch == branch)) {
			fprintf(out, "    | %8" PRIu64 " lost    %s\n", row->count,
				place_name(row->place));
		}
	}
}

static void print_rung(const struct locate_run *run, int branch, enum rung rung, FILE *out)
{
	const struct locate_counts *counts = &run->branch[branch];

	if (counts->rung[rung].known) {
		fprintf(out, "  %-20s %10" PRIu64 "\n", rung_text(rung), counts->rung[rung].passed);
	} else {
		fprintf(out, "  %-20s %10s\n", rung_text(rung), "?");
	}
}

/* From the application that sent to the one that received; the losses stand before the rung that
 * they didn't reach. */
static void print_ladder(const struct locate_result *result, size_t run, int branch, FILE *out)
{
	fputs("\n  the way down", out);
	if (has_branch(result) && is_named(result, branch)) {
		fputs(" to ", out);
		text_print(result->branch[branch].name, out);
	}
	fputs(": how many came how far\n", out);
	for (size_t rung = 0; rung < RUNGS; rung++) {
		print_losses(result, run, branch, (enum rung)rung, out);
		print_rung(&result->run[run], branch, (enum rung)rung, out);
	}
	if (result->run[run].branch[branch].undetermined > 0) {
		fprintf(out, "    | %8" PRIu64 " undetermined\n",
			result->run[run].branch[branch].undetermined);
	}
}

static void print_run(const struct locate_result *result, size_t run, FILE *out)
{
	bool fine = true;

	print_head(result, &result->run[run], out);
	for (size_t i = 0; i < result->rows; i++) {
		fine &= result->row[i].run != run || is_fine(&result->row[i]);
	}
	print_table(result, run, out);
	if (fine) {
		return;
	}
	print_details(result, run, out);
	for (size_t b = 0; b < result->branches; b++) {
		if (result->run[run].branch[b].member) {
			print_ladder(result, run, (int)b, out);
		}
	}
}

/* Without a run in common: what each input has. */
static void print_inputs(const struct locate_result *result, FILE *out)
{
	fputs("no run in common; there is\n", out);
	for (size_t i = 0; i < result->vantages->count; i++) {
		const struct vantage *vantage = result->vantages->vantage[i];

		fputs("  in ", out);
		text_print(vantage->file, out);
		fputs(":", out);
		if (vantage->role == VANTAGE_SENDER) {
			fprintf(out, " %016" PRIx64 "\n", vantage->sent.run_id);
			continue;
		}
		for (size_t k = 0; k < vantage->runs && k < RANGES_SHOWN; k++) {
			fprintf(out, " %016" PRIx64, vantage->run[k].key.run_id);
		}
		fputs(vantage->runs == 0 ? " none\n" : "\n", out);
	}
}

void locate_text(const struct locate_result *result, FILE *out)
{
	bool fine = true;

	if (result->runs == 0) {
		print_inputs(result, out);
	}
	for (size_t i = 0; i < result->runs; i++) {
		if (i > 0) {
			fputc('\n', out);
		}
		print_run(result, i, out);
	}
	for (size_t i = 0; i < result->rows; i++) {
		fine &= is_fine(&result->row[i]);
	}
	if (fine || result->lacks == 0) {
		return;
	}
	fputs("\n  evidence that was missing\n", out);
	for (size_t i = 0; i < result->lacks; i++) {
		fputs("      ", out);
		text_print(result->lack[i], out);
		fputc('\n', out);
	}
}
