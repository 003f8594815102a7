#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# All that goes wrong with a load, each told for what it is, and within its time.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/linking.sh
. "${0%/*}/linking.sh"
needs_iperf3

# wrong TEXT STATUS PATTERN: the run, which has no report, says that in one line
wrong() {
	equal "$1: status, no report, one line" \
		"$status $(wc -c <"$lab/$load_name.out") $(wc -l <"$lab/$load_name.err")" "$2 0 1"
	says "$1: says so" "$lab/$load_name.err" "^ptprobe-link: $3"
}

# kill_children PID
kill_children() {
	for child in $(children "$1"); do
		kill -KILL "$child"
	done
}

lab_begin bridge

# that never begins
load refused -t 1s -p 5999 "$there"
ended 'refused' refused inconclusive
reason 'refused: what to start' refused "Connection refused: start 'ptprobe-link --server'"
within 'refused' 2000
load unreachable -t 1s 10.31.0.99
ended 'unreachable' unreachable inconclusive
reason 'unreachable: what to check' unreachable ': check its address, the cable and'
within 'unreachable' 12000
on receiver ip route add blackhole 10.31.0.1
load silent -t 1s --connect-timeout 1s "$there"
ended 'no answer' silent inconclusive
within 'no answer: --connect-timeout' 6000
on receiver ip route delete blackhole 10.31.0.1
iperf3_serve 5201
background sender iperf3 -c "$there" -t 3 >/dev/null 2>&1
other=$!
sleep 1
load busy -t 1s "$there"
wait "$other"
ended 'busy' busy inconclusive
reason 'busy: what to do' busy 'busy running a test.*: wait until its test has ended'
load_interface=nosuch0
load foreign -t 1s "$there"
wrong 'an interface that is not there' 4 "interface 'nosuch0' does not exist"
load_interface=eth0
load name -t 1s nosuch.invalid
wrong 'a host that is not known' 4 "find 'nosuch.invalid': .*: check the name"
load family -t 1s -6 "$there"
wrong 'an address of another family' 4 "find '10.31.0.2': .*: check the name, that it has an IPv6 address"
load algorithm -t 1s -C nosuch "$there"
ended 'an algorithm that is not there' algorithm inconclusive
reason 'it says where those are listed' algorithm '/proc/sys/net/ipv4/tcp_available_congestion_control$'
load address -t 1s -B 10.31.0.77 "$there"
ended 'an address that is not ours' address inconclusive
reason 'it says whose it must be' address '-B needs an address of this host'
end_server

# a server that dies
serve killed -p 5301
(sleep 2 && kill -KILL "$server") &
load killed -t 20s -p 5301 "$there"
ended 'a server that is killed' killed inconclusive
reason 'killed: whose fault it is' killed '^the load failed: .*: its server ended or crashed'
reason 'killed: its counters are gone with it' killed '^far end was seen before the load, not after it: nobody listens'
within 'killed' 12000
wait "$server" 2>/dev/null
serve child -p 5301
(sleep 2 && kill_children "$server") &
load child -t 20s -p 5301 "$there"
ended "a server's child that is killed" child inconclusive
within 'child' 12000
good 'child: the far end is seen all the same' child '.far.after != null'
claim 'child: the server tells' wait_for 5 grep -Eq \
	'process [0-9]+, which served an unknown client, died of signal 9 .*by somebody' "$lab/child.told"
load again -t 1s -p 5301 "$there"
ended 'child: and another one serves' again pass
end_server

# one that takes the connection and no more; and one that listens where counters are to be had
strange mute receiver mute "$there" 5203
load mute -t 1s -p 5203 "$there"
ended 'a server that accepts and says nothing' mute inconclusive
reason 'mute: says so' mute 'the server says nothing for 10 s: check that iperf3 listens'
within 'mute' 20000
kill "$stranger_pid"
strange mute receiver mute "$there" 5205
iperf3_serve 5204
load counters -t 1s -p 5204 "$there"
ended 'one that says nothing where the counters are asked for is not waited for' counters pass
good 'and told of' counters '.far_unknown | test("port 5205: connection timed out")'
within 'counters' 8000
end_server

# our own child, killed
iperf3_serve 5206
load_start own -t 20s -p 5206 "$there"
sleep 2
kill_children "$loader"
load_end own
ended "a client's child that is killed" own inconclusive
reason 'own: says so' own "^the load failed: libiperf's process [0-9]+ died of signal 9"
end_server

lab_done
