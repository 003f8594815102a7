# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# The witness: live beside tcpdump and dumpcap, and on files beside whoever reads them. Sourced by
# bench.sh.
# shellcheck disable=SC2154 # set in bench.sh, net.sh and tools.sh

ring_mib=64 # of every tool

# capture_command TOOL FILE: sets command; the file is one that the tool writes
capture_command()
{
	case $1 in
	ptprobe | ptprobe-w)
		command=("$build/ptprobe-capture" -i r0 --buffer $((ring_mib << 20)) -I 0 -J
			-o "$work/capture.json" --until-eof)
		if [ "$1" = ptprobe-w ]; then
			command+=(-w "$2")
		fi
		;;
	tcpdump) command=(tcpdump -i r0 -n -B $((ring_mib * 1024)) -w "$2" udp port "$port") ;;
	dumpcap) command=(dumpcap -i r0 -q -B "$ring_mib" -w "$2" -f "udp port $port") ;;
	esac
}

is_capturing()
{
	grep -qi 'listening on\|capturing on\|^File: ' "$work/capture" 2>/dev/null
}

# captured_by TOOL, dropped_by TOOL: as it says itself
captured_by()
{
	case $1 in
	ptprobe*) jq '.capture.frames' "$work/capture.json" ;;
	tcpdump) awk '/packets? captured/ { print $1 }' "$work/capture" ;;
	dumpcap) awk '/Packets captured:/ { print $NF }' "$work/capture" ;; # behind a return
	esac
}

dropped_by()
{
	case $1 in
	ptprobe*) jq '.own_drops' "$work/capture.json" ;;
	tcpdump) awk '/dropped by kernel/ { print $1 }' "$work/capture" ;;
	dumpcap) sed -n "s|^Packets received/dropped on interface.*: [0-9]*/\([0-9]*\).*|\1|p" "$work/capture" ;;
	esac
}

# The time that the tool has spent on a CPU, ns; it runs below timeout.
cpu_ns_of()
{
	local child

	read -r child _ <"/proc/$1/task/$1/children"
	awk '{ print $1 }' "/proc/$child/schedstat"
}

# One repetition: capture_once TOOL TOPIC SENDER RATE SECONDS
capture_once()
{
	local tool=$1 topic=$2 sender=$3 rate=$4 seconds=$5 command=() capture_job cpu_ns frames dropped

	# what is told to end may have a file to write to the disk yet
	local limit=(timeout -k 20 100)

	capture_command "$tool" "$work/frames"
	rm -f "$work/frames" "$work/capture.json"
	"${limit[@]}" taskset -c 1 "${command[@]}" >"$work/capture" 2>&1 <&"$quiet_fd" &
	capture_job=$!
	if ! await 5 is_capturing; then
		note "$tool: $(tail -n 1 "$work/capture")"
		stop "$capture_job"
		return 0
	fi
	start_sender "$sender" "$rate" "$seconds"
	wait "$sender_job" || true
	pause 0.3
	cpu_ns=$(cpu_ns_of "$capture_job")
	kill -INT "$capture_job" 2>/dev/null || true # one that saw the END has ended
	await 5 is_gone "$capture_job" || true
	wait "$capture_job" || true
	frames=$(captured_by "$tool")
	dropped=$(dropped_by "$tool")
	if [ -z "$frames" ] || [ -z "$dropped" ]; then
		note "$tool told no counts, a repetition of $topic is left out: $(tail -n 1 "$work/capture")"
		return 0
	fi
	run "$topic" "$tool" "ns a frame" "$((cpu_ns / (frames > 0 ? frames : 1)))" \
		frames "$frames" dropped "$dropped" probes "$(jq '.sender.sent' "$work/send.json")"
}

# By how much A is more than B; null when one of them is.
beyond()
{
	jq -n --argjson a "${1:-null}" --argjson b "${2:-null}" \
		'if $a == null or $b == null then null else [$a - $b, 0] | max end'
}

capture_live()
{
	local tools=(ptprobe ptprobe-w) tool topic setting sender rate seconds

	for tool in tcpdump dumpcap; do
		if command -v "$tool" >/dev/null; then
			tools+=("$tool")
		else
			note "$tool is missing, its rows too"
		fi
	done
	for setting in 'ptprobe 50000 4' 'ptprobe 200000 2' 'ptprobe max 2' 'ptprobe-offload max 1'; do
		read -r sender rate seconds <<<"$setting"
		topic="capture, $rate pps"
		if [ "$sender" != ptprobe ]; then
			topic="capture, $rate pps, offload"
		fi
		for ((i = 1; i <= repetitions; i++)); do
			progress "$topic, repetition $i of $repetitions"
			for tool in "${tools[@]}"; do
				capture_once "$tool" "$topic" "$sender" "$rate" "$seconds"
			done
		done
		for tool in ptprobe ptprobe-w; do
			judge P6 "$topic: CPU a frame of $tool to tcpdump -w's" \
				"$(ratio "$(median "$topic" "$tool")" "$(median "$topic" tcpdump)")" at_most 0.7
			judge P6 "$topic: dropped by $tool beyond tcpdump's" \
				"$(beyond "$(median "$topic" "$tool" dropped)" \
					"$(median "$topic" tcpdump dropped)")" at_most 0 frames
		done
	done
}

