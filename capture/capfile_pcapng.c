/* SPDX-License-Identifier: BSD-2-Clause */
/* pcapng: draft-ietf-opsawg-pcapng; its sections, and the blocks that hold frames. */
#include <errno.h>
#include <inttypes.h>

#include "capfile_parts.h"

/* Block types. */
#define SECTION          UINT32_C(0x0a0d0d0a)
#define INTERFACE        UINT32_C(1)
#define PACKET           UINT32_C(2) /* obsolete */
#define SIMPLE_PACKET    UINT32_C(3)
#define STATISTICS       UINT32_C(5)
#define ENHANCED_PACKET  UINT32_C(6)
#define BYTE_ORDER_MAGIC UINT32_C(0x1a2b3c4d)

enum {
	BLOCK_HEAD = 8,      /* type, length */
	BLOCK_OVERHEAD = 12, /* and the length again at the end */
	BLOCK_TAIL = 4,
	PACKET_HEAD = 28, /* up to the frame, in PACKET and ENHANCED_PACKET */
	SIMPLE_HEAD = 12,
	SECTION_HEAD = 24,
	OPTION_FLAGS = 2, /* epb_flags and pack_flags */
	OPTION_DROPS = 4, /* epb_dropcount */
	FLAGS_DIRECTION = 3,
};

static int damaged(struct capfile *file, const char *what)
{
	return capfile_fail(file, EBADMSG, "%s at byte %" PRIu64, what, capfile_offset(file));
}

static uint32_t padded(uint32_t length)
{
	return (length + 3) & ~UINT32_C(3);
}

static const enum frame_direction directions[] = {FRAME_UNKNOWN, FRAME_INCOMING, FRAME_OUTGOING,
						  FRAME_UNKNOWN};

/* The options behind a frame: which way it went, and how many were lost before it. */
static int frame_options(struct capfile *file, const uint8_t *at, const uint8_t *end,
			 struct capfile_interface *interface, enum frame_direction *ret_direction)
{
	struct capfile_option option;
	int got;

	while ((got = capfile_option_next(file, &at, end, &option)) == 1) {
		if (option.code == OPTION_FLAGS && option.length == 4) {
			*ret_direction =
				directions[capfile_get32(file, option.value) & FLAGS_DIRECTION];
		} else if (option.code == OPTION_DROPS && option.length == 8) {
			capfile_interface_add_drops(file, interface,
						    capfile_get64(file, option.value));
		} else if (option.code == OPTION_FLAGS || option.code == OPTION_DROPS) {
			return damaged(file, "option of a wrong length in the block");
		}
	}
	return got == 0 ? 1 : damaged(file, "option longer than its block, in the block");
}

/* An ENHANCED_PACKET or a PACKET, whole at file->at. */
static int packet(struct capfile *file, uint32_t type, uint32_t block, struct frame *ret_frame)
{
	const uint8_t *at = file->at;
	enum frame_direction direction = FRAME_UNKNOWN;
	struct capfile_interface *interface;
	uint32_t number, captured, length;
	uint64_t ticks;
	int got;

	if (block < PACKET_HEAD + BLOCK_TAIL) {
		return damaged(file, "block too short for a frame");
	}
	number = type == PACKET ? capfile_get16(file, at + 8) : capfile_get32(file, at + 8);
	ticks = (uint64_t)capfile_get32(file, at + 12) << 32 | capfile_get32(file, at + 16);
	captured = capfile_get32(file, at + 20);
	length = capfile_get32(file, at + 24);
	if (number >= file->interfaces) {
		return damaged(file, "frame of an interface that wasn't described");
	}
	/* compared unpadded first, as the padded number might wrap round */
	if (captured > block || padded(captured) > block - PACKET_HEAD - BLOCK_TAIL) {
		return damaged(file, "frame longer than its block");
	}
	if (captured > length) {
		return damaged(file, "more bytes captured than the frame had");
	}
	interface = &file->interface[number];
	if (type == PACKET && capfile_get16(file, at + 10) != UINT16_MAX) {
		capfile_interface_add_drops(file, interface, capfile_get16(file, at + 10));
	}
	got = frame_options(file, at + PACKET_HEAD + padded(captured), at + block - BLOCK_TAIL,
			    interface, &direction);
	if (got != 1) {
		return got;
	}
	if (!interface->has_frames) {
		capfile_interface_had_frame(file, interface);
	}
	*ret_frame = (struct frame){
		.bytes = at + PACKET_HEAD,
		.captured = captured,
		.length = length,
		.stamp_ns = interface->in_ns && ticks <= INT64_MAX
				    ? (int64_t)ticks
				    : capfile_interface_ns(interface, ticks),
		.link_type = interface->link_type,
		.direction = direction,
	};
	file->at += block;
	file->facts.frames++;
	return 1;
}

/* A SIMPLE_PACKET: of interface 0, as long as its snaplen lets it be, at no time. */
static int simple_packet(struct capfile *file, uint32_t block, struct frame *ret_frame)
{
	struct capfile_interface *interface = &file->interface[0];
	uint32_t length, captured;

	if (block < SIMPLE_HEAD + BLOCK_TAIL) {
		return damaged(file, "block too short for a frame");
	}
	if (file->interfaces == 0) {
		return damaged(file, "frame of an interface that wasn't described");
	}
	captured = length = capfile_get32(file, file->at + 8);
	if (interface->snaplen != 0 && captured > interface->snaplen) {
		captured = interface->snaplen;
	}
	if (captured > block || padded(captured) > block - SIMPLE_HEAD - BLOCK_TAIL) {
		return damaged(file, "frame longer than its block");
	}
	if (!interface->has_frames) {
		capfile_interface_had_frame(file, interface);
	}
	*ret_frame = (struct frame){
		.bytes = file->at + SIMPLE_HEAD,
		.captured = captured,
		.length = length,
		.link_type = interface->link_type,
	};
	file->at += block;
	file->facts.frames++;
	file->facts.unstamped++;
	return 1;
}

