# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# What it costs to be placed, beside the tools that place without a proof. Sourced by bench.sh.
# shellcheck disable=SC2154 # build, repetitions and spawns are set in bench.sh

# spawn_once NAME COMMAND...: the time of a whole run of /bin/true by it
spawn_once()
{
	local name=$1

	shift
	run "placing /bin/true" "$name" us "$("$build/tests/bench/spawn_time" "$spawns" "$@")"
}

pin_overhead()
{
	local tool

	for tool in numactl hwloc-bind; do
		if ! command -v "$tool" >/dev/null; then
			note "$tool is missing, its row too: apt-get install ${tool/hwloc-bind/hwloc-nox}"
		fi
	done
	for ((i = 1; i <= repetitions; i++)); do
		progress "placing, repetition $i of $repetitions"
		spawn_once nothing true
		spawn_once ptprobe-pin "$build/ptprobe-pin" -q --cpus 0 -- true
		if command -v numactl >/dev/null; then
			spawn_once numactl numactl --physcpubind=0 --membind=0 true
		fi
		spawn_once taskset taskset -c 0 true
		if command -v hwloc-bind >/dev/null; then
			spawn_once hwloc-bind hwloc-bind --cpubind core:0 -- true
		fi
		run "placing /bin/true" "--show" us \
			"$("$build/tests/bench/spawn_time" "$spawns" "$build/ptprobe-pin" --show lo)"
	done
	judge P8 "a run of /bin/true against numactl's" \
		"$(ratio "$(median "placing /bin/true" ptprobe-pin)" \
			"$(median "placing /bin/true" numactl)")" at_most 1.5
	judge P8 "--show" "$(median "placing /bin/true" --show)" at_most 20000 us
}
