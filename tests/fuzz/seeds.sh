#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Writes the seeds of the fuzz corpora into the current source tree: sh tests/fuzz/seeds.sh. They are
# committed; this is how they were made, and README.md here says what the bytes mean.
set -eu
cd "$(dirname "$0")/corpus"
mkdir -p wire text option flows counters report frame capfile snapshot ethtool

seed() { # file, bytes in printf's notation
	# shellcheck disable=SC2059
	printf "$2" >"$1"
}

# integers: 8 bytes each
zero='\0\0\0\0\0\0\0\0'
one='\0\0\0\0\0\0\0\001'
ones='\377\377\377\377\377\377\377\377'
most='\177\377\377\377\377\377\377\377'
least='\200\0\0\0\0\0\0\0'

# wire: put the CRC right, then a datagram
probe="PTPb\001\000\000\100\002\0\0\0\0\0\0\052$one"
seed wire/probe "\001$probe$one$ones$zero$one\002\056\001\0\0\0\0\0"
seed wire/probe_with_padding "\001$probe$one$ones$zero$one\002\056\001\0\0\0\0\0@ABCDEFG"
seed wire/end "\001PTPb\001\001\000\100$one$ones$one$ones$zero$zero\0\0\0\0\0\0\0\0"
seed wire/wrong_crc "\000$probe$one$ones$zero$one\002\056\001\0\0\0\0\0"
seed wire/longer_header "\001PTPb\001\000\000\110$one$one$one$ones$zero$one\0\0\0\0\0\0\0\0$ones"
seed wire/header_beyond_the_end "\001PTPb\001\000\377\377$one$one$one$ones$zero$one\0\0\0\0\0\0\0\0"
seed wire/other_version "\001PTPb\002\000\000\100$one$one$one$ones$zero$one\0\0\0\0\0\0\0\0"
seed wire/extreme_numbers "\001PTPb\001\000\000\100$ones$ones$least$most$most$ones\377\377\377\377\0\0\0\0"
seed wire/short "\000PTPb\001"
seed wire/alien '\000GET / HTTP/1.1'

