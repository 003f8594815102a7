#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The load of the link test: libiperf's clients and servers against the distribution's iperf3 and
# each other, and all that goes wrong between them, each told within its time.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

try=$lab_build/tests/cli/load_try
[ -x "$try" ] || lab_refuse 'ptprobe-link was not built: install libiperf-dev, and configure again'
command -v iperf3 >/dev/null || lab_refuse "'iperf3' is missing: install it"

# listens HOST PORT: somebody listens there
listens() {
	on "$1" cat /proc/net/tcp /proc/net/tcp6 |
		grep -q ":$(printf %04X "$2") [0:]* 0A \|:$(printf %04X "$2") 0*:0000 0A "
}

# iperf3_serve PORT ARGUMENTS...: the distribution's, on the receiver; $server
iperf3_serve() {
	serve_port=$1
	shift
	background receiver iperf3 -s -p "$serve_port" "$@" >/dev/null 2>&1
	server=$!
	wait_for 10 listens receiver "$serve_port" || lab_fail 'iperf3 does not listen'
}

# serve NAME ARGUMENTS... ADDRESS: ours, on the receiver; what it tells is in $lab/NAME.told
serve() {
	serve_name=$1
	shift
	: >"$lab/$serve_name.told"
	background receiver "$try" server "$@" 2>"$lab/$serve_name.told"
	server=$!
	wait_for 10 grep -q 'serving iperf3' "$lab/$serve_name.told" || {
		sed 's/^/# /' "$lab/$serve_name.told"
		lab_fail 'our server does not listen'
	}
}

# end_server: with whatever it started
end_server() {
	kill -TERM "$server" 2>/dev/null
	wait "$server" 2>/dev/null
}

# load NAME ARGUMENTS...: our client on the sender; $status, $took in s
load() {
	load_name=$1
	shift
	began=$(date +%s)
	status=0
	on sender timeout 60 "$try" client "$@" >"$lab/$load_name.out" 2>"$lab/$load_name.err" ||
		status=$?
	took=$(($(date +%s) - began))
}

# loaded TEXT NAME FILTER: it ended well, and jq finds FILTER true
loaded() {
	equal "$1" "$status $(of "$2" "$3") $(cat "$lab/$2.err")" '0 true '
}

# stock TEXT ARGUMENTS...: the distribution's client against our server
stock() {
	stock_text=$1
	shift
	# between two tests nobody listens for a moment, as with iperf3's own, which says then that it is busy
	claim "$stock_text" quietly wait_for 2 on sender timeout 30 iperf3 -p 5301 -t 1 "$@"
}

lab_begin bridge
there=10.31.0.2

# our client, the distribution's server
iperf3_serve 5201
load tcp "$there"
loaded 'TCP, forth' tcp '.protocol == "tcp" and .sent_bps > 1e6 and .received_bps > 1e6 and
	.backward == null and .empty_intervals == 0 and .cpu_local > 0'
load reverse -R "$there"
loaded 'TCP, back' reverse '.reverse and .forward == null and .backward.received_bps > 1e6'
load bidir -2 "$there"
loaded 'TCP, both ways at once' bidir '.bidirectional and .forward.received_bps > 1e6 and
	.backward.received_bps > 1e6'
load udp -u -b 8000000 "$there"
loaded 'UDP at 8 Mb/s: 714 datagrams of 1400 bytes, or fewer on a busy machine' udp '.protocol == "udp" and
	.packets > 300 and .packets < 730 and .lost < 100 and .jitter_ns >= 0 and .retransmits == null'
