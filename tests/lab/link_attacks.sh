#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Strangers at either end: a server that is sent what no iperf3 sends goes on serving, and says which
# of its processes died; a client believes no far end that lies.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/linking.sh
. "${0%/*}/linking.sh"
needs_iperf3

poke() { # TEXT, for SECONDS at most
	on sender timeout "$2" "$stranger" poke "$there" 5301 "$1"
}

# Said, whether it was hung up on or waited for; false when nobody listens.
poked() {
	poke "$1" 1
	case $? in 0 | 124) ;; *) return 1 ;; esac
}

# ask NAME PORT TEXT: what the counters' port answers
ask() {
	on sender timeout 20 "$stranger" say "$there" "$2" "$3" >"$lab/$1.out" 2>"$lab/$1.err"
}

question='{"ptprobe":"link/1","ask":"snapshot"}'

memory_kb() {
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$server/status"
}

serves_again() {
	on sender iperf3 -c "$there" -p 5301 -t 1
}

lab_begin bridge
serve ours -p 5301
ours=$server

# one that says nothing, meanwhile
serve silent -p 5391
background sender "$stranger" poke "$there" 5391 ''
poker=$!
server=$ours

# the port of iperf3
claim 'a message that crashes libiperf' quietly poke '{"tcp":true,"congestion":5}' 20
claim 'it tells which process died, of what, and of whom' wait_for 5 grep -Eq \
	'process [0-9]+, which served 10\.31\.0\.1, died of signal 11 .*another one serves' "$lab/ours.told"
for text in '[]' '7' 'x' '{"tcp":true,"parallel":-5}' '{"tcp":1,"extra_data":3}' '{"udp":true,"len":-1}' \
	'{"tcp":true,"parallel":2000000000}' '{"udp":true,"len":2147483647,"parallel":128}' \
	'{"tcp":true,"window":-2147483648,"MSS":-1}' '{"tcp":true,"title":{}}' '{"tcp":true,"TOS":"x"}' \
	'{"tcp":true,"num":-1,"bandwidth":-1,"pacing_timer":-1}'; do
	quietly wait_for 3 poked "$text"
done
claim 'after all of those it goes on serving' quietly wait_for 10 serves_again

# the port of the counters
ask good 5302 "$question"
equal 'what was asked is answered' \
	"$(of good '[.ptprobe, .interface, .snapshot.interface, .port] | join(" ")')" 'link/1 eth0 eth0 5301'