# capfile: how a read gives bytes, then the file. Little-endian unless it says big.
mkdir -p capfile
half='\0\0\0\0'
word='\004\0\0\0' # 4
pcap='\324\303\262\241\002\0\004\0'"$zero"'\377\377\0\0\001\0\0\0'
stamp='\000\361\123\145\001\0\0\0'
seed capfile/pcap "\000$pcap$stamp$word${word}abcd$stamp$word\006\0\0\0efgh"
seed capfile/pcap_ns "\007\115\074\262\241\002\0\004\0$zero\0\0\004\0\145\0\0\0$stamp$word${word}abcd"
seed capfile/pcap_big "\001\241\262\303\324\0\002\0\004$zero\0\0\377\377\0\0\001\024\145\123\361\0\0\0\0\001\0\0\0\002\0\0\0\011ab"
seed capfile/pcap_2_2 "\000\324\303\262\241\002\0\002\0$zero$word\001\0\0\0$stamp\011\0\0\0${word}abcd"
seed capfile/pcap_2_3 "\000\324\303\262\241\002\0\003\0$zero$word\001\0\0\0$stamp\011\0\0\0${word}abcd"
seed capfile/pcap_truncated "\003$pcap$stamp$word${word}abcd$stamp$word${word}ab"
seed capfile/pcap_longer_than_it_was "\000$pcap$stamp$word\003\0\0\0abcd"
seed capfile/pcap_of_all_ones "\000$pcap$ones$ones"
seed capfile/modified "\000\064\315\262\241\002\0\004\0$zero$word$half"
seed capfile/gzip '\000\037\213\010\0\0\0\0\0'
section='\012\015\015\012\034\0\0\0\115\074\053\032\001\0\0\0'"$ones"'\034\0\0\0'
interface='\001\0\0\0\040\0\0\0\001\0\0\0\140\0\0\0\011\0\001\0\011\0\0\0'"$half"'\040\0\0\0'
packet='\006\0\0\0\054\0\0\0'"$half"'\377\226\227\027\173\0\150\245\003\0\0\0\005\0\0\0abc\0\002\0\004\0\001\0\0\0\054\0\0\0'
statistics='\005\0\0\0\044\0\0\0'"$half$zero"'\007\0\010\0\011\0\0\0\0\0\0\0\044\0\0\0'
seed capfile/pcapng "\000$section$interface$packet$packet$statistics"
seed capfile/pcapng_sections "\005$section$interface$packet$statistics$section$interface$packet"
seed capfile/pcapng_big "\377\012\015\015\012\0\0\0\034\032\053\074\115\0\001\0\0$ones\0\0\0\034\0\0\0\001\0\0\0\024\0\001\0\0\0\0\0\0\0\0\0\024\0\0\0\006\0\0\0\040$half\0\001\002\003\004\005\006\007$zero\0\0\0\040"
seed capfile/pcapng_binary_resolution "\000$section\001\0\0\0\050\0\0\0\001\0\0\0$half\011\0\001\0\240\0\0\0\016\0\010\0$ones\050\0\0\0$packet"
seed capfile/pcapng_simple "\000$section$interface\003\0\0\0\024\0\0\0\003\0\0\0abc\0\024\0\0\0"
seed capfile/pcapng_old_packet "\000$section$interface\002\0\0\0\044\0\0\0\0\0\005\0$zero$word${word}abcd\044\0\0\0"
seed capfile/pcapng_drop_counts "\000$section$interface\006\0\0\0\054\0\0\0$half$zero$half$half\004\0\010\0$ones\054\0\0\0$statistics"
seed capfile/pcapng_unknown_block "\002$section\255\013\0\0\020\0\0\0${word}\020\0\0\0$interface$packet"
seed capfile/pcapng_long_unknown_block "\000$section\255\013\0\0\0\0\040\0$interface$packet"
seed capfile/pcapng_truncated "\011$section$interface$packet$half"
seed capfile/pcapng_times "\000$section$interface\005\0\0\0\074\0\0\0$half$zero\002\0\010\0$ones\003\0\010\0$zero\004\0\010\0$ones\074\0\0\0"

seed text/group '239.255.31.9:31900+10'
seed text/group_with_source '192.0.2.1,232.1.2.3:5000'
seed text/group_ipv6 '[ff15::1]:31900+3'
seed text/group_mapped '::ffff:239.1.2.3'
seed text/group_at_the_end '239.255.255.255+2'
seed text/duration '1.5ms'
seed text/duration_too_long '99999999999999999999h'
seed text/rate '2.5kpps'
seed text/rate_of_bits '10Mbps'
seed text/rate_of_nothing '0.0000000000000000000001'
seed text/share '0.1%%'
seed text/share_beyond_all '100.0000001%%'
seed text/limit 'p99.9=50us'
seed text/limit_of_the_maximum 'max=1ms'
seed text/integer '18446744073709551616'

# counters: what it is, then a file of tests/data or a text
file() { # seed, what it is, file
	{ printf %s "$2" && cat "../../data/$3"; } >"counters/$1"
}
file snmp p proc/snmp-6.1
file netstat p proc/netstat
file snmp6 l proc/snmp6
file softnet_stat c proc/softnet_stat
file udp s proc/udp-drops
file udp6 s proc/udp6
file igmp 4 proc/igmp
file igmp6 6 proc/igmp6
file format t tracing/kfree_skb-6.0
file format_without_reasons t tracing/kfree_skb-5.15
seed counters/pairs_of_other_forms 'pUdp: A B\nIp: A\nIp: 1 2\nIp: -1\nOdd:\nOdd: 99999999999999999999\n: 1\n: 2'
seed counters/igmp_of_eth0 '41\teth0      :     1      V3\n\t\t\t\t091FFFEF     1 0:00000000\t\t0\n'
seed counters/igmp6_of_eth0 '64 eth0 ff150000000000000000000000000001 1 0000000C 0\n'
settings='"settings":{"up":true,"carrier":null,"mtu":1500,"rp_filter":1,"xdp":"generic","member":["239.1.2.3","ff15::1"]}'
seed counters/evidence '{"interface":"eth0","before":{"link.rx_packets":1,"ethtool.rx_crc_errors":0},"after":{"link.rx_packets":2,"ethtool.rx_crc_errors":0,"qdisc.tbf.1.drops":9223372036854775807},'"$settings"',"unavailable":["netlink: gone"]}'
seed counters/evidence_of_nothing '{"interface":null,"before":{},"after":{},"settings":{"up":null,"carrier":null,"mtu":null,"rp_filter":null,"xdp":null,"member":null},"unavailable":[]}'
seed counters/evidence_of_a_negative_count '{"interface":null,"before":{"a":-1},"after":{},'"$settings"',"unavailable":[]}'
seed counters/evidence_with_a_strange_name '{"interface":null,"before":{"\\u001b[2J":1},"after":{},'"$settings"',"unavailable":[]}'

