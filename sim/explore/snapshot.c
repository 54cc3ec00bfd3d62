/* SPDX-License-Identifier: BSD-3-Clause */
/* Copy once, learn which pages change; see snapshot.h. */
#include "explore/snapshot_parts.h"
#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "core/arena.h"
#include "core/fiber.h"
#include "core/hostlib.h"
#include "core/writable.h"
#include "soc/machine.h"

#define PAGE SNAPSHOT_PAGE
#define KNOWN_MAX 64
#define SIGNAL_STACK_BYTES ((size_t)65536)
/* Counters of the compiler are in a watched segment: the fault handler must not touch them. */
#ifdef __clang__
#define NO_COVERAGE __attribute__((no_sanitize("coverage")))
#else
#define NO_COVERAGE
#endif

/* Set once a process, or while a snapshot is dropped; the rewound copies hold the same. */
static struct snapshot *taken;
static uintptr_t known[KNOWN_MAX];
static size_t known_count;

static int note_known(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	if (known_count < KNOWN_MAX)
		known[known_count++] = info->dlpi_addr;
	return 0;
}

bool snapshot_known(void)
{
	if (!known_count)
		dl_iterate_phdr(note_known, NULL);
	return known_count < KNOWN_MAX && arena_open();
}

bool snapshot_is_host(uintptr_t base)
{
	Dl_info self;

	for (size_t i = 0; i < known_count; i++)
		if (known[i] == base)
			return !dladdr((void *)snapshot_take, &self) ||
			       base != (uintptr_t)self.dli_fbase;
	return hostlib_is(base);
}

static void add_region(struct snapshot *s, uint8_t *base, size_t bytes)
{
	uint8_t *start = (uint8_t *)((uintptr_t)base & ~(PAGE - 1));
	struct region *r;

	if (!bytes)
		return;
	if (s->regions == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		s->region = realloc(s->region, s->room * sizeof(*s->region));
		if (!s->region)
			abort();
	}
	r = &s->region[s->regions];
	r->base = start;
	r->from = (size_t)(base - start);
	r->to = r->from + bytes;
	r->pages = (r->to + PAGE - 1) / PAGE;
	r->copy = mmap(NULL, r->pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	r->state = calloc(r->pages, 1);
	if (r->copy == MAP_FAILED || !r->state)
		abort();
	s->regions++;
	s->pages += r->pages;
}

static int count_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	*(size_t *)arg = (size_t)info->dlpi_adds;
	return 1;
}

size_t snapshot_objects(void)
{
	size_t adds = 0;

	dl_iterate_phdr(count_object, &adds);
	return adds;
}

static void add_part(void *s, uint8_t *at, size_t bytes)
{
	add_region(s, at, bytes);
}

static int add_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	if (!snapshot_is_host(info->dlpi_addr))
		writable_parts(info, add_part, arg);
	return 0;
}

NO_COVERAGE struct region *snapshot_region_of(struct snapshot *s, const void *p)
{
	for (size_t i = 0; i < s->regions; i++) {
		struct region *r = &s->region[i];

		if ((uint8_t *)p >= r->base && (uint8_t *)p < r->base + r->pages * PAGE)
			return r;
	}
	return NULL;
}

/* The first write to a page: it is copied back from now on. Anything else is not ours. */
NO_COVERAGE static void on_fault(int sig, siginfo_t *info, void *context)
{
	struct snapshot *s = taken;
	struct region *r =
		s && info->si_code == SEGV_ACCERR ? snapshot_region_of(s, info->si_addr) : NULL;
	size_t page;

	if (r) {
		page = (size_t)((uint8_t *)info->si_addr - r->base) / PAGE;
		if (r->state[page] == PAGE_COLD &&
		    !mprotect(r->base + page * PAGE, PAGE, PROT_READ | PROT_WRITE)) {
			r->state[page] = PAGE_HOT;
			s->hot++;
			return;
		}
	}
	if (s && s->before.sa_flags & SA_SIGINFO && s->before.sa_sigaction) {
		s->before.sa_sigaction(sig, info, context);
		return;
	}
	signal(sig, SIG_DFL);
}

static void catch (struct snapshot *s)
{
	struct sigaction sa = {.sa_sigaction = on_fault,
			       .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	stack_t ss = {.ss_size = SIGNAL_STACK_BYTES};

	/* Not in a watched segment, and not on the stack that may be the reason. */
	s->signal_stack = mmap(NULL, SIGNAL_STACK_BYTES, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s->signal_stack == MAP_FAILED)
		abort();
	ss.ss_sp = s->signal_stack;
	sigaltstack(&ss, &s->stack_before);
	sigaction(SIGSEGV, &sa, &s->before);
}

/* Guard pages of stacks cannot be read; there is nothing in them. */
static void copy_region(struct region *r)
{
	for (size_t i = 0; i < r->pages; i++) {
		uint8_t *page = r->base + i * PAGE;

		if (arena_is_guard(page))
			r->state[i] = PAGE_GUARD;
		else
			memcpy(r->copy + i * PAGE, page, PAGE);
	}
}

/* In runs between the guards. */
static void protect_cold(struct region *r, int prot)
{
	for (size_t i = 0, n; i < r->pages; i += n) {
		for (n = 1; i + n < r->pages && r->state[i + n] == r->state[i]; n++)
			;
		if (r->state[i] == PAGE_COLD)
			mprotect(r->base + i * PAGE, n * PAGE, prot);
	}
}

/* Reserved memory above what was handed out. */
static void add_carve_outs(struct snapshot *s, enum physmem_zone_id id, uint32_t from)
{
	uint32_t pages;

	for (; physmem_reserved(&machine->mem, id, &from, &pages); from += pages)
		add_region(s, machine->mem.host[id] + (size_t)from * PHYS_PAGE_BYTES,
			   (size_t)pages * PHYS_PAGE_BYTES);
}

struct snapshot *snapshot_take(void)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	fiber_pool_paint();
	arena_set_aside(&s->aside);
	arena_parts(s->part);
	for (int i = 0; i < 2; i++)
		add_region(s, s->part[i].base, s->part[i].used_bytes);
	for (int id = 0; id < PHYS_ZONE_COUNT; id++) {
		const uint32_t end = s->high_water[id] = machine->mem.zone[id].high_water;

		add_region(s, machine->mem.host[id], (size_t)end * PHYS_PAGE_BYTES);
		add_carve_outs(s, id, end);
	}
	s->objects = snapshot_objects();
	dl_iterate_phdr(add_object, s);
	taken = s; /* before the copy: a rewind keeps it */
	catch (s);
	for (size_t i = 0; i < s->regions; i++)
		copy_region(&s->region[i]);
	for (size_t i = 0; i < s->regions; i++)
		protect_cold(&s->region[i], PROT_READ);
	return s;
}

size_t snapshot_hot_pages(const struct snapshot *s)
{
	return s->hot;
}

size_t snapshot_pages(const struct snapshot *s)
{
	return s->pages;
}

void snapshot_drop(struct snapshot *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->regions; i++) {
		struct region *r = &s->region[i];

		protect_cold(r, PROT_READ | PROT_WRITE);
		munmap(r->copy, r->pages * PAGE);
		free(r->state);
	}
	sigaction(SIGSEGV, &s->before, NULL);
	sigaltstack(&s->stack_before, NULL);
	munmap(s->signal_stack, SIGNAL_STACK_BYTES);
	taken = NULL;
	arena_take_back(&s->aside);
	snapshot_marks_drop(s);
	free(s->list.run);
	free(s->region);
	free(s);
}
