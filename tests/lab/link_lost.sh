#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A link, and a card, that goes while it is tested: for a while, for good, or by its name alone.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/linking.sh
. "${0%/*}/linking.sh"
needs_iperf3

lab_begin bridge

# 6 s without a link; TCP sees that it is back when it tries again, whose waits double: up to 9 s
serve down -p 5301
(sleep 2 && on receiver ip link set eth0 down && sleep 6 && on receiver ip link set eth0 up) &
load down -t 11s -p 5301 "$there"
ended 'a link that was down for 6 s' down fail
reason 'down: both carrier changes' down '^far end, eth0: 2 link errors \(link\.carrier_changes\), limit 0$'
reason 'down: the stall, though libiperf says success' down \
	'^nothing went for [5-9]\.[0-9] s while the carrier changed 2 times, though iperf calls it a success$'
good 'down: the advice comes with the counter' down '.far.moved[] | select(.name == "link.carrier_changes") |
	.class == "link" and .delta == 2 and (.advice | test("dmesg"))'
end_server
wait_for 10 lab_link_is_up receiver

# of which the other end sees nothing, as its server is a stock one
iperf3_serve 5202
(sleep 2 && on receiver ip link set eth0 down && sleep 6 && on receiver ip link set eth0 up) &
load unseen -t 11s -p 5202 "$there"
ended 'a stall that no card explains' unseen inconclusive
reason 'unseen: it is found by its intervals' unseen '^nothing went for [5-9]\.[0-9] s \([0-9]+ of 11 intervals\), though'
end_server
wait_for 10 lab_link_is_up receiver

# this end's own link, and for good
serve cut -p 5301
(sleep 2 && on sender ip link set eth0 down) &
load cut -t 4s -p 5301 "$there"
claim 'a link that is cut fails' [ "$status" = 1 ]
reason 'cut: it has no carrier' cut '^this end, eth0: no carrier at the end$'
within 'cut' 40000
on sender ip link set eth0 up
end_server
wait_for 10 lab_link_is_up sender
lab_address sender 2>/dev/null

# the interface: another name, and gone
serve renamed -p 5301
(sleep 1 && on sender ip link set eth0 name eth7) &
load renamed -t 3s -p 5301 "$there"
if [ "$(on sender ip -br link show | grep -c '^eth7')" = 1 ]; then
	ended 'an interface that is renamed is the same one' renamed pass
	good 'renamed: it says so' renamed '.notes | any(test("its name: it is called eth7 by now"))'
	good 'renamed: its speed is known' renamed '.after.speed_mbps == .before.speed_mbps'
	on sender ip link set eth7 down
	on sender ip link set eth7 name eth0
	on sender ip link set eth0 up
	wait_for 10 lab_link_is_up sender
	lab_address sender 2>/dev/null
else
	skip 'an interface that is renamed' 'this kernel renames none that is up'
fi
(sleep 2 && on sender ip link delete eth0 && lab_cable sender && on relay ip link set to_sender master middle) &
load again_new -t 4s -p 5301 "$there"
ended 'an interface that is made anew' again_new inconclusive
reason 'made anew: says so' again_new "^this end was not seen: counters of 'eth0': it was deleted"
within 'made anew' 40000
wait_for 10 lab_link_is_up sender
end_server
serve fresh -p 5301
load fresh -t 1s -p 5301 "$there"
ended 'the new one can be tested' fresh pass
(sleep 1 && on receiver ip link delete eth0 && lab_cable receiver && on relay ip link set to_receiver master middle) &
load far_new -t 3s -p 5301 "$there"
ended "the far end's, made anew" far_new inconclusive
reason 'it is lost' far_new '^far end was seen before the load, not after it: '
end_server
lab_done