# machine: what it is, then a text
mkdir -p machine
seed machine/list 'l0-3,8,10-14:2\n'
seed machine/list_of_none 'l(null)\n'
seed machine/list_beyond_the_end 'l0-8192\n'
seed machine/mask 'm80000001,00000000,0000ffff\n'
seed machine/mask_with_a_long_word 'm100000000'
seed machine/mask_of_empty_words 'm,,1'
seed machine/status 'aName:\tbash\nCpus_allowed:\tf\nCpus_allowed_list:\t0-3\n'
seed machine/number 'n-1\n'
seed machine/distances 'n10 21 21 255\n'
seed machine/memory 'nNode 0 MemTotal:       10315988 kB\n'
seed machine/interrupts 'i    CPU0 CPU2\n 24: 10 20 PCI-MSI 5-edge eth0-rx-0\n100: 4294967295 1 eth0:mac\nERR: 0\nlater\nCPU0 CPU2\n 24: 30 20 eth0\n'
seed machine/interrupts_without_header 'i 24: 10 20 PCI-MSI 5-edge eth0\n'
seed machine/interrupts_beyond_the_cpus 'iCPU0 CPU300\n 24: 1 2\n'
seed machine/stat 'iCPU0\ncpu 1 2 3\ncpu0 10 0 10 100 1 0 0 0 0 0\nintr 5 0 0\nlater\nCPU0\ncpu0 30 0 10 180 0 0 0 0 0 0\n'
seed machine/stat_of_the_largest_numbers 'iCPU0\ncpu0 18446744073709551615 18446744073709551615 1 1\nlater\ncpu0 1 18446744073709551616\n'

seed option/send 's-i\neth0\n-r\n1000pps\n-t\n10s\n239.255.31.9'
seed option/send_bursts 's--pattern=burst:8\n--seed=1\n-l1400\n--dscp=46\n-c100\n--allow-rate\nmax\n--rate=max'
seed option/send_ptp_group 's224.0.1.129:319'
seed option/send_frames 's-i\neth0\n--l2\n--ptp=7'
seed option/send_frames_to_any_group 's-i\neth0\n--l2=01:80:c2:00:00:00\n--allow-group\n-r\n200\n--allow-rate\n1Mbps'
seed option/send_ptp 's-i\neth0\n--ptp\n--listen\n0\n--force\nff02::181'
seed option/send_far 's--ttl=16\n--allow-group\n224.1.2.3'
seed option/recv 'r-i\neth0\n--json\n--max-loss\n0.1%%\n--max-pdv=p99.9=50us\n192.0.2.1,232.1.2.3'
seed option/recv_many 'r-I1s\n-L200ms\n-W5s\n--csv\n--prom\nfile\n--nagios\n--\n[ff15::1]:5000+100'
seed option/ptp 'p-i\neth0\n--domain=0,24-43\n--profile=g8275.1\n--mask\nprtc-b\n--max-loss\n0\n--max-events=any=3\n--synchronised\n--floor=10us'
seed option/ptp_files 'p-r\na.pcap\n-r\nb.pcap\n--synchronised\n--utc-offset=37\n--max-pdv\np99=1us\n--json-stream'
seed option/link 'k-i\neth0\n-u\n-b\n900M\n-l\n1400\n-P4\n-t\n10s\n-O1s\n--dscp\nEF\n--max\nwire=0\n--max-jitter=1ms\n10.0.0.1'
seed option/link_compare 'k--compare\n-J\nbefore.json\nafter.json'
seed option/link_server 'k-i\neth0\n--server\n-p\n5301\n-B\n10.0.0.2\n--tests=3'
seed option/pin 'n-i\neth0\n--cores=2\n--roles=tx,rx\n--smt=allow\n--mem=prefer\n--fifo\n50\n--\niperf3\n-c\nhost'
seed option/pin_show 'n--show\neth0\n-J'
seed option/help 'r--help'
seed option/unknown 's--no-such-option'
seed option/two_operands 's239.255.31.9\n239.255.31.10'
seed option/empty 's-r\n\n'

