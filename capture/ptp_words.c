/* SPDX-License-Identifier: BSD-2-Clause */
/* The words that the forms of the report of PTP traffic share. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "ptp_report.h"

char *ptp_time_text(int64_t at_ns, char text[static PTP_TIME_TEXT])
{
	int64_t second_ns = at_ns % 1000000000;
	time_t seconds = (time_t)(at_ns / 1000000000);
	char when[24] = "";
	struct tm utc;

	if (second_ns < 0) {
		second_ns += 1000000000;
		seconds--;
	}
	if (gmtime_r(&seconds, &utc) != NULL) {
		(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &utc);
	}
	snprintf(text, PTP_TIME_TEXT, "%s.%06uZ", when, (unsigned int)(second_ns / 1000));
	return text;
}

const char *ptp_transport_text(enum transport transport)
{
	static const char *const text[] = {
		[TRANSPORT_ETHERNET] = "Ethernet",
		[TRANSPORT_UDP4] = "UDP/IPv4",
		[TRANSPORT_UDP6] = "UDP/IPv6",
	};

	return text[transport];
}

const char *ptp_role_text(const struct health_port *port)
{
	bool has_been_master = false, asks = false, asks_peer = false;

	if (port->is_master) {
		return "master";
	}
	for (size_t i = 0; i < port->streams; i++) {
		uint8_t type = port->stream[i].type;

		has_been_master |= type == PTP_SYNC || type == PTP_ANNOUNCE;
		asks |= type == PTP_DELAY_REQ;
		asks_peer |= type == PTP_PDELAY_REQ || type == PTP_PDELAY_RESP;
	}
	return has_been_master ? "was_master" : asks ? "slave" : asks_peer ? "peer" : "other";
}
