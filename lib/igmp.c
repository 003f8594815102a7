/* SPDX-License-Identifier: BSD-2-Clause */
#include "igmp.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

void igmp_groups_release(struct igmp_groups *groups)
{
	free(groups->group);
	*groups = (struct igmp_groups){0};
}

int igmp_groups_add(struct igmp_groups *groups, const struct endpoint *group)
{
	size_t room = groups->room > 0 ? 2 * groups->room : 16;
	struct endpoint *larger;

	if (groups->count == IGMP_MAX_GROUPS) {
		return -E2BIG;
	}
	if (groups->count == groups->room) {
		larger = realloc(groups->group, room * sizeof(*larger));
		if (larger == NULL) {
			return -ENOMEM;
		}
		groups->group = larger;
		groups->room = room;
	}
	groups->group[groups->count] = *group;
	groups->group[groups->count++].port = 0;
	return 0;
}

bool igmp_groups_has(const struct igmp_groups *groups, const struct endpoint *group)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (memcmp(groups->group[i].address, group->address, sizeof(group->address)) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_hex(const struct word *word, size_t digits)
{
	if (word->length != digits) {
		return false;
	}
	for (size_t i = 0; i < digits; i++) {
		if (!isxdigit((unsigned char)word->text[i])) {
			return false;
		}
	}
	return true;
}

/* A name of 10 bytes or more leaves no space before its colon; names have none in them. */
static bool is_device(const struct word *word, const char *interface)
{
	struct word name = *word;

	name.length -= name.text[name.length - 1] == ':';
	return word_is(&name, interface);
}

/*
 * "4<tab>eth0      :     1      V3", below it a line for each group: "<tab>010000E0     1
 * 0:00000000 0".
 */
int igmp_parse4(const char *text, const char *interface, struct igmp_groups *groups)
{
	struct word line, rest, word;
	struct endpoint group = {0};
	bool is_ours = false;
	uint32_t address;
	int err = 0;

	while (err == 0 && line_next(&text, &line)) {
		rest = line;
		if (!word_next(&rest, &word)) {
			continue;
		}
		if (line.text[0] != '\t') {
			is_ours = word_next(&rest, &word) && is_device(&word, interface);
		} else if (is_ours && is_hex(&word, 8)) {
			address = (uint32_t)strtoul(word.text, NULL, 16);
			endpoint_set_ipv4(&group, (const uint8_t *)&address);
			err = igmp_groups_add(groups, &group);
		}
	}
	return err;
}

/* "4    eth0            ff150000000000000000000000000001     1 0000000C 0" */
int igmp_parse6(const char *text, const char *interface, struct igmp_groups *groups)
{
	struct word line, word;
	struct endpoint group = {0};
	char digits[3] = "";
	int err = 0;

	while (err == 0 && line_next(&text, &line)) {
		if (!word_next(&line, &word) || !word_next(&line, &word) ||
		    !word_is(&word, interface) || !word_next(&line, &word) || !is_hex(&word, 32)) {
			continue;
		}
		for (size_t i = 0; i < sizeof(group.address); i++) {
			memcpy(digits, word.text + 2 * i, 2);
			group.address[i] = (uint8_t)strtoul(digits, NULL, 16);
		}
		err = igmp_groups_add(groups, &group);
	}
	return err;
}
