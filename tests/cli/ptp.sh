#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ptprobe-ptp on capture files: what is counted, judged and told, in each form of the report.
# the claims are functions that claim() calls; jq and other shells expand for themselves
# shellcheck disable=SC2016,SC2317
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

has_capture || {
	echo '1..0 # SKIP ptprobe-ptp was not built: libpcap is missing'
	exit 0
}
builds=$PWD
ptp=$builds/ptprobe-ptp
make=$builds/tests/bench/make_ptp
data=$(cd "${srcdir:-.}/tests/data/ptp" && pwd) || exit 99
mask_page=$(cd "${srcdir:-.}/doc" && pwd)/ptprobe-mask.5 || exit 99
page=$(cd "${srcdir:-.}/doc" && pwd)/ptprobe-report.5
cd "$scratch" || exit 99
e2e=$data/ptp_udp4_e2e.pcap

# tells STATUS ARGUMENTS...: the report in out, as JSON
tells() {
	expected=$1
	shift
	run "$ptp" -J -q "$@"
	is status "$status" "$expected" || {
		cat err
		jq -c .verdict out
		return 1
	}
}

# has FILTER EXPECTED: of the report in out
has() {
	is "$1" "$(jq -c "$1" out)" "$2"
}

# made ARGUMENTS...: a file of traffic, a.pcap
made() {
	"$make" "$@" a.pcap >/dev/null
}

counts='[.ports[].messages[] | {(.type): .count}] |
	reduce .[] as $one ({}; reduce ($one | to_entries[]) as $e (.; .[$e.key] += $e.value)) |
	to_entries | sort_by(.key) | map("\(.key) \(.value)") | join(", ")'

counted() { # FILE EXPECTED
	tells 0 -r "$data/$1.pcap" && has "$counts" "\"$2\""
}
claim udp4_e2e_counts_as_recorded counted ptp_udp4_e2e \
	'announce 9, delay_req 14, delay_resp 14, follow_up 17, sync 17'
claim l2_e2e_counts_as_recorded counted ptp_l2_e2e \
	'announce 9, delay_req 14, delay_resp 14, follow_up 16, sync 16'
claim udp6_e2e_counts_as_recorded counted ptp_udp6_e2e \
	'announce 9, delay_req 13, delay_resp 13, follow_up 17, sync 17'
claim udp4_p2p_counts_as_recorded counted ptp_udp4_p2p \
	'announce 7, follow_up 13, pdelay_req 38, pdelay_resp 38, pdelay_resp_follow_up 38, sync 13'
claim l2_g82751_counts_as_recorded counted ptp_l2_g82751_d24 \
	'announce 77, delay_req 157, delay_resp 157, follow_up 153, sync 153'

healthy() {
	for file in "$data"/ptp_*.pcap; do
		tells 0 -r "$file" && has '.events' '[]' &&
			has '[.ports[].messages[] | .lost, .duplicate, .missing_follow_up,
				.unanswered] | add' 0 || return
	done
}
claim what_was_recorded_of_healthy_masters_has_no_event_and_no_loss healthy

