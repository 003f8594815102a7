#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What a link has to be and to do: each limit met, and each one violated by what really happens.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/linking.sh
. "${0%/*}/linking.sh"

lab_begin bridge
serve ours -p 5301

load met -t 1s -p 5301 --speed 10000 --duplex full --mtu 1500 --min-rate 1M --max-retrans 1000000 \
	--max host=any --max unclassified=1000 "$there"
ended 'all that is met' met pass
load speed -t 1s -p 5301 --speed 1000 "$there"
ended 'another speed' speed fail
reason 'both are named' speed '^this end, eth0: 10000 Mb/s, 1000 Mb/s expected$'
load duplex -t 1s -p 5301 --duplex half "$there"
ended 'another duplex' duplex fail
load mtu -t 1s -p 5301 --mtu 9000 "$there"
ended 'another MTU' mtu fail
reason 'both are named' mtu '^this end, eth0: MTU 1500, 9000 expected$'
load rate -t 1s -p 5301 --min-rate 100G "$there"
ended 'too slow' rate fail
reason 'what arrived is named' rate '^forward: [0-9.]+ [MG]b/s arrived, at least 100 Gb/s wanted$'
no_reason 'the other way, which was not loaded, is not judged' rate backward
load ways -t 1s -p 5301 --bidir --min-rate 100G "$there"
ended 'too slow, both ways' ways fail
reason 'the other way is named too' ways '^backward: [0-9.]+ [MG]b/s arrived'
load jitter -t 1s -p 5301 -u -b 10M --max-jitter 0ns "$there"
ended 'jitter' jitter fail
load unseen -t 1s -p 5301 --max cloud=0 "$there"
ended 'what the driver does not count has no limit that could be met' unseen inconclusive
reason 'it says which' unseen '^this end, eth0: cloud errors are not observable here$'

# Of datagrams each tenth, by iperf's own number, dies behind the switch: classic BPF over Ethernet
# and IPv4 without options, of what is long enough to be one of them.
each_tenth='7,128 0 0 0,53 0 4 1000,32 0 0 54,148 0 0 10,21 0 1 3,6 0 0 2,6 0 0 0'
if on relay tc qdisc add dev to_receiver clsact 2>/dev/null &&
	on relay tc filter add dev to_receiver egress bpf bytecode "$each_tenth" da 2>/dev/null; then
	load lossy -t 2s -p 5301 -u -b 8M --max-udp-loss 1% "$there"
	ended 'a tenth is lost, a hundredth may be' lossy fail
	good 'a tenth, and not more' lossy '.load | .lost >= .packets * 0.09 and .lost <= .packets * 0.11 + 1'
	reason 'it says so' lossy '^lost [0-9]+ of [0-9]+ datagrams \((9\.|10\.?)[0-9]* %\), limit [0-9]+$'
	load bearable -t 2s -p 5301 -u -b 8M --max-udp-loss 15% "$there"
	ended 'a tenth is lost, more may be' bearable pass
	load counted -t 2s -p 5301 -u -b 8M --max-udp-loss 3 "$there"
	ended 'a number of datagrams is a limit, too' counted fail
	on relay tc qdisc delete dev to_receiver clsact
else
	for text in 'a tenth is lost' 'a tenth, and not more' 'it says so' 'more may be' 'a number'; do
		skip "$text" 'this kernel has no cls_bpf, or tc is missing'
	done
fi

# The receiving host is too slow: its socket has no room.
load slow -t 2s -p 5301 -u -b 400M -w 2K --max-udp-loss 0 "$there"
if [ "$(of slow .load.lost)" -gt 0 ]; then
	ended "what the host has lost isn't the link's" slow inconclusive
	reason 'it says whose it is' slow '^lost [0-9]+ of [0-9]+ datagrams \(.* %\), limit 0: but the host lost [0-9]+ of them \(RcvbufErrors\)'
	good 'the counter is listed, by its class' slow '.far.moved | any(.name == "udp.RcvbufErrors" and
		.class == "host" and .direction == "rx" and (.advice | test("rmem_max")))'
	load slow_host -t 2s -p 5301 -u -b 400M -w 2K --max host=0 "$there"
	ended 'of the host there may be a limit' slow_host fail
	reason 'it is named' slow_host '^far end, eth0: [0-9]+ host errors \(udp\.RcvbufErrors\), limit 0$'
else
	for text in 'not the link' 'whose it is' 'the counter' 'a limit' 'named'; do
		skip "a slow host: $text" 'it was fast enough'
	done
fi
end_server
lab_done
