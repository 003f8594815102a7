/* SPDX-License-Identifier: BSD-2-Clause */
#include "counter_kind.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* What struct rtnl_link_stats64 calls its errors: a driver that has such a string shows that. */
static const char *const netdev_names[] = {
	"rx_errors",        "tx_errors",           "rx_dropped",        "tx_dropped",
	"rx_length_errors", "rx_over_errors",      "rx_crc_errors",     "rx_frame_errors",
	"rx_fifo_errors",   "rx_missed_errors",    "tx_aborted_errors", "tx_carrier_errors",
	"tx_fifo_errors",   "tx_heartbeat_errors", "tx_window_errors",
};

/* The first whose part the name has. Names of no row are events of their own. */
static const struct rule {
	enum nic_class class;
	const char *part, *event;
} rules[] = {
	{NIC_WIRE, "uncorr", "uncorrectable"},
	{NIC_WIRE, "crc", "crc"},
	{NIC_WIRE, "fcs", "crc"},
	{NIC_WIRE, "framecheck", "crc"},
	{NIC_WIRE, "align", "align"},
	{NIC_WIRE, "frame_err", "align"},
	{NIC_WIRE, "symbol", "symbol"},
	{NIC_WIRE, "code", "code"},
	{NIC_CORRECTED, "block", "corrected_blocks"},
	{NIC_CORRECTED, "symbol", "corrected_symbols"},
	{NIC_CORRECTED, "bit", "corrected_bits"},
	{NIC_DUPLEX, "late", "late_collisions"},
	{NIC_DUPLEX, "window_err", "late_collisions"},
	{NIC_DUPLEX, "defer", "deferral"},
	{NIC_DUPLEX, "excess", "aborted"},
	{NIC_DUPLEX, "xscoll", "aborted"},
	{NIC_DUPLEX, "aborted", "aborted"},
	{NIC_LINK, "dropped", "dropped_without_link"},
	{NIC_LINK, "carrier_changes", "flap"},
	{NIC_LINK, "carrier_up", "flap"},
	{NIC_LINK, "carrier_down", "flap"},
	{NIC_LINK, "link_down", "flap"},
	{NIC_LINK, "carrier", "carrier_sense"},
	{NIC_HOST, "missed_irq", "missed_irqs"},
	{NIC_HOST, "missed_tx", "missed_completions"},
	{NIC_HOST, "miss", "missed"},
	{NIC_HOST, "out_of_buffer", "missed"},
	{NIC_HOST, "underrun", "underrun"},
	{NIC_HOST, "fifo", "overrun"},
	{NIC_HOST, "ovf", "overrun"},
	{NIC_HOST, "overrun", "overrun"},
	{NIC_HOST, "over_err", "overrun"},
	{NIC_HOST, "rxbds", "overrun"},
	{NIC_HOST, "no_buf", "no_buffer"},
	{NIC_MEMORY, "", "allocation"},
	{NIC_CONGESTION, "", "pause"},
	{NIC_LENGTH, "range", "range"},
	{NIC_LENGTH, "undersize", "short"},
	{NIC_LENGTH, "undrsz", "short"},
	{NIC_LENGTH, "runt", "short"},
	{NIC_LENGTH, "short", "short"},
	{NIC_LENGTH, "frag", "short"},
	{NIC_LENGTH, "long", "long"},
	{NIC_LENGTH, "oversize", "long"},
	{NIC_LENGTH, "ovrsz", "long"},
	{NIC_LENGTH, "jabber", "long"},
	{NIC_LENGTH, "jbr", "long"},
	{NIC_LENGTH, "mtu", "long"},
	{NIC_UNCLASSIFIED, "xdp", NULL},
	{NIC_UNCLASSIFIED, "drop", "dropped"},
	{NIC_UNCLASSIFIED, "discard", "dropped"},
};

/* IEEE 802.3's names have no rx or tx in them. */
static const struct {
	const char *part;
	enum moved_direction direction;
} directions[] = {
	{"xmit", MOVED_TX},       {"transmit", MOVED_TX}, {"collision", MOVED_TX},
	{"colls", MOVED_TX},      {"deferral", MOVED_TX}, {"carriersense", MOVED_TX},
	{"bw_out", MOVED_TX},     {"bw_in", MOVED_RX},    {"rbuf", MOVED_RX},
	{"etherstats", MOVED_RX}, {"rcv", MOVED_RX},      {"length", MOVED_RX},
	{"toolong", MOVED_RX},
};

/* The parts of a name between its separators, as far as they matter. */
enum { TOKENS = 16 };