# flows: see the grammar in README.md. A run of 100 in order of sender 0, its END, two seconds, a look.
run='\005\000\143'
end='\004\000\000'
wait='\007\000\167\065\224\000'
look='\013'
seed flows/in_order "$run$end$wait$look"
seed flows/lost "$run\001\000\000\005\000$run$end$wait"
seed flows/reordered "$run\001\000\000\002\000\001\000\377\375\000\001\000\377\377\000$run$wait$end"
seed flows/duplicate "$run\001\000\377\377\000\001\000\377\377\000$run$end$wait"
seed flows/late "$run\001\000\000\002\000$wait\001\000\377\374\000$run$end$wait"
seed flows/tail_lost "$run\004\000\012$wait$look"
seed flows/end_that_contradicts "$run\004\000\360$wait$look"
seed flows/jump "$run\001\000\177\377\000$run\001\000\200\000\000$run$end$wait"
seed flows/far_outlier "$run\003\000\001\000$least$one$ones$zero$one\100$run$end$wait"
seed flows/confirmed_outlier "$run\003\000\001\000$ones$one$ones$zero$one\100\005\000\007$end$wait"
seed flows/extreme_stamps "$run\003\000\001\000$one$most$one$least$ones\100\003\000\001\004$zero$least$zero$most$most\100$end$wait"
seed flows/clock_step "$run\010$zero$run\010\057\227\142\063\065\275\240\000$run$end$wait$look"
seed flows/corrupt "$run\006\000\001\006\000\200\006\005\003$run$end$wait"
seed flows/alien "\000\000\004PTPb\000\000\017GET / HTTP/1.1\n$run$end$wait"
seed flows/overflow '\005\000\003\005\001\003\005\002\003\005\003\003\005\004\003\005\005\003\006\005\001\013'
seed flows/follow_ups "\001\000\000\000\003\001\000\000\000\006\001\000\000\000\007\001\000\000\000\013\002\000\000\001\377$run$end$wait"
seed flows/poisson "\011\000\000\000\000\001\000\000\000\000\007\000\000\017\102\100\001\000\000\000\000\007\000\000\036\204\200$run$end$wait"
seed flows/split_and_rejoin "$run\012\000$run\012\001\005\001\010$end$wait"

