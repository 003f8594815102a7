/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * igb_unlatch INTERFACE: reads the card's register RXSATRH each millisecond, until it is killed.
 * QEMU's igb keeps the stamp of one PTP frame until that register is read, and stamps no other; a
 * real one puts each stamp before its frame, where Linux takes it from, and never reads the
 * register.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { BAR_BYTES = 0x20000, RXSATRH = 0xb630 };

int main(int argc, char *argv[])
{
	const struct timespec pause = {.tv_nsec = 1000000};
	const volatile uint32_t *registers;
	char path[128];
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: igb_unlatch INTERFACE\n");
		return 2;
	}
	snprintf(path, sizeof(path), "/sys/class/net/%s/device/resource0", argv[1]);
	fd = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
	registers = fd < 0 ? MAP_FAILED : mmap(NULL, BAR_BYTES, PROT_READ, MAP_SHARED, fd, 0);
	if (registers == MAP_FAILED) {
		perror(path);
		return 1;
	}
	puts("reading");
	fflush(stdout);
	for (;;) {
		(void)registers[RXSATRH / sizeof(*registers)];
		(void)nanosleep(&pause, NULL);
	}
}
