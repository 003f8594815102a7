/* SPDX-License-Identifier: BSD-2-Clause */
/* The format of skb:kfree_skb in several kernels, and in none. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "data.h"
#include "trace_format.h"

static struct trace_format format;

static int parse_file(const char *name)
{
	char *text = data_text(name);
	int err = trace_format_parse(text, &format);

	free(text);
	return err;
}

/* "" when the kernel has no name for it. */
static const char *name_of(uint32_t number)
{
	for (size_t i = 0; i < format.reasons; i++) {
		if (format.reason[i].number == number) {
			return format.reason[i].name;
		}
	}
	return "";
}

static void linux_6_18_has_its_reason_at_36(void **state)
{
	(void)state;
	assert_int_equal(parse_file("tracing/kfree_skb-6.18"), 0);
	assert_int_equal(format.id, 2310);
	assert_int_equal(format.reason_offset, 36);
	assert_int_equal(format.reasons, 127); /* 2 to 128 */
	assert_string_equal(name_of(2), "NOT_SPECIFIED");
	assert_string_equal(name_of(6), "SOCKET_RCVBUFF");
	assert_string_equal(name_of(12), "NETFILTER_DROP");
	assert_string_equal(name_of(16), "IP_RPFILTER");
	assert_string_equal(name_of(128), "MAX");
	assert_string_equal(name_of(1), "");
}

static void linux_6_0_has_other_numbers_at_28(void **state)
{
	(void)state;
	assert_int_equal(parse_file("tracing/kfree_skb-6.0"), 0);
	assert_int_equal(format.id, 1524);
	assert_int_equal(format.reason_offset, 28);
	assert_int_equal(format.reasons, 12);
	assert_string_equal(name_of(7), "NETFILTER_DROP");
	assert_string_equal(name_of(11), "IP_RPFILTER");
}

static void linux_5_15_gives_no_reasons(void **state)
{
	(void)state;
	format = (struct trace_format){.id = 77};
	assert_int_equal(parse_file("tracing/kfree_skb-5.15"), -ENODATA);
	assert_int_equal(format.id, 77);
}

#define PROTOCOL "\tfield:unsigned short protocol;\toffset:8;\tsize:2;\tsigned:0;\n"
#define REASON   "\tfield:enum skb_drop_reason reason;\toffset:12;\tsize:4;\tsigned:0;\n"

static void a_text_that_lacks_what_is_needed_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"\n\n",
		"ID: 5\n" PROTOCOL REASON,
		"name: kfree_skb\n" PROTOCOL REASON,
		"name: consume_skb\nID: 5\n" PROTOCOL REASON,
		"name: kfree_skb\nID: x\n" PROTOCOL REASON,
		"name: kfree_skb\nID: 5\n" REASON,
		"name: kfree_skb\nID: 5\n" PROTOCOL
		"\tfield:enum skb_drop_reason reason;\toffset:12;\tsize:8;\tsigned:0;\n",
		"name: kfree_skb\nID: 5\n" PROTOCOL
		"\tfield:enum skb_drop_reason reason;\toffset:18446744073709551615;\tsize:4;\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		assert_int_equal(trace_format_parse(texts[i], &format), -EINVAL);
	}
}

static void names_of_other_forms_are_passed_over(void **state)
{
	static const char text[] =
		"name: kfree_skb\nID: 5\n" PROTOCOL REASON
		"print fmt: \"reason: %s\", __print_symbolic(REC->reason, { 1, \"ONE\" }, "
		"{ SKB_DROP_REASON_TWO, \"TWO\" }, {3,\"THREE\"}, { 0x10004, \"FOUR\" }, { 5 }, "
		"{ 6, \"\" }, { 7, \"SEV EN\" }, { 99999999999, \"EIGHT\" }, { 9, \"NINE";

	(void)state;
	assert_int_equal(trace_format_parse(text, &format), 0);
	assert_int_equal(format.reasons, 3);
	assert_string_equal(name_of(1), "ONE");
	assert_string_equal(name_of(3), "THREE");
	assert_string_equal(name_of(0x10004), "FOUR");
}

static void the_table_ends_with_its_bracket_and_its_room(void **state)
{
	static char text[65536];
	int length;

	(void)state;
	length = snprintf(text, sizeof(text),
			  "name: kfree_skb\nID: 5\n" PROTOCOL REASON
			  "print fmt: __print_symbolic(REC->reason,");
	for (int i = 0; i < TRACE_FORMAT_REASONS + 10; i++) {
		length += snprintf(text + length, sizeof(text) - (size_t)length,
				   " { %d, \"R%d\" },", i, i);
	}
	assert_int_equal(trace_format_parse(text, &format), 0);
	assert_int_equal(format.reasons, TRACE_FORMAT_REASONS);

	assert_int_equal(
		trace_format_parse("name: kfree_skb\nID: 5\n" PROTOCOL REASON
				   "print fmt: __print_symbolic(REC->reason, { 1, \"ONE\" }),"
				   " __print_symbolic(REC->other, { 2, \"TWO\" })",
				   &format),
		0);
	assert_int_equal(format.reasons, 1);
}

static void a_record_gives_its_reason_or_is_too_short(void **state)
{
	uint8_t record[40] = {0};
	const uint32_t twelve = 12;
	uint32_t reason = 99;

	(void)state;
	assert_int_equal(parse_file("tracing/kfree_skb-6.18"), 0);
	memcpy(record + 36, &twelve, sizeof(twelve));
	assert_int_equal(trace_format_reason(&format, record, 39, &reason), -EBADMSG);
	assert_int_equal(reason, 99);
	assert_int_equal(trace_format_reason(&format, record, 40, &reason), 0);
	assert_int_equal(reason, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linux_6_18_has_its_reason_at_36),
		cmocka_unit_test(linux_6_0_has_other_numbers_at_28),
		cmocka_unit_test(linux_5_15_gives_no_reasons),
		cmocka_unit_test(a_text_that_lacks_what_is_needed_is_refused),
		cmocka_unit_test(names_of_other_forms_are_passed_over),
		cmocka_unit_test(the_table_ends_with_its_bracket_and_its_room),
		cmocka_unit_test(a_record_gives_its_reason_or_is_too_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
