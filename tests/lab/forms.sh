#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The same run in every form: each of them tells the same truth.
# functions are called by name; awk and other shells expand for themselves
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
# shellcheck source=tests/lab/lab.sh
. "${0%/*}/lab.sh"

lab_begin relay
lab_relay '
drop 100-106
duplicate 200-202
swap 300,310
corrupt 400
'
lab_listen json 239.255.31.9 -J -L 200ms --prom "$lab/metrics.prom" --hgrm "$lab/pdv.hgrm"
lab_listen stream 239.255.31.9 --json-stream -I 100ms -L 200ms
lab_listen csv 239.255.31.9 --csv -L 200ms
lab_listen influx 239.255.31.9 --influx -L 200ms
lab_listen nagios 239.255.31.9 --nagios -L 200ms --max-loss 5
lab_listen text 239.255.31.9 -I 100ms -L 200ms --color=never
lab_send 239.255.31.9 -c 1000 -r 1000
for name in json stream csv influx text; do
	lab_join $name
	equal "$name: status 0" "$status" 0
done
lab_join nagios
equal 'nagios: a limit of 5 is violated by 7' "$status" 1
lab_truth
is_true 'json' json

claim 'every line of the stream is a JSON object' \
	quietly jq -es 'length > 5 and all(type == "object")' "$lab/stream.out"
jq -s last "$lab/stream.out" >"$lab/last.out"
is_true "the stream's last line is the report" last
equal 'the intervals add up to the report' \
	"$(jq -s '[.[] | select(.type == "interval")] |
		"\(map(.received) | add) \(map(.unique) | add) \(map(.duplicate) | add)"' \
		"$lab/stream.out")" \
	"$(of json '.flows[0] | "\(.received) \(.unique) \(.duplicate)"' | jq -R .)"

# csv COLUMN: its value in the first line of data
csv() {
	awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i }
		NR == 2 { sub(/\r$/, ""); print $at }' "$lab/csv.out"
}
equal 'csv' "$(csv sent) $(csv lost) $(csv duplicate) $(csv reordered) $(csv corrupt)" \
	'1000 8 3 2 1'
says 'influx' "$lab/influx.out" '^[a-z_]+,.*[ ,]lost=8i[, ]'
says 'nagios' "$lab/nagios.out" '^PTPROBE WARNING - .* \| .*.lost.=8;'
says 'prometheus' "$lab/metrics.prom" '^ptprobe_lost_probes_total\{.*\} 8$'
claim 'prometheus types precede their samples' \
	awk '/^# TYPE/ { known[$3] = 1; next } /^#/ { next }
		{ name = $1; sub(/\{.*/, "", name); sub(/_(sum|count)$/, "", name) }
		!known[name] { exit 1 }' "$lab/metrics.prom"
says 'hgrm has its header' "$lab/pdv.hgrm" '^ *Value +Percentile +TotalCount +1/\(1-Percentile\)'
equal 'hgrm counts every unique probe' \
	"$(awk '$3 ~ /^[0-9]+$/ { count = $3 } END { print count }' "$lab/pdv.hgrm")" \
	"$(of json '.flows[0].unique')"
says 'the text names the loss' "$lab/text.out" '^  lost +8  0\.8 % in 2 periods, longest 7'
says 'the text names the verdict' "$lab/text.out" '^PASS: '
lab_done
