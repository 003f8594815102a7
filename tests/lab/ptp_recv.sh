#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# PTP-shaped probes over UDP/IPv4, UDP/IPv6 and in Ethernet frames: the receiver counts Syncs and
# Follow_Ups apart, exactly as the relay treated them. What comes to nothing is told why.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

pairs=200

# treated TYPE: what the relay's log says became of them, worked out by the definitions: an arrival
# below the highest before it is reordered, and its extent is the distance to the first one that was
# above it (RFC 4737). An END has the number of pairs for its sequenceId.
treated() {
	awk -v type="$1" -v pairs=$pairs '
		$3 != type { next }
		{ for (i = 4; i < NF; i++) if ($i == "sequence") seq = $(i + 1) }
		seq >= pairs { next }
		$NF == "in" && !(seq in sent) { sent[seq] = 1; n++ }
		/ out( corrected)?$/ {
			received++
			if (seq in came) next
			came[seq] = 1
			order[unique++] = seq
			if (seq >= highest) { highest = seq; next }
			reordered++
			for (i = 0; order[i] <= seq; i++);
			extent = unique - 1 - i > extent ? unique - 1 - i : extent
		}
		END {
			for (seq = 0; seq < pairs; seq++) {
				if (!(seq in sent) || seq in came) continue
				for (last = seq; last + 1 in sent && !(last + 1 in came); last++);
				missing = missing (missing == "" ? "" : ",") "[" seq "," last "]"
				seq = last
			}
			printf "sent=%d received=%d unique=%d lost=%d duplicate=%d reordered=%d ", n, received,
				unique, n - unique, received - unique, reordered
			printf "extent=%d missing=[%s]\n", extent, missing
		}' "$lab/relay.log"
}

# counted NAME MESSAGE: the same by the receiver's report
counted() {
	of "$1" '.flows[] | select(.ptp_message == "'"$2"'") | "sent=\(.sent) received=\(.received) "
		+ "unique=\(.unique) lost=\(.lost) duplicate=\(.duplicate) reordered=\(.reordered) "
		+ "extent=\(.reorder.max_extent) missing=\(.missing.ranges | tojson)"'
}

# field NAME MESSAGE FILTER
field() {
	of "$1" '.flows[] | select(.ptp_message == "'"$2"'")'"$3"
}

# probe ARGUMENTS...: pairs that nobody listens for first, since no clock is here
probe() {
	lab_send --listen 0 --force -I 0 -r 250 --allow-rate 250 "$@"
}

impair='
ptp sync forth drop 0,5-9,40,199
ptp follow_up forth drop 20-22,40,60
ptp sync forth duplicate 30-31
ptp follow_up forth duplicate 70 x3
ptp sync forth delay 50-51 22ms
ptp follow_up forth delay 100 14ms
ptp sync forth correct 120 250ns
ptp follow_up forth correct 0-199/2 1500ns'

lab_begin relay
mac=$(on sender ip -j link show eth0 | jq -r '.[0].address')
n=0
while read -r listen send; do
	n=$((n + 1))
	what="--ptp $listen $send"
	lab_relay "$impair"
	# shellcheck disable=SC2086
	lab_listen r$n --ptp $listen -J -I 0 -L 300ms -W 20s --max-loss 8
	# shellcheck disable=SC2086
	probe --ptp $send -c $pairs
	lab_join r$n
	lab_truth
	equal "$what: the Syncs are counted as they were treated" "$(counted r$n sync)" "$(treated sync)"
	equal "$what: and the Follow_Ups, apart" "$(counted r$n follow_up)" "$(treated follow_up)"
	equal "$what: loss and disorder are told as they were made" \
		"$(field r$n sync '| "\(.lost) \(.duplicate) \(.reordered)"') $(
			field r$n follow_up '| "\(.lost) \(.duplicate) \(.reordered)"')" '8 2 2 5 2 1'
	equal "$what: a limit is one of each path, and this one is kept" "$status" 0
	equal "$what: the correction of the Syncs is told" \
		"$(field r$n sync '.correction_ns | "\(.samples) \(.nonzero) \(.min) \(.p50) \(.max)"')" \
		'192 1 0 0 250'
	# the relay counts what it dropped, so the even ones are: less 20, 22, 40, 60
	equal "$what: and that of the Follow_Ups" \
		"$(field r$n follow_up '.correction_ns | "\(.samples) \(.nonzero) \(.min) \(.max)"')" \
		'195 96 0 1500'
	equal "$what: delays are measured by the Follow_Ups' stamps" \
		"$(field r$n sync '.delay.source')" software
	equal "$what: nothing is corrupt, alien or foreign" \
		"$(of r$n '.counts | "\(.corrupt) \(.alien) \(.foreign_ptp)"')" '0 0 0'
