#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Writes the recorded machines of this folder: sh tests/data/machines/write.sh. They are committed;
# this is how they were made. README.md says what each is; the file 'expect' in each was worked out
# by hand and isn't touched.
set -eu
cd "$(dirname "$0")"

machine() { # NAME
	name=$1
	mkdir -p "$name"
	rm -rf "${name:?}/sys" "$name/proc" "$name/universe"
}

file() { # PATH TEXT
	mkdir -p "$name/$(dirname "$1")"
	printf '%s\n' "$2" >"$name/$1"
}

link() { # PATH TARGET
	mkdir -p "$name/$(dirname "$1")"
	ln -s "$2" "$name/$1"
}

cpu=sys/devices/system/cpu

cpus() { # POSSIBLE ONLINE ISOLATED
	file $cpu/possible "$1"
	file $cpu/online "$2"
	file $cpu/isolated "$3"
}

core() { # the CPUs of each, in a file of its first
	for list; do
		file "$cpu/cpu${list%%[,-]*}/topology/thread_siblings_list" "$list"
	done
}

socket() { # NUMBER CPUS: one L3 cache each
	first=$cpu/cpu${2%%[,-]*}
	file "$first/topology/physical_package_id" "$1"
	file "$first/topology/core_siblings_list" "$2"
	l3 "$2"
}

l3() { # CPUS
	file "$cpu/cpu${1%%[,-]*}/cache/index3/shared_cpu_list" "$1"
}

node() { # NUMBER CPUS MEMORY_KB DISTANCES
	folder=sys/devices/system/node/node$1
	file "$folder/cpulist" "$2"
	file "$folder/meminfo" "Node $1 MemTotal:       $3 kB"
	file "$folder/distance" "$4"
}

nodes() { # ONLINE
	file sys/devices/system/node/online "$1"
}

# A NIC's PCI device, its interrupts and its interface.
pci() { # INTERFACE BUS ADDRESS NODE IRQS
	device=sys/devices/$2/$3
	[ -z "$4" ] || file "$device/numa_node" "$4"
	for irq in $5; do
		file "$device/msi_irqs/$irq" msix
	done
	link "$device/net/$1/device" "../../../$3"
	link "sys/class/net/$1" "../../devices/$2/$3/net/$1"
}

# An interface without a device, on those named.
virtual() { # INTERFACE LOWER...
	upper=$1
	shift
	file "sys/devices/virtual/net/$upper/uevent" "INTERFACE=$upper"
	link "sys/class/net/$upper" "../../devices/virtual/net/$upper"
	for lower; do
		link "sys/devices/virtual/net/$upper/lower_$lower" \
			"$(readlink "$name/sys/class/net/$lower" | sed s,devices,..,)"
	done
}

goes_to() { # IRQ CPUS
	file "proc/irq/$1/effective_affinity_list" "$2"
}

status() { # CPUS
	file proc/self/status "Cpus_allowed_list:	$1"
}

# /proc/interrupts and, a second later, itself: from lines "LABEL CPU=RATE ... : ACTION". A CPU that
# is named had (CPU + 1) * 1,000 before.
interrupts() { # CPUS THAT ARE ONLINE
	mkdir -p "$name/proc"
	cat >"$name/rows"
	for when in 0 1; do
		awk -v list="$1" -v when=$when '
		BEGIN {
			count = split(list, cpu, " ")
			printf "     "
			for (i = 1; i <= count; i++) printf "%11s", "CPU" cpu[i]
			print ""
		}
		{
			split("", value)
			for (f = 2; f <= NF && $f != ":"; f++) {
				split($f, part, "=")
				value[part[1]] = (part[1] + 1) * 1000 + when * part[2]
			}
			printf "%4s:", $1
			for (i = 1; i <= count; i++) printf "%11d", value[cpu[i]]
			text = $0
			sub(/^[^:]*: ?/, "", text)
			print "  " text
		}
		END { print " ERR:          0" }' "$name/rows" \
			>"$name/proc/interrupts$([ $when = 0 ] || echo .later)"
	done
	rm "$name/rows"
}