members() {
	tells 0 -r "$e2e" && has '[.schema, .tool, .verdict.result, .own_drops]' \
		'["ptprobe/1","ptprobe-ptp","pass",0]' &&
		has '.ports[0] | [.domain, .sdo_id, .port_identity, .role, .transport, .address]' \
			'[0,0,"020000.fffe.000001-1","master","UDP/IPv4","10.99.0.1"]' &&
		has '.ports[1].role' '"slave"' &&
		has '.ports[0].messages[0] | [.type, .log_interval, .advertised_ns,
			(.interval_ns | .min <= .p50 and .p50 <= .p99 and .p99 <= .max),
			(.correction_ns | .min, .p50, .p99, .max)]' \
			'["sync",0,1000000000,true,0,0,0,0]' &&
		has '.ports[0].announce | [.grandmaster, .clock_class, .steps_removed]' \
			'["020000.fffe.000001",248,0]' &&
		has '.timing[0] | [.samples, .clock, .delay, .resolution_ns, .floor.unknown != null]' \
			'[17,"unsynchronised",null,1,true]' &&
		has '[.profile, .mask, .joined, .capture.frames, .counts.messages]' \
			'[null,null,null,71,71]'
}
claim the_report_has_its_members members
own_members() { # TYPE MEMBERS
	is "members of $1" "$(jq -r --arg type "$1" '[.ports[].messages[] | select(.type == $type)][0] |
		keys - ["type", "count", "bytes", "lost", "duplicate", "reordered", "late", "outliers",
		"restarts", "unbooked", "own", "pending", "first_ns",
		"last_ns", "log_interval", "advertised_ns", "rate_ratio", "interval_ns", "correction_ns",
		"correction_changes", "missing_follow_up", "violations"] | join(" ")' out)" "$2"
}
members_by_type() {
	tells 0 -r "$e2e" && own_members announce '' && own_members follow_up '' && own_members delay_resp '' &&
		own_members sync 'follow_up_ns late_follow_up one_step two_step unjudged waiting' &&
		own_members delay_req \
			'answer_ns answered late_answer multiple repeated unanswered unjudged waiting' &&
		has '[.ports[].messages[] | [.type, .log_interval, .advertised_ns, .missing_follow_up]]' \
			'[["sync",0,1000000000,0],["follow_up",0,1000000000,null],["delay_resp",0,null,null],["announce",1,2000000000,null],["delay_req",127,1000000000,null]]' &&
		has '[.ports[].messages[] | has("lost", "duplicate", "reordered", "missing_follow_up")] | all' true
}
claim a_type_has_the_members_that_it_can_have members_by_type
by_stamps() {
	tells 0 -r "$e2e" && has '.end_ns - .start_ns > 16e9 and .start_ns > 17e17' true
}
claim time_goes_by_the_frames_stamps by_stamps

# faults that were put in come out in the same number
faults() {
	made -n 500 -d 40 -u 50 -q 100 && tells 0 -r a.pcap &&
		has '.ports[0].messages[] | select(.type == "sync") | [.count, .lost]' '[488,12]' &&
		has '.ports[0].messages[] | select(.type == "sync") | .missing_follow_up' 7 &&
		has '.ports[1].messages[0] | [.type, .answered, .unanswered]' '["delay_req",495,4]' &&
		has '[.events[] | [.event, .count]]' '[["missing_follow_up",7],["unanswered_delay_req",4]]'
}
claim lost_unfollowed_and_unanswered_messages_are_counted faults
changed() {
	made -n 500 -g 200 && tells 0 -r a.pcap &&
		has '[.events[] | [.event, .time_ns, .before, .after]]' \
			'[["grandmaster_change",1700000012500000000,"020000.fffe.000001","020000.fffe.000002"]]'
}
claim another_grandmaster_is_an_event_at_its_first_announce changed
cut_events() {
	made -n 40000 -a 2 && tells 1 -r a.pcap --grandmaster 020000.fffe.000001 --max-events any=4998 &&
		has '[.events_complete, (.events | length), .counts.events.grandmaster_change]' \
			'[false,4096,4999]' &&
		has '.ports[0].foreign_grandmaster | [.grandmaster, .count]' '["020000.fffe.000003",2500]' &&
		has '.verdict.reasons[0]' '"4999 events of any kind, limit 4998"' &&
		has '[.notes[] | select(startswith("the first 4096 of 4999 events"))] | length' 1 &&
		tells 0 -r "$e2e" && has '[.events_complete, .ports[0].foreign_grandmaster]' '[true,null]'
}
claim events_beyond_the_room_are_said_counted_and_judged cut_events
# The second file is as old as the first: 31.25 s each.
goes_back() {
	made -n 500 && cp a.pcap b.pcap && run "$ptp" -q -I 0 -r a.pcap -r b.pcap || return
	grep -Eq ' for 62\.[45] s$' out || {
		head -n 2 out
		return 1
	}
}
claim a_run_whose_clock_was_set_back_took_no_negative_time goes_back
twice() {
	made -n 500 -m 200 && tells 0 -r a.pcap && has '[.events[].event]' '["two_masters"]' &&
		has '[.ports[] | select(.role == "master") | .port_identity]' \
			'["020000.fffe.000001-1","020000.fffe.000003-1"]'
}
claim two_masters_are_an_event twice
# The master falls silent, and comes back.
is_over() {
	made -n 500 -m 200 -e 220 && run "$ptp" -q -I 0 -r a.pcap && grep -q announce_timeout out &&
		grep -q '^next: an Announce timed out' out && made -n 500 -m 200 -e 220 -b 300 &&
		run "$ptp" -q -I 0 -r a.pcap && grep -q 'announce_timeout' out &&
		! grep -E '^next: (an Announce timed out|Syncs stopped)' out
}
claim a_timeout_that_is_over_calls_for_nothing is_over
# The statistics at the end of a.pcapng tell of 30 frames dropped: isb_osdrop stands 28 bytes before it.
drops() {
	"$make" -f pcapng "$@" a.pcapng >/dev/null && cp a.pcapng b.pcapng &&
		printf '\036' | dd of=b.pcapng bs=1 seek=$(($(wc -c <b.pcapng) - 28)) conv=notrunc 2>/dev/null
}
excused() {
	drops -n 500 -q 100 && tells 1 -r a.pcapng --max-events any=0 &&
		tells 3 -r b.pcapng --max-events any=0 && has .own_drops 30 &&
		has '.verdict.reasons[0]' \
			'"1 event of any kind, limit 0: the tap'"'"'s own drops may have made them"'
}
claim what_was_not_heard_may_be_what_the_capture_dropped excused
# The Sync 490 is missing shortly before; then another section begins anew with 0.
within_drops() {
	sync='.ports[0].messages[] | select(.type == "sync") | [.restarts, .lost, .own]'
	drops -n 500 -d 35 && cat a.pcapng a.pcapng >aa.pcapng && cat b.pcapng a.pcapng >ba.pcapng &&
		tells 0 -r aa.pcapng && has "$sync" '[1,27,0]' &&
		tells 3 -r ba.pcapng && has "$sync" '[0,26,1]'
}
claim what_is_missing_while_a_capture_drops_is_its_own within_drops
fell_silent() {
	made -n 500 -m 200 -e 220 && tells 0 -r a.pcap &&
		has '[.events[].event] | index("announce_timeout") != null' true
}
claim a_master_that_falls_silent_is_an_event fell_silent

