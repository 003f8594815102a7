#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# 6,000 probes at 1,000 pps through each of the impairments that iperf, sockperf, mcjoin and mgen
# misjudge: every number is the truth.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

dropped='drop 50-5950/100'
duplicated='duplicate 21-5901/98'
swapped='swap 33-5973/90'

lab_begin relay
lab_relay "
port 31901 $dropped
port 31902 $duplicated
port 31903 $swapped
port 31904 $dropped
port 31904 $duplicated
port 31904 $swapped
port 31905 drop 5950-5999
port 31906 drop 2000-2499
port 31907 drop 0-4
"
ports='31901 31902 31903 31904 31905 31906 31907'
for port in $ports; do
	lab_listen "$port" "239.255.31.9:$port" -J -I 0 -L 500ms
done
for port in $ports; do
	lab_send_start "$port" "239.255.31.9:$port" -c 6000 -r 1000
done
for port in $ports; do
	lab_sent "$port"
	lab_join "$port"
done
lab_truth

# row TEXT PORT LOST DUPLICATED REORDERED
row() {
	is_true "$1: the report is the truth" "$2" "$2"
	equal "$1: the numbers are the script's" \
		"$(of "$2" '.flows[0] | "\(.sent) \(.lost) \(.duplicate) \(.reordered)"')" \
		"6000 $3 $4 $5"
}

row '60 dropped' 31901 60 0 0
row '61 duplicated' 31902 0 61 0
row '67 swapped' 31903 0 0 67
row '60 dropped, 61 duplicated, 67 swapped' 31904 60 61 67
row 'last 50 dropped' 31905 50 0 0
row '500 in a row dropped' 31906 500 0 0
row 'first 5 dropped' 31907 5 0 0
equal '500 in a row are one loss period' \
	"$(of 31906 '.flows[0].loss | "\(.periods) \(.longest_period)"')" '1 500'
claim '500 in a row are an outage of half a second' \
	[ "$(of 31906 '.flows[0].loss.longest_outage_ns / 1e6 | round')" -ge 490 ]
lab_done
