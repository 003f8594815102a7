/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "link_words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "put.h"

static const char protocol[] = "link/1";

static const struct word {
	const char *name, *line;
} words[] = {
	[LINK_ASK_HELLO] = {"hello", "{\"ptprobe\":\"link/1\",\"ask\":\"hello\"}\n"},
	[LINK_ASK_SNAPSHOT] = {"snapshot", "{\"ptprobe\":\"link/1\",\"ask\":\"snapshot\"}\n"},
};

const char *link_request_text(enum link_ask ask)
{
	return words[ask].line;
}

static bool is_protocol(const json_t *object)
{
	const char *name = json_string_value(json_object_get(object, "ptprobe"));

	return name != NULL && strcmp(name, protocol) == 0;
}

int link_request_parse(const char *line, size_t length, enum link_ask *ret_ask,
		       char error[static LINK_WORDS_ERROR])
{
	json_error_t cause;
	json_t *request = json_loadb(line, length, 0, &cause);
	const char *name = json_string_value(json_object_get(request, "ask"));
	int result = -EPROTO;

	if (!is_protocol(request)) {
		(void)snprintf(error, LINK_WORDS_ERROR,
			       "this is ptprobe-link, which speaks \"ptprobe\":\"%s\"", protocol);
	} else if (name == NULL) {
		(void)snprintf(error, LINK_WORDS_ERROR, "\"ask\" is missing");
	} else {
		(void)snprintf(error, LINK_WORDS_ERROR,
			       "\"ask\" is neither \"hello\" nor \"snapshot\"");
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
			if (strcmp(name, words[i].name) == 0) {
				*ret_ask = (enum link_ask)i;
				result = 0;
			}
		}
	}
	json_decref(request);
	return result;
}

/* Steals object. */
static char *line_of(json_t *object, int failed)
{
	size_t length;
	char *line = NULL;

	object = put_whole(object, failed);
	length = object != NULL ? json_dumpb(object, NULL, 0, JSON_COMPACT) : 0;
	if (length > 0 && length + 1 < LINK_REPLY_BYTES) {
		line = malloc(length + 2);
	}
	if (line != NULL) {
		(void)json_dumpb(object, line, length, JSON_COMPACT);
		line[length] = '\n';
		line[length + 1] = '\0';
	}
	json_decref(object);
	return line;
}

static json_t *reply_new(int *ret_failed)
{
	json_t *object = json_object();

	*ret_failed = put_text(object, "ptprobe", protocol);
	*ret_failed |= put_text(object, "version", PACKAGE_VERSION);
	return object;
}

char *link_reply_text(const char *interface, unsigned int port, json_t *snapshot)
{
	int failed;
	json_t *object = reply_new(&failed);

	failed |= put_text(object, "interface", interface);
	failed |= put_count(object, "port", port);
	if (snapshot != NULL) {
		failed |= put(object, "snapshot", snapshot);
	}
	return line_of(object, failed);
}

char *link_refusal_text(const char *error)
{
	int failed;
	json_t *object = reply_new(&failed);

	failed |= put_text(object, "error", error);
	return line_of(object, failed);
}

int link_reply_check(const json_t *reply, char error[static LINK_WORDS_ERROR])
{
	const char *said = json_string_value(json_object_get(reply, "error"));
	size_t length;

	if (!is_protocol(reply)) {
		(void)snprintf(error, LINK_WORDS_ERROR,
			       "what listens there isn't a ptprobe-link that speaks %s", protocol);
		return -EPROTO;
	}
	if (said == NULL) {
		return 0;
	}
	length = (size_t)snprintf(error, LINK_WORDS_ERROR, "it says: %s", said);
	length = length < LINK_WORDS_ERROR ? length : LINK_WORDS_ERROR - 1;
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)error[i] < 0x20 || (unsigned char)error[i] > 0x7e) {
			error[i] = '?';
		}
	}
	return -EPROTO;
}
