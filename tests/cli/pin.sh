#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ptprobe-pin on the machine at hand: the command is where it should be, its status and its signals
# are its own, and the proof notices what isn't as planned.
# the claims are functions that claim() calls; the commands' own shells expand what is quoted
# shellcheck disable=SC2016,SC2094,SC2317
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

builds=$PWD
pin=$builds/ptprobe-pin
threads=$builds/tests/cli/threads
counts=$builds/tests/cli/counts
without=$builds/tests/cli/without
if ! grep -q '^S\["HAVE_NUMA_TRUE"\]=""' config.status; then
	skip 'ptprobe-pin' 'built without libnuma'
	plan
fi
cd "$scratch" || exit 99

# The first and the last CPU that this process could use: taskset leaves out those that it can't, and
# so shows them.
cpus=$(taskset -c 0-1023 sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status)
first=${cpus%%[,-]*}
last=${cpus##*[,-]}

# pinned STATUS OPTION... -- COMMAND...: its proof in proof.json, its outputs in out and err
pinned() {
	expected=$1
	shift
	rm -f proof.json
	run "$pin" -J -o proof.json "$@"
	is status "$status" "$expected" || {
		cat err
		return 1
	}
}

# result WHAT RESULT: of the last run's proof
result() {
	is "$1" "$(jq -r --arg what "$1" '.proof[] | select(.what == $what).result' proof.json)" \
		"$2" || {
		jq -r --arg what "$1" '.proof[] | select(.what == $what).detail' proof.json
		return 1
	}
}

# ours STATUS TEXT: one line of ours on stderr, that holds TEXT; nothing ran
ours() {
	is status "$status" "$1" && is stdout "$(cat out)" '' && is lines "$(wc -l <err)" 1 ||
		return
	case $(cat err) in
	"ptprobe-pin: "*"$2"*) ;;
	*)
		cat err
		return 1
		;;
	esac
}

affinity() {
	pinned 0 --cpus "$last" -- grep Cpus_allowed_list /proc/self/status &&
		is mask "$(cut -f 2 out)" "$last"
}
claim the_command_is_bound_to_its_cpu affinity

memory() {
	pinned 0 --cpus "$last" --mem=bind -- cat /proc/self/numa_maps && grep -q ' bind:' out &&
		! grep -q ' default' out
}
no_memory() {
	pinned 0 --cpus "$last" --mem=none -- cat /proc/self/numa_maps && ! grep -q ' bind:' out
}
preferred_memory() {
	pinned 0 --cpus "$last" --mem=prefer -- cat /proc/self/numa_maps && grep -q ' prefer' out
}
if grep -q . /proc/self/numa_maps 2>/dev/null; then
	claim its_memory_policy_binds_it_to_the_node memory
	claim memory_none_sets_no_policy no_memory
	claim memory_prefer_prefers_the_node preferred_memory
else
	skip its_memory_policy_binds_it_to_the_node 'this kernel has no numa_maps'
fi

environment() {
	pinned 0 --cpus "$first,$last" --roles tx,rx -- sh -c \
		'echo "$PTPROBE_CPUS $PTPROBE_CPU_TX $PTPROBE_CPU_RX"' || return
	case $(cat out) in
	"$first-$last $first $last" | "$first,$last $first $last") ;;
	*)
		cat out
		return 1
		;;
	esac
}
if [ "$first" != "$last" ]; then
	claim its_environment_says_which_cpus_it_has environment
fi

slack() {
	pinned 0 --cpus "$last" -- cat /proc/self/timerslack_ns && is slack "$(cat out)" 1
}
claim its_timers_have_a_nanosecond_of_slack slack

statuses() {
	for wanted in 0 1 2 3 4 5 42 119 120 121 122 123 124 125 126 127 128 129 200 254 255; do
		run "$pin" -q --cpus "$last" -- sh -c "exit $wanted"
		is status "$status" "$wanted" || return
	done
}
claim the_commands_own_status_passes_through statuses

# HUP and INT may be ignored here, by nohup or by a shell that has us in the background
killed() {
	for number in 6 9 11 15; do
		run "$pin" -q --cpus "$last" -- sh -c "ulimit -c 0; kill -$number \$\$"
		is status "$status" $((128 + number)) || return
	done
}
claim a_command_ended_by_a_signal_is_128_and_its_number killed

