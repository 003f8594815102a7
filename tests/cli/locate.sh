#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ptprobe-locate on the reports of a recorded run (tests/data/locate/README.md): what it prints, its
# exit statuses, what it refuses, and what it makes of reports that were tampered with.
# shellcheck disable=SC2016,SC2086,SC2154,SC2317 # programs of jq; $all is a list; of tap.sh; claims
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

data=$(cd "${srcdir:-.}/tests/data/locate" && pwd) || exit 99
locate=$PWD/ptprobe-locate
make_capture=$PWD/tests/bench/make_capture
cd "$scratch" || exit 99
cp "$data"/*.json . && chmod u+w ./*.json
command -v jq >/dev/null || {
	echo '1..0 # SKIP jq is missing'
	exit 0
}

all='send.json recv.json sender_tap.json receiver_tap.json'

# changed FILE FILTER NEW: what jq makes of a report
changed() {
	jq "$2" "$1" >"$3" || exit 99
}

# locates ARGUMENT...: the places as "network 11", one a line, of a JSON report; status in $status
places() {
	"$locate" --json "$@" >out.json 2>err
	status=$?
	jq -r '.places[] | "\(.place) \(.count)"' out.json
}

# finds EXPECTED ARGUMENT...
finds() {
	expected=$1
	shift
	is places "$(places "$@" | tr '\n' ' ')" "$expected "
}

ends() { # STATUS ARGUMENT...
	expected=$1
	shift
	run "$locate" "$@"
	is status "$status" "$expected"
}

# refuses WHAT ARGUMENT...: wrong usage, one line that holds WHAT
refuses() {
	expected=$1
	shift
	run "$locate" "$@"
	refused ptprobe-locate "$expected"
}

truth='sender-firewall 10 network 11 receiver-socket 391 delivered 588'

claim what_was_provoked_is_located finds "$truth" $all
# shellcheck disable=SC2086
claim their_order_does_not_matter finds "$truth" receiver_tap.json recv.json sender_tap.json send.json
claim they_may_be_named finds "$truth" --sender send.json --receiver hall=recv.json \
	--tap hall=receiver_tap.json --tap sender=sender_tap.json

ranges_are_exact() {
	places send.json recv.json sender_tap.json receiver_tap.json >/dev/null
	is ranges "$(jq -c '.places[] | select(.place == "network") | [.ranges, .complete]' out.json)" \
		'[[[100,106],[108,111]],true]'
}
claim ranges_are_exact ranges_are_exact

json_has_the_documented_members() {
	places send.json recv.json sender_tap.json receiver_tap.json >/dev/null
	is runs "$(jq -c '.runs[0] | [.run_id, .group, .port, .seqs, .delivered, .lost, .undetermined]' \
		out.json)" "[$(jq .sender.run_id send.json),\"239.255.31.9\",31900,1000,588,412,0]" &&
		is ladder "$(jq -c '[.runs[0].ladder[] | .passed]' out.json)" \
			'[1000,990,990,979,979,979,588,588]' &&
		is rungs "$(jq -c '[.runs[0].ladder[] | .rung] | [first, last]' out.json)" \
			'["sender-application","receiver-application"]' &&
		is inputs "$(jq -c '[.inputs[] | .role]' out.json)" \
			'["sender","receiver","tap","tap"]' &&
		is names "$(jq -c '[.inputs[] | .name] | unique' out.json)" '["rx:eth0","sender"]' &&
		is tool "$(jq -r '.schema + " " + .tool' out.json)" 'ptprobe/1 ptprobe-locate' &&
		is verdict "$(jq -r .verdict.result out.json)" pass &&
		is remedies "$(jq '[.places[] | select(.remedy == null) | .place] == ["delivered"]' \
			out.json)" true &&
		is books "$(jq '[.places[].count] | add' out.json)" 1000
}
claim json_has_the_documented_members json_has_the_documented_members

text_tells_it_in_the_first_lines() {
	run "$locate" send.json recv.json sender_tap.json receiver_tap.json
	is stderr "$(cat "$scratch/err")" '' &&
		is 'the first line' "$(head -n 1 "$scratch/out" | sed 's/^run [0-9a-f]* //')" \
			'to 239.255.31.9:31900: 1000 probes: 588 delivered, 412 lost' &&
		is places "$(sed -n '3,6s/^ *\([a-z-]*\) *\([0-9]*\).*/\1 \2/p' "$scratch/out" |
			tr '\n' ' ')" "$truth " &&
		grep -q '^    |      391 lost    receiver-socket$' "$scratch/out" &&
		grep -q '^      next: .*net.core.rmem_max' "$scratch/out" &&
		grep -q '^      seqs 100-106 108-111$' "$scratch/out" &&
		grep -q '^PASS: ' "$scratch/out"
}
claim text_tells_it_in_the_first_lines text_tells_it_in_the_first_lines

