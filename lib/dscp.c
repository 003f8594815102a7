/* SPDX-License-Identifier: BSD-2-Clause */
#include "dscp.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "units.h"

int dscp_parse(const char *text, void *field, const char **ret_error)
{
	uint8_t *dscp = field;
	uint64_t number;

	if (units_parse_uint(text, 0, 63, &number) == 0) {
		*dscp = (uint8_t)number;
	} else if (strcasecmp(text, "EF") == 0) {
		*dscp = 46;
	} else if (strcasecmp(text, "VA") == 0) {
		*dscp = 44;
	} else if (strcasecmp(text, "LE") == 0) {
		*dscp = 1;
	} else if (strncasecmp(text, "CS", 2) == 0 &&
		   units_parse_uint(text + 2, 0, 7, &number) == 0) {
		*dscp = (uint8_t)(number * 8);
	} else if (strncasecmp(text, "AF", 2) == 0 && strlen(text) == 4 && text[2] >= '1' &&
		   text[2] <= '4' && text[3] >= '1' && text[3] <= '3') {
		*dscp = (uint8_t)((text[2] - '0') * 8 + (text[3] - '0') * 2);
	} else {
		*ret_error = "a code point is 0..63, EF, VA, LE, CS0..CS7 or AF11..AF43";
		return -EINVAL;
	}
	return 0;
}
