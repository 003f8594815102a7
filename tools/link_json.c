/* SPDX-License-Identifier: BSD-2-Clause */
/* A link test as members of a report. */
#include "link_report.h"
#include "put.h"

static json_t *moved_json(const struct moved *moved, const struct snapshot *card)
{
	json_t *object = json_object();
	char advice[MOVED_TEXT];
	int failed = 0;

	failed |= put_text(object, "name", moved->name);
	failed |= put_text(object, "class", nic_class_text(moved->class));
	failed |= put_text(object, "direction", moved_direction_text(moved->direction));
	failed |=
		put(object, "delta", moved->is_reset ? json_null() : put_count_value(moved->delta));
	failed |= put(object, "reset", json_boolean(moved->is_reset));
	failed |= put(object, "copy", json_boolean(moved->is_copy));
	failed |= put_text(object, "cause", moved_cause(moved->class));
	moved_advice(moved->class, card, advice);
	failed |= put_text(object, "advice", advice[0] != '\0' ? advice : NULL);
	return put_whole(object, failed);
}

static json_t *list_json(const struct moved_list *list, const struct snapshot *card)
{
	json_t *array = json_array();
	int failed = 0;

	for (size_t i = 0; i < list->count; i++) {
		failed |= json_array_append_new(array, moved_json(&list->moved[i], card));
	}
	return put_whole(array, failed);
}

static json_t *observable_json(const struct moved_list *list)
{
	json_t *object = json_object();
	int failed = 0;

	for (int class = NIC_CORRECTED; class < NIC_CLASSES; class ++) {
		failed |= put(object, nic_class_text((enum nic_class) class),
			      json_boolean(list->sight[class] == MOVED_OBSERVABLE));
	}
	return put_whole(object, failed);
}

/* Without copies. */
static json_t *errors_json(const struct moved_list *list)
{
	json_t *object = json_object();
	int failed = 0;

	for (int class = NIC_CORRECTED; class < NIC_CLASSES; class ++) {
		failed |=
			put_count(object, nic_class_text((enum nic_class) class), list->sum[class]);
	}
	return put_whole(object, failed);
}

static int put_end(json_t *object, const struct link_end *end)
{
	const struct moved_list *list = end->moved;
	int failed = 0;

	failed |= put(object, "before", snapshot_json(end->before));
	failed |= put(object, "after", snapshot_json(end->after));
	failed |= put(object, "moved", list_json(list, end->after));
	failed |= put(object, "moved_complete", json_boolean(!list->is_cut));
	failed |= put(object, "errors", errors_json(list));
	failed |= put(object, "observable", observable_json(list));
	failed |=
		put(object, "carrier_changes",
		    list->carrier_changes >= 0 ? json_integer(list->carrier_changes) : json_null());
	failed |= put(object, "link_changed", json_boolean(list->link_changed));
	failed |= put_ns(object, "duration_ns", list->seconds_ns);
	return failed;
}

int link_put(json_t *object, const struct link_result *result, json_t *load)
{
	json_t *far = result->far.is_known ? json_object() : NULL;
	int failed = 0;

	if (result->near.is_known) {
		failed |= put_end(object, &result->near);
	}
	if (far != NULL) {
		failed |= put_end(far, &result->far);
	}
	failed |= put(object, "far", result->far.is_known ? put_whole(far, failed) : json_null());
	failed |= put_text(object, "far_unknown", result->far.is_known ? NULL : result->far.why);
	failed |= put(object, "load", load != NULL ? load : json_null());
	failed |= put_text(object, "load_error", result->load_error);
	return failed;
}
