/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rights.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "text.h"

#ifdef __s390__
#define CLONE_FLAGS_AT 1
#else
#define CLONE_FLAGS_AT 0
#endif

#define WRITES (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)
#define NAMESPACES                                                                                \
	((uint32_t)(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
		    CLONE_NEWPID | CLONE_NEWNET))

/*
 * The system calls that stay, by name: a name that libseccomp or this architecture doesn't have is
 * passed over, so 32-bit machines' calls stand beside their successors. Those of other C libraries
 * than glibc are among them. mask: only while these bits of the argument equal value.
 */
static const struct call {
	const char *name;
	unsigned int needs; /* RIGHTS_*; 0: every tool */
	unsigned int argument;
	uint32_t mask, value;
	int error; /* that it fails with, for those who then ask for another one */
} calls[] = {
	/* the descriptors that are open */
	{.name = "close"},
	{.name = "fcntl"},
	{.name = "fcntl64"},
	{.name = "fstat"},
	{.name = "fstat64"},
	{.name = "ftruncate"},
	{.name = "ftruncate64"},
	{.name = "_llseek"},
	{.name = "lseek"},
	{.name = "read"},
	{.name = "readv"},
	{.name = "write"},
	{.name = "writev"},
	/* whether one is a terminal, and nothing else: TIOCSTI types commands into it */
	{.name = "ioctl", .argument = 1, .mask = UINT32_MAX, .value = TCGETS},
#ifdef TCGETS2
	{.name = "ioctl", .argument = 1, .mask = UINT32_MAX, .value = TCGETS2},
#endif
	/* files, to read */
	{.name = "fstatat64"},
	{.name = "lstat"},
	{.name = "lstat64"},
	{.name = "newfstatat"},
	{.name = "open", .argument = 1, .mask = WRITES},
	{.name = "openat", .argument = 2, .mask = WRITES},
	{.name = "stat"},
	{.name = "stat64"},
	{.name = "statx"},
	/* datagrams */
	{.name = "getsockname"},
	{.name = "getsockopt"},
	{.name = "poll"},
	{.name = "ppoll"},
	{.name = "ppoll_time64"},
	{.name = "recvfrom"},
	{.name = "recvmmsg"},
	{.name = "recvmmsg_time64"},
	{.name = "recvmsg"},
	{.name = "sendmmsg"},
	{.name = "sendmsg"},
	{.name = "sendto"},
	{.name = "setsockopt"},
	/* memory, none of which can be run */
	{.name = "brk"},
	{.name = "madvise"},
	{.name = "mmap", .argument = 2, .mask = PROT_EXEC},
	{.name = "mmap2", .argument = 2, .mask = PROT_EXEC},
	{.name = "mprotect", .argument = 2, .mask = PROT_EXEC},
	{.name = "mremap"},
	{.name = "munmap"},
	/* clocks; to set one takes a capability */
	{.name = "adjtimex"},
	{.name = "clock_adjtime"},
	{.name = "clock_adjtime64"},
	{.name = "clock_getres"},
	{.name = "clock_getres_time64"},
	{.name = "clock_gettime"},
	{.name = "clock_gettime64"},
	{.name = "clock_nanosleep"},
	{.name = "clock_nanosleep_time64"},
	{.name = "gettimeofday"},
	{.name = "nanosleep"},
	{.name = "time"},
	/* the process itself */
	{.name = "exit"},
	{.name = "exit_group"},
	{.name = "futex"},
	{.name = "futex_time64"},
	{.name = "getpid"},
	{.name = "getrandom"},
	{.name = "gettid"},
	{.name = "restart_syscall"},
	{.name = "rt_sigaction"},
	{.name = "rt_sigprocmask"},
	{.name = "rt_sigreturn"},
	{.name = "sched_getscheduler"},
	{.name = "sched_yield"},
	{.name = "sigreturn"},
	{.name = "sysinfo"}, /* qsort(3) asks for the memory */
	{.name = "tgkill"},
	{.name = "tkill"},
	{.name = "uname"},

	{.name = "bind", .needs = RIGHTS_SOCKETS},
	{.name = "socket", .needs = RIGHTS_SOCKETS},

	{.name = "accept", .needs = RIGHTS_STREAMS},
	{.name = "accept4", .needs = RIGHTS_STREAMS},
	{.name = "connect", .needs = RIGHTS_STREAMS},
	{.name = "getpeername", .needs = RIGHTS_STREAMS},
	{.name = "getrusage", .needs = RIGHTS_STREAMS},
	{.name = "listen", .needs = RIGHTS_STREAMS},
	{.name = "_newselect", .needs = RIGHTS_STREAMS},
	{.name = "pselect6", .needs = RIGHTS_STREAMS},
	{.name = "pselect6_time64", .needs = RIGHTS_STREAMS},
	{.name = "select", .needs = RIGHTS_STREAMS},
	{.name = "sendfile", .needs = RIGHTS_STREAMS},
	{.name = "sendfile64", .needs = RIGHTS_STREAMS},
	{.name = "shutdown", .needs = RIGHTS_STREAMS},
	{.name = "times", .needs = RIGHTS_STREAMS},
	/* the buffer of a stream is a file without a name */
	{.name = "open", .needs = RIGHTS_STREAMS},
	{.name = "openat", .needs = RIGHTS_STREAMS},
	{.name = "unlink", .needs = RIGHTS_STREAMS},
	{.name = "unlinkat", .needs = RIGHTS_STREAMS},

	/* none in namespaces of its own, in which it would be root */
	{.name = "clone", .needs = RIGHTS_CHILDREN, .mask = NAMESPACES},
	{.name = "fork", .needs = RIGHTS_CHILDREN},
	{.name = "kill", .needs = RIGHTS_CHILDREN},
	{.name = "socketpair", .needs = RIGHTS_CHILDREN},
	{.name = "wait4", .needs = RIGHTS_CHILDREN},
	{.name = "waitid", .needs = RIGHTS_CHILDREN},
	{.name = "waitpid", .needs = RIGHTS_CHILDREN},
	/* what such a child does before it gives up still more */
	{.name = "capget", .needs = RIGHTS_CHILDREN},
	{.name = "capset", .needs = RIGHTS_CHILDREN},
	{.name = "close_range", .needs = RIGHTS_CHILDREN},
	{.name = "dup2", .needs = RIGHTS_CHILDREN},
	{.name = "dup3", .needs = RIGHTS_CHILDREN},
	{.name = "getppid", .needs = RIGHTS_CHILDREN},
	{.name = "prctl", .needs = RIGHTS_CHILDREN},
	{.name = "prlimit64", .needs = RIGHTS_CHILDREN},
	{.name = "sched_getaffinity", .needs = RIGHTS_CHILDREN},
	{.name = "sched_setaffinity", .needs = RIGHTS_CHILDREN},
	{.name = "seccomp", .needs = RIGHTS_CHILDREN},
	{.name = "setpgid", .needs = RIGHTS_CHILDREN},
	{.name = "setrlimit", .needs = RIGHTS_CHILDREN},
	{.name = "set_robust_list", .needs = RIGHTS_CHILDREN},
	{.name = "sigaltstack", .needs = RIGHTS_CHILDREN},
	{.name = "ugetrlimit", .needs = RIGHTS_CHILDREN},

	/* what changes a device takes a capability besides */
	{.name = "ioctl",
	 .needs = RIGHTS_COUNTERS,
	 .argument = 1,
	 .mask = UINT32_MAX,
	 .value = SIOCETHTOOL},

	/* a filter can't look at what clone3 points to */
	{.name = "clone",
	 .needs = RIGHTS_THREADS,
	 .argument = CLONE_FLAGS_AT,
	 .mask = CLONE_THREAD,
	 .value = CLONE_THREAD},
	{.name = "clone3", .needs = RIGHTS_THREADS, .error = ENOSYS},
	{.name = "rseq", .needs = RIGHTS_THREADS},
	{.name = "sched_getaffinity", .needs = RIGHTS_THREADS},
	{.name = "set_robust_list", .needs = RIGHTS_THREADS},

	{.name = "access", .needs = RIGHTS_REPLACE},
	{.name = "faccessat", .needs = RIGHTS_REPLACE},
	{.name = "faccessat2", .needs = RIGHTS_REPLACE},
	{.name = "open", .needs = RIGHTS_REPLACE},
	{.name = "openat", .needs = RIGHTS_REPLACE},
	{.name = "rename", .needs = RIGHTS_REPLACE},
	{.name = "renameat", .needs = RIGHTS_REPLACE},
	{.name = "renameat2", .needs = RIGHTS_REPLACE},
	{.name = "unlink", .needs = RIGHTS_REPLACE},
	{.name = "unlinkat", .needs = RIGHTS_REPLACE},

	{.name = "open", .needs = RIGHTS_WRITE},
	{.name = "openat", .needs = RIGHTS_WRITE},

	{.name = "ioctl",
	 .argument = 1,
	 .mask = UINT32_MAX,
	 .value = SIOCGIFFLAGS,
	 .needs = RIGHTS_CAPTURE},
	{.name = "ioctl",
	 .argument = 1,
	 .mask = UINT32_MAX,
	 .value = SIOCGIFNAME,
	 .needs = RIGHTS_CAPTURE},

	{.name = "ioctl",
	 .needs = RIGHTS_PHC,
	 .argument = 1,
	 .mask = UINT32_MAX,
	 .value = PTP_SYS_OFFSET_PRECISE},
	{.name = "ioctl",
	 .needs = RIGHTS_PHC,
	 .argument = 1,
	 .mask = UINT32_MAX,
	 .value = PTP_SYS_OFFSET_EXTENDED},
	{.name = "ioctl",
	 .needs = RIGHTS_PHC,
	 .argument = 1,
	 .mask = UINT32_MAX,
	 .value = PTP_SYS_OFFSET},

	{.name = "bind", .needs = RIGHTS_NIC_STAMP}, /* see nic_restore.c */
	{.name = "ioctl",
	 .needs = RIGHTS_NIC_STAMP,
	 .argument = 1,
	 .mask = UINT32_MAX,
	 .value = SIOCGIFNAME},
	{.name = "ioctl",
	 .needs = RIGHTS_NIC_STAMP,
	 .argument = 1,
	 .mask = UINT32_MAX,
	 .value = SIOCGHWTSTAMP},
	{.name = "ioctl",
	 .needs = RIGHTS_NIC_STAMP,
	 .argument = 1,
	 .mask = UINT32_MAX,
	 .value = SIOCSHWTSTAMP},
};

