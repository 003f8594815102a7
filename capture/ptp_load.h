/* SPDX-License-Identifier: BSD-2-Clause */
/* Profiles and masks by what the command line calls them: a known name, or a file. */
#ifndef PTPROBE_PTP_LOAD_H
#define PTPROBE_PTP_LOAD_H

#include <stdio.h>

#include "mask.h"
#include "profile.h"

struct file_ids;

enum { PTP_LOAD_ERROR = 700 };

/*
 * A known name comes first; a file is read into room and added to kept. 0, or -errno and error, one
 * line: -EINVAL when it is neither, or its content is wrong.
 */
int ptp_load_profile(const char *text, struct profile *room, struct file_ids *kept,
		     const struct profile **ret_profile, char error[static PTP_LOAD_ERROR]);
int ptp_load_mask(const char *text, struct mask *room, struct file_ids *kept,
		  const struct mask **ret_mask, char error[static PTP_LOAD_ERROR]);

/* Those that are known, a line each. */
void ptp_load_list_profiles(FILE *out);
void ptp_load_list_masks(FILE *out);

#endif
