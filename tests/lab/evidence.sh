#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The evidence in a report: what it counts is what tc, ip, ethtool and procfs count, and what was
# provoked.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

ends=10 # datagrams that a sender adds to its probes

# rise NAME COUNTER: in the report NAME.out
rise() {
	of "$1" ".evidence | .after[\"$2\"] - .before[\"$2\"]"
}

# proc HOST FILE PREFIX COUNTER: by the titles of the file's columns
proc() {
	on "$1" cat "/proc/net/$2" | awk -v prefix="$3:" -v name="$4" '
		$1 == prefix && !titles { titles = $0; next }
		$1 == prefix { split(titles, title); for (i in title) if (title[i] == name) print $i }'
}

# links HOST: what ip(8) counts of its eth0, as an object
links() {
	on "$1" ip -s -j link show eth0 | jq -c '.[0].stats64 | {
		"link.rx_packets": .rx.packets, "link.rx_bytes": .rx.bytes,
		"link.tx_packets": .tx.packets, "link.tx_bytes": .tx.bytes,
		"link.rx_errors": .rx.errors, "link.tx_errors": .tx.errors,
		"link.rx_dropped": .rx.dropped, "link.tx_dropped": .tx.dropped,
		"link.tx_carrier_errors": .tx.carrier_errors}'
}

# send NAME ARGUMENTS...: a sender's JSON report in NAME.out, whatever its verdict
send() {
	lab_name=$1
	shift
	on sender "$lab_build/ptprobe-send" -i eth0 -q -J "$@" >"$lab/$lab_name.out" \
		2>"$lab/$lab_name.err" || [ $? -eq 3 ] || lab_fail "ptprobe-send $*: failed"
}

# within NAME FIRST LAST: each counter of FIRST lies at or below the report's, that at or below LAST
within() {
	jq -e -n --argjson first "$2" --argjson last "$3" --slurpfile report "$lab/$1.out" '
		$report[0].evidence as $e | [$first | keys[] as $k |
			$first[$k] <= $e.before[$k] and $e.before[$k] <= $e.after[$k] and
			$e.after[$k] <= $last[$k]] | length == 9 and all' >/dev/null
}

lab_begin bridge

# A quiet run: both reports have it all, and both agree with ip.
first_sender=$(links sender)
first_receiver=$(links receiver)
# a veth that collects frames counts them for each queue; it does when its peer can't segment
on receiver ethtool -K eth0 gro on 2>/dev/null
on relay ethtool -K to_receiver tso off 2>/dev/null
lab_listen quiet 239.255.31.9+3 -J -L 200ms
send sent 239.255.31.9+3 -c 300 -r 1000
lab_join quiet
equal 'the run itself: status 0' "$status" 0
claim "the receiver's counters of its link are ip's" within quiet "$first_receiver" "$(links receiver)"
claim "the sender's counters of its link are ip's" within sent "$first_sender" "$(links sender)"
equal 'the sender: as many datagrams as it sent, and the ENDs of three groups' \
	"$(rise sent udp.OutDatagrams)" $((300 + 3 * ends))
equal 'the receiver: as many as it read' "$(rise quiet udp.InDatagrams)" \
	"$(of quiet .counts.datagrams)"
equal 'no counter fell' "$(jq -s 'map(.evidence | .after as $after | .before | to_entries[] |
	select(.value > $after[.key] and .key != "socket.drops").key) | length' \
	"$lab/quiet.out" "$lab/sent.out")" 0
equal 'nothing was out of reach' "$(of quiet '.evidence.unavailable | tojson')" '[]'
equal 'the settings' "$(of quiet '.evidence.settings | [.up, .carrier, .mtu, .xdp] | tojson')" \
	'[true,true,1500,"none"]'
equal 'the three groups are among the memberships' "$(of quiet '.evidence.settings.member |
	map(select(test("^239\\.255\\.31\\.(9|10|11)$"))) | sort | tojson')" \
	'["239.255.31.10","239.255.31.11","239.255.31.9"]'
equal "none of them is among the sender's" "$(of sent '.evidence.settings.member |
	map(select(startswith("239."))) | length')" 0
equal 'the interface' "$(of sent .evidence.interface)" eth0
equal 'each report names the counters that ptprobe-locate reads' "$(jq -s 'map(.evidence | [.before,
	.after][] | has("ip.InReceives") and has("ip6.InReceives") and has("udp.RcvbufErrors") and
	has("udp.SndbufErrors") and has("udp.InCsumErrors") and has("ip.OutDiscards") and
	has("tcpext.IPReversePathFilter") and has("ipext.InMcastPkts") and has("softnet.dropped") and
	has("socket.drops") and has("link.rx_missed_errors") and has("link.carrier_changes") and
	(keys | any(test("^qdisc\\..*\\.drops$")))) | all' "$lab/quiet.out" "$lab/sent.out")" true
