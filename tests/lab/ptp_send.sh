#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Probes in the shape of PTP: what is on the wire, as tshark reads it, by every way that PTP takes;
# what is lost between the hosts, on the event path and on the general path; and Follow_Ups whose
# stamps don't come in time.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
lab_needs_capture

lab_begin relay
# shellcheck source=tests/lab/ptping.sh
. "${0%/*}/ptping.sh"

# a domain for each way: 90 UDP over IPv4, 91 over IPv6, 92 within the link's scope, 93 Ethernet,
# 94 the address for peer delay, 95 a group of nobody's
lab_relay '
ptp sync domain 90 drop 10
ptp sync domain 91 drop 10
ptp sync domain 92 drop 10
ptp sync domain 93 drop 10,98-99
ptp sync domain 94 drop 10
ptp follow_up domain 90 drop 20-22
ptp follow_up domain 91 drop 20-22
ptp follow_up domain 92 drop 20-22
ptp follow_up domain 93 drop 0,20-22
ptp follow_up domain 94 drop 20-22
ptp follow_up domain 95 drop 100-109
'

# dissect FILTER FIELD...: the fields' values of the messages that tshark finds, a line each. Its
# versions differ in how they write the type and the control field.
dissect() {
	dissect_filter=$1
	shift
	for dissect_field; do
		set -- "$@" -e "$dissect_field"
		shift
	done
	HOME=$lab tshark -r "$lab/wire.pcapng" -Y "$dissect_filter" -T fields -E separator=, "$@" \
		2>"$lab/dissect.err" | sed 's/0x0*\([0-9a-f]\)/\1/g'
}

# All that is claimed of messages, in $lab/rows: what those of a run share is in 1 to 20, then come
# 21 sequenceId, 22 and 23 originTimestamp, 24 and 25 preciseOriginTimestamp, 26 when it passed.
dissect_all() {
	dissect ptp ptp.v2.domainnumber ptp.v2.messagetype ptp.v2.majorsdoid ptp.v2.versionptp \
		ptp.v2.minorversionptp ptp.v2.messagelength ptp.v2.flags ptp.v2.correction.ns \
		ptp.v2.clockidentity ptp.v2.sourceportid ptp.v2.controlfield \
		ptp.v2.logmessageperiod ip.ttl ip.dsfield.dscp ipv6.hlim ip.dst ipv6.dst eth.dst \
		udp.length frame.len ptp.v2.sequenceid ptp.v2.sdr.origintimestamp.seconds \
		ptp.v2.sdr.origintimestamp.nanoseconds ptp.v2.fu.preciseorigintimestamp.seconds \
		ptp.v2.fu.preciseorigintimestamp.nanoseconds frame.time_epoch >"$lab/rows"
}

# of_domain DOMAIN AWK: a program over its rows, which prints at their end
of_domain() {
	awk -F, -v domain="$1" '$1 != domain { next } '"$2" "$lab/rows"
}

# on_wire TEXT DOMAIN NAME SYNC FOLLOW_UP: a run of the report NAME; SYNC and FOLLOW_UP are the fields
# of the layers below
on_wire() {
	clock=$(of "$3" .sender.run_id | sed 's/^0*//')
	equal "$1: each Sync is a two-step one of 44 bytes, version 2.0" "$(
		of_domain "$2" '$2 == 0 { NF = 20; print }' | tr ' ' , | sort | uniq -c | tr -s ' '
	)" " 100 $2,0,0,2,0,44,200,0,$clock,1,0,-7,$4"
	equal "$1: each Follow_Up has our TLV and nothing else: 118 bytes" "$(
		of_domain "$2" '$2 == 8 { NF = 20; print }' | tr ' ' , | sort | uniq -c | tr -s ' '
	)" " 110 $2,8,0,2,0,118,0,0,$clock,1,2,-7,$5"
	equal "$1: the sequenceIds are the probes' numbers, an END's theirs" "$(of_domain "$2" '
		$2 == 0 { wrong += $21 != syncs++ }
		$2 == 8 { wrong += $21 != (ups < 100 ? ups : 100); ups++ }
		END { print syncs, ups, wrong + 0 }'
	)" '100 110 0'
	equal "$1: of each pair origin <= departure <= Follow_Up, which is behind its Sync" "$(
		of_domain "$2" '
		# a double holds no ns since 1970; those of some hours it does
		function ns(s, n) { return (s - base) * 1000000000 + n }
		base == 0 { base = $22 }
		$2 == 0 { origin[$21] = ns($22, $23) }
		$2 == 8 && ups++ < 100 {
			split($26, seen, ".")
			right += $21 in origin && origin[$21] <= ns($24, $25) &&
				ns($24, $25) <= ns(seen[1], substr(seen[2] "000000000", 1, 9))
		}
		END { print right }'
	)" 100
}

# heard TEXT GROUP SYNCS FOLLOW_UPS: what the capture behind the relay says of both paths
heard() {
	for heard_port in 319 320; do
		if [ $heard_port = 319 ]; then wanted=$3; else wanted=$4; fi
		equal "$1: the capture's books of port $heard_port" "$(
			jq -r --arg group "$2" --argjson port $heard_port '.flows[] |
				select(.group == $group and .port == $port) |
				"\(.encoding) \(.sent) \(.lost) \(.missing.ranges | tojson)",
				"\(.duplicate) \(.reordered) \(.corrupt)"' "$lab/heard.out" | tr '\n' ' '
		)" "ptp $wanted 0 0 0 "
	done
}

