#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Other traffic moves counters, links go, and devices stand on others: an innocent place is never named.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/locating.sh
. "${0%/*}/locating.sh"

needs nft nftables
lab_begin bridge

# The firewall drops ours, the reverse path filter three times as many of another sender's.
on receiver sh -c 'echo 1 >/proc/sys/net/ipv4/conf/eth0/rp_filter'
on receiver nft add table inet lab
on receiver nft 'add chain inet lab in { type filter hook input priority 0; }'
on receiver nft 'add rule inet lab in udp dport 31900 '"$tenth_of_200"' drop'
on sender ip address add 172.31.9.9/32 dev eth0
watch filters
lab_send_start noise 239.255.31.9:9999 -B 172.31.9.9 -c 60 -r 1000
probe filters -c 200 -r 500
lab_sent noise
on sender ip address del 172.31.9.9/32 dev eth0
on receiver sh -c 'echo 0 >/proc/sys/net/ipv4/conf/eth0/rp_filter'
locate filters
claim "the reverse path filter has dropped more than were lost" \
	[ "$(jq '.evidence | .after["tcpext.IPReversePathFilter"] -
	.before["tcpext.IPReversePathFilter"]' "$lab/filters.out")" -ge 60 ]
died "the firewall's losses beside drops of the reverse path filter" filters 'receiver-firewall 20'
equal 'each of them' "$(seqs filters receiver-firewall)" "$tenths_of_200"

# A filter of the other direction counts in the same qdisc.
on receiver tc qdisc add dev eth0 clsact
on receiver tc filter add dev eth0 egress bpf bytecode '1,6 0 0 2' da
watch egress
background receiver "$lab_build/ptprobe-send" -i eth0 -c 60 -r 1000 239.255.31.77:9999 \
	>"$lab/egress.noise" 2>&1
noise=$!
probe egress -c 200 -r 500
lab_reap noise "$noise"
on receiver tc qdisc del dev eth0 clsact
on receiver nft delete table inet lab
locate egress
died "the firewall's losses beside drops of the receiver's egress" egress 'receiver-firewall 20'

# The receiver's link goes while probes come.
watch link -t 6s
lab_send_start link 239.255.31.9 -c 600 -r 400 -J -I 0 --witness -o "$lab/link.sender"
wait_for 10 has_seen receiver rx $(($(frames receiver rx) + 100)) || lab_fail 'nothing comes'
on receiver ip link set eth0 down
wait_for 1 false || true
on receiver ip link set eth0 up
wait_for 10 lab_link_is_up receiver || lab_fail 'the link stays down'
lab_sender link
lab_reap link "$pid"
locate link
claim 'a link that is down costs probes' [ "$(jq '.flows[0].lost' "$lab/link.out")" -ge 50 ]
equal "the receiver's own link is never called the network" \
	"$(jq -c '[.places[].place] - ["undetermined", "delivered"]' "$lab/link.located")" '[]'
equal 'its carrier is' "$(jq '[.places[].evidence[] | select(test("last-hop-wire.*carrier"))] |
	length > 0' "$lab/link.located")" true
equal 'the verdict is inconclusive' "$status" 3

# A macvlan: what its lower device drops, in the same host, neither capture has seen.
on receiver ip link add upper link eth0 type macvlan mode bridge
on receiver ip address add 10.31.0.77/24 dev upper
on receiver sh -c 'for i in all upper; do echo 0 >/proc/sys/net/ipv4/conf/$i/rp_filter; done'
on receiver ip link set upper up
on receiver tc qdisc add dev eth0 clsact
on receiver tc filter add dev eth0 ingress bpf bytecode "$every_tenth" da
: >"$lab/upper.err"
background receiver "$lab_build/ptprobe-recv" -i upper 239.255.31.9 -J -I 0 -L 300ms -W 20s --witness \
	>"$lab/upper.out" 2>"$lab/upper.err"
lab_receiver_upper=$!
wait_for 10 lab_listens upper || lab_fail 'the receiver on a macvlan does not listen'
probe upper -c 200 -r 1000
locate upper
equal 'its kind is told' "$(jq -r .evidence.settings.kind "$lab/upper.out")" macvlan
equal "the sender's, too" "$(jq -r .evidence.settings.kind "$lab/upper.sender")" veth
died 'what the lower device dropped' upper 'undetermined 20'
lab_done
