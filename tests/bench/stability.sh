# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# The measures of a long series of delays, in one pass. Sourced by bench.sh.
# shellcheck disable=SC2154 # build and repetitions are set in bench.sh

stability_samples=10000000

# stability_once SAMPLES NAME
stability_once()
{
	local seconds kib

	if read -r seconds kib < <("$build/tests/bench/mtie_tdev" "$1"); then
		run "MTIE and TDEV" "$2" s "$seconds" memory_kib "$kib"
	else
		note "mtie_tdev failed: is it built (make check TESTS=)?"
	fi
}

stability()
{
	for ((i = 1; i <= repetitions; i++)); do
		progress "MTIE and TDEV, repetition $i of $repetitions"
		stability_once $((stability_samples / 10)) "1 M samples"
		stability_once $stability_samples "10 M samples"
	done
	judge P11 "MTIE and TDEV of 10 M samples" "$(median "MTIE and TDEV" "10 M samples")" \
		at_most 10 s
	judge P11 "their memory" "$(median "MTIE and TDEV" "10 M samples" memory_kib)" \
		at_most 16384 KiB
	judge P11 "their memory against that for 1 M samples" \
		"$(ratio "$(median "MTIE and TDEV" "10 M samples" memory_kib)" \
			"$(median "MTIE and TDEV" "1 M samples" memory_kib)")" at_most 1.25
}
