#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The witness sees probes in whatever frames they come.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

# heard NAME [LOST]: sent, unique, lost, corrupt
books() {
	of "$1" '.flows[0] | "\(.sent) \(.unique) \(.lost) \(.corrupt)"'
}

# has_tag NUMBER: a VLAN on both sides, on top of whatever device it is told
add_vlan() { # HOST DEVICE NAME PROTOCOL ID ADDRESS
	on "$1" ip link add link "$2" name "$3" type vlan proto "$4" id "$5" 2>/dev/null || return
	on "$1" ip link set "$3" gso_max_segs 1
	on "$1" ip address add "$6" dev "$3"
	on "$1" ip link set "$3" up
}

lab_needs_capture
lab_begin bridge

lab_capture six receiver -J -L 200ms
lab_capture filtered receiver -J -L 200ms ip6 and udp port 31906
lab_capture foreign receiver -J -L 200ms --wait 2s udp port 5
lab_send '[ff15::1f09]:31906' -c 500 -r 1000
lab_join six
equal 'over IPv6' "$(books six)" '500 500 0 0'
lab_join filtered
equal 'with a filter' "$(books filtered)" '500 500 0 0'
lab_join foreign
equal 'a filter that fits none' "$status $(of foreign '.flows | length')" '3 0'

on sender ip link set eth0 gso_max_segs 64
lab_capture joined sender -J -L 200ms -w "$lab/joined.pcapng"
lab_capture parted receiver -J -L 200ms
lab_listen recv 239.255.31.9 -J -L 200ms
lab_send 239.255.31.9 -c 5000 -r 20000 --pattern burst:50 --offload --allow-rate max
lab_join recv
lab_join joined
equal 'super-frames at the sender are taken apart' "$(books joined)" '5000 5000 0 0'
equal 'and there were some' "$(of joined '.capture.offloaded > 50')" true
lab_join parted
equal 'and likewise at the receiver' "$(books parted)" '5000 5000 0 0'
equal 'which got the same' "$(books recv)" '5000 5000 0 0'
lab_read file "$lab/joined.pcapng" -L 200ms
equal 'and in a file' "$(books file)" '5000 5000 0 0'
lab_capture short sender -J -L 200ms -s 120
lab_send 239.255.31.9 -c 5000 -r 20000 --pattern burst:50 --offload --allow-rate max
lab_join short
equal 'cut ones are never said to be complete' \
	"$status $(of short '"\(.capture.complete) \(.verdict.result)"')" '3 false inconclusive'
on sender ip link set eth0 gso_max_segs 1

lab_capture long receiver -J -L 200ms
lab_send 239.255.31.9 -c 100 -r 200 -l 3000
lab_join long
equal 'fragmented ones are known by their first fragment' "$(books long)" '100 100 0 0'
equal 'which says that it is no more than that' \
	"$(of long '.flows[0] | "\(.fragmented) \(.unverified)"')" '100 100'
lab_capture long6 receiver -J -L 200ms
lab_send '[ff15::1f09]' -c 100 -r 200 -l 3000
lab_join long6
equal 'and over IPv6' "$(books long6) $(of long6 '.flows[0].fragmented')" '100 100 0 0 100'

lab_capture cut receiver -J -L 200ms -s 106
lab_send 239.255.31.9 -c 100 -r 1000 -l 200
lab_join cut
equal 'cut ones are believed, and counted' \
	"$(books cut) $(of cut '.flows[0].unverified')" '100 100 0 0 100'

lab_capture counted receiver -J -L 200ms -c 30
lab_send 239.255.31.9 -c 100 -r 1000
lab_join counted
equal '-c takes no more' "$status $(of counted '.flows[0].received')" '0 30'
equal 'and what came behind is in its books' \
	"$(of counted '.capture | "\(.received - .frames) \(.residue) \(.complete)"')" '0 0 true'

