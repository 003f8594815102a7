#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every impairment at 19,000 probes a second, about as fast as a sender goes unasked.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_begin relay
lab_relay '
drop 1% seed 11
drop 20000-20999
duplicate 1% seed 12
hold 1% seed 13 7
corrupt 1% seed 14
delay 1% seed 15 2ms
'
lab_listen fast 239.255.31.9 -J -L 1s
lab_send 239.255.31.9 -c 38000 -r 19000
lab_join fast
if ! lab_truth_is_known; then
	skip '38,000 probes in two seconds are the truth' 'this machine is too busy to relay them'
	lab_done
fi
equal 'the sender sent them all' "$(jq '.flows[0] | "\(.sent) \(.end_seq)"' "$lab/truth.json")" \
	'"38000 38000"'
if [ "$(of fast .own_drops)" -eq 0 ]; then
	is_true '38,000 probes in two seconds are the truth' fast
	equal 'status 0' "$status" 0
else
	# an ordinary user's receive buffer holds 15 ms of this
	skip '38,000 probes in two seconds are the truth' 'this machine is too busy to receive them'
	equal 'what the receiver dropped itself makes it inconclusive' "$status" 3
fi
lab_done
