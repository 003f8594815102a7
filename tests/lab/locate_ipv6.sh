#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What is lost in the receiving host is found there with IPv6 as well, by IPv6's own counters.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/locating.sh
. "${0%/*}/locating.sh"

needs nft nftables
needs ethtool ethtool
lab_begin bridge
[ -d /proc/sys/net/ipv6 ] || lab_refuse 'this kernel has no IPv6'
group='[ff15::31:9]'

on receiver nft add table inet lab
on receiver nft 'add chain inet lab in { type filter hook input priority 0; }'
on receiver nft 'add rule inet lab in udp dport 31900 '"$tenth_of_200"' drop'
watch firewall
probe firewall -c 200 -r 1000
on receiver nft delete table inet lab
locate firewall
died "the receiver's INPUT chain" firewall 'receiver-firewall 20'
equal 'each of them' "$(seqs firewall receiver-firewall)" "$tenths_of_200"

on sender ethtool -K eth0 tx off >/dev/null
on relay nft add table netdev lab
on relay nft 'add chain netdev lab in { type filter hook ingress device to_sender priority 0; }'
on relay nft 'add rule netdev lab in udp dport 31900 '"$tenth_of_200"' @th,48,16 set 1'
watch checksum
probe checksum -c 200 -r 1000
on relay nft delete table netdev lab
on sender ethtool -K eth0 tx on >/dev/null
locate checksum
died 'a wrong UDP checksum' checksum 'receiver-checksum 20'

rcvbuf_errors() {
	on receiver awk '$1 == "Udp6RcvbufErrors" { print $2 }' /proc/net/snmp6
}

many_are_dropped() {
	[ "$(rcvbuf_errors)" -ge $((before + 500)) ]
}

before=$(rcvbuf_errors)
watch socket --rcvbuf 20000
lab_receiver socket
stopped=$pid
kill -STOP "$stopped"
lab_send_start socket "$group" -c 1500 -r 1500 -J -I 0 --witness -o "$lab/socket.sender"
wait_for 20 many_are_dropped || lab_fail 'the receiver drops nothing'
kill -CONT "$stopped"
lab_sender socket
lab_reap socket "$pid"
locate socket
died "a stopped receiver's small buffer" socket \
	"receiver-socket $(jq '.flows[0].lost' "$lab/socket.out")"
lab_done
