/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the JSON on PTP traffic; for capture/ptp_*json.c alone. */
#ifndef PTPROBE_PTP_JSON_H
#define PTPROBE_PTP_JSON_H

#include <jansson.h>
#include <stddef.h>

struct ptp_findings;
struct endpoint;
struct ptp_port_identity;

/* For put_*'s results see put.h. */
int ptp_put_port(json_t *object, const char *name, const struct ptp_port_identity *port);
/* "peer": where unicast goes, or null. */
int ptp_put_peer(json_t *object, const struct endpoint *peer);

/* An element of timing[]. */
json_t *ptp_series_json(const struct ptp_findings *result, size_t index);

#endif
