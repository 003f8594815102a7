/* SPDX-License-Identifier: BSD-2-Clause */
/* The front door: "ptprobe recv ..." runs ptprobe-recv. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "option.h"
#include "program.h"
#include "spelling.h"
#include "status.h"

#define MAN     "/usr/bin/man"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"

#define INSTALL "install it with 'make install'"

static const struct tool {
	const char *name, *purpose;
	const char *remedy; /* where it isn't there */
} tools[] = {
	{"send", "sends paced probes to a multicast group", INSTALL},
	{"recv", "joins a group, measures every stream it hears, judges limits", INSTALL},
	{"capture", "measures the same at the wire, or in capture files",
	 INSTALL "; it is built where libpcap is"},
	{"locate", "joins reports and captures: where each lost probe was lost", INSTALL},
	{"ptp", "tells the health of the PTP traffic on a path; sends nothing",
	 INSTALL "; it is built where libpcap is"},
	{"pin", "runs a command on the best cores for a NIC, and proves that it stayed there",
	 INSTALL "; it is built where libnuma is"},
	{"link", "reads a card's counters, loads the link, reads them again: can it be trusted?",
	 INSTALL "; it is built where libiperf is"},
};

enum { TOOLS = sizeof(tools) / sizeof(*tools) };

static const struct option_table table = {
	.program = "ptprobe",
	.max_operands = 1,
};

static int usage(const char *reason)
{
	fprintf(stderr, "ptprobe: %s: 'ptprobe help' lists the tools\n", reason);
	return STATUS_USAGE;
}

static const struct tool *find_tool(const char *name)
{
	for (size_t i = 0; i < TOOLS; i++) {
		if (strcmp(name, tools[i].name) == 0) {
			return &tools[i];
		}
	}
	return NULL;
}

static int unknown_tool(const char *name)
{
	size_t length = strlen(name);

	/* also keeps what could steer the terminal out of the message */
	if (strspn(name, LETTERS) != length || length > SPELLING_LONGEST) {
		return usage("a tool's name is a short word of the letters a to z");
	}
	for (size_t i = 0; i < TOOLS; i++) {
		if (spelling_is_near(spelling_distance(name, length, tools[i].name), length)) {
			fprintf(stderr, "ptprobe: unknown tool '%s': did you mean '%s'?\n", name,
				tools[i].name);
			return STATUS_USAGE;
		}
	}
	fprintf(stderr, "ptprobe: unknown tool '%s': 'ptprobe help' lists the tools\n", name);
	return STATUS_USAGE;
}

/* Becomes the tool; comes back only when that fails. */
static int run_tool(const struct tool *tool, char *const argv[])
{
	char path[PATH_MAX];

	if (!program_path(tool->name, path)) {
		fprintf(stderr, "ptprobe: cannot run ptprobe-%s: its path is too long\n",
			tool->name);
		return STATUS_ENVIRONMENT;
	}
	(void)execv(path, argv);
	fprintf(stderr, "ptprobe: cannot run '%s': %s: %s\n", path, strerror(errno), tool->remedy);
	return STATUS_ENVIRONMENT;
}

/* Becomes man when the page is installed; comes back when it isn't, or man is missing. */
static void show_page(const char *page)
{
	static const char *const suffix[] = {"", ".gz"};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(suffix) / sizeof(*suffix); i++) {
		if (snprintf(path, sizeof(path), "%s/man1/%s.1%s", MANDIR, page, suffix[i]) <
			    PATH_MAX &&
		    access(path, R_OK) == 0) {
			(void)execv(MAN, (char *[]){(char[]){"man"}, path, NULL});
		}
	}
}

static int list_tools(void)
{
	printf("usage: ptprobe TOOL [ARGUMENT]...\n"
	       "measures what arrives of a multicast stream: loss, order, delay variation\n"
	       "\ntools:\n");
	for (size_t i = 0; i < TOOLS; i++) {
		printf("  %-10s  %s\n", tools[i].name, tools[i].purpose);
	}
	printf("\n"
	       "  help TOOL   opens the tool's manual page\n"
	       "  --version   prints the version\n"
	       "\n"
	       "examples:\n"
	       "  ptprobe recv -i eth0 239.255.31.9\n"
	       "  ptprobe send -i eth0 -t 10s 239.255.31.9\n");
	return option_flush(&table, stdout, stderr);
}

static int help(int argc, char *const argv[])
{
	const struct tool *tool;
	char name[64];

	if (argc == 0) {
		return list_tools();
	}
	if (argc > 1) {
		return usage("help takes one tool");
	}
	tool = find_tool(argv[0]);
	if (!tool) {
		return unknown_tool(argv[0]);
	}
	snprintf(name, sizeof(name), "ptprobe-%s", tool->name);
	show_page(name);
	return run_tool(tool, (char *[]){name, (char[]){"--help"}, NULL});
}

/* For doc/completion/: the words that may come first, one a line. */
static int list_words(void)
{
	for (size_t i = 0; i < TOOLS; i++) {
		printf("%s\n", tools[i].name);
	}
	printf("help\n");
	option_completion(&table, stdout);
	return option_flush(&table, stdout, stderr);
}

/* name and what follows it */
static int run(const char *name, int argc, char *argv[])
{
	const struct tool *tool = find_tool(name);

	if (strcmp(name, "help") == 0) {
		return help(argc - 1, argv + 1);
	}
	return tool ? run_tool(tool, argv) : unknown_tool(name);
}

int main(int argc, char *argv[])
{
	struct option_result result;

	/* only the first word is ours */
	option_parse(&table, argc < 2 ? argc : 2, argv, NULL, &result);
	switch (result.outcome) {
	case OPTION_RUN:
		return result.operand_count == 1 ? run(result.operand[0], argc - 1, argv + 1)
						 : usage("no tool given");
	case OPTION_HELP:
		return list_tools();
	case OPTION_COMPLETION:
		return list_words();
	default:
		return option_answer(&table, &result, stdout, stderr);
	}
}
