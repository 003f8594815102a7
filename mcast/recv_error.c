/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "recv_error.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "endpoint.h"
#include "procfs.h"
#include "ptp_shape.h"
#include "text.h"

void recv_error_socket(char error[static RECV_ERROR_TEXT], int err, size_t number)
{
	struct rlimit limit = {0};
	char why[TEXT_ERROR];

	text_error(-err, why);
	if (err == -EMFILE) {
		(void)getrlimit(RLIMIT_NOFILE, &limit);
		snprintf(error, RECV_ERROR_TEXT,
			 "socket #%zu: %s: raise the limit with 'ulimit -n' (%llu)", number, why,
			 (unsigned long long)limit.rlim_cur);
	} else if (err == -EAFNOSUPPORT) {
		snprintf(error, RECV_ERROR_TEXT,
			 "socket #%zu: %s: this kernel has no IPv6: use an IPv4 group", number,
			 why);
	} else {
		snprintf(error, RECV_ERROR_TEXT, "socket #%zu: %s", number, why);
	}
}

void recv_error_bind(char error[static RECV_ERROR_TEXT], int err, const struct endpoint *group,
		     bool is_ptp)
{
	const char *other = is_ptp ? "" : ", or use another port";
	char holder[PROCFS_HOLDER_TEXT], text[ENDPOINT_TEXT], why[TEXT_ERROR];

	endpoint_text(group, text);
	text_error(-err, why);
	if (err == -EADDRINUSE && procfs_port_holder(group, holder) == 0) {
		snprintf(error, RECV_ERROR_TEXT,
			 "bind to %s: %s: %s holds the port alone: end it%s", text, why, holder,
			 other);
	} else if (err == -EADDRINUSE) {
		snprintf(error, RECV_ERROR_TEXT,
			 "bind to %s: %s: another program holds the port alone: 'ss -ulpn' as root "
			 "shows which%s",
			 text, why, other);
	} else if (err == -EACCES && is_ptp) {
		snprintf(error, RECV_ERROR_TEXT,
			 "bind to %s: %s: PTP's ports need CAP_NET_BIND_SERVICE: run as root, or "
			 "allow them: sysctl net.ipv4.ip_unprivileged_port_start=%d",
			 text, why, PTP_SHAPE_EVENT_PORT);
	} else if (err == -EACCES) {
		snprintf(error, RECV_ERROR_TEXT,
			 "bind to %s: %s: use a port above 1023, or run as root", text, why);
	} else {
		snprintf(error, RECV_ERROR_TEXT, "bind to %s: %s", text, why);
	}
}

void recv_error_join(char error[static RECV_ERROR_TEXT], int err, const struct endpoint *group,
		     const char *interface, uint32_t number)
{
	bool ipv4 = endpoint_is_ipv4(group);
	const char *sysctl = ipv4 ? "net.ipv4.igmp_max_memberships" : "net.core.optmem_max";
	char why[TEXT_ERROR], remedy[96] = "";
	int64_t value;

	if (err == -ENOBUFS || err == -ENOMEM) {
		/* older kernels show optmem_max in the first network namespace only */
		if (procfs_sysctl(sysctl, &value) == 0) {
			snprintf(remedy, sizeof(remedy), ": raise %s (%lld)", sysctl,
				 (long long)value);
		} else {
			snprintf(remedy, sizeof(remedy), ": raise %s", sysctl);
		}
	} else if (err == -ENODEV) {
		snprintf(remedy, sizeof(remedy), ": the interface has no %s, or is gone",
			 ipv4 ? "IPv4" : "IPv6");
	}
	snprintf(error, RECV_ERROR_TEXT, "join #%u on %s: %s%s", number, interface,
		 text_error(-err, why), remedy);
}
