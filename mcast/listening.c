/* SPDX-License-Identifier: BSD-2-Clause */
#include "listening.h"

#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "put.h"
#include "report.h"
#include "send_options.h"
#include "units.h"

#define PROGRESS_NS INT64_C(100000000)

static enum ptp_way way_of(const struct send_options *options)
{
	const struct endpoint *group = &options->group.first;

	return endpoint_is_mac(group)    ? PTP_WAY_L2
	       : endpoint_is_ipv4(group) ? PTP_WAY_UDP4
					 : PTP_WAY_UDP6;
}

enum status listening_open(struct listening *listening, const struct send_options *options)
{
	char error[PTP_LISTEN_ERROR_TEXT];

	listening->heard.domain = options->ptp.domain;
	if (options->listen_ns > 0 && ptp_listen_open(&listening->listen, options->interface,
						      &options->group.first, error) < 0) {
		fprintf(stderr, "ptprobe-send: %s\n", error);
		return STATUS_ENVIRONMENT;
	}
	return STATUS_PASS;
}

void listening_close(struct listening *listening)
{
	ptp_listen_close(&listening->listen);
}

/* One line; on a terminal it is written over until the time is up. */
static void show_progress(const struct send_options *options, int64_t left_ns, bool terminal)
{
	char text[UNITS_TEXT];

	if (options->quiet) {
		return;
	}
	fprintf(stderr, "%sptprobe-send: listening for PTP in domain %d on %s, %s%s",
		terminal ? "\r" : "", options->ptp.domain, options->interface,
		units_duration_text(left_ns - left_ns % PROGRESS_NS, text),
		terminal ? " to go   " : "\n");
	if (terminal && left_ns <= 0) {
		fputc('\n', stderr);
	}
}

static void hear(struct listening *listening, const struct send_options *options,
		 const volatile sig_atomic_t *stop)
{
	int64_t start_ns = clock_mono_ns(), end_ns = start_ns + options->listen_ns;
	int64_t now_ns = start_ns, shown_ns = start_ns;
	bool terminal = isatty(STDERR_FILENO) == 1;

	show_progress(options, options->listen_ns, terminal);
	while (now_ns < end_ns && *stop == 0) {
		int64_t wake_ns = now_ns + PROGRESS_NS; /* a signal shan't be slept through */

		ptp_listen_wait(&listening->listen, wake_ns < end_ns ? wake_ns : end_ns,
				&listening->heard);
		now_ns = clock_mono_ns();
		if (terminal && now_ns - shown_ns >= PROGRESS_NS && now_ns < end_ns) {
			show_progress(options, end_ns - now_ns, terminal);
			shown_ns = now_ns;
		}
	}
	listening->duration_ns = now_ns - start_ns;
	if (terminal) {
		show_progress(options, 0, terminal);
	}
}

static enum status judge(const struct listening *listening, const struct send_options *options)
{
	const struct ptp_ears *ears = &listening->listen.ears;
	enum ptp_way way = way_of(options);
	char text[PTP_HEARD_TEXT];

	switch (ptp_heard_judge(&listening->heard, ears, way)) {
	case PTP_CLEAR:
		return STATUS_PASS;
	case PTP_IN_USE:
		fprintf(stderr, "ptprobe-send: domain %d is in use on %s: %s%s\n",
			options->ptp.domain, options->interface,
			ptp_heard_text(&listening->heard, text),
			options->force ? "" : ": take another one, as --ptp=DOMAIN, or --force it");
		break;
	case PTP_DEAF:
		fprintf(stderr,
			"ptprobe-send: whether domain %d is in use by %s is unknown: %s%s\n",
			options->ptp.domain, ptp_way_text(way), ears->ear[way].why,
			options->force ? "" : ", or --force it");
		break;
	}
	return options->force ? STATUS_PASS : STATUS_ENVIRONMENT;
}

