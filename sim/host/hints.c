/* SPDX-License-Identifier: BSD-3-Clause */
/* See hints.h. Everything here outlives a rewind, except who listens. */
#include "host/hints.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/fiber.h"
#include "explore/instrument.h"
#include "host/blocks.h"
#include "soc/machine.h"

#define SITE_BITS 18
#define ENTRIES_MAX ((size_t)1 << 19)
#define RANGE_MAX 4096 /* bytes looked at of one long access, as race.c does */

/* An access of the profiled run to 8 bytes. */
struct entry {
	uintptr_t granule;
	uintptr_t flow;
	uint32_t site;
	bool write;
};

struct hints {
	struct entry *entry; /* NULL once learned */
	size_t count;
	uint8_t known[(1u << SITE_BITS) / 8];  /* places the usual run passes */
	uint8_t shared[(1u << SITE_BITS) / 8]; /* those where flows meet */
};

static struct hints *giving;
static struct follow *told;

static bool has(const uint8_t *set, uint32_t site)
{
	return set[site >> 3] >> (site & 7) & 1;
}

static void put(uint8_t *set, uint32_t site)
{
	set[site >> 3] |= (uint8_t)(1u << (site & 7));
}

static uint32_t site_of(const void *pc)
{
	return block_number(pc) & ((1u << SITE_BITS) - 1);
}

struct hints *hints_create(void)
{
	struct hints *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->entry = mmap(NULL, ENTRIES_MAX * sizeof(*h->entry), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (h->entry != MAP_FAILED)
		return h;
	free(h);
	return NULL;
}

static void forget_profile(struct hints *h)
{
	if (h->entry)
		munmap(h->entry, ENTRIES_MAX * sizeof(*h->entry));
	h->entry = NULL;
	h->count = 0;
}

void hints_destroy(struct hints *h)
{
	if (!h)
		return;
	forget_profile(h);
	free(h);
}

static void profile(const void *addr, size_t bytes, unsigned access, const void *pc)
{
	struct hints *h = giving;
	const uintptr_t first = (uintptr_t)addr >> 3;
	const uintptr_t last = ((uintptr_t)addr + (bytes < RANGE_MAX ? bytes : RANGE_MAX) - 1) >> 3;
	/* Fibers are used again by later tasks, so the name counts as well. */
	const uintptr_t flow = (uintptr_t)fiber_self() ^ (uintptr_t)machine->running->who << 48;
	const uint32_t site = site_of(pc);

	if (access == ACCESS_CALL || !bytes)
		return;
	put(h->known, site);
	for (uintptr_t g = first; g <= last && h->count < ENTRIES_MAX; g++)
		h->entry[h->count++] = (struct entry){g, flow, site, access & ACCESS_WRITE};
}

static void tell(const void *addr, size_t bytes, unsigned access, const void *pc)
{
	uint32_t site;

	(void)addr;
	(void)bytes;
	if (access == ACCESS_CALL || !machine->asks)
		return;
	site = site_of(pc);
	if (has(giving->known, site) && !has(giving->shared, site))
		follow_skip(told, &machine->oracle);
}

void hints_start(struct hints *h, struct follow *f, bool hinted)
{
	giving = h;
	told = f;
	instrument.access[INSTRUMENT_STRATEGY] = h->entry ? profile : hinted ? tell : NULL;
}

static int by_granule(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->granule < y->granule ? -1 : x->granule > y->granule;
}

void hints_learn(struct hints *h)
{
	const struct entry *e = h->entry;
	size_t n;

	/* A profile that was cut off knows nothing of what came later: everything is a point. */
	if (h->count == ENTRIES_MAX)
		memset(h->known, 0, sizeof(h->known));
	qsort(h->entry, h->count, sizeof(*h->entry), by_granule);
	for (size_t i = 0; i < h->count; i += n) {
		bool several = false, written = false;

		for (n = 0; i + n < h->count && e[i + n].granule == e[i].granule; n++) {
			several |= e[i + n].flow != e[i].flow;
			written |= e[i + n].write;
		}
		for (size_t k = i; several && written && k < i + n; k++)
			put(h->shared, e[k].site);
	}
	forget_profile(h);
}
