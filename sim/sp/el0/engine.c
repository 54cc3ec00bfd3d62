/* SPDX-License-Identifier: BSD-3-Clause */
/* An engine made, mapped and loaded; see engine.h. */
#include "engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STUB_VA 0xfffff000ULL
#define X_COUNT 31
#define Q_COUNT 32

/* msr elr_el1, x0; msr spsr_el1, xzr; eret. X0 is the address behind them. */
static const uint32_t stub[] = {0xd5184020, 0xd518401f, 0xd69f03e0, 0xd503201f};
#define STUB_LANDING (STUB_VA + 12)

static int x_id(unsigned n)
{
	return n < 29 ? UC_ARM64_REG_X0 + (int)n : n == 29 ? UC_ARM64_REG_X29 : UC_ARM64_REG_X30;
}

/* Enters EL0 as an SPMC does; afterwards the engine never leaves it. */
static bool drop_to_el0(uc_engine *uc)
{
	const uint64_t landing = STUB_LANDING, fp_enabled = 3u << 20;
	const uint64_t zero = 0;
	bool ok;

	ok = !uc_mem_map(uc, STUB_VA, PHYS_PAGE_BYTES, UC_PROT_ALL) &&
	     !uc_mem_write(uc, STUB_VA, stub, sizeof(stub)) &&
	     !uc_reg_write(uc, UC_ARM64_REG_CPACR_EL1, &fp_enabled) &&
	     !uc_reg_write(uc, UC_ARM64_REG_X0, &landing) &&
	     !uc_emu_start(uc, STUB_VA, STUB_LANDING, 0, 0);
	uc_reg_write(uc, UC_ARM64_REG_X0, &zero);
	return ok && !uc_mem_unmap(uc, STUB_VA, PHYS_PAGE_BYTES);
}

static bool add_hooks(uc_engine *uc, const struct engine_hooks *h)
{
	uc_hook hook;

	if (h->block && uc_hook_add(uc, &hook, UC_HOOK_BLOCK, h->block, h->ctx, 1, 0))
		return false;
	return !uc_hook_add(uc, &hook, UC_HOOK_INTR, h->exception, h->ctx, 1, 0) &&
	       !uc_hook_add(uc, &hook, UC_HOOK_MEM_INVALID, h->memory, h->ctx, 1, 0) &&
	       !uc_hook_add(uc, &hook, UC_HOOK_INSN, h->mrs, h->ctx, 1, 0, UC_ARM64_INS_MRS);
}

uc_engine *engine_open(const struct engine_hooks *hooks)
{
	uc_engine *uc;

	if (uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &uc))
		return NULL;
	/* LSE atomics are only in this model. */
	if (uc_ctl_set_cpu_model(uc, UC_CPU_ARM64_MAX) || !drop_to_el0(uc) ||
	    !add_hooks(uc, hooks)) {
		uc_close(uc);
		return NULL;
	}
	return uc;
}

void engine_close(uc_engine *uc)
{
	if (uc)
		uc_close(uc);
}

static unsigned name_x(struct pe_regs *r, int *id, void **at)
{
	unsigned n = 0;

	for (; n < X_COUNT; n++) {
		id[n] = x_id(n);
		at[n] = &r->x[n];
	}
	return n;
}

static unsigned name_vectors(struct pe_regs *r, int *id, void **at)
{
	unsigned n = 0;

	for (; n < Q_COUNT; n++) {
		id[n] = UC_ARM64_REG_Q0 + (int)n;
		at[n] = r->v[n];
	}
	id[n] = UC_ARM64_REG_TPIDR_EL0;
	at[n++] = &r->tpidr_el0;
	return n;
}

void engine_read_x(uc_engine *uc, struct pe_regs *regs, struct engine_place *place)
{
	int id[X_COUNT + 2];
	void *at[X_COUNT + 2];
	uint32_t nzcv = 0;
	unsigned n = name_x(regs, id, at);

	id[n] = UC_ARM64_REG_SP;
	at[n++] = &place->sp;
	uc_reg_read_batch(uc, id, at, (int)n);
	uc_reg_read(uc, UC_ARM64_REG_NZCV, &nzcv);
	regs->nzcv = nzcv & 0xf0000000u;
}

void engine_read_vectors(uc_engine *uc, struct pe_regs *regs)
{
	int id[Q_COUNT + 1];
	void *at[Q_COUNT + 1];
	const unsigned n = name_vectors(regs, id, at);
	uint32_t fpcr = 0, fpsr = 0;

	uc_reg_read_batch(uc, id, at, (int)n);
	uc_reg_read(uc, UC_ARM64_REG_FPCR, &fpcr);
	uc_reg_read(uc, UC_ARM64_REG_FPSR, &fpsr);
	regs->fpcr = fpcr;
	regs->fpsr = fpsr;
}

