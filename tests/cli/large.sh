#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A capture of 4 GB is read in little memory, by the capture and by the locator.
# shellcheck disable=SC2317 # the claims are functions that claim() calls
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

probes=2820000 # of 1,400 bytes: 4.1 GB with their headers

peak_is_low() {
	is status "$status" "$1" || return
	[ "$(cat "$scratch/peak")" -lt 262144 ] || {
		echo "$(cat "$scratch/peak") kB"
		return 1
	}
}

mkfifo "$scratch/frames" || exit 99
if has_capture; then
	tests/bench/make_capture -l 1400 -n $probes "$scratch/frames" >/dev/null 2>&1 &
	tests/cli/peak "$scratch/peak" ./ptprobe-capture -r - -J -I 0 <"$scratch/frames" \
		>"$scratch/report" 2>"$scratch/err"
	status=$?
	wait
	claim a_file_of_4_GB_is_analysed_in_less_than_256_MB peak_is_low 0
	claim each_of_its_probes_is_counted is unique "$(jq '.flows[0].unique' "$scratch/report")" $probes
	claim and_it_was_that_large is large "$(jq '.flows[0].bytes >= 3900000000' "$scratch/report")" true
else
	skip a_file_of_4_GB_is_analysed_in_less_than_256_MB 'libpcap is missing'
fi

tests/bench/make_capture -l 1400 -n $probes "$scratch/frames" >/dev/null 2>&1 &
tests/cli/peak "$scratch/peak" ./ptprobe-locate -J --tap far="$scratch/frames" \
	>"$scratch/report" 2>"$scratch/err"
status=$?
wait
claim a_file_of_4_GB_is_located_in_less_than_256_MB peak_is_low 3
claim each_of_its_probes_is_known is seqs "$(jq '.runs[0].seqs' "$scratch/report")" $probes
plan
