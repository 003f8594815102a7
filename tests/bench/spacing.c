/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How evenly a sender spaces its datagrams on the wire, told by a tap on the receiving interface
 * and the kernel's stamps there: the same measure for every sender, whatever it says of itself.
 *
 * Prints "count p50_ns p99_ns max_ns rate_ppm drops": of |spacing - 1/rate|, and how far the rate
 * is off its nominal, from a line fitted through all stamps (two end points would carry their own
 * noise).
 */
#include <errno.h>
#include <getopt.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <math.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BLOCK_BYTES = 1 << 18,
	BLOCKS = 64,
	FRAME_BYTES = 2048,
	RETIRE_MS = 20,
	MAX_STAMPS = 4000000,
	PRELUDE_GAP_NS = 300000000,
	IDLE_MS = 5000,
};

struct window {
	uint16_t port;
	int64_t skip_ns, length_ns; /* from the first datagram on */
	int64_t first_ns, last_ns;
	size_t count;
	bool full;
	int64_t *stamp_ns;
};

static void die(const char *what)
{
	fprintf(stderr, "spacing: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint8_t *open_tap(const char *interface, int *ret_fd)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)if_nametoindex(interface),
	};
	struct tpacket_req3 ring = {
		.tp_block_size = BLOCK_BYTES,
		.tp_block_nr = BLOCKS,
		.tp_frame_size = FRAME_BYTES,
		.tp_frame_nr = BLOCK_BYTES / FRAME_BYTES * BLOCKS,
		.tp_retire_blk_tov = RETIRE_MS,
	};
	int version = TPACKET_V3;
	int on = 1;
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	void *map;

	if (fd < 0) {
		die("AF_PACKET socket");
	}
	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)) < 0) {
		die("TPACKET_V3");
	}
	map = mmap(NULL, (size_t)BLOCK_BYTES * BLOCKS, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
		die(interface);
	}
	*ret_fd = fd;
	return map;
}

static void window_add(struct window *window, const struct tpacket3_hdr *frame)
{
	const uint8_t *packet = (const uint8_t *)frame + frame->tp_net;
	int64_t at_ns = (int64_t)frame->tp_sec * 1000000000 + frame->tp_nsec;
	struct iphdr ip;
	struct udphdr udp;

	if (frame->tp_snaplen < sizeof(ip) + sizeof(udp)) {
		return;
	}
	memcpy(&ip, packet, sizeof(ip));
	memcpy(&udp, packet + ip.ihl * 4, sizeof(udp));
	if (ip.protocol != IPPROTO_UDP || ntohs(udp.uh_dport) != window->port) {
		return;
	}
	/* a warm-up, then silence: the run begins after it */
	if (window->count == 0 && at_ns > window->last_ns + PRELUDE_GAP_NS) {
		window->first_ns = at_ns;
	}
	window->last_ns = at_ns;
	if (at_ns >= window->first_ns + window->skip_ns + window->length_ns ||
	    window->count == MAX_STAMPS) {
		window->full = true;
	} else if (at_ns >= window->first_ns + window->skip_ns) {
		window->stamp_ns[window->count++] = at_ns;
	}
}

/* Follows the ring until the window is full or nothing has come for idle_ms. */
static void window_fill(struct window *window, int fd, uint8_t *map, int idle_ms)
{
	for (unsigned block = 0; !window->full; block = (block + 1) % BLOCKS) {
		struct tpacket_block_desc *desc = (void *)(map + (size_t)block * BLOCK_BYTES);
		const uint8_t *frame;

		while ((__atomic_load_n(&desc->hdr.bh1.block_status, __ATOMIC_ACQUIRE) &
			TP_STATUS_USER) == 0) {
			struct pollfd wait = {.fd = fd, .events = POLLIN};

			if (poll(&wait, 1, idle_ms) == 0) {
				return;
			}
		}
		frame = (const uint8_t *)desc + desc->hdr.bh1.offset_to_first_pkt;
		for (uint32_t i = 0; i < desc->hdr.bh1.num_pkts; i++) {
			const struct tpacket3_hdr *header = (const void *)frame;

			window_add(window, header);
			frame += header->tp_next_offset;
		}
		__atomic_store_n(&desc->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	}
}

static int compare(const void *a, const void *b)
{
	const int64_t *left = a;
	const int64_t *right = b;

	return (*left > *right) - (*left < *right);
}

/* Least squares: the mean spacing, ns. */
static double fitted_spacing_ns(const struct window *window)
{
	double middle = (double)(window->count - 1) / 2;
	double covariance = 0;
	double variance = 0;

	for (size_t i = 0; i < window->count; i++) {
		double x = (double)i - middle;

		covariance += x * (double)(window->stamp_ns[i] - window->stamp_ns[0]);
		variance += x * x;
	}
	return covariance / variance;
}

static void print(const struct window *window, double rate_pps, unsigned drops)
{
	double period_ns = 1e9 / rate_pps;
	double spacing_ns = fitted_spacing_ns(window);
	size_t count = window->count - 1;
	int64_t *error_ns = calloc(count, sizeof(*error_ns));

	if (!error_ns) {
		die("memory");
	}
	for (size_t i = 0; i < count; i++) {
		double spaced_ns = (double)(window->stamp_ns[i + 1] - window->stamp_ns[i]);

		error_ns[i] = (int64_t)fabs(spaced_ns - period_ns);
	}
	qsort(error_ns, count, sizeof(*error_ns), compare);
	printf("%zu %lld %lld %lld %.2f %u\n", count, (long long)error_ns[count / 2],
	       (long long)error_ns[count * 99 / 100], (long long)error_ns[count - 1],
	       (period_ns / spacing_ns - 1) * 1e6, drops);
	free(error_ns);
}

int main(int argc, char **argv)
{
	struct window window = {.skip_ns = 500000000, .length_ns = 1000000000};
	struct tpacket_stats_v3 stats = {0};
	socklen_t stats_bytes = sizeof(stats);
	const char *interface = "";
	double rate_pps = 0;
	uint8_t *map;
	int fd;
	int option;

	while ((option = getopt(argc, argv, "i:p:r:s:t:")) != -1) {
		switch (option) {
		case 'i':
			interface = optarg;
			break;
		case 'p':
			window.port = (uint16_t)strtoul(optarg, NULL, 10);
			break;
		case 'r':
			rate_pps = strtod(optarg, NULL);
			break;
		case 's':
			window.skip_ns = (int64_t)(strtod(optarg, NULL) * 1e9);
			break;
		case 't':
			window.length_ns = (int64_t)(strtod(optarg, NULL) * 1e9);
			break;
		default:
			return 2;
		}
	}
	if (optind != argc || rate_pps <= 0 || window.port == 0) {
		fprintf(stderr, "usage: spacing -i IF -p PORT -r PPS [-s SKIP] [-t SECONDS]\n");
		return 2;
	}
	window.stamp_ns = calloc(MAX_STAMPS, sizeof(*window.stamp_ns));
	map = open_tap(interface, &fd);
	fprintf(stderr, "listening\n");
	if (!window.stamp_ns) {
		die("memory");
	}
	window_fill(&window, fd, map, IDLE_MS);
	if (window.count < 3) {
		fprintf(stderr, "spacing: %zu datagrams to port %u in the window\n", window.count,
			window.port);
		return 1;
	}
	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &stats_bytes) < 0) {
		die("PACKET_STATISTICS");
	}
	print(&window, rate_pps, stats.tp_drops);
	return 0;
}
