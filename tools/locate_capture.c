/* SPDX-License-Identifier: BSD-2-Clause */
#include "locate_capture.h"

#include <errno.h>

int locate_capture_read(FILE *file, const struct vantage_naming *naming, struct vantages *vantages,
			char error[static VANTAGE_ERROR_TEXT])
{
	(void)file;
	(void)naming;
	(void)vantages;
	snprintf(error, VANTAGE_ERROR_TEXT,
		 "capture files aren't read yet: give ptprobe-capture's report");
	return -ENOTSUP;
}
