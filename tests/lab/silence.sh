#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Nothing received: status 3, and the reason as far as it can be known.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

# silent TEXT NAME PATTERN: the receiver NAME has ended with 3 and says why
silent() {
	lab_join "$2"
	equal "$1: status 3" "$status" 3
	cat "$lab/$2.out" "$lab/$2.err" >"$lab/$2.all"
	says "$1: says why" "$lab/$2.all" "$3"
}

lab_begin relay
lab_relay 'port 31905 alien 0-999'

lab_listen port 239.255.31.9:31901 -W 600ms
lab_listen alien 239.255.31.9:31905 -W 600ms
lab_send_start other 239.255.31.9:31903 -c 100 -r 1000
lab_send_start alien 239.255.31.9:31905 -c 100 -r 1000
silent 'wrong port' port 'ports? that nobody listens to'
silent 'no probes' alien 'no probes'
lab_sent other
lab_sent alien

lab_listen group 239.255.31.10:31902 -W 600ms
lab_send_start other 239.255.31.9:31902 -c 100 -r 1000
silent 'wrong group' group 'nothing for 239\.255\.31\.10 reached this host by eth0'
lab_sent other

# strict reverse path filtering, and a sender whose address is not reached by eth0
on receiver sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter' 2>/dev/null
on sender ip address add 192.0.2.1/32 dev eth0
on receiver ip route add 192.0.2.0/24 dev lo
lab_listen filter 239.255.31.9:31904 -W 600ms
lab_send_start filtered -B 192.0.2.1 239.255.31.9:31904 -c 100 -r 1000
silent 'rp_filter' filter 'rp_filter'
lab_sent filtered
on receiver sh -c 'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter' 2>/dev/null

on sender ip address flush dev eth0
status=0
on sender "$lab_build/ptprobe-send" -i eth0 -c 1 239.255.31.9 >/dev/null 2>"$lab/nowhere.err" ||
	status=$?
equal 'a sender without an address: status 4' "$status" 4
says 'and the remedy' "$lab/nowhere.err" "'eth0' has no IPv4 address.*give it one"

lab_listen carrier 239.255.31.9:31906 -W 600ms
on relay ip link set to_receiver down
silent 'no carrier' carrier 'carrier'
on relay ip link set to_receiver up
lab_truth
lab_done
