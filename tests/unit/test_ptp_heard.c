/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is there, and whether probes may be sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frame_bed.h"
#include "ptp_heard.h"
#include "ptp_shape.h"

#define RUN UINT64_C(0x0a0b0c0d0e0f1011)

/* Of clock 001122.fffe.334455, port 1, in domain 99; the type and the length are put before. */
#define REST                                                                                   \
	"63 00 0200 0000000000000000 00000000 001122fffe334455 0001 0007 00 00 0000 6553f100 " \
	"006acfc0"
#define SYNC      "00 02 002c" REST
#define DELAY_REQ "01 02 002c" REST
#define ANNOUNCE  "0b 02 0040" REST "0025 00 80 f8 fe ffff 80 001122fffe334455 0000 a0"
#define OTHER_SYNC                                                                          \
	"00 02 002c 00 00 0200 0000000000000000 00000000 001122fffe334455 0001 0007 00 00 " \
	"0000 6553f100 006acfc0"
#define MAC ((const uint8_t[]){0x02, 0, 0, 0, 0, 1})

static struct ptp_heard heard;
static struct frame_bed bed;

static int set_up(void **state)
{
	(void)state;
	heard = (struct ptp_heard){.domain = 99};
	frame_bed_clear(&bed);
	return 0;
}

static void add_frame(uint16_t ethertype)
{
	ptp_heard_add_frame(&heard, ethertype, MAC, bed.bytes, bed.length, bed.length);
}

static void add_message(const char *hex)
{
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, hex);
	add_frame(PTP_ETHERTYPE);
}

/* A pair of a ptprobe-send. */
static void add_probe(uint64_t run_id)
{
	struct probe probe = {.run_id = run_id, .follow_up_seq = WIRE_NO_FOLLOW_UP};

	ptp_shape_encode_sync(bed.bytes, 99, &probe);
	bed.length = PTP_SHAPE_SYNC_LENGTH;
	add_frame(PTP_ETHERTYPE);
	ptp_shape_encode_follow_up(bed.bytes, 99, 0, &probe);
	bed.length = PTP_SHAPE_FOLLOW_UP_LENGTH;
	add_frame(PTP_ETHERTYPE);
}

static void assert_text(const char *wanted)
{
	char text[PTP_HEARD_TEXT];

	assert_string_equal(ptp_heard_text(&heard, text), wanted);
}

static void silence_is_no_use(void **state)
{
	(void)state;
	assert_false(ptp_heard_is_in_use(&heard));
	assert_text("");
}

static void a_clock_is_told_by_its_port_address_and_messages(void **state)
{
	(void)state;
	add_message(SYNC);
	add_message(ANNOUNCE);
	add_message(SYNC);
	assert_true(ptp_heard_is_in_use(&heard));
	assert_int_equal(heard.speakers, 1);
	assert_int_equal(heard.messages, 3);
	assert_int_equal(heard.speaker[0].messages, 3);
	assert_int_equal(heard.speaker[0].way, PTP_WAY_L2);
	assert_text("001122.fffe.334455-1 at 02:00:00:00:00:01 (sync, announce)");
}

static void a_slave_alone_uses_the_domain_too(void **state)
{
	(void)state;
	add_message(DELAY_REQ);
	assert_true(ptp_heard_is_in_use(&heard));
}

static void other_domains_are_others_affair(void **state)
{
	(void)state;
	add_message(OTHER_SYNC);
	assert_int_equal(heard.others, 1);
	assert_false(ptp_heard_is_in_use(&heard));
	heard = (struct ptp_heard){.domain = 0};
	add_message(OTHER_SYNC);
	assert_true(ptp_heard_is_in_use(&heard));
}

static void another_sdo_id_is_no_excuse(void **state)
{
	(void)state;
	add_message("10 02 002c" REST); /* 802.1AS */
	assert_true(ptp_heard_is_in_use(&heard));
}

static void probes_of_ptprobe_are_no_clocks(void **state)
{
	(void)state;
	add_probe(RUN);
	assert_true(ptp_heard_has_probes(&heard));
	assert_false(ptp_heard_is_in_use(&heard));
	add_message(SYNC);
	assert_true(ptp_heard_is_in_use(&heard));
	assert_text("001122.fffe.334455-1 at 02:00:00:00:00:01 (sync)");
}

/* The Follow_Up is forged, or the identity taken: a clock's other messages decide. */
static void a_probe_that_announces_is_a_clock(void **state)
{
	(void)state;
	add_probe(UINT64_C(0x021122fffe334455));
	add_message(
		"0b 02 0040 63 00 0200 0000000000000000 00000000 021122fffe334455 0001 0007 00 00 "
		"0000 6553f100 006acfc0 0025 00 80 f8 fe ffff 80 021122fffe334455 0000 a0");
	assert_int_equal(heard.speakers, 1);
	assert_true(ptp_heard_is_in_use(&heard));
	assert_false(ptp_heard_has_probes(&heard));
}

static void a_sync_that_only_could_be_a_probe_is_a_clock(void **state)
{
	struct probe probe = {.run_id = RUN};

	(void)state;
	ptp_shape_encode_sync(bed.bytes, 99, &probe);
	bed.length = PTP_SHAPE_SYNC_LENGTH;
	add_frame(PTP_ETHERTYPE);
	assert_true(ptp_heard_is_in_use(&heard));
}

/* Behind a header for UDP from 10.31.0.7:319 to 224.0.1.129:319 of so many bytes. */
static void build_ipv4(const char *header, const char *message)
{
	frame_bed_clear(&bed);
	frame_bed_hex(&bed, header);
	frame_bed_hex(&bed, message);
}

