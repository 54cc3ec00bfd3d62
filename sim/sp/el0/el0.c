/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Back end for AArch64 code at S-EL0: one engine an execution context, kept running on the
 * context's own fiber. An SVC is served inside the engine's hook.
 *
 * Time: an instruction costs `guest-insn` and is paid for before it runs. While nothing can happen,
 * a block is paid with an addition and a comparison. A block that would reach the next event is
 * looked at more closely: the instructions before the event run exactly, in a second engine that is
 * slower and can count; the one that meets the event is charged with the interrupt let in. So a
 * timed interrupt finds the context between the very instructions it fell between. What another PE
 * does to this one (an IPI) lands between blocks.
 *
 * Registers live in the engine while it runs and in the PE at every other time: preemption reads
 * them all out, whoever resumes the context writes them all back, on whatever PE.
 * Not modelled: the exclusive monitor being cleared by an exception in the fast engine, SP
 * alignment checks.
 */
#include "el0.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ffa/ffa.h"
#include "sp/guest.h"

/* --- time ----------------------------------------------------------------------------------- */

/* Instructions that complete strictly before @limit_ns, those owed counted as run. */
static uint64_t fits(const struct el0 *el0, uint64_t limit_ns)
{
	const uint64_t insn_ns = el0_insn_ns();
	const uint64_t now_ns = pe_self()->now_ns + el0->owed * insn_ns;

	return limit_ns > now_ns ? (limit_ns - now_ns - 1) / insn_ns : 0;
}

static uint64_t fits_events(const struct el0 *el0)
{
	return fits(el0, evq_next_ns(&machine->evq));
}

static uint64_t fits_all(const struct el0 *el0)
{
	const uint64_t others_ns = machine->horizon_ns, event_ns = evq_next_ns(&machine->evq);

	return fits(el0, others_ns < event_ns ? others_ns : event_ns);
}

/* The block hook only counts `room` down; what it took is accounted for here. */
static void settle(struct el0 *el0)
{
	const uint64_t ran = el0->granted - el0->room;

	el0->owed += ran;
	el0->done += ran;
	el0->granted = el0->room;
}

/* No room: the next block is looked at. */
static void set_room(struct el0 *el0)
{
	el0->room = el0->probing || el0->prepaid ? 0 : fits_all(el0);
	el0->granted = el0->room;
}

/* Charges what is owed and @more instructions. Interrupts may be taken: look at `live` then. */
static void pay(struct el0 *el0, uint64_t more)
{
	const uint64_t ns = (el0->owed + more) * el0_insn_ns();

	el0->owed = 0;
	if (ns)
		pe_charge(ns);
}

/* --- leaving and coming back ---------------------------------------------------------------- */

