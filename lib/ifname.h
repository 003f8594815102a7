/* SPDX-License-Identifier: BSD-2-Clause */
/* The name of a network interface on a command line. */
#ifndef PTPROBE_IFNAME_H
#define PTPROBE_IFNAME_H

/*
 * An option's parser (OPTION_CALL): *field, a const char *, becomes text. Refuses what the kernel
 * would and what a terminal would obey, since the name is repeated in messages and reports: spaces,
 * slashes, control characters, more than 15 bytes. 0, or -EINVAL and *ret_error.
 */
int ifname_parse(const char *text, void *field, const char **ret_error);

#endif
