/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Back end for AArch64 code at S-EL0: one engine an execution context, kept running on the
 * context's own fiber. Time is the business of pay.c, what happens inside the engine of hooks.c.
 *
 * Registers live in the engine while it runs and in the PE at every other time: preemption reads
 * them all out, whoever resumes the context writes them all back, on whatever PE.
 * Not modelled: SP alignment checks.
 */
#include "el0.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sp/guest.h"

/* --- leaving and coming back ---------------------------------------------------------------- */

bool el0_going(const struct el0 *el0)
{
	return el0->want == EL0_QUIT || el0->want == EL0_PARK;
}

static void entered(struct el0 *el0)
{
	const char *why;

	if (el0->in)
		memcpy(pe_self()->regs.x, el0->in->x, sizeof(el0->in->x));
	if (el0->probe_gen != guest_probes_gen())
		el0_probes_resolve(el0, &why);
}

void el0_leave(struct el0 *el0, enum ec_exit_kind kind)
{
	el0->out->kind = kind;
	pe_switch(el0->caller, el0->caller_who);
	el0->away = false;
	if (!el0_going(el0))
		entered(el0);
}

static void el0_enter(struct ec *ec, const struct smc_regs *regs, struct ec_exit *exit)
{
	struct el0 *el0 = el0_of(ec);
	struct pe *pe = pe_self();

	el0->in = regs;
	el0->out = exit;
	el0->caller = pe->fiber;
	el0->caller_who = pe->who;
	pe_switch(el0->fiber, ec->who);
}

void el0_stop(struct el0 *el0, enum el0_want want)
{
	if (!el0_going(el0))
		el0->want = want;
	el0_settle(el0);
	el0->engine->room_bytes = el0->engine->granted_bytes = 0;
	uc_emu_stop(el0->engine->uc);
}

/* --- the context's fiber -------------------------------------------------------------------- */

/* The instruction at PC is the last one of its block that ran; the rest was counted too early. */
static void give_back(struct el0 *el0)
{
	struct engine *e = el0->engine;
	const uint64_t end = engine_block_end(e), pc = el0->place.pc;
	uint64_t left;

	if (pc < e->block_va || pc >= end)
		return;
	left = (end - pc) / 4 - 1;
	el0->done -= left;
	if (el0->coverage)
		guest_coverage_add(el0->coverage, pc + 4 - el0->load_va, (uint32_t)left, -1);
	if (left <= el0->owed) {
		el0->owed -= left;
	} else {
		el0->prepaid += (uint32_t)(left - el0->owed);
		el0->owed = 0;
	}
}

static void die(struct el0 *el0, enum ffasim_sp_fault fault, uint64_t addr, const char *text)
{
	el0_pay(el0);
	el0_debug_fault(el0);
	el0->fault_regs = pe_self()->regs;
	el0->fault_text = text;
	el0->out->fault = fault;
	el0->out->fault_addr = addr;
	el0_leave(el0, EC_EXIT_FAULT);
	/* A dead context that is entered again goes on where its last SVC returned (D5). */
	el0->place = el0->svc_place;
	el0->prepaid = 0;
	if (!el0_going(el0))
		pe_point();
}

static void take_trap(struct el0 *el0)
{
	enum ffasim_sp_fault fault = FFASIM_SP_UNDEF;
	const char *text = "undefined instruction";
	uint64_t addr = el0->place.pc;

	give_back(el0);
	switch (el0->trap_number) {
	case ENGINE_EXC_BRK:
		fault = FFASIM_SP_BRK;
		text = "BRK instruction";
		break;
	case ENGINE_EXC_DATA:
		fault = FFASIM_SP_ALIGNMENT;
		text = "misaligned exclusive or atomic access";
		break;
	case ENGINE_EXC_PREFETCH:
		fault = FFASIM_SP_INSN_ABORT;
		text = "instruction abort";
		break;
	default:
		if (addr % 4) {
			fault = FFASIM_SP_ALIGNMENT;
			text = "misaligned PC";
		} else if (el0_emulate(el0, &fault, &text)) {
			return;
		}
	}
	die(el0, fault, addr, text);
}

static void take_abort(struct el0 *el0)
{
	const uint64_t addr = el0->abort_addr;

	give_back(el0);
	if (el0->abort_fetch)
		die(el0, FFASIM_SP_INSN_ABORT, addr, "instruction fetch");
	else if (el0->stack_low && addr < el0->stack_low &&
		 addr >= el0->stack_low - PHYS_PAGE_BYTES)
		die(el0, FFASIM_SP_DATA_ABORT, addr, "stack overflow");
	else
		die(el0, FFASIM_SP_DATA_ABORT, addr,
		    ec_map_find(&el0->ec, addr) ? "no permission" : "not mapped");
}

/* Out of the engine, which the next entry loads anew. */
static void wait_outside(struct el0 *el0)
{
	struct pe_regs kept;

	engine_read_kept(el0->fast, &kept);
	el0->kept = false;
	el0->want = EL0_RUN;
	fiber_switch(el0->caller);
	entered(el0);
	memcpy(&pe_self()->regs.x[19], &kept.x[19], 12 * sizeof(kept.x[0]));
	el0_after_svc(el0);
}

