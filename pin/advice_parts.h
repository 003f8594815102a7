/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the advice share among themselves. */
#ifndef PTPROBE_ADVICE_PARTS_H
#define PTPROBE_ADVICE_PARTS_H

#include <stdbool.h>

#include "advice.h"
#include "cpulist.h"
#include "machine.h"

struct advice_work {
	const struct machine *machine;
	const struct plan *plan;
	const struct advice_facts *facts;
	struct cpulist cores; /* to be kept clear: whole cores of the taken CPUs */
	struct cpulist rest;  /* for everything else */
	char cores_text[CPULIST_TEXT];
	bool is_isolated; /* all of cores */
	bool is_out_of_memory;
	struct advice advice;
};

enum { ADVICE_NAME = 4 * MACHINE_IFNAME + 3 };

/*
 * Appends an item; command (NULL: none) is its own from then on; why is printf-like. An other one
 * isn't to be run together with the rest.
 */
void advice_add(struct advice_work *work, char *command, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void advice_add_other(struct advice_work *work, char *command, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* For advice_add, printf-like. */
char *advice_command(struct advice_work *work, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A name as a shell takes it for one word: the kernel allows nearly anything in it. Returns text.
 */
char *advice_quote(const char *name, char text[static ADVICE_NAME]);

/* Adds what the kernel's command line lacks. */
void advice_arguments(struct advice_work *work);

/* Adds what keeps irqbalance, the NIC's interrupts and its packets off the cores. */
void advice_interrupts(struct advice_work *work);

#endif
