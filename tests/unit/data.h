/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of tests/data. */
#ifndef PTPROBE_DATA_H
#define PTPROBE_DATA_H

/* All of "proc/snmp", to be freed; fails the test when it can't be read. */
char *data_text(const char *name);

#endif
