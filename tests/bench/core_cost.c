/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the flow core costs, without sockets. Prints one line:
 *
 *   core_cost probe COUNT   ns a probe of flows_add on wire images: decode, CRC, every metric
 *   core_cost week          seconds for a week at 128 pps through flow_add, path and noise included
 *
 * Either checks at its end that the core counted what was fed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "flows.h"
#include "wire.h"

enum {
	BLOCK = 1024,      /* images made at a time: they stay in the cache, as after recvmmsg */
	NOISES = 1 << 16,  /* a power of two */
	FOLLOW_UP_LAG = 4, /* probes until a departure is reported */
};

#define PATH_NS        50000
#define STAMP_LAG_NS   1500 /* the kernel's departure stamp after the sender's clock reading */
#define NOISE_NS       2000.0
#define TICK_NS        1000000000
#define WEEK_PROBES    (UINT64_C(7) * 86400 * 128)
#define WEEK_PERIOD_NS 7812500

struct path {
	int64_t period_ns, start_ns;
	int32_t noise_ns[NOISES]; /* exponential, mean NOISE_NS; a table, so that it costs little */
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void path_init(struct path *path, int64_t period_ns)
{
	uint64_t random = 88172645463325252; /* xorshift64 */

	path->period_ns = period_ns;
	path->start_ns = INT64_C(1700000000000000000);
	for (int i = 0; i < NOISES; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		path->noise_ns[i] =
			(int32_t)(-NOISE_NS * log(((double)(random >> 11) + 1) / 0x1p53));
	}
}

static void path_carry(const struct path *path, uint64_t seq, struct probe *probe,
		       struct arrival *arrival)
{
	int64_t slot_ns = path->start_ns + (int64_t)seq * path->period_ns;

	probe->seq = seq;
	probe->sent_ns = slot_ns;
	if (seq >= FOLLOW_UP_LAG) {
		probe->follow_up_seq = seq - FOLLOW_UP_LAG;
		probe->follow_up_tx_ns = slot_ns - FOLLOW_UP_LAG * path->period_ns + STAMP_LAG_NS;
	}
	/* odd multiplier: another walk through the table each time round */
	arrival->rx_ns = slot_ns + PATH_NS + path->noise_ns[seq * 40503 % NOISES];
	arrival->mono_ns = arrival->rx_ns - path->start_ns;
}

static struct arrival arrival_of_lab(void)
{
	struct arrival arrival = {.rx_stamp = STAMP_SOFTWARE, .ttl = 1, .dscp = 0};

	endpoint_set_ipv4(&arrival.source, (const uint8_t[]){10, 77, 0, 1});
	endpoint_set_ipv4(&arrival.group, (const uint8_t[]){239, 255, 31, 9});
	arrival.source.port = 40000;
	arrival.group.port = 31900;
	return arrival;
}

static struct probe probe_of_lab(int64_t period_ns)
{
	return (struct probe){
		.kind = WIRE_PROBE,
		.run_id = wire_run_id(0x0123456789abcdef),
		.ttl = 1,
		.follow_up_seq = WIRE_NO_FOLLOW_UP,
		.period_ns = (uint64_t)period_ns,
	};
}

static struct path path;

static int check(const struct flow *flow, uint64_t count)
{
	static struct flow_snapshot snapshot;

	flow_snapshot(flow, flow->last_mono_ns, &snapshot);
	if (snapshot.counts.unique != count || snapshot.counts.lost != 0) {
		fprintf(stderr, "core_cost: fed %llu probes, the core counts %llu\n",
			(unsigned long long)count, (unsigned long long)snapshot.counts.unique);
		return 1;
	}
	return 0;
}

static int cost_of_probe(uint64_t count)
{
	static uint8_t image[BLOCK][WIRE_HEADER_LENGTH];
	static struct arrival arrival[BLOCK];
	struct flows *flows = flows_new(FLOWS_MAX, 1000000000, INT64_MAX);
	struct probe probe;
	struct flow *flow = NULL;
	int64_t spent_ns = 0;
	uint64_t seq = 0;

	path_init(&path, 10000);
	probe = probe_of_lab(path.period_ns);
	while (seq < count) {
		int64_t start_ns;

		for (int i = 0; i < BLOCK; i++) {
			arrival[i] = arrival_of_lab();
			path_carry(&path, seq++, &probe, &arrival[i]);
			wire_encode(image[i], sizeof(image[i]), &probe);
		}
		start_ns = now_ns();
		for (int i = 0; i < BLOCK; i++) {
			flow = flows_add(flows, &arrival[i], image[i], sizeof(image[i]));
		}
		spent_ns += now_ns() - start_ns;
	}
	printf("%.2f\n", (double)spent_ns / (double)seq);
	return flow ? check(flow, seq) : 1;
}

static int cost_of_week(void)
{
	static struct flow flow;
	struct arrival arrival = arrival_of_lab();
	struct flow_key key = {.source = arrival.source, .group = arrival.group};
	struct probe probe;
	int64_t tick_ns = 0;
	int64_t start_ns;

	path_init(&path, WEEK_PERIOD_NS);
	probe = probe_of_lab(path.period_ns);
	key.run_id = probe.run_id;
	start_ns = now_ns();
	flow_init(&flow, &key, 1000000000, INT64_MAX);
	for (uint64_t seq = 0; seq < WEEK_PROBES; seq++) {
		path_carry(&path, seq, &probe, &arrival);
		flow_add(&flow, &probe, &arrival, WIRE_HEADER_LENGTH);
		if (arrival.mono_ns >= tick_ns) {
			flow_tick(&flow, arrival.mono_ns);
			tick_ns = arrival.mono_ns + TICK_NS;
		}
	}
	printf("%.3f\n", (double)(now_ns() - start_ns) / 1e9);
	return check(&flow, WEEK_PROBES);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "probe") == 0) {
		return cost_of_probe(strtoull(argv[2], NULL, 10));
	}
	if (argc == 2 && strcmp(argv[1], "week") == 0) {
		return cost_of_week();
	}
	fprintf(stderr, "usage: core_cost probe COUNT | week\n");
	return 2;
}
