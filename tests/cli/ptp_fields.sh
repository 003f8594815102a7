#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Recorded PTP messages, read by us and by tshark: every field of every message the same.
# shellcheck disable=SC2317 # the claims are functions that claim() calls
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

fields=$PWD/tests/cli/ptp_fields
data=$(cd "${srcdir:-.}/tests/data/ptp" && pwd) || exit 99
cd "$scratch" || exit 99

# FILE holds so many of each type and no other message, and nothing that can't be read.
counted() { # FILE TYPE:COUNT...
	"$fields" "$data/$1" >ours || return
	shift
	cut -f 3 ours | sort | uniq -c | awk '{ print $2 ":" $1 }' >types
	printf '%s\n' "$@" | sort >expected
	cmp -s types expected || diff types expected
}

claim ipv4_end_to_end_is_counted_as_recorded \
	counted ptp_udp4_e2e.pcap 0x00:17 0x01:14 0x08:17 0x09:14 0x0b:9
claim ethernet_end_to_end_is_counted_as_recorded \
	counted ptp_l2_e2e.pcap 0x00:16 0x01:14 0x08:16 0x09:14 0x0b:9
claim ipv6_end_to_end_is_counted_as_recorded \
	counted ptp_udp6_e2e.pcap 0x00:17 0x01:13 0x08:17 0x09:13 0x0b:9
claim ipv4_peer_to_peer_is_counted_as_recorded \
	counted ptp_udp4_p2p.pcap 0x00:13 0x02:38 0x03:38 0x08:13 0x0a:38 0x0b:7
claim g82751_is_counted_as_recorded \
	counted ptp_l2_g82751_d24.pcap 0x00:153 0x01:157 0x08:153 0x09:157 0x0b:77
claim tlvs_are_counted_as_written \
	counted tlvs.pcap 0x08:1 0x09:1 0x0b:2 0x0c:1 0x0d:1

# tshark names a field for each type that has it: in each list one at most is in a message.
header='ptp.v2.majorsdoid ptp.v2.messagetype ptp.v2.minorversionptp ptp.v2.versionptp
	ptp.v2.messagelength ptp.v2.minorsdoid ptp.v2.domainnumber ptp.v2.flags
	ptp.v2.correction.ns ptp.v2.correction.subns ptp.v2.messagetypespecific
	ptp.v2.clockidentity ptp.v2.sourceportid ptp.v2.sequenceid ptp.v2.controlfield
	ptp.v2.logmessageperiod'
seconds='ptp.v2.an.origintimestamp ptp.v2.sdr.origintimestamp ptp.v2.fu.preciseorigintimestamp
	ptp.v2.dr.receivetimestamp ptp.v2.pdrq.origintimestamp
	ptp.v2.pdrs.requestreceipttimestamp ptp.v2.pdfu.responseorigintimestamp'
announce='ptp.v2.an.origincurrentutcoffset ptp.v2.an.priority1 ptp.v2.an.grandmasterclockclass
	ptp.v2.an.grandmasterclockaccuracy ptp.v2.an.grandmasterclockvariance
	ptp.v2.an.priority2 ptp.v2.an.grandmasterclockidentity ptp.v2.an.localstepsremoved
	ptp.v2.timesource'
clock='ptp.v2.dr.requestingsourceportidentity ptp.v2.pdrs.requestingportidentity
	ptp.v2.pdfu.requestingportidentity ptp.v2.sig.targetportidentity
	ptp.v2.mm.targetportidentity'
port='ptp.v2.dr.requestingsourceportid ptp.v2.pdrs.requestingsourceportid
	ptp.v2.pdfu.requestingsourceportid ptp.v2.sig.targetportid ptp.v2.mm.targetportid'
tlvs='ptp.v2.an.tlvType ptp.as.fu.tlvType ptp.v2.sig.tlv.tlvType ptp.as.sig.tlvType
	ptp.v2.mm.tlvType'

# Asks tshark for those fields, and puts what is in one list into one column.
theirs() { # FILE
	arguments='-e frame.number' widths=1
	ask() { # HOW-MANY-FIELDS-ARE-ONE-COLUMN FIELD...
		width=$1
		shift
		for field; do
			arguments="$arguments -e $field"
		done
		if [ "$width" -eq 1 ]; then
			for field; do
				widths="$widths 1"
			done
		else
			widths="$widths $#"
		fi
	}
	# shellcheck disable=SC2046,SC2086 # lists of words
	{
		ask 1 $header
		ask 2 $(printf '%s.seconds\n' $seconds)
		ask 2 $(printf '%s.nanoseconds\n' $seconds)
		ask 1 $announce
		ask 2 $clock
		ask 2 $port
		ask 2 $tlvs
		ask 2 ip.ttl ipv6.hlim
		ask 2 ip.dsfield.dscp ipv6.tclass.dscp
		ask 2 ieee8021ad.id vlan.id
		ask 2 ieee8021ad.priority vlan.priority
	}
	# shellcheck disable=SC2086
	tshark -r "$1" -Y ptp -T fields $arguments 2>tshark.err | awk -F '\t' -v widths="$widths" '
		BEGIN { columns = split(widths, width, " ") }
		{
			line = ""
			at = 1
			for (i = 1; i <= columns; i++) {
				value = ""
				for (j = 0; j < width[i]; j++) {
					# the outer of two tags comes first
					if (value == "") {
						value = $at
					}
					at++
				}
				line = line (i > 1 ? "\t" : "") value
			}
			print line
		}'
}

same_fields() { # FILE
	"$fields" "$data/$1" >ours || return
	theirs "$data/$1" >theirs
	[ -s theirs ] || cat tshark.err
	cmp -s ours theirs || diff ours theirs | head -6
	[ -s theirs ] && cmp -s ours theirs
}

for file in ptp_udp4_e2e ptp_l2_e2e ptp_udp6_e2e ptp_udp4_p2p ptp_l2_g82751_d24 tlvs; do
	if have tshark; then
		claim "every_field_of_${file}_is_as_tshark_reads_it" same_fields "$file.pcap"
	else
		skip "every_field_of_${file}_is_as_tshark_reads_it" 'tshark is not installed'
	fi
done

# The wrong value in one field of one message must be noticed, or the comparison proves nothing.
a_changed_byte_is_noticed() {
	for at in 4 9 30 43 47; do
		# the second message of tlvs.pcap: file header 24, record 16 + 102, record header 16
		offset=$((24 + 16 + 102 + 16 + 14 + at))
		cp "$data/tlvs.pcap" changed.pcap || return
		printf '\125' | dd of=changed.pcap bs=1 seek="$offset" conv=notrunc 2>/dev/null
		"$fields" changed.pcap >changed
		"$fields" "$data/tlvs.pcap" >ours
		cmp -s changed ours && echo "byte $at" && return 1
	done
	return 0
}
claim a_changed_byte_shows_in_the_fields a_changed_byte_is_noticed
plan
