#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A capture beside a sender or a receiver: it lives as long as they do, and no longer, and what becomes
# of it never spoils their own measurement.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/locating.sh
. "${0%/*}/locating.sh"

# child_of PID: sets child, the process that it has started
child_of() {
	child=$(cat "/proc/$1/task/$1/children")
	child=${child% }
	[ -n "$child" ]
}

is_gone() {
	! [ -e "/proc/$1" ]
}

is_confined() {
	grep -q '^CapEff:[[:space:]]*0*$' "/proc/$child/status" &&
		grep -q '^NoNewPrivs:[[:space:]]*1$' "/proc/$child/status"
}

lab_begin relay
lab_relay 'drop 100-119'

lab_listen text 239.255.31.9 -I 0 -L 300ms --witness
lab_receiver text
claim 'the receiver has a capture beside it' child_of "$pid"
claim 'which gave up its rights' wait_for 5 is_confined
on sender "$lab_build/ptprobe-send" -i eth0 -I 0 --witness -c 300 -r 1000 239.255.31.9 \
	>"$lab/send.out" 2>"$lab/send.err"
equal 'a sender that lost nothing passes' $? 0
lab_join text
says 'it ends with what its host knows of them' "$lab/send.out" '^ +undetermined +300 '
says 'and with the way down' "$lab/send.out" '^  sender application +300$'
says 'the receiver with what it missed' "$lab/text.out" '^ +undetermined +20 .* 100 +119 '
says 'and that it never reached its host' "$lab/text.out" 'absent from the capture of .*, which lost none'
says 'and with what to do' "$lab/text.out" 'next: .*ptprobe-send --witness'
equal 'without a limit, loss is no failure' "$status" 0

# A signal to the receiver alone: the capture hears of it by its standard input.
lab_listen stopped 239.255.31.9 -J -I 0 -L 300ms --witness
lab_receiver stopped
child_of "$pid"
witness=$child
lab_send_start endless 239.255.31.9 -t 60s -r 1000
wait_for 10 has_seen receiver rx $(($(frames receiver rx) + 100)) || lab_fail 'nothing comes'
lab_receiver stopped
kill -INT "$pid"
lab_join stopped
lab_sender endless
kill -INT "$pid"
lab_sent endless
claim 'a receiver that was stopped has located' \
	[ "$(of stopped '.located.runs[0].delivered > 0')" = true ]
claim 'and its capture is gone' wait_for 10 is_gone "$witness"

lab_listen killed 239.255.31.9 -J -I 0 --witness
lab_receiver killed
child_of "$pid"
witness=$child
kill -KILL "$pid"
claim 'nor does one outlive a receiver that was killed' wait_for 10 is_gone "$witness"
wait "$pid" 2>/dev/null

# The other way about.
lab_listen alone 239.255.31.9 -J -I 0 -L 300ms --witness
lab_receiver alone
child_of "$pid"
kill -KILL "$child"
lab_send 239.255.31.9 -c 200 -r 1000
lab_join alone
equal 'a receiver whose capture died has measured all the same' \
	"$status $(of alone '.flows[0].sent')" '0 200'
equal 'and says what it lacks' "$(of alone '.notes | map(select(test("witness"))) | length')" 1
equal 'rather than where they were lost' "$(of alone 'has("located")')" false

# Without the right to capture nothing begins.
refused_without_right() {
	on receiver setpriv --inh-caps -net_raw --ambient-caps -all --bounding-set -net_raw \
		"$lab_build/ptprobe-recv" -i eth0 --witness -W 5s >"$lab/right.out" 2>"$lab/right.err"
	status=$?
}
refused_without_right
equal 'without CAP_NET_RAW its status is 4' "$status" 4
says 'and it says why, and what to do' "$lab/right.err" \
	'^ptprobe-recv: start the witness: .*(CAP_NET_RAW|root)'
equal 'in one line' "$(wc -l <"$lab/right.err")" 1
lab_done
