# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What the PTP tests share: live masters and slaves by ptp4l, with software stamps, that steer no
# clock; a capture of the wire by dumpcap, which tshark reads; and the monitor. Sourced behind lab.sh.
#
#	ptp4l_start m1 sender -4 --priority1 100  # a clock on the sender's eth0; its log is m1.ptp4l
#	ptp4l_waits m1 'assuming the grand master role'
#	ptp4l_asks m1 'GET TIME_STATUS_NP'        # by pmc, in domain $ptp_domain or 0; prints the answer
#	ptp4l_end m1
#	wire_begin w receiver                     # all that passes the receiver's eth0, to w.pcapng
#	wire_end w                                # the PTP messages in it, as rows, are w.wire
#	wire_first w $began $ended 't == "sync"'  # when the first of them passed, in ns
#	monitor m receiver --json-stream          # ptprobe-ptp in the background
#	awaits m two_masters                      # until it has told of that event
#	monitor_ends m                            # its report is m.out; $status
#	timeline 'text' m <wanted                 # claims: its events are these, each at its time
#
# Intervals are log2 of seconds; a test that must be quick has them short, one that finds a healthy
# path on a busy machine not too short.
#
# What is assigned here and used by the scripts, and commands for other shells:
# shellcheck disable=SC2034,SC2154,SC2016

ptp_announce=-2
ptp_sync=-3
ptp_delay=-3
ptp_timeout=3 # announce intervals
ptp_interface=eth0
monitor=$lab_build/ptprobe-ptp

for ptp_tool in ptp4l pmc dumpcap tshark; do
	command -v $ptp_tool >/dev/null ||
		lab_refuse "'$ptp_tool' is missing: install linuxptp and tshark"
done

needs_monitor() {
	[ -x "$monitor" ] ||
		lab_refuse 'ptprobe-ptp was not built: install libpcap, and configure again'
}

# Since 4.0 there is a second local socket, whose default takes root's own /var/run.
ptp_local() {
	echo "uds_address $lab/$1.uds"
	if ptp4l --uds_ro_address="$lab/$1.ro" -v >/dev/null 2>&1; then
		echo "uds_ro_address $lab/$1.ro"
	fi
}

# ptp4l_start NAME HOST ARGUMENTS...: -4, -6 or -2; -E or -P; -s; --priority1, --domainNumber
#
# Without CAP_SYS_TIME no mistake here can step the host's clock. A busy machine takes its time to
# stamp a departure, of which ptp4l would make a fault after 1 ms.
ptp4l_start() {
	ptp_name=$1
	ptp_host=$2
	shift 2
	{
		echo '[global]'
		echo 'free_running 1'
		echo "logAnnounceInterval $ptp_announce"
		echo "logSyncInterval $ptp_sync"
		echo "logMinDelayReqInterval $ptp_delay"
		echo "logMinPdelayReqInterval $ptp_delay"
		echo "announceReceiptTimeout $ptp_timeout"
		echo 'tx_timestamp_timeout 1000'
		echo 'fault_reset_interval -4'
		echo 'sanity_freq_limit 0'
		echo 'freq_est_interval 0'
		echo 'summary_interval -3'
		ptp_local "$ptp_name"
	} >"$lab/$ptp_name.cfg"
	background "$ptp_host" setpriv --bounding-set=-sys_time --inh-caps=-sys_time \
		ptp4l -S -q -m -i $ptp_interface -f "$lab/$ptp_name.cfg" "$@" >"$lab/$ptp_name.ptp4l" 2>&1
	eval "ptp_pid_$ptp_name=$!"
}

# ptp4l_waits NAME PATTERN: until its log has such a line
ptp4l_waits() {
	wait_for 15 grep -Eq -e "$2" "$lab/$1.ptp4l" || {
		sed 's/^/# /' "$lab/$1.ptp4l"
		lab_fail "ptp4l '$1' never says '$2'"
	}
}

ptp4l_is_master() {
	ptp4l_waits "$1" 'assuming the grand master role|to MASTER on|to GRAND_MASTER on'
}

# It knows the path's delay, and compares its clock with the master's.
ptp4l_is_slave() {
	ptp4l_waits "$1" 'master offset +-?[0-9]+ '
}

# ptp4l_asks NAME COMMANDS...
ptp4l_asks() {
	ptp_name=$1
	shift
	pmc -u -b 0 -d "${ptp_domain:-0}" -s "$lab/$ptp_name.uds" -i "$lab/$ptp_name.pmc" "$@" \
		2>"$lab/$ptp_name.pmc.err"
}

# ptp4l_clock NAME: "56cae7fffe48d40c"
ptp4l_clock() {
	ptp4l_asks "$1" 'GET DEFAULT_DATA_SET' | sed -n 's/^[[:space:]]*clockIdentity[[:space:]]*//p' |
		tr -d .
}

