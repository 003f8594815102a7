/* SPDX-License-Identifier: BSD-2-Clause */
/* For lib/vantage*.c alone. */
#ifndef PTPROBE_VANTAGE_PARTS_H
#define PTPROBE_VANTAGE_PARTS_H

#include "vantage.h"

#define VANTAGE_SENDER_NAME "sender"

/* Copies from, cut to what there is room for. */
void vantage_text(char text[static VANTAGE_TEXT], const char *from);

/* Puts its runs into the order in which vantage_find searches. */
void vantage_sort(struct vantage *vantage);

#endif