done <<'END'
-4 -4
-6 -6
--l2 --l2
--l2=01-80-C2-00-00-0E --l2=01-80-c2-00-00-0e
--l2 --l2=01:80:c2:00:00:0e
END

# Text.
lab_relay 'ptp follow_up forth correct 3 1500ns'
lab_listen text --ptp -L 300ms -W 20s
probe --ptp -c 50
lab_join text
lab_truth
says 'it says what it listens to' "$lab/text.err" 'listening to 224\.0\.1\.129, ports 319 and 320, on eth0'
says 'the text names the event path' "$lab/text.out" \
	'^flow .* to 224\.0\.1\.129:319, Syncs of domain 99 on the event path, ended$'
says 'and the general one' "$lab/text.out" \
	'^flow .* to 224\.0\.1\.129:320, Follow_Ups of domain 99 on the general path, ended$'
says 'interval lines tell them apart' "$lab/text.out" ' 224\.0\.1\.129 follow_up$'
says 'no correction is no proof of anything' "$lab/text.out" '^  correction +no correction seen in domain 99$'
says 'one that was seen is told' "$lab/text.out" \
	'^  correction +p50 0 ns, p99 1\.50 us, min 0 ns, max 1\.50 us, of 50 samples 1 not 0;'

lab_relay ''
lab_listen frames --l2 -L 300ms -W 20s
probe --l2 -c 50
lab_join frames
lab_truth
says 'frames have addresses, and no ports' "$lab/frames.out" \
	"^flow .*: $mac to 01:1b:19:00:00:00, Syncs of domain 99 on the event path, ended\$"
says 'by the general path as well' "$lab/frames.out" \
	"^flow .*: $mac to 01:1b:19:00:00:00, Follow_Ups of domain 99 on the general path, ended\$"
says 'so the sender says' "$lab/send.err" "^ptprobe-send: $mac -> 01:1b:19:00:00:00 on eth0: PTP domain 99"

# One of the paths is dead.
lab_relay 'ptp sync forth drop 0-999'
lab_listen events --ptp -J -I 0 -L 300ms -W 20s --max-loss 0
# which listens for 3 s first: long enough to know that all of the run was sent since
lab_send --ptp -I 0 -c 50
lab_join events
lab_truth
equal 'no Sync came: all are lost, and no Follow_Up is' "$(of events '[.flows[].lost] | sort | tojson')" \
	'[0,50]'
equal 'which is a violated limit' "$status" 1

lab_relay 'ptp follow_up forth drop 0-999'
lab_listen generals --ptp -J -I 0 -L 300ms -W 3s
probe --ptp -c 50
lab_join generals
lab_truth
equal 'no Follow_Up came: no Sync is known to be a probe' "$status" 3
equal 'how many came is told' "$(of generals '.counts.unvouched_syncs')" 50
claim 'and what may be wrong' quietly jq -e \
	'.verdict.reasons | any(test("50 Syncs came .* no Follow_Up .*320"))' "$lab/generals.out"

# Begun before it was listened to: no END can tell of the Syncs.
lab_relay 'ptp sync forth drop 0-9999'
lab_send_start early --ptp --listen 0 --force -I 0 -r 250 --allow-rate 250 -c 500
wait_for 10 grep -q ' follow_up ' "$lab/relay.log" || lab_fail 'nothing is sent'
lab_listen late --ptp -J -I 0 -L 300ms -W 20s
lab_sent early
lab_join late
lab_truth
equal 'Follow_Ups without one Sync are no pass' "$status" 3
claim 'and it is said why' quietly jq -e \
	'.verdict.reasons | any(test("Follow_Ups came, and not one Sync.*319"))' "$lab/late.out"

