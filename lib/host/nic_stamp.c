/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_stamp.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>

static int ask(int fd, const char *interface, unsigned long number, void *data)
{
	struct ifreq request = {.ifr_data = data};

	snprintf(request.ifr_name, IFNAMSIZ, "%s", interface);
	return ioctl(fd, number, &request) < 0 ? -errno : 0;
}

int nic_stamp_facts(int fd, const char *interface, struct nic_stamp_facts *ret_facts)
{
	struct ethtool_ts_info info = {.cmd = ETHTOOL_GET_TS_INFO};
	int err = ask(fd, interface, SIOCETHTOOL, &info);
	bool raw = (info.so_timestamping & SOF_TIMESTAMPING_RAW_HARDWARE) != 0;

	if (err < 0) {
		return err;
	}
	*ret_facts = (struct nic_stamp_facts){
		.tx = raw && (info.so_timestamping & SOF_TIMESTAMPING_TX_HARDWARE) != 0,
		.rx = raw && (info.so_timestamping & SOF_TIMESTAMPING_RX_HARDWARE) != 0,
		.phc_index = info.phc_index,
		.tx_types = info.tx_types,
		.rx_filters = info.rx_filters,
	};
	return 0;
}

int nic_stamp_read(int fd, const char *interface, struct nic_stamp_setting *ret_setting)
{
	struct hwtstamp_config config = {0};
	int err = ask(fd, interface, SIOCGHWTSTAMP, &config);

	if (err == 0) {
		*ret_setting = (struct nic_stamp_setting){config.tx_type, config.rx_filter};
	}
	return err;
}

int nic_stamp_write(int fd, const char *interface, struct nic_stamp_setting *setting)
{
	struct hwtstamp_config config = {
		.tx_type = setting->tx_type,
		.rx_filter = setting->rx_filter,
	};
	int err = ask(fd, interface, SIOCSHWTSTAMP, &config);

	if (err == 0) {
		*setting = (struct nic_stamp_setting){config.tx_type, config.rx_filter};
	}
	return err;
}

bool nic_stamp_suits(const struct nic_stamp_setting *setting, enum nic_stamp_probes probes)
{
	int filter = setting->rx_filter;

	if (filter == HWTSTAMP_FILTER_SOME) { /* what was asked for, and more */
		filter = HWTSTAMP_FILTER_PTP_V2_EVENT;
	}
	switch (probes) {
	case NIC_STAMP_DEPARTURES:
		/* a one-step card writes into Syncs, and doesn't tell */
		return setting->tx_type == HWTSTAMP_TX_ON;
	case NIC_STAMP_NATIVE:
		return filter == HWTSTAMP_FILTER_ALL;
	case NIC_STAMP_PTP_UDP:
		return filter == HWTSTAMP_FILTER_ALL || filter == HWTSTAMP_FILTER_PTP_V2_EVENT ||
		       filter == HWTSTAMP_FILTER_PTP_V2_L4_EVENT ||
		       filter == HWTSTAMP_FILTER_PTP_V2_SYNC ||
		       filter == HWTSTAMP_FILTER_PTP_V2_L4_SYNC;
	case NIC_STAMP_PTP_L2:
		return filter == HWTSTAMP_FILTER_ALL || filter == HWTSTAMP_FILTER_PTP_V2_EVENT ||
		       filter == HWTSTAMP_FILTER_PTP_V2_L2_EVENT ||
		       filter == HWTSTAMP_FILTER_PTP_V2_SYNC ||
		       filter == HWTSTAMP_FILTER_PTP_V2_L2_SYNC;
	}
	return false;
}

/* Whether a filter lets through whatever another one does. */
static bool covers(int filter, int other)
{
	if (other == HWTSTAMP_FILTER_NONE || filter == other || filter == HWTSTAMP_FILTER_ALL) {
		return true;
	}
	switch (other) {
	case HWTSTAMP_FILTER_PTP_V2_SYNC:
	case HWTSTAMP_FILTER_PTP_V2_DELAY_REQ:
	case HWTSTAMP_FILTER_PTP_V2_L4_EVENT:
	case HWTSTAMP_FILTER_PTP_V2_L4_SYNC:
	case HWTSTAMP_FILTER_PTP_V2_L4_DELAY_REQ:
	case HWTSTAMP_FILTER_PTP_V2_L2_EVENT:
	case HWTSTAMP_FILTER_PTP_V2_L2_SYNC:
	case HWTSTAMP_FILTER_PTP_V2_L2_DELAY_REQ:
		return filter == HWTSTAMP_FILTER_PTP_V2_EVENT;
	default:
		return false;
	}
}

