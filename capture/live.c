/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "live.h"

#include <errno.h>
#include <linux/filter.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "frame.h"
#include "text.h"

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23 /* linux/if_packet.h, which glibc's hides */
#endif
#ifndef SOL_PACKET
#define SOL_PACKET 263
#endif

#define MS_NS INT64_C(1000000)

/*
 * The kernel finds the probes: by the magic at the payload's begin, in a datagram or its first
 * fragment; or by the ports or the EtherType of PTP. IPv6 frames with options are let through, as
 * there is no telling in this language how long those are. A VLAN tag that the kernel keeps beside
 * the frame, and one in the frame, is both "vlan". "and" binds no closer than "or".
 */
#define MAGIC "0x50545062"
#define PROBES                                                                                    \
	"udp[8:4] = " MAGIC " or udp dst port 319 or udp dst port 320 or "                        \
	"(ip6[6] = 17 and ip6[48:4] = " MAGIC ") or "                                             \
	"(ip6[6] = 44 and ip6[40] = 17 and ip6[42:2] & 0xfff8 = 0 and ip6[56:4] = " MAGIC ") or " \
	"ip6[6] = 0 or ip6[6] = 60"
#define ETHERNET_PROBES PROBES " or ether proto 0x88f7"
#define TAGGED_PROBES \
	ETHERNET_PROBES " or (vlan and (" ETHERNET_PROBES " or (vlan and (" ETHERNET_PROBES "))))"

/* What is PTP, by its ports and EtherType. A frame of IPv6 with options is let through, as above.
 */
#define PTP          "udp port 319 or udp port 320 or ip6[6] = 0 or ip6[6] = 60"
#define ETHERNET_PTP PTP " or ether proto 0x88f7"
#define TAGGED_PTP   ETHERNET_PTP " or (vlan and (" ETHERNET_PTP " or (vlan and (" ETHERNET_PTP "))))"

struct live {
	pcap_t *pcap;
	int data_link;
	struct live_counts sum;     /* since the activation */
	struct live_counts before;  /* the expression took effect */
	uint32_t received, dropped; /* as libpcap told last: they wrap */
	live_take *take;
	void *context;
};

static int fail(const struct live_config *config, int err, const char *why, const char *remedy,
		char *error)
{
	snprintf(error, LIVE_ERROR_TEXT, "capture on '%.32s': %.300s%s%s", config->interface, why,
		 *remedy != '\0' ? ": " : "", remedy);
	return err;
}

static int fail_to_activate(const struct live_config *config, pcap_t *pcap, int status, char *error)
{
	char remedy[96];

	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return fail(config, -EPERM, "operation not permitted",
			    "it takes CAP_NET_RAW: run as root, or once 'setcap cap_net_raw+ep' on "
			    "this program",
			    error);
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return fail(config, -ENODEV, "no such interface", "'ip link' lists them", error);
	case PCAP_ERROR_IFACE_NOT_UP:
		snprintf(remedy, sizeof(remedy), "'ip link set dev %.32s up' brings it up",
			 config->interface);
		return fail(config, -ENETDOWN, "the interface is down", remedy, error);
	default:
		return fail(config, -EIO,
			    *pcap_geterr(pcap) != '\0' ? pcap_geterr(pcap)
						       : pcap_statustostr(status),
			    "", error);
	}
}

static void configure(const struct live_config *config, pcap_t *pcap)
{
	(void)pcap_set_snaplen(pcap, (int)config->snaplen);
	(void)pcap_set_promisc(pcap, config->promiscuous);
	(void)pcap_set_timeout(pcap, LIVE_TIMEOUT_MS);
	(void)pcap_set_immediate_mode(pcap, 0);
	(void)pcap_set_buffer_size(pcap, (int)config->buffer_bytes);
	(void)pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	/* an adapter's own clock would be set up anew, under the feet of ptp4l */
	(void)pcap_set_tstamp_type(pcap, PCAP_TSTAMP_HOST);
}

/* By a program of our own: libpcap's would be one that it lets pass by itself. */
static int let_nothing_in(struct live *live)
{
	struct sock_filter refuse = {.code = BPF_RET | BPF_K, .k = 0};
	struct sock_fprog program = {.len = 1, .filter = &refuse};

	return setsockopt(pcap_fileno(live->pcap), SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program)) < 0
		       ? -errno
		       : 0;
}

static void let_go(void *context, const struct frame *frame)
{
	(void)context;
	(void)frame;
}

/* What came between the activation and the filter. */
static void empty(struct live *live)
{
	int64_t until_ns = clock_mono_ns() + 3 * LIVE_TIMEOUT_MS * MS_NS;
	char error[LIVE_ERROR_TEXT];
	struct live_counts counts;

	for (;;) {
		struct pollfd pollfd = {.fd = live_fd(live), .events = POLLIN};

		live_counts(live, &counts);
		if (counts.received <= counts.dropped + counts.delivered ||
		    clock_mono_ns() > until_ns) {
			break;
		}
		(void)poll(&pollfd, 1, LIVE_TIMEOUT_MS);
		if (live_read(live, let_go, NULL, error) < 0) {
			break;
		}
	}
	/* what hasn't come by now isn't to be waited for at the end either */
	live->sum.delivered = live->sum.received - live->sum.dropped;
	live->before = live->sum;
}

