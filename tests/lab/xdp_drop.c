/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drops probes in an XDP program, which needs root:
 *
 *	xdp_drop IF native|generic MODULUS REST
 *
 * attaches a program that drops each probe over IPv4 without options whose seq mod MODULUS is REST
 * and passes everything else. It stays when this process ends: ip link set dev IF xdp off. Status
 *77: the kernel refuses it, with the reason on stderr.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	AT_MAGIC = 42, /* Ethernet 14, IPv4 20, UDP 8 */
	AT_KIND = 47,
	AT_SEQ_LOW = 62,
	MAGIC = 0x50545062,
	REFUSED = 77,
};

#define INSN(op, dst, src, offset, immediate) \
	((struct bpf_insn){.code = (op),      \
			   .dst_reg = (dst),  \
			   .src_reg = (src),  \
			   .off = (offset),   \
			   .imm = (int32_t)(immediate)})

static int load(uint32_t modulus, uint32_t rest, char *log, size_t log_size)
{
	const struct bpf_insn program[] = {
		/* r2 = data, r3 = data_end; too short: pass */
		INSN(BPF_LDX | BPF_W | BPF_MEM, 2, 1, 0, 0),
		INSN(BPF_LDX | BPF_W | BPF_MEM, 3, 1, 4, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 4, 2, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 4, 0, 0, AT_SEQ_LOW + 4),
		INSN(BPF_JMP | BPF_JGT | BPF_X, 4, 3, 10, 0),
		/* no magic, or an END: pass */
		INSN(BPF_LDX | BPF_W | BPF_MEM, 5, 2, AT_MAGIC, 0),
		INSN(BPF_ALU | BPF_END | BPF_TO_BE, 5, 0, 0, 32),
		INSN(BPF_JMP32 | BPF_JNE | BPF_K, 5, 0, 7, MAGIC),
		INSN(BPF_LDX | BPF_B | BPF_MEM, 5, 2, AT_KIND, 0),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 5, 0, 5, 0),
		INSN(BPF_LDX | BPF_W | BPF_MEM, 5, 2, AT_SEQ_LOW, 0),
		INSN(BPF_ALU | BPF_END | BPF_TO_BE, 5, 0, 0, 32),
		INSN(BPF_ALU | BPF_MOD | BPF_K, 5, 0, 0, modulus),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, XDP_DROP),
		INSN(BPF_JMP32 | BPF_JEQ | BPF_K, 5, 0, 1, rest),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, XDP_PASS),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insn_cnt = sizeof(program) / sizeof(*program),
		.insns = (uint64_t)(uintptr_t)program,
		.license = (uint64_t)(uintptr_t) "BSD",
		.log_level = 1,
		.log_size = (uint32_t)log_size,
		.log_buf = (uint64_t)(uintptr_t)log,
	};

	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int attach(unsigned int ifindex, int program, uint32_t flags)
{
	struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);
	_Alignas(struct nlmsghdr) char bytes[MNL_NLMSG_HDRLEN + 256];
	struct nlmsghdr *header = mnl_nlmsg_put_header(bytes);
	struct ifinfomsg *info;
	struct nlattr *xdp;
	_Alignas(struct nlmsghdr) char answer[4096];
	ssize_t length;
	int result = -1;

	header->nlmsg_type = RTM_SETLINK;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	info = mnl_nlmsg_put_extra_header(header, sizeof(*info));
	info->ifi_index = (int)ifindex;
	xdp = mnl_attr_nest_start(header, IFLA_XDP);
	mnl_attr_put_u32(header, IFLA_XDP_FD, (uint32_t)program);
	mnl_attr_put_u32(header, IFLA_XDP_FLAGS, flags);
	mnl_attr_nest_end(header, xdp);
	if (socket && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 &&
	    mnl_socket_sendto(socket, header, header->nlmsg_len) >= 0) {
		length = mnl_socket_recvfrom(socket, answer, sizeof(answer));
		if (length > 0) {
			result = mnl_cb_run(answer, (size_t)length, 0,
					    mnl_socket_get_portid(socket), NULL, NULL);
		}
	}
	return result;
}

int main(int argc, char *argv[])
{
	static char log[65536];
	unsigned int ifindex = argc == 5 ? if_nametoindex(argv[1]) : 0;
	int program;

	if (ifindex == 0) {
		fprintf(stderr, "usage: xdp_drop IF native|generic MODULUS REST\n");
		return 2;
	}
	program = load((uint32_t)strtoul(argv[3], NULL, 10), (uint32_t)strtoul(argv[4], NULL, 10),
		       log, sizeof(log));
	if (program < 0) {
		fprintf(stderr, "xdp_drop: load the program: %s: %s\n", strerror(errno), log);
		return REFUSED;
	}
	if (attach(ifindex, program,
		   strcmp(argv[2], "native") == 0 ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE) < 0) {
		fprintf(stderr, "xdp_drop: attach to '%s': %s\n", argv[1], strerror(errno));
		return REFUSED;
	}
	return 0;
}
