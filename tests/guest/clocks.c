/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clocks synchronised: has the kernel say that the host's clock is, though nobody keeps it.
 * clocks step DEVICE S: sets a card's clock, /dev/ptpN, so many seconds forth or back.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

/* clock_gettime(3): a descriptor as a clock's id. */
static clockid_t clock_of(int fd)
{
	return (clockid_t)((~(unsigned int)fd << 3) | 3);
}

int main(int argc, char *argv[])
{
	struct timex timex = {0};
	clockid_t clock = CLOCK_REALTIME;

	if (argc == 2 && strcmp(argv[1], "synchronised") == 0) {
		timex.modes = ADJ_STATUS | ADJ_MAXERROR;
	} else if (argc == 4 && strcmp(argv[1], "step") == 0) {
		int fd = open(argv[2], O_RDWR | O_CLOEXEC);

		if (fd < 0) {
			perror(argv[2]);
			return 1;
		}
		clock = clock_of(fd);
		timex.modes = ADJ_SETOFFSET;
		timex.time.tv_sec = strtol(argv[3], NULL, 10);
	} else {
		fprintf(stderr, "usage: clocks synchronised | clocks step DEVICE S\n");
		return 2;
	}
	if (clock_adjtime(clock, &timex) < 0) {
		perror("clock_adjtime");
		return 1;
	}
	return 0;
}