claim losses_without_a_limit_are_no_failure ends 0 $all
changed sender_tap.json '.flows[0] |= (.missing.ranges = [] | .unique = 1000 | .lost = 0)' whole.json
claim the_expected_place_passes ends 0 --expect network whole.json receiver_tap.json
claim another_place_than_expected_fails ends 1 --expect network $all
claim a_limit_that_is_kept_passes ends 0 --max-loss-at network=11 --max-loss-at receiver-socket=391 $all
claim a_limit_that_is_violated_fails ends 1 --max-loss-at network=11 --max-loss-at receiver-socket=390 $all
claim undetermined_losses_are_inconclusive ends 3 send.json recv.json
claim undetermined_losses_that_might_violate_a_limit_are_inconclusive \
	ends 3 --max-loss-at network=0 send.json recv.json
claim undetermined_losses_that_cannot_are_a_pass \
	ends 0 --max-loss-at sender-qdisc=0 --max-loss-at network=402 send.json recv.json

# what can't be provoked: counters of hardware, by their drivers' names
changed recv.json '.own_drops = 0 | .evidence.before["ethtool.rx_crc_errors"] = 5 |
	.evidence.after["ethtool.rx_crc_errors"] = 16' crc.json
claim crc_errors_are_the_last_hop finds \
	'sender-firewall 10 last-hop-wire 11 receiver-socket 391 delivered 588' \
	send.json crc.json sender_tap.json receiver_tap.json
changed recv.json '.evidence.before["link.rx_missed_errors"] = 70 |
	.evidence.after["link.rx_missed_errors"] = 82' missed.json
claim missed_frames_are_the_receivers_card finds \
	'sender-firewall 10 receiver-nic 11 receiver-socket 391 delivered 588' \
	send.json missed.json sender_tap.json receiver_tap.json
changed send.json '.evidence.before["ethtool.tx_carrier_errors"] = 0 |
	.evidence.after["ethtool.tx_carrier_errors"] = 11' carrier.json
claim transmit_errors_are_the_senders_card finds \
	'sender-firewall 10 sender-nic 11 receiver-socket 391 delivered 588' \
	carrier.json recv.json sender_tap.json receiver_tap.json

# verdicts that must not be given
changed receiver_tap.json '.capture.complete = false | .own_drops = 1' starved.json
never_the_network() { # FILE...
	places "$@" >found
	is status "$status" 3 && is network "$(grep '^network ' found)" ''
}
claim a_starved_capture_is_no_proof never_the_network send.json recv.json sender_tap.json starved.json
changed receiver_tap.json '.capture.complete = null' unknown.json
claim a_capture_of_unknown_completeness_is_no_proof \
	never_the_network send.json recv.json sender_tap.json unknown.json
claim unless_the_user_vouches_for_it finds "$truth" --complete rx:eth0 send.json recv.json \
	sender_tap.json unknown.json
changed receiver_tap.json '.capture.frames = 2 | .capture.received = 989' short.json
claim a_capture_that_took_in_less_than_its_tap_had_is_no_proof \
	never_the_network send.json recv.json sender_tap.json short.json
changed recv.json '.start_ns += 37000000000 | .end_ns += 37000000000' clock.json
claim clocks_need_not_agree finds "$truth" send.json clock.json sender_tap.json receiver_tap.json
changed recv.json '.own_drops = 0 | .evidence.after["udp.RcvbufErrors"] = 100' few.json
claim a_counter_that_does_not_cover_is_consistent_only finds \
	'sender-firewall 10 network 11 undetermined 391 delivered 588' \
	send.json few.json sender_tap.json receiver_tap.json
it_says_consistent() {
	jq -r '.places[] | select(.place == "undetermined") | .evidence[]' out.json |
		grep -q 'consistent with receiver-socket: udp.RcvbufErrors +100 on rx:eth0 (of 391)'
}
claim and_says_so it_says_consistent

