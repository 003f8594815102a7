/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The least that reading a capture of probes costs: libpcap's loop, the seq at its fixed place, one
 * bit a seq. Prints "frames unique lost": frames of the file, unique seqs, those missing up to the
 * highest.
 */
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>

#include "bytes.h"

enum { MAGIC_AT = 42, SEQ_AT = 58, NEEDED = 66, MAX_SEQ = 1 << 28 };

#define MAGIC UINT32_C(0x50545062)

struct tally {
	uint64_t frames, unique, beyond; /* beyond the highest seq */
	uint64_t seen[MAX_SEQ / 64];
};

static struct tally tally;

static void on_frame(u_char *context, const struct pcap_pkthdr *header, const u_char *bytes)
{
	uint64_t seq, bit;

	(void)context;
	tally.frames++;
	/* an END is no probe: its kind stands behind the version */
	if (header->caplen < NEEDED || bytes_get_be32(bytes + MAGIC_AT) != MAGIC ||
	    bytes[MAGIC_AT + 5] != 0) {
		return;
	}
	seq = bytes_get_be64(bytes + SEQ_AT) % MAX_SEQ;
	bit = UINT64_C(1) << (seq % 64);
	tally.unique += (tally.seen[seq / 64] & bit) == 0;
	tally.seen[seq / 64] |= bit;
	tally.beyond = seq >= tally.beyond ? seq + 1 : tally.beyond;
}

int main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap;

	if (argc != 2) {
		fprintf(stderr, "usage: bare_pcap FILE\n");
		return 2;
	}
	pcap = pcap_open_offline_with_tstamp_precision(argv[1], PCAP_TSTAMP_PRECISION_NANO, error);
	if (pcap == NULL) {
		fprintf(stderr, "bare_pcap: open '%s': %s\n", argv[1], error);
		return 1;
	}
	if (pcap_loop(pcap, 0, on_frame, NULL) < 0) {
		fprintf(stderr, "bare_pcap: read '%s': %s\n", argv[1], pcap_geterr(pcap));
		return 1;
	}
	pcap_close(pcap);
	printf("%llu %llu %llu\n", (unsigned long long)tally.frames,
	       (unsigned long long)tally.unique, (unsigned long long)(tally.beyond - tally.unique));
	return 0;
}
