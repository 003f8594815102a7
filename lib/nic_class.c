/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_class.h"

#include <ctype.h>
#include <string.h>

enum { NAME_MAX_BYTES = 128 };

/* The first rule of which the name has a part decides; then: a part that must follow that one. */
static const struct rule {
	enum nic_class class;
	const char *part, *then;
} rules[] = {
	{NIC_NONE, "cso_error", ""},
	{NIC_NONE, "csum", "good"},
	{NIC_NONE, "csum", "unneeded"},
	{NIC_NONE, "hwtstamp", ""},
	{NIC_NONE, "fcoe", ""},
	{NIC_NONE, "smbus", ""},
	{NIC_NONE, "fdir_miss", ""},
	{NIC_NONE, "_64b", ""},
	{NIC_NONE, "octet", ""},
	/* what a filter turned away, as it should: mlx5, bnxt, bcmgenet */
	{NIC_NONE, "steer_miss", ""},
	{NIC_NONE, "filter_miss", ""},
	{NIC_NONE, "mdf_err", ""},
	/* ENA: its own queue of commands */
	{NIC_NONE, "admin_q", ""},
	/* the frames are counted beside them */
	{NIC_NONE, "runt_bytes", ""},
	{NIC_NONE, "discard_bytes", ""},
	/* bcmgenet: sound, and among rx_runt_pkts */
	{NIC_NONE, "runt_valid", ""},
	/* a link with FEC mends symbols all day: before "symbol", or "fec_corrected_symbols" would
	 * condemn a cable that is as good as it was specified */
	{NIC_WIRE, "fec", "uncorr"},
	{NIC_CORRECTED, "fec", "corr"},
	{NIC_WIRE, "uncorrected_bits", ""},
	{NIC_CORRECTED, "corrected_bits", ""},
	{NIC_CORRECTED, "err_lane", ""}, /* mlx5: before the correction */
	{NIC_WIRE, "crc", ""},
	{NIC_WIRE, "fcs", ""},
	{NIC_WIRE, "align", ""},
	{NIC_WIRE, "symbol", ""},
	{NIC_WIRE, "code_err", ""},
	{NIC_WIRE, "rx_code", ""},
	{NIC_WIRE, "illegal_bytes", ""},
	{NIC_WIRE, "frame_errors", ""},
	{NIC_WIRE, "framecheck", ""},
	{NIC_DUPLEX, "late_col", ""},
	{NIC_DUPLEX, "window_err", ""},
	{NIC_DUPLEX, "excess", ""},
	{NIC_DUPLEX, "tx_aborted", ""},
	{NIC_DUPLEX, "latecol", ""},
	{NIC_DUPLEX, "xscoll", ""},
	{NIC_LINK, "carrier", ""},
	{NIC_LINK, "link_down", ""},
	{NIC_LINK, "fault", ""},
	{NIC_HOST, "miss", ""},
	{NIC_HOST, "no_buf", ""},
	{NIC_HOST, "out_of_buffer", ""},
	{NIC_HOST, "rxbds", ""},
	{NIC_HOST, "fifo", ""},
	{NIC_HOST, "ovf", ""},
	{NIC_HOST, "overrun", ""},
	{NIC_HOST, "over_err", ""},
	{NIC_HOST, "underrun", ""},
	{NIC_HOST, "no_dma_res", ""},
	{NIC_MEMORY, "alloc_", "fail"},
	{NIC_MEMORY, "alloc_err", ""},
	{NIC_MEMORY, "oom_discard", ""},
	{NIC_CLOUD, "allowance_exceeded", ""},
	{NIC_CONGESTION, "xoff", ""},
	{NIC_CONGESTION, "pause", ""},
	{NIC_LENGTH, "length", ""},
	{NIC_LENGTH, "oversize", ""},
	{NIC_LENGTH, "jabber", ""},
	{NIC_LENGTH, "runt", ""},
	{NIC_LENGTH, "frag", ""},
	{NIC_LENGTH, "undersize", ""},
	{NIC_LENGTH, "undrsz", ""},
	{NIC_LENGTH, "ovrsz", ""},
	{NIC_LENGTH, "jbr_", ""},
	{NIC_LENGTH, "mtu_err", ""},
	{NIC_LENGTH, "range", "len"},
	{NIC_LENGTH, "outrange", ""},
	{NIC_LENGTH, "too_long", ""},
	{NIC_LENGTH, "toolong", ""},
	{NIC_UNCLASSIFIED, "discard", ""},
	{NIC_UNCLASSIFIED, "drop", ""},
	{NIC_UNCLASSIFIED, "err", ""},
};

/* Nothing is missed in a transmission, no error in an interrupt, and no fault in a default. */
static void hide_innocent_words(char *name)
{
	static const char *const words[] = {"mission", "interrupt", "ferred", "default"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		char *at = name;

		while ((at = strstr(at, words[i])) != NULL) {
			memset(at, '_', strlen(words[i]));
		}
	}
}

enum nic_class nic_class_of(const char *name)
{
	char lower[NAME_MAX_BYTES];
	size_t length = 0;

	for (; name[length] != '\0' && length + 1 < sizeof(lower); length++) {
		lower[length] = (char)tolower((unsigned char)name[length]);
	}
	lower[length] = '\0';
	hide_innocent_words(lower);
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const char *found = strstr(lower, rules[i].part);

		if (found != NULL && strstr(found + strlen(rules[i].part), rules[i].then) != NULL) {
			return rules[i].class;
		}
	}
	return NIC_NONE;
}

const char *nic_class_text(enum nic_class class)
{
	static const char *const text[NIC_CLASSES] = {
		[NIC_NONE] = "none",
		[NIC_CORRECTED] = "corrected",
		[NIC_WIRE] = "wire",
		[NIC_DUPLEX] = "duplex",
		[NIC_LINK] = "link",
		[NIC_HOST] = "host",
		[NIC_MEMORY] = "memory",
		[NIC_CLOUD] = "cloud",
		[NIC_CONGESTION] = "congestion",
		[NIC_LENGTH] = "length",
		[NIC_UNCLASSIFIED] = "unclassified",
	};

	return text[class];
}
