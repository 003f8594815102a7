/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "departures_bed.h"

int departures_bed_start(void **state)
{
	*state = departures_new(1, true);
	return *state ? 0 : -1;
}

int departures_bed_end(void **state)
{
	departures_free(*state);
	return 0;
}

void departures_bed_add(struct departures *departures, uint64_t seq)
{
	departures_add(departures, 0, seq, (int64_t)seq * 1000000,
		       DEPARTURES_T0 + (int64_t)seq * 1000000);
}

void departures_bed_stamp(struct departures *departures, uint32_t id, enum departures_stamp kind,
			  int64_t offset_ns)
{
	departures_stamp(departures, id, kind, DEPARTURES_T0 + offset_ns);
}

void departures_bed_reports(struct departures *departures, uint64_t expected_seq,
			    int64_t expected_offset_ns)
{
	struct departures_report report;

	assert_true(departures_follow_up(departures, 0, DEPARTURES_MUCH_LATER, &report));
	assert_int_equal(report.seq, expected_seq);
	assert_int_equal(report.tx_ns, DEPARTURES_T0 + expected_offset_ns);
	assert_false(report.hardware);
}

void departures_bed_reports_none(struct departures *departures)
{
	struct departures_report report = {77, 88, false};

	assert_false(departures_follow_up(departures, 0, DEPARTURES_MUCH_LATER, &report));
	assert_int_equal(report.seq, 77);
	assert_int_equal(report.tx_ns, 88);
}

void departures_bed_reports_at(struct departures *departures, int64_t mono_ns,
			       uint64_t expected_seq, int64_t expected_offset_ns, bool hardware)
{
	struct departures_report report;

	assert_true(departures_follow_up(departures, 0, mono_ns, &report));
	assert_int_equal(report.seq, expected_seq);
	assert_int_equal(report.tx_ns, DEPARTURES_T0 + expected_offset_ns);
	assert_int_equal(report.hardware, hardware);
}

void departures_bed_holds_back(struct departures *departures, int64_t mono_ns)
{
	struct departures_report report;

	assert_false(departures_follow_up(departures, 0, mono_ns, &report));
}
