/* SPDX-License-Identifier: BSD-2-Clause */
/* pcapng's interfaces: their descriptions, their clocks, and what they say they lost. */
#include <errno.h>
#include <inttypes.h>

#include "capfile_parts.h"
#include "wide.h"

#define NS_A_SECOND      1000000000
#define NS_A_MICROSECOND 1000
/* An interface's counts are bounded so that a section's sum of them can't overflow. */
#define COUNT_MAX (UINT64_MAX / CAPFILE_MAX_INTERFACES)

enum {
	INTERFACE_HEAD = 16,
	STATISTICS_HEAD = 20,
	BLOCK_TAIL = 4,
	OPTION_COMMENT = 1,
	OPTION_TSRESOL = 9,
	OPTION_TSOFFSET = 14,
	OPTION_STARTTIME = 2,
	OPTION_ENDTIME = 3,
	OPTION_IFRECV = 4,
	OPTION_IFDROP = 5,
	OPTION_OSDROP = 7,
	TSRESOL_BINARY = 0x80,
	TSRESOL_US = 6,       /* when it isn't told */
	MAX_POWER_OF_10 = 19, /* of 64 bits */
};

static int64_t add_saturated(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum)) {
		return b < 0 ? INT64_MIN : INT64_MAX;
	}
	return sum;
}

