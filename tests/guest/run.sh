#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh [--build DIR] SCRIPT: boots a guest and runs SCRIPT in it; its stdout, TAP, is this
# stdout, all else goes into DIR/tests/guest/NAME.console. run.sh [--build DIR] --shell [SCRIPT]:
# a shell on the console of SCRIPT's machine; Ctrl-A X ends it. DIR is the build's top
# (PTPROBE_BUILD, or else the current directory); the guest is in PTPROBE_GUEST or DIR/guest,
# see fetch.sh. Exit status: that of SCRIPT as 0 or 1; 0 when it was skipped; 2 wrong usage.
#
# SCRIPT is for /bin/sh, and declares its machine in comments of the form "# guest: KEY VALUE":
#
#	programs iperf3 ptprobe-recv	of the build, this system, or fetch.sh, with their libraries
#	files tests/data/x		of the source tree; there with the same path, under /
#	modules dummy 8021q		beside igb; those they depend on come by themselves
#	kernel isolcpus=2-3		more words for the kernel's command line
#	smp 4,sockets=2,cores=1,threads=2
#	nodes 0-1 2-3			each node's CPUs, '-' for one without; an igb NIC per node
#	memory 192			of each node, MB
#	qemu -device ...		more arguments
#	cgroup v1			cpuset as v1, where the kernel has that
#	deadline 120			s
#
# Without any it has 2 sockets of one core of 2 threads, each socket a node.
set -u
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin

here=$(cd "${0%/*}" && pwd) || exit 1
source=$(cd "$here/../.." && pwd) || exit 1

usage() {
	echo "run.sh: $*: run.sh [--build DIR] SCRIPT, or run.sh [--build DIR] --shell [SCRIPT]" >&2
	exit 2
}

build=${PTPROBE_BUILD:-$PWD}
shell=
script=
while [ $# -gt 0 ]; do
	case $1 in
	--build)
		[ $# -ge 2 ] || usage 'no folder after --build'
		build=$2
		shift
		;;
	--shell) shell=yes ;;
	-h | --help)
		sed -n '3,23s/^# \{0,1\}//p' "$0"
		exit 0
		;;
	-*) usage "'$1' is unknown" ;;
	*)
		[ -z "$script" ] || usage "'$script' and '$1' at once"
		script=$1
		;;
	esac
	shift
done
[ -n "$script$shell" ] || usage 'no script'
[ -z "$script" ] || [ -r "$script" ] || usage "'$script' can't be read"
build=$(cd "$build" && pwd) || exit 2
guest=${PTPROBE_GUEST:-$build/guest}

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

bail() {
	echo "Bail out! $*"
	exit 1
}

[ -r "$guest/fetched" ] || skip "no guest in '$guest': get it with tests/guest/fetch.sh '$guest'"
guest=$(cd "$guest" && pwd) || exit 1
fetched() {
	sed -n "s/^$1 //p" "$guest/fetched"
}
release=$(fetched linux)
busybox=$guest/$(fetched busybox)
tree=$guest/kernel/lib/modules/$release
libraries=$guest/root/usr/lib/x86_64-linux-gnu:$guest/root/lib/x86_64-linux-gnu
share=$guest/root/usr/share

# The values of a header, all its lines in one.
header() {
	[ -z "$script" ] || sed -n "s/^# guest: $1 //p" "$script" | tr '\n' ' ' | sed 's/ *$//'
}

unknown=$(sed -n 's/^# guest: *//p' "${script:-/dev/null}" | sed -E \
	'/^(programs|files|modules|kernel|smp|nodes|memory|qemu|cgroup|deadline) /d' | head -n 1)
[ -z "$unknown" ] || bail "'# guest: $unknown' is unknown: see run.sh --help"
deadline=$(header deadline)
deadline=${deadline:-120}
memory=$(header memory)
memory=${memory:-192}
smp=$(header smp)
smp=${smp:-4,sockets=2,cores=1,threads=2}
nodes=$(header nodes)
if [ -z "$nodes" ]; then
	cpus=${smp%%,*}
	half=$((cpus / 2))
	nodes="0-$((half - 1)) $half-$((cpus - 1))"
	[ "$cpus" -gt 1 ] || nodes='0 -'
fi

