# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What the link tests share: the sender loads the link to the receiver, by ptprobe-link and by the
# distribution's iperf3. Sourced behind lab.sh.
#
#	serve ours -p 5301          # our server on the receiver's eth0; what it says is in ours.told
#	iperf3_serve 5201           # the distribution's; either's pid is in $server
#	load one -t 1s 10.31.0.2    # our client; its report is one.out; $status, $took in ms
#	ended 'text' one pass       # claims: the verdict and the exit status that goes with it
#	reason 'text' one 'PATTERN' # one of its reasons
#	good 'text' one 'FILTER'    # jq finds it true in the report
#
# A veth counts no damaged frames, of which no pass can come: here they aren't asked for.
#
# shellcheck disable=SC2034,SC2154

link=$lab_build/ptprobe-link
stranger=$lab_build/tests/lab/stranger
there=10.31.0.2
[ -x "$link" ] || lab_refuse 'ptprobe-link was not built: install libiperf-dev, and configure again'

needs_iperf3() {
	command -v iperf3 >/dev/null || lab_refuse "'iperf3' is missing: install it"
}

# listens HOST PORT: somebody listens there
listens() {
	on "$1" cat /proc/net/tcp /proc/net/tcp6 |
		grep -q ":$(printf %04X "$2") [0:]* 0A \|:$(printf %04X "$2") 0*:0000 0A "
}

nobody_listens() {
	! listens "$@"
}

# iperf3_serve PORT ARGUMENTS...: what it prints is in $lab/iperf3.PORT
iperf3_serve() {
	serve_port=$1
	shift
	background receiver iperf3 -s -p "$serve_port" "$@" >"$lab/iperf3.$serve_port" 2>&1
	server=$!
	wait_for 10 listens receiver "$serve_port" || lab_fail 'iperf3 does not listen'
}

is_serving() {
	grep -q 'serving iperf3' "$lab/$1.told"
}

# serve NAME ARGUMENTS...
serve() {
	serve_name=$1
	shift
	: >"$lab/$serve_name.told"
	background receiver "$link" -i eth0 --server "$@" 2>"$lab/$serve_name.told"
	server=$!
	wait_for 10 is_serving "$serve_name" || {
		sed 's/^/# /' "$lab/$serve_name.told"
		lab_fail 'our server does not listen'
	}
}

# end_server: $status
end_server() {
	kill -TERM "$server" 2>/dev/null
	lab_reap 'the server' "$server"
}

# strange NAME HOST ARGUMENTS...: one of the strangers that stay; its pid is in $stranger_pid
strange() {
	strange_name=$1
	strange_host=$2
	shift 2
	: >"$lab/$strange_name.ready"
	background "$strange_host" "$stranger" "$@" >"$lab/$strange_name.ready"
	stranger_pid=$!
	wait_for 10 grep -q ready "$lab/$strange_name.ready" || lab_fail "the stranger '$1' isn't ready"
}

now_ms() {
	read -r up _ </proc/uptime
	echo $((${up%.*} * 1000 + 1${up#*.} * 10 - 1000))
}

# load NAME ARGUMENTS...
load_host=sender
load_interface=eth0
load() {
	load_name=$1
	shift
	began=$(now_ms)
	status=0
	on $load_host timeout 120 "$link" -i $load_interface -J --max wire=any "$@" >"$lab/$load_name.out" \
		2>"$lab/$load_name.err" || status=$?
	took=$(($(now_ms) - began))
}

# load_start NAME ARGUMENTS...: in the background; $loader
load_start() {
	load_name=$1
	shift
	background $load_host "$link" -i $load_interface -J --max wire=any "$@" >"$lab/$load_name.out" \
		2>"$lab/$load_name.err"
	loader=$!
}

# load_end NAME: $status
load_end() {
	lab_reap "$1" "$loader"
}

# ended TEXT NAME pass|fail|inconclusive
ended() {
	case $3 in
	pass) ended_status=0 ;;
	fail) ended_status=1 ;;
	*) ended_status=3 ;;
	esac
	ended_got="$status $(jq -r .verdict.result "$lab/$2.out") $(cat "$lab/$2.err")"
	equal "$1" "$ended_got" "$ended_status $3 "
	[ "$ended_got" = "$ended_status $3 " ] ||
		jq -r '.verdict.reasons[], .load_error' "$lab/$2.out" | sed 's/^/#   /'
}

# reason TEXT NAME PATTERN
reason() {
	jq -r '.verdict.reasons[]' "$lab/$2.out" >"$lab/$2.reasons"
	says "$1" "$lab/$2.reasons" "$3"
}

no_reason() {
	jq -r '.verdict.reasons[]' "$lab/$2.out" >"$lab/$2.reasons"
	equal "$1" "$(grep -Ec -e "$3" "$lab/$2.reasons")" 0
}

# good TEXT NAME FILTER
good() {
	equal "$1" "$(of "$2" "$3")" true
	[ "$(of "$2" "$3")" = true ] || jq -c '{load, load_error, verdict, notes}' "$lab/$2.out" |
		sed 's/^/#   /'
}

# loaded TEXT NAME FILTER: it passed, and jq finds FILTER true in its load
loaded() {
	equal "$1" "$status $(of "$2" ".load | $3")" '0 true'
	[ "$status $(of "$2" ".load | $3")" = '0 true' ] ||
		jq -c '{load, load_error, verdict}' "$lab/$2.out" | cat - "$lab/$2.err" |
		sed 's/^/#   /'
}

# within TEXT MS
within() {
	claim "$1: within $2 ms" [ "$took" -le "$2" ]
	[ "$took" -le "$2" ] || echo "# took $took ms"
}

# children PID: theirs, on one line
children() {
	cat "/proc/$1/task/$1/children" 2>/dev/null
}