# a sender that was killed leaves no report, and no END
changed recv.json '.flows[0] |= (.sent = null)' endless.json
an_open_end() {
	run "$locate" --max-loss-at network=0 "$@"
	is status "$status" 3 && grep -q 'how many were sent isn.t known' "$scratch/out"
}
claim without_an_end_nothing_passes an_open_end endless.json
claim unless_the_sender_tells ends 0 --max-loss-at network=11 endless.json send.json sender_tap.json \
	receiver_tap.json

# another sender's run
changed recv.json '.host = "rx2" | .flows[0].run_id = "0123456789abcdef"' stranger.json
claim a_receiver_of_another_run_is_never_a_pass ends 3 --max-loss-at network=11 $all stranger.json

# what no report can hold
sed 's/^\( *"sent": \)[0-9]*,/\19223372036854775807,/' send.json >endless_sender.json
books_balance() {
	places endless_sender.json recv.json >/dev/null
	is books "$(jq '[.runs[0].seqs == ([.places[].count] | add), ([.places[] |
		select(.complete and .ranges != null) |
		(.count == ([.ranges[] | .[1] - .[0] + 1] | add))] | all)] | all' out.json)" true
}
claim counts_that_no_report_can_hold_stay_exact books_balance

# several receivers
changed recv.json '.host = "rx2"' recv2.json
changed receiver_tap.json '.host = "rx2"' tap2.json
two_receivers() {
	places send.json recv.json sender_tap.json receiver_tap.json recv2.json tap2.json >/dev/null
	is network "$(jq -c '[.places[] | select(.place == "network") | [.branch, .count]]' out.json)" \
		'[[null,11]]' &&
		is socket "$(jq -c '[.places[] | select(.place == "receiver-socket") |
			[.branch, .count]] | sort' out.json)" '[["rx2:eth0",391],["rx:eth0",391]]'
}
claim what_two_receivers_miss_is_upstream_of_the_split two_receivers

# a witness inside the report of the tool beside it
jq --slurpfile tap receiver_tap.json '. + {witness: $tap[0]}' recv.json >recv_w.json
jq --slurpfile tap sender_tap.json '. + {witness: $tap[0]}' send.json >send_w.json
claim two_reports_with_witnesses_suffice finds "$truth" send_w.json recv_w.json

# JSON streams
{
	echo '{"type":"interval","from_ns":0}'
	jq -c '. + {type: "report"}' recv.json
} >stream.json
claim a_json_stream_is_its_last_report finds "$truth" send.json stream.json sender_tap.json \
	receiver_tap.json
# shellcheck disable=SC2002 # the pipe is the point
from_a_pipe() {
	is places "$(cat recv.json | places send.json /dev/stdin sender_tap.json receiver_tap.json |
		tr '\n' ' ')" "$truth "
}
claim a_pipe_will_do from_a_pipe
# shellcheck disable=SC2002
from_standard_input() {
	is places "$(cat recv.json | places send.json - sender_tap.json receiver_tap.json |
		tr '\n' ' ')" "$truth " && is 'its name' "$(jq -r '.inputs[1].file' out.json)" -
}
claim a_dash_is_standard_input from_standard_input
# shellcheck disable=SC2002
named_from_standard_input() {
	is places "$(cat receiver_tap.json | places send.json recv.json sender_tap.json \
		--tap rx:eth0=- | tr '\n' ' ')" "$truth "
}
claim so_it_is_behind_a_name named_from_standard_input
claim two_of_them_are_refused refuses "two inputs are '-'" - --tap rx=-

# capture files: 10,000 probes, of which every hundredth is missing in the second file
"$make_capture" -f pcapng -n 10000 near.pcapng >/dev/null || exit 99
"$make_capture" -f pcapng -n 10000 -d 100 far.pcapng >/dev/null || exit 99
"$make_capture" -n 10000 -d 100 far.pcap >/dev/null || exit 99
claim files_with_drop_counts_are_proof finds 'network 100 delivered 9900' \
	--tap sender=near.pcapng --tap far=far.pcapng
claim files_without_them_are_none finds 'undetermined 100 delivered 9900' \
	--tap sender=near.pcapng --tap far=far.pcap
claim unless_the_user_vouches_for_them finds 'network 100 delivered 9900' --complete far \
	--tap sender=near.pcapng --tap far=far.pcap
