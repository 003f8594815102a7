#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The files that dump writes: read by tshark, capinfos and tcpdump, rotated as tcpdump does, whole
# when the disk is full.
# shellcheck disable=SC2317 # the claims are functions that claim() calls
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

builds=$PWD
cat=$builds/tests/cli/capfile_cat
copy=$builds/tests/cli/dump_copy
cd "$scratch" || exit 99
TZ=UTC
export TZ

our_frames() { # FILE...
	for file; do
		"$cat" "$file" | sed '$d'
	done
}

their_frames() { # FILE
	tshark -r "$1" -T fields -e frame.time_epoch -e frame.cap_len -e frame.len 2>/dev/null |
		tr '\t' ' '
}

same() { # FILE FILE
	cmp "$1" "$2" || diff "$1" "$2" | head -5
	cmp -s "$1" "$2"
}

# copied NAMES...: runs dump_copy with $arguments in a fresh folder; the files there are NAMES, and
# those named hold, one after another, the first $expected frames of the source.
copied() { # NAMES...
	rm -rf files && mkdir files || return
	# shellcheck disable=SC2086
	(cd files && "$copy" $arguments) 2>copy.err || {
		cat copy.err
		return 1
	}
	is files "$(cd files && echo *)" "$*" || return
	is 'files reported' "$(sed 1d copy.err | tr '\n' ' ')" "$* " || return
	(cd files && our_frames "$@") >ours
	head -n "$expected" source.frames >theirs
	same ours theirs || return
	is 'frames reported' "$(sed -n '1s/ .*//p' copy.err)" "$expected" || return
	is 'bytes reported' "$(sed -n '1s/^[0-9]* \([0-9]*\) .*/\1/p' copy.err)" \
		"$(cat files/* | wc -c)"
}

# What the files, one after another, say of FIELD of the facts; the sum behind it.
told() { # FIELD
	for file in files/*; do
		"$cat" -n "$file" | sed "s/.* $1 \([^ ]*\) .*/\1/"
	done | awk '{ line = line $1 " "; sum += $1 } END { print line "= " sum }'
}

# 3,000 probes, 1 ms apart from 22:13:20, and ten ENDs, 100 ms apart
"$builds/tests/bench/make_capture" -f pcapng -n 3000 source >/dev/null || exit 99
our_frames source >source.frames

arguments="-d 10 ../source copy" expected=3010
claim a_copy_holds_every_frame copied copy
claim its_counts_are_the_taps \
	facts files/copy 'dropped 301' 'received 3311' 'start 1700000000000050000' 'truncated no'

if have tshark capinfos; then
	tshark_agrees() {
		cut -d ' ' -f 1-3 source.frames >ours
		their_frames files/copy >theirs
		same ours theirs
	}
	claim tshark_reads_it_alike tshark_agrees
	tshark_counts() {
		tshark -r files/copy -X 'read_format:MIME Files Format' -V 2>/dev/null >blocks
		for option in 'Received Packets = 3311' 'Dropped Packets = 0' \
			'Packets Dropped by OS = 301' 'Delivered to the User = 3010'; do
			grep -q "Option: Number of .*$option\$" blocks || {
				echo "no '$option'"
				return 1
			}
		done
	}
	claim tshark_reads_its_counts tshark_counts
	capinfos_agrees() {
		capinfos -M files/copy >infos
		for line in 'File timestamp precision: nanoseconds (9)' 'Number of packets: 3010' \
			'First packet time: 2023-11-14 22:13:20.000050000' \
			'Capture hardware: test' 'Capture oper-sys: Linux' \
			'Capture application: dump_copy' \
			'Capture comment: ptprobe run_id 0223456789abcdef' 'Name = eth0' \
			'Filter string = udp' 'Encapsulation = Ethernet (1 - ether)' \
			'Number of stat entries = 1'; do
			sed 's/:  */: /; s/^ *//; s/ *$//' infos | grep -qxF "$line" || {
				echo "no '$line'"
				cat infos
				return 1
			}
		done
	}
	claim capinfos_reads_its_head_with_the_run_id capinfos_agrees
else
	skip tshark_and_capinfos_read_it_alike 'they are not installed'
fi
if have tcpdump; then
	tcpdump_agrees() {
		tcpdump --time-stamp-precision nano -tt -nr files/copy 2>/dev/null |
			cut -d ' ' -f 1 >theirs
		cut -d ' ' -f 1 source.frames >ours
		same ours theirs
	}
	claim tcpdump_reads_it_alike tcpdump_agrees