ptp4l_end() {
	eval "pid=\$ptp_pid_$1"
	kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

# wire_begin NAME HOST: by dumpcap, since tcpdump insists on another user, of which a user namespace
# has none
wire_begin() {
	: >"$lab/$1.dumpcap"
	background "$2" dumpcap -i eth0 -q -w "$lab/$1.pcapng" 2>"$lab/$1.dumpcap"
	eval "wire_pid_$1=$!"
	wait_for 10 grep -q '^File:' "$lab/$1.dumpcap" || {
		sed 's/^/# /' "$lab/$1.dumpcap"
		lab_fail 'dumpcap captures nothing'
	}
}

# wire_end NAME: the rows' columns are 1 time (ns), 2 type, 3 domain, 4 clock, 5 port, 6 sequenceId,
# 7 logMessageInterval, 8 correction (ns), 9 grandmaster, 10 clockClass, 11 stepsRemoved,
# 12 requesting clock
wire_end() {
	eval "pid=\$wire_pid_$1"
	# the kernel hands frames over a block a time, at the latest after a quarter of a second
	sleep 0.4
	kill -TERM "$pid"
	wait "$pid"
	grep -q '/0 (pcap:0/dumpcap:0' "$lab/$1.dumpcap" || {
		sed 's/^/# /' "$lab/$1.dumpcap"
		lab_fail 'dumpcap itself lost frames'
	}
	# it fails on a home that it may not look into
	HOME=$lab tshark -r "$lab/$1.pcapng" -Y ptp -T fields -E separator=, -e frame.time_epoch \
		-e ptp.v2.messagetype -e ptp.v2.domainnumber -e ptp.v2.clockidentity \
		-e ptp.v2.sourceportid -e ptp.v2.sequenceid -e ptp.v2.logmessageperiod \
		-e ptp.v2.correction.ns -e ptp.v2.an.grandmasterclockidentity \
		-e ptp.v2.an.grandmasterclockclass -e ptp.v2.an.localstepsremoved \
		-e ptp.v2.dr.requestingsourceportidentity 2>"$lab/$1.tshark" |
		awk -F, -v OFS=, 'BEGIN {
			split("sync delay_req pdelay_req pdelay_resp", event, " ")
			split("follow_up delay_resp pdelay_resp_follow_up announce signaling management",
				general, " ")
			for (i = 0; i < 4; i++)
				name["0x0" i] = name["0x" i] = event[i + 1]
			for (i = 8; i < 14; i++)
				name[sprintf("0x0%x", i)] = name[sprintf("0x%x", i)] = general[i - 7]
		}
		{
			sub(/\./, "", $1)
			$1 = substr($1, 1, 19)
			$2 = name[$2]
			sub(/^0x/, "", $4)
			sub(/^0x/, "", $9)
			sub(/^0x/, "", $12)
			print
		}' >"$lab/$1.wire"
}

# wire_times NAME FROM TO FILTER: when those passed that awk's FILTER finds, from FROM to TO; t is the
# type: wire_times w $began $ended 't == "sync" && $3 == 0'. awk's numbers don't hold such times, its
# texts do.
wire_times() {
	awk -F, -v from="$2" -v to="$3" '{ t = $2 }
		($1 "") >= (from "") && ($1 "") <= (to "") && ('"$4"') { print $1 }' "$lab/$1.wire"
}

wire_first() {
	wire_times "$@" | head -n 1
}

wire_last() {
	wire_times "$@" | tail -n 1
}

# wire_unanswered NAME FROM TO: the Delay_Reqs in that time that had no Delay_Resp, by requester:
# "CLOCK FIRST COUNT"
wire_unanswered() {
	awk -F, -v from="$2" -v to="$3" '
		$2 == "delay_resp" { answered[$3 " " $12 " " $6] = 1 }
		$2 == "delay_req" && ($1 "") >= (from "") && ($1 "") <= (to "") {
			at[++count] = $1; who[count] = $4; key[count] = $3 " " $4 " " $6
		}
		END {
			for (i = 1; i <= count; i++)
				if (!(key[i] in answered)) {
					if (!(who[i] in first))
						first[who[i]] = at[i]
					missing[who[i]]++
				}
			for (i in first)
				print i, first[i], missing[i]
		}' "$lab/$1.wire" | sort
}

# wire_doubly NAME FROM TO: when the first Delay_Req was seen in that time that two ports answered
wire_doubly() {
	awk -F, -v from="$2" -v to="$3" '
		$2 == "delay_req" && ($1 "") >= (from "") && ($1 "") <= (to "") { at[$4 " " $6] = $1 }
		$2 == "delay_resp" && ($12 " " $6) in at {
			key = $12 " " $6
			if (key in by && by[key] != $4) {
				print at[key]
				exit
			}
			by[key] = $4
		}' "$lab/$1.wire"
}

