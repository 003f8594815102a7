# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# Two hosts: this namespace receives on r0, another one sends on s0, joined by veth; and the kernel's
# counters, read without starting a process. Sourced by bench.sh.
# shellcheck disable=SC2034 # the counters are read elsewhere

group=239.255.31.9
port=31900
sender_ip=10.77.31.1
receiver_ip=10.77.31.2
sender_pid=

# Waits without a process; a descriptor that nobody writes to.
exec {quiet_fd}<> <(:)
pause()
{
	read -r -t "$1" -u "$quiet_fd" || true
}

# await SECONDS COMMAND...: until the command succeeds; false when it never did
await()
{
	local end_us=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))

	shift
	until "$@"; do
		if [ "${EPOCHREALTIME/[.,]/}" -gt "$end_us" ]; then
			return 1
		fi
		pause 0.01
	done
}

is_separate()
{
	[ "$(readlink "/proc/$sender_pid/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

net_up()
{
	echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 2>/dev/null || true
	unshare -n sleep 900 &
	sender_pid=$!
	await 5 is_separate
	ip link set lo up
	ip link add r0 type veth peer name s0 netns "$sender_pid"
	ip address add "$receiver_ip/24" dev r0
	ip link set r0 up
	ip route add 224.0.0.0/4 dev r0
	there ip link set lo up
	there ip address add "$sender_ip/24" dev s0
	there ip link set s0 up
	there ip route add 224.0.0.0/4 dev s0
	await 5 ip_is_up
}

ip_is_up()
{
	ip link show dev r0 | grep -q 'state UP'
}

# What runs under timeout is ended by it: killed at once, timeout would leave its command behind.
net_down()
{
	local pid

	for pid in $(jobs -p); do
		kill -TERM "$pid" 2>/dev/null || true
	done
	wait 2>/dev/null || true
}

# Runs a command on the sending host.
there()
{
	nsenter -t "$sender_pid" -n "$@"
}

# The kernel's own UDP counts: taken in by sockets here, given out by sockets there.
read_counters()
{
	local name fields

	while read -r name fields; do
		if [ "$name" = Udp: ]; then
			# the second such line has the numbers
			read -r udp_in _ udp_errors _ udp_drops _ <<<"$fields"
		fi
	done </proc/net/snmp
	while read -r name fields; do
		if [ "$name" = Udp: ]; then
			read -r _ _ _ udp_out _ <<<"$fields"
		fi
	done <"/proc/$sender_pid/net/snmp"
	while read -r name fields; do
		if [ "$name" = r0: ]; then
			read -r wire_bytes wire_packets _ <<<"$fields"
		fi
	done </proc/net/dev
	counters_us=${EPOCHREALTIME/[.,]/}
}

has_joined()
{
	local line

	while read -r line; do
		if [[ $line == 091FFFEF* ]]; then
			return 0
		fi
	done </proc/net/igmp
	return 1
}

# iperf3's control connection
is_listening()
{
	local line

	while read -r line; do
		if [[ $line == *:7C9C\ *:0000\ 0A\ * ]]; then
			return 0
		fi
	done < <(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null)
	return 1
}
