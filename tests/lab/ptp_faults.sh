#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The relay takes messages of a live master away, doubles and corrects them: ptprobe-ptp tells of just
# that, by number and time, as the relay's own log and a capture of the wire have it; and limits make it
# a verdict.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/ptping.sh
. "${0%/*}/ptping.sh"
needs_monitor

ptp_sync=-2
ptp_delay=-2

# taken TYPE FROM TO: the sequenceIds of those that the relay took away in that time
taken() {
	awk -v type="$1" -v from="$2" -v to="$3" '$3 == type && $NF == "dropped" &&
		($1 "") >= (from "") && ($1 "") <= (to "") { print $11 }' "$lab/relay.log"
}

# has_taken TYPE FROM TIMES
has_taken() {
	[ "$(taken "$1" "$2" 9 | wc -l)" -ge "$3" ]
}

# watch NAME ARGUMENTS...
watch() {
	watch_name=$1
	shift
	eval "began_$watch_name=$(now)"
	monitor "$watch_name" receiver --json-stream -I 0 -L 400ms "$@"
	sleep 0.6 # two of each message
}

watched() {
	monitor_ends "$1"
	eval "ended_$1=$(now)"
	eval "status_$1=$status"
}

# message NAME CLOCK TYPE FILTER: of that port's messages of that type
message() {
	jq -r --arg clock "$2" --arg type "$3" '.ports[] |
		select(.port_identity | gsub("[.]"; "") | startswith($clock)) |
		.messages[] | select(.type == $type) | '"$4" "$lab/$1.out"
}

lab_begin relay
lab_relay '
switch 1 ptp follow_up forth drop 0-2
switch 2 ptp delay_resp forth drop 0-2
switch 3 ptp sync forth drop 1
switch 3 ptp delay_resp forth duplicate 0-1
switch 4 ptp follow_up forth correct 0-999 80ns
switch 5 ptp sync forth one-step 1-2
switch 6 ptp sync forth drop 0-99
'
wire_begin w receiver
ptp4l_start m1 sender -4
ptp4l_start slave receiver -4 -s
ptp4l_is_slave slave
m1=$(ptp4l_clock m1)
slave=$(ptp4l_clock slave)

watch follow_up --max-missing-follow-up 2
lab_order on 1
wait_for 10 has_taken follow_up "$began_follow_up" 3 || lab_fail 'the relay takes no Follow_Up away'
sleep 0.8 # -L and the next
watched follow_up

watch answer --max-unanswered 3 --max-events unanswered_delay_req=0
lab_order on 2
wait_for 10 has_taken delay_resp "$began_answer" 3 || lab_fail 'the relay takes no Delay_Resp away'
sleep 0.8
watched answer

# A lost Sync and an answer that comes twice are numbers, and no events.
watch numbers --max-events any=0 --sync-timeout 8
lab_order on 3
lab_order on 4
wait_for 10 has_taken sync "$began_numbers" 1 || lab_fail 'the relay takes no Sync away'
sleep 1.5
watched numbers

# What a profile asks for: a Sync a second, or one's own four.
cat >"$lab/own.profile" <<END
base = default-e2e
interval.announce = $ptp_announce
interval.sync = $ptp_sync
interval.follow_up = $ptp_sync
interval.delay_req = $ptp_delay
interval.delay_resp = $ptp_delay
END
watch broken --profile default-e2e
awaits broken profile_violation 2
watched broken
watch kept --profile "$lab/own.profile" --max-events any=0
sleep 1
watched kept

# Two Syncs that say that they are one-step ones, as of a clock whose identity another one has.
watch mixed --max-events any=0 --sync-timeout 8
lab_order on 5
awaits mixed one_two_step_mixed
sleep 0.8 # and the next ones, which are as before
watched mixed

watch silence --max-events sync_timeout=0
lab_order on 6
awaits silence sync_timeout
watched silence
wire_end w
lab_truth