if ! command -v ethtool >/dev/null; then
	skip "the driver's counters" 'no ethtool here'
elif [ -z "$(of quiet '.evidence.after["ethtool.rx_queue_0_xdp_packets"] // empty')" ]; then
	skip "the driver's counters" 'this veth counts nothing'
else
	# until the second read no more than ENDs came, and what IPv6 has to say
	now=$(on receiver ethtool -S eth0 | sed -n 's/^ *rx_queue_0_xdp_packets: //p')
	was=$(of quiet '.evidence.after["ethtool.rx_queue_0_xdp_packets"]')
	claim "the driver's counters are ethtool's" [ "$was" -le "$now" -a "$now" -le $((was + 50)) ]
	[ "$was" -le "$now" ] || echo "# $was $now"
	claim 'and moved as far as was sent' \
		[ "$(rise quiet ethtool.rx_queue_0_xdp_packets)" -ge 300 ]
fi

# without -i: the interface is found by the route
on sender "$lab_build/ptprobe-send" -q -J -c 10 -r 1000 239.255.31.9:31950 >"$lab/route.out"
equal "the route's interface" "$(of route '[.interface, .evidence.interface] | tojson')" '[null,"eth0"]'

# A queue at the sender.
if on sender tc qdisc add dev eth0 root handle 1: tbf rate 200kbit burst 2000 limit 3000 2>/dev/null
then
	send queue 239.255.31.9:31951 -c 200 -r 2000
	dropped=$(on sender tc -s -j qdisc show dev eth0 | jq '.[] | select(.kind == "tbf").drops')
	claim 'the queue dropped some' [ "$dropped" -gt 0 ]
	equal 'as many as tc says' "$(of queue '.evidence.after["qdisc.tbf.1.drops"]')" "$dropped"
	equal 'all of them meanwhile' "$(rise queue qdisc.tbf.1.drops)" "$dropped"
	on sender tc qdisc del dev eth0 root
else
	skip 'a queue at the sender' 'this kernel has no tbf'
fi

# The reverse path filter: a sender whose address is not reached by eth0.
on receiver sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter' 2>/dev/null
on sender ip address add 192.0.2.1/32 dev eth0
on receiver ip route add 192.0.2.0/24 dev lo
was=$(proc receiver netstat TcpExt IPReversePathFilter)
lab_listen filter 239.255.31.9:31952 -J -W 3s
send filtered -B 192.0.2.1 239.255.31.9:31952 -c 100 -r 1000
lab_join filter
equal 'rp_filter: what netstat had before' \
	"$(of filter '.evidence.before["tcpext.IPReversePathFilter"]')" "$was"
equal 'rp_filter: exactly what was sent' "$(rise filter tcpext.IPReversePathFilter)" $((100 + ends))
equal 'rp_filter: the setting' "$(of filter .evidence.settings.rp_filter)" 1
on receiver sh -c 'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter' 2>/dev/null

# The socket's buffer, while the receiver is stopped.
lab_listen full 239.255.31.9:31953 -J -L 200ms --rcvbuf 8192
lab_receiver full
kill -STOP "$pid"
send filling 239.255.31.9:31953 -c 300 -r 2000
kill -CONT "$pid"
lab_join full
claim 'a full buffer: it dropped some' [ "$(of full .own_drops)" -gt 0 ]
equal 'a full buffer: RcvbufErrors' "$(rise full udp.RcvbufErrors)" "$(of full .own_drops)"
equal "a full buffer: the sockets' own count" "$(rise full socket.drops)" "$(of full .own_drops)"

