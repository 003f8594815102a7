#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ptprobe-ptp at an interface: it joins, sends nothing, keeps no rights, and says when it is blind.
# The traffic is a file of a master's and a slave's messages, sent anew: no PTP software is needed.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

status_of() { # FIELD, of the process $pid
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid/status"
}

# tries COMMAND...: on the receiver's host; $status, and what it says in try.out and try.err
tries() {
	status=0
	on receiver timeout 20 "$@" >"$lab/try.out" 2>"$lab/try.err" </dev/null || status=$?
}

# watch NAME ARGUMENTS...: the monitor on the receiver's host, once it listens; ends by lab_join
watch() {
	lab_name=$1
	shift
	: >"$lab/$lab_name.err"
	background receiver "$lab_build/ptprobe-ptp" -i eth0 "$@" >"$lab/$lab_name.out" \
		2>"$lab/$lab_name.err"
	eval "lab_receiver_$lab_name=$!"
	wait_for 10 watches "$lab_name" || {
		sed 's/^/# /' "$lab/$lab_name.err"
		lab_fail "the monitor '$lab_name' doesn't listen"
	}
}

watches() {
	grep -qx 'ptprobe-ptp: listening on eth0' "$lab/$1.err"
}

# traffic SYNCS ARGUMENTS...: that many Syncs, 4 ms apart, and what belongs to them
traffic() {
	traffic_syncs=$1
	shift
	"$lab_build/tests/bench/make_ptp" -n "$traffic_syncs" -i -8 "$@" "$lab/traffic.pcap" \
		>/dev/null
	on sender "$lab_build/tests/bench/replay" -m eth0 "$lab/traffic.pcap" >"$lab/replayed" ||
		lab_fail 'the traffic can not be sent'
}

none=0000000000000000
has_seccomp=yes
if grep -q '^S\["BASE_LDFLAGS"\]=.*sanitize' "$lab_build/config.status" 2>/dev/null ||
	! grep -q '^Seccomp:' /proc/self/status; then
	has_seccomp=no
fi
is_confined() {
	[ "$(status_of NoNewPrivs) $(status_of CapEff)" = "1 $none" ] &&
		{ [ "$has_seccomp" = no ] || [ "$(status_of Seccomp)" = 2 ]; }
}

# What the receiver's host has joined, a line each: IPv4 in the byte order of the machine.
joined() {
	on receiver sh -c 'grep -ciE "(810100E0|E0000181|6B0000E0|E000006B)" /proc/net/igmp
		awk "\$2 == \"eth0\" { print \$3 }" /proc/net/igmp6
		awk "\$2 == \"eth0\" { print \$NF }" /proc/net/dev_mcast'
}
has_joined() {
	joined >"$lab/joined"
	[ "$(sed -n 1p "$lab/joined")" = 2 ] || return
	for group in ff020000000000000000000000000181 ff050000000000000000000000000181 \
		ff0e0000000000000000000000000181 ff02000000000000000000000000006b \
		011b19000000 0180c200000e; do
		grep -q "$group" "$lab/joined" || {
			echo "# $group is not joined"
			return 1
		}
	done
}
has_nothing_joined() {
	joined >"$lab/joined"
	[ "$(sed -n 1p "$lab/joined")" = 0 ] && ! grep -Eiq '^ff0[258e]0+181|^ff020+6b|^011b19|^0180c2' "$lab/joined"
}

lab_needs_capture
lab_begin bridge

# What leaves the receiver's host meanwhile. MLD is behind a hop-by-hop header.
mac=$(on receiver ip -j link show eth0 | jq -r '.[0].address')
asks='(igmp or icmp6 or (ip6[6] = 0 and ip6[40] = 58))'
lab_capture asking sender -J "ether src $mac and $asks"
lab_capture sending sender -J "ether src $mac and not $asks"
watch whole -J
lab_receiver whole
claim 'it gives up its rights before it listens' is_confined
claim "PTP's groups are joined, and taken by the interface" has_joined
traffic 250 -u 50 -q 100 -d 40
lab_stop whole
# At the end it waits for what is missing; a file is over.
equal 'what is live is counted as from a file: the same numbers' "$("$lab_build/ptprobe-ptp" \
	-r "$lab/traffic.pcap" -J | jq -c "[.ports[].messages[] | [.type, .count, .lost + .pending]]")" \
	"$(of whole '[.ports[].messages[] | [.type, .count, .lost]] | tojson')"
