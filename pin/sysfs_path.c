/* SPDX-License-Identifier: BSD-2-Clause */
#include "sysfs_path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINKS = 40 }; /* the kernel's own bound, path_resolution(7) */

/* Cuts the last component off. */
static void go_up(char *path)
{
	char *slash = strrchr(path, '/');

	*(slash != NULL ? slash : path) = '\0';
}

/* Appends a component. False: too long. */
static bool go_down(char path[static SYSFS_PATH], const char *name, size_t length)
{
	size_t used = strlen(path), slash = used > 0;

	if (used + slash + length >= SYSFS_PATH) {
		return false;
	}
	if (slash == 1) {
		path[used] = '/';
	}
	memcpy(path + used + slash, name, length);
	path[used + slash + length] = '\0';
	return true;
}

/* Puts target before what is left of the path. False: too long. */
static bool follow(char rest[static SYSFS_PATH], const char *left, const char *target)
{
	size_t head = strlen(target), tail = strlen(left);

	if (head + tail >= SYSFS_PATH) {
		return false;
	}
	memmove(rest + head, left, tail + 1); /* left is within rest */
	memcpy(rest, target, head);
	return true;
}

int sysfs_path_resolve(int root, const char *path, char ret_real[static SYSFS_PATH])
{
	char real[SYSFS_PATH] = "", rest[SYSFS_PATH], target[SYSFS_PATH];
	const char *at = rest;
	unsigned int links = 0;

	if (strlen(path) >= sizeof(rest)) {
		return -ENAMETOOLONG;
	}
	strcpy(rest, path);
	while (*at != '\0') {
		size_t length = strcspn(at, "/");
		ssize_t got;

		if (length == 0 || (length == 1 && at[0] == '.')) {
			at += length == 0 ? 1 : length;
			continue;
		}
		if (length == 2 && memcmp(at, "..", 2) == 0) {
			go_up(real);
			at += length;
			continue;
		}
		if (!go_down(real, at, length)) {
			return -ENAMETOOLONG;
		}
		at += length;
		got = readlinkat(root, real, target, sizeof(target));
		if (got < 0 && errno != EINVAL) {
			return -errno;
		}
		if (got < 0) { /* no link */
			continue;
		}
		if ((size_t)got >= sizeof(target)) {
			return -ENAMETOOLONG;
		}
		if (++links > LINKS) {
			return -ELOOP;
		}
		target[got] = '\0';
		if (target[0] == '/') {
			real[0] = '\0';
		} else {
			go_up(real);
		}
		if (!follow(rest, at, target)) {
			return -ENAMETOOLONG;
		}
		at = rest;
	}
	strcpy(ret_real, real);
	return 0;
}

int sysfs_path_walk(int root, const char *path, int flags)
{
	char real[SYSFS_PATH];
	int err = sysfs_path_resolve(root, path, real), fd;

	if (err < 0) {
		return err;
	}
	fd = openat(root, real[0] != '\0' ? real : ".",
		    flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

int sysfs_path_open(int root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned int)flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

	if (fd >= 0) {
		return (int)fd;
	}
	switch (errno) {
	case ENOSYS:
	case EPERM:  /* a container's filter */
	case EAGAIN: /* ".." while something was renamed */
		return sysfs_path_walk(root, path, flags);
	default:
		return -errno;
	}
}
