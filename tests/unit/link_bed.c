/* SPDX-License-Identifier: BSD-2-Clause */
#include "link_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "nic_bed.h"

enum { SECONDS = 60 };

static const uint64_t load_bytes = UINT64_C(7050000000); /* 940 Mb/s for 60 s */

static void set_end(struct snapshot card[static 2], const char *driver, const char *when)
{
	nic_bed_snapshot(driver, "before", 0, &card[0]);
	nic_bed_snapshot(driver, when, SECONDS, &card[1]);
	nic_bed_add(&card[1], "link.rx_bytes", load_bytes);
	nic_bed_add(&card[1], "link.tx_bytes", load_bytes);
}

void link_bed_set(struct link_bed *bed, const char *near, const char *near_when, const char *far,
		  const char *far_when)
{
	memset(bed, 0, sizeof(*bed));
	link_limits_init(&bed->limits);
	set_end(bed->near, near, near_when);
	bed->result.near = (struct link_end){.name = "this end", .is_known = true};
	bed->result.far = (struct link_end){
		.name = "far end", .why = "a stock iperf3 server tells nothing of its card"};
	if (far != NULL) {
		set_end(bed->far, far, far_when);
		strcpy(bed->far[0].host, "beta");
		strcpy(bed->far[1].host, "beta");
		bed->result.far = (struct link_end){.name = "far end", .is_known = true};
	}
	bed->load = (struct load){
		.seconds = SECONDS,
		.forward = {.known = true,
			    .sent_known = true,
			    .received_known = true,
			    .sent_bps = 940e6,
			    .received_bps = 940e6,
			    .sent_bytes = load_bytes,
			    .received_bytes = load_bytes,
			    .retransmits_known = true},
		.congestion = "cubic",
		.interval_count = SECONDS,
	};
	bed->result.load = &bed->load;
	bed->result.asked_s = SECONDS;
	bed->result.wall_s = SECONDS + 0.3;
}

static void compare(struct snapshot card[static 2], struct moved_list *moved, struct link_end *end)
{
	moved_release(moved);
	assert_int_equal(moved_compare(&card[0], &card[1], moved), 0);
	end->before = &card[0];
	end->after = &card[1];
	end->moved = moved;
}

void link_bed_judge(struct link_bed *bed)
{
	if (bed->result.near.is_known) {
		compare(bed->near, &bed->near_moved, &bed->result.near);
	}
	if (bed->result.far.is_known) {
		compare(bed->far, &bed->far_moved, &bed->result.far);
	}
	link_judge(&bed->limits, &bed->result, &bed->verdict);
}

void link_bed_release(struct link_bed *bed)
{
	moved_release(&bed->near_moved);
	moved_release(&bed->far_moved);
	for (int i = 0; i < 2; i++) {
		snapshot_release(&bed->near[i]);
		snapshot_release(&bed->far[i]);
	}
}