struct tokens {
	size_t count;
	char token[TOKENS][COUNTERS_NAME];
	bool is_of_queue;
};

static bool is_digits(const char *text)
{
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* "rx" of "rx", "rxq" and "rxqueue"; "" of other words that a number may follow; NULL of the rest.
 */
static const char *index_word(const char *text, size_t length)
{
	static const struct {
		const char *word, *kept;
	} words[] = {
		{"rx", "rx"},      {"rxq", "rx"}, {"rxqueue", "rx"}, {"tx", "tx"}, {"txq", "tx"},
		{"txqueue", "tx"}, {"queue", ""}, {"q", ""},         {"prio", ""}, {"pri", ""},
		{"priority", ""},  {"tc", ""},    {"cos", ""},       {"ring", ""}, {"ch", ""},
		{"channel", ""},   {"lane", ""},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strlen(words[i].word) == length && strncmp(words[i].word, text, length) == 0) {
			return words[i].kept;
		}
	}
	return NULL;
}

static void token_set(struct tokens *tokens, size_t at, const char *text)
{
	if (*text == '\0') {
		tokens->count = at;
	} else {
		snprintf(tokens->token[at], COUNTERS_NAME, "%s", text);
		tokens->count = at + 1;
	}
}

/* Appends a token, or takes it for the number of a queue: "rx_queue_3_drops", "rx0_drops",
 * "[3]:_rx_discards", "rx_prio0_discards". */
static void token_add(struct tokens *tokens, const char *text, bool in_brackets)
{
	size_t word = strcspn(text, "0123456789");
	const char *kept;

	if (tokens->count == TOKENS || *text == '\0') {
		return;
	}
	if (is_digits(text)) {
		const char *before = tokens->count > 0 ? tokens->token[tokens->count - 1] : "";

		kept = in_brackets ? before : index_word(before, strlen(before));
		if (kept != NULL && (in_brackets || *before != '\0')) {
			tokens->is_of_queue = true;
			if (!in_brackets) {
				token_set(tokens, tokens->count - 1, kept);
			}
			return;
		}
	} else if (is_digits(text + word)) {
		kept = index_word(text, word);
		if (kept != NULL) {
			tokens->is_of_queue = true;
			if (*kept != '\0') {
				token_set(tokens, tokens->count, kept);
			}
			return;
		}
	}
	token_set(tokens, tokens->count, text);
}

static void split(const char *name, struct tokens *tokens)
{
	char text[COUNTERS_NAME];
	size_t length;

	*tokens = (struct tokens){0};
	while (*name != '\0') {
		length = strcspn(name, "_-.:[]");
		memcpy(text, name, length);
		text[length] = '\0';
		token_add(tokens, text, name[length] == ']');
		name += length + (name[length] != '\0');
	}
}

static bool has_token(const struct tokens *tokens, const char *text)
{
	for (size_t i = 0; i < tokens->count; i++) {
		if (strcmp(tokens->token[i], text) == 0) {
			return true;
		}
	}
	return false;
}

/* The name without its queue, and without what says where it is counted. */
static void join(const struct tokens *tokens, char event[static COUNTERS_NAME])
{
	static const char *const place[] = {"port", "nic", "phy", "rx", "tx"};
	size_t length = 0;

	event[0] = '\0';
	for (size_t i = 0; i < tokens->count; i++) {
		bool is_place = false;

		for (size_t p = 0; p < sizeof(place) / sizeof(*place); p++) {
			is_place = is_place || strcmp(tokens->token[i], place[p]) == 0;
		}
		if (!is_place) {
			/* no longer than the name that it was split from */
			length += (size_t)snprintf(event + length, COUNTERS_NAME - length, "%s%s",
						   length > 0 ? "_" : "", tokens->token[i]);
		}
	}
}

static enum moved_direction direction_of(const char *name, const struct tokens *tokens,
					 enum nic_class class)
{
	bool is_rx = has_token(tokens, "rx") || strncmp(name, "rx", 2) == 0;
	bool is_tx = has_token(tokens, "tx") || strncmp(name, "tx", 2) == 0;

	if (is_rx != is_tx) {
		return is_rx ? MOVED_RX : MOVED_TX;
	}
	if (is_rx) { /* "rx_xdp_tx_errors": what it begins with */
		return strncmp(name, "tx", 2) == 0 ? MOVED_TX : MOVED_RX;
	}
	for (size_t i = 0; i < sizeof(directions) / sizeof(*directions); i++) {
		if (strstr(name, directions[i].part) != NULL) {
			return directions[i].direction;
		}
	}
	/* who hears damage is the receiver, who hears a collision the sender */
	return class == NIC_WIRE ? MOVED_RX : class == NIC_DUPLEX ? MOVED_TX : MOVED_UNKNOWN;
}