else
	skip tcpdump_reads_it_alike 'it is not installed'
fi

arguments="-s 60 ../source copy" expected=3010
snapped() {
	sed 's/ 106 106 / 60 106 /' source.frames >cut.frames && cp source.frames keep &&
		cp cut.frames source.frames
	copied copy
	got=$?
	cp keep source.frames
	return "$got"
}
claim cut_frames_keep_their_length snapped
claim counts_that_are_unknown_are_left_out facts files/copy 'dropped ?' 'received ?'

# By size: 440 bytes of head and interface, 152 a frame: the 656th makes it more than 100,000.
arguments="-C 100000 -d 10 ../source copy" expected=3010
claim files_by_size_are_numbered_from_1_behind_the_first copied copy copy1 copy2 copy3 copy4
by_size() {
	is first "$(wc -c <files/copy | cut -c 1-3)" 100 &&
		is drops "$(told dropped)" '65 66 65 66 39 = 301' &&
		is received "$(told received)" '721 722 721 722 425 = 3311'
}
claim each_tells_its_own_drops by_size
begins() {
	for file in files/copy?; do
		first=$("$cat" "$file" | sed -n '1s/ .*//p' | tr -d .)
		facts "$file" "start $first" || return
	done
}
claim each_begins_with_its_first_frame begins
if have capinfos; then
	each_read() {
		for file in files/*; do
			capinfos -M "$file" >infos
			grep -q 'Capture comment: *ptprobe run_id 0223456789abcdef' infos || return
		done
	}
	claim each_is_read_by_capinfos_and_names_its_run each_read
else
	skip each_is_read_by_capinfos_and_names_its_run 'it is not installed'
fi

ring() { # COUNT NAMES...
	rings=$1
	shift
	rm -rf files && mkdir files && cd files || return
	"$copy" -C 100000 -W "$rings" ../source copy 2>../copy.err
	names=$(echo *)
	cd .. && is files "$names" "$*" || return
	is 'files reported' "$(sed 1d copy.err | sort | tr '\n' ' ')" "$* "
}
claim a_ring_of_3_is_numbered_from_0 ring 3 copy0 copy1 copy2
wrapped() { # five files came: 3 and 4 took the place of 0 and 1
	our_frames files/copy2 files/copy0 files/copy1 >ours
	tail -n "$(wc -l <ours)" source.frames >theirs
	same ours theirs && [ "$(wc -l <ours)" -gt 1500 ]
}
claim the_oldest_of_a_ring_is_overwritten ring 3 copy0 copy1 copy2
claim a_ring_keeps_the_latest wrapped
claim a_ring_of_12_has_leading_zeros ring 12 copy00 copy01 copy02 copy03 copy04
claim a_ring_of_10_needs_none ring 10 copy0 copy1 copy2 copy3 copy4
claim a_ring_of_1_has_no_number ring 1 copy
if have tcpdump; then
	as_tcpdump() {
		"$builds/tests/bench/make_capture" -n 40000 large >/dev/null
		for rings in 1 2 3 12; do
			rm -rf ours theirs && mkdir ours theirs
			(cd ours && "$copy" -C 1000000 -W "$rings" ../large x 2>/dev/null && ls) >ours.ls
			# it gives up root's rights before it opens the file
			chmod 777 theirs
			(cd theirs && tcpdump -r ../large -C 1 -W "$rings" -w x 2>/dev/null && ls) >theirs.ls
			head -n 3 ours.ls >ours.head
			head -n 3 theirs.ls >theirs.head
			same ours.head theirs.head || return
		done
	}
	claim rings_have_the_names_that_tcpdump_gives as_tcpdump
	rm -rf ours theirs
else
	skip rings_have_the_names_that_tcpdump_gives 'it is not installed'
fi

# by time: 22:13:20 to 22:13:23.9
arguments="-G 2 ../source copy-%H%M%S" expected=3010
claim files_by_time_are_named_by_strftime copied copy-221320 copy-221322
arguments="-G 1 -W 2 ../source copy-%S" expected=2000
claim the_number_of_times_can_be_bounded copied copy-20 copy-21
arguments="-G 1 -W 4 -t 60000000000 ../source copy-%S" expected=3010
claim a_quiet_time_ends_a_file_too copied copy-20 copy-21 copy-22 copy-23
overwritten() {
	rm -rf files && mkdir files
	"$copy" -G 1 source files/copy 2>copy.err
	is files "$(ls files)" copy && our_frames files/copy >ours &&
		tail -n 10 source.frames >theirs && same ours theirs
}
claim without_a_conversion_each_time_overwrites_the_one_before overwritten
arguments="-G 2 -C 100000 ../source copy-%S-" expected=3010
claim files_by_time_and_size_are_named_by_both \
	copied copy-20- copy-20-1 copy-20-2 copy-20-3 copy-22- copy-22-1
arguments="-G 2 -C 100000 -W 12 ../source copy-%S-" expected=3010
claim their_count_gives_leading_zeros \
	copied copy-20-00 copy-20-01 copy-20-02 copy-20-03 copy-22-00 copy-22-01

# As ptprobe-capture does: device and first file are open, and then every right is given up.
arguments="-R -G 2 -C 100000 -W 12 -d 10 ../source copy-%S-" expected=3010
rights_given_up() {
	"$copy" -R source files/probe 2>copy.err
	case $? in
	4) return 1 ;;
	esac
}
if rights_given_up; then
	claim files_rotate_with_all_rights_given_up \
		copied copy-20-00 copy-20-01 copy-20-02 copy-20-03 copy-22-00 copy-22-01
	claim their_heads_are_rewritten_then_too \
		is heads "$(grep -l 'run_id 0223456789abcdef' files/* | wc -l)" 6
else
	skip files_rotate_with_all_rights_given_up "$(cat copy.err)"
fi

# pipes
piped() {
	"$copy" -d 10 source - 2>copy.err | cat >pipe
	our_frames pipe >ours && same ours source.frames && facts pipe 'dropped 301' 'truncated no'
}
claim a_pipe_gets_it_whole piped
if have tshark; then
	named_late() {
		tshark -r pipe -X 'read_format:MIME Files Format' -V 2>/dev/null |
			grep -q 'Comment = ptprobe run_id 0223456789abcdef$'
	}
	claim a_pipe_gets_the_run_ids_with_the_statistics named_late
else
	skip a_pipe_gets_the_run_ids_with_the_statistics 'tshark is not installed'
fi
behind() {
	{
		echo before
		"$copy" source - 2>/dev/null
		echo after
	} >mixed
	is 'first line' "$(head -n 1 mixed)" before && is 'last line' "$(tail -c 6 mixed)" after &&
		sed 1d mixed | head -c -6 >inner && our_frames inner >ours && same ours source.frames
}
claim standard_output_is_rewritten_where_it_began behind
"$builds/tests/bench/make_capture" -f pcapng -n 100000 long >/dev/null || exit 99
broken() {
	(
		"$copy" long - 2>copy.err
		echo $? >status
	) | head -c 100 >/dev/null
	is status "$(cat status)" 5 && grep "^dump_copy: write '-': broken pipe" copy.err
}
claim a_broken_pipe_is_told broken

# full disks
run "$copy" source /dev/full
full() {
	is status "$status" 5 && is stderr "$(cat err)" \
		"dump_copy: write '/dev/full': no space left on device: make room, or bound the files with -C and -W"
}
claim a_full_disk_is_noticed_when_the_file_is_opened full
run "$copy" source "$scratch/missing/copy"
unopened() {
	is status "$status" 5 &&
		is stderr "$(cat err)" "dump_copy: open '$scratch/missing/copy': no such file or directory"
}
claim a_missing_folder_is_told unopened
limited() { # 1,000 blocks of 512 bytes: within a frame's block
	rm -f copied
	# shellcheck disable=SC3045 # a limit of the size of files is not in POSIX, but in each sh here
	(ulimit -f 1000 && "$copy" -d 10 long copied 2>copy.err)
	is status $? 5 || return
	size=$(wc -c <copied)
	is 'bytes reported' "$(sed -n '2s/^[0-9]* \([0-9]*\) .*/\1/p' copy.err)" "$size" || return
	if [ "$size" -gt 512000 ] || [ "$size" -lt 511800 ]; then
		echo "$size bytes are left"
		return 1
	fi
	told_frames=$(sed -n '2s/ .*//p' copy.err)
	facts copied "frames $told_frames" 'dropped ?' 'truncated no' || return
	our_frames copied >ours && our_frames long | head -n "$told_frames" >theirs &&
		same ours theirs
}
claim what_was_written_before_the_disk_was_full_is_whole limited
if have capinfos; then
	whole() {
		capinfos -M copied 2>&1 | tee infos | grep -q 'run_id 0223456789abcdef' && return
		cat infos
		return 1
	}
	claim capinfos_reads_it_with_the_run_id whole
else
	skip capinfos_reads_it_with_the_run_id 'it is not installed'
fi
plan
