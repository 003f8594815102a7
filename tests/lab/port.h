/* SPDX-License-Identifier: BSD-2-Clause */
/* One of the relay's two Ethernet ports: an AF_PACKET socket with a receive ring. */
#ifndef PTPROBE_LAB_PORT_H
#define PTPROBE_LAB_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct port {
	int fd; /* readable when a frame waits */
	uint8_t *ring;
	size_t next; /* index of the slot that is read next */
};

struct port_frame {
	uint8_t *bytes; /* may be written to, until port_return */
	size_t length;
	bool is_whole;
	bool lacks_checksum; /* the sending kernel left the UDP checksum to the hardware */
};

/* Opens a port on interface. 0 or -errno. */
int port_open(struct port *port, const char *interface);
void port_close(struct port *port);

/* The next frame that came in, those that this host sent left out; false: none waits. */
bool port_next(struct port *port, struct port_frame *ret_frame);

/* Gives the frame of the last port_next back. */
void port_return(struct port *port);

/* 0 or -errno; -ENOBUFS, -ENETDOWN and -ENXIO when there is no link. */
int port_send(struct port *port, const uint8_t *bytes, size_t length);

/* Frames lost for want of room in the ring since the call before. */
uint32_t port_take_drops(struct port *port);

#endif