# /proc/stat and, 100 ticks later, itself. PERCENT of those busy: "4=30".
stat() { # CPUS THAT ARE ONLINE, CPU=PERCENT...
	online=$1
	shift
	for when in 0 1; do
		awk -v list="$online" -v busy="$*" -v when=$when '
		BEGIN {
			count = split(list, cpu, " ")
			many = split(busy, pair, " ")
			for (i = 1; i <= many; i++) { split(pair[i], part, "="); percent[part[1]] = part[2] }
			for (i = 1; i <= count; i++)
				printf "cpu%d %d 0 500 %d 10 0 0 0 0 0\n", cpu[i],
					1000 + when * percent[cpu[i]],
					9000 + when * (100 - percent[cpu[i]])
		}' >"$name/proc/stat$([ $when = 0 ] || echo .later)"
	done
}

machine two-sockets
cpus 0-15 0-15 2-3,6-7,10-11,14-15
file $cpu/nohz_full 2-3,6-7,10-11,14-15
core 0,8 1,9 2,10 3,11 4,12 5,13 6,14 7,15
socket 0 0-3,8-11
socket 1 4-7,12-15
nodes 0-1
node 0 0-3,8-11 65536000 '10 21'
node 1 4-7,12-15 66060288 '21 10'
pci eth0 pci0000:80 0000:81:00.0 1 '100 101 102'
pci eth1 pci0000:00 0000:01:00.0 0 '60'
goes_to 100 4
goes_to 101 4
goes_to 102 5
goes_to 60 0
status 0-1,4-5,8-9,12-13
interrupts '0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15' <<'END'
60 0=40 : PCI-MSIX-0000:01:00.0 0-edge eth1
100 4=0 : PCI-MSIX-0000:81:00.0 0-edge i40e-0000:81:00.0:misc
101 4=8000 : PCI-MSIX-0000:81:00.0 1-edge i40e-eth0-TxRx-0
102 5=5000 : PCI-MSIX-0000:81:00.0 2-edge i40e-eth0-TxRx-1
LOC 0=250 1=250 2=1 3=1 4=250 5=250 6=1 7=1 8=250 9=250 10=1 11=1 12=250 13=250 14=1 15=1 : Local timer interrupts
END
stat '0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15' 0=20 4=4 5=3

machine snc
cpus 0-15 0-15 ''
socket 0 0-7
socket 1 8-15
nodes 0-3
node 0 0-3 32768000 '10 12 21 21'
node 1 4-7 33030144 '12 10 21 21'
node 2 8-11 33030144 '21 21 10 12'
node 3 12-15 33030144 '21 21 12 10'
pci eth0 pci0000:c0 0000:c1:00.0 3 '200 201'
goes_to 200 12
goes_to 201 13
status 0-15
interrupts '0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15' <<'END'
200 12=5000 : PCI-MSIX-0000:c1:00.0 0-edge ice-eth0-TxRx-0
201 13=5000 : PCI-MSIX-0000:c1:00.0 1-edge ice-eth0-TxRx-1
LOC 0=100 1=100 2=100 3=100 4=100 5=100 6=100 7=100 8=100 9=100 10=100 11=100 12=100 13=100 14=100 15=100 : Local timer interrupts
END
stat '0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15'

machine hybrid
cpus 0-15 0-15 ''
core 0-1 2-3 4-5 6-7 8 9 10 11 12 13 14 15
socket 0 0-15
file sys/devices/cpu_core/cpus 0-7
nodes 0
node 0 0-15 32505856 10
pci eno1 pci0000:00 0000:00:1f.6 -1 '125'
goes_to 125 2
status 0-15
interrupts '0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15' <<'END'
125 2=1500 : PCI-MSI-0000:00:1f.6 0-edge eno1
LOC 0=2000 1=600 2=100 3=100 4=100 5=100 6=100 7=100 8=5 9=5 10=5 11=5 12=5 13=5 14=5 15=5 : Local timer interrupts
END
stat '0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15' 2=4 7=40

machine hybrid-capacity
cpus 0-5 0-5 ''
for i in 0 1 2 3; do file $cpu/cpu$i/cpu_capacity 446; done
file $cpu/cpu4/cpu_capacity 1000
file $cpu/cpu5/cpu_capacity 1024
file sys/devices/platform/fe300000.ethernet/uevent DRIVER=rk_gmac-dwmac
link sys/devices/platform/fe300000.ethernet/net/eth0/device ../../../fe300000.ethernet
link sys/class/net/eth0 ../../devices/platform/fe300000.ethernet/net/eth0
goes_to 28 0
status 0-5
interrupts '0 1 2 3 4 5' <<'END'
11 0=90 1=90 2=90 3=90 4=90 5=90 : GICv3 30 Level arch_timer
28 0=700 : GICv3 44 Level eth0
IPI0 0=10 1=10 2=10 3=10 4=10 5=10 : Rescheduling interrupts
END
stat '0 1 2 3 4 5'

