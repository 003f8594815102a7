#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Hardware stamps: departures of every shape, arrivals of PTP over Ethernet, a card that stamps no
# other, its clock followed, and its setting given back. nic1 is on another host, the namespace far.
# guest: programs ip jq ptprobe-send ptprobe-recv tests/guest/hwtstamp tests/guest/igb_unlatch
# guest: programs tests/guest/clocks
# guest: deadline 300
# functions are called by name; jq expands for itself; status is tap.sh's
# shellcheck disable=SC2016,SC2154,SC2317
# shellcheck source=tests/cli/tap.sh
. "${0%/*}/../cli/tap.sh"
cd "$scratch" || exit 99

# await COMMAND...: until it succeeds, 20 s at most.
await() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || return 1
		sleep 0.05
	done
}

on_far() {
	ip netns exec far "$@"
}

# Before it is far, for sysfs shows only what is near.
igb_unlatch nic1 >unlatch.out &
unlatch=$!
trap 'kill $unlatch; rm -rf "$scratch"' EXIT
await grep -q reading unlatch.out
ip netns add far
ip link set nic1 netns far
ip address add 192.0.2.1/24 dev nic0
ip link set nic0 up
ip -n far address add 192.0.2.2/24 dev nic1
ip -n far link set nic1 up
ip route add 224.0.0.0/4 dev nic0
has_carrier() {
	grep -q 1 /sys/class/net/nic0/carrier && ip -n far link show nic1 | grep -q LOWER_UP
}
await has_carrier
clocks synchronised

# sent ARGUMENTS...: 10 probes by nic0, the report in sent.json; $status
sent() {
	status=0
	ptprobe-send -i nic0 -c 10 -r 20 -I 0 -J "$@" >sent.json 2>sent.err || status=$?
}

# hears ARGUMENTS...: the receiver at nic1; its report will be in heard.json
hears() {
	: >heard.err
	on_far ptprobe-recv -i nic1 -I 0 -J -W 30s "$@" >heard.json 2>heard.err &
	receiver=$!
	await grep -q listening heard.err
}

# Waits for it; $heard is its status.
heard() {
	heard=0
	wait "$receiver" || heard=$?
}

# what FILE FILTER EXPECTED: so jq finds it
what() {
	found=$(jq -rc "$2" "$1") && [ "$found" = "$3" ] && return
	echo "$2 of $1 is '$found', not '$3'"
	jq -c '.stamps, .notes, .verdict' "$1"
	cat "${1%.json}.err"
	return 1
}

setting() { # INTERFACE: as "tx 0 rx 0"
	case $1 in
	nic1) on_far hwtstamp nic1 ;;
	*) hwtstamp "$1" ;;
	esac
}
is_set() {
	[ "$(setting "$1")" = "$2" ]
}

# The kernel stamps before the card, or at arrivals behind it. By how much they may seem to be the
# other way round follows from the map: a sample is off by the uncertainty u at most, and its line,
# of which two samples u off make the slope, goes on for at most four times as long as it is when
# it is youngest and the next sample late: u + 4 * 2u, twice.
in_order() {
	what "$1" '.stamps | .lag.min_ns >= -18 * .phc.uncertainty_ns' true
}

off='tx 0 rx 0'
claim nothing_is_set_at_the_start is_set nic0 "$off"

