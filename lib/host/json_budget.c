/* SPDX-License-Identifier: BSD-2-Clause */
#include "json_budget.h"

#include <jansson.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

enum { OVERHEAD = 16 }; /* of the allocator, for each piece */

static struct {
	size_t left;
	bool exceeded;
} budget;

static void *take(size_t size)
{
	void *piece = size < budget.left ? malloc(size) : NULL;
	size_t cost;

	if (piece == NULL) {
		budget.exceeded = true;
		return NULL;
	}
	cost = malloc_usable_size(piece) + OVERHEAD;
	budget.left -= cost < budget.left ? cost : budget.left;
	return piece;
}

static void give_back(void *piece)
{
	if (piece != NULL) {
		budget.left += malloc_usable_size(piece) + OVERHEAD;
		free(piece);
	}
}

void json_budget_begin(void)
{
	budget.left = JSON_BUDGET_BYTES;
	budget.exceeded = false;
	json_set_alloc_funcs(take, give_back);
}

bool json_budget_end(void)
{
	json_set_alloc_funcs(malloc, free);
	return budget.exceeded;
}
