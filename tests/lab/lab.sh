# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A lab of three hosts: sender, relay and receiver, each a network namespace, joined by veth.
# Sourced by the lab's tests and by the demo; one lab a script, cleaned when the script ends in
# whatever way, so that many may run side by side. Needs no root where the kernel grants user
# namespaces, and no user namespace where it grants root network namespaces.
#
#	. "${0%/*}/lab.sh"
#	lab_begin relay          # first of all; or bridge: a switch that impairs nothing; then more
#	                         # receiving hosts: lab_begin bridge second
#	lab_relay 'drop 5-9'     # the relay's script
#	lab_order on 1           # switches the rules behind "switch 1" on
#	lab_listen a 239.255.31.9 -L 200ms
#	lab_send 239.255.31.9 -c 100 -r 1000
#	lab_join a               # waits for that receiver; its exit status is in $status
#	lab_truth                # ends the relay; its truth is in $lab/truth.json
#	equal 'text' A B ...     # claims, as TAP
#	lab_done
#
# The programs are looked for in PTPROBE_BUILD, or else in the current directory, the build's top.
# PTPROBE_LAB_KEEP=1 keeps the files.
#
# What is assigned here and used by the scripts, and commands for other shells:
# shellcheck disable=SC2034,SC2154,SC2016

set -u
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin

lab_build=${PTPROBE_BUILD:-$PWD}
lab=
lab_pids=
claims=0
failures=0
status=

# what a script does when the kernel grants no lab; the demo has its own
lab_refuse() {
	echo "1..0 # SKIP $1"
	exit 0
}

# A build without libpcap has no capture and no witness.
lab_needs_capture() {
	[ -x "$lab_build/ptprobe-capture" ] ||
		lab_refuse 'ptprobe-capture was not built: install libpcap, and configure again'
}

lab_explain='no network namespaces: be root, or allow them: sysctl -w'
lab_explain="$lab_explain kernel.unprivileged_userns_clone=1 (old Debian),"
lab_explain="$lab_explain kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu 24.04);"
lab_explain="$lab_explain in a container give it CAP_SYS_ADMIN and CAP_NET_ADMIN"

# Starts the script again as root of a user namespace when it may not make network namespaces.
lab_enter() {
	for lab_tool in ip jq nsenter setpriv unshare; do
		command -v $lab_tool >/dev/null ||
			lab_refuse "'$lab_tool' is missing: install iproute2, jq and util-linux"
	done
	if unshare -n ip link set lo up 2>/dev/null; then
		return
	fi
	if [ -z "${PTPROBE_LAB_ENTERED:-}" ] && unshare -Urn ip link set lo up 2>/dev/null; then
		PTPROBE_LAB_ENTERED=1
		export PTPROBE_LAB_ENTERED
		exec unshare -Ur -- sh "$0"
	fi
	lab_refuse "$lab_explain"
}

lab_end() {
	trap - EXIT INT TERM HUP
	exec 2>/dev/null # bash tells of each child that it reaps
	for lab_pid in $lab_pids; do
		kill -KILL "$lab_pid"
	done
	wait
	if [ -n "${PTPROBE_LAB_KEEP:-}" ]; then
		echo "# kept: $lab"
	elif [ -n "$lab" ]; then
		rm -rf "$lab"
	fi
}

# on HOST COMMAND...: runs a command there, in place of the shell when in the background
on() {
	eval "lab_pid=\$lab_host_$1"
	shift
	# shellcheck disable=SC2154
	nsenter -t "$lab_pid" -n -- "$@"
}

# background HOST COMMAND...: likewise; its pid is in $!; it dies with the script
background() {
	eval "lab_pid=\$lab_host_$1"
	shift
	setpriv --pdeathsig KILL nsenter -t "$lab_pid" -n -- "$@" &
	lab_pids="$lab_pids $!"
}

lab_add_host() {
	setpriv --pdeathsig KILL unshare -n sh -c 'echo >"$1"; exec sleep 86400' sh \
		"$lab/ready" &
	lab_pids="$lab_pids $!"
	eval "lab_host_$1=$!"
	read -r _ <"$lab/ready"
	on "$1" ip link set lo up
}

# lab_cable HOST: its eth0 to the relay's to_HOST
lab_cable() {
	eval "lab_pid=\$lab_host_$1"
	on relay ip link add "to_$1" type veth peer name eth0 netns "$lab_pid"
	# each frame on the wire is one datagram, as on a real one
	on "$1" ip link set eth0 gso_max_segs 1
	lab_address "$1"
	on relay sh -c "echo 1 >/proc/sys/net/ipv6/conf/to_$1/disable_ipv6" 2>/dev/null
	on relay ip link set "to_$1" up
}

