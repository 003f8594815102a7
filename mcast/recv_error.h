/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel has refused the receiver's sockets: one line with the reason and the remedy. */
#ifndef PTPROBE_RECV_ERROR_H
#define PTPROBE_RECV_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endpoint;

enum { RECV_ERROR_TEXT = 512 };

/* Each takes -errno. number: of the socket or the join, from 1. */
void recv_error_socket(char error[static RECV_ERROR_TEXT], int err, size_t number);
/* is_ptp: the port is PTP's, and can't be chosen. */
void recv_error_bind(char error[static RECV_ERROR_TEXT], int err, const struct endpoint *group,
		     bool is_ptp);
void recv_error_join(char error[static RECV_ERROR_TEXT], int err, const struct endpoint *group,
		     const char *interface, uint32_t number);

#endif
