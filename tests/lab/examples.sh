#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every example of the manual pages, of README.md and of --help is run as it is written, and does
# what it is there for. Only a sender's time is cut short, by an option behind the others.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"
# shellcheck source=tests/lab/examples_link.sh
. "${0%/*}/examples_link.sh"
# shellcheck source=tests/lab/examples_ptp.sh
. "${0%/*}/examples_ptp.sh"

top=${0%/*}/../..
tab=$(printf '\t')
shorter='-t 300ms'

# The examples as lines of place, block and command; lines of one block belong together.
of_page() {
	awk -v name="${1##*/}" -v OFS='\t' '
		/^\.Sh / { examples = /EXAMPLES/; next }
		!examples || /^$/ { next }
		/^\.D[1l] / { block++ }
		/^\.Bd / { block++; literal = 1; next }
		/^\.Ed/ { literal = 0 }
		literal || sub(/^\.D[1l] /, "") { print name ":" NR, name block, $0 }' "$1" |
		sed -e 's/\\-/-/g' -e 's/\\&//g' -e "s/\\\\(aq/'/g" -e 's/\\e/\\/g'
}

# A fenced block that begins with a command consists of commands; any other one shows output.
of_readme() {
	awk -v name="${1##*/}" -v OFS='\t' '
		/^```/ { fenced = !fenced; block++; lines = 0; next }
		!fenced || /^$/ { next }
		lines++ == 0 { shows = /^((ptprobe(-[a-z]+)?|jq|make|sudo) |\.\/)/ }
		shows { print name ":" NR, name block, $0 }' "$1"
}

# What stands two spaces behind a command explains it.
of_help() {
	"$lab_build/$1" --help | awk -v name="$1 --help" -v OFS='\t' '
		/^examples:/ { examples = 1; next }
		examples && sub(/^  /, "") { sub(/  .*/, ""); print name ":" NR, name, $0 }'
}

# Sets what the command says of itself: tool, group, address (of the sender), shape (of the probes),
# timed, files.
study() {
	tool=none
	group=
	address=
	shape=
	timed=
	files=
	before=
	set -f
	for word in $(printf '%s\n' "$1" | tr -d "'"); do
		case $before in
		-B | --bind) address=$word ;;
		-o | --output | --prom | --hgrm | --snapshot) files="$files $word" ;;
		esac
		case $word in
		--max-pdv* | --max-jitter* | --max-outage*) timed=1 ;;
		--ptp* | --l2*) shape="$shape $word" ;;
		-*) ;;
		*,* | 22[4-9].* | 23[0-9].* | '[ff'* | ff*:*) group=$word ;;
		esac
		before=$word
	done
	set +f
	case $group in
	*,*) address=${group%%,*} ;;
	esac
	# a pipe or a list would send the option that shortens it astray
	case $(printf '%s\n' "$1" | sed "s/'[^']*'//g") in
	*[\"\'\|\;\&\<\>\$\`\\]*) return ;;
	esac
	case "$1 " in
	ptprobe*' --help '* | ptprobe*' -h '* | ptprobe*' --version '*) tool=help ;;
	'ptprobe help '*) tool=help ;;
	'ptprobe-ptp '* | 'ptprobe ptp '*) tool=ptp ;;
	'ptprobe-recv '* | 'ptprobe recv '* | 'ptprobe-pin '*' -- ptprobe-recv '*) tool=recv ;;
	'ptprobe-pin '*' -- iperf3 '*) tool=iperf3 ;;
	'ptprobe-link '*' --server '*) tool=server ;;
	'ptprobe-link '*'--compare '* | 'ptprobe-link '*' --passive '* | 'ptprobe-link '*' --snapshot '*)
		tool=counters
		;;
	'ptprobe-link '* | 'iperf3 -c '*) tool=load ;;
	'ptprobe-pin '*) tool=print ;;
	'ptprobe-capture '*' -r '* | 'ptprobe capture '*' -r '*) tool='file' ;;
	'ptprobe-capture -r '* | 'ptprobe capture -r '*) tool='file' ;;
	'ptprobe-capture '* | 'ptprobe capture '*) tool=recv ;;
	'ptprobe-send '* | 'ptprobe send '*) tool=send ;;
	'ptprobe-locate '* | 'ptprobe locate '*) tool=locate ;;
	'jq '*) tool=jq ;;
	'./bootstrap '* | 'make '* | 'sudo '*) tool=exempt ;; # what CI itself begins with
	esac
}

# The sender's host gets the address that an example gives it, and the receiver the way to it.
give_address() {
	case $address in
	'') ;;
	*:*)
		on sender ip address add "$address/128" dev eth0 nodad 2>/dev/null
		on receiver ip -6 route add "$address" dev eth0 2>/dev/null
		;;
	*)
		on sender ip address add "$address/32" dev eth0 2>/dev/null
		on receiver ip route add "$address" dev eth0 2>/dev/null
		;;
	esac
}

# in_work HOST COMMAND: as a user types it, in the one folder of all examples; $status
in_work() {
	status=0
	on "$1" sh -c "cd '$lab/files' && $2" </dev/null >"$lab/run.out" 2>"$lab/run.err" ||
		status=$?
}

# The receivers and captures of this block, by their numbers.
number=0
waiting=

# It listens, or it has ended for a reason that its claim will show.
is_ready() {
	lab_listens "$1" || lab_captures "$1" || lab_has_ended "$!"
}

start_receiver() {
	number=$((number + 1))
	waiting="$waiting $number"
	eval "place_$number=\$place command_$number=\$command"
	: >"$lab/$number.err"
	background receiver sh -c "cd '$lab/files' && exec $command" >"$lab/$number.out" \
		2>"$lab/$number.err"
	eval "pid_$number=$!"
	wait_for 10 is_ready $number
}

# Shows what a run said, and fails.
unlike() {
	echo "# status $status, which is not as it should be; it says:"
	sed 's/^/#   /' "$1.out" "$1.err" | tail -n 30
	return 1
}

# has_passed RUN: everything went well, or only the time limits of a check were too narrow for a
# machine that does other things as well
has_passed() {
	first=$1.out
	for file in $files; do
		[ -s "$lab/files/$file" ] || return
		[ -s "$first" ] || first=$lab/files/$file
	done
	[ -s "$first" ] || return
	if jq -es 'last | has("verdict")' "$first" >/dev/null 2>&1; then
		jq -es --argjson timed "${timed:-0}" --argjson status "$status" 'last |
			.schema == "ptprobe/1" and ([.flows[]?.unique, .sender.sent] | add > 0) and
			if $status == 0 then .verdict.result == "pass" else
				$status == $timed and .verdict.result == "fail" and
				all(.verdict.reasons[]; test(": (PDV|jitter|outage) "))
			end' "$first" >/dev/null
		return
	fi
	if [ "$status" -eq 0 ]; then
		# csv, influx and nagios have no such line
		grep -q '^PASS: ' "$first" || ! grep -q '^[A-Z]*: ' "$first"
		return
	fi
	[ "$status" = "$timed" ] && grep -q '^FAIL: ' "$first" &&
		! sed -n '/^FAIL: /,/^next: /{/^next: /!p;}' "$first" |
			grep -Evq ': (PDV|jitter|outage) '
}

receives() {
	has_passed "$lab/$1" || unlike "$lab/$1"
}

# Receivers end by themselves when their sender has told them the end.
reap() {
	wait_for 10 lab_has_ended "$1" || kill "$1"
	status=0
	wait "$1" || status=$?
}

end_receivers() {
	for number_ in $waiting; do
		eval "reap \$pid_$number_"
		eval "study \"\$command_$number_\""
		eval "claim \"\$place_$number_: \$command_$number_\" receives $number_"
	done
	waiting=
}

# Where a block shows no sender, the receivers get one that fits.
end_block() {
	for number_ in $waiting; do
		eval "study \"\$command_$number_\""
		give_address
		# shellcheck disable=SC2086
		lab_send $shorter --allow-group $shape ${group:+"$group"}
	done
	end_receivers
}

# Every group has been heard, and nothing but what was sent.
is_heard() {
	many=1
	case $group in
	*+*) many=${group#*+} ;;
	esac
	# Syncs and Follow_Ups
	[ -z "$shape" ] || many=$((2 * many))
	jq -e --argjson many "$many" '(.flows | length == $many) and all(.flows[]; .unique > 0)' \
		"$lab/helper.out" >/dev/null || unlike "$lab/helper"
}

sends() {
	has_passed "$lab/run" || unlike "$lab/run"
}

run_sender() {
	give_address
	alone=
	if [ -z "$waiting" ]; then
		alone=1
		# shellcheck disable=SC2086
		lab_listen helper -J $shape ${group:+"$group"}
	fi
	in_work sender "$command $shorter"
	claim "$place: $command" sends
	if [ -n "$alone" ]; then
		lab_receiver helper
		reap "$pid"
		claim "$place: and it is heard" is_heard
	fi
	end_receivers
}

# A member that a report lacks would be null.
finds_members() {
	if grep -qw null "$lab/run.out"; then
		unlike "$lab/run"
		return
	fi
	prints
}

prints() {
	if [ "$status" -ne 0 ] || [ ! -s "$lab/run.out" ]; then
		unlike "$lab/run"
	fi
}

# The recorded run's losses are no failure; a file has the result when one is asked for.
locates() {
	first=$lab/run.out
	[ -z "$files" ] || first=$lab/files/${files# }
	if [ "$status" -ne 0 ] || [ ! -s "$first" ]; then
		unlike "$lab/run"
	fi
}

# The names of the examples are the sender's; only where a file can be mounted over /etc/hosts.
can_name_hosts() {
	echo '10.31.0.1 HOST remotehost' >"$lab/hosts"
	on receiver unshare -m mount --bind "$lab/hosts" /etc/hosts 2>/dev/null
}

# in_named_work COMMAND: on the receiver, where HOST is the sender; $status
in_named_work() {
	status=0
	# shellcheck disable=SC2016 # the inner shell's
	on receiver unshare -m sh -c 'mount --bind "$1/hosts" /etc/hosts && cd "$1/files" && eval "$2"' \
		sh "$lab" "$1" </dev/null >"$lab/run.out" 2>"$lab/run.err" || status=$?
}

# This machine may have no such CPU; then it must be refused by its name.
is_pinned() {
	cpu=$(printf '%s\n' "$command" | sed -n 's/.*--cpus \([0-9]*\) .*/\1/p')
	if [ -n "$cpu" ] && [ ! -d "/sys/devices/system/cpu/cpu$cpu" ]; then
		if [ "$status" -ne 123 ] || ! grep -q "^ptprobe-pin: cpu $cpu: " "$lab/run.err"; then
			unlike "$lab/run"
		fi
	elif [ "$status" -ne 0 ] || ! grep -q '^iperf Done' "$lab/run.out" ||
		! grep -q '^PASS *cpus' "$lab/run.err"; then
		unlike "$lab/run"
	fi
}

# What it says itself stays in its buffer.
iperf3_listens() {
	[ -n "$(on sender ss -Hltn 'sport = :5201')" ]
}

run_iperf3() {
	if ! command -v iperf3 >/dev/null || ! can_name_hosts; then
		skip "$place: $command" 'needs iperf3, and a file that can be mounted over /etc/hosts'
		return
	fi
	background sender iperf3 -s -1 >"$lab/iperf3.out" 2>&1
	iperf3_pid=$!
	wait_for 10 iperf3_listens
	in_named_work "$command -t 1"
	claim "$place: $command" is_pinned
	kill "$iperf3_pid" 2>/dev/null
}

run_example() {
	case $tool in
	recv) start_receiver ;;
	iperf3)
		end_block
		study "$command"
		run_iperf3
		;;
	server | counters | load)
		end_block
		study "$command"
		run_link
		;;
	ptp)
		end_block
		study "$command"
		run_ptp
		;;
	print)
		end_block
		study "$command"
		in_work receiver "$command"
		claim "$place: $command" prints
		;;
	send) run_sender ;;
	jq | help | locate | file)
		end_block
		case "$not_run " in
		*" -o ${command##* } "*)
			skip "$place: $command" 'reads what an example that was skipped would have written'
			return
			;;
		esac
		study "$command"
		in_work receiver "$command"
		case $tool in
		jq) claim "$place: $command" finds_members ;;
		help) claim "$place: $command" prints ;;
		locate) claim "$place: $command" locates ;;
		file) claim "$place: $command" sends ;;
		esac
		;;
	exempt) echo "# $place: $command: not run here" ;;
	none) claim "$place: this test knows how to run '$command'" false ;;
	esac
}

lab_needs_capture
lab_begin bridge
lab_build=$(cd "$lab_build" && pwd)
PATH=$lab_build:$PATH
mkdir "$lab/files"
cp "$top"/tests/data/locate/*.json "$lab/files"
ptp_prepare
for page in "$top"/doc/*.[1-8]; do
	# its examples are files, which the tests of the commands try
	case ${page##*/} in ptprobe-mask.5 | ptprobe-profile.5) continue ;; esac
	of_page "$page" >"$lab/found"
	claim "${page##*/} has examples" [ -s "$lab/found" ]
	cat "$lab/found" >>"$lab/examples"
done
of_readme "$top/README.md" >"$lab/found"
claim 'README.md has examples' [ -s "$lab/found" ]
cat "$lab/found" >>"$lab/examples"
for program in ptprobe ptprobe-capture ptprobe-link ptprobe-locate ptprobe-pin ptprobe-ptp \
	ptprobe-recv ptprobe-send; do
	[ $program != ptprobe-link ] || [ -x "$lab_build/$program" ] || continue
	of_help $program >"$lab/found"
	claim "$program --help has examples" [ -s "$lab/found" ]
	cat "$lab/found" >>"$lab/examples"
done

current=
while IFS=$tab read -r place block command <&3; do
	[ "$block" = "$current" ] || {
		end_block
		link_end_server
	}
	current=$block
	study "$command"
	run_example
done 3<"$lab/examples"
end_block
link_end_server
lab_done
