/* SPDX-License-Identifier: BSD-2-Clause */
#include "partition_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

#define NAME_PREFIX "ptprobe-pin."

static bool is_octal(const char *text)
{
	return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' && text[1] <= '7' &&
	       text[2] >= '0' && text[2] <= '7';
}

/* A path of mountinfo: space, tab, newline and backslash come as \ooo. False: it doesn't fit. */
static bool copy_path(const struct word *word, char path[static PARTITION_PATH])
{
	size_t used = 0;

	for (size_t i = 0; i < word->length; i++) {
		char byte = word->text[i];

		if (byte == '\\' && i + 3 < word->length && is_octal(word->text + i + 1)) {
			byte = (char)((word->text[i + 1] - '0') << 6 |
				      (word->text[i + 2] - '0') << 3 | (word->text[i + 3] - '0'));
			i += 3;
		}
		if (used + 1 == PARTITION_PATH) {
			return false;
		}
		path[used++] = byte;
	}
	path[used] = '\0';
	return true;
}

/* Is option one of those that commas separate? */
static bool has_option(struct word options, const char *option)
{
	size_t length = strlen(option);

	while (options.length > 0) {
		const char *comma = memchr(options.text, ',', options.length);
		size_t end = comma != NULL ? (size_t)(comma - options.text) : options.length;

		if (end == length && memcmp(options.text, option, length) == 0) {
			return true;
		}
		end += comma != NULL;
		options.text += end;
		options.length -= end;
	}
	return false;
}

/* One line of mountinfo. False: not a hierarchy of control groups. */
static bool read_mount(struct word line, struct partition_mount *mount)
{
	struct word root, path, options, type, source, super, word;
	size_t separator = 6; /* behind any number of optional fields */

	while (word_at(line, separator, &word) && !word_is(&word, "-")) {
		separator++;
	}
	if (!word_at(line, separator + 1, &type) || !word_at(line, separator + 2, &source) ||
	    !word_at(line, separator + 3, &super) || !word_at(line, 3, &root) ||
	    !word_at(line, 4, &path) || !word_at(line, 5, &options)) {
		return false;
	}
	mount->is_v2 = word_is(&type, "cgroup2");
	if (!mount->is_v2 && !word_is(&type, "cgroup")) {
		return false;
	}
	mount->is_writable = has_option(options, "rw") && has_option(super, "rw");
	mount->has_cpuset = !mount->is_v2 && has_option(super, "cpuset");
	return copy_path(&path, mount->path) && copy_path(&root, mount->root);
}

bool partition_mount_next(const char **text, struct partition_mount *ret_mount)
{
	struct partition_mount mount;
	struct word line;

	while (line_next(text, &line)) {
		if (read_mount(line, &mount)) {
			*ret_mount = mount;
			return true;
		}
	}
	return false;
}

enum partition_state partition_state_parse(const char *text,
					   char reason[static PARTITION_REASON_TEXT])
{
	struct word line = {0}, state = {0}, invalid;
	const char *open, *at = text;
	size_t length;

	(void)line_next(&at, &line);
	(void)word_at(line, 0, &state);
	snprintf(reason, PARTITION_REASON_TEXT, "%.*s", (int)line.length,
		 line.text != NULL ? line.text : "");
	if (word_at(line, 1, &invalid)) {
		if (!word_is(&invalid, "invalid")) {
			return PARTITION_UNKNOWN;
		}
		open = memchr(line.text, '(', line.length);
		length = line.length - (size_t)(open != NULL ? open + 1 - line.text : 0);
		if (open != NULL && length > 1 && open[length] == ')') {
			snprintf(reason, PARTITION_REASON_TEXT, "%.*s", (int)length - 1, open + 1);
		}
		return PARTITION_INVALID;
	}
	if (word_is(&state, "isolated")) {
		return PARTITION_ISOLATED;
	}
	if (word_is(&state, "member")) {
		return PARTITION_MEMBER;
	}
	return word_is(&state, "root") ? PARTITION_ROOT : PARTITION_UNKNOWN;
}

/* The words are those of kernel/cgroup/cpuset.c, perr_strings, of Linux 6.1 and later. */
const char *partition_remedy(const char *reason)
{
	static const struct {
		const char *part, *remedy;
	} known[] = {
		{"not exclusive", "another control group has one of them: name other cpus"},
		{"unable to distribute", "the rest of the system needs a cpu too: name fewer"},
		{"not a partition root",
		 "run it outside of the container, or leave --partition out"},
		{"invalid partition root",
		 "run it outside of the container, or leave --partition out"},
		{"hotplug", "bring its cpus online, or name others"},
		{"housekeeping", "boot without isolcpus=, or leave --partition out"},
		{"not permitted", "run it as root, or leave --partition out"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strstr(reason, known[i].part) != NULL) {
			return known[i].remedy;
		}
	}
	return "name other cpus, or leave --partition out";
}

char *partition_name(uint64_t pid, uint64_t start_ticks, char name[static PARTITION_NAME])
{
	snprintf(name, PARTITION_NAME, NAME_PREFIX "%" PRIu64 ".%" PRIu64, pid, start_ticks);
	return name;
}

bool partition_name_parse(const char *name, uint64_t *ret_pid, uint64_t *ret_start_ticks)
{
	const size_t prefix = strlen(NAME_PREFIX);
	struct word pid, start;
	const char *dot;
	uint64_t number;

	if (strncmp(name, NAME_PREFIX, prefix) != 0) {
		return false;
	}
	dot = strchr(name + prefix, '.');
	if (dot == NULL) {
		return false;
	}
	pid = (struct word){.text = name + prefix, .length = (size_t)(dot - name) - prefix};
	start = (struct word){.text = dot + 1, .length = strlen(dot + 1)};
	if (word_number(&pid, 10, &number) < 0 || word_number(&start, 10, ret_start_ticks) < 0) {
		return false;
	}
	*ret_pid = number;
	return true;
}

bool partition_group_parse(const char *text, char path[static PARTITION_PATH])
{
	struct word line;

	while (line_next(&text, &line)) {
		if (line.length > 3 && memcmp(line.text, "0::", 3) == 0) {
			if (line.length - 3 >= PARTITION_PATH) {
				return false;
			}
			snprintf(path, PARTITION_PATH, "%.*s", (int)line.length - 3, line.text + 3);
			return true;
		}
	}
	return false;
}

bool partition_has_word(const char *text, const char *word)
{
	struct word line, next;

	if (!line_next(&text, &line)) {
		return false;
	}
	while (word_next(&line, &next)) {
		if (word_is(&next, word)) {
			return true;
		}
	}
	return false;
}

bool partition_has_isolcpus(const char *command_line)
{
	static const char name[] = "isolcpus=";
	struct word line, next;

	if (!line_next(&command_line, &line)) {
		return false;
	}
	while (word_next(&line, &next)) {
		if (next.length >= strlen(name) && memcmp(next.text, name, strlen(name)) == 0) {
			return true;
		}
	}
	return false;
}
