/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partition_run [--force] [--node N] CPUS COMMAND...: runs a command in an isolated partition of
 * those CPUs, as ptprobe-pin --partition does, but nothing else of it. Prints the partition's path
 * first. Exit status: the command's; 124 and one line on stderr when there is no partition, when it
 * was no longer one after the command, or when it can't be removed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cpulist.h"
#include "machine.h"
#include "partition.h"

static int fail(const char *error)
{
	fprintf(stderr, "partition_run: %s\n", error);
	return 124;
}

static int run(const struct partition *partition, char *const command[])
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (partition_join(partition) < 0) {
			_exit(124);
		}
		execvp(command[0], command);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char *argv[])
{
	char error[PARTITION_ERROR_TEXT], ignored[PARTITION_ERROR_TEXT];
	struct partition partition = PARTITION_INIT;
	uint32_t node = MACHINE_NONE;
	struct cpulist cpus = {0};
	const char *wrong;
	bool force = false;
	int at = 1, status;
	unsigned int swept;

	if (at < argc && strcmp(argv[at], "--force") == 0) {
		force = true;
		at++;
	}
	if (at + 1 < argc && strcmp(argv[at], "--node") == 0) {
		node = (uint32_t)strtoul(argv[at + 1], NULL, 10);
		at += 2;
	}
	if (argc - at < 2 || cpulist_parse(argv[at], &cpus, &wrong) < 0) {
		return fail("partition_run [--force] [--node N] CPUS COMMAND...");
	}
	swept = partition_sweep();
	if (swept > 0) {
		fprintf(stderr, "partition_run: swept %u\n", swept);
	}
	if (partition_make(&cpus, node, force, &partition, error) < 0) {
		return fail(error);
	}
	printf("%s\n", partition.path);
	fflush(stdout);
	status = run(&partition, argv + at + 1);
	if (partition_check(&partition, error) < 0) {
		(void)partition_remove(&partition, ignored);
		return fail(error);
	}
	return partition_remove(&partition, error) < 0 ? fail(error) : status;
}
