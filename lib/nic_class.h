/* SPDX-License-Identifier: BSD-2-Clause */
/* What a network card's error counter tells of, judged by its name: drivers have no standard. */
#ifndef PTPROBE_NIC_CLASS_H
#define PTPROBE_NIC_CLASS_H

enum nic_class {
	NIC_NONE,         /* counts no fault: packets, bytes, and what is known to be harmless */
	NIC_CORRECTED,    /* errors that forward error correction has mended: a note */
	NIC_WIRE,         /* CRC, symbols, alignment: cable, optics, port */
	NIC_DUPLEX,       /* late collisions and their like: the ends disagree on duplex */
	NIC_LINK,         /* the carrier went */
	NIC_HOST,         /* frames came in sound, and the host was too slow to take them */
	NIC_MEMORY,       /* the driver got no memory */
	NIC_CLOUD,        /* the hypervisor's shaper */
	NIC_CONGESTION,   /* pause frames: information */
	NIC_LENGTH,       /* too long, too short: MTU, or collisions */
	NIC_UNCLASSIFIED, /* an error of some kind */
	NIC_CLASSES,
};

/*
 * The class of a counter by its driver's name for it, or by the kernel's (rtnl_link_stats64), with
 * or without "ethtool." or "link." before it, in any case.
 */
enum nic_class nic_class_of(const char *name);

/* "wire", "none". */
const char *nic_class_text(enum nic_class class);

#endif
