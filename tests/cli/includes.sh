#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The direction of dependence (doc/architecture.md):
#   main -> options, edge -> the folder's pure files -> lib
#   edge -> lib/host -> lib
# what a pure file may know of the outside, and that the page names what is there. Run by make check
# from the build folder.
set -u

srcdir=${srcdir:-.}
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT

# What a pure file may include of the system: types, text, arithmetic, address formats.
pure_headers='assert ctype endian errno float getopt inttypes jansson limits math stdarg stdbool
stddef stdint stdio stdlib string strings time arpa/inet netinet/in sys/auxv nmmintrin arm_acle'

# What a pure file may not call: files, sockets, clocks, randomness, the environment, the process,
# the log. The time64 and fortified spellings of the same are matched too.
impure='socket bind connect listen accept accept4 send sendto sendmsg sendmmsg recv recvfrom recvmsg
recvmmsg setsockopt getsockopt getsockname poll ppoll select epoll_create1 epoll_wait ioctl
if_nametoindex if_indextoname getaddrinfo gethostname uname
clock_gettime clock_getres clock_nanosleep clock_adjtime adjtimex gettimeofday time nanosleep usleep
sleep alarm setitimer timerfd_create timespec_get
getrandom getentropy random rand rand_r srand srandom drand48 arc4random
open openat open64 openat64 creat fopen fopen64 freopen opendir read write close unlink rename stat
getenv secure_getenv setenv system popen fork execv execve execvp kill raise signal sigaction
exit _exit quick_exit syslog perror warn warnx err errx printf vprintf puts putchar stdout stderr
stdin pthread_create'

# The files of a folder's pure archive, from its local.mk.
pure_files() { # root folder
	if [ "$2" = lib ]; then
		(cd "$1/lib" && ls -- *.[ch])
	elif [ "$2" != lib/host ] && [ -f "$1/$2/local.mk" ]; then
		awk '/_a_SOURCES/ { on = 1 }
			on { for (i = 1; i <= NF; i++) if (sub(/^%D%\//, "", $i)) print $i }
			on && !/\\$/ { on = 0 }' "$1/$2/local.mk"
	fi
}

# Prints a line for each arrow that points the wrong way in the tree below root.
wrong_arrows() { # root
	for folder in lib lib/host mcast capture pin tools; do
		[ -d "$1/$folder" ] || continue
		pure_files "$1" "$folder" >"$scratch/list"
		for path in "$1/$folder"/*.[ch]; do
			[ -f "$path" ] || continue
			file=${path##*/}
			is_pure=no
			grep -qxF "$file" "$scratch/list" && is_pure=yes
			sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*\([<"][^>"]*\).*/\1/p' \
				"$path" >"$scratch/includes"
			while read -r include; do
				target=${include#?}
				case $include in
				\<*)
					[ $is_pure = no ] && continue
					# shellcheck disable=SC2086
					printf '%s.h\n' $pure_headers | grep -qxF "$target" ||
						echo "$folder/$file, a pure file, includes <$target>"
					;;
				\"config.h) ;;
				*_main.h)
					echo "$folder/$file includes a main's \"$target\""
					;;
				*/*)
					# tools/ may use every folder, the others only themselves and lib
					case $folder:${target#../} in
					tools:mcast/*_main.h | tools:capture/*_main.h | tools:pin/*_main.h)
						echo "$folder/$file includes a main's \"$target\"" ;;
					tools:mcast/* | tools:capture/* | tools:pin/*) ;;
					*) echo "$folder/$file includes \"$target\", another folder" ;;
					esac
					;;
				*)
					if [ -f "$1/$folder/$target" ]; then
						[ $is_pure = no ] || grep -qxF "$target" "$scratch/list" ||
							echo "$folder/$file, a pure file, includes \"$target\""
					elif [ -f "$1/lib/host/$target" ]; then
						[ $folder != lib ] ||
							echo "lib/$file includes lib/host's \"$target\""
						[ $is_pure = no ] || [ $folder = lib ] ||
							echo "$folder/$file, a pure file, includes \"$target\""
					elif [ ! -f "$1/lib/$target" ]; then
						echo "$folder/$file includes \"$target\", neither its own nor lib's"
					fi
					;;
				esac
			done <"$scratch/includes"
		done
	done
}

# Prints the forbidden symbols that the objects of an archive refer to.
impure_calls() { # archive
	"${NM:-nm}" -A -u "$1" | impure=$impure awk '
		BEGIN { count = split(ENVIRON["impure"], name); for (i = 1; i <= count; i++) forbidden[name[i]] }
		{
			symbol = $NF
			sub(/@.*/, "", symbol)
			sub(/^_+/, "", symbol)
			sub(/_chk$/, "", symbol)
			plain = symbol
			sub(/(_time)?64$/, "", plain)
			if (symbol in forbidden || plain in forbidden || symbol ~ /^(pcap|mnl)_/)
				print $1, $NF
		}'
}

