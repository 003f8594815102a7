/* SPDX-License-Identifier: BSD-2-Clause */
/* The limits on the messages of each port and type. */
#include <inttypes.h>
#include <stdio.h>

#include "ptp_findings.h"
#include "ptp_judge_parts.h"
#include "ptp_limits.h"
#include "text.h"
#include "verdict.h"

enum { RATE_INTERVALS_MIN = 2, PACE_INTERVALS = 10 };

static const double pace_longest = 1.3, pace_shortest = 0.7; /* intervals, of the advertised one */

static bool exceeds(const struct units_amount *amount, uint64_t value, uint64_t whole)
{
	return amount->is_share ? (double)value > amount->share * (double)whole
				: value > amount->count;
}

static const char *amount_text(const struct units_amount *amount, char text[static TEXT_SHARE])
{
	if (amount->is_share) {
		return text_share(amount->share, text);
	}
	snprintf(text, TEXT_SHARE, "%" PRIu64, amount->count);
	return text;
}

struct measured {
	uint64_t value, whole;
	uint64_t pending; /* further ones that the end left open */
};

/* How much of a stream is what a limit is for, and of how much. False: it has nothing of that. */
static bool measure(enum ptp_metric metric, const struct health_stream *stream,
		    struct measured *ret_measured)
{
	uint64_t asked = stream->answered + stream->unanswered;

	switch (metric) {
	case PTP_METRIC_LOSS:
		*ret_measured = (struct measured){stream->lost, stream->unique + stream->lost,
						  stream->pending};
		return stream->has_sequence;
	case PTP_METRIC_DUPLICATE:
		*ret_measured = (struct measured){stream->duplicate, stream->unique, 0};
		return stream->has_sequence;
	case PTP_METRIC_REORDER:
		*ret_measured = (struct measured){stream->reordered, stream->unique, 0};
		return stream->has_sequence;
	case PTP_METRIC_FOLLOW_UP:
		*ret_measured = (struct measured){stream->missing_follow_up, stream->two_step,
						  stream->waiting};
		return stream->two_step + stream->one_step > 0;
	case PTP_METRIC_UNANSWERED:
		*ret_measured = (struct measured){stream->unanswered, asked, stream->waiting};
		return asked > 0;
	case PTP_METRIC_CORRECTION:
	case PTP_METRIC_RATE:
	case PTP_METRIC_PDV:
	case PTP_METRIC_EVENTS:
	case PTP_METRIC_MESSAGES:
		break;
	}
	return false;
}

static const char *what_of(enum ptp_metric metric)
{
	static const char *const what[] = {
		[PTP_METRIC_LOSS] = "lost",
		[PTP_METRIC_DUPLICATE] = "duplicated",
		[PTP_METRIC_REORDER] = "reordered",
		[PTP_METRIC_FOLLOW_UP] = "without their Follow_Up",
		[PTP_METRIC_UNANSWERED] = "unanswered",
	};

	return what[metric];
}

/* A limit that is kept, but might not be. */
static void doubt_stream(const struct ptp_limit *limit, const struct health_port *port,
			 const struct health_stream *stream, const struct measured *measured,
			 struct grounds *grounds)
{
	char where[WHERE], most[TEXT_SHARE];
	uint64_t pending = measured->pending;

	if (!exceeds(&limit->amount, measured->value + pending,
		     measured->whole + (limit->metric == PTP_METRIC_FOLLOW_UP ? 0 : pending))) {
		return;
	}
	verdict_reason(&grounds->unknowns,
		       "%s: %" PRIu64 " more %s may be %s: the end came within --lost-after of "
		       "%s, limit %s",
		       where_of(port->domain, &port->identity, where), pending,
		       ptp_type_text(stream->type), what_of(limit->metric),
		       pending == 1 ? "it" : "them", amount_text(&limit->amount, most));
}

/* What isn't known of a sequence. */
static void doubt_sequence(const struct ptp_limit *limit, const struct health_port *port,
			   const struct health_stream *stream, struct grounds *grounds)
{
	char where[WHERE];
	bool is_loss = limit->metric == PTP_METRIC_LOSS;

	if (is_loss && stream->restarts > 0) {
		verdict_reason(&grounds->unknowns,
			       "%s: its %s began anew %" PRIu64
			       " time%s: what was lost before that isn't known",
			       where_of(port->domain, &port->identity, where),
			       ptp_type_text(stream->type), stream->restarts,
			       stream->restarts == 1 ? "" : "s");
	}
	if ((is_loss || limit->metric == PTP_METRIC_DUPLICATE) && stream->outliers > 0) {
		verdict_reason(&grounds->unknowns, "%s: %" PRIu64 " %s %s out of its sequence: %s",
			       where_of(port->domain, &port->identity, where), stream->outliers,
			       ptp_type_text(stream->type), stream->outliers == 1 ? "was" : "were",
			       ptp_findings_has_twin(stream) ? "two devices with one identity?"
							     : "old copies, or of another device?");
	}
}

