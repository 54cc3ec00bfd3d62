/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Time of guest code: an instruction costs `guest-insn` and is paid for before it runs. While
 * nothing can happen, a block is paid with a subtraction and a comparison. A block that would reach
 * the next event, or the clock of another PE, is charged as a whole, and runs once it is paid for.
 *
 * An interrupt that is taken while it is being charged comes from wherever: a timer, a device,
 * another PE. It has to find the context between the very instructions it fell between, so those
 * that its time says are complete are run now, one by one in the second engine, which can count.
 * The rest of the charge follows when the context goes on.
 *
 * An instruction that completes at the time of the interrupt is complete, whoever raised it. When
 * that is the last of its block, the block runs, and the interrupt is taken in front of the next.
 *
 * Not modelled: what a block reads and writes is seen by other PEs when the block has been paid,
 * not instruction by instruction.
 */
#include "el0.h"

/* Looked at so often at least: what the block hook counts down has 32 bits. */
#define ROOM_INSNS (INT32_MAX / 4)

/* Instructions that complete strictly before @limit_ns, those owed counted as run. */
static uint64_t fits(const struct el0 *el0, uint64_t limit_ns)
{
	const uint64_t insn_ns = el0_insn_ns();
	const uint64_t now_ns = pe_self()->now_ns + el0->owed * insn_ns;

	if (limit_ns <= now_ns)
		return 0;
	/* A division takes as long as a block: not for the customary 1 ns. */
	return insn_ns == 1 ? limit_ns - now_ns - 1 : (limit_ns - now_ns - 1) / insn_ns;
}

static uint64_t fits_all(const struct el0 *el0)
{
	const uint64_t others_ns = machine->horizon_ns, event_ns = evq_next_ns(&machine->evq);

	return fits(el0, others_ns < event_ns ? others_ns : event_ns);
}

void el0_settle(struct el0 *el0)
{
	struct engine *e = el0->engine;
	const uint64_t ran = (uint32_t)(e->granted_bytes - e->room_bytes) / 4;

	el0->owed += ran;
	el0->done += ran;
	e->granted_bytes = e->room_bytes;
}

/* No room: the next block is looked at. */
void el0_set_room(struct el0 *el0)
{
	struct engine *e = el0->engine;
	const uint64_t insns = el0->probing || el0->prepaid ? 0 : fits_all(el0);

	e->room_bytes = 4 * (int32_t)(insns < ROOM_INSNS ? insns : ROOM_INSNS);
	e->granted_bytes = e->room_bytes;
}

void el0_pay(struct el0 *el0)
{
	const uint64_t ns = el0->owed * el0_insn_ns();

	el0->owed = 0;
	if (ns)
		pe_charge(ns);
}

void el0_pay_block(struct el0 *el0, uint32_t paid, uint32_t limit)
{
	const uint64_t insn_ns = el0_insn_ns();
	const uint32_t left = limit - paid;
	uint64_t owed;

	if (left <= fits_all(el0)) {
		el0->owed += left;
		return;
	}
	owed = el0->owed;
	el0->owed = 0;
	el0->pay_base = paid;
	el0->pay_count = left;
	el0->pay_ns = pe_self()->now_ns + owed * insn_ns;
	pe_charge_open((owed + left) * insn_ns);
	el0->pay_count = 0;
}

/* Of the block that is being charged, how many instructions are complete by now. */
static uint32_t complete(const struct el0 *el0)
{
	const uint64_t now_ns = pe_self()->now_ns;
	const uint64_t n = now_ns > el0->pay_ns ? (now_ns - el0->pay_ns) / el0_insn_ns() : 0;
	const uint32_t most = el0->pay_base + el0->pay_count - 1;

	return n < el0->pay_count ? el0->pay_base + (uint32_t)n : most;
}

/* An interrupt: the registers go to the PE, at the right instruction. */
void el0_interrupted(struct ec *ec)
{
	struct el0 *el0 = el0_of(ec);
	uint32_t n;

	if (el0->live) {
		engine_read(el0->engine, &pe_self()->regs, &el0->place);
		el0->place.pc = el0->hook_pc;
		el0->live = false;
	} else if (el0->kept) {
		engine_read_kept(el0->fast, &pe_self()->regs);
		el0->kept = false;
	}
	n = el0->pay_count ? complete(el0) : 0;
	if (n > el0->ran) {
		n = el0_straight(el0, n - el0->ran);
		el0->ran += n;
		el0->done += n;
	}
	if (el0_debugged(el0))
		el0_debug_leaves(el0, NULL);
	el0_leave(el0, EC_EXIT_INTERRUPT);
}
