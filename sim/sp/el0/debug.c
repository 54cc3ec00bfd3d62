/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A debugger's view of contexts: where to stop, registers and memory while one stands. Watchpoints
 * make the context run instruction by instruction in the counting engine, whose accesses are seen.
 */
#include <string.h>

#include "el0.h"
#include "sp/guest_debug.h"

static void read_regs(struct ec *ec, struct pe_regs *regs, uint64_t *pc, uint64_t *sp)
{
	struct el0 *el0 = el0_of(ec);
	struct engine_place place = el0->place;

	if (el0->live) {
		engine_read(el0->engine, regs, &place);
		place.pc = el0->hook_pc;
	} else if (el0->away) {
		*regs = el0->away_regs;
	} else {
		*regs = machine->pe[ec->last_pe].regs;
	}
	*pc = place.pc;
	*sp = place.sp;
}

/* The registers are in the PE from here on; the engine gets them when it runs again. */
static void write_regs(struct ec *ec, const struct pe_regs *regs, uint64_t pc, uint64_t sp)
{
	struct el0 *el0 = el0_of(ec);

	pe_self()->regs = *regs;
	el0->place = (struct engine_place){.pc = pc, .sp = sp};
	el0->live = false;
}

static bool write_memory(struct ec *ec, uint64_t va, const void *from, size_t bytes)
{
	struct el0 *el0 = el0_of(ec);
	void *to = ec_va(ec, va, bytes, EC_MAP_R);

	if (!to)
		return false;
	memcpy(to, from, bytes);
	/* Code that was translated already is translated again. */
	uc_ctl_remove_cache(el0->fast->uc, va & ~3ull, va + bytes);
	el0->fast->sized_va = ENGINE_NO_BLOCK;
	if (el0->step)
		uc_ctl_remove_cache(el0->step->uc, va & ~3ull, va + bytes);
	return true;
}

static uint64_t load_va(const struct ec *ec)
{
	return ((const struct el0 *)ec)->load_va;
}

static uint64_t place(const struct ec *ec)
{
	return ((const struct el0 *)ec)->done;
}

static const char *elf(const struct ec *ec)
{
	return ((const struct el0 *)ec)->elf;
}

static const struct guest_target target = {.read = read_regs,
					   .write = write_regs,
					   .write_memory = write_memory,
					   .load_va = load_va,
					   .place = place,
					   .elf = elf};

void el0_debug_born(struct el0 *el0, const char *image_path)
{
	el0->elf = el0->image.format == GIMAGE_ELF && el0->image.body == el0->image.file
			   ? image_path
			   : NULL;
	guest_born(&el0->ec, &target);
}

void el0_debug_leaves(struct el0 *el0, struct engine *e)
{
	struct engine_place place;

	if (e)
		engine_read(e, &el0->away_regs, &place);
	else
		el0->away_regs = pe_self()->regs;
	el0->away = true;
}

bool el0_debug_watching(const struct el0 *el0)
{
	const struct guest_debugger *d = guest_debugger;

	if (!el0_debugged(el0) || d->blind)
		return false;
	for (unsigned i = 0; i < d->watch_count; i++)
		if (d->watch[i].who == el0->ec.who)
			return true;
	return false;
}

static bool breakpoint_at(const struct el0 *el0, uint64_t va)
{
	const struct guest_debugger *d = guest_debugger;

	for (unsigned i = 0; i < d->breakpoint_count; i++)
		if (d->breakpoint[i].va == va && d->breakpoint[i].who == el0->ec.who)
			return true;
	return false;
}

void el0_debug_here(struct el0 *el0, uint64_t va)
{
	struct guest_debugger *d = guest_debugger;
	enum guest_stop why;

	if (!el0_debugged(el0) || el0->debug_seen == el0->done + 1)
		return;
	el0->debug_seen = el0->done + 1;
	if (d->to_place == el0->ec.who && d->place == el0->done)
		why = GUEST_STOP_PLACE;
	else if (d->blind)
		return;
	else if (d->step == el0->ec.who)
		why = GUEST_STOP_STEP;
	else if (breakpoint_at(el0, va))
		why = GUEST_STOP_BREAK;
	else if (d->asked(d, &el0->ec))
		why = GUEST_STOP_ASKED;
	else
		return;
	d->stopped(d, &el0->ec, &target, why, va);
}

