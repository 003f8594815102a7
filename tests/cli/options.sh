#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What every tool does alike with its command line: help, version, wrong usage, unwritable output.
# shellcheck disable=SC2317 # the claims are functions that claim() calls
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

version=$(sed -n 's/^#define PACKAGE_VERSION "\(.*\)"$/\1/p' config.h)

helped() { # TOOL
	is status "$status" 0 && is stderr "$(cat "$scratch/err")" '' || return
	is 'the first line' "$(sed -n '1s/^\(usage: [a-z-]*\) .*/\1/p' "$scratch/out")" "usage: $1" ||
		return
	if grep -n '.\{101\}' "$scratch/out" || grep -n ' $' "$scratch/out"; then
		echo 'a line is too long, or ends in a space'
		return 1
	fi
	grep -qx 'examples:' "$scratch/out" || {
		echo 'no examples'
		return 1
	}
}

# The completion's list is the option table itself.
help_is_complete() { # TOOL
	"./$1" --help >"$scratch/out" || return
	"./$1" --completion-helper >"$scratch/options" || return
	grep -c '^--' "$scratch/options" >/dev/null || {
		echo 'no options'
		return 1
	}
	while read -r option argument; do
		option=${option%%\[*}
		grep -q -- "^  .*$option\([], =[]\|\$\)" "$scratch/out" || {
			echo "--help lacks $option"
			return 1
		}
		[ -z "$argument" ] || grep -qF -- " $argument" "$scratch/out" || {
			echo "--help lacks the argument of $option, $argument"
			return 1
		}
	done <"$scratch/options"
}

page_is_complete() { # TOOL
	page=${srcdir:-.}/doc/$1.1
	[ -f "$page" ] || {
		echo "$page is missing"
		return 1
	}
	"./$1" --completion-helper | sed -n 's/^\(-[^ []*\).*/\1/p' | sort >"$scratch/options"
	# .It Fl i , Fl -interface Ar IF
	awk '/^\.It Fl / {
		on = 0
		for (i = 2; i <= NF; i++)
			if ($i == "Fl") on = 1
			else if ($i ~ /^[A-Z][a-z]$/) on = 0
			else if (on && $i ~ /^[-A-Za-z0-9]/) print "-" $i
	}' "$page" | sort -u >"$scratch/documented"
	diff "$scratch/options" "$scratch/documented"
}

unwritable() { # TOOL OPTION
	"./$1" "$2" >/dev/full 2>"$scratch/err"
	is 'status with /dev/full' $? "$(output_status "$1")" || return
	is 'lines on stderr' "$(wc -l <"$scratch/err")" 1 || return
	"./$1" "$2" >&- 2>"$scratch/err"
	is 'status with stdout closed' $? "$(output_status "$1")" || return
	is 'lines on stderr' "$(wc -l <"$scratch/err")" 1
}

same_in_any_environment() { # TOOL
	"./$1" --help >"$scratch/plain" || return
	run env -i PATH=/nonexistent HOME=/nonexistent LANG=xx_XX POSIXLY_CORRECT=1 COLUMNS=10 \
		"./$1" --help
	is status "$status" 0 && cmp "$scratch/plain" "$scratch/out"
}

tools='ptprobe-send ptprobe-recv ptprobe-locate'
if has_pin; then
	tools="$tools ptprobe-pin"
else
	skip ptprobe_pin 'it was not built: libnuma is missing'
fi
if has_link; then
	tools="$tools ptprobe-link"
else
	skip ptprobe_link 'it was not built: libiperf is missing'
fi
if has_capture; then
	tools="$tools ptprobe-capture ptprobe-ptp"
else
	skip ptprobe_capture_and_ptp 'it was not built: libpcap is missing'
fi

