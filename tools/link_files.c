/* SPDX-License-Identifier: BSD-2-Clause */
/* Snapshots in files: written, and compared, by hand before and after whatever happens. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "json_source.h"
#include "link_options.h"
#include "link_run.h"
#include "output.h"
#include "put.h"
#include "rights.h"
#include "status.h"
#include "text.h"

enum { MESSAGE = 600 };

static void write_snapshot(const void *data, FILE *file)
{
	const struct link_run *run = data;
	json_t *object = report_json(&run->report);

	(void)report_json_write(
		put_whole(object, put(object, "snapshot", snapshot_json(&run->near.before))), false,
		file);
}

int link_snapshot(struct link_run *run)
{
	char text[MESSAGE], why[TEXT_ERROR];
	int err, status = link_give_up_rights(run, RIGHTS_COUNTERS);

	if (status == STATUS_PASS) {
		status = link_look(run, &run->near.before);
	}
	if (status != STATUS_PASS) {
		return status;
	}
	run->near.has_before = true;
	run->report.end_ns = clock_real_ns();
	run->verdict.result = VERDICT_INCONCLUSIVE;
	verdict_reason(&run->verdict, "one snapshot says nothing: --compare judges two");
	err = output_replace(run->options->snapshot, write_snapshot, run);
	if (err < 0) {
		snprintf(text, sizeof(text), "write '%.300s': %s", run->options->snapshot,
			 text_error(-err, why));
		link_say(text);
		return STATUS_OUTPUT;
	}
	for (size_t i = 0; i < run->near.before.lack_count; i++) {
		link_tell(run, "%s", run->near.before.lack[i]);
	}
	return STATUS_PASS;
}

/* The report's own members say which schema it is; then the snapshot. 0 or -errno and error. */
static int read_snapshot(FILE *file, struct snapshot *ret_snapshot, char error[static MESSAGE])
{
	char what[JSON_SOURCE_ERROR], wrong[SNAPSHOT_ERROR_TEXT];
	const char *schema;
	json_t *report;
	int err = json_source_read(file, &report, what);

	if (err < 0) {
		snprintf(error, MESSAGE, "%s", what);
		return err;
	}
	schema = json_string_value(json_object_get(report, "schema"));
	if (schema == NULL || strcmp(schema, REPORT_SCHEMA) != 0) {
		snprintf(error, MESSAGE, "its schema isn't " REPORT_SCHEMA);
		err = -EINVAL;
	} else if (json_object_get(report, "snapshot") == NULL) {
		snprintf(error, MESSAGE,
			 "there is no snapshot in it: ptprobe-link --snapshot "
			 "writes one");
		err = -EINVAL;
	} else {
		err = snapshot_parse(json_object_get(report, "snapshot"), ret_snapshot, wrong);
		if (err < 0) {
			snprintf(error, MESSAGE, "snapshot: %s", wrong);
		}
	}
	json_decref(report);
	return err;
}

static int read_one(FILE *file, const char *name, struct snapshot *ret_snapshot)
{
	char error[MESSAGE], text[2 * MESSAGE];

	if (read_snapshot(file, ret_snapshot, error) < 0) {
		snprintf(text, sizeof(text), "'%.300s': %s", name, error);
		link_say(text);
		return STATUS_ENVIRONMENT;
	}
	return STATUS_PASS;
}

static FILE *open_one(const char *name)
{
	char text[MESSAGE], why[TEXT_ERROR];
	FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");

	if (file == NULL) {
		snprintf(text, sizeof(text), "open '%.300s': %s", name, text_error(errno, why));
		link_say(text);
	}
	return file;
}

int link_compare(struct link_run *run)
{
	const struct link_options *options = run->options;
	FILE *before = open_one(options->compare[0]);
	FILE *after = before != NULL ? open_one(options->compare[1]) : NULL;
	int status = after != NULL ? link_give_up_rights(run, 0) : STATUS_ENVIRONMENT;
	char text[MESSAGE];

	if (status == STATUS_PASS) {
		status = read_one(before, options->compare[0], &run->near.before);
		run->near.has_before = status == STATUS_PASS;
	}
	if (status == STATUS_PASS) {
		status = read_one(after, options->compare[1], &run->near.after);
		run->near.has_after = status == STATUS_PASS;
	}
	if (before != NULL && before != stdin) {
		(void)fclose(before);
	}
	if (after != NULL && after != stdin) {
		(void)fclose(after);
	}
	if (status != STATUS_PASS) {
		return status;
	}
	if (options->interface != NULL &&
	    strcmp(options->interface, run->near.after.interface) != 0) {
		snprintf(text, sizeof(text), "-i %s: the files are of %s: leave it out",
			 options->interface, run->near.after.interface);
		link_say(text);
		return STATUS_USAGE;
	}
	run->report.interface = run->near.after.interface;
	snprintf(run->far.why, sizeof(run->far.why), "these files are of one end");
	return link_conclude(run);
}
