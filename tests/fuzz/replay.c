/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target without libFuzzer: every file of its corpus, then seeded random inputs, half
 * of them noise and half of them damaged corpus files. Speaks TAP. The work is done in a child, so
 * that a crash can be told with the input that caused it.
 *
 *   fuzz_TARGET [-n COUNT] [-s SEED] [FILE|DIRECTORY]...
 *
 * Without an operand: the corpus of that name in the source tree ($srcdir).
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

enum { FILES_MAX = 1024, INPUT_MAX = 4096, RANDOM_COUNT = 2000 };

struct file {
	char *path;
	uint8_t *data;
	size_t size;
};

struct corpus {
	size_t count;
	struct file file[FILES_MAX];
};

static void die(const char *what, const char *object)
{
	fprintf(stderr, "replay: %s '%s': %s\n", what, object, strerror(errno));
	exit(99);
}

static void corpus_add_file(struct corpus *corpus, const char *path)
{
	struct file *file = &corpus->file[corpus->count];
	FILE *in = fopen(path, "re");
	size_t room = 1 << 20;

	if (corpus->count == FILES_MAX) {
		errno = E2BIG;
		die("add", path);
	}
	file->path = strdup(path);
	file->data = malloc(room);
	if (in == NULL || file->path == NULL || file->data == NULL) {
		die("read", path);
	}
	file->size = fread(file->data, 1, room, in);
	if (ferror(in)) {
		die("read", path);
	}
	fclose(in);
	corpus->count++;
}

static void corpus_add(struct corpus *corpus, const char *path)
{
	struct dirent **entry;
	int count = scandir(path, &entry, NULL, alphasort);

	if (count < 0 && errno == ENOTDIR) {
		corpus_add_file(corpus, path);
		return;
	}
	if (count < 0) {
		die("open", path);
	}
	for (int i = 0; i < count; i++) {
		char *inside;

		if (entry[i]->d_name[0] != '.') {
			if (asprintf(&inside, "%s/%s", path, entry[i]->d_name) < 0) {
				die("add", path);
			}
			corpus_add_file(corpus, inside);
			free(inside);
		}
		free(entry[i]);
	}
	free(entry);
}

/* splitmix64 (Steele, Lea, Flood, 2014) */
static uint64_t next_random(uint64_t *state)
{
	uint64_t value = *state += UINT64_C(0x9e3779b97f4a7c15);

	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

static void run_one(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size > 0 ? size : 1); /* so that a read beyond it is seen */

	if (exact == NULL) {
		die("copy", "input");
	}
	memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

/* The index-th random input of seed: by itself, so that one of them can be run again alone. */
static size_t make_random(const struct corpus *corpus, uint64_t seed, uint64_t index,
			  uint8_t *bytes)
{
	uint64_t state = seed ^ index * UINT64_C(0xd1342543de82ef95);
	size_t size = next_random(&state) % (next_random(&state) % INPUT_MAX + 1);

	if (corpus->count > 0 && next_random(&state) % 2 == 0) {
		const struct file *file = &corpus->file[next_random(&state) % corpus->count];
		uint64_t changes = next_random(&state) % 8 + 1;

		size = file->size < INPUT_MAX ? file->size : INPUT_MAX;
		memcpy(bytes, file->data, size);
		for (uint64_t i = 0; i < changes && size > 0; i++) {
			bytes[next_random(&state) % size] = (uint8_t)next_random(&state);
		}
		return size;
	}
	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)next_random(&state);
	}
	return size;
}

static void run_files(const struct corpus *corpus, uint64_t count, uint64_t seed, uint64_t *at)
{
	(void)seed;
	for (*at = 0; *at < count; (*at)++) {
		run_one(corpus->file[*at].data, corpus->file[*at].size);
	}
}

static void run_random(const struct corpus *corpus, uint64_t count, uint64_t seed, uint64_t *at)
{
	static uint8_t bytes[INPUT_MAX];

	for (*at = 0; *at < count; (*at)++) {
		run_one(bytes, make_random(corpus, seed, *at, bytes));
	}
}

/* Runs in a child; true when it lived. *at is shared with it: the input that it had come to. */
static bool lived(void (*run)(const struct corpus *, uint64_t, uint64_t, uint64_t *),
		  const struct corpus *corpus, uint64_t count, uint64_t seed, uint64_t *at)
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child < 0) {
		die("start", "child");
	}
	if (child == 0) {
		run(corpus, count, seed, at);
		exit(0); /* not _exit: LeakSanitizer looks then */
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void add_own_corpus(struct corpus *corpus, const char *program)
{
	const char *srcdir = getenv("srcdir"), *name = strrchr(program, '/');
	char *path;

	name = name != NULL ? name + 1 : program;
	name = strncmp(name, "fuzz_", 5) == 0 ? name + 5 : name;
	if (asprintf(&path, "%s/tests/fuzz/corpus/%s", srcdir != NULL ? srcdir : ".", name) < 0) {
		die("find the corpus of", program);
	}
	corpus_add(corpus, path);
	free(path);
}

int main(int argc, char *argv[])
{
	static struct corpus corpus;
	uint64_t count = RANDOM_COUNT, seed = 1;
	uint64_t *at =
		mmap(NULL, sizeof(*at), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool files_ok, random_ok;
	int option;

	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		switch (option) {
		case 'n':
			count = strtoull(optarg, NULL, 10);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 10);
			break;
		default:
			return 2;
		}
	}
	if (at == MAP_FAILED) {
		die("map", "counter");
	}
	if (optind == argc) {
		add_own_corpus(&corpus, argv[0]);
	}
	for (int i = optind; i < argc; i++) {
		corpus_add(&corpus, argv[i]);
	}

	printf("1..2\n");
	files_ok = corpus.count > 0 && lived(run_files, &corpus, corpus.count, 0, at);
	printf("%s 1 - its_corpus_of_%zu_does_no_harm\n", files_ok ? "ok" : "not ok", corpus.count);
	if (!files_ok) {
		printf("# died of %s\n", *at < corpus.count ? corpus.file[*at].path : "a leak");
	}
	random_ok = lived(run_random, &corpus, count, seed, at);
	printf("%s 2 - %llu_random_inputs_do_no_harm\n", random_ok ? "ok" : "not ok",
	       (unsigned long long)count);
	printf("# seed %llu\n", (unsigned long long)seed);
	if (!random_ok) {
		printf("# died of random input %llu\n", (unsigned long long)*at);
	}
	return files_ok && random_ok ? 0 : 1;
}
