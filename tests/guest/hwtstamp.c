/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hwtstamp INTERFACE: what the card is set to stamp (SIOCGHWTSTAMP), as "tx 1 rx 12", the numbers
 * of linux/net_tstamp.h. hwtstamp INTERFACE TX RX: sets it.
 */
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(int argc, char *argv[])
{
	struct hwtstamp_config config = {0};
	struct ifreq request = {.ifr_data = (void *)&config};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (argc != 2 && argc != 4) {
		fprintf(stderr, "usage: hwtstamp INTERFACE [TX RX]\n");
		return 2;
	}
	snprintf(request.ifr_name, IFNAMSIZ, "%s", argv[1]);
	if (argc == 4) {
		config.tx_type = (int)strtol(argv[2], NULL, 10);
		config.rx_filter = (int)strtol(argv[3], NULL, 10);
	}
	if (fd < 0 || ioctl(fd, argc == 4 ? SIOCSHWTSTAMP : SIOCGHWTSTAMP, &request) < 0) {
		perror(argv[1]);
		return 1;
	}
	printf("tx %d rx %d\n", config.tx_type, config.rx_filter);
	return 0;
}
