/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "recv.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "clock.h"
#include "flows.h"
#include "located.h"
#include "output.h"
#include "placement.h"
#include "procfs.h"
#include "recv_loop.h"
#include "recv_options.h"
#include "recv_result.h"
#include "rights.h"
#include "signals.h"
#include "sock_recv.h"
#include "status.h"

enum { HOST_TEXT = 256 };

static int complain(const char *error)
{
	output_say("ptprobe-recv", error);
	return STATUS_ENVIRONMENT;
}

/* "listening to 239.255.31.9:31900 on eth0": scripts wait for this line before they start a sender.
 */
static void say_listening(const struct recv *recv)
{
	const struct group *group = &recv->options->group;
	char text[ENDPOINT_TEXT], source[ENDPOINT_ADDRESS_TEXT], second[ENDPOINT_ADDRESS_TEXT];

	if (recv->options->report.quiet) {
		return;
	}
	if (!recv->options->ptp.is_given) {
		fprintf(stderr, "ptprobe-recv: listening to %s on %s",
			endpoint_text(&group->first, text), recv->link.name);
	} else {
		fprintf(stderr, "ptprobe-recv: listening to %s%s%s, %s, on %s",
			endpoint_address_text(&group->first, text),
			recv->options->hears_both_macs ? " and " : "",
			recv->options->hears_both_macs
				? endpoint_address_text(&recv->options->other_mac, second)
				: "",
			endpoint_is_mac(&group->first) ? "EtherType 88F7" : "ports 319 and 320",
			recv->link.name);
	}
	if (group->count > 1) {
		fprintf(stderr, " (%" PRIu32 " groups)", group->count);
	}
	if (group->has_source) {
		fprintf(stderr, " from %s", endpoint_address_text(&group->source, source));
	}
	fputs("\n", stderr);
}

static void note_conditions(struct recv *recv)
{
	const struct recv_options *options = recv->options;
	uint64_t granted = sock_recv_rcvbuf_bytes(recv->sock);
	int64_t memberships;
	int64_t rmem_max = 0;

	if (options->interface == NULL) {
		report_note(&recv->report, "the routing table chose %s: -i names another",
			    recv->link.name);
	}
	if (sock_recv_is_crowded(recv->sock) &&
	    procfs_sysctl("net.ipv4.igmp_max_memberships", &memberships) == 0) {
		report_note(&recv->report,
			    "%u groups took %zu sockets, since net.ipv4.igmp_max_memberships is "
			    "%" PRId64 ": a higher one costs the kernel less for each datagram",
			    options->group.count, sock_recv_count(recv->sock), memberships);
	}
	recv->rcvbuf_bytes = granted;
	if (granted < options->rcvbuf_bytes) {
		(void)procfs_sysctl("net.core.rmem_max", &rmem_max);
		report_note(&recv->report,
			    "the receive buffer is %" PRIu64 " bytes, %" PRIu64
			    " were asked for: raise net.core.rmem_max (%" PRId64
			    "), or run as root",
			    granted, options->rcvbuf_bytes, rmem_max);
	}
	if (options->offload) {
		report_note(
			&recv->report,
			"--offload: stamps are per burst, each of which gives one sample of delay");
	}
	for (size_t i = 0; options->report.verbose && i < recv->report.notes; i++) {
		complain(recv->report.note[i]);
	}
}

/* 0, or the exit status when it was said what is wrong. */
static int give_up_rights(struct recv *recv)
{
	const struct endpoint *group = &recv->options->group.first;
	/* sockets: for a device that is made anew */
	unsigned int needs = RIGHTS_SOCKETS | RIGHTS_COUNTERS | RIGHTS_PHC;

	/* frames' sockets are bound again, for which no capability is needed */
	if (group->port < IPPORT_RESERVED && !endpoint_is_mac(group)) {
		needs |= RIGHTS_LOW_PORT;
	}
	return report_output_confine(&recv->output, needs, &recv->report);
}

