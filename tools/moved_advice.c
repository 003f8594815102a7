/* SPDX-License-Identifier: BSD-2-Clause */
/* Causes, and what to do next, in the classic order: what costs nothing first. */
#include "moved.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CARD_STEP "card: reseat it, try another port of it, then replace it"
#define PORT_STEP "switch port: move to another one, and look at that port's own counters"

struct steps {
	size_t count;
	char (*step)[MOVED_STEP];
};

const char *moved_cause(enum nic_class class)
{
	static const char *const text[NIC_CLASSES] = {
		[NIC_NONE] = "no fault",
		[NIC_CORRECTED] = "damaged on the wire and mended by FEC: a note",
		[NIC_WIRE] =
			"damaged on the wire: cable, optic, connector, port, or duplex mismatch",
		[NIC_DUPLEX] =
			"collisions where there can be none: the two ends disagree on duplex",
		[NIC_LINK] = "the link, or its carrier, was lost",
		[NIC_HOST] = "frames came in sound, and this host was too slow to take them",
		[NIC_MEMORY] = "the driver got no memory for frames",
		[NIC_CLOUD] = "the cloud's shaper: the instance's allowance was exceeded",
		[NIC_CONGESTION] = "more was sent than could be taken: information, no fault",
		[NIC_LENGTH] = "frames too long or too short: MTUs that differ, or collisions",
		[NIC_UNCLASSIFIED] = "an error or a drop that its name doesn't explain",
	};

	return text[class];
}

static void __attribute__((format(printf, 2, 3))) say(struct steps *steps, const char *format, ...)
{
	va_list arguments;

	if (steps->count < MOVED_STEPS) {
		va_start(arguments, format);
		vsnprintf(steps->step[steps->count++], MOVED_STEP, format, arguments);
		va_end(arguments);
	}
}

/* The name within commands that people paste into a shell: a stranger's snapshot may have any. */
static const char *name_in_command(const struct snapshot *snapshot)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._@:";
	const char *name = snapshot->interface;
	size_t length = strlen(name);

	/* nor an option */
	return length > 0 && length < 16 && name[0] != '-' && name[strspn(name, plain)] == '\0'
		       ? name
		       : "IF";
}

static const char *duplex_text(enum snapshot_duplex duplex)
{
	return duplex == SNAPSHOT_DUPLEX_FULL   ? "full duplex"
	       : duplex == SNAPSHOT_DUPLEX_HALF ? "half duplex"
						: "duplex unknown";
}

static void say_duplex(struct steps *steps, const struct snapshot *snapshot)
{
	char speed[32] = "speed unknown";

	if (snapshot->speed_mbps > 0) {
		snprintf(speed, sizeof(speed), "%" PRIu32 " Mb/s", snapshot->speed_mbps);
	}
	say(steps,
	    "duplex at both ends: ethtool %s | grep -E 'Speed|Duplex|Auto' (here %s, %s), and the "
	    "same on the switch port: both automatic, or both fixed alike",
	    name_in_command(snapshot), speed, duplex_text(snapshot->duplex));
}

static void say_cable(struct steps *steps, const struct snapshot *snapshot)
{
	const char *name = name_in_command(snapshot);

	say(steps,
	    "cable: reseat it, then replace it; optic: clean the fibre, swap the module; copper: "
	    "ethtool --cable-test %s, optic: ethtool -m %s",
	    name, name);
}

static void say_wire(struct steps *steps, const struct snapshot *snapshot)
{
	say_duplex(steps, snapshot);
	say_cable(steps, snapshot);
	say(steps, CARD_STEP);
	say(steps, PORT_STEP);
	say(steps, "after each: ethtool -S %s | grep -iE 'crc|fcs|align|symbol'",
	    name_in_command(snapshot));
}

static void say_link(struct steps *steps, const struct snapshot *snapshot)
{
	const char *name = name_in_command(snapshot);

	say(steps, "when and how often: dmesg | grep -i %s; ip -s -s link show %s", name, name);
	say_duplex(steps, snapshot);
	say_cable(steps, snapshot);
	say(steps, CARD_STEP);
	say(steps, PORT_STEP);
}

