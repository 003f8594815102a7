# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# What was measured, and what it says of the goals: one JSON object a line while the bench runs, a table
# and one JSON document at its end. Sourced by bench.sh.
# shellcheck disable=SC2154 # work, json and quick are set in bench.sh

results_init()
{
	: >"$work/runs"
	: >"$work/checks"
	: >"$work/notes"
	started=$EPOCHSECONDS
}

progress()
{
	printf '%4d s  %s\n' "$((EPOCHSECONDS - started))" "$*" >&2
}

note()
{
	jq -cn --arg note "$*" '$note' >>"$work/notes"
	progress "$*"
}

# run TOPIC NAME UNIT VALUE [MEMBER VALUE]...: one repetition's figure; the members go beside it
run()
{
	local topic=$1 name=$2 unit=$3 value=$4 extra='{}'

	shift 4
	while [ $# -gt 1 ]; do
		extra=$(jq -c --arg name "$1" --argjson value "$2" '.[$name] = $value' <<<"$extra")
		shift 2
	done
	jq -cn --arg topic "$topic" --arg name "$name" --arg unit "$unit" --argjson value "$value" \
		--argjson extra "$extra" \
		'{topic: $topic, name: $name, unit: $unit, value: $value} + $extra' >>"$work/runs"
}

# median TOPIC NAME [MEMBER]: of all repetitions, or null when there was none
median()
{
	jq -s --arg topic "$1" --arg name "$2" --arg member "${3:-value}" '
		map(select(.topic == $topic and .name == $name) | .[$member]) | sort
		| if length == 0 then null
		  elif length % 2 == 1 then .[length / 2 | floor]
		  else (.[length / 2 - 1] + .[length / 2]) / 2 end' "$work/runs"
}

# best TOPIC max|min MEMBER NAME...: the best median among those names that were measured
best()
{
	local topic=$1 which=$2 member=$3 name

	shift 3
	for name in "$@"; do
		median "$topic" "$name" "$member"
	done | jq -s "map(select(. != null)) | $which"
}

ratio()
{
	jq -n --argjson a "${1:-null}" --argjson b "${2:-null}" \
		'if $a == null or $b == null or $b == 0 then null else $a / $b end'
}

# beyond A B: by how much A exceeds B, 0 when it doesn't
beyond()
{
	jq -n --argjson a "${1:-null}" --argjson b "${2:-null}" \
		'if $a == null or $b == null then null else [$a - $b, 0] | max end'
}

# judge GOAL CLAIM VALUE at_least|at_most LIMIT [UNIT]: met or not, and by how much of the limit
judge()
{
	jq -cn --arg goal "$1" --arg claim "$2" --argjson value "${3:-null}" --arg relation "$4" \
		--argjson limit "$5" --arg unit "${6:-x}" '
		(if $value == null then null
		 elif $relation == "at_least" then $value >= $limit
		 else $value <= $limit end) as $met
		| {goal: $goal, claim: $claim, value: $value, relation: $relation, limit: $limit,
		   unit: $unit, met: $met,
		   margin_percent: (if $value == null or $limit == 0 then null
			elif $relation == "at_least" then ($value / $limit - 1) * 100
			else (1 - $value / $limit) * 100 end)}' >>"$work/checks"
}

results_document()
{
	jq -n --slurpfile runs "$work/runs" --slurpfile checks "$work/checks" \
		--slurpfile notes "$work/notes" --argjson quick "$quick" \
		--arg kernel "$(uname -r)" --arg machine "$(uname -m)" --arg cpus "$(nproc)" \
		--arg model "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
		--argjson seconds "$((EPOCHSECONDS - started))" '
		def median: sort | if length % 2 == 1 then .[length / 2 | floor]
			else (.[length / 2 - 1] + .[length / 2]) / 2 end;
		{schema: "ptprobe-bench/1", quick: $quick, seconds: $seconds,
		 host: {kernel: $kernel, machine: $machine, cpus: ($cpus | tonumber), model: $model},
		 notes: $notes, goals: $checks,
		 measured: ($runs | group_by([.topic, .name]) | map({
			topic: .[0].topic, name: .[0].name, unit: .[0].unit,
			median: (map(.value) | median), min: (map(.value) | min),
			max: (map(.value) | max), runs: map(del(.topic, .name, .unit))}))}'
}

results_print()
{
	results_document >"$json"
	jq -r '
		def shown: if . == null then "-" elif . == (. | floor) or (. | fabs) >= 1000 then round
			else (. * 1000 | round) / 1000 end | tostring;
		def padded($n): . + (" " * ([$n - length, 0] | max));
		def lead($n): (" " * ([$n - length, 0] | max)) + .;
		def extra: [.runs[0] | keys_unsorted[] | select(. != "value")] as $keys | .runs as $runs
			| $keys | map(. as $key | $key + " "
				+ ($runs | map(.[$key]) | sort | .[length / 2 | floor] | shown)) | join(", ");
		"", "measured: median (least .. most)",
		(.measured | group_by(.topic)[] | "  " + .[0].topic,
			(.[] | "    " + (.name | padded(30)) + (.median | shown | lead(12)) + " "
				+ (.unit | padded(8)) + ("(" + (.min | shown) + " .. " + (.max | shown)
				+ ")" | padded(28)) + extra)),
		"", "goals",
		(.goals[] | "  " + (.goal | padded(4)) + (.claim | padded(58))
			+ (.value | shown | lead(10)) + (if .unit == "x" then "x" else " " + .unit end
			| padded(5)) + (if .relation == "at_least" then " >= " else " <= " end)
			+ (.limit | shown | padded(8))
			+ (if .met == null then "not measured"
			   elif .met then "met" else "NOT MET" end)
			+ (if .margin_percent == null then "" else
			   ", " + (.margin_percent * 10 | round / 10 | tostring) + " %" end)),
		(if (.notes | length) > 0 then "", "notes", (.notes[] | "  " + .) else empty end)' "$json"
	echo
	echo "$json"
}