machine raspberry-pi
cpus 0-3 0-3 ''
for i in 0 1 2 3; do file $cpu/cpu$i/cpufreq/cpuinfo_max_freq 1800000; done
file sys/devices/platform/scb/fd580000.ethernet/uevent DRIVER=bcmgenet
link sys/devices/platform/scb/fd580000.ethernet/net/eth0/device ../../../fd580000.ethernet
link sys/class/net/eth0 ../../devices/platform/scb/fd580000.ethernet/net/eth0
for queue in 0 1 2 3; do
	file sys/devices/platform/scb/fd580000.ethernet/net/eth0/queues/tx-$queue/xps_cpus 0
done
file sys/devices/platform/scb/fd580000.ethernet/net/eth0/queues/rx-0/rps_cpus 0
file proc/irq/37/smp_affinity_list 0-3
file proc/irq/37/effective_affinity_list 0
file proc/irq/38/smp_affinity_list 0-3
file proc/irq/38/effective_affinity_list 0
status 0-3
interrupts '0 1 2 3' <<'END'
11 0=110 1=40 2=40 3=40 : GICv2 30 Level arch_timer
37 0=812 : GICv2 189 Level eth0
38 0=31 : GICv2 190 Level eth0
IPI0 0=20 1=20 2=20 3=20 : Rescheduling interrupts
END
stat '0 1 2 3' 0=7

machine container
cpus 0-7 0-7 ''
socket 0 0-7
nodes 0
node 0 0-7 16252928 10
virtual eth0
file universe 2-3
status 2-3
interrupts '0 1 2 3 4 5 6 7' <<'END'
LOC 0=100 1=100 2=100 3=100 4=100 5=100 6=100 7=100 : Local timer interrupts
END
stat '0 1 2 3 4 5 6 7'

machine restricted
cpus 0-7 0-7 6-7
socket 0 0-7
nodes 0
node 0 0-7 16252928 10
pci eth0 pci0000:00 0000:03:00.0 0 '50'
goes_to 50 1
file universe 0-7
status 1-3
interrupts '0 1 2 3 4 5 6 7' <<'END'
50 1=3000 : PCI-MSIX-0000:03:00.0 0-edge eth0
LOC 0=100 1=100 2=100 3=100 4=100 5=100 6=1 7=1 : Local timer interrupts
END
stat '0 1 2 3 4 5 6 7'

machine partition
cpus 0-7 0-7 ''
socket 0 0-7
nodes 0
node 0 0-7 16252928 10
file sys/fs/cgroup/cpuset.cpus.isolated 5-7
pci eth0 pci0000:00 0000:03:00.0 0 '50'
goes_to 50 4
file universe 4-7
status 4-7
interrupts '0 1 2 3 4 5 6 7' <<'END'
50 4=3000 : PCI-MSIX-0000:03:00.0 0-edge eth0
LOC 0=100 1=100 2=100 3=100 4=100 5=300 6=1 7=1 : Local timer interrupts
END
stat '0 1 2 3 4 5 6 7'

machine bond-two-nodes
cpus 0-7 0-7 ''
socket 0 0-3
socket 1 4-7
nodes 0-1
node 0 0-3 32768000 '10 21'
node 1 4-7 33030144 '21 10'
pci eth0 pci0000:00 0000:01:00.0 0 '40'
pci eth1 pci0000:80 0000:81:00.0 1 '41'
pci eth2 pci0000:00 0000:02:00.0 0 '42'
pci eth3 pci0000:80 0000:82:00.0 1 '43'
virtual bond0 eth0 eth1
file sys/devices/virtual/net/bond0/bonding/active_slave eth1
virtual bond1 eth2 eth3
file sys/devices/virtual/net/bond1/bonding/active_slave ''
goes_to 40 1
goes_to 41 4
goes_to 42 0
goes_to 43 5
status 0-7
interrupts '0 1 2 3 4 5 6 7' <<'END'
40 1=3 : PCI-MSIX-0000:01:00.0 0-edge eth0
41 4=9000 : PCI-MSIX-0000:81:00.0 0-edge eth1
42 0=4000 : PCI-MSIX-0000:02:00.0 0-edge eth2
43 5=4000 : PCI-MSIX-0000:82:00.0 0-edge eth3
LOC 0=100 1=100 2=100 3=100 4=100 5=100 6=100 7=100 : Local timer interrupts
END
stat '0 1 2 3 4 5 6 7'