violates() { # REASON ARGUMENTS...
	reason=$1
	shift
	tells 1 -r a.pcap "$@" && has '.verdict.result' '"fail"' || return
	jq -r '.verdict.reasons[0]' out | grep -qF -- "$reason" || {
		jq -c .verdict out
		return 1
	}
}
made -n 500 -d 40 -u 50 -q 100 -j 20000 -g 200
claim max_loss_is_a_limit violates '12 of 500 sync lost (2.4 %), limit 11' --max-loss 11
claim max_loss_is_a_limit_as_a_share violates 'sync lost' --max-loss 2%
claim max_missing_follow_up_is_a_limit violates 'sync without their Follow_Up' \
	--max-missing-follow-up 6
claim max_unanswered_is_a_limit violates '4 of 499 delay_req unanswered' --max-unanswered 3
claim max_pdv_is_a_limit violates 'delay variation of its Syncs at p99 is' --max-pdv p99=19us
claim max_events_of_a_kind_is_a_limit violates '1 event of grandmaster_change, limit 0' \
	--max-events grandmaster_change=0
claim max_events_of_any_kind_is_a_limit violates '3 events of any kind, limit 2' --max-events any=2
claim min_messages_is_a_limit violates '99999 are asked for' --min-messages 99999
claim another_grandmaster_fails violates 'announced grandmaster 020000.fffe.000001 for a while' \
	--grandmaster 020000.fffe.000002
