/* SPDX-License-Identifier: BSD-2-Clause */
#include "program.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *program_path(const char *name, char *path)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (length > 0) {
		self[length] = '\0';
		slash = strrchr(self, '/');
		if (slash) {
			*slash = '\0';
			if (snprintf(path, PATH_MAX, "%s/ptprobe-%s", self, name) < PATH_MAX &&
			    access(path, X_OK) == 0) {
				return path;
			}
		}
	}
	return snprintf(path, PATH_MAX, "%s/ptprobe-%s", TOOLDIR, name) < PATH_MAX ? path : NULL;
}
