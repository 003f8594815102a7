/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

enum {
	LONG_BITS = sizeof(unsigned long) * CHAR_BIT,
	/* the kernel takes one less than it is told, for set_mempolicy(2) */
	MASK_BITS = MACHINE_NODES + 1,
	MODE_FLAGS = 7 << 13, /* MPOL_MODE_FLAGS, which come with the mode */
	NODES_TEXT = 80,
};

struct nodes {
	unsigned long word[MACHINE_NODES / LONG_BITS];
};

/*
 * libnuma would write to standard error whatever it doesn't like about the machine, and may even
 * exit: here each call's result is looked at instead.
 */
void numa_warn(int number, char *format, ...)
{
	(void)number;
	(void)format;
}

void numa_error(char *where)
{
	(void)where;
}

int memory_probe(char error[static MEMORY_ERROR_TEXT])
{
	char why[TEXT_ERROR];
	int result, mode;

	if (get_mempolicy(&mode, NULL, 0, NULL, 0) == 0) {
		return 0;
	}
	result = -errno;
	text_error(-result, why);
	if (result == -ENOSYS) {
		snprintf(error, MEMORY_ERROR_TEXT,
			 "memory policy: %s: this kernel has no NUMA, or a filter hides it: "
			 "--mem=none",
			 why);
	} else {
		snprintf(
			error, MEMORY_ERROR_TEXT,
			"memory policy: %s: a filter (seccomp) forbids get_mempolicy, as containers' "
			"do without CAP_SYS_NICE: grant it, or --mem=none",
			why);
	}
	return result;
}

/* "1,7", for people. */
static char *nodes_text(const struct nodes *nodes, char text[static NODES_TEXT])
{
	size_t used = 0;

	snprintf(text, NODES_TEXT, "none");
	for (size_t node = 0; node < MACHINE_NODES && used < NODES_TEXT - 16; node++) {
		if ((nodes->word[node / LONG_BITS] >> node % LONG_BITS & 1) != 0) {
			used += (size_t)snprintf(text + used, NODES_TEXT - used, "%s%zu",
						 used > 0 ? "," : "", node);
		}
	}
	return text;
}

static const char *mode_name(int mode)
{
	static const char *const name[] = {
		[MPOL_DEFAULT] = "default",       [MPOL_PREFERRED] = "prefer", [MPOL_BIND] = "bind",
		[MPOL_INTERLEAVE] = "interleave", [MPOL_LOCAL] = "local",
	};

	return mode >= 0 && (size_t)mode < sizeof(name) / sizeof(*name) ? name[mode]
									: "another one";
}

static bool is_same(int mode, const struct nodes *nodes, int got_mode, const struct nodes *got)
{
	static const struct nodes none;

	/* until 5.14 the local one was a preference for no node */
	if (mode == MPOL_LOCAL) {
		return got_mode == MPOL_LOCAL ||
		       (got_mode == MPOL_PREFERRED && memcmp(got, &none, sizeof(none)) == 0);
	}
	return got_mode == mode && memcmp(got, nodes, sizeof(*nodes)) == 0;
}

static int read_back(int mode, const struct nodes *nodes, char error[static MEMORY_ERROR_TEXT])
{
	char text[NODES_TEXT], why[TEXT_ERROR];
	struct nodes got = {0};
	int got_mode, result;

	if (get_mempolicy(&got_mode, got.word, MASK_BITS, NULL, 0) < 0) {
		result = -errno;
		snprintf(error, MEMORY_ERROR_TEXT,
			 "memory policy: it can't be read back: %s: --mem=none",
			 text_error(-result, why));
		return result;
	}
	got_mode &= ~MODE_FLAGS;
	if (!is_same(mode, nodes, got_mode, &got)) {
		snprintf(error, MEMORY_ERROR_TEXT,
			 "memory policy: the kernel made '%s' on nodes %s of it: --mem=none, or "
			 "--mem=local",
			 mode_name(got_mode), nodes_text(&got, text));
		return -ESTALE;
	}
	return 0;
}

int memory_apply(enum plan_memory memory, uint32_t node, char error[static MEMORY_ERROR_TEXT])
{
	static const int mode_of[] = {
		[PLAN_MEMORY_BIND] = MPOL_BIND,
		[PLAN_MEMORY_PREFER] = MPOL_PREFERRED,
		[PLAN_MEMORY_LOCAL] = MPOL_LOCAL,
	};
	struct nodes nodes = {0};
	char why[TEXT_ERROR];
	bool has_node = memory != PLAN_MEMORY_LOCAL;
	int result;

	if (memory == PLAN_MEMORY_NONE || (has_node && node >= MACHINE_NODES)) {
		return 0;
	}
	if (has_node) {
		nodes.word[node / LONG_BITS] |= 1UL << node % LONG_BITS;
	}
	if (set_mempolicy(mode_of[memory], has_node ? nodes.word : NULL,
			  has_node ? MASK_BITS : 0) == 0) {
		return read_back(mode_of[memory], &nodes, error);
	}
	result = -errno;
	text_error(-result, why);
	if (result == -EINVAL && has_node) {
		snprintf(
			error, MEMORY_ERROR_TEXT,
			"memory policy: node %" PRIu32 " can't give memory to this process: %s: it "
			"has none, or its cpuset (cpuset.mems) leaves it out: --node, or --mem=local",
			node, why);
	} else {
		snprintf(error, MEMORY_ERROR_TEXT, "memory policy: %s: %s", why,
			 result == -EPERM || result == -ENOSYS
				 ? "a filter (seccomp) forbids set_mempolicy: --mem=none"
				 : "--mem=none");
	}
	return result;
}