work=$(mktemp -d) || exit 1
qemu_pid=
# called by the trap
# shellcheck disable=SC2317
stop() {
	[ -z "$qemu_pid" ] || kill "$qemu_pid" 2>/dev/null
	rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

# The initramfs: fetch.sh's base, and behind it what this script asks for.
tree_of() { # a folder of the initramfs, made
	mkdir -p "$work/tree/$1" && echo "$work/tree/$1"
}

# Where a program is: the build's, this system's, the fetched one.
find_program() {
	case $1 in
	*/*) set -- "$1" "$build/$1" ;;
	*) set -- "$1" "$build/$1" "$(command -v "$1")" "$guest/root/usr/bin/$1" \
		"$guest/root/usr/sbin/$1" "$guest/root/bin/$1" "$guest/root/sbin/$1" ;;
	esac
	shift
	for candidate; do
		if [ -f "$candidate" ] && [ -x "$candidate" ]; then
			echo "$candidate"
			return
		fi
	done
	return 1
}

put_libraries() { # PROGRAM
	# a script, or static, has none
	LD_LIBRARY_PATH=$libraries ldd "$1" 2>/dev/null >"$work/ldd" || return 0
	if grep -q 'not found' "$work/ldd"; then
		bail "'$1': $(grep 'not found' "$work/ldd")"
	fi
	sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' "$work/ldd" >"$work/libraries"
	while read -r library; do
		to=$(tree_of lib/x86_64-linux-gnu)
		[ -e "$to/${library##*/}" ] || cp -L "$library" "$to/" || return
	done <"$work/libraries"
	# glibc opens this one by itself, when a thread is cancelled as those of iperf3 are
	library=$(sed -n 's,.*=> \(/.*/\)libc\.so\.6 .*,\1libgcc_s.so.1,p' "$work/ldd")
	[ ! -e "$library" ] || cp -L "$library" "$(tree_of lib/x86_64-linux-gnu)/"
	loader=$(sed -n 's/^[[:space:]]*\(\/[^ ]*\) (0x.*/\1/p' "$work/ldd")
	[ -z "$loader" ] || cp -L "$loader" "$(tree_of "${loader%/*}")"
}

programs=$(header programs)
if [ -n "$shell" ] && [ -z "$script" ]; then
	programs='ip tc ethtool taskset numactl iperf3'
	for program in "$build"/ptprobe*; do
		[ ! -f "$program" ] || [ ! -x "$program" ] || programs="$programs ${program##*/}"
	done
fi
for program in $programs; do
	path=$(find_program "$program") ||
		skip "'$program' is neither in '$build', nor on this system, nor fetched"
	to=$(tree_of usr/local/bin) && cp -L "$path" "$to/${program##*/}" &&
		put_libraries "$path" || exit 1
done
put_libraries "$busybox" || exit 1
for file in $(header files) tests/cli/tap.sh; do
	[ -e "$source/$file" ] || bail "'# guest: files $file': there is no such file in the source"
	to=$(tree_of "$(dirname "$file")") && cp -LR "$source/$file" "$to/" || exit 1
done

# Modules in the order in which they load. modules.dep has each one's needs, the deepest last.
# shellcheck disable=SC2046
awk -v wanted="igb virtio_pci virtio_net $(header modules)" '
	function name_of(path) {
		sub(/.*\//, "", path)
		sub(/\.ko.*/, "", path)
		gsub(/-/, "_", path)
		return path
	}
	FILENAME ~ /builtin$/ { builtin[name_of($1)] = 1; next }
	{ sub(/:/, ""); line[name_of($1)] = $0 }
	END {
		count = split(wanted, names, " ")
		for (i = 1; i <= count; i++) {
			gsub(/-/, "_", names[i])
			if (names[i] in builtin)
				continue
			if (!(names[i] in line)) {
				print "missing", names[i]
				continue
			}
			fields = split(line[names[i]], paths, " ")
			for (j = fields; j >= 1; j--)
				if (!seen[paths[j]]++)
					print name_of(paths[j]), paths[j]
		}
	}' "$tree/modules.builtin" "$tree/modules.dep" >"$work/modules" || exit 1
to=$(tree_of modules)
modules=
while read -r module path; do
	[ "$module" != missing ] ||
		bail "'# guest: modules $path': linux $release has no such module"
	case $path in
	*.xz) "$busybox" xzcat "$tree/$path" ;;
	*) cat "$tree/$path" ;;
	esac >"$to/$module.ko" || bail "module '$module' can't be unpacked"
	modules="$modules $module"
