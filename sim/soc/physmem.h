/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Physical memory: one memfd mapped at a fixed host address, so that simulated pointers are the
 * same in every run. Two zones, Non-secure and Secure, and a page allocator per zone.
 * A pa_t is not a va_t and neither is a host pointer.
 * Not modelled: caches, ECC, holes.
 */
#ifndef FFASIM_SOC_PHYSMEM_H
#define FFASIM_SOC_PHYSMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PHYS_PAGE_SHIFT 12
#define PHYS_PAGE_BYTES ((size_t)4096)

typedef struct {
	uint64_t v;
} pa_t;
typedef struct {
	uint64_t v;
} va_t;

static inline pa_t pa_of(uint64_t v)
{
	return (pa_t){v};
}
static inline va_t va_of(uint64_t v)
{
	return (va_t){v};
}

enum physmem_zone_id { PHYS_NS, PHYS_S, PHYS_ZONE_COUNT };

/*
 * Outside what ASan and Valgrind keep for themselves. ASan: below 0x100080000000, and 4 TB for its
 * allocator, from 0x600000000000 with gcc 12 and from 0x500000000000 with gcc 14.
 */
#ifdef FFASIM_ASAN
#define PHYS_HOST_BASE 0x200000000000ULL
#else
#define PHYS_HOST_BASE 0x1000000000ULL
#endif
#define PHYS_NS_BASE 0x40000000ULL
#define PHYS_S_BASE 0x0e100000ULL

struct physmem_zone {
	uint64_t base; /* physical address of the first page */
	uint32_t page_count;
	uint32_t *order;     /* per page: length of the allocation starting here, 0 = none */
	uint64_t *used_bits; /* one bit a page */
	uint32_t high_water; /* pages ever touched since reset */
	uint32_t hint;
	uint32_t used_count;
	uint64_t *guard_bits; /* pages of physmem_guard() */
	uint64_t *kept_bits;  /* pages of physmem_reserve() */
};

struct physmem {
	struct physmem_zone zone[PHYS_ZONE_COUNT];
	uint8_t *host[PHYS_ZONE_COUNT]; /* host address of each zone */
	uint32_t guarded;		/* pages */
	int fd;
};

int physmem_create(struct physmem *pm, size_t ns_bytes, size_t s_bytes); /* -errno */
void physmem_destroy(struct physmem *pm);
void physmem_reset(struct physmem *pm); /* frees all pages and zeroes what was touched */

/* First fit, lowest address; zeroed. Returns false when there is no room. */
bool physmem_alloc(struct physmem *pm, enum physmem_zone_id zone, uint32_t pages, pa_t *out);
void physmem_free(struct physmem *pm, pa_t pa); /* what physmem_alloc() returned */
/* Allocated now; @page counts from the zone's first. */
bool physmem_in_use(const struct physmem *pm, enum physmem_zone_id zone, uint32_t page);
/*
 * A carve-out: physmem_alloc() keeps away from these pages until the next reset. They may be
 * reserved already, for two may share one. False when they are not all memory, or somebody has one
 * of them.
 */
bool physmem_reserve(struct physmem *pm, pa_t pa, uint32_t pages);
/* The next run of reserved pages of a zone from page *first on; false = there is no more. */
bool physmem_reserved(const struct physmem *pm, enum physmem_zone_id zone, uint32_t *first,
		      uint32_t *pages);
/*
 * The memory of another file in place of allocated Non-secure pages, with their contents: who maps
 * that file sees the very pages of the machine. @host as physmem_at() gave it, whole pages; to be
 * undone before the machine is reset. The contents come back with physmem_unalias(). -errno
 */
int physmem_alias(struct physmem *pm, void *host, size_t len_bytes, int fd);
int physmem_unalias(struct physmem *pm, void *host, size_t len_bytes);

/*
 * Takes the access through physmem_at() away from pages, or gives it back: the host faults instead.
 * Windows are not concerned. False when nothing changed.
 */
bool physmem_guard(struct physmem *pm, pa_t pa, uint32_t pages, bool on);
/* Zeroes, guarded or not. */
void physmem_zero(struct physmem *pm, pa_t pa, size_t len_bytes);
/* The same pages at another host address with a protection of their own. Not for pages that are
 * aliased. -errno */
int physmem_window(const struct physmem *pm, pa_t pa, size_t len_bytes, void *at, bool write);
void physmem_window_close(void *at, size_t len_bytes);

/* Host pointer of [pa, pa + len), or NULL when it is not entirely inside one zone. */
void *physmem_at(const struct physmem *pm, pa_t pa, size_t len_bytes);
bool physmem_is_ns(const struct physmem *pm, pa_t pa, size_t len_bytes);
/* Reverse of physmem_at(); false when @host is not simulated memory. */
bool physmem_pa(const struct physmem *pm, const void *host, pa_t *out);

#endif
