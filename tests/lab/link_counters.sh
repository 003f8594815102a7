#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Counters without a load of ours: watched for a while; and before and after by hand, in files.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/linking.sh
. "${0%/*}/linking.sh"

# watch NAME ARGUMENTS...: --passive on the receiver
watch() {
	watch_name=$1
	shift
	status=0
	on receiver "$link" -i eth0 -J --max wire=any "$@" >"$lab/$watch_name.out" \
		2>"$lab/$watch_name.err" || status=$?
}

# snapshot HOST FILE ARGUMENTS...
snapshot() {
	snapshot_host=$1
	snapshot_file=$2
	shift 2
	status=0
	on "$snapshot_host" "$link" -i eth0 --snapshot "$snapshot_file" "$@" >"$lab/snapshot.out" \
		2>"$lab/snapshot.err" || status=$?
}

# compare NAME BEFORE AFTER ARGUMENTS...
compare() {
	compare_name=$1
	shift
	status=0
	"$link" -J --max wire=any --compare "$@" >"$lab/$compare_name.out" \
		2>"$lab/$compare_name.err" || status=$?
}


lab_begin bridge
serve ours -p 5301

# Watched.
load_start beside -t 30s -p 5301 "$there"
watch busy --passive 2s
ended 'a card under a load of its own' busy pass
good 'what passed is counted, and there is no load' busy '.load == null and .far == null and
	.after.counters["link.rx_bytes"] - .before.counters["link.rx_bytes"] > 1e6 and .duration_ns >= 2e9'
watch lines --passive 1s -I 250ms
on receiver "$link" -i eth0 --max wire=any --passive 1s -I 250ms >"$lab/lines.txt"
claim 'lines while it watches' [ "$(grep -Ec '^ +[0-9.]+- +[0-9.]+ ' "$lab/lines.txt")" -ge 3 ]
background receiver "$link" -i eth0 -J --max wire=any --passive 60s >"$lab/short.out" 2>"$lab/short.err"
watcher=$!
sleep 1
kill -INT "$watcher"
lab_reap watcher "$watcher"
ended 'ended by a signal it judges what it saw' short pass
good 'and says so' short '.notes | any(test("^a signal ended it before its time, 60"))'

# In files.
snapshot sender "$lab/a.json"
equal 'a snapshot says nothing' "$status $(cat "$lab/snapshot.out" "$lab/snapshot.err")" '0 '
equal 'it is a whole report' "$(jq -r '.schema + " " + .snapshot.interface' "$lab/a.json")" \
	"$(of busy .schema) eth0"
sleep 1
snapshot sender "$lab/b.json"
kill -TERM "$loader"
load_end beside
compare good "$lab/a.json" "$lab/b.json"
ended 'before and after by hand' good pass
good 'the same figures as in the files' good '.after.counters["link.tx_bytes"] > .before.counters["link.tx_bytes"] and
	.interface == "eth0"'
compare from_pipe - "$lab/b.json" <"$lab/a.json"
ended 'one of them from a pipe' from_pipe pass
compare swapped "$lab/b.json" "$lab/a.json"
ended 'the wrong way round' swapped inconclusive
reason 'it says so' swapped 'the second snapshot is older than the first: swap them'
compare same "$lab/a.json" "$lab/a.json"
ended 'one and the same' same inconclusive
reason 'it has no frames' same 'no frame came in'
snapshot receiver "$lab/c.json"
compare hosts "$lab/a.json" "$lab/c.json"
# in a lab all hosts have one name: another one, by hand
jq '.snapshot.host = "other"' "$lab/b.json" >"$lab/host.json"
compare others "$lab/a.json" "$lab/host.json"
equal 'another host' "$status $(wc -c <"$lab/others.out") $(cat "$lab/others.err")" \
	'4 0 ptprobe-link: the two snapshots are of different cards: compare those of one host, interface and driver'
jq '.snapshot.driver = "igb"' "$lab/b.json" >"$lab/driver.json"
compare driver "$lab/a.json" "$lab/driver.json"
equal 'another driver' "$status" 4
jq '.snapshot.counters["ethtool.rx_crc_errors"] = 0' "$lab/a.json" >"$lab/clean.json"
jq '.snapshot.counters["ethtool.rx_crc_errors"] = 7' "$lab/b.json" >"$lab/crc.json"
status=0
"$link" -J --compare "$lab/clean.json" "$lab/crc.json" >"$lab/crc.out" 2>"$lab/crc.err" || status=$?
ended 'seven frames were damaged meanwhile' crc fail
reason 'it says by which counter' crc '^this end, eth0: 7 wire errors \(ethtool\.rx_crc_errors\), limit 0$'
status=0
"$link" --compare "$lab/clean.json" "$lab/crc.json" >"$lab/crc.txt" 2>"$lab/crc.err" || status=$?
equal 'the same as text' "$status" 1
says 'with what to do next' "$lab/crc.txt" '^  1\. duplex at both ends'
"$link" --compare "$lab/crc.json" "$lab/clean.json" >"$lab/reset.txt" 2>"$lab/reset.err"
says 'one that went down is no pass' "$lab/reset.txt" '^INCONCLUSIVE: '

