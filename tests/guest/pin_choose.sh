#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ptprobe-pin chooses on two nodes of two cores each. All of nic1's interrupts are on CPU 4, whose
# sibling is 5; so of the isolated CPUs of its node, 5 to 7, 5 is worse; and 6 has no tick either.
# guest: smp 8,sockets=2,cores=2,threads=2
# guest: nodes 0-3 4-7
# guest: kernel isolcpus=2-3,5-7 nohz_full=6 irqaffinity=0,4
# guest: programs ptprobe-pin tests/guest/threads tests/cli/without iperf3 numactl jq
# guest: files tests/guest/pin.sh
# functions are called by name; status is the others'
# shellcheck disable=SC2317,SC2154
# shellcheck source=tests/cli/tap.sh
. "${0%/*}/../cli/tap.sh"
# shellcheck source=tests/guest/pin.sh
. "${0%/*}/pin.sh"

ip link set nic1 up
run ptprobe-pin -i nic1 --dry-run --json
jq -r '.plan | "\(.cpus) node \(.node) memory \(.memory_node) isolated \(.isolated)",
	(.reasons[] | "\(.cpu) \(.reason)")' out >plan.out
chosen() {
	{ is status "$status" 0 &&
		is 'the plan' "$(sed 1q plan.out)" '[6] node 1 memory 1 isolated true'; } || told
}
claim the_isolated_core_away_from_the_interrupts_is_chosen chosen
reasons() {
	for line in '0 other-node' '3 other-node' '4 not-isolated' '5 sibling-interrupts' '6 best'; do
		grep -qx "$line" plan.out || {
			echo "not $line"
			cat plan.out
			return 1
		}
	done
}
claim each_other_one_is_passed_over_for_its_reason reasons

mine() {
	sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' out
}
run_there() {
	pinned -i nic1 -- sh -c 'sleep 0.5; grep Cpus_allowed_list: /proc/self/status
		cat /proc/self/numa_maps'
	# one with little memory may have ended before its was looked at
	{ is status "$status" 0 && is cpus "$(mine)" 6 &&
		is 'other policies' "$(sed 1d out | grep -v '^[0-9a-f]* bind:1\>')" '' &&
		proved PASS cpus affinity migrations && proved 'PASS|UNAVAILABLE' memory; } || told
}
claim the_command_runs_there_with_memory_of_that_node run_there

# As in a container whose filter forbids it (1 is EPERM): the rest of the placement is still there.
filtered() {
	run without get_mempolicy 1 ptprobe-pin --cpus 6 -- sleep 0.3
	{ is status "$status" 0 && proved PASS cpus affinity && proved UNAVAILABLE memory &&
		grep -q 'no policy was set: memory policy: ' err &&
		grep -qx 'placement incomplete' err; } || told
}
claim memory_that_could_not_be_bound_is_no_pass filtered

elsewhere() {
	# shellcheck disable=SC2016
	pinned --strict -i nic1 -- numactl --membind=0 sh -c '
		x=$(head -c 4000000 /dev/zero | tr "\0" a); sleep 1'
	{ is status "$status" 120 && proved FAIL memory; } || told
}
claim memory_that_the_command_takes_from_elsewhere_fails elsewhere

refused_by_numactl() {
	run numactl -C 6 true
	cat err
	[ "$status" != 0 ] || return
	pinned --cpus 6 -- grep Cpus_allowed_list: /proc/self/status
	{ is status "$status" 0 && is cpus "$(mine)" 6 && proved PASS cpus affinity; } || told
}
claim an_isolated_cpu_that_numactl_refuses_is_used refused_by_numactl

server() {
	iperf3 -s -1 --forceflush >server.out 2>&1 &
	await grep -q listening server.out
}
article() {
	server || return
	pinned --strict --cpus 2 -- iperf3 -c localhost -t 1
	{ is status "$status" 0 && proved PASS cpus affinity migrations memory; } || told
}
claim the_articles_iperf3_on_cpu_2_stays_there article

roles() {
	# shellcheck disable=SC2016
	pinned -i nic1 --roles tx,rx -- sh -c 'echo $PTPROBE_CPU_TX $PTPROBE_CPU_RX'
	{ is status "$status" 0 && is 'the roles' "$(cat out)" '6 5'; } || told
}
claim each_role_has_a_core_of_its_own roles

no_locality() {
	pinned -i virt0 -- grep Cpus_allowed_list: /proc/self/status
	{ is status "$status" 0 && is cpus "$(mine)" 6 &&
		grep -q 'virt0: no locality is known' err; } || told
}
claim a_nic_on_no_node_gives_a_warning no_locality

# The first thread only waits for the others.
spread() {
	pinned --cpus 2,3,5,6 --threads=spread -- threads 4 1000
	{ is status "$status" 0 && is 'cpus of the threads' "$(sort out | tr '\n' ';')" \
		'2 1;3 1;5 1;6 1;' && proved PASS cpus; } || told
}
claim each_thread_is_on_a_cpu_of_its_own spread

# Each thread of iperf3's client but its first, which only waits, may run on a CPU of its own.
are_spread() {
	for pid in $(pidof iperf3); do
		grep -q localhost "/proc/$pid/cmdline" || continue
		for task in "/proc/$pid/task"/*; do
			[ "${task##*/}" = "$pid" ] || allowed "${task##*/}"
		done
	done 2>/dev/null | sort >streams.out
	[ "$(tr '\n' ' ' <streams.out)" = '2 3 5 6 ' ]
}
# slow, so that all else in the guest goes on
streams() {
	server || return
	ptprobe-pin -q --cpus 2,3,5,6 --threads=spread -- \
		iperf3 -c localhost -P 4 -b 1M -t 4 >client.out 2>&1 &
	client=$!
	await are_spread
	result=$?
	cat streams.out
	wait "$client"
	is status $? 0 && return "$result"
}
version=$(iperf3 --version | sed -n 's/^iperf \([0-9.]*\).*/\1/p')
if [ "$(printf '%s\n3.16\n' "$version" | sort -V | head -n 1)" = 3.16 ]; then
	claim each_stream_of_iperf3_is_on_a_cpu_of_its_own streams
else
	skip each_stream_of_iperf3_is_on_a_cpu_of_its_own \
		"iperf3 $version has one thread for all streams, 3.16 has one for each"
fi

pinned --partition --cpus 1 -- true
claim a_partition_beside_isolcpus_is_refused ended 124 'isolcpus= isolates cpus 2-3,5-7'
forced() {
	pinned --partition --force --cpus 1 -- true
	{ is status "$status" 0 && proved PASS partition && no_partition; } || told
}
claim unless_it_is_forced forced
plan
