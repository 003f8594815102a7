/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the locator works; for lib/locate*.c alone. Three steps:
 *   fates   set algebra: which segment of the path each lost probe may have been lost in (parts)
 *   rules   counters: which places of that segment explain so many
 *   assign  parts become rows: place, count, evidence
 */
#ifndef PTPROBE_LOCATE_PARTS_H
#define PTPROBE_LOCATE_PARTS_H

#include "locate.h"

#define LOCATE_PRINTF(format_at, arguments_at) \
	__attribute__((format(printf, format_at, arguments_at)))

/* Where a probe was lost, as far as the vantages tell. */
enum fate {
	/* inside the sender, the same for every branch */
	FATE_UNSCHEDULED, /* the send call took it, no SCHED stamp came */
	FATE_QUEUED,      /* SCHED, but no SND */
	FATE_ABSENT,      /* not in the sender's tap, which is complete */
	/* beyond it, in all branches alike: absent from all their taps */
	FATE_SHARED_PATH,
	/* on one branch */
	FATE_PATH,      /* passed the sender; absent from the receiver's tap */
	FATE_HOST,      /* in the receiver's tap, not at the application */
	FATE_PATH_HOST, /* passed the sender; no tap that can be trusted; not at the application */
	FATE_SENDER_PATH, /* no evidence of the sender; absent from the receiver's tap */
	FATE_ANYWHERE,    /* nothing but that the application missed it */
};

enum { FATES = FATE_ANYWHERE + 1 };

/* Lines of evidence, and what to do about their lack. */
struct reasons {
	size_t count;
	char text[LOCATE_EVIDENCE][LOCATE_EVIDENCE_TEXT];
	char remedy[PLACE_REMEDY];
};

void reasons_add(struct reasons *reasons, const char *format, ...) LOCATE_PRINTF(2, 3);

/* The first one counts. */
void reasons_remedy(struct reasons *reasons, const char *format, ...) LOCATE_PRINTF(2, 3);

/* Probes of a run with the same fate. */
struct part {
	size_t run;
	int branch;
	enum fate fate;
	struct seqset seqs;
	uint64_t unlisted; /* more of them, whose seqs aren't known */
	uint64_t late;     /* so many of them at most weren't lost, but late */
	struct reasons reasons;
};

/* What a tap or a receiver has to say of a run's probes. */
struct sight {
	const struct vantage *vantage; /* NULL: there is none, and all else is empty */
	const struct vantage_run *run; /* NULL: it saw nothing of the run */
	struct seqset covered, seen;
	bool is_proof; /* what it covers and didn't see wasn't there */
};

struct join {
	const struct vantages *vantages;
	struct locate_result *result;
	const struct vantage *sender; /* its report; NULL: there is none */
	size_t parts, part_room;
	struct part *part;
	/* of each place, how many losses its counters have explained already: [0] at the sender,
	 * [1 + branch] */
	uint64_t (*allotted)[PLACES];
	int error; /* the first one */
};

/* Keeps a set's error. */
void join_check(struct join *join, const struct seqset *set);

/*
 * Takes seqs, which is empty afterwards, into a part or a row; nothing when there are none. The
 * pointer is good until the next one; NULL: nothing to add, or no memory.
 */
struct part *join_add_part(struct join *join, const struct part *part, struct seqset *seqs);
struct locate_row *join_add_row(struct join *join, const struct locate_row *row,
				struct seqset *seqs);

/* A row of undetermined ones, with its reasons. */
void join_add_undetermined(struct join *join, const struct part *part, unsigned int segments,
			   struct seqset *seqs, uint64_t unlisted);

void row_add_reasons(struct locate_row *row, const struct reasons *reasons);
void row_add_evidence(struct locate_row *row, const char *format, ...) LOCATE_PRINTF(2, 3);

/* locate_runs.c: the runs that the vantages have in common, each with its universe of seqs. */
void join_find_runs(struct join *join, const struct locate_options *options);

