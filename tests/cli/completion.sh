#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the shells complete: the completion files with the tools of this build.
# shellcheck disable=SC2317 # the claims are functions that claim() calls
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

folder=$(cd "${srcdir:-.}/doc/completion" && pwd) || exit 99
PATH=$PWD:$PATH
export PATH

# Calls the completion function as bash does, with the words so far, the last one to be completed;
# prints what it offers, a line each.
cat >"$scratch/complete.bash" <<'END'
source "$1" || exit
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
read -r _ _ function _ < <(complete -p "${1##*/}")
"$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
END

# Does it for real: types the first argument and a tab into an interactive zsh, prints its line then.
cat >"$scratch/complete.zsh" <<'END'
zmodload zsh/zpty || exit
zpty shell zsh -f -i
zpty -w shell "fpath=(${(q)1} \$fpath); autoload -U compinit && compinit -u -D
	setopt no_list_ambiguous no_beep; PS1= LISTMAX=10000
	line() { print -r -- \"line<\$BUFFER\"\">\" }; zle -N line; bindkey '^T' line
	print rea''dy"
zpty -r -m shell answer '*ready*' || exit
zpty -w -n shell "$2"$'\t\x14'
zpty -r -m shell answer '*line<*>*' || exit
answer=${answer##*line<}
print -r -- ${answer%%>*}
END

# offers EXPECTED WORD...: bash offers exactly that, in any order
offers() {
	expected=$1
	shift
	bash --norc --noprofile "$scratch/complete.bash" "$folder/ptprobe" "$@" >"$scratch/lines" \
		2>"$scratch/err" || return
	is stderr "$(cat "$scratch/err")" '' &&
		is "what is offered" "$(sort <"$scratch/lines" | tr '\n' ' ')" "$expected"
}

# offers_every WORD...: the options that the tool lists
offers_every() {
	tool=$1
	shift
	"$tool" --completion-helper | sed -n 's/^\(-[^ []*\).*/\1/p' | sort | tr '\n' ' ' \
		>"$scratch/options"
	[ "$(wc -w <"$scratch/options")" -gt 10 ] || {
		echo 'too few options'
		return 1
	}
	offers "$(cat "$scratch/options")" "$@" -
}

interfaces() { # those that begin with $1, each behind $2
	for path in /sys/class/net/"$1"*; do
		[ -e "$path" ] && echo "$2${path##*/}"
	done | sort | tr '\n' ' '
}

# bash completes the names in this file
with_hosts() {
	HOSTFILE=$scratch/hosts
	export HOSTFILE
	"$@"
	set -- $?
	unset HOSTFILE
	return "$1"
}

expands_nothing() {
	mkdir "$scratch/net" || return
	# shellcheck disable=SC2016 # as a file may be called
	: >"$scratch/net/\$(touch $$.hit)"
	# shellcheck disable=SC2016
	(cd "$scratch/net" && offers "\$(touch $$.hit) " ptprobe-recv -o '$') || return
	[ ! -e "$scratch/net/$$.hit" ]
}

registered() {
	bash --norc --noprofile -c "source '$folder/ptprobe' && complete -p ptprobe ptprobe-capture ptprobe-link ptprobe-locate ptprobe-pin ptprobe-ptp ptprobe-send ptprobe-recv" \
		>"$scratch/out" || return
	is functions "$(sort -u "$scratch/out" | sed 's/ [^ ]*$//' | sort -u)" 'complete -F _ptprobe'
}

if command -v bash >/dev/null; then
	claim bash_registers_every_command registered
	claim bash_offers_the_tools offers 'capture help link locate pin ptp recv send ' ptprobe ''
	claim bash_offers_a_tool_begun offers 'recv ' ptprobe r
	claim bash_offers_the_front_doors_options offers '--help --version ' ptprobe --
	claim bash_offers_the_tools_to_help offers 'capture link locate pin ptp recv send ' ptprobe help ''
	claim bash_offers_nothing_behind_help offers '' ptprobe help recv ''
	claim bash_offers_every_option_of_recv offers_every ptprobe-recv ptprobe-recv
	claim bash_offers_every_option_of_send offers_every ptprobe-send ptprobe-send
	claim bash_offers_a_tools_options_behind_the_front_door offers_every ptprobe-recv ptprobe recv
	claim bash_offers_an_option_begun offers "--max-jitter " ptprobe-recv --max-j
	claim bash_offers_choices offers 'always auto never ' ptprobe-recv --color ''
	claim bash_offers_a_choice_behind_three_words offers 'always auto ' ptprobe recv --color = a
	claim bash_offers_a_choice_behind_an_equals_sign offers 'always auto never ' ptprobe recv --color =
	claim bash_offers_a_choice_in_one_word offers '--color=never ' ptprobe recv --color=n
	claim bash_offers_interfaces offers "$(interfaces '' '')" ptprobe-recv -i ''
	claim bash_offers_interfaces_by_the_long_name offers "$(interfaces l '')" ptprobe send --interface l
	claim bash_offers_interfaces_in_one_word \
		offers "$(interfaces l --interface=)" ptprobe-send --interface=l
	mkdir "$scratch/files" && : >"$scratch/files/one two" && : >"$scratch/files/one"
	for option in -o --output --prom --hgrm; do
		claim "bash_offers_files_for_${option#"${option%%[a-z]*}"}" offers \
			"$scratch/files/one $scratch/files/one two " ptprobe-recv $option "$scratch/files/o"
	done
	for tool in ptprobe-locate "ptprobe locate"; do
		# shellcheck disable=SC2086 # two words
		claim "bash_offers_files_to_${tool#ptprobe?}_by_$(echo "$tool" | wc -w)_words" offers \
			"$scratch/files/one $scratch/files/one two " $tool "$scratch/files/o"
	done
	if has_link; then
		printf '192.0.2.1 clock7 clock8\n192.0.2.2 other\n' >"$scratch/hosts"
		claim bash_offers_hosts_to_link with_hosts offers 'clock7 clock8 ' ptprobe-link -i eth0 clo
		claim bash_offers_hosts_behind_the_front_door with_hosts offers 'other ' ptprobe link o
		claim bash_offers_files_to_compare offers \
			"$scratch/files/one $scratch/files/one two " \
			ptprobe-link --compare "$scratch/files/o"
		claim bash_offers_links_options offers '--server ' ptprobe-link --serv
		claim bash_offers_links_choices offers 'any full half ' ptprobe link --duplex ''
	fi
	if has_pin; then
		claim bash_offers_commands_behind_two_dashes offers 'readlink ' \
			ptprobe-pin -i lo -- readli
		claim bash_offers_files_to_such_a_command offers \
			"$scratch/files/one $scratch/files/one two " \
			ptprobe pin -i lo -- cat --strange "$scratch/files/o"
		claim bash_offers_pins_options_before_them offers '--threads ' ptprobe-pin --thr
	fi
	if has_capture; then
		claim bash_offers_profiles offers 'default-e2e default-p2p ' ptprobe-ptp --profile default-
		claim bash_offers_masks_behind_the_front_door offers \
			'prtc-a prtc-b ' ptprobe ptp --mask prtc
		claim bash_offers_a_profiles_file offers "$scratch/files/one $scratch/files/one two " \
			ptprobe-ptp --profile "$scratch/files/o"
	fi
	claim bash_offers_nothing_for_a_number offers '' ptprobe-recv -c ''
	claim bash_offers_nothing_for_an_amount offers '' ptprobe-recv --max-loss ''
	claim bash_offers_nothing_for_an_operand offers '' ptprobe-recv ''
	claim bash_offers_nothing_for_an_unknown_tool offers '' ptprobe nonesuch --
	claim bash_does_not_expand_what_it_offers expands_nothing
else
	skip bash_completion 'bash is not installed'
fi

# types LINE EXPECTED: zsh completes it so
types() {
	zsh -f "$scratch/complete.zsh" "$folder" "$1" >"$scratch/out" 2>&1
	is "'$1' and a tab" "$(cat "$scratch/out")" "$2"
}

if command -v zsh >/dev/null; then
	claim zsh_completes_a_tool types 'ptprobe re' 'ptprobe recv '
	claim zsh_completes_a_tool_for_help types 'ptprobe help s' 'ptprobe help send '
	claim zsh_completes_the_front_doors_options types 'ptprobe --ver' 'ptprobe --version '
	claim zsh_completes_a_tools_option_behind_the_front_door \
		types 'ptprobe recv --lost' 'ptprobe recv --lost-after '
	claim zsh_completes_a_tools_option types 'ptprobe-send --len' 'ptprobe-send --length '
	claim zsh_completes_a_choice types 'ptprobe-send --color ne' 'ptprobe-send --color never '
	claim zsh_completes_a_choice_behind_an_equals_sign \
		types 'ptprobe-send --color=al' 'ptprobe-send --color=always '
	if [ "$(interfaces l "")" = "lo " ]; then
		claim zsh_completes_an_interface types "ptprobe recv -i l" "ptprobe recv -i lo "
	else
		skip zsh_completes_an_interface "another interface than lo begins with l, or none does"
	fi
	if has_pin; then
		claim zsh_completes_a_command_behind_two_dashes \
			types 'ptprobe-pin -i lo -- readli' 'ptprobe-pin -i lo -- readlink '
	fi
	if has_link; then
		claim zsh_completes_links_options types 'ptprobe link --serv' 'ptprobe link --server '
	fi
	if has_capture; then
		claim zsh_completes_a_profile types 'ptprobe-ptp --profile aes' 'ptprobe-ptp --profile aes67 '
	fi
	mkdir "$scratch/zsh" && : >"$scratch/zsh/only"
	claim zsh_completes_a_file types "ptprobe recv -o $scratch/zsh/o" "ptprobe recv -o $scratch/zsh/only "
else
	skip zsh_completion 'zsh is not installed'
fi

plan
