/* SPDX-License-Identifier: BSD-2-Clause */
/* --server: the other end of the load, and of the counters. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "link_address.h"
#include "link_options.h"
#include "link_run.h"
#include "link_server.h"
#include "status.h"

enum { MESSAGE = 300 };

/* The interface is the one that the server is bound to. */
static int take(void *context, const char *interface, json_t **ret_snapshot,
		char error[static LINK_CONTROL_ERROR])
{
	struct link_run *run = context;
	char why[SNAPSHOT_TAKE_ERROR];
	struct snapshot snapshot;
	int err;

	(void)interface;
	err = snapshot_source_take(&run->source, clock_real_ns(), &snapshot, why);
	if (err < 0) {
		snprintf(error, LINK_CONTROL_ERROR, "%.190s", why);
		return err;
	}
	*ret_snapshot = snapshot_json(&snapshot);
	snapshot_release(&snapshot);
	if (*ret_snapshot == NULL) {
		snprintf(error, LINK_CONTROL_ERROR, "out of memory");
		return -ENOMEM;
	}
	return 0;
}

static void tell(void *context, const char *line)
{
	const struct link_run *run = context;

	if (!run->options->quiet) {
		link_say(line);
	}
}

/* The one address that it listens at: as it was given, or the interface's. */
static int find_address(const struct link_options *options, struct link_server_options *server,
			char text[static LINK_ADDRESS_TEXT])
{
	const char *given = options->load.bind_address;
	char message[MESSAGE];

	server->family = options->load.family;
	if (given != NULL) {
		server->address = given;
		server->family = strchr(given, ':') != NULL ? 6 : 4;
		return STATUS_PASS;
	}
	server->address = text;
	if (server->family == 0) {
		server->family = link_address_of(options->interface, 4, text) ? 4 : 6;
	}
	if (link_address_of(options->interface, server->family, text)) {
		return STATUS_PASS;
	}
	snprintf(message, sizeof(message),
		 "%s has no address to listen at: give it one, or name one with -B",
		 options->interface);
	link_say(message);
	return STATUS_ENVIRONMENT;
}

int link_serve(struct link_run *run)
{
	const struct link_options *options = run->options;
	struct link_server_options server = {
		.device = options->interface,
		.port = options->load.port,
		.control_port = options->control_port,
		.cpus = &run->cpus,
		.longest_ns = options->longest_ns,
		.tests = options->tests,
		.take = take,
		.tell = tell,
		.stop_fd = run->signal_fd >= 0 ? run->signal_fd : 0,
		.stop = link_is_told_to_stop,
		.context = run,
	};
	char text[LINK_ADDRESS_TEXT], error[LINK_SERVER_ERROR];
	int status = find_address(options, &server, text);

	if (status == STATUS_PASS && options->pin) {
		status = link_place(run);
	}
	if (status != STATUS_PASS) {
		return status;
	}
	if (link_server_run(&server, error) < 0) {
		link_say(error);
		return STATUS_ENVIRONMENT;
	}
	return STATUS_PASS;
}