# An ordinary user reads the same.
if setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null; then
	on receiver setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$lab_build/ptprobe-recv" -i eth0 -J -q -W 300ms --trace 239.255.31.9:31954 \
		>"$lab/user.out" 2>"$lab/user.err"
	equal 'an ordinary user: has the same counters' "$(of user '.evidence.before |
		[has("link.rx_packets"), has("udp.InErrors"), has("softnet.dropped")] | tojson')" \
		'[true,true,true]'
	equal 'an ordinary user: lacks drop reasons alone, and is told why' \
		"$(of user '.evidence.unavailable | map(sub(": (permission denied|no such file).*"; "")) |
			tojson')" '["drop reasons: tracefs can'"'"'t be read"]'
else
	skip 'an ordinary user' 'only one user here'
fi

# Drop reasons. They are the whole host's, and other tests drop too: one try of five must be exact.
# traced: one try; $got and $wanted
traced_firewall() {
	on receiver nft flush chain inet evidence in
	on receiver nft add rule inet evidence in udp dport 31955 counter drop
	lab_listen firewall 239.255.31.9:31955 -J -W 3s --trace
	send blocked 239.255.31.9:31955 -c 100 -r 1000
	lab_join firewall
	got=$(rise firewall trace.NETFILTER_DROP)
	wanted=$(on receiver nft -j list chain inet evidence in |
		jq '[.. | .counter? // empty | .packets] | add')
}

traced_rp_filter() {
	on receiver sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter'
	lab_listen reverse 239.255.31.9:31956 -J -W 3s --trace
	send reversed -B 192.0.2.1 239.255.31.9:31956 -c 100 -r 1000
	lab_join reverse
	on receiver sh -c 'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter'
	got=$(rise reverse trace.IP_RPFILTER)
	wanted=$((100 + ends))
}

traced_sender() {
	on sender nft flush chain inet evidence out
	on sender nft add rule inet evidence out udp dport 31957 counter drop
	send refused 239.255.31.9:31957 -c 100 -r 1000 --trace
	got=$(rise refused trace.NETFILTER_DROP)
	wanted=$(on sender nft -j list chain inet evidence out |
		jq '[.. | .counter? // empty | .packets] | add')
}

# exactly TEXT TRY
exactly() {
	for lab_try in 1 2 3 4 5; do
		"$2"
		[ "$got" != "$wanted" ] || break
	done
	equal "$1" "$got" "$wanted"
	claim "$1: more than none" [ "$wanted" -ge 100 ]
}

on receiver "$lab_build/ptprobe-recv" -i eth0 -J -q -W 100ms --trace 239.255.31.9:31958 \
	>"$lab/trace.out" 2>"$lab/trace.err"
why=$(of trace '.evidence.unavailable[0] // empty')
if [ -n "$why" ]; then
	skip 'drop reasons' "$why"
else
	equal 'drop reasons: lost none' "$(of trace '.evidence.after["trace.lost"]')" 0
	exactly 'drop reasons: the reverse path filter' traced_rp_filter
	if on receiver nft -f - 2>/dev/null <<-RECEIVER && on sender nft -f - 2>/dev/null <<-SENDER; then
		table inet evidence { chain in { type filter hook input priority 0; }; }
	RECEIVER
		table inet evidence { chain out { type filter hook output priority 0; }; }
	SENDER
		exactly "drop reasons: the receiver's firewall" traced_firewall
		exactly "drop reasons: the sender's firewall" traced_sender
		# more than there is room for, while nobody reads
		on receiver nft flush chain inet evidence in
		on receiver nft add rule inet evidence in udp dport 31960 drop
		lab_listen storm 239.255.31.9:31960 -J -W 30s --trace
		lab_receiver storm
		kill -STOP "$pid"
		send storming 239.255.31.9:31960 -c 200000 -r max --allow-rate max
		kill -INT "$pid"
		kill -CONT "$pid"
		lab_join storm
		claim 'a storm of drops: none is forgotten' [ "$(of storm '.evidence.after |
			to_entries | map(select(.key | startswith("trace.")).value) | add')" -ge 200000 ]
		equal 'a storm of drops: it is said that some have no reason' \
			"$(of storm '.evidence | .after["trace.lost"] as $lost | $lost > 0 and
				(.unavailable | any(startswith("drop reasons: \($lost) came too fast")))')" true
	else
		skip 'drop reasons: a firewall' 'no nft here'
	fi
fi

# An interface that is another one in the end is not compared with what it was.
lab_listen anew 239.255.31.9:31959 -J -L 200ms
lab_receiver anew
on receiver ip link delete eth0
lab_cable receiver
on relay ip link set to_receiver master middle
wait_for 10 lab_link_is_up receiver || lab_fail 'the new device does not come up'
wait_for 10 on receiver grep -q 091FFFEF /proc/net/igmp || lab_fail 'nobody joins the new device'
kill -INT "$pid"
lab_join anew
equal 'a device made anew: it is said' "$(of anew '.evidence.unavailable | tojson')" \
	'["counters of eth0: it was deleted and created again: there is nothing to compare"]'
equal 'a device made anew: its counters are not compared' "$(of anew '.evidence.after | keys |
	map(select(test("^(link|qdisc|ethtool)\\."))) | length')" 0
equal 'a device made anew: the others are' \
	"$(of anew '.evidence.after | has("udp.InDatagrams")')" true
lab_done
