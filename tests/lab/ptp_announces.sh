#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What a master says of itself changes: its class, its time's relation to UTC, its distance from the
# grandmaster, its domain. Each change is one event of ptprobe-ptp's timeline, at the Announce that
# says so.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/ptping.sh
. "${0%/*}/ptping.sh"
needs_monitor

watch() {
	eval "began_$1=$(now)"
	monitor "$1" receiver --json-stream -I 0 -L 500ms
}

watched() {
	monitor_ends "$1"
	eval "ended_$1=$(now)"
}

lab_begin bridge second
eval "second_pid=\$lab_host_second"
on sender ip link add name eth1 type veth peer name eth1 netns "$second_pid"
on sender ip address add 10.32.0.1/24 dev eth1
on sender ip link set eth1 up
on second ip address add 10.32.0.2/24 dev eth1
on second ip link set eth1 up
wire_begin w receiver

# A boundary clock that is its own grandmaster, until it hears of another one behind it.
ptp4l_start boundary second -4 -i eth1 --priority1 100
ptp4l_is_master boundary
boundary=$(ptp4l_clock boundary)
watch steps
ptp_interface=eth1
ptp4l_start behind sender -4 --priority1 10
ptp_interface=eth0
awaits steps grandmaster_change
awaits steps steps_removed_change
behind=$(ptp4l_clock behind)
watched steps
ptp4l_end behind
ptp4l_end boundary

# A master whose receiver has found its satellites.
ptp4l_start m1 sender -4
ptp4l_is_master m1
m1=$(ptp4l_clock m1)
watch class
settings='clockClass 6 clockAccuracy 0x21 offsetScaledLogVariance 0x4e5d currentUtcOffset 37 leap61 0'
settings="$settings leap59 0 currentUtcOffsetValid 1 ptpTimescale 1 timeTraceable 1"
settings="$settings frequencyTraceable 1 timeSource 0x20"
ptp4l_asks m1 "SET GRANDMASTER_SETTINGS_NP $settings" >"$lab/set"
awaits class clock_class_change
awaits class utc_flag_change
watched class

# It is given another domain.
watch domain
ptp4l_end m1
ptp4l_start m1 sender -4 --domainNumber 5
awaits domain announce_timeout
awaits domain sync_timeout
ptp4l_is_master m1
sleep 0.5 # two Announces
watched domain
wire_end w

changed=$(wire_first w "$began_steps" "$ended_steps" 't == "announce" && $11 == 1')
timeline 'a boundary clock finds its grandmaster' steps <<END
grandmaster_change 0 $boundary $changed
steps_removed_change 0 $boundary $changed
END
equal 'the grandmaster is named' \
	"$(of steps '.events[] | select(.event == "grandmaster_change") | "\(.before) \(.after)" |
		gsub("[.]"; "")')" "$boundary $behind"
equal 'so are the steps' \
	"$(of steps '.events[] | select(.event == "steps_removed_change") | "\(.before) \(.after)"')" \
	'0 1'

changed=$(wire_first w "$began_class" "$ended_class" 't == "announce" && $10 == 6')
timeline 'another clock class' class <<END
clock_class_change 0 $m1 $changed
utc_flag_change 0 $m1 $changed
END
equal 'the classes are named' \
	"$(of class '.events[] | select(.event == "clock_class_change") | "\(.before) \(.after)"')" '248 6'

timeline 'another domain' domain <<END
announce_timeout 0 $m1 $(($(wire_last w "$began_domain" "$ended_domain" \
	't == "announce" && $3 == 0') + 750000000))
sync_timeout 0 $m1 $(($(wire_last w "$began_domain" "$ended_domain" \
	't == "sync" && $3 == 0') + 375000000))
END
equal 'the port is known in both domains' \
	"$(of domain '[.ports[].domain] | unique | tojson')" '[0,5]'
lab_done