static void judge_stream(const struct ptp_limit *limit, const struct ptp_findings *result,
			 const struct health_port *port, const struct health_stream *stream,
			 const struct measured *measured, struct grounds *grounds)
{
	uint64_t value = measured->value, whole = measured->whole;
	char where[WHERE], share[TEXT_SHARE], most[TEXT_SHARE];
	bool is_ours =
		limit->metric != PTP_METRIC_DUPLICATE && limit->metric != PTP_METRIC_REORDER &&
		!exceeds(&limit->amount,
			 value - (value < result->own_drops ? value : result->own_drops), whole);

	verdict_reason(is_ours ? &grounds->unknowns : &grounds->fails,
		       "%s: %" PRIu64 " of %" PRIu64 " %s %s (%s), limit %s%s",
		       where_of(port->domain, &port->identity, where), value, whole,
		       ptp_type_text(stream->type), what_of(limit->metric),
		       text_share(whole > 0 ? (double)value / (double)whole : 0, share),
		       amount_text(&limit->amount, most),
		       is_ours ? ": the tap's own drops may be among them" : "");
}

void ptp_judge_streams(const struct ptp_limit *limit, const struct ptp_findings *result,
		       struct grounds *grounds)
{
	bool is_measured = false;
	struct measured measured;

	for (size_t i = 0; i < result->ports; i++) {
		const struct health_port *port = &result->port[i];

		for (size_t s = 0; s < port->streams; s++) {
			if (!measure(limit->metric, &port->stream[s], &measured)) {
				continue;
			}
			is_measured = true;
			doubt_sequence(limit, port, &port->stream[s], grounds);
			if (exceeds(&limit->amount, measured.value, measured.whole)) {
				judge_stream(limit, result, port, &port->stream[s], &measured,
					     grounds);
			} else {
				doubt_stream(limit, port, &port->stream[s], &measured, grounds);
			}
		}
	}
	if (!is_measured && result->counts->messages > 0) {
		verdict_reason(&grounds->unknowns, "%s",
			       limit->metric == PTP_METRIC_FOLLOW_UP
				       ? "no Sync came, so that missing Follow_Ups aren't known"
			       : limit->metric == PTP_METRIC_UNANSWERED
				       ? "no Delay_Req or Pdelay_Req was settled, so that missing "
					 "answers aren't known"
				       : "no message came whose sequence could be followed");
	}
}

/* A change takes as many as confirm it, and one before. */
void ptp_judge_corrections(const struct ptp_limit *limit, const struct ptp_findings *result,
			   struct grounds *grounds)
{
	char where[WHERE];
	bool is_measured = false;

	for (size_t i = 0; i < result->ports; i++) {
		const struct health_port *port = &result->port[i];

		for (size_t s = 0; s < port->streams; s++) {
			const struct health_stream *stream = &port->stream[s];

			is_measured |= stream->correction_followed &&
				       stream->correction.count > HEALTH_CHANGE_CONFIRM;
			if (stream->correction_changes > limit->amount.count) {
				verdict_reason(
					&grounds->fails,
					"%s: the correction of its %s changed for good %" PRIu64
					" time%s, limit %" PRIu64,
					where_of(port->domain, &port->identity, where),
					ptp_type_text(stream->type), stream->correction_changes,
					stream->correction_changes == 1 ? "" : "s",
					limit->amount.count);
			}
		}
	}
	if (!is_measured && result->counts->messages > 0) {
		verdict_reason(&grounds->unknowns,
			       "too few messages came to tell a change of their correction");
	}
}

static void judge_rate(const struct ptp_limit *limit, const struct health_port *port,
		       const struct health_stream *stream, struct grounds *grounds)
{
	char where[WHERE], share[TEXT_SHARE], least[TEXT_SHARE];

	if (stream->rate_intervals < RATE_INTERVALS_MIN) {
		verdict_reason(&grounds->unknowns, "%s: too few %s came to tell their rate",
			       where_of(port->domain, &port->identity, where),
			       ptp_type_text(stream->type));
	} else if (stream->rate_ratio < limit->amount.share) {
		verdict_reason(&grounds->fails,
			       "%s: %s came at %s of the rate that they advertise, limit %s",
			       where_of(port->domain, &port->identity, where),
			       ptp_type_text(stream->type), text_share(stream->rate_ratio, share),
			       text_share(limit->amount.share, least));
	}
}

void ptp_judge_rates(const struct ptp_limit *limit, const struct ptp_findings *result,
		     struct grounds *grounds)
{
	bool is_advertised = false;

	for (size_t i = 0; i < result->ports; i++) {
		const struct health_port *port = &result->port[i];

		for (size_t s = 0; s < port->streams; s++) {
			if (ptp_findings_has_rate(&port->stream[s])) {
				is_advertised = true;
				judge_rate(limit, port, &port->stream[s], grounds);
			}
		}
	}
	if (!is_advertised && result->counts->messages > 0) {
		verdict_reason(&grounds->unknowns,
			       "no message came that advertises its rate, so that it isn't known");
	}
}

void ptp_judge_paces(const struct ptp_findings *result, struct grounds *grounds)
{
	char where[WHERE], share[TEXT_SHARE];

	for (size_t i = 0; i < result->ports; i++) {
		const struct health_port *port = &result->port[i];

		for (size_t s = 0; s < port->streams; s++) {
			const struct health_stream *stream = &port->stream[s];

			if (!ptp_findings_has_rate(stream) ||
			    stream->rate_intervals < PACE_INTERVALS ||
			    (stream->rate_ratio * pace_longest >= 1 &&
			     stream->rate_ratio * pace_shortest <= 1)) {
				continue;
			}
			verdict_reason(&grounds->fails,
				       "profile %s: %s: %s came at %s of the rate that they "
				       "advertise, more than 30 %% off in their interval",
				       result->profile->name,
				       where_of(port->domain, &port->identity, where),
				       ptp_type_text(stream->type),
				       text_share(stream->rate_ratio, share));
		}
	}
}
