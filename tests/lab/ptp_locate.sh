#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# PTP-shaped probes that are witnessed at both ends: of a Sync, or a Follow_Up, that the network dropped
# it is known that the network did, live and by the captures' files; over UDP and in Ethernet frames.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_needs_capture

# places FILE PORT: what died where of the run to that port: "network 6 of 0-0,5-9"
places() {
	jq -r --argjson port "$2" '[.places[] | select(.place != "delivered" and .port == $port) |
		"\(.place) \(.count) of " + ([.ranges[] | "\(.[0])-\(.[1])"] | join(","))] | join("; ")' "$1"
}

lab_begin relay
for kind in -4 -6 --l2; do
	lab_relay '
	ptp sync forth drop 5-9,40
	ptp follow_up forth drop 20-22'
	lab_capture sent sender -L 300ms --wait 20s -w "$lab/sent.pcapng"
	lab_capture came receiver -L 300ms --wait 20s -J -w "$lab/came.pcapng"
	lab_listen a --ptp $kind -J -I 0 -L 300ms -W 20s --witness
	on sender "$lab_build/ptprobe-send" -i eth0 --ptp $kind --listen 0 --force -J -I 0 --witness \
		-r 100 -c 100 -o "$lab/a.sender" 2>"$lab/send.err" || lab_fail 'ptprobe-send: failed'
	lab_join a
	lab_join sent
	lab_join came
	lab_truth

	status=0
	"$lab_build/ptprobe-locate" -J "$lab/a.sender" "$lab/a.out" --expect network \
		>"$lab/located" 2>"$lab/locate.err" || status=$?
	equal "$kind: the Syncs were lost in the network" "$(places "$lab/located" 319)" \
		'network 6 of 5-9,40-40'
	equal "$kind: and the Follow_Ups" "$(places "$lab/located" 320)" 'network 3 of 20-22'
	equal "$kind: as was expected" "$status" 0
	equal "$kind: the capture counts what the receiver does" \
		"$(of came '[.flows[] | .ptp_message, .unique, .lost, .missing.ranges] | tojson')" \
		"$(of a '[.flows[] | .ptp_message, .unique, .lost, .missing.ranges] | tojson')"
	lab_read came_file "$lab/came.pcapng" -L 300ms
	equal "$kind: and so it does from its file" \
		"$(of came_file '[.flows[] | .ptp_message, .unique, .lost] | tojson')" \
		"$(of a '[.flows[] | .ptp_message, .unique, .lost] | tojson')"

	case $kind in
	--l2) to='01:1b:19:00:00:00 \((event|general)\)' ;;
	-6) to='\[ff0e::181\]:3(19|20)' ;;
	*) to='224\.0\.1\.129:3(19|20)' ;;
	esac
	"$lab_build/ptprobe-locate" "$lab/a.sender" "$lab/a.out" >"$lab/located.text"
	equal "$kind: the text tells the paths apart" \
		"$(grep -Ec "^run [0-9a-f]* to $to: 100 probes: " "$lab/located.text")" 2

	status=0
	"$lab_build/ptprobe-locate" -J --tap sender="$lab/sent.pcapng" --tap receiver="$lab/came.pcapng" \
		>"$lab/located" 2>"$lab/locate.err" || status=$?
	equal "$kind: the files alone tell the same of the Syncs" "$(places "$lab/located" 319)" \
		'network 6 of 5-9,40-40'
	equal "$kind: and of the Follow_Ups" "$(places "$lab/located" 320)" 'network 3 of 20-22'
done

lab_done