# report: a sender, a receiver, its tap and the sender's tap, of one run of 100
key='"run_id":"7c3a90d417be2c05","group":"239.255.31.9","port":31900'
head='"schema":"ptprobe/1","host":"h","interface":"eth0","own_drops":'
rest='"late":0,"corrupt":0,"missed_before_join":0'
send="{${head}0,\"tool\":\"ptprobe-send\",\"sender\":{$key,\"groups\":1,\"sent\":98,\"failed\":2,\"stamp_every\":1,"
send="$send\"unscheduled\":{\"count\":1,\"ranges\":[[5,5]],\"complete\":true},"
send="$send\"sched_without_snd\":{\"count\":2,\"ranges\":[[7,8]],\"complete\":true},"
send="$send\"failed_ranges\":[{\"error\":\"EPERM\",\"count\":2,\"ranges\":[[1,2]],\"complete\":true}]}}"
flow() { # LOST RANGES, and more members
	printf '{%s,"first_seq":0,"last_seq":99,"sent":100,"unique":%d,"lost":%d,%s,' "$key" $((100 - $1)) "$1" "$rest"
	printf '"missing":{"ranges":%s,"complete":true}%s}' "$2" "${3:-}"
}
gone='[1,2],[5,5],[7,8]'
recv="{${head}3,\"tool\":\"ptprobe-recv\",\"flows\":[$(flow 13 "[$gone,[40,44],[60,62]]")],"
recv="$recv\"evidence\":{\"interface\":\"eth0\",\"before\":{\"udp.RcvbufErrors\":1,\"link.rx_crc_errors\":0},"
recv="$recv\"after\":{\"udp.RcvbufErrors\":4,\"link.rx_crc_errors\":0},\"settings\":{\"up\":true,\"carrier\":true,"
recv="$recv\"mtu\":1500,\"rp_filter\":null,\"xdp\":\"none\",\"member\":[\"239.255.31.9\"]},\"unavailable\":[]}}"
tap="{${head}0,\"tool\":\"ptprobe-capture\",\"capture\":{\"complete\":true,\"offloaded\":0},\"flows\":["
seed report/sender "$send"
seed report/receiver "$recv"
seed report/sender_and_receiver "$send$recv"
seed report/all "$send$recv$tap$(flow 5 "[$gone]" ',"side":"sender"')]}$tap$(flow 10 "[$gone,[40,44]]" ',"side":"receiver"')]}"
seed report/taps "$tap$(flow 5 "[$gone]" ',"side":"sender"')]}$tap$(flow 10 "[$gone,[40,44]]" ',"side":"receiver"')]}"
seed report/witnesses "${send%\}},\"witness\":$tap]}}${recv%\}},\"witness\":$tap$(flow 10 "[$gone,[40,44]]")]}}"
seed report/unlisted "$send$(echo "$recv" | sed 's/"complete":true/"complete":false/; s/,\[60,62\]//')"
seed report/other_schema '{"schema":"ptprobe/2"}'
seed report/no_report '[1,2,{"a":null}] "text" 3'

seed option/locate 'lsend.json\nrecv.json\n--tap\nrx=rx.pcapng\n--complete=rx\n--max-loss-at\nnetwork=0\n--run=7c3a90'
seed option/locate_expect 'l--sender\ns.json\n--receiver=hall=r.json\n--expect\nreceiver-socket\n-J'
seed option/capture 'c-i\neth0\n-w\nring.pcapng\n-C100\n-W\n10\n--run=7c3a90\nudp\nport\n31900'
seed option/capture_files 'c-rone\n-r\n-\n-s64\n-G\n60\n-w%%S\n--max-loss\n0'
seed option/capture_live_alone 'c-rone\n-Qin\n--buffer=262144'
# frame: link type and CRC, cut, stamp, length; then the frame. 128 is Ethernet with its CRC put right.
ether='\001\000\136\177\037\011\002\0\0\0\0\001'
ipv4='\105\270\0\134\022\064\100\0\003\021\0\0\012\037\0\001\357\377\037\011'
udp='\234\100\174\234\0\110\0\0'
native="$probe$one$ones$zero$one\002\056\001\0\0\0\0\0"
stamp='\0\0\017\102\100'
seed frame/ethernet "\200\0\0$stamp\0\152$ether\010\0$ipv4$udp$native"
seed frame/vlan "\200\0\0$stamp\0\156$ether\201\0\0\144\010\0$ipv4$udp$native"
seed frame/qinq "\200\0\0$stamp\0\162$ether\210\250\0\144\201\0\0\145\010\0$ipv4$udp$native"
seed frame/sll "\201\0\0$stamp\0\154\0\004\0\001\0\006\002\0\0\0\0\001\0\0\010\0$ipv4$udp$native"
seed frame/sll2 "\202\0\0$stamp\0\160\010\0\0\0\0\0\0\002\0\001\002\006\002\0\0\0\0\001\0\0$ipv4$udp$native"
seed frame/raw "\203\0\0$stamp\0\134$ipv4$udp$native"
seed frame/cut "\0\0\100$stamp\0\152$ether\010\0$ipv4$udp$native"
fragment='\105\270\0\134\022\064\040\0\003\021\0\0\012\037\0\001\357\377\037\011'
seed frame/first_fragment "\0\0\0$stamp\0\152$ether\010\0$fragment\234\100\174\234\013\300\0\0$native"
ipv6='\153\200\0\0\0\120\074\003\375\061\0\0\0\0\0\0\0\0\0\0\0\0\0\001\377\025\0\0\0\0\0\0\0\0\0\0\0\0\0\001'
seed frame/ipv6_with_options "\200\0\0$stamp\0\206$ether\206\335$ipv6\021\0\001\004\0\0\0\0$udp$native"
super='\105\270\0\234\022\064\100\0\003\021\0\0\012\037\0\001\357\377\037\011'
seed frame/super_frame "\100\0\0$stamp\0\252$ether\010\0$super\234\100\174\234\0\210\0\0$native$native"
identity='\002\0\0\0\0\0\0\052'
ptp_tail='\0\0\0\0\0\0\0\0\0\0\0\0'
sync="\0\002\0\054\143\0\002\0$ptp_tail$identity\0\001\0\001\0\371\0\0\145\123\361\0\0\152\317\300"
follow_up="\010\002\0\166\143\0\0\0$ptp_tail$identity\0\001\0\001\002\371\0\0\145\123\361\0\0\152\341\060"
tlv='\0\003\0\106\002\120\124\0\0\001'
layer2='\001\033\031\0\0\0\002\0\0\0\0\001\210\367'
seed frame/ptp_pair "\200\0\0$stamp\0\072$layer2$sync\200\0\0$stamp\0\204$layer2$follow_up$tlv$native\200\0\0$stamp\0\072$layer2$sync"

