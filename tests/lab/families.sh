#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# IPv4, IPv6, SSM in both, several groups in turn, and the sender's own host.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_begin relay
lab_relay '
drop 10-19
swap 50
duplicate 60
'

# try NAME GROUP ARGUMENTS...: a short run to GROUP
try() {
	name=$1
	lab_listen "$name" "$2" -J -L 200ms
	shift
	lab_send_start "$name" "$@" -c 200 -r 1000
}

lab_listener=sender
lab_listen loop 239.255.31.10:31901 -J -W 1s
lab_listen loop6 '[ff15::31:9]:31902' -J -W 1s
lab_listener=receiver
try v4 239.255.31.10:31901
try v6 '[ff15::31:9]:31902'
try ssm4 10.31.0.1,232.31.0.9:31903
try ssm6 'fd31::1,[ff35::31:9]:31904'
lab_listen other 10.31.0.77,232.31.0.9:31903 -J -L 200ms -W 1s
try many '239.255.31.20:31905+4'
try many6 '[ff15::31:20]:31906+4'
for name in v4 v6 ssm4 ssm6 many many6; do
	lab_sent $name
	lab_join $name
	equal "$name ends by itself with success" "$status" 0
done
lab_join other
for name in loop loop6; do
	lab_join $name
	equal "$name: a sender doesn't hear itself" "$status $(of $name '.flows | length')" '3 0'
done
lab_truth
is_true 'IPv4' v4 31901
is_true 'IPv6' v6 31902
is_true 'IPv4 from one source' ssm4 31903
is_true 'IPv6 from one source' ssm6 31904
equal 'another source is not heard' "$status $(of other '.flows | length')" '3 0'
is_true 'four groups in turn' many 31905
equal 'each group is a flow' "$(of many '[.flows[].group] | sort | join(" ")')" \
	'239.255.31.20 239.255.31.21 239.255.31.22 239.255.31.23'
equal 'each group has an equal share' "$(of many '[.flows[].sent] | join(" ")')" '50 50 50 50'
is_true 'four IPv6 groups in turn' many6 31906
lab_done
