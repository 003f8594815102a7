/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is master on a path, who announces what: what health_master.c and health_announce.c share. */
#ifndef PTPROBE_HEALTH_MASTER_H
#define PTPROBE_HEALTH_MASTER_H

#include "health_parts.h"

/* It announces, or sends Sync. */
bool health_is_active(const struct port *port);
bool health_is_announcing(const struct health *health, uint16_t port);
int64_t health_last_of(const struct port *port);

/* By what both announced last. */
bool health_is_better(const struct port *port, const struct port *than);

/* What is new in an Announce against the one before; becomes the port's. */
void health_announce_note(struct health *health, struct port *port,
			  const struct sighting *sighting);

/* An Announce that takes part in its path's choice of a grandmaster; its timer is set. */
void health_announcer_add(struct health *health, uint16_t port, const struct sighting *sighting);

/* A port's Announces timed out, at_ns: on the clock of rx_ns. */
void health_announcer_lost(struct health *health, const struct port *port, int64_t at_ns);

#endif
