#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# -A and --fifo: the process is where it was told to be, or says why it can't.
# a function is called by name
# shellcheck disable=SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_begin bridge

# status_of FIELD: of the process $pid
status_of() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid/status"
}

# policy: priority and policy of the process $pid (proc(5): fields 40 and 41); the name may hold
# anything up to its last parenthesis
policy() {
	sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 38,39
}

# refused NAME OPTION...: the tool doesn't start: 4, and one line in $lab/NAME.err
refused() {
	lab_name=$1
	shift
	status=0
	on receiver "$@" -q >"$lab/$lab_name.out" 2>"$lab/$lab_name.err" || status=$?
	equal "$lab_name: status 4" "$status" 4
	equal "$lab_name: one line says why" "$(wc -l <"$lab/$lab_name.err")" 1
}

cpus=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status)
last=${cpus##*[,-]}

lab_listen placed -J -I 0 -L 200ms -A "$last"
lab_receiver placed
equal "recv: -A $last binds it" "$(status_of Cpus_allowed_list)" "$last"
lab_send_start placed -J -I 0 -t 300s -A "$cpus"
lab_sender placed
wait_for 10 quietly grep -q run "$lab/placed.send" || lab_fail "the sender doesn't start"
equal "send: -A $cpus leaves it there" "$(status_of Cpus_allowed_list)" "$cpus"
equal 'send: without --fifo it is an ordinary task' "$(policy)" '0 0'
kill -TERM "$pid"
lab_sent placed
lab_join placed
equal 'recv: status 0' "$status" 0
equal 'recv: the report says where it ran' "$(of placed '.placement | tojson')" \
	"{\"cpus\":\"$last\",\"fifo\":null}"
equal 'send: the report says where it ran' \
	"$(sed -n '/^{/,$p' "$lab/placed.send" | jq -c .placement)" \
	"{\"cpus\":\"$cpus\",\"fifo\":null}"

# taskset's choice isn't a cpuset's: it can be undone
lab_bound=$(taskset -c "${cpus%%[,-]*}" "$lab_build/ptprobe-recv" -i lo -q -J -W 1ms -A "$last" |
	jq -r .placement.cpus)
equal 'recv: -A reaches beyond an inherited mask' "$lab_bound" "$last"

for tool in send recv; do
	refused "$tool" "$lab_build/ptprobe-$tool" -i eth0 -A "$last,8191"
	says "$tool: the CPU that it may not have is named, and those that it may" \
		"$lab/$tool.err" "^ptprobe-$tool: cpu 8191: this process may run on $cpus only: "
done

for tool in send recv; do
	# a root without that privilege, whose command gets no further one
	refused "$tool" prlimit --rtprio=0 setpriv --bounding-set=-sys_nice --inh-caps=-sys_nice \
		"$lab_build/ptprobe-$tool" -i eth0 --fifo 11
	says "$tool: --fifo that isn't permitted names what it needs" "$lab/$tool.err" \
		"^ptprobe-$tool: SCHED_FIFO 11: .*: needs CAP_SYS_NICE or a higher 'ulimit -r' \(0\)"
done

if ! chrt -f 11 true 2>/dev/null; then
	skip 'the claims about --fifo where it is permitted' 'needs CAP_SYS_NICE'
	lab_done
fi

lab_listen fifo -J -I 0 -L 200ms --fifo 11
lab_receiver fifo
equal 'recv: --fifo 11 is its class' "$(policy)" '11 1'
lab_send_start fifo -J -I 0 -t 300s -r max --allow-rate max -l 64 --fifo 11 -A "$last"
lab_sender fifo
sent_much() {
	# the kernel's own 50 ms come once a second
	[ "$(status_of voluntary_ctxt_switches)" -gt 100 ]
}
wait_for 10 quietly grep -q run "$lab/fifo.send" || lab_fail "the sender doesn't start"
equal 'send: --fifo 11 is its class' "$(policy)" '11 1'
claim 'send: at the highest rate it rests by itself, before the kernel makes it' \
	wait_for 3 sent_much
kill -TERM "$pid"
lab_sent fifo
lab_join fifo
equal 'recv: the report says so' "$(of fifo '.placement | tojson')" '{"cpus":null,"fifo":11}'
lab_done
