/* SPDX-License-Identifier: BSD-2-Clause */
/* --show, --dry-run and --advise: what is known and what would be done, and nothing done. */
#include "pin.h"

#include <errno.h>
#include <stdio.h>
#include <sys/types.h>

#include "advice.h"
#include "advice_facts.h"
#include "clock.h"
#include "machine_report.h"
#include "pin_options.h"
#include "plan_report.h"
#include "put.h"
#include "text.h"

static json_t *result_json(struct pin *pin, const struct advice *advice)
{
	json_t *object;
	int failed = 0;

	pin->report.end_ns = clock_real_ns();
	object = report_json(&pin->report);
	if (pin->options->task == PIN_SHOW) {
		failed |= put(object, "machine", machine_json(&pin->machine));
	}
	failed |=
		put(object, "plan",
		    pin->has_plan ? plan_json(&pin->machine, &pin->ask, &pin->plan) : json_null());
	if (advice != NULL) {
		failed |= put(object, "commands", advice_json(advice));
	}
	return put_whole(object, failed);
}

static void print_text(const struct pin *pin, const struct advice *advice, FILE *out)
{
	switch (pin->options->task) {
	case PIN_SHOW:
		machine_show(&pin->machine, pin->has_plan ? &pin->plan : NULL, out);
		break;
	case PIN_DRY_RUN:
		plan_text(&pin->machine, &pin->ask, &pin->plan, out);
		break;
	default:
		advice_text(advice, out);
		break;
	}
}

/* 0 or -errno. */
static int print(struct pin *pin, const struct advice *advice, FILE *out)
{
	off_t whole = 0;
	json_t *json;

	errno = 0;
	if (!pin->options->json) {
		print_text(pin, advice, out);
	} else {
		json = result_json(pin, advice);
		if (json == NULL) {
			return -ENOMEM;
		}
		(void)report_json_write(json, false, out);
	}
	return output_commit(out, &whole);
}

int pin_print(struct pin *pin)
{
	const char *name = pin->options->output;
	char error[OUTPUT_ERROR_TEXT], why[TEXT_ERROR];
	struct advice_facts facts;
	struct advice advice = {0};
	FILE *out = stdout;
	int err;

	if (name != NULL && output_open(name, &out, error) < 0) {
		pin_say(error);
		return PIN_OUTPUT;
	}
	if (pin->options->task == PIN_ADVISE) {
		advice_facts_read(pin->root, pin->plan.cpu[0], &facts);
		if (advice_make(&pin->machine, &pin->plan, &facts, &advice) < 0) {
			pin_say("advise: out of memory");
			return PIN_OUTPUT;
		}
	}
	err = print(pin, pin->options->task == PIN_ADVISE ? &advice : NULL, out);
	advice_release(&advice);
	if (out != stdout && fclose(out) != 0 && err == 0) {
		err = -errno;
	}
	if (err < 0 && err != -EPIPE) {
		snprintf(error, sizeof(error), "write to %s%.300s%s: %s: the result is incomplete",
			 name != NULL ? "'" : "", name != NULL ? name : "standard output",
			 name != NULL ? "'" : "", text_error(-err, why));
		pin_say(error);
	}
	return err < 0 ? PIN_OUTPUT : 0;
}
