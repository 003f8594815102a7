/* SPDX-License-Identifier: BSD-2-Clause */
/* What each of the proof's items says, and the verdict. */
#include "proof.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "text.h"

enum {
	CPUS_TEXT = 48,
	/* involuntary switches a second that are no sign of company: the kernel's own threads */
	RATE_ISOLATED = 1,
	RATE_SHARED = 10,
	ALLOWANCE = 1, /* whatever the run's length */
	NODE_PERCENT = 95,
	BLIND_NS = 1500000000, /* between two looks: worth a word */
};

/* detail and the result, printf-like. */
__attribute__((format(printf, 3, 4))) static void
say(struct proof_item *item, enum proof_result result, const char *format, ...)
{
	va_list arguments;

	item->result = result;
	va_start(arguments, format);
	vsnprintf(item->detail, sizeof(item->detail), format, arguments);
	va_end(arguments);
}

__attribute__((format(printf, 2, 3))) static void advise(struct proof_item *item,
							 const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(item->advice, sizeof(item->advice), format, arguments);
	va_end(arguments);
}

static void count(struct proof_item *item, const char *name, uint64_t value)
{
	item->number[item->number_count].name = name;
	item->number[item->number_count++].value = value;
}

static const char *plural(uint64_t number)
{
	return number == 1 ? "" : "s";
}

/* "'iperf3' (1234)" and "after 1.204 s", for a detail. */
enum { WHO_TEXT = 40, WHEN_TEXT = 32 };

static char *who(const struct proof_sight *sight, char text[static WHO_TEXT])
{
	snprintf(text, WHO_TEXT, "'%s' (%" PRId32 ")", sight->name, sight->tid);
	return text;
}

static char *when(const struct proof_sight *sight, char text[static WHEN_TEXT])
{
	snprintf(text, WHEN_TEXT, "after %.3f s", (double)sight->at_ns / 1e9);
	return text;
}

/* One CPU for each thread: then nothing may move. */
static bool has_own_cpus(const struct proof_input *input)
{
	return input->is_spread || plan_cpus(input->plan) == 1;
}

/* Why not all that there was was seen. */
static const char untracked[] = "more than 4096 at once, or hidden by /proc,";

static void judge_cpus(const struct proof_input *input, struct proof_item *item)
{
	const struct proof_seen *seen = input->seen;
	char planned[CPUS_TEXT], on[CPUS_TEXT], name[WHO_TEXT], time[WHEN_TEXT];
	char blind[32] = "";

	cpulist_text(&input->plan->cpus, planned, sizeof(planned));
	cpulist_text(&seen->cpus, on, sizeof(on));
	item->has_observed = seen->samples > 0;
	item->observed = seen->cpus;
	count(item, "samples", seen->samples);
	count(item, "threads", seen->threads);
	count(item, "outside", seen->outside);
	count(item, "untracked", seen->untracked);
	count(item, "longest_gap_ns", (uint64_t)seen->blind_ns);
	if (seen->strayed.is_seen) {
		say(item, PROOF_FAIL,
		    "planned %s; %s was on %" PRIu32 " %s; outside in %" PRIu64 " of %" PRIu64
		    " samples of %" PRIu64 " thread%s",
		    planned, who(&seen->strayed, name), seen->strayed.cpu,
		    when(&seen->strayed, time), seen->outside, seen->samples, seen->threads,
		    plural(seen->threads));
		advise(item, "the command moves itself: drop its own affinity option (taskset, "
			     "numactl, -A), or give it CPUs of $PTPROBE_CPUS");
	} else if (seen->samples == 0) {
		say(item, PROOF_UNAVAILABLE, "planned %s; /proc showed no thread of the command",
		    planned);
	} else if (seen->untracked > 0) {
		say(item, PROOF_UNAVAILABLE,
		    "planned %s; seen on %s in %" PRIu64 " sample%s of %" PRIu64
		    " thread%s; %s in %" PRIu64,
		    planned, on, seen->samples, plural(seen->samples), seen->threads,
		    plural(seen->threads), untracked, seen->untracked);
	} else {
		if (seen->blind_ns > BLIND_NS) {
			snprintf(blind, sizeof(blind), "; %.1f s without a look",
				 (double)seen->blind_ns / 1e9);
		}
		say(item, PROOF_PASS,
		    "planned %s; seen on %s in %" PRIu64 " sample%s of %" PRIu64 " thread%s%s",
		    planned, on, seen->samples, plural(seen->samples), seen->threads,
		    plural(seen->threads), blind);
	}
}