static uint64_t add_counts(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t bound(uint64_t count)
{
	return count < COUNT_MAX ? count : COUNT_MAX;
}

static uint64_t power_of_10(unsigned int exponent)
{
	uint64_t power = 1;

	while (exponent-- > 0) {
		power *= 10;
	}
	return power;
}

static void set_resolution(struct capfile_interface *interface, uint8_t resolution)
{
	unsigned int exponent = resolution & ~TSRESOL_BINARY;

	interface->multiplier = interface->divisor = 1;
	interface->shift = 0;
	if ((resolution & TSRESOL_BINARY) != 0) {
		interface->multiplier = NS_A_SECOND;
		interface->divisor = UINT64_C(1) << (exponent < 63 ? exponent : 63);
		interface->shift = (uint8_t)(exponent < 63 ? 0 : exponent - 63);
	} else if (exponent <= 9) {
		interface->multiplier = power_of_10(9 - exponent);
	} else if (exponent - 9 <= MAX_POWER_OF_10) {
		interface->divisor = power_of_10(exponent - 9);
	} else {
		interface->multiplier = 0; /* all that 64 bits hold is below a nanosecond */
	}
}

static int64_t resolution_ns(const struct capfile_interface *interface)
{
	uint64_t ns = interface->multiplier / interface->divisor;

	return ns > 1 ? (int64_t)ns : 1;
}

int64_t capfile_interface_ns(const struct capfile_interface *interface, uint64_t ticks)
{
	/* a quotient that is shifted is below 2^31, far from where wide_scale saturates */
	uint64_t ns = wide_scale(ticks, interface->multiplier, 0, interface->divisor);

	ns = interface->shift < 64 ? ns >> interface->shift : 0;
	return add_saturated(ns > INT64_MAX ? INT64_MAX : (int64_t)ns, interface->offset_ns);
}

/* Offset in s, as far as it matters to a stamp of 64 bits. */
static void set_offset(struct capfile_interface *interface, int64_t offset_s)
{
	if (__builtin_mul_overflow(offset_s, (int64_t)NS_A_SECOND, &interface->offset_ns)) {
		interface->offset_ns = offset_s < 0 ? INT64_MIN : INT64_MAX;
	}
}

static int bad_option(struct capfile *file)
{
	return capfile_fail(file, EBADMSG,
			    "option longer than its block, or of a wrong length, in the block at "
			    "byte %" PRIu64,
			    capfile_offset(file));
}

int capfile_interface_block(struct capfile *file, uint32_t length)
{
	const uint8_t *at, *end = file->at + length - BLOCK_TAIL;
	struct capfile_interface interface = {0};
	struct capfile_option option;
	int got;

	if (length < INTERFACE_HEAD + BLOCK_TAIL) {
		return capfile_fail(file, EBADMSG,
				    "interface description too short at byte %" PRIu64,
				    capfile_offset(file));
	}
	if (file->interfaces == CAPFILE_MAX_INTERFACES) {
		return capfile_fail(
			file, ENOTSUP,
			"more than %d interfaces in a section: split the file (editcap)",
			CAPFILE_MAX_INTERFACES);
	}
	at = file->at + INTERFACE_HEAD;
	interface.link_type = capfile_link_type(capfile_get16(file, file->at + 8));
	interface.snaplen = capfile_get32(file, file->at + 12);
	set_resolution(&interface, TSRESOL_US);
	while ((got = capfile_option_next(file, &at, end, &option)) == 1) {
		if (option.code == OPTION_TSRESOL && option.length == 1) {
			set_resolution(&interface, option.value[0]);
		} else if (option.code == OPTION_TSOFFSET && option.length == 8) {
			set_offset(&interface, (int64_t)capfile_get64(file, option.value));
		} else if (option.code == OPTION_TSRESOL || option.code == OPTION_TSOFFSET) {
			return bad_option(file);
		}
	}
	if (got < 0) {
		return bad_option(file);
	}
	interface.in_ns =
		interface.multiplier == 1 && interface.divisor == 1 && interface.offset_ns == 0;
	if (file->facts.interfaces == 0) {
		file->facts.link_type = interface.link_type;
	}
	file->facts.mixed |= interface.link_type != file->facts.link_type;
	if (interface.snaplen > file->facts.snaplen) {
		file->facts.snaplen = interface.snaplen;
	}
	if (resolution_ns(&interface) > file->facts.resolution_ns) {
		file->facts.resolution_ns = resolution_ns(&interface);
	}
	file->interface[file->interfaces++] = interface;
	file->facts.interfaces++;
	return 1;
}

/* What interface lost by all that is known of it. */
static uint64_t interface_drops(const struct capfile_interface *interface)
{
	return interface->drops > interface->frame_drops ? interface->drops
							 : interface->frame_drops;
}

static void update_facts(struct capfile *file)
{
	struct capfile_facts *facts = &file->facts;

	facts->drops_known = file->without_drops == 0 && file->with_drops > 0;
	facts->received_known = file->without_received == 0 && file->with_received > 0;
	facts->dropped = add_counts(file->past_dropped, file->section_dropped);
	facts->received = add_counts(file->past_received, file->section_received);
}

void capfile_interface_add_drops(struct capfile *file, struct capfile_interface *interface,
				 uint64_t count)
{
	file->section_dropped -= interface_drops(interface);
	interface->frame_drops = bound(interface->frame_drops + bound(count));
	file->section_dropped += interface_drops(interface);
	update_facts(file);
}

void capfile_interface_had_frame(struct capfile *file, struct capfile_interface *interface)
{
	interface->has_frames = true;
	file->without_drops += !interface->has_drops;
	file->without_received += !interface->has_received;
	update_facts(file);
}

void capfile_interfaces_clear(struct capfile *file)
{
	file->past_dropped = add_counts(file->past_dropped, file->section_dropped);
	file->past_received = add_counts(file->past_received, file->section_received);
	file->section_dropped = file->section_received = 0;
	file->interfaces = 0;
}

/* Up to 4.0 at least, dumpcap writes an ISB's times in microseconds whatever the resolution. Taken
 * for nanoseconds they are in January 1970, and the capture would seem to have begun then. */
static const char dumpcap_comment[] = "Counters provided by dumpcap";
#define DUMPCAP_TICKS_MAX UINT64_C(10000000000000000) /* the year 2286; or April 1970 in ns */

/* One ISB; UINT64_MAX is how some writers say that they don't know. */
struct statistics {
	bool by_dumpcap, start_known, end_known;
	uint64_t start_ticks, end_ticks;
	uint64_t received, interface_dropped, dropped;
};

static int read_statistics(struct capfile *file, const uint8_t *at, const uint8_t *end,
			   struct statistics *statistics)
{
	struct capfile_option option;
	int got;

	while ((got = capfile_option_next(file, &at, end, &option)) == 1) {
		uint64_t value, ticks;

		if (option.code == OPTION_COMMENT && option.length == sizeof(dumpcap_comment) - 1 &&
		    memcmp(option.value, dumpcap_comment, option.length) == 0) {
			statistics->by_dumpcap = true;
		}
		if (option.code < OPTION_STARTTIME || option.code > OPTION_OSDROP) {
			continue;
		}
		if (option.length != 8) {
			return bad_option(file);
		}
		value = capfile_get64(file, option.value);
		/* times are two words, the upper first, in either byte order */
		ticks = (uint64_t)capfile_get32(file, option.value) << 32 |
			capfile_get32(file, option.value + 4);
		switch (option.code) {
		case OPTION_STARTTIME:
			statistics->start_known = true;
			statistics->start_ticks = ticks;
			break;
		case OPTION_ENDTIME:
			statistics->end_known = true;
			statistics->end_ticks = ticks;
			break;
		case OPTION_IFRECV:
			statistics->received = value;
			break;
		case OPTION_IFDROP:
			statistics->interface_dropped = value;
			break;
		case OPTION_OSDROP:
			statistics->dropped = value;
			break;
		default:
			break;
		}
	}
	return got == 0 ? 1 : bad_option(file);
}

static int64_t statistics_ns(const struct capfile_interface *interface,
			     const struct statistics *statistics, uint64_t ticks)
{
	if (statistics->by_dumpcap && interface->in_ns && ticks < DUMPCAP_TICKS_MAX) {
		ticks *= NS_A_MICROSECOND;
	}
	return capfile_interface_ns(interface, ticks);
}

static void add_times(struct capfile_facts *facts, const struct capfile_interface *interface,
		      const struct statistics *statistics)
{
	int64_t start_ns = statistics_ns(interface, statistics, statistics->start_ticks);
	int64_t end_ns = statistics_ns(interface, statistics, statistics->end_ticks);

	if (statistics->start_known && (!facts->start_known || start_ns < facts->start_ns)) {
		facts->start_known = true;
		facts->start_ns = start_ns;
	}
	if (statistics->end_known && (!facts->end_known || end_ns > facts->end_ns)) {
		facts->end_known = true;
		facts->end_ns = end_ns;
	}
}

static void add_statistics(struct capfile *file, struct capfile_interface *interface,
			   const struct statistics *statistics)
{
	uint64_t own = statistics->interface_dropped, os = statistics->dropped;

	if (own != UINT64_MAX || os != UINT64_MAX) {
		file->with_drops += !interface->has_drops;
		file->without_drops -= interface->has_frames && !interface->has_drops;
		interface->has_drops = true;
		file->section_dropped -= interface_drops(interface);
		interface->drops = bound((own != UINT64_MAX ? bound(own) : 0) +
					 (os != UINT64_MAX ? bound(os) : 0));
		file->section_dropped += interface_drops(interface);
	}
	if (statistics->received != UINT64_MAX) {
		file->with_received += !interface->has_received;
		file->without_received -= interface->has_frames && !interface->has_received;
		interface->has_received = true;
		file->section_received -= interface->received;
		interface->received = bound(statistics->received);
		file->section_received += interface->received;
	}
	add_times(&file->facts, interface, statistics);
	update_facts(file);
}

int capfile_statistics_block(struct capfile *file, uint32_t length)
{
	struct statistics statistics = {
		.received = UINT64_MAX, .interface_dropped = UINT64_MAX, .dropped = UINT64_MAX};
	const uint8_t *end = file->at + length - BLOCK_TAIL;
	uint32_t number;
	int got;

	if (length < STATISTICS_HEAD + BLOCK_TAIL) {
		return capfile_fail(file, EBADMSG, "statistics too short at byte %" PRIu64,
				    capfile_offset(file));
	}
	number = capfile_get32(file, file->at + 8);
	if (number >= file->interfaces) {
		return capfile_fail(file, EBADMSG,
				    "statistics of an interface that wasn't described at byte "
				    "%" PRIu64,
				    capfile_offset(file));
	}
	got = read_statistics(file, file->at + STATISTICS_HEAD, end, &statistics);
	if (got == 1) {
		add_statistics(file, &file->interface[number], &statistics);
	}
	return got;
}
