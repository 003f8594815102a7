/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "ifname.h"
#include "sysfs_parts.h"

#define NET "sys/class/net"

enum {
	LOWERS = 256, /* interfaces below the one that was named, in all */
	LISTED_TEXT = 160,
};

/* On the way down from the interface that was named. */
struct descent {
	struct sysfs *sysfs;
	struct sysfs_names seen;
	size_t depth;
	char way[MACHINE_LINEAGE][MACHINE_IFNAME];
	size_t devices, unplaced; /* found so far; without a node */
};

static bool is_name(const char *name)
{
	const char *field, *error;

	return name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	       ifname_parse(name, &field, &error) == 0;
}

static bool is_below(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* The node of the device at path: the first numa_node on the way up; -1 there is none. */
static uint32_t device_node(struct sysfs *sysfs, const char *path)
{
	char at[SYSFS_PATH];
	int64_t number = -1;
	int err = -ENOENT;

	snprintf(at, sizeof(at), "%s", path);
	while (err == -ENOENT && is_below(at, "sys/devices")) {
		err = sysfs_number(sysfs, &number, "%s/numa_node", at);
		*strrchr(at, '/') = '\0';
	}
	if (err == -ENOENT || (err == 0 && number < 0)) {
		return MACHINE_NONE;
	}
	if (err == 0 &&
	    (number >= MACHINE_NODES || machine_node(sysfs->machine, (uint32_t)number) == NULL)) {
		err = -EINVAL;
	}
	if (err < 0) {
		sysfs_note(sysfs, err, "the interface's node is unknown");
		return MACHINE_NONE;
	}
	return (uint32_t)number;
}

/* 1: it has a device, which is taken; 0: none, or one that is software too; -errno. */
static int take_device(struct descent *descent, const char *name)
{
	struct sysfs *sysfs = descent->sysfs;
	struct machine_nic *nic = &sysfs->machine->nic;
	char link[SYSFS_PATH], path[SYSFS_PATH];
	uint32_t node;
	int err;

	snprintf(link, sizeof(link), NET "/%s/device", name);
	if (sysfs_path_resolve(sysfs->root, link, path) < 0 || !is_below(path, "sys/devices") ||
	    is_below(path, "sys/devices/virtual")) {
		return 0;
	}
	if (descent->devices++ == 0) {
		memcpy(nic->lineage, descent->way, sizeof(nic->lineage));
		nic->lineage_count = descent->depth;
	}
	node = device_node(sysfs, path);
	if (node != MACHINE_NONE) {
		cpulist_add(&nic->nodes, node);
	} else {
		descent->unplaced++;
	}
	err = sysfs_irqs(sysfs, name, path);
	return err < 0 ? err : 1;
}

/* The CPUs that its packets are handed to, and that hand it theirs. Single queues have no xps. */
static void add_steered(struct sysfs *sysfs, const char *name)
{
	static const struct {
		const char *prefix, *file;
	} kinds[] = {{"rx-", "rps_cpus"}, {"tx-", "xps_cpus"}};
	struct cpulist *steered = &sysfs->machine->nic.steered, cpus;
	struct sysfs_names queues;

	for (size_t kind = 0; kind < 2; kind++) {
		if (sysfs_names(sysfs, kinds[kind].prefix, &queues, NET "/%s/queues", name) < 0) {
			continue;
		}
		for (size_t i = 0; i < queues.count; i++) {
			int err = sysfs_mask(sysfs, &cpus, NET "/%s/queues/%s%s/%s", name,
					     kinds[kind].prefix, queues.name[i], kinds[kind].file);

			if (err == -EINVAL) {
				sysfs_note(sysfs, err, "taken as no steering of packets");
			}
			if (err == 0) {
				cpulist_join(steered, &cpus);
			}
		}
		sysfs_names_free(&queues);
	}
}

/* Those below name: a bond's active slave where it has one, else all. 0 or -errno. */
static int lowers_of(struct sysfs *sysfs, const char *name, struct sysfs_names *ret_lowers)
{
	int err = sysfs_text(sysfs, NET "/%s/bonding/active_slave", name);

	*ret_lowers = (struct sysfs_names){0};
	if (err == 0 && is_name(sysfs->text)) {
		return sysfs_names_add(ret_lowers, sysfs->text);
	}
	err = sysfs_names(sysfs, "lower_", ret_lowers, NET "/%s", name);
	return err == -ENOMEM ? err : 0;
}

/* 1: a device is behind name, or several; 0: none; -errno. */
static int descend(struct descent *descent, const char *name)
{
	struct sysfs *sysfs = descent->sysfs;
	struct sysfs_names lowers;
	int found = 0, result;

	if (!is_name(name) || sysfs_names_have(&descent->seen, name)) {
		return 0;
	}
	if (descent->depth == MACHINE_LINEAGE || descent->seen.count == LOWERS) {
		machine_note(sysfs->machine,
			     "%s: too many interfaces below it: '%s' and what is "
			     "below that are left out",
			     descent->way[0], name);
		return 0;
	}
	result = sysfs_names_add(&descent->seen, name);
	result = result < 0 ? result : lowers_of(sysfs, name, &lowers);
	if (result < 0) {
		return result;
	}
	snprintf(descent->way[descent->depth++], MACHINE_IFNAME, "%s", name);
	for (size_t i = 0; i < lowers.count && result >= 0; i++) {
		result = descend(descent, lowers.name[i]);
		found |= result > 0;
	}
	sysfs_names_free(&lowers);
	/* a switch's port has a device too, but its frames go through the interface below */
	if (result >= 0 && found == 0) {
		result = take_device(descent, name);
		found = result > 0;
	}
	descent->depth--;
	if (result >= 0 && found != 0) {
		add_steered(sysfs, name);
	}
	return result < 0 ? result : found;
}

/* "eth0, lo", cut where it gets long. */
static void list_interfaces(struct sysfs *sysfs, char text[static LISTED_TEXT])
{
	struct sysfs_names names = {0};
	size_t used = 0;

	text[0] = '\0';
	(void)sysfs_names(sysfs, "", &names, NET);
	for (size_t i = 0; i < names.count && used < LISTED_TEXT - 2 * MACHINE_IFNAME; i++) {
		if (is_name(names.name[i])) {
			used += (size_t)snprintf(text + used, LISTED_TEXT - used, "%s%s",
						 used > 0 ? ", " : "", names.name[i]);
			if (used >= LISTED_TEXT - 2 * MACHINE_IFNAME && i + 1 < names.count) {
				snprintf(text + used, LISTED_TEXT - used, ", ...");
			}
		}
	}
	sysfs_names_free(&names);
}

static int unknown(struct sysfs *sysfs, const char *name, char error[static MACHINE_ERROR_TEXT])
{
	char listed[LISTED_TEXT];

	list_interfaces(sysfs, listed);
	snprintf(error, MACHINE_ERROR_TEXT, "no interface '%s': %s%s", is_name(name) ? name : "?",
		 listed[0] != '\0' ? "there are " : "/" NET " has none", listed);
	return -ENODEV;
}

/*
 * A process that entered a network namespace alone still sees the /sys of the one before, and there
 * perhaps another interface of that name.
 */
static bool is_elsewhere(struct sysfs *sysfs, const char *name)
{
	unsigned int index = if_nametoindex(name);
	int64_t shown = 0;

	return sysfs_number(sysfs, &shown, NET "/%s/ifindex", name) < 0 || shown != index;
}

int sysfs_nic(struct sysfs *sysfs, const struct sysfs_request *request,
	      char error[static MACHINE_ERROR_TEXT])
{
	struct machine_nic *nic = &sysfs->machine->nic;
	struct descent descent = {.sysfs = sysfs};
	const char *name = request->interface;
	char path[SYSFS_PATH], real[SYSFS_PATH];
	int found;

	if (!is_name(name) || (!request->is_recorded && if_nametoindex(name) == 0)) {
		return unknown(sysfs, name, error);
	}
	nic->kind = MACHINE_NIC_SOFTWARE;
	nic->lineage_count = 1;
	snprintf(nic->lineage[0], MACHINE_IFNAME, "%s", name);
	if (!request->is_recorded && is_elsewhere(sysfs, name)) {
		machine_note(sysfs->machine,
			     "%s: /sys is of another network namespace, so that "
			     "its device is unknown: mount sysfs anew in this one",
			     name);
		return 0;
	}
	snprintf(path, sizeof(path), NET "/%s", name);
	if (sysfs_path_resolve(sysfs->root, path, real) < 0) {
		return unknown(sysfs, name, error);
	}
	found = descend(&descent, name);
	sysfs_names_free(&descent.seen);
	if (found <= 0) {
		return found;
	}
	nic->kind = MACHINE_NIC_DEVICE;
	if (cpulist_count(&nic->nodes) == 1) {
		nic->node = (uint32_t)cpulist_next(&nic->nodes, 0);
		if (descent.unplaced > 0) {
			machine_note(sysfs->machine,
				     "%s: of %zu interfaces below it %zu tell no "
				     "node",
				     name, descent.devices, descent.unplaced);
		}
	}
	return 0;
}
