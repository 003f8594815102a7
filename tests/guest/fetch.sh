#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fetch.sh [--linux 6.12] [DIR]: gets what run.sh boots from Debian's packages, unpacked into DIR
# (PTPROBE_GUEST, or else guest/ in the current directory, the build's top): the newest kernel of
# that series, and a qemu. Nothing is installed, no root is needed, and apt checks the signatures.
# What is already there isn't fetched again.
# Exit status: 0; 77 when it can't be had here, with the reason; 1 when something broke.
#
#	DIR/root      qemu, and the programs that the host lacks
#	DIR/kernel    a kernel's modules, with modules.dep
#	DIR/linux     the kernel itself
#	DIR/base.cpio the initramfs's unchanging half: busybox and its applets
#	DIR/fetched   the recipe, and what was fetched; written last
set -u
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin

# Raise it when what is fetched, or the form of DIR, changes.
recipe=1
# a program of the guest, or of this script, and its package
wanted='zstd:zstd iperf3:iperf3 numactl:numactl ip:iproute2 tc:iproute2 ethtool:ethtool taskset:util-linux'
# no download takes longer, whatever the mirror does, s
update_limit=120
download_limit=900

say() {
	echo "fetch.sh: $*" >&2
}

give_up() { # it can't be had here
	say "$*"
	exit 77
}

broken() {
	say "$*"
	exit 1
}

series=6.12
case ${1-} in
-h | --help)
	sed -n '3,7s/^# //p' "$0"
	exit 0
	;;
--linux)
	series=${2-}
	shift $(($# < 2 ? $# : 2))
	;;
esac
case $series/$#/${1-} in
/* | [!0-9]* | */[!01]/* | */1/-*)
	say 'usage: fetch.sh [--linux 6.12] [DIR]'
	exit 2
	;;
esac
guest=${1:-${PTPROBE_GUEST:-guest}}
[ "$(sed -n 's/^recipe //p' "$guest/fetched" 2>/dev/null)" != $recipe ] || exit 0

[ "$(uname -m)" = x86_64 ] || give_up "the guest is an x86_64, this is a $(uname -m)"
for tool in apt-get apt-cache dpkg timeout; do
	command -v $tool >/dev/null ||
		give_up "'$tool' is missing: the guest is made from Debian's packages, on a Debian"
done
# the release; its qemu must be 8.1 or later, the first that has igb
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
case $codename in
bookworm) suites="$codename $codename-updates $codename-backports" target=$codename-backports ;;
trixie) suites="$codename $codename-updates" target=$codename ;;
*) give_up "on '${codename:-a system without a name}': known are Debian's bookworm and trixie" ;;
esac

mkdir -p "$guest" || exit 1
guest=$(cd "$guest" && pwd) || exit 1
exec 9>"$guest/lock"
flock -n 9 || broken "another one is fetching into '$guest'"
scratch=$guest/fetching
rm -rf "$guest/fetched" "$guest/root" "$guest/kernel" "$guest/linux" "$guest/base.cpio" "$scratch"
mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial" "$scratch/parts" \
	"$scratch/debs" "$guest/root" "$guest/kernel" || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# The mirror that this system uses, or else Debian's own: mirror NAME.
mirror() {
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
		/etc/apt/sources.list.d/*.sources 2>/dev/null | grep -v '^[[:space:]]*#' |
		tr '[:space:]' '\n' | grep -E "^https?://.*/$1/?\$" | head -n 1 | grep . ||
		echo "http://deb.debian.org/$1"
}

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
signed=
[ ! -r $keyring ] || signed="[signed-by=$keyring] "
{
	for suite in $suites; do
		echo "deb $signed$(mirror debian) $suite main"
	done
	echo "deb $signed$(mirror debian-security) $codename-security main"
} >"$scratch/parts/guest.list"
# The system's proxies are honoured; its own sources, pins and hooks aren't.
cat >"$scratch/apt.conf" <<END
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$scratch/parts";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$scratch/lists/partial";
Dir::State::lists "$scratch/lists";
Dir::Cache "$scratch/cache";
APT::Sandbox::User "root";
APT::Get::List-Cleanup "false";
Acquire::Languages "none";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
Acquire::Retries "2";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::Contents-deb;
END

apt() { # LIMIT COMMAND...
	limit=$1
	shift
	timeout -k 5 "$limit" "$@" </dev/null 9>&-
}

apt_error() { # of the last run, its first line
	grep -m 1 '^E: ' "$scratch/log" || echo "not done in $limit s"
}

began=$(date +%s)
say "asking $(mirror debian)"
apt $update_limit apt-get -c "$scratch/apt.conf" -qq --error-on=any update \
	>"$scratch/log" 2>&1 || give_up "no lists of packages: $(apt_error)"

cache() {
	apt-cache -c "$scratch/apt.conf" "$@"
}

# The newest full kernel of the series, or else the release's own. The cloud image lacks igb.
kernel=$(cache pkgnames "linux-image-$series." |
	grep -E '^linux-image-[0-9.]+(-[0-9]+)?(\+deb[0-9]+)?-amd64$' | sort -V | tail -n 1)