every_gap_of_a_file_is_known() {
	"$make_capture" -f pcapng -n 20000 gaps.near >/dev/null || exit 99
	"$make_capture" -f pcapng -n 20000 -d 2 gaps.far >/dev/null || exit 99
	places --tap sender=gaps.near --tap far=gaps.far >/dev/null
	is network "$(jq '.places[] | select(.place == "network") | .count' out.json)" 10000
}
claim every_gap_of_a_file_is_known every_gap_of_a_file_is_known
head -c 600000 far.pcapng >cut.pcapng
cut_counts_as_far_as_it_goes() {
	run "$locate" --tap sender=near.pcapng --tap far=cut.pcapng
	is status "$status" 3 && grep -q "^ptprobe-locate: 'cut.pcapng': " "$scratch/err" &&
		grep -q 'the capture of far ended early' "$scratch/out" &&
		! grep -q '^  network  *[0-9]' "$scratch/out"
}
claim a_file_that_was_cut_counts_as_far_as_it_goes cut_counts_as_far_as_it_goes
# a capture that went on from file to file: 3 MB, a new one after each 1 MB
"$make_capture" -f pcapng -n 20000 set.near >/dev/null || exit 99
"$make_capture" -f pcapng -n 20000 -d 100 set.far >/dev/null || exit 99
"${locate%locate}capture" -q -r set.far -w far.set -C 1 >/dev/null
"${locate%locate}capture" -q -r set.near -w whole.set -C 1 >/dev/null
claim files_of_one_name_are_one_capture finds 'network 200 delivered 19800' --tap sender=set.near \
	--tap far=far.set --tap far=far.set1 --tap far=far.set2 --tap far=far.set3 --complete far
a_missing_file_is_no_loss() {
	run "$locate" --complete far --tap sender=set.near --tap far=whole.set --tap far=whole.set2 \
		--tap far=whole.set3
	is status "$status" 3 && ! grep -q '^  network  *[0-9]' "$scratch/out" &&
		grep -q '^  undetermined  *[5-7][0-9]* ' "$scratch/out" &&
		grep -q 'as if a file of it were missing' "$scratch/out"
}
claim a_file_that_is_missing_from_them_is_no_loss a_missing_file_is_no_loss
a_missing_end_is_no_loss() {
	run "$locate" --complete far --tap sender=set.near --tap far=whole.set --tap far=whole.set1
	is status "$status" 3 && ! grep -q '^  network  *[0-9]' "$scratch/out" &&
		grep -q 'ended early' "$scratch/out"
}
claim nor_is_their_last_one a_missing_end_is_no_loss
a_missing_head_is_no_loss() {
	run "$locate" --complete far --tap sender=set.near --tap far=whole.set1 --tap far=whole.set2 \
		--tap far=whole.set3
	is status "$status" 3 && ! grep -q '^  network  *[0-9]' "$scratch/out" &&
		grep -q 'began late' "$scratch/out"
}
claim nor_their_first_one a_missing_head_is_no_loss
claim one_of_unknown_completeness_makes_all_of_them_so finds 'undetermined 100 delivered 9900' \
	--tap sender=near.pcapng --tap far=far.pcapng --tap far=far.pcap
claim each_being_complete_the_capture_is finds 'network 100 delivered 9900' \
	--tap sender=near.pcapng --tap far=far.pcapng --tap far=far.pcapng
claim a_report_and_a_file_of_one_name_are_refused refuses '--tap NAME=FILE' \
	--tap far=far.set --tap far=receiver_tap.json

claim a_file_of_unknown_side_is_refused refuses '--tap sender=FILE' far.pcap
claim a_capture_in_the_senders_place_is_refused refuses 'it is a capture' --sender near.pcapng
printf '\037\213\010\000garbage' >packed.gz
claim a_compressed_file_is_refused refuses "'packed.gz': " --tap far=packed.gz
claim vouching_against_what_a_capture_says_is_refused refuses 'it says itself' --complete rx:eth0 \
	send.json recv.json sender_tap.json starved.json

# other runs
changed recv.json '.flows[0].run_id = "0123456789abcdef"' other.json
no_common_run() {
	run "$locate" send.json other.json
	is status "$status" 3 && grep -q 'other.json: 0123456789abcdef' "$scratch/out" &&
		grep -q '^INCONCLUSIVE: the inputs have no run in common' "$scratch/out"
}
claim without_a_common_run_it_tells_which_there_are no_common_run
run_id=$(jq -r .sender.run_id send.json)
claim a_run_is_chosen_by_its_first_digits finds "$truth" --run "$(echo "$run_id" | cut -c 1-6)" $all
claim another_run_is_not_there ends 3 --run ffffffffffff $all