/* True when the branch has a part in the run. */
bool branch_has_run(const struct locate_branch *branch, const struct vantage_key *key);

/* locate_sight.c */
void sight_of_tap(struct join *join, const struct vantage *tap, const struct locate_run *run,
		  const struct sight *beside, struct sight *ret_sight);
void sight_of_receiver(struct join *join, const struct vantage *receiver, const struct vantage *tap,
		       const struct locate_run *run, struct sight *ret_sight);
void sight_release(struct sight *sight);

/* The tap that stands at the sender of that run. NULL: there is none. */
const struct vantage *join_sender_tap(const struct join *join, const struct vantage_key *key);

/* Why a tap doesn't tell of seqs whether they passed it; and why the sender's side doesn't. */
void reasons_of_tap(struct reasons *reasons, const char *name, const struct sight *tap,
		    const struct seqset *seqs);
void reasons_of_sender(struct reasons *reasons, const struct join *join, const struct sight *tap,
		       const struct seqset *seqs);

/*
 * locate_unheard.c: which seqs of a run, of which the receiver heard nothing, it would have heard,
 * had they come: those that were sent while it listened, for certain. tap: the one of its branch;
 * NULL: there is none.
 */
void unheard_covered(const struct join *join, const struct vantage *receiver,
		     const struct vantage *tap, const struct locate_run *run,
		     struct seqset *covered);

/* Heard another group of that run? */
bool vantage_has_run_id(const struct vantage *vantage, uint64_t run_id);

/* Why a receiver doesn't. */
void reasons_of_receiver(struct reasons *reasons, const char *name, const struct sight *receiver,
			 const struct seqset *seqs);

/* locate_fates.c: all parts, and the rows that need no counter. */
void join_find_fates(struct join *join);

/* Who refused, when the send call failed with the error of that name. */
enum place place_of_refusal(const char *error);

/* locate_branch.c: those of one branch. passed: the seqs known to have left the sender; gone: those
 * whose loss in it is known; sender_tap: as it is told of the run. */
struct run_sets {
	size_t run;
	struct sight sender_tap;
	struct seqset passed, gone;
};

void join_find_branch_fates(struct join *join, const struct run_sets *sets, int branch);

/* A host's evidence: that of the tool's report, and for what that lacks, of the tap beside it. */
struct host {
	const char *name;
	const struct evidence *evidence[2];
	const struct evidence *of_tap; /* taken while the tap counted its frames; NULL: none */
};

/* What the rules look at to explain the parts of one fate. */
struct scene {
	const struct join *join;
	const struct locate_branch *branch; /* NULL: the sender's */
	struct host sender, receiver;
	bool ipv4;
	uint64_t count; /* losses to be explained */
	/* of the branch's receiver and tap, all runs of this family together */
	uint64_t own_drops, frames, fragmented;
	bool offloaded;
	bool heard_others;  /* its socket took other datagrams than those of the runs at hand */
	uint64_t fragments; /* that the sender cut each probe into; 1: none */
};

/* What a reading is worth. */
enum reading_flags {
	READING_ANY = 1,  /* it explains any number */
	READING_OWN = 2,  /* counted by the tool itself, of its probes alone */
	READING_SURE = 4, /* more than the rule's confidence says: high */
	READING_GAP = 8,  /* a difference that all traffic makes: while it doesn't cover, nothing */
	READING_TRACE = 16,   /* of the whole machine, whichever the network namespace */
	READING_FIT = 32,     /* it may be other traffic: decides only when it fits */
	READING_NEVER = 64,   /* never decides, and keeps others from it */
	READING_SHARED = 128, /* known to count other datagrams as well */
};

/* How many losses a counter can explain. */
struct reading {
	uint64_t count;
	unsigned int flags;
	char text[LOCATE_EVIDENCE_TEXT]; /* "udp.RcvbufErrors +12 on rx" */
};

enum { READINGS = 8 };

