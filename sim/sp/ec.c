/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Execution contexts: what is common to all back ends. Entering with its accounting, which context
 * runs on which PE, and the address space.
 * Not modelled: translation tables, TLBs, ASIDs; a mapping is a row of a sorted table.
 */
#include "sp/ec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Who runs where. An entry is set by ec_enter() only, cleared when the context leaves or dies. */
static struct ec *running[PE_MAX], *last[PE_MAX];

/* Whose engine holds the vector registers of a PE. */
static struct ec *keeper[PE_MAX];

void ec_init(struct ec *ec, const struct ec_ops *ops, const char *name)
{
	ec->ops = ops;
	ec->who = trace_intern(name);
}

void *ec_alloc(size_t bytes)
{
	return calloc(1, bytes);
}

void ec_free(void *p)
{
	free(p);
}

void ec_destroy(struct ec *ec)
{
	if (!ec)
		return;
	/* A machine that stops in the middle of an SP leaves its context entered. */
	if (ec->inside && running[ec->last_pe] == ec)
		running[ec->last_pe] = NULL;
	if (ec->kept_on)
		keeper[ec->kept_on - 1] = NULL;
	ec_view_close(ec);
	for (unsigned i = 0; i < PE_MAX; i++)
		if (last[i] == ec)
			last[i] = NULL;
	ec->ops->destroy(ec);
}

void ec_vectors_keep(struct ec *ec)
{
	const unsigned pe = pe_self()->id;

	keeper[pe] = ec;
	ec->kept_on = pe + 1;
}

bool ec_vectors_take(struct ec *ec)
{
	const unsigned pe = pe_self()->id;

	if (ec->kept_on != pe + 1)
		return false;
	keeper[pe] = NULL;
	ec->kept_on = 0;
	return true;
}

void ec_vectors_fetch(struct pe *pe)
{
	struct ec *ec = keeper[pe->id];

	if (!ec)
		return;
	keeper[pe->id] = NULL;
	ec->kept_on = 0;
	ec->ops->vectors(ec, &pe->regs);
}

void ec_enter(struct ec *ec, const struct smc_regs *regs, struct ec_exit *exit)
{
	struct pe *pe = pe_self();

	if (keeper[pe->id] != ec)
		ec_vectors_fetch(pe);
	if (ec->kept_on && ec->kept_on != pe->id + 1) /* its engine is about to be loaded anew */
		ec_vectors_fetch(&machine->pe[ec->kept_on - 1]);

	ec->entered_ns = pe->now_ns;
	ec->last_pe = pe->id;
	ec->inside = true;
	running[pe->id] = last[pe->id] = ec;
	ec->ops->enter(ec, regs, exit);
	/* Same fiber, same PE: what its clock advanced was executed at S-EL0. */
	ec->el0_ns += pe->now_ns - ec->entered_ns;
	ec->inside = false;
	running[pe->id] = NULL;
}

struct ec *ec_running(const struct pe *pe)
{
	return running[pe->id];
}

struct ec *ec_last(const struct pe *pe)
{
	return last[pe->id];
}

/* Contexts of one partition share one table. */
static inline struct ec *space_of(struct ec *ec)
{
	return ec->space ? ec->space : ec;
}
static inline const struct ec *space_of_const(const struct ec *ec)
{
	return ec->space ? ec->space : ec;
}