static void leave(struct el0 *el0, enum ec_exit_kind kind)
{
	el0->out->kind = kind;
	pe_switch(el0->caller, el0->caller_who);
	if (el0->want == EL0_QUIT)
		return;
	if (el0->in)
		memcpy(pe_self()->regs.x, el0->in->x, sizeof(el0->in->x));
	if (el0->probe_gen != guest_probes_gen()) {
		const char *why;

		el0_probes_resolve(el0, &why);
	}
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

static void el0_interrupted(struct ec *ec)
{
	struct el0 *el0 = el0_of(ec);

	if (el0->live) {
		engine_read(el0->engine, &pe_self()->regs, &el0->place);
		el0->place.pc = el0->hook_pc;
		el0->live = false;
	}
	leave(el0, EC_EXIT_INTERRUPT);
}

static void stop(struct el0 *el0, enum el0_want want)
{
	if (el0->want != EL0_QUIT)
		el0->want = want;
	settle(el0);
	el0->room = el0->granted = 0;
	uc_emu_stop(el0->engine);
}

/* --- hooks ---------------------------------------------------------------------------------- */

/* A probe at the first instruction of the block: tell, and let in what it set off. */
static bool probe_here(struct el0 *el0, uint64_t va)
{
	if (el0->fired == el0->done + 1)
		return false;
	el0->fired = el0->done + 1;
	pay(el0, 0);
	if (el0->live) {
		el0_probe_emit(el0, va, el0->done - el0->message_start);
		pe_point();
	}
	return true;
}

/* Pays for the block up to @limit instructions, or as many of them as can be paid for without
 * meeting an event. The return value is how many. */
static uint32_t pay_block(struct el0 *el0, uint32_t paid, uint32_t limit)
{
	while (paid < limit && el0->live) {
		const uint64_t left = limit - paid, events = fits_events(el0);

		if (left <= fits_all(el0)) {
			el0->owed += left;
			return limit;
		}
		if (left <= events) { /* only other PEs are in the way */
			pay(el0, left);
			return limit;
		}
		if (events) {
			el0->owed += events;
			paid += (uint32_t)events;
		} else if (paid) {
			return paid;
		} else {
			pay(el0, 1);
			paid = 1;
		}
	}
	return paid;
}

static void slow_block(struct el0 *el0, uint64_t va, uint32_t insns)
{
	const uint32_t had = el0->prepaid;
	uint32_t paid = had < insns ? had : insns, limit = insns, probe = 0;

	settle(el0);
	el0->hook_pc = va;
	el0_debug_here(el0, va);
	while (el0->probing && el0->live) {
		probe = el0_probe_next(el0, va, insns, el0->done - el0->message_start);
		if (probe || !probe_here(el0, va))
			break;
	}
	if (el0->probing && el0->live) {
		if (!probe) /* fired already: the next one */
			probe = 1 + el0_probe_next(el0, va + 4, insns - 1,
						   el0->done + 1 - el0->message_start);
		limit = probe < insns ? probe : insns;
		limit = el0_debug_limit(el0, va, limit);
	}
	if (paid < limit)
		paid = pay_block(el0, paid, limit);
	if (!el0->live) { /* it was preempted at the start of this block, or changed */
		el0->prepaid = had > paid ? had : paid;
		stop(el0, EL0_RELOAD);
		return;
	}
	if (limit == insns && paid == insns && !el0_debug_watching(el0)) {
		el0->prepaid = had > insns ? had - insns : 0;
		el0->done += insns;
		set_room(el0);
		return;
	}
	el0->step_insns = paid < limit ? paid : limit;
	el0->prepaid = (had > paid ? had : paid) - el0->step_insns;
	stop(el0, EL0_STEP);
}

static void on_block(uc_engine *uc, uint64_t address, uint32_t bytes, void *ctx)
{
	struct el0 *el0 = ctx;
	const uint32_t insns = bytes / 4;

	if (__builtin_expect(insns > el0->room, 0)) {
		if (el0->want != EL0_RUN) /* stopped, but this block still began */
			return;
		el0->block_va = address;
		el0->block_insns = insns;
		slow_block(el0, address, insns);
		return;
	}
	el0->block_va = address;
	el0->block_insns = insns;
	el0->room -= insns;
}

static bool is_message(const struct smc_regs *r)
{
	const uint32_t fid = (uint32_t)r->x[0] & ~FFA_FID_64;

	return fid == FFA_DIRECT_REQ || fid == FFA_DIRECT_REQ2 || fid == FFA_RUN;
}

static void serve_svc(struct el0 *el0, uc_engine *uc)
{
	struct pe_regs *regs = &pe_self()->regs;
	struct pe_regs held; /* x and nzcv of it */

	settle(el0);
	engine_read_x(uc, regs, &el0->place);
	uc_reg_read(uc, UC_ARM64_REG_PC, &el0->place.pc);
	memcpy(held.x, regs->x, sizeof(held.x));
	held.nzcv = regs->nzcv;
	if (uc == el0->fast)
		ec_vectors_keep(&el0->ec);
	else
		engine_read_vectors(uc, regs);
	el0->svc_place = el0->place;
	el0->live = false;
	pay(el0, 0);
	memcpy(el0->out->regs.x, held.x, sizeof(el0->out->regs.x));
	el0->parked_in_svc = true;
	leave(el0, EC_EXIT_SVC);
	el0->parked_in_svc = false;
	if (el0->want == EL0_QUIT) {
		uc_emu_stop(uc);
		return;
	}
	if (el0->in && is_message(el0->in))
		el0->message_start = el0->done;
	pe_point();
	if (el0->ec.map_gen != el0->map_gen_fast || uc != el0->fast) {
		ec_vectors_fetch(pe_self());
		stop(el0, EL0_RELOAD);
		return;
	}
	engine_write_changes(uc, &held, &pe_self()->regs);
	if (!ec_vectors_take(&el0->ec))
		engine_write_vectors(uc, &pe_self()->regs);
	el0->live = true;
	set_room(el0);
}

static void on_exception(uc_engine *uc, uint32_t number, void *ctx)
{
	struct el0 *el0 = ctx;

	if (number == ENGINE_EXC_SVC) {
		serve_svc(el0, uc);
		return;
	}
	el0->trap_number = number;
	stop(el0, EL0_TRAP);
}

static bool on_memory(uc_engine *uc, uc_mem_type type, uint64_t address, int bytes, int64_t value,
		      void *ctx)
{
	struct el0 *el0 = ctx;

	el0->want = EL0_ABORT;
	el0->abort_addr = address;
	el0->abort_fetch = type == UC_MEM_FETCH_UNMAPPED || type == UC_MEM_FETCH_PROT;
	return false;
}

/* The engine would answer RNDR from the host. The modelled core does not have it. */
static uint32_t on_mrs(uc_engine *uc, uc_arm64_reg reg, const uc_arm64_cp_reg *cp, void *ctx)
{
	struct el0 *el0 = ctx;

	if (cp->op0 != 3 || cp->op1 != 3 || cp->crn != 2 || cp->crm != 4)
		return 0;
	el0->trap_number = ENGINE_EXC_UNDEF;
	stop(el0, EL0_TRAP);
	return 1;
}

/* --- the context's fiber -------------------------------------------------------------------- */

static void die(struct el0 *el0, enum ffasim_sp_fault fault, uint64_t addr, const char *text)
{
	const uint64_t end = el0->block_va + 4ull * el0->block_insns;
	const uint64_t pc = el0->place.pc;

	/* The rest of the block was paid for, but never ran. */
	if (pc >= el0->block_va && pc < end) {
		const uint64_t left = (end - pc) / 4 - 1;

		el0->owed -= left < el0->owed ? left : el0->owed;
		el0->done -= left;
	}
	pay(el0, 0);
	el0_debug_fault(el0);
	el0->fault_regs = pe_self()->regs;
	el0->fault_text = text;
	el0->out->fault = fault;
	el0->out->fault_addr = addr;
	leave(el0, EC_EXIT_FAULT);
	/* A dead context that is entered again goes on where its last SVC returned (D5). */
	el0->place = el0->svc_place;
	el0->prepaid = 0;
	pe_point();
}

static void take_trap(struct el0 *el0)
{
	enum ffasim_sp_fault fault = FFASIM_SP_UNDEF;
	const char *text = "undefined instruction";
	uint64_t addr = el0->place.pc;

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

	if (el0->abort_fetch)
		die(el0, FFASIM_SP_INSN_ABORT, addr, "instruction fetch");
	else if (el0->stack_low && addr < el0->stack_low &&
		 addr >= el0->stack_low - PHYS_PAGE_BYTES)
		die(el0, FFASIM_SP_DATA_ABORT, addr, "stack overflow");
	else
		die(el0, FFASIM_SP_DATA_ABORT, addr,
		    ec_map_find(&el0->ec, addr) ? "no permission" : "not mapped");
}

static bool sync_map(struct el0 *el0, uc_engine *uc)
{
	const bool fast = uc == el0->fast;
	struct ec_map *have = fast ? el0->fast_map : el0->step_map;
	uint32_t *count = fast ? &el0->fast_count : &el0->step_count;
	uint32_t *gen = fast ? &el0->map_gen_fast : &el0->map_gen_step;
	struct ec *ec = &el0->ec;

	if (*gen == ec->map_gen)
		return true;
	if (engine_remap(uc, ec, have, *count))
		return false;
	memcpy(have, ec->map, ec->map_count * sizeof(*have));
	*count = ec->map_count;
	*gen = ec->map_gen;
	return true;
}

static const struct engine_hooks fast_hooks = {
	.block = on_block, .exception = on_exception, .memory = on_memory, .mrs = on_mrs};
static const struct engine_hooks step_hooks = {
	.exception = on_exception, .memory = on_memory, .mrs = on_mrs};

static uc_engine *open_engine(struct el0 *el0, const struct engine_hooks *hooks)
{
	struct engine_hooks h = *hooks;

	h.ctx = el0;
	return engine_open(&h);
}

/* One run of an engine, from registers in the PE to registers in the PE. */
static void run(struct el0 *el0)
{
	const uint32_t count = el0->want == EL0_STEP ? el0->step_insns : 0;
	uc_engine *uc;
	uc_err err;

	if (count && !el0->step) {
		el0->step = open_engine(el0, &step_hooks);
		if (el0->step && !el0_debug_open(el0, el0->step)) {
			engine_close(el0->step);
			el0->step = NULL;
		}
	}
	uc = count ? el0->step : el0->fast;
	if (!uc || !sync_map(el0, uc)) {
		die(el0, FFASIM_SP_INSN_ABORT, el0->place.pc, "the host has no memory left");
		return;
	}
	engine_write(uc, &pe_self()->regs, &el0->place);
	el0->engine = uc;
	el0->live = true;
	el0->want = EL0_RUN;
	if (count) {
		el0->block_va = el0->place.pc;
		el0->block_insns = count;
		el0->done += count;
		el0->room = el0->granted = 0;
	} else {
		set_room(el0);
	}
	err = uc_emu_start(uc, el0->place.pc, ENGINE_NOWHERE, 0, count);
	settle(el0);
	if (el0->live)
		engine_read(uc, &pe_self()->regs, &el0->place);
	el0->live = false;
	el0_debug_watched(el0);
	switch (el0->want) {
	case EL0_TRAP:
		take_trap(el0);
		break;
	case EL0_ABORT:
		take_abort(el0);
		break;
	case EL0_RUN:
		if (err)
			die(el0, FFASIM_SP_UNDEF, el0->place.pc, uc_strerror(err));
		else if (!count) { /* WFI ends a run; at S-EL0 it is a trap */
			el0->place.pc -= 4;
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
	pe_point();
	while (el0->want != EL0_QUIT)
		run(el0);
	fiber_finish(el0->caller);
}

/* --- creation ------------------------------------------------------------------------------- */

static void el0_destroy(struct ec *ec)
{
	struct el0 *el0 = el0_of(ec);

	if (el0->parked_in_svc) { /* let the run end, so that the engine is whole */
		el0->want = EL0_QUIT;
		el0->caller = fiber_self();
		fiber_switch(el0->fiber);
	}
	fiber_destroy(el0->fiber);
	engine_close(el0->fast);
	engine_close(el0->step);
	gimage_free(&el0->image);
	free(el0);
}

static void el0_vectors(struct ec *ec, struct pe_regs *regs)
{
	engine_read_vectors(el0_of(ec)->fast, regs);
}

static const struct ec_ops el0_ops = {
	.name = "el0",
	.enter = el0_enter,
	.interrupted = el0_interrupted,
	.destroy = el0_destroy,
	.describe = el0_describe,
	.vectors = el0_vectors,
};

static int el0_create(const struct ec_config *cfg, struct ec **out, const char **why)
{
	struct el0 *el0 = calloc(1, sizeof(*el0));
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
	el0->fast = open_engine(el0, &fast_hooks);
	el0->fiber = fiber_create(cfg->name, FIBER_STACK_SP_BYTES, el0_main, el0);
	if (!el0->fast || !el0->fiber) {
		*why = "no memory for an engine";
		err = -ENOMEM;
		goto fail;
	}
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
};
