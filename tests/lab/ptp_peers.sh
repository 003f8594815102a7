#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Peer delay in Ethernet, whose answers and their Follow_Ups the relay takes away, either way; beside it
# a master over IPv6 whose Follow_Ups it corrects, which its slave believes.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/ptping.sh
. "${0%/*}/ptping.sh"
needs_monitor

ptp_sync=-2
ptp_delay=-2

# taken WAY TYPE: the sequenceIds of those that the relay took away
taken() {
	awk -v way="$1" -v type="$2" '$2 == way && $3 == type && $NF == "dropped" { print $11 }' \
		"$lab/relay.log"
}

has_taken() {
	[ "$(taken "$1" "$2" | wc -l)" -ge "$3" ]
}

lab_begin relay
lab_relay '
switch 1 ptp pdelay_resp back domain 0 drop 0-1
switch 1 ptp pdelay_resp_follow_up forth domain 0 drop 0-2
ptp follow_up forth domain 1 correct 0-9999 1ms
'
wire_begin w receiver
ptp4l_start m0 sender -2 -P
ptp4l_start s0 receiver -2 -P -s
ptp4l_start m1 sender -6 --domainNumber 1
ptp4l_start s1 receiver -6 -s --domainNumber 1
ptp4l_is_slave s0
ptp4l_is_slave s1
m0=$(ptp4l_clock m0)
s0=$(ptp4l_clock s0)
monitor peers receiver --json-stream -I 0 -L 400ms
sleep 0.6 # two of each message
lab_order on 1
wait_for 10 has_taken back pdelay_resp 2 || lab_fail 'the relay takes no answer away'
wait_for 10 has_taken forth pdelay_resp_follow_up 3 || lab_fail 'the relay takes no Follow_Up away'
sleep 0.8 # -L and the next
monitor_ends peers
wire_end w
lab_truth

# The master asks, the slave's answers don't get there: here they are still seen. The slave asks, and
# of the master's answers comes the first half.
first=$(taken forth pdelay_resp_follow_up | head -n 1)
timeline 'the half of an answer' peers <<END
missing_follow_up 0 $m0 $(wire_first w 0 9 \
	"t == \"pdelay_resp\" && \$4 == \"$m0\" && \$6 == $first && \$3 == 0") 3
END
equal "it is the answer's" "$(of peers '.events[].message')" pdelay_resp
equal 'what the relay took behind the monitor is not missed' \
	"$(of peers '[.ports[] | select(.domain == 0) | .messages[] |
		select(.type == "pdelay_req") | .unanswered] | tojson')" '[0,0]'
equal 'no frame was lost to the bridge address of peer delay' \
	"$(jq -c '[.ptp[] | select(.type == "pdelay_req") | .came == .left] | unique' "$lab/truth.json")" \
	'[true]'

# A millisecond one way is half a one of offset: the slave has read it, checksum and all.
equal "the monitor sees the relay's correction" \
	"$(of peers '.ports[] | select(.domain == 1) | .messages[] | select(.type == "follow_up") |
		.correction_ns | "\(.min) \(.max)"')" '1000000 1000000'
off=$(sed -n 's/.*master offset *\(-*[0-9]*\) .*/\1/p' "$lab/s1.ptp4l" | sort -n |
	awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }')
claim 'and the slave believes it' [ "$off" -lt -300000 ]
[ "$off" -lt -300000 ] || echo "# $off ns"
lab_done
