#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every way to end a run: count, time, wait, a signal.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_begin relay
lab_relay 'drop 10-12'
lab_listen count 239.255.31.9 -J -I 0 -L 200ms -c 300
lab_listen time 239.255.31.9 -J -I 0 -L 200ms -t 500ms
lab_listen signal 239.255.31.9 --json-stream -I 100ms -L 200ms
lab_listen text 239.255.31.9 -L 200ms
lab_listen settling 239.255.31.9 --json-stream -I 100ms -L 2s -t 300ms
lab_send_start long 239.255.31.9 -t 60s -r 1000
lab_join count
equal 'count: status 0' "$status" 0
equal 'count: so many probes' "$(of count '.flows[0].received')" 300
equal 'count: the loss among them' "$(of count '.flows[0].lost')" 3
lab_join time
equal 'time: status 0' "$status" 0
claim 'time: about so many probes' [ "$(of time '.flows[0].received')" -gt 300 ]
wait_for 10 grep -q '"type":"interval".*"received":[1-9]' "$lab/signal.out" ||
	lab_fail 'nothing comes from the sender'
wait_for 10 grep -q '"to_ns":[4-9]00000000,' "$lab/settling.out" ||
	lab_fail 'no interval ends after --time'
lab_receiver settling
kill -TERM "$pid"
lab_receiver text
kill -USR1 "$pid"
claim 'SIGUSR1: the numbers so far are told on stderr' wait_for 5 grep -q received "$lab/text.err"
for name in signal text; do
	lab_receiver $name
	kill -INT "$pid"
	lab_join $name
	equal "$name: SIGINT ends it with a verdict: status 0" "$status" 0
done
jq -s last "$lab/signal.out" >"$lab/last.out"
equal 'SIGINT: the summary is whole' \
	"$(of last '"\(.flows[0].lost) \(.flows[0].sent) \(.verdict.result)"')" '3 null pass'
equal 'SIGINT: the books balance' \
	"$(of last '.flows[0] | .received == .unique + .duplicate + .late')" true
says 'SIGINT: the text has its summary, too' "$lab/text.out" 'lost'
lab_join settling
jq -s last "$lab/settling.out" >"$lab/settled.out"
equal 'a first signal while gaps settle ends nothing early: status 0' "$status" 0
equal 'and the loss is settled' "$(of settled '.flows[0] | "\(.lost) \(.pending)"')" '3 0'
lab_sender long
kill -TERM "$pid"
lab_sent long
equal 'SIGTERM: the sender says END and succeeds' "$status" 0

lab_listen wait 239.255.31.9:31901 -J -W 100ms
lab_join wait
equal 'wait: nothing came in time: status 3' "$status" 3
lab_truth
equal 'the stopped sender sent its ENDs' "$(jq '.flows[0].ends' "$lab/truth.json")" 10
equal 'and they say how many it sent' \
	"$(jq '.flows[0] | .end_seq == .sent' "$lab/truth.json")" true
lab_done
