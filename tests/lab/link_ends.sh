#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Both ends of a link: their cards are judged, the load goes where it is told to, runs where it is told
# to, by processes that may do next to nothing; and the result comes in each form.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/linking.sh
. "${0%/*}/linking.sh"

none=0000000000000000
has_seccomp=no
if ! grep -q '^S\["BASE_LDFLAGS"\]=.*sanitize' "$lab_build/config.status" 2>/dev/null &&
	grep -q '^Seccomp:' /proc/self/status; then
	has_seccomp=yes
fi

# status_of PID FIELD
status_of() {
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" 2>/dev/null
}

has_children() {
	[ "$(children "$1" | wc -w)" -ge "$2" ]
}

is_confined() {
	if [ "$has_seccomp" = yes ]; then
		[ "$(status_of "$1" Seccomp)" = 2 ]
	else
		[ "$(status_of "$1" NoNewPrivs)" = 1 ] && [ "$(status_of "$1" CapPrm)" = "$none" ]
	fi
}

# confined TEXT PID
confined() {
	claim "$1: has no rights left" wait_for 5 is_confined "$2"
	equal "$1: CapPrm, CapEff, NoNewPrivs" \
		"$(status_of "$2" CapPrm) $(status_of "$2" CapEff) $(status_of "$2" NoNewPrivs)" \
		"$none $none 1"
}

lab_begin bridge

# Both cards.
serve both -p 5301
load both -t 1s -p 5301 "$there"
ended 'both ends seen' both pass
good "the far end's card is its own" both '.far.after.interface == "eth0" and .far_unknown == null and
	.far.after.counters["link.rx_bytes"] - .far.before.counters["link.rx_bytes"] >= .load.received_bytes'
good 'what one sent the other received' both '
	(.after.counters["link.tx_packets"] - .before.counters["link.tx_packets"]) as $out |
	.far.after.counters["link.rx_packets"] - .far.before.counters["link.rx_packets"] |
	. >= $out * 0.98 and . <= $out * 1.02 + 50'
load needed -t 1s -p 5301 --far-end "$there"
ended '--far-end has what it needs' needed pass
load both_ways -t 1s -p 5301 --bidir "$there"
ended 'both ways, both ends' both_ways pass
load reverse -t 1s -p 5301 -R -u -b 50M "$there"
ended 'back, UDP, both ends' reverse pass

# veth counts no damaged frames, and of that no pass comes.
status=0
on sender "$link" -i eth0 -J -t 1s -p 5301 "$there" >"$lab/blind.out" 2>"$lab/blind.err" || status=$?
ended 'without wire counters' blind inconclusive
reason 'it says so of this end' blind '^this end, eth0: CRC not observable here: veth counts no damaged frames$'
reason 'and of the other' blind '^far end, eth0: CRC not observable here'

# --interface binds the load: two cards in one network, of which the routes would take the first.
eval "sender_pid=\$lab_host_sender"
on relay ip link add to_second type veth peer name eth1 netns "$sender_pid"
on relay ip link set to_second master middle up
on sender sh -c 'cd /proc/sys/net/ipv4/conf && echo 1 >all/arp_ignore && echo 2 >all/arp_announce'
on sender ip address add 10.31.0.101/24 dev eth1
on sender ip link set eth1 up
second_is_up() {
	on sender ip link show eth1 | grep -q 'state UP'
}
wait_for 10 second_is_up
eth0_sent() {
	on sender ip -s -j link show eth0 | jq '.[0].stats64.tx.bytes'
}
load_interface=eth1
eth0_before=$(eth0_sent)
load second -t 1s -p 5301 "$there"
eth0_after=$(eth0_sent)
ended 'the load goes through the interface that is named' second pass
good 'its counters tell' second '.load.received_bytes > 1e6 and .interface == "eth1" and
	.after.counters["link.tx_bytes"] - .before.counters["link.tx_bytes"] >= .load.received_bytes'
claim "and those of the other card, which the routes prefer" [ $((eth0_after - eth0_before)) -lt 20000 ]
load foreign -t 1s -p 5301 -B 10.31.0.1 "$there"
ended "an address of the other card's doesn't carry it away" foreign inconclusive
load_interface=eth0
background sender "$link" -i eth0 --server -p 5311 2>"$lab/own.told"
own=$!
wait_for 10 is_serving own || lab_fail 'no server on the sender'
load within -t 1s -p 5311 10.31.0.1
ended 'a load that stays within the host' within inconclusive
kill -TERM "$own"
on sender ip link delete eth1

# Where the processes run, and what they may do.
end_server
serve placed -p 5301 -A 1
claim 'a server has a child that serves' wait_for 5 has_children "$server" 1
load_start placed -t 3s -p 5301 -A 0 "$there"
claim 'a client has one that loads' wait_for 5 has_children "$loader" 1
confined 'client' "$loader"
confined 'server' "$server"
for child in $(children "$loader"); do
	confined "the client's child" "$child"
	equal '-A: where it runs' "$(status_of "$child" Cpus_allowed_list)" 0
done
for child in $(children "$server"); do
	confined "the server's child" "$child"
	equal "the server's -A" "$(status_of "$child" Cpus_allowed_list)" 1
done
load_end placed
ended 'placed' placed pass
load_start pinned -t 2s -p 5301 --pin "$there"
wait_for 5 has_children "$loader" 1
for child in $(children "$loader"); do
	claim "the chosen child" wait_for 5 is_confined "$child"
	pinned=$(status_of "$child" Cpus_allowed_list)
