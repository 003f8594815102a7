/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What two ptprobe-link say to each other beside the load: one line of JSON each way, over TCP.
 *
 *	{"ptprobe":"link/1","ask":"snapshot"}
 *	{"ptprobe":"link/1","version":"0.1.0","interface":"eth0","port":5201,"snapshot":{…}}
 *	{"ptprobe":"link/1","version":"0.1.0","error":"…"}
 *
 * "hello" is answered without a snapshot. The interface is the one whose address was asked, port is
 * that of the iperf3 server. Members that a reader doesn't know are passed over.
 */
#ifndef PTPROBE_LINK_WORDS_H
#define PTPROBE_LINK_WORDS_H

#include <jansson.h>
#include <stddef.h>

enum {
	LINK_REQUEST_BYTES = 4096, /* the most that is read, with the newline */
	LINK_REPLY_BYTES = 256 << 10,
	LINK_WORDS_ERROR = 200,
};

enum link_ask { LINK_ASK_HELLO, LINK_ASK_SNAPSHOT };

/* The line of a request, with its newline; static. */
const char *link_request_text(enum link_ask ask);

/* Reads one without its newline. 0; or -EPROTO and error, which the asker is told. */
int link_request_parse(const char *line, size_t length, enum link_ask *ret_ask,
		       char error[static LINK_WORDS_ERROR]);

/*
 * The line of a reply, with its newline; interface NULL: unknown; snapshot NULL: none, else it is
 * stolen. To be freed; NULL: it would be larger than LINK_REPLY_BYTES, or memory is out.
 */
char *link_reply_text(const char *interface, unsigned int port, json_t *snapshot);
char *link_refusal_text(const char *error);

/*
 * Checks what the other end said: that it speaks this version, and no error. 0; -EPROTO and error:
 * it doesn't, or it says one (which is made printable).
 */
int link_reply_check(const json_t *reply, char error[static LINK_WORDS_ERROR]);

#endif