load udp_reverse -u -R -b 8000000 "$there"
loaded 'UDP, back' udp_reverse '.backward.received_bytes > 400000 and .lost < 100'
load parallel -P 4 -A 0 -O 1 "$there"
loaded 'four streams on one CPU, the first second left out' parallel '.received_bps > 1e6'
load ipv6 -6 fd31::2
loaded 'IPv6' ipv6 '.received_bps > 1e6'
load device -d eth0 -B 10.31.0.1 "$there"
loaded 'bound to the interface and an address' device '.received_bps > 1e6'
load zerocopy -Z "$there"
loaded 'without copying' zerocopy '.received_bps > 1e6'
load stopped -t 30 -S 700 "$there"
loaded 'a test that is told to stop has what it measured' stopped '.interrupted and .sent_bps > 1e6
	and .received_bps == null and .duration_ns > 5e8 and .duration_ns < 5e9'
claim 'and ends at once' [ "$took" -le 4 ]

# what goes wrong
load refused -p 5999 "$there"
equal 'refused' "$status" 3
says 'refused: says what to start' "$lab/refused.err" 'Connection refused: start .ptprobe-link --server'
load unreachable 10.31.0.99
equal 'unreachable' "$status" 3
says 'unreachable: says what to check' "$lab/unreachable.err" ': check its address, the cable and'
claim 'unreachable: within 10 s' [ "$took" -le 10 ]
background sender iperf3 -c "$there" -t 3 >/dev/null 2>&1
other=$!
sleep 1
load busy "$there"
wait "$other"
equal 'busy' "$status" 3
says 'busy: says what to do' "$lab/busy.err" 'busy running a test.*: wait until its test has ended'
load foreign -d nosuch0 "$there"
says 'an interface that is not there' "$lab/foreign.err" 'No such device: name an interface'
load algorithm -C nosuch "$there"
says 'an algorithm that is not there' "$lab/algorithm.err" 'tcp_available_congestion_control'
load both -R -2 "$there"
equal 'both ways and back exclude each other' "$status $(cat "$lab/both.err")" \
	'2 load_try: -R and --bidir exclude each other'

(sleep 2 && on receiver ip link set eth0 down && sleep 6 && on receiver ip link set eth0 up) &
load down -t 11 "$there"
loaded 'a link that was down for 6 s: a stall, though libiperf says success' down \
	'.longest_stall_ns > 4e9 and .longest_stall_ns < 8e9 and .empty_intervals >= 4'
lab_address receiver 2>/dev/null
wait_for 10 lab_link_is_up receiver

(sleep 2 && kill -KILL "$server") &
load killed -t 20 "$there"
equal 'a server that is killed' "$status" 3
says 'killed: says whose fault it is' "$lab/killed.err" ': its server ended or crashed'
claim 'killed: within 10 s' [ "$took" -le 10 ]
wait "$server" 2>/dev/null

: >"$lab/mute.out"
background receiver "$try" mute "$there" 5203 >"$lab/mute.out"
mute=$!
wait_for 10 grep -q ready "$lab/mute.out" || lab_fail 'nobody is mute'
load mute -p 5203 "$there"
equal 'a server that accepts and says nothing' "$status" 4
says 'mute: says so' "$lab/mute.err" 'the server says nothing for 10 s: check that iperf3 listens'
claim 'mute: within 15 s' [ "$took" -le 15 ]

# our server, the distribution's client
serve ours -p 5301 -f 100 -s 3 "$there"
stock 'serves iperf3: TCP' -c "$there"
stock 'serves iperf3: back' -c "$there" -R
stock 'serves iperf3: both ways' -c "$there" --bidir
stock 'serves iperf3: UDP' -c "$there" -u -b 8M
stock 'serves iperf3: four streams' -c "$there" -P 4
wait_for 5 listens receiver 5301
load ours -p 5301 "$there"
loaded 'ours serves ours' ours '.received_bps > 1e6'
wait_for 5 eval '[ "$(grep -c " served " "$lab/ours.told")" -ge 6 ]'
says 'it tells whom it served' "$lab/ours.told" \
	'served 10\.31\.0\.1: 1\.[0-9] s of TCP, received [0-9.]+ [GM]b/s$'
says 'and what of UDP' "$lab/ours.told" 'served 10\.31\.0\.1: 1\.[0-9] s of UDP, received [0-9.]+ Mb/s$|8)\.'

