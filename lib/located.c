/* SPDX-License-Identifier: BSD-2-Clause */
#include "located.h"

#include <errno.h>
#include <stdio.h>

#include "locate.h"
#include "report.h"

static int join(struct located *located, const json_t *own, char error[static VANTAGE_ERROR_TEXT])
{
	const struct vantage_naming naming = {.file = "own report"};
	const struct locate_limits none = {0};
	int err = vantages_read(&located->vantages, own, &naming, error);

	err = err < 0 ? err : vantages_settle(&located->vantages, error);
	if (err < 0) {
		return err;
	}
	err = locate_join(&located->vantages, &(struct locate_options){0}, &located->result);
	if (err < 0) {
		snprintf(error, VANTAGE_ERROR_TEXT, "%s",
			 err == -ENOMEM ? "out of memory" : "too many ranges");
		return err;
	}
	locate_judge(located->result, &none, &located->verdict);
	return 0;
}

void located_join(struct located *located, struct report *report, json_t *own)
{
	char error[VANTAGE_ERROR_TEXT] = "out of memory";

	if (own == NULL || join(located, own, error) < 0) {
		report_note(report, "where probes were lost isn't known: %s", error);
	} else {
		report->located = located;
	}
	json_decref(own);
}

void located_release(struct located *located)
{
	locate_free(located->result);
	vantages_release(&located->vantages);
	*located = (struct located){0};
}