machine vlan
cpus 0-7 0-7 ''
socket 0 0-3
socket 1 4-7
nodes 0-1
node 0 0-3 32768000 '10 21'
node 1 4-7 33030144 '21 10'
pci eth0 pci0000:80 0000:81:00.0 1 '41 42'
virtual eth0.100 eth0
file sys/devices/virtual/net/eth0.100/queues/rx-0/rps_cpus 40
virtual macvlan0 eth0.100
goes_to 41 4
goes_to 42 5
status 0-7
interrupts '0 1 2 3 4 5 6 7' <<'END'
41 4=9000 : PCI-MSIX-0000:81:00.0 0-edge eth0-0
42 5=7 : PCI-MSIX-0000:81:00.0 1-edge eth0-1
LOC 0=100 1=100 2=100 3=100 4=100 5=100 6=100 7=100 : Local timer interrupts
END
stat '0 1 2 3 4 5 6 7'

machine virtio
cpus 0-3 0-3 ''
socket 0 0-1
socket 1 2-3
nodes 0-1
node 0 0-1 4096000 '10 20'
node 1 2-3 4128768 '20 10'
file sys/devices/pci0000:00/0000:00:03.0/numa_node 1
for irq in 24 25 26; do file sys/devices/pci0000:00/0000:00:03.0/msi_irqs/$irq msix; done
link sys/devices/pci0000:00/0000:00:03.0/virtio0/net/eth0/device ../../../virtio0
link sys/class/net/eth0 ../../devices/pci0000:00/0000:00:03.0/virtio0/net/eth0
file sys/devices/pci0000:00/numa_node 0
goes_to 24 0
goes_to 25 2
goes_to 26 2
status 0-3
interrupts '0 1 2 3' <<'END'
24 0=0 : PCI-MSIX-0000:00:03.0 0-edge virtio0-config
25 2=600 : PCI-MSIX-0000:00:03.0 1-edge virtio0-input.0
26 2=70 : PCI-MSIX-0000:00:03.0 2-edge virtio0-output.0
LOC 0=100 1=100 2=100 3=100 : Local timer interrupts
END
stat '0 1 2 3'

machine memory-only-node
cpus 0-7 0-7 ''
socket 0 0-3
socket 1 4-7
nodes 0-2
node 0 0-3 32768000 '10 21 24'
node 1 4-7 33030144 '21 10 14'
node 2 '' 134217728 '24 14 10'
pci eth0 pci0000:80 0000:81:00.0 2 '41'
goes_to 41 4
status 0-7
interrupts '0 1 2 3 4 5 6 7' <<'END'
41 4=2500 : PCI-MSIX-0000:81:00.0 0-edge eth0
LOC 0=100 1=100 2=100 3=100 4=100 5=100 6=100 7=100 : Local timer interrupts
END
stat '0 1 2 3 4 5 6 7'

machine offline-cpus
cpus 0-7 0-1,4-7 2-3,6
socket 0 0-1,4-7
nodes 0
node 0 0-1,4-7 16252928 10
pci eth0 pci0000:00 0000:03:00.0 0 '50 51'
goes_to 50 4
goes_to 51 7
status 0-1,4-5,7
interrupts '0 1 4 5 6 7' <<'END'
50 4=900 : PCI-MSIX-0000:03:00.0 0-edge eth0-rx-0
51 7=20 : PCI-MSIX-0000:03:00.0 1-edge eth0-tx-0
LOC 0=100 1=100 4=100 5=100 6=1 7=100 : Local timer interrupts
END
stat '0 1 4 5 6 7'

machine no-numa
cpus 0-3 0-3 ''
core 0-1 2-3
socket 0 0-3
pci eth0 pci0000:00 0000:02:00.0 '' ''
file sys/devices/pci0000:00/0000:02:00.0/irq 16
file proc/irq/16/smp_affinity_list 0-3
status 0-3
interrupts '0 1 2 3' <<'END'
16 0=400 : IO-APIC 16-fasteoi i801_smbus, eth0
LOC 0=100 1=100 2=100 3=100 : Local timer interrupts
END
stat '0 1 2 3'