static void judge_affinity(const struct proof_input *input, struct proof_item *item)
{
	const struct proof_seen *seen = input->seen;
	char planned[CPUS_TEXT], name[WHO_TEXT], time[WHEN_TEXT];

	cpulist_text(&input->plan->cpus, planned, sizeof(planned));
	if (seen->samples == 0) {
		say(item, PROOF_UNAVAILABLE, "no thread of the command could be asked");
	} else if (seen->widened.is_seen) {
		say(item, PROOF_FAIL, "%s had the mask %s, not %s, %s", who(&seen->widened, name),
		    seen->widened.list, input->is_spread ? "its own CPU" : planned,
		    when(&seen->widened, time));
		advise(item,
		       "the command, or somebody else, changed it: look for taskset, numactl, "
		       "-A, cgroup managers and CPUs taken offline");
	} else if (seen->unseated.is_seen) {
		say(item, PROOF_FAIL, "%s couldn't be given CPU %" PRIu32 " for its own, %s",
		    who(&seen->unseated, name), seen->unseated.cpu, when(&seen->unseated, time));
		advise(item, "it runs as another user, or its cpuset leaves that CPU out: run "
			     "ptprobe-pin as root, or with --threads=together");
	} else if (seen->unasked > 0) {
		say(item, PROOF_UNAVAILABLE,
		    "sched_getaffinity was refused %" PRIu64 " time%s: a filter (seccomp)?",
		    seen->unasked, plural(seen->unasked));
	} else if (seen->untracked > 0) {
		say(item, PROOF_UNAVAILABLE,
		    "not all threads could be asked: %s in %" PRIu64 " look%s", untracked,
		    seen->untracked, plural(seen->untracked));
	} else if (seen->narrowed.is_seen) {
		say(item, PROOF_PASS, "within %s; %s narrowed itself to %s", planned,
		    who(&seen->narrowed, name), seen->narrowed.list);
	} else {
		say(item, PROOF_PASS, "%s, unchanged",
		    input->is_spread ? "each thread its own CPU" : planned);
	}
}

static void judge_migrations(const struct proof_input *input, struct proof_item *item)
{
	const struct proof_seen *seen = input->seen;
	char name[WHO_TEXT], time[WHEN_TEXT];

	if (!seen->has_migrations && seen->samples == 0) {
		say(item, PROOF_UNAVAILABLE, "/proc showed no thread of the command");
		return;
	}
	if (!seen->has_migrations) {
		say(item, PROOF_UNAVAILABLE,
		    "this kernel has no /proc/PID/sched (CONFIG_SCHED_DEBUG)");
		return;
	}
	count(item, "migrations", seen->migrations);
	if (!has_own_cpus(input)) {
		say(item, PROOF_PASS,
		    "%" PRIu64 " of the main thread, among the %zu planned CPUs: as they please",
		    seen->migrations, plan_cpus(input->plan));
	} else if (seen->migrations > 0) {
		say(item, PROOF_FAIL, "%" PRIu64 " after the move to the planned CPU: %s%s %s",
		    seen->migrations, seen->moved.is_seen ? "by " : "",
		    seen->moved.is_seen ? who(&seen->moved, name) : "",
		    seen->moved.is_seen ? when(&seen->moved, time) : "");
		advise(item, "the command changed its mask, or its CPU went offline: see affinity");
	} else {
		say(item, PROOF_PASS, "none after the move to the planned CPU");
	}
}