# The Syncs whose Follow_Ups were taken away, by the relay, are those that the wire has without one.
first=$(taken follow_up "$began_follow_up" "$ended_follow_up" | head -n 1)
timeline 'three Follow_Ups are missing' follow_up <<END
missing_follow_up 0 $m1 $(wire_first w "$began_follow_up" "$ended_follow_up" \
	"t == \"sync\" && \$6 == $first") 3
END
equal 'they are counted' "$(message follow_up "$m1" sync .missing_follow_up)" 3
equal '--max-missing-follow-up: 3 are more than 2' \
	"$status_follow_up $(of follow_up .verdict.result)" '1 fail'

first=$(taken delay_resp "$began_answer" "$ended_answer" | head -n 1)
timeline 'three Delay_Resps are missing' answer <<END
unanswered_delay_req 0 $slave $(wire_first w "$began_answer" "$ended_answer" \
	"t == \"delay_req\" && \$6 == $first") 3
END
equal 'they are counted' "$(message answer "$slave" delay_req .unanswered)" 3
equal '--max-events: one is more than none' "$status_answer $(of answer .verdict.result)" '1 fail'
equal 'the verdict names the event alone: three are no more than --max-unanswered' \
	"$(of answer '.verdict.reasons | length')" 1
equal 'and the kind' "$(of answer '.verdict.reasons[0] | test("unanswered_delay_req")')" true

timeline 'a lost Sync' numbers <<END
END
equal 'is counted' "$(message numbers "$m1" sync '"\(.lost) \(.missing_follow_up)"')" '1 0'
equal 'two Delay_Resps came twice' "$(message numbers "$m1" delay_resp .duplicate)" 2
equal 'no request is unanswered or has two masters' \
	"$(message numbers "$slave" delay_req '"\(.unanswered) \(.multiple)"')" '0 0'
equal 'correctionField: what the relay added, from when on it did' \
	"$(message numbers "$m1" follow_up '.correction_ns | "\(.min) \(.max)"')" \
	"$(awk -F, -v from="$began_numbers" -v to="$ended_numbers" '$2 == "follow_up" &&
		($1 "") >= (from "") && ($1 "") <= (to "") { print $8 }' "$lab/w.wire" | sort -n |
		sed -n '1p;$p' | paste -sd' ' -)"
equal '--max-events any=0: none is none' "$status_numbers $(of numbers .verdict.result)" '0 pass'

equal '--profile default-e2e: not with four Syncs a second' \
	"$status_broken $(of broken .verdict.result)" '1 fail'
equal 'of Announce and Sync of this master, once each' \
	"$(of broken '.events | map(select(.event == "profile_violation" and
		(.message == "announce" or .message == "sync")) |
		"\(.message) \(.port_identity | gsub("[.]"; ""))") | sort | join(", ")')" \
	"announce $m1-1, sync $m1-1"
equal 'a profile of its own: kept' "$status_kept $(of kept .verdict.result)" '0 pass'
[ "$status_kept" = 0 ] || of kept '.verdict.reasons[], .events[].detail' | sed "s/^/# /"

changed=$(awk -v from="$began_mixed" '$3 == "sync" && $NF == "one-step" && ($1 "") >= (from "") { print $11 }' \
	"$lab/relay.log" | head -n 1)
timeline 'one-step and two-step Syncs' mixed <<END
one_two_step_mixed 0 $m1 $(wire_first w "$began_mixed" "$ended_mixed" \
	"t == \"sync\" && \$6 == $changed") 2
END
equal 'that is a violated limit, and no Follow_Up is missed' \
	"$status_mixed $(message mixed "$m1" sync .missing_follow_up)" '1 0'

timeline 'no Sync comes any more' silence <<END
sync_timeout 0 $m1 $(($(wire_last w "$began_silence" "$ended_silence" 't == "sync"') + 750000000))
END
equal '--max-events sync_timeout=0' "$status_silence $(of silence .verdict.result)" '1 fail'
lab_done
