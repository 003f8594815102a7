/* SPDX-License-Identifier: BSD-2-Clause */
#include "seqbag.h"

#include <errno.h>
#include <stdlib.h>

void seqbag_release(struct seqbag *bag)
{
	seqset_release(&bag->seqs);
	free(bag->late);
	*bag = (struct seqbag){0};
}

static void empty_late(struct seqbag *bag)
{
	seqset_add_many(&bag->seqs, bag->late, bag->late_count);
	bag->late_count = 0;
}

void seqbag_add(struct seqbag *bag, uint64_t seq)
{
	struct seqset *seqs = &bag->seqs;

	if (seqs->count == 0 || seq >= seqs->range[seqs->count - 1].first) {
		seqset_add(seqs, seq, seq);
		return;
	}
	if (seqset_has(seqs, seq)) {
		return;
	}
	if (bag->late == NULL) {
		bag->late = calloc(SEQBAG_LATE, sizeof(*bag->late));
		if (bag->late == NULL) {
			seqset_release(seqs);
			seqs->error = -ENOMEM;
			return;
		}
	}
	bag->late[bag->late_count++] = (struct range){seq, seq};
	if (bag->late_count == SEQBAG_LATE) {
		empty_late(bag);
	}
}

void seqbag_take(struct seqbag *bag, struct seqset *ret_seqs)
{
	if (bag->late_count > 0) {
		empty_late(bag);
	}
	seqset_move(&bag->seqs, ret_seqs);
	seqbag_release(bag);
}