machine many-cpus
cpus 0-2047 0-2047 1600-1663
nodes 0-3
node 0 0-511 262144000 '10 11 21 21'
node 1 512-1023 264241152 '11 10 21 21'
node 2 1024-1535 264241152 '21 21 10 11'
node 3 1536-2047 264241152 '21 21 11 10'
pci eth0 pci0000:c0 0000:c1:00.0 3 '8000 8001'
goes_to 8000 1536
goes_to 8001 1537
# CPU 1538 is bit 2 of word 48
file sys/devices/pci0000:c0/0000:c1:00.0/net/eth0/queues/rx-0/rps_cpus \
	"$(awk 'BEGIN { for (i = 63; i >= 0; i--) printf "%s%s", i == 48 ? "00000004" : "00000000", i ? "," : "" }')"
status 0-1599,1664-2047
# a header of 2,048 columns, and the NIC's rows
mkdir -p "$name/proc"
awk 'BEGIN {
	for (i = 0; i < 2048; i++) printf " CPU%d", i
	for (irq = 8000; irq < 8002; irq++) {
		printf "\n%d:", irq
		for (i = 0; i < 2048; i++) printf " %d", i == irq - 8000 + 1536 ? 77 : 0
		printf " PCI-MSIX-0000:c1:00.0 %d-edge eth0-%d", irq - 8000, irq - 8000
	}
	print ""
}' >"$name/proc/interrupts"

machine malformed-online
cpus 0-3 '0-3,x' ''
status 0-3

machine malformed-node
cpus 0-3 0-3 'none of them'
file $cpu/nohz_full '(null)'
file $cpu/cpu0/topology/thread_siblings_list -5
file $cpu/cpu1/topology/thread_siblings_list 0-3000000000
file $cpu/cpu2/topology/thread_siblings_list 0-1
file $cpu/cpu0/topology/physical_package_id 99999999999999999999
file $cpu/cpu0/cache/index3/shared_cpu_list "$(printf '%040000d' 0)"
file $cpu/cpu0/cpu_capacity -3
file sys/devices/cpu_core/cpus '3-0'
nodes 0-1
node 0 0-99999999 'a lot of' '10 21 21'
node 1 2-3 -1 '21'
file sys/devices/system/node/node1/distance 'near'
pci eth0 pci0000:00 0000:03:00.0 '7 or so' '50 rubbish 99999999999999999999'
file sys/devices/pci0000:00/0000:03:00.0/net/eth0/queues/rx-0/rps_cpus 'zz,1'
file sys/devices/pci0000:00/0000:03:00.0/net/eth0/queues/tx-0/xps_cpus '123456789'
file proc/irq/50/effective_affinity_list '1-'
file proc/irq/50/smp_affinity_list '9999'
file universe '0,'
status 'x'
file proc/interrupts '  50:  1  2  3  4  eth0'
file proc/stat 'cpu0 1 2 three'

machine nic-busy
cpus 0-3 0-3 ''
socket 0 0-3
nodes 0
node 0 0-3 16252928 10
pci eth0 pci0000:00 0000:03:00.0 0 '40 41 42 43'
goes_to 40 0
goes_to 41 1
goes_to 42 2
goes_to 43 3
status 0-3
interrupts '0 1 2 3' <<'END'
40 0=3 : PCI-MSIX-0000:03:00.0 0-edge eth0-TxRx-0
41 1=0 : PCI-MSIX-0000:03:00.0 1-edge eth0-TxRx-1
42 2=20000 : PCI-MSIX-0000:03:00.0 2-edge eth0-TxRx-2
43 3=0 : PCI-MSIX-0000:03:00.0 3-edge eth0-TxRx-3
LOC 0=100 1=100 2=100 3=100 : Local timer interrupts
END
stat '0 1 2 3' 2=30

machine everything-isolated
cpus 0-3 0-3 1-3
file $cpu/nohz_full 1-3
socket 0 0-3
nodes 0
node 0 0-3 16252928 10
pci eth0 pci0000:00 0000:03:00.0 0 '50'
goes_to 50 0
file universe 1-3
status 1-3
interrupts '0 1 2 3' <<'END'
50 0=600 : PCI-MSIX-0000:03:00.0 0-edge eth0
LOC 0=100 1=1 2=1 3=1 : Local timer interrupts
END
stat '0 1 2 3'
