/* SPDX-License-Identifier: BSD-2-Clause */
/* The values in a profile's file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "profile_parts.h"

bool profile_read_number(const char *text, int base, long min, long max, int *ret_number)
{
	char *end;
	long number;

	if ((*text < '0' || *text > '9') && *text != '-') {
		return false;
	}
	if (base == 0) {
		base = strncmp(text, "0x", 2) == 0 ? 16 : 10;
	}
	errno = 0;
	number = strtol(text, &end, base);
	if (errno != 0 || *end != '\0' || end == text || number < min || number > max) {
		return false;
	}
	*ret_number = (int)number;
	return true;
}

bool profile_read_range(char *text, long min, long max, int *ret_min, int *ret_max)
{
	char *dots = strstr(text, "..");

	if (dots == NULL) {
		if (!profile_read_number(text, 10, min, max, ret_min)) {
			return false;
		}
		*ret_max = *ret_min;
		return true;
	}
	*dots = '\0';
	return profile_read_number(text, 10, min, max, ret_min) &&
	       profile_read_number(dots + 2, 10, min, max, ret_max) && *ret_min <= *ret_max;
}

char *profile_trim(char *text)
{
	size_t length;

	while (*text == ' ' || *text == '\t') {
		text++;
	}
	length = strlen(text);
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
		text[--length] = '\0';
	}
	return text;
}

char *profile_next(char **list)
{
	char *word = *list, *comma = strchr(word, ',');

	*list = NULL;
	if (comma != NULL) {
		*comma = '\0';
		*list = comma + 1;
	}
	return profile_trim(word);
}

/* Exactly six hexadecimal digits. */
static bool read_organization(const char *text, int32_t *ret_number)
{
	int number;
	char digits[8];

	if (strspn(text, "0123456789abcdefABCDEF") != 6) {
		return false;
	}
	memcpy(digits, "0", 1);
	memcpy(digits + 1, text, 6);
	digits[7] = '\0';
	if (!profile_read_number(digits, 16, 0, 0xffffff, &number)) {
		return false;
	}
	*ret_number = number;
	return true;
}

bool profile_read_tlv(char *text, struct profile_tlv *tlv)
{
	char *colon = strchr(text, ':');
	int type;

	tlv->organization = PROFILE_NO_ORGANIZATION;
	tlv->subtype = 0;
	if (colon != NULL) {
		if (!read_organization(colon + 1, &tlv->organization) || colon[7] != ':' ||
		    !read_organization(colon + 8, &tlv->subtype) || colon[14] != '\0') {
			return false;
		}
		*colon = '\0';
	}
	if (!profile_read_number(text, 0, 0, UINT16_MAX, &type)) {
		return false;
	}
	tlv->tlv = (uint16_t)type;
	return true;
}
