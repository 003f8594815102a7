#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# --stamp and --hwstamp where no card has a clock: what came is said, not what was asked for. With one:
# tests/guest/stamps.sh.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

# sends NAME ARGUMENTS...: ten probes; $status
sends() {
	lab_name=$1
	shift
	status=0
	on sender "$lab_build/ptprobe-send" -i eth0 -c 10 -r 200 -I 0 -J "$@" \
		>"$lab/$lab_name.out" 2>"$lab/$lab_name.err" || status=$?
}

lab_begin bridge

lab_listen heard 239.255.31.9 -J -I 0 -L 200ms
sends sent 239.255.31.9
lab_join heard
equal 'by default departures have the stamps of the kernel' \
	"$(of sent '.stamps | "\(.asked) \(.tx | tojson) \(.rx)"')" \
	'auto {"hardware":0,"software":10,"user":0,"missing":0} null'
equal 'and so have arrivals' "$(of heard '.stamps | "\(.asked) \(.rx | tojson) \(.tx)"')" \
	'auto {"hardware":0,"software":10,"user":0,"missing":0} null'
equal 'and none is missed' "$status $(of heard .verdict.result) $(of heard '.notes | length')" '0 pass 0'

lab_listen heard 239.255.31.9 -J -I 0 -L 200ms --stamp=hardware
sends sent 239.255.31.9 --stamp=hardware
equal 'send --stamp=hardware without a clock is inconclusive' \
	"$status $(of sent .verdict.result)" '3 inconclusive'
lab_join heard
equal 'and so is recv --stamp=hardware' "$status $(of heard .verdict.result)" '3 inconclusive'
equal 'send says that software came only' "$(of sent '.stamps.tx | tojson')" \
	'{"hardware":0,"software":10,"user":0,"missing":10}'
equal 'and recv' "$(of heard '.stamps.rx | tojson')" \
	'{"hardware":0,"software":10,"user":0,"missing":10}'
says 'send has a note of why' "$lab/sent.out" \
	"no hardware stamps: 'eth0' has no clock that stamps departures: .*: software stamps were taken"
says 'and recv' "$lab/heard.out" \
	"no hardware stamps: 'eth0' has no clock that stamps arrivals: .*: software stamps were taken"
equal 'no probe is lost for that' "$(of heard '.flows[0] | "\(.received) \(.lost)"')" '10 0'

lab_listen heard 239.255.31.9 -J -I 0 -L 200ms --stamp=user
sends sent 239.255.31.9 --stamp=user
lab_join heard
equal 'send --stamp=user asks for none' "$(of sent '.stamps.tx | tojson')" \
	'{"hardware":0,"software":0,"user":10,"missing":0}'
equal 'and recv' "$(of heard '.stamps.rx | tojson')" \
	'{"hardware":0,"software":0,"user":10,"missing":0}'
equal 'which both pass' "$status $(of sent .verdict.result) $(of heard .verdict.result)" '0 pass pass'
equal 'the delay is from reading to reading' \
	"$(of heard '.flows[0].delay | "\(.source) \(.receive_source)"')" 'user user'

lab_listen heard 239.255.31.9 -J -I 0 -L 200ms --stamp=software
sends sent 239.255.31.9 --stamp=software
lab_join heard
equal '--stamp=software is from kernel to kernel' \
	"$(of heard '.flows[0].delay | "\(.source) \(.receive_source)"')" 'software software'

sends sent 239.255.31.9 --hwstamp
equal 'send --hwstamp without a clock: status 4' "$status" 4
says 'with the remedy' "$lab/sent.err" \
	"^ptprobe-send: 'eth0' can't stamp departures in hardware: .*: leave --hwstamp out, or take another NIC"
status=0
on receiver "$lab_build/ptprobe-recv" -i eth0 --hwstamp -W 1s >"$lab/heard.out" 2>"$lab/heard.err" ||
	status=$?
equal 'recv --hwstamp: status 4' "$status" 4
says 'with the remedy, too' "$lab/heard.err" \
	"^ptprobe-recv: 'eth0' can't stamp arrivals in hardware: .*: leave --hwstamp out, or take another NIC"

# contradicts PROGRAM WORDS ARGUMENTS...
contradicts() {
	lab_program=$1
	lab_words=$2
	shift 2
	status=0
	"$lab_build/$lab_program" "$@" >"$lab/contradiction.out" 2>"$lab/contradiction.err" || status=$?
	equal "$lab_program $*: status 2" "$status" 2
	says 'which says what to leave out' "$lab/contradiction.err" "^$lab_program: $lab_words"
}
contradicts ptprobe-send '--hwstamp sets up hardware stamps, .*leave one out' -i eth0 --hwstamp --stamp=user
contradicts ptprobe-recv '--hwstamp sets up hardware stamps, .*leave one out' -i eth0 --hwstamp \
	--stamp=software
contradicts ptprobe-send '--hwstamp changes a NIC .*name it with -i' --hwstamp
contradicts ptprobe-recv '--hwstamp changes a NIC .*name it with -i' --hwstamp
contradicts ptprobe-send '--offload takes bursts .*leave it or hardware stamps out' --offload \
	--stamp=hardware
lab_done
