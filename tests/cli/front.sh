#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The front door: ptprobe TOOL runs ptprobe-TOOL.
# shellcheck disable=SC2317 # the claims are functions that claim() calls
# shellcheck source=tests/cli/tap.sh
. "${srcdir:-.}/tests/cli/tap.sh"

# A front door with a tool beside it that shows what it was given, and another tool in PATH.
mkdir "$scratch/bin" "$scratch/alone" "$scratch/path" || exit 99
cp ptprobe "$scratch/bin" && cp ptprobe "$scratch/alone" || exit 99
cat >"$scratch/bin/ptprobe-recv" <<'END'
#!/bin/sh
for argument; do printf '<%s>' "$argument"; done
exit 7
END
cat >"$scratch/path/ptprobe-recv" <<'END'
#!/bin/sh
echo the one in PATH
END
chmod +x "$scratch/bin/ptprobe-recv" "$scratch/path/ptprobe-recv" || exit 99

run "$scratch/bin/ptprobe" recv -i 'a  b' '' --version -- '*'
claim a_tool_gets_its_arguments_unchanged_and_its_status_is_passed_on \
	ran 7 '<-i><a  b><><--version><--><*>' ''

run env PATH="$scratch/path:$PATH" "$scratch/bin/ptprobe" recv
claim the_tool_beside_comes_before_the_one_in_path ran 7 '' ''

ln -s "$scratch/bin/ptprobe" "$scratch/link"
run "$scratch/link" recv link
claim a_link_to_the_front_door_finds_the_tools_beside_the_door ran 7 '<link>' ''

alone() {
	case $status,$(cat "$scratch/out" "$scratch/err") in
	4,"ptprobe: cannot run '/"*"/ptprobe-recv': No such file or directory: install it with 'make install'") ;;
	0,"ptprobe-recv "*" (ptprobe)") ;; # one is installed
	*)
		echo "$status"
		cat "$scratch/out" "$scratch/err"
		return 1
		;;
	esac
}
run env PATH="$scratch/path:$PATH" "$scratch/alone/ptprobe" recv --version
claim without_a_tool_beside_only_the_installed_one_counts alone

every_tool_exists() {
	./ptprobe --completion-helper >"$scratch/words" || return
	./ptprobe help >"$scratch/help" || return
	grep -c '^[a-z]' "$scratch/words" | grep -qx '[3-9]' || {
		echo "too few words"
		return 1
	}
	while read -r word; do
		case $word in
		-* | help) continue ;;
		esac
		case $word in capture | ptp) has_capture || continue ;; esac
		[ "$word" != link ] || has_link || continue
		[ "$word" != pin ] || has_pin || continue
		[ -x "./ptprobe-$word" ] || {
			echo "ptprobe-$word does not exist"
			return 1
		}
		grep -q "^  $word  *[a-z]" "$scratch/help" || {
			echo "help does not list $word"
			return 1
		}
	done <"$scratch/words"
	for tool in ptprobe-*; do
		case $tool in *.tar.*) continue ;; esac
		[ -f "$tool" ] || continue
		grep -qx "${tool#ptprobe-}" "$scratch/words" || {
			echo "$tool is not among the tools"
			return 1
		}
	done
}
claim every_tool_listed_exists_and_every_tool_is_listed every_tool_exists

runs_from_anywhere() {
	version=$(sed -n 's/^#define PACKAGE_VERSION "\(.*\)"$/\1/p' config.h)
	run env -i PATH=/nonexistent "$PWD/ptprobe" recv --version
	ran 0 "ptprobe-recv $version (ptprobe)" '' || return
	run ./ptprobe send --version
	ran 0 "ptprobe-send $version (ptprobe)" ''
}
claim tools_are_found_without_any_environment runs_from_anywhere

# The page, when it is installed and man is there; else --help.
helped() {
	case $status,$(cat "$scratch/out") in
	'7,<--help>') ;;
	0,*'ptprobe-recv'*) ;;
	*)
		echo "$status"
		cat "$scratch/out"
		return 1
		;;
	esac
}
run "$scratch/bin/ptprobe" help recv
claim help_of_a_tool_is_its_page_or_its_help helped

run ./ptprobe
claim nothing_is_refused refused ptprobe "no tool given: 'ptprobe help' lists the tools"
run ./ptprobe ''
claim an_empty_name_is_refused refused ptprobe "'ptprobe help' lists the tools"
run ./ptprobe --
claim two_dashes_are_no_tool refused ptprobe 'no tool given'
run ./ptprobe revc -i eth0
claim a_misspelt_tool_is_told_its_neighbour \
	ran 2 '' "ptprobe: unknown tool 'revc': did you mean 'recv'?"
run ./ptprobe quux
claim an_unknown_tool_is_told_where_the_tools_are \
	ran 2 '' "ptprobe: unknown tool 'quux': 'ptprobe help' lists the tools"
run ./ptprobe help rec
claim help_for_a_misspelt_tool_is_told_its_neighbour refused ptprobe "did you mean 'recv'?"
run ./ptprobe help recv send
claim help_takes_one_tool refused ptprobe 'help takes one tool'

no_path_in_a_name() {
	for bad in ../ptprobe-recv /bin/sh recv/ Recv 'recv ' '-' "$(printf '\033[31mrecv')" \
		aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; do
		run ./ptprobe "$bad"
		refused ptprobe 'letters a to z' || return
		if tr -d '\n' <"$scratch/err" | grep -q '[^ -~]'; then
			echo "the message holds control characters"
			return 1
		fi
	done
}
claim a_name_is_of_letters_only_and_junk_is_not_repeated no_path_in_a_name

plan
