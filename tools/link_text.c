/* SPDX-License-Identifier: BSD-2-Clause */
/* A link test for people: what was seen at each end, what moved there, and what to do. */
#include <inttypes.h>
#include <string.h>

#include "link_parts.h"
#include "link_report.h"
#include "text.h"
#include "units.h"

enum { ROWS_SHOWN = 40 };

static void print_ring(const char *name, const struct snapshot_ring *ring, FILE *out)
{
	if (ring->current > 0) {
		fprintf(out, ", %s ring %" PRIu32, name, ring->current);
		if (ring->maximum > 0) {
			fprintf(out, " of %" PRIu32, ring->maximum);
		}
	}
}

static void print_card(const struct link_end *end, FILE *out)
{
	const struct snapshot *card = end->after;
	char took[UNITS_TEXT];

	fprintf(out, "%s: ", end->name);
	text_print(card->interface, out);
	if (card->host[0] != '\0') {
		fputs(" of ", out);
		text_print(card->host, out);
	}
	fputs(" (", out);
	text_print(card->driver[0] != '\0' ? card->driver : "driver unknown", out);
	fputs("): ", out);
	if (card->speed_mbps > 0) {
		fprintf(out, "%" PRIu32 " Mb/s", card->speed_mbps);
	} else {
		fputs("speed unknown", out);
	}
	fputs(card->duplex == SNAPSHOT_DUPLEX_FULL   ? ", full duplex"
	      : card->duplex == SNAPSHOT_DUPLEX_HALF ? ", half duplex"
						     : ", duplex unknown",
	      out);
	fputs(card->carrier == SNAPSHOT_YES  ? ", carrier"
	      : card->carrier == SNAPSHOT_NO ? ", NO CARRIER"
					     : ", carrier unknown",
	      out);
	if (card->mtu_bytes > 0) {
		fprintf(out, ", MTU %" PRIu32, card->mtu_bytes);
	}
	print_ring("rx", &card->rx_ring, out);
	print_ring("tx", &card->tx_ring, out);
	fprintf(out, "\n  in %s: ", units_duration_text(end->moved->seconds_ns, took));
	if (end->moved->rx_known && end->moved->tx_known) {
		fprintf(out, "%" PRIu64 " frames in, %" PRIu64 " out", end->moved->rx_packets,
			end->moved->tx_packets);
	} else {
		fputs("frames unknown", out);
	}
	if (end->moved->carrier_changes >= 0) {
		fprintf(out, ", carrier changes: %" PRId64 "\n", end->moved->carrier_changes);
	} else {
		fputs(", carrier changes unknown\n", out);
	}
}

static void print_row(const struct moved *moved, FILE *out)
{
	const char *direction = moved_direction_text(moved->direction);

	fprintf(out, "  %-12s %-2s ", nic_class_text(moved->class),
		direction != NULL ? direction : "");
	if (moved->is_reset) {
		fprintf(out, "%12s", "reset");
	} else {
		fprintf(out, "%+12" PRId64,
			moved->delta > INT64_MAX ? INT64_MAX : (int64_t)moved->delta);
	}
	fputs("  ", out);
	text_print(moved->name, out);
	fputs(moved->is_copy ? "  (the same again)\n" : "\n", out);
}

static void print_moved(const struct moved_list *list, FILE *out)
{
	if (list->count == 0) {
		fputs("  no error counter moved\n", out);
	}
	for (size_t i = 0; i < list->count && i < ROWS_SHOWN; i++) {
		print_row(&list->moved[i], out);
	}
	if (list->count > ROWS_SHOWN) {
		fprintf(out, "  ... and %zu more%s\n", list->count - ROWS_SHOWN,
			list->is_cut ? " at least" : "");
	}
}

/* A class that can't be seen isn't clean. */
static void print_blindness(const struct moved_list *list, FILE *out)
{
	const char *separator = "  not observable here: ";

	for (int class = NIC_WIRE; class < NIC_CLASSES; class ++) {
		if (list->sight[class] == MOVED_NOT_OBSERVABLE && list->sum[class] == 0) {
			fprintf(out, "%s%s", separator,
				class == NIC_WIRE ? "CRC (wire)"
						  : nic_class_text((enum nic_class) class));
			separator = ", ";
		}
	}
	if (separator[1] == ' ' && separator[0] == ',') {
		fputc('\n', out);
	}
}

