/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the facts that advice depends on below a root directory. */
#ifndef PTPROBE_ADVICE_FACTS_H
#define PTPROBE_ADVICE_FACTS_H

#include <stdint.h>

struct advice_facts;

/* root: descriptor of the root directory, that no link leads out of; cpu: whose governor and idle
 * states count. What can't be read is unknown. */
void advice_facts_read(int root, uint32_t cpu, struct advice_facts *ret_facts);

#endif
