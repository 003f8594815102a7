/* SPDX-License-Identifier: BSD-2-Clause */
#include "general.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "group.h"
#include "ptp_shape.h"
#include "sock_send.h"

enum {
	RETRY_NS = 100000,
	GIVE_UP_NS = 1000000000, /* as for a Sync that the kernel has no room for */
};

int general_new(const struct sock_send_config *syncs, uint8_t domain, struct general **ret_general,
		char *error)
{
	struct sock_send_config config = *syncs;
	struct group group = *syncs->group;
	struct general *general = calloc(1, sizeof(*general));
	int result;

	if (!general) {
		snprintf(error, SOCK_SEND_ERROR_TEXT, "out of memory");
		return -ENOMEM;
	}
	group.first.port = PTP_SHAPE_GENERAL_PORT;
	config.group = &group;
	config.length = PTP_SHAPE_FOLLOW_UP_LENGTH;
	config.stamps = false;
	config.stamping = NULL;
	general->domain = domain;
	result = sock_send_new(&config, &general->sock, error);
	if (result < 0) {
		free(general);
		return result;
	}
	*ret_general = general;
	return 0;
}

void general_free(struct general *general)
{
	if (general) {
		sock_send_free(general->sock);
		free(general);
	}
}

static void book_sent(struct general *general, const struct follow_up *follow_up, bool has_stamp,
		      int64_t mono_ns)
{
	struct send_general *counts = &general->counts;

	counts->sent++;
	counts->bytes += PTP_SHAPE_FOLLOW_UP_LENGTH;
	counts->without_stamp += !has_stamp;
	if (mono_ns - follow_up->sync_ns > counts->max_wait_ns) {
		counts->max_wait_ns = mono_ns - follow_up->sync_ns;
	}
}

/* True: it stays in line, and is tried again. */
static bool retries(struct general *general, int error, int64_t mono_ns)
{
	if (error != EAGAIN && error != ENOBUFS && error != ENOMEM && error != EINTR) {
		return false;
	}
	if (general->refused_ns == 0) {
		general->refused_ns = mono_ns;
	}
	general->retry_ns = mono_ns + RETRY_NS;
	return mono_ns - general->refused_ns <= GIVE_UP_NS;
}

static void take(struct general *general)
{
	follow_ups_take(&general->follow_ups);
	general->retry_ns = 0;
	general->refused_ns = 0;
}

bool general_send(struct general *general, const struct probe *like, int64_t mono_ns,
		  struct send_errors *errors)
{
	struct probe probe = *like;
	struct follow_up follow_up;
	int64_t tx_ns;
	int result;

	if (mono_ns < general->retry_ns ||
	    !follow_ups_due(&general->follow_ups, general->departures, mono_ns, &follow_up,
			    &tx_ns)) {
		return false;
	}
	probe.kind = WIRE_PROBE;
	probe.seq = follow_up.seq;
	probe.flags |= follow_up.flags;
	probe.sent_ns = clock_real_ns();
	probe.follow_up_seq = WIRE_NO_FOLLOW_UP;
	probe.follow_up_tx_ns = 0;
	ptp_shape_encode_follow_up(sock_send_payload(general->sock, 0), general->domain, tx_ns,
				   &probe);
	sock_send_prepare(general->sock, 0, 0, false);
	result = sock_send_batch(general->sock, 0, 1);
	if (result == 1) {
		book_sent(general, &follow_up, tx_ns != 0, mono_ns);
	} else {
		send_errors_add(errors, -result);
		if (retries(general, -result, mono_ns)) {
			return false;
		}
		general->counts.failed++;
	}
	take(general);
	return true;
}

int64_t general_wake_ns(const struct general *general)
{
	int64_t wake_ns = follow_ups_wake_ns(&general->follow_ups);

	return general->retry_ns > 0 ? general->retry_ns : wake_ns;
}

void general_give_up(struct general *general, uint32_t keep)
{
	while (follow_ups_count(&general->follow_ups) > keep) {
		general->counts.failed++;
		take(general);
	}
}