claim a_broken_profile_fails violates "profile g8275.1: " --profile g8275.1
within() {
	tells 0 -r a.pcap --max-loss 20 --max-missing-follow-up 8 --max-unanswered 1% \
		--max-pdv 21us --max-pdv p50=11us --max-events any=3 --max-events two_masters=0 \
		--max-dup 0 --max-reorder 0 --min-messages 1000 --grandmaster 020000fffe000001 2>&1
	# the grandmaster changed
	is status "$status" 1 && tells 0 -r a.pcap --max-loss 20 --max-missing-follow-up 8 \
		--max-unanswered 1% --max-pdv 21us --max-pdv p50=11us --max-events any=3 \
		--max-events two_masters=0 --max-dup 0 --max-reorder 0 --min-messages 1000 &&
		has .verdict.reasons '[]'
}
claim what_is_within_all_limits_passes within
kept() {
	made -n 100 -i 0 && tells 0 -r "$e2e" --profile default-e2e --grandmaster 020000.fffe.000001 &&
		has '[.profile.name, .profile.violations]' '["default-e2e",{}]'
}
claim a_kept_profile_passes kept
own_profile() {
	printf 'base = default-e2e\nttl = 64\n' >mine && tells 1 -r "$e2e" --profile mine &&
		has '.profile.violations | keys' '["ttl"]' && has '[.events[].event] | unique' \
			'["profile_violation"]'
}
claim a_profile_of_a_file_is_judged own_profile
bad_profile() {
	printf 'ttl = some\n' >mine && run "$ptp" -r "$e2e" --profile mine &&
		refused ptprobe-ptp "profile 'mine': "
}
claim a_profiles_file_that_is_wrong_is_refused bad_profile

unknown() { # REASON ARGUMENTS...
	reason=$1
	shift
	tells 3 "$@" && has .verdict.result '"inconclusive"' || return
	jq -r '.verdict.reasons[]' out | grep -qF -- "$reason" || {
		jq -c .verdict out
		return 1
	}
}
head -c 24 "$e2e" >none.pcap
claim without_a_message_it_is_inconclusive unknown 'no PTP message came' -r none.pcap
claim without_a_message_of_that_domain_too unknown '71 messages of other domains' -r "$e2e" --domain 5
claim without_a_message_of_that_transport_too unknown 'of other transports' -r "$e2e" --l2
head -c 5000 "$e2e" >cut.pcap
claim a_file_that_is_cut_is_inconclusive unknown 'a file is cut short' -r cut.pcap
claim a_mask_that_needs_absolute_time_is_inconclusive unknown 'mask g8271.2-pts: ' -r "$e2e" \
	--mask g8271.2-pts
claim unanswered_requests_of_none_are_inconclusive unknown 'no Delay_Req or Pdelay_Req' \
	-r "$data/tlvs.pcap" --max-unanswered 0
coarse() {
	made -f us -n 500 && unknown 'too coarse' -r a.pcap --max-pdv 500ns &&
		has '.timing[0].resolution_ns' 1000
}
claim stamps_of_microseconds_are_too_coarse_for_a_limit_of_less coarse
crowd() {
	set --
	for domain in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
		"$make" -n 20 -D "$domain" "in$domain.pcap" >/dev/null || return
		set -- "$@" -r "in$domain.pcap"
	done
	tells 0 "$@" && has "[.counts.untimed, (.timing | length)]" "[20,16]" || return
	unknown "20 Syncs were of more than 16 masters" "$@" --max-pdv 1s &&
		unknown "20 Syncs were of more than 16 masters" "$@" --mask g8261.1-fpp || return
	run "$ptp" "$@" -q
	grep -q "^beside: 20 Syncs of more masters than are timed" out
}
claim masters_that_are_too_many_to_be_timed_are_told_of crowd
still_fails() {
	tells 1 -r cut.pcap --grandmaster 0000000000000001
}
claim a_violated_limit_is_a_fail_however_little_is_known still_fails

