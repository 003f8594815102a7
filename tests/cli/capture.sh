#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ptprobe-capture from files to files: what it writes of them, and what it refuses to.
# the claims are functions that claim() calls; to read what is written is what some try
# shellcheck disable=SC2317,SC2094
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

builds=$PWD
cat=$builds/tests/cli/capfile_cat
copy=$builds/tests/cli/dump_copy
capture=$builds/ptprobe-capture
cd "$scratch" || exit 99
TZ=UTC
export TZ

# takes STATUS ARGUMENTS...: a run of the tool, its report in out
takes() {
	expected=$1
	shift
	run "$capture" -J -q "$@"
	is status "$status" "$expected" || {
		cat err
		return 1
	}
}

tap() { # FILTER EXPECTED: of the report in out
	is "$1" "$(jq -c "$1" out)" "$2"
}

# The head of FILE names this run.
names_run() { # FILE
	head -c 400 "$1" | tr -d '\0' | grep -aq 'ptprobe run_id 0223456789abcdef' || {
		echo "not in $1"
		return 1
	}
}

# 20,000 probes, 1 ms apart from 22:13:20, and ten ENDs, 100 ms apart: 3 MB
"$builds/tests/bench/make_capture" -f pcapng -n 20000 source >/dev/null || exit 99
"$builds/tests/bench/make_capture" -n 3000 short.pcap >/dev/null || exit 99
"$builds/tests/bench/make_capture" -f pcapng -n 3000 short >/dev/null || exit 99

