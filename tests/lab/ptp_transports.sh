#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Six healthy pairs of ptp4l at once, over UDP/IPv4, UDP/IPv6 and in Ethernet, with end-to-end and with
# peer delay: ptprobe-ptp on a third host joins their groups, sees what an independent capture of the
# same interface sees, finds nothing wrong, and sends nothing but its joining.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/ptping.sh
. "${0%/*}/ptping.sh"
needs_monitor

# timeouts of 1.5 and 0.75 s: a busy machine may keep ptp4l waiting for less
ptp_announce=-1
ptp_sync=-2
ptp_delay=-2

# By domain: 0 to 5.
kinds='-4:-E -6:-E -2:-E -4:-P -6:-P -2:-P'


# joined HOST PATTERN
joined() {
	on "$1" ip maddress show dev eth0 | grep -Eqi -e "$2"
}

not_joined() {
	! joined "$@"
}

# status_of PID FIELD
status_of() {
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" 2>/dev/null
}

is_confined() {
	if [ "$has_seccomp" = yes ]; then
		[ "$(status_of "$1" Seccomp)" = 2 ]
	else
		[ "$(status_of "$1" NoNewPrivs)" = 1 ]
	fi
}

# ptp_groups joined|not_joined HOST: a claim for each of PTP's groups
ptp_groups() {
	for group in '224\.0\.1\.129' '224\.0\.0\.107' 'ff0e::181' 'ff02::6b' '01:1b:19:00:00:00' \
		'01:80:c2:00:00:0e'; do
		claim "$(echo "$group" | sed 's/\\././g'): $1" "$1" "$2" "(^|[^0-9a-f])$group( |\$)"
	done
}

has_seccomp=no
if ! grep -q '^S\["BASE_LDFLAGS"\]=.*sanitize' "$lab_build/config.status" 2>/dev/null &&
	grep -q '^Seccomp:' /proc/self/status; then
	has_seccomp=yes
fi

lab_begin bridge second
on relay ip link set middle type bridge group_fwd_mask 0x4000 2>/dev/null ||
	lab_refuse 'the bridge cannot be told to forward 01-80-C2-00-00-0E'
on second ip -o link show eth0 | sed "s/.*ether \([0-9a-f:]*\).*/\1/" >"$lab/mac"
ptp_groups not_joined second
wire_begin w second
monitor healthy second -J -I 0 --max-events any=0 --max-loss 0 --max-missing-follow-up 0 --max-unanswered 0
lab_receiver healthy
claim 'it gives its rights up' wait_for 5 is_confined "$pid"
equal 'CapEff, CapPrm, NoNewPrivs' \
	"$(status_of "$pid" CapEff) $(status_of "$pid" CapPrm) $(status_of "$pid" NoNewPrivs)" \
	'0000000000000000 0000000000000000 1'
ptp_groups joined second

domain=0
for kind in $kinds; do
	ptp4l_start "m$domain" sender "${kind%:*}" "${kind#*:}" --domainNumber $domain
	ptp4l_start "s$domain" receiver "${kind%:*}" "${kind#*:}" -s --domainNumber $domain
	domain=$((domain + 1))
done
for domain in 0 1 2 3 4 5; do
	ptp4l_is_slave "s$domain"
done
sleep 1
# from here on neither hears anything: both have seen the same
on relay ip link set to_second nomaster
monitor_ends healthy
wire_end w

equal 'each port and type: as many as on the wire' "$(monitor_counts healthy)" "$(wire_counts w)"
equal 'all six pairs are there' "$(wire_counts w | awk '$3 == "sync" { n++ } END { print n }')" 6
timeline 'a healthy path' healthy <<END
END
equal 'it passes' "$status $(of healthy .verdict.result)" '0 pass'
equal 'nothing is lost, doubled or without its other half' \
	"$(of healthy '[.ports[].messages[] | .lost + .duplicate + .reordered + .missing_follow_up +
		.unanswered + .multiple] | add')" 0
equal 'the requests are answered' \
	"$(of healthy '[.ports[].messages[] | select(.type == "delay_req" or .type == "pdelay_req") |
		.answered] | length == 9 and min >= 1')" true
equal 'the transports' \
	"$(of healthy '[.ports[] | select(.role == "master")] | sort_by(.domain) | map(.transport) |
		join(" ")')" 'UDP/IPv4 UDP/IPv6 Ethernet UDP/IPv4 UDP/IPv6 Ethernet'
equal 'Syncs come as often as the master says' \
	"$(of healthy '[.ports[].messages[] | select(.type == "sync") | .rate_ratio] |
		all(. > 0.8 and . < 1.2)')" true

# What left the monitor's host.
mac=$(cat "$lab/mac")
HOME=$lab tshark -r "$lab/w.pcapng" -Y "eth.src == $mac" -T fields -e frame.protocols \
	>"$lab/sent" 2>/dev/null
claim 'it asked for the groups' grep -q 'igmp' "$lab/sent"
claim 'of IPv6 as well' grep -q 'icmpv6' "$lab/sent"
HOME=$lab tshark -r "$lab/w.pcapng" \
	-Y "eth.src == $mac && !igmp && !(icmpv6.type == 143 || icmpv6.type == 131 || icmpv6.type == 132)" \
	>"$lab/sent" 2>/dev/null
equal 'and sent nothing else' "$(cat "$lab/sent")" ''

# It leaves nothing behind, and with --no-join there was nothing.
ptp_groups not_joined second
on relay ip link set to_second master middle
monitor quiet second -J -I 0 --no-join -W 2s -t 500ms
ptp_groups not_joined second
lab_join quiet
equal '--no-join: what comes anyway is seen' "$status $(of quiet '.ports | length >= 6')" '0 true'

# Whoever may not listen is told so.
if setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null; then
	status=0
	on second setpriv --reuid 65534 --regid 65534 --clear-groups "$monitor" -i eth0 -t 1s \
		>"$lab/user.out" 2>"$lab/user.err" || status=$?
	equal 'an ordinary user may not listen' "$status $(wc -c <"$lab/user.out")" '4 0'
	says 'and is told what is missing' "$lab/user.err" '^ptprobe-ptp: .*CAP_NET_RAW'
else
	skip 'an ordinary user may not listen' 'only one user here'
	skip 'and is told what is missing' 'only one user here'
fi

# Nothing comes: no verdict.
for domain in 0 1 2 3 4 5; do
	ptp4l_end "s$domain"
	ptp4l_end "m$domain"
done
monitor nothing second -J -I 0 -W 300ms --max-events any=0
lab_join nothing
equal 'no message came: inconclusive' "$status $(of nothing .verdict.result)" '3 inconclusive'
lab_done
