# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# Why to pin at all: the same probes beside a busy loop on every CPU, unpinned and pinned. Sourced by
# bench.sh.
# shellcheck disable=SC2154 # set in bench.sh, net.sh and tools.sh

pinned_topic="1,000 pps beside busy loops"

# pin_options NAME: sets sender and receiver, how each end is placed
pin_options()
{
	local pin=("$build/ptprobe-pin" -q --mem=none)

	sender=() receiver=()
	case $1 in
	pinned) sender=("${pin[@]}" --cpus 0 --) receiver=("${pin[@]}" --cpus 1 --) ;;
	"pinned, --fifo")
		sender=("${pin[@]}" --cpus 0 --fifo 50 --)
		receiver=("${pin[@]}" --cpus 1 --fifo 50 --)
		;;
	"pinned, --partition")
		# one CPU is left to the rest, the receiver among it
		sender=("${pin[@]}" --cpus 0 --partition --) receiver=("${pin[@]}" --cpus 1 --)
		;;
	esac
}

# Can a command be placed so here?
is_permitted()
{
	local sender receiver

	pin_options "$1"
	"${sender[@]}" true 2>"$work/refused"
}

hogs_start()
{
	local cpu

	hogs=()
	for ((cpu = 0; cpu < $(nproc); cpu++)); do
		"${limit[@]}" taskset -c "$cpu" bash -c 'while :; do :; done' &
		hogs+=($!)
	done
}

hogs_stop()
{
	kill "${hogs[@]}" 2>/dev/null || true
	wait "${hogs[@]}" 2>/dev/null || true
}

pinned_once()
{
	local name=$1 sender receiver job

	rm -f "$work/recv.json" "$work/send.json"
	pin_options "$name"
	"${limit[@]}" "${receiver[@]}" "$build/ptprobe-recv" -i r0 -q -J -W 5s -o "$work/recv.json" \
		"$group:$port" >"$work/receiver" 2>&1 &
	job=$!
	await 5 has_joined || true
	hogs_start
	nsenter -t "$sender_pid" -n "${limit[@]}" "${sender[@]}" "$build/ptprobe-send" -i s0 -r 1000 \
		-t "${pinned_seconds}s" -q -J -o "$work/send.json" "$group:$port" \
		>"$work/sender" 2>&1 || true
	wait "$job" || true
	hogs_stop
	if ! jq -e '.flows[0]' "$work/recv.json" >"$work/flow" 2>/dev/null; then
		note "$name: nothing was measured: $(cat "$work/sender" "$work/receiver" | tail -n 1)"
		return 0
	fi
	run "$pinned_topic" "$name" "ns PDV p99" "$(jq .pdv.p99_ns "$work/flow")" \
		pdv_max "$(jq .pdv.max_ns "$work/flow")" lost "$(jq .lost "$work/flow")" \
		departure_error_p99 "$(jq .sender.pacing_error.p99_ns "$work/send.json")" \
		departure_error_max "$(jq .sender.pacing_error.max_ns "$work/send.json")"
}

pinned()
{
	local names=(unpinned) name hogs=()

	for name in pinned "pinned, --fifo" "pinned, --partition"; do
		if is_permitted "$name"; then
			names+=("$name")
		else
			note "$name: not here: $(tail -n 1 "$work/refused")"
		fi
	done
	for ((i = 1; i <= repetitions; i++)); do
		progress "$pinned_topic, repetition $i of $repetitions"
		for name in "${names[@]}"; do
			pinned_once "$name"
		done
	done
}