# snapshot: what a card's snapshot says
card='{"host":"alpha","interface":"eth0","driver":"igb","firmware":"1.63","bus":"0000:3b:00.0","time_ns":1700000000000000000,"up":true,"carrier":true,"autonegotiation":true,"speed_mbps":1000,"duplex":"full","mtu_bytes":1500,"rx_ring":{"current":256,"maximum":4096},"tx_ring":{"current":null,"maximum":null},"rx_pause":false,"tx_pause":null'
seed snapshot/whole "$card"',"counters":{"link.rx_packets":7,"ethtool.rx_crc_errors":0},"lacks":["FEC statistics: operation not supported"]}'
seed snapshot/steering '{"host":"\\u001b[2J","interface":"\\n","driver":"\\u0000","firmware":null,"bus":null,"time_ns":0,"up":null,"carrier":null,"autonegotiation":null,"speed_mbps":null,"duplex":null,"mtu_bytes":null,"rx_ring":{"current":1,"maximum":1},"tx_ring":{"current":1,"maximum":1},"rx_pause":null,"tx_pause":null,"counters":{},"lacks":["\\u009b"]}'
seed snapshot/strange_counter "$card"',"counters":{"\\u001b[2J":1},"lacks":[]}'
seed snapshot/negative_count "$card"',"counters":{"link.rx_packets":-7},"lacks":[]}'
seed snapshot/without_counters "$card"',"lacks":[]}'

