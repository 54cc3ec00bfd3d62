/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Kernel objects from simulated Non-secure memory. Size classes with free lists; each object has a
 * header with its size and the place that allocated it, and a red zone behind it. A freed object is
 * poisoned and waits in a short queue before it is used again: writing to it is found then, freeing
 * it again at once. All live objects are on one list, in order of allocation: what is left at
 * module exit is a leak, named by its place.
 *
 * Not modelled: per-CPU caches, slab merging, reclaim.
 */
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/string.h>
#include "core/checkers.h"
#include "core/watch.h"
#include "core/fault.h"
#include "linux/kernel_internal.h"
#include "linux/khost.h"
#include "linux/kobject_internal.h"

FAULT_SITE(fault_kmalloc, FAULT_PLAIN, "kern.kmalloc", "a kernel allocation returns NULL");

#define RED_BYTES 16
#define RED 0xbb
#define RED_WORD 0xbbbbbbbbbbbbbbbbULL
#define POISON_BYTE 0x6b
#define POISON 0x6b6b6b6b6b6b6b6bULL
#define QUARANTINE 64 /* objects a class keeps from reuse */
#define CHUNK_PAGES 8u

enum { LIVE = 0x6c697665, FREED = 0x66726565 };

struct kobj {
	struct kobj *next, *prev; /* live list, or quarantine / free list (next) */
	const void *site;	  /* who allocated; who freed once it is freed */
	const void *alloc_site;
	u32 state;
	u32 size;
	u32 class;
	u32 number; /* order of allocation */
};

static const u32 class_bytes[] = {16,  32,  64,	 96,   128,  192,  256,
				  384, 512, 768, 1024, 2048, 4096, 8192};
#define CLASSES (sizeof(class_bytes) / sizeof(class_bytes[0]))
#define CLASS_PAGES 0xffu

struct kclass {
	struct kobj *free;
	struct kobj *quarantine, *quarantine_last;
	u32 quarantined;
};

struct kslab {
	struct kclass class[CLASSES];
	struct kobj live; /* sentinel */
	u64 objects, bytes;
	u32 number;
	struct page *pages; /* one per NS page */
	u32 page_count;
};

/* The red zone begins at the first byte behind the object, which may be odd. */
static u8 *red_of(struct kobj *o)
{
	return (u8 *)(o + 1) + o->size;
}
static u32 red_bytes(const struct kobj *o)
{
	return round_up(o->size, 8) - o->size + 8;
}

static bool red_intact(struct kobj *o)
{
	const u8 *red = red_of(o);
	u64 first; /* never fewer than eight bytes */

	memcpy(&first, red, sizeof(first));
	if (first != RED_WORD)
		return false;
	for (u32 i = sizeof(first); i < red_bytes(o); i++)
		if (red[i] != RED)
			return false;
	return true;
}

/* Kept from machine to machine, because it is large; the used part is cleared in between. */
static struct page *kept_pages;
static u32 kept_count;

static struct page *page_array(u32 count)
{
	if (kept_count != count) {
		kh_free(kept_pages);
		kept_pages = kh_alloc(sizeof(*kept_pages) * count);
		kept_count = kept_pages ? count : 0;
	}
	return kept_pages;
}

__attribute__((destructor)) static void drop_pages(void)
{
	kh_free(kept_pages);
}

int kslab_create(struct klinux *k)
{
	struct kslab *s = kh_alloc(sizeof(*s));
	const struct physmem_zone *zone = &k->m->mem.zone[PHYS_NS];

	if (!s)
		return -ENOMEM;
	s->live.next = s->live.prev = &s->live;
	s->page_count = zone->page_count;
	s->pages = page_array(s->page_count);
	if (!s->pages) {
		kh_free(s);
		return -ENOMEM;
	}
	k->slab = s;
	return 0;
}

void kslab_destroy(struct klinux *k)
{
	if (!k->slab)
		return;
	kslab_check_poison(k);
	/* The array is kept, what it says is not. */
	memset(k->slab->pages, 0, sizeof(*k->slab->pages) * k->m->mem.zone[PHYS_NS].high_water);
	kh_free(k->slab);
	k->slab = NULL;
}

struct page *kslab_pages(struct klinux *k)
{
	return k->slab->pages;
}
uint32_t kslab_page_count(const struct klinux *k)
{
	return k->slab->page_count;
}

static u32 class_of(size_t size)
{
	for (u32 c = 0; c < CLASSES; c++)
		if (size <= class_bytes[c])
			return c;
	return CLASS_PAGES;
}