complete() {
	made -n 160 -f pcapng && tells 0 -r a.pcap &&
		has '.capture | [.complete, .dropped]' '[true,0]'
}
claim pcapng_tells_that_nothing_was_dropped complete
split_up() {
	"$make" -n 160 first >/dev/null && "$make" -n 320 both >/dev/null &&
		{ head -c 24 both; tail -c +"$(($(wc -c <first) + 1))" both; } >second &&
		tells 0 -r first -r second && has '[.counts.messages, .events]' '[1320,[]]' &&
		has '[.ports[].messages[].lost] | add' 0
}
claim several_files_are_one_run split_up
coarser() {
	"$make" -n 160 first >/dev/null && "$make" -f us -n 320 both >/dev/null &&
		{ head -c 24 both; tail -c +"$(($(wc -c <first) + 1))" both; } >second &&
		tells 0 -r first && has ".timing[0].tdev.unknown" null && tells 0 -r first -r second &&
		has ".timing[0] | [.samples, .resolution_ns, .tdev.unknown, .tdev.at]" \
			"[320,1000,\"the time stamps are too coarse\",[]]"
}
claim a_later_file_of_microseconds_makes_the_whole_as_coarse coarser
piped() {
	run sh -c '"$1" -r - -J -q <"$2"' sh "$ptp" "$e2e"
	is status "$status" 0 && has .counts.messages 71
}
claim standard_input_is_a_file_too piped
bounded() {
	tells 0 -r "$e2e" -c 10 && has .counts.messages 10 && tells 0 -r "$e2e" -t 5s &&
		has '.counts.messages < 30 and .end_ns - .start_ns < 5e9' true
}
claim count_and_time_end_the_run bounded
domains() {
	tells 0 -r "$e2e" -r "$data/ptp_l2_g82751_d24.pcap" --domain 24-43 &&
		has '[.ports[].domain] | unique' '[24]' && has .counts.other_domain 71
}
claim only_the_domains_that_are_named_are_looked_at domains

# what can't be read is said, in one line and by the status
complains() { # STATUS WHAT ARGUMENTS...
	expected=$1 what=$2
	shift 2
	run "$ptp" "$@"
	is status "$status" "$expected" && is stdout "$(cat out)" '' && is lines "$(wc -l <err)" 1 &&
		grep -q "^ptprobe-ptp: .*$what" err && return
	cat err
	return 1
}
claim a_file_that_does_not_exist_is_4 complains 4 'no such file' -r nonesuch
echo 'this is a text' >text
claim a_file_that_is_no_capture_is_2 complains 2 "'text': " -r text
beyond() {
	for wrong in "--floor-window=2h" "--floor-window=1.5s" --floor-delta=1s --floor-delta=500ns; do
		complains 2 "${wrong%%=*}" -r "$e2e" "$wrong" || return
	done
}
claim a_floor_beyond_what_can_be_counted_is_2 beyond
widest() {
	tells 0 -r "$e2e" --floor-window 1000s --floor-delta 1ms && tells 0 -r "$e2e" --floor-window 1s \
		--floor-delta 1us && has ".timing[0].floor | [.delta_ns, .window_ns]" "[1000,1000000000]"
}
claim the_floors_window_and_delta_may_be_as_said_and_no_more widest
claim an_interface_that_does_not_exist_is_4 complains 4 'no such interface' -i nonesuch0
claim a_directory_is_4 complains 4 'director' -r .
claim the_input_is_not_written_over complains 5 'it is read in this run' -r cut.pcap -o cut.pcap
printf 'base = default-e2e\n' >kept_mine
claim nor_the_profile complains 5 'it is read in this run' -r "$e2e" --profile kept_mine -o kept_mine
full() {
	for form in -J --csv --influx --nagios --json-stream -q; do
		"$ptp" -r "$e2e" "$form" >/dev/full 2>err
		is "status of $form" $? 5 && is lines "$(wc -l <err)" 1 || return
	done
}
claim what_cannot_be_written_is_5 full

lists() { # OPTION NAME
	run "$ptp" "$1" list
	is status "$status" 0 && is stderr "$(cat err)" '' && grep -q "^$2  *[^ ]" out
}
claim the_known_profiles_are_listed lists --profile st2059-2
claim the_known_masks_are_listed lists --mask g8271.1-c

