#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What is lost in the receiving host is found there, each cause by its name.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/locating.sh
. "${0%/*}/locating.sh"

needs nft nftables
needs ethtool ethtool
lab_begin bridge

# On a port of the bridge it is the network, from the hosts' points of view.
on relay tc qdisc add dev to_receiver clsact
on relay tc filter add dev to_receiver egress bpf bytecode "$every_tenth" da
watch bridge
probe bridge -c 200 -r 1000
on relay tc qdisc del dev to_receiver clsact
locate bridge
died 'a filter on a port of the bridge' bridge 'network 20'
equal 'each of them' "$(seqs bridge network)" "$tenths_of_200"

on receiver tc qdisc add dev eth0 clsact
on receiver tc filter add dev eth0 ingress bpf bytecode "$every_tenth" da
watch ingress
probe ingress -c 200 -r 1000
on receiver tc qdisc del dev eth0 clsact
locate ingress
died "the receiver's tc ingress" ingress 'receiver-ingress 20'
equal 'each of them' "$(seqs ingress receiver-ingress)" "$tenths_of_200"

on receiver sh -c 'echo 1 >/proc/sys/net/ipv4/conf/eth0/rp_filter'
on sender ip address add 172.31.9.9/32 dev eth0
watch rpfilter -t 1s -W 3s
probe rpfilter -c 200 -r 1000 -B 172.31.9.9
on receiver sh -c 'echo 0 >/proc/sys/net/ipv4/conf/eth0/rp_filter'
on sender ip address del 172.31.9.9/32 dev eth0
locate rpfilter
died 'rp_filter' rpfilter 'receiver-rpfilter 200'

on receiver nft add table inet lab
on receiver nft 'add chain inet lab in { type filter hook input priority 0; }'
on receiver nft 'add rule inet lab in udp dport 31900 '"$tenth_of_200"' drop'
watch firewall
probe firewall -c 200 -r 1000
on receiver nft delete table inet lab
locate firewall
died "the receiver's INPUT chain" firewall 'receiver-firewall 20'
equal 'each of them' "$(seqs firewall receiver-firewall)" "$tenths_of_200"

# The sender's group isn't the receiver's.
lab_listen membership 239.255.31.8 -J -I 0 -L 300ms -W 3s --witness
probe membership -c 200 -r 1000
locate membership
died 'a group that was not joined' membership 'receiver-membership 200'

# A checksum of 1 is right for none of them, with offload off it is looked at.
on sender ethtool -K eth0 tx off >/dev/null
on relay nft add table netdev lab
on relay nft 'add chain netdev lab in { type filter hook ingress device to_sender priority 0; }'
on relay nft 'add rule netdev lab in udp dport 31900 '"$tenth_of_200"' @th,48,16 set 1'
watch checksum
probe checksum -c 200 -r 1000
locate checksum
died 'a wrong UDP checksum' checksum 'receiver-checksum 20'
on relay nft flush chain netdev lab in
on sender ethtool -K eth0 tx on >/dev/null

# Three fragments a probe; of each tenth datagram one of the later ones goes.
on relay nft 'add rule netdev lab in ip frag-off & 0x3fff == 0x20b9 numgen inc mod 10 == 3 drop'
watch fragment
probe fragment -c 200 -r 400 -l 3000
on relay nft delete table netdev lab
locate fragment
died 'a fragment that got lost' fragment 'receiver-reassembly 20'
equal 'each of them' "$(seqs fragment receiver-reassembly)" "$tenths_of_200"

rcvbuf_errors() {
	on receiver cat /proc/net/snmp | awk '$1 == "Udp:" && NR % 2 == 0 { print $6 }'
}

many_are_dropped() {
	[ "$(rcvbuf_errors)" -ge $((before + 500)) ]
}

before=$(rcvbuf_errors)
watch socket --rcvbuf 20000
lab_receiver socket
stopped=$pid
kill -STOP "$stopped"
lab_send_start socket 239.255.31.9 -c 1500 -r 1500 -J -I 0 --witness -o "$lab/socket.sender"
wait_for 20 many_are_dropped || lab_fail 'the receiver drops nothing'
kill -CONT "$stopped"
lab_sender socket
lab_reap socket "$pid"
locate socket
lost=$(jq '.flows[0].lost' "$lab/socket.out")
claim 'the kernel counts no fewer' [ "$lost" -le $(($(rcvbuf_errors) - before)) ]
died "a stopped receiver's small buffer" socket "receiver-socket $lost"

for mode in native generic; do
	if ! on receiver "$lab_build/tests/lab/xdp_drop" eth0 $mode 10 3 2>"$lab/xdp"; then
		skip "an XDP program ($mode)" "$(head -n 1 "$lab/xdp")"
		continue
	fi
	watch xdp
	probe xdp -c 200 -r 1000
	on receiver ip link set dev eth0 xdp off
	on receiver ip link set dev eth0 xdpgeneric off
	locate xdp
	died "an XDP program ($mode)" xdp 'receiver-xdp 20'
	equal "each of them ($mode)" "$(seqs xdp receiver-xdp)" "$tenths_of_200"
done
lab_done