rotated() { # ARGUMENTS, NAMES...
	arguments=$1
	shift
	rm -rf files && mkdir files || return
	# shellcheck disable=SC2086 # several
	takes 0 -r source $arguments && is files "$(cd files && echo *)" "$*" &&
		tap .capture.written.files "$(cd files && printf 'files/%s\n' * | jq -Rc . | jq -sc .)" &&
		for file in files/*; do
			names_run "$file" || return
		done
}
claim each_file_by_size_names_the_run rotated '-w files/x -C 1' x x1 x2 x3
claim each_file_by_time_names_the_run \
	rotated '-w files/x%M%S -G 7' x1320 x1327 x1334
claim each_file_by_time_and_size_names_the_run \
	rotated '-w files/x%M%S- -G 15 -C 1' x1320- x1320-1 x1320-2 x1335-
claim each_file_of_a_ring_names_the_run rotated '-w files/x -C 1 -W 3' x0 x1 x2
bounded() {
	rm -rf files && mkdir files || return
	takes 0 -r source -w files/x%S -G 5 -W 2 && is files "$(cd files && echo *)" 'x20 x25' &&
		for file in files/*; do
			facts "$file" 'frames 5000' && names_run "$file" || return
		done
}
claim with_W_the_files_by_time_are_so_many_and_the_run_ends_there bounded

kept() { # FILE COMPLETE DROPPED RECEIVED
	takes "$5" -r "$1" && tap '.capture | [.complete, .dropped]' "[$2,$3]" || return
	takes "$5" -r "$1" -w again && takes "$5" -r again &&
		tap '.capture | [.complete, .dropped, .received]' "[$2,$3,$4]"
}
claim a_complete_file_stays_complete_when_it_is_written_again kept short true 0 3010 0
"$copy" -d 10 short dropped 2>/dev/null
claim what_a_file_dropped_is_told_when_it_is_written_again kept dropped false 301 3311 3
claim what_is_not_known_stays_so kept short.pcap null null null 0
both() {
	takes 3 -r short -r dropped -w again && takes 3 -r again &&
		tap '.capture | [.complete, .dropped, .received]' '[false,301,6321]'
}
claim the_drops_of_several_files_are_summed both
one_by_one() {
	rm -rf files && mkdir files && takes 0 -r source -w files/x -C 1 && takes 0 -r files/x1 &&
		tap '.capture | [.complete, .dropped]' '[null,null]'
}
claim which_file_of_a_rotation_lost_what_is_not_known one_by_one

cut_to() { # LENGTH
	takes 0 -r short -s "$1" -w cut && "$cat" cut | sed '$d' | cut -d ' ' -f 2,3 | sort -u >lengths &&
		is lengths "$(cat lengths)" "$1 106"
}
claim frames_are_written_no_longer_than_s cut_to 64
if have tcpdump; then
	tcpdump_reads() {
		tcpdump -nr cut >lines 2>tcpdump.err || {
			cat tcpdump.err
			return 1
		}
		is lines "$(wc -l <lines)" 3010
	}
	claim tcpdump_reads_frames_that_were_cut tcpdump_reads
else
	skip tcpdump_reads_frames_that_were_cut 'it is not installed'
fi
# a pcap file with one frame of 300,000 bytes
{
	printf '\115\074\262\241\002\0\004\0\0\0\0\0\0\0\0\0\0\0\020\0\001\0\0\0'
	printf '\000\361\123\145\0\0\0\0\340\223\004\0\340\223\004\0'
	head -c 300000 /dev/zero
} >long.pcap
too_long() {
	takes 3 -r long.pcap --all -w cut && is lengths \
		"$("$cat" cut | sed '$d' | cut -d ' ' -f 2,3)" '262144 300000' || return
	! have tcpdump || tcpdump -nr cut >lines 2>tcpdump.err || {
		cat tcpdump.err
		return 1
	}
}
claim no_frame_is_written_longer_than_others_can_read too_long

# What is read, and the result, are not written over.
spared() { # ARGUMENTS...: refused, and the input is what it was
	cp short spared
	run "$capture" "$@" <short.pcap
	is status "$status" 5 && is lines "$(wc -l <err)" 1 && same short spared
}
same() { # FILE FILE
	cmp "$1" "$2"
}
claim a_file_is_not_written_over_while_it_is_read spared -r spared -w spared
claim the_result_is_not_written_over_what_is_read spared -r short -r spared -o spared
claim nor_are_metrics spared -r spared --prom spared
claim nor_is_a_distribution spared -r spared --hgrm spared
ln -s spared linked
claim nor_by_another_name spared -r spared -w linked
standard_input() {
	cp short.pcap spared
	"$capture" -r - -w spared <spared >out 2>err
	is status $? 5 && same short.pcap spared
}
claim nor_is_standard_input standard_input
claim frames_are_not_written_over_the_result spared -r short -w result -o result
result_on_standard_output() {
	"$capture" -r short -w result >result 2>err
	is status $? 5
}
claim nor_over_one_on_standard_output result_on_standard_output
in_rotation() {
	rm -rf files && mkdir files && cp source files/x2
	run "$capture" -q -r files/x2 -w files/x -C 1
	is status "$status" 5 && same source files/x2 &&
		grep -q "^ptprobe-capture: open 'files/x2': .*: it is read in this run" err
}
claim a_rotation_ends_before_a_file_that_is_read in_rotation
to_nowhere() {
	takes 0 -r short -w /dev/null -o /dev/null
}
claim devices_may_be_named_twice to_nowhere

# Whatever can't be written is told at once, and what is no capture costs no file.
mkfifo pipe
at_once() {
	timeout 20 "$capture" -r pipe -w no/such/folder >out 2>err
	is status $? 5 && is stderr "$(cat err)" \
		"ptprobe-capture: open 'no/such/folder': no such file or directory"
}
exec 9<>pipe
claim a_file_that_can_not_be_written_is_told_before_the_first_frame at_once
is_opened() {
	"$capture" -r pipe -w opened 9>&- >out 2>err &
	tries=200
	until [ -e opened ] || [ "$tries" -eq 0 ]; do
		tries=$((tries - 1))
		sleep 0.05
	done
	kill -TERM $!
	wait $!
	is status $? 3 && facts opened 'frames 0'
}
claim a_file_is_opened_before_the_first_frame is_opened
exec 9>&-
full() {
	run "$capture" -q -r short -w /dev/full
	is status "$status" 5 && is stderr "$(cat err)" "ptprobe-capture: write '/dev/full': no space \
left on device: make room, or bound the files with -C and -W" && is stdout "$(cat out)" ''
}
claim a_full_disk_is_told_with_the_first_frame full
in_time() {
	run "$capture" -q -r short -w no/such/%S -G 1
	is status "$status" 5 && is stdout "$(cat out)" ''
}
claim a_name_of_a_time_is_told_with_the_first_frame in_time
no_capture() {
	echo before >kept
	run "$capture" -r "$capture" -w kept
	refused ptprobe-capture 'neither pcap nor pcapng' && is kept "$(cat kept)" before
}
claim what_is_no_capture_is_wrong_usage_and_costs_no_file no_capture
no_file() {
	run "$capture" -r .
	is status "$status" 4 && is lines "$(wc -l <err)" 1
}
claim what_can_not_be_read_is_of_the_environment no_file

# A filter means something for one link type and nothing for another: raw IP (101) and Ethernet.
"$builds/tests/bench/make_capture" -n 100 ether.pcap >/dev/null || exit 99
{
	head -c 20 ether.pcap
	printf '\145\0\0\0'
	tail -c +25 ether.pcap
} >raw.pcap
meant() { # FILTER...
	takes 0 -r ether.pcap "$@" && tap '.flows[0].unique' 100
}
claim a_filter_of_ethernet_fits_ethernet meant ether dst 01:00:5e:7f:1f:09
unmeant() {
	takes 3 -r raw.pcap ether dst 01:00:5e:7f:1f:09 &&
		tap '[.capture.frames, .capture.complete, .verdict.result]' '[110,false,"inconclusive"]' &&
		jq -r '.verdict.reasons[]' out | grep -q "^110 frames were not looked at: of RAW \
(link type 101), filter 'ether dst 01:00:5e:7f:1f:09': "
}
claim frames_that_a_filter_means_nothing_for_are_told unmeant
wrong() {
	run "$capture" -r ether.pcap udp prot 5
	refused ptprobe-capture "filter 'udp prot 5': "
}
claim a_filter_of_none_is wrong
plan