# counters
ask() { # NAME PORT
	status=0
	on sender timeout 20 "$try" ask "$there" "$2" >"$lab/$1.out" 2>"$lab/$1.err" || status=$?
}
ask counters 5302
equal 'the counters of the interface that was asked' \
	"$status $(of counters '[.ptprobe, .interface, .snapshot.interface, .port] | join(" ")')" \
	'0 link/1 eth0 eth0 5301'
ask nobody 5402
equal 'a stock server has no counters' "$status $(cat "$lab/nobody.err")" \
	"4 load_try: nobody listens at port 5402 of $there, as with a stock iperf3: run ptprobe-link --server there"
ask wrong 5203
says 'nor has one that says nothing' "$lab/wrong.err" '.*connection timed out'
for number in 1 2 3 4 5 6 7 8 9 10; do
	background sender "$try" poke "$there" 5302 '{"junk"'
done
sleep 1
began=$(date +%s)
until ask held 5302 && [ "$status" = 0 ]; do
	[ $(($(date +%s) - began)) -le 15 ] || break
done
equal 'those who hold the port and say nothing are let go' "$status" 0

# hostile
poke() {
	on sender timeout 20 "$try" poke "$there" 5301 "$1"
}
claim 'a message that crashes libiperf' quietly poke '{"tcp":true,"congestion":5}'
wait_for 5 grep -q 'died of' "$lab/ours.told"
says 'it tells which process died, of what, and of whom' "$lab/ours.told" \
	'process [0-9]+, which served 10\.31\.0\.1, died of signal 11 .*another one serves'
claim 'a client that says nothing is hung up on' quietly poke ''
says 'and told of' "$lab/ours.told" \
	'process [0-9]+, which served 10\.31\.0\.1, was ended: the client said nothing for 3 s'
for text in '[]' '7' 'x' '{"tcp":true,"parallel":-5}' '{"tcp":1,"extra_data":3}'; do
	quietly poke "$text"
done
serves_again() {
	on sender iperf3 -c "$there" -p 5301 -t 1
}
claim 'it goes on serving' quietly wait_for 1 serves_again
end_server
claim 'nothing of it is left' quietly wait_for 5 eval '! listens receiver 5301'

serve brief -p 5311 -f -1 -m 2 "$there"
load long -p 5311 -t 20 "$there"
equal 'a test that takes longer than it may' "$status" 3
claim 'is ended' [ "$took" -le 10 ]
wait_for 5 grep -q 'was ended' "$lab/brief.told"
says 'and told of' "$lab/brief.told" 'was ended: a test may take 2 s: another one serves'
ask refusal 5312
says 'that no snapshot can be taken is told' "$lab/refusal.err" 'it says: no counters today'
end_server
serve large -p 5321 -n 1 -f 300000 "$there"
ask large 5322
says 'a snapshot that is too large is not sent' "$lab/large.err" 'it says: the snapshot is too large'
wait_for 5 listens receiver 5321
load last -p 5321 "$there"
wait "$server"
equal 'it ends after as many tests as it was to serve' "$?" 0

iperf3_serve 5331
status=0
on receiver "$try" server -p 5331 "$there" 2>"$lab/taken.err" || status=$?
equal 'a port that is taken' "$status $(cat "$lab/taken.err")" \
	"4 load_try: listen at $there port 5331: address already in use: another server runs there: end it, or choose another -p"
status=0
on receiver "$try" server -p 5341 10.31.0.77 2>"$lab/other.err" || status=$?
equal 'an address of another host' "$status $(cat "$lab/other.err")" \
	"4 load_try: listen at 10.31.0.77 port 5341: cannot assign requested address: give an address of this host"
serve six -6 -p 5351 fd31::2
claim 'IPv6, served' quietly on sender iperf3 -c fd31::2 -p 5351 -t 1
wait_for 5 grep -q ' served ' "$lab/six.told"
says 'and told of' "$lab/six.told" 'served fd31::1: 1\.[0-9] s of TCP'
end_server
lab_done
