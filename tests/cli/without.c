/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a command without a system call, as containers' filters do: without CALL ERRNO COMMAND...;
 * the call fails with that number.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <seccomp.h>

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int call, error;

	if (argc < 4 || filter == NULL) {
		fputs("usage: without CALL ERRNO COMMAND...\n", stderr);
		return 2;
	}
	call = seccomp_syscall_resolve_name(argv[1]);
	error = (int)strtol(argv[2], NULL, 10);
	if (call == __NR_SCMP_ERROR ||
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint16_t)error), call, 0) < 0 ||
	    seccomp_load(filter) < 0) {
		fprintf(stderr, "without: no filter for '%s'\n", argv[1]);
		return 77;
	}
	seccomp_release(filter);
	execvp(argv[3], argv + 3);
	perror(argv[3]);
	return 127;
}
