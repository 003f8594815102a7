#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Measures ptprobe against its peers and against bare loops, all in one run, and judges the goals.
# README.md beside this file says how, and how far each figure can be trusted.
if [ -z "${BASH_VERSION:-}" ]; then
	exec bash "$0" "$@"
fi
set -euo pipefail

usage()
{
	cat <<-'EOF'
	usage: bench.sh [--quick] [--build DIR] [--json FILE] [P1|P2|P3|P4|P5|P6|P7|P8|P9|P10|P11|P12|P13]...
	Runs the goals named, or all. Needs no root and no network: it makes its own namespaces.
	  --quick       fewer and shorter repetitions: two minutes instead of six
	  --build DIR   where ptprobe was built (default: the working directory)
	  --json FILE   where to write the results (default: DIR/bench.json)
	EOF
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${PTPROBE_BUILD:-$PWD}
json=
quick=false
goals=()
arguments=("$@")
while [ $# -gt 0 ]; do
	case $1 in
	--quick) quick=true ;;
	--build) build=$(cd "${2:?--build needs a directory}" && pwd) && shift ;;
	--json) json=$(realpath -m "${2:?--json needs a file}") && shift ;;
	-h | --help) usage && exit 0 ;;
	P1 | P2 | P3 | P4 | P5 | P6 | P7 | P8 | P9 | P10 | P11 | P12 | P13) goals+=("$1") ;;
	*)
		echo "bench.sh: '$1' is neither an option nor one of P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13" >&2
		exit 2
		;;
	esac
	shift
done
json=${json:-$build/bench.json}
if [ ${#goals[@]} -eq 0 ]; then
	goals=(P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13)
fi

if [ -z "${BENCH_INSIDE:-}" ]; then
	for need in ip nsenter unshare taskset jq; do
		if ! command -v "$need" >/dev/null; then
			echo "bench.sh: '$need' is missing: install iproute2, util-linux and jq" >&2
			exit 4
		fi
	done
	inside=(unshare -nm)
	if [ "$(id -u)" -ne 0 ]; then
		inside=(unshare -Urnm)
	fi
	if ! "${inside[@]}" true; then
		echo "bench.sh: no network namespace may be made here: allow user namespaces" \
			"(sysctl kernel.unprivileged_userns_clone=1), or run it as root" >&2
		exit 4
	fi
	# a PID namespace ends everything in it when the bench is killed; some containers refuse a /proc
	if "${inside[@]}" -pf --mount-proc true 2>/dev/null; then
		inside+=(-pf --mount-proc --kill-child)
	fi
	BENCH_INSIDE=1 exec "${inside[@]}" bash "$here/bench.sh" "${arguments[@]}"
fi

# shellcheck disable=SC2034 # read in goals.sh
if $quick; then
	repetitions=2 window=0.4 spacing_window=0.5 memory_early=5 memory_late=20 joins=20 exits=3
	probes=1000000 spawns=20 pinned_seconds=2 link_seconds=1
else
	repetitions=5 window=0.7 spacing_window=1.0 memory_early=10 memory_late=60 joins=30 exits=5
	probes=4000000 spawns=50 pinned_seconds=5 link_seconds=2
fi

# shellcheck source=tests/bench/results.sh
. "$here/results.sh"
# shellcheck source=tests/bench/net.sh
. "$here/net.sh"
# shellcheck source=tests/bench/tools.sh
. "$here/tools.sh"
# shellcheck source=tests/bench/goals.sh
. "$here/goals.sh"
# shellcheck source=tests/bench/pinning.sh
. "$here/pinning.sh"
# shellcheck source=tests/bench/pinned.sh
. "$here/pinned.sh"
# shellcheck source=tests/bench/linking.sh
. "$here/linking.sh"
# shellcheck source=tests/bench/stability.sh
. "$here/stability.sh"
# shellcheck source=tests/bench/ptp.sh
. "$here/ptp.sh"
# shellcheck source=tests/bench/capture.sh
. "$here/capture.sh"

wanted()
{
	local goal

	for goal in "${goals[@]}"; do
		if [ "$goal" = "$1" ]; then
			return 0
		fi
	done
	return 1
}

work=$(mktemp -d)
trap 'net_down; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
results_init
net_up
tools_find
read -r load _ </proc/loadavg
if [ "${load%.*}" -ge 1 ]; then
	note "the machine was busy when the bench began (load $load): rates and tails are doubtful"
fi

if wanted P1 || wanted P2; then
	peak
fi
if wanted P3; then
	spacing
fi
if wanted P4; then
	core
fi
if wanted P5; then
	memory
fi
if [ -x "$build/ptprobe-capture" ]; then
	if wanted P5; then
		capture_memory
	fi
	if wanted P6; then
		capture_live
	fi
	if wanted P7; then
		capture_files
	fi
elif wanted P5 || wanted P6 || wanted P7; then
	note "ptprobe-capture was not built, its rows are missing too: install libpcap"
fi
if wanted P8; then
	if [ -x "$build/ptprobe-pin" ]; then
		pin_overhead
		pinned
	else
		note "ptprobe-pin was not built, its rows are missing too: install libnuma"
	fi
fi
if wanted P9; then
	link_cost
fi
if wanted P10; then
	scripts
fi
if wanted P11; then
	stability
fi
if wanted P12 || wanted P13; then
	if [ -x "$build/ptprobe-ptp" ]; then
		if wanted P12; then
			ptp_files
		fi
		if wanted P13; then
			ptp_live
		fi
	else
		note "ptprobe-ptp was not built, its rows are missing too: install libpcap"
	fi
fi
results_print