seconds_of()
{
	local begin=${EPOCHREALTIME/[.,]/}

	taskset -c 1 "$@" >/dev/null 2>&1 || true
	jq -n "(${EPOCHREALTIME/[.,]/} - $begin) / 1000000"
}

# As probes are counted where tcpdump knows no --count (before 4.99): it prints each of them.
# shellcheck disable=SC2016 # another shell expands it
count_lines='tcpdump -n -r "$1" udp port "$2" and "udp[8:4] = 0x50545062" | wc -l'

capture_files()
{
	local count=5000000 fields=250000 name

	if $quick; then
		count=1000000 fields=100000
	fi
	progress "files of $count probes"
	"$build/tests/bench/make_capture" -n "$count" "$work/many.pcap" >/dev/null
	"$build/tests/bench/make_capture" -n "$fields" "$work/some.pcap" >/dev/null
	for ((i = 1; i <= repetitions; i++)); do
		progress "files, repetition $i of $repetitions"
		run files "bare libpcap" s \
			"$(seconds_of "$build/tests/bench/bare_pcap" "$work/many.pcap")"
		run files "ptprobe-capture" s \
			"$(seconds_of "$build/ptprobe-capture" -r "$work/many.pcap" -J -I 0)"
		if command -v tcpdump >/dev/null; then
			run files "tcpdump --count" s "$(seconds_of tcpdump -r "$work/many.pcap" \
				--count udp port "$port" and 'udp[8:4] = 0x50545062')"
		fi
		if [ "$i" -le 2 ] && command -v tcpdump >/dev/null; then
			run files "tcpdump | wc -l, $fields" s \
				"$(seconds_of bash -c "$count_lines" bash "$work/some.pcap" "$port")"
		fi
		if command -v capinfos >/dev/null; then
			run files "capinfos" s "$(seconds_of capinfos -c "$work/many.pcap")"
		fi
		run files "ptprobe-capture, $fields" s \
			"$(seconds_of "$build/ptprobe-capture" -r "$work/some.pcap" -J -I 0)"
		if [ "$i" -le 2 ] && command -v tshark >/dev/null; then
			run files "tshark -T fields, $fields" s "$(seconds_of tshark -r "$work/some.pcap" -n \
				-T fields -e frame.time_epoch -e ip.src -e ip.dst -e udp.dstport -e data.data)"
		fi
	done
	rm -f "$work/many.pcap" "$work/some.pcap"
	name=$(median files ptprobe-capture)
	judge P7 "files: speed against a bare libpcap loop" \
		"$(ratio "$(median files "bare libpcap")" "$name")" at_least 0.8
	judge P7 "files: against tcpdump -r --count with a filter" \
		"$(ratio "$(median files "tcpdump --count")" "$name")" at_least 3
	judge P7 "files: against tcpdump -r with a filter, its lines counted" \
		"$(ratio "$(median files "tcpdump | wc -l, $fields")" \
			"$(median files "ptprobe-capture, $fields")")" at_least 3
	judge P7 "files: against tshark with fields" \
		"$(ratio "$(median files "tshark -T fields, $fields")" \
			"$(median files "ptprobe-capture, $fields")")" at_least 50
}

# The high-water mark of a process that ends by itself, kB.
watch_memory()
{
	local kb=0 now

	while ! is_gone "$1"; do
		now=$(high_water_kb "$1" 2>/dev/null || echo)
		kb=${now:-$kb}
		pause 0.05
	done
	echo "$kb"
}

capture_memory()
{
	local capture_job kb

	progress "memory of the capture"
	"$build/ptprobe-capture" -i r0 --buffer $((ring_mib << 20)) -I 0 -J -o "$work/capture.json" \
		2>"$work/capture" &
	capture_job=$!
	await 5 is_capturing
	start_sender ptprobe 200000 3
	wait "$sender_job" || true
	kb=$(high_water_kb "$capture_job")
	kill -INT "$capture_job" 2>/dev/null || true # one that saw the END has ended
	wait "$capture_job" || true
	run memory "capture, ring of $ring_mib MiB" kB "$kb"
	judge P5 "capture beyond its ring" "$((kb - ring_mib * 1024))" at_most 32768 kB
	progress "a file of 4 GB"
	mkfifo "$work/fifo"
	"$build/tests/bench/make_capture" -l 1400 -n 2820000 "$work/fifo" >/dev/null &
	"$build/ptprobe-capture" -r - -I 0 -J -o "$work/capture.json" <"$work/fifo" 2>"$work/capture" &
	capture_job=$!
	kb=$(watch_memory "$capture_job")
	wait "$capture_job" || true
	run memory "a file of 4 GB" kB "$kb" probes "$(jq '.flows[0].unique' "$work/capture.json")"
	judge P5 "a file of 4 GB" "$kb" at_most 262144 kB
}
