/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch_memory.h"

#include <errno.h>
#include <stdio.h>

#include "proof.h"
#include "text.h"
#include "watch_proc.h"

enum { PROCESSES = 64 }; /* of which numa_maps is read */

/* Is that sight of the memory the one to judge? One that fails before others, then the larger. */
static bool is_worse(const struct proof_seen *seen, uint64_t on_node_kb, uint64_t private_kb)
{
	bool fails = !proof_is_on_node(on_node_kb, private_kb);
	bool failed = !proof_is_on_node(seen->on_node_kb, seen->private_kb);

	if (!seen->has_memory || fails != failed) {
		return !seen->has_memory || fails;
	}
	return fails ? private_kb - on_node_kb > seen->private_kb - seen->on_node_kb
		     : private_kb > seen->private_kb;
}

void watch_memory_look(const pid_t process[], size_t count, uint32_t node, int64_t at_ns,
		       struct proof_seen *seen)
{
	uint64_t on_node_kb = 0, private_kb = 0;
	uint64_t unread = count > PROCESSES ? count - PROCESSES : 0;
	char why[TEXT_ERROR];

	for (size_t i = 0; i < count && i < PROCESSES; i++) {
		int result = watch_proc_numa(process[i], node, &on_node_kb, &private_kb);

		if (result < 0 && result != -ESRCH && result != -ENOENT) {
			unread++;
			snprintf(seen->memory_reason, sizeof(seen->memory_reason), "numa_maps: %s",
				 text_error(-result, why));
		}
	}
	seen->memory_unread = unread > seen->memory_unread ? unread : seen->memory_unread;
	if (private_kb == 0) {
		return;
	}
	if (is_worse(seen, on_node_kb, private_kb)) {
		seen->on_node_kb = on_node_kb;
		seen->private_kb = private_kb;
	}
	seen->has_memory = true;
	seen->memory_looks++;
	seen->memory_ns = at_ns;
}
