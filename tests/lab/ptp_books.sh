#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The relay drops, doubles and delays a live master's messages of each type: ptprobe-ptp's books, by
# sequenceId, are those that the wire has by their definition, and what is lost is what the relay took.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/ptping.sh
. "${0%/*}/ptping.sh"
needs_monitor

ptp_sync=-4
ptp_delay=-4
ptp_announce=-2

# ours NAME CLOCK: as wire_books
ours() {
	jq -r --arg clock "$2" '.ports[] |
		select(.port_identity | gsub("[.]"; "") | startswith($clock)) | .messages[] |
		"\(.type) \(.count) \(.lost) \(.duplicate) \(.reordered)"' "$lab/$1.out" | sort
}

# taken TYPE: the sequenceIds of those that the relay took before the end
taken() {
	awk -v type="$1" '$2 == "order" { exit } $3 == type && $NF == "dropped" { print $11 }' \
		"$lab/relay.log"
}

# The monitor has told of so many messages.
messages_are() {
	[ "$(jq -s 'map(select(.type == "interval") | .messages) | add // 0' "$lab/books.out")" -ge "$1" ]
}

lab_begin relay
lab_relay '
ptp sync forth drop 5-65/10
ptp sync forth duplicate 7-57/10
ptp sync forth delay 9-49/20 200ms
ptp follow_up forth drop 6-66/12
ptp follow_up forth duplicate 3
ptp delay_resp forth drop 4-44/8
ptp delay_resp forth duplicate 6-46/8 x3
ptp announce forth drop 3
ptp announce forth duplicate 6
switch 1 ptp any forth drop 0-9999
'
wire_begin w receiver
# a busy machine is no event here
monitor books receiver --json-stream -I 500ms -L 500ms --sync-timeout 20 --announce-timeout 8
ptp4l_start m1 sender -4
ptp4l_start slave receiver -4 -s
ptp4l_is_slave slave
m1=$(ptp4l_clock m1)
slave=$(ptp4l_clock slave)
wait_for 20 messages_are 330 || lab_fail 'the master is slow'
ptp4l_end slave
lab_order on 1
monitor_ends books
wire_end w
lab_truth

wire_books w "$m1" >"$lab/wanted"
equal "the master's books" "$(ours books "$m1")" "$(cat "$lab/wanted")"
equal "the slave's" "$(ours books "$slave")" "$(wire_books w "$slave")"
for type in sync follow_up delay_resp announce; do
	equal "$type: what is lost is what the relay took" \
		"$(awk -v type=$type '$1 == type { print $3 }' "$lab/wanted")" \
		"$(taken $type | wc -l)"
done
claim 'Syncs were reordered' awk '$1 == "sync" && $5 >= 2 { found = 1 } END { exit !found }' "$lab/wanted"
timeline 'what a row of them comes to' books <<END
missing_follow_up 0 $m1 $(wire_first w 0 9 "t == \"sync\" && \$6 == $(taken follow_up | head -n 1)") $(
	taken follow_up | wc -l)
unanswered_delay_req 0 $slave $(wire_first w 0 9 \
	"t == \"delay_req\" && \$6 == $(taken delay_resp | head -n 1)") $(taken delay_resp | wc -l)
END
equal 'each event that was told is in the timeline' \
	"$(jq -s 'map(select(.type == "event")) | length' "$lab/books.stream")" \
	"$(of books '.events | length')"
lab_done
