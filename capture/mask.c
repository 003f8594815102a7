/* SPDX-License-Identifier: BSD-2-Clause */
#include "mask.h"

#include <math.h>
#include <string.h>

static const struct mask masks[] = {
	{
		.name = "g8261.1-fpp",
		.title = "ITU-T G.8261.1: 1 % within 150 us, in 200 s",
		.least_fpp = 0.01,
		.delta_ns = 150000,
		.window_ns = INT64_C(200000000000),
	},
	{
		.name = "g8271.1-c",
		.title = "ITU-T G.8271.1, reference point C",
		.max_te_ns = 1100,
		.is_te_of_all = true,
		.is_filtered = true,
		.pieces[MASK_MTIE] = 3,
		.piece[MASK_MTIE] =
			{
				/* 100 + 75 tau, 277 + 1.1 tau, 580 */
				{.from_s = 1.3, .to_s = 2.4, .from_ns = 197.5, .to_ns = 280},
				{.from_s = 2.4, .to_s = 275, .from_ns = 279.64, .to_ns = 579.5},
				{.from_s = 275, .to_s = 1e4, .from_ns = 580, .to_ns = 580},
			},
	},
	{
		.name = "prtc-a",
		.title = "ITU-T G.8272, PRTC-A",
		.max_te_ns = 100,
		.is_te_of_all = true,
		.pieces = {[MASK_MTIE] = 2, [MASK_TDEV] = 3},
		.piece =
			{
				[MASK_MTIE] =
					{
						/* 0.275 tau + 25, 100 */
						{.from_s = 0.1,
						 .to_s = 273,
						 .from_ns = 25.0275,
						 .to_ns = 100.075},
						{.from_s = 273,
						 .to_s = 1e4,
						 .from_ns = 100,
						 .to_ns = 100},
					},
				[MASK_TDEV] =
					{
						/* 3, 0.03 tau, 30 */
						{.from_s = 0.1,
						 .to_s = 100,
						 .from_ns = 3,
						 .to_ns = 3},
						{.from_s = 100,
						 .to_s = 1000,
						 .from_ns = 3,
						 .to_ns = 30},
						{.from_s = 1000,
						 .to_s = 1e4,
						 .from_ns = 30,
						 .to_ns = 30},
					},
			},
	},
	{.name = "prtc-b", .title = "ITU-T G.8272, PRTC-B", .max_te_ns = 40, .is_te_of_all = true},
	{.name = "tbc-a",
	 .title = "ITU-T G.8273.2, class A",
	 .max_te_ns = 100,
	 .is_te_of_all = true},
	{.name = "tbc-b",
	 .title = "ITU-T G.8273.2, class B",
	 .max_te_ns = 70,
	 .is_te_of_all = true},
	{.name = "tbc-c",
	 .title = "ITU-T G.8273.2, class C",
	 .max_te_ns = 30,
	 .is_te_of_all = true},
	{.name = "g8271.2-pts",
	 .title = "ITU-T G.8271.2, partial timing support",
	 .max_te_ns = 1100},
};

const char *mask_name(size_t index)
{
	return index < sizeof(masks) / sizeof(masks[0]) ? masks[index].name : NULL;
}

const struct mask *mask_find(const char *name)
{
	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		if (strcmp(masks[i].name, name) == 0) {
			return &masks[i];
		}
	}
	return NULL;
}

bool mask_limit_ns(const struct mask *mask, enum mask_curve curve, double tau_s, double *ret_ns)
{
	for (size_t i = 0; i < mask->pieces[curve]; i++) {
		const struct mask_piece *piece = &mask->piece[curve][i];
		double share;

		/* the very first point has a limit, too */
		if (tau_s > piece->to_s || tau_s < piece->from_s ||
		    (i > 0 && !(tau_s > piece->from_s))) {
			continue;
		}
		if (piece->is_logarithmic) {
			share = log(tau_s / piece->from_s) / log(piece->to_s / piece->from_s);
			*ret_ns = piece->from_ns * pow(piece->to_ns / piece->from_ns, share);
		} else {
			share = (tau_s - piece->from_s) / (piece->to_s - piece->from_s);
			*ret_ns = piece->from_ns + share * (piece->to_ns - piece->from_ns);
		}
		return true;
	}
	return false;
}
