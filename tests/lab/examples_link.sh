# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# ptprobe-link's examples, for examples.sh: HOST is the sender, where its other end or an iperf3
# server runs; the load comes from the receiver. veth counts no damaged frames and has a speed of
# its own, so that a verdict may be another one than with cards.
#
# set by examples.sh and lab.sh:
# shellcheck disable=SC2154

link_reasons='CRC not observable here|errors are not observable here|no frame came in'
link_reasons="$link_reasons|Mb/s expected|at least .* wanted|lost .* of .* datagrams|jitter .*, limit"

# link_findings FILE: the result, and then the reasons, a line each, whichever form it is in
link_findings() {
	if jq -r '.verdict | .result, .reasons[]' "$1" 2>/dev/null; then
		return
	fi
	sed -En '/^PTPROBE /{s/ \|.*//;s/ - |; /\n/g;p;}' "$1"
	awk '/^[A-Z]+: / { found = 1; sub(/: /, "\n"); print; next }
		found && !/^ / { exit }
		found' "$1"
}

# It came to a verdict, and every reason of it is one of the lab's own.
link_is_judged() {
	first=$lab/run.out
	for file in $files; do
		[ -s "$lab/files/$file" ] || return
		[ -s "$first" ] || first=$lab/files/$file
	done
	case $status,$command in
	0,*' --snapshot '*) return ;;
	0,*) word='pass|PASS|OK' ;;
	1,*) word='fail|FAIL|WARNING' ;;
	3,*) word='inconclusive|INCONCLUSIVE|UNKNOWN' ;;
	*) return 1 ;;
	esac
	link_findings "$first" >"$lab/findings"
	sed 1q "$lab/findings" | grep -Eq "($word)\$" || return
	[ "$status" -eq 0 ] || ! sed 1d "$lab/findings" | grep -Evq "$link_reasons"
}

link_judges() {
	link_is_judged || unlike "$lab/run"
}

not_run= # examples that were skipped: no other one can read what they write
# The other end, until the block ends.
link_server=
link_serve() {
	: >"$lab/server.err"
	: >"$lab/server.out"
	background sender sh -c "exec $1" >"$lab/server.out" 2>"$lab/server.err"
	link_server=$!
	wait_for 10 grep -q 'serving iperf3' "$lab/server.err" || unlike "$lab/server"
}

link_end_server() {
	[ -z "$link_server" ] || { kill "$link_server" && wait "$link_server"; } 2>/dev/null
	link_server=
}

# Where a block shows no other end, its loads get one.
link_load() {
	if ! can_name_hosts; then
		skip "$place: $command" 'needs a file that can be mounted over /etc/hosts'
		not_run="$not_run $command"
		return
	fi
	[ -n "$link_server" ] || link_serve 'ptprobe-link -i eth0 --server'
	in_named_work "$command -t 1"
	case $command in
	iperf3*) claim "$place: $command" grep -q '^iperf Done' "$lab/run.out" ;;
	*) claim "$place: $command" link_judges ;;
	esac
}

run_link() {
	if [ ! -x "$lab_build/ptprobe-link" ]; then
		skip "$place: $command" 'ptprobe-link was not built: libiperf is missing'
		return
	fi
	case $tool in
	server)
		link_end_server
		claim "$place: $command" link_serve "$command"
		;;
	counters)
		in_work receiver "$(printf '%s\n' "$command" | sed 's/--passive [^ ]*/--passive 300ms/')"
		claim "$place: $command" link_judges
		;;
	load) link_load ;;
	esac
}