/* Likewise. */
static int start(struct recv *recv)
{
	const struct recv_options *options = recv->options;
	struct sock_recv_config config = {
		.group = &options->group,
		.interface = recv->link.name,
		.rcvbuf_bytes = options->rcvbuf_bytes,
		.offload = options->offload,
		.stamps = options->stamp != STAMPS_USER,
		.other_mac = options->hears_both_macs ? &options->other_mac : NULL,
		.pairs = options->ptp.is_given ? &recv->pairs : NULL,
	};
	struct placement placement = {
		.cpus = &options->cpus,
		.fifo_priority = options->fifo_priority,
		.option = "-A",
	};
	struct stamping_config stamping = {
		.want = options->stamp,
		.kernel_only = options->offload,
		.configure = options->hwstamp,
		.probes = !options->ptp.is_given ? NIC_STAMP_NATIVE
			  : options->l2.is_given ? NIC_STAMP_PTP_L2
						 : NIC_STAMP_PTP_UDP,
	};
	char error[RECV_ERROR_TEXT];

	if (link_open(&recv->link, options->interface, &options->group.first, error) < 0) {
		return complain(error);
	}
	if (options->witness &&
	    witness_start(&recv->witness, recv->link.name, options->lost_after_ns, error) < 0) {
		return complain(error);
	}
	if (placement_apply(&placement, error) < 0) {
		return complain(error);
	}
	stamping.ifindex = recv->link.ifindex;
	if (stamping_open(&recv->stamping, &stamping, error) < 0) {
		return complain(error);
	}
	config.stamping = recv->stamping.stamps.in_hardware ? &recv->stamping : NULL;
	config.ifindex = recv->link.ifindex;
	recv->pairs.one_domain = options->ptp.has_domain;
	recv->pairs.domain = options->ptp.domain;
	if (sock_recv_new(&config, &recv->sock, error) < 0) {
		return complain(error);
	}
	recv->joined_ns = clock_mono_ns();
	recv->joined_ifindex = recv->link.ifindex;
	recv->report.start_ns = clock_real_ns();
	recv->report.interface = recv->link.name;
	/* joined already; and whoever starts a sender by the line below has it counted */
	collector_open(&recv->collector, recv->link.ifindex, options->trace);
	collector_start(&recv->collector);
	say_listening(recv);

	/* where pages are huge unasked, each stream would cost 2 MB at its first probe */
	(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	recv->flows = flows_new(FLOWS_MAX, options->lost_after_ns, recv->joined_ns);
	recv->snapshot = calloc(FLOWS_MAX, sizeof(*recv->snapshot));
	recv->poll = calloc(RECV_POLL_SOCK + sock_recv_most(&config), sizeof(*recv->poll));
	if (recv->flows == NULL || recv->snapshot == NULL || recv->poll == NULL) {
		return complain("out of memory");
	}
	note_conditions(recv);
	return give_up_rights(recv);
}

static void finish(struct recv *recv)
{
	char error[STAMPING_ERROR_TEXT];

	if (stamping_close(&recv->stamping, error) < 0) {
		(void)complain(error);
	}
	witness_abandon(&recv->witness);
	collector_close(&recv->collector);
	free(recv->poll);
	free(recv->snapshot);
	flows_free(recv->flows);
	sock_recv_free(recv->sock);
	link_close(&recv->link);
	if (recv->signal_fd >= 0) {
		close(recv->signal_fd);
	}
}

int recv_run(const struct recv_options *options, int argc, char *const argv[])
{
	char host[HOST_TEXT] = "", error[OUTPUT_ERROR_TEXT];
	struct recv recv = {
		.options = options,
		.signal_fd = -1,
		.witness = {.control = -1},
		.collector = {.ethtool_fd = -1},
		.stamping = STAMPING_CLOSED,
		.report =
			{
				.tool = "ptprobe-recv",
				.version = PACKAGE_VERSION,
				.argc = argc,
				.argv = argv,
				.host = host,
				.cpus = &options->cpus,
				.fifo_priority = options->fifo_priority,
				.lost_after_ns = options->lost_after_ns,
			},
	};
	struct located located = {0};
	struct verdict verdict;
	struct report report;
	sigset_t before;
	int status;

	if (report_output_open(&recv.output, "ptprobe-recv", &options->report, error) < 0) {
		(void)report_output_close(&recv.output);
		(void)complain(error);
		return STATUS_OUTPUT;
	}
	(void)gethostname(host, sizeof(host) - 1);
	recv.signal_fd = signals_take(&before);
	status = start(&recv);
	if (status == STATUS_PASS) {
		recv_loop(&recv);
		ptp_pairs_end(&recv.pairs, recv.flows);
		recv_result(&recv, clock_mono_ns(), &report, &verdict);
		if (options->witness && witness_finish(&recv.witness, &report) == 0) {
			located_join(&located, &report, report_json(&report));
		}
		/* so that a signal ends a program whose reader has stalled */
		sigprocmask(SIG_SETMASK, &before, NULL);
		report_output_report(&recv.output, &report);
		status = verdict_status(verdict.result);
		json_decref(report.witness);
		located_release(&located);
	}
	if (report_output_close(&recv.output) < 0) {
		status = STATUS_OUTPUT;
	}
	finish(&recv);
	return status;
}