[ -n "$kernel" ] || kernel=$(cache depends linux-image-amd64 |
	sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
[ -n "$kernel" ] || give_up 'no kernel among the packages'

programs=
for pair in $wanted; do
	command -v "${pair%:*}" >/dev/null || programs="$programs ${pair#*:}"
done
# What qemu and the programs need that this system hasn't, or has too old.
# shellcheck disable=SC2086
apt 60 apt-get -c "$scratch/apt.conf" -s --no-install-recommends -t "$target" install \
	qemu-system-x86 busybox kmod $programs >"$scratch/plan" 2>"$scratch/log" ||
	give_up "apt finds no way to qemu-system-x86: $(apt_error)"
# "Inst name [installed] (version origin [arch])"
packages=$(sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p' "$scratch/plan" | sort -u)
# an installed package isn't in the plan
for name in qemu-system-x86 busybox kmod; do
	case "
$packages" in
	*"
$name="*) ;;
	*) packages="$packages
$name" ;;
	esac
done

say "downloading $kernel, $(echo "$packages" | wc -l) packages for qemu and the programs"
# shellcheck disable=SC2086
(cd "$scratch/debs" && apt $download_limit apt-get -c "$scratch/apt.conf" -qq download \
	$packages "$kernel") >"$scratch/log" 2>&1 || give_up "no download: $(apt_error)"
megabytes=$(du -sm "$scratch/debs" | cut -f 1)
for package in "$scratch/debs"/*.deb; do
	case ${package##*/} in
	linux-image-*) into=kernel ;;
	*) into=root ;;
	esac
	dpkg -x "$package" "$guest/$into" || broken "can't unpack '$package'"
done
# A merged /usr everywhere: trixie's modules are in usr/lib already.
[ -d "$guest/kernel/lib/modules" ] || ln -s usr/lib "$guest/kernel/lib"

libraries=$guest/root/usr/lib/x86_64-linux-gnu:$guest/root/lib/x86_64-linux-gnu
qemu=$guest/root/usr/bin/qemu-system-x86_64
LD_LIBRARY_PATH=$libraries "$qemu" -device help 2>&1 | grep -q '^name "igb"' ||
	broken "the fetched qemu doesn't start here, or has no igb: $qemu"
release=$(cd "$guest/kernel/lib/modules" && echo *)
for kmod in "$guest/root/usr/bin/kmod" "$guest/root/bin/kmod"; do
	[ ! -x "$kmod" ] || break
done
ln -sf "$kmod" "$scratch/depmod"
LD_LIBRARY_PATH=$libraries "$scratch/depmod" -b "$guest/kernel" "$release" ||
	broken 'depmod failed'

# The kernel as an ELF file, which qemu starts by its PVH entry: unpacked here and not by each guest
# it saves two seconds. Where the payload is tells the header (the kernel's x86/boot.rst); its last
# 4 bytes are its length.
vmlinuz=$guest/kernel/boot/vmlinuz-$release
number() { # OFFSET BYTES
	od -An -v -t "u$2" -j "$1" -N "$2" "$vmlinuz" | tr -d ' '
}
offset=$((($(number 497 1) + 1) * 512 + $(number 584 4)))
zstd=$(command -v zstd || echo "$guest/root/usr/bin/zstd")
if ! { tail -c +$((offset + 1)) "$vmlinuz" | head -c $(($(number 588 4) - 4)) |
	LD_LIBRARY_PATH=$libraries "$zstd" -dcq >"$guest/linux" 2>/dev/null &&
	grep -q CONFIG_PVH=y "$guest/kernel/boot/config-$release"; }; then
	cp "$vmlinuz" "$guest/linux" || exit 1
fi
rm -rf "$guest/kernel/boot"

# The initramfs's first half. Not busybox-static: its shell, env and timeout take an applet before
# a program of that name.
for busybox in "$guest/root/usr/bin/busybox" "$guest/root/bin/busybox"; do
	[ ! -x "$busybox" ] || break
done
base=$scratch/base
mkdir -p "$base/bin" "$base/sbin" "$base/usr/local/bin" "$base/lib64" "$base/lib/x86_64-linux-gnu" \
	"$base/proc" "$base/sys" "$base/dev" "$base/tmp" "$base/run" "$base/etc" "$base/root" \
	"$base/var" "$base/modules"
ln -s ../bin "$base/usr/bin"
ln -s ../bin "$base/usr/sbin"
ln -s ../lib "$base/usr/lib"
ln -s ../run "$base/var/run"
cp "$busybox" "$base/bin/busybox"
for applet in $("$busybox" --list); do
	[ "$applet" = busybox ] || ln -s busybox "$base/bin/$applet"
done
echo 'root:x:0:0:root:/root:/bin/sh' >"$base/etc/passwd"
echo 'nobody:x:65534:65534:nobody:/:/bin/sh' >>"$base/etc/passwd"
echo 'root:x:0:' >"$base/etc/group"
echo 'nogroup:x:65534:' >>"$base/etc/group"
echo '127.0.0.1 localhost guest' >"$base/etc/hosts"
(cd "$base" && find . | "$busybox" cpio -o -H newc -R 0:0) >"$guest/base.cpio" 2>"$scratch/log" || {
	cat "$scratch/log" >&2
	broken 'cpio failed'
}
{
	echo "recipe $recipe"
	echo "linux $release"
	echo "busybox ${busybox#"$guest/"}"
	echo "$packages"
} >"$scratch/fetched" && mv "$scratch/fetched" "$guest/fetched" || exit 1
rm -rf "$scratch"
say "$megabytes MB in $(($(date +%s) - began)) s; unpacked $(du -sm "$guest" | cut -f 1) MB"