# Domains.
lab_relay ''
lab_listen other --ptp=42 -J -I 0 -L 300ms -W 3s
lab_listen one --ptp=43 -J -I 0 -L 300ms -W 20s
lab_listen any --ptp -J -I 0 -L 300ms -W 20s
probe --ptp=43 -c 50
lab_join other
lab_join one
lab_join any
lab_listen native 239.255.31.9 -J -I 0 -L 300ms -W 20s
lab_send 239.255.31.9 -c 50 -r 1000
lab_join native
lab_truth
equal 'a domain that was not asked for is not heard' "$(of other '.flows | length')" 0
equal 'and told apart' "$(of other '.counts.other_domain >= 50')" true
claim 'with the remedy' quietly jq -e '.verdict.reasons | any(test("--ptp=43"))' "$lab/other.out"
equal 'the one that was asked for is heard' "$(of one '[.flows[] | .domain, .unique] | tojson')" \
	'[43,50,43,50]'
equal 'without one every domain is' "$(of any '[.flows[] | .domain, .unique] | tojson')" '[43,50,43,50]'
equal 'a native flow has nothing of it' \
	"$(of native '.flows[0] | [.encoding, has("ptp_message"), has("domain"), has("correction_ns")] | tojson')" \
	'["native",false,false,false]'

# Rights.
# refused TEXT CAPABILITY PATTERN ARGUMENTS...
refused() {
	refused_text=$1
	refused_capability=$2
	refused_pattern=$3
	shift 3
	status=0
	on receiver setpriv --bounding-set="-$refused_capability" --inh-caps="-$refused_capability" \
		"$lab_build/ptprobe-recv" -i eth0 -W 1s "$@" >"$lab/refused.out" 2>"$lab/refused.err" ||
		status=$?
	equal "$refused_text" "$status" 4
	says "$refused_text: the remedy" "$lab/refused.err" "$refused_pattern"
}
refused 'ports 319 and 320 need a privilege' net_bind_service \
	'bind to 224\.0\.1\.129:319: .*CAP_NET_BIND_SERVICE.*ip_unprivileged_port_start=319' --ptp
refused 'so do frames' net_raw 'frames on eth0: .*CAP_NET_RAW.*root' --l2

# What this host itself drops is its own: none of the messages is unaccounted for. ENDs are sent ten times.
for kind in -4 -6 --l2; do
	lab_relay ''
	lab_listen slow --ptp $kind -J -I 0 -L 3s -W 20s --rcvbuf 8192
	lab_receiver slow
	kill -STOP "$pid"
	probe --ptp $kind -c 100
	kill -CONT "$pid"
	# an END may be among what was dropped
	lab_send_start goad --ptp $kind --listen 0 --force -I 0 -r 100 -c 10
	lab_sent goad
	lab_stop slow
	lab_truth
	claim "--ptp $kind: a receiver that is stopped drops" [ "$(of slow '.own_drops > 0')" = true ]
	equal "--ptp $kind: and tells how many exactly" \
		"$(of slow '.own_drops + .counts.datagrams')" $((100 + 100 + 10 + 10 + 10 + 10))
	equal "--ptp $kind: its own drops are no verdict on the network" "$status" 3
done

# The interface is deleted and created anew, when the privileges are given up.
for kind in -4 -6 --l2; do
	lab_listen again --ptp $kind -J -I 0 -L 300ms -t 20s -W 20s -v
	on receiver ip link delete eth0
	lab_cable receiver
	wait_for 10 lab_link_is_up receiver || lab_fail 'the link stays down'
	wait_for 10 grep -q 'joined again' "$lab/again.err" || lab_fail 'it does not join again'
	lab_relay ''
	probe --ptp $kind -c 50
	lab_join again
	lab_truth
	equal "--ptp $kind: it hears on the interface that was created anew" \
		"$(of again '[.flows[] | .ptp_message, .unique] | tojson')" '["sync",50,"follow_up",50]'
	says "--ptp $kind: it has given up its privileges" "$lab/again.err" 'gave up all capabilities'
done
lab_done