/* Its byte order is known, its length not looked at yet. */
static int section(struct capfile *file, uint32_t block)
{
	uint16_t major, minor;

	if (block < SECTION_HEAD + BLOCK_TAIL) {
		return damaged(file, "section header too short");
	}
	major = capfile_get16(file, file->at + 12);
	minor = capfile_get16(file, file->at + 14);
	if (major != 1 || (minor != 0 && minor != 2)) {
		return capfile_fail(file, ENOTSUP,
				    "pcapng version %u.%u at byte %" PRIu64
				    ", 1.0 is what is read: convert it (editcap -F pcap IN OUT)",
				    major, minor, capfile_offset(file));
	}
	capfile_interfaces_clear(file);
	file->facts.sections++;
	return 1;
}

/* The byte order of the section header at file->at: 1, or what capfile_next returns. */
static int section_order(struct capfile *file)
{
	int got = capfile_want(file, BLOCK_HEAD + 4);
	uint32_t magic;

	if (got <= 0) {
		return capfile_end(file, got);
	}
	memcpy(&magic, file->at + BLOCK_HEAD, sizeof(magic));
	if (magic != BYTE_ORDER_MAGIC && magic != __builtin_bswap32(BYTE_ORDER_MAGIC)) {
		return damaged(file, "section header without its byte-order magic");
	}
	file->swapped = magic != BYTE_ORDER_MAGIC;
	return 1;
}

/* Goes on with a block that is longer than the buffer: 1 once it is over. */
static int skip(struct capfile *file)
{
	int got;

	while (file->skip > BLOCK_TAIL) {
		size_t have;

		got = capfile_want(file, 1);
		if (got <= 0) {
			return capfile_end(file, got);
		}
		have = (size_t)(file->end - file->at);
		if (have > file->skip - BLOCK_TAIL) {
			have = (size_t)(file->skip - BLOCK_TAIL);
		}
		file->at += have;
		file->skip -= have;
	}
	got = capfile_want(file, BLOCK_TAIL);
	if (got <= 0) {
		return capfile_end(file, got);
	}
	if (capfile_get32(file, file->at) != file->skipped_length) {
		return damaged(file, "block that ends with another length than it began with,");
	}
	file->at += BLOCK_TAIL;
	file->skip = 0;
	return 1;
}

static bool is_read(uint32_t type)
{
	return type == SECTION || (type >= INTERFACE && type <= SIMPLE_PACKET) ||
	       type == STATISTICS || type == ENHANCED_PACKET;
}

/* What a block's first words say must hold: 1 with the block whole at file->at, or being skipped
 * (file->skip isn't 0 then). */
static int next_head(struct capfile *file, uint32_t *ret_type, uint32_t *ret_length)
{
	int got = capfile_want(file, BLOCK_HEAD);
	uint32_t type, length;

	if (got <= 0) {
		return capfile_end(file, got);
	}
	type = capfile_get32(file, file->at);
	if (type == SECTION && (got = section_order(file)) != 1) {
		return got;
	}
	length = capfile_get32(file, file->at + 4);
	if (length < BLOCK_OVERHEAD || length % 4 != 0) {
		return damaged(file, "block with an impossible length");
	}
	if (length > CAPFILE_MAX_BLOCK) {
		if (is_read(type)) {
			return damaged(file, "block of more than 1 MiB");
		}
		file->skip = file->skipped_length = length;
		return 1;
	}
	got = capfile_want(file, length);
	if (got <= 0) {
		return capfile_end(file, got);
	}
	if (capfile_get32(file, file->at + length - BLOCK_TAIL) != length) {
		return damaged(file, "block that ends with another length than it began with,");
	}
	*ret_type = type;
	*ret_length = length;
	return 1;
}

static int next_block(struct capfile *file, struct frame *ret_frame)
{
	uint32_t type = 0, length = 0;
	int got;

	for (;;) {
		if (file->skip > 0 && (got = skip(file)) != 1) {
			return got;
		}
		got = next_head(file, &type, &length);
		if (got != 1) {
			return got;
		}
		if (file->skip > 0) {
			continue;
		}
		switch (type) {
		case ENHANCED_PACKET:
		case PACKET:
			return packet(file, type, length, ret_frame);
		case SIMPLE_PACKET:
			return simple_packet(file, length, ret_frame);
		case SECTION:
			got = section(file, length);
			break;
		case INTERFACE:
			got = capfile_interface_block(file, length);
			break;
		case STATISTICS:
			got = capfile_statistics_block(file, length);
			break;
		default:
			break;
		}
		if (got != 1) {
			return got;
		}
		file->at += length;
	}
}

/* The first section header is looked at before all else: a file cut within it is none. */
int capfile_begin_pcapng(struct capfile *file)
{
	int got = capfile_want(file, SECTION_HEAD + BLOCK_TAIL);

	if (got < 0) {
		return capfile_end(file, got);
	}
	if (got == 0) {
		return capfile_fail(file, EBADMSG, "cut within the head of the file");
	}
	file->facts.format = CAPFILE_PCAPNG;
	file->next = next_block;
	return 1;
}