static int drop_capabilities(unsigned int needs)
{
	const struct {
		unsigned int needs, capability;
	} kept[] = {
		{RIGHTS_LOW_PORT, CAP_NET_BIND_SERVICE},
		{RIGHTS_NIC_STAMP, CAP_NET_ADMIN},
	};
	bool keep[sizeof(kept) / sizeof(*kept)];

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		keep[i] = (needs & kept[i].needs) != 0 && capng_get_caps_process() == 0 &&
			  capng_have_capability(CAPNG_PERMITTED, kept[i].capability);
	}
	capng_clear(CAPNG_SELECT_BOTH);
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		if (keep[i]) {
			(void)capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
					   kept[i].capability);
		}
	}
	/* what execve could give, which only CAP_SETPCAP may cut; no_new_privs bars it anyway */
	(void)capng_apply(CAPNG_SELECT_BOUNDS);
	errno = 0;
	if (capng_apply(CAPNG_SELECT_CAPS) < 0) {
		return errno != 0 ? -errno : -EPERM;
	}
	return 0;
}

static int allow(scmp_filter_ctx filter, const struct call *call)
{
	int number = seccomp_syscall_resolve_name(call->name), err;

	if (number == __NR_SCMP_ERROR) {
		return 0;
	}
	if (call->mask != 0) {
		err = seccomp_rule_add(
			filter, SCMP_ACT_ALLOW, number, 1,
			SCMP_CMP(call->argument, SCMP_CMP_MASKED_EQ, call->mask, call->value));
	} else {
		err = seccomp_rule_add(filter,
				       call->error != 0 ? SCMP_ACT_ERRNO((uint32_t)call->error)
							: SCMP_ACT_ALLOW,
				       number, 0);
	}
	/* -EDOM: of another architecture; -EEXIST: a wider one is there */
	return err == -EDOM || err == -EEXIST ? 0 : err;
}

