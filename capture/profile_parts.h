/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of profile.h share. */
#ifndef PTPROBE_PROFILE_PARTS_H
#define PTPROBE_PROFILE_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "profile.h"

/* Asks for nothing. */
void profile_clear(struct profile *profile);

/* The TLV that message lacks; NULL: none. */
const struct profile_tlv *profile_lacking(const struct profile *profile,
					  const struct ptp_message *message);

/* "ethernet", "udp4", "udp6"; NULL beyond the last. */
const char *profile_transport_text(unsigned int transport);

/* Peer delay has destinations of its own. */
static inline bool profile_is_peer(unsigned int type)
{
	return type == PTP_PDELAY_REQ || type == PTP_PDELAY_RESP ||
	       type == PTP_PDELAY_RESP_FOLLOW_UP;
}

/* A whole number within min..max, of base 10 or 16; 0: of either, by its prefix 0x. */
bool profile_read_number(const char *text, int base, long min, long max, int *ret_number);

/* "-7..0" or one number; text is cut. */
bool profile_read_range(char *text, long min, long max, int *ret_min, int *ret_max);

/* "8", or "3:0080c2:000001"; text is cut. */
bool profile_read_tlv(char *text, struct profile_tlv *tlv);

/* text without the blanks around it, of which those behind are cut off. */
char *profile_trim(char *text);

/* Cuts the next of a list, divided by commas, off *list, which is NULL behind the last. */
char *profile_next(char **list);

#endif
