#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the witness at the receiver's wire sees is what the receiver gets and what the relay did; and
# so it is in files, whoever wrote them.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

# begins PROGRAM FILE ARGUMENTS...: another tool that captures to FILE; "lacks" when it isn't here
begins() {
	name=${1##*/}
	command -v "$1" >/dev/null || {
		eval "pid_$name="
		return
	}
	file=$2
	shift 2
	background receiver "$name" -i eth0 -w "$file" "$@" >"$lab/$name.err" 2>&1
	eval "pid_$name=$!"
	# a frame a time, until one is in the file
	wait_for 20 captures "$file" || lab_fail "$name captures nothing"
}

captures() {
	# the host tells its neighbours of an address that comes
	on sender ip address add fd31::77/64 dev eth0 nodad 2>/dev/null
	on sender ip address delete fd31::77/64 dev eth0 2>/dev/null
	[ -s "$1" ] && [ "$(wc -c <"$1")" -gt 500 ]
}

# libpcap hands frames over when it has many, or after a while
holds_the_end() {
	"$lab_build/ptprobe-capture" -q -J -L 200ms -r "$1" 2>/dev/null |
		quietly jq -es 'last.flows[0].state == "ended"'
}

# ends PROGRAM FILE
ends() {
	eval "pid=\$pid_$1"
	[ -z "$pid" ] || {
		wait_for 10 holds_the_end "$2" || lab_fail "$1's file lacks the end"
		kill -TERM "$pid"
		lab_reap "$1" "$pid"
	}
}

# is_read FILE WRITER: it gives the same numbers
is_read() {
	if [ ! -s "$lab/$1" ]; then
		skip "$2's file" "$2 is not installed"
		return
	fi
	lab_read "$2" "$lab/$1" -L 200ms
	equal "$2's file: status" "$status" 0
	is_true "$2's file is the truth" "$2"
	equal "$2's file tells nothing of sides" "$(of "$2" '.flows[].side')" null
}

lab_needs_capture
lab_begin relay
lab_relay '
drop 50-1950/100
duplicate 21-1981/98
duplicate 500 x7
swap 33-1923/90
hold 1950 20
corrupt 13-1913/100
delay 700-720 8ms
'
mkdir "$lab/tcpdump"
chmod 777 "$lab" "$lab/tcpdump"
begins tcpdump "$lab/tcpdump/file" -U --time-stamp-precision=nano
begins dumpcap "$lab/dumpcap.file" -q
begins tshark "$lab/tshark.file" -q
lab_capture sent sender -J -L 200ms -Q in
lab_capture tap receiver -J -L 200ms -w "$lab/own.pcapng"
lab_capture source sender -J -L 200ms
lab_listen recv 239.255.31.9 -J -L 200ms
lab_send 239.255.31.9 -c 2000 -r 1000
lab_join recv
lab_join tap
equal 'the capture ends by itself, and passes' "$status" 0
lab_join source
lab_stop sent
ends tcpdump "$lab/tcpdump/file"
ends dumpcap "$lab/dumpcap.file"
ends tshark "$lab/tshark.file"
lab_truth
[ ! -s "$lab/tcpdump/file" ] || mv "$lab/tcpdump/file" "$lab/tcpdump.file"

is_true 'the receiver has the truth' recv
is_true "the capture on the receiver's wire has the truth" tap
equal 'it saw it at the receiver' "$(of tap '.flows[].side')" receiver
equal 'loss patterns and reordering are those of the receiver as well' \
	"$(of tap '.flows[0] | .loss, .reorder | del(.longest_outage_ns, .max_late_ns)')" \
	"$(of recv '.flows[0] | .loss, .reorder | del(.longest_outage_ns, .max_late_ns)')"
equal 'its books: received = dropped + delivered, and it is complete' \
	"$(of tap '.capture | "\(.received - .frames) \(.dropped) \(.residue) \(.complete)"')" \
	'0 0 0 true'
equal 'what the device missed is told, as its counter has it' \
	"$(of tap '.capture.interface_dropped, (.evidence | .after["link.rx_missed_errors"] -
		.before["link.rx_missed_errors"])')" "$(printf '0\n0')"
equal 'no more was taken from the kernel than what held a probe' \
	"$(of tap '.capture.frames - .flows[0].frames < 100')" true
