/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sources.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capfile.h"
#include "expression.h"
#include "file_ids.h"
#include "output.h"
#include "report.h"
#include "status.h"
#include "text.h"

static int say(const struct sources *sources, const char *name, const char *what)
{
	char text[SOURCES_ERROR];

	snprintf(text, sizeof(text), "'%.250s': %s", name, what);
	output_say(sources->user->program, text);
	return STATUS_ENVIRONMENT;
}

int sources_open(struct sources *sources, const struct capture_files *files, struct file_ids *kept,
		 char error[static SOURCES_ERROR])
{
	char why[TEXT_ERROR];
	int err;

	*sources = (struct sources){
		.files = files,
		.dropped_known = true,
		.received_known = true,
	};
	for (size_t i = 0; i < files->count; i++) {
		const char *name = files->name[i];
		int fd = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);

		if (fd < 0) {
			err = -errno;
			snprintf(error, SOURCES_ERROR, "open '%.300s': %s", name,
				 text_error(-err, why));
			return err;
		}
		sources->source[sources->count++] = (struct source){.fd = fd, .sources = sources};
		file_ids_add(kept, fd);
	}
	return 0;
}

void sources_close(struct sources *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		if (sources->source[i].fd != STDIN_FILENO) {
			close(sources->source[i].fd);
		}
	}
	sources->count = 0;
}

/* A pipe may be silent for long: signals are heard meanwhile. */
static int read_source(void *context, void *buffer, size_t size, size_t *ret_got)
{
	struct source *source = context;
	struct sources *sources = source->sources;
	struct pollfd polls[] = {
		{.fd = source->fd, .events = POLLIN},
		{.fd = sources->user->signal_fd, .events = POLLIN},
	};
	ssize_t got;

	if (poll(polls, 2, -1) < 0) {
		return -errno;
	}
	if (polls[1].revents != 0) {
		sources->is_asked_to_end |= sources->user->read_signals(sources->user->context);
	}
	if (sources->is_asked_to_end) {
		*ret_got = 0;
		return 0;
	}
	if (polls[0].revents == 0) {
		return -EINTR;
	}
	got = read(source->fd, buffer, size);
	if (got < 0) {
		return -errno;
	}
	*ret_got = (size_t)got;
	return 0;
}

static void sum_up(struct sources *sources, const struct capfile_facts *facts)
{
	if (!sources->any) {
		sources->any = true;
		sources->link_type = facts->link_type;
	}
	sources->truncated |= facts->truncated;
	sources->dropped_known &= facts->drops_known;
	sources->received_known &= facts->received_known;
	sources->dropped += facts->dropped;
	sources->received += facts->received;
	sources->snaplen = facts->snaplen > sources->snaplen ? facts->snaplen : sources->snaplen;
	sources->user->end(sources->user->context, facts);
}

/* One file, until there is *ret_enough. Returns an exit status. */
static int read_file(struct sources *sources, size_t index, bool *ret_enough)
{
	const struct sources_user *user = sources->user;
	const char *name = sources->files->name[index];
	struct capfile *file = capfile_new(read_source, &sources->source[index]);
	const struct capfile_facts *facts;
	char text[SOURCES_NOTE];
	uint64_t unstamped = 0;
	struct frame frame;
	int result = 0, status = STATUS_PASS;

	if (file == NULL) {
		return say(sources, name, "out of memory");
	}
	facts = capfile_facts(file);
	while (!*ret_enough) {
		result = capfile_next(file, &frame);
		if (result == -EINTR) {
			continue;
		}
		if (result <= 0) {
			break;
		}
		*ret_enough =
			!user->take(user->context, &frame, facts->unstamped == unstamped, facts);
		unstamped = facts->unstamped;
	}
	/* a pipe that is left before its first frame is no damaged file */
	if (*capfile_error(file) != '\0' && !sources->is_asked_to_end) {
		status = say(sources, name, capfile_error(file));
		if (result == -EBADMSG || result == -ENOTSUP) {
			status = STATUS_USAGE;
		}
	}
	sum_up(sources, facts);
	if (status != STATUS_PASS && facts->frames > 0) {
		/* what came before it is worth something */
		snprintf(text, sizeof(text), "'%.60s': %s", name, capfile_error(file));
		user->note(user->context, text);
		sources->truncated = true;
		status = STATUS_PASS;
	}
	capfile_free(file);
	return status;
}

int sources_run(struct sources *sources, const struct sources_user *user)
{
	bool is_enough = false;
	int status = STATUS_PASS;

	sources->user = user;
	for (size_t i = 0; i < sources->count && status == STATUS_PASS; i++) {
		status = read_file(sources, i, &is_enough);
		if (sources->is_asked_to_end) {
			break;
		}
	}
	return status;
}

void sources_fill(const struct sources *sources, struct report_tap *tap)
{
	tap->files = sources->files->count;
	tap->file = sources->files->name;
	tap->link_type = sources->any ? expression_link_name(sources->link_type) : NULL;
	tap->snaplen = sources->snaplen;
	tap->received_known = sources->any && sources->received_known;
	tap->received = sources->received;
	tap->dropped_known = sources->any && sources->dropped_known;
	tap->dropped = sources->dropped;
	tap->truncated = sources->truncated;
}
