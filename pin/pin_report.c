/* SPDX-License-Identifier: BSD-2-Clause */
#include "pin_report.h"

#include <errno.h>
#include <inttypes.h>

#include "clock.h"
#include "cpulist.h"
#include "launch.h"
#include "noise.h"
#include "output.h"
#include "pin.h"
#include "pin_options.h"
#include "plan_report.h"
#include "proof.h"
#include "put.h"
#include "text.h"
#include "units.h"

enum { LIST_TEXT = 96, MESSAGE = 600 };

int pin_report_open(const struct pin *pin, struct pin_report_output *ret_output)
{
	char error[OUTPUT_ERROR_TEXT];

	*ret_output = (struct pin_report_output){0};
	if (pin->options->output == NULL ||
	    output_open(pin->options->output, &ret_output->file, error) == 0) {
		return 0;
	}
	ret_output->file = NULL;
	pin_say(error);
	return PIN_OUTPUT;
}

void pin_report_close(struct pin_report_output *output)
{
	if (output->file != NULL) {
		(void)fclose(output->file);
	}
}

/* What was required and failed, then what was and isn't known. */
static void reach_verdict(struct pin *pin, const struct proof *proof)
{
	static const enum proof_result order[] = {PROOF_FAIL, PROOF_UNAVAILABLE};

	pin->verdict.result = proof->verdict == PROOF_HELD       ? VERDICT_PASS
			      : proof->verdict == PROOF_VIOLATED ? VERDICT_FAIL
								 : VERDICT_INCONCLUSIVE;
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		for (size_t j = 0; j < proof->count; j++) {
			const struct proof_item *item = &proof->item[j];

			if (item->is_required && item->result == order[i]) {
				verdict_reason(&pin->verdict, "%s: %s", item->what, item->detail);
			}
		}
	}
	if (pin->plan.is_shared) {
		verdict_reason(&pin->verdict, "not isolated: too few CPUs, some were shared");
	}
}

static json_t *command_json(const struct pin *pin, const struct launch_end *end)
{
	json_t *object = json_object(), *argv = json_array();
	int failed = 0;

	for (size_t i = 0; pin->options->command[i] != NULL; i++) {
		failed |= json_array_append_new(argv, put_text_value(pin->options->command[i]));
	}
	failed |= put(object, "argv", argv);
	failed |= put(object, "status",
		      end->signal != 0 ? json_null() : put_count_value((uint64_t)end->status));
	failed |= put(object, "signal",
		      end->signal != 0 ? put_count_value((uint64_t)end->signal) : json_null());
	failed |= put_ns(object, "run_ns", end->run_ns);
	return put_whole(object, failed);
}

static json_t *result_json(const struct pin *pin, const struct proof *proof,
			   const struct launch_end *end, const struct noise *noise)
{
	json_t *object = report_json(&pin->report);
	int failed = 0;

	failed |= put(object, "plan", plan_json(&pin->machine, &pin->ask, &pin->plan));
	failed |= put(object, "command", command_json(pin, end));
	failed |= put(object, "proof", proof_json(proof));
	failed |= put(object, "noise",
		      noise != NULL ? noise_json(noise, plan_cpus(&pin->plan)) : json_null());
	return put_whole(object, failed);
}

static void write_text(const struct pin *pin, const struct proof *proof,
		       const struct launch_end *end, const struct noise *noise, FILE *out)
{
	char list[LIST_TEXT], took[UNITS_TEXT];

	if (noise != NULL) {
		noise_text(noise, plan_cpus(&pin->plan), out);
	}
	fputs("ptprobe-pin: '", out);
	text_print(pin->options->command[0], out);
	fprintf(out, "' ran %s on CPU%s %s", units_duration_text(end->run_ns, took),
		plan_cpus(&pin->plan) == 1 ? "" : "s",
		cpulist_text(&pin->plan.cpus, list, sizeof(list)));
	if (pin->plan.node != MACHINE_NONE) {
		fprintf(out, " of node %" PRIu32, pin->plan.node);
	}
	fprintf(out, end->signal != 0 ? ", ended by signal %d\n" : ", status %d\n",
		end->signal != 0 ? end->signal : end->status);
	proof_text(proof, output_wants_color(pin->options->color, out), out);
}

/* In the form that was asked for. 0 or -errno. */
static int write_file(const struct pin *pin, const struct proof *proof,
		      const struct launch_end *end, const struct noise *noise,
		      struct pin_report_output *output)
{
	json_t *json;

	errno = 0;
	if (!pin->options->json) {
		write_text(pin, proof, end, noise, output->file);
	} else {
		json = result_json(pin, proof, end, noise);
		if (json == NULL) {
			return -ENOMEM;
		}
		(void)report_json_write(json, false, output->file);
	}
	return output_commit(output->file, &output->whole);
}

int pin_report_write(struct pin *pin, const struct proof *proof, const struct launch_end *end,
		     const struct noise *noise, struct pin_report_output *output)
{
	char message[MESSAGE], why[TEXT_ERROR];
	int err = 0;

	pin->report.end_ns = clock_real_ns();
	reach_verdict(pin, proof);
	if (!pin->options->quiet) {
		write_text(pin, proof, end, noise, stderr);
		/* a proof that nobody got is none, unless the file has it */
		if (ferror(stderr) && output->file == NULL) {
			return PIN_OUTPUT;
		}
	}
	if (output->file != NULL) {
		err = write_file(pin, proof, end, noise, output);
	}
	if (err < 0) {
		snprintf(message, sizeof(message), "write to '%.300s': %s: the proof is incomplete",
			 pin->options->output, text_error(-err, why));
		pin_say(message);
		return PIN_OUTPUT;
	}
	return 0;
}