claim 'its stamps lie between start and end' [ "$(of tap \
	'.start_ns <= .flows[0].first_frame_ns and .flows[0].first_frame_ns < .flows[0].last_frame_ns and
		.flows[0].last_frame_ns <= .end_ns')" = true ]
equal "at the sender's wire nothing was lost" \
	"$(of source '.flows[0] | "\(.sent) \(.unique) \(.lost) \(.side)"')" '2000 2000 0 sender'
equal 'which -Q in leaves out' "$(of sent '.flows | length')" 0

# on a machine with other work a departure may come as late as it is waited for: live a moment too
# late, by the file's own time a moment before
variation='.flows[0] | (.pdv, .ipdv | del(.mean_ns, .stddev_ns, .abs_mean_ns))'
# and lateness is told, live, by a clock whose distance from that of the stamps is measured each turn
late='.flows[0].reorder.max_late_ns'
means='[.flows[0] | .pdv.mean_ns, .pdv.stddev_ns, .ipdv.abs_mean_ns]'
lab_read own "$lab/own.pcapng" -L 200ms
equal 'our own file: status' "$status" 0
is_true 'our own file is the truth' own
equal 'in a file nothing tells what the device missed' "$(of own .capture.interface_dropped)" null
equal 'it is known to be complete' "$(of own '.capture | "\(.complete) \(.dropped)"')" 'true 0'
equal 'delay variation in the file is that on the wire, to the nanosecond' \
	"$(of own "$variation")" "$(of tap "$variation")"
claim 'and its means, but for what one departure more or less that came too late can do' \
	jq -en --argjson own "$(of own "$means")" --argjson tap "$(of tap "$means")" \
	'[$own, $tap] | transpose | all(.[]; (.[0] - .[1] | fabs) <= 1 + 1e-3 * (.[1] | fabs))'
late_by=$(($(of own "$late") - $(of tap "$late")))
claim 'how late the latest came is the same within a microsecond' [ "${late_by#-}" -le 1000 ]
frames=$(of tap .capture.written.frames)
equal 'as many frames as were written' "$(of own .capture.frames)" "$frames"
equal 'and written is what held probes' "$(of tap '.flows[0].frames')" "$frames"
lab_read piped - -L 200ms <"$lab/own.pcapng"
is_true 'read from standard input it is the same' piped
lab_read cut "$lab/own.pcapng" -L 200ms -c 500
equal '-c ends the reading' "$(of cut '.flows[0] | .received + .corrupt - .corrupt')" 500

is_read tcpdump.file tcpdump
is_read dumpcap.file dumpcap
is_read tshark.file tshark
if [ -s "$lab/tcpdump.file" ]; then
	equal 'whether a pcap file is complete, nothing tells' \
		"$(of tcpdump '.capture | "\(.complete) \(.dropped)"')" 'null null'
	claim 'and a note says so' [ "$(of tcpdump '.notes | length')" -ge 1 ]
	equal 'a filter chooses among its frames' "$(
		lab_read other "$lab/tcpdump.file" udp port 5000
		of other '.flows | length')" 0
	lab_read half "$lab/tcpdump.file" -w "$lab/half.pcapng" udp port 31900
	lab_read again "$lab/half.pcapng" -L 200ms
	is_true 'what is written of a file is the same measurement' again
fi
if command -v tshark >/dev/null; then
	equal 'tshark finds as many frames in our file' \
		"$(tshark -r "$lab/own.pcapng" 2>/dev/null | wc -l)" "$frames"
else
	skip 'tshark finds as many frames in our file' 'tshark is not installed'
fi
if command -v tcpdump >/dev/null; then
	equal 'and so does tcpdump' "$(tcpdump -nr "$lab/own.pcapng" 2>/dev/null | wc -l)" "$frames"
else
	skip 'and so does tcpdump' 'tcpdump is not installed'
fi
if command -v capinfos >/dev/null; then
	says 'and capinfos' "$(capinfos -Mc "$lab/own.pcapng" >"$lab/capinfos" 2>&1
		echo "$lab/capinfos")" "packets: *$frames\$"
	capinfos "$lab/own.pcapng" >"$lab/capinfos" 2>&1
	says 'which finds the run id in it' "$lab/capinfos" "run_id $(of tap '.flows[0].run_id')"
else
	skip 'and capinfos' 'capinfos is not installed'
	skip 'which finds the run id in it' 'capinfos is not installed'
fi
head -c 100000 "$lab/own.pcapng" >"$lab/short.pcapng"
lab_read short "$lab/short.pcapng" -L 200ms
equal 'a file that is cut short is inconclusive, and its beginning is measured' "$status $(of short \
	'"\(.capture.truncated) \(.capture.complete) \(.flows[0].unique > 500)"')" '3 true false true'
lab_done
