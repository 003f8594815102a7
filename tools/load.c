/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "load.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "put.h"

#define COUNT_MAX      9e18 /* below 2^63 */
#define INTERVAL_MIN_S 0.1

/* libiperf's errors by a part of their text, and what to do. */
static const struct remedy {
	const char *part, *text;
} remedies[] = {
	{"busy running", "wait until its test has ended, or start another one with -p"},
	{"onnection refused", "start 'ptprobe-link --server' or 'iperf3 -s' there, or name its -p"},
	{"No route to host", "check its address, the cable and the firewall"},
	{"etwork is unreachable", "check its address, and this host's routes"},
	{"onnection timed out", "check its address, the cable and the firewall"},
	{"now in progress", "check its address, the cable and the firewall, or raise "
			    "--connect-timeout"},
	{"ame or service not known", "check the name, or give an address"},
	{"emporary failure in name", "check the name servers, or give an address"},
	{"ddress family", "check -4 and -6, and that the name has such an address"},
	{"assign requested address", "-B needs an address of this host"},
	{"ddress already in use", "leave --cport out, or wait a minute"},
	{"No such device", "name an interface of this host"},
	{"bind-to-device", "give -B an address of the interface instead"},
	{"TCP_CONGESTION", "see /proc/sys/net/ipv4/tcp_available_congestion_control"},
	{"ontrol socket has closed", "its server ended or crashed: see what it says, and repeat"},
	{"onnection reset", "its server ended or crashed: see what it says, and repeat"},
	{"roken pipe", "its server ended or crashed: see what it says, and repeat"},
	{"server has terminated", "somebody stopped it: start it again, and repeat"},
	{"No message was received", "check the link, and repeat"},
};

/* Copies a stranger's text, which is UTF-8, without what steers a terminal, and cut between
 * characters. */
static void copy_text(const char *text, char *copy, size_t room)
{
	size_t length = 0;

	for (; *text != '\0' && length + 1 < room; text++) {
		unsigned char byte = (unsigned char)*text;

		/* C1's second byte of two stands alone, and its first becomes a mark too */
		if (byte < 0x20 || byte == 0x7f ||
		    (byte == 0xc2 && (unsigned char)text[1] < 0xa0)) {
			copy[length++] = '?';
			text += byte == 0xc2;
		} else {
			copy[length++] = *text;
		}
	}
	if (*text != '\0') {
		while (length > 0 && ((unsigned char)copy[length] & 0xc0) == 0x80) {
			length--;
		}
	}
	copy[length] = '\0';
}

/* A member that is a number from 0 to COUNT_MAX. False: it isn't there, or is another thing. */
static bool get_number(const json_t *object, const char *name, double *ret_value)
{
	const json_t *value = json_object_get(object, name);
	double number = json_number_value(value);

	if (!json_is_number(value) || !isfinite(number) || number < 0 || number > COUNT_MAX) {
		return false;
	}
	*ret_value = number;
	return true;
}

static bool get_count(const json_t *object, const char *name, uint64_t *ret_value)
{
	double number;

	if (!get_number(object, name, &number)) {
		return false;
	}
	*ret_value = (uint64_t)number;
	return true;
}

/* Of a flag, which libiperf writes as 0 and 1. */
static bool get_flag(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_true(value) || json_integer_value(value) == 1;
}

static bool get_sum(const json_t *end, const char *name, double *bps, uint64_t *bytes,
		    struct load *load)
{
	const json_t *sum = json_object_get(end, name);
	double seconds = 0, rate;
	uint64_t count;

	if (!get_number(sum, "bits_per_second", &rate) || !get_count(sum, "bytes", &count)) {
		return false;
	}
	if (get_number(sum, "seconds", &seconds) && seconds > load->seconds) {
		load->seconds = seconds;
	}
	*bps = rate;
	*bytes = count;
	return true;
}

static void read_way(const json_t *end, const char *sent, const char *received,
		     struct load_way *way, struct load *load)
{
	way->sent_known = get_sum(end, sent, &way->sent_bps, &way->sent_bytes, load);
	way->received_known =
		get_sum(end, received, &way->received_bps, &way->received_bytes, load);
	way->retransmits_known =
		get_count(json_object_get(end, sent), "retransmits", &way->retransmits);
}

/* What the other end says comes when a test ends in order only: 0 until then. */
static void forget_far_end(struct load *load)
{
	load->forward.received_known = false;
	load->forward.received_bps = 0;
	load->forward.received_bytes = 0;
	load->backward = (struct load_way){
		.received_known = load->backward.received_known,
		.received_bps = load->backward.received_bps,
		.received_bytes = load->backward.received_bytes,
	};
}