enum status listening_run(struct listening *listening, const struct send_options *options,
			  const volatile sig_atomic_t *stop)
{
	if (options->listen_ns == 0) {
		return STATUS_PASS;
	}
	/* what may not be heard in three seconds either */
	if (!listening->listen.ears.ear[way_of(options)].hears && !options->force) {
		return judge(listening, options);
	}
	hear(listening, options, stop);
	listening_close(listening);
	if (*stop != 0) {
		fprintf(stderr, "ptprobe-send: stopped while listening: nothing was sent\n");
		return STATUS_INCONCLUSIVE;
	}
	return judge(listening, options);
}

void listening_note(const struct listening *listening, const struct send_options *options,
		    struct report *report)
{
	const struct ptp_heard *heard = &listening->heard;
	char text[PTP_HEARD_TEXT];

	if (options->listen_ns == 0) {
		report_note(report,
			    "nobody listened beforehand whether domain %d is in use: --listen 0",
			    options->ptp.domain);
		return;
	}
	if (ptp_heard_is_in_use(heard)) {
		report_note(report, "domain %d is in use, and was forced: %s", options->ptp.domain,
			    ptp_heard_text(heard, text));
	}
	if (ptp_heard_has_probes(heard)) {
		report_note(report, "another ptprobe-send is at work in domain %d",
			    options->ptp.domain);
	}
	for (enum ptp_way way = 0; way < PTP_WAYS; way++) {
		const struct ptp_ear *ear = &listening->listen.ears.ear[way];

		if (!ear->hears) {
			report_note(report, "PTP by %s was not listened to beforehand: %s",
				    ptp_way_text(way), ear->why);
		}
	}
}

static json_t *speaker_json(const struct ptp_speaker *speaker)
{
	json_t *object = json_object(), *types = json_array();
	char port[PTP_PORT_TEXT], address[ENDPOINT_ADDRESS_TEXT];
	int failed = 0;

	for (unsigned int type = 0; type < PTP_TYPES; type++) {
		if ((speaker->types >> type & 1) != 0) {
			failed |= json_array_append_new(types, json_string(ptp_type_text(type)));
		}
	}
	failed |= put_text(object, "port_identity", ptp_port_text(&speaker->port, port));
	failed |= put_text(object, "address", endpoint_address_text(&speaker->address, address));
	failed |= put_count(object, "count", speaker->messages);
	failed |= put(object, "probe", json_boolean(speaker->is_probe));
	failed |= put(object, "types", types);
	return put_whole(object, failed);
}

static json_t *ways_json(const struct ptp_ears *ears)
{
	static const char *const name[PTP_WAYS] = {"udp4", "udp6", "l2"};
	json_t *array = json_array();
	int failed = 0;

	for (int way = 0; way < PTP_WAYS; way++) {
		json_t *object = json_object();

		failed |= put_text(object, "way", name[way]);
		failed |= put(object, "heard", json_boolean(ears->ear[way].hears));
		failed |= put(object, "reason",
			      ears->ear[way].hears ? json_null() : json_string(ears->ear[way].why));
		failed |= json_array_append_new(array, object);
	}
	return put_whole(array, failed);
}

json_t *listening_json(const struct listening *listening)
{
	const struct ptp_heard *heard = &listening->heard;
	json_t *object = json_object(), *speakers = json_array();
	int failed = 0;

	for (uint32_t i = 0; i < heard->speakers; i++) {
		failed |= json_array_append_new(speakers, speaker_json(&heard->speaker[i]));
	}
	failed |= put_ns(object, "duration_ns", listening->duration_ns);
	failed |= put_count(object, "messages", heard->messages);
	failed |= put_count(object, "other_domains", heard->others);
	failed |=
		put(object, "ways",
		    listening->duration_ns > 0 ? ways_json(&listening->listen.ears) : json_array());
	failed |= put(object, "ports", speakers);
	return put_whole(object, failed);
}