uncorrected() {
	made -n 200 -c 100 && violates 'the correction of its sync changed for good 1 time, limit 0' \
		--max-correction-changes 0 && tells 0 -r a.pcap --max-correction-changes 1 &&
		has '.ports[0].messages[0] | [.type, .correction_changes]' '["sync",1]' &&
		run "$ptp" -r a.pcap -q && grep -q '^    sync .* CORRECTION CHANGED 1 TIME$' out &&
		grep -q '^next: a correctionField changed for good: ' out
}
claim a_lost_transparent_clock_is_told_and_a_limit uncorrected
slow() { # of 16 a second that are advertised 8 come, or 2
	for ns in 125000000 500000000; do
		made -n 100 -p "$ns" && violates 'sync came at ' --min-rate 90% &&
			run "$ptp" -r a.pcap -q && grep -q '^    sync .*  SLOW: [0-9.]* % OF WHAT' out &&
			grep -q '^next: messages come more seldom than their port promises' out || return
	done
	made -n 100 && tells 0 -r a.pcap --min-rate 99% && made -n 9 &&
		unknown 'too few announce came to tell their rate' -r a.pcap --min-rate 90% &&
		run "$ptp" -r "$e2e" -q && ! grep -q SLOW out
}
claim messages_that_come_too_seldom_are_told_and_a_limit slow

# every member of what is printed as JSON is in the page
page_has_members() {
	printf 'base = default-e2e\nttl = 64\n' >mine
	run "$ptp" -r "$e2e" -r "$data/ptp_udp4_p2p.pcap" -J -q --profile mine --grandmaster 1122334455667788 \
		--synchronised --utc-offset 37 --mask prtc-a
	cp out whole
	made -n 5000 -g 2000 && run "$ptp" -r a.pcap --json-stream --mask g8271.1-c &&
		cat out >>whole || return
	jq -r '[paths | last | strings] | .[]' whole | sort -u >members
	is 'fewest members' "$(($(wc -l <members) > 120))" 1 || return
	tr -c 'a-z0-9_' '\n' <"$page" | sort -u >words
	is 'members without a description' "$(comm -23 members words)" ''
}
claim every_member_of_the_json_is_in_the_page page_has_members

# the other forms
text() {
	run "$ptp" -r "$e2e"
	is status "$status" 0 && is stderr "$(cat err)" '' &&
		for words in 'domain 0: grandmaster 020000.fffe.000001' '020000.fffe.000002-1  slave' \
			'^    sync  *17 ' '^events: none' "aren't known to be synchronised" \
			'floor packets (FPP, FPC, FPR): not known: ' '^PASS: measured; no limit was set' \
			'^ *time s messages'; do
			grep -q -- "$words" out || {
				echo "no '$words'"
				return 1
			}
		done
}
claim the_text_has_what_people_look_for text
advice() {
	made -n 500 -m 200 && run "$ptp" -r a.pcap --max-events two_masters=0 &&
		grep -q '^next: two masters in one domain: ' out && grep -q '^FAIL: 1 event of two_' out
	is status "$status" 1 && grep -q '^20.*two_masters  *domain 0: ' out
}
claim the_text_tells_what_to_do_next advice
quiet() {
	run "$ptp" -r "$e2e" -q
	! grep -q 'time s messages' out
}
claim quiet_has_no_interval_lines quiet
stream() {
	made -n 500 -g 200 && run "$ptp" -r a.pcap --json-stream
	is status "$status" 0 && jq -es 'map(.type) | (map(select(. == "interval")) | length) == 32 and
		(map(select(. == "event")) | length) == 1 and .[-1] == "report"' out >/dev/null &&
		is messages "$(jq -s '[.[] | select(.type == "interval") | .messages] | add' out)" \
			"$(jq -s '.[-1].counts.messages' out)" &&
		is event "$(jq -cr 'select(.type == "event") | .event' out)" grandmaster_change
}
claim the_stream_has_intervals_and_events_and_the_report stream
paused() { # SYNCS BACK-AT INTERVALS-THAT-ARE-EMPTY: 16 Syncs a second, silence from second 6.25 on
	made -n "$1" -e 100 -b "$2" && run "$ptp" -r a.pcap --json-stream
	is status "$status" 0 &&
		is 'empty intervals' "$(jq -c 'select(.type == "interval" and .messages == 0) |
			[.from_ns, .to_ns, .intervals, .events] | map(if . >= 1e9 then . / 1e9 else . end)' out |
			tr '\n' ' ')" "$3" &&
		is 'no gap between them' "$(jq -s '[.[] | select(.type == "interval")] |
			[.[1:], .[:-1]] | transpose | all(.[0].from_ns == .[1].to_ns)' out)" true
}
claim silent_intervals_are_lines_of_their_own paused 400 180 \
	'[7,8,1,1] [8,9,1,0] [9,10,1,0] [10,11,1,0] '
