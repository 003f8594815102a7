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
#	wire_times w announce -4 'FILTER'         # when those that awk's FILTER finds passed, in ns
#	monitor m receiver -t 5s                  # ptprobe-ptp in the background; lab_stop, lab_join end it
#	events m                                  # those of its report: "KIND DOMAIN COUNT"
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
		ptp4l -S -q -m -i eth0 -f "$lab/$ptp_name.cfg" "$@" >"$lab/$ptp_name.ptp4l" 2>&1
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

# wire_times NAME FILTER: awk's, of the columns, with t the type: 'wire_times w "t == \"sync\""'
wire_times() {
	awk -F, '{ t = $2 } '"$2"' { print $1 }' "$lab/$1.wire"
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

events() {
	jq -r '.events[] | "\(.event) \(.domain) \(.count)"' "$lab/$1.out"
}

# near TEXT GOT_NS WANTED_NS TOLERANCE_NS
near() {
	near_off=$(awk -v got="$2" -v wanted="$3" 'BEGIN {
		# 2^53 ns are 104 days: without the seconds that they share
		print (substr(got, 1, 10) - substr(wanted, 1, 10)) * 1e9 +
			substr(got, 11) - substr(wanted, 11) }')
	claim "$1" [ "${near_off#-}" -le "$4" ]
	[ "${near_off#-}" -le "$4" ] || echo "# got $2, wanted $3, off by $near_off ns"
}
