/* SPDX-License-Identifier: BSD-2-Clause */
/* A command line cut into argv, for the tests of the programs' options. */
#ifndef PTPROBE_ARGV_BED_H
#define PTPROBE_ARGV_BED_H

#include "option.h"

/*
 * The words of line, which spaces part, behind program's name, and NULL behind the last: returns
 * how many words, the name among them. They last until the next call.
 */
int argv_bed_cut(const char *program, const char *line, char ***ret_argv);

/* Fails unless nothing was wrong and a run was asked for. */
void argv_bed_runs(const struct option_result *result);

/* Fails unless it was refused, by one line that has remedy in it. */
void argv_bed_refused(const struct option_result *result, const char *remedy);

#endif
