#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Where hosts leave it to their cards to cut bursts into datagrams and to join them, a frame is many
# probes to every tap: each of them is located by itself.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/locating.sh
. "${0%/*}/locating.sh"

bursts() { # NAME: both taps took each probe from super-frames
	claim "frames held many probes ($1)" [ "$(jq .witness.capture.offloaded "$lab/$1.sender")" -ge 50 ]
	equal "the sender's witness took each probe from them ($1)" \
		"$(jq '.witness.flows[0].unique' "$lab/$1.sender")" 5000
	claim "many came as such to the receiver ($1)" \
		[ "$(jq .witness.capture.offloaded "$lab/$1.out")" -ge 50 ]
}

lab_begin bridge
on sender ip link set eth0 gso_max_segs 64

watch whole
probe whole -c 5000 -r 20000 --pattern burst:50 --offload --allow-rate max
locate whole --max-loss-at network=0
bursts whole
equal 'the application missed none' "$(jq '.flows[0].lost' "$lab/whole.out")" 0
died 'nothing is lost, and nothing but delivered' whole ''
equal 'which all of them were' "$(jq -c '.runs[] | [.seqs, .delivered, .lost, .undetermined]' \
	"$lab/whole.located")" '[5000,5000,0,0]'
equal 'and that is a pass' "$status" 0

# A switch between them that drops some of the super-frames: by the seq of the first probe in it.
if on relay tc qdisc add dev to_receiver clsact 2>/dev/null &&
	on relay tc filter add dev to_receiver egress bpf bytecode "$every_tenth" da 2>/dev/null; then
	watch dropped
	probe dropped -c 5000 -r 20000 --pattern burst:7 --offload --allow-rate max
	locate dropped
	lost=$(jq '.flows[0].lost' "$lab/dropped.out")
	bursts dropped
	claim 'many are lost with the frames they were in' [ "$lost" -ge 50 ]
	died 'the network lost them, and nobody else' dropped "network $lost"
	equal 'each that the receiver misses' "$(jq -c '.flows[0].missing.ranges' "$lab/dropped.out")" \
		"$(jq -c '.places[] | select(.place == "network").ranges' "$lab/dropped.located")"
else
	skip 'the network lost them, and nobody else' 'the kernel has no cls_bpf'
fi
lab_done
