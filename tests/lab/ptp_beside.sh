#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# PTP-shaped probes beside a live master and its slave, over UDP/IPv4, UDP/IPv6 and in Ethernet: ptp4l
# logs nothing, and its offset stays where it was. A domain in use is refused.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/ptping.sh
. "${0%/*}/ptping.sh"

transports='4 6 2'

# said NAME: what ptp4l said but for the offsets
said() {
	grep -v 'master offset' "$lab/$1.ptp4l"
}

# offsets NAME: in ns, one a second
offsets() {
	sed -n 's/.*master offset *\(-*[0-9]*\) .*/\1/p' "$lab/$1.ptp4l"
}

offsets_are() {
	[ "$(offsets "$1" | wc -l)" -ge "$2" ]
}

# middle: the median of the numbers that come in
middle() {
	sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# Of those that come in, how far the furthest is from $1.
furthest() {
	awk -v middle="$1" '{ off = $1 > middle ? $1 - middle : middle - $1 }
		off > most { most = off } END { print most + 0 }'
}

# probe NAME HOST ARGUMENTS...
probe() {
	probe_name=$1
	probe_host=$2
	shift 2
	background "$probe_host" "$lab_build/ptprobe-send" -i eth0 --ptp "$@" >"$lab/$probe_name.send" 2>&1
	eval "lab_sender_$probe_name=$!"
}

lab_begin bridge second
wire_begin w receiver
for t in $transports; do
	ptp4l_start "m$t" sender "-$t"
	ptp4l_start "s$t" receiver "-$t" -s
done
for t in $transports; do
	ptp4l_is_slave "s$t"
done
for t in $transports; do
	wait_for 15 offsets_are "s$t" 5 || lab_fail 'the slave compares nothing'
	offsets "s$t" >"$lab/before.$t"
	said "m$t" >"$lab/m.$t"
	said "s$t" >"$lab/s.$t"
done

# Over IPv4 from the master's own host, which has the group joined as well.
probe p4 sender -4 -r 64 -c 320
probe p6 second -6 -r 64 -c 320
probe p2 second --l2 -r 64 -c 320
for t in $transports; do
	lab_sent "p$t"
done
for t in $transports; do
	offsets "s$t" | tail -n +"$(($(wc -l <"$lab/before.$t") + 1))" >"$lab/beside.$t"
done
for t in $transports; do
	equal "-$t: the master says nothing of the probes" "$(said "m$t")" "$(cat "$lab/m.$t")"
	equal "-$t: nor does the slave" "$(said "s$t")" "$(cat "$lab/s.$t")"
	# a busy machine's stamps are off by what its tasks wait; a Sync that was believed would be
	# off by much more than all that: ptp4l's clock and the probes' differ in domain and identity
	before=$(middle <"$lab/before.$t")
	spread=$(furthest "$before" <"$lab/before.$t")
	beside=$(middle <"$lab/beside.$t")
	off=$((beside > before ? beside - before : before - beside))
	claim "-$t: the slave's offset stays where it was" [ $off -le $((3 * spread + 50000)) ]
	echo "# $before ns +-$spread before, $beside beside $(wc -l <"$lab/beside.$t") s of probes"
	claim "-$t: it was looked at all the while" [ "$(wc -l <"$lab/beside.$t")" -ge 4 ]
done
wire_end w
equal 'all probes came by, as pairs' \
	"$(awk -F, '$3 == 99 { n[$2]++ } END { print n["sync"] + 0 }' "$lab/w.wire")" 960
equal 'and nothing but pairs' \
	"$(awk -F, '$3 == 99 && $2 != "sync" && $2 != "follow_up"' "$lab/w.wire" | wc -l)" 0

# A domain with a master in it.
wire_begin refused receiver
probe r4 second --ptp=0 -4 -r 8 -c 8
probe r6 second --ptp=0 -6 -r 8 -c 8
probe r2 second --ptp=0 --l2 -r 8 -c 8
for t in $transports; do
	lab_sender "r$t"
	lab_reap "r$t" "$pid"
	equal "-$t: a domain in use is refused" "$status" 4
	says "-$t: it is said why, and what to do" "$lab/r$t.send" '^ptprobe-send: .*domain 0 .*--force'
done
wire_end refused
masters=$(awk -F, '$2 == "announce" { print $4 }' "$lab/refused.wire" | sort -u)
slaves=$(awk -F, '$2 == "delay_req" { print $4 }' "$lab/refused.wire" | sort -u)
equal 'the clocks alone have sent' "$(cut -d, -f4 "$lab/refused.wire" | sort -u)" \
	"$(printf '%s\n' "$masters" "$slaves" | sort -u)"

# Whoever insists has his way. Nor do these clocks take it for their master's.
status=0
on second "$lab_build/ptprobe-send" -i eth0 --ptp=0 -4 --listen 0 --force -r 8 -c 8 -I 0 \
	>"$lab/forced.out" 2>"$lab/forced.err" || status=$?
equal '--force: it is sent' "$status" 0
lab_done