# The driver stamps one departure at a time, and counts those that it passes over meanwhile: where the
# guest is held up, some of them.
complete='(.evidence | [.before, .after] | map(["skipped", "timeouts"] as $names |
	[.["ethtool.tx_hwtstamp_" + $names[]] // 0] | add) | .[1] - .[0]) as $skipped |
	.stamps.tx | .hardware >= 5 and .missing == $skipped and
	.hardware + .software == 10 and .software == .missing'
native() {
	hears
	sent --hwstamp
	heard
	{ is status "$status" 0 && what sent.json "$complete" true &&
		what sent.json '.stamps | [.hwstamp, .setting]' '[true,"tx stamps on"]'; }
}
claim every_departure_is_stamped_by_the_card native
claim its_stamps_are_in_the_hosts_time_behind_the_kernels in_order sent.json
reported() {
	share=$(jq '.stamps.tx | .hardware / 10' sent.json)
	{ is status "$heard" 0 && what heard.json '.flows[0].delay.source' hardware &&
		what heard.json '.flows[0].delay.source_share.hardware' "$share"; }
}
claim the_receiver_is_told_that_they_are_the_cards reported
# It measures from the card's stamp to its own kernel's, by one clock: no arrival before departure.
absolute() {
	u=$(jq .stamps.phc.uncertainty_ns sent.json)
	what heard.json ".flows[0].delay.min_ns >= -9 * $u" true
}
claim no_probe_arrives_before_it_left absolute
claim the_setting_is_given_back is_set nic0 "$off"

sends_on() {
	ptprobe-send -i nic0 -t 0 -r 50 -I 0 -q --hwstamp >running.out 2>&1 &
	sender=$!
	await is_set nic0 'tx 1 rx 0' || {
		setting nic0
		cat running.out
		return 1
	}
}
# The child that waits for the end holds two pipes and a socket, and may set the card, no more.
child() {
	grep -slx ptprobe-restore /proc/[0-9]*/comm | sed 's,/comm,,'
}
is_confined() {
	grep -q '^Seccomp:.*2$' "$(child)/status"
}
confined() {
	sends_on || return
	await is_confined
	keeper=$(child)
	is 'what it may do' "$(grep -E '^(CapPrm|CapEff|NoNewPrivs|Seccomp):' "$keeper/status" |
		tr -d '\t' | tr '\n' ' ')" \
		'CapPrm:0000000000001000 CapEff:0000000000001000 NoNewPrivs:1 Seccomp:2 ' || return
	# shellcheck disable=SC2012
	is descriptors "$(ls "$keeper/fd" | tr '\n' ' ')" '0 1 2 3 4 ' || return
	kill -TERM "$sender"
	wait "$sender"
	is 'the child' "$(child)" ''
}
claim who_gives_it_back_can_do_nothing_else confined
ends_by() { # SIGNAL
	sends_on || return
	kill "-$1" "$sender"
	wait "$sender"
	await is_set nic0 "$off"
}
claim the_setting_is_given_back_after_sigterm ends_by TERM
claim and_after_sigkill ends_by KILL
changed() {
	sends_on && hwtstamp nic0 1 12 && kill -TERM "$sender" || return
	wait "$sender"
	grep -q "'nic0' was not set back .*another has set it meanwhile" running.out || {
		cat running.out
		return 1
	}
	is_set nic0 'tx 1 rx 12'
}
claim what_another_has_set_meanwhile_stays changed

# A sender and a receiver on one card, which end in either order: each gives back its own half.
hears_on() {
	ptprobe-recv -i nic0 -I 0 -q --ptp --l2 --hwstamp -W 60s >hearing.out 2>&1 &
	receiver=$!
	await is_set nic0 'tx 1 rx 12' || {
		setting nic0
		cat hearing.out
		return 1
	}
}
shared() { # FIRST SECOND: of sender and receiver
	hwtstamp nic0 0 0 >set.out
	sends_on && hears_on || return
	for one in "$@"; do
		eval "kill -TERM \"\$$one\"; wait \"\$$one\""
	done
	await is_set nic0 "$off" || {
		setting nic0
		cat running.out hearing.out
		return 1
	}
}
claim a_card_that_two_share_is_given_back_by_the_sender_first shared sender receiver
claim and_by_the_receiver_first shared receiver sender
at_once() {
	hwtstamp nic0 0 0 >set.out
	sends_on && hears_on || return
	kill -KILL "$sender" "$receiver"
	wait "$sender" "$receiver"
	await is_set nic0 "$off"
}
claim and_by_both_at_once_after_sigkill at_once
hwtstamp nic0 1 12 >set.out

