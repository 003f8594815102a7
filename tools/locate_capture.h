/* SPDX-License-Identifier: BSD-2-Clause */
/* A capture file becomes a vantage. */
#ifndef PTPROBE_LOCATE_CAPTURE_H
#define PTPROBE_LOCATE_CAPTURE_H

#include <stdio.h>

#include "vantage.h"

/*
 * Reads a pcap or pcapng file and adds what it saw: the seqs of each run, exactly, and whether it
 * says that it lost none. 0; error is empty then, or says what is wrong with the rest of a file
 * that is damaged. Or -errno, and error says what is wrong: -EBADMSG or -ENOTSUP, it is no capture;
 * -ENOSPC, it has more gaps than can be held; -ENOMEM; another of reading. Without the file's name.
 */
int locate_capture_read(FILE *file, const struct vantage_naming *naming, struct vantages *vantages,
			char error[static VANTAGE_ERROR_TEXT]);

#endif
