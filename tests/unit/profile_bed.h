/* SPDX-License-Identifier: BSD-2-Clause */
/* Sightings that conform with a profile, for the tests of what breaks one. */
#ifndef PTPROBE_PROFILE_BED_H
#define PTPROBE_PROFILE_BED_H

#include "profile.h"
#include "sighting.h"

/* A message as the profile of that name has it: each value is written out by hand in the bed. */
struct sighting profile_bed_message(const char *profile, unsigned int type);

/* Its destination, IP or MAC. */
void profile_bed_send_to(struct sighting *sighting, const char *address);

#endif
