/* SPDX-License-Identifier: BSD-3-Clause */
/* An engine made, mapped and loaded; see engine.h. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#include "core/checkers.h"

#define STUB_VA 0xfffff000ULL

/* msr elr_el1, x0; msr spsr_el1, xzr; eret. X0 is the address behind them. */
static const uint32_t stub[] = {0xd5184020, 0xd518401f, 0xd69f03e0, 0xd503201f};
#define STUB_LANDING (STUB_VA + 12)

/* The first one of an engine: 2.1.1 makes 32 bytes then that its uc_close() does not free. */
static bool map_stub(uc_engine *uc)
{
	const bool forgets = uc_version(NULL, NULL) >= (2u << 24 | 1u << 16);
	bool ok;

	if (forgets)
		checkers_leaks_pass(true);
	ok = !uc_mem_map(uc, STUB_VA, PHYS_PAGE_BYTES, UC_PROT_ALL);
	if (forgets)
		checkers_leaks_pass(false);
	return ok;
}

/* Enters EL0 as an SPMC does; afterwards the engine never leaves it. */
static bool drop_to_el0(struct engine *e)
{
	const uint64_t landing = STUB_LANDING, fp_enabled = 3u << 20;
	const uint64_t zero = 0;
	uc_engine *uc = e->uc;
	void *around = NULL;
	uc_hook probe;
	bool ok;

	ok = map_stub(uc) && !uc_mem_write(uc, STUB_VA, stub, sizeof(stub)) &&
	     !uc_reg_write(uc, UC_ARM64_REG_CPACR_EL1, &fp_enabled) &&
	     !uc_reg_write(uc, UC_ARM64_REG_X0, &landing) &&
	     !uc_hook_add(uc, &probe, UC_HOOK_BLOCK, state_probe, &around, 1, 0) &&
	     !uc_emu_start(uc, STUB_VA, STUB_LANDING, 0, 0) && !uc_hook_del(uc, probe);
	uc_reg_write(uc, UC_ARM64_REG_X0, &zero);
	if (ok)
		state_find(&e->state, uc, around);
	return ok && !uc_mem_unmap(uc, STUB_VA, PHYS_PAGE_BYTES);
}

static bool add_hooks(struct engine *e)
{
	const struct engine_hooks *h = e->hooks;
	uc_engine *uc = e->uc;
	uc_hook hook;

	if (h->block && uc_hook_add(uc, &hook, UC_HOOK_BLOCK, h->block, e, 1, 0))
		return false;
	return !uc_hook_add(uc, &hook, UC_HOOK_INTR, h->exception, e, 1, 0) &&
	       !uc_hook_add(uc, &hook, UC_HOOK_MEM_INVALID, h->memory, e, 1, 0);
}

/* Its list of addresses to stop at stays empty. With one, or with the address that uc_emu_start()
 * wants to be told, each run ends with throwing out what was translated there, which takes longer
 * than a short run does. */
static bool open_unicorn(struct engine *e)
{
	if (uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &e->uc))
		return false;
	/* LSE atomics are only in this model. */
	if (!uc_ctl_set_cpu_model(e->uc, UC_CPU_ARM64_MAX) && drop_to_el0(e) &&
	    !uc_ctl_exits_enable(e->uc) && add_hooks(e))
		return true;
	uc_close(e->uc);
	e->uc = NULL;
	return false;
}

static struct engine *engines; /* all of them */

struct engine *engine_first(void)
{
	return engines;
}

static void forget(struct engine *e)
{
	struct engine **at = &engines;

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	free(e);
}

/* Unicorn forgets the memory, but not what it translated there. */
static void unmap(struct engine *e, const struct ec_map *m)
{
	const uint64_t bytes = m->pages * PHYS_PAGE_BYTES;

	if (m->access & EC_MAP_X)
		uc_ctl_remove_cache(e->uc, m->va, m->va + bytes);
	uc_mem_unmap(e->uc, m->va, bytes);
}

static void empty(struct engine *e)
{
	for (uint32_t i = 0; i < e->map_count; i++)
		unmap(e, &e->map[i]);
	e->map_count = 0;
	e->mapped = false;
}

struct engine *engine_take(const struct engine_hooks *hooks, struct el0 *owner)
{
	struct engine *e = engines;

	while (e && (e->owner || e->hooks != hooks))
		e = e->next;
	if (!e) {
		e = calloc(1, sizeof(*e));
		if (!e)
			return NULL;
		e->hooks = hooks;
		if (!open_unicorn(e)) {
			free(e);
			return NULL;
		}
		e->next = engines;
		engines = e;
	}
	e->owner = owner;
	e->status_known = false;
	return e;
}