# What is no such file.
wrong_file() { # TEXT PATTERN, of which there is $lab/wrong.json
	compare wrong "$lab/a.json" "$lab/wrong.json"
	equal "$1: status, no report, one line" \
		"$status $(wc -c <"$lab/wrong.out") $(wc -l <"$lab/wrong.err")" '4 0 1'
	says "$1: says so" "$lab/wrong.err" "$2"
}
wrong_file 'a file that is not there' "^ptprobe-link: open '.*/wrong\.json': no such file"
: >"$lab/wrong.json"
wrong_file 'an empty file' "^ptprobe-link: '.*/wrong\.json': "
head -c 300 "$lab/b.json" >"$lab/wrong.json"
wrong_file 'a file that is cut short' "wrong\.json': "
cp "$lab/busy.out" "$lab/wrong.json"
wrong_file 'a report without a snapshot' 'there is no snapshot in it: ptprobe-link --snapshot writes one$'
jq '.schema = "ptprobe/99"' "$lab/b.json" >"$lab/wrong.json"
wrong_file 'another schema' "its schema isn't "
jq '.snapshot.counters["link.rx_bytes"] = "many"' "$lab/b.json" >"$lab/wrong.json"
wrong_file 'a counter that is a word' 'snapshot: '
jq '.snapshot.interface = "'"$(printf '%0300d' 7)"'"' "$lab/b.json" >"$lab/wrong.json"
wrong_file 'a name that is too long' 'snapshot: '
jq '.snapshot.mtu_bytes = 1e300' "$lab/b.json" >"$lab/wrong.json"
wrong_file 'a number that is too large' 'snapshot: '
awk 'BEGIN { while (i++ < 200000) printf "["; print "" }' >"$lab/wrong.json"
wrong_file 'a document that is nested without end' "wrong\.json': "
head -c 100000 /dev/urandom >"$lab/wrong.json"
wrong_file 'noise' "wrong\.json': "
jq '.snapshot.counters = ([range(200000) | {"key": "ethtool.x\(.)", "value": .}] | from_entries)' \
	"$lab/b.json" >"$lab/wrong.json"
wrong_file 'more counters than a card has' 'snapshot: '
jq '.snapshot.interface = "eth0\u001b[2J\u0007" | .snapshot.driver = "x\n\ny"' "$lab/b.json" >"$lab/steer.json"
"$link" --compare "$lab/steer.json" "$lab/steer.json" >"$lab/steer.txt" 2>&1
claim 'names that steer a terminal are made harmless' \
	[ "$(tr -d '\n -~' <"$lab/steer.txt" | wc -c)" = 0 ]

# What can't be written.
snapshot sender "$lab/nowhere/x.json"
equal 'a folder that is not there' "$status $(wc -l <"$lab/snapshot.err")" '5 1'
cp "$lab/a.json" "$lab/keep.json"
snapshot sender "$lab/keep.json/x"
equal 'a file for a folder' "$status" 5
"$link" --compare "$lab/a.json" "$lab/b.json" -o "$lab/a.json" >/dev/null 2>"$lab/own.err"
equal 'it writes over none that it reads' "$? $(cmp "$lab/a.json" "$lab/keep.json" && echo whole)" '5 whole'
ln -s a.json "$lab/alias.json"
"$link" --compare "$lab/a.json" "$lab/b.json" -o "$lab/alias.json" >/dev/null 2>"$lab/own.err"
equal 'nor by another name' "$? $(cmp "$lab/a.json" "$lab/keep.json" && echo whole)" '5 whole'
"$link" --compare "$lab/a.json" "$lab/b.json" --prom "$lab/b.json" >/dev/null 2>"$lab/own.err"
equal 'nor by its metrics' "$? $(jq -r .snapshot.interface "$lab/b.json")" '5 eth0'
"$link" --max wire=any --compare "$lab/a.json" "$lab/b.json" -o "$lab/one" --prom "$lab/one" >/dev/null 2>"$lab/own.err"
equal 'two results in one file are refused' "$?" 5
end_server
lab_done
