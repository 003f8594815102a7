#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The guest is the machine that a test declares, and the one that tests/guest/README.md promises.
# guest: kernel isolcpus=2-3 nohz_full=2-3
# guest: programs ethtool ip ptprobe-recv
# guest: modules dummy 8021q
# guest: files LICENSE
# a function is called by name
# shellcheck disable=SC2317
# shellcheck source=tests/cli/tap.sh
. "${0%/*}/../cli/tap.sh"

system=/sys/devices/system

reads() { # FILE EXPECTED
	is "$1" "$(cat "$1")" "$2"
}

claim 'node 0 has CPUs 0 and 1' reads $system/node/node0/cpulist 0-1
claim 'node 1 has CPUs 2 and 3' reads $system/node/node1/cpulist 2-3
claim 'both nodes have memory' reads $system/node/has_memory 0-1
claim 'the nodes are apart' reads $system/node/node0/distance '10 21'
claim 'CPUs 0 and 1 are siblings' reads $system/cpu/cpu0/topology/thread_siblings_list 0-1
claim 'CPUs 2 and 3 are siblings' reads $system/cpu/cpu2/topology/thread_siblings_list 2-3
claim 'CPUs 2 and 3 are isolated' reads $system/cpu/isolated 2-3
claim 'CPUs 2 and 3 have no tick' reads $system/cpu/nohz_full 2-3

claim 'nic0 is on node 0' reads /sys/class/net/nic0/device/numa_node 0
claim 'nic1 is on node 1' reads /sys/class/net/nic1/device/numa_node 1
has_queue_interrupts() { # NIC
	test "$(find "/sys/class/net/$1/device/msi_irqs/" -type f | wc -l)" -gt 1
}
ip link set nic0 up
ip link set nic1 up
claim 'nic0 has an interrupt per queue' has_queue_interrupts nic0
has_no_node() { # PATH
	test -d "$1/" && is 'what there is' "$(ls "$1/numa_node" 2>/dev/null)" ''
}
claim "virt0's own device tells no node" has_no_node /sys/class/net/virt0/device
claim "virt0's PCI device is on none" reads /sys/class/net/virt0/device/../numa_node -1

has_clock() { # NIC DEVICE
	[ -c "$2" ] && ethtool -T "$1" | grep -qE "^(PTP Hardware Clock|Hardware timestamp provider index): ${2#/dev/ptp}\$"
}
clock_of() { # NIC
	echo "/dev/$(ls "/sys/class/net/$1/device/ptp")"
}
claim 'nic0 has a clock' has_clock nic0 "$(clock_of nic0)"
claim 'nic1 has a clock' has_clock nic1 "$(clock_of nic1)"
claim 'the first clock is there' test -c /dev/ptp0

has_cpuset() {
	grep -q ' /sys/fs/cgroup cgroup2 ' /proc/mounts &&
		grep -w cpuset /sys/fs/cgroup/cgroup.controllers
}
claim 'cgroup v2 has cpuset' has_cpuset
claim 'tracefs is there' test -r /sys/kernel/tracing/events/skb/kfree_skb/format

crosses() {
	ip netns add far && ip link set nic1 netns far && ip address add 192.0.2.1/24 dev nic0 &&
		ip -n far address add 192.0.2.2/24 dev nic1 && ip -n far link set nic1 up &&
		ping -c 1 -W 20 192.0.2.2
}
claim 'a datagram crosses from nic0 to nic1' crosses
claim 'a module that was asked for is loaded' ip link add type dummy
claim 'a program that was asked for goes before an applet' \
	is path "$(command -v ip)" /usr/local/bin/ip
claim 'in an applet, too' sh -c 'timeout 20 ip -V | grep iproute2'
claim 'a program of the build runs' ptprobe-recv --help
claim 'a file that was asked for is there' test -s /LICENSE
plan