not_found() {
	run "$pin" --cpus "$last" -- no-such-command-here
	ours 127 "'no-such-command-here': command not found" || return
	run "$pin" --cpus "$last" -- ./no-such-file
	ours 127 "'./no-such-file': command not found" || return
	run "$pin" --cpus "$last" -- ''
	ours 127 "'': command not found"
}
claim a_command_that_is_not_there_is_127 not_found

not_executable() {
	: >plain
	printf '#!/no/such/interpreter\n' >script
	chmod +x script
	for command in ./plain . ./script; do
		run "$pin" --cpus "$last" -- "$command"
		ours 126 "'$command' can't be executed" || return
	done
	PATH=$scratch run "$pin" --cpus "$last" -- plain
	ours 126 "'plain' can't be executed"
}
claim a_command_that_cannot_be_executed_is_126 not_executable

# as env, nice and taskset do, by execvp(3)
no_first_line() {
	echo 'echo "$1"' >plain-script
	chmod +x plain-script
	pinned 0 --cpus "$last" -- ./plain-script word && is stdout "$(cat out)" word
}
claim a_script_without_an_interpreter_is_the_shells no_first_line

stdin() {
	echo words | "$pin" -q --cpus "$last" -- cat >out && is stdout "$(cat out)" words
}
claim standard_input_is_the_commands stdin

descriptors() {
	# those that a shell has, and the directory that is read
	sh -c 'ls /proc/self/fd' </dev/null >plain.fds
	run "$pin" -q -J -o proof.json --cpus "$last" -- sh -c 'ls /proc/self/fd'
	is descriptors "$(cat out)" "$(cat plain.fds)"
}
claim no_descriptor_leaks_into_the_command descriptors

masks() {
	run sh -c 'grep -E "^Sig(Blk|Ign)" /proc/self/status'
	mv out plain.masks
	run "$pin" -q --cpus "$last" -- sh -c 'grep -E "^Sig(Blk|Ign)" /proc/self/status'
	is masks "$(cat out)" "$(cat plain.masks)"
}
claim its_signals_are_as_they_were masks

ignored() {
	(
		trap '' HUP PIPE
		run grep SigIgn /proc/self/status
		mv out plain.ignored
		run "$pin" -q --cpus "$last" -- grep SigIgn /proc/self/status
		is ignored "$(cat out)" "$(cat plain.ignored)"
	)
}
claim signals_that_were_ignored_still_are ignored

held() {
	pinned 0 --cpus "$last" --strict -- sleep 0.3 && result cpus pass &&
		result affinity pass && is verdict "$(jq -r .verdict.result proof.json)" pass
}
claim a_command_that_stays_has_held held

short() {
	pinned 0 --cpus "$last" --strict -- true && result cpus pass && result affinity pass &&
		is samples "$(jq '.proof[0].samples > 0' proof.json)" true
}
claim a_command_of_a_millisecond_has_a_proof_too short

noise() {
	pinned 0 --cpus "$last" --noise 50ms -- true &&
		is cpu "$(jq '.noise[0].cpu' proof.json)" "$last" &&
		is measured "$(jq '.noise[0].duration_ns >= 50000000' proof.json)" true &&
		grep -q "^CPU $last: [0-9]* gaps* above 1 us in " err
}
claim noise_of_its_core_is_measured_before noise

# or it would measure itself
noise_once() {
	pinned 0 --cpus "$last" --roles tx,rx --noise 1ms -- true &&
		is cpus "$(jq -c '[.noise[].cpu]' proof.json)" "[$last]"
}
claim a_core_of_two_roles_is_measured_once noise_once

noise_stopped() {
	run timeout -s INT 0.3 "$pin" -q --cpus "$last" --noise 30s -- echo ran
	is stdout "$(cat out)" '' && is left "$(pgrep -P 1 -x ptprobe-pin)" ''
}
claim a_signal_ends_the_measuring_of_noise noise_stopped

# By then it was told to end: the command is not for it to start.
noise_of_a_group() {
	cat >group.sh <<-END
		"$pin" -q --cpus $last --noise 30s -- touch ran &
		sleep 0.3
		trap '' TERM
		kill -TERM 0
		wait \$!
	END
	run setsid sh group.sh
	is status "$status" 143 && ! [ -e ran ]
}
claim a_signal_for_the_group_ends_it_as_well noise_of_a_group

noise_ignored() {
	(
		trap '' HUP
		"$pin" -q --cpus "$last" --noise 500ms -- echo ran >out &
		wrapper=$!
		sleep 0.2
		kill -HUP "$wrapper"
		wait "$wrapper"
		is status $? 0 && is out "$(cat out)" ran
	)
}
claim a_signal_that_is_ignored_does_not noise_ignored

