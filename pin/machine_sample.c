/* SPDX-License-Identifier: BSD-2-Clause */
#include "machine_sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "words.h"

/* The columns of a CPU in /proc/stat, proc(5). Guests' time is in user and nice already. */
enum { STAT_IDLE = 3, STAT_IOWAIT = 4, STAT_COLUMNS = 8 };

int machine_sample_init(struct machine_sample *sample, const struct machine *machine)
{
	size_t cpus = machine->cpu_count, irqs = machine->nic.irq_count;
	uint64_t *counts = calloc(4 * cpus + irqs + 1, sizeof(*counts));
	uint32_t *column = calloc(cpus + 1, sizeof(*column));

	if (counts == NULL || column == NULL) {
		free(counts);
		free(column);
		return -ENOMEM;
	}
	*sample = (struct machine_sample){
		.cpu_count = cpus,
		.irq_count = irqs,
		.interrupts = counts,
		.nic_interrupts = counts + cpus,
		.busy = counts + 2 * cpus,
		.ticks = counts + 3 * cpus,
		.irq = counts + 4 * cpus,
		.column = column,
	};
	return 0;
}

void machine_sample_release(struct machine_sample *sample)
{
	free(sample->interrupts);
	free(sample->column);
	*sample = (struct machine_sample){0};
}

/* The number behind prefix: 12 in "CPU12". False: it isn't such a word. */
static bool numbered(struct word word, const char *prefix, uint64_t *ret_number)
{
	size_t length = strlen(prefix);

	if (word.length <= length || memcmp(word.text, prefix, length) != 0) {
		return false;
	}
	word = (struct word){word.text + length, word.length - length};
	return word_number(&word, 10, ret_number) == 0;
}

static int read_header(struct machine_sample *sample, struct word line)
{
	struct word word;
	uint64_t cpu;
	size_t count = 0;

	while (word_next(&line, &word)) {
		if (!numbered(word, "CPU", &cpu) || cpu >= sample->cpu_count ||
		    count == sample->cpu_count) {
			return -EINVAL;
		}
		sample->column[count++] = (uint32_t)cpu;
	}
	if (count == 0) {
		return -EINVAL;
	}
	sample->column_count = count;
	sample->has_interrupts = true;
	return 0;
}

static int compare_irq(const void *number, const void *irq)
{
	uint64_t a = *(const uint64_t *)number, b = ((const struct machine_irq *)irq)->number;

	return a < b ? -1 : a > b;
}

/* Which of the NIC's interrupts "24:" is; irq_count: none. */
static size_t irq_index(const struct machine_sample *sample, const struct machine *machine,
			struct word label)
{
	const struct machine_irq *irq = NULL;
	uint64_t number;

	label.length--;
	if (sample->irq_count > 0 && word_number(&label, 10, &number) == 0) {
		irq = bsearch(&number, machine->nic.irq, sample->irq_count, sizeof(*irq),
			      compare_irq);
	}
	return irq != NULL ? (size_t)(irq - machine->nic.irq) : sample->irq_count;
}

int machine_sample_interrupts(struct machine_sample *sample, const struct machine *machine,
			      struct word line)
{
	struct word label, counts, word;
	uint64_t number, sum = 0;
	size_t index;

	if (!sample->has_interrupts) {
		return read_header(sample, line);
	}
	if (!word_next(&line, &label) || label.text[label.length - 1] != ':') {
		return 0;
	}
	counts = line;
	for (size_t i = 0; i < sample->column_count; i++) {
		if (!word_next(&counts, &word) || word_number(&word, 10, &number) < 0) {
			return 0;
		}
	}
	index = irq_index(sample, machine, label);
	for (size_t i = 0; i < sample->column_count && word_next(&line, &word); i++) {
		(void)word_number(&word, 10, &number);
		sample->interrupts[sample->column[i]] += number;
		if (index < sample->irq_count) {
			sample->nic_interrupts[sample->column[i]] += number;
			sum += number;
		}
	}
	if (index < sample->irq_count) {
		sample->irq[index] += sum;
	}
	return 0;
}

void machine_sample_load(struct machine_sample *sample, struct word line)
{
	uint64_t cpu, number, ticks = 0, idle = 0;
	struct word word;

	if (!word_next(&line, &word) || !numbered(word, "cpu", &cpu) || cpu >= sample->cpu_count) {
		return;
	}
	for (size_t i = 0; i < STAT_COLUMNS && word_next(&line, &word); i++) {
		if (word_number(&word, 10, &number) < 0) {
			return;
		}
		ticks += number;
		idle += i == STAT_IDLE || i == STAT_IOWAIT ? number : 0;
	}
	sample->ticks[cpu] = ticks;
	sample->busy[cpu] = ticks - idle;
	sample->has_load = true;
}

/* A second; counts are the kernel's 64 bits or less, so that a reset and a wrap look alike. */
static uint64_t rate(uint64_t first, uint64_t later, int64_t ns)
{
	double count = later > first ? (double)(later - first) : 0;
	double rate = count * 1e9 / (double)ns + 0.5;

	return rate < 1e18 ? (uint64_t)rate : UINT64_C(1000000000000000000);
}

/* The share of its time that a CPU was at work; MACHINE_NONE: no tick passed. iowait may fall. */
static uint32_t busy_permille(const struct machine_sample *first,
			      const struct machine_sample *later, size_t cpu)
{
	double ticks = (double)later->ticks[cpu] - (double)first->ticks[cpu];
	double busy = (double)later->busy[cpu] - (double)first->busy[cpu];

	if (ticks < 1) {
		return MACHINE_NONE;
	}
	return busy <= 0 ? 0 : busy >= ticks ? 1000 : (uint32_t)(busy * 1000 / ticks + 0.5);
}

void machine_sample_apply(const struct machine_sample *first, const struct machine_sample *later,
			  int64_t ns, struct machine *machine)
{
	for (size_t i = 0; i < machine->cpu_count; i++) {
		struct machine_cpu *cpu = &machine->cpu[i];

		cpu->interrupts = first->interrupts[i];
		cpu->nic_interrupts = first->nic_interrupts[i];
		cpu->busy_permille = MACHINE_NONE;
		if (later != NULL && first->has_interrupts && later->has_interrupts) {
			cpu->interrupt_rate = rate(first->interrupts[i], later->interrupts[i], ns);
			cpu->nic_interrupt_rate =
				rate(first->nic_interrupts[i], later->nic_interrupts[i], ns);
		}
		if (later != NULL && first->has_load && later->has_load) {
			cpu->busy_permille = busy_permille(first, later, i);
		}
	}
	for (size_t i = 0; i < first->irq_count && later != NULL; i++) {
		if (later->has_interrupts) {
			machine->nic.irq[i].rate = rate(first->irq[i], later->irq[i], ns);
		}
	}
	machine->has_interrupts = first->has_interrupts;
	machine->sample_ns = later != NULL ? ns : 0;
}