/* Index of the first mapping that ends above @va. */
static uint32_t map_lower(const struct ec *ec, uint64_t va)
{
	uint32_t lo = 0, hi = ec->map_count;

	while (lo < hi) {
		const uint32_t mid = (lo + hi) / 2;
		const struct ec_map *m = &ec->map[mid];

		if (m->va + m->pages * PHYS_PAGE_BYTES <= va)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void map_insert(struct ec *ec, uint32_t at, const struct ec_map *m)
{
	memmove(&ec->map[at + 1], &ec->map[at], (ec->map_count - at) * sizeof(*m));
	ec->map[at] = *m;
	ec->map_count++;
	ec->map_gen++;
}

int ec_map_add(struct ec *ec, uint64_t va, pa_t pa, uint32_t pages, uint32_t access)
{
	const uint64_t bytes = pages * PHYS_PAGE_BYTES;
	const struct ec_map m = {.va = va, .pa = pa, .pages = pages, .access = access};
	uint32_t at;

	if (!pages || (va | pa.v) & (PHYS_PAGE_BYTES - 1) || va >= EC_VA_END ||
	    bytes > EC_VA_END - va)
		return -EINVAL;
	ec = space_of(ec);
	at = map_lower(ec, va);
	if (at < ec->map_count && ec->map[at].va < va + bytes)
		return -EEXIST;
	if (ec->map_count == EC_MAPS_MAX)
		return -ENOSPC;
	map_insert(ec, at, &m);
	return 0;
}

/* Makes a mapping boundary at @va when it lies inside mapping @at. */
static void map_split(struct ec *ec, uint32_t at, uint64_t va)
{
	struct ec_map *m = &ec->map[at];
	struct ec_map tail = *m;

	m->pages = (va - m->va) / PHYS_PAGE_BYTES;
	tail.va = va;
	tail.pa.v += m->pages * PHYS_PAGE_BYTES;
	tail.pages -= m->pages;
	map_insert(ec, at + 1, &tail);
}

int ec_map_remove(struct ec *ec, uint64_t va, uint32_t pages)
{
	const uint64_t end = va + pages * PHYS_PAGE_BYTES;
	uint32_t first, last;
	uint64_t at = va;
	unsigned splits;

	if (!pages || va & (PHYS_PAGE_BYTES - 1))
		return -ENOENT;
	ec = space_of(ec);
	first = map_lower(ec, va);
	for (last = first; at < end; last++) {
		const struct ec_map *m = &ec->map[last];

		if (last == ec->map_count || m->va > at)
			return -ENOENT;
		at = m->va + m->pages * PHYS_PAGE_BYTES;
	}
	splits = (ec->map[first].va < va) + (at > end);
	if (ec->map_count + splits > EC_MAPS_MAX)
		return -ENOSPC;
	if (ec->map[first].va < va) {
		map_split(ec, first, va);
		first++;
		last++;
	}
	if (at > end)
		map_split(ec, last - 1, end);
	for (uint32_t i = first; i < last; i++)
		ec_view_hide(ec, &ec->map[i]);
	memmove(&ec->map[first], &ec->map[last], (ec->map_count - last) * sizeof(ec->map[0]));
	ec->map_count -= last - first;
	ec->map_gen++;
	return 0;
}

const struct ec_map *ec_map_find(const struct ec *ec, uint64_t va)
{
	uint32_t at;

	ec = space_of_const(ec);
	at = map_lower(ec, va);
	return at < ec->map_count && ec->map[at].va <= va ? &ec->map[at] : NULL;
}

bool ec_va_to_pa(const struct ec *ec, uint64_t va, size_t len_bytes, uint32_t access, pa_t *out)
{
	uint64_t done = 0;
	uint32_t first;
	pa_t pa = {0};

	if (!len_bytes)
		return false;
	ec = space_of_const(ec);
	first = map_lower(ec, va);
	for (uint32_t i = first; done < len_bytes; i++) {
		const struct ec_map *m = &ec->map[i];
		uint64_t offset;

		if (i == ec->map_count || m->va > va + done || (m->access & access) != access)
			return false;
		offset = va + done - m->va;
		if (i == first)
			pa.v = m->pa.v + offset;
		else if (m->pa.v != pa.v + done) /* neighbours in VA, not in PA */
			return false;
		done += m->pages * PHYS_PAGE_BYTES - offset;
	}
	*out = pa;
	return true;
}

void *ec_va(const struct ec *ec, uint64_t va, size_t len_bytes, uint32_t access)
{
	pa_t pa;

	if (!ec_va_to_pa(ec, va, len_bytes, access, &pa))
		return NULL;
	return physmem_at(&machine->mem, pa, len_bytes);
}

uint64_t ec_va_find_free(const struct ec *ec, uint32_t pages)
{
	const uint64_t bytes = pages * PHYS_PAGE_BYTES;
	uint64_t va = EC_FREE_VA;

	ec = space_of_const(ec);
	for (uint32_t i = map_lower(ec, va); i < ec->map_count; i++) {
		const struct ec_map *m = &ec->map[i];

		if (m->va >= va + bytes)
			break;
		va = m->va + m->pages * PHYS_PAGE_BYTES;
	}
	return pages && bytes <= EC_VA_END - va ? va : 0;
}
