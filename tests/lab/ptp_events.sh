#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Masters that come and go, by ptp4l: each event is in ptprobe-ptp's timeline once, and at the time at
# which an independent capture of the same wire has it.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/ptping.sh
. "${0%/*}/ptping.sh"
needs_monitor

timeout_ns=750000000      # three Announce intervals of 2^-2 s
sync_timeout_ns=375000000 # three Sync intervals of 2^-3 s

# watch NAME: a monitor that tells of events as they are known; watched NAME: its end
watch() {
	eval "began_$1=$(now)"
	monitor "$1" receiver --json-stream -I 0 -L 500ms
}

watched() {
	monitor_ends "$1"
	eval "ended_$1=$(now)"
}

# silence FROM TO CLOCK: what the end of that master's messages must be told as
silence() {
	echo "announce_timeout 0 $3 $(($(wire_last w "$1" "$2" "t == \"announce\" && \$4 == \"$3\"") +
		timeout_ns))"
	echo "sync_timeout 0 $3 $(($(wire_last w "$1" "$2" "t == \"sync\" && \$4 == \"$3\"") +
		sync_timeout_ns))"
}

# requests FROM TO: the Delay_Reqs that nobody or two masters answered, by the wire
requests() {
	wire_unanswered w "$1" "$2" | while read -r requester first missing; do
		echo "unanswered_delay_req 0 $requester $first $missing"
	done
	doubly=$(wire_doubly w "$1" "$2")
	[ -z "$doubly" ] || echo "multiple_delay_resp 0 - $doubly"
}

lab_begin bridge second
wire_begin w receiver
ptp4l_start m1 sender -4 --priority1 100
ptp4l_start slave receiver -4 -s
ptp4l_is_slave slave
m1=$(ptp4l_clock m1)

# A second one that takes no notice of the first.
watch two
ptp4l_start m2 second -4 --priority1 150 --masterOnly 1
awaits two two_masters
awaits two multiple_delay_resp
m2=$(ptp4l_clock m2)
watched two
ptp4l_end m2

# One that stands by, and takes over when the grandmaster dies.
ptp4l_start m2 second -4 --priority1 150
ptp4l_is_slave m2
watch dies
ptp4l_end m1
awaits dies grandmaster_change
awaits dies sync_timeout
awaits dies unanswered_delay_req 2
ptp4l_is_master m2
watched dies

# A better one, to which it gives way.
watch better
ptp4l_start m1 sender -4 --priority1 10
awaits better grandmaster_change
awaits better announce_timeout
awaits better sync_timeout
watched better
wire_end w

first=$(wire_first w "$began_two" "$ended_two" \
	"\$4 == \"$m2\" && (t == \"announce\" || t == \"sync\")")
{
	echo "two_masters 0 $m2 $first"
	echo "multiple_delay_resp 0 - $(wire_doubly w "$began_two" "$ended_two")"
} >"$lab/wanted"
timeline 'a second master' two <"$lab/wanted"
equal 'a second master: both are known as such' \
	"$(of two '[.ports[] | select(.messages | any(.type == "sync"))] | length')" 2

{
	silence "$began_dies" "$ended_dies" "$m1"
	echo "grandmaster_change 0 $m2 $(wire_first w "$began_dies" "$ended_dies" \
		"t == \"announce\" && \$9 == \"$m2\"")"
	requests "$began_dies" "$ended_dies"
} >"$lab/wanted"
timeline 'the grandmaster dies' dies <"$lab/wanted"
equal 'the grandmaster dies: who was it, who is it' \
	"$(of dies '.events[] | select(.event == "grandmaster_change") | "\(.before) \(.after)" |
		gsub("[.]"; "")')" "$m1 $m2"

{
	silence "$began_better" "$ended_better" "$m2"
	echo "grandmaster_change 0 $m1 $(wire_first w "$began_better" "$ended_better" \
		"t == \"announce\" && \$9 == \"$m1\"")"
	requests "$began_better" "$ended_better"
} >"$lab/wanted"
timeline 'a better master takes over' better <"$lab/wanted"
lab_done