static void say_ring(struct steps *steps, const struct snapshot *snapshot)
{
	const struct snapshot_ring *ring = &snapshot->rx_ring;
	const char *name = name_in_command(snapshot);

	if (ring->current == 0 || ring->maximum == 0) {
		say(steps, "larger ring: its size isn't known here; ethtool -g %s shows it", name);
	} else if (ring->current >= ring->maximum) {
		say(steps, "larger ring: rx is %" PRIu32 ", its maximum already (ethtool -g %s)",
		    ring->current, name);
	} else {
		say(steps,
		    "larger ring: rx is %" PRIu32 " of at most %" PRIu32
		    ": ethtool -G %s rx %" PRIu32,
		    ring->current, ring->maximum, name, ring->maximum);
	}
}

static void say_host(struct steps *steps, const struct snapshot *snapshot)
{
	const char *name = name_in_command(snapshot);

	say_ring(steps, snapshot);
	say(steps,
	    "interrupts on cores of the card's own node: grep %s /proc/interrupts; cat "
	    "/sys/class/net/%s/device/numa_node",
	    name, name);
	say(steps, "programs on other cores than the interrupts: ptprobe-pin -i %s -- COMMAND",
	    name);
	say(steps, "if softnet or RcvbufErrors rose: sysctl net.core.netdev_max_backlog "
		   "net.core.rmem_max, and raise them");
}

static void say_length(struct steps *steps, const struct snapshot *snapshot)
{
	if (snapshot->mtu_bytes > 0) {
		say(steps,
		    "the same MTU at both ends and on the switch: ip link show %s (here %" PRIu32
		    ")",
		    name_in_command(snapshot), snapshot->mtu_bytes);
	} else {
		say(steps, "the same MTU at both ends and on the switch: ip link show %s",
		    name_in_command(snapshot));
	}
	say_duplex(steps, snapshot);
	say_cable(steps, snapshot);
}

size_t moved_steps(enum nic_class class, const struct snapshot *snapshot,
		   char step[static MOVED_STEPS][MOVED_STEP])
{
	struct steps steps = {.step = step};
	const char *name = name_in_command(snapshot);

	switch (class) {
	case NIC_WIRE:
	case NIC_DUPLEX:
		say_wire(&steps, snapshot);
		break;
	case NIC_LINK:
		say_link(&steps, snapshot);
		break;
	case NIC_HOST:
		say_host(&steps, snapshot);
		break;
	case NIC_MEMORY:
		say(&steps, "free memory: free -m; sysctl vm.min_free_kbytes, and raise it");
		say(&steps, "smaller rings or a smaller MTU ask for less: ethtool -g %s", name);
		break;
	case NIC_CLOUD:
		say(&steps, "a larger instance, or less traffic: ethtool -S %s | grep allowance",
		    name);
		break;
	case NIC_LENGTH:
		say_length(&steps, snapshot);
		break;
	case NIC_UNCLASSIFIED:
		say(&steps, "the driver's documents on this counter: ethtool -i %s; ethtool -S %s",
		    name, name);
		break;
	case NIC_CONGESTION:
		say(&steps,
		    "if it costs throughput: ethtool -a %s shows who may ask for pauses, tc "
		    "-s qdisc show dev %s what was dropped before the card",
		    name, name);
		break;
	case NIC_CORRECTED:
	case NIC_NONE:
	case NIC_CLASSES:
		break;
	}
	return steps.count;
}

char *moved_advice(enum nic_class class, const struct snapshot *snapshot,
		   char text[static MOVED_TEXT])
{
	char step[MOVED_STEPS][MOVED_STEP];
	size_t count = moved_steps(class, snapshot, step), length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count && length < MOVED_TEXT; i++) {
		length += (size_t)snprintf(text + length, MOVED_TEXT - length, "%s%zu) %s",
					   i > 0 ? "; " : "", i + 1, step[i]);
	}
	return text;
}
