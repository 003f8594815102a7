/* SPDX-License-Identifier: BSD-2-Clause */
/* What a network card stamps: what it can, what it is set to, and how to change that. */
#ifndef PTPROBE_NIC_STAMP_H
#define PTPROBE_NIC_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NIC_STAMP_ERROR_TEXT = 256, NIC_STAMP_TEXT = 64 };

/* What the driver says that it can (ETHTOOL_GET_TS_INFO). */
struct nic_stamp_facts {
	bool tx, rx;   /* it stamps departures, arrivals in hardware, and gives those as they are */
	int phc_index; /* of its clock, /dev/ptpN; -1: none */
	uint32_t tx_types;   /* 1 << HWTSTAMP_TX_... */
	uint32_t rx_filters; /* 1 << HWTSTAMP_FILTER_... */
};

/* What it is set to; global for the card, whoever set it. */
struct nic_stamp_setting {
	int tx_type;   /* HWTSTAMP_TX_... */
	int rx_filter; /* HWTSTAMP_FILTER_... */
};

/* What the probes are, which decides the filters that let their stamps come. */
enum nic_stamp_probes {
	NIC_STAMP_DEPARTURES, /* of any kind */
	NIC_STAMP_NATIVE,     /* arrivals of datagrams that aren't PTP */
	NIC_STAMP_PTP_UDP,    /* arrivals of PTP event messages over UDP */
	NIC_STAMP_PTP_L2,     /* over Ethernet alone */
};

/* fd: any socket, see ethtool_open. Each returns 0 or -errno. Only writing needs a right,
 * CAP_NET_ADMIN; *setting is then as the driver took it. */
int nic_stamp_facts(int fd, const char *interface, struct nic_stamp_facts *ret_facts);
int nic_stamp_read(int fd, const char *interface, struct nic_stamp_setting *ret_setting);
int nic_stamp_write(int fd, const char *interface, struct nic_stamp_setting *setting);

/* Whether a card with that setting stamps such probes. */
bool nic_stamp_suits(const struct nic_stamp_setting *setting, enum nic_stamp_probes probes);

/*
 * The settings to try for such probes, one after the other, given what is set: nothing that another
 * user of the card relies on is taken away. Returns how many; 0: another's setting is in the way.
 */
enum { NIC_STAMP_CHOICES = 4 };
size_t nic_stamp_choices(const struct nic_stamp_setting *before, enum nic_stamp_probes probes,
			 struct nic_stamp_setting ret_setting[static NIC_STAMP_CHOICES]);

/* "tx on", "rx filter ptpv2-event": the part of a setting that matters for probes. Returns text. */
char *nic_stamp_text(const struct nic_stamp_setting *setting, enum nic_stamp_probes probes,
		     char text[static NIC_STAMP_TEXT]);

#endif
