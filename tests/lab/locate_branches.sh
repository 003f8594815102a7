#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Two receivers behind one switch: what both miss was lost before they part, what one misses behind it.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/locating.sh
. "${0%/*}/locating.sh"

lab_begin bridge second

# Before the split 3, 13, 23, ...; on the way to the second host 5, 25, 45, ... as well.
on relay tc qdisc add dev to_sender clsact
on relay tc filter add dev to_sender ingress bpf bytecode "$every_tenth" da
on relay tc qdisc add dev to_second clsact
on relay tc filter add dev to_second egress bpf bytecode \
	'5,32 0 0 62,148 0 0 20,21 0 1 5,6 0 0 2,6 0 0 0' da
watch one
lab_listener=second
watch two
probe run -c 200 -r 1000
lab_join one
lab_join two
status=0
"$lab_build/ptprobe-locate" -J "$lab/run.sender" --receiver one="$lab/one.out" \
	--receiver two="$lab/two.out" >"$lab/run.located" 2>"$lab/run.err2" || status=$?

lost() { # BRANCH
	jq -r --argjson branch "$1" '[.places[] | select(.place == "network" and .branch == $branch) |
		.ranges[] | range(.[0]; .[1] + 1)] | map(tostring) | join(" ")' "$lab/run.located"
}
equal 'the first misses twenty' "$(jq '.flows[0].lost' "$lab/one.out")" 20
equal 'the second thirty' "$(jq '.flows[0].lost' "$lab/two.out")" 30
equal 'what both miss was lost upstream of the split' "$(lost null)" "$tenths_of_200"
equal 'what the second alone misses, on its branch' "$(lost '"two"')" "$(seq -s ' ' 5 20 185)"
equal 'and nothing on the other one' "$(lost '"one"')" ''
equal 'everything was found' "$status" 0
lab_done