equal 'and passes without a limit' "$status $(of whole .verdict.result)" '0 pass'
equal 'received = dropped + delivered + residue' \
	"$(of whole '.capture | .received == .dropped + .frames + .residue and .complete')" true
equal 'what was joined is told' "$(of whole '.joined | length')" 9
equal 'Syncs are timed by stamps of the kernel' \
	"$(of whole '.timing[0] | .stamps.software == .samples and .samples > 200 and
		.clock == "unsynchronised" and .delay == null')" true
lab_stop asking
equal 'it asks for the groups' "$(of asking '.capture.frames > 0')" true
lab_stop sending
equal 'and sends nothing else' "$(of sending .capture.frames)" 0

watch without -J --no-join
claim 'with --no-join nothing is joined' has_nothing_joined
lab_stop without
equal 'and nothing is heard, which is inconclusive' \
	"$status $(of without '.verdict.reasons[0]' | cut -d ';' -f 1)" '3 no PTP message came'
says 'it tells what that means' "$lab/without.out" 'no group was joined'

watch one -J -c 20
traffic 20
lab_join one
equal '--count ends it' "$status $(of one .counts.messages)" '0 20'
watch brief -J -t 200ms
traffic 150
lab_join brief
equal '--time ends it, counted from the first message' \
	"$status $(of brief '.counts.messages > 180 and .counts.messages < 230')" '0 true'
tries "$lab_build/ptprobe-ptp" -i eth0 -W 100ms -J
equal '--wait ends it, inconclusive' "$status" 3

# a check, by its events, as they happen
watch stream --json-stream --max-events grandmaster_change=0
traffic 100 -g 50
lab_stop stream
equal 'a violated limit is a fail' \
	"$status $(of stream 'select(.type == "report") | .verdict.result')" '1 fail'
equal 'an event is told as it happens, and in the report' "$(of stream \
	'if .type == "event" then .event elif .type == "report" then .events[].event else empty end |
		select(. == "grandmaster_change")' |
	tr '\n' ' ')" 'grandmaster_change grandmaster_change '

watch shown
traffic 50
lab_receiver shown
kill -USR1 "$pid"
claim 'SIGUSR1 shows the summary so far' wait_for 5 grep -q '^PASS: measured' "$lab/shown.err"
lab_stop shown
says 'and the run goes on to its own' "$lab/shown.out" '^ +020000\.fffe\.000001-1  [a-z ]*master'

if command -v script >/dev/null; then
	background receiver script -qec "'$lab_build/ptprobe-ptp' -i eth0 -J -o '$lab/typed.out' -t 2500ms" \
		/dev/null >"$lab/typed"
	lab_receiver_typed=$!
	wait_for 10 grep -q 'listening on eth0' "$lab/typed"
	traffic 50
	lab_join typed
	says 'on a terminal a line tells how far it is' "$lab/typed" \
		"[12] s: $(of typed .counts.messages) messages of 2 ports, $(of typed '.events | length') events"
	equal 'and the report is in its file, whole' "$status $(of typed .verdict.result)" '0 pass'
else
	skip 'on a terminal a line tells how far it is' 'no script(1)'
	skip 'and the report is in its file, whole' 'no script(1)'
fi

# blind for some time: what is missing then is not the master's doing
watch starved -J --buffer 262144 --max-loss 0
lab_receiver starved
traffic 20
kill -STOP "$pid"
traffic 3000 -p 300000
kill -CONT "$pid"
lab_stop starved
equal 'what the tap itself dropped is inconclusive, whatever the limit' \
	"$status $(of starved '.own_drops > 0 and .verdict.result == "inconclusive"')" '3 true'

watch down -J
traffic 50
on receiver ip link set eth0 down
on receiver ip link set eth0 up
wait_for 10 lab_link_is_up receiver
lab_stop down
equal 'a link that went down is inconclusive' \
	"$status $(of down '[.verdict.reasons[] | select(startswith("the link went down"))] | length')" \
	'3 1'

tries "$lab_build/ptprobe-ptp" -i nosuch
equal 'no such interface' "$status" 4
tries setpriv --inh-caps=-all --bounding-set=-all "$lab_build/ptprobe-ptp" -i eth0
equal 'without CAP_NET_RAW' "$status" 4
says 'it says what it takes' "$lab/try.err" 'CAP_NET_RAW: run as root'

watch gone -J
traffic 20
on receiver ip link delete eth0
lab_join gone
equal 'an interface that is deleted ends it, inconclusive' \
	"$status $(of gone '"\(.capture.complete) \(.verdict.result) \(.counts.messages > 0)"')" \
	'3 false inconclusive true'
lab_done
