#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What a datagram tells beside its sequence number: length, TTL, DSCP; and fragmented ones.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_begin relay
lab_relay '
port 31902 drop 7,20-22
port 31903 drop 9
port 31904 corrupt 50-59
'
lab_listen marked 239.255.31.9:31901 -J -L 200ms
lab_listen fragments 239.255.31.9:31902 -J -L 200ms
lab_listen fragments6 '[ff15::31:9]:31903' -J -L 200ms
lab_listen long 239.255.31.9:31904 -J -L 200ms
lab_listen marked6 '[ff15::31:9]:31905' -J -L 200ms
lab_send_start marked 239.255.31.9:31901 -c 100 -r 1000 --dscp EF -T 7
lab_send_start fragments 239.255.31.9:31902 -c 100 -r 100 -l 3000
lab_send_start fragments6 '[ff15::31:9]:31903' -c 100 -r 100 -l 65000 --allow-rate 60Mbps
lab_send_start long 239.255.31.9:31904 -c 500 -r 500 -l 1400
lab_send_start marked6 '[ff15::31:9]:31905' -c 100 -r 1000 --dscp 34 -T 9
for name in marked fragments fragments6 long marked6; do
	lab_sent $name
	equal "$name: the sender succeeds" "$status" 0
	lab_join $name
	equal "$name: the receiver succeeds" "$status" 0
done
lab_truth
equal 'TTL and DSCP are those of the packet' \
	"$(of marked '.flows[0] | "\(.ttl.min) \(.ttl.max) \(.dscp | tojson)"')" '7 7 {"46":100}'
equal 'so are hop limit and traffic class' \
	"$(of marked6 '.flows[0] | "\(.ttl.min) \(.ttl.max) \(.dscp | tojson)"')" '9 9 {"34":100}'
is_true 'fragmented probes' fragments 31902
equal 'their bytes are the payload' "$(of fragments '.flows[0] | .bytes == .received * 3000')" true
is_true 'fragmented IPv6 probes of 65,000 bytes' fragments6 31903
says 'fragmentation is said aloud' "$lab/fragments.send" 'fragment'
is_true 'corrupt padding' long 31904
equal 'a corrupt probe is not believed, but its flow is known' "$(of long '.flows[0].corrupt')" 10
lab_done