static bool refill(struct klinux *k, struct kclass *class, u32 bytes)
{
	size_t stride = sizeof(struct kobj) + bytes + RED_BYTES;
	u32 pages = (u32)max_t(size_t, CHUNK_PAGES, DIV_ROUND_UP(stride, PAGE_SIZE));
	pa_t pa;
	char *chunk;

	if (!physmem_alloc(&k->m->mem, PHYS_NS, pages, &pa))
		return false;
	chunk = physmem_at(&k->m->mem, pa, (size_t)pages * PAGE_SIZE);
	for (u32 i = 0; i < pages; i++) {
		struct page *page = virt_to_page(chunk + i * PAGE_SIZE);

		/* head and count: first page and size class of the chunk, for slab_at() */
		*page = (struct page){
			.flags = PG_slab,
			.refcount = 1,
			.head = (u32)(virt_to_page(chunk) - k->slab->pages),
			.count = (u32)(class - k->slab->class),
		};
	}
	/* Lowest address first, so that addresses are handed out in order. */
	for (size_t n = pages * PAGE_SIZE / stride; n-- > 0;) {
		struct kobj *o = (struct kobj *)(chunk + n * stride);

		o->next = class->free;
		class->free = o;
	}
	return true;
}

static void report_use_after_free(struct klinux *k, struct kobj *o)
{
	char alloc[KSITE_BYTES], freed[KSITE_BYTES];

	report_add(&k->m->report, FINDING_DETECTOR, machine_where(k->m),
		   "use after free (write): object of %u bytes, allocated in %s, freed in %s",
		   o->size, ksite(o->alloc_site, alloc), ksite(o->site, freed));
}

static void check_poison(struct klinux *k, struct kobj *o)
{
	const u64 *p = (const u64 *)(o + 1);

	for (u32 i = 0; i < o->size / 8; i++) {
		if (p[i] != POISON) {
			report_use_after_free(k, o);
			return;
		}
	}
}

void kslab_check_poison(struct klinux *k)
{
	for (u32 c = 0; c < CLASSES; c++) {
		for (struct kobj *o = k->slab->class[c].quarantine; o; o = o->next) {
			checkers_unpoison(o + 1, o->size);
			check_poison(k, o);
		}
	}
}

static void *alloc_large(struct klinux *k, size_t size)
{
	u32 pages = (u32)DIV_ROUND_UP(size + sizeof(struct kobj) + RED_BYTES, PAGE_SIZE);
	struct kobj *o;
	pa_t pa;

	if (!physmem_alloc(&k->m->mem, PHYS_NS, pages, &pa))
		return NULL;
	o = physmem_at(&k->m->mem, pa, pages * PAGE_SIZE);
	o->class = CLASS_PAGES;
	for (u32 i = 0; i < pages; i++)
		*virt_to_page((char *)o + i * PAGE_SIZE) = (struct page){
			.flags = PG_slab,
			.head = (u32)(virt_to_page(o) - k->slab->pages),
			.count = CLASS_PAGES,
		};
	return o;
}

/* An object that is on no list yet; @site NULL = of the fake kernel itself. */
static struct kobj *kobj_take(struct klinux *k, size_t size, const void *site)
{
	struct kslab *s = k->slab;
	u32 c = class_of(size);
	struct kobj *o;

	if (c == CLASS_PAGES) {
		o = alloc_large(k, size);
		if (!o)
			return NULL;
	} else {
		struct kclass *class = &s->class[c];

		if (!class->free && !refill(k, class, class_bytes[c]))
			return NULL;
		o = class->free;
		class->free = o->next;
		o->class = c;
	}
	o->size = (u32)size;
	o->state = LIVE;
	o->site = o->alloc_site = site;
	o->number = ++s->number;
	checkers_unpoison(o + 1, round_up(size, 8) + RED_BYTES);
	memset(red_of(o), RED, red_bytes(o));
	checkers_poison(red_of(o), red_bytes(o));
	return o;
}

static void *kobj_alloc(size_t size, gfp_t gfp, const void *site)
{
	struct klinux *k = klinux_now();
	struct kslab *s = k->slab;
	struct kobj *o;

	if (gfpflags_allow_blocking(gfp))
		kmight_sleep_at(site);
	if (unlikely(fault_hit(&fault_kmalloc)))
		return NULL;
	if (!size)
		return ZERO_SIZE_PTR;
	if (size > (PAGE_SIZE << MAX_PAGE_ORDER))
		return NULL;
	o = kobj_take(k, size, site);
	if (!o)
		return NULL;
	if (gfp & __GFP_ZERO)
		memset(o + 1, 0, size);
	o->prev = s->live.prev;
	o->next = &s->live;
	o->prev->next = o;
	s->live.prev = o;
	s->objects++;
	s->bytes += size;
	WATCH(alloc, o + 1, size);
	kcharge(cost()->alloc_ns);
	return o + 1;
}

