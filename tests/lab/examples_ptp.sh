# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# ptprobe-ptp's examples, for examples.sh: ptp.pcap has a master whose grandmaster changes, and at
# eth0 a master passes that sends a Sync a second, which a busy machine never keeps waiting for its
# timeouts; or with --l2 what was recorded of G.8275.1. A run without an end is ended.
#
# set by examples.sh and lab.sh:
# shellcheck disable=SC2154

ptp_prepare() {
	# the address that bridges keep to the link
	on relay ip link set middle type bridge group_fwd_mask 0x4000
	"$lab_build/tests/bench/make_ptp" -n 40 -i 0 -g 16 "$lab/files/ptp.pcap" >/dev/null
	"$lab_build/tests/bench/make_ptp" -n 3 -i 0 "$lab/live.pcap" >/dev/null
}

# It came to a verdict that is a pass; only of delays it may be none, as the machine has other work.
ptp_is_judged() {
	first=$lab/run.out
	for file in $files; do
		[ -s "$lab/files/$file" ] || return
		[ -s "$first" ] || first=$lab/files/$file
	done
	case $status in
	0) grep -Eq '^PASS: |"result": ?"pass"' "$first" ;;
	1 | 3)
		# the verdict's first reason is on its own line, the others are behind it
		[ -n "$timed" ] && grep -Eq '^(FAIL|INCONCLUSIVE): ' "$first" &&
			! sed -En '/^(FAIL|INCONCLUSIVE): /,/^next: /{/^next: /!p;}' "$first" |
				grep -Evq ': the delay variation of its Syncs '
		;;
	*) return 1 ;;
	esac
}

ptp_judges() {
	ptp_is_judged || unlike "$lab/run"
}

ptp_listens() {
	grep -q 'ptprobe-ptp: listening on' "$lab/run.err" || lab_has_ended "$!"
}

run_ptp() {
	traffic=$lab/live.pcap
	case $command in
	*' -i '*) ;;
	*)
		in_work receiver "$command"
		claim "$place: $command" ptp_judges
		return
		;;
	esac
	case $command in
	*' --l2'*) traffic=$top/tests/data/ptp/ptp_l2_g82751_d24.pcap ;;
	esac
	: >"$lab/run.err"
	background receiver sh -c "cd '$lab/files' && exec $command" >"$lab/run.out" 2>"$lab/run.err"
	pid=$!
	wait_for 10 ptp_listens
	# three seconds of it will do
	on sender timeout 3 "$lab_build/tests/bench/replay" -m eth0 "$traffic" >/dev/null
	kill "$pid" 2>/dev/null
	status=0
	wait "$pid" || status=$?
	claim "$place: $command" ptp_judges
}
