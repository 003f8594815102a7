#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ptprobe-pin --partition on a machine that can make one: made, verified from inside and from
# outside, and taken down whatever happens; and CPUs that go away while a command runs.
# guest: programs ptprobe-pin setpriv unshare
# guest: files tests/guest/pin.sh
# functions are called by name; groups and status are the others'
# shellcheck disable=SC2317,SC2154
# shellcheck source=tests/cli/tap.sh
. "${0%/*}/../cli/tap.sh"
# shellcheck source=tests/guest/pin.sh
. "${0%/*}/pin.sh"

# The programs of others that may run on CPU 2 or 3; kernel threads bound to a CPU stay there.
intruders() { # GROUP
	for path in /proc/[0-9]*; do
		pid=${path#/proc/}
		[ -n "$(readlink "$path/exe")" ] || continue
		[ "$(group_of "$pid")" != "$1" ] || continue
		case $(allowed "$pid") in
		0-1 | '') ;;
		*) echo "$pid on $(allowed "$pid")" ;;
		esac
	done 2>/dev/null
}

cat >inside <<END
. ${0%/*}/../cli/tap.sh
. ${0%/*}/pin.sh
$(sed -n '/^intruders() {/,/^}/p' "$0")
group=\$(group_of self)
echo "\$(cat "\$groups\$group/cpuset.cpus.partition") \$(cat "\$groups\$group/cpuset.cpus.effective")"
echo "\$(cat "\$groups\$group/cpuset.mems.effective")"
allowed self
intruders "\$group"
exit 7
END

made() {
	pinned --partition --cpus 2-3 -- sh inside
	{ is status "$status" 7 && is inside "$(cat out)" "isolated 2-3
1
2-3" && proved PASS partition; } || told
}
claim a_partition_is_made_verified_and_nobody_else_is_on_its_cpus made
claim it_is_gone_when_the_command_has_ended no_partition
claim others_may_run_there_again is cpus "$(allowed $$)" 0-3

crashed() {
	# shellcheck disable=SC2016
	pinned --partition --cpus 2 -- sh -c 'kill -SEGV $$'
	{ is status "$status" 139 && no_partition; } || told
}
claim it_is_gone_when_the_command_has_crashed crashed

signalled() { # SIGNAL STATUS
	ptprobe-pin --partition --cpus 2 -- sleep 100 2>err &
	wrapper=$!
	{ await has_partition && kill "-$1" "$wrapper"; } || return
	wait "$wrapper"
	{ is status $? "$2" && no_partition; } || {
		cat err
		return 1
	}
}
claim it_is_gone_when_the_wrapper_is_told_to_end signalled TERM 143
claim it_is_gone_when_its_terminal_hangs_up signalled HUP 129

# What still runs there isn't killed: it goes to the root group, and stays on its CPU.
killed() {
	ptprobe-pin --partition --cpus 2 -- sh -c 'echo $$ >left.pid; exec sleep 100' 2>err &
	wrapper=$!
	{ await test -s left.pid && kill -KILL "$wrapper"; } || return
	wait "$wrapper"
	has_partition || return
	read -r left <left.pid
	pinned --partition --cpus 2-3 -- true
	{ is status "$status" 0 && no_partition && is group "$(group_of "$left")" /; } || told
	result=$?
	kill "$left"
	return "$result"
}
claim the_next_one_takes_down_what_a_killed_wrapper_left killed

# A wrapper in another PID namespace lives, though its number means nothing here.
other_namespace() {
	unshare -p -f --mount-proc ptprobe-pin --partition --cpus 2 -- sleep 100 2>elsewhere &
	await has_partition || return
	live=$(partitions)
	pinned --partition --cpus 3 -- true
	{ is status "$status" 0 && is partitions "$(partitions)" "$live"; } || told
	result=$?
	killall sleep
	await no_partition >rest || cat rest elsewhere
	return "$result"
}
claim one_of_another_pid_namespace_is_left_alone other_namespace

home() {
	mkdir "$groups"/home
	echo 0 >"$groups"/home/cgroup.procs
	# shellcheck disable=SC2016
	pinned --partition --cpus 2 -- sh -c '
		group=/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)
		mkdir $group/below
		(echo 0 >$group/below/cgroup.procs; exec sleep 100) &
		until grep -q . $group/below/cgroup.procs; do :; done
		sleep 200 & echo $! >left.pid'
	echo 0 >"$groups"/cgroup.procs
	read -r left <left.pid
	{ is status "$status" 0 && no_partition && is group "$(group_of "$left")" /home; } || told
	result=$?
	killall sleep
	await rmdir "$groups"/home 2>/dev/null
	return "$result"
}
claim what_the_command_leaves_goes_back_to_where_it_came_from home

pinned --partition --cpus 0-3 -- true
claim all_cpus_are_refused_in_the_kernels_words ended 124 'Parent unable to distribute cpu downstream'
claim nothing_is_left_of_a_refusal no_partition

rival() {
	mkdir "$groups"/other && echo 2 >"$groups"/other/cpuset.cpus &&
		echo root >"$groups"/other/cpuset.cpus.partition || return
	pinned --partition --cpus 2-3 -- true
	rmdir "$groups"/other
	ended 123 'cpu 2'
}
claim a_cpu_of_another_partition_is_refused_by_number rival

# With CPU 3 gone nothing is left of the placement: said so, and the command's status passes.
unplugged() { # OPTIONS...
	pinned "$@" --cpus 3 -- sh -c 'echo 0 >/sys/devices/system/cpu/cpu3/online; sleep 0.5; exit 5'
	plug 3
	{ is status "$status" 5 && no_partition && proved FAIL cpus; } || told
}
unplugged_partition() {
	unplugged --partition && proved FAIL partition
}
claim a_cpu_that_is_unplugged_fails_the_proof_and_no_more unplugged
claim so_it_does_in_a_partition unplugged_partition

offline() {
	unplug 3
	pinned --partition --cpus 3 -- true
	plug 3
	ended 123 'cpu 3' && no_partition
}
claim an_offline_cpu_is_refused offline

pinned_by_nobody() {
	run setpriv --reuid 65534 --regid 65534 --clear-groups \
		ptprobe-pin --partition --cpus 2 -- true
	ended 124 'permission denied: run it as root' && no_partition
}
claim who_is_not_root_is_told_so pinned_by_nobody

# With a namespace of its own it sees its control group as the root.
contained() {
	mkdir "$groups"/box && echo 0 >"$groups"/box/cgroup.procs || return
	# shellcheck disable=SC2016
	run unshare -C -m sh -c 'umount $0 && mount -t cgroup2 cgroup2 $0 &&
		ptprobe-pin --partition --cpus 2 -- true' "$groups"
	echo 0 >"$groups"/cgroup.procs
	is type "$(cat "$groups"/box/cgroup.type)" domain && rmdir "$groups"/box &&
		ended 124 "'$groups' isn't the kernel's own root control group"
}
claim a_container_is_left_as_it_is contained

mount -o remount,ro "$groups"
pinned --partition --cpus 2 -- true
mount -o remount,rw "$groups"
claim a_read_only_hierarchy_is_refused ended 124 "'$groups' is mounted read-only"

umount "$groups"
pinned --partition --cpus 2 -- true
claim without_v2_it_says_what_to_mount ended 124 'mount -t cgroup2 cgroup2 /sys/fs/cgroup'

# As under systemd's hybrid hierarchy.
mkdir v1 v2
if mount -t cgroup -o cpuset cpuset v1 2>v1.err; then
	mount -t cgroup2 cgroup2 v2
	pinned --partition --cpus 2 -- true
	claim cpuset_bound_to_v1_is_refused ended 124 \
		"cpuset is bound to cgroup v1, '$scratch/v2' has none: boot with cgroup_no_v1=cpuset"
	umount v1
	umount v2
else
	skip cpuset_bound_to_v1_is_refused "$(cat v1.err)"
fi
plan
