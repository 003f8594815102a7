#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Senders that come and go: two at once, one that was there before, one that is killed, one that
# starts again, one whose ENDs are all lost.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_begin relay
lab_relay '
port 31901 drop 100-104
port 31901 swap 200
port 31902 drop 1500
port 31903 drop 10
port 31905 drop 40-49
port 31905 drop-end
'

lab_listen two 239.255.31.9:31901 -J -L 200ms
lab_listen killed 239.255.31.9:31903 --json-stream -I 100ms -L 200ms
lab_listen again 239.255.31.9:31904 -J -L 200ms
lab_listen endless 239.255.31.9:31905 -J -L 200ms
lab_send_start one 239.255.31.9:31901 -c 500 -r 1000
lab_send_start other 239.255.31.9:31901 -c 400 -r 800
lab_send_start late 239.255.31.9:31902 -c 2000 -r 1000
lab_send_start killed 239.255.31.9:31903 -t 60s -r 1000
lab_send_start endless 239.255.31.9:31905 -c 200 -r 1000
lab_send_start first 239.255.31.9:31904 -t 60s -r 1000

# the sender on 31902 is well under way
wait_for 10 grep -q '"type":"interval".*"received":[1-9]' "$lab/killed.out" ||
	lab_fail 'nothing comes from the sender'
lab_listen late 239.255.31.9:31902 -J -L 200ms
lab_sender killed
kill -KILL "$pid"
lab_sender first
kill -KILL "$pid"
lab_send_start second 239.255.31.9:31904 -c 300 -r 1000

lab_sent one
lab_sent other
lab_join two
equal 'two senders at once: status' "$status" 0
lab_sent late
lab_join late
equal 'a receiver that joins late: status' "$status" 0
lab_join killed
equal 'a sender that is killed leaves the end unknown: status 3' "$status" 3
lab_join again
equal 'a sender that starts again, the first one killed: status 3' "$status" 3
lab_join endless
equal 'no END came through: status 3' "$status" 3
lab_truth

is_true 'two senders at once are two true flows' two 31901
equal 'they are told apart' "$(of two '.flows | map(.sent) | sort | join(" ")')" '400 500'
equal 'a late receiver has no phantom loss' "$(of late '.flows[0].lost')" 1
equal 'its books begin with the first probe it heard' \
	"$(of late '.flows[0] | .first_seq > 0 and .unique + .lost == 2000 - .first_seq')" true
jq -s 'last' "$lab/killed.out" >"$lab/killed.json.out"
equal 'a killed sender: sent is unknown, what was lost before is not' \
	"$(of killed.json '.flows[0] | "\(.sent) \(.lost)"')" 'null 1'
equal 'a sender that starts again is a second flow' "$(of again '.flows | length')" 2
equal 'the second one ended well' \
	"$(of again '.flows[1] | "\(.sent) \(.lost) \(.reordered)"')" '300 0 0'
equal 'without END: sent is unknown, the loss before the tail is known' \
	"$(of endless '.flows[0] | "\(.sent) \(.lost) \(.unique)"')" 'null 10 190'
equal 'and the verdict says inconclusive' "$(of endless '.verdict.result')" inconclusive
lab_done
