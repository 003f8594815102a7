/* SPDX-License-Identifier: BSD-2-Clause */
#include "escape.h"

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
