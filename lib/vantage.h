/* SPDX-License-Identifier: BSD-2-Clause */
/* What a sender, a capture or a receiver saw of each run: what the locator joins. */
#ifndef PTPROBE_VANTAGE_H
#define PTPROBE_VANTAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "endpoint.h"
#include "evidence.h"
#include "group.h"
#include "seqset.h"

enum {
	VANTAGES_MAX = 256,
	VANTAGE_RUNS_MAX = 1024,
	VANTAGE_TEXT = 128, /* names, hosts, files: longer ones are cut */
	VANTAGE_ERRORS = 16,
	VANTAGE_ERROR_NAME = 24,
	VANTAGE_ERROR_TEXT = 320,
};

enum vantage_role {
	VANTAGE_SENDER,
	VANTAGE_TAP,
	VANTAGE_RECEIVER,
};

enum vantage_side {
	VANTAGE_SIDE_UNKNOWN,
	VANTAGE_SIDE_SENDER,
	VANTAGE_SIDE_RECEIVER,
};

/* Did a tap take in every frame that passed it? Only then does it prove that one didn't. */
enum vantage_complete {
	VANTAGE_COMPLETE_UNKNOWN,
	VANTAGE_COMPLETE_NO,
	VANTAGE_COMPLETE_YES,
};

/* The probes of one run of a sender to one group. */
struct vantage_key {
	uint64_t run_id;
	struct endpoint group;
};

/* What a tap or a receiver saw of a run. */
struct vantage_run {
	struct vantage_key key;
	enum vantage_side side; /* of a tap: where its frames came by */
	/* covered: the seqs that it would have seen; outside of it it says nothing. seen is a part
	 * of it */
	struct seqset covered, seen;
	/*
	 * So many of those in seen weren't: unlisted, for which the list of what is missing had no
	 * room, and doubtful ones, that could still have come, or were skipped. Which, isn't known,
	 * but that they lie above certain_last (or anywhere, when nothing_certain).
	 */
	uint64_t unlisted, doubtful, certain_last;
	bool nothing_certain;
	bool end_known; /* the END came: the sender used seqs 0..used-1 */
	uint64_t used;
	uint64_t late, corrupt;
	/* of a tap */
	int64_t first_frame_ns, last_frame_ns; /* by the clock of its host; 0: not known */
	uint64_t frames;                       /* that held these probes */
	uint64_t fragmented;                   /* probes that came in fragments */
};

/* Seqs that a sender's report lists. */
struct vantage_list {
	uint64_t count;
	struct seqset seqs;
	bool complete; /* of each seq it is known whether it is listed */
};

struct vantage_refusal {
	char error[VANTAGE_ERROR_NAME]; /* "EPERM" */
	struct vantage_list list;
};

/* What a sender knows. Of several groups the seqs are listed merged, and so tell of none. */
struct vantage_sent {
	uint64_t run_id;
	struct group group; /* first and count; served in turn */
	uint64_t used;      /* seqs, of all groups */
	uint64_t failed;
	uint64_t retried;     /* refusals that were tried again: the kernel counts each as a drop */
	uint64_t stamp_every; /* 1: every departure was to be stamped */
	uint64_t fragments;   /* that a probe takes; 1: none */
	bool stamps_listed;   /* the two lists are there */
	struct vantage_list unscheduled, sched_without_snd;
	size_t refusals;
	struct vantage_refusal refusal[VANTAGE_ERRORS];
};

struct vantage {
	enum vantage_role role;
	enum vantage_side side; /* of a tap; UNKNOWN: as each run says */
	/* "sender" for a sender and its tap; else that of the receiver, or of the receiver beside
	 * the tap */
	char name[VANTAGE_TEXT];
	bool is_named; /* by the user */
	char file[VANTAGE_TEXT], tool[VANTAGE_TEXT];
	char host[VANTAGE_TEXT], interface[VANTAGE_TEXT]; /* empty: unknown */
	int64_t start_ns, end_ns;                         /* by its host's clock; 0: not known */
	bool synchronised;                                /* that clock says that it is */
	/* of a tap that is the witness of a sender or a receiver, and ran as long as that */
	const struct vantage *beside;
	enum vantage_complete complete; /* of a tap */
	bool vouched;                   /* that it is complete: by the user, not by itself */
	bool offloaded;                 /* a tap saw super-frames of several probes */
	uint64_t own_drops; /* of a receiver's sockets, or that the tap dropped itself */
	uint64_t aliens;    /* datagrams that came to a receiver's port and are of no run here */
	bool has_evidence;
	struct evidence evidence;
	/* of a sender; and of one of PTP-shaped probes its Follow_Ups, sent being its Syncs
	 * (group.count 0: there are none) */
	struct vantage_sent sent, general;
	size_t runs;
	struct vantage_run *run; /* of a tap or a receiver */
};

struct vantages {
	size_t count;
	struct vantage *vantage[VANTAGES_MAX];
};

/* How a report is to be taken. All zero: by what it says itself. */
struct vantage_naming {
	const char *name;       /* NULL: "sender", or by host and interface */
	const char *file;       /* for messages; NULL: "report" */
	enum vantage_side side; /* of a capture */
};

/*
 * Reads a report of ptprobe-send, ptprobe-recv or ptprobe-capture and adds what it saw, and the tap
 * that is its witness. Whoever wrote it: schema, types and sizes are checked, and that the counts
 * of a flow agree with its ranges. 0, or -EINVAL, -E2BIG or -ENOMEM and error: one line that names
 * the file and the member.
 */
int vantages_read(struct vantages *vantages, const json_t *report,
		  const struct vantage_naming *naming, char error[static VANTAGE_ERROR_TEXT]);

/* Adds an empty vantage, for a tap that is read from a file. NULL beyond VANTAGES_MAX or without
 * memory. */
struct vantage *vantages_add(struct vantages *vantages, enum vantage_role role,
			     const struct vantage_naming *naming);

/* Its run of that key, which is made when there is none. NULL beyond VANTAGE_RUNS_MAX or without
 * memory. The earlier ones may move. */
struct vantage_run *vantage_add_run(struct vantage *vantage, const struct vantage_key *key);

void vantages_release(struct vantages *vantages);

/* NULL: it has no such run. Behind vantages_settle. */
const struct vantage_run *vantage_find(const struct vantage *vantage,
				       const struct vantage_key *key);

/* What a sender's report tells of that run; NULL: nothing. */
const struct vantage_sent *vantage_sent_of(const struct vantage *sender,
					   const struct vantage_key *key);

/* Does a sender's report tell of that run; and of how many seqs then. */
bool vantage_has_sent(const struct vantage *sender, const struct vantage_key *key,
		      uint64_t *ret_used);

/* Where a tap's frames of that run came by. */
enum vantage_side vantage_side_of(const struct vantage *tap, const struct vantage_run *run);

bool vantage_same_key(const struct vantage_key *a, const struct vantage_key *b);

/*
 * To be called once all are there: finds the receiver of each tap that the user didn't name, by
 * host and interface, and makes sure that no two vantages have one role and name, and that it is
 * known of every tap on which side it is. 0, or -EINVAL and error: one line with the remedy.
 */
int vantages_settle(struct vantages *vantages, char error[static VANTAGE_ERROR_TEXT]);

#endif
