#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# More groups than the kernel allows fail with the sysctl's name; once it is raised, 10,000 work.
# More flows than can be told apart are counted.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

# memberships N: sets the limit in the receiver's namespace
memberships() {
	on receiver sh -c "echo $1 >/proc/sys/net/ipv4/igmp_max_memberships" 2>/dev/null
}

lab_begin relay
memberships 20 || lab_refuse 'net.ipv4.igmp_max_memberships may not be set here'
lab_relay 'drop 3-4'

status=0
on receiver "$lab_build/ptprobe-recv" -i eth0 239.255.40.0+40 -W 1s >"$lab/few.out" \
	2>"$lab/few.err" || status=$?
equal 'group #21 is refused: status 4' "$status" 4
says 'the message names the limit and its value' "$lab/few.err" \
	'join #21 on eth0: .*raise net\.ipv4\.igmp_max_memberships \(20\)'

memberships 20000
status=0
on receiver sh -c 'ulimit -n 9 && exec "$@"' sh "$lab_build/ptprobe-recv" -i eth0 \
	239.254.0.0+10000 -W 1s >"$lab/files.out" 2>"$lab/files.err" || status=$?
equal 'too few descriptors: status 4' "$status" 4
says 'the message names the limit' "$lab/files.err" 'ulimit -n'

lab_listen some 239.255.41.0:31901+200 -J -L 200ms
lab_send_start some 239.255.41.0:31901+200 -c 2000 -r 4000
lab_sent some
lab_join some
equal '200 groups: status' "$status" 0
lab_listen lots 239.254.0.0:31902+10000 -J -L 200ms
# the last of them, from all of the receiver's sockets
lab_send 239.254.39.8:31902+8 -c 80 -r 1000
lab_join lots
equal '10,000 groups: status' "$status" 0
lab_listen flood 239.253.0.0:31903+1100 -J -L 300ms
lab_send 239.253.0.0:31903+1100 -c 3300 -r 8000
lab_join flood
equal 'more than 1,024 flows: status 3' "$status" 3
equal '1,024 of them are measured, each one well' \
	"$(of flood '[.flows[] | select(.sent == 3 and .unique == 3)] | length')" 1024
claim 'the others are counted' [ "$(of flood '.counts.overflow')" -ge 228 ]
lab_truth
is_true '200 groups are 200 true flows' some 31901
is_true 'the last of 10,000 groups are heard and true' lots 31902
lab_done