# wire_counts NAME: "DOMAIN CLOCK-PORT TYPE COUNT", sorted
wire_counts() {
	awk -F, '{ count[$3 " " $4 "-" $5 " " $2]++ }
		END { for (i in count) print i, count[i] }' "$lab/$1.wire" | sort
}

# monitor NAME HOST ARGUMENTS...
monitor() {
	lab_name=$1
	monitor_host=$2
	shift 2
	: >"$lab/$lab_name.err"
	background "$monitor_host" "$monitor" -i eth0 "$@" >"$lab/$lab_name.out" 2>"$lab/$lab_name.err"
	eval "lab_receiver_$lab_name=$!"
	wait_for 10 monitor_listens "$lab_name" || {
		sed 's/^/# /' "$lab/$lab_name.err"
		lab_fail "the monitor '$lab_name' doesn't listen"
	}
}

monitor_listens() {
	grep -q 'ptprobe-ptp: listening' "$lab/$1.err"
}

# monitor_counts NAME: as wire_counts
monitor_counts() {
	jq -r '.ports[] | (.port_identity | gsub("[.]"; "")) as $port | .domain as $domain |
		.messages[] | "\($domain) \($port) \(.type) \(.count)"' "$lab/$1.out" | sort
}

# monitor_ends NAME: now, or when it ends by itself; its report becomes NAME.out, whatever form it has
monitor_ends() {
	lab_stop "$1"
	jq -s 'map(select(.type == null or .type == "report")) | last' "$lab/$1.out" >"$lab/$1.report"
	mv "$lab/$1.out" "$lab/$1.stream"
	mv "$lab/$1.report" "$lab/$1.out"
}

# has_event NAME KIND [TIMES]: a monitor with --json-stream has told of it
has_event() {
	[ "$(grep -c "\"type\":\"event\".*\"event\":\"$2\"" "$lab/$1.out")" -ge "${3:-1}" ]
}

# awaits NAME KIND [TIMES]
awaits() {
	wait_for 15 has_event "$@" || {
		sed 's/^/# /' "$lab/$1.out" "$lab/$1.err"
		lab_fail "the monitor '$1' never tells of $2"
	}
}

# timeline TEXT NAME < WANTED: the report has these events, each of them once, and no other; at that
# time. A line of WANTED is "KIND DOMAIN CLOCK TIME [COUNT]", CLOCK without dots, "-" for any.
#
# The times are of the very stamps that the wire's capture has: the kernel stamps a frame once. 1 ms
# is for what a version of it might do otherwise.
timeline() {
	sort >"$lab/$2.wanted"
	jq -r '.events[] | "\(.event) \(.domain) \(.port_identity | gsub("[.]|-.*"; "")) \(.time_ns) \(
		.count)"' "$lab/$2.out" | sort >"$lab/$2.got"
	awk 'NR == FNR { wanted[NR] = $0; count = NR; next }
		FNR <= count {
			split(wanted[FNR], w, " ")
			print $1, $2, w[3] == "-" ? "-" : $3, w[5] ? $5 : ""
			next
		}
		{ print $1, $2, $3, $5 }' "$lab/$2.wanted" "$lab/$2.got" >"$lab/$2.got_kinds"
	awk '{ print $1, $2, $3, $5 }' "$lab/$2.wanted" >"$lab/$2.wanted_kinds"
	equal "$1: each event once, and no other" "$(cat "$lab/$2.got_kinds")" \
		"$(cat "$lab/$2.wanted_kinds")"
	if cmp -s "$lab/$2.got_kinds" "$lab/$2.wanted_kinds"; then
		paste -d' ' "$lab/$2.got" "$lab/$2.wanted" >"$lab/$2.pairs"
		claim "$1: at the right time" awk 'BEGIN { bad = 0 }
			{
				off = (substr($4, 1, 10) - substr($9, 1, 10)) * 1e9 + \
					substr($4, 11) - substr($9, 11)
				if (off > 1e6 || off < -1e6) {
					print "# " $1 " off by " off " ns"
					bad = 1
				}
			}
			END { exit bad }' "$lab/$2.pairs"
	else
		claim "$1: at the right time" false
	fi
	cmp -s "$lab/$2.got_kinds" "$lab/$2.wanted_kinds" ||
		jq -r '.events[] | "# \(.time_ns) \(.event) \(.port_identity): \(.detail)"' "$lab/$2.out"
}

# now: ns of the clock that stamps
now() {
	date +%s%N
}