uint32_t el0_debug_limit(const struct el0 *el0, uint64_t va, uint32_t insns)
{
	const struct guest_debugger *d = guest_debugger;

	if (!el0_debugged(el0))
		return insns;
	if (d->to_place == el0->ec.who && d->place > el0->done && d->place - el0->done < insns)
		insns = (uint32_t)(d->place - el0->done);
	if (d->blind)
		return insns;
	if (d->step == el0->ec.who || el0_debug_watching(el0))
		return 1;
	for (uint32_t i = 1; i < insns; i++)
		if (breakpoint_at(el0, va + 4ull * i))
			return i;
	return insns;
}

void el0_debug_fault(struct el0 *el0)
{
	if (el0_debugged(el0))
		guest_debugger->stopped(guest_debugger, &el0->ec, &target, GUEST_STOP_FAULT,
					el0->place.pc);
}

/*
 * gdb holds that AArch64 stops before the access it watches, and steps over it to look at the
 * value. So an instruction that turned out to touch a watched word is taken back, with all it did.
 */
static void on_access(uc_engine *uc, uc_mem_type type, uint64_t address, int bytes, int64_t value,
		      void *ctx)
{
	const struct guest_debugger *d = guest_debugger;
	const struct engine *e = ctx;
	struct el0 *el0 = e->owner;
	struct el0_undo *undo = &el0->undo[el0->undo_count];

	if (!d || d->blind || e->straight)
		return;
	if (type == UC_MEM_WRITE && el0->undo_count < EL0_UNDO_MAX && bytes <= 16 &&
	    !uc_mem_read(uc, address, undo->old, (size_t)bytes)) {
		undo->va = address;
		undo->bytes = (uint32_t)bytes;
		el0->undo_count++;
	}
	for (unsigned i = 0; i < d->watch_count; i++) {
		const struct guest_watch *w = &d->watch[i];

		if (w->who == el0->ec.who && (type == UC_MEM_WRITE ? w->write : w->read) &&
		    address <= w->hi && address + (uint64_t)bytes > w->lo) {
			el0->watch_hit = true;
			el0->watch_addr = address < w->lo ? w->lo : address;
		}
	}
}

bool el0_debug_open(struct el0 *el0, struct engine *step)
{
	uc_hook hook;

	if (!el0_debugged(el0) || step->private)
		return true;
	step->private = true;
	/* Blocks it may have translated for somebody else do not know the hook. */
	step->mapped = false;
	return !uc_context_alloc(step->uc, &step->before) &&
	       !uc_hook_add(step->uc, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, on_access, step,
			    1, 0);
}

void el0_debug_watch(struct el0 *el0, struct engine *e)
{
	el0->undo_count = 0;
	el0->watch_hit = false;
	/* With the exclusive monitor, which is in no register. */
	uc_context_save(e->uc, e->before);
}

bool el0_debug_watched(struct el0 *el0, const struct engine_place *before)
{
	struct engine *e = el0->step;

	if (!el0->watch_hit || el0->watch_told == el0->done)
		return false;
	while (el0->undo_count) {
		const struct el0_undo *undo = &el0->undo[--el0->undo_count];
		void *to = ec_va(&el0->ec, undo->va, undo->bytes, EC_MAP_W);

		if (to)
			memcpy(to, undo->old, undo->bytes);
	}
	uc_context_restore(e->uc, e->before);
	engine_read(e, &pe_self()->regs, &el0->place);
	el0->place = *before;
	el0->watch_told = el0->done; /* next time it may pass */
	el0->done--;
	el0->prepaid++;
	if (el0->coverage)
		guest_coverage_add(el0->coverage, before->pc - el0->load_va, 1, -1);
	el0->debug_seen = el0->done + 1;
	guest_debugger->stopped(guest_debugger, &el0->ec, &target, GUEST_STOP_WATCH,
				el0->watch_addr);
	return true;
}
