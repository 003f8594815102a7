/* SPDX-License-Identifier: BSD-2-Clause */
/* What of ptprobe-send's options goes together, and what keeps it from being a weapon. */
#ifndef PTPROBE_SEND_CHECK_H
#define PTPROBE_SEND_CHECK_H

struct option_result;
struct send_options;

/*
 * Completes options that were parsed with what follows from them: the group, the rate's plan, what
 * wasn't given. What contradicts something else makes *result OPTION_BAD, with one line.
 */
void send_check(struct send_options *options, struct option_result *result);

#endif
