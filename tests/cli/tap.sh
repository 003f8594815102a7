# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# What the tests of the commands share: a scratch folder, TAP, and runs whose every output is kept.
set -u

LC_ALL=C
export LC_ALL
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM
count=0
failed=0

# claim NAME COMMAND...: the claim holds when the command succeeds; what it prints is the reason.
claim() {
	name=$1
	shift
	count=$((count + 1))
	if "$@" >"$scratch/reason" 2>&1; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		sed 's/^/# /' "$scratch/reason"
		failed=1
	fi
}

skip() { # NAME REASON
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

plan() {
	echo "1..$count"
	exit $failed
}

# Without libpcap there is no ptprobe-capture.
has_capture() {
	grep -q '^S\["HAVE_PCAP_TRUE"\]=""' config.status
}

# Nor ptprobe-pin without libnuma.
has_pin() {
	grep -q '^S\["HAVE_NUMA_TRUE"\]=""' config.status
}

# run COMMAND...: its status in $status, its outputs in $scratch/out and $scratch/err.
run() {
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
}

# is WHAT VALUE EXPECTED
is() {
	if [ "$2" != "$3" ]; then
		printf '%s is "%s", not "%s"\n' "$1" "$2" "$3"
		return 1
	fi
}

# The run ended with $1, its outputs were exactly $2 and $3.
ran() {
	is status "$status" "$1" && is stdout "$(cat "$scratch/out")" "$2" &&
		is stderr "$(cat "$scratch/err")" "$3"
}

# What a tool exits with on wrong usage, and when its output can't be written. ptprobe-pin keeps
# below 120 for the command that it runs.
usage_status() { # TOOL
	[ "$1" = ptprobe-pin ] && echo 122 || echo 2
}
output_status() { # TOOL
	[ "$1" = ptprobe-pin ] && echo 125 || echo 5
}

# The run was refused as wrong usage: 2, nothing on stdout, one line on stderr that begins with $1:
# and holds $2.
refused() {
	is status "$status" "$(usage_status "$1")" && is stdout "$(cat "$scratch/out")" '' &&
		is lines "$(wc -l <"$scratch/err")" 1 || return
	case $(cat "$scratch/err") in
	"$1: "*"$2"*) ;;
	*)
		cat "$scratch/err"
		return 1
		;;
	esac
}

have() { # TOOL...
	for tool; do
		command -v "$tool" >/dev/null || return 1
	done
}

# The facts of FILE that capfile_cat, $cat, tells hold each of the words.
# shellcheck disable=SC2154 # cat is the script's
facts() { # FILE WORDS...
	facts=$("$cat" -n "$1" 2>cat.err)
	shift
	for words; do
		case " $facts " in
		*" $words "*) ;;
		*)
			echo "no '$words' in '$facts' $(cat cat.err)"
			return 1
			;;
		esac
	done
}