static int set_filter(const struct live_config *config, struct live *live, char *error)
{
	const char *text = config->expression;
	struct bpf_program program;
	socklen_t length = 0;

	if (text == NULL && config->ptp) {
		text = live->data_link == DLT_EN10MB ? TAGGED_PTP : PTP;
	} else if (text == NULL) {
		text = live->data_link == DLT_EN10MB ? TAGGED_PROBES : PROBES;
	}
	if (pcap_compile(live->pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) < 0) {
		snprintf(error, LIVE_ERROR_TEXT,
			 "filter '%.200s': %s: its language is that of pcap-filter(7)", text,
			 pcap_geterr(live->pcap));
		return -EINVAL;
	}
	if (pcap_setfilter(live->pcap, &program) < 0) {
		pcap_freecode(&program);
		return fail(config, -EIO, pcap_geterr(live->pcap), "", error);
	}
	pcap_freecode(&program);
	/* libpcap would take its place, and frames vanish that the kernel has counted */
	if (getsockopt(pcap_fileno(live->pcap), SOL_SOCKET, SO_GET_FILTER, NULL, &length) < 0 ||
	    (length == 0 && *text != '\0')) {
		return fail(config, -E2BIG, "the kernel doesn't take this filter",
			    "use a shorter one", error);
	}
	return 0;
}

static int begin(const struct live_config *config, struct live *live, char *error)
{
	int status = pcap_activate(live->pcap), on = 1;
	char why[PCAP_ERRBUF_SIZE];

	if (status < 0) {
		return fail_to_activate(config, live->pcap, status, error);
	}
	if (let_nothing_in(live) < 0 || pcap_setnonblock(live->pcap, 1, why) < 0) {
		return fail(config, -EIO, "its socket takes no filter", "", error);
	}
	live->data_link = pcap_datalink(live->pcap);
	if (strcmp(config->interface, "lo") == 0) {
		/* of the two times that a frame passes it, libpcap lets go of one, which the kernel
		 * has counted; before Linux 4.20 that stays a residue */
		(void)setsockopt(pcap_fileno(live->pcap), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
				 sizeof(on));
	}
	if (config->incoming_only && setsockopt(pcap_fileno(live->pcap), SOL_PACKET,
						PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0) {
		return fail(config, -errno, "this kernel can't leave out outgoing frames",
			    "leave out '-Q in'", error);
	}
	empty(live);
	return set_filter(config, live, error);
}

int live_open(const struct live_config *config, struct live **ret_live,
	      char error[static LIVE_ERROR_TEXT])
{
	char why[PCAP_ERRBUF_SIZE];
	struct live *live = calloc(1, sizeof(*live));
	int err;

	if (live == NULL) {
		return fail(config, -ENOMEM, "out of memory", "", error);
	}
	live->pcap = pcap_create(config->interface, why);
	if (live->pcap == NULL) {
		err = fail(config, -EIO, why, "", error);
	} else {
		configure(config, live->pcap);
		err = begin(config, live, error);
	}
	if (err < 0) {
		live_close(live);
		return err;
	}
	*ret_live = live;
	return 0;
}

void live_close(struct live *live)
{
	if (live == NULL) {
		return;
	}
	if (live->pcap != NULL) {
		pcap_close(live->pcap);
	}
	free(live);
}

int live_fd(const struct live *live)
{
	return pcap_get_selectable_fd(live->pcap);
}

/* Those that this reads have the same number in files, or one that frame_look knows as well. */
uint16_t live_link_type(const struct live *live)
{
	return (uint16_t)live->data_link;
}

const char *live_link_name(const struct live *live)
{
	return pcap_datalink_val_to_name(live->data_link);
}

static void hand_over(u_char *context, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct live *live = (struct live *)(void *)context;
	struct frame frame = {
		.bytes = bytes,
		.captured = header->caplen,
		.length = header->len,
		/* tv_usec holds nanoseconds */
		.stamp_ns = (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec,
		.link_type = (uint16_t)live->data_link,
	};

	live->sum.delivered++;
	live->take(live->context, &frame);
}

int live_read(struct live *live, live_take *take, void *context, char error[static LIVE_ERROR_TEXT])
{
	int got;

	live->take = take;
	live->context = context;
	got = pcap_dispatch(live->pcap, LIVE_READ_MAX, hand_over, (u_char *)live);
	if (got < 0) {
		snprintf(error, LIVE_ERROR_TEXT, "capture: %.300s", pcap_geterr(live->pcap));
		return -EIO;
	}
	return got;
}

void live_shut(struct live *live)
{
	(void)let_nothing_in(live);
}

void live_counts(struct live *live, struct live_counts *ret_counts)
{
	struct pcap_stat stat = {.ps_recv = live->received, .ps_drop = live->dropped};

	(void)pcap_stats(live->pcap, &stat);
	live->sum.received += (uint32_t)(stat.ps_recv - live->received);
	live->sum.dropped += (uint32_t)(stat.ps_drop - live->dropped);
	live->received = stat.ps_recv;
	live->dropped = stat.ps_drop;
	*ret_counts = (struct live_counts){
		.received = live->sum.received - live->before.received,
		.dropped = live->sum.dropped - live->before.dropped,
		.delivered = live->sum.delivered - live->before.delivered,
	};
	/* one from before the expression that comes late after all */
	if (ret_counts->received < ret_counts->dropped + ret_counts->delivered) {
		ret_counts->received = ret_counts->dropped + ret_counts->delivered;
	}
}
