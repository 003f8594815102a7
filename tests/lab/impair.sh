#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Each kind of impairment alone, then all of them together: the receiver's numbers are the relay's.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_begin relay
lab_relay '
port 31901 drop 50-1950/100
port 31902 duplicate 21-1981/98
port 31902 duplicate 500 x7
port 31903 swap 33-1923/90
port 31903 hold 1950 20
port 31904 corrupt 13-1913/100
port 31905 drop 1% seed 1
port 31905 duplicate 1% seed 2
port 31905 hold 1% seed 3 5
port 31905 corrupt 1% seed 4
port 31905 delay 1% seed 5 4ms
port 31906 alien 100-109
port 31907 delay 700-720 8ms
port 31908 delay 200-204 500ms
port 31909 drop 1% seed 6
port 31909 swap 1% seed 7
port 31910 drop 1% seed 8
port 31910 swap 1% seed 9
'
ports='31901 31902 31903 31904 31905 31906 31907 31908 31909 31910'
for port in $ports; do
	lost_after=1s
	[ "$port" = 31908 ] && lost_after=300ms
	lab_listen "$port" "239.255.31.9:$port" -J -L $lost_after
done
for port in $ports; do
	case $port in
	31909) pattern=poisson ;;
	31910) pattern=burst:20 ;;
	*) pattern=periodic ;;
	esac
	lab_send_start "$port" "239.255.31.9:$port" -c 2000 -r 1000 --pattern "$pattern"
done
for port in $ports; do
	lab_sent "$port"
	lab_join "$port"
	equal "run on port $port was measured and set no limits" "$status" 0
done
lab_truth

is_true 'loss alone is the truth' 31901 31901
equal 'twenty were dropped' "$(of 31901 '.flows[0].lost')" 20
is_true 'duplicates alone are the truth' 31902 31902
equal 'twenty-one and six more were duplicated' "$(of 31902 '.flows[0].duplicate')" 27
is_true 'reordering alone is the truth' 31903 31903
equal 'twenty-two and one more were reordered' "$(of 31903 '.flows[0].reordered')" 23
equal 'the one held longest has the largest extent' \
	"$(of 31903 '.flows[0].reorder.max_extent')" 20
is_true 'corruption alone is the truth' 31904 31904
equal 'twenty were corrupt' "$(of 31904 '.flows[0].corrupt')" 20
is_true 'all together are the truth' 31905 31905
is_true 'what lost its magic is lost' 31906 31906
equal 'and counts as alien' "$(of 31906 '.counts.alien')" 10
is_true 'delayed probes are the truth' 31907 31907
claim 'a delay of 8 ms shows in the delay variation' \
	[ "$(of 31907 '.flows[0].pdv.max_ns')" -ge 7000000 ]
equal 'what comes after it was given up stays lost, and is late' \
	"$(of 31908 '.flows[0] | "\(.lost) \(.late) \(.unique) \(.reordered)"')" '5 5 1995 0'
is_true 'a Poisson stream is the truth' 31909 31909
is_true 'bursts are the truth' 31910 31910
lab_done
