/* SPDX-License-Identifier: BSD-2-Clause */
#include "capfile.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "capfile_parts.h"
#include "text.h"

enum { BUFFER_BYTES = CAPFILE_MAX_BLOCK + CAPFILE_READ_BYTES, MAGIC_BYTES = 4 };

/* What a file that isn't read begins with: the remedy goes by it. */
static const struct refusal {
	uint8_t bytes[MAGIC_BYTES];
	uint8_t count;
	const char *text;
} refusals[] = {
	{{0x1f, 0x8b}, 2, "a gzip file: decompress it first (gzip -d)"},
	{{'B', 'Z', 'h'}, 3, "a bzip2 file: decompress it first (bzip2 -d)"},
	{{0xfd, '7', 'z', 'X'}, 4, "an xz file: decompress it first (xz -d)"},
	{{0x28, 0xb5, 0x2f, 0xfd}, 4, "a Zstandard file: decompress it first (zstd -d)"},
	{{0x04, 0x22, 0x4d, 0x18}, 4, "an LZ4 file: decompress it first (lz4 -d)"},
	{{'s', 'n', 'o', 'o'}, 4, "a snoop file: convert it (editcap -F pcapng IN OUT)"},
	{{'X', 'C', 'P', 0}, 4, "a NetXray file: convert it (editcap -F pcapng IN OUT)"},
	{{'T', 'R', 'S', 'N'}, 4, "a Sniffer file: convert it (editcap -F pcapng IN OUT)"},
	{{'{'}, 1, "not a capture but, it seems, JSON: name a report as such"},
};

/* The magics of pcap's family, as a big-endian machine writes them. */
static const struct dialect {
	uint32_t magic;
	int (*begin)(struct capfile *file);
	const char *text;
} dialects[] = {
	{0xa1b2c3d4, capfile_begin_pcap, NULL},
	{0xa1b23c4d, capfile_begin_pcap, NULL},
	{0x0a0d0d0a, capfile_begin_pcapng, NULL},
	{0xa1b2cd34, NULL, "modified pcap (Kuznetzov's)"},
	{0xa1b234cd, NULL, "modified pcap (Mesquita's)"},
	{0xa1b2c3cb, NULL, "pcap of BPF programs"},
	{0xa12b3c4d, NULL, "Navtel's pcap"},
	{0x1c0001ac, NULL, "Ixia's pcap (hardware)"},
	{0x1c0001ab, NULL, "Ixia's pcap (software)"},
};

static int begin(struct capfile *file, struct frame *ret_frame);

static int over(struct capfile *file, struct frame *ret_frame)
{
	(void)ret_frame;
	return file->status;
}

struct capfile *capfile_new(capfile_read *read, void *context)
{
	struct capfile *file = calloc(1, sizeof(*file));

	if (file == NULL) {
		return NULL;
	}
	file->buffer = malloc(BUFFER_BYTES);
	if (file->buffer == NULL) {
		free(file);
		return NULL;
	}
	file->read = read;
	file->context = context;
	file->at = file->end = file->buffer;
	file->next = begin;
	return file;
}

void capfile_free(struct capfile *file)
{
	if (file != NULL) {
		free(file->buffer);
		free(file);
	}
}

int capfile_next(struct capfile *file, struct frame *ret_frame)
{
	return file->next(file, ret_frame);
}

const struct capfile_facts *capfile_facts(const struct capfile *file)
{
	return &file->facts;
}

const char *capfile_error(const struct capfile *file)
{
	return file->error;
}

int capfile_fill(struct capfile *file, size_t size)
{
	size_t have = (size_t)(file->end - file->at);

	assert(size <= CAPFILE_MAX_BLOCK);
	memmove(file->buffer, file->at, have);
	file->at = file->buffer;
	file->end = file->buffer + have;
	while (have < size && !file->at_eof) {
		size_t got = 0;
		int err = file->read(file->context, file->buffer + have, CAPFILE_READ_BYTES, &got);

		if (err < 0) {
			return err;
		}
		assert(got <= CAPFILE_READ_BYTES);
		file->at_eof = got == 0;
		file->facts.bytes += got;
		have += got;
		file->end = file->buffer + have;
	}
	return have >= size ? 1 : 0;
}

int capfile_fail(struct capfile *file, int number, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(file->error, sizeof(file->error), format, arguments);
	va_end(arguments);
	if (number == EBADMSG && length >= 0 && (size_t)length < sizeof(file->error)) {
		char *to = file->error + length;
		size_t room = sizeof(file->error) - (size_t)length;

		if (file->facts.frames > 0) {
			snprintf(to, room,
				 ": copy it again, or save the frames before it (editcap -r IN OUT "
				 "1-%" PRIu64 ")",
				 file->facts.frames);
		} else {
			snprintf(to, room, ": copy it again, in binary mode");
		}
	}
	file->status = -number;
	file->next = over;
	return -number;
}

int capfile_end(struct capfile *file, int got)
{
	char why[TEXT_ERROR];

	if (got == -EINTR) {
		return got;
	}
	if (got < 0) {
		return capfile_fail(file, -got, "read at byte %" PRIu64 ": %s", file->facts.bytes,
				    text_error(-got, why));
	}
	/* in the middle of a block being skipped there may be none left of it */
	if (file->at != file->end || file->skip > 0) {
		file->facts.truncated = true;
		/* statistics that came later, and frames, are in the part that isn't there */
		file->facts.drops_known = file->facts.received_known = false;
	}
	file->status = 0;
	file->next = over;
	return 0;
}

static int refuse(struct capfile *file, uint32_t magic)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		if (memcmp(file->at, refusals[i].bytes, refusals[i].count) == 0) {
			return capfile_fail(file, ENOTSUP, "%s", refusals[i].text);
		}
	}
	return capfile_fail(file, ENOTSUP,
			    "neither pcap nor pcapng: it begins with 0x%08" PRIx32
			    ": convert it (editcap -F pcapng IN OUT)",
			    magic);
}

static int begin(struct capfile *file, struct frame *ret_frame)
{
	uint32_t magic;
	int got = capfile_want(file, MAGIC_BYTES);

	if (got < 0) {
		return capfile_end(file, got);
	}
	if (got == 0) {
		return capfile_fail(file, EBADMSG, "%s",
				    file->at == file->end ? "empty" : "too short for a capture");
	}
	magic = capfile_get32(file, file->at);
	for (size_t i = 0; i < sizeof(dialects) / sizeof(*dialects); i++) {
		const struct dialect *dialect = &dialects[i];

		if (magic != dialect->magic && magic != __builtin_bswap32(dialect->magic)) {
			continue;
		}
		if (dialect->begin == NULL) {
			return capfile_fail(file, ENOTSUP,
					    "%s: convert it (editcap -F pcapng IN OUT)",
					    dialect->text);
		}
		got = dialect->begin(file);
		return got == 1 ? file->next(file, ret_frame) : got;
	}
	return refuse(file, be32toh(magic));
}