static void udp_over_ipv4_is_heard(void **state)
{
	(void)state;
	build_ipv4("45000048 00000000 01110000 0a1f0007 e0000181 013f 013f 0034 0000", SYNC);
	frame_bed_hex(&bed, "000000"); /* padding */
	add_frame(0x0800);
	assert_text("001122.fffe.334455-1 at 10.31.0.7 (sync)");
	assert_int_equal(heard.speaker[0].way, PTP_WAY_UDP4);
	/* with options; to the general port */
	build_ipv4("46000058 00000000 01110000 0a1f0007 e0000181 94040000 0140 0140 0048 0000",
		   ANNOUNCE);
	add_frame(0x0800);
	assert_text("001122.fffe.334455-1 at 10.31.0.7 (sync, announce)");
}

static void udp_over_ipv6_is_heard(void **state)
{
	(void)state;
	frame_bed_hex(&bed, "60000000 0036 11 01 fd310000000000000000000000000007 "
			    "ff0e0000000000000000000000000181 013f 013f 0036 0000");
	frame_bed_hex(&bed, SYNC);
	frame_bed_hex(&bed, "0000"); /* as ptp4l does */
	add_frame(0x86dd);
	assert_text("001122.fffe.334455-1 at fd31::7 (sync)");
	assert_int_equal(heard.speaker[0].way, PTP_WAY_UDP6);
}

static void what_is_no_ptp_is_passed_over(void **state)
{
	(void)state;
	build_ipv4("45000048 00000000 01110000 0a1f0007 e0000181 013f 0141 0034 0000", SYNC);
	add_frame(0x0800); /* port 321 */
	build_ipv4("45000048 00000000 01060000 0a1f0007 e0000181 013f 013f 0034 0000", SYNC);
	add_frame(0x0800); /* TCP */
	build_ipv4("45000048 00000010 01110000 0a1f0007 e0000181 013f 013f 0034 0000", SYNC);
	add_frame(0x0800); /* a later fragment */
	build_ipv4("44000048 00000000 01110000 0a1f0007 e0000181 013f 013f 0034 0000", SYNC);
	add_frame(0x0800); /* a header too short */
	build_ipv4("45000048 00000000 01110000 0a1f0007 e0000181 013f 013f 0007 0000", SYNC);
	add_frame(0x0800); /* a datagram too short */
	add_frame(0x0806);
	assert_int_equal(heard.messages, 0);
	assert_int_equal(heard.unreadable, 0);
	add_message("00 01 002c" REST); /* version 1 */
	add_message("00 02 0030" REST); /* says more than there is */
	add_message("00");
	assert_int_equal(heard.unreadable, 3);
	assert_false(ptp_heard_is_in_use(&heard));
}

static void a_frame_that_is_cut_anywhere_does_no_harm(void **state)
{
	(void)state;
	build_ipv4("45000048 00000000 01110000 0a1f0007 e0000181 013f 013f 0034 0000", SYNC);
	for (size_t captured = 0; captured <= bed.length; captured++) {
		ptp_heard_add_frame(&heard, 0x0800, MAC, bed.bytes, captured, bed.length);
		ptp_heard_add_frame(&heard, 0x86dd, MAC, bed.bytes, captured, bed.length);
	}
	assert_true(ptp_heard_is_in_use(&heard));
}

static void a_crowd_is_counted(void **state)
{
	char text[PTP_HEARD_TEXT];

	(void)state;
	for (unsigned int port = 1; port <= PTP_HEARD_SPEAKERS + 5; port++) {
		frame_bed_clear(&bed);
		frame_bed_hex(&bed, SYNC);
		bed.bytes[29] = (uint8_t)port;
		add_frame(PTP_ETHERTYPE);
	}
	assert_int_equal(heard.speakers, PTP_HEARD_SPEAKERS);
	assert_int_equal(heard.speakers_beyond, 5);
	assert_non_null(strstr(ptp_heard_text(&heard, text), "(sync), and 31 or more"));
}

static void only_a_way_that_is_heard_is_clear(void **state)
{
	struct ptp_ears ears = {.ear[PTP_WAY_UDP4].hears = true};

	(void)state;
	assert_int_equal(ptp_heard_judge(&heard, &ears, PTP_WAY_UDP4), PTP_CLEAR);
	assert_int_equal(ptp_heard_judge(&heard, &ears, PTP_WAY_UDP6), PTP_DEAF);
	assert_int_equal(ptp_heard_judge(&heard, &ears, PTP_WAY_L2), PTP_DEAF);
	add_message(SYNC);
	assert_int_equal(ptp_heard_judge(&heard, &ears, PTP_WAY_UDP4), PTP_IN_USE);
	assert_int_equal(ptp_heard_judge(&heard, &ears, PTP_WAY_UDP6), PTP_IN_USE);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(silence_is_no_use),
		TEST(a_clock_is_told_by_its_port_address_and_messages),
		TEST(a_slave_alone_uses_the_domain_too),
		TEST(other_domains_are_others_affair),
		TEST(another_sdo_id_is_no_excuse),
		TEST(probes_of_ptprobe_are_no_clocks),
		TEST(a_probe_that_announces_is_a_clock),
		TEST(a_sync_that_only_could_be_a_probe_is_a_clock),
		TEST(udp_over_ipv4_is_heard),
		TEST(udp_over_ipv6_is_heard),
		TEST(what_is_no_ptp_is_passed_over),
		TEST(a_frame_that_is_cut_anywhere_does_no_harm),
		TEST(a_crowd_is_counted),
		TEST(only_a_way_that_is_heard_is_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