static void report_bad_free(struct klinux *k, const void *p, const void *site)
{
	char text[KSITE_BYTES];

	(void)p;
	report_add(&k->m->report, FINDING_DETECTOR, machine_where(k->m),
		   "bad free in %s: not a pointer that kmalloc returned", ksite(site, text));
}

static struct kobj *kobj_of(struct klinux *k, const void *p, const void *site)
{
	struct kobj *o = (struct kobj *)p - 1;
	pa_t pa;
	char alloc[KSITE_BYTES], freed[KSITE_BYTES], again[KSITE_BYTES];

	if (!physmem_pa(&k->m->mem, o, &pa) || (unsigned long)p % 16 ||
	    (o->state != LIVE && o->state != FREED)) {
		report_bad_free(k, p, site);
		return NULL;
	}
	if (o->state == FREED) {
		report_add(
			&k->m->report, FINDING_DETECTOR, machine_where(k->m),
			"double free in %s: object of %u bytes, allocated in %s, first freed in %s",
			ksite(site, again), o->size, ksite(o->alloc_site, alloc),
			ksite(o->site, freed));
		return NULL;
	}
	return o;
}

static void kobj_free(const void *p, const void *site)
{
	struct klinux *k = klinux_now();
	struct kslab *s = k->slab;
	struct kclass *class;
	struct kobj *o;

	if (ZERO_OR_NULL_PTR(p))
		return;
	o = kobj_of(k, p, site);
	if (!o)
		return;
	checkers_unpoison(red_of(o), red_bytes(o));
	if (!red_intact(o)) {
		char alloc[KSITE_BYTES];

		report_add(&k->m->report, FINDING_DETECTOR, machine_where(k->m),
			   "out of bounds (write): past an object of %u bytes allocated in %s",
			   o->size, ksite(o->alloc_site, alloc));
	}
	if (o->alloc_site)
		WATCH(free, p, o->size);
	o->prev->next = o->next;
	o->next->prev = o->prev;
	o->state = FREED;
	o->site = site;
	if (o->alloc_site) {
		s->objects--;
		s->bytes -= o->size;
		kcharge(cost()->alloc_ns);
	}
	if (o->class == CLASS_PAGES) {
		pa_t pa;

		o->state = 0;
		physmem_pa(&k->m->mem, o, &pa);
		physmem_free(&k->m->mem, pa);
		return;
	}
	memset(o + 1, POISON_BYTE, o->size & ~7u);
	checkers_poison(o + 1, o->size);
	class = &s->class[o->class];
	o->next = NULL;
	if (class->quarantine)
		class->quarantine_last->next = o;
	else
		class->quarantine = o;
	class->quarantine_last = o;
	if (++class->quarantined <= QUARANTINE)
		return;
	o = class->quarantine;
	class->quarantine = o->next;
	class->quarantined--;
	checkers_unpoison(o + 1, o->size);
	check_poison(k, o);
	o->next = class->free;
	class->free = o;
}

void *kinternal_alloc(size_t bytes)
{
	struct kobj *o = kobj_take(klinux_now(), bytes, NULL);

	if (!o)
		return NULL;
	memset(o + 1, 0, bytes);
	o->next = o->prev = o; /* so that freeing it unlinks nothing */
	return o + 1;
}

#define CALLER __builtin_return_address(0)

void kinternal_free(void *p)
{
	kobj_free(p, CALLER);
}

void *kmalloc_at(size_t size, gfp_t gfp, const void *site)
{
	return kobj_alloc(size, gfp, site);
}

void *kmalloc(size_t size, gfp_t gfp)
{
	return kobj_alloc(size, gfp, CALLER);
}
void *kzalloc(size_t size, gfp_t gfp)
{
	return kobj_alloc(size, gfp | __GFP_ZERO, CALLER);
}
void *kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	return kobj_alloc(size_mul(n, size), gfp, CALLER);
}
void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kobj_alloc(size_mul(n, size), gfp | __GFP_ZERO, CALLER);
}
void kfree(const void *p)
{
	kobj_free(p, CALLER);
}
void kfree_sensitive(const void *p)
{
	kobj_free(p, CALLER);
}

