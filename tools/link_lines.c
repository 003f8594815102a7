/* SPDX-License-Identifier: BSD-2-Clause */
/* A link test for monitoring: Prometheus, Nagios. */
#include <inttypes.h>
#include <math.h>

#include "escape.h"
#include "link_parts.h"
#include "link_report.h"
#include "report.h"
#include "units.h"
#include "verdict.h"

/* The ends that are known; returns how many. */
static size_t known_ends(const struct link_result *result, const struct link_end *end[static 2])
{
	size_t count = 0;

	if (result->near.is_known) {
		end[count++] = &result->near;
	}
	if (result->far.is_known) {
		end[count++] = &result->far;
	}
	return count;
}

static const char *end_label(const struct link_result *result, const struct link_end *end)
{
	return end == &result->near ? "this" : "far";
}

static void print_labels(const struct link_result *result, const struct link_end *end, FILE *out)
{
	fprintf(out, "{end=\"%s\",", end_label(result, end));
	escape_prometheus_label("host", end->after->host, out);
	fputc(',', out);
	escape_prometheus_label("interface", end->after->interface, out);
	fputc(',', out);
	escape_prometheus_label("driver", end->after->driver, out);
}

static void print_counters(const struct link_result *result, FILE *out)
{
	const struct link_end *end[2];
	size_t ends = known_ends(result, end);

	escape_prometheus_family("ptprobe_link_moved", "gauge",
				 "By how much a counter of the card rose during the test.", out);
	for (size_t e = 0; e < ends; e++) {
		for (size_t i = 0; i < end[e]->moved->count; i++) {
			const struct moved *moved = &end[e]->moved->moved[i];
			const char *direction = moved_direction_text(moved->direction);

			if (moved->is_reset) {
				continue;
			}
			fputs("ptprobe_link_moved", out);
			print_labels(result, end[e], out);
			fputc(',', out);
			escape_prometheus_label("counter", moved->name, out);
			fprintf(out, ",class=\"%s\",direction=\"%s\",copy=\"%s\"} %" PRIu64 "\n",
				nic_class_text(moved->class), direction != NULL ? direction : "",
				moved->is_copy ? "true" : "false", moved->delta);
		}
	}
}

/* One number for each class of each end. */
static void print_classes(const struct link_result *result, const char *name, const char *help,
			  uint64_t (*value)(const struct moved_list *, int), FILE *out)
{
	const struct link_end *end[2];
	size_t ends = known_ends(result, end);

	escape_prometheus_family(name, "gauge", help, out);
	for (size_t e = 0; e < ends; e++) {
		for (int class = NIC_CORRECTED; class < NIC_CLASSES; class ++) {
			fputs(name, out);
			print_labels(result, end[e], out);
			fprintf(out, ",class=\"%s\"} %" PRIu64 "\n",
				nic_class_text((enum nic_class) class),
				value(end[e]->moved, class));
		}
	}
}

static uint64_t sum_of(const struct moved_list *list, int class)
{
	return list->sum[class];
}

static uint64_t resets_of(const struct moved_list *list, int class)
{
	return list->resets[class];
}

static uint64_t sight_of(const struct moved_list *list, int class)
{
	return list->sight[class] == MOVED_OBSERVABLE || list->sum[class] > 0;
}

static void print_cards(const struct link_result *result, FILE *out)
{
	const struct link_end *end[2];
	size_t ends = known_ends(result, end);

	escape_prometheus_family("ptprobe_link_speed_bits_per_second", "gauge",
				 "Speed of the link, where the driver knows it.", out);
	for (size_t e = 0; e < ends; e++) {
		if (end[e]->after->speed_mbps > 0) {
			fputs("ptprobe_link_speed_bits_per_second", out);
			print_labels(result, end[e], out);
			fprintf(out, "} %" PRIu64 "\n",
				(uint64_t)end[e]->after->speed_mbps * 1000000);
		}
	}
	escape_prometheus_family("ptprobe_link_carrier_changes", "gauge",
				 "Times that the carrier came or went during the test.", out);
	for (size_t e = 0; e < ends; e++) {
		if (end[e]->moved->carrier_changes >= 0) {
			fputs("ptprobe_link_carrier_changes", out);
			print_labels(result, end[e], out);
			fprintf(out, "} %" PRId64 "\n", end[e]->moved->carrier_changes);
		}
	}
}

static void print_gauge(const char *name, const char *help, double value, FILE *out)
{
	if (isfinite(value)) {
		escape_prometheus_family(name, "gauge", help, out);
		fprintf(out, "%s %.9g\n", name, value);
	}
}