# Prints the files that a page names and the tree doesn't have; "lib/locate*.c" is some file.
missing_files() { # root page
	# shellcheck disable=SC2016
	sed -n 's/`\([^`]*\)`/\n\1\n/gp' "$2" |
		grep -E '^(lib|mcast|capture|pin|tools|tests|doc)/[A-Za-z0-9_.*/-]*$' | sort -u |
		while read -r name; do
			# shellcheck disable=SC2086 # a pattern
			set -- "$1" "$1"/$name
			[ -e "$2" ] || echo "$name"
		done
}

count=0
failed=0
claim() { # name, what contradicts it
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		echo "$2" | sed 's/^/# /'
		failed=1
	fi
}

# A tree with one wrong arrow must be refused, or the claims about ours say nothing.
claim_noticed() { # name, root
	if [ -n "$(wrong_arrows "$2")" ]; then
		claim "$1" ''
	else
		claim "$1" 'not noticed'
	fi
}

bad() { # name: a tree that is right so far
	mkdir -p "$scratch/$1/lib/host" "$scratch/$1/mcast" "$scratch/$1/capture"
	printf '#include <unistd.h>\n#include "wire.h"\n' >"$scratch/$1/lib/host/clock.h"
	printf '#include <stdint.h>\n' >"$scratch/$1/lib/wire.h"
	printf '#include "wire.h"\n' >"$scratch/$1/lib/wire.c"
	printf 'mcast_libmcast_a_SOURCES = \\\n\t%%D%%/pacing.c %%D%%/pacing.h\n' \
		>"$scratch/$1/mcast/local.mk"
	printf '#include "wire.h"\n' >"$scratch/$1/mcast/pacing.h"
	printf '#include "pacing.h"\n' >"$scratch/$1/mcast/pacing.c"
	printf '#include <sys/socket.h>\n#include "pacing.h"\n' >"$scratch/$1/mcast/sock.h"
	printf '#include "wire.h"\n' >"$scratch/$1/capture/frame.h"
}

bad right
claim a_right_tree_is_accepted "$(wrong_arrows "$scratch/right")"
bad up && echo '#include "sock.h"' >>"$scratch/up/lib/wire.c"
claim_noticed lib_including_an_edge_file_is_noticed "$scratch/up"
bad host && echo '#include "clock.h"' >>"$scratch/host/lib/wire.c"
claim_noticed lib_including_the_host_is_noticed "$scratch/host"
bad clock && echo '#include "clock.h"' >>"$scratch/clock/mcast/pacing.c"
claim_noticed a_pure_file_including_the_host_is_noticed "$scratch/clock"
bad down && echo '#include "sock.h"' >>"$scratch/down/lib/host/clock.h"
claim_noticed the_host_including_a_tool_is_noticed "$scratch/down"
bad pure && echo '#include "sock.h"' >>"$scratch/pure/mcast/pacing.c"
claim_noticed a_pure_file_including_an_edge_file_is_noticed "$scratch/pure"
bad socket && echo '# include <sys/socket.h>' >>"$scratch/socket/lib/wire.h"
claim_noticed a_pure_file_including_sockets_is_noticed "$scratch/socket"
bad sibling && echo '#include "../mcast/sock.h"' >>"$scratch/sibling/capture/frame.h"
claim_noticed a_sibling_folder_is_noticed "$scratch/sibling"
bad main && : >"$scratch/main/mcast/recv_main.h" &&
	echo '#include "recv_main.h"' >>"$scratch/main/mcast/sock.h"
claim_noticed including_a_main_is_noticed "$scratch/main"

claim includes_point_downward "$(wrong_arrows "$srcdir")"
for archive in lib/libcore.a mcast/libmcast.a capture/libcapture.a tools/libtools.a pin/libpin.a; do
	name=${archive##*/}
	if [ -f "$archive" ]; then
		claim "${name%.a}_calls_nothing_impure" "$(impure_calls "$archive")"
	else
		claim "${name%.a}_calls_nothing_impure" "$archive is missing: run make"
	fi
done
if [ -n "$(impure_calls tools/ptprobe.o)" ]; then
	claim an_impure_call_is_noticed ''
else
	claim an_impure_call_is_noticed 'none was found in tools/ptprobe.o, which exits and execs'
fi
page=$srcdir/doc/architecture.md
claim the_map_of_the_code_names_files_that_are_there "$(missing_files "$srcdir" "$page")"
sed 's,`lib/host/rtnl,&_of_old,' "$page" >"$scratch/page.md"
if [ "$(missing_files "$srcdir" "$scratch/page.md")" = lib/host/rtnl_of_old.c ]; then
	claim one_that_is_gone_is_noticed ''
else
	claim one_that_is_gone_is_noticed 'not noticed'
fi
echo "1..$count"
exit $failed
