#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What a witness can't know it doesn't say: no loss is called the network's on the word of a capture that
# lost frames itself, that wasn't there yet or any more, or that doesn't tell.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/locating.sh
. "${0%/*}/locating.sh"

needs tcpdump tcpdump
needs editcap wireshark-common
lab_begin relay
lab_relay '
flow 1 drop 100-19900/100
flow 2 drop 5,700
flow 2 duplicate 10-900/10
flow 3 drop 50-950/100
'

captures() {
	grep -q 'ptprobe-capture: capturing on' "$lab/$1.err"
}

# capture NAME HOST ARGUMENTS...: a witness on its own; its pid is in $pid
capture() {
	lab_name=$1
	lab_on=$2
	shift 2
	: >"$lab/$lab_name.err"
	background "$lab_on" "$lab_build/ptprobe-capture" -i eth0 -J -I 0 -L 300ms "$@" \
		-o "$lab/$lab_name.capture" 2>"$lab/$lab_name.err"
	pid=$!
	wait_for 10 captures "$lab_name" || lab_fail "the witness '$lab_name' doesn't capture"
}

end_capture() { # NAME PID
	kill -INT "$2" 2>/dev/null # it may have seen the END, and ended
	lab_reap "$1" "$2"
}

# join NAME INPUT...: $lab/NAME.located, $status
join() {
	lab_located=$1
	shift
	status=0
	"$lab_build/ptprobe-locate" -J "$@" >"$lab/$lab_located.located" \
		2>"$lab/$lab_located.err2" || status=$?
}

# A capture of 1 MiB that is stopped meanwhile. It lost frames, so the missing ones prove nothing.
lab_listen starved 239.255.31.9 -J -I 0 -L 300ms
capture starved receiver --buffer 1048576
starved=$pid
kill -STOP "$starved"
probe starved -c 20000 -r 20000 --allow-rate 20Mbps
kill -CONT "$starved"
end_capture starved "$starved"
equal 'the status of a starved capture is inconclusive' "$status" 3
lab_join starved
claim 'the stopped capture counts its own drops' \
	[ "$(jq .own_drops "$lab/starved.capture")" -ge 1000 ]
join starved --sender "$lab/starved.sender" --tap far="$lab/starved.capture" \
	--receiver far="$lab/starved.out" --expect network
equal 'a starved capture never yields the network' \
	"$(jq '[.places[] | select(.place == "network").count] | add // 0' "$lab/starved.located")" 0
equal 'all that is lost is undetermined' "$(where starved)" \
	"undetermined $(jq '.flows[0].lost' "$lab/starved.out")"
equal 'and so is the verdict' "$status" 3

# A capture that begins after probe 5 and ends before probe 700 was due.
lab_listen part 239.255.31.9 -J -I 0 -L 300ms
lab_send_start part 239.255.31.9 -c 1000 -r 500 -J -I 0 --witness -o "$lab/part.sender"
was=$(frames receiver rx)
wait_for 10 has_seen receiver rx $((was + 60)) || lab_fail 'nothing comes'
capture part receiver
part=$pid
wait_for 10 has_seen receiver rx $((was + 300)) || lab_fail 'nothing comes'
end_capture part "$part"
lab_sender part
lab_reap part "$pid"
lab_join part
join part --sender "$lab/part.sender" --tap far="$lab/part.capture" --receiver far="$lab/part.out"
died 'what a capture was not there for is undetermined, on both sides of it' part 'undetermined 2'
equal 'it saw many duplicates meanwhile' \
	"$(jq '.flows[0].duplicate > 5' "$lab/part.capture")" true

# Files of tcpdump carry no drop counts; and their clock is of no interest.
background receiver tcpdump -i eth0 -U -w "$lab/far.pcap" -B 65536 udp port 31900 2>"$lab/far.err"
far=$!
background sender tcpdump -i eth0 -U -w "$lab/near.pcap" -B 65536 udp port 31900 2>"$lab/near.err"
near=$!
both_listen() {
	grep -q 'listening on' "$lab/far.err" && grep -q 'listening on' "$lab/near.err"
}
wait_for 10 both_listen || lab_fail 'tcpdump does not listen'
lab_listen file 239.255.31.9 -J -I 0 -L 300ms
lab_send 239.255.31.9 -c 1000 -r 2000 -J -I 0 -o "$lab/file.sender"
lab_join file
kill -INT "$far" "$near"
lab_reap far "$far"
lab_reap near "$near"
editcap -F nsecpcap -t 37 "$lab/far.pcap" "$lab/far37.pcap"
join file --sender "$lab/file.sender" --tap sender="$lab/near.pcap" --tap far="$lab/far37.pcap" \
	--receiver far="$lab/file.out"
died 'a capture without drop counts proves no loss' file 'undetermined 10'
join vouched --sender "$lab/file.sender" --tap sender="$lab/near.pcap" \
	--tap far="$lab/far37.pcap" --receiver far="$lab/file.out" --complete far --complete sender
died 'unless somebody vouches for it; clocks 37 s apart do not matter' vouched 'network 10'
equal 'each of them' "$(seqs vouched network)" "$(seq -s ' ' 50 100 950)"

# One that had given up before the sender began: it heard nothing, and so did its witness.
watch early -W 1s
lab_join early
equal 'the status of a receiver that heard nothing is inconclusive' "$status" 3
probe early -c 200 -r 1000
locate early --max-loss-at network=0
died 'who had given up before the sender began has lost nothing' early 'undetermined 200'
equal 'and so is the verdict' "$status" 3
claim 'and it says so' grep -q 'heard nothing of this run' "$lab/early.located"

# A sender that was killed: no report, no END.
watch killed -t 1s
lab_send_start killed 239.255.31.9 -t 10s -r 1000 -J -I 0
was=$(frames receiver rx)
wait_for 10 has_seen receiver rx $((was + 200)) || lab_fail 'nothing comes'
lab_sender killed
kill -KILL "$pid"
lab_reap killed "$pid"
lab_join killed
join killed "$lab/killed.out" --max-loss-at network=0
equal 'what a sender that was killed had sent last nobody knows' "$status" 3
equal 'though nothing is seen to be lost' "$(where killed)" ''

# A receiver on the sender's host, to which nothing comes back; its witness sees probes leave.
lab_listener=sender
watch same -W 3s
lab_listener=receiver
probe same -c 200 -r 1000
locate same
died 'a capture of what left is none of what came' same 'undetermined 200'

# A capture that went on from file to file, of which one may be missing.
mkdir "$lab/set"
lab_listen set 239.255.31.9 -J -I 0 -L 300ms
capture set receiver -G 1 -w "$lab/set/%s.pcapng"
set=$pid
probe set -c 900 -r 400
end_capture set "$set"
lab_join set
set --
for file in "$lab"/set/*; do
	set -- "$@" --tap "far=$file"
done
claim 'there are several files' [ $# -ge 6 ]
join set "$lab/set.sender" --receiver far="$lab/set.out" "$@"
equal 'all of them tell that nothing was lost' "$(where set)" ''
equal 'and pass' "$status" 0
first=$2
shift 4
join lacking --sender "$lab/set.sender" --tap "$first" "$@" --max-loss-at network=0
equal 'one that is missing is no loss of the network' \
	"$(jq '[.places[] | select(.place == "network").count] | add // 0' "$lab/lacking.located")" 0
claim 'and what it held is undetermined' [ "$(jq '[.places[] |
	select(.place == "undetermined").count] | add // 0' "$lab/lacking.located")" -ge 100 ]
equal 'as is the verdict' "$status" 3
lab_done
