#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ptprobe-link --compare on the recorded counters of many drivers (tests/data/ethtool): before and
# after by hand, with what went wrong as its README.md has it.
# functions are called by name; some variables are tap.sh's
# shellcheck disable=SC2154,SC2317
# shellcheck source=tests/cli/tap.sh
. "${0%/*}/tap.sh"

has_link || {
	echo '1..0 # SKIP ptprobe-link was not built: install libiperf-dev, and configure again'
	exit 0
}
have jq awk || {
	echo '1..0 # SKIP jq is missing: install it'
	exit 0
}
data=${srcdir:-.}/tests/data/ethtool

# snapshot DRIVER WHEN SECONDS: a report with the counters of that file, so many seconds later
snapshot() {
	awk 'NR > 1 { value = $NF; sub(/^ +/, ""); sub(/: *[0-9]+$/, ""); gsub(/[^!-~]/, "_")
		printf "{\"key\":\"ethtool.%s\",\"value\":%s}\n", $0, value }' "$data/$1.$2" |
		jq -s --arg driver "$1" --argjson seconds "$3" '
		{schema: "ptprobe/1", tool: "ptprobe-link", snapshot: {
			host: "alpha", interface: "eth0", driver: $driver, firmware: null, bus: null,
			time_ns: (1700000123000000000 + $seconds * 1000000000), up: true, carrier: true,
			autonegotiation: true, speed_mbps: 1000, duplex: "full", mtu_bytes: 1500,
			rx_ring: {current: 256, maximum: 4096}, tx_ring: {current: 256, maximum: 4096},
			rx_pause: false, tx_pause: false, lacks: [],
			counters: (from_entries + {
				"link.rx_packets": (1000 + 1000 * $seconds), "link.tx_packets": 1000,
				"link.rx_bytes": (1000000 + 1000000 * $seconds), "link.tx_bytes": 1000,
				"link.carrier_changes": 2})}}' >"$scratch/$1.$2.json"
}

# compared DRIVER WHEN STATUS ERRORS: the classes that moved, by how much, copies left out
compared() {
	run ./ptprobe-link -J --compare "$scratch/$1.before.json" "$scratch/$1.$2.json"
	is stderr "$(cat "$scratch/err")" '' && is status "$status" "$3" &&
		is errors "$(jq -r '.errors | to_entries | map(select(.value > 0) |
			"\(.key) \(.value)") | sort | join(", ")' "$scratch/out")" "$4"
}

advises() { # DRIVER PATTERN
	run ./ptprobe-link --compare "$scratch/$1.before.json" "$scratch/$1.fault.json"
	grep -Eq -e "$2" "$scratch/out"
}

for driver in e1000e igb igc ixgbe i40e ice mlx5 bnxt tg3 r8169 bcmgenet virtio veth ena eth0 eno1; do
	snapshot $driver before 0
	snapshot $driver clean 60
	snapshot $driver fault 60
done
for driver in e1000e igb ixgbe i40e ice mlx5 bnxt tg3 r8169 bcmgenet; do
	claim "${driver}_that_is_clean_passes" compared $driver clean 0 ''
done
for driver in virtio veth ena; do
	claim "${driver}_which_sees_no_wire_never_passes" compared $driver clean 3 ''
done
claim e1000e_fails_for_its_wire compared e1000e fault 1 'host 6, wire 12'
claim igb_fails_for_its_wire compared igb fault 1 'host 6, wire 9'
claim igc_fails_for_its_duplex compared igc fault 1 'duplex 6'
claim ixgbe_fails_for_its_wire compared ixgbe fault 1 'host 410, wire 21'
claim tg3_fails_for_its_wire_and_duplex compared tg3 fault 1 'duplex 1, host 9, wire 17'
claim mlx5_fails_for_its_wire_and_link compared mlx5 fault 1 \
	'corrected 1800, host 30, link 1, unclassified 4, wire 10'
claim bcmgenet_fails_for_its_wire compared bcmgenet fault 1 'host 6, length 44, wire 7'
claim ena_is_limited_by_its_cloud compared ena fault 3 'cloud 10, memory 1'
claim veth_drops compared veth fault 3 'unclassified 3'
claim the_advice_begins_with_duplex advises igb '^  1\. duplex at both ends: ethtool eth0'
claim the_ring_has_both_its_sizes advises ixgbe 'ring.*256.*4096|ethtool -G eth0 rx 4096'

plan