/* 3.1 has one sum for UDP, of what was sent. */
static void read_old_udp(const json_t *end, struct load_way *way, struct load *load)
{
	double lost, packets;

	way->sent_known = get_sum(end, "sum", &way->sent_bps, &way->sent_bytes, load);
	if (way->sent_known && get_number(json_object_get(end, "sum"), "lost_packets", &lost) &&
	    get_number(json_object_get(end, "sum"), "packets", &packets) && packets > 0 &&
	    lost <= packets) {
		double share = (packets - lost) / packets;

		way->received_known = true;
		way->received_bps = way->sent_bps * share;
		way->received_bytes = (uint64_t)((double)way->sent_bytes * share);
	}
}

static void read_datagrams(const json_t *end, const char *name, struct load *load)
{
	const json_t *sum = json_object_get(end, name);
	uint64_t lost, packets;
	double jitter_ms;

	if (get_number(sum, "jitter_ms", &jitter_ms) && get_count(sum, "lost_packets", &lost) &&
	    get_count(sum, "packets", &packets)) {
		load->udp_known = true;
		load->jitter_ms = jitter_ms > load->jitter_ms ? jitter_ms : load->jitter_ms;
		load->lost += lost;
		load->packets += packets;
	}
}

static void read_udp(const json_t *end, struct load *load)
{
	const json_t *stream;
	double out_of_order = 0;
	size_t i;

	read_datagrams(end, "sum", load);
	read_datagrams(end, "sum_bidir_reverse", load);
	json_array_foreach(json_object_get(end, "streams"), i, stream)
	{
		double count = 0;

		(void)get_number(json_object_get(stream, "udp"), "out_of_order", &count);
		out_of_order += count;
	}
	load->out_of_order =
		out_of_order < COUNT_MAX ? (uint64_t)out_of_order : (uint64_t)COUNT_MAX;
}

static void read_end(const json_t *end, struct load *load)
{
	struct load_way *first = load->reverse ? &load->backward : &load->forward;
	const json_t *cpu = json_object_get(end, "cpu_utilization_percent");
	const json_t *congestion = json_object_get(end, "sender_tcp_congestion");

	/* test_start of 3.12 doesn't say so */
	load->bidirectional = json_object_get(end, "sum_sent_bidir_reverse") != NULL;
	read_way(end, "sum_sent", "sum_received", first, load);
	if (load->bidirectional) {
		read_way(end, "sum_sent_bidir_reverse", "sum_received_bidir_reverse",
			 &load->backward, load);
	}
	if (load->is_udp && !first->sent_known) {
		read_old_udp(end, first, load);
	}
	if (load->is_udp) {
		read_udp(end, load);
	}
	load->cpu_known = get_number(cpu, "host_total", &load->cpu_local) &&
			  get_number(cpu, "remote_total", &load->cpu_remote);
	if (json_is_string(congestion)) {
		copy_text(json_string_value(congestion), load->congestion,
			  sizeof(load->congestion));
	}
	if (load->is_interrupted) {
		forget_far_end(load);
		load->cpu_known = false;
		load->udp_known = load->udp_known && load->reverse;
	}
	load->forward.known = load->forward.sent_known || load->forward.received_known;
	load->backward.known = load->backward.sent_known || load->backward.received_known;
}

/* Did this direction, if the test has it, stand still? */
static bool is_empty(const json_t *interval, const char *name)
{
	const json_t *sum = json_object_get(interval, name);
	double bytes, seconds;

	return get_number(sum, "bytes", &bytes) && bytes < 1 &&
	       get_number(sum, "seconds", &seconds) && seconds >= INTERVAL_MIN_S &&
	       !get_flag(sum, "omitted");
}

static void read_intervals(const json_t *intervals, struct load *load)
{
	const json_t *interval;
	double stall_s = 0;
	size_t i;

	json_array_foreach(intervals, i, interval)
	{
		double seconds = 0, end = 0;
		const json_t *sum = json_object_get(interval, "sum");

		load->interval_count++;
		(void)get_number(sum, "seconds", &seconds);
		if (get_number(sum, "end", &end) && !get_flag(sum, "omitted") &&
		    end > load->seconds) {
			load->seconds = end;
		}
		if (!is_empty(interval, "sum") && !is_empty(interval, "sum_bidir_reverse")) {
			stall_s = 0;
			continue;
		}
		load->empty_intervals++;
		stall_s += seconds;
		load->longest_stall_s =
			stall_s > load->longest_stall_s ? stall_s : load->longest_stall_s;
	}
}

static int fail(const char *text, char error[static LOAD_ERROR_TEXT])
{
	char copy[LOAD_ERROR_TEXT / 2];
	const char *remedy = "repeat it, or run iperf3 by hand";

	copy_text(text, copy, sizeof(copy));
	for (size_t i = 0; i < sizeof(remedies) / sizeof(*remedies); i++) {
		if (strstr(text, remedies[i].part) != NULL) {
			remedy = remedies[i].text;
			break;
		}
	}
	(void)snprintf(error, LOAD_ERROR_TEXT, "%s: %s", copy, remedy);
	return -EPROTO;
}