lost() {
	"$pin" --cpus "$last" -- true 2>/dev/full
	is status $? 125 || return
	"$pin" --cpus "$last" -- sh -c 'exit 3' 2>/dev/full
	is 'its own status' $? 3
}
if [ -c /dev/full ]; then
	claim a_proof_that_nobody_got_is_125 lost
	refused_file() {
		run "$pin" -q -o /dev/full --cpus "$last" -- true
		ours 125 "write to '/dev/full'"
	}
	claim so_is_one_that_its_file_did_not_take refused_file
fi

left() {
	pinned 0 --cpus "$last" -- sh -c 'setsid sleep 1 & setsid sleep 1 & :' &&
		grep -q 'left 2 processes running' err &&
		jq -e '.notes | any(test("left 2 processes running"))' proof.json
}
claim what_the_command_leaves_running_is_said left

setting=/sys/devices/system/cpu/cpu$last/power/pm_qos_resume_latency_us
cstates() {
	before=$(cat "$setting")
	pinned 0 --cpus "$last" --no-cstates -- cat "$setting" && is within "$(cat out)" n/a &&
		is after "$(cat "$setting")" "$before"
}
cstates_killed() {
	before=$(cat "$setting")
	run timeout 0.3 "$pin" -q --cpus "$last" --no-cstates -- sleep 10
	is after "$(cat "$setting")" "$before"
}
# the one that ends first started first: what the other found was the first one's
cstates_twice() {
	before=$(cat "$setting")
	"$pin" -q --cpus "$last" --no-cstates -- sleep 0.5 &
	wrapper=$!
	sleep 0.2
	run "$pin" -q --cpus "$last" --no-cstates -- sleep 0.8
	wait "$wrapper"
	is after "$(cat "$setting")" "$before"
}
cstates_refused() {
	run "$pin" --cpus "$last" --no-cstates -- true
	ours 124 "--no-cstates: '/"
}
if [ -w "$setting" ] && [ -w /dev/cpu_dma_latency ]; then
	claim no_cstates_holds_while_it_runs_only cstates
	claim no_cstates_is_undone_after_a_signal_too cstates_killed
	claim no_cstates_of_two_at_once_is_undone cstates_twice
else
	claim no_cstates_without_the_right_to_it_is_124 cstates_refused
fi

if [ "$first" = "$last" ]; then
	skip the_claims_about_two_CPUs 'there is one only'
	plan
fi

moves='sleep 0.1; taskset -pc '$first' $$ >/dev/null; sleep 0.3'
moved() {
	pinned 120 --cpus "$last" --strict -- sh -c "$moves" && result cpus fail &&
		result affinity fail && is verdict "$(jq -r .verdict.result proof.json)" fail
}
claim a_command_that_moves_itself_is_a_violation moved

lenient() {
	pinned 0 --cpus "$last" -- sh -c "$moves" && result cpus fail &&
		pinned 7 --cpus "$last" -- sh -c "$moves; exit 7"
}
claim without_strict_its_status_is_its_own lenient

grandchild() {
	pinned 120 --cpus "$last" --strict -- sh -c "sh -c '$moves'; true" && result cpus fail
}
claim a_grandchild_that_moves_itself_is_one_too grandchild

# its parent is gone, and it isn't below the command any more
orphan() {
	pinned 120 --cpus "$last" --strict -- sh -c "(setsid sh -c '$moves' &) ; sleep 0.6" &&
		result cpus fail
}
claim an_orphan_that_moves_itself_is_one_too orphan

zombie() {
	pinned 120 --cpus "$last" --strict -- taskset -c "$first" true && result cpus fail &&
		result affinity fail
}
claim a_move_right_at_the_start_is_noticed_at_the_end zombie

within() {
	pinned 0 --cpus "$first,$last" --strict -- taskset -c "$last" sleep 0.2 &&
		result cpus pass && result affinity pass
}
claim narrowing_itself_within_the_plan_is_none within

spread() {
	pinned 0 --cpus "$first,$last" --strict --threads=spread -- "$threads" 1 500 &&
		is masks "$(tr '\n' ' ' <out)" "$first $last " && result affinity pass &&
		result migrations pass
}
claim spread_gives_each_thread_its_own_cpu spread