void engine_read(uc_engine *uc, struct pe_regs *regs, struct engine_place *place)
{
	engine_read_x(uc, regs, place);
	engine_read_vectors(uc, regs);
	uc_reg_read(uc, UC_ARM64_REG_PC, &place->pc);
}

static void write_status(uc_engine *uc, const struct pe_regs *regs)
{
	const uint32_t fpcr = (uint32_t)regs->fpcr, fpsr = (uint32_t)regs->fpsr;

	uc_reg_write(uc, UC_ARM64_REG_FPCR, &fpcr);
	uc_reg_write(uc, UC_ARM64_REG_FPSR, &fpsr);
}

void engine_write(uc_engine *uc, const struct pe_regs *regs, const struct engine_place *place)
{
	int id[X_COUNT + Q_COUNT + 2];
	void *at[X_COUNT + Q_COUNT + 2];
	const uint32_t nzcv = (uint32_t)regs->nzcv;
	struct pe_regs copy = *regs;
	struct engine_place to = *place;
	unsigned n = name_x(&copy, id, at);

	n += name_vectors(&copy, id + n, at + n);
	id[n] = UC_ARM64_REG_SP;
	at[n++] = &to.sp;
	uc_reg_write_batch(uc, id, at, (int)n);
	uc_reg_write(uc, UC_ARM64_REG_NZCV, &nzcv);
	write_status(uc, regs);
}

void engine_write_vectors(uc_engine *uc, const struct pe_regs *regs)
{
	int id[Q_COUNT + 1];
	void *at[Q_COUNT + 1];
	/* Only read: the API wants void *. */
	const unsigned n = name_vectors((struct pe_regs *)regs, id, at);

	uc_reg_write_batch(uc, id, at, (int)n);
	write_status(uc, regs);
}

void engine_write_changes(uc_engine *uc, const struct pe_regs *from, const struct pe_regs *to)
{
	int id[X_COUNT];
	void *at[X_COUNT];
	struct pe_regs *source = (struct pe_regs *)to; /* only read */
	unsigned n = 0;

	for (unsigned i = 0; i < X_COUNT; i++)
		if (from->x[i] != to->x[i]) {
			id[n] = x_id(i);
			at[n++] = &source->x[i];
		}
	uc_reg_write_batch(uc, id, at, (int)n);
	if (from->nzcv != to->nzcv) {
		const uint32_t nzcv = (uint32_t)to->nzcv;

		uc_reg_write(uc, UC_ARM64_REG_NZCV, &nzcv);
	}
}

static uint32_t protection(uint32_t access)
{
	return (access & EC_MAP_R ? UC_PROT_READ : 0) | (access & EC_MAP_W ? UC_PROT_WRITE : 0) |
	       (access & EC_MAP_X ? UC_PROT_EXEC : 0);
}

static bool same(const struct ec_map *a, const struct ec_map *b)
{
	return a->va == b->va && a->pa.v == b->pa.v && a->pages == b->pages &&
	       a->access == b->access;
}

/* Both tables are sorted by address. */
static bool has(const struct ec_map *table, uint32_t count, const struct ec_map *m)
{
	uint32_t lo = 0, hi = count;

	while (lo < hi) {
		const uint32_t mid = (lo + hi) / 2;

		if (table[mid].va < m->va)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < count && same(&table[lo], m);
}

int engine_remap(uc_engine *uc, struct ec *ec, const struct ec_map *from, uint32_t from_count)
{
	const struct ec_map *to = ec->map;
	const uint32_t to_count = ec->map_count;

	for (uint32_t i = 0; i < from_count; i++)
		if (!has(to, to_count, &from[i]))
			uc_mem_unmap(uc, from[i].va, from[i].pages * PHYS_PAGE_BYTES);
	for (uint32_t i = 0; i < to_count; i++) {
		const struct ec_map *m = &to[i];
		const size_t bytes = m->pages * PHYS_PAGE_BYTES;
		void *host = ec_map_host(ec, m);

		/* Device registers have no memory behind them: an access faults. */
		if (!host || has(from, from_count, m))
			continue;
		if (uc_mem_map_ptr(uc, m->va, bytes, protection(m->access), host))
			return -ENOMEM;
	}
	return 0;
}
