#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A receiver that is stopped loses probes for want of buffer: its own drops, not the network's loss.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

# UDP datagrams that the receiver's host has dropped for want of buffer
rcvbuf_errors() {
	on receiver cat /proc/net/snmp | awk '$1 == "Udp:" && NR % 2 == 0 { print $6 }'
}

many_are_dropped() {
	[ "$(rcvbuf_errors)" -ge 500 ]
}

lab_begin relay
lab_relay ''
lab_listen small 239.255.31.9 -J -L 300ms --rcvbuf 20000 --max-loss 0
lab_receiver small
kill -STOP "$pid"
lab_send_start one 239.255.31.9 -c 3000 -r 3000
wait_for 20 many_are_dropped || lab_fail 'the receiver drops nothing'
lab_receiver small
kill -CONT "$pid"
lab_sent one
lab_join small
lab_truth

equal 'the network lost nothing' "$(jq '.flows[0].lost' "$lab/truth.json")" 0
claim 'probes are missing' [ "$(of small '.flows[0].lost')" -gt 0 ]
claim 'the receiver knows that it dropped them itself' [ "$(of small '.own_drops')" -ge 500 ]
equal 'its drops explain the loss exactly' \
	"$(of small '.own_drops >= .flows[0].lost')" true
equal 'so a limit of no loss is not violated but inconclusive' \
	"$status $(of small '.verdict.result')" '3 inconclusive'
lab_done
