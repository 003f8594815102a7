#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The load of the link test: ours against the distribution's iperf3, and the other way round, in each
# form that it may have.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/linking.sh
. "${0%/*}/linking.sh"
needs_iperf3

lab_begin bridge

# our client, the distribution's server
iperf3_serve 5201 -J
load tcp -t 1s "$there"
loaded 'TCP, forth' tcp '.protocol == "tcp" and .sent_bps > 1e6 and .received_bps > 1e6 and
	.backward == null and .empty_intervals == 0 and .cpu_local > 0'
good 'of a stock server, one end is seen, and it says so' tcp '.far == null and
	(.notes | any(test("^only this end was seen: nobody listens at port 5202 of 10.31.0.2, as with a stock iperf3")))'
good 'the counters agree with the load' tcp '.load.received_bytes as $bytes |
	.after.counters["link.tx_bytes"] - .before.counters["link.tx_bytes"] | . > $bytes and . < 2 * $bytes'
load needed -t 1s --far-end "$there"
ended '--far-end: of a stock server there is no verdict' needed inconclusive
reason 'and it says why' needed '^far end was not seen: nobody listens at port 5202'
load reverse -t 1s -R "$there"
loaded 'TCP, back' reverse '.reverse and .forward == null and .backward.received_bps > 1e6'
load bidir -t 1s --bidir "$there"
loaded 'TCP, both ways at once' bidir '.bidirectional and .forward.received_bps > 1e6 and
	.backward.received_bps > 1e6'
load udp -t 1s -u -b 8M "$there"
loaded 'UDP at 8 Mb/s: 714 datagrams of 1400 bytes, or fewer on a busy machine' udp '.protocol == "udp" and
	.packets > 300 and .packets < 730 and .lost < 100 and .jitter_ns >= 0 and .retransmits == null'
load udp_reverse -t 1s -u -R -b 8M "$there"
loaded 'UDP, back' udp_reverse '.backward.received_bytes > 400000 and .lost < 100'
load parallel -t 1s -P 4 -A 0 "$there"
loaded 'four streams on one CPU' parallel '.received_bps > 1e6'
load omitted -t 1s -O 2s "$there"
loaded 'a start that is left out, longer than the rest' omitted '.duration_ns > 9e8 and
	.duration_ns < 15e8 and .received_bps > 1e6'
load part -t 1500ms -u "$there"
loaded 'a part of a second is a second' part '.duration_ns > 19e8 and .duration_ns < 25e8'
load ipv6 -t 1s -6 fd31::2
loaded 'IPv6' ipv6 '.received_bps > 1e6'
load source -t 1s -B 10.31.0.1 "$there"
loaded 'from an address of ours' source '.received_bps > 1e6'
load zerocopy -t 1s -Z "$there"
loaded 'without copying' zerocopy '.received_bps > 1e6'
load large -t 1s -u -b 40M -l 20000 "$there"
loaded 'datagrams larger than the MTU' large '.packets > 100 and .packets < 300'

# what the server was told
end_server
: >"$lab/iperf3.5201"
iperf3_serve 5211 -J
load told -t 1s -p 5211 -P 2 -l 16K -w 64K -M 1000 --dscp 46 -C reno --cport 47000 "$there"
loaded 'with all of the options' told '.congestion == "reno"'
end_server
equal 'the server was told of them' "$(jq -s -c '.[0].start | [.test_start.num_streams,
	.test_start.blksize, .sock_bufsize, .test_start.tos, .tcp_mss // .tcp_mss_default,
	.connected[0].remote_port]' "$lab/iperf3.5211")" '[2,16384,65536,184,1000,47000]'

# our server, the distribution's client
serve ours -p 5301
stock() {
	stock_text=$1
	shift
	# between two tests nobody listens for a moment, as with iperf3's own, which says then that it is busy
	claim "$stock_text" quietly wait_for 2 on sender timeout 30 iperf3 -p 5301 -t 1 "$@"
}
stock 'serves iperf3: TCP' -c "$there"
stock 'serves iperf3: back' -c "$there" -R
stock 'serves iperf3: both ways' -c "$there" --bidir
stock 'serves iperf3: UDP' -c "$there" -u -b 8M
stock 'serves iperf3: four streams' -c "$there" -P 4
has_served() {
	[ "$(grep -c ' served ' "$lab/ours.told")" -ge 5 ]
}
claim 'and counts them' wait_for 5 has_served
says 'it tells whom it served' "$lab/ours.told" \
	'served 10\.31\.0\.1: 1\.[0-9] s of TCP, received [0-9.]+ [GM]b/s$'
says 'and what of UDP' "$lab/ours.told" 'served 10\.31\.0\.1: 1\.[0-9] s of UDP, received [0-9.]+ Mb/s$'
end_server
equal 'a server that is told to end has done its work' "$status" 0
claim 'nothing of it is left' wait_for 5 nobody_listens receiver 5301

serve six -6 -p 5351
says 'a server with -6 takes an address of the interface' "$lab/six.told" 'serving iperf3 at fd31::2 port 5351'
claim 'IPv6, served' quietly on sender iperf3 -c fd31::2 -p 5351 -t 1
claim 'and told of' wait_for 5 grep -q 'served fd31::1: 1\.[0-9] s of TCP' "$lab/six.told"
end_server

serve last -p 5321 --tests 1
load last -t 1s -p 5321 "$there"
ended 'ours serves ours' last pass
lab_reap 'the server' "$server"
equal 'it ends after as many tests as it was to serve' "$status" 0
lab_done
