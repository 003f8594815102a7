#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A server of ptprobe-link between tests: it waits for as long as it takes, and clients that come in a
# row are all served.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

[ -x "$lab_build/ptprobe-link" ] ||
	lab_refuse 'ptprobe-link was not built: install libiperf-dev, and configure again'

lab_begin bridge
: >"$lab/server.err"
background receiver "$lab_build/ptprobe-link" -i eth0 --server --longest 3s 2>"$lab/server.err"
wait_for 10 grep -q 'serving iperf3' "$lab/server.err" || lab_fail 'the server does not listen'
# what must not happen has no event: longer than it would take
sleep 4
equal 'a server without a client is left alone, however long' "$(wc -l <"$lab/server.err")" 1

for number in 1 2 3; do
	on sender "$lab_build/ptprobe-link" -i eth0 -u -t 1 -I 0 --max wire=any 10.31.0.2 \
		>"$lab/load.out" 2>&1 && lab_last=0 || lab_last=$?
	equal "test $number of a row is served" "$lab_last" 0
	[ "$lab_last" -eq 0 ] || sed 's/^/# /' "$lab/load.out"
done
lab_done
