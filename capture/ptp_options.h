/* SPDX-License-Identifier: BSD-2-Clause */
/* What ptprobe-ptp was asked to do. */
#ifndef PTPROBE_PTP_OPTIONS_H
#define PTPROBE_PTP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpulist.h"
#include "floor.h"
#include "inputs.h"
#include "option.h"
#include "ptp_limits.h"
#include "report_options.h"
#include "sighting.h"

/* Domains that were named; none: all are taken notice of. */
struct ptp_domains {
	bool any_named;
	uint64_t word[256 / 64]; /* domain d: bit d % 64 of word d / 64 */
};

static inline bool ptp_domains_have(const struct ptp_domains *domains, uint8_t domain)
{
	return !domains->any_named || (domains->word[domain / 64] >> (domain % 64) & 1) != 0;
}

struct ptp_utc_offset {
	bool is_given;
	int64_t seconds; /* TAI - UTC */
};

/* What floor packets are measured from. */
struct ptp_floor {
	enum floor_mode mode;
	int64_t fixed_ns; /* of FLOOR_FIXED */
	int64_t last_ns;  /* of FLOOR_LAST */
};

struct ptp_options {
	const char *interface;     /* NULL: reads files */
	struct capture_files read; /* none: reads an interface */
	bool lists_profiles, lists_masks;
	uint64_t count;  /* stop after so many messages; 0: no limit */
	int64_t time_ns; /* stop so long after the first message; 0: no limit */
	int64_t wait_ns; /* for the first message; 0: for ever */
	int64_t lost_after_ns;
	struct ptp_domains domains;
	unsigned int transports; /* bits 1 << enum transport that are taken notice of */
	bool is_transport_given; /* they were named: what can't be joined is an error */
	bool no_join, promiscuous;
	uint64_t snaplen, buffer_bytes;
	const char *profile, *mask; /* a name or a file; NULL: none */
	uint64_t announce_timeout, sync_timeout;
	bool synchronised;
	struct ptp_utc_offset utc_offset;
	struct ptp_floor floor;
	int64_t floor_delta_ns, floor_window_ns;
	struct ptp_limits limits;
	bool trace;             /* count why the kernel drops packets */
	struct cpulist cpus;    /* empty: where the system puts it */
	uint64_t fifo_priority; /* of SCHED_FIFO; 0: an ordinary task */
	struct report_options report;
	/* as they were given; transports says what they mean together */
	bool ipv4, ipv6, ethernet;
};

extern const struct option_table ptp_option_table;

/* Reads argv. With OPTION_BAD, ret_result->error says what is wrong in one line. No side effects.
 */
void ptp_options_parse(int argc, char *const argv[], struct ptp_options *ret_options,
		       struct option_result *ret_result);

/* True when anything makes the run a check. */
bool ptp_options_judge(const struct ptp_options *options);

/* The table's parsers, for ptp_option_table.c. */
int ptp_options_domains(const char *text, void *field, const char **ret_error);
int ptp_options_utc_offset(const char *text, void *field, const char **ret_error);
int ptp_options_floor(const char *text, void *field, const char **ret_error);

#endif
