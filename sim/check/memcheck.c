/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory errors of instrumented code, at the access itself: a freed object (it stays in quarantine
 * for a while), the red zone behind a live one, pages nobody allocated, pages given away. The
 * stacks of allocation and release are kept beside the allocator, by address.
 *
 * Not modelled: objects on stacks and globals have no red zones here (ASan and -fsanitize=address
 * builds see those).
 */
#include <string.h>

#include "check/detect_internal.h"
#include "core/symbol.h"
#include "linux/klinux.h"

#define OBJECTS 16384

struct object {
	const void *at;
	stack_id alloc, freed;
};

static struct {
	bool on;
	struct spmc *spmc;
	struct object object[OBJECTS]; /* by hash; a newer object takes the place of an older one */
	bool used;
} m;

void memcheck_reset(bool on, struct spmc *spmc)
{
	if (m.used)
		memset(m.object, 0, sizeof(m.object));
	m.used = false;
	m.on = on;
	m.spmc = spmc;
}

static struct object *object_of(const void *at)
{
	return &m.object[(((uintptr_t)at * 0x9e3779b97f4a7c15ULL) >> 40) % OBJECTS];
}

void memcheck_alloc(const void *p, size_t bytes)
{
	(void)bytes;
	m.used = true;
	*object_of(p) = (struct object){.at = p, .alloc = stack_here(NULL)};
}

void memcheck_free(const void *p, size_t bytes)
{
	struct object *o = object_of(p);

	(void)bytes;
	m.used = true;
	if (o->at != p)
		*o = (struct object){.at = p};
	o->freed = stack_here(NULL);
}

const char *memcheck_alloc_stack(const void *p)
{
	static struct text t;
	const struct object *o = object_of(p);

	t.used = 0;
	t.at[0] = 0;
	if (m.on && o->at == p)
		text_stack(&t, o->alloc);
	return t.at;
}

static void add_site(struct text *t, const void *site)
{
	const struct symbol *s = symbol_at(site);

	if (s->file)
		text_add(t, "%s (%s:%d)", s->function, s->file, s->line);
	else
		text_add(t, "%s", s->function);
}

void text_object(struct text *t, const void *addr)
{
	struct klinux_object o;
	const struct symbol *s;
	pa_t pa;

	if (machine->linux && klinux_object_at(machine->linux, addr, &o)) {
		long off = (const char *)addr - (const char *)o.start;

		text_add(t, "byte %ld of %s%zu bytes", off, o.pages ? "pages of " : "an object of ",
			 o.bytes);
		if (o.alloc_site) {
			text_add(t, " allocated in ");
			add_site(t, o.alloc_site);
		}
		return;
	}
	if (physmem_pa(&machine->mem, addr, &pa)) {
		text_add(t, "memory at %llx", (unsigned long long)pa.v);
		return;
	}
	s = symbol_at((const char *)addr + 1);
	text_add(t, "%s of %s", s->unknown ? "data" : s->function, s->image);
}

static void add_stacks(struct text *t, const void *start)
{
	const struct object *o = object_of(start);

	if (o->at != start)
		return;
	if (o->alloc) {
		text_add(t, "\n    allocated in ");
		text_place(t, o->alloc);
		text_stack(t, o->alloc);
	}
	if (o->freed) {
		text_add(t, "\n    freed in ");
		text_place(t, o->freed);
		text_stack(t, o->freed);
	}
}

static void report(const char *what, const void *addr, size_t bytes, unsigned access,
		   const void *pc, const struct klinux_object *o)
{
	static struct text t;
	stack_id stack = stack_here(pc);

	if (!detect_first_time(stack_top(stack), what))
		return;
	t.used = 0;
	text_add(&t, "%s (%s): %zu byte%s at ", what, access & ACCESS_WRITE ? "write" : "read",
		 bytes, bytes == 1 ? "" : "s");
	text_object(&t, addr);
	text_add(&t, "\n    ");
	text_place(&t, stack);
	text_add(&t, ", ");
	text_moment(&t, machine->running->who, machine->running->id, machine->now_ns);
	text_stack(&t, stack);
	if (o)
		add_stacks(&t, o->start);
	detect_report(&t);
}

void memcheck_access(const void *addr, size_t bytes, unsigned access, const void *pc)
{
	const struct physmem_zone *zone = &machine->mem.zone[PHYS_NS];
	struct klinux_object o;
	uint64_t page;
	pa_t pa;

	if (!m.on || !machine->linux || !physmem_pa(&machine->mem, addr, &pa) ||
	    pa.v < zone->base || pa.v >= zone->base + zone->page_count * PHYS_PAGE_BYTES)
		return;
	page = (pa.v - zone->base) / PHYS_PAGE_BYTES;
	if (!(zone->used_bits[page / 64] >> (page % 64) & 1)) {
		report("use after free of pages", addr, bytes, access, pc, NULL);
		return;
	}
	if (!klinux_object_at(machine->linux, addr, &o) || o.pages || !o.alloc_site)
		return; /* pages, or the fake kernel's own */
	if (o.freed)
		report("use after free", addr, bytes, access, pc, &o);
	else if ((const char *)addr < (const char *)o.start ||
		 (const char *)addr + bytes > (const char *)o.start + o.bytes)
		report("out of bounds", addr, bytes, access, pc, &o);
}