static void print_way(const struct load *load, bool is_forward, FILE *out)
{
	const struct load_way *way = is_forward ? &load->forward : &load->backward;
	char sent[UNITS_TEXT], received[UNITS_TEXT];
	double bps = link_received_bps(load, is_forward);

	if (!link_is_loaded(load, is_forward)) {
		return;
	}
	fprintf(out, "  %-9s ", is_forward ? "forward" : "backward");
	if (!way->known) {
		fputs("unknown\n", out);
		return;
	}
	fprintf(out, "%s sent, %s arrived",
		way->sent_known ? units_rate_text(way->sent_bps, sent) : "?",
		bps >= 0 ? units_rate_text(bps, received) : "?");
	if (way->retransmits_known) {
		fprintf(out, ", %" PRIu64 " retransmits", way->retransmits);
	}
	fputc('\n', out);
}

static void print_load(const struct link_result *result, FILE *out)
{
	const struct load *load = result->load;
	char share[TEXT_SHARE];

	if (result->load_error != NULL) {
		fputs("load: failed: ", out);
		text_print(result->load_error, out);
		fputc('\n', out);
	}
	if (load == NULL) {
		return;
	}
	fprintf(out, "load: %s, %.1f s", load->is_udp ? "UDP" : "TCP", load->seconds);
	if (load->congestion[0] != '\0') {
		fputs(", ", out);
		text_print(load->congestion, out);
	}
	if (load->cpu_known) {
		fprintf(out, ", CPU %.0f %% here, %.0f %% there", load->cpu_local,
			load->cpu_remote);
	}
	fputc('\n', out);
	print_way(load, true, out);
	print_way(load, false, out);
	if (load->udp_known) {
		double loss = load->packets > 0 ? (double)load->lost / (double)load->packets : 0;

		fprintf(out,
			"  lost %" PRIu64 " of %" PRIu64 " (%s), out of order %" PRIu64
			", jitter %.3f ms\n",
			load->lost, load->packets, text_share(loss, share), load->out_of_order,
			load->jitter_ms);
	}
	if (load->empty_intervals > 0) {
		fprintf(out, "  nothing went in %zu of %zu intervals, for %.1f s at the longest\n",
			load->empty_intervals, load->interval_count, load->longest_stall_s);
	}
}

static void print_end(const struct link_end *end, FILE *out)
{
	if (!end->is_known) {
		fprintf(out, "%s: not seen", end->name);
		if (end->why != NULL) {
			fputs(": ", out);
			text_print(end->why, out);
		}
		fputc('\n', out);
		return;
	}
	print_card(end, out);
	print_moved(end->moved, out);
	print_blindness(end->moved, out);
}

void link_text(const struct link_result *result, FILE *out)
{
	print_load(result, out);
	print_end(&result->near, out);
	print_end(&result->far, out);
}

static void print_advice(const struct link_end *end, FILE *out)
{
	char step[MOVED_STEPS][MOVED_STEP];

	for (unsigned int rank = 0; rank < NIC_CLASSES; rank++) {
		for (int class = NIC_CORRECTED; class < NIC_CLASSES; class ++) {
			size_t count;

			if (moved_rank((enum nic_class) class) != rank ||
			    (end->moved->sum[class] == 0 && end->moved->resets[class] == 0)) {
				continue;
			}
			count = moved_steps((enum nic_class) class, end->after, step);
			if (count == 0) {
				continue;
			}
			fprintf(out, "%s, %s: %s\n", end->name,
				nic_class_text((enum nic_class) class),
				end->moved->sum[class] > 0
					? moved_cause((enum nic_class) class)
					: "a counter was reset: repeat the test, then, if it comes "
					  "again");
			for (size_t i = 0; i < count; i++) {
				fprintf(out, "  %zu. ", i + 1);
				text_print(step[i], out);
				fputc('\n', out);
			}
		}
	}
}

void link_advice_text(const struct link_result *result, FILE *out)
{
	const struct link_end *ends[] = {&result->near, &result->far};

	for (size_t i = 0; i < 2; i++) {
		if (ends[i]->is_known) {
			print_advice(ends[i], out);
		}
	}
}
