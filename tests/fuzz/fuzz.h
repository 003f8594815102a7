/* SPDX-License-Identifier: BSD-2-Clause */
/* What the fuzz targets share: libFuzzer's entry, and a cursor that cuts numbers from the input. */
#ifndef PTPROBE_FUZZ_H
#define PTPROBE_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* One input; returns 0. What is wrong aborts, by assert or by a sanitizer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

/* The next width bytes (at most 8) as a big-endian number; bytes behind the end are 0. */
static inline uint64_t fuzz_number(struct fuzz_input *input, size_t width)
{
	uint64_t value = 0;

	for (size_t i = 0; i < width; i++) {
		uint8_t byte = 0;

		if (input->size > 0) {
			byte = *input->data++;
			input->size--;
		}
		value = value << 8 | byte;
	}
	return value;
}

#endif
