#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every limit, kept and violated, and the exit statuses.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_begin relay
lab_relay '
drop 100-104
duplicate 200-201
swap 300,310,320
delay 400-409 20ms
'

# case NAME LIMIT WANTED: one receiver with that limit; all of them hear the same run
cases=
limit() {
	cases="$cases $1"
	eval "wanted_$1=$3"
	eval "limit_$1='$2'"
	lab_listen "$1" 239.255.31.9 -J -I 0 -L 200ms "$2"
}

limit loss_kept --max-loss=5 0
limit loss_broken --max-loss=4 1
limit loss_share_kept --max-loss=0.51% 0
limit loss_share_broken --max-loss=0.49% 1
limit dup_kept --max-dup=2 0
limit dup_broken --max-dup=1 1
limit reorder_kept --max-reorder=20% 0
limit reorder_broken --max-reorder=2 1
limit jitter_kept --max-jitter=1s 0
limit jitter_broken --max-jitter=1ns 1
limit pdv_kept --max-pdv=p50=1s 0
limit pdv_broken --max-pdv=p99.9=1ms 1
limit pdv_max_broken --max-pdv=15ms 1
limit outage_kept --max-outage=2s 0
limit outage_broken --max-outage=1ms 1
limit received_kept --min-received=995 0
limit received_broken --min-received=996 1

lab_send 239.255.31.9 -c 1000 -r 1000
for name in $cases; do
	lab_join "$name"
	eval "wanted=\$wanted_$name text=\$limit_$name"
	equal "$text: status $wanted" "$status" "$wanted"
	if [ "$status" -eq 1 ]; then
		equal "$text: the reason is given" \
			"$(of "$name" '.verdict | "\(.result) \(.reasons | length > 0)"')" \
			'fail true'
	fi
done
lab_truth
is_true 'and the numbers are true' loss_kept

# status_of COMMAND...: run in the receiver, output thrown away
status_of() {
	status=0
	on receiver "$@" >"$lab/status.out" 2>"$lab/status.err" || status=$?
}

status_of "$lab_build/ptprobe-recv" --max-loss=x
equal 'a bad limit: status 2' "$status" 2
status_of "$lab_build/ptprobe-recv" 10.0.0.1
equal 'a group that is none: status 2' "$status" 2
status_of "$lab_build/ptprobe-recv" -i eth0 -W 50ms
equal 'nothing came: status 3' "$status" 3
status_of "$lab_build/ptprobe-recv" -i nonesuch0 -W 50ms
equal 'no such interface: status 4' "$status" 4
says 'and its name is told' "$lab/status.err" nonesuch0
status_of "$lab_build/ptprobe-send" -i nonesuch0 -c 1
equal 'no such interface for the sender: status 4' "$status" 4
lab_done
