#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Output that cannot be written ends with status 5, never with a pass; the run goes on to its end.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

# receiver NAME SHELL-REDIRECTION ARGUMENTS...: a receiver whose stdout is what the redirection says
receiver() {
	name=$1
	redirection=$2
	shift 2
	: >"$lab/$name.err"
	background receiver sh -c 'redirection=$1; shift; eval "exec \"\$@\" $redirection"' sh \
		"$redirection" "$lab_build/ptprobe-recv" -i eth0 -L 200ms "$@" 2>"$lab/$name.err"
	eval "lab_receiver_$name=$!"
	wait_for 10 lab_listens "$name" || lab_fail "receiver $name doesn't listen"
}

lab_begin relay
lab_relay ''
receiver full '>/dev/full' -J
receiver full_text '>/dev/full'
receiver full_stream '>/dev/full' --json-stream -I 100ms
receiver full_file '>/dev/null' -J -o /dev/full
receiver closed '>&-' -J
mkfifo "$lab/pipe"
# the reader is gone after the first line
head -n 1 <"$lab/pipe" >"$lab/head.out" &
receiver pipe ">'$lab/pipe'" --json-stream -I 50ms
receiver good '>/dev/null' -J
lab_send 239.255.31.9 -c 400 -r 1000
for name in full full_text full_stream full_file closed pipe; do
	lab_join $name
	equal "$name: status 5" "$status" 5
done
says 'a full disk is named as the reason' "$lab/full.err" '[Nn]o space left on device'
says 'and the file that it was' "$lab/full_file.err" '/dev/full'
status=0
on receiver "$lab_build/ptprobe-recv" -i eth0 --prom /nonesuch/metrics.prom 2>"$lab/missing.err" ||
	status=$?
equal 'a file in a folder that is missing: status 5, before anything is measured' "$status" 5
says 'and it is named' "$lab/missing.err" '/nonesuch/metrics.prom'
status=0
on receiver "$lab_build/ptprobe-recv" -i eth0 --prom "$lab" 2>"$lab/folder.err" || status=$?
equal 'a folder in place of a file: status 5, before anything is measured' "$status" 5
mkfifo "$lab/metrics"
cat "$lab/metrics" >"$lab/metrics.out" &
reader=$!
on receiver "$lab_build/ptprobe-recv" -i eth0 -q -W 10ms --prom "$lab/metrics" >/dev/null
claim 'metrics for a pipe: it stays one' [ -p "$lab/metrics" ]
wait "$reader"
says 'and takes them' "$lab/metrics.out" '^ptprobe_verdict'
claim 'a broken pipe is no matter of complaint' \
	sh -c "! grep -iq 'pipe' '$lab/pipe.err'"
claim 'the line that the pipe took is whole' quietly jq -e .type "$lab/head.out"
lab_join good
equal 'what can be written is: status 0' "$status" 0
status=0
on sender "$lab_build/ptprobe-send" -i eth0 -c 10 -r 1000 -J >/dev/full 2>"$lab/send.err" ||
	status=$?
equal "the sender's report on a full disk: status 5" "$status" 5
lab_truth
lab_done