/* One run of an engine, from registers in the PE to registers in the PE. */
static void run(struct el0 *el0)
{
	const uint32_t count = el0->want == EL0_STEP ? el0->step_insns : 0;
	struct engine *e = count ? el0_step_engine(el0) : el0->fast;
	const struct engine_place before = el0->place;
	const bool watching = count == 1 && el0_debug_watching(el0);
	uc_err err;

	if (!e || !engine_map(e, &el0->ec)) {
		die(el0, FFASIM_SP_INSN_ABORT, el0->place.pc, "the host has no memory left");
		return;
	}
	engine_write(e, &pe_self()->regs, &el0->place);
	el0->engine = e;
	el0->live = true;
	el0->want = EL0_RUN;
	if (count) {
		e->block_va = e->sized_va = el0->place.pc;
		e->sized_bytes = 4 * count;
		el0->done += count;
		e->room_bytes = e->granted_bytes = 0;
		if (el0->coverage)
			guest_coverage_add(el0->coverage, el0->place.pc - el0->load_va, count, 1);
	} else {
		el0_set_room(el0);
	}
	if (watching)
		el0_debug_watch(el0, e);
	e->running = true;
	err = engine_run(e, el0->place.pc, count);
	e->running = false;
	if (el0->want == EL0_QUIT)
		return;
	if (el0->want == EL0_PARK) {
		wait_outside(el0);
		return;
	}
	el0_settle(el0);
	if (el0->live)
		engine_read(e, &pe_self()->regs, &el0->place);
	el0->live = false;
	if (watching && el0->want != EL0_ABORT && el0_debug_watched(el0, &before))
		return;
	switch (el0->want) {
	case EL0_TRAP:
		take_trap(el0);
		break;
	case EL0_ABORT:
		take_abort(el0);
		break;
	case EL0_RUN:
		if (err) {
			give_back(el0);
			die(el0, FFASIM_SP_UNDEF, el0->place.pc, uc_strerror(err));
		} else if (!count) { /* WFI ends a run; at S-EL0 it is a trap */
			el0->place.pc -= 4;
			give_back(el0);
			die(el0, FFASIM_SP_UNDEF, el0->place.pc, "WFI");
		}
		break;
	default:
		break;
	}
}

static void el0_main(void *arg)
{
	struct el0 *el0 = arg;

	if (el0->in)
		memcpy(pe_self()->regs.x, el0->in->x, sizeof(el0->in->x));
	el0->place = el0->svc_place = (struct engine_place){.pc = el0->entry, .sp = el0->stack_top};
	ec_entered(&el0->ec);
	while (el0->want != EL0_QUIT)
		run(el0);
	fiber_finish(el0->caller);
}

/* --- creation ------------------------------------------------------------------------------- */

static void el0_destroy(struct ec *ec)
{
	struct el0 *el0 = el0_of(ec);
	struct engine *e, *next;

	guest_gone(ec);
	el0_unwind(el0);
	fiber_destroy(el0->fiber);
	for (e = engine_first(); e; e = next) {
		next = e->next;
		if (e->owner == el0)
			engine_give(e);
	}
	gimage_free(&el0->image);
	ec_free(el0);
}

static void el0_vectors(struct ec *ec, struct pe_regs *regs)
{
	engine_read_vectors(el0_of(ec)->fast, regs);
}

static uint64_t el0_pc(const struct ec *ec)
{
	const struct el0 *el0 = (const struct el0 *)ec;

	return el0->live ? el0->hook_pc : el0->place.pc;
}

static const char *el0_symbol_at(const struct ec *ec, uint64_t va, uint64_t *distance)
{
	const struct el0 *el0 = (const struct el0 *)ec;

	return va < el0->load_va ? NULL
				 : gimage_symbol_at(&el0->image, va - el0->load_va, distance);
}

static const struct ec_ops el0_ops = {
	.name = "el0",
	.enter = el0_enter,
	.interrupted = el0_interrupted,
	.destroy = el0_destroy,
	.describe = el0_describe,
	.vectors = el0_vectors,
	.pc = el0_pc,
	.symbol = el0_symbol_at,
};

static int el0_create(const struct ec_config *cfg, struct ec **out, const char **why)
{
	struct el0 *el0 = ec_alloc(sizeof(*el0));
	int err;

	if (!el0) {
		*why = "out of memory";
		return -ENOMEM;
	}
	ec_init(&el0->ec, &el0_ops, cfg->name);
	err = gimage_load(cfg->image_path, cfg->flat, &el0->image, why);
	if (!err)
		err = el0_load(el0, cfg, why);
	if (!err)
		err = el0_probes_resolve(el0, why);
	if (err)
		goto fail;
	el0->coverage = guest_coverage_of(cfg->image_path, el0->image.bytes);
	el0->fast = el0->engine = el0_fast_engine(el0);
	el0->fiber = fiber_create(cfg->name, FIBER_STACK_SP_BYTES, el0_main, el0);
	if (!el0->fast || !el0->fiber) {
		*why = "no memory for an engine";
		err = -ENOMEM;
		goto fail;
	}
	el0_debug_born(el0, cfg->image_path);
	*out = &el0->ec;
	return 0;

fail:
	el0_destroy(&el0->ec);
	return err;
}

static int el0_check(const char *path, bool flat, const char **why)
{
	struct gimage image;
	int err = gimage_load(path, flat, &image, why);

	if (!err)
		gimage_free(&image);
	return err;
}

__attribute__((visibility("default"))) const struct ec_backend ffasim_ec_backend = {
	.name = "el0",
	.recognises = gimage_recognises,
	.create = el0_create,
	.check = el0_check,
	.rest = el0_rest,
};
