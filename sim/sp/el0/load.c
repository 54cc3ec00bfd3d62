/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Placing an image as the SPMC's loader does (optee.md 3.13). ELF: segments with their permissions,
 * relocated, a stack between guard pages, SP at its top. Flat: one copy, read and execute, entered
 * at its first byte with SP = 0. Option `aslr: on` moves an ELF by a multiple of 64 KiB that
 * follows from the seed.
 *
 * Two symbols are filled in when an image has them, in place of what a real image would know of
 * its platform: `ffasim_insn_ns`, the cost of an instruction, and `ffasim_options`, the options of
 * the partition as "key=value" strings, each ended by a zero, an empty one last.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "el0.h"

#define SLIDE_BYTES 0x10000u
#define SLIDES 64u

static bool map_pages(struct el0 *el0, uint64_t va, uint32_t pages, uint32_t access, uint8_t **host)
{
	pa_t pa;

	if (!physmem_alloc(&machine->mem, PHYS_S, pages, &pa))
		return false;
	*host = physmem_at(&machine->mem, pa, pages * PHYS_PAGE_BYTES);
	return !ec_map_add(&el0->ec, va, pa, pages, access);
}

static void put_word(void *ctx, uint64_t offset, uint64_t value)
{
	struct el0 *el0 = ctx;
	uint64_t *at = ec_va(&el0->ec, el0->load_va + offset, sizeof(value), EC_MAP_R);

	if (at)
		memcpy(at, &value, sizeof(value));
}

/* Memory of a symbol, NULL when the image has none of this name and size. */
static void *symbol_memory(struct el0 *el0, const char *name, uint64_t *bytes)
{
	uint64_t offset;

	if (!gimage_symbol(&el0->image, name, &offset, bytes) || !*bytes)
		return NULL;
	return ec_va(&el0->ec, el0->load_va + offset, *bytes, EC_MAP_R);
}

static int tell_options(struct el0 *el0, const struct ec_config *cfg, const char **why)
{
	uint64_t bytes, insn_ns = el0_insn_ns(), used = 0;
	void *cost_at = symbol_memory(el0, "ffasim_insn_ns", &bytes);
	char *to;

	if (cost_at && bytes == sizeof(insn_ns))
		memcpy(cost_at, &insn_ns, sizeof(insn_ns));
	to = symbol_memory(el0, "ffasim_options", &bytes);
	for (size_t i = 0; to && i < cfg->option_count; i++) {
		const struct ec_option *o = &cfg->options[i];
		const size_t n = strlen(o->key) + strlen(o->value) + 2;

		if (used + n + 1 > bytes) {
			*why = "too many options for the image";
			return -E2BIG;
		}
		snprintf(to + used, n, "%s=%s", o->key, o->value);
		used += n;
	}
	return 0;
}

static bool wants_aslr(const struct ec_config *cfg)
{
	for (size_t i = 0; i < cfg->option_count; i++)
		if (!strcmp(cfg->options[i].key, "aslr"))
			return !strcmp(cfg->options[i].value, "on") ||
			       !strcmp(cfg->options[i].value, "true");
	return false;
}

static uint64_t slide(const struct ec_config *cfg)
{
	uint64_t h = machine->cfg.seed * 0x9e3779b97f4a7c15u;

	for (const char *c = cfg->name; *c; c++)
		h = (h ^ (uint8_t)*c) * 0x100000001b3u;
	return (h >> 32) % SLIDES * SLIDE_BYTES;
}

int el0_load(struct el0 *el0, const struct ec_config *cfg, const char **why)
{
	const struct gimage *g = &el0->image;
	const uint32_t stack_pages =
		(uint32_t)((g->stack_bytes + PHYS_PAGE_BYTES - 1) / PHYS_PAGE_BYTES);
	uint8_t *host;

	el0->load_va = EC_IMAGE_VA;
	if (g->format == GIMAGE_ELF && wants_aslr(cfg))
		el0->load_va += slide(cfg);
	for (unsigned i = 0; i < g->segment_count; i++) {
		const struct gimage_segment *s = &g->segment[i];

		if (!map_pages(el0, el0->load_va + s->va, s->pages, s->access, &host))
			goto no_memory;
		gimage_fill(g, i, host);
	}
	gimage_relocate(g, el0->load_va, put_word, el0);
	el0->entry = el0->load_va + g->entry;
	if (stack_pages) {
		/* One page on each side stays empty. */
		el0->stack_low = el0->load_va + g->bytes + PHYS_PAGE_BYTES;
		el0->stack_top = el0->stack_low + stack_pages * PHYS_PAGE_BYTES;
		if (!map_pages(el0, el0->stack_low, stack_pages, EC_MAP_R | EC_MAP_W, &host))
			goto no_memory;
	}
	return tell_options(el0, cfg, why);

no_memory:
	*why = "no secure memory left for the SP image";
	return -ENOMEM;
}