static void judge_switches(const struct proof_input *input, struct proof_item *item)
{
	const struct proof_seen *seen = input->seen;
	bool is_isolated = input->plan->is_isolated;
	double seconds = (double)seen->run_ns / 1e9;
	double bound = seconds * (is_isolated ? RATE_ISOLATED : RATE_SHARED) + ALLOWANCE;
	double rate = seconds > 0 ? (double)seen->involuntary / seconds : 0;
	char planned[CPUS_TEXT];

	if (!seen->has_involuntary) {
		say(item, PROOF_UNAVAILABLE,
		    seen->samples == 0 ? "/proc showed no thread of the command"
				       : "the kernel doesn't count involuntary switches");
		return;
	}
	count(item, "involuntary", seen->involuntary);
	cpulist_text(&input->plan->cpus, planned, sizeof(planned));
	if ((double)seen->involuntary <= bound) {
		say(item, PROOF_PASS, "preempted %" PRIu64 " time%s in %.3f s", seen->involuntary,
		    plural(seen->involuntary), seconds);
		return;
	}
	say(item, PROOF_FAIL, "preempted %" PRIu64 " times (%.0f a second): %s %s %s",
	    seen->involuntary, rate,
	    seen->threads > plan_cpus(input->plan) ? "its own threads, or others, share"
						   : "something else runs on",
	    plan_cpus(input->plan) > 1 ? "CPUs" : "CPU", planned);
	if (is_isolated) {
		advise(item,
		       "kernel threads or pinned tasks remain there: ps -eLo psr,cls,comm shows "
		       "them; or the command's own threads share a CPU: --threads=spread");
	} else {
		advise(item,
		       "keep others off: isolcpus= or --partition; or run before them: --fifo "
		       "PRIO; see --advise");
	}
}

static void judge_faults(const struct proof_input *input, struct proof_item *item)
{
	const struct proof_seen *seen = input->seen;

	if (!seen->has_faults) {
		say(item, PROOF_UNAVAILABLE, "the kernel doesn't tell them");
		return;
	}
	count(item, "major_faults", seen->faults);
	count(item, "startup_major_faults", seen->early_faults);
	if (seen->faults > 0) {
		say(item, PROOF_FAIL,
		    "%" PRIu64 " major after start-up (%" PRIu64 " in it): pages came from disk",
		    seen->faults, seen->early_faults);
		advise(item,
		       "memory is short, or files are mapped late: free memory, swapoff, or let "
		       "the command lock its own (mlockall)");
	} else {
		say(item, PROOF_PASS, "none major after start-up (%" PRIu64 " in it)",
		    seen->early_faults);
	}
}

bool proof_is_on_node(uint64_t on_node_kb, uint64_t private_kb)
{
	return on_node_kb >=
	       private_kb / 100 * NODE_PERCENT + private_kb % 100 * NODE_PERCENT / 100;
}

/* What numa_maps said of the command. */
static void judge_sight(const struct proof_input *input, struct proof_item *item)
{
	const struct proof_seen *seen = input->seen;
	uint32_t node = input->plan->memory_node;
	bool is_enough = proof_is_on_node(seen->on_node_kb, seen->private_kb);
	int64_t unseen_ns = seen->run_ns - seen->memory_ns;
	char share[TEXT_SHARE];

	count(item, "on_node_kb", seen->on_node_kb);
	count(item, "private_kb", seen->private_kb);
	count(item, "looks", seen->memory_looks);
	count(item, "unread", seen->memory_unread);
	text_share((double)seen->on_node_kb / (double)seen->private_kb, share);
	if (is_enough && seen->memory_unread > 0) {
		say(item, PROOF_UNAVAILABLE,
		    "numa_maps of %" PRIu64
		    " process%s wasn't read: %s; of the others %s of %" PRIu64
		    " kB on node %" PRIu32,
		    seen->memory_unread, seen->memory_unread == 1 ? "" : "es",
		    seen->memory_reason[0] != '\0' ? seen->memory_reason
						   : "64 at once are looked at",
		    share, seen->private_kb, node);
		return;
	}
	say(item, is_enough ? PROOF_PASS : PROOF_FAIL,
	    "%s of %" PRIu64 " kB of anonymous memory on node %" PRIu32 " in %" PRIu64
	    " look%s, the last %.3f s before its end",
	    share, seen->private_kb, node, seen->memory_looks, plural(seen->memory_looks),
	    unseen_ns > 0 ? (double)unseen_ns / 1e9 : 0);
	if (!is_enough) {
		advise(item,
		       "node %" PRIu32 " was full, or the command sets its own policy: see "
		       "numastat -m, and --mem=bind",
		       node);
	}
}

