#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The relay takes messages of a live master away, doubles and corrects them, by its script: ptprobe-ptp
# tells of just that, by number and time; and limits and profiles make it a verdict.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/ptping.sh
. "${0%/*}/ptping.sh"
needs_monitor

# 2^-2 s: one lost Sync is no timeout on a busy machine either
ptp_sync=-2
ptp_delay=-2

# dropped FROM TYPE: sequenceIds that the relay took away from that order on: "TIME SEQUENCE"
dropped() {
	awk -v from="$1" -v type="$2" '$3 == type && $NF == "dropped" && ($1 "") >= (from "") {
		print $1, $11 }' "$lab/relay.log"
}

# ordered ORDER: when the relay obeyed it
ordered() {
	awk -v order="$1" '$2 == "order" && $3 " " $4 == order { print $1; exit }' "$lab/relay.log"
}

watch() {
	monitor "$1" receiver --json-stream -I 0 -L 400ms
}

lab_begin relay
lab_relay '
switch 1 ptp follow_up forth drop 0-2
switch 2 ptp delay_resp forth drop 0-2
switch 3 ptp sync forth drop 1
switch 4 ptp follow_up forth correct 0-999 80ns
switch 5 ptp delay_resp forth duplicate 0-1
switch 6 ptp sync forth drop 0-9
'
# has_dropped TYPE TIMES
has_dropped() {
	[ "$(grep -c "^relay: dropped $1" "$lab/relay.out")" -ge "$2" ]
}
ptp4l_start m1 sender -4
ptp4l_start slave receiver -4 -s
ptp4l_is_slave slave
wire_begin w receiver
m1=$(ptp4l_clock m1)
slave=$(ptp4l_clock slave)

watch follow
lab_order on 1
awaits follow missing_follow_up
sleep 1 # the third of them, and its 400 ms
monitor_ends follow

watch answer
lab_order on 2
awaits answer unanswered_delay_req
sleep 1.5
monitor_ends answer

# Neither a lost Sync nor an answer that comes twice is more than a number.
watch numbers
lab_order on 3
lab_order on 4
lab_order on 5
sleep 2
lab_order off 4
sleep 0.5
monitor_ends numbers

watch silent
lab_order on 6
awaits silent sync_timeout
monitor_ends silent
silent_status=$status
wire_end w
lab_truth
lab_done
