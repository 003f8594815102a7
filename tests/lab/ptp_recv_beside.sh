#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A receiver of PTP-shaped probes on a host whose own PTP daemon has the same ports: each hears all that
# it would hear alone, whoever came first, and a live network's messages are told from damage.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/ptping.sh
. "${0%/*}/ptping.sh"

# said NAME: what ptp4l said but for the offsets
said() {
	grep -v 'master offset' "$lab/$1.ptp4l"
}

# compares NAME COUNT: that slave has compared its clock so often
compares() {
	[ "$(grep -c 'master offset' "$lab/$1.ptp4l")" -ge "$2" ]
}

# compares_on NAME: and goes on to do so
compares_on() {
	wait_for 15 compares "$1" $(($(grep -c 'master offset' "$lab/$1.ptp4l") + 3))
}

# listen NAME ARGUMENTS...
listen() {
	listen_name=$1
	shift
	lab_listen "$listen_name" --ptp "$@" -J -I 0 -L 300ms -W 30s
}

lab_begin bridge second
for t in 4 6 2; do
	case $t in
	2) kind=--l2 ;;
	*) kind=-$t ;;
	esac
	# the receiver first, and then the daemons
	listen before $kind
	ptp4l_start master sender -$t
	ptp4l_start slave receiver -$t -s
	ptp4l_is_slave slave
	claim "$kind: a daemon starts where a receiver listens" compares_on slave
	# the daemons first, and then the receiver
	listen behind $kind
	said slave >"$lab/slave.said"
	on second "$lab_build/ptprobe-send" -i eth0 --ptp $kind --listen 0 --force -I 0 -r 100 -c 100 \
		>"$lab/send.out" 2>&1 || lab_fail 'ptprobe-send: failed'
	lab_join before
	lab_join behind
	for name in before behind; do
		equal "$kind, $name: it hears each probe once" "$(of $name \
			'[.flows[] | .ptp_message, .unique, .duplicate, .lost] | tojson')" \
			'["sync",100,0,0,"follow_up",100,0,0]'
		claim "$kind, $name: and the clocks" [ "$(of $name '.counts.foreign_ptp > 0')" = true ]
		equal "$kind, $name: which are neither alien nor corrupt" \
			"$(of $name '.counts | "\(.alien) \(.corrupt) \(.unvouched_syncs)"')" '0 0 0'
		claim "$kind, $name: a note tells of them" quietly jq -e \
			'.notes | any(test("messages of other clocks .* neither probes nor corrupt"))' \
			"$lab/$name.out"
	done
	claim "$kind: the slave goes on to compare" compares_on slave
	equal "$kind: and says nothing of it all" "$(said slave)" "$(cat "$lab/slave.said")"
	ptp4l_end slave
	ptp4l_end master
done
lab_done
