/* SPDX-License-Identifier: BSD-2-Clause */
#include "vantage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vantage_parts.h"

void vantage_text(char text[static VANTAGE_TEXT], const char *from)
{
	snprintf(text, VANTAGE_TEXT, "%s", from);
}

struct vantage *vantages_add(struct vantages *vantages, enum vantage_role role,
			     const struct vantage_naming *naming)
{
	struct vantage *vantage =
		vantages->count < VANTAGES_MAX ? calloc(1, sizeof(*vantage)) : NULL;

	if (vantage == NULL) {
		return NULL;
	}
	vantage->role = role;
	vantage->side = naming->side;
	vantage->is_named = naming->name != NULL;
	vantage_text(vantage->name, naming->name != NULL ? naming->name : "");
	vantage_text(vantage->file, naming->file != NULL ? naming->file : "report");
	evidence_init(&vantage->evidence);
	vantages->vantage[vantages->count++] = vantage;
	return vantage;
}

static void release_list(struct vantage_list *list)
{
	seqset_release(&list->seqs);
}

static void release_sent(struct vantage_sent *sent)
{
	for (size_t i = 0; i < sent->refusals; i++) {
		release_list(&sent->refusal[i].list);
	}
	release_list(&sent->unscheduled);
	release_list(&sent->sched_without_snd);
}

static void release_vantage(struct vantage *vantage)
{
	for (size_t i = 0; i < vantage->runs; i++) {
		seqset_release(&vantage->run[i].covered);
		seqset_release(&vantage->run[i].seen);
	}
	release_sent(&vantage->sent);
	release_sent(&vantage->general);
	evidence_release(&vantage->evidence);
	free(vantage->run);
	free(vantage);
}

void vantages_release(struct vantages *vantages)
{
	for (size_t i = 0; i < vantages->count; i++) {
		release_vantage(vantages->vantage[i]);
	}
	vantages->count = 0;
}

static int compare_keys(const struct vantage_key *a, const struct vantage_key *b)
{
	if (a->run_id != b->run_id) {
		return a->run_id < b->run_id ? -1 : 1;
	}
	if (a->group.port != b->group.port) {
		return a->group.port < b->group.port ? -1 : 1;
	}
	return memcmp(a->group.address, b->group.address, sizeof(a->group.address));
}

static int by_key(const void *a, const void *b)
{
	return compare_keys(&((const struct vantage_run *)a)->key,
			    &((const struct vantage_run *)b)->key);
}

void vantage_sort(struct vantage *vantage)
{
	if (vantage->runs > 1) {
		qsort(vantage->run, vantage->runs, sizeof(*vantage->run), by_key);
	}
}

const struct vantage_run *vantage_find(const struct vantage *vantage, const struct vantage_key *key)
{
	size_t low = 0, high = vantage->runs;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_keys(&vantage->run[middle].key, key);

		if (order == 0) {
			return &vantage->run[middle];
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return NULL;
}

bool vantage_same_key(const struct vantage_key *a, const struct vantage_key *b)
{
	return compare_keys(a, b) == 0;
}

/* Before they are sorted. */
static struct vantage_run *find_unsorted(struct vantage *vantage, const struct vantage_key *key)
{
	for (size_t i = 0; i < vantage->runs; i++) {
		if (vantage_same_key(&vantage->run[i].key, key)) {
			return &vantage->run[i];
		}
	}
	return NULL;
}

struct vantage_run *vantage_add_run(struct vantage *vantage, const struct vantage_key *key)
{
	struct vantage_run *run = find_unsorted(vantage, key);

	if (run != NULL) {
		return run;
	}
	if (vantage->runs == VANTAGE_RUNS_MAX) {
		return NULL;
	}
	/* doubled at each power of two */
	if ((vantage->runs & (vantage->runs - 1)) == 0) {
		size_t room = vantage->runs > 0 ? 2 * vantage->runs : 1;

		run = realloc(vantage->run, room * sizeof(*run));
		if (run == NULL) {
			return NULL;
		}
		vantage->run = run;
	}
	run = &vantage->run[vantage->runs++];
	*run = (struct vantage_run){.key = *key, .certain_last = UINT64_MAX};
	return run;
}

/* The last 32 bits of an address, which are all that a sender's groups differ in. */
static uint32_t tail(const struct endpoint *endpoint)
{
	const uint8_t *byte = endpoint->address + sizeof(endpoint->address) - 4;

	return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
}

static bool is_of(const struct vantage_sent *sent, const struct vantage_key *key)
{
	uint32_t index = tail(&key->group) - tail(&sent->group.first);
	struct vantage_key one = {.run_id = sent->run_id};

	if (index >= sent->group.count) {
		return false;
	}
	one.group = group_at(&sent->group, index);
	return vantage_same_key(&one, key);
}

const struct vantage_sent *vantage_sent_of(const struct vantage *sender,
					   const struct vantage_key *key)
{
	if (sender->role != VANTAGE_SENDER) {
		return NULL;
	}
	if (is_of(&sender->sent, key)) {
		return &sender->sent;
	}
	return is_of(&sender->general, key) ? &sender->general : NULL;
}

bool vantage_has_sent(const struct vantage *sender, const struct vantage_key *key,
		      uint64_t *ret_used)
{
	const struct vantage_sent *sent = vantage_sent_of(sender, key);
	uint32_t index;

	if (sent == NULL) {
		return false;
	}
	/* the groups are served in turn, from the first one on */
	index = tail(&key->group) - tail(&sent->group.first);
	*ret_used = sent->used / sent->group.count + (index < sent->used % sent->group.count);
	return true;
}

enum vantage_side vantage_side_of(const struct vantage *tap, const struct vantage_run *run)
{
	/* a receiver's witness sees a sender's frames leave when both are on one host */
	if (run != NULL && run->side == VANTAGE_SIDE_SENDER && tap->beside != NULL &&
	    tap->beside->role == VANTAGE_RECEIVER) {
		return VANTAGE_SIDE_SENDER;
	}
	return tap->side != VANTAGE_SIDE_UNKNOWN || run == NULL ? tap->side : run->side;
}
