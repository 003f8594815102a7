# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# The PTP monitor: on a file beside tshark with the same fields, and live at more messages than any
# profile sends. Sourced by bench.sh.
# shellcheck disable=SC2154 # build, work, quick and repetitions are set in bench.sh

# What ptprobe-ptp reads of every message as well.
ptp_fields=(-e frame.time_epoch -e eth.src -e ip.src -e ip.dst -e ip.ttl -e ip.dsfield.dscp
	-e ptp.v2.messagetype -e ptp.v2.domainnumber -e ptp.v2.flags -e ptp.v2.correction.ns
	-e ptp.v2.clockidentity -e ptp.v2.sourceportid -e ptp.v2.sequenceid
	-e ptp.v2.logmessageperiod -e ptp.v2.an.grandmasterclockidentity
	-e ptp.v2.an.localstepsremoved -e ptp.v2.fu.preciseorigintimestamp.seconds
	-e ptp.v2.fu.preciseorigintimestamp.nanoseconds)

ptp_files()
{
	local syncs=242424 share=10

	# a million messages; a tenth of them for tshark
	"$build/tests/bench/make_ptp" -n "$syncs" -i -7 -j 20000 "$work/ptp.pcap" >/dev/null
	"$build/tests/bench/make_ptp" -n $((syncs / share)) -i -7 -j 20000 "$work/some.pcap" \
		>/dev/null
	for ((i = 1; i <= repetitions; i++)); do
		progress "PTP files, repetition $i of $repetitions"
		run "PTP files" "ptprobe-ptp, 1,000,000" s \
			"$(seconds_of "$build/ptprobe-ptp" -r "$work/ptp.pcap" -J -I 0)"
		if [ "$i" -le 2 ] && command -v tshark >/dev/null; then
			run "PTP files" "tshark -T fields, 100,000" s \
				"$(seconds_of tshark -r "$work/some.pcap" -n -T fields "${ptp_fields[@]}")"
		fi
	done
	rm -f "$work/ptp.pcap" "$work/some.pcap"
	judge P12 "ptprobe-ptp -r: speed against tshark with fields, by message" \
		"$(ratio "$(median "PTP files" "tshark -T fields, 100,000")" \
			"$(jq -n "$(median "PTP files" "ptprobe-ptp, 1,000,000") / $share")")" at_least 50
}

is_monitoring()
{
	grep -q 'listening on' "$work/monitor" 2>/dev/null
}

ptp_live_once()
{
	local seconds=$1 monitor_job begin_us cpu_ns frames

	: >"$work/monitor"
	timeout -k 20 100 taskset -c 1 "$build/ptprobe-ptp" -i r0 -J -o "$work/monitor.json" -I 0 \
		2>"$work/monitor" &
	monitor_job=$!
	if ! await 5 is_monitoring; then
		note "ptprobe-ptp: $(tail -n 1 "$work/monitor")"
		stop "$monitor_job"
		return 0
	fi
	cpu_ns=$(cpu_ns_of "$monitor_job")
	begin_us=${EPOCHREALTIME/[.,]/}
	there timeout 60 taskset -c 0 "$build/tests/bench/replay" s0 "$work/live.pcap" >"$work/replayed"
	pause 0.2
	cpu_ns=$(($(cpu_ns_of "$monitor_job") - cpu_ns))
	kill -INT "$monitor_job"
	wait "$monitor_job" || true
	read -r frames _ <"$work/replayed"
	run "PTP live" "ptprobe-ptp" "% of a core" \
		"$(jq -n "$cpu_ns / 10 / (${EPOCHREALTIME/[.,]/} - $begin_us)")" \
		messages "$(jq .counts.messages "$work/monitor.json")" sent "$frames" \
		dropped "$(jq .own_drops "$work/monitor.json")" seconds "$seconds"
}

ptp_live()
{
	local seconds=10

	if $quick; then
		seconds=3
	fi
	# 4.125 messages with each of the 2,424 Syncs in a second
	"$build/tests/bench/make_ptp" -n $((seconds * 2424)) -p 412541 "$work/live.pcap" >/dev/null
	for ((i = 1; i <= (repetitions < 3 ? repetitions : 3); i++)); do
		progress "PTP live, repetition $i"
		ptp_live_once "$seconds"
	done
	rm -f "$work/live.pcap"
	judge P13 "live at 10,000 messages a second: CPU" "$(median "PTP live" "ptprobe-ptp")" \
		at_most 5 "% of a core"
	judge P13 "live at 10,000 messages a second: lost by the tap" \
		"$(median "PTP live" "ptprobe-ptp" dropped)" at_most 0 frames
}
