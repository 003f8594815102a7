/* SPDX-License-Identifier: BSD-2-Clause */
/* From what was seen to a report and its verdict. */
#ifndef PTPROBE_CAPTURE_RESULT_H
#define PTPROBE_CAPTURE_RESULT_H

struct capture;
struct report;
struct verdict;

/*
 * Writes the report as it stands; it points into capture and *ret_verdict. May be called in the
 * middle of a run.
 */
void capture_result(struct capture *capture, struct report *ret_report,
		    struct verdict *ret_verdict);

#endif
