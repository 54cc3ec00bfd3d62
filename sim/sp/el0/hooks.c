/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What happens while an engine runs: a block begins, an SVC is made, an instruction traps. An SVC
 * is served inside the engine's hook; the context waits there, on its own fiber, for its answer.
 *
 * x19-x30 and SP are the same after an SVC as before it, so they stay in the engine. When the
 * context is preempted on the way back, or has to be loaded anew, they are fetched.
 * Not modelled: the exclusive monitor being cleared by an exception in the fast engine.
 */
#include <string.h>

#include "el0.h"
#include "ffa/ffa.h"

static inline void cover(struct el0 *el0, uint64_t va, uint32_t insns)
{
	if (el0->coverage)
		guest_coverage_add(el0->coverage, va - el0->load_va, insns, 1);
}

/* --- blocks --------------------------------------------------------------------------------- */

/* A probe at the first instruction of the block: tell, and let in what it set off. */
static bool probe_here(struct el0 *el0, uint64_t va)
{
	if (el0->fired == el0->done + 1)
		return false;
	el0->fired = el0->done + 1;
	el0_pay(el0);
	if (el0->live) {
		el0_probe_emit(el0, va, el0->done - el0->message_start);
		pe_point();
	}
	return true;
}

/* How far a block may run before somebody who asked for it must look again. */
static uint32_t limit_of(struct el0 *el0, uint64_t va, uint32_t insns)
{
	uint32_t probe = 0;

	while (el0->live) {
		probe = el0_probe_next(el0, va, insns, el0->done - el0->message_start);
		if (probe || !probe_here(el0, va))
			break;
	}
	if (!el0->live)
		return insns;
	if (!probe) /* fired already: the next one */
		probe = 1 +
			el0_probe_next(el0, va + 4, insns - 1, el0->done + 1 - el0->message_start);
	return el0_debug_limit(el0, va, probe < insns ? probe : insns);
}

static void slow_block(struct el0 *el0, uint64_t va, uint32_t insns)
{
	const uint32_t had = el0->prepaid;
	uint32_t paid = had < insns ? had : insns, limit = insns;

	el0_settle(el0);
	el0->hook_pc = va;
	el0->ran = 0;
	if (pe_due()) { /* it came when the block before was complete */
		el0_pay(el0);
		if (el0->live)
			pe_take();
	}
	if (el0->live)
		el0_debug_here(el0, va);
	if (el0->probing && el0->live)
		limit = limit_of(el0, va, insns);
	if (paid < limit && el0->live) {
		el0_pay_block(el0, paid, limit);
		paid = limit;
	}
	if (!el0->live) { /* it was preempted in this block, or changed */
		el0->prepaid = (had > paid ? had : paid) - el0->ran;
		el0_stop(el0, EL0_RELOAD);
		return;
	}
	if (limit == insns && !el0_debug_watching(el0)) {
		el0->prepaid = had > insns ? had - insns : 0;
		el0->done += insns;
		cover(el0, va, insns);
		el0_set_room(el0);
		if (pe_due()) /* the next one is looked at */
			el0->engine->room_bytes = el0->engine->granted_bytes = 0;
		return;
	}
	el0->step_insns = limit;
	el0->prepaid = had > limit ? had : limit;
	el0->prepaid -= limit;
	el0_stop(el0, EL0_STEP);
}

static __attribute__((noinline)) void look(struct engine *e, uint64_t va, uint32_t bytes)
{
	e->room_bytes += (int32_t)bytes; /* it was taken already */
	if (e->owner->want != EL0_RUN)	 /* stopped, but this block still began */
		return;
	e->block_va = e->sized_va = va;
	e->sized_bytes = bytes;
	if (setjmp(e->hook)) { /* el0_unwind() */
		uc_emu_stop(e->uc);
		return;
	}
	slow_block(e->owner, va, bytes / 4);
	if (e->owner->live) /* it goes on */
		e->status_known = false;
}

/* For each block: every instruction here is one more that a guest's block costs. */
static void on_block(uc_engine *uc, uint64_t address, uint32_t bytes, void *ctx)
{
	struct engine *e = ctx;

	if (__builtin_expect((e->room_bytes -= (int32_t)bytes) < 0, 0)) {
		look(e, address, bytes);
		return;
	}
	e->block_va = address;
}

static void on_block_counted(uc_engine *uc, uint64_t address, uint32_t bytes, void *ctx)
{
	const struct engine *e = ctx;

	if ((int32_t)bytes <= e->room_bytes)
		cover(e->owner, address, bytes / 4);
	on_block(uc, address, bytes, ctx);
}

/* --- SVC ------------------------------------------------------------------------------------ */

static bool is_message(const struct smc_regs *r)
{
	const uint32_t fid = (uint32_t)r->x[0] & ~FFA_FID_64;

	return fid == FFA_DIRECT_REQ || fid == FFA_DIRECT_REQ2 || fid == FFA_RUN;
}

void el0_after_svc(struct el0 *el0)
{
	if (el0->in && is_message(el0->in))
		el0->message_start = el0->done;
	ec_entered(&el0->ec);
}

