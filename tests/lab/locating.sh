# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What the tests of the locator share: a run that is witnessed at both ends, and where its probes died.
# Sourced behind lab.sh.
#
#	watch one --rcvbuf 20000     # a receiver with a witness; one is a name
#	probe one -c 200 -r 1000     # a sender with a witness, run to its end
#	locate one                   # joins both reports
#	died 'text' one 'network 12' # claims
#
# shellcheck disable=SC2034,SC2154

lab_needs_capture

# Each tenth probe, from the fourth: classic BPF for tc's cls_bpf, over Ethernet and IPv4 without
# options. An END bears a round number.
every_tenth='5,32 0 0 62,148 0 0 10,21 0 1 3,6 0 0 2,6 0 0 0'

# its seqs among the first 200, and how many
tenths_of_200='3 13 23 33 43 53 63 73 83 93 103 113 123 133 143 153 163 173 183 193'

# the same for nft, behind "udp dport": by the last byte of the seq, so that one that is sent again is
# dropped again
tenth_of_200="@th,248,8 { $(echo "$tenths_of_200" | tr ' ' ,) }"

# whom watch and probe listen and send to
group=239.255.31.9

needs() { # COMMAND PACKAGE
	command -v "$1" >/dev/null || lab_refuse "'$1' is missing: install $2"
}

# frames HOST rx|tx: how many its eth0 has seen
frames() {
	on "$1" ip -s -j link show eth0 | jq ".[0].stats64.$2.packets"
}

# has_seen HOST rx|tx FRAMES
has_seen() {
	[ "$(frames "$1" "$2")" -ge "$3" ]
}

# watch NAME ARGUMENTS...: a receiver of the group that a witness stands beside
watch() {
	lab_watched=$1
	shift
	lab_listen "$lab_watched" "$group" -J -I 0 -L 300ms -W 20s --witness "$@"
}

# probe NAME ARGUMENTS...: likewise a sender; its status doesn't matter, its report does
probe() {
	lab_probed=$1
	shift
	on sender "$lab_build/ptprobe-send" -i eth0 -J -I 0 --witness -o "$lab/$lab_probed.sender" \
		"$group" "$@" 2>"$lab/$lab_probed.send"
	[ -s "$lab/$lab_probed.sender" ] || {
		sed 's/^/# /' "$lab/$lab_probed.send"
		lab_fail "ptprobe-send $*: no report"
	}
}

# locate NAME ARGUMENTS...: joins the two; its exit status is in $status
locate() {
	lab_located=$1
	shift
	lab_join "$lab_located"
	status=0
	"$lab_build/ptprobe-locate" -J "$lab/$lab_located.sender" "$lab/$lab_located.out" "$@" \
		>"$lab/$lab_located.located" 2>"$lab/$lab_located.err2" || status=$?
}

# where NAME: what died where, "network 12, receiver-socket 3"; empty when all were delivered
where() {
	jq -r '[.places[] | select(.place != "delivered") | "\(.place) \(.count)"] | join(", ")' \
		"$lab/$1.located"
}

# died TEXT NAME EXPECTED: where, and that the books balance
died() {
	equal "$1" "$(where "$2")" "$3"
	[ "$(where "$2")" = "$3" ] || {
		jq -c '.places[] | {place, count, evidence, confidence}' "$lab/$2.located"
		jq -c '.runs[].missing_evidence' "$lab/$2.located"
		sed 's/^/# /' "$lab/$2.err2"
	}
	equal "$1: the books balance" "$(jq -c '[.runs[] | (.places | map(.count) | add) == .seqs] |
		all' "$lab/$2.located")" true
}

# seqs NAME PLACE: each of those that died there
seqs() {
	jq -r --arg place "$2" '[.places[] | select(.place == $place) | .ranges[] |
		range(.[0]; .[1] + 1)] | sort | map(tostring) | join(" ")' "$lab/$1.located"
}
