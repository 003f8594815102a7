/* SPDX-License-Identifier: BSD-2-Clause */
/* What kernels and strangers' reports tell of counters: /proc/net, a tracepoint's format, evidence.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "counters_proc.h"
#include "evidence.h"
#include "fuzz.h"
#include "igmp.h"
#include "nic_class.h"
#include "trace_format.h"

static void check_counters(const struct counters *counters)
{
	assert(counters->count <= COUNTERS_MAX && counters->count <= counters->room);
	for (size_t i = 0; i < counters->count; i++) {
		const char *name = counters->counter[i].name;
		enum nic_class class = nic_class_of(name);

		assert(name[0] != '\0' && strlen(name) < COUNTERS_NAME);
		assert(counters_find(counters, name) == &counters->counter[i]);
		assert(class >= NIC_NONE && class < NIC_CLASSES);
	}
}

static void parse_proc(const char *text, int (*parse)(const char *, struct counters *))
{
	struct counters counters = {0};
	int err = parse(text, &counters);

	assert(err == 0 || (err == -E2BIG && counters.count == COUNTERS_MAX));
	check_counters(&counters);
	counters_release(&counters);
}

static void parse_groups(const char *text,
			 int (*parse)(const char *, const char *, struct igmp_groups *))
{
	struct igmp_groups groups = {0};

	assert(parse(text, "eth0", &groups) == 0 || groups.count == IGMP_MAX_GROUPS);
	for (size_t i = 0; i < groups.count; i++) {
		assert(groups.group[i].port == 0 && igmp_groups_has(&groups, &groups.group[i]));
	}
	igmp_groups_release(&groups);
}

static void parse_format(const char *text)
{
	static struct trace_format format;
	uint32_t reason = 77;
	int err;

	memset(&format, 0xa5, sizeof(format));
	err = trace_format_parse(text, &format);
	if (err < 0) {
		assert(err == -ENODATA || err == -EINVAL);
		assert(format.id == UINT64_C(0xa5a5a5a5a5a5a5a5));
		return;
	}
	assert(format.reasons <= TRACE_FORMAT_REASONS);
	for (size_t i = 0; i < format.reasons; i++) {
		assert(format.reason[i].name[0] != '\0');
		assert(strlen(format.reason[i].name) < TRACE_FORMAT_NAME);
	}
	/* the text as a record: whatever it says, nothing behind its end is read */
	err = trace_format_reason(&format, text, strlen(text), &reason);
	assert(err == 0 || (err == -EBADMSG && reason == 77));
}

/* What was read is written, reads again, and is then written the same. */
static void parse_evidence(const uint8_t *data, size_t size)
{
	char error[EVIDENCE_ERROR_TEXT] = "", *text, *again;
	json_t *json = json_loadb((const char *)data, size, 0, NULL), *written;
	struct evidence evidence;
	int err;

	if (json == NULL) {
		return;
	}
	err = evidence_parse(json, &evidence, error);
	json_decref(json);
	if (err < 0) {
		assert(error[0] != '\0' && strchr(error, '\n') == NULL);
		return;
	}
	check_counters(&evidence.before);
	check_counters(&evidence.after);
	assert(evidence.unavailable <= EVIDENCE_UNAVAILABLE);
	assert(strlen(evidence.interface) < EVIDENCE_INTERFACE);
	written = evidence_json(&evidence);
	evidence_release(&evidence);
	text = json_dumps(written, JSON_COMPACT | JSON_PRESERVE_ORDER);
	assert(text != NULL && evidence_parse(written, &evidence, error) == 0);
	json_decref(written);
	written = evidence_json(&evidence);
	again = json_dumps(written, JSON_COMPACT | JSON_PRESERVE_ORDER);
	assert(again != NULL && strcmp(text, again) == 0);
	json_decref(written);
	evidence_release(&evidence);
	free(text);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	assert(text != NULL);
	if (size == 0) {
		free(text);
		return 0;
	}
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	switch (data[0]) {
	case 'p':
		parse_proc(text, counters_proc_pairs);
		break;
	case 'l':
		parse_proc(text, counters_proc_lines);
		break;
	case 'c':
		parse_proc(text, counters_proc_softnet);
		break;
	case 's':
		parse_proc(text, counters_proc_sockets);
		break;
	case '4':
		parse_groups(text, igmp_parse4);
		break;
	case '6':
		parse_groups(text, igmp_parse6);
		break;
	case 't':
		parse_format(text);
		break;
	default:
		parse_evidence(data, size);
		break;
	}
	free(text);
	return 0;
}
