/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a partition sees of memory, as host pointers: a window of the host's address space for each,
 * filled page by page as it asks (see ec.h), and notes of what became of its ranges.
 *
 * Not modelled: unmapping while another PE is inside the partition's code; a context's fiber only
 * runs when its PE does.
 */
#include "sp/ec.h"

#ifdef FFASIM_ASAN
#define WINDOWS 0x210000000000ULL
#else
#define WINDOWS 0x2000000000ULL
#endif
#define WINDOWS_MAX 256

static bool views_on;
static struct ec *owner[WINDOWS_MAX];

void ec_views(bool on)
{
	views_on = on;
}

static inline struct ec *space_of(struct ec *ec)
{
	return ec->space ? ec->space : ec;
}
static inline const struct ec *space_of_const(const struct ec *ec)
{
	return ec->space ? ec->space : ec;
}

/* The table entry that holds @va. */
static struct ec_map *entry(struct ec *ec, uint64_t va)
{
	return (struct ec_map *)ec_map_find(ec, va); /* of an ec that is not const */
}

static bool have_window(struct ec *ec)
{
	for (unsigned i = 0; !ec->window && i < WINDOWS_MAX; i++)
		if (!owner[i]) {
			owner[i] = ec;
			ec->window = (uint8_t *)(uintptr_t)(WINDOWS + i * EC_VA_END);
		}
	return ec->window;
}

static bool show(struct ec *ec, struct ec_map *m)
{
	if (!m->shown)
		m->shown = m->access & EC_MAP_R && have_window(ec) &&
			   !physmem_window(&machine->mem, m->pa, m->pages * PHYS_PAGE_BYTES,
					   ec->window + m->va, m->access & EC_MAP_W);
	return m->shown;
}

void *ec_map_host(struct ec *ec, const struct ec_map *m)
{
	void *host = physmem_at(&machine->mem, m->pa, m->pages * PHYS_PAGE_BYTES);

	ec = space_of(ec);
	return host && views_on && show(ec, entry(ec, m->va)) ? ec->window + m->va : host;
}

void *ec_view(struct ec *ec, uint64_t va, size_t len_bytes, uint32_t access)
{
	void *host = ec_va(ec, va, len_bytes, access);
	uint64_t at = va;

	ec = space_of(ec);
	while (host && views_on && at < va + len_bytes) {
		struct ec_map *m = entry(ec, at);

		if (!show(ec, m))
			return host;
		at = m->va + m->pages * PHYS_PAGE_BYTES;
	}
	return host && views_on ? ec->window + va : host;
}

struct ec *ec_view_owner(const void *host, uint64_t *va)
{
	const uint64_t at = (uint64_t)(uintptr_t)host - WINDOWS;

	if ((uintptr_t)host < WINDOWS || at / EC_VA_END >= WINDOWS_MAX)
		return NULL;
	*va = at % EC_VA_END;
	return owner[at / EC_VA_END];
}

bool ec_view_show(struct ec *ec, uint64_t va)
{
	struct ec_map *m = entry(ec, va);

	ec = space_of(ec);
	return m && !m->shown && show(ec, m);
}

void ec_view_hide(struct ec *ec, struct ec_map *m)
{
	if (m->shown)
		physmem_window_close(ec->window + m->va, m->pages * PHYS_PAGE_BYTES);
	m->shown = false;
}

void ec_view_close(struct ec *ec)
{
	for (uint32_t i = 0; ec->window && i < ec->map_count; i++)
		ec_view_hide(ec, &ec->map[i]);
	for (unsigned i = 0; ec->window && i < WINDOWS_MAX; i++)
		if (owner[i] == ec)
			owner[i] = NULL;
	ec->window = NULL;
}

bool ec_maps(const struct ec *ec, pa_t pa, uint32_t access)
{
	ec = space_of_const(ec);
	for (uint32_t i = 0; i < ec->map_count; i++) {
		const struct ec_map *m = &ec->map[i];

		if (pa.v >= m->pa.v && pa.v < m->pa.v + m->pages * PHYS_PAGE_BYTES &&
		    (m->access & access) == access)
			return true;
	}
	return false;
}

void ec_note_add(struct ec *ec, uint64_t va, uint32_t pages, const char *what, uint64_t handle)
{
	const uint64_t end = va + pages * PHYS_PAGE_BYTES;

	ec = space_of(ec);
	while (va < end) {
		const struct ec_map *m = ec_map_find(ec, va);
		struct ec_note *n;
		uint64_t stop;

		if (!m)
			return;
		n = &ec->note[ec->notes++ % EC_NOTES];
		stop = m->va + m->pages * PHYS_PAGE_BYTES;
		if (stop > end)
			stop = end;
		*n = (struct ec_note){.va = va,
				      .pa = pa_of(m->pa.v + (va - m->va)),
				      .pages = (uint32_t)((stop - va) / PHYS_PAGE_BYTES),
				      .what = what,
				      .handle = handle,
				      .time_ns = machine->now_ns,
				      .pe = pe_self()->id};
		va = stop;
	}
}

/* By address (@pa NULL) or by memory; the newest first. */
static const struct ec_note *note(const struct ec *ec, uint64_t va, const pa_t *pa)
{
	ec = space_of_const(ec);
	for (uint32_t i = 0; i < ec->notes && i < EC_NOTES; i++) {
		const struct ec_note *n = &ec->note[(ec->notes - 1 - i) % EC_NOTES];
		const uint64_t at = pa ? pa->v : va, start = pa ? n->pa.v : n->va;

		if (n->what && at >= start && at < start + n->pages * PHYS_PAGE_BYTES)
			return n;
	}
	return NULL;
}

const struct ec_note *ec_note_at(const struct ec *ec, uint64_t va)
{
	return note(ec, va, NULL);
}

const struct ec_note *ec_note_of(const struct ec *ec, pa_t pa, uint64_t *va)
{
	const struct ec_note *n = note(ec, 0, &pa);

	if (n)
		*va = n->va + (pa.v - n->pa.v);
	return n;
}
