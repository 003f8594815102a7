/* SPDX-License-Identifier: BSD-2-Clause */
#include "capfile_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int bed_setup(void **state)
{
	struct bed *bed = calloc(1, sizeof(*bed));

	*state = bed;
	if (bed == NULL) {
		return -1;
	}
	bed->bytes = malloc(BED_BYTES);
	return bed->bytes != NULL ? 0 : -1;
}

int bed_teardown(void **state)
{
	struct bed *bed = *state;

	capfile_free(bed->file);
	free(bed->bytes);
	free(bed);
	return 0;
}

void bed_put(struct bed *bed, const void *bytes, size_t count)
{
	assert_true(bed->size + count <= BED_BYTES);
	memcpy(bed->bytes + bed->size, bytes, count);
	bed->size += count;
}

static void put_number(struct bed *bed, uint64_t value, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		unsigned int shift = 8 * (bed->big ? count - 1 - i : i);

		bed_put(bed, &(uint8_t){(uint8_t)(value >> shift)}, 1);
	}
}

void bed_put16(struct bed *bed, uint16_t value)
{
	put_number(bed, value, 2);
}

void bed_put32(struct bed *bed, uint32_t value)
{
	put_number(bed, value, 4);
}

void bed_put64(struct bed *bed, uint64_t value)
{
	put_number(bed, value, 8);
}

static void put_counting(struct bed *bed, uint32_t count)
{
	for (uint32_t i = 1; i <= count; i++) {
		bed_put(bed, &(uint8_t){(uint8_t)i}, 1);
	}
}

static void put_padding(struct bed *bed)
{
	while (bed->size % 4 != 0) {
		bed_put(bed, "", 1);
	}
}

void bed_pcap(struct bed *bed, uint32_t magic, uint32_t link_type)
{
	bed_put32(bed, magic);
	bed_put16(bed, 2);
	bed_put16(bed, 4);
	bed_put64(bed, 0);
	bed_put32(bed, 65535);
	bed_put32(bed, link_type);
}

void bed_record(struct bed *bed, uint32_t seconds, uint32_t ticks, uint32_t captured,
		uint32_t length)
{
	bed_put32(bed, seconds);
	bed_put32(bed, ticks);
	bed_put32(bed, captured);
	bed_put32(bed, length);
	put_counting(bed, captured);
}

size_t bed_begin(struct bed *bed, uint32_t type)
{
	size_t start = bed->size;

	bed_put32(bed, type);
	bed_put32(bed, 0);
	return start;
}

void bed_end(struct bed *bed, size_t start)
{
	size_t end;

	put_padding(bed);
	bed_put32(bed, (uint32_t)(bed->size + 4 - start));
	end = bed->size;
	bed->size = start + 4;
	bed_put32(bed, (uint32_t)(end - start));
	bed->size = end;
}

void bed_option(struct bed *bed, uint16_t code, const void *value, uint16_t length)
{
	bed_put16(bed, code);
	bed_put16(bed, length);
	bed_put(bed, value, length);
	put_padding(bed);
}

void bed_option64(struct bed *bed, uint16_t code, uint64_t value)
{
	bed_put16(bed, code);
	bed_put16(bed, 8);
	bed_put64(bed, value);
}

size_t bed_section(struct bed *bed)
{
	size_t start = bed_begin(bed, 0x0a0d0d0a);

	bed_put32(bed, 0x1a2b3c4d);
	bed_put16(bed, 1);
	bed_put16(bed, 0);
	bed_put64(bed, UINT64_MAX);
	bed_end(bed, start);
	return start;
}

size_t bed_interface(struct bed *bed, uint16_t link_type, uint32_t snaplen, int resolution)
{
	size_t start = bed_begin(bed, 1);

	bed_put16(bed, link_type);
	bed_put16(bed, 0);
	bed_put32(bed, snaplen);
	if (resolution >= 0) {
		bed_option(bed, 9, &(uint8_t){(uint8_t)resolution}, 1);
		bed_option(bed, 0, "", 0);
	}
	bed_end(bed, start);
	return start;
}

size_t bed_packet(struct bed *bed, uint32_t interface, uint64_t ticks, uint32_t captured,
		  uint32_t length)
{
	size_t start = bed_begin(bed, 6);

	bed_put32(bed, interface);
	bed_put32(bed, (uint32_t)(ticks >> 32));
	bed_put32(bed, (uint32_t)ticks);
	bed_put32(bed, captured);
	bed_put32(bed, length);
	put_counting(bed, captured);
	bed_end(bed, start);
	return start;
}

size_t bed_drops(struct bed *bed, uint32_t interface, uint64_t ifdrop, uint64_t osdrop)
{
	size_t start = bed_begin(bed, 5);

	bed_put32(bed, interface);
	bed_put64(bed, 0);
	bed_option64(bed, 5, ifdrop);
	bed_option64(bed, 7, osdrop);
	bed_option(bed, 0, "", 0);
	bed_end(bed, start);
	return start;
}

static int read_bed(void *context, void *buffer, size_t size, size_t *ret_got)
{
	struct bed *bed = context;
	size_t got = bed->size - bed->at;
	int err = bed->err;

	bed->reads++;
	if (err != 0) {
		bed->err = bed->err_once ? 0 : err;
		return err;
	}
	got = got < size ? got : size;
	got = got < bed->chunk ? got : bed->chunk;
	memcpy(buffer, bed->bytes + bed->at, got);
	bed->at += got;
	*ret_got = got;
	return 0;
}

void bed_open(struct bed *bed, size_t chunk)
{
	capfile_free(bed->file);
	bed->at = 0;
	bed->chunk = chunk;
	bed->reads = 0;
	bed->file = capfile_new(read_bed, bed);
	assert_non_null(bed->file);
}

int bed_next(struct bed *bed)
{
	return capfile_next(bed->file, &bed->frame);
}

void bed_assert_frames(struct bed *bed, unsigned int count, int status)
{
	unsigned int got = 0;
	int last;

	while ((last = bed_next(bed)) == 1) {
		got++;
	}
	if (last < 0 && status == 0) {
		print_message("# %s\n", capfile_error(bed->file));
	}
	assert_int_equal(got, count);
	assert_int_equal(last, status);
	assert_int_equal(bed_next(bed), status);
}

void bed_assert_refused(struct bed *bed, int number, const char *text)
{
	int last;

	bed_open(bed, BED_WHOLE);
	do {
		last = bed_next(bed);
	} while (last == 1);
	assert_int_equal(last, -number);
	if (strstr(capfile_error(bed->file), text) == NULL) {
		print_message("# '%s' isn't in '%s'\n", text, capfile_error(bed->file));
		fail();
	}
	assert_null(strchr(capfile_error(bed->file), '\n'));
	assert_int_equal(bed_next(bed), -number);
}

void bed_assert_frame(const struct bed *bed, int64_t stamp_ns, uint32_t captured, uint32_t length,
		      uint16_t link_type)
{
	assert_int_equal(bed->frame.stamp_ns, stamp_ns);
	assert_int_equal(bed->frame.captured, captured);
	assert_int_equal(bed->frame.length, length);
	assert_int_equal(bed->frame.link_type, link_type);
	for (uint32_t i = 0; i < captured; i++) {
		assert_int_equal(bed->frame.bytes[i], (uint8_t)(i + 1));
	}
}