size_t ksize(const void *p)
{
	return ZERO_OR_NULL_PTR(p) ? 0 : ((const struct kobj *)p - 1)->size;
}

void *krealloc(const void *p, size_t size, gfp_t gfp)
{
	void *n = kobj_alloc(size, gfp, CALLER);

	if (n && !ZERO_OR_NULL_PTR(p)) {
		memcpy(n, p, min_t(size_t, size, ksize(p)));
		kobj_free(p, CALLER);
	}
	return n;
}

void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *p = kobj_alloc(len, gfp, CALLER);

	if (p && len)
		memcpy(p, src, len);
	return p;
}

char *kstrdup(const char *s, gfp_t gfp)
{
	size_t len;
	char *p;

	if (!s)
		return NULL;
	len = strlen(s) + 1;
	p = kobj_alloc(len, gfp, CALLER);
	if (p)
		memcpy(p, s, len);
	return p;
}

/* The object whose header, bytes or red zone hold @addr; NULL = the tail of a chunk. */
static struct kobj *slab_at(const struct klinux *k, const struct page *page, const void *addr)
{
	char *chunk = page_address(k->slab->pages + page->head);
	size_t stride, at = (size_t)((const char *)addr - chunk), pages, n;

	if (page->count == CLASS_PAGES)
		return (struct kobj *)chunk;
	stride = sizeof(struct kobj) + class_bytes[page->count] + RED_BYTES;
	pages = max_t(size_t, CHUNK_PAGES, DIV_ROUND_UP(stride, PAGE_SIZE));
	n = at / stride;
	return n < pages * PAGE_SIZE / stride ? (struct kobj *)(chunk + n * stride) : NULL;
}

bool klinux_object_at(const struct klinux *k, const void *addr, struct klinux_object *out)
{
	const struct physmem_zone *zone = &k->m->mem.zone[PHYS_NS];
	const struct page *page;
	const struct kobj *o;
	pa_t pa;

	if (!k->slab || !physmem_pa(&k->m->mem, addr, &pa) || pa.v < zone->base ||
	    (pa.v - zone->base) >> PAGE_SHIFT >= zone->page_count)
		return false;
	page = k->slab->pages + ((pa.v - zone->base) >> PAGE_SHIFT);
	if (page->flags & PG_slab) {
		o = slab_at(k, page, addr);
		if (!o || (o->state != LIVE && o->state != FREED))
			return false;
		*out = (struct klinux_object){.start = o + 1,
					      .bytes = o->size,
					      .freed = o->state == FREED,
					      .alloc_site = o->alloc_site,
					      .free_site = o->site};
		return true;
	}
	page = k->slab->pages + page->head;
	if (!page->live)
		return false;
	*out = (struct klinux_object){.start = page_address(page),
				      .bytes = (size_t)page->count * PAGE_SIZE,
				      .pages = true,
				      .alloc_site = page->site};
	return true;
}

void kslab_account(struct klinux *k, int objects, int64_t bytes)
{
	k->slab->objects += (u64)(s64)objects;
	k->slab->bytes += (u64)bytes;
}

void klinux_mem_usage(const struct klinux *k, uint64_t *objects, uint64_t *bytes)
{
	*objects = k->slab->objects;
	*bytes = k->slab->bytes;
}

unsigned klinux_check_leaks(struct klinux *k)
{
	unsigned leaks = 0;

	kslab_check_poison(k);
	/* Objects of one place are reported once, with their number. */
	for (struct kobj *o = k->slab->live.next; o != &k->slab->live; o = o->next) {
		unsigned same = 0;
		bool seen = false;
		char text[KSITE_BYTES];

		leaks++;
		for (struct kobj *e = k->slab->live.next; e != o && !seen; e = e->next)
			seen = e->alloc_site == o->alloc_site && e->size == o->size;
		if (seen)
			continue;
		for (struct kobj *e = o; e != &k->slab->live; e = e->next)
			same += e->alloc_site == o->alloc_site && e->size == o->size;
		report_add(&k->m->report, FINDING_DETECTOR, NULL,
			   "leak: %u object%s of %u bytes allocated in %s%s", same,
			   same == 1 ? "" : "s", o->size, ksite(o->alloc_site, text),
			   watch_on ? watch_ops.alloc_stack(o + 1) : "");
	}
	return leaks + kpages_check_leaks(k);
}