static __attribute__((noinline)) void serve_svc(struct engine *e)
{
	struct el0 *el0 = e->owner;
	struct pe_regs *regs = &pe_self()->regs;

	el0_settle(el0);
	if (e == el0->fast) {
		engine_read_call(e, regs, &el0->place);
		el0->kept = true;
		ec_vectors_keep(&el0->ec);
	} else {
		engine_read(e, regs, &el0->place);
	}
	if (el0_debugged(el0))
		el0_debug_leaves(el0, e);
	el0->svc_place = el0->place;
	el0->live = false;
	el0_pay(el0);
	/* On whatever PE that ended; preemption gave back what it took. */
	memcpy(el0->out->regs.x, pe_self()->regs.x, sizeof(el0->out->regs.x));
	el0->parked_in_svc = true;
	el0_leave(el0, EC_EXIT_SVC);
	el0->parked_in_svc = false;
	if (el0_going(el0)) {
		uc_emu_stop(e->uc);
		return;
	}
	el0_after_svc(el0);
	regs = &pe_self()->regs;
	if (!el0->kept || !e->mapped || el0->ec.map_gen != e->map_gen) {
		el0_fetch(el0, regs);
		el0_stop(el0, EL0_RELOAD);
		return;
	}
	el0->kept = false;
	engine_write_result(e, regs);
	if (!ec_vectors_take(&el0->ec))
		engine_write_vectors(e, regs);
	e->status_known = false;
	el0->live = true;
	el0_set_room(el0);
}

void el0_fetch(struct el0 *el0, struct pe_regs *regs)
{
	ec_vectors_fetch(pe_self());
	if (el0->kept)
		engine_read_kept(el0->fast, regs);
	el0->kept = false;
}

/* --- traps ---------------------------------------------------------------------------------- */

static void on_exception(uc_engine *uc, uint32_t number, void *ctx)
{
	struct engine *e = ctx;

	if (e->straight) { /* it will trap again when its time has come */
		uc_emu_stop(uc);
	} else if (number == ENGINE_EXC_SVC) {
		if (setjmp(e->hook)) /* el0_unwind() */
			uc_emu_stop(uc);
		else
			serve_svc(e);
	} else {
		e->owner->trap_number = number;
		el0_stop(e->owner, EL0_TRAP);
	}
}

static bool on_memory(uc_engine *uc, uc_mem_type type, uint64_t address, int bytes, int64_t value,
		      void *ctx)
{
	const struct engine *e = ctx;
	struct el0 *el0 = e->owner;

	if (e->straight)
		return false;
	el0->want = EL0_ABORT;
	el0->abort_addr = address;
	el0->abort_fetch = type == UC_MEM_FETCH_UNMAPPED || type == UC_MEM_FETCH_PROT;
	return false;
}

/* The modelled core has no such instruction. */
static void on_absent(uc_engine *uc, uint64_t address, uint32_t bytes, void *ctx)
{
	struct engine *e = ctx;
	const uint32_t *insn = ec_va(&e->owner->ec, address, 4, EC_MAP_X);

	if (!insn || !engine_absent(*insn) || el0_going(e->owner))
		return;
	if (e->straight) { /* it will trap again when its time has come */
		uc_emu_stop(uc);
	} else {
		e->owner->trap_number = ENGINE_EXC_UNDEF;
		el0_stop(e->owner, EL0_TRAP);
	}
}

static const struct engine_hooks fast_hooks = {
	.block = on_block, .exception = on_exception, .memory = on_memory, .absent = on_absent};
static const struct engine_hooks counted_hooks = {.block = on_block_counted,
						  .exception = on_exception,
						  .memory = on_memory,
						  .absent = on_absent};
static const struct engine_hooks step_hooks = {
	.exception = on_exception, .memory = on_memory, .absent = on_absent};

struct engine *el0_fast_engine(struct el0 *el0)
{
	return engine_take(el0->coverage ? &counted_hooks : &fast_hooks, el0);
}

/* Made when it is needed first. A rewind may have forgotten that it is there. */
struct engine *el0_step_engine(struct el0 *el0)
{
	for (struct engine *e = engine_first(); e && !el0->step; e = e->next)
		if (e->owner == el0 && e->hooks == &step_hooks)
			el0->step = e;
	if (!el0->step)
		el0->step = engine_take(&step_hooks, el0);
	if (el0->step && !el0_debug_open(el0, el0->step)) {
		engine_give(el0->step);
		el0->step = NULL;
	}
	return el0->step;
}

/* Neither vectors nor system registers: no loads and stores with V set, SIMD and FP, SVE,
 * MSR and MRS. */
static bool integers_only(const struct el0 *el0, uint64_t va, uint32_t insns)
{
	const uint32_t *at = ec_va(&el0->ec, va, 4ul * insns, EC_MAP_X);

	for (uint32_t i = 0; at && i < insns; i++)
		if ((at[i] & 0x0c000000) == 0x0c000000 || (at[i] & 0x1e000000) == 0x04000000 ||
		    (at[i] & 0xffc00000) == 0xd5000000)
			return false;
	return at;
}

uint32_t el0_straight(struct el0 *el0, uint32_t insns)
{
	struct pe_regs *regs = &pe_self()->regs;
	struct engine *e = el0_step_engine(el0);
	const uint64_t start = el0->place.pc;
	const bool whole = !integers_only(el0, start, insns);
	uint32_t ran;

	if (!e || !engine_map(e, &el0->ec))
		return 0;
	engine_write_integers(e, regs, &el0->place);
	if (whole)
		engine_write_vectors(e, regs);
	e->straight = true;
	engine_run(e, start, insns);
	e->straight = false;
	engine_read_integers(e, regs, &el0->place);
	if (whole)
		engine_read_vectors(e, regs);
	ran = (uint32_t)((el0->place.pc - start) / 4);
	cover(el0, start, ran);
	return ran;
}