done
load_end pinned
ended '--pin' pinned pass
good '--pin: it says where, and why' pinned '.notes | any(test("^placed on CPU [0-9]+: "))'
equal '--pin: and there it was' "$(of pinned '.notes[] | select(test("^placed on CPU")) |
	capture("CPU (?<cpu>[0-9]+)").cpu')" "$pinned"

# Ordinary users.
if setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null; then
	status=0
	on sender setpriv --reuid 65534 --regid 65534 --clear-groups "$link" -i eth0 -J -t 1s -p 5301 \
		--max wire=any "$there" >"$lab/user.out" 2>"$lab/user.err" || status=$?
	ended 'an ordinary user has the whole test' user pass
	good 'both ends included' user '.far.after.interface == "eth0"'
else
	skip 'an ordinary user' 'only one user here'
	skip 'both ends included' 'only one user here'
fi

# A signal ends it with what there is.
load_start stopped -t 30s -p 5301 "$there"
wait_for 5 has_children "$loader" 1
sleep 2
began=$(now_ms)
kill -INT "$loader"
load_end stopped
claim 'SIGINT ends it at once' [ $(($(now_ms) - began)) -lt 3000 ]
ended 'a test that is cut short has no verdict' stopped inconclusive
reason 'it says why' stopped '^the load ended after [0-9.]+ s of 30\.0 s$'
good 'and has what it measured' stopped '.load.interrupted and .load.sent_bps > 1e6 and
	.load.received_bps == null and .after != null and .far.after != null'
good 'what nobody has told is not said to be nothing' stopped '
	.notes | all(test("b/s of TCP on a link") | not)'
load_start ended -t 30s -p 5301 "$there"
wait_for 5 has_children "$loader" 1
sleep 1
kill -TERM "$loader"
load_end ended
ended 'SIGTERM likewise' ended inconclusive

# Forms.
run_form() { # NAME ARGUMENTS...
	form=$1
	shift
	status=0
	on sender "$link" -i eth0 -t 2s -p 5301 --max wire=any "$@" "$there" >"$lab/$form.out" \
		2>"$lab/$form.err" || status=$?
}
run_form text --prom "$lab/text.prom" -I 500ms --color=never
equal 'text' "$status $(cat "$lab/text.err")" '0 '
claim 'it has lines while it runs' [ "$(grep -Ec '^ +[0-9.]+- +[0-9.]+ .* b/s .* 0$|^ +[0-9.]+- +[0-9.]+ .*[kMG]b/s +0$' "$lab/text.out")" -ge 3 ]
says 'the load' "$lab/text.out" '^  forward   [0-9.]+ [MG]b/s sent, [0-9.]+ [MG]b/s arrived, [0-9]+ retransmits$'
says 'this end' "$lab/text.out" '^this end: eth0 of .* \(veth\): 10000 Mb/s, full duplex, carrier, MTU 1500$'
says 'the far end' "$lab/text.out" '^far end: eth0 of .* \(veth\): '
says 'the verdict' "$lab/text.out" '^PASS: '
says 'what was never seen' "$lab/text.out" '^  not observable here: CRC \(wire\)'
says 'prometheus' "$lab/text.prom" '^ptprobe_link_errors\{end="far",.*class="wire"\} 0$'
says 'prometheus: the load' "$lab/text.prom" '^ptprobe_link_load_bits_per_second\{way="forward",at="receiver"\} [0-9.e+]+$'
claim 'prometheus types precede their samples' \
	awk '/^# TYPE/ { if (known[$3]) exit 1; known[$3] = 1; next } /^#/ { next }
		{ name = $1; sub(/\{.*/, "", name); sub(/_(sum|count)$/, "", name) }
		!known[name] || NF < 2 { exit 1 }' "$lab/text.prom"
run_form nagios --nagios
equal 'nagios: one line' "$status $(wc -l <"$lab/nagios.out") $(cat "$lab/nagios.err")" '0 1 '
says 'nagios: with its figures' "$lab/nagios.out" \
	"^PTPROBE OK - [0-9.]+ [MG]b/s forward, no judged counter moved, both ends seen \| .*'far_wire'=U;.*'forward_bps'=[0-9]+;"
run_form quiet -q -o "$lab/quiet.file"
equal 'quiet: the report alone, in its file' \
	"$status $(cat "$lab/quiet.out" "$lab/quiet.err") $(grep -c '^ *[0-9.]*- ' "$lab/quiet.file") $(
		grep -c ^PASS "$lab/quiet.file")" '0  0 1'
equal 'JSON: one document, of the schema' \
	"$(jq -s 'map(.schema) | unique | tojson + " " + (length | tostring)' -r "$lab/both.out")" \
	"[\"$(of both .schema)\"] 1"

# What can't be written.
run_form full -J -o /dev/full
equal 'no room for the report' "$status" 5
says 'it says so' "$lab/full.err" "^ptprobe-link: write to /dev/full: no space left on device"
run_form nowhere -J --prom "$lab/nowhere/x.prom"
equal 'no folder for the metrics' "$status $(wc -c <"$lab/nowhere.out")" '5 0'
status=0
on sender "$link" -i eth0 -t 1s -p 5301 -J "$there" >/dev/full 2>"$lab/stdout.err" || status=$?
equal 'no room on standard output' "$status" 5
status=0
on sender "$link" -i eth0 -t 1s -p 5301 -J "$there" >&- 2>"$lab/closed.err" || status=$?
equal 'standard output that is closed' "$status" 5
end_server
lab_done
