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

/* The profile of that name is the one that messages are checked against from now on. */
const struct profile *profile_bed_begin(const char *name);

/* Fails unless nothing but this rule is broken; and that is said, where said isn't NULL. */
void profile_bed_breaks(const struct sighting *sighting, enum profile_rule rule, const char *said);

/* Fails unless no rule is. */
void profile_bed_conforms(const struct sighting *sighting);

#endif
