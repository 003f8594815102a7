/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages made by hand, for the tests of what health makes of them. */
#ifndef PTPROBE_HEALTH_BED_H
#define PTPROBE_HEALTH_BED_H

#include "health.h"

#define MS    INT64_C(1000000)
#define S     INT64_C(1000000000)
#define EPOCH INT64_C(1700000000000000000) /* rx_ns at mono 0 */

enum { MASTER = 1, OTHER = 2, SLAVE = 11, SLAVE2 = 12 };

/* A health with a lost_after of 1 s, and timeouts after 3 intervals. */
extern struct health *health;
int health_bed_set_up(void **state);
int health_bed_tear_down(void **state);

/* And one of a profile. */
void health_bed_begin(const struct profile *profile);

/* And one that expects this grandmaster. */
void health_bed_expect(uint64_t grandmaster);

/* The identity of clock n, port 1; it isn't one that a probe could have. */
struct ptp_port_identity clock_of(unsigned int n);

/*
 * A message as of a multicast over UDP and IPv4 in domain 0, 44 bytes, at rx and mono at_ns, from
 * clock n; two-step when it's a Sync or Pdelay_Resp; logMessageInterval 0, 0x7f of Delay_Req and
 * the peer responses.
 */
struct sighting message_of(enum ptp_type type, unsigned int n, uint16_t id, int64_t at_ns);

void feed(const struct sighting *sighting);

/* message_of, fed. */
void hear(enum ptp_type type, unsigned int n, uint16_t id, int64_t at_ns);

/* A response of clock n to the request id of clock to. */
void hear_response(enum ptp_type type, unsigned int n, unsigned int to, uint16_t id, int64_t at_ns);

/* A Sync and 1 ms later its Follow_Up. */
void hear_pair(unsigned int n, uint16_t id, int64_t at_ns);

/* An Announce of clock n, which is its own grandmaster: priority1 128, class 248, 37 s. */
struct sighting announce_of(unsigned int n, uint16_t id, int64_t at_ns);

/* Puts a probe of its identity and sequenceId into a Follow_Up, good until the next call. */
void bear_probe(struct sighting *follow_up);

/* The port of clock n, and its stream; fails the test when there is none. */
struct health_port port_of(unsigned int n);
struct health_stream stream_of(unsigned int n, enum ptp_type type);

/* The number of events of that kind, and the n-th; fails the test when there is none. */
size_t count_of(enum health_event_kind kind);
const struct health_event *event_of(enum health_event_kind kind, size_t n);

#endif
