/* SPDX-License-Identifier: BSD-3-Clause */
/* A memfd per machine at a fixed host address; page allocator: first fit from a moving hint. */
#include "soc/physmem.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "core/checkers.h"

#define HOST_ZONE_STRIDE 0x100000000ULL
/* Below this, zeroing by hand is cheaper than giving the pages back. */
#define ZERO_BY_HAND_PAGES 512

static bool bit_of(const uint64_t *bits, uint32_t i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

static bool bit(const struct physmem_zone *z, uint32_t i)
{
	return bit_of(z->used_bits, i);
}

static void bits_set(struct physmem_zone *z, uint32_t first, uint32_t count, bool on)
{
	for (uint32_t i = first; i < first + count; i++) {
		if (on)
			z->used_bits[i / 64] |= 1ULL << (i % 64);
		else
			z->used_bits[i / 64] &= ~(1ULL << (i % 64));
	}
}

static int zone_create(struct physmem *pm, int id, uint64_t base, size_t bytes, off_t at)
{
	struct physmem_zone *z = &pm->zone[id];
	void *want = (void *)(uintptr_t)(PHYS_HOST_BASE + (uint64_t)id * HOST_ZONE_STRIDE);

	z->base = base;
	z->page_count = (uint32_t)(bytes >> PHYS_PAGE_SHIFT);
	z->order = calloc(z->page_count, sizeof(*z->order));
	z->used_bits = calloc(z->page_count / 64 + 1, sizeof(*z->used_bits));
	z->guard_bits = calloc(z->page_count / 64 + 1, sizeof(*z->guard_bits));
	z->kept_bits = calloc(z->page_count / 64 + 1, sizeof(*z->kept_bits));
	if (!z->order || !z->used_bits || !z->guard_bits || !z->kept_bits)
		return -ENOMEM;
	pm->host[id] = mmap(want, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE,
			    pm->fd, at);
	if (pm->host[id] == MAP_FAILED) {
		pm->host[id] = NULL;
		return -errno;
	}
	return 0;
}

int physmem_create(struct physmem *pm, size_t ns_bytes, size_t s_bytes)
{
	int err;

	memset(pm, 0, sizeof(*pm));
	ns_bytes = (ns_bytes + PHYS_PAGE_BYTES - 1) & ~(PHYS_PAGE_BYTES - 1);
	s_bytes = (s_bytes + PHYS_PAGE_BYTES - 1) & ~(PHYS_PAGE_BYTES - 1);
	pm->fd = memfd_create("ffasim-memory", MFD_CLOEXEC);
	if (pm->fd < 0)
		return -errno;
	if (ftruncate(pm->fd, (off_t)(ns_bytes + s_bytes))) {
		err = -errno;
		goto fail;
	}
	err = zone_create(pm, PHYS_NS, PHYS_NS_BASE, ns_bytes, 0);
	if (!err)
		err = zone_create(pm, PHYS_S, PHYS_S_BASE, s_bytes, (off_t)ns_bytes);
	if (!err)
		return 0;
fail:
	physmem_destroy(pm);
	return err;
}

void physmem_destroy(struct physmem *pm)
{
	for (int id = 0; id < PHYS_ZONE_COUNT; id++) {
		if (pm->host[id])
			munmap(pm->host[id], (size_t)pm->zone[id].page_count << PHYS_PAGE_SHIFT);
		free(pm->zone[id].order);
		free(pm->zone[id].used_bits);
		free(pm->zone[id].guard_bits);
		free(pm->zone[id].kept_bits);
	}
	if (pm->fd >= 0)
		close(pm->fd);
	memset(pm, 0, sizeof(*pm));
	pm->fd = -1;
}

/* Whoever marked part of a page freed or unaddressable, nobody owns it any more. */
static void zero(void *p, size_t bytes)
{
	checkers_unpoison(p, bytes);
	memset(p, 0, bytes);
}

/* Carve-outs lie where they like, mostly above the mark. */
static void release_reserved(struct physmem *pm, enum physmem_zone_id id)
{
	struct physmem_zone *z = &pm->zone[id];
	uint32_t first = 0, pages;

	for (; physmem_reserved(pm, id, &first, &pages); first += pages) {
		zero(pm->host[id] + ((size_t)first << PHYS_PAGE_SHIFT),
		     (size_t)pages << PHYS_PAGE_SHIFT);
		bits_set(z, first, pages, false);
	}
	memset(z->kept_bits, 0, (z->page_count / 64 + 1) * sizeof(*z->kept_bits));
}

void physmem_reset(struct physmem *pm)
{
	for (int id = 0; id < PHYS_ZONE_COUNT; id++) {
		struct physmem_zone *z = &pm->zone[id];
		uint32_t n = z->high_water;

		release_reserved(pm, id);
		checkers_unpoison(pm->host[id], (size_t)n << PHYS_PAGE_SHIFT);
		if (n > ZERO_BY_HAND_PAGES)
			madvise(pm->host[id], (size_t)n << PHYS_PAGE_SHIFT, MADV_REMOVE);
		else
			zero(pm->host[id], (size_t)n << PHYS_PAGE_SHIFT);
		memset(z->order, 0, n * sizeof(*z->order));
		memset(z->used_bits, 0, (n / 64 + 1) * sizeof(*z->used_bits));
		z->high_water = z->hint = z->used_count = 0;
	}
}

static bool run_is_free(const struct physmem_zone *z, uint32_t first, uint32_t pages,
			uint32_t *next)
{
	for (uint32_t i = first; i < first + pages; i++) {
		if (bit(z, i)) {
			*next = i + 1;
			return false;
		}
	}
	return true;
}

bool physmem_alloc(struct physmem *pm, enum physmem_zone_id id, uint32_t pages, pa_t *out)
{
	struct physmem_zone *z = &pm->zone[id];
	uint32_t first = z->hint;

	if (!pages || pages > z->page_count)
		return false;
	/* Everything below the hint is in use, so this is first fit. */
	while (first + pages <= z->page_count) {
		uint32_t next;

		if (!run_is_free(z, first, pages, &next)) {
			first = next;
			continue;
		}
		bits_set(z, first, pages, true);
		z->order[first] = pages;
		z->used_count += pages;
		if (first == z->hint)
			z->hint = first + pages;
		/* What was used before may be dirty; above the mark it is still zero. */
		if (first < z->high_water) {
			uint32_t end =
				first + pages < z->high_water ? first + pages : z->high_water;

			zero(pm->host[id] + ((size_t)first << PHYS_PAGE_SHIFT),
			     (size_t)(end - first) << PHYS_PAGE_SHIFT);
		}
		if (first + pages > z->high_water)
			z->high_water = first + pages;
		*out = pa_of(z->base + ((uint64_t)first << PHYS_PAGE_SHIFT));
		return true;
	}
	return false;
}

static int zone_of(const struct physmem *pm, uint64_t pa, size_t bytes)
{
	for (int id = 0; id < PHYS_ZONE_COUNT; id++) {
		const struct physmem_zone *z = &pm->zone[id];
		uint64_t size = (uint64_t)z->page_count << PHYS_PAGE_SHIFT;

		if (pa >= z->base && pa - z->base <= size && bytes <= size - (pa - z->base))
			return id;
	}
	return -1;
}

bool physmem_in_use(const struct physmem *pm, enum physmem_zone_id id, uint32_t page)
{
	return bit(&pm->zone[id], page);
}

void physmem_free(struct physmem *pm, pa_t pa)
{
	int id = zone_of(pm, pa.v, PHYS_PAGE_BYTES);
	struct physmem_zone *z;
	uint32_t first;

	if (id < 0)
		abort();
	z = &pm->zone[id];
	first = (uint32_t)((pa.v - z->base) >> PHYS_PAGE_SHIFT);
	if (!z->order[first])
		abort(); /* not the start of an allocation: the caller's bookkeeping is broken */
	bits_set(z, first, z->order[first], false);
	z->used_count -= z->order[first];
	z->order[first] = 0;
	if (first < z->hint)
		z->hint = first;
}

bool physmem_reserve(struct physmem *pm, pa_t pa, uint32_t pages)
{
	const int id = zone_of(pm, pa.v, (size_t)pages << PHYS_PAGE_SHIFT);
	struct physmem_zone *z;
	uint32_t first;

	if (id < 0)
		return false;
	z = &pm->zone[id];
	first = (uint32_t)((pa.v - z->base) >> PHYS_PAGE_SHIFT);
	for (uint32_t i = first; i < first + pages; i++)
		if (bit(z, i) && !bit_of(z->kept_bits, i))
			return false;
	for (uint32_t i = first; i < first + pages; i++) {
		z->used_count += !bit(z, i);
		z->kept_bits[i / 64] |= 1ULL << (i % 64);
	}
	bits_set(z, first, pages, true);
	return true;
}

bool physmem_reserved(const struct physmem *pm, enum physmem_zone_id id, uint32_t *first,
		      uint32_t *pages)
{
	const struct physmem_zone *z = &pm->zone[id];
	uint32_t i = *first;

	while (i < z->page_count && !bit_of(z->kept_bits, i))
		i = z->kept_bits[i / 64] >> (i % 64) ? i + 1 : (i / 64 + 1) * 64;
	*first = i;
	while (i < z->page_count && bit_of(z->kept_bits, i))
		i++;
	*pages = i - *first;
	return *pages;
}

void *physmem_at(const struct physmem *pm, pa_t pa, size_t len_bytes)
{
	int id = zone_of(pm, pa.v, len_bytes);

	return id < 0 ? NULL : pm->host[id] + (pa.v - pm->zone[id].base);
}

bool physmem_is_ns(const struct physmem *pm, pa_t pa, size_t len_bytes)
{
	return zone_of(pm, pa.v, len_bytes) == PHYS_NS;
}

bool physmem_pa(const struct physmem *pm, const void *host, pa_t *out)
{
	for (int id = 0; id < PHYS_ZONE_COUNT; id++) {
		const uint8_t *p = host;
		size_t size = (size_t)pm->zone[id].page_count << PHYS_PAGE_SHIFT;

		if (p >= pm->host[id] && p < pm->host[id] + size) {
			*out = pa_of(pm->zone[id].base + (uint64_t)(p - pm->host[id]));
			return true;
		}
	}
	return false;
}

bool physmem_guard(struct physmem *pm, pa_t pa, uint32_t pages, bool on)
{
	const int id = zone_of(pm, pa.v, pages * PHYS_PAGE_BYTES);
	struct physmem_zone *z = &pm->zone[id < 0 ? 0 : id];
	const uint32_t first = (uint32_t)((pa.v - z->base) >> PHYS_PAGE_SHIFT);
	bool changed = false;

	for (uint32_t i = first; id >= 0 && i < first + pages; i++) {
		const uint64_t bit = 1ULL << (i % 64);

		if (!(z->guard_bits[i / 64] & bit) == !on)
			continue;
		z->guard_bits[i / 64] ^= bit;
		pm->guarded += on ? 1u : -1u;
		changed = true;
	}
	if (changed)
		mprotect(pm->host[id] + ((size_t)first << PHYS_PAGE_SHIFT),
			 (size_t)pages << PHYS_PAGE_SHIFT, on ? PROT_NONE : PROT_READ | PROT_WRITE);
	return changed;
}

/* Where the page is in the machine's own file. */
static off_t file_offset(const struct physmem *pm, int id, uint64_t pa)
{
	return (off_t)(pa - pm->zone[id].base +
		       (id == PHYS_S ? (uint64_t)pm->zone[PHYS_NS].page_count << PHYS_PAGE_SHIFT
				     : 0));
}

void physmem_zero(struct physmem *pm, pa_t pa, size_t len_bytes)
{
	static const uint8_t zeros[PHYS_PAGE_BYTES];
	const int id = zone_of(pm, pa.v, len_bytes);

	if (!pm->guarded && id >= 0)
		memset(physmem_at(pm, pa, len_bytes), 0, len_bytes);
	/* The file is the memory: this way no protection is in between. */
	for (size_t at = 0, n; pm->guarded && id >= 0 && at < len_bytes; at += n) {
		n = len_bytes - at < sizeof(zeros) ? len_bytes - at : sizeof(zeros);
		if (pwrite(pm->fd, zeros, n, file_offset(pm, id, pa.v + at)) != (ssize_t)n)
			abort();
	}
}

int physmem_window(const struct physmem *pm, pa_t pa, size_t len_bytes, void *at, bool write)
{
	const int id = zone_of(pm, pa.v, len_bytes);

	if (id < 0)
		return -EINVAL;
	return mmap(at, len_bytes, PROT_READ | (write ? PROT_WRITE : 0), MAP_SHARED | MAP_FIXED,
		    pm->fd, file_offset(pm, id, pa.v)) == MAP_FAILED
		       ? -errno
		       : 0;
}

void physmem_window_close(void *at, size_t len_bytes)
{
	munmap(at, len_bytes);
}

/* Copies the pages into @fd at @at and maps that there instead. */
static int back_by(void *host, size_t len_bytes, int fd, off_t at)
{
	if (pwrite(fd, host, len_bytes, at) != (ssize_t)len_bytes)
		return errno ? -errno : -EIO;
	if (mmap(host, len_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, at) ==
	    MAP_FAILED)
		return -errno;
	return 0;
}

/* The Non-secure zone is at the beginning of the machine's own file. */
static off_t own_offset(const struct physmem *pm, const void *host)
{
	return (off_t)((const uint8_t *)host - pm->host[PHYS_NS]);
}

static bool is_ns_pages(const struct physmem *pm, const void *host, size_t len_bytes)
{
	pa_t pa;

	return physmem_pa(pm, host, &pa) && physmem_is_ns(pm, pa, len_bytes) &&
	       !((pa.v | len_bytes) & (PHYS_PAGE_BYTES - 1));
}

int physmem_alias(struct physmem *pm, void *host, size_t len_bytes, int fd)
{
	return is_ns_pages(pm, host, len_bytes) ? back_by(host, len_bytes, fd, 0) : -EINVAL;
}

int physmem_unalias(struct physmem *pm, void *host, size_t len_bytes)
{
	return is_ns_pages(pm, host, len_bytes)
		       ? back_by(host, len_bytes, pm->fd, own_offset(pm, host))
		       : -EINVAL;
}
