#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The receiver's device is set down and up, and deleted and made anew: the receiver goes on.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

# intervals NAME: those in which it has received anything
intervals() {
	jq -s 'map(select(.type == "interval" and .received > 0)) | length' "$lab/$1.out"
}

# receives NAME INTERVALS
receives() {
	[ "$(intervals "$1")" -ge "$2" ]
}

lab_begin bridge
lab_listen down 239.255.31.9:31901 --json-stream -I 50ms -L 200ms
lab_listen gone 239.255.31.9:31902 --json-stream -I 50ms -L 200ms
lab_send_start one 239.255.31.9:31901 -t 60s -r 1000
lab_send_start other 239.255.31.9:31902 -t 60s -r 1000
wait_for 10 receives down 3 || lab_fail 'nothing comes'

on receiver ip link set eth0 down
on receiver ip link set eth0 up
wait_for 10 lab_link_is_up receiver
now=$(intervals down)
claim 'a link that was down is heard again' wait_for 3 receives down $((now + 3))

now=$(intervals gone)
on receiver ip link delete eth0
lab_cable receiver
on relay ip link set to_receiver master middle
wait_for 10 lab_link_is_up receiver || lab_fail 'the new device does not come up'
claim 'a device that was deleted and came back is heard within a second' \
	wait_for 1 receives gone $((now + 1))
claim 'for good' wait_for 3 receives gone $((now + 4))

for name in one other; do
	lab_sender $name
	kill -INT "$pid"
	lab_sent $name
done
for name in down gone; do
	lab_join $name
	jq -s last "$lab/$name.out" >"$lab/$name.last.out"
	equal "$name: the END came, so what was sent is known" \
		"$(of $name.last '.flows[0] | .sent == .unique + .lost and .lost > 0')" true
	equal "$name: one flow" "$(of $name.last '.flows | length')" 1
done
noted() {
	[ "$(jq --arg text "$2" '.notes | any(contains($text))' "$lab/$1.last.out")" = true ]
}
claim 'the window of a link that was down is noted' noted down 'link_down: eth0 was down from '
claim 'and that a device was created again' noted gone 'eth0 was created again: joined again '
lab_done
