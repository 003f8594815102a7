/* SPDX-License-Identifier: BSD-2-Clause */
#include "escape.h"

#include <string.h>

#include "text.h"

void escape_prometheus_family(const char *name, const char *type, const char *help, FILE *out)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void escape_prometheus_label(const char *name, const char *value, FILE *out)
{
	fprintf(out, "%s=\"", name);
	while (value != NULL && *value != '\0') {
		size_t length = text_character_length(value);

		if (length == 0) {
			fputs(TEXT_REPLACEMENT, out);
			value++;
			continue;
		}
		if (*value == '\n') {
			fputs("\\n", out);
		} else {
			if (*value == '\\' || *value == '"') {
				fputc('\\', out);
			}
			fwrite(value, 1, length, out);
		}
		value += length;
	}
	fputc('"', out);
}

void escape_nagios(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		fputc(*text == '|'                                   ? '/'
		      : (unsigned char)*text < 0x20 || *text == 0x7f ? ' '
								     : *text,
		      out);
	}
}

/* Quoted when it holds a quote, a comma or a line's end. */
void escape_csv(const char *text, FILE *out)
{
	if (text == NULL) {
		return;
	}
	if (strpbrk(text, "\",\r\n") == NULL) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"') {
			fputc('"', out);
		}
		fputc(*text, out);
	}
	fputc('"', out);
}

/*
 * Spaces, commas and equals signs are escaped. Nothing can escape a line's end, and a backslash
 * before a separator would be taken for its escape: such bytes become '_'.
 */
void escape_influx_tag(const char *name, const char *value, FILE *out)
{
	if (value == NULL || *value == '\0') { /* an empty tag is an error there */
		return;
	}
	fprintf(out, ",%s=", name);
	for (; *value != '\0'; value++) {
		if (strchr(" ,=", *value) != NULL) {
			fputc('\\', out);
		}
		fputc(*value == '\\' || (unsigned char)*value < 0x20 || *value == 0x7f ? '_'
										       : *value,
		      out);
	}
}