claim a_long_silence_is_one_line_that_says_so paused 20000 19900 '[7,1243,1236,1] '
told_in_text() {
	run "$ptp" -r a.pcap && grep -qE '^ +7\.00- +1243\.00 .* 1236 intervals$' out
}
claim in_the_text_too told_in_text
without_lines() {
	made -n 500 -g 200 && run "$ptp" -r a.pcap --json-stream -I 0 &&
		is types "$(jq -r .type out | tr '\n' ' ')" 'event report ' && run "$ptp" -r a.pcap -I 0 &&
		! grep -q 'time s messages' out && run "$ptp" --help &&
		tr -s ' \n' '  ' <out | grep -q 'the intervals and the events, then the report'
}
claim an_interval_of_0_leaves_the_stream_its_events without_lines
csv() {
	run "$ptp" -r "$e2e" --csv
	is status "$status" 0 && is lines "$(wc -l <out)" 6 &&
		is fields "$(awk -F , '{ print NF }' out | sort -u)" 31 &&
		grep -q ',020000.fffe.000001-1,master,UDP/IPv4,10.99.0.1,sync,17,0,0,0,0,0,0,0,0,1000000000,' out
}
claim csv_is_a_line_for_each_port_and_type csv
influx() {
	run "$ptp" -r "$e2e" --influx
	is status "$status" 0 && is lines "$(wc -l <out)" 6 && grep -q \
		'^ptprobe_ptp,domain=0,host=[^ ]*,port_identity=020000.fffe.000001-1,sdo_id=0,type=sync verdict="pass",own_drops=0i,count=17i' out &&
		grep -q '^ptprobe_ptp_timing,.* skew_removed=false,samples=17i,' out
}
claim influx_is_a_line_for_each_port_and_type_and_for_the_timing influx
nagios() {
	run "$ptp" -r a.pcap --nagios --max-events any=0
	is status "$status" 1 && is lines "$(wc -l <out)" 1 &&
		grep -q "^PTPROBE WARNING - .*1 event of any kind, limit 0 .*'grandmaster_change'=1;;;0;" out
}
claim nagios_is_a_line nagios
prom() {
	run "$ptp" -r "$e2e" -q --prom m.prom
	is status "$status" 0 && grep -q '^ptprobe_ptp_messages_total{domain="0",sdo_id="0",port_identity="020000.fffe.000001-1",type="sync"} 17$' m.prom &&
		grep -q '^ptprobe_ptp_events_total{event="two_masters"} 0$' m.prom &&
		grep -q '^ptprobe_verdict{result="pass"} 1$' m.prom && { ! have promtool || promtool check metrics <m.prom; }
}
claim prometheus_has_counts_and_events prom
of_the_capture() {
	tells 0 -r "$e2e" && has ".timing[0].stamps" null && run "$ptp" -q -r "$e2e"
	grep -q "^timing of .*, stamps of the capture$" out
}
claim what_stamped_a_file_is_not_claimed of_the_capture
unsteady() {
	made -n 4000 -j 1000 && tells 0 -r a.pcap && has ".timing[0] | [.skew_removed, .mtie.skew_removed,
		.tdev.skew_removed, .matie.skew_removed, .mafe.skew_removed]" "[true,true,false,true,true]" &&
		has ".timing[0].floor | [.worst_fpp, .worst_fpc, .worst_fpr]" "[1,3200,16]" || return
	run "$ptp" -q -r a.pcap
	for words in "floor packets .*: worst FPP 100 % .*, FPC 3200, FPR 16/s, from " \
		"MTIE, skew removed: [0-9]" "MATIE, skew removed: [0-9]" "MAFE, skew removed: [0-9]" \
		"TDEV: [0-9]"; do
		grep -q "^  $words" out || {
			echo "no $words"
			return 1
		}
	done
}
claim floor_packets_have_their_names_and_what_lacks_a_skew_says_so unsteady
bare_mask() {
	made -n 4000 -j 1000 && printf "0.0625 1001\n8 1001\n" >wide && printf "0.0625 100\n8 100\n" >narrow &&
		tells 0 -r a.pcap --synchronised --mask wide && tells 1 -r a.pcap --synchronised --mask narrow
}
claim a_mask_may_be_a_file_of_tau_and_limit bare_mask
# the nth example of the page: read, and nothing that so short a run could keep
page_mask() { # N
	sed -n "/^\.Bd/,/^\.Ed/p" "$mask_page" |
		awk -v n="$1" "/^\.Bd/ { seen++; next } /^\.Ed/ { next } seen == n" >"mask$1"
	[ -s "mask$1" ] && made -n 200 && unknown "mask mask$1: " -r a.pcap --mask "mask$1"
}
claim the_pages_bare_mask_is_read page_mask 1
claim the_pages_own_mask_is_read page_mask 2
every_mask() {
	"$ptp" --mask list | while read -r name _; do
		grep -q "^\.It Sy $name Ta " "$mask_page" || {
			echo "$name is not in the table"
			return 1
		}
	done
}
claim every_mask_is_in_the_pages_table every_mask
# a path of 50 us and up to 1 us more; "here" in the text is what the delta is above
floors() { # ARGUMENT MEMBERS HERE
	made -n 4000 -j 1000 && tells 0 -r a.pcap --synchronised --floor "$1" &&
		has ".timing[0].floor | [.mode, .worst_fpp, .fixed_ns, .last_ns]" "$2" || return
	run "$ptp" -q -r a.pcap --synchronised --floor "$1"
	grep -q "^  floor packets within 150 us$3 in 200 s: worst FPP " out && return
	grep floor out
	return 1
}
claim the_floor_may_be_the_least_of_the_run floors session "[\"session\",1,null,null]" ""
claim the_floor_may_be_the_least_of_some_time floors last:220s "[\"last\",1,null,220000000000]" \
	" of the least in the last 220 s"
