/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "locate_input.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "json_source.h"
#include "locate_capture.h"
#include "output.h"
#include "status.h"
#include "text.h"

enum { MAGIC_BYTES = 4 };

static int refuse(const char *file, const char *what)
{
	char text[VANTAGE_ERROR_TEXT];

	snprintf(text, sizeof(text), "'%.100s': %.200s", file, what);
	output_say("ptprobe-locate", text);
	return STATUS_USAGE;
}

int locate_input_open(const struct locate_inputs *inputs, struct locate_files *files)
{
	char text[VANTAGE_ERROR_TEXT], why[TEXT_ERROR];

	*files = (struct locate_files){0};
	for (size_t i = 0; i < inputs->count; i++) {
		FILE *file = strcmp(inputs->input[i].file, "-") == 0
				     ? stdin
				     : fopen(inputs->input[i].file, "re");

		if (file == NULL) {
			snprintf(text, sizeof(text), "open '%.200s': %s", inputs->input[i].file,
				 text_error(errno, why));
			output_say("ptprobe-locate", text);
			return STATUS_ENVIRONMENT;
		}
		files->file[files->count++] = file;
	}
	return STATUS_PASS;
}

void locate_input_close(struct locate_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		fclose(files->file[i]);
	}
	files->count = 0;
}

/* How the file begins: as a report does, or as one of the formats of captures. Nothing is taken
 * from it, so that a pipe serves as well. */
static bool is_capture(FILE *file)
{
	int c = getc(file);

	if (c != EOF) {
		(void)ungetc(c, file);
	}
	/* pcap's four magic numbers and pcapng's begin with one of these, compressed files, too */
	return c == 0xa1 || c == 0xd4 || c == 0x4d || c == 0x0a || c == 0x1f || c == 0x28 ||
	       c == 0xfd || c == 0x42;
}

static struct vantage_naming naming_of(const struct locate_input *input)
{
	struct vantage_naming naming = {.file = input->file};

	if (input->role == LOCATE_ROLE_SENDER) {
		naming.name = "sender";
	} else if (input->name[0] != '\0') {
		naming.name = input->name;
	}
	if (input->role == LOCATE_ROLE_TAP) {
		naming.side = strcmp(input->name, "sender") == 0 ? VANTAGE_SIDE_SENDER
								 : VANTAGE_SIDE_RECEIVER;
	}
	return naming;
}

/* Is the report what the option says it is? */
static const char *mismatch(enum locate_role role, const struct vantage *vantage)
{
	if (role == LOCATE_ROLE_SENDER && vantage->role != VANTAGE_SENDER) {
		return "--sender takes a report of ptprobe-send, which this isn't";
	}
	if (role == LOCATE_ROLE_RECEIVER && vantage->role != VANTAGE_RECEIVER) {
		return "--receiver takes a report of ptprobe-recv, which this isn't";
	}
	if (role == LOCATE_ROLE_TAP && vantage->role != VANTAGE_TAP) {
		return "--tap takes a capture or a report of ptprobe-capture, which this isn't";
	}
	return NULL;
}

static int read_report(const struct locate_input *input, FILE *file, struct vantages *vantages)
{
	struct vantage_naming naming = naming_of(input);
	char error[VANTAGE_ERROR_TEXT], reason[JSON_SOURCE_ERROR];
	size_t before = vantages->count;
	const char *problem;
	json_t *report;
	int err;

	err = json_source_read(file, &report, reason);
	if (err < 0) {
		(void)refuse(input->file, reason);
		return err == -EBADMSG || err == -E2BIG ? STATUS_USAGE : STATUS_ENVIRONMENT;
	}
	err = vantages_read(vantages, report, &naming, error);
	json_decref(report);
	if (err < 0) {
		output_say("ptprobe-locate", error);
		return err == -ENOMEM ? STATUS_ENVIRONMENT : STATUS_USAGE;
	}
	problem = mismatch(input->role, vantages->vantage[before]);
	return problem != NULL ? refuse(input->file, problem) : STATUS_PASS;
}

/* Which inputs are read already. */
struct progress {
	bool taken[LOCATE_INPUTS];
};