# lab_address HOST: gives its eth0 its addresses and brings it up, without waiting for the network
lab_address() {
	case $1 in
	sender) lab_number=1 ;;
	receiver) lab_number=2 ;;
	*) lab_number=3 ;;
	esac
	on "$1" sh -c 'cd /proc/sys/net/ipv6/conf/eth0 && echo 0 >accept_ra &&
		echo 0 >router_solicitations && echo 0 >accept_dad' 2>/dev/null
	on "$1" ip address add "10.31.0.$lab_number/24" dev eth0
	on "$1" ip address add "fd31::$lab_number/64" dev eth0 nodad 2>/dev/null
	on "$1" ip link set eth0 up
	on "$1" ip route add 224.0.0.0/4 dev eth0
}

# wait_for SECONDS COMMAND...: until the command succeeds; false when it never does
wait_for() {
	lab_tries=$(($1 * 50))
	shift
	until "$@"; do
		lab_tries=$((lab_tries - 1))
		[ $lab_tries -gt 0 ] || return 1
		sleep 0.02
	done
}

lab_link_is_up() {
	on "$1" ip link show eth0 | grep -q 'state UP'
}

# lab_begin relay|bridge [HOST]
lab_begin() {
	lab_middle=$1
	lab_ends="sender receiver${2:+ $2}"
	lab_enter
	trap lab_end EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	lab=$(mktemp -d "${TMPDIR:-/tmp}/ptprobe-lab.XXXXXX") || exit 1
	mkfifo "$lab/ready"
	for lab_host in relay $lab_ends; do
		lab_add_host "$lab_host"
	done
	if [ "$lab_middle" = bridge ]; then
		on relay ip link add middle type bridge mcast_snooping 0 2>/dev/null ||
			lab_refuse 'the kernel has no bridge'
		on relay ip link set middle up
	fi
	for lab_host in $lab_ends; do
		lab_cable "$lab_host"
		[ "$lab_middle" = relay ] || on relay ip link set "to_$lab_host" master middle
	done
	for lab_host in $lab_ends; do
		wait_for 10 lab_link_is_up "$lab_host" || lab_fail "$lab_host's link stays down"
	done
}

# lab_relay SCRIPT: starts the relay; in a bridge lab there is none
lab_relay() {
	printf '%s\n' "$1" >"$lab/script"
	: >"$lab/relay.out"
	[ -p "$lab/orders" ] || mkfifo "$lab/orders"
	background relay "$lab_build/tests/lab/relay" "$lab/script" "$lab/relay.log" \
		"$lab/truth.json" to_sender to_receiver "$lab/orders" >"$lab/relay.out"
	lab_relay_pid=$!
	wait_for 10 grep -q ready "$lab/relay.out" || lab_fail "the relay doesn't start"
}

# lab_order on|off SWITCH: returns once the relay has obeyed
lab_order() {
	lab_orders=$(grep -c "^relay: $*\$" "$lab/relay.out")
	echo "$*" >"$lab/orders"
	wait_for 10 lab_has_obeyed "$*" "$lab_orders" || lab_fail "the relay doesn't obey '$*'"
}

lab_has_obeyed() {
	[ "$(grep -c "^relay: $1\$" "$lab/relay.out")" -gt "$2" ]
}

# Ends the relay and leaves its truth in $lab/truth.json.
lab_truth() {
	lab_truth_is_known || lab_fail "the relay can't vouch for its truth"
}

# Likewise, for a test that may ask too much of a busy machine: false when the relay lost frames itself.
lab_truth_is_known() {
	kill -TERM "$lab_relay_pid"
	wait "$lab_relay_pid"
}

lab_fail() {
	echo "Bail out! $1"
	exit 1
}

# lab_listen NAME ARGUMENTS...: a receiver; $lab/NAME.out is its stdout, NAME.err its stderr.
# Returns once it has joined. It runs on the host lab_listener.
lab_listener=receiver
lab_listen() {
	lab_name=$1
	shift
	: >"$lab/$lab_name.err"
	background $lab_listener "$lab_build/ptprobe-recv" -i eth0 "$@" >"$lab/$lab_name.out" \
		2>"$lab/$lab_name.err"
	eval "lab_receiver_$lab_name=$!"
	wait_for 10 lab_listens "$lab_name" || {
		sed 's/^/# /' "$lab/$lab_name.err"
		lab_fail "the receiver '$lab_name' doesn't listen"
	}
}

lab_listens() {
	grep -q 'ptprobe-recv: listening to' "$lab/$1.err"
}

# lab_receiver NAME: its pid is in $pid
lab_receiver() {
	eval "pid=\$lab_receiver_$1"
}

# lab_capture NAME HOST ARGUMENTS...: a capture on HOST's eth0, whose parts are named as a receiver's;
# returns once it takes frames, and ends by lab_join or lab_stop
lab_capture() {
	lab_name=$1
	lab_place=$2
	shift 2
	: >"$lab/$lab_name.err"
	background "$lab_place" "$lab_build/ptprobe-capture" -i eth0 "$@" >"$lab/$lab_name.out" \
		2>"$lab/$lab_name.err"
	eval "lab_receiver_$lab_name=$!"
	wait_for 10 lab_captures "$lab_name" || {
		sed 's/^/# /' "$lab/$lab_name.err"
		lab_fail "the capture '$lab_name' takes no frames"
	}
}

