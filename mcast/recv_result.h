/* SPDX-License-Identifier: BSD-2-Clause */
/* From what was heard to a report and its verdict. */
#ifndef PTPROBE_RECV_RESULT_H
#define PTPROBE_RECV_RESULT_H

#include <stdint.h>

struct recv;
struct report;
struct verdict;

/*
 * Writes the report as it stands at mono_ns; it points into recv and *ret_verdict. May be called in
 * the middle of a run.
 */
void recv_result(struct recv *recv, int64_t mono_ns, struct report *ret_report,
		 struct verdict *ret_verdict);

#endif
