/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host in the middle of the lab.
 *
 *	relay SCRIPT LOG TRUTH FROM TO [ORDERS]
 *
 * Carries frames between the interfaces FROM and TO and does to the probes and PTP messages what
 * SCRIPT says. Each of its deeds becomes a line of LOG (truth.h). It obeys the orders that are
 * written to the fifo ORDERS (script.h). SIGTERM: a summary is written to TRUTH as JSON, and it
 * ends. Its truth would be a lie if it had lost frames of its own: then its status is 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "relay.h"
#include "truth.h"

static bool read_script(const char *path, struct script *ret_script)
{
	FILE *file = fopen(path, "re");
	char line[1024];
	unsigned int number = 0;
	const char *error;
	bool good = true;

	if (!file) {
		fprintf(stderr, "relay: script '%s': %s\n", path, strerror(errno));
		return false;
	}
	while (good && fgets(line, sizeof(line), file)) {
		number++;
		if (script_add_line(ret_script, line, &error) < 0) {
			fprintf(stderr, "relay: script '%s', line %u: %s\n", path, number, error);
			good = false;
		}
	}
	fclose(file);
	return good;
}

static bool open_port(struct port *port, const char *interface)
{
	int result = port_open(port, interface);

	if (result < 0) {
		fprintf(stderr, "relay: interface '%s': %s\n", interface, strerror(-result));
	}
	return result == 0;
}

/* For writing as well: so it never ends, whoever closes it. */
static bool open_orders(struct relay *relay, const char *path)
{
	relay->orders = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (relay->orders < 0) {
		fprintf(stderr, "relay: orders '%s': %s\n", path, strerror(errno));
	}
	return relay->orders >= 0;
}

/* SIGTERM and SIGINT as a descriptor; -1 when there is none. */
static int catch_signals(void)
{
	sigset_t ending;

	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGINT);
	sigprocmask(SIG_BLOCK, &ending, NULL);
	return signalfd(-1, &ending, SFD_CLOEXEC);
}

/* Both of them written to the last byte, or they are no truth. */
static bool write_truth(const struct relay *relay, FILE *log, const char *path)
{
	json_t *truth = truth_json(relay->truth);
	bool good = truth &&
		    json_object_set_new(truth, "exact", json_boolean(relay->is_exact)) == 0 &&
		    json_dump_file(truth, path, JSON_INDENT(1)) == 0 && fflush(log) == 0 &&
		    !ferror(log);

	if (!good) {
		fprintf(stderr, "relay: log or truth '%s' can't be written\n", path);
	}
	json_decref(truth);
	return good;
}

int main(int argc, char *argv[])
{
	static struct relay relay = {.from.fd = -1, .to.fd = -1, .orders = -1, .is_exact = true};
	int signals, status = 1;
	FILE *log;

	if (argc != 6 && argc != 7) {
		fprintf(stderr, "usage: relay SCRIPT LOG TRUTH FROM TO [ORDERS]\n");
		return 2;
	}
	signals = catch_signals();
	log = fopen(argv[2], "we");
	relay.truth = log ? truth_new(log) : NULL;
	if (signals < 0 || !relay.truth) {
		fprintf(stderr, "relay: log '%s': %s\n", argv[2], strerror(errno));
		return 1;
	}
	if (read_script(argv[1], &relay.script) && open_port(&relay.from, argv[4]) &&
	    open_port(&relay.to, argv[5]) && (argc == 6 || open_orders(&relay, argv[6]))) {
		relay_run(&relay, signals);
		status = write_truth(&relay, log, argv[3]) && relay.is_exact ? 0 : 1;
	}
	port_close(&relay.from);
	port_close(&relay.to);
	if (relay.orders >= 0) {
		close(relay.orders);
	}
	truth_free(relay.truth);
	fclose(log);
	return status;
}
