#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The main job, end to end: a probe through a relay that impairs it by a known script, and beside
# what the receiver says the relay's own books. Status 0 only when they are equal.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_refuse() {
	echo "demo: $1" >&2
	exit 4
}

lab_fail() {
	echo "demo: $1" >&2
	exit 1
}

script='drop      100-9900/100
drop      5000-5049
duplicate 37-9937/99
swap      61-9961/90
delay     3000-3019 15ms
corrupt   77-9977/900'

# counter NAME: what ptprobe-recv says
counter() {
	sed -n "s/^ptprobe_$1_probes_total{.*} //p" "$lab/metrics.prom"
}

# row NAME MEMBER: one line of the table
differences=0
row() {
	row_truth=$(jq ".flows[0].$2" "$lab/truth.json")
	row_said=$(counter "$2")
	row_equal=yes
	if [ "$row_truth" != "$row_said" ]; then
		row_equal='NO'
		differences=$((differences + 1))
	fi
	printf '  %-12s %8s %14s   %s\n' "$1" "$row_truth" "${row_said:-?}" "$row_equal"
}

lab_begin relay
cat <<END
Three hosts in this one machine, network namespaces joined by virtual cables:

  sender    10.31.0.1  ptprobe-send: 10,000 numbered probes to 239.255.31.9, 1,000 a second
     |
  relay                passes them on, but drops, duplicates, swaps, delays and damages some
     |
  receiver  10.31.0.2  ptprobe-recv: joins that multicast group and measures what arrives

The relay's script (100-9900/100: every hundredth of them):

$(printf '%s\n' "$script" | sed 's/^/  /')

  receiver\$ ptprobe-recv -i eth0 --max-loss 3% 239.255.31.9
  sender\$   ptprobe-send -i eth0 -r 1000 -t 10s 239.255.31.9

END
lab_relay "$script"
background receiver "$lab_build/ptprobe-recv" -i eth0 --max-loss 3% --prom "$lab/metrics.prom" \
	239.255.31.9 2>"$lab/demo.err"
lab_receiver_demo=$!
wait_for 10 lab_listens demo || lab_fail "ptprobe-recv: $(cat "$lab/demo.err")"
lab_send_start demo -r 1000 -t 10s 239.255.31.9
lab_sent demo
[ "$status" -eq 0 ] || lab_fail "ptprobe-send: $(cat "$lab/demo.send")"
lab_join demo
lab_truth

echo
echo 'What the relay wrote in its own books, and what ptprobe-recv said:'
echo
printf '  %-12s %8s %14s   %s\n' '' truth ptprobe-recv 'equal?'
row sent sent
row received received
row lost lost
row duplicated duplicate
row reordered reordered
row corrupt corrupt
echo
if [ "$differences" -gt 0 ] || [ "$status" -ne 0 ]; then
	echo "demo: $differences numbers differ from the truth, ptprobe-recv's status is $status" >&2
	exit 1
fi
cat <<'END'
Every number is the truth. (A corrupt probe is not believed, so it is lost, too; the
15 ms for which twenty probes were held show as the largest variation, PDV max.)

END
if ! [ -x "$lab_build/ptprobe-capture" ]; then
	echo 'Where they were lost is left out: ptprobe-capture was not built, which takes libpcap.'
	exit 0
fi
cat <<'END'
Now where: the sender gets a queue that is a little too slow, the relay drops every fortieth
probe, and the receiver is stopped for a while with a small socket buffer. A witness stands
beside each of the two:

  receiver$ ptprobe-recv -i eth0 --witness -J -o receiver.json --rcvbuf 20000
  sender$   ptprobe-send -i eth0 --witness -J -o sender.json -r 1000 -t 3s
  anywhere$ ptprobe-locate sender.json receiver.json

END

# dropped_by_the_queue, dropped_by_the_socket: what the kernels of the two hosts count themselves
dropped_by_the_queue() {
	on sender tc -s qdisc show dev eth0 | sed -n 's/.*(dropped \([0-9]*\),.*/\1/p' | head -n 1
}

dropped_by_the_socket() {
	on receiver cat /proc/net/snmp | awk '$1 == "Udp:" && NR % 2 == 0 { print $6 }'
}

drops() {
	[ "$(dropped_by_the_socket)" -ge $((before + $1)) ]
}

on sender sh -c 'tc qdisc add dev eth0 root handle 1: tbf rate 800kbit burst 2k limit 100k &&
	tc qdisc add dev eth0 parent 1:1 handle 2: pfifo_head_drop limit 10' ||
	lab_fail "tc: no queueing discipline 'tbf'"
lab_relay 'drop 20-2980/40'
before=$(dropped_by_the_socket)
lab_listen where -J -I 0 --rcvbuf 20000 --witness
lab_receiver where
stopped=$pid
lab_send_start where -r 1000 -t 3s -J -I 0 --witness -o "$lab/sender.json"
kill -STOP "$stopped"
wait_for 20 drops 100 || lab_fail 'the stopped receiver drops nothing'
kill -CONT "$stopped"
lab_sender where
lab_reap where "$pid"
lab_join where
lab_truth
cp "$lab/where.out" "$lab/receiver.json"
(cd "$lab" && "$lab_build/ptprobe-locate" sender.json receiver.json) || lab_fail 'ptprobe-locate failed'
(cd "$lab" && "$lab_build/ptprobe-locate" -J sender.json receiver.json) >"$lab/located.json"

# place NAME TRUTH: one line of the table
place() {
	place_said=$(jq --arg place "$1" '[.places[] | select(.place == $place).count] | add // 0' \
		"$lab/located.json")
	place_equal=yes
	if [ "$2" != "$place_said" ]; then
		place_equal='NO'
		differences=$((differences + 1))
	fi
	printf '  %-16s %8s %16s   %s\n' "$1" "$2" "$place_said" "$place_equal"
}

echo
echo "What tc, the relay and the receiver's kernel counted, and what ptprobe-locate found:"
echo
printf '  %-16s %8s %16s   %s\n' '' truth ptprobe-locate 'equal?'
place sender-qdisc "$(dropped_by_the_queue)"
place network "$(jq '.flows[0].lost' "$lab/truth.json")"
place receiver-socket $(($(dropped_by_the_socket) - before))
echo
if [ "$differences" -eq 0 ]; then
	echo 'Every probe was found.'
	exit 0
fi
echo "demo: $differences places differ from the truth" >&2
exit 1