static int drop_calls(unsigned int needs)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int err = 0;

	if (filter == NULL) {
		return -ENOMEM;
	}
	/* each packet pays for it: a search, not a list; before Linux 5.16, no slower memory */
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
	for (size_t i = 0; err == 0 && i < sizeof(calls) / sizeof(*calls); i++) {
		if ((calls[i].needs & ~needs) == 0) {
			err = allow(filter, &calls[i]);
		}
	}
	err = err < 0 ? err : seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

int rights_drop(unsigned int needs, char text[static RIGHTS_TEXT])
{
	char why[TEXT_ERROR];
	int err = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;

	err = err < 0 ? err : drop_capabilities(needs);
	if (err < 0) {
		snprintf(text, RIGHTS_TEXT, "give up privileges: %s: run as an ordinary user",
			 text_error(-err, why));
		return err;
	}
	/* a sanitizer's runtime makes calls of its own up to its report at the end */
	err = SANITIZED ? 0 : drop_calls(needs);
	if (err < 0) {
		snprintf(text, RIGHTS_TEXT,
			 "the kernel takes no seccomp filter: capabilities were given up, system "
			 "calls weren't");
		return -ENOSYS;
	}
	snprintf(text, RIGHTS_TEXT, "gave up %s, new privileges%s",
		 capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_BIND_SERVICE)
			 ? "all capabilities but that to bind to low ports"
			 : "all capabilities",
		 SANITIZED ? "" : " and all system calls but those still needed");
	return 0;
}