# asleep when they are given their CPUs, they move when they wake up
sleepers() {
	pinned 0 --cpus "$first,$last" --strict --threads=spread -- sh -c \
		'for child in 1 2 3; do sh -c "sleep 0.3; sleep 0.3" & done; wait' &&
		result migrations pass
}
claim threads_that_sleep_when_they_are_spread_have_not_moved sleepers

# its list of children is longer than a buffer
many() {
	pinned 120 --cpus "$last" --strict -- sh -c '
		for child in $(seq 1400); do sleep 9 & pids="$pids $!"; done
		sh -c "taskset -pc '"$first"' \$\$ >/dev/null; sleep 3" &
		wait $!; kill $pids; exit 0' && result affinity fail
}
claim the_last_of_many_children_is_looked_at many

shared() {
	pinned 0 --cpus "$first,$last" --threads=spread -- "$threads" 3 500 &&
		is masks "$(sort -n out | tr '\n' ' ')" "$first $first $last $last " &&
		is main "$(head -n 1 out)" "$first" &&
		jq -e '.notes | any(test("more threads than CPUs"))' proof.json
}
claim more_threads_than_cpus_share_them_and_that_is_said shared

together() {
	pinned 0 --cpus "$first,$last" --strict -- "$threads" 1 300 &&
		is masks "$(sort -u out | wc -l)" 1 && result cpus pass
}
claim without_it_all_threads_have_all_cpus together

# is_ready FILE: the command that writes into it can be sent signals; 10 s at most
is_ready() {
	tries=0
	until grep -qs ready "$1"; do
		tries=$((tries + 1))
		if [ "$tries" -gt 1000 ]; then
			echo "nothing in $1"
			return 1
		fi
		sleep 0.01
	done
}

# counted COMMAND...: what the command behind the wrapper got, "15 1"; $wrapper is its pid, and
# COMMAND sends the signals
counted() {
	rm -f out
	"$pin" -q --cpus "$last" -- "$counts" 700 >out &
	wrapper=$!
	is_ready out || return
	"$@"
	wait "$wrapper"
	tail -n +2 out | tr '\n' ' '
}

