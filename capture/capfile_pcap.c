/* SPDX-License-Identifier: BSD-2-Clause */
/* pcap: draft-ietf-opsawg-pcap, and the versions before it as libpcap reads them. */
#include <errno.h>
#include <inttypes.h>

#include "capfile_parts.h"

enum {
	FILE_HEAD = 24,
	RECORD_HEAD = 16,
	/* of the last word of the head: the frames' FCS length and whether it is told */
	LINK_TYPE_BITS = 0x0000ffff,
	RESERVED_BITS = 0x03ff0000,
};

#define MAGIC_US UINT32_C(0xa1b2c3d4)
#define MAGIC_NS UINT32_C(0xa1b23c4d)

static int next_record(struct capfile *file, struct frame *ret_frame)
{
	int got = capfile_want(file, RECORD_HEAD);
	uint32_t seconds, ticks, captured, length;

	if (got <= 0) {
		return capfile_end(file, got);
	}
	seconds = capfile_get32(file, file->at);
	ticks = capfile_get32(file, file->at + 4);
	captured = capfile_get32(file, file->at + 8);
	length = capfile_get32(file, file->at + 12);
	if (file->lengths_swapped || (file->lengths_unsure && captured > length)) {
		uint32_t other = captured;

		captured = length;
		length = other;
	}
	if (captured > CAPFILE_MAX_BLOCK - RECORD_HEAD) {
		return capfile_fail(file, EBADMSG, "frame of %" PRIu32 " bytes at byte %" PRIu64,
				    captured, capfile_offset(file));
	}
	if (captured > length) {
		return capfile_fail(file, EBADMSG,
				    "%" PRIu32 " bytes of a frame of %" PRIu32 " at byte %" PRIu64,
				    captured, length, capfile_offset(file));
	}
	got = capfile_want(file, RECORD_HEAD + (size_t)captured);
	if (got <= 0) {
		return capfile_end(file, got);
	}
	/* at most 2^32 s and 2^32 us: no overflow */
	*ret_frame = (struct frame){
		.bytes = file->at + RECORD_HEAD,
		.captured = captured,
		.length = length,
		.stamp_ns = (int64_t)seconds * 1000000000 + (int64_t)ticks * file->ns_of_tick,
		.link_type = file->facts.link_type,
	};
	file->at += RECORD_HEAD + captured;
	file->facts.frames++;
	return 1;
}

int capfile_begin_pcap(struct capfile *file)
{
	uint32_t magic = capfile_get32(file, file->at), type;
	uint16_t major, minor;
	int got = capfile_want(file, FILE_HEAD);

	if (got < 0) {
		return capfile_end(file, got);
	}
	if (got == 0) {
		return capfile_fail(file, EBADMSG, "cut within the head of the file");
	}
	file->swapped = magic != MAGIC_US && magic != MAGIC_NS;
	magic = capfile_get32(file, file->at);
	major = capfile_get16(file, file->at + 4);
	minor = capfile_get16(file, file->at + 6);
	if (major != 2 || minor > 4) {
		return capfile_fail(
			file, ENOTSUP,
			"pcap version %u.%u, 2.4 is the latest that is read: convert it "
			"(editcap -F pcapng IN OUT)",
			major, minor);
	}
	type = capfile_get32(file, file->at + 20);
	if ((type & RESERVED_BITS) != 0) {
		return capfile_fail(file, ENOTSUP, "link type 0x%" PRIx32 " isn't one of a network",
				    type);
	}
	/* up to 2.2 the length on the wire came first; in 2.3 it depended on the writer */
	file->lengths_swapped = minor < 3;
	file->lengths_unsure = minor == 3;
	file->ns_of_tick = magic == MAGIC_NS ? 1 : 1000;
	file->facts.format = magic == MAGIC_NS ? CAPFILE_PCAP_NS : CAPFILE_PCAP_US;
	file->facts.resolution_ns = file->ns_of_tick;
	file->facts.snaplen = capfile_get32(file, file->at + 16);
	file->facts.link_type = capfile_link_type(type & LINK_TYPE_BITS);
	file->facts.sections = file->facts.interfaces = 1;
	file->next = next_record;
	file->at += FILE_HEAD;
	return 1;
}
