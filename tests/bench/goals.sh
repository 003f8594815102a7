# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# The measurements, each followed by the goals that it judges. Sourced by bench.sh.
# shellcheck disable=SC2154 # set in bench.sh, net.sh and tools.sh

frame_overhead_bytes=42 # Ethernet, IPv4, UDP
headroom=0.9            # seconds of sending around the window

has_arrived()
{
	read_counters
	[ $((wire_bytes - bytes_before)) -gt 100000 ]
}

# True once nothing more has been taken in for 50 ms.
has_settled()
{
	local before=$udp_in

	pause 0.05
	read_counters
	[ "$udp_in" -eq "$before" ]
}

# Datagrams that the counters' bytes carried: UDP offload hands over many in one.
carried()
{
	echo $((($1 - $2 * frame_overhead_bytes) / 64))
}

# What the receiver itself counted, ENDs included; for the bursts, which the kernel counts as one.
received_by_tool()
{
	case $1 in
	bare-gso) awk '{ print $2 }' "$work/receiver" ;;
	*) jq '([.flows[].unique] | add) + ([.flows[].ends // 0] | add)' "$work/recv.json" ;;
	esac
}

# User and system time of the children that have ended, ms. A receiver still running isn't among them.
read_children_ms()
{
	local user system

	times >"$work/times"
	{
		read -r _
		read -r user system
	} <"$work/times"
	children_ms=$(($(to_ms "$user") + $(to_ms "$system")))
}

# 1m02.345s, as times prints it
to_ms()
{
	local minutes=${1%%m*} seconds=${1#*m}

	seconds=${seconds%s}
	seconds=${seconds/[.,]/}
	echo $((minutes * 60000 + 10#$seconds))
}

# One repetition: start both ends, count a window in the middle of the run, and the loss over all of it.
peak_once()
{
	local tool=$1 offload=false in_before out_before bytes_before packets_before
	local start_in start_bytes start_packets start_us rate sent received children_ms before_ms

	case $tool in
	*-offload | bare-gso) offload=true ;;
	esac
	start_receiver "$tool" || return 0
	read_counters
	in_before=$udp_in out_before=$udp_out bytes_before=$wire_bytes packets_before=$wire_packets
	read_children_ms
	before_ms=$children_ms
	start_sender "$tool" max "$(jq -n "$window + $headroom")"
	if ! await 5 has_arrived; then
		note "$tool: nothing arrived: $(tail -n 1 "$work/sender")"
		stop "$sender_job"
		stop "$receiver_job"
		return 0
	fi
	pause 0.25
	read_counters
	start_in=$udp_in start_bytes=$wire_bytes start_packets=$wire_packets start_us=$counters_us
	pause "$window"
	read_counters
	if $offload; then
		rate=$(carried $((wire_bytes - start_bytes)) $((wire_packets - start_packets)))
	else
		rate=$((udp_in - start_in))
	fi
	rate=$((rate * 1000000 / (counters_us - start_us)))
	stop "$sender_job" 8
	read_children_ms
	await 2 has_settled || true
	stop "$receiver_job" $(($(ends_by_itself "$tool") * 4))
	read_counters
	if $offload; then
		sent=$(carried $((wire_bytes - bytes_before)) $((wire_packets - packets_before)))
		received=$(received_by_tool "$tool")
	else
		sent=$((udp_out - out_before)) received=$((udp_in - in_before))
	fi
	run peak "$tool" pps "$rate" lost "$((sent - received))" sent "$sent" sender_cpu_ns \
		"$(((children_ms - before_ms) * 1000000 / (sent > 0 ? sent : 1)))"
}

ends_by_itself()
{
	case $1 in
	ptprobe* | bare*) echo 1 ;;
	*) echo 0 ;;
	esac
}

