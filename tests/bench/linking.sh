# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# What it costs to load a link by ptprobe-link instead of iperf3, and to look at its counters. Sourced
# by bench.sh.
# shellcheck disable=SC2154 # build, work, repetitions and link_seconds are set in bench.sh

# load_once NAME: what arrives in a test of TCP, bit/s; sender on CPU 0, iperf3's server on CPU 1
load_once()
{
	local bps=

	case $1 in
	iperf3)
		there "${limit[@]}" taskset -c 0 iperf3 -c "$receiver_ip" -p "$port" -J \
			-t "$link_seconds" >"$work/load" || true
		bps=$(jq '.end.sum_received.bits_per_second // empty | round' "$work/load")
		;;
	ptprobe-link)
		# with all that it does by default: lines, and counters at both ends of the time
		there "${limit[@]}" taskset -c 0 "$build/ptprobe-link" -i s0 -p "$port" \
			-t "${link_seconds}s" --prom "$work/load.prom" "$receiver_ip" >"$work/load" || true
		bps=$(sed -n 's/^ptprobe_link_load_bits_per_second{.*at="receiver"} //p' "$work/load.prom" |
			jq round)
		;;
	esac
	if [ -n "$bps" ]; then
		run "loading a link" "$1" bit/s "$bps"
	else
		note "$1: no result: $(tail -n 1 "$work/load")"
	fi
}

# A veth shows some counters for each of its queues.
snapshot_cost()
{
	local counters us

	if ! ip link add many0 numtxqueues 64 numrxqueues 64 type veth peer name many1 \
		numtxqueues 64 numrxqueues 64; then
		note "no veth with 64 queues: its snapshot is not measured"
		return 0
	fi
	for ((i = 1; i <= repetitions; i++)); do
		read -r counters us < <("$build/tests/bench/snapshot_time" many0)
		run "a snapshot" "a card of 64 queues" us "$us" counters "$counters"
	done
	ip link delete many0
}

link_cost()
{
	if ! [ -x "$build/ptprobe-link" ]; then
		note "ptprobe-link was not built, its rows are missing too: install libiperf-dev"
	elif command -v iperf3 >/dev/null; then
		"${limit[@]}" taskset -c 1 iperf3 -s -p "$port" >"$work/receiver" 2>&1 &
		receiver_job=$!
		await 5 is_listening
		for ((i = 1; i <= 2 * repetitions; i++)); do
			progress "loading, pair $i of $((2 * repetitions))"
			if [ $((i % 2)) -eq 0 ]; then
				load_once iperf3
				load_once ptprobe-link
			else
				load_once ptprobe-link
				load_once iperf3
			fi
		done
		stop "$receiver_job"
	fi
	progress "snapshots"
	snapshot_cost
	judge P9 "throughput against iperf3's" \
		"$(ratio "$(median "loading a link" ptprobe-link)" \
			"$(median "loading a link" iperf3)")" at_least 0.97
	judge P9 "a snapshot: counters" "$(median "a snapshot" "a card of 64 queues" counters)" \
		at_least 500 counters
	judge P9 "a snapshot of so many" "$(median "a snapshot" "a card of 64 queues")" at_most 5000 us
}