static bool is_netdev_name(const char *name)
{
	for (size_t i = 0; i < sizeof(netdev_names) / sizeof(*netdev_names); i++) {
		if (strcmp(netdev_names[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static void name_event(const char *name, const struct tokens *tokens, struct counter_kind *kind)
{
	const char *event = NULL;

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if (rules[i].class == kind->class && strstr(name, rules[i].part) != NULL) {
			event = rules[i].event;
			break;
		}
	}
	if (event != NULL) {
		snprintf(kind->event, sizeof(kind->event), "%s", event);
	} else {
		join(tokens, kind->event);
	}
}

static enum counter_role role_of(const char *name, const struct counter_kind *kind)
{
	if (kind->class == NIC_UNCLASSIFIED && strcmp(kind->event, "errors") == 0) {
		return COUNTER_ERRORS;
	}
	if (kind->class == NIC_UNCLASSIFIED && strcmp(kind->event, "dropped") == 0) {
		return COUNTER_DROPS;
	}
	if (kind->class == NIC_LENGTH && strcmp(name, "rx_length_errors") == 0) {
		return COUNTER_LENGTHS;
	}
	if (kind->class == NIC_CONGESTION &&
	    (strstr(name, "duration") != NULL || strstr(name, "transition") != NULL)) {
		return COUNTER_DURATIONS;
	}
	return strstr(name, "carrier_up_count") != NULL ||
			       strstr(name, "carrier_down_count") != NULL
		       ? COUNTER_HALF
		       : COUNTER_EVENT;
}

/* The host's own, whose names aren't a driver's. */
static void kind_of_host(const char *name, struct counter_kind *kind)
{
	static const struct {
		const char *name;
		enum nic_class class;
	} known[] = {
		{"softnet.dropped", NIC_HOST},
		{"udp.RcvbufErrors", NIC_HOST},
		{"udp6.RcvbufErrors", NIC_HOST},
	};
	size_t length = strlen(name);

	kind->layer = COUNTER_NETDEV;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(known[i].name, name) == 0) {
			kind->class = known[i].class;
			kind->direction = MOVED_RX;
		}
	}
	/* a load that is faster than the card is dropped there, and has to be: information */
	if (strncmp(name, "qdisc.", 6) == 0 && length > 6 &&
	    strcmp(name + length - 6, ".drops") == 0) {
		kind->class = NIC_CONGESTION;
		kind->direction = MOVED_TX;
	}
	snprintf(kind->event, sizeof(kind->event), "%s", name);
}

void counter_kind_of(const char *name, struct counter_kind *ret_kind)
{
	static const struct {
		const char *prefix;
		enum counter_layer layer;
	} known[] = {
		{"link.", COUNTER_NETDEV},       {"ethtool.", COUNTER_PORT},
		{"std.mac.", COUNTER_STANDARD},  {"std.phy.", COUNTER_STANDARD},
		{"std.ctrl.", COUNTER_STANDARD}, {"std.rmon.", COUNTER_STANDARD},
		{"std.", COUNTER_STANDARD},
	};
	struct counter_kind kind = {.class = NIC_NONE};
	char lower[COUNTERS_NAME];
	const char *rest = NULL;
	struct tokens tokens;
	size_t i;

	for (i = 0; rest == NULL && i < sizeof(known) / sizeof(*known); i++) {
		if (strncmp(name, known[i].prefix, strlen(known[i].prefix)) == 0) {
			rest = name + strlen(known[i].prefix);
			kind.layer = known[i].layer;
		}
	}
	if (rest == NULL) {
		kind_of_host(name, &kind);
		*ret_kind = kind;
		return;
	}
	kind.class = nic_class_of(rest);
	if (kind.class != NIC_NONE) {
		for (i = 0; rest[i] != '\0' && i + 1 < sizeof(lower); i++) {
			lower[i] = (char)tolower((unsigned char)rest[i]);
		}
		lower[i] = '\0';
		split(lower, &tokens);
		kind.direction = direction_of(lower, &tokens, kind.class);
		name_event(lower, &tokens, &kind);
		kind.role = role_of(lower, &kind);
		if (kind.layer == COUNTER_PORT) {
			kind.layer = tokens.is_of_queue      ? COUNTER_QUEUE
				     : is_netdev_name(lower) ? COUNTER_NETDEV
							     : COUNTER_PORT;
		}
	}
	*ret_kind = kind;
}
