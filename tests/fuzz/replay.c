/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The fuzz targets without libFuzzer: every file of the corpus, then a number of inputs derived
 * from them by a fixed pseudo-random sequence. usage: replay-TARGET CORPUS-DIRECTORY COUNT
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define FILES_MAX 1024
#define BYTES_MAX 4096

static struct {
	uint8_t *data;
	size_t len;
} seed[FILES_MAX];
static size_t seed_count;
static uint64_t state = 0x9e3779b97f4a7c15ull;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void load(const char *dir, const char *name)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = name[0] == '.' || seed_count == FILES_MAX ? NULL : fopen(path, "rb");
	if (!f)
		return;
	seed[seed_count].data = malloc(BYTES_MAX);
	if (seed[seed_count].data)
		seed[seed_count].len = fread(seed[seed_count].data, 1, BYTES_MAX, f);
	seed_count += seed[seed_count].data != NULL;
	fclose(f);
}

static size_t mutate(uint8_t *buf)
{
	const size_t a = next() % seed_count;
	size_t len = seed[a].len;

	memcpy(buf, seed[a].data, len);
	if (next() % 4 == 0 && len > 4) { /* the tail of another one */
		const size_t b = next() % seed_count, cut = next() % len;
		const size_t n = seed[b].len < BYTES_MAX - cut ? seed[b].len : BYTES_MAX - cut;

		memcpy(buf + cut, seed[b].data, n);
		len = cut + n;
	}
	for (unsigned i = next() % 8; i && len; i--)
		buf[next() % len] = (uint8_t)next();
	return len;
}

int main(int argc, char **argv)
{
	const unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	static uint8_t buf[2 * BYTES_MAX];
	struct dirent **names;
	int n = argc > 1 ? scandir(argv[1], &names, NULL, by_name) : -1;

	if (n < 0) {
		fprintf(stderr, "usage: %s CORPUS-DIRECTORY [COUNT]\n", argv[0]);
		return 2;
	}
	for (int i = 0; i < n; i++) {
		load(argv[1], names[i]->d_name);
		free(names[i]);
	}
	free(names);
	if (!seed_count) {
		fprintf(stderr, "%s: no seeds\n", argv[1]);
		return 1;
	}
	for (size_t i = 0; i < seed_count; i++)
		LLVMFuzzerTestOneInput(seed[i].data, seed[i].len);
	for (unsigned long i = 0; i < count; i++) {
		const size_t len = mutate(buf);

		LLVMFuzzerTestOneInput(buf, len);
	}
	printf("%zu seeds, %lu derived inputs\n", seed_count, count);
	for (size_t i = 0; i < seed_count; i++)
		free(seed[i].data);
	return 0;
}
