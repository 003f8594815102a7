#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the tools may still do while they run: next to nothing, and yet all that a run needs.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

# the bit of CAP_NET_BIND_SERVICE
bind_service=0000000000000400

# status_of FIELD: of the process $pid
status_of() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid/status"
}

# The last thing that is given up.
is_confined() {
	if [ "$has_seccomp" = yes ]; then
		[ "$(status_of Seccomp)" = 2 ]
	else
		[ "$(status_of NoNewPrivs)" = 1 ] && [ "$(status_of CapPrm)" = "$1" ]
	fi
}

# confined NAME [CAPABILITIES]: of the process $pid
confined() {
	wait_for 10 is_confined "${2:-$none}" || lab_fail "$1 keeps its rights"
	equal "$1: CapPrm, CapEff, CapInh, CapAmb" "$(status_of CapPrm) $(status_of CapEff) $(
		status_of CapInh) $(status_of CapAmb)" "${2:-$none} ${2:-$none} $none $none"
	equal "$1: NoNewPrivs" "$(status_of NoNewPrivs)" 1
	if [ "$has_seccomp" = yes ]; then
		equal "$1: Seccomp" "$(status_of Seccomp)" 2
	else
		skip "$1: Seccomp" "$why_no_seccomp"
	fi
}

heard() {
	[ "$(jq -s 'map(select(.type == "interval") | .received) | add // 0' "$lab/$1.out")" -ge "$2" ]
}

none=0000000000000000
has_seccomp=yes
if grep -q '^S\["BASE_LDFLAGS"\]=.*sanitize' "$lab_build/config.status" 2>/dev/null; then
	has_seccomp=no
	why_no_seccomp='built with sanitizers'
elif ! grep -q '^Seccomp:' /proc/self/status; then
	has_seccomp=no
	why_no_seccomp='this kernel has none'
fi

lab_begin bridge

# So none of its variables can lead to a file of another's choice.
source=${0%/*}/../..
equal 'the environment is asked for the colour, and nothing else' \
	"$(grep -ohE '(getenv|exec[lv]p|system|popen) ?\([^)]*\)' "$source"/lib/*.c \
		"$source"/lib/host/*.c "$source"/mcast/*.c "$source"/capture/*.c | sort -u)" 'getenv("NO_COLOR")
getenv("TERM")'

lab_listen whole 239.255.31.9 --json-stream -I 100ms -L 200ms -o "$lab/whole.json" \
	--prom "$lab/whole.prom" --hgrm "$lab/whole.hgrm" -v
lab_receiver whole
confined recv
lab_send_start whole 239.255.31.9 -t 60s -r 1000 -J -I 0 -v
lab_sender whole
confined send
says 'recv -v says so' "$lab/whole.err" '^ptprobe-recv: gave up all capabilities, '
says 'send -v says so' "$lab/whole.send" '^ptprobe-send: gave up all capabilities, '
wait_for 10 grep -q '"received":[1-9]' "$lab/whole.json" || lab_fail 'nothing comes'
kill -USR1 "$pid"
claim 'send: SIGUSR1' wait_for 5 grep -q 'max slip' "$lab/whole.send"
lab_receiver whole
kill -USR1 "$pid"
claim 'recv: SIGUSR1' wait_for 5 grep -q received "$lab/whole.err"
lab_sender whole
kill -INT "$pid"
lab_sent whole
lab_join whole
equal 'recv: ends with 0' "$status" 0
claim 'send: no call that it needs was refused' \
	[ "$(grep -Eic 'not permitted|refused' "$lab/whole.send")" = 0 ]
claim 'recv: nor was one of its' [ "$(grep -Eic 'not permitted|refused' "$lab/whole.err")" = 0 ]
equal 'recv: -o has the whole report' \
	"$(jq -s 'last | .type == "report" and .flows[0].lost == 0' "$lab/whole.json")" true
says 'recv: --prom was written and renamed' "$lab/whole.prom" '^ptprobe_lost_probes_total\{.*\} 0$'
claim 'recv: and left nothing beside it' [ "$(echo "$lab"/whole.prom*)" = "$lab/whole.prom" ]
says 'recv: --hgrm was written' "$lab/whole.hgrm" '^ *Value +Percentile'
equal 'send: its report is whole' \
	"$(sed -n '/^{/,$p' "$lab/whole.send" | jq -r .verdict.result)" pass

# With a file that root may write only by privilege it ends at the start, not at the end.
mkdir "$lab/foreign"
if chown 1:1 "$lab/foreign" 2>/dev/null && chmod 755 "$lab/foreign"; then
	status=0
	on receiver timeout 10 "$lab_build/ptprobe-recv" -i eth0 -W 5s -q \
		--prom "$lab/foreign/a.prom" 2>"$lab/foreign.err" || status=$?
	equal "a folder that isn't root's: status 5" "$status" 5
	says 'and it says so at once' "$lab/foreign.err" "^ptprobe-recv: write '.*/a.prom': "
else
	skip 'a folder that is not ours' 'only one user here'
fi

# A port that takes a privilege can be bound again when the device was made anew; of a receive
# buffer beyond rmem_max nothing is left but the note.
lab_listen low 239.255.31.9:319 --json-stream -I 50ms -L 200ms
lab_receiver low
confined 'recv, port 319' $bind_service
lab_send_start low 239.255.31.9:319 -t 60s -r 1000
wait_for 10 heard low 1 || lab_fail 'nothing comes to port 319'
on receiver ip link delete eth0
lab_cable receiver
on relay ip link set to_receiver master middle
wait_for 10 lab_link_is_up receiver || lab_fail 'the new device does not come up'
was=$(jq -s 'map(select(.type == "interval") | .received) | add' "$lab/low.out")
claim 'recv, port 319: heard again on a device made anew' wait_for 3 heard low $((was + 1))
lab_sender low
kill -INT "$pid"
lab_sent low
lab_join low
equal 'recv, port 319: one flow, and its END' \
	"$(jq -s 'last | .flows | length == 1 and .[0].sent != null' "$lab/low.out")" true
if [ "$(cat /proc/sys/net/core/rmem_max)" -lt $((16 << 20)) ]; then
	equal 'recv: a receive buffer that is smaller than asked for is noted, from when on it is' \
		"$(jq -s 'last.notes | map(select(test("receive buffer"))) | length' \
			"$lab/low.out")" 1
fi
lab_done
