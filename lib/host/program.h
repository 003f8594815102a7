/* SPDX-License-Identifier: BSD-2-Clause */
/* Where ptprobe's other programs are. */
#ifndef PTPROBE_PROGRAM_H
#define PTPROBE_PROGRAM_H

/*
 * The path of ptprobe-NAME: beside the running program, as in a build tree, or else where it was
 * installed. The environment has no say in it. Returns path, which holds PATH_MAX bytes; NULL:
 * longer than that.
 */
char *program_path(const char *name, char *path);

#endif
