/* SPDX-License-Identifier: BSD-2-Clause */
#include "sysfs_bed.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "cpulist.h"
#include "sysfs.h"

enum { PATH = 1024 };

static char folder[PATH];

static int read_at(const char *path, const char *interface, struct machine *ret_machine,
		   char error[static MACHINE_ERROR_TEXT])
{
	struct sysfs_request request = {
		.root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.is_recorded = true,
		.interface = interface,
		.sample_ns = 1,
	};
	int err;

	if (request.root < 0) {
		fail_msg("%s: %s", path, strerror(errno));
	}
	err = sysfs_machine(&request, ret_machine, error);
	close(request.root);
	return err;
}

static void recorded(const char *name, char path[static PATH])
{
	const char *srcdir = getenv("srcdir");

	snprintf(path, PATH, "%s/tests/data/machines/%s", srcdir != NULL ? srcdir : ".", name);
}

void bed_machine(const char *name, const char *interface, struct machine *ret_machine)
{
	char path[PATH], error[MACHINE_ERROR_TEXT];

	recorded(name, path);
	if (read_at(path, interface, ret_machine, error) < 0) {
		fail_msg("%s: %s", name, error);
	}
}

void bed_refused(const char *name, const char *interface, int err, const char *part)
{
	char path[PATH], error[MACHINE_ERROR_TEXT] = "";
	struct machine machine;

	memset(&machine, 0x5a, sizeof(machine));
	recorded(name, path);
	assert_int_equal(read_at(path, interface, &machine, error), err);
	assert_non_null(strstr(error, part));
	assert_null(strchr(error, '\n'));
	assert_int_equal(*(const unsigned char *)&machine, 0x5a); /* left as it was */
}

void bed_tree(void)
{
	const char *where = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/sysfs.XXXXXX", where != NULL ? where : "/tmp");
	assert_non_null(mkdtemp(folder));
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

void bed_clear(void)
{
	assert_int_equal(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *bed_folder(void)
{
	return folder;
}

/* The full path, its folders made. */
static void make_way(const char *path, char full[static PATH])
{
	assert_true((size_t)snprintf(full, PATH, "%s/%s", folder, path) < PATH);
	for (char *c = full + strlen(folder) + 1; *c != '\0'; c++) {
		if (*c == '/') {
			*c = '\0';
			assert_true(mkdir(full, 0755) == 0 || errno == EEXIST);
			*c = '/';
		}
	}
}

void bed_file(const char *path, const char *text)
{
	char full[PATH];
	FILE *file;

	make_way(path, full);
	file = fopen(full, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

void bed_link(const char *path, const char *target)
{
	char full[PATH];

	make_way(path, full);
	assert_int_equal(symlink(target, full), 0);
}

void bed_read(const char *interface, struct machine *ret_machine)
{
	char error[MACHINE_ERROR_TEXT];

	if (read_at(folder, interface, ret_machine, error) < 0) {
		fail_msg("%s", error);
	}
}

void bed_has_note(const struct machine *machine, const char *part)
{
	for (size_t i = 0; i < machine->note_count; i++) {
		if (strstr(machine->note[i], part) != NULL) {
			return;
		}
	}
	for (size_t i = 0; i < machine->note_count; i++) {
		print_message("# %s\n", machine->note[i]);
	}
	fail_msg("no note holds '%s'", part);
}

void bed_is_list(const struct cpulist *list, const char *expected)
{
	char text[CPULIST_TEXT];

	assert_string_equal(cpulist_text(list, text, sizeof(text)), expected);
}
