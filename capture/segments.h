/* SPDX-License-Identifier: BSD-2-Clause */
/* Super-frames: datagrams that offloading has joined, or not taken apart yet. */
#ifndef PTPROBE_SEGMENTS_H
#define PTPROBE_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * With UDP GSO a sender hands the kernel many datagrams as one, and a tap before the device sees
 * them so; with GRO a receiver's tap does. All have the same length but the last, which may be
 * shorter (linux/udp.h, UDP_SEGMENT), and nothing in the headers tells it. So it is searched for:
 * the padding of a probe counts up and never spells the magic, so the first place behind a header
 * where the magic stands before the same version, header_length and run_id is the next probe's.
 * That is believed only when the CRC of one of the datagrams so cut is right.
 *
 * payload begins with the magic, but is no probe as a whole: its CRC is wrong, or can't be checked.
 * Of length bytes captured are there. Returns the length of the segments; length when it is, as far
 * as can be told, one datagram.
 */
size_t segments_length(const uint8_t *payload, size_t captured, size_t length);

#endif