to_wrapper() {
	for pair in 15:TERM 1:HUP 10:USR1 12:USR2; do
		signal=${pair#*:}
		send() {
			kill -"$signal" "$wrapper"
		}
		is "$signal" "$(counted send)" "${pair%:*} 1 " || return
	done
}
claim a_signal_for_the_wrapper_is_passed_on_once to_wrapper

# in a process group of its own; what is sent to the group is sent to us, too
to_group() {
	cat >group.sh <<-END
		"$pin" -q --cpus $last -- "$counts" 700 >out &
		tries=0
		until { grep -qs ready out && pgrep -g 0 -x bystander; } ||
			[ \$((tries += 1)) -gt 1000 ]; do sleep 0.01; done >bystander
		trap '' TERM
		kill -TERM 0
		wait
	END
	rm -f out
	setsid sh group.sh
	is signals "$(tail -n +2 out | tr '\n' ' ')" '15 1 '
}
claim a_signal_for_the_group_comes_once to_group

# timeout signals its child, and then its group
by_timeout() {
	run timeout 0.3 "$pin" -q --cpus "$last" -- "$counts" 700
	is signals "$(grep '^15 ' out)" '15 1'
}
claim a_signal_by_timeout_comes_once by_timeout

by_terminal() {
	(
		is_ready typed
		printf '\003'
		sleep 1
	) | script -qec "'$pin' -q --cpus $last -- '$counts' 700" /dev/null >typed
	is signals "$(tr -d '\r' <typed | sed -n 's/.*\(2 [0-9]*\)$/\1/p')" '2 1'
}
if have script; then
	claim the_terminals_interrupt_comes_once by_terminal
else
	skip the_terminals_interrupt_comes_once 'no script(1)'
fi

# In a job of its own, which somebody can continue; what is sent is for the wrapper alone.
stopped() {
	cat >job.sh <<-END
		set -m
		"$pin" -q --cpus $last -- "$counts" 700 >out &
		wrapper=\$!
		tries=0
		until grep -qs ready out || [ \$((tries += 1)) -gt 1000 ]; do sleep 0.01; done
		kill -TSTP \$wrapper
		stopped() {
			ps -o stat= -p \$wrapper | grep -q T &&
				ps -o comm=,stat= --ppid \$wrapper | grep -q '^counts  *T'
		}
		until stopped || [ \$((tries += 1)) -gt 1000 ]; do sleep 0.01; done
		ps -o comm=,stat= --ppid \$wrapper | grep '^counts'
		kill -CONT \$wrapper
		fg >/dev/null
	END
	rm -f out
	setsid bash job.sh >states 2>err
	is states "$(tr -s ' ' <states | cut -c 1-8)" 'counts T' &&
		grep -q "^18 " out
}
if have bash; then
	claim a_stop_of_the_wrapper_stops_the_command_until_both_go_on stopped
else
	skip a_stop_of_the_wrapper_stops_the_command_until_both_go_on 'no bash'
fi

ended_by_term() {
	"$pin" -q --cpus "$last" -- sleep 10 &
	wrapper=$!
	sleep 0.2
	kill -TERM "$wrapper"
	wait "$wrapper"
	is status $? 143
}
claim a_command_that_a_passed_on_signal_ends_is_143 ended_by_term

bystanders() {
	# the wrapper has ended, and so has all that it had started
	! pgrep -P 1 -x bystander
}
claim nothing_of_ours_is_left_behind bystanders

class() {
	pinned 0 --cpus "$last" --fifo 11 --strict -- sh -c 'chrt -p $$; sleep 0.1' &&
		grep -q SCHED_FIFO out && grep -q 'priority: 11' out && result policy pass
}
inherited_class() {
	pinned 0 --cpus "$last" --fifo 11 --strict -- sh -c 'sh -c "chrt -p \$\$"; true' &&
		grep -q SCHED_FIFO out && result policy pass
}
lost_class() {
	pinned 120 --cpus "$last" --fifo 11 --strict -- sh -c 'chrt -o -p 0 $$; sleep 0.3' &&
		result policy fail
}
if chrt -f 11 true 2>/dev/null; then
	claim fifo_is_its_class class
	claim fifo_is_its_childrens_too inherited_class
	claim a_command_that_leaves_its_class_is_a_violation lost_class
else
	skip fifo_is_its_class 'needs CAP_SYS_NICE'
fi

unprivileged() {
	# an ordinary user has no privilege to drop
	drop=
	[ "$(id -u)" != 0 ] || drop="setpriv --bounding-set=-sys_nice --inh-caps=-sys_nice"
	# shellcheck disable=SC2086
	run prlimit --rtprio=0 $drop "$pin" --cpus "$last" --fifo 11 -- true
	ours 124 "SCHED_FIFO 11: " && grep -q "needs CAP_SYS_NICE or a higher 'ulimit -r'" err
}
claim fifo_without_privilege_is_124_and_says_what_it_needs unprivileged

# a container whose filter forbids it; 1 is EPERM, 38 ENOSYS
filtered_memory() {
	for error in 1 38; do
		run "$without" get_mempolicy "$error" "$pin" --cpus "$last" --mem=local --strict -- true
		ours 124 "memory policy: " && grep -q filter err || return
		run "$without" get_mempolicy "$error" "$pin" --cpus "$last" --mem=local -- true
		is status "$status" 0 && grep -q "^ptprobe-pin: memory policy: .*filter" err || return
	done
	run "$without" set_mempolicy 1 "$pin" --cpus "$last" --mem=local -- true
	ours 124 "a filter (seccomp) forbids set_mempolicy: --mem=none"
}
filtered_affinity() {
	run "$without" sched_setaffinity 1 "$pin" --cpus "$last" -- true
	is status "$status" 124 && is lines "$(wc -l <err)" 1
}
if "$without" get_mempolicy 1 true 2>/dev/null; then
	claim a_filter_that_forbids_memory_policy_is_named filtered_memory
	claim a_filter_that_forbids_affinity_is_124 filtered_affinity
else
	skip a_filter_that_forbids_memory_policy_is_named "this machine takes no filter"
fi

outside() {
	run "$pin" --cpus 8191 -- true
	ours 123 8191
}
claim a_cpu_that_is_not_there_is_refused_by_number outside

# the guest's kernel has no cpuset of v1
partitioned() {
	run "$pin" --cpus "$last" --partition -- true
	ours 124 'cpuset is bound to cgroup v1'
}
if grep -q ':cpuset:' /proc/self/cgroup && grep -q ' cgroup2 ' /proc/self/mounts; then
	claim a_partition_where_cpuset_is_bound_to_v1_is_refused partitioned
else
	skip a_partition_where_cpuset_is_bound_to_v1_is_refused "cpuset isn't bound to v1 here, or no cgroup2 is mounted"
fi

plan
