/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "expression.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

/* Ethernet and cooked first: what is meant for any link type is for one of them. */
static const uint16_t known[] = {FRAME_ETHERNET, FRAME_SLL2, FRAME_SLL,  FRAME_RAW,
				 FRAME_IPV4,     FRAME_IPV6, FRAME_NULL, FRAME_LOOP};

/* A file's interfaces seldom differ; a hostile one's may. */
enum { KNOWN = sizeof(known) / sizeof(*known), PROGRAMS_MAX = KNOWN + 8, SNAPLEN = 262144 };

struct program {
	uint16_t link_type;
	bool is_void; /* text means nothing for this link type: there is no bpf */
	struct bpf_program bpf;
};

struct expression {
	size_t count, next;
	struct expression_void unmeant;
	struct program program[PROGRAMS_MAX];
	char text[];
};

/* libpcap's own number of a link type. */
static int data_link(uint16_t link_type)
{
	return link_type == FRAME_RAW ? DLT_RAW : link_type;
}

const char *expression_link_name(uint16_t link_type)
{
	return pcap_datalink_val_to_name(data_link(link_type));
}

static int compile(const char *text, uint16_t link_type, struct bpf_program *ret_bpf,
		   char error[static EXPRESSION_ERROR_TEXT])
{
	pcap_t *dead = pcap_open_dead(data_link(link_type), SNAPLEN);
	int err = 0;

	if (dead == NULL) {
		snprintf(error, EXPRESSION_ERROR_TEXT, "out of memory");
		return -ENOMEM;
	}
	if (pcap_compile(dead, ret_bpf, text, 1, PCAP_NETMASK_UNKNOWN) < 0) {
		snprintf(error, EXPRESSION_ERROR_TEXT,
			 "filter '%.200s': %s: its language is that of pcap-filter(7)", text,
			 pcap_geterr(dead));
		err = -EINVAL;
	}
	pcap_close(dead);
	return err;
}

/* 0 or -errno: then it is void. */
static int add(const struct expression *expression, uint16_t link_type, struct program *program,
	       char error[static EXPRESSION_ERROR_TEXT])
{
	int err;

	*program = (struct program){.link_type = link_type};
	err = compile(expression->text, link_type, &program->bpf, error);
	program->is_void = err < 0;
	return err;
}

int expression_new(const char *text, struct expression **ret_expression,
		   char error[static EXPRESSION_ERROR_TEXT])
{
	size_t length = strlen(text);
	struct expression *expression = calloc(1, sizeof(*expression) + length + 1);
	char unused[EXPRESSION_ERROR_TEXT];

	if (expression == NULL) {
		snprintf(error, EXPRESSION_ERROR_TEXT, "out of memory");
		return -ENOMEM;
	}
	memcpy(expression->text, text, length);
	for (size_t i = 0; i < KNOWN; i++) {
		struct program *program = &expression->program[expression->count++];
		/* the one of Ethernet is told when it is wrong */
		int result = add(expression, known[i], program, i == 0 ? error : unused);

		if (result == -ENOMEM || (i == 1 && program[-1].is_void && program->is_void)) {
			expression_free(expression);
			return result;
		}
	}
	*ret_expression = expression;
	return 0;
}

void expression_free(struct expression *expression)
{
	if (expression == NULL) {
		return;
	}
	for (size_t i = 0; i < expression->count; i++) {
		pcap_freecode(&expression->program[i].bpf);
	}
	free(expression);
}

static struct program *find(struct expression *expression, uint16_t link_type)
{
	char error[EXPRESSION_ERROR_TEXT];
	struct program *program;

	for (size_t i = 0; i < expression->count; i++) {
		if (expression->program[i].link_type == link_type) {
			return &expression->program[i];
		}
	}
	if (expression->count < PROGRAMS_MAX) {
		program = &expression->program[expression->count++];
	} else {
		program = &expression->program[KNOWN + expression->next++ % (PROGRAMS_MAX - KNOWN)];
		pcap_freecode(&program->bpf);
	}
	(void)add(expression, link_type, program, error);
	return program;
}

static void note_void(struct expression *expression, uint16_t link_type)
{
	struct expression_void *unmeant = &expression->unmeant;
	struct bpf_program bpf;

	if (unmeant->frames++ == 0) {
		unmeant->link_type = link_type;
		if (compile(expression->text, link_type, &bpf, unmeant->why) == 0) {
			pcap_freecode(&bpf);
		}
	}
}

bool expression_matches(struct expression *expression, const struct frame *frame)
{
	struct program *program = find(expression, frame->link_type);
	struct pcap_pkthdr header = {.caplen = frame->captured, .len = frame->length};

	if (program->is_void) {
		note_void(expression, frame->link_type);
		return false;
	}
	return pcap_offline_filter(&program->bpf, &header, frame->bytes) != 0;
}

const struct expression_void *expression_void(const struct expression *expression)
{
	return &expression->unmeant;
}