wire_begin wire sender
lab_capture heard receiver -J -L 300ms
# all of them at once, so that all listen at once
lab_send_start udp4 --ptp=90 -c 100 -J --dscp EF
lab_send_start udp6 --ptp=91 -c 100 -J -6
lab_send_start link --ptp=92 -c 100 -J ff02::181
lab_send_start l2 --ptp=93 -c 100 -J --l2
lab_send_start peer --ptp=94 -c 100 -J --l2=01-80-C2-00-00-0E
lab_send_start own --ptp=95 -c 100 -J 239.255.31.77
for name in udp4 udp6 link l2 peer own; do
	lab_sent $name
	# what it says on standard error goes before
	sed -n '/^{/,$p' "$lab/$name.send" >"$lab/$name.out"
done
wire_end wire
lab_stop heard

equal 'tshark has no complaint of any message' "$(
	dissect 'ptp && (_ws.malformed || _ws.expert)' frame.number _ws.expert.message
)" ''
dissect_all
equal 'nor finds anything but the Syncs and Follow_Ups of these runs' "$(
	awk -F, '{ count[$2]++ } END { for (type in count) print type, count[type] }' "$lab/rows" | sort
)" '0 600
8 660'
# TTL, DSCP, hop limit; IPv4, IPv6, MAC; lengths
on_wire 'UDP over IPv4' 90 udp4 1,46,,224.0.1.129,,01:00:5e:00:01:81,52,86 \
	1,46,,224.0.1.129,,01:00:5e:00:01:81,126,160
on_wire 'UDP over IPv6' 91 udp6 ,,1,,ff0e::181,33:33:00:00:01:81,52,106 \
	,,1,,ff0e::181,33:33:00:00:01:81,126,180
on_wire 'UDP within the link' 92 link ,,1,,ff02::181,33:33:00:00:01:81,52,106 \
	,,1,,ff02::181,33:33:00:00:01:81,126,180
on_wire Ethernet 93 l2 ,,,,,01:1b:19:00:00:00,,58 ,,,,,01:1b:19:00:00:00,,132
on_wire 'Ethernet for peers' 94 peer ,,,,,01:80:c2:00:00:0e,,58 ,,,,,01:80:c2:00:00:0e,,132
on_wire 'a group of choice' 95 own 1,0,,239.255.31.77,,01:00:5e:7f:1f:4d,52,86 \
	1,0,,239.255.31.77,,01:00:5e:7f:1f:4d,126,160
equal 'the ports are 319 for Syncs and 320 for Follow_Ups' "$(
	dissect ptp.v2.messagetype==0 udp.dstport | sort -u | tr '\n' ' '
	dissect ptp.v2.messagetype==8 udp.dstport | sort -u | tr '\n' ' '
)" ' 319  320 '

for name in udp4 udp6 link l2 peer own; do
	equal "$name: the sender's report counts both paths" "$(of $name '.sender |
		"\(.encoding) \(.sent) \(.failed) \(.bytes) \(.port) \(.length_bytes)",
		(.syncs | "\(.sent) \(.failed) \(.bytes) \(.port)"),
		(.follow_ups | "\(.sent) \(.failed) \(.bytes) \(.port) \(.without_stamp)"),
		"\(.stamped) \(.listened.messages) \(.listened.duration_ns >= 3e9)"' | tr '\n' ' '
	)" 'ptp 100 0 16200 319 44 100 0 4400 319 100 0 11800 320 0 100 0 true '
done

lab_truth
heard 'UDP over IPv4' 224.0.1.129 '100 1 [[10,10]]' '100 3 [[20,22]]'
heard 'UDP over IPv6' ff0e::181 '100 1 [[10,10]]' '100 3 [[20,22]]'
heard 'UDP within the link' ff02::181 '100 1 [[10,10]]' '100 3 [[20,22]]'
heard 'Ethernet, from the first to the last' 01:1b:19:00:00:00 '100 3 [[10,10],[98,99]]' \
	'100 4 [[0,0],[20,22]]'
heard 'Ethernet for peers' 01:80:c2:00:00:0e '100 1 [[10,10]]' '100 3 [[20,22]]'
heard 'a group of choice, of whose ENDs none came' 239.255.31.77 'null 0 []' 'null 0 []'
equal 'the Syncs are measured from the departures that the Follow_Ups bear' "$(
	of heard '.flows[] | select(.port == 319 and .group == "224.0.1.129") | .delay.source'
)" software

# A queue from which two Syncs of a burst of four leave 5 and 39 ms late, the others behind them.
if on sender tc qdisc add dev eth0 root tbf rate 20kbit burst 160 limit 20000 2>/dev/null; then
	wire_begin wire sender
	lab_send --ptp --listen 0 --force -c 12 -r 8 --pattern burst:4 -J
	wire_end wire
	says 'Follow_Ups do not wait for ever for their stamps' "$lab/send.out" \
		'"without_stamp": ([1-9]|1[0-2])'
	equal 'those without bear no departure, and are all there, in order' "$(
		dissect 'ptp.v2.messagetype == 8' ptp.v2.sequenceid \
			ptp.v2.fu.preciseorigintimestamp.seconds | awk -F, '
			NR <= 12 { wrong += $1 != NR - 1; without += $2 == 0 }
			END { print NR, wrong, without }'
	)" "22 0 $(of send .sender.follow_ups.without_stamp)"
	equal 'the Syncs keep their schedule' "$(of send '.sender | "\(.sent) \(.late_slots)"')" '12 0'
	on sender tc qdisc del dev eth0 root
else
	skip 'Follow_Ups do not wait for ever for their stamps' 'the kernel has no tbf'
	skip 'those without bear no departure, and are all there, in order' 'the kernel has no tbf'
	skip 'the Syncs keep their schedule' 'the kernel has no tbf'
fi
lab_done
