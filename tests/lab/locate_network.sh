#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What is lost between the hosts is the network's, whatever else the network does to the probes.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/locating.sh
. "${0%/*}/locating.sh"

lab_begin relay
lab_relay '
flow 1 drop 50-1950/100
flow 2 duplicate 21-1981/98
flow 2 drop 22-1982/98
flow 2 swap 33-1923/90
flow 3 corrupt 13-1913/100
flow 4 drop 0-4,500-519,1950-1999
'
watch dropped
probe dropped -c 2000 -r 2000
locate dropped --expect network --max-loss-at network=20
died 'twenty were dropped' dropped 'network 20'
equal 'each of them' "$(seqs dropped network)" "$(seq -s ' ' 50 100 1950)"
equal 'as was expected' "$status" 0
equal 'what was lost is what the receiver misses' "$(jq -c '.flows[0].missing.ranges' \
	"$lab/dropped.out")" "$(jq -c '.places[] | select(.place == "network").ranges' \
	"$lab/dropped.located")"

watch mixed
probe mixed -c 2000 -r 2000
locate mixed --max-loss-at network=20
died 'neither a duplicate nor disorder hides a loss' mixed 'network 21'
equal 'one more than was allowed' "$status" 1

watch corrupt
probe corrupt -c 2000 -r 2000
locate corrupt
died 'what the network damaged it has lost' corrupt 'network 20'
claim 'and the evidence says that it was damaged' quietly jq -e '.places[] |
	select(.place == "network").evidence | any(test("damaged|CRC"))' "$lab/corrupt.located"

watch ends
probe ends -c 2000 -r 2000
locate ends
died 'the head and the tail, too' ends 'network 75'
equal 'each of them' "$(seqs ends network)" \
	"$(seq -s ' ' 0 4) $(seq -s ' ' 500 519) $(seq -s ' ' 1950 1999)"
lab_truth
equal 'as many as the relay dropped' "$(jq -c '[.flows[].lost]' "$lab/truth.json")" '[20,21,20,75]'
lab_done