size_t nic_stamp_choices(const struct nic_stamp_setting *before, enum nic_stamp_probes probes,
			 struct nic_stamp_setting ret_setting[static NIC_STAMP_CHOICES])
{
	static const int filter[][NIC_STAMP_CHOICES] = {
		[NIC_STAMP_NATIVE] = {HWTSTAMP_FILTER_ALL},
		[NIC_STAMP_PTP_UDP] = {HWTSTAMP_FILTER_PTP_V2_EVENT,
				       HWTSTAMP_FILTER_PTP_V2_L4_EVENT, HWTSTAMP_FILTER_ALL},
		[NIC_STAMP_PTP_L2] = {HWTSTAMP_FILTER_PTP_V2_EVENT, HWTSTAMP_FILTER_PTP_V2_L2_EVENT,
				      HWTSTAMP_FILTER_ALL},
	};
	size_t count = 0;

	if (probes == NIC_STAMP_DEPARTURES) {
		if (before->tx_type != HWTSTAMP_TX_OFF && before->tx_type != HWTSTAMP_TX_ON) {
			return 0;
		}
		ret_setting[count++] =
			(struct nic_stamp_setting){HWTSTAMP_TX_ON, before->rx_filter};
		return count;
	}
	for (size_t i = 0; i < NIC_STAMP_CHOICES && filter[probes][i] != 0; i++) {
		if (covers(filter[probes][i], before->rx_filter)) {
			ret_setting[count++] =
				(struct nic_stamp_setting){before->tx_type, filter[probes][i]};
		}
	}
	return count;
}

/* As ethtool -T calls it. */
static const char *filter_name(int filter)
{
	static const char *const name[] = {
		[HWTSTAMP_FILTER_NONE] = "none",
		[HWTSTAMP_FILTER_ALL] = "all",
		[HWTSTAMP_FILTER_SOME] = "some",
		[HWTSTAMP_FILTER_PTP_V1_L4_EVENT] = "ptpv1-l4-event",
		[HWTSTAMP_FILTER_PTP_V1_L4_SYNC] = "ptpv1-l4-sync",
		[HWTSTAMP_FILTER_PTP_V1_L4_DELAY_REQ] = "ptpv1-l4-delay-req",
		[HWTSTAMP_FILTER_PTP_V2_L4_EVENT] = "ptpv2-l4-event",
		[HWTSTAMP_FILTER_PTP_V2_L4_SYNC] = "ptpv2-l4-sync",
		[HWTSTAMP_FILTER_PTP_V2_L4_DELAY_REQ] = "ptpv2-l4-delay-req",
		[HWTSTAMP_FILTER_PTP_V2_L2_EVENT] = "ptpv2-l2-event",
		[HWTSTAMP_FILTER_PTP_V2_L2_SYNC] = "ptpv2-l2-sync",
		[HWTSTAMP_FILTER_PTP_V2_L2_DELAY_REQ] = "ptpv2-l2-delay-req",
		[HWTSTAMP_FILTER_PTP_V2_EVENT] = "ptpv2-event",
		[HWTSTAMP_FILTER_PTP_V2_SYNC] = "ptpv2-sync",
		[HWTSTAMP_FILTER_PTP_V2_DELAY_REQ] = "ptpv2-delay-req",
	};

	return filter >= 0 && (size_t)filter < sizeof(name) / sizeof(*name) && name[filter]
		       ? name[filter]
		       : "of another kind";
}

static const char *type_name(int tx_type)
{
	switch (tx_type) {
	case HWTSTAMP_TX_OFF:
		return "off";
	case HWTSTAMP_TX_ON:
		return "on";
	default:
		return "one-step";
	}
}

char *nic_stamp_text(const struct nic_stamp_setting *setting, enum nic_stamp_probes probes,
		     char text[static NIC_STAMP_TEXT])
{
	bool departures = probes == NIC_STAMP_DEPARTURES;

	snprintf(text, NIC_STAMP_TEXT, "%s %s", departures ? "tx stamps" : "rx filter",
		 departures ? type_name(setting->tx_type) : filter_name(setting->rx_filter));
	return text;
}