peak()
{
	local tools=("${peers[@]}") multicast=() tool best_peer rate

	if wanted P1; then
		tools=(ptprobe bare-sendmmsg bare-sendto "${tools[@]}")
	fi
	if wanted P2; then
		tools+=(ptprobe-offload bare-gso)
	fi
	for ((i = 1; i <= repetitions; i++)); do
		progress "peak, repetition $i of $repetitions"
		for tool in "${tools[@]}"; do
			peak_once "$tool"
		done
	done
	for tool in "${peers[@]}"; do
		if [ "$tool" != iperf3 ]; then
			multicast+=("$tool")
		fi
	done
	if wanted P1; then
		rate=$(median peak ptprobe)
		judge P1 "peak: against the best multicast peer" \
			"$(ratio "$rate" "$(best peak max value "${multicast[@]}")")" at_least 1.25
		judge P1 "peak: against iperf3 (unicast)" \
			"$(ratio "$rate" "$(median peak iperf3)")" at_least 1.05
		judge P1 "peak: against bare sendmmsg + recvmmsg" \
			"$(ratio "$rate" "$(median peak bare-sendmmsg)")" at_least 0.95
		judge P1 "peak: lost, median run" "$(median peak ptprobe lost)" at_most 0 probes
	fi
	if wanted P2; then
		rate=$(median peak ptprobe-offload)
		best_peer=$(best peak max value "${peers[@]}")
		judge P2 "offload: against the best peer" "$(ratio "$rate" "$best_peer")" at_least 10
		judge P2 "offload: against bare GSO + GRO" \
			"$(ratio "$rate" "$(median peak bare-gso)")" at_least 0.7
		judge P2 "offload: lost, median run" "$(median peak ptprobe-offload lost)" at_most 0 probes
	fi
}

is_tapping()
{
	grep -q listening "$work/tap.log" 2>/dev/null
}

# One repetition of one tool at one rate, seen by the tap.
spacing_once()
{
	local tool=$1 rate=$2 tap_job count p50 p99 max ppm drops

	: >"$work/tap.log"
	"${limit[@]}" taskset -c 1 "$build/tests/bench/spacing" -i r0 -p "$port" -r "$rate" -s 0.6 \
		-t "$spacing_window" >"$work/tap" 2>"$work/tap.log" &
	tap_job=$!
	await 2 is_tapping || true
	start_receiver "$tool" || return 0
	start_sender "$tool" "$rate" "$(jq -n "$spacing_window + 1")"
	if wait "$tap_job"; then
		read -r count p50 p99 max ppm drops <"$work/tap"
		run "spacing at $rate pps" "$tool" "ns p50" "$p50" p99 "$p99" max "$max" ppm "$ppm" \
			ppm_off "${ppm#-}" count "$count" tap_drops "$drops"
	else
		note "$tool at $rate pps: $(tail -n 1 "$work/tap.log")"
	fi
	# the second signal ends those who would say goodbye to the first
	kill -TERM "$sender_job" "$receiver_job" 2>/dev/null || true
	pause 0.02
	stop "$sender_job"
	stop "$receiver_job"
}

spacing()
{
	local tools=(ptprobe) tool rate topic p50

	for tool in "${peers[@]}"; do
		# mgen is a peer in load; sockperf is no goal's measure here, and takes 2 s to start
		if [ "$tool" != mgen ] && ! { $quick && [ "$tool" = sockperf ]; }; then
			tools+=("$tool")
		fi
	done
	for ((i = 1; i <= repetitions; i++)); do
		progress "spacing, repetition $i of $repetitions"
		for rate in 1000 10000 100000; do
			for tool in "${tools[@]}"; do
				spacing_once "$tool" "$rate"
			done
		done
	done
	for rate in 1000 10000 100000; do
		topic="spacing at $rate pps"
		p50=$(median "$topic" ptprobe)
		for tool in iperf iperf3; do
			judge P3 "$rate pps: p50 error against $tool's" \
				"$(ratio "$p50" "$(median "$topic" "$tool")")" at_most 0.2
		done
		judge P3 "$rate pps: p99 error against the better of them" \
			"$(ratio "$(median "$topic" ptprobe p99)" \
				"$(best "$topic" min p99 iperf iperf3)")" at_most 1
		judge P3 "$rate pps: rate off by" "$(median "$topic" ptprobe ppm_off)" at_most 10 ppm
	done
}

