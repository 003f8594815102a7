# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# What the guest tests of ptprobe-pin share. Behind tap.sh.
# shellcheck disable=SC2154 # status is tap.sh's
groups=/sys/fs/cgroup
cd "$scratch" || exit 99

# await COMMAND...: until it succeeds, 10 s at most.
await() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || return 1
		sleep 0.05
	done
}

# pinned OPTIONS... -- COMMAND...
pinned() {
	run ptprobe-pin "$@"
}

# What the run printed, for a claim that fails. False.
told() {
	echo "status $status"
	cat out err
	return 1
}

# proved RESULT WHAT...: so each is judged in the proof, which is on standard error
proved() {
	result=$1
	shift
	for what; do
		grep -Eq "^$result +$what " err || {
			echo "$what isn't judged $result"
			return 1
		}
	done
}

# The last run ended with $1, and stderr holds $2.
ended() {
	is status "$status" "$1" || return
	case $(cat err) in
	*"$2"*) ;;
	*)
		cat err
		return 1
		;;
	esac
}

allowed() { # PID: the CPUs that it may run on
	sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "/proc/$1/status"
}

partitions() {
	find "$groups" -maxdepth 1 -name 'ptprobe-pin.*'
}

no_partition() {
	is partitions "$(partitions)" ''
}

has_partition() {
	[ -n "$(partitions)" ]
}

group_of() { # PID
	sed -n 's/^0:://p' "/proc/$1/cgroup"
}

unplug() { # CPU
	echo 0 >"/sys/devices/system/cpu/cpu$1/online"
}

plug() { # CPU
	echo 1 >"/sys/devices/system/cpu/cpu$1/online"
}
