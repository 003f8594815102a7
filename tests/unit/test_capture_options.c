/* SPDX-License-Identifier: BSD-2-Clause */
/* argv of ptprobe-capture to what it means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "argv_bed.h"
#include "capture_options.h"
#include "output.h"

static struct capture_options options;
static struct option_result result;

static void parse(const char *line)
{
	char **argv;
	int argc = argv_bed_cut("ptprobe-capture", line, &argv);

	memset(&options, 0x5a, sizeof(options));
	capture_options_parse(argc, argv, &options, &result);
}

static void assert_bad(const char *line, const char *says)
{
	parse(line);
	argv_bed_refused(&result, says);
}

static void defaults_are_those_of_the_page(void **state)
{
	(void)state;
	parse("-i eth0");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_string_equal(options.interface, "eth0");
	assert_int_equal(options.read.count, 0);
	assert_false(options.has_expression || options.all);
	assert_false(options.promiscuous || options.incoming_only || options.until_eof);
	assert_int_equal(options.snaplen, 262144);
	assert_int_equal(options.buffer_bytes, 64 << 20);
	assert_null(options.write);
	assert_int_equal(options.lost_after_ns, 1000000000);
	assert_int_equal(options.report.interval_ns, 1000000000);
	assert_true(options.run.mask == 0);
	assert_int_equal(options.wait_ns, 0);
}

static void every_option_reaches_its_field(void **state)
{
	(void)state;
	parse("-i eth0 -s 128 --buffer 1048576 -Q in --promiscuous -c 10 -t 5s --wait 2s --until-eof "
	      "-L 20ms -w out.pcapng -G 60 -C 100 -W 7 --run 0a0b0c0d0e0f1011 -J -q");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_int_equal(options.snaplen, 128);
	assert_int_equal(options.buffer_bytes, 1 << 20);
	assert_true(options.incoming_only && options.promiscuous && options.until_eof);
	assert_int_equal(options.count, 10);
	assert_int_equal(options.time_ns, 5000000000);
	assert_int_equal(options.wait_ns, 2000000000);
	assert_int_equal(options.lost_after_ns, 20000000);
	assert_string_equal(options.write, "out.pcapng");
	assert_int_equal(options.rotate_seconds, 60);
	assert_int_equal(options.rotate_bytes, 100000000);
	assert_int_equal(options.rotate_files, 7);
	assert_true(options.run.mask == UINT64_MAX);
	assert_true(options.run.id == UINT64_C(0x0a0b0c0d0e0f1011));
	assert_int_equal(options.report.form, REPORT_JSON);
	parse("-i eth0 --all -v");
	assert_true(options.all && options.report.verbose);
	parse("-i eth0 --run 0a0b0c");
	assert_true(options.run.mask == UINT64_C(0xffffff0000000000));
	assert_true(options.run.id == UINT64_C(0x0a0b0c0000000000));
}

static void files_are_read_in_their_order(void **state)
{
	(void)state;
	parse("-r one -r - -r two");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_null(options.interface);
	assert_int_equal(options.read.count, 3);
	assert_string_equal(options.read.name[0], "one");
	assert_string_equal(options.read.name[1], "-");
	assert_string_equal(options.read.name[2], "two");
	/* what is as if not given, and what files have as well */
	parse("-r one -Q inout -t 5s -c 7 -s 128 -w out -A 0 --fifo 1");
	assert_int_equal(result.outcome, OPTION_RUN);
}

static void operands_are_one_expression(void **state)
{
	(void)state;
	parse("-i eth0 udp port 5000 and not host 10.0.0.1");
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_true(options.has_expression);
	assert_string_equal(options.expression, "udp port 5000 and not host 10.0.0.1");
}

static void an_expression_has_a_longest(void **state)
{
	static char text[4200], name[] = "ptprobe-capture", letter[] = "-i", interface[] = "eth0";
	char *argv[] = {name, letter, interface, text, NULL};

	(void)state;
	memset(text, 'x', 4095);
	capture_options_parse(4, argv, &options, &result);
	assert_int_equal(result.outcome, OPTION_RUN);
	assert_int_equal(strlen(options.expression), 4095);
	text[4095] = 'x';
	capture_options_parse(4, argv, &options, &result);
	assert_int_equal(result.outcome, OPTION_BAD);
}

static void contradictions_are_refused_in_one_line(void **state)
{
	(void)state;
	assert_bad("", "give -i IF, or -r FILE");
	assert_bad("-i eth0 -r file", "exclude one another");
	assert_bad("-i any", "name one interface");
	assert_bad("-r - -r -", "read once");
	assert_bad("-r file --until-eof", "files end by themselves");
	assert_bad("-r file -Q in", "-Q is for -i");
	assert_bad("-r file --promiscuous", "--promiscuous is for -i");
	assert_bad("-r file --buffer 1048576", "--buffer is for -i");
	assert_bad("-r file --wait 1s", "--wait is for -i");
	assert_bad("-r file --trace", "--trace is for -i");
	assert_bad("-i eth0 --all udp", "exclude one another");
	assert_bad("-i eth0 -G 5", "name a file with -w");
	assert_bad("-i eth0 -W 5", "name a file with -w");
	assert_bad("-i eth0 -w f -W 5", "give -C or -G");
	assert_bad("-i eth0 -w - -o out -C 5", "can't be rotated");
	assert_bad("-i eth0 -w -", "name a file for the result with -o");
	assert_bad("-i eth0 -J --csv", "exclude one another");
	assert_bad("-i eth0 -q -v", "exclude one another");
}

static void wrong_arguments_are_refused(void **state)
{
	(void)state;
	assert_bad("-i a/b", "interface");
	assert_bad("-i eth0 -s 63", "snaplen");
	assert_bad("-i eth0 -s 262145", "snaplen");
	assert_bad("-i eth0 --buffer 100", "buffer");
	assert_bad("-i eth0 -Q out", "direction");
	assert_bad("-i eth0 --run 0a0b0", "6 to 16 hexadecimal digits");
	assert_bad("-i eth0 --run 0a0b0c0d0e0f10111", "6 to 16 hexadecimal digits");
	assert_bad("-i eth0 --run 0A0b0c0d0e0f1011", "6 to 16 hexadecimal digits");
	assert_bad("-i eth0 -I 5ms", "--interval");
}

static void more_files_than_there_is_room_for_are_refused(void **state)
{
	static char name[] = "ptprobe-capture", file[] = "-rfile";
	char *argv[CAPTURE_FILES_MAX + 3];

	(void)state;
	argv[0] = name;
	for (int i = 1; i < CAPTURE_FILES_MAX + 2; i++) {
		argv[i] = file;
	}
	argv[CAPTURE_FILES_MAX + 2] = NULL;
	capture_options_parse(CAPTURE_FILES_MAX + 1, argv, &options, &result);
	assert_int_equal(result.outcome, OPTION_RUN);
	capture_options_parse(CAPTURE_FILES_MAX + 2, argv, &options, &result);
	assert_int_equal(result.outcome, OPTION_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_page),
		cmocka_unit_test(every_option_reaches_its_field),
		cmocka_unit_test(files_are_read_in_their_order),
		cmocka_unit_test(operands_are_one_expression),
		cmocka_unit_test(an_expression_has_a_longest),
		cmocka_unit_test(contradictions_are_refused_in_one_line),
		cmocka_unit_test(wrong_arguments_are_refused),
		cmocka_unit_test(more_files_than_there_is_room_for_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
