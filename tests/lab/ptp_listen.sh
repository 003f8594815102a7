#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Before PTP-shaped probes are sent: who is there, by each way that PTP takes, is found and named,
# and nothing is sent that could disturb a clock unless it is forced.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_begin bridge third
# shellcheck source=tests/lab/ptping.sh
. "${0%/*}/ptping.sh"

send=$lab_build/ptprobe-send

# try NAME HOST ARGUMENTS...: a sender in the background on that host's eth0; ended waits for it
try() {
	try_name=$1
	try_host=$2
	shift 2
	background "$try_host" "$@" >"$lab/$try_name.out" 2>"$lab/$try_name.err"
	eval "try_pid_$try_name=$!"
}

# ended NAME STATUS TEXT
ended() {
	eval "pid=\$try_pid_$1"
	lab_reap "$1" "$pid"
	equal "$3: status" "$status" "$2"
}

# what an ordinary user may not, or not all of it
no_frames='setpriv --bounding-set=-net_raw --inh-caps=-all'
no_rights='setpriv --bounding-set=-net_raw,-net_bind_service --inh-caps=-all'

wire_begin wire receiver
ptp4l_start v4 receiver -4 --domainNumber 70
ptp4l_start v6 receiver -6 --domainNumber 71
ptp4l_start site receiver -6 --domainNumber 69 --udp6_scope 0x05
ptp4l_start l2 receiver -2 --domainNumber 72
ptp4l_start p2p receiver -2 -P --domainNumber 73
for name in v4 v6 site l2 p2p; do
	ptp4l_is_master $name
done

few='-i eth0 -c 20 -r 100'
# shellcheck disable=SC2086
{
	try v4 sender "$send" $few --ptp=70
	try v6 sender "$send" $few --ptp=71
	try site sender "$send" $few --ptp=69
	try l2 sender "$send" $few --ptp=72
	try p2p sender "$send" $few --ptp=73
	try across sender "$send" $few --ptp=70 --l2
	try own_host receiver "$send" $few --ptp=70
	try forced sender "$send" $few --ptp=70 --force -J
	try clear sender "$send" $few --ptp=79 -J
	# beside one another
	try first sender "$send" -i eth0 -t 8s -r 32 --ptp=78
	try low_port sender $no_frames "$send" $few --ptp=70
	try low_port_v6 sender $no_frames "$send" $few --ptp=71
	try low_port_site sender $no_frames "$send" $few --ptp=69
	try low_port_clear sender $no_frames "$send" $few --ptp=77 -J
	try no_rights sender $no_rights "$send" $few --ptp=76
	try no_rights_forced sender $no_rights "$send" $few --ptp=75 \
		--force -J
	try stopped sender "$send" $few --ptp=74 --listen 60s
	try down third "$send" -i eth1 --ptp
}

wait_for 10 grep -q 'listening for PTP in domain 74' "$lab/stopped.err" ||
	lab_fail 'no sender says that it listens'
eval "pid=\$try_pid_stopped"
if grep -q '^S\["BASE_LDFLAGS"\]=.*sanitize' "$lab_build/config.status" 2>/dev/null; then
	skip 'it listens without any right' 'built with sanitizers'
else
	equal 'it listens without any right' \
		"$(sed -n 's/^CapEff:[[:space:]]*//p; s/^Seccomp:[[:space:]]*//p' "/proc/$pid/status" |
			tr '\n' ' ')" '0000000000000000 2 '
fi
kill -TERM "$pid"
ended stopped 3 'stopped while it listens'
says 'and it says so' "$lab/stopped.err" 'stopped while listening: nothing was sent'

# in_use TEXT NAME CLOCK ADDRESS
in_use() {
	ended "$2" 4 "$1"
	in_use_clock=$(ptp4l_asks "$3" 'GET DEFAULT_DATA_SET' |
		sed -n 's/^[[:space:]]*clockIdentity[[:space:]]*//p')
	says "$1: who is there" "$lab/$2.err" \
		"domain $ptp_domain is in use on eth0: $in_use_clock-1 at $4 \\(([a-z_]+, )*announce"
	claim "$1: no report" [ ! -s "$lab/$2.out" ]
}

ptp_domain=70
in_use 'UDP over IPv4' v4 v4 10.31.0.2
in_use 'UDP over IPv4, for probes without IP' across v4 10.31.0.2
in_use 'UDP over IPv4, by a master on the same host' own_host v4 10.31.0.2
in_use 'UDP over IPv4, without CAP_NET_RAW' low_port v4 10.31.0.2
ptp_domain=71
in_use 'UDP over IPv6' v6 v6 fd31::2
in_use 'UDP over IPv6, without CAP_NET_RAW' low_port_v6 v6 fd31::2
ptp_domain=69
in_use 'UDP over IPv6 of the site' site site fd31::2
in_use 'UDP over IPv6 of the site, without CAP_NET_RAW' low_port_site site fd31::2
mac=$(on receiver ip -j link show eth0 | jq -r '.[0].address')
ptp_domain=72
in_use Ethernet l2 l2 "$mac"
ptp_domain=73
in_use 'Ethernet, peer to peer' p2p p2p "$mac"

ended down 4 'an interface that does not exist'
ended no_rights 4 'without the rights to listen'
says 'and it says which' "$lab/no_rights.err" \
	'whether domain 76 is in use by UDP over IPv4 is unknown: .*CAP_NET_RAW or CAP_NET_BIND_SERVICE'
ended clear 0 'a domain of nobody'
equal 'all ways were listened to, and the others heard' "$(of clear '.sender.listened |
	(.ways | map(select(.heard) | .way) | join(" ")), .messages, .other_domains > 100' |
	tr '\n' ' ')" 'udp4 udp6 l2 0 true '
ended forced 0 'a domain in use, forced'
equal 'the report says so' "$(of forced '.notes | map(select(test(
	"^domain 70 is in use, and was forced: .*10.31.0.2 \\(sync, follow_up, announce\\)"))) |
	length')" 1
ended no_rights_forced 0 'a domain that nobody listened to, forced'
equal 'the report says of each way why not' "$(of no_rights_forced '.sender.listened.ways |
	map(select(.heard == false and (.reason | length > 10)) | .way) | join(" ")')" 'udp4 udp6 l2'
ended low_port_clear 0 'without CAP_NET_RAW, a domain of nobody'
equal 'frames without IP could not be listened to, which is said' "$(of low_port_clear '
	(.sender.listened.ways | map(select(.heard) | .way) | join(" ")),
	(.notes | map(select(test("^PTP by Ethernet was not listened to"))) | length)' |
	tr '\n' ' ')" 'udp4 udp6 1 '

# another sender, while the first one sends
on sender "$send" -i eth0 -c 10 -r 100 --ptp=78 -J >"$lab/second.out" 2>"$lab/second.err"
equal "another sender's probes are no clock" $? 0
equal 'and are noted' "$(of second '.notes | map(select(test("another ptprobe-send"))) | length')" 1
ended first 0 'the first one goes on'

wire_end wire
# the clocks are one host's, and have one identity
equal 'what was refused sent nothing' "$(awk -F, -v clock="$(of forced .sender.run_id)" '
	$3 >= 70 && $3 <= 74 && $2 ~ /^(sync|follow_up)$/ { count[$4]++ }
	$3 == 76 { wrong++ }
	END { for (i in count) clocks++; print clocks, count[clock], wrong + 0 }' "$lab/wire.wire")" \
	'2 50 0'
lab_done
