#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Capture files that others wrote, read by us and by tshark: frame by frame the same.
# shellcheck disable=SC2317 # the claims are functions that claim() calls
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

builds=$PWD
cat=$builds/tests/cli/capfile_cat
cd "$scratch" || exit 99

# "stamp captured length" of each frame: as tshark reads FILE, and as we do.
their_frames() {
	tshark -r "$1" -T fields -e frame.time_epoch -e frame.cap_len -e frame.len 2>tshark.err |
		tr '\t' ' '
}

our_frames() {
	"$cat" "$1" 2>cat.err | sed '$d' | cut -d ' ' -f 1-3
}

# FILE is read alike by both, has COUNT frames, and its facts hold the words.
alike() { # FILE COUNT WORDS...
	file=$1 expected=$2
	shift 2
	facts "$file" "frames $expected" "$@" || return
	our_frames "$file" >ours
	is lines "$(wc -l <ours)" "$expected" || return
	their_frames "$file" >theirs
	cmp ours theirs || diff ours theirs | head -5
	cmp -s ours theirs
}

refused_as() { # FILE TEXT
	run "$cat" -n "$1"
	is status "$status" 1 && case $(cat "$scratch/err") in
	*"$2"*) ;;
	*)
		cat "$scratch/err"
		return 1
		;;
	esac
}

"$builds/tests/bench/make_capture" -n 3000 -s 1234567 -d 100 probes.pcap >counts || exit 99
"$builds/tests/bench/make_capture" -f pcapng -n 3000 -s 1234567 -d 100 probes.pcapng >>counts || exit 99
# 3,000 less each hundredth, and ten ENDs
frames=2980

claim a_generated_pcap_holds_what_it_says \
	facts probes.pcap pcap-ns "frames $frames" 'dropped ?' 'truncated no'
claim a_generated_pcapng_holds_what_it_says \
	facts probes.pcapng pcapng "frames $frames" 'dropped 0' 'received 2980' 'truncated no'
same_frames() {
	our_frames probes.pcap >ours
	our_frames probes.pcapng >theirs
	cmp ours theirs
}
claim both_formats_hold_the_same_frames same_frames
head -c 100000 probes.pcap >cut.pcap
head -c 100000 probes.pcapng >cut.pcapng
claim a_cut_pcap_is_truncated facts cut.pcap 'frames 819' 'truncated yes'
claim a_cut_pcapng_is_truncated facts cut.pcapng 'dropped ?' 'truncated yes'
cat probes.pcapng probes.pcapng >twice.pcapng
claim files_laid_one_behind_the_other_are_sections \
	facts twice.pcapng 'frames 5960' 'sections 2' 'received 5960'
gzip -c probes.pcap >probes.gz
claim a_compressed_file_is_refused_with_the_remedy refused_as probes.gz 'decompress it first'

if have tshark editcap mergecap; then
	claim tshark_reads_the_generated_pcap_alike alike probes.pcap $frames
	claim tshark_reads_the_generated_pcapng_alike alike probes.pcapng $frames
	for format in pcap nsecpcap pcapng; do
		editcap -F $format probes.pcapng editcap.$format
		claim "a_file_that_editcap_wrote_as_${format}_is_read_alike" \
			alike editcap.$format $frames 'dropped ?'
	done
	editcap -s 60 -F pcapng probes.pcapng snapped.pcapng
	claim frames_that_editcap_cut_are_read_alike alike snapped.pcapng $frames
	editcap -t -0.000000001 -F pcapng probes.pcapng shifted.pcapng
	claim stamps_that_editcap_shifted_are_read_alike alike shifted.pcapng $frames
	for format in modpcap:Kuznetzov snoop:snoop; do
		editcap -F "${format%:*}" probes.pcapng other.cap
		claim "${format%:*}_is_refused_by_name" refused_as other.cap "${format#*:}"
	done
	mergecap -I none -w merged.pcapng probes.pcap probes.pcapng snapped.pcapng
	claim a_merged_file_of_several_interfaces_is_read_alike \
		alike merged.pcapng $((3 * frames)) 'interfaces 3'
	tshark -r probes.pcapng -w tshark.pcapng 2>/dev/null
	claim a_file_that_tshark_wrote_is_read_alike alike tshark.pcapng $frames
else
	skip files_that_tshark_editcap_and_mergecap_wrote_are_read_alike 'they are not installed'
fi

if have tcpdump tshark; then
	tcpdump -r probes.pcapng -w tcpdump.us 2>/dev/null
	claim a_file_that_tcpdump_wrote_is_read_alike alike tcpdump.us $frames pcap-us
	tcpdump --time-stamp-precision nano -r probes.pcapng -w tcpdump.ns 2>/dev/null
	claim a_file_that_tcpdump_wrote_in_ns_is_read_alike alike tcpdump.ns $frames pcap-ns
else
	skip a_file_that_tcpdump_wrote_is_read_alike 'tcpdump or tshark is not installed'
fi

# dumpcap on a loopback of our own, while probes are sent there
capture_live() {
	# shellcheck disable=SC2016 # expanded within
	unshare -Urn sh -c '
		ip link set lo up && ip addr add 10.77.0.1/24 dev lo
		ip route add 239.0.0.0/8 dev lo
		dumpcap -i lo -f udp -q -c 50 -a duration:10 -w live.pcapng 2>dumpcap.err &
		while kill -0 $! && ! grep -q "^File:" dumpcap.err; do sleep 0.1; done
		"$1/ptprobe-send" -i lo -c 60 -r 1000pps 239.255.31.9 >/dev/null 2>&1
		wait' sh "$builds" 2>/dev/null
}
if ! have dumpcap tshark unshare ip; then
	skip a_live_file_of_dumpcap_is_complete 'dumpcap, tshark or unshare is not installed'
elif ! unshare -Urn true 2>/dev/null; then
	skip a_live_file_of_dumpcap_is_complete 'the kernel refuses user namespaces'
else
	before=$(date +%s)
	capture_live
	after=$(date +%s)
	claim a_live_file_of_dumpcap_is_complete alike live.pcapng 50 'dropped 0' 'interfaces 1'
	began_in_time() {
		start=$("$cat" -n live.pcapng | sed 's/.* start \([0-9]*\)[0-9]\{9\} .*/\1/')
		echo "began at $start, dumpcap ran from $before to $after"
		[ "$start" -ge "$before" ] && [ "$start" -le "$after" ]
	}
	claim a_live_file_of_dumpcap_began_when_dumpcap_did began_in_time
fi
plan
