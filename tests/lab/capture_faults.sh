#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A witness that missed something says so, and never blames the network for it.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

status_of() { # FIELD, of the process $pid
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid/status"
}

# tries COMMAND...: on the receiver's host; $status, and what it says in try.err
tries() {
	status=0
	on receiver timeout 20 "$@" >"$lab/try.out" 2>"$lab/try.err" </dev/null || status=$?
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

lab_needs_capture
lab_begin bridge
capture=$lab_build/ptprobe-capture

# A ring of a quarter MB holds some 1,000 probes; the process is stopped while 20,000 pass.
lab_capture starved receiver -J -L 200ms --buffer 262144 --max-loss 0
lab_capture fed receiver -J -L 200ms
lab_receiver starved
equal 'it has no rights left' "$(status_of CapEff) $(status_of CapPrm) $(status_of NoNewPrivs)" \
	"$none $none 1"
if [ $has_seccomp = yes ]; then
	equal 'and a filter of system calls' "$(status_of Seccomp)" 2
fi
lab_send_start one 239.255.31.9 -c 20000 -r 10000
sleep 0.3
kill -STOP "$pid"
lab_sent one
lab_receiver starved
kill -CONT "$pid"
lab_join fed
equal 'one that was not stopped saw all' "$(of fed '.flows[0] | "\(.unique) \(.lost)"')" '20000 0'
lab_join starved
claim 'one that was stopped missed many' [ "$(of starved '.flows[0].unique')" -lt 20000 ]
equal 'and has them in its own books' \
	"$(of starved '.own_drops >= 20000 - .flows[0].unique and
		.own_drops == .capture.dropped + .capture.residue')" true
equal 'received = dropped + delivered + residue' \
	"$(of starved '.capture | .received == .dropped + .frames + .residue')" true
equal 'so it is inconclusive, whatever the limit' \
	"$status $(of starved '"\(.verdict.result) \(.capture.complete)"')" '3 inconclusive false'

# It ends in the middle of other traffic, which a slow reader of its frames holds up.
mkfifo "$lab/frames"
while [ "$(head -c 65536 | wc -c)" -gt 0 ]; do
	sleep 0.02
done <"$lab/frames" &
lab_pids="$lab_pids $!"
: >"$lab/slow.err"
background receiver "$capture" -i eth0 -J -L 100ms --buffer 268435456 -w - -o "$lab/slow.out" --all \
	>"$lab/frames" 2>"$lab/slow.err"
lab_receiver_slow=$!
wait_for 10 lab_captures slow || lab_fail 'the capture to a slow reader does not begin'
lab_send_start brief 239.255.31.9 -c 400 -r 1000
sleep 0.3
on sender "$lab_build/tests/bench/bare_send" -i eth0 -t 0.6 239.255.31.10 5000 >"$lab/flood.out" 2>&1
lab_sent brief
lab_join slow
equal 'what is handed over slowly at the end is no loss' "$status $(of slow \
	'"\(.flows[0].unique) \(.capture | "\(.dropped) \(.residue) \(.complete)")"')" '0 400 0 0 true'
claim 'and there was much of it' [ "$(of slow .capture.frames)" -gt 5000 ]

lab_capture down receiver -J -L 200ms
on receiver ip link set eth0 down
on receiver ip link set eth0 up
wait_for 10 lab_link_is_up receiver || lab_fail 'the link stays down'
lab_send 239.255.31.9 -c 100 -r 1000
lab_join down
equal 'a link that goes down is said, and it goes on when it is up' \
	"$status $(of down '"\(.flows[0].unique) \(.notes | length)"')" '3 100 1'

# Live statistics, the end by a signal, and the end of standard input.
lab_capture signalled receiver -J -L 200ms
lab_send_start two 239.255.31.9 -t 60s -r 1000
lab_receiver signalled
sleep 0.5
kill -USR1 "$pid"
claim 'SIGUSR1 prints the summary so far' \
	wait_for 5 grep -Eq '^  received +[1-9]' "$lab/signalled.err"
lab_stop signalled
equal 'SIGTERM ends it with a report: the stream goes on' "$status $(of signalled \
	'.flows[0] | "\(.lost) \(.sent) \(.pending)"')" '0 0 null 0'
mkfifo "$lab/input"
exec 9<>"$lab/input"
: >"$lab/eof.err"
setpriv --pdeathsig KILL nsenter -t "$lab_host_receiver" -n -- "$capture" -i eth0 -J -L 200ms \
	--until-eof <"$lab/input" 9>&- >"$lab/eof.out" 2>"$lab/eof.err" &
eof=$!
lab_pids="$lab_pids $eof"
wait_for 10 lab_captures eof || lab_fail 'the capture that ends with its input does not begin'
lab_sender two
kill -INT "$pid"
lab_sent two
sleep 1
pid=$eof
claim 'with --until-eof it outlives its streams' is_confined
exec 9>&-
lab_reap eof $eof
equal 'and ends with its input' "$status $(of eof '.flows[0] | "\(.lost) \(.state)"')" '0 0 ended'

# Outputs that can't be written.
tries "$capture" -i eth0 -w /dev/full
equal 'frames that can not be written are 5 at once' "$status" 5
says 'and it says what' "$lab/try.err" "^ptprobe-capture: .*'/dev/full': no space left"
mkdir "$lab/small"
if on receiver unshare -m mount -t tmpfs -o size=64k none "$lab/small" 2>/dev/null; then
	: >"$lab/full.err"
	# the program's own arguments follow the script's
	background receiver unshare -m sh -c 'mount -t tmpfs -o size=64k none "$1" && shift && exec "$@"' \
		sh "$lab/small" "$capture" -i eth0 -J -L 200ms -w "$lab/small/file" \
		>"$lab/full.out" 2>"$lab/full.err"
	full=$!
	wait_for 10 lab_captures full || lab_fail 'the capture to a small disk does not begin'
	lab_send 239.255.31.9 -c 2000 -r 2000
	lab_reap full $full
	equal 'a disk that gets full is 5, and the measurement goes on' \
		"$status $(of full '.flows[0].unique')" '5 2000'
	says 'and it says so' "$lab/full.err" "^ptprobe-capture: .*no space left"
else
	skip 'a disk that gets full is 5, and the measurement goes on' 'no file systems can be mounted'
fi
tries "$capture" -i eth0 --wait 100ms -o /dev/full
equal 'a result that can not be written is 5' "$status" 5
tries "$capture" -i eth0 -w "$lab/no/such/folder"
equal 'a file that can not be opened is 5 at once' "$status" 5

# What the user can't have.
tries "$capture" -i any
equal "'any' is refused" "$status" 2
tries "$capture" -i nosuch
equal 'no such interface' "$status" 4
says 'there are' "$lab/try.err" "no such interface 'nosuch': there are: .*eth0"
tries setpriv --inh-caps=-all --bounding-set=-all "$capture" -i eth0
equal 'without CAP_NET_RAW' "$status" 4
says 'it says what it takes' "$lab/try.err" 'CAP_NET_RAW: run as root'
tries "$capture" -i eth0 udp prot 5
equal 'a filter that is none' "$status" 2
says 'it says whose language it is' "$lab/try.err" 'pcap-filter'
tries "$capture" -r "$lab/nosuch"
equal 'no such file' "$status" 4
tries "$capture" -r "$capture"
equal 'a file that is no capture' "$status" 2
says 'it says which' "$lab/try.err" "^ptprobe-capture: '.*ptprobe-capture': "

# A file is read without rights as well.
mkfifo "$lab/pipe"
exec 9<>"$lab/pipe"
"$capture" -r "$lab/pipe" -J 9>&- >"$lab/piped.out" 2>&1 &
pid=$!
wait_for 10 is_confined
claim 'a file is read without rights' is_confined
kill -TERM $pid
claim 'and a pipe that is silent can be left' wait_for 5 lab_has_ended $pid
exec 9>&-

lab_capture gone receiver -J -L 200ms
on receiver ip link delete eth0
lab_join gone
equal 'an interface that is deleted ends it, inconclusive' \
	"$status $(of gone '"\(.capture.complete) \(.verdict.result)"')" '3 false inconclusive'
says 'and it says so' "$lab/gone.out" 'is gone'
lab_done
