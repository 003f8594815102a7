/* SPDX-License-Identifier: BSD-2-Clause */
#include "evidence.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void evidence_init(struct evidence *evidence)
{
	*evidence = (struct evidence){.settings.rp_filter = -1};
}

void evidence_release(struct evidence *evidence)
{
	counters_release(&evidence->before);
	counters_release(&evidence->after);
	igmp_groups_release(&evidence->settings.member);
	evidence_init(evidence);
}

void evidence_lacks(struct evidence *evidence, const char *format, ...)
{
	char *text = evidence->unavailable_text[evidence->unavailable];
	va_list arguments;

	if (evidence->unavailable == EVIDENCE_UNAVAILABLE) {
		return;
	}
	va_start(arguments, format);
	vsnprintf(text, EVIDENCE_UNAVAILABLE_TEXT, format, arguments);
	va_end(arguments);
	for (size_t i = 0; i < evidence->unavailable; i++) {
		if (strcmp(evidence->unavailable_text[i], text) == 0) {
			return;
		}
	}
	evidence->unavailable++;
}

enum counters_change evidence_delta(const struct evidence *evidence, const char *name,
				    uint64_t *ret_rise)
{
	return counters_delta(&evidence->before, &evidence->after, name, ret_rise);
}

struct counters_rise evidence_rise(const struct evidence *evidence, const char *prefix,
				   const char *suffix)
{
	return counters_rise(&evidence->before, &evidence->after, prefix, suffix);
}

/* What the kernel calls the others are on top of something; new ones are likely to be, too. */
bool evidence_is_stacked(const struct evidence_settings *settings)
{
	static const char *const alone[] = {"none", "veth", "dummy", "tun", "ifb", "netkit"};

	for (size_t i = 0; i < sizeof(alone) / sizeof(*alone); i++) {
		if (strcmp(settings->kind, alone[i]) == 0) {
			return false;
		}
	}
	return settings->kind[0] != '\0';
}
