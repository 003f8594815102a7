/* SPDX-License-Identifier: BSD-2-Clause */
/* How to prepare a machine for what was planned on it: the commands, in their order, and why. */
#ifndef PTPROBE_ADVICE_H
#define PTPROBE_ADVICE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct machine;
struct plan;

enum { ADVICE_CMDLINE = 4096, ADVICE_GOVERNOR = 32, ADVICE_ITEMS = 32 };

enum advice_answer { ADVICE_UNKNOWN, ADVICE_NO, ADVICE_YES };

/* What the kernel's command line is written to. */
enum advice_loader {
	ADVICE_LOADER_UNKNOWN,
	ADVICE_LOADER_UPDATE_GRUB, /* /etc/default/grub and update-grub: Debian */
	ADVICE_LOADER_GRUBBY,      /* Fedora */
	ADVICE_LOADER_FIRMWARE,    /* /boot/firmware/cmdline.txt: Raspberry Pi */
};

/* What advice depends on beside the machine and the plan. */
struct advice_facts {
	enum advice_answer irqbalance; /* does it run? */
	enum advice_answer nohz_full;  /* can the kernel stop ticks? */
	enum advice_loader loader;
	unsigned int cpuset_version;    /* of cgroups, that cpuset is bound to; 0: unknown */
	uint32_t idle_latency_us;       /* to leave the deepest idle state that is enabled;
					   MACHINE_NONE: unknown */
	char cmdline[ADVICE_CMDLINE];   /* /proc/cmdline; "": unknown */
	char governor[ADVICE_GOVERNOR]; /* of the first CPU that was taken; "": unknown */
};

struct advice_item {
	char *why;
	char *command; /* for a shell, as root; NULL: there is none */
	bool is_other; /* instead of the one before it, or for later: not to be run with the rest */
};

struct advice {
	size_t count; /* 0: nothing is to be done */
	struct advice_item item[ADVICE_ITEMS];
};

/* *ret_advice is to be released. 0 or -ENOMEM. */
int advice_make(const struct machine *machine, const struct plan *plan,
		const struct advice_facts *facts, struct advice *ret_advice);

void advice_release(struct advice *advice);

/* Each sentence as a comment, its command below, those that are others as comments too: the whole
 * can be run as a script. */
void advice_text(const struct advice *advice, FILE *out);

/* [{why, command, other}]; NULL: out of memory. */
json_t *advice_json(const struct advice *advice);

#endif