# wrong usage
claim no_input_is_refused refuses 'no input' --json
claim a_missing_file_is_the_environment ends 4 nowhere.json
echo 'GET / HTTP/1.1' >http
claim a_file_of_another_kind_is_refused refuses "'http': it is no JSON" http
: >empty
claim an_empty_file_is_refused refuses "'empty': it is empty" empty
head -c 3000 recv.json >cut.json
claim a_file_that_was_cut_is_refused refuses "'cut.json': it is no JSON" cut.json
changed recv.json '.schema = "ptprobe/9"' future.json
claim another_schema_is_refused refuses "'future.json': schema isn't ptprobe/1" future.json
changed recv.json '.flows[0].unique = "many"' text.json
claim a_member_of_the_wrong_type_is_named refuses "'text.json': flows[0].unique is no count" text.json
changed recv.json 'del(.flows[0].missing)' lacking.json
claim a_member_that_is_missing_is_named refuses 'flows[0].missing is missing' lacking.json
claim a_report_of_this_tool_is_refused refuses "tool isn't ptprobe-send" out.json
claim two_senders_are_refused refuses 'both reports of the sender' send.json send_w.json
cp recv.json again.json
claim two_reports_of_one_receiver_are_refused refuses '--receiver NAME=FILE' recv.json again.json
changed receiver_tap.json '.flows[0].side = null' sideless.json
claim a_capture_of_an_unknown_side_is_refused refuses '--tap sender=FILE' sideless.json
claim which_can_be_told finds "$truth" send.json recv.json sender_tap.json --tap rx=sideless.json
claim a_report_in_the_wrong_place_is_refused refuses '--sender takes a report of ptprobe-send' \
	--sender recv.json
claim a_name_without_a_file_is_refused refuses 'NAME=FILE' --tap sender
claim a_strange_name_is_refused refuses 'NAME=FILE' --tap 'a b=c'
claim an_unknown_place_is_refused refuses 'no place' --expect nowhere send.json
claim a_limit_without_a_number_is_refused refuses 'PLACE=N' --max-loss-at network send.json
claim a_run_that_is_no_id_is_refused refuses 'hexadecimal' --run xyz send.json
claim vouching_for_nobody_is_refused refuses 'no capture has that name' --complete me $all
changed recv.json '.host = "\u001b[31mrx\u0007"' steering.json
no_control_characters() {
	run "$locate" send.json steering.json sender_tap.json receiver_tap.json
	is 'control characters' "$(tr -d '\n' <"$scratch/out" | tr -dc '\000-\037' | wc -c)" 0
}
claim a_hosts_name_cannot_steer_the_terminal no_control_characters

# outputs
unwritable() {
	"$locate" "$@" >/dev/full 2>err
	is status $? 5 && is lines "$(wc -l <err)" 1 && grep -q 'no space left' err
}
claim text_that_cannot_be_written_is_5 unwritable send.json recv.json
claim json_that_cannot_be_written_is_5 unwritable --json send.json recv.json
claim an_output_that_cannot_be_opened_is_5 ends 5 -o /nowhere/at/all send.json recv.json
to_a_file() {
	run "$locate" --json -o result.json $all
	ran 0 '' '' && is verdict "$(jq -r .verdict.result result.json)" pass
}
claim the_result_goes_to_a_file to_a_file
coloured() {
	run "$locate" --color=always $all
	grep -q "^$(printf '\033')\\[1;32mPASS" "$scratch/out"
}
claim colour_is_for_the_verdict coloured
tells_who_is_who() {
	run "$locate" -v $all
	grep -q "'recv.json' is a receiver, called 'rx:eth0'" "$scratch/err" &&
		grep -q "'sender_tap.json' is a capture, called 'sender'" "$scratch/err"
}
claim verbose_tells_who_is_who tells_who_is_who

cp send.json kept.json
never_over_its_input() {
	run "$locate" send.json recv.json -o send.json
	is status "$status" 5 && is lines "$(wc -l <"$scratch/err")" 1 && cmp send.json kept.json
}
claim a_result_is_never_written_over_an_input never_over_its_input
plan
