/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An object gets a range of numbers when a block of it is first met, which is in the order in which
 * code runs and so the same in each process; a block's number is its offset in there. Call returns
 * are at least five bytes apart, so every fourth byte is enough.
 *
 * Also the fingerprint of what is loaded, for results that are put together from several processes.
 */
#include "host/blocks.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "explore/snapshot.h"
#include "host/session.h"

#define OBJECTS_MAX 32

struct object {
	uintptr_t base, end; /* 0 = not looked up */
	uint64_t name;	     /* hash of its path */
	uint32_t first;	     /* number of its first block */
};

/* Outside of what a rewind puts back: the numbers given stay. */
struct objects {
	struct object o[OBJECTS_MAX];
	unsigned count;
	struct object *last;
	uint32_t next;
};
static struct objects *objects;

static struct objects *get(void)
{
	if (!objects) {
		objects = mmap(NULL, sizeof(*objects), PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (objects == MAP_FAILED)
			abort();
	}
	return objects;
}

void block_forget(void)
{
	struct objects *all = get();

	all->last = NULL;
	for (unsigned i = 0; i < all->count; i++)
		all->o[i].base = all->o[i].end = 0;
}

static int look_up(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct objects *all = objects;
	uintptr_t pc = (uintptr_t)arg;
	uint64_t name = XXH3_64bits(info->dlpi_name, strlen(info->dlpi_name));

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uintptr_t base = info->dlpi_addr + ph->p_vaddr;
		unsigned n = 0;

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X) || pc < base ||
		    pc >= base + ph->p_memsz)
			continue;
		while (n < all->count && all->o[n].name != name)
			n++;
		if (n == OBJECTS_MAX)
			return 1;
		if (n == all->count) {
			all->count++;
			all->o[n] = (struct object){.name = name, .first = all->next};
			all->next += (uint32_t)(ph->p_memsz >> 2) + 1;
		}
		all->o[n].base = base;
		all->o[n].end = base + ph->p_memsz;
		all->last = &all->o[n];
		return 1;
	}
	return 0;
}

uint32_t block_number(const void *pc)
{
	struct objects *all = get();
	uintptr_t at = (uintptr_t)pc;

	if (!all->last || at < all->last->base || at >= all->last->end) {
		all->last = NULL;
		for (unsigned i = 0; i < all->count && !all->last; i++)
			if (at >= all->o[i].base && at < all->o[i].end)
				all->last = &all->o[i];
		if (!all->last)
			dl_iterate_phdr(look_up, (void *)at);
		if (!all->last)
			return 0;
	}
	return all->last->first + (uint32_t)((at - all->last->base) >> 2);
}

static unsigned ones(const uint8_t *bits, size_t bytes)
{
	unsigned n = 0;

	for (size_t i = 0; i < bytes; i++)
		n += (unsigned)__builtin_popcount(bits[i]);
	return n;
}

void seen_add(struct seen_map *sum, const struct seen_map *part)
{
	for (size_t i = 0; i < sizeof(sum->pairs); i++)
		sum->pairs[i] |= part->pairs[i];
	for (size_t i = 0; i < sizeof(sum->blocks); i++)
		sum->blocks[i] |= part->blocks[i];
}

unsigned seen_pairs(const struct seen_map *m)
{
	return ones(m->pairs, sizeof(m->pairs));
}

unsigned seen_blocks(const struct seen_map *m)
{
	return ones(m->blocks, sizeof(m->blocks));
}

/* --- what is loaded -----------------------------------------------------------------------------
 */
static uint64_t hash_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint64_t h = 0;
	void *p;

	if (fd < 0)
		return 0;
	if (!fstat(fd, &st) && st.st_size) {
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (p != MAP_FAILED) {
			h = XXH3_64bits(p, (size_t)st.st_size);
			munmap(p, (size_t)st.st_size);
		}
	}
	close(fd);
	return h;
}

static int hash_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	uint64_t *sum = arg;

	(void)size;
	if (info->dlpi_name[0] && !snapshot_is_host(info->dlpi_addr))
		*sum += hash_file(info->dlpi_name); /* in whatever order they were loaded */
	return 0;
}

uint64_t session_build(void)
{
	uint64_t sum = 0;

	dl_iterate_phdr(hash_object, &sum);
	return sum;
}