# ethtool: an answer's generic header and attributes, little-endian; or names and numbers
number='\052\0\0\0\0\0\0\0'
seed ethtool/stats_mac 's\037\001\0\0\034\0\004\200\010\0\002\0\001\0\0\0\020\0\004\200\014\0\004\0'"$number"
seed ethtool/stats_unknown_group 's\037\001\0\0\034\0\004\200\010\0\002\0\377\377\377\377\020\0\004\200\014\0\004\0'"$number"
seed ethtool/stats_length_beyond_its_nest 's\037\001\0\0\034\0\004\200\010\0\002\0\001\0\0\0\377\0\004\200\014\0\004\0'"$number"
seed ethtool/fec_lanes 'f\036\001\0\0\034\0\005\200\030\0\002\0\036\0\0\0\0\0\0\0'"$number$number"
seed ethtool/pause 'p\026\001\0\0\034\0\005\200\014\0\002\0'"$number"'\014\0\003\0'"$number"
seed ethtool/strings "erx_crc_errors"'\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx$number$number"
early=',"counters":{"link.rx_packets":7,"link.rx_bytes":700,"link.tx_packets":7,"link.tx_bytes":700,"link.rx_errors":0,"link.carrier_changes":2,"ethtool.rx_crc_errors":0,"ethtool.rx_queue_0_drops":0,"std.mac.FrameCheckSequenceErrors":0,"ethtool.rx_missed":65530},"lacks":[]}'
late=',"counters":{"link.rx_packets":99,"link.rx_bytes":9900,"link.tx_packets":99,"link.tx_bytes":9900,"link.rx_errors":5,"link.carrier_changes":4,"ethtool.rx_crc_errors":3,"ethtool.rx_queue_0_drops":2,"std.mac.FrameCheckSequenceErrors":3,"ethtool.rx_missed":2},"lacks":[]}'
seed snapshot/two_with_faults "[$card$early,$card$late]"
seed snapshot/two_alike "[$card$early,$card$early]"

# ptp: m and the bytes that were cut off, then a message; p, then a profile's file; else the link type
# modulo 5, the bytes that were cut off, and a frame
mkdir -p ptp
header() { # TYPE LENGTH FLAGS INTERVAL, in printf's notation
	printf '%s\\002\\0%s\\0\\0%s%s\\0\\0\\0\\0\\012\\013\\014\\377\\376\\017\\020\\021\\0\\001\\0\\007\\0%s' \
		"$1" "$2" "$3" "$zero" "$4"
}
stamp='\0\0\145\123\361\0\0\152\317\300'
port='\002\0\0\377\376\0\0\012\0\001'
announce='\0\045\0\177\006\041\116\135\200\0\021\042\377\376\063\104\125\0\003\040'
sync="$(header '\000' '\054' '\002\0' '\374')$stamp"
seed ptp/sync "m\000$sync"
seed ptp/sync_over_ipv6 "m\000$sync\0\0"
seed ptp/sync_of_an_impossible_time "m\000$(header '\000' '\054' '\002\0' '\177')$ones\377\377"
seed ptp/delay_req "m\000$(header '\001' '\054' '\0\0' '\177')$zero\0\0"
seed ptp/pdelay_req "m\000$(header '\002' '\066' '\0\0' '\177')$zero$zero\0\0\0\0"
seed ptp/pdelay_resp "m\000$(header '\003' '\066' '\002\0' '\177')$stamp$port"
seed ptp/delay_resp "m\000$(header '\011' '\066' '\0\0' '\374')$stamp$port"
seed ptp/announce "m\000$(header '\013' '\100' '\0\074' '\001')$stamp$announce"
seed ptp/announce_with_tlvs "m\000$(header '\013' '\124' '\0\074' '\001')$stamp$announce\0\010\0\010$ones\0\003\0\004\034\022\235\0"
seed ptp/announce_cut_in_its_tlv "m\014$(header '\013' '\124' '\0\074' '\001')$stamp$announce\0\010\0\020\0\0\0\0"
seed ptp/announce_cut_in_its_body "m\024$(header '\013' '\100' '\0\074' '\001')$stamp"
seed ptp/follow_up_of_gptp "m\000$(header '\030' '\114' '\0\010' '\375')$stamp\0\003\0\034\0\200\302\0\0\001$zero$zero\0\0\0\0\0\0"
seed ptp/follow_up_of_a_probe "m\000\010\002\0\166\143\0\0\0$zero\0\0\0\0\012\013\014\015\016\017\020\021\0\001\0\007\002\371\0\0\145\123\361\0\0\152\341\060\0\003\0\106\002\120\124\0\0\001PTPb\001\0\0\100\012\013\014\015\016\017\020\021\0\0\0\0\0\0\0\007\027\227\234\376\066\224\317\300$ones$zero\0\0\0\0\0\167\065\224\0\0\0\0\060\027\154\105"
seed ptp/probe_longer_than_the_datagram "m\000$(header '\010' '\167' '\0\0' '\0')$stamp\0\003\0\106\002\120\124\0\0\001PTPb$ones$ones$ones$ones$ones$ones$ones\0\0\0\0"
seed ptp/signaling "m\000$(header '\014' '\062' '\004\0' '\177')$port\0\004\0\002\260\001"
seed ptp/management "m\000$(header '\015' '\066' '\0\0' '\177')$port\001\001\0\0\0\001\0\002\0\0"
seed ptp/tlv_beyond_the_end "m\000$(header '\010' '\060' '\0\0' '\0')$stamp\0\003\377\377"
seed ptp/reserved_type "m\000$(header '\007' '\042' '\0\0' '\0')"
seed ptp/version_1 "m\000\0\001\0\001_DFLT\0\0\0\0\0\0\0\0\0\0\0\001\001\0\0\0\0\0\0$zero$zero"
seed ptp/in_ethernet "\000\000\001\033\031\0\0\0\002\0\0\0\0\001\210\367$sync\0\0"
seed ptp/behind_two_tags "\000\000\001\200\302\0\0\016\002\0\0\0\0\001\210\250\340\007\201\0\040\010\210\367$sync"
seed ptp/over_ipv4 "\000\000\001\0\136\0\001\201\002\0\0\0\0\001\010\0\105\270\0\110\0\0\0\0\001\021\0\0\012\037\0\001\340\0\001\201\001\077\001\077\0\064\0\0$sync"
seed ptp/in_a_cooked_frame "\001\000\0\002\0\001\0\006\002\0\0\0\0\001\0\0\210\367$sync"
seed ptp/over_raw_ipv6 "\003\000\156\340\0\0\0\066\021\001$zero$zero\377\016\0\0\0\0\0\0\0\0\0\0\0\0\001\201\001\077\001\077\0\066\0\0$sync\0\0"
seed ptp/profile 'pbase = g8275.1\ndomain = 24..43\nvlan = any\ninterval.sync = -7..0\n'
seed ptp/profile_of_all_keys 'pname = a\ntitle = b\nsource = c\ntransport = udp4, ethernet\ncast = multicast\ngroups = ieee1588\nsdo-id = 0x1ff\nttl = 1\ndscp = 46\npcp = 6\nsteps = one\ntypes = sync, announce\nmac = 01:1b:19:00:00:00, 01-80-C2-00-00-0E\npeer-mac = any\ntlv.announce = 8, 3:0080c2:000001\n'
seed ptp/profile_with_a_mistake 'p# ours\nttl = 300\n'

