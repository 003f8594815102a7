#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Reports that were made to take much memory are refused before they have it, in one line.
# shellcheck disable=SC2317 # the claims are functions that claim() calls
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

builds=$PWD
data=$(cd "${srcdir:-.}/tests/data/locate" && pwd) || exit 99
cd "$scratch" || exit 99
command -v jq >/dev/null || {
	echo '1..0 # SKIP jq is missing'
	exit 0
}

# peaks kB FILE...: the locator takes no more for them; its status is in $status
peaks() {
	most=$1
	shift
	run "$builds/tests/cli/peak" "$scratch/peak" "$builds/ptprobe-locate" --json "$@"
	if grep -q '^#define SANITIZED true' "$builds/config.h"; then
		return # whose runtime keeps what was freed
	fi
	[ "$(cat "$scratch/peak")" -lt "$most" ] || {
		echo "$(cat "$scratch/peak") kB"
		return 1
	}
}

refuses() { # WHAT FILE
	peaks 196608 "$2" && refused ptprobe-locate "'$2': it $1"
}

# of PIECE: an array of it, just below 16 MiB
of() {
	{
		printf '['
		yes "$1," | head -c 16777000
	} 2>/dev/null
}

of '[]' >arrays
claim empty_arrays_are_refused refuses 'takes more than 128 MiB of memory' arrays
of '{}' >objects
claim empty_objects_are_refused refuses 'takes more than 128 MiB of memory' objects
of 0 >numbers
claim numbers_are_refused refuses 'takes more than 128 MiB of memory' numbers
of '""' >empties
claim empty_strings_are_refused refuses 'takes more than 128 MiB of memory' empties
{
	printf '{'
	seq 3000000 | sed 's/.*/"&":0,/' | head -c 16777000
} >members
claim members_are_refused refuses 'takes more than 128 MiB of memory' members
{
	printf '"'
	yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | tr -d '\n' |
		head -c 17000000
} >text
claim what_is_too_long_is_refused refuses 'has more than 16 MiB' text
{
	printf '['
	yes '' | head -c 17000000
} >spaces
claim and_spaces_are_too_long_too refuses 'has more than 16 MiB' spaces
yes '[' | head -c 1000000 >deep
claim what_is_nested_deeply_is_refused refuses 'is no JSON: maximum parsing depth' deep

# A stream of many that would be allowed each; the last of them is the report.
{
	jq -c '{type: "interval", filler: [range(200000) | []]}' -n | awk '{ for (i = 0; i < 20; i++) print }'
	jq -c . "$data/recv.json"
} >stream
streamed() {
	peaks 196608 stream && is status "$status" 3
}
claim a_stream_takes_no_more_than_the_largest_of_it streamed

# 32 streams with as many ranges as a report lists.
jq -c '.flows[0] as $flow | .flows = [range(32) as $i | $flow | .port += $i |
	.missing.ranges = [range(2048) * 10 | [., . + 1]] | .missing.complete = false]' \
	"$data/recv.json" >many
accepted() {
	peaks 196608 many && is status "$status" 3 &&
		is runs "$(jq '.runs | length' "$scratch/out")" 32
}
claim a_report_of_many_losses_is_accepted accepted
plan
