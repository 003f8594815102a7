#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Groups beyond what the kernel allows a socket, or at all, with the sysctl's name; 10,000 of them;
# more flows than can be told apart.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

# memberships N: sets the limit in the receiver's namespace
memberships() {
	on receiver sh -c "echo $1 >/proc/sys/net/ipv4/igmp_max_memberships" 2>/dev/null
}

lab_begin relay
memberships 0 || lab_refuse 'net.ipv4.igmp_max_memberships may not be set here'
lab_relay 'drop 3-4'

status=0
on receiver "$lab_build/ptprobe-recv" -i eth0 -W 1s >"$lab/none.out" 2>"$lab/none.err" || status=$?
equal 'a group that the kernel refuses: status 4' "$status" 4
says 'the message names the limit and its value' "$lab/none.err" \
	'join #1 on eth0: .*raise net\.ipv4\.igmp_max_memberships \(0\)'

memberships 20
lab_listen few 239.255.40.0:31904+40 -J -L 200ms
lab_send 239.255.40.0:31904+40 -c 400 -r 4000
lab_join few
equal 'more groups than a socket may join: status 0' "$status" 0
equal 'the report names the limit' \
	"$(of few '.notes | any(test("net\\.ipv4\\.igmp_max_memberships is 20"))')" true

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
equal '10,000 groups, of which 8 bring probes: status 3' "$status" 3
says 'and the first silent one is named' "$lab/lots.out" \
	'no probe came for 9992 of 10000 groups: the first is 239\.254\.0\.0'
lab_listen flood 239.253.0.0:31903+1100 -J -L 300ms
lab_send 239.253.0.0:31903+1100 -c 3300 -r 8000
lab_join flood
equal 'more than 1,024 flows: status 3' "$status" 3
equal '1,024 of them are measured, each one well' \
	"$(of flood '[.flows[] | select(.sent == 3 and .unique == 3)] | length')" 1024
claim 'the others are counted' [ "$(of flood '.counts.overflow')" -ge 228 ]
lab_truth
is_true '40 groups from two sockets are 40 true flows' few 31904
is_true '200 groups are 200 true flows' some 31901
is_true 'the last of 10,000 groups are heard and true' lots 31902
lab_done