# health: how it is set, then steps
mkdir -p health
seed health/pairs '\002\004\000\077\004\000\077\004\000\077'
seed health/pairs_with_clocks_that_agree '\016\004\000\077\004\000\077\011\004\000\077\004\000\077\004\000\077\004\000\077'
seed health/pairs_in_one_window_under_a_mask '\116\004\000\077\004\000\077\004\000\077'
seed health/two_masters '\003\001\013\000\001\003\001\013\002\001\103\006\0\0\0\0\200\0\0\001\013\000\001\003\001\013\002\001\103\006\0\0\0\0\200\0\0'
seed health/requests_and_answers '\002\001\001\002\001\001\001\011\003\001\001\005\0\0\377\377\001\001\002\001\001\006\0\0\0\0\377\0\0'
seed health/a_follow_up_that_is_missing '\002\001\000\000\001\001\005\100\0\0\0\001\000\000\001\001\001\010\000\001\000\006\0\0\0\0\377\0\0'
seed health/a_clock_of_extreme_numbers "\\002\\003\\000\\000\\377\\377\\002\\000\\177$least\\377\\377\\377\\377\\377\\377\\073\\232\\311\\377\\000\\003\\010\\000\\377\\377\\000\\000\\200$most\\377\\377\\377\\377\\377\\377\\073\\232\\311\\377\\000"
seed health/a_stepped_clock "\\006\\004\\000\\077\\007$most\\004\\000\\077\\007$zero\\004\\000\\077"
seed health/a_blind_tap '\002\004\000\010\006\0\0\0\0\377\0\0\010\004\000\010'
