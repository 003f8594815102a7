#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What ptprobe-pin chooses on the recorded machines, and why, against what was worked out by hand:
# tests/data/machines/README.md.
# shellcheck disable=SC2086,SC2154,SC2317 # $options are words; of tap.sh; claims
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

machines=$(cd "${srcdir:-.}/tests/data/machines" && pwd) || exit 99
pin=$PWD/ptprobe-pin
have jq || {
	echo '1..0 # SKIP jq is missing'
	exit 0
}

trimmed() { # TEXT
	echo "$1" | sed 's/^ *//; s/ *$//'
}

# is_wanted WHAT VALUE EXPECTED: "?" is anything, "none" is null
is_wanted() {
	[ "$3" = '?' ] || is "$1" "$2" "$3"
}

member() { # FILTER of plan
	jq -r ".plan | $1 // \"none\"" "$scratch/out"
}

# The reasons of all CPUs are those wanted: "0 other-node 14 sibling-taken"
has_reasons() {
	jq -r '.plan.reasons[] | "\(.cpu) \(.reason)"' "$scratch/out" >"$scratch/reasons"
	while [ $# -ge 2 ]; do
		grep -qxF "$1 $2" "$scratch/reasons" || {
			echo "CPU $1 is '$(sed -n "s/^$1 //p" "$scratch/reasons")', not '$2'"
			return 1
		}
		shift 2
	done
}

# Every CPU has one reason, and those taken are the plan's.
is_whole() {
	jq -e '.plan | (.cpus | sort | unique) == ([.reasons[] | select(.taken) | .cpu] | sort) and
		([.reasons[].cpu] | length == (unique | length))' "$scratch/out" >"$scratch/whole" ||
		{ echo 'the reasons are not those of the plan'; return 1; }
}

# A plan: the fields of its line.
plans() { # CPUS NODE MEMORY REASONS
	is status "$status" 0 || { cat "$scratch/err"; return 1; }
	is_wanted cpus "$(jq -r '.plan.cpus | map(tostring) | join(",")' "$scratch/out")" "$1" &&
		is_wanted node "$(member .node)" "$2" &&
		is_wanted memory "$(member .memory_node)" "$3" &&
		is_whole && has_reasons $4
}

# A refusal: nothing on stdout, one line that holds the words.
refuses() { # STATUS WORDS
	is status "$status" "$1" && is stdout "$(cat "$scratch/out")" '' || return
	is lines "$(wc -l <"$scratch/err")" 1 || { cat "$scratch/err"; return 1; }
	grep -qF -- "$2" "$scratch/err" || { cat "$scratch/err"; return 1; }
}

# One line of an expect file.
holds() { # MACHINE OPTIONS CPUS-OR-ERROR, and the rest of the line
	run "$pin" --sysroot "$machines/$1" --dry-run --json $2
	case $3 in
	error*) refuses "$(trimmed "${3#error}")" "$(trimmed "$4")" ;;
	cpus*)
		plans "$(trimmed "${3#cpus}")" "$(trimmed "${4#*node}")" "$(trimmed "${5#*memory}")" "$6"
		;;
	*)
		echo "'$3' is neither cpus nor error"
		return 1
		;;
	esac
}

for expect in "$machines"/*/expect; do
	machine=$(basename "$(dirname "$expect")")
	grep -v '^#' "$expect" >"$scratch/lines"
	while IFS='|' read -r options wanted third fourth fifth; do
		options=$(trimmed "$options")
		claim "$machine $options" holds "$machine" "$options" "$(trimmed "$wanted")" \
			"$(trimmed "$third")" "$(trimmed "$fourth")" "$(trimmed "$fifth")"
	done <"$scratch/lines"
done

# What is advised could be run as it is: nothing in it waits for somebody to fill it in, and what
# is another way is a comment.
is_script() { # MACHINE INTERFACE
	run "$pin" --sysroot "$machines/$1" -i "$2" --advise
	is status "$status" 0 && sh -n "$scratch/out" || return
	grep -v '^#' "$scratch/out" | grep -E 'COMMAND|^ptprobe-pin|^isolcpus' || return 0
	return 1
}
for machine in bond-two-nodes:bond0 hybrid:eno1 nic-busy:eth0 no-numa:eth0 raspberry-pi:eth0 snc:eth0 \
	two-sockets:eth0 vlan:macvlan0; do
	claim "what_${machine%:*}_is_advised_is_a_script" is_script "${machine%:*}" "${machine#*:}"
done

# Every member of what ptprobe-pin prints as JSON is in the page.
page_has_members() {
	run "$pin" --sysroot "$machines/two-sockets" --show eth0 --sample 1s --json
	cp "$scratch/out" "$scratch/show"
	run "$pin" --sysroot "$machines/two-sockets" -i eth0 --roles tx,rx --dry-run --json
	cp "$scratch/out" "$scratch/dry-run"
	run "$pin" --sysroot "$machines/snc" -i eth0 --advise --json
	cp "$scratch/out" "$scratch/advise"
	cpu=$("$pin" --show --json | jq -r .machine.universe)
	run "$pin" -q -J -o "$scratch/proof" --cpus "${cpu%%[,-]*}" --noise 1ms -- true
	jq -r '.plan.roles = null | del(.verdict) | [paths | last | strings] | .[]' "$scratch/show" \
		"$scratch/dry-run" "$scratch/advise" "$scratch/proof" | sort -u >"$scratch/members"
	is 'fewest members' "$(($(wc -l <"$scratch/members") > 60))" 1 || return
	tr -c 'a-z0-9_' '\n' <"${srcdir:-.}/doc/ptprobe-report.5" | sort -u >"$scratch/words"
	is 'members without a description' "$(comm -23 "$scratch/members" "$scratch/words")" ''
}
claim every_member_of_the_json_is_in_the_page page_has_members

is_described() { # MACHINE
	grep -qF "| $1 |" "$machines/README.md" || echo "$1: not in README.md"
	[ -f "$machines/$1/expect" ] || echo "$1: has no expect"
}
all_are_described() {
	for folder in "$machines"/*/; do
		is_described "$(basename "$folder")"
	done >"$scratch/undescribed"
	is undescribed "$(cat "$scratch/undescribed")" ''
}
claim every_machine_is_described_and_has_expectations all_are_described
plan
