/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters at both ends, the load, counters again. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "iperf_client.h"
#include "link_address.h"
#include "link_options.h"
#include "link_peer.h"
#include "link_run.h"
#include "rights.h"
#include "status.h"

enum { LOW_PORTS = 1024, ANSWER_MS = 3000, RETRIES = 20, RETRY_NS = 100000000 };

struct session {
	struct link_run *run;
	struct iperf_options load;
	struct link_peer peer;
	char own_address[LINK_ADDRESS_TEXT]; /* to bind to; "": none */
	char load_error[IPERF_CHILD_TEXT];
};

/* The load goes through the interface, or there is none: by its device, or else by its address. */
static int bind_load(struct session *session)
{
	const char *interface = session->run->options->interface;
	char text[300];
	int err = iperf_client_can_bind(interface);

	if (err == 0) {
		session->load.bind_device = interface;
		return STATUS_PASS;
	}
	if (session->load.bind_address == NULL &&
	    !link_address_of(interface, session->peer.family, session->own_address)) {
		snprintf(text, sizeof(text),
			 "%s has no IPv%u address that the load could be bound to: give it one, or "
			 "another family with -4 or -6",
			 interface, session->peer.family);
		link_say(text);
		return STATUS_ENVIRONMENT;
	}
	if (session->load.bind_address == NULL) {
		session->load.bind_address = session->own_address;
	}
	report_note(&session->run->report,
		    "the load was bound to an address, not to the device, which needs Linux "
		    "5.7 or CAP_NET_RAW: routes decide whether it goes through %s",
		    interface);
	return STATUS_PASS;
}

/* Names are found, and all that needs a right is opened, before the rights go. */
static int prepare(struct session *session)
{
	struct link_run *run = session->run;
	const struct link_options *options = run->options;
	char error[LINK_PEER_ERROR];
	int status;

	session->peer = (struct link_peer){
		.port = options->control_port,
		.timeout_ms = ANSWER_MS,
	};
	if (link_peer_resolve(&session->peer, options->load.host, options->load.family, error) <
	    0) {
		link_say(error);
		return STATUS_ENVIRONMENT;
	}
	session->load.host = session->peer.address;
	session->load.family = session->peer.family;
	status = bind_load(session);
	if (status != STATUS_PASS) {
		return status;
	}
	session->peer.bind_address = session->load.bind_address;
	session->peer.bind_device = session->load.bind_device;
	if (options->pin) {
		status = link_place(run);
	}
	if (status == STATUS_PASS) {
		status = link_give_up_rights(
			run,
			RIGHTS_COUNTERS | RIGHTS_SOCKETS | RIGHTS_STREAMS | RIGHTS_THREADS |
				RIGHTS_CHILDREN |
				(options->cport > 0 && options->cport < LOW_PORTS ? RIGHTS_LOW_PORT
										  : 0U));
	}
	return status;
}

/* Asks the other end for its card. Why it isn't known, if it isn't, stays in far.why. */
static bool ask_far_end(struct session *session, struct snapshot *ret_snapshot)
{
	struct link_seen *far = &session->run->far;
	char error[SNAPSHOT_ERROR_TEXT];
	json_t *reply;
	int err;

	if (link_peer_ask(&session->peer, LINK_ASK_SNAPSHOT, &reply, far->why) < 0) {
		return false;
	}
	err = snapshot_parse(json_object_get(reply, "snapshot"), ret_snapshot, error);
	json_decref(reply);
	if (err < 0) {
		snprintf(far->why, sizeof(far->why), "what it told can't be used: %s", error);
	}
	return err == 0;
}

/* One attempt. STATUS_PASS, also when the load failed: load_error, or the load, tells. */
static int try_load(struct session *session)
{
	struct link_run *run = session->run;
	struct iperf_watch watch = {
		.tick_ns = run->options->interval_ns,
		.tick = link_line,
		.stop_fd = run->signal_fd >= 0 ? run->signal_fd : 0,
		.stop = link_is_told_to_stop,
		.context = run,
	};
	struct iperf_outcome outcome;
	int64_t began_ns = clock_mono_ns();
	char error[LOAD_ERROR_TEXT];
	int err = iperf_client_run(&session->load, &run->cpus, &watch, &outcome);

	if (err < 0) {
		link_say(outcome.error);
		return err == -EINVAL ? STATUS_USAGE : STATUS_ENVIRONMENT;
	}
	run->result.wall_s = (double)(clock_mono_ns() - began_ns) / 1e9;
	session->load_error[0] = '\0';
	if (outcome.error[0] != '\0') {
		snprintf(session->load_error, sizeof(session->load_error), "%s", outcome.error);
	} else if (load_parse(outcome.document, &run->load, error) < 0) {
		snprintf(session->load_error, sizeof(session->load_error), "%s", error);
	}
	iperf_outcome_release(&outcome);
	return STATUS_PASS;
}

/* Between two tests nobody listens for a moment, not even at a server whose counters just came. */
static int run_load(struct session *session)
{
	struct link_run *run = session->run;
	const struct timespec pause = {.tv_nsec = RETRY_NS};
	int status = try_load(session);

	for (int i = 0; i < RETRIES && status == STATUS_PASS && run->far.has_before &&
			strstr(session->load_error, "Connection refused") != NULL &&
			!link_is_told_to_stop(run);
	     i++) {
		link_tell(run, "%s refused: trying again", session->peer.address);
		(void)nanosleep(&pause, NULL);
		status = try_load(session);
	}
	run->result.asked_s = session->load.seconds;
	run->result.omit_s = session->load.omit_s;
	if (session->load_error[0] != '\0') {
		run->result.load_error = session->load_error;
	} else {
		run->result.load = &run->load;
	}
	return status;
}

int link_load(struct link_run *run)
{
	struct session session = {.run = run, .load = run->options->load};
	int status = prepare(&session);

	if (status != STATUS_PASS) {
		return status;
	}
	run->far.has_before = ask_far_end(&session, &run->far.before);
	if (!run->far.has_before) {
		link_tell(run, "far end: %s", run->far.why);
	}
	status = link_look(run, &run->near.before);
	run->near.has_before = status == STATUS_PASS;
	if (status == STATUS_PASS) {
		link_tell(run, "loading %s for %u s", session.peer.address,
			  session.load.seconds + session.load.omit_s);
		status = run_load(&session);
	}
	if (status == STATUS_PASS) {
		link_look_again(run);
	}
	if (status == STATUS_PASS && run->far.has_before) {
		run->far.has_after = ask_far_end(&session, &run->far.after);
	}
	return status == STATUS_PASS ? link_conclude(run) : status;
}