# As beside ptp4l.
beside() {
	sent
	{ what sent.json '.stamps | [.asked, .hwstamp]' '["auto",false]' &&
		what sent.json "$complete" true && is_set nic0 'tx 1 rx 12'; }
}
claim without_hwstamp_a_card_that_is_set_up_is_used beside
hwtstamp nic0 0 0 >set.out
not_set() {
	sent --stamp=hardware
	{ is status "$status" 3 && what sent.json '.stamps.tx | [.hardware, .software, .missing]' \
		'[0,10,10]' && what sent.json '.stamps.lacks' \
		"'nic0' is set to tx stamps off: --hwstamp sets it up"; }
}
claim without_hwstamp_a_card_that_is_not_is_left_alone not_set

ethernet() {
	hears --ptp --l2 --hwstamp
	setting nic1 >setting.during
	sent --ptp --l2 --hwstamp --force --listen 0
	heard
	{ what sent.json "$complete" true && is status "$heard" 0 &&
		is 'the filter' "$(cat setting.during)" 'tx 0 rx 12' &&
		what heard.json '.stamps.rx | .hardware >= 5 and .hardware + .missing == 10' true &&
		what heard.json '.flows | map(select(.port == 319)) | .[0].delay |
			[.source, .receive_source]' '["hardware","hardware"]'; }
}
claim ptp_over_ethernet_is_stamped_by_both_cards ethernet
claim arrivals_are_stamped_before_the_kernel_sees_them in_order heard.json
claim the_receiver_gives_the_setting_back is_set nic1 "$off"

udp() {
	hears --ptp --hwstamp "$@"
	sent --ptp --hwstamp --force --listen 0
	heard
	what sent.json "$complete" true &&
		what heard.json '.stamps.rx | [.hardware, .software, .missing]' '[0,10,10]' &&
		what heard.json '.notes | map(select(test(
			"^nic1 accepted rx filter ptpv2-event and stamped none of 10 arrivals of PTP over UDP: .*--l2"))) |
			length' 1
}
udp_auto() {
	udp && is status "$heard" 0
}
claim a_card_that_accepts_ptp_over_udp_and_stamps_none_is_told_so udp_auto
udp_hardware() {
	udp --stamp=hardware
	{ is status "$heard" 3 && what heard.json '.verdict.result' inconclusive; }
}
claim and_it_is_inconclusive_when_hardware_was_asked_for udp_hardware

native_arrivals() {
	run on_far ptprobe-recv -i nic1 --hwstamp -W 1s
	{ is status "$status" 4 && grep -q "can't stamp arrivals that aren't PTP" err &&
		is_set nic1 "$off"; } || cat err
}
claim a_card_that_stamps_ptp_alone_is_refused_for_others native_arrivals
anothers() {
	on_far hwtstamp nic1 0 4
	run on_far ptprobe-recv -i nic1 --ptp --hwstamp -W 1s
	{ is status "$status" 4 && grep -q "is set up by another, rx filter ptpv1-l4-sync" err &&
		is_set nic1 'tx 0 rx 4'; } || {
		cat err
		setting nic1
		return 1
	}
}
claim a_filter_that_another_relies_on_is_not_taken_away anothers

# Half a run by one time scale, half by another 37 s on.
stepped() {
	status=0
	ptprobe-send -i nic0 -c 60 -r 20 -I 500ms --json-stream --hwstamp >stepped.out 2>stepped.err &
	sender=$!
	await grep -q interval stepped.out
	for clock in /sys/class/net/nic0/device/ptp/*; do
		clocks step "/dev/${clock##*/}" 37 || return
	done
	wait "$sender" || status=$?
	tail -n 1 stepped.out >stepped.json
	{ is status "$status" 0 && what stepped.json '.stamps.phc.steps' 1 &&
		what stepped.json '.notes | map(select(test("was set 1 times, last by 37.0 s"))) | length' 1 &&
		what stepped.json '.stamps.tx | .hardware >= 40 and .hardware + .missing == 60' true; }
}
claim a_clock_that_is_set_is_told_and_followed stepped
claim its_stamps_are_in_order_all_the_same in_order stepped.json
plan
