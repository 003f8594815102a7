/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths below a root directory that no symbolic link and no ".." leads out of. */
#ifndef PTPROBE_SYSFS_PATH_H
#define PTPROBE_SYSFS_PATH_H

enum { SYSFS_PATH = 1024 };

/*
 * Opens path below the directory root, as if root were "/": a link to "/etc" leads to root's etc.
 * flags: open(2)'s; O_CLOEXEC and O_NONBLOCK (a pipe in the place of a file isn't waited for) are
 * added. The descriptor, or -errno.
 */
int sysfs_path_open(int root, const char *path, int flags);

/* The same without openat2(2), which kernels before 5.6 and some containers lack. */
int sysfs_path_walk(int root, const char *path, int flags);

/*
 * path without links: "sys/class/net/eth0/device" -> "sys/devices/pci0000:00/0000:00:03.0". 0, or
 * -errno: -ENOENT, -ELOOP, -ENAMETOOLONG.
 */
int sysfs_path_resolve(int root, const char *path, char ret_real[static SYSFS_PATH]);

#endif