/* What there is to read at a place. */
struct measure {
	bool known;  /* there was something to look at, of this host alone */
	bool traced; /* or of the whole machine */
	size_t count;
	struct reading reading[READINGS]; /* those that moved */
};

struct rule {
	enum place place;
	enum locate_confidence confidence;
	void (*measure)(const struct scene *scene, struct measure *measure);
};

/* The rules of a fate, first match wins; and the place when none matches. */
struct ruleset {
	unsigned int segments;       /* more than one: a rule must stand alone to decide */
	const struct rule *rules[4]; /* tables, each up to a rule without measure; NULL: no more */
	enum place otherwise;        /* PLACE_UNDETERMINED: none */
	enum locate_confidence confidence;
	bool needs_counters; /* otherwise only when they could be read, and were flat */
	const char *text;    /* what the fate itself says: "%s" is the branch's name */
};

const struct ruleset *ruleset_of(enum fate fate);

/* locate_measure.c: reads counters into a measure. name: without "udp." etc. */
void measure_counter(struct measure *measure, const struct host *host, const char *name);
void measure_family(struct measure *measure, const struct scene *scene, const struct host *host,
		    const char *protocol, const char *name);
void measure_qdiscs(struct measure *measure, const struct host *host, const char *prefix);
void measure_say(struct measure *measure, unsigned int flags, uint64_t count, const char *format,
		 ...) LOCATE_PRINTF(4, 5);

enum direction { DIRECTION_RECEIVE, DIRECTION_TRANSMIT };

/* The card's own counters that matches says belong; the copies that a driver keeps of one for each
 * queue are summed, of different ones the largest counts. */
void measure_card(struct measure *measure, const struct host *host, enum direction direction,
		  bool (*matches)(const char *name));

/* Between a host's two moments: false when it isn't known. */
bool host_rise(const struct host *host, const char *name, uint64_t *ret_rise);
bool evidence_rise_of(const struct evidence *evidence, const char *name, uint64_t *ret_rise);

struct host host_of(const struct vantage *vantage, const struct vantage *tap);

/* A reading of a rule that has something to say. */
struct candidate {
	const struct rule *rule;
	struct reading reading;
	uint64_t left; /* what it can still explain; UINT64_MAX: anything */
};

enum { CANDIDATES = 64 };

/* The parts of one fate and branch, which share the hosts' counters. */
struct batch {
	struct join *join;
	const struct ruleset *ruleset;
	struct scene scene;
	enum fate fate;
	int branch;
	size_t parts;
	bool known;        /* some counter could be read */
	bool told[PLACES]; /* one of this host alone speaks for the place, if only by standing still
			    */
	size_t count;
	struct candidate candidate[CANDIDATES];
};

uint64_t part_count(const struct part *part);

/* Less those that may have come late: what is to be explained. */
uint64_t part_open(const struct part *part);

/* locate_rows.c: a row for part, with what the fate itself says; count of the part, or all of it,
 * taken to the result; and the candidates that decide nothing. */
struct locate_row batch_row(const struct batch *batch, const struct part *part, enum place place,
			    enum locate_confidence confidence);
void batch_add_row(struct batch *batch, const struct part *part, struct locate_row *row,
		   uint64_t count);
/* Of the whole machine a counter speaks only where this host's own were not read. */
bool candidate_is_dumb(const struct batch *batch, const struct candidate *candidate);

void batch_add_consistent(const struct batch *batch, struct locate_row *row);

/* locate_decide.c: which of the candidates it was, all of them together, or nobody knows: the parts
 * become rows. */
void batch_decide(struct batch *batch);
uint64_t *batch_allotted(struct batch *batch, enum place place);
bool batch_has(const struct batch *batch, const struct part *part);

/* locate_assign.c: parts become rows. */
void join_assign(struct join *join);

/* locate_ladder.c: the counts and the ladder of each run and branch. Asserts the books. */
void join_count(struct join *join);

/* locate_lacks.c: what evidence was missing. */
void join_find_lacks(struct join *join);

#endif
