/* SPDX-License-Identifier: BSD-2-Clause */
/* The relay's script: what is done to which probe, and to which PTP message. */
#ifndef PTPROBE_LAB_SCRIPT_H
#define PTPROBE_LAB_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One rule a line, '#' begins a comment:
 *
 *	[flow N] [port P] drop SEQS
 *	                  duplicate SEQS [xN]	N copies in all, 2 unless told
 *	                  swap SEQS		sent after its successor: hold SEQS 1
 *	                  hold SEQS N		sent once N later probes have come
 *	                  delay SEQS DURATION	sent so much later, "5ms" or "250us" or "80ns"
 *	                  corrupt SEQS		a bit behind the magic is flipped
 *	                  alien SEQS		the magic is destroyed
 *	                  drop-end		no END gets through
 *
 *	ptp TYPE [forth|back] [domain D] drop SEQS
 *	                                 duplicate SEQS [xN]
 *	                                 delay SEQS DURATION
 *	                                 correct SEQS DURATION	added to its correctionField
 *	                                 one-step SEQS		its twoStep flag is cleared
 *
 * SEQS is a list of 5, 10-19 or 0-5900/100 (every hundredth), joined by commas; or "1% seed 7", a
 * share chosen by chance that comes out alike each time. A rule with flow N is for the N-th flow
 * that the relay hears, from 1; one with port P for those to that UDP port; else for every flow.
 *The rules of a probe add up; drop beats them all.
 *
 * TYPE is a PTP message's name in IEEE 1588 in lower case, follow_up, or any; forth is from the
 * sender to the receiver, back from the receiver, both unless told. Its SEQS count, from 0, the
 * messages that the rule is for since it was last switched on.
 *
 * "switch N" before a rule: it is off until it is told otherwise.
 */
enum { SCRIPT_RULES = 64, SCRIPT_RANGES = 64 };

enum script_action {
	SCRIPT_DROP,
	SCRIPT_DUPLICATE,
	SCRIPT_HOLD,
	SCRIPT_DELAY,
	SCRIPT_CORRUPT,
	SCRIPT_ALIEN,
	SCRIPT_DROP_END,
	SCRIPT_CORRECT,
	SCRIPT_ONE_STEP,
};

enum script_way { SCRIPT_FORTH, SCRIPT_BACK, SCRIPT_WAYS };

enum { SCRIPT_TYPES = 16 }; /* PTP's messageType has four bits */

struct script_range {
	uint64_t first, last, step;
};

struct script_rule {
	enum script_action action;
	uint32_t flow; /* 0: any */
	uint16_t port; /* 0: any */
	bool is_ptp;
	uint16_t types;  /* bits 1 << messageType */
	uint8_t ways;    /* bits 1 << enum script_way */
	int domain;      /* -1: any */
	uint64_t met;    /* PTP messages that it was for since it was switched on */
	uint32_t number; /* of its switch; 0: none */
	bool is_off;
	size_t ranges;
	struct script_range range[SCRIPT_RANGES];
	double share; /* 0..1, without ranges */
	uint64_t seed;
	uint64_t argument; /* copies, later probes, or ns */
};

struct script {
	size_t count;
	struct script_rule rule[SCRIPT_RULES];
};

/* A PTP message, as rules see it. */
struct script_message {
	enum script_way way;
	uint8_t type, domain;
};

/* What becomes of one probe or PTP message. */
struct fate {
	bool dropped, corrupt, alien;
	uint32_t copies;     /* 1, or more */
	uint64_t hold;       /* later probes to wait for */
	uint64_t delay_ns;   /* time to wait */
	uint64_t correct_ns; /* added to correctionField */
	bool one_step;       /* twoStep is cleared */
};

/*
 * Adds one line's rule to script; an empty line adds none. 0, or -EINVAL / -ENOSPC and *ret_error,
 * a constant text, says what is wrong.
 */
int script_add_line(struct script *script, const char *line, const char **ret_error);

/*
 * Obeys an order, "on N" or "off N", to the rules behind switch N; "on" begins their count anew. 0,
 * or -EINVAL when it is no order or there is no such switch.
 */
int script_order(struct script *script, const char *line);

/* The fate of probe seq of the flow-th flow (from 1), which goes to UDP port. */
struct fate script_fate(const struct script *script, uint32_t flow, uint16_t port, uint64_t seq);

/* The fate of one more PTP message, which the rules that are for it count. */
struct fate script_ptp_fate(struct script *script, const struct script_message *message);

/* True when that flow's ENDs are dropped. */
bool script_drops_end(const struct script *script, uint32_t flow, uint16_t port);

/* "follow_up"; "reserved" for what IEEE 1588 doesn't name. */
const char *script_type_text(uint8_t type);

#endif
