/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of sysfs and procfs that a machine is read from. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpulist.h"
#include "fuzz.h"
#include "machine.h"
#include "machine_sample.h"
#include "machine_text.h"
#include "words.h"

enum { CPUS = 300, IRQS = 2, DISTANCES = 8 };

/* Refused, or a set that is written and reads again as the same. */
static void parse_set(const char *text, int (*parse)(const char *, struct cpulist *))
{
	struct cpulist list, before, again;
	char written[CPULIST_TEXT];
	size_t count = 0;
	int err;

	memset(&before, 0xa5, sizeof(before));
	list = before;
	err = parse(text, &list);
	assert(err == 0 || err == -EINVAL);
	if (err < 0) {
		assert(memcmp(&list, &before, sizeof(list)) == 0);
		return;
	}
	for (size_t i = cpulist_next(&list, 0); i < CPULIST_CPUS; i = cpulist_next(&list, i + 1)) {
		assert(cpulist_has(&list, i));
		count++;
	}
	assert(count == cpulist_count(&list));
	cpulist_text(&list, written, sizeof(written));
	assert(machine_text_list(written, &again) == 0);
	assert(memcmp(&list, &again, sizeof(list)) == 0);
}

static void parse_numbers(const char *text)
{
	uint32_t distance[DISTANCES + 1], count = 77;
	int64_t number = 77;
	uint64_t kb = 77;
	int err;

	err = machine_text_number(text, &number);
	assert(err == 0 || (err == -EINVAL && number == 77));
	memset(distance, 0xa5, sizeof(distance));
	err = machine_text_distances(text, DISTANCES, distance, &count);
	assert(err == 0 || (err == -EINVAL && count == 77));
	for (size_t i = 0; i <= DISTANCES; i++) {
		bool is_set = err == 0 && i < count;

		assert(is_set ? distance[i] >= 1 && distance[i] <= 255
			      : distance[i] == UINT32_C(0xa5a5a5a5));
	}
	err = machine_text_memory(text, &kb);
	assert(err == 0 || (err == -EINVAL && kb == 77));
}

/* 0, or what a line was refused with. */
static int take(struct machine_sample *sample, const struct machine *machine, const char *text)
{
	struct word line;
	int err = 0;

	while (err == 0 && line_next(&text, &line)) {
		uint32_t number = 77;

		err = machine_sample_interrupts(sample, machine, line);
		machine_sample_load(sample, line);
		assert(machine_text_irq_of(line, "eth0", &number) || number == 77);
	}
	assert(err == 0 || (err == -EINVAL && !sample->has_interrupts));
	return err;
}

/* Two moments, divided by a line "later". */
static void parse_samples(char *text)
{
	static struct machine_cpu cpus[CPUS];
	static struct machine_irq irqs[IRQS];
	struct machine machine = {
		.cpu_count = CPUS, .cpu = cpus, .nic = {.irq_count = IRQS, .irq = irqs}};
	struct machine_sample first, later;
	char *second = strstr(text, "\nlater\n");

	memset(cpus, 0, sizeof(cpus));
	irqs[0] = (struct machine_irq){.number = 24};
	irqs[1] = (struct machine_irq){.number = 100};
	if (second != NULL) {
		*second = '\0';
		second += strlen("\nlater\n");
	}
	assert(machine_sample_init(&first, &machine) == 0);
	assert(machine_sample_init(&later, &machine) == 0);
	(void)take(&first, &machine, text);
	(void)take(&later, &machine, second != NULL ? second : "");
	machine_sample_apply(&first, &later, 1000000, &machine);
	for (size_t i = 0; i < CPUS; i++) {
		assert(cpus[i].busy_permille <= 1000 || cpus[i].busy_permille == MACHINE_NONE);
		assert(first.has_interrupts || cpus[i].interrupts == 0);
		assert((first.has_interrupts && later.has_interrupts) ||
		       cpus[i].interrupt_rate == 0);
	}
	machine_sample_release(&first);
	machine_sample_release(&later);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size == 0) {
		return 0;
	}
	text = malloc(size);
	assert(text != NULL);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	switch (data[0]) {
	case 'l':
		parse_set(text, machine_text_list);
		break;
	case 'm':
		parse_set(text, machine_text_mask);
		break;
	case 'a':
		parse_set(text, machine_text_allowed);
		break;
	case 'n':
		parse_numbers(text);
		break;
	default:
		parse_samples(text);
		break;
	}
	free(text);
	return 0;
}
