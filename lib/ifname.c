/* SPDX-License-Identifier: BSD-2-Clause */
#include "ifname.h"

#include <errno.h>
#include <stddef.h>

enum { LONGEST = 15 }; /* IFNAMSIZ - 1 */

int ifname_parse(const char *text, void *field, const char **ret_error)
{
	const char **ret_name = field;
	size_t length = 0;

	for (; text[length] != '\0'; length++) {
		if (text[length] <= ' ' || text[length] > '~' || text[length] == '/') {
			*ret_error =
				"an interface name has no spaces, slashes or control characters";
			return -EINVAL;
		}
	}
	if (length == 0 || length > LONGEST) {
		*ret_error = "an interface name has 1 to 15 characters";
		return -EINVAL;
	}
	*ret_name = text;
	return 0;
}
