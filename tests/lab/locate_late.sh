#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Probes that come later than --lost-after are late, and not lost in the network.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/locating.sh
. "${0%/*}/locating.sh"

lab_begin relay
lab_relay '
flow 1 delay 50-59 1500ms
flow 2 drop 100-105
flow 2 delay 50-52 1500ms
'

watch late
probe late -c 400 -r 100
locate late
equal 'the receiver calls them late' "$(jq '.flows[0].late' "$lab/late.out")" 10
died 'late probes alone' late 'undetermined 10'
equal 'the locator says why' "$(jq -r '.places[] | select(.place == "undetermined").evidence |
	any(test("up to 10 came later than --lost-after"))' "$lab/late.located")" true
equal 'the verdict is inconclusive' "$status" 3

watch both
probe both -c 400 -r 100
locate both
died 'late probes, and lost ones' both 'network 6, undetermined 3'
lab_done
