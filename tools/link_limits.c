/* SPDX-License-Identifier: BSD-2-Clause */
#include "link_limits.h"

#include <errno.h>
#include <string.h>

void link_limits_init(struct link_limits *limits)
{
	*limits = (struct link_limits){0};
	limits->max[NIC_WIRE].is_judged = true;
	limits->max[NIC_DUPLEX].is_judged = true;
	limits->max[NIC_LINK].is_judged = true;
}

int link_limits_max(struct link_limits *limits, const char *text, const char **ret_error)
{
	struct link_max max = {.is_judged = true};
	const char *equals = strchr(text, '=');
	size_t length = equals != NULL ? (size_t)(equals - text) : 0;

	for (int class = NIC_CORRECTED; class < NIC_CLASSES; class ++) {
		const char *name = nic_class_text((enum nic_class) class);

		if (length != strlen(name) || strncmp(name, text, length) != 0) {
			continue;
		}
		if (strcmp(equals + 1, "any") == 0) {
			max.is_judged = false;
		} else if (units_parse_uint(equals + 1, 0, UINT64_MAX, &max.most) < 0) {
			*ret_error = "behind '=' is neither a number nor 'any'";
			return -EINVAL;
		}
		limits->max[class] = max;
		return 0;
	}
	*ret_error = "not CLASS=N with a class of wire, duplex, link, host, memory, cloud, "
		     "congestion, length, unclassified, corrected";
	return -EINVAL;
}