done <"$work/modules"

to=$(tree_of tests/guest)
[ -z "$script" ] || cp "$script" "$to/" || exit 1
cp "$here/init" "$work/tree/init" && chmod 755 "$work/tree/init" || exit 1
{
	[ -n "$shell" ] && echo test= || echo "test=/tests/guest/${script##*/}"
	echo "modules='$modules'"
	echo "cgroup=$(header cgroup)"
} >"$work/tree/guest.conf"
{
	cat "$guest/base.cpio"
	(cd "$work/tree" && find . | "$busybox" cpio -o -H newc -R 0:0 2>"$work/cpio")
} >"$work/initramfs" || bail "$(cat "$work/cpio")"

# The machine.
set -- -M q35 -accel tcg,thread=single -cpu max,vendor=GenuineIntel \
	-L "$share/qemu" -L "$share/seabios" -nodefaults -no-user-config -display none -no-reboot \
	-smp "$smp" -m "$((memory * $(echo "$nodes" | wc -w)))M"
number=0
for cpus in $nodes; do
	[ "$cpus" = - ] && cpus= || cpus=,cpus=$cpus
	set -- "$@" -object "memory-backend-ram,id=memory$number,size=${memory}M" \
		-numa "node,nodeid=$number,memdev=memory$number$cpus" \
		-device "pxb-pcie,id=bridge$number,bus=pcie.0,bus_nr=$((64 + 32 * number)),numa_node=$number" \
		-device "pcie-root-port,id=port$number,bus=bridge$number,chassis=$((number + 1))" \
		-netdev "hubport,id=nic$number,hubid=0" \
		-device "igb,netdev=nic$number,bus=port$number,romfile=,mac=52:54:00:00:01:0$number"
	# nodes in a row: each is as far from the next
	other=0
	while [ $other -lt $number ]; do
		set -- "$@" -numa "dist,src=$other,dst=$number,val=$((10 + 11 * (number - other)))"
		other=$((other + 1))
	done
	number=$((number + 1))
done
set -- "$@" -netdev hubport,id=virt0,hubid=0 \
	-device virtio-net-pci,bus=pcie.0,netdev=virt0,romfile=,mac=52:54:00:00:02:00
# shellcheck disable=SC2046
set -- "$@" $(header qemu) -kernel "$guest/linux" -initrd "$work/initramfs"
words='console=ttyS0 quiet panic=-1 mitigations=off nokaslr random.trust_cpu=on iomem=relaxed'
# what takes long in a guest, and no test needs: 3 s
words="$words cryptomgr.notests lsm=capability rcupdate.rcu_expedited=1"
set -- env LD_LIBRARY_PATH="$libraries" "$guest/root/usr/bin/qemu-system-x86_64" "$@" \
	-append "$words $(header kernel)"
if [ -n "$shell" ]; then
	"$@" -serial mon:stdio
	exit
fi

name=${script##*/}
name=${name%.sh}
console=$build/tests/guest/$name.console
mkdir -p "${console%/*}" && rm -f "$console" && mkfifo "$work/tap" || exit 1
timeout -k 5 "$deadline" "$@" -monitor none -serial "file:$console" -serial stdio \
	>"$work/tap" 2>"$work/qemu" </dev/null &
qemu_pid=$!
status=
while IFS= read -r line || [ -n "$line" ]; do
	case $line in
	'# guest: status '*)
		# what the kernel still does takes another second
		status=${line##* }
		kill "$qemu_pid"
		;;
	*) printf '%s\n' "$line" ;;
	esac
done <"$work/tap"
wait "$qemu_pid"
ended=$?
qemu_pid=
[ "$status" != 0 ] || exit 0

# What went wrong, and where the rest is.
{
	[ ! -e "$console" ] || tr -d '\r' <"$console" | tail -n 40
	grep -v -e 'hub 0 is not connected' -e 'terminating on signal' "$work/qemu"
} | sed 's/^/# /'
echo "# console: $console"
[ -z "$status" ] || exit 1
if [ "$ended" = 124 ] || [ "$ended" = 137 ]; then
	bail "the guest was not done within $deadline s"
fi
bail "the guest died: qemu ended with status $ended"