for tool in ptprobe $tools; do
	run "./$tool" --help
	claim "${tool}_helps_on_stdout_within_100_columns" helped "$tool"
	run "./$tool" -h
	claim "${tool}_has_a_short_option_for_help" helped "$tool"
	run "./$tool" --version
	claim "${tool}_tells_its_version" ran 0 "$tool $version (ptprobe)" ''
	run "./$tool" --bogus
	claim "${tool}_refuses_an_unknown_option" refused "$tool" "unknown option '--bogus': "
	run "./$tool" -z
	claim "${tool}_refuses_an_unknown_letter" refused "$tool" "unknown option '-z': "
	run "./$tool" --vresion
	claim "${tool}_suggests_the_option_that_was_meant" refused "$tool" "did you mean '--version'?"
	run "./$tool" --help=yes
	claim "${tool}_refuses_an_argument_too_many" refused "$tool" "option '--help' takes no argument"
	for option in --help --version --completion-helper; do
		claim "${tool}_${option#--}_that_cannot_be_written_is_5" unwritable "$tool" $option
	done
	claim "${tool}_ignores_the_environment" same_in_any_environment "$tool"
done

# TOOL, what the message holds, ARGUMENT...
refuses() {
	tool=$1
	message=$2
	shift 2
	case $tool in ptprobe-capture | ptprobe-ptp) has_capture || return 0 ;; esac
	[ "$tool" != ptprobe-link ] || has_link || return 0
	run "./$tool" "$@"
	claim "${tool}_refuses_$(echo "$*" | tr -c 'a-zA-Z0-9\n' _)" refused "$tool" "$message"
}

for tool in $tools; do
	claim "${tool}_help_names_every_option" help_is_complete "$tool"
	claim "${tool}_has_a_page_with_every_option_and_no_other" page_is_complete "$tool"
done
for tool in ptprobe-send ptprobe-recv; do
	refuses "$tool" "operand '239.0.0.2' is one too many" 239.0.0.1 239.0.0.2
	refuses "$tool" 'not a multicast group: 224.0.0.0/4 or ff00::/8' 10.0.0.1
	refuses "$tool" 'a port is a number from 1 to 65535' 239.0.0.1:65536
	refuses "$tool" 'needs brackets' ff15::1:3190
	refuses "$tool" 'from 1 to 65536' 239.0.0.1+0
	refuses "$tool" 'leave the multicast range' 239.255.255.255+2
	refuses "$tool" 'both IPv4 or both IPv6' 2001:db8::1,239.0.0.1
	refuses "$tool" "option '--interface' needs an argument" -i
	refuses "$tool" "option '--count' takes" -c 0
	refuses "$tool" "option '--count' takes" -c 1e6
	refuses "$tool" "option '--count' takes" --count=-1
	refuses "$tool" "option '--count' takes" --count=18446744073709551616
	refuses "$tool" "option '--time' takes a duration such as 10s or 250us, not 'soon'" -t soon
	refuses "$tool" "option '--color' takes auto|always|never, not 'sometimes'" --color=sometimes
	refuses "$tool" "option '--cpus=3-1': a range of CPUs begins with the lower number" -A 3-1
	refuses "$tool" "option '--cpus=0,': a list of CPUs is written" --cpus 0,
	refuses "$tool" "option '--fifo' takes 1..99, not '100'" --fifo 100
	refuses "$tool" "did you mean '--interval'?" --intervall=1s