claim the_floor_may_be_given floors 50us "[\"fixed\",1,50000,null]" " of 50.0 us"
claim a_floor_that_nothing_comes_near_has_no_packets floors 52us "[\"fixed\",0,52000,null]" " of 52.0 us"
places() {
	made -n 500 -d 40 && tells 0 -r a.pcap && has \
		".timing[0] | [.splits, .breaks, .places, .interpolated, .tau0_ns, .utc_offset_s]" \
		"[0,0,500,12,62500000,0]" && run "$ptp" -q -r a.pcap
	grep -q "^  12 of 500 places, 62.5 ms apart, have no Sync: " out
}
claim places_without_a_sync_are_told_of places
anew() {
	made -n 100 && tells 0 -r a.pcap -r a.pcap && has ".timing[0] | [.splits, .samples]" "[1,100]" ||
		return
	run "$ptp" -q -r a.pcap -r a.pcap
	grep -q "^timing of domain 0, .*: 100 Syncs in .*, began anew 1 time as a clock was stepped" out
}
claim timing_that_began_anew_says_so anew
# the Announce is the first frame
offsetless() {
	made -n 8 && { head -c 24 a.pcap; tail -c +147 a.pcap; } >unannounced.pcap &&
		tells 0 -r unannounced.pcap --synchronised && has ".timing[0] | [.clock, .delay, .two_way.unknown]" \
		"[\"synchronised\",null,\"the UTC offset isn't known: --utc-offset\"]" || return
	run "$ptp" -r unannounced.pcap --synchronised
	! grep "aren't known to be synchronised" out && grep -q -- "--utc-offset tells it" out
}
claim of_synchronised_clocks_with_an_unknown_utc_offset_that_is_said offsetless
short() {
	tells 0 -r "$e2e" && has ".timing[0].mtie.unknown" "\"the clocks' skew can't be told: too short\""
}
claim a_series_too_short_for_its_skew_says_so short
absolute() {
	tells 0 -r "$e2e" --synchronised --utc-offset 0 && has '.timing[0] | [.clock, .skew_removed,
		(.delay.min_ns > 0 and .delay.min_ns < 1000000)]' '["synchronised",false,true]'
}
claim of_synchronised_clocks_the_delay_is_told absolute

plan
