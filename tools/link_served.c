/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "link_served.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "iperf_child.h"
#include "load.h"

enum { ADDRESS_TEXT = 80, RATE_TEXT = 32 };

/* Who it was: what libiperf says in a document, which only an address can be, or in a crash. */
static const char *client_of(const struct iperf_outcome *outcome)
{
	const json_t *start = json_object_get(outcome->document, "start");
	const json_t *accepted = json_object_get(start, "accepted_connection");
	const char *host = json_string_value(json_object_get(accepted, "host"));

	if (outcome->peer[0] != '\0') {
		return outcome->peer;
	}
	if (host == NULL || strlen(host) >= ADDRESS_TEXT ||
	    strspn(host, "0123456789abcdefABCDEF:.%") != strlen(host)) {
		return "an unknown client";
	}
	return strncmp(host, "::ffff:", 7) == 0 ? host + 7 : host;
}

/* "941.5 Mb/s". Returns text (RATE_TEXT). */
static const char *rate(double bps, char *text)
{
	bool is_large = bps >= 1e9;

	(void)snprintf(text, RATE_TEXT, "%.1f %cb/s", bps / (is_large ? 1e9 : 1e6),
		       is_large ? 'G' : 'M');
	return text;
}

/* "received 941.5 Mb/s, sent 12.3 Mb/s": this end's, which in its document are the reverse. */
static void rates(const struct load *load, char *text, size_t room)
{
	char number[RATE_TEXT];
	size_t length = 0;

	text[0] = '\0';
	if (load->forward.received_known && !load->reverse) {
		length = (size_t)snprintf(text, room, ", received %s",
					  rate(load->forward.received_bps, number));
	}
	if (load->backward.sent_known && length < room) {
		(void)snprintf(text + length, room - length, ", sent %s",
			       rate(load->backward.sent_bps, number));
	}
}

/* Without load_parse's remedy, which is for clients. */
static const char *failure_of(const json_t *document, char text[static LOAD_ERROR_TEXT])
{
	const char *said = json_string_value(json_object_get(document, "error"));

	if (said == NULL) {
		return "it ended without a result";
	}
	said += strncmp(said, "error - ", 8) == 0 ? 8 : 0;
	(void)snprintf(text, LOAD_ERROR_TEXT / 2, "%s", said);
	if (strlen(text) > 2 && strcmp(text + strlen(text) - 2, ": ") == 0) {
		text[strlen(text) - 2] = '\0'; /* errno was 0 */
	}
	for (char *at = text; *at != '\0'; at++) {
		*at = *at >= 0x20 && *at < 0x7f ? *at : '?';
	}
	return text;
}

bool link_served_text(const struct iperf_outcome *outcome, const char *ended,
		      char text[static LINK_SERVED_TEXT])
{
	const char *client = client_of(outcome);
	char words[LOAD_ERROR_TEXT], speed[80];
	struct load load;

	if (strcmp(ended, LINK_SERVED_RENEWED) == 0) {
		text[0] = '\0';
		return true;
	}
	if (ended[0] != '\0') {
		(void)snprintf(text, LINK_SERVED_TEXT,
			       "process %d, which served %s, was ended: %s: another one serves",
			       (int)outcome->pid, client, ended);
		return false;
	}
	if (outcome->signal != 0) {
		(void)snprintf(
			text, LINK_SERVED_TEXT,
			"process %d, which served %s, died of signal %d (%s)%s: another "
			"one serves",
			(int)outcome->pid, client, outcome->signal, strsignal(outcome->signal),
			outcome->signal == SIGKILL
				? ", by somebody, or by the kernel for want of memory"
				: ", as libiperf does when a client sends what isn't iperf3's");
		return false;
	}
	if (outcome->document == NULL) {
		(void)snprintf(text, LINK_SERVED_TEXT, "%s", outcome->error);
		return false;
	}
	if (load_parse(outcome->document, &load, words) < 0) {
		(void)snprintf(text, LINK_SERVED_TEXT, "the test of %s failed: %s", client,
			       failure_of(outcome->document, words));
		return false;
	}
	rates(&load, speed, sizeof(speed));
	(void)snprintf(text, LINK_SERVED_TEXT, "served %s: %.1f s of %s%s", client, load.seconds,
		       load.is_udp ? "UDP" : "TCP", speed);
	return true;
}