ask hello 5302 '{"ptprobe":"link/1","ask":"hello"}'
equal 'hello is answered without counters' "$(of hello '[.interface, .snapshot] | tojson')" '["eth0",null]'
refused() { # TEXT QUESTION
	ask refused 5302 "$2"
	equal "refused, with a reason: $1" "$(of refused '[.ptprobe, (.error | length > 10), .snapshot] | tojson')" \
		'["link/1",true,null]'
}
refused 'no JSON' 'GET / HTTP/1.1'
refused 'no object' '[]'
refused 'another version' '{"ptprobe":"link/2","ask":"snapshot"}'
refused 'another wish' '{"ptprobe":"link/1","ask":"reboot"}'
refused 'a wish that is no word' '{"ptprobe":"link/1","ask":{"a":1}}'
refused 'brackets without end' "$(awk 'BEGIN { while (i++ < 4000) printf "[" }')"
refused 'an empty line' ''
before_kb=$(memory_kb)
head -c 3000000 /dev/zero | on sender timeout 20 "$stranger" say "$there" 5302 - >"$lab/zeros.out" 2>/dev/null
head -c 3000000 /dev/urandom | on sender timeout 20 "$stranger" say "$there" 5302 - >"$lab/noise.out" 2>/dev/null
ask good 5302 "$question"
equal 'noise does not stop it' "$(of good .snapshot.interface)" eth0
claim 'nor make it larger' [ $(($(memory_kb) - before_kb)) -lt 4096 ]

# those who hold it
strange crowd sender hold "$there" 5302 2000
crowd=$stranger_pid
load crowded -t 1s -p 5301 "$there"
claim 'a crowd at that port ends no load' [ "$(of crowded '.load.received_bps > 1e6')" = true ]
claim 'and the verdict is one, with the far end or without' quietly \
	jq -e '.verdict.result == "pass" or .verdict.result == "inconclusive"' "$lab/crowded.out"
kill "$crowd"
heard() {
	ask heard 5302 "$question" && [ "$(of heard .snapshot.interface)" = eth0 ]
}
claim 'when they have gone, it answers again' wait_for 30 heard
strange few sender hold "$there" 5302 8
few=$stranger_pid
load few -t 1s -p 5301 --far-end "$there"
ended 'a few that hold it keep nobody from the counters' few pass
kill "$few"

# two at once
load_start one -t 3s -p 5301 "$there"
sleep 1
load two -t 1s -p 5301 "$there"
ended 'of two at once the second is told' two inconclusive
reason 'why' two 'busy running a test'
load_end one
ended 'and does the first no harm' one pass

# thousands who come and go
for number in 1 2 3 4 5 6 7 8 9 10; do
	background sender timeout -s KILL 2 "$stranger" hold "$there" 5301 300 >/dev/null
done
sleep 3
claim 'a flood at the port of iperf3 is survived' quietly wait_for 45 serves_again
kill -0 "$server" 2>/dev/null
equal 'by the one process' "$?" 0

# bounds
serve brief -p 5311 --longest 2s
load long -t 20s -p 5311 "$there"
claim 'a test that takes longer than it may is ended' [ "$status" = 3 ]
claim 'and told of' wait_for 5 grep -q 'was ended: a test may take 2 s: another one serves' "$lab/brief.told"
end_server
status=0
on receiver "$link" -i eth0 --server -p 5301 2>"$lab/taken.err" || status=$?
equal 'a port that is taken' "$status $(cat "$lab/taken.err")" \
	"4 ptprobe-link: listen at 10.31.0.2 port 5301: address already in use: another server runs there: end it, or choose another -p"
strange mute receiver mute "$there" 5372
status=0
on receiver "$link" -i eth0 --server -p 5371 2>"$lab/taken.err" || status=$?
says 'a port of the counters that is taken' "$lab/taken.err" 'listen at 10\.31\.0\.2 port 5372: address already in use'
status=0
on receiver "$link" -i eth0 --server -p 5341 -B 10.31.0.77 2>"$lab/other.err" || status=$?
equal 'an address of another host' "$status $(cat "$lab/other.err")" \
	"4 ptprobe-link: listen at 10.31.0.77 port 5341: cannot assign requested address: give an address of this host"
claim 'a client that says nothing is hung up on' wait_for 40 lab_has_ended "$poker"
claim 'and told of' wait_for 5 grep -Eq \
	'process [0-9]+, which served 10\.31\.0\.1, was ended: the client said nothing for 30 s' "$lab/silent.told"

# a far end that lies: iperf3's own server, and a stranger who tells of its card
iperf3_serve 5400
jq -c '.port = 5400 | .snapshot.counters["link.rx_bytes"] += 1e12 | .snapshot.counters["link.rx_packets"] += 1e9 |
	.snapshot.time_ns += 2e9' "$lab/good.out" >"$lab/later.json"
# lies NAME FIRST SECOND ARGUMENTS...: the far end tells those
lies() {
	lies_name=$1
	strange "far_$1" receiver tell "$there" 5401 "$lab/$2" "$lab/$3"
	shift 3
	load "$lies_name" -t 1s -p 5400 --far-end "$@" "$there"
	kill "$stranger_pid"
}
lies honest good.out later.json
ended 'a stranger who tells the truth' honest pass
jq -c '.snapshot.host = "other"' "$lab/later.json" >"$lab/lie.json"
lies swapped good.out lie.json
ended 'another host behind the load' swapped inconclusive
reason 'it says so' swapped '^far end was seen before the load, not after it: it told of two different cards$'
jq -c '.snapshot.interface = "eth5" | .interface = "eth5"' "$lab/later.json" >"$lab/lie.json"
lies card good.out lie.json
ended 'another card behind the load' card inconclusive
jq -c '.snapshot.time_ns -= 86400e9 * 10000' "$lab/good.out" >"$lab/early.json"
jq -c '.snapshot.time_ns -= 86400e9 * 10000' "$lab/later.json" >"$lab/early_later.json"
lies clock early.json early_later.json
ended 'a clock that is 27 years slow' clock pass
lies back later.json good.out
ended 'time and counters that go back' back inconclusive
jq -c '.snapshot.counters["ethtool.rx_crc_errors"] = 0' "$lab/good.out" >"$lab/clean.json"
jq -c '.snapshot.counters["ethtool.rx_crc_errors"] = 5' "$lab/later.json" >"$lab/crc.json"
lies crc clean.json crc.json --max wire=0
ended "damaged frames at the far end" crc fail
reason 'it says so' crc '^far end, eth0: 5 wire errors \(ethtool\.rx_crc_errors\), limit 0$'
lies elsewhere good.out good.out
ended 'counters that stand still while we load it' elsewhere inconclusive
reason 'the load went elsewhere' elsewhere "^far end: the load didn't come in through eth0"
echo '{"ptprobe":"link/2"}' >"$lab/lie.json"
lies version lie.json lie.json
ended 'another version' version inconclusive
reason 'it says so' version "far end was not seen: .*isn't a ptprobe-link that speaks link/1"
printf '{"ptprobe":"link/1","error":"\\u001b[2Jno\\u0007 %0300d"}\n' 7 >"$lab/lie.json"
lies refusal lie.json lie.json
reason 'what it says of itself is made printable' refusal 'it says: \?\[2Jno\? 000'
printf '{"ptprobe":"link/1","snapshot":[]}\n' >"$lab/lie.json"
lies shape good.out lie.json
ended 'a snapshot that is none' shape inconclusive
awk 'BEGIN { while (i++ < 100000) printf "["; print "" }' >"$lab/lie.json"
lies nested lie.json lie.json
ended 'a document that is nested without end' nested inconclusive
head -c 2000000 /dev/zero | tr '\0' 'x' >"$lab/lie.json"
lies endless lie.json lie.json
ended 'a line without end' endless inconclusive
: >"$lab/lie.json"
lies nothing good.out lie.json
ended 'nothing' nothing inconclusive
jq -c '.snapshot.counters = ([range(3000) | {"key": "ethtool.rx_crc_errors_\(.)", "value": 18446744073709551615}] |
	from_entries) + .snapshot.counters' "$lab/later.json" >"$lab/lie.json"
lies many good.out lie.json --max wire=0
equal 'numbers without end are no pass' "$status" 3
end_server
lab_done
