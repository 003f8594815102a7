#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What is lost in the sending host is found there, each cause by its name, and each probe by its seq.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/locating.sh
. "${0%/*}/locating.sh"

needs nft nftables
lab_begin bridge

watch whole
probe whole -c 200 -r 1000
locate whole --expect network
died 'nothing is lost on a clean path' whole ''
equal 'and to expect a loss is to fail' "$status" 1

on sender nft add table inet lab
on sender nft 'add chain inet lab out { type filter hook output priority 0; }'
on sender nft 'add rule inet lab out udp dport 31900 '"$tenth_of_200"' drop'
watch firewall
probe firewall -c 200 -r 1000
on sender nft delete table inet lab
locate firewall --expect sender-firewall
died "the sender's OUTPUT chain" firewall 'sender-firewall 20'
equal 'each of them' "$(seqs firewall sender-firewall)" "$tenths_of_200"
equal 'as was expected' "$status" 0

# A queue that drops from its head tells the send call nothing.
on sender tc qdisc add dev eth0 root handle 1: tbf rate 300kbit burst 2k limit 100k
on sender tc qdisc add dev eth0 parent 1:1 handle 2: pfifo_head_drop limit 10
watch queue
probe queue -c 200 -r 1000
dropped=$(on sender tc -s -j qdisc show dev eth0 | jq '.[] | select(.kind == "tbf") | .drops')
on sender tc qdisc del dev eth0 root
locate queue
died "the sender's queueing discipline, as many as tc counts" queue "sender-qdisc $dropped"
claim 'which are many' [ "$dropped" -ge 50 ]

# The sender tries again for a second what tc tells it was dropped.
on sender tc qdisc add dev eth0 clsact
on sender tc filter add dev eth0 egress bpf bytecode "$every_tenth" da
watch egress -t 6s
probe egress -c 24 -r 1000
on sender tc qdisc del dev eth0 clsact
locate egress
died "the sender's egress filter" egress 'sender-qdisc 3'
equal 'each of them' "$(seqs egress sender-qdisc)" '3 13 23'

# A queue in front of it that is never drained in time: refused probes are sent again, none is lost.
on sender tc qdisc add dev eth0 root tbf rate 300kbit burst 2k limit 3k
watch shaped
probe shaped -c 100 -r 500
on sender tc qdisc del dev eth0 root
locate shaped
died 'what a full queue refuses is sent again' shaped ''

on sender ip neigh replace 239.255.31.9 nud incomplete dev eth0
watch neighbour -t 1s -W 3s
probe neighbour -c 200 -r 1000
on sender ip neigh del 239.255.31.9 dev eth0
locate neighbour
died "a neighbour that doesn't answer" neighbour 'sender-neighbour 200'

watch carrier -t 6s
lab_send_start carrier 239.255.31.9 -c 600 -r 400 -J -I 0 --witness -o "$lab/carrier.sender"
wait_for 10 has_seen sender tx $(($(frames sender tx) + 100)) || lab_fail 'nothing is sent'
on relay ip link set to_sender down
is_down() {
	on sender ip link show eth0 | grep -q 'state DOWN'
}
wait_for 5 is_down || lab_fail 'the carrier stays'
wait_for 1 false || true
on relay ip link set to_sender up
wait_for 10 lab_link_is_up sender || lab_fail 'the carrier stays away'
lab_sender carrier
lab_reap carrier "$pid"
locate carrier
lost=$(jq '.flows[0].lost' "$lab/carrier.out")
claim 'a pulled cable costs probes' [ "$lost" -ge 50 ]
# but for those that were on their way through the driver and the cable just then
of_nic=$(jq '[.places[] | select(.place == "sender-nic").count] | add // 0' "$lab/carrier.located")
claim 'they are lost at the card' [ "$of_nic" -ge $((lost - 3)) ]
equal 'the few others in the driver, or on the cable' "$(jq -c '[.places[].place] -
	["sender-nic", "sender-driver", "network", "delivered"]' "$lab/carrier.located")" '[]'
lab_done