core()
{
	local weeks=$repetitions

	if $quick; then
		weeks=1
	fi
	progress "core"
	for ((i = 1; i <= repetitions; i++)); do
		run core "a probe" ns "$(taskset -c 1 "$build/tests/bench/core_cost" probe "$probes")"
		run core "a PTP message" ns \
			"$(taskset -c 1 "$build/tests/bench/health_cost" "$probes")"
	done
	for ((i = 1; i <= weeks; i++)); do
		run core "a week at 128 pps" s "$(taskset -c 1 "$build/tests/bench/core_cost" week)"
	done
	judge P4 "core: a probe" "$(median core "a probe")" at_most 60 ns
	judge P4 "core: a PTP message" "$(median core "a PTP message")" at_most 150 ns
	judge P4 "core: a simulated week at 128 pps" "$(median core "a week at 128 pps")" at_most 5 s
}

high_water_kb()
{
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$1/status"
}

# Starts a receiver whose process id is receiver_job, so that its memory can be read.
start_plain_receiver()
{
	taskset -c 1 "$build/ptprobe-recv" -i r0 -q -J -o "$work/recv.json" "$group:$port" \
		>"$work/receiver" 2>&1 &
	receiver_job=$!
	await 5 has_joined
}

memory()
{
	local early late

	progress "memory, $memory_late s"
	start_plain_receiver
	start_sender ptprobe 10000 "$((memory_late + 1))"
	pause 0.5
	run memory "1 flow, start" kB "$(high_water_kb "$receiver_job")"
	pause "$((memory_early - 1)).5"
	early=$(high_water_kb "$receiver_job")
	run memory "1 flow, $memory_early s" kB "$early"
	pause "$((memory_late - memory_early))"
	late=$(high_water_kb "$receiver_job")
	run memory "1 flow, $memory_late s" kB "$late"
	stop "$sender_job" 5
	stop "$receiver_job" 4

	start_plain_receiver
	there "${limit[@]}" taskset -c 0 "$build/tests/bench/many_flows" 1024 5 s0 "$group" "$port" \
		>"$work/flows"
	run memory "1,024 flows" kB "$(high_water_kb "$receiver_job")" probes_each \
		"$(awk '{ print $2 }' "$work/flows")"
	stop "$receiver_job"
	run memory "1,024 flows, heard" flows "$(jq '.flows | length' "$work/recv.json" || echo 0)"
	judge P5 "receiver with one flow" "$late" at_most 16384 kB
	judge P5 "growth from $memory_early to $memory_late s" "$((late - early))" at_most 256 kB
	judge P5 "receiver with 1,024 flows" "$(median memory "1,024 flows")" at_most 98304 kB
	judge P5 "flows told apart" "$(median memory "1,024 flows, heard")" at_least 1024 flows
}

scripts()
{
	local us ends

	progress "scripts"
	for ((i = 1; i <= joins; i++)); do
		us=$(taskset -c 0 "$build/tests/bench/join_time" "$group" "$(command -v taskset)" -c 1 \
			"$build/ptprobe-recv" -i r0 -q -J -o /dev/null "$group:$port")
		run scripts "exec to joined" us "$us"
	done
	for ((i = 1; i <= exits; i++)); do
		rm -f "$work/exit"
		"${limit[@]}" "$build/tests/bench/exit_time" r0 "$build/ptprobe-recv" -i r0 -q -J \
			-o /dev/null -L 200ms "$group:$port" >"$work/exit" &
		receiver_job=$!
		await 5 has_joined
		there "${limit[@]}" "$build/ptprobe-send" -i s0 -r 1000 -c 500 -q -J -o /dev/null \
			"$group:$port" || true
		wait "$receiver_job" || true
		if read -r us ends <"$work/exit"; then
			run scripts "last END to exit" us "$us" ends "$ends"
		fi
	done
	judge P10 "exec to joined" "$(median scripts "exec to joined")" at_most 5000 us
	judge P10 "last END to exit, --lost-after 200ms" "$(median scripts "last END to exit")" \
		at_most 300000 us
}