int load_parse(const json_t *document, struct load *ret_load, char error[static LOAD_ERROR_TEXT])
{
	const json_t *start = json_object_get(document, "start");
	const json_t *test = json_object_get(start, "test_start");
	const json_t *intervals = json_object_get(document, "intervals");
	const json_t *end = json_object_get(document, "end");
	const json_t *said = json_object_get(document, "error");
	const char *protocol = json_string_value(json_object_get(test, "protocol"));
	struct load load = {0};

	if (!json_is_object(start) || !json_is_array(intervals) || !json_is_object(end)) {
		(void)snprintf(error, LOAD_ERROR_TEXT,
			       "the load's report has no \"start\", \"intervals\" and \"end\" as "
			       "iperf3's has: run iperf3 by hand");
		return -EINVAL;
	}
	load.is_interrupted = json_is_string(said) && json_object_size(end) > 0 &&
			      strncmp(json_string_value(said), "interrupt - ", 12) == 0;
	if (said != NULL && !load.is_interrupted) {
		return fail(json_is_string(said) ? json_string_value(said) : "error", error);
	}
	if (json_object_size(end) == 0) {
		return fail("the test ended without a result", error);
	}
	load.is_udp = protocol != NULL && strcmp(protocol, "UDP") == 0;
	load.reverse = get_flag(test, "reverse");
	read_intervals(intervals, &load);
	read_end(end, &load);
	if (!load.forward.known && !load.backward.known) {
		return fail("the test ended without a result", error);
	}
	*ret_load = load;
	return 0;
}

static int put_count_if(json_t *object, const char *name, bool known, uint64_t count)
{
	return known ? put_count(object, name, count) : put(object, name, json_null());
}

/* A rate or a time as a whole number. */
static int put_whole_if(json_t *object, const char *name, bool known, double value)
{
	return put_count_if(object, name, known,
			    value < COUNT_MAX ? (uint64_t)(value + 0.5) : (uint64_t)COUNT_MAX);
}

static int put_way(json_t *object, const struct load_way *way)
{
	int failed = put_whole_if(object, "sent_bps", way->sent_known, way->sent_bps);

	failed |= put_whole_if(object, "received_bps", way->received_known, way->received_bps);
	failed |= put_count_if(object, "sent_bytes", way->sent_known, way->sent_bytes);
	failed |= put_count_if(object, "received_bytes", way->received_known, way->received_bytes);
	return failed |
	       put_count_if(object, "retransmits", way->retransmits_known, way->retransmits);
}

static json_t *way_json(const struct load_way *way)
{
	json_t *object;

	if (!way->known) {
		return json_null();
	}
	object = json_object();
	return put_whole(object, put_way(object, way));
}

json_t *load_json(const struct load *load)
{
	json_t *object = json_object();
	int failed = put_text(object, "protocol", load->is_udp ? "udp" : "tcp");

	failed |= put(object, "reverse", json_boolean(load->reverse));
	failed |= put(object, "bidirectional", json_boolean(load->bidirectional));
	failed |= put(object, "interrupted", json_boolean(load->is_interrupted));
	failed |= put_whole_if(object, "duration_ns", true, load->seconds * 1e9);
	/* those that most readers want, and both ways apart */
	failed |= put_way(object, load->reverse ? &load->backward : &load->forward);
	failed |= put(object, "forward", way_json(&load->forward));
	failed |= put(object, "backward", way_json(&load->backward));
	failed |= put_whole_if(object, "jitter_ns", load->udp_known, load->jitter_ms * 1e6);
	failed |= put_count_if(object, "lost", load->udp_known, load->lost);
	failed |= put_count_if(object, "packets", load->udp_known, load->packets);
	failed |= put_count_if(object, "out_of_order", load->udp_known, load->out_of_order);
	failed |= load->cpu_known ? put_ratio(object, "cpu_local", load->cpu_local)
				  : put(object, "cpu_local", json_null());
	failed |= load->cpu_known ? put_ratio(object, "cpu_remote", load->cpu_remote)
				  : put(object, "cpu_remote", json_null());
	failed |= load->congestion[0] != '\0' ? put_text(object, "congestion", load->congestion)
					      : put(object, "congestion", json_null());
	failed |= put_count(object, "intervals", load->interval_count);
	failed |= put_count(object, "empty_intervals", load->empty_intervals);
	failed |= put_whole_if(object, "longest_stall_ns", true, load->longest_stall_s * 1e9);
	return put_whole(object, failed);
}
