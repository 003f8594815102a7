/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "expression.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

/* A file's interfaces seldom differ; a hostile one's may. */
enum { PROGRAMS_MAX = 16, SNAPLEN = 262144 };

struct program {
	uint16_t link_type;
	bool is_void; /* text means nothing for this link type */
	struct bpf_program bpf;
};

struct expression {
	size_t count, next;
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

int expression_new(const char *text, struct expression **ret_expression,
		   char error[static EXPRESSION_ERROR_TEXT])
{
	size_t length = strlen(text);
	struct expression *expression = calloc(1, sizeof(*expression) + length + 1);
	int err;

	if (expression == NULL) {
		snprintf(error, EXPRESSION_ERROR_TEXT, "out of memory");
		return -ENOMEM;
	}
	memcpy(expression->text, text, length);
	expression->program[0].link_type = FRAME_ETHERNET;
	err = compile(text, FRAME_ETHERNET, &expression->program[0].bpf, error);
	if (err < 0) {
		free(expression);
		return err;
	}
	expression->count = 1;
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
		expression->next = expression->next % (PROGRAMS_MAX - 1) + 1;
		program = &expression->program[expression->next];
		pcap_freecode(&program->bpf);
	}
	*program = (struct program){.link_type = link_type};
	program->is_void = compile(expression->text, link_type, &program->bpf, error) < 0;
	return program;
}

bool expression_matches(struct expression *expression, const struct frame *frame)
{
	struct program *program = find(expression, frame->link_type);
	struct pcap_pkthdr header = {.caplen = frame->captured, .len = frame->length};

	return !program->is_void && pcap_offline_filter(&program->bpf, &header, frame->bytes) != 0;
}
