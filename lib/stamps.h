/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a run's stamps were to be taken, and where they were. */
#ifndef PTPROBE_STAMPS_H
#define PTPROBE_STAMPS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "option.h"

struct report;
struct verdict;

enum { STAMPS_NAME = 16, STAMPS_TEXT = 120 };

/* --stamp's choices. */
enum stamps_want {
	STAMPS_AUTO,     /* the card's where it is set up for them, else the kernel's */
	STAMPS_HARDWARE, /* the card's; without them the result is inconclusive */
	STAMPS_SOFTWARE, /* the kernel's */
	STAMPS_USER,     /* the tool's own readings of the clock */
};

/* Lines of an option table; config is its struct, with the members stamp (unsigned int) and
 * hwstamp. */
#define STAMPS_OPTIONS(config)                                                               \
	{.name = "stamp",                                                                    \
	 .type = OPTION_CHOICE,                                                              \
	 .offset = offsetof(config, stamp),                                                  \
	 .argument = "KIND",                                                                 \
	 .choices = "auto|hardware|software|user",                                           \
	 .preset = "auto",                                                                   \
	 .help = "where probes are stamped: NIC, kernel, or this process"},                  \
	{                                                                                    \
		.name = "hwstamp", .type = OPTION_FLAG, .offset = offsetof(config, hwstamp), \
		.help = "set the NIC up for hardware stamps, and set it back at the end"     \
	}

/* How --stamp and --hwstamp go together, with each other and with -i and --offload. NULL: well. */
const char *stamps_check(unsigned int want, bool hwstamp, bool has_interface, bool offload);

/* Packets of one direction by where their stamp was taken. */
struct stamps_counts {
	uint64_t hardware, software, user;
	uint64_t missing; /* that lack the stamp that was asked of NIC or kernel */
};

/* From the one's stamp of a packet to the other's: departures leave the card after the kernel, and
 * arrivals the kernel after the card. */
struct stamps_lag {
	uint64_t count;
	int64_t min_ns, max_ns;
};

void stamps_lag_add(struct stamps_lag *lag, int64_t ns);

/* The card's clock. */
struct stamps_phc {
	int index;          /* /dev/ptpN; -1: none */
	const char *method; /* "precise", "extended", "basic"; NULL: not read */
	uint64_t samples, steps;
	int64_t last_step_ns;
	int64_t uncertain_ns; /* of the worst sample */
	bool rate_known;
	int64_t rate_ppb; /* what the host's clock gains on it */
};

struct stamps {
	enum stamps_want want;
	char interface[STAMPS_NAME]; /* empty: not known */
	bool in_hardware;            /* the card was asked for stamps */
	bool configured;             /* it was set up for it, by --hwstamp */
	char setting[STAMPS_TEXT]; /* "rx filter ptpv2-event", as the driver has it; empty: none */
	char lacks[STAMPS_TEXT];   /* why the card wasn't asked; empty: it was, or wasn't to be */
	struct stamps_phc phc;
	bool is_receiver; /* counts are of arrivals, else of departures */
	const char *what; /* that is counted: "arrivals of PTP over UDP" */
	const char *hint; /* when none is stamped, "; try another"; NULL: none is known */
	struct stamps_counts counts;
	struct stamps_lag lag;
};

/* The member "stamps" of a report; see ptprobe-report(5). A new reference, or NULL. */
json_t *stamps_json(const struct stamps *stamps);

/* "7 hardware (eth0, /dev/ptp0 to 120 ns), 3 software", without a newline. */
void stamps_text(const struct stamps *stamps, FILE *out);

/* True when there is something to say of them in a text: hardware was asked for or in use. */
bool stamps_are_told(const struct stamps *stamps);

/* Appends what a reader should know: stamps that didn't come, a card's clock that was set. */
void stamps_note(const struct stamps *stamps, struct report *report);

/* With --stamp=hardware, and packets that lack one, a pass becomes inconclusive. */
void stamps_judge(const struct stamps *stamps, struct verdict *verdict);

#endif
