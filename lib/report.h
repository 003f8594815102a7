/* SPDX-License-Identifier: BSD-2-Clause */
/* A tool's result in each of its forms; all of them printed from one struct (ptprobe-report(5)). */
#ifndef PTPROBE_REPORT_H
#define PTPROBE_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct cpulist;
struct evidence;
struct flow_interval;
struct flow_snapshot;
struct flows_counts;
struct located;
struct stamps;
struct verdict;

#define REPORT_SCHEMA "ptprobe/1"

enum { REPORT_NOTES = 32, REPORT_NOTE_TEXT = 240 };

/* Where a tap saw a stream. */
enum report_side {
	REPORT_SIDE_UNKNOWN,
	REPORT_SIDE_SENDER,   /* at the host that sends it */
	REPORT_SIDE_RECEIVER, /* elsewhere */
};

/* A stream as a tap saw it, beside what struct flow_snapshot says. */
struct report_tap_flow {
	enum report_side side;
	uint64_t frames;                 /* that held its probes: a super-frame is one */
	uint64_t fragmented, unverified; /* see struct report_tap */
	int64_t first_frame_ns, last_frame_ns;
};

enum report_completeness {
	REPORT_COMPLETE_UNKNOWN,
	REPORT_INCOMPLETE,
	REPORT_COMPLETE, /* every frame that passed the tap was looked at */
};

/* A wire tap's own books. */
struct report_tap {
	bool live; /* else from files */
	size_t files;
	const char *const *file;
	const char *link_type; /* a name, "EN10MB"; NULL: nothing was read */
	uint32_t snaplen;      /* 0: not known */
	uint64_t buffer_bytes; /* 0: none */
	uint64_t frames;       /* of any kind that were looked at */
	bool received_known, dropped_known, interface_dropped_known;
	uint64_t received;          /* that the kernel had for the tap, dropped ones included */
	uint64_t dropped;           /* of them, for want of buffer */
	uint64_t interface_dropped; /* by the device, before they came to the tap */
	uint64_t residue;           /* neither dropped nor ever handed over */
	enum report_completeness complete;
	bool truncated;      /* a file ends within a frame */
	uint64_t fragmented; /* probes of which only the first fragment was looked at */
	uint64_t unverified; /* probes whose CRC couldn't be checked: cut, or in fragments */
	uint64_t offloaded;  /* super-frames that were taken apart */
	uint64_t unseen;     /* probes whose header was cut off */
	bool is_written;     /* frames were written to files */
	uint64_t written_frames, written_bytes;
	size_t written_files;
	char *const *written_file;
	const struct report_tap_flow *flow; /* one for each of the report's flows */
};

struct report {
	/* every tool */
	const char *tool, *version;
	int argc;
	char *const *argv;
	const char *host;
	const char *interface; /* NULL: the system's choice */
	int64_t start_ns, end_ns;
	int64_t took_ns;   /* from start to end, where a clock stepped between them; 0: as they tell
			    */
	bool synchronised; /* this host's clock says it is; false, too: not asked */
	const struct cpulist *cpus; /* those it was told to run on; NULL or empty: not told */
	uint64_t fifo_priority;     /* of SCHED_FIFO, 1..99; 0: not told */
	uint64_t own_drops;
	const struct verdict *verdict;
	const struct evidence *evidence; /* NULL: none was taken */
	bool limits_set; /* the verdict answers limits, and not only whether it was measured */
	size_t notes;
	char note[REPORT_NOTES][REPORT_NOTE_TEXT];
	json_t *witness; /* the report of the capture beside it; NULL: there was none */
	const struct located *located; /* what became of the probes by both; NULL: not located */
	const struct stamps *stamps;   /* where probes were stamped; NULL: not such a tool */
	/* tools that hear streams */
	int64_t lost_after_ns;
	const struct flows_counts *counts; /* NULL: not such a tool */
	size_t flows;
	const struct flow_snapshot *flow;
	const struct report_tap *tap; /* NULL: it listened at a socket */
};

/* Appends a note, printf-like; one too many is dropped. */
void report_note(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The report as JSON, a new reference; NULL when memory is out. Tools add members by put.h. */
json_t *report_json(const struct report *report);

/*
 * One interval of one flow as an object: {"type":"interval", ...}. from_ns, to_ns since the start.
 */
json_t *report_interval_json(const struct flow_snapshot *flow, const struct flow_interval *interval,
			     int64_t from_ns, int64_t to_ns);

/* Writes object and a newline, compact or indented. 0 or -EIO. Steals the reference. */
int report_json_write(json_t *object, bool compact, FILE *out);

/* Text for people, with SGR sequences when colour; unless it is a pass, also what to do next. */
void report_text(const struct report *report, bool colour, FILE *out);
void report_interval_text_header(FILE *out);
void report_interval_text(const struct flow_snapshot *flow, const struct flow_interval *interval,
			  int64_t from_ns, int64_t to_ns, FILE *out);

/* Parts of it, for tools that have more to say: who, where and when; the notes, a line each. */
void report_head_text(const struct report *report, FILE *out);
void report_notes_text(const struct report *report, FILE *out);

/* What a tap says of itself: for people, and as the member "capture". */
void report_tap_text(const struct report_tap *tap, FILE *out);
json_t *report_tap_json(const struct report_tap *tap);

/* Whether the tool was told where to run; and if so, that without a newline: "CPUs 2-3, SCHED_FIFO
 * 50". */
bool report_is_placed(const struct report *report);
void report_placement_text(const struct report *report, FILE *out);

/* The verdict alone, one line and its reasons: "PASS", "FAIL: ...". Sender and receiver end with
 * it. */
void report_verdict_text(const struct report *report, bool colour, FILE *out);

/* One line a flow after a header line (RFC 4180). */
void report_csv(const struct report *report, FILE *out);

/* Prometheus' text exposition format 0.0.4, for node_exporter's textfile collector. */
void report_prometheus(const struct report *report, FILE *out);

/* InfluxDB line protocol, one line a flow. */
void report_influx(const struct report *report, FILE *out);

/* One line and performance data, as Nagios plugins print. */
void report_nagios(const struct report *report, FILE *out);

/* ",name=1i", a field of InfluxDB's line protocol; nothing when it isn't known. */
void report_influx_ns(const char *name, bool known, int64_t ns, FILE *out);
void report_influx_count(const char *name, uint64_t count, FILE *out);

/* Its head alone, which every tool has: the state, and the reasons or, of a pass, pass. */
void report_nagios_message(const struct report *report, const char *pass, FILE *out);

/* The PDV of one flow as HdrHistogram's percentile distribution (.hgrm), in us. */
void report_hgrm(const struct flow_snapshot *flow, FILE *out);

#endif