/* Capture files of one name are of one capture, that went on from one to the next. */
static int read_capture(const struct locate_tool_options *options, const struct locate_files *files,
			size_t first, struct progress *progress, struct vantages *vantages)
{
	const struct locate_input *input = options->inputs.input;
	struct vantage_naming naming = naming_of(&input[first]);
	char error[VANTAGE_ERROR_TEXT], text[VANTAGE_TEXT];
	FILE *set[LOCATE_INPUTS] = {files->file[first]};
	size_t number[LOCATE_INPUTS] = {first}, count = 1, at = 0;
	int err;

	for (size_t i = first + 1; naming.name != NULL && i < files->count; i++) {
		if (input[i].role == LOCATE_ROLE_TAP && !progress->taken[i] &&
		    strcmp(input[i].name, naming.name) == 0 && is_capture(files->file[i])) {
			progress->taken[i] = true;
			number[count] = i;
			set[count++] = files->file[i];
		}
	}
	if (count > 1) {
		snprintf(text, sizeof(text), "%.96s and %zu more", naming.file, count - 1);
		naming.file = text;
	}
	err = locate_capture_read(set, count, &naming, vantages, &at, error);
	if (*error != '\0' && (err < 0 || !options->quiet)) {
		(void)refuse(input[number[at]].file, error);
	}
	if (err < 0) {
		return err == -EBADMSG || err == -ENOTSUP || err == -ENOSPC ? STATUS_USAGE
									    : STATUS_ENVIRONMENT;
	}
	return STATUS_PASS;
}

static int read_input(const struct locate_tool_options *options, const struct locate_files *files,
		      size_t index, struct progress *progress, struct vantages *vantages)
{
	const struct locate_input *input = &options->inputs.input[index];

	if (!is_capture(files->file[index])) {
		return read_report(input, files->file[index], vantages);
	}
	if (input->role == LOCATE_ROLE_SENDER || input->role == LOCATE_ROLE_RECEIVER) {
		return refuse(input->file, "it is a capture: give it as --tap sender=FILE or --tap "
					   "receiver=FILE");
	}
	return read_capture(options, files, index, progress, vantages);
}

/* --complete: what the user knows of a capture that it doesn't tell itself. */
static int vouch(const struct locate_names *names, struct vantages *vantages)
{
	for (size_t i = 0; i < names->count; i++) {
		bool found = false;

		for (size_t k = 0; k < vantages->count; k++) {
			struct vantage *tap = vantages->vantage[k];

			if (tap->role != VANTAGE_TAP || strcmp(tap->name, names->name[i]) != 0) {
				continue;
			}
			if (tap->complete == VANTAGE_COMPLETE_NO) {
				return refuse(tap->file, "it says itself that it has lost frames: "
							 "--complete can't mend that");
			}
			if (tap->complete == VANTAGE_COMPLETE_UNKNOWN) {
				tap->complete = VANTAGE_COMPLETE_YES;
				tap->vouched = true;
			}
			found = true;
		}
		if (!found) {
			fprintf(stderr,
				"ptprobe-locate: option '--complete=%s': no capture has that name: "
				"-v tells the names\n",
				names->name[i]);
			return STATUS_USAGE;
		}
	}
	return STATUS_PASS;
}

static void say_what_is_what(const struct vantages *vantages)
{
	static const char *const role[] = {
		[VANTAGE_SENDER] = "the sender",
		[VANTAGE_TAP] = "a capture",
		[VANTAGE_RECEIVER] = "a receiver",
	};
	char text[VANTAGE_ERROR_TEXT];

	for (size_t i = 0; i < vantages->count; i++) {
		const struct vantage *vantage = vantages->vantage[i];

		snprintf(text, sizeof(text), "'%.100s' is %s%s, called '%.60s'", vantage->file,
			 vantage->beside != NULL ? "with " : "", role[vantage->role],
			 vantage->name);
		output_say("ptprobe-locate", text);
	}
}

int locate_input_read(const struct locate_tool_options *options, struct locate_files *files,
		      struct vantages *vantages)
{
	struct progress progress = {0};
	char error[VANTAGE_ERROR_TEXT];
	int status = STATUS_PASS;

	for (size_t i = 0; i < files->count && status == STATUS_PASS; i++) {
		if (!progress.taken[i]) {
			status = read_input(options, files, i, &progress, vantages);
		}
	}
	if (status != STATUS_PASS) {
		return status;
	}
	if (vantages_settle(vantages, error) < 0) {
		output_say("ptprobe-locate", error);
		return STATUS_USAGE;
	}
	if (options->verbose) {
		say_what_is_what(vantages);
	}
	return vouch(&options->complete, vantages);
}
