# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# How each tool is asked for the same thing: 64-byte datagrams to one group, sender on CPU 0, receiver
# on CPU 1, 4 MiB of receive buffer where the tool has an option for it. Sourced by bench.sh.
# shellcheck disable=SC2154 # build, work, group, port, …_ip are set in bench.sh and net.sh
# jobs are read by the scripts that source this one
# shellcheck disable=SC2034

buffer_bytes=4194304
limit=(timeout -k 1 100) # nothing outlives its measurement by more

tools_find()
{
	local name package

	peers=()
	for name in iperf sockperf mgen iperf3; do
		package=$name
		if command -v "$name" >/dev/null; then
			peers+=("$name")
		else
			note "$name is missing, its rows too: apt-get install $package"
		fi
	done
	for name in ptprobe-send ptprobe-recv tests/bench/bare_send tests/bench/bare_recv \
		tests/bench/spacing tests/bench/core_cost tests/bench/many_flows tests/bench/health_cost \
		tests/bench/join_time tests/bench/exit_time; do
		if ! [ -x "$build/$name" ]; then
			echo "bench.sh: '$build/$name' is missing: run make bench, or name the build" \
				"directory by --build" >&2
			exit 4
		fi
	done
	if [ "$(nproc)" -lt 2 ]; then
		note "one CPU only: sender and receiver share it, no ratio means much"
	fi
}

# receiver_command TOOL: sets command
receiver_command()
{
	case $1 in
	ptprobe) command=("$build/ptprobe-recv" -i r0 -q -J -o "$work/recv.json" "$group:$port") ;;
	ptprobe-offload)
		command=("$build/ptprobe-recv" -i r0 -q --offload -J -o "$work/recv.json" "$group:$port")
		;;
	bare-sendto | bare-sendmmsg) command=("$build/tests/bench/bare_recv" -i r0 "$group" "$port") ;;
	bare-gso) command=("$build/tests/bench/bare_recv" -g -i r0 "$group" "$port") ;;
	iperf) command=(iperf -s -u -B "$group%r0" -p "$port" -l 64 -w "$buffer_bytes") ;;
	sockperf)
		command=(sockperf server -i "$group" -p "$port" --mc-rx-if "$receiver_ip"
			--dont-reply --buffer-size "$buffer_bytes")
		;;
	mgen)
		command=(mgen rxbuffer "$buffer_bytes" event "0.0 JOIN $group INTERFACE r0"
			event "0.0 LISTEN UDP $port" output /dev/null)
		;;
	iperf3) command=(iperf3 -s -1 -p "$port") ;;
	esac
}

# sender_command TOOL PPS|max SECONDS: sets command
sender_command()
{
	local tool=$1 rate=$2 seconds=$3 offload=() whole_seconds

	whole_seconds=$(jq -n "$seconds | ceil") # sockperf and iperf3 know no others
	case $tool in
	ptprobe | ptprobe-offload)
		if [ "$tool" = ptprobe-offload ]; then
			offload=(--offload)
		fi
		command=("$build/ptprobe-send" -i s0 "${offload[@]}" -r "$rate" --allow-rate max
			-t "${seconds}s" -J -o "$work/send.json" -q "$group:$port")
		;;
	bare-sendto) command=("$build/tests/bench/bare_send" -m sendto) ;;&
	bare-sendmmsg) command=("$build/tests/bench/bare_send" -m sendmmsg) ;;&
	bare-gso) command=("$build/tests/bench/bare_send" -m gso) ;;&
	bare-*) command+=(-i s0 -t "$seconds" "$group" "$port") ;;
	iperf)
		if [ "$rate" = max ]; then
			rate=100G
		else
			rate=${rate}pps
		fi
		command=(iperf -c "$group" -B "$sender_ip" -u -p "$port" -l 64 -T 1 -b "$rate"
			-t "$seconds")
		;;
	sockperf)
		command=(sockperf throughput -i "$group" -p "$port" --mc-tx-if "$sender_ip" --mc-ttl 1
			-m 64 --mps "$rate" -t "$whole_seconds")
		;;
	mgen)
		# never ends by itself, nor by SIGTERM while it floods; -1 is as fast as it goes
		command=(timeout -s KILL "$seconds" mgen interface s0 ttl 1 output /dev/null event
			"0.0 ON 1 UDP DST $group/$port PERIODIC [${rate/max/-1} 64]")
		;;
	iperf3)
		if [ "$rate" = max ]; then
			rate=0
		else
			rate=$((rate * 64 * 8))
		fi
		command=(iperf3 -c "$receiver_ip" -u -p "$port" -l 64 -b "$rate"
			-t "$whole_seconds" -w "$buffer_bytes")
		;;
	esac
}

# Starts the tool's receiver and waits until it listens.
start_receiver()
{
	local command=()

	rm -f "$work/recv.json"
	receiver_command "$1"
	"${limit[@]}" taskset -c 1 "${command[@]}" >"$work/receiver" 2>&1 &
	receiver_job=$!
	if [ "$1" = iperf3 ]; then
		await 5 is_listening
	else
		await 5 has_joined
	fi || {
		cat "$work/receiver" >&2
		return 1
	}
}

start_sender()
{
	local command=()

	sender_command "$@"
	nsenter -t "$sender_pid" -n "${limit[@]}" taskset -c 0 "${command[@]}" >"$work/sender" 2>&1 &
	sender_job=$!
}

is_gone()
{
	! kill -0 "$1" 2>/dev/null
}

# stop JOB [SECONDS]: lets it end by itself for so long, then ends it
stop()
{
	if [ "${2:-0}" -gt 0 ]; then
		await "$2" is_gone "$1" || note "still there after $2 s: $(jobs -l | grep -w "$1" || true)"
	fi
	kill -TERM "$1" 2>/dev/null || true
	await 3 is_gone "$1" || kill -KILL "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}
