/* SPDX-License-Identifier: BSD-2-Clause */
/* What this process may still do once its sockets are open: little, whoever started it. */
#ifndef PTPROBE_RIGHTS_H
#define PTPROBE_RIGHTS_H

enum { RIGHTS_TEXT = 160 };

/* What a tool needs beyond reading files, its open descriptors, memory and clocks. */
enum {
	RIGHTS_SOCKETS = 1,  /* to open sockets and bind them */
	RIGHTS_LOW_PORT = 2, /* to bind to a port below 1024, if it may now */
	RIGHTS_REPLACE = 4,  /* to write a file and rename it over another */
	RIGHTS_COUNTERS = 8, /* to read counters by what is open for that (collector.h) */
	RIGHTS_WRITE = 16,   /* to open further files for writing */
	RIGHTS_THREADS = 64, /* to start threads, which have no further rights, and wait for them */
	RIGHTS_CAPTURE = 32, /* to ask whether the interface of a tap that failed is still there */
	RIGHTS_CHILDREN = 128, /* children that run this program on, their signals and their end */
	RIGHTS_STREAMS = 256,  /* connections, and what libiperf does for its streams */
	RIGHTS_PHC = 512,      /* to read a network card's clock that is open (phc.h) */
	RIGHTS_NIC_STAMP = 1024, /* to set what a card stamps: with CAP_NET_ADMIN, if it is there */
};

/*
 * Gives up, for good: every capability (with RIGHTS_LOW_PORT all but CAP_NET_BIND_SERVICE, with
 * RIGHTS_NIC_STAMP all but CAP_NET_ADMIN), the way to new ones by execve(2), and all system calls
 * but those that needs, RIGHTS_*, stands for: others fail with EPERM. Root keeps its uid, and
 * writes from then on only where the modes of files let it. text: what was given up, or what
 * failed. 0; -ENOSYS when the kernel has no seccomp filter for this process, all else being done;
 * another -errno when a capability is left.
 */
int rights_drop(unsigned int needs, char text[static RIGHTS_TEXT]);

#endif