void engine_give(struct engine *e)
{
	if (!e)
		return;
	e->owner = NULL;
	if (e->private || e->running) {
		uc_context_free(e->before);
		uc_close(e->uc);
		free(e->absent);
		forget(e);
		return;
	}
	empty(e);
}

uc_err engine_run(struct engine *e, uint64_t pc, uint32_t count)
{
	e->status_known = false;
	return uc_emu_start(e->uc, pc, 0, 0, count);
}

/* As uc_ctl_request_cache() has it, which shifts an int too far. */
#define REQUEST_BLOCK UC_CTL(UC_CTL_TB_REQUEST_CACHE, 2u, (unsigned)UC_CTL_IO_READ_WRITE)

/* The block hook leaves only the address: each store of it is 3 % of the speed of a loop of calls.
 */
uint64_t engine_block_end(struct engine *e)
{
	uc_tb block;

	if (e->sized_va != e->block_va) {
		if (uc_ctl(e->uc, REQUEST_BLOCK, e->block_va, &block))
			return e->block_va;
		e->sized_va = e->block_va;
		e->sized_bytes = block.size;
	}
	return e->block_va + e->sized_bytes;
}

bool engine_renew(struct engine *e)
{
	/* Not closed: what its run holds cannot be told any more. */
	e->absent_count = 0;
	e->map_count = 0;
	e->mapped = e->running = e->status_known = false;
	return open_unicorn(e);
}

static uint32_t protection(uint32_t access)
{
	return (access & EC_MAP_R ? UC_PROT_READ : 0) | (access & EC_MAP_W ? UC_PROT_WRITE : 0) |
	       (access & EC_MAP_X ? UC_PROT_EXEC : 0);
}

/* Where @m is in a table sorted by address; the number of rows when it is not. */
static uint32_t find(const struct ec_map *table, uint32_t count, const struct ec_map *m)
{
	uint32_t lo = 0, hi = count;

	while (lo < hi) {
		const uint32_t mid = (lo + hi) / 2;

		if (table[mid].va < m->va)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < count && table[lo].va == m->va && table[lo].pa.v == m->pa.v &&
			       table[lo].pages == m->pages && table[lo].access == m->access
		       ? lo
		       : count;
}

/*
 * A hook of MRS cannot stop before the instruction: the rest of its block would run. So the few
 * instructions in question are looked for, and get a hook of their own before they are translated.
 */
static bool mark_absent(struct engine *e, const struct ec_map *m, const void *host)
{
	const uint32_t *insn = host;
	uc_hook hook;

	for (uint64_t i = 0; i < m->pages * PHYS_PAGE_BYTES / 4; i++) {
		const uint64_t va = m->va + 4 * i;
		uint64_t *grown;
		uint32_t n = 0;

		if (!engine_absent(insn[i]))
			continue;
		while (n < e->absent_count && e->absent[n] != va)
			n++;
		if (n < e->absent_count)
			continue;
		grown = realloc(e->absent, (n + 1) * sizeof(*grown));
		if (!grown)
			return false;
		e->absent = grown;
		if (uc_hook_add(e->uc, &hook, UC_HOOK_CODE, e->hooks->absent, e, va, va))
			return false;
		e->absent[e->absent_count++] = va;
	}
	return true;
}

bool engine_map(struct engine *e, struct ec *space)
{
	static void *host[EC_MAPS_MAX];

	if (e->mapped && e->map_gen == space->map_gen)
		return true;
	e->mapped = false;
	for (uint32_t i = 0; i < space->map_count; i++)
		host[i] = ec_map_host(space, &space->map[i]);
	for (uint32_t i = 0; i < e->map_count; i++) {
		const uint32_t at = find(space->map, space->map_count, &e->map[i]);

		if (at == space->map_count || host[at] != e->host[i])
			unmap(e, &e->map[i]);
	}
	for (uint32_t i = 0; i < space->map_count; i++) {
		const struct ec_map *m = &space->map[i];
		const uint32_t at = find(e->map, e->map_count, m);

		/* Device registers have no memory behind them: an access faults. */
		if (!host[i] || (at < e->map_count && host[i] == e->host[at]))
			continue;
		if (uc_mem_map_ptr(e->uc, m->va, m->pages * PHYS_PAGE_BYTES, protection(m->access),
				   host[i]))
			return false;
		if (m->access & EC_MAP_X && !mark_absent(e, m, host[i]))
			return false;
	}
	memcpy(e->map, space->map, space->map_count * sizeof(e->map[0]));
	memcpy(e->host, host, space->map_count * sizeof(host[0]));
	e->map_count = space->map_count;
	e->map_gen = space->map_gen;
	e->sized_va = ENGINE_NO_BLOCK;
	e->mapped = true;
	return true;
}
