/* SPDX-License-Identifier: BSD-2-Clause */
/* A differentiated services code point on a command line. */
#ifndef PTPROBE_DSCP_H
#define PTPROBE_DSCP_H

/*
 * An option's parser (OPTION_CALL): *field, a uint8_t, becomes 0..63, from a number or a name of
 * RFC 2474, 2597, 3246, 5865 or 8622 in any case: EF, VA, LE, CS0..CS7, AF11..AF43. 0, or -EINVAL
 * and *ret_error.
 */
int dscp_parse(const char *text, void *field, const char **ret_error);

#endif
