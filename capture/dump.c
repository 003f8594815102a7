/* SPDX-License-Identifier: BSD-2-Clause */
#include "dump.h"

#include <errno.h>
#include <stdio.h>

int dump_open(const struct dump_config *config, struct dump **ret_dump,
	      char error[static DUMP_ERROR])
{
	(void)ret_dump;
	snprintf(error, DUMP_ERROR, "write '%s': not yet", config->path);
	return -ENOTSUP;
}
int dump_frame(struct dump *dump, const struct frame *frame)
{
	(void)dump;
	(void)frame;
	return 0;
}
void dump_run_id(struct dump *dump, uint64_t run_id)
{
	(void)dump;
	(void)run_id;
}
int dump_tick(struct dump *dump, int64_t now_ns)
{
	(void)dump;
	(void)now_ns;
	return 0;
}
int dump_flush(struct dump *dump)
{
	(void)dump;
	return 0;
}
int dump_close(struct dump *dump, const struct dump_counts *counts)
{
	(void)dump;
	(void)counts;
	return 0;
}
const char *dump_error(const struct dump *dump)
{
	(void)dump;
	return "";
}
const struct dump_facts *dump_facts(const struct dump *dump)
{
	(void)dump;
	return NULL;
}
void dump_free(struct dump *dump)
{
	(void)dump;
}