lab_capture timed receiver -J -L 200ms -t 1s
lab_send_start long 239.255.31.9 -t 60s -r 1000
lab_join timed
lab_sender long
kill -INT "$pid"
lab_reap long "$pid"
equal '-t takes all that comes in that time, and ends then' \
	"$status $(of timed '.flows[0] | "\(.received >= 1000 and .received < 2000) \(.lost)"')" \
	'0 true 0'
equal 'and it all is in its books' \
	"$(of timed '.capture | "\(.received - .frames) \(.residue) \(.complete)"')" '0 0 true'

lab_capture ring receiver -J -L 200ms -w "$lab/ring" -C 1 -W 3
lab_capture times receiver -J -L 200ms -w "$lab/time%s" -G 1
lab_send 239.255.31.9 -c 3000 -r 2000 -l 1000 --allow-rate max
lab_join ring
lab_join times
run_id=$(of ring '.flows[0].run_id')
for name in ring0 ring1 ring2 "$(of times '.capture.written.files[1]' | sed 's|.*/||')"; do
	claim "each file of a rotation names the run: ${name%%[0-9][0-9]*}" \
		sh -c 'head -c 400 "$1" | tr -d "\0" | grep -aq "ptprobe run_id $2"' sh "$lab/$name" "$run_id"
done
equal 'what a rotation wrote is known to be complete' "$(
	lab_read one "$lab/$name" -L 200ms
	of one '.capture | "\(.complete) \(.dropped)"')" 'true 0'
# shellcheck disable=SC2046 # a name each
lab_read all $(of times '.capture.written.files | join(" -r ")') -L 200ms
equal 'and read again it is the same' "$(of all '.flows[0] | "\(.unique) \(.lost) \(.sent)"')" \
	'3000 0 3000'

: >"$lab/loop.err"
on sender ip route add 239.255.31.8 dev lo
background sender "$lab_build/ptprobe-capture" -i lo -J -L 200ms >"$lab/loop.out" 2>"$lab/loop.err"
lab_receiver_loop=$!
wait_for 10 lab_captures loop || lab_fail 'the capture on the loopback does not begin'
on sender "$lab_build/ptprobe-send" -i lo -c 100 -r 1000 239.255.31.8 >"$lab/send.out" 2>&1
lab_join loop
equal 'on the loopback a frame is counted once' "$status $(of loop \
	'"\(.flows[0].unique) \(.capture.residue) \(.capture.complete)"')" '0 100 0 true'

if add_vlan sender eth0 tag 802.1q 100 10.32.0.1/24 && add_vlan receiver eth0 tag 802.1q 100 10.32.0.2/24
then
	lab_capture vlan receiver -J -L 200ms -w "$lab/vlan.pcapng"
	lab_interface=tag
	on sender "$lab_build/ptprobe-send" -i tag -c 300 -r 1000 239.255.31.9 >"$lab/send.out" 2>&1
	lab_join vlan
	equal 'behind a VLAN tag' "$(books vlan)" '300 300 0 0'
	lab_read vlanfile "$lab/vlan.pcapng" -L 200ms
	equal 'and in a file' "$(books vlanfile)" '300 300 0 0'
	if command -v tcpdump >/dev/null; then
		equal 'where the tag is' \
			"$(tcpdump -nr "$lab/vlan.pcapng" vlan 100 2>/dev/null | wc -l)" \
			"$(of vlan .capture.written.frames)"
	else
		skip 'where the tag is' 'tcpdump is not installed'
	fi
	on sender ip link delete tag
	on receiver ip link delete tag
	if add_vlan sender eth0 outer 802.1ad 5 10.33.0.1/24 &&
		add_vlan sender outer inner 802.1q 6 10.34.0.1/24; then
		lab_capture qinq receiver -J -L 200ms
		on sender "$lab_build/ptprobe-send" -i inner -c 300 -r 1000 239.255.31.9 \
			>"$lab/send.out" 2>&1
		lab_join qinq
		equal 'behind two of them' "$(books qinq)" '300 300 0 0'
	else
		skip 'behind two of them' 'the kernel has no 802.1ad'
	fi
else
	skip 'behind VLAN tags' 'the kernel has no VLANs'
fi
lab_done
