#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Load: segmentation offload at both ends, and memory that stays flat.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

# kilobytes of memory that the receiver NAME holds
memory() {
	lab_receiver "$1"
	awk '/^VmRSS:/ { print $2 }' "/proc/$pid/status"
}

received() {
	[ "$(jq -s 'map(select(.type == "interval").received) | add // 0' "$lab/$1.out")" -ge "$2" ]
}

lab_begin bridge
lab_listen offload 239.255.31.9:31901 -J -L 300ms --offload
lab_listen plain 239.255.31.9:31902 --json-stream -I 100ms -L 300ms
lab_send_start plain 239.255.31.9:31902 -c 40000 -r 10000
wait_for 10 received plain 5000 || lab_fail 'nothing comes'
early=$(memory plain)
wait_for 20 received plain 38000 || lab_fail 'too little comes'
late=$(memory plain)
claim "memory is flat: $early kB after 5,000 probes, $late kB after 38,000" \
	[ "$late" -le $((early + 512)) ]
claim "memory is at most 16 MB" [ "$late" -le 16384 ]
lab_sent plain
lab_join plain
equal 'plain: status 0' "$status" 0
lab_send_start offload 239.255.31.9:31901 -c 100000 -r 50000 --offload --allow-rate 50Mbps
lab_sent offload
equal 'offload: the sender succeeds' "$status" 0
lab_join offload
equal 'offload: the receiver succeeds' "$status" 0
equal 'offload: all arrive, each once and in order' \
	"$(of offload '.flows[0] | "\(.sent) \(.received) \(.unique) \(.reordered) \(.corrupt)"')" \
	'100000 100000 100000 0 0'
claim 'offload: the report says that stamps are per burst' \
	[ "$(of offload '.notes | any(test("burst"))')" = true ]
lab_done
