#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Files read ahead by a thread: as they are read without one, whatever is in them.
# shellcheck disable=SC2317 # the claims are functions that claim() calls
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

if ! has_capture; then
	echo '1..0 # SKIP built without libpcap'
	exit
fi

builds=$PWD
corpus=$(cd "${srcdir:-.}/tests/fuzz/corpus/capfile" && pwd) || exit 99
capture=$builds/ptprobe-capture
if [ "$(nproc)" -lt 2 ]; then
	echo '1..0 # SKIP one processor: nothing is read ahead'
	exit
fi
cd "$scratch" || exit 99

# tells NAME ARGUMENT...: what a run prints, says and ends with goes to NAME
tells() {
	told=$1
	shift
	run "$capture" -J "$@"
	{
		# without a frame the times are those of the run
		jq -S 'del(.argv) | if .capture.frames == 0 then del(.start_ns, .end_ns) else . end' \
			out 2>/dev/null || cat out
		cat err
		echo "status $status"
	} >"$told"
}

# With --count it may end within a file, so nothing is read ahead of that.
alike() { # FILE...
	for file; do
		set -- "$@" -r "$file"
		shift
	done
	tells ahead "$@"
	tells behind "$@" --count 1000000000
	diff behind ahead
}

all_alike() { # FILE...
	for each; do
		echo "$each"
		alike "$each" || return
	done
}

"$builds/tests/bench/make_capture" -n 30000 -s 100000 -d 100 probes.pcap >counts || exit 99
"$builds/tests/bench/make_capture" -f pcapng -n 30000 -s 100000 -d 100 probes.pcapng >>counts || exit 99
"$builds/tests/bench/make_capture" -l 1472 -n 5000 long.pcap >>counts || exit 99
for size in 0 3 24 100 131072 131073 1000000; do
	head -c $size probes.pcap >"cut_$size.pcap"
	head -c $size probes.pcapng >"cut_$size.pcapng"
done
{
	head -c 1000000 probes.pcap
	head -c 1000000 /dev/zero | tr '\0' '\377'
} >damaged.pcap

claim a_whole_file_gives_the_same_result all_alike probes.pcap probes.pcapng long.pcap
claim a_cut_file_gives_the_same_result all_alike cut_*
claim a_damaged_file_gives_the_same_result all_alike damaged.pcap
claim what_fuzzing_began_with_gives_the_same_result all_alike "$corpus"/*
claim several_files_give_the_same_result alike probes.pcap cut_1000000.pcapng long.pcap
claim a_file_after_a_damaged_one_gives_the_same_result alike damaged.pcap probes.pcapng

by_the_byte() {
	head -c 30000 probes.pcapng >few.pcapng
	"$capture" -J -r - <few.pcapng >whole 2>whole.err
	dd if=few.pcapng bs=7 2>/dev/null | "$capture" -J -r - >pieces 2>pieces.err
	cmp whole pieces && cmp whole.err pieces.err
}
claim a_pipe_of_seven_bytes_at_a_time_gives_the_same_result by_the_byte

# What a pipe has brought is there while it is open; a signal ends the run, and all of it counts.
signalled() {
	mkfifo pipe || return
	"$capture" -J -r - <pipe >out 2>err &
	reader=$!
	exec 3>pipe
	head -c 100000 probes.pcap >&3
	tries=0
	until grep -q 'received  *81[0-9]' err; do
		tries=$((tries + 1))
		if [ $tries -gt 200 ]; then
			cat err
			exec 3>&-
			return 1
		fi
		kill -USR1 $reader
		sleep 0.05
	done
	kill -INT $reader
	wait $reader
	status=$?
	exec 3>&-
	is frames "$(jq .capture.frames out)" 819
}
claim a_signal_ends_an_open_pipe_and_what_it_brought_counts signalled
plan