static void judge_memory(const struct proof_input *input, struct proof_item *item)
{
	const struct proof_seen *seen = input->seen;
	uint32_t node = input->plan->memory_node;

	item->is_required = input->wanted->memory == PLAN_MEMORY_BIND;
	if (machine_memories(input->machine) <= 1) {
		say(item, PROOF_PASS, "one node");
		return;
	}
	if (input->wanted->memory == PLAN_MEMORY_NONE) {
		say(item, PROOF_UNAVAILABLE, "--mem=none: no policy was set");
	} else if (node == MACHINE_NONE) {
		/* nothing was to be bound */
		item->is_required = false;
		say(item, PROOF_UNAVAILABLE, "no node was chosen");
	} else if (input->memory_refused != NULL) {
		say(item, PROOF_UNAVAILABLE, "no policy was set: %s", input->memory_refused);
	} else if (!seen->has_memory) {
		say(item, PROOF_UNAVAILABLE, "%s", seen->memory_reason);
	} else {
		judge_sight(input, item);
	}
}

/* Of the NIC's interrupts on the plan's CPUs between the two readings; the first CPU of those. */
static uint64_t interrupts_between(const struct proof_input *input, uint32_t *ret_cpu)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < plan_cpus(input->plan); i++) {
		uint32_t cpu = input->plan->cpu[i];
		uint64_t before, after;

		if (cpu >= input->machine->cpu_count || cpu >= input->after->cpu_count) {
			continue;
		}
		before = input->machine->cpu[cpu].nic_interrupts;
		after = input->after->cpu[cpu].nic_interrupts;
		if (after > before) {
			*ret_cpu = sum == 0 ? cpu : *ret_cpu;
			sum += after - before;
		}
	}
	return sum;
}

/* Has the NIC the same interrupts as before, counting on? A driver that is set up anew gets others,
 * or starts from 0. */
static bool are_same_interrupts(const struct proof_input *input)
{
	const struct machine *before = input->machine, *after = input->after;

	if (before->nic.irq_count != after->nic.irq_count) {
		return false;
	}
	for (size_t i = 0; i < before->nic.irq_count; i++) {
		if (before->nic.irq[i].number != after->nic.irq[i].number) {
			return false;
		}
	}
	for (size_t i = 0; i < before->cpu_count && i < after->cpu_count; i++) {
		if (after->cpu[i].nic_interrupts < before->cpu[i].nic_interrupts &&
		    cpulist_has(&after->online, i)) {
			return false;
		}
	}
	return true;
}

