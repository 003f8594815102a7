/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes snapshots of an interface of this host. */
#ifndef PTPROBE_SNAPSHOT_TAKE_H
#define PTPROBE_SNAPSHOT_TAKE_H

#include "collector.h"
#include "ethnl.h"
#include "snapshot.h"

enum { SNAPSHOT_TAKE_ERROR = 300 };

struct snapshot_source {
	char host[SNAPSHOT_NAME];
	struct collector collector;
	struct ethnl ethnl; /* not open: ethnl_error says why */
	int ethnl_error;
};

/*
 * Opens what snapshots of the interface of that name need, on memory of any content; no rights are
 * needed. 0, or -ENODEV or another -errno and error, a line of what is wrong and what to do. Before
 * rights_drop, which needs RIGHTS_COUNTERS.
 */
int snapshot_source_open(struct snapshot_source *source, const char *interface,
			 char error[static SNAPSHOT_TAKE_ERROR]);
void snapshot_source_close(struct snapshot_source *source);

/*
 * Takes one, of now_ns (CLOCK_REALTIME), on memory of any content; as often as wanted; some ms at
 * most. What can't be read is in its lacks. 0, or -ENODEV or -ENOMEM and error: nothing to release
 * then.
 */
int snapshot_source_take(struct snapshot_source *source, int64_t now_ns,
			 struct snapshot *ret_snapshot, char error[static SNAPSHOT_TAKE_ERROR]);

#endif
