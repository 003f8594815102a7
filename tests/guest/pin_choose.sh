#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ptprobe-pin chooses on two nodes of two cores each. All of nic1's interrupts are on CPU 4, whose
# sibling is 5; so of the isolated CPUs of its node, 5 to 7, 5 is worse, and 6 has no tick either.
# guest: smp 8,sockets=2,cores=2,threads=2
# guest: nodes 0-3 4-7
# guest: kernel isolcpus=2-3,5-7 nohz_full=6
# guest: programs ptprobe-pin tests/guest/threads iperf3 numactl jq
# guest: files tests/guest/pin.sh
# functions are called by name; status is the others'
# shellcheck disable=SC2317,SC2154
# shellcheck source=tests/cli/tap.sh
. "${0%/*}/../cli/tap.sh"
# shellcheck source=tests/guest/pin.sh
. "${0%/*}/pin.sh"

ip link set nic1 up
for path in /sys/class/net/nic1/device/msi_irqs/*; do
	echo 4 >"/proc/irq/${path##*/}/smp_affinity_list"
done 2>/dev/null

# planned FILTER EXPECTED: what of the plan in out
planned() {
	is "$1" "$(jq -c ".plan | $1" out)" "$2"
}

run ptprobe-pin -i nic1 --dry-run --json
chosen() {
	{ is status "$status" 0 && planned .cpus '[6]' && planned .node 1 &&
		planned .memory_node 1 && planned .isolated true; } || told
}
claim the_isolated_core_away_from_the_interrupts_is_chosen chosen
reasons() {
	for pair in 0:other-node 3:other-node 4:not-isolated 5:sibling-interrupts 6:best; do
		planned ".reasons[] | select(.cpu == ${pair%:*}).reason" "\"${pair#*:}\"" || return
	done
}
claim each_other_one_is_passed_over_for_its_reason reasons

held() { # no required part of the proof is anything but a pass
	is status "$status" 0 && is 'what is not proved' \
		"$(jq -c '[.proof[] | select(.required and .result != "pass").what]' proof.json)" '[]'
}
run_there() {
	pinned --strict -i nic1 -- sh -c 'sleep 0.5; grep Cpus_allowed_list: /proc/self/status
		cat /proc/self/numa_maps'
	{ held && is cpus "$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' out)" 6 &&
		is 'other policies' "$(sed 1d out | awk '$2 != "bind:1"')" ''; } || told
}
claim the_command_runs_there_with_memory_of_that_node run_there

elsewhere() {
	# shellcheck disable=SC2016
	pinned --strict -i nic1 -- numactl --membind=0 sh -c '
		x=$(head -c 4000000 /dev/zero | tr "\0" a); sleep 1'
	{ is status "$status" 120 && proved memory fail; } || told
}
claim memory_that_the_command_takes_from_elsewhere_fails elsewhere

refused_by_numactl() {
	run numactl -C 6 true
	cat "$scratch/err"
	[ "$status" != 0 ] || return
	pinned --strict --cpus 6 -- grep Cpus_allowed_list: /proc/self/status
	{ held && is cpus "$(cut -f 2 out)" 6; } || told
}
claim an_isolated_cpu_that_numactl_refuses_is_used refused_by_numactl

server() {
	iperf3 -s -1 >server.out 2>&1 &
	await grep -q 'listening' server.out
}
article() {
	server && pinned --strict --cpus 2 -- iperf3 -c localhost -t 1
	held || told
}
claim the_articles_iperf3_on_cpu_2_stays_there article

roles() {
	# shellcheck disable=SC2016
	pinned --strict -i nic1 --roles tx,rx -- sh -c 'echo $PTPROBE_CPU_TX $PTPROBE_CPU_RX'
	{ held && is 'the roles' "$(cat out)" '6 5'; } || told
}
claim each_role_has_a_core_of_its_own roles

no_locality() {
	run ptprobe-pin -i virt0 --dry-run --json
	{ is status "$status" 0 && planned .node null && planned '.cpus[0] != 0' true &&
		planned '.notes | map(test("virt0")) | any' true; } || told
}
claim a_nic_on_no_node_gives_a_warning no_locality

# The first thread only waits for the others.
spread() {
	pinned --cpus 2,3,5,6 --threads=spread -- threads 4 1500
	{ is status "$status" 0 && is 'cpus of the threads' "$(sort out | tr '\n' ';')" \
		'2 1;3 1;5 1;6 1;' && proved cpus pass; } || told
}
claim each_thread_is_on_a_cpu_of_its_own spread

streams() {
	server
	ptprobe-pin -q --cpus 2,3,5,6 --threads=spread -- iperf3 -c localhost -P 4 -t 3 >client.out &
	client=$!
	await grep -q 'connected to' client.out
	sleep 1
	for task in /proc/"$(pidof -s iperf3)"/task/*; do
		sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "$task/status"
	done | sort >streams.cpus
	wait "$client"
	is status $? 0 && is 'different cpus' "$(sort -u streams.cpus | tr '\n' ' ')" '2 3 5 6 '
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
	{ is status "$status" 0 && proved partition pass && no_partition; } || told
}
claim unless_it_is_forced forced
plan
