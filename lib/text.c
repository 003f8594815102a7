/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <string.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

size_t text_character_length(const char *text)
{
	const uint8_t *byte = (const uint8_t *)text;
	size_t length;

	if (byte[0] < 0x80) {
		return byte[0] != 0;
	}
	if (byte[0] < 0xc2 || byte[0] > 0xf4) {
		return 0;
	}
	length = byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
	for (size_t i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80) {
			return 0;
		}
	}
	/* longer than need be, a surrogate, or beyond U+10FFFF */
	if ((byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xed && byte[1] > 0x9f) ||
	    (byte[0] == 0xf0 && byte[1] < 0x90) || (byte[0] == 0xf4 && byte[1] > 0x8f)) {
		return 0;
	}
	return length;
}

static bool is_harmless(const uint8_t *byte, size_t length)
{
	switch (length) {
	case 1:
		return byte[0] >= 0x20 && byte[0] != 0x7f;
	case 2: /* C1: U+0080..U+009F */
		return byte[0] != 0xc2 || byte[1] > 0x9f;
	case 3: /* U+200E, U+200F, U+2028..U+202E, U+2066..U+2069 */
		if (byte[0] != 0xe2) {
			return true;
		}
		return !(byte[1] == 0x80 && ((byte[2] >= 0x8e && byte[2] <= 0x8f) ||
					     (byte[2] >= 0xa8 && byte[2] <= 0xae))) &&
		       !(byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9);
	default:
		return length == 4;
	}
}

void text_print(const char *text, FILE *out)
{
	while (*text != '\0') {
		size_t length = text_character_length(text);

		if (is_harmless((const uint8_t *)text, length)) {
			fwrite(text, 1, length, out);
			text += length;
			continue;
		}
		do {
			fprintf(out, "\\x%02x", (unsigned int)(uint8_t)*text);
			text++;
		} while (length > 0 && --length > 0);
	}
}

char *text_share(double share, char *text)
{
	double percent = share * 100;
	int decimals = 0;

	if (!(fabs(percent) < 1e15)) {
		snprintf(text, TEXT_SHARE, "-");
		return text;
	}
	if (percent != 0) {
		decimals = 2 - (int)floor(log10(fabs(percent)));
	}
	decimals = decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
	snprintf(text, TEXT_SHARE, "%.*f", decimals, percent);
	if (decimals > 0) { /* 1.20 is 1.2, 5.00 is 5 */
		char *end = text;

		while (end[1] != '\0') {
			end++;
		}
		while (*end == '0') {
			*end-- = '\0';
		}
		if (*end == '.') {
			*end = '\0';
		}
	}
	for (size_t i = 0; i + 3 <= TEXT_SHARE; i++) {
		if (text[i] == '\0') {
			snprintf(text + i, TEXT_SHARE - i, " %%");
			break;
		}
	}
	return text;
}

char *text_error(int number, char *text)
{
	snprintf(text, TEXT_ERROR, "%s", strerror(number));
	/* but not "RFC", say */
	if (text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a') {
		text[0] = (char)(text[0] - 'A' + 'a');
	}
	return text;
}