done
refuses ptprobe-send "option '--length' takes 64..65000, not '63'" -l 63
refuses ptprobe-send "option '--length' takes 64..65000, not '65001'" -l 65001
refuses ptprobe-send "did you mean '--length'?" --lenght 64
refuses ptprobe-send "not '256'" --ttl 256
refuses ptprobe-send "option '--rate=10M': " -r 10M
refuses ptprobe-send "option '--rate=0': " --rate=0
refuses ptprobe-recv "option '--max-loss=few': " --max-loss few
refuses ptprobe-recv "option '--max-loss=101%': " --max-loss 101%
refuses ptprobe-recv "option '--max-pdv=p101=1us': " --max-pdv p101=1us
refuses ptprobe-recv "option '--lost-after' takes" -L 0
refuses ptprobe-capture 'give -i IF, or -r FILE'
refuses ptprobe-capture '-i and -r exclude one another' -i eth0 -r file
refuses ptprobe-capture 'once for each device' -i any
refuses ptprobe-capture "option '--run=abc': is a run's ID, or how it begins: 6 to 16 hexadecimal digits" -i eth0 --run abc
refuses ptprobe-capture 'name a file with -w' -i eth0 -C 1
refuses ptprobe-capture "option '--direction' takes inout|in, not 'out'" -i eth0 -Q out
refuses ptprobe-capture '-Q is for -i' -r file -Q in
refuses ptprobe-ptp 'give -i IF, or -r FILE'
refuses ptprobe-ptp '-i and -r exclude one another' -i eth0 -r file
refuses ptprobe-ptp 'once for each device' -i any
refuses ptprobe-ptp 'domains are numbers from 0 to 255' -i eth0 --domain 256
refuses ptprobe-ptp 'domains are numbers from 0 to 255' -i eth0 --domain 43-24
refuses ptprobe-ptp '--no-join is for -i' -r file --no-join
refuses ptprobe-ptp '--promiscuous is for -i' -r file --promiscuous
refuses ptprobe-ptp '--buffer is for -i' -r file --buffer 1000000
refuses ptprobe-ptp '--wait is for -i' -r file -W 1s
refuses ptprobe-ptp '--utc-offset means something with --synchronised alone' -r file --utc-offset 37
refuses ptprobe-ptp "option '--max-events=two_maters=0': not KIND=N" -r file --max-events two_maters=0
refuses ptprobe-ptp "option '--max-events=any=few': behind '=' is a number" -r file --max-events any=few
refuses ptprobe-ptp "percentiles of this tool are" -r file --max-pdv p75=1us
refuses ptprobe-ptp "option '--grandmaster=me': is a clock" -r file --grandmaster me
refuses ptprobe-ptp "option '--announce-timeout' takes 2..255, not '1'" -r file --announce-timeout 1
refuses ptprobe-ptp "did you mean '--grandmaster'?" -r file --grandmaser 0
refuses ptprobe-ptp 'known are default-e2e, ' -r file --profile nonesuch
refuses ptprobe-ptp 'known are g8261.1-fpp, ' -r file --mask nonesuch
refuses ptprobe-link 'which interface? give -i IF'
refuses ptprobe-link 'load it against whom?' -i eth0
refuses ptprobe-link 'one HOST only' -i eth0 one two
refuses ptprobe-link "operand 'three' is one too many" -i eth0 one two three
refuses ptprobe-link '--compare takes two files' --compare before.json
refuses ptprobe-link 'not CLASS=N' -i eth0 --max cable=0 host
refuses ptprobe-link "did you mean '--passive'?" -i eth0 --pasive 10s
refuses ptprobe-link "option '--bitrate=fast': " -i eth0 -b fast host
refuses ptprobe-link 'a server judges nothing' -i eth0 --server --max host=0

refuses ptprobe-locate "option '--color' takes auto|always|never, not 'sometimes'" --color=sometimes
refuses ptprobe-locate "did you mean '--expect'?" --expct network
refuses ptprobe-locate "option '--output' needs an argument" -o

page_names_every_word() {
	./ptprobe --completion-helper | grep "^[a-z]" >"$scratch/words" || return
	while read -r word; do
		grep -q "^\.It Cm $word\\( \\|\$\\)" "${srcdir:-.}/doc/ptprobe.1" || {
			echo "ptprobe.1 lacks $word"
			return 1
		}
	done <"$scratch/words"
}
claim ptprobe_has_a_page_with_every_tool page_names_every_word

pages_name_one_another() {
	pages='ptprobe-capture.1 ptprobe-locate.1 ptprobe-pin.1 ptprobe-ptp.1 ptprobe-recv.1
		ptprobe-send.1 ptprobe-report.5'
	for page in ptprobe.1 $pages; do
		sed -n '/^\.Sh SEE ALSO/,/^\.Sh [^S]/s/^\.Xr \([^ ]*\) \([0-9]\).*/\1.\2/p' \
			"${srcdir:-.}/doc/$page" >"$scratch/named"
		for other in $pages; do
			[ "$other" = "$page" ] || grep -qx "$other" "$scratch/named" || {
				echo "$page lacks $other"
				return 1
			}
		done
	done
}
claim every_page_names_those_of_the_other_tools pages_name_one_another

plan