lab_captures() {
	grep -q 'ptprobe-capture: capturing on' "$lab/$1.err"
}

# lab_stop NAME: ends that capture or receiver with a signal; $status
lab_stop() {
	lab_receiver "$1"
	kill -TERM "$pid" 2>/dev/null
	lab_reap "$1" "$pid"
}

# lab_read NAME FILE ARGUMENTS...: the measurement from a capture file; $status
lab_read() {
	lab_name=$1
	shift
	status=0
	"$lab_build/ptprobe-capture" -J -r "$@" >"$lab/$lab_name.out" 2>"$lab/$lab_name.err" ||
		status=$?
}

# True when the child has ended, waited for or not.
lab_has_ended() {
	! grep -q '^State:[[:space:]]*[^Z]' "/proc/$1/status" 2>/dev/null
}

# lab_reap NAME PID: waits for that child; $status
lab_reap() {
	wait_for 60 lab_has_ended "$2" || lab_fail "'$1' doesn't end"
	status=0
	wait "$2" || status=$?
}

# lab_join NAME: waits for that receiver; $status
lab_join() {
	lab_receiver "$1"
	lab_reap "$1" "$pid"
}

# lab_send ARGUMENTS...: a sender, run to its end; what it says is in $lab/send.out and send.err
lab_send() {
	on sender "$lab_build/ptprobe-send" -i eth0 "$@" >"$lab/send.out" 2>"$lab/send.err" || {
		sed 's/^/# /' "$lab/send.err"
		lab_fail "ptprobe-send $*: failed"
	}
}

# lab_send_start NAME ARGUMENTS...: a sender in the background
lab_send_start() {
	lab_name=$1
	shift
	background sender "$lab_build/ptprobe-send" -i eth0 "$@" >"$lab/$lab_name.send" 2>&1
	eval "lab_sender_$lab_name=$!"
}

# lab_sender NAME: its pid is in $pid
lab_sender() {
	eval "pid=\$lab_sender_$1"
}

# lab_sent NAME: waits for that sender, which must succeed
lab_sent() {
	lab_sender "$1"
	lab_reap "$1" "$pid"
	if [ "$status" -ne 0 ]; then
		sed 's/^/# /' "$lab/$1.send"
		lab_fail "the sender '$1' ends with status $status"
	fi
}

# claim TEXT COMMAND...: one line of TAP
claim() {
	lab_text=$1
	shift
	claims=$((claims + 1))
	if "$@"; then
		echo "ok $claims - $lab_text"
	else
		echo "not ok $claims - $lab_text"
		failures=$((failures + 1))
	fi
}

# skip TEXT REASON: a claim that can't be examined here
skip() {
	claims=$((claims + 1))
	echo "ok $claims - $1 # SKIP $2"
}

# quietly COMMAND...: for claims, whose own line must be seen
quietly() {
	"$@" >/dev/null 2>&1
}

# equal TEXT GOT WANTED
equal() {
	claim "$1" [ "$2" = "$3" ]
	[ "$2" = "$3" ] || printf 'got:    %s\nwanted: %s\n' "$2" "$3" | sed 's/^/# /'
}

# says TEXT FILE PATTERN: FILE has a line that matches the extended regular expression
says() {
	claim "$1" grep -Eq -e "$3" "$2"
	grep -Eq -e "$3" "$2" || {
		echo "# $2 has no line like: $3"
		sed 's/^/#   /' "$2" | tail -n 20
	}
}

# The columns in which a receiver's report must equal the relay's truth, flow by flow.
lab_columns='def columns: "\(.run_id) \(.group):\(.port) sent=\(.sent) received=\(.received)",
	"  unique=\(.unique) lost=\(.lost) duplicate=\(.duplicate) reordered=\(.reordered)",
	"  extent=\(.max_extent // .reorder.max_extent) corrupt=\(.corrupt)",
	"  missing=\(.missing.ranges? // .missing | tojson)";'

# is_true TEXT NAME [PORT]: the report NAME.out equals the truth, for the flows to PORT or for all
is_true() {
	lab_got=$(jq -r "$lab_columns .flows | sort_by(.run_id, .group)[] | columns" "$lab/$2.out")
	lab_wanted=$(jq -r --argjson port "${3:-0}" "$lab_columns .flows |
		map(select(\$port == 0 or .port == \$port)) | sort_by(.run_id, .group)[] |
		columns" "$lab/truth.json")
	equal "$1" "$lab_got" "$lab_wanted"
	[ -n "$lab_wanted" ] || lab_fail 'the truth is empty'
}

# of NAME FILTER: what jq finds in the report NAME.out
of() {
	jq -r "$2" "$lab/$1.out"
}

lab_done() {
	echo "1..$claims"
	[ $failures -eq 0 ]
	exit
}