static void print_ways(const struct load *load, FILE *out)
{
	escape_prometheus_family("ptprobe_link_load_bits_per_second", "gauge",
				 "What the load sent, and what of it arrived.", out);
	for (int i = 0; i < 2; i++) {
		const struct load_way *way = i == 0 ? &load->forward : &load->backward;
		const char *name = i == 0 ? "forward" : "backward";
		double arrived_bps = link_received_bps(load, i == 0);

		if (link_is_loaded(load, i == 0) && way->sent_known) {
			fprintf(out,
				"ptprobe_link_load_bits_per_second{way=\"%s\",at=\"sender\"} %.9g\n",
				name, way->sent_bps);
		}
		if (link_is_loaded(load, i == 0) && arrived_bps >= 0) {
			fprintf(out,
				"ptprobe_link_load_bits_per_second{way=\"%s\",at=\"receiver\"} "
				"%.9g\n",
				name, arrived_bps);
		}
	}
	escape_prometheus_family("ptprobe_link_retransmits", "gauge",
				 "Segments that TCP sent again.", out);
	for (int i = 0; i < 2; i++) {
		const struct load_way *way = i == 0 ? &load->forward : &load->backward;

		if (link_is_loaded(load, i == 0) && way->known && way->retransmits_known) {
			fprintf(out, "ptprobe_link_retransmits{way=\"%s\"} %" PRIu64 "\n",
				i == 0 ? "forward" : "backward", way->retransmits);
		}
	}
}

void link_prometheus(const struct report *report, const struct link_result *result, FILE *out)
{
	const struct load *load = result->load;

	report_prometheus(report, out);
	print_counters(result, out);
	print_classes(result, "ptprobe_link_errors", "Errors of a class, each counted once.",
		      sum_of, out);
	print_classes(result, "ptprobe_link_resets", "Counters of a class that went down.",
		      resets_of, out);
	print_classes(result, "ptprobe_link_observable",
		      "1 where errors of the class can be seen on the card.", sight_of, out);
	print_cards(result, out);
	if (load == NULL) {
		return;
	}
	print_ways(load, out);
	print_gauge("ptprobe_link_longest_stall_seconds", "Longest time in which nothing went.",
		    load->longest_stall_s, out);
	if (load->udp_known) {
		print_gauge("ptprobe_link_jitter_seconds", "Jitter of the UDP load.",
			    load->jitter_ms / 1e3, out);
		print_gauge("ptprobe_link_lost_datagrams",
			    "Datagrams of the UDP load that were "
			    "lost.",
			    (double)load->lost, out);
		print_gauge("ptprobe_link_sent_datagrams", "Datagrams of the UDP load.",
			    (double)load->packets, out);
	}
}

static void nagios_performance(const struct link_result *result, FILE *out)
{
	const struct link_end *end[2];
	size_t ends = known_ends(result, end);

	/* 'label'=value[unit];warning;critical;minimum;maximum */
	fputs(" |", out);
	for (size_t e = 0; e < ends; e++) {
		for (int class = NIC_WIRE; class < NIC_CLASSES; class ++) {
			/* what can't be seen has no value there: U */
			fprintf(out, " '%s_%s'=", end_label(result, end[e]),
				nic_class_text((enum nic_class) class));
			if (sight_of(end[e]->moved, class) != 0) {
				fprintf(out, "%" PRIu64, end[e]->moved->sum[class]);
			} else {
				fputc('U', out);
			}
			fputs(";;;0;", out);
		}
	}
	for (int i = 0; i < 2 && result->load != NULL; i++) {
		double bps = link_received_bps(result->load, i == 0);

		if (link_is_loaded(result->load, i == 0) && bps >= 0 && isfinite(bps)) {
			fprintf(out, " '%s_bps'=%.0f;;;0;", i == 0 ? "forward" : "backward", bps);
		}
	}
}

void link_nagios(const struct report *report, const struct link_result *result, FILE *out)
{
	char pass[VERDICT_TEXT], rate[UNITS_TEXT];
	bool is_forward = result->load == NULL || link_is_loaded(result->load, true);
	const char *ends = result->far.is_known ? "both ends" : "this end alone";

	if (result->load == NULL) {
		snprintf(pass, sizeof(pass), "no judged counter moved, %s seen", ends);
	} else {
		snprintf(
			pass, sizeof(pass), "%s %s, no judged counter moved, %s seen",
			units_rate_text(fmax(link_received_bps(result->load, is_forward), 0), rate),
			is_forward ? "forward" : "backward", ends);
	}
	report_nagios_message(report, pass, out);
	nagios_performance(result, out);
	fputc('\n', out);
}
