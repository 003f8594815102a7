/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a command and says how much memory it took at most:
 *
 *	peak FILE COMMAND...
 *
 * writes its largest resident set, kB, to FILE. Its status is the command's.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	struct rusage usage;
	int status;
	FILE *file;
	pid_t child;

	if (argc < 3) {
		fprintf(stderr, "usage: peak FILE COMMAND...\n");
		return 2;
	}
	child = fork();
	if (child == 0) {
		execv(argv[2], argv + 2);
		_exit(127);
	}
	file = fopen(argv[1], "we");
	if (child < 0 || file == NULL || wait4(child, &status, 0, &usage) != child) {
		return 1;
	}
	fprintf(file, "%ld\n", usage.ru_maxrss);
	return fclose(file) == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