static void judge_interrupts(const struct proof_input *input, struct proof_item *item)
{
	const struct machine_nic *nic = &input->machine->nic;
	const char *name;
	uint64_t hits;
	uint32_t cpu = 0;

	if (nic->kind == MACHINE_NIC_NONE) {
		say(item, PROOF_UNAVAILABLE, "no interface was named (-i)");
		return;
	}
	name = nic->lineage[nic->lineage_count > 0 ? nic->lineage_count - 1 : 0];
	if (nic->kind == MACHINE_NIC_SOFTWARE || nic->irq_count == 0) {
		say(item, PROOF_UNAVAILABLE, "'%s' has no interrupts of its own", name);
		return;
	}
	if (input->after == NULL) {
		say(item, PROOF_UNAVAILABLE, "they couldn't be read again%s%s",
		    input->interrupts_reason != NULL ? ": " : "",
		    input->interrupts_reason != NULL ? input->interrupts_reason : "");
		return;
	}
	if (!input->machine->has_interrupts || !input->after->has_interrupts) {
		say(item, PROOF_UNAVAILABLE, "/proc/interrupts couldn't be read");
		return;
	}
	if (!are_same_interrupts(input)) {
		say(item, PROOF_UNAVAILABLE, "those of '%s' were set up anew meanwhile", name);
		return;
	}
	hits = interrupts_between(input, &cpu);
	count(item, "nic_interrupts", hits);
	if (hits == 0) {
		say(item, PROOF_PASS, "none of '%s'", name);
	} else if (input->wanted->colocate) {
		say(item, PROOF_PASS, "%" PRIu64 " of '%s', as --colocate wants them near", hits,
		    name);
	} else {
		say(item, PROOF_FAIL,
		    "%" PRIu64 " of '%s' hit the planned CPUs, CPU %" PRIu32 " first", hits, name,
		    cpu);
		advise(item, "move them: stop irqbalance, and write other CPUs to "
			     "/proc/irq/N/smp_affinity_list; --advise prints the commands");
	}
}

static void judge_policy(const struct proof_input *input, struct proof_item *item)
{
	const struct proof_sight *sight = &input->seen->demoted;
	char name[WHO_TEXT], time[WHEN_TEXT];

	count(item, "fifo", input->fifo_priority);
	if (input->seen->samples == 0) {
		say(item, PROOF_UNAVAILABLE, "no thread of the command could be asked");
	} else if (sight->is_seen) {
		say(item, PROOF_FAIL, "%s wasn't in SCHED_FIFO %" PRIu64 " %s", who(sight, name),
		    input->fifo_priority, when(sight, time));
		advise(item,
		       "the command sets its own class: drop its option (chrt, --fifo), or ours");
	} else {
		say(item, PROOF_PASS, "SCHED_FIFO %" PRIu64 " in all samples",
		    input->fifo_priority);
	}
}

static void judge_partition(const struct proof_input *input, struct proof_item *item)
{
	const char *text = input->partition_text != NULL ? input->partition_text : "";

	if (!input->partition_is_known) {
		say(item, PROOF_UNAVAILABLE, "it couldn't be read at the end: %s", text);
	} else if (input->partition_holds) {
		say(item, PROOF_PASS, "isolated to the end");
	} else {
		say(item, PROOF_FAIL, "no longer isolated: %s", text);
		advise(item, "another cpuset took its CPUs, or they went offline");
	}
}

void proof_judge(const struct proof_input *input, struct proof *ret_proof)
{
	static const struct {
		const char *what;
		bool is_required;
		void (*judge)(const struct proof_input *input, struct proof_item *item);
	} table[PROOF_ITEMS] = {
		{"cpus", true, judge_cpus},
		{"affinity", true, judge_affinity},
		{"migrations", true, judge_migrations},
		{"switches", false, judge_switches},
		{"faults", false, judge_faults},
		{"memory", false, judge_memory},
		{"interrupts", false, judge_interrupts},
		{"policy", true, judge_policy},
		{"partition", true, judge_partition},
	};
	struct proof proof = {.verdict = PROOF_HELD};

	for (size_t i = 0; i < PROOF_ITEMS; i++) {
		struct proof_item *item = &proof.item[proof.count];

		if ((table[i].judge == judge_policy && input->fifo_priority == 0) ||
		    (table[i].judge == judge_partition && !input->has_partition)) {
			continue;
		}
		proof.count++;
		item->what = table[i].what;
		item->is_required = table[i].is_required;
		table[i].judge(input, item);
		if (item->is_required && item->result == PROOF_FAIL) {
			proof.verdict = PROOF_VIOLATED;
		} else if (item->is_required && item->result == PROOF_UNAVAILABLE &&
			   proof.verdict == PROOF_HELD) {
			proof.verdict = PROOF_INCOMPLETE;
		}
	}
	*ret_proof = proof;
}
