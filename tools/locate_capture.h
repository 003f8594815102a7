/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a capture become a vantage. */
#ifndef PTPROBE_LOCATE_CAPTURE_H
#define PTPROBE_LOCATE_CAPTURE_H

#include <stdio.h>

#include "vantage.h"

/*
 * Reads count pcap or pcapng files of one capture, in the order in which they were written, and
 * adds what it saw: the seqs of each run, exactly, and whether each file says that it lost none. Of
 * seqs that lie between the last of a file and the first of a later one it says nothing: a file
 * between them may be missing. 0; error is empty then, or says what is wrong with the rest of a
 * file that is damaged. Or -errno, and error says what is wrong: -EBADMSG or -ENOTSUP, it is no
 * capture; -ENOSPC, it has more gaps than can be held; -ENOMEM; another of reading. *ret_at: the
 * file that error is of, without its name.
 */
int locate_capture_read(FILE *const file[], size_t count, const struct vantage_naming *naming,
			struct vantages *vantages, size_t *ret_at,
			char error[static VANTAGE_ERROR_TEXT]);

#endif
