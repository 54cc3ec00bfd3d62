/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One Unicorn engine at EL0: made, mapped, loaded with registers. What happens while it runs is the
 * business of hooks.c.
 *
 * An engine is the host's: Unicorn keeps its memory where no snapshot of a machine reaches. So it
 * lives in a pool, outlives machines, and what it has mapped is written down beside it and compared
 * with what a context wants. A rewind only makes that comparison due again.
 *
 * Facts this rests on were measured on 2.0.1: PSTATE = 0 alone leaves the CPU in a half state, so
 * an engine enters EL0 once by a real ERET; a hook must be there before the first translation;
 * faults of memory arrive as an error of the run with the PC at the instruction.
 * Not modelled: translation (addresses are mapped one to one), caches, memory attributes.
 */
#ifndef FFASIM_SP_EL0_ENGINE_H
#define FFASIM_SP_EL0_ENGINE_H

#include <setjmp.h>
#include <unicorn/unicorn.h>

#include "sp/ec.h"
#include "state.h"

/* Interrupt numbers of the hook. */
enum {
	ENGINE_EXC_UNDEF = 1,
	ENGINE_EXC_SVC = 2,
	ENGINE_EXC_PREFETCH = 3,
	ENGINE_EXC_DATA = 4,
	ENGINE_EXC_BRK = 7
};

/* The context of every hook is its struct engine. */
struct engine_hooks {
	uc_cb_hookcode_t block; /* may be NULL */
	uc_cb_hookintr_t exception;
	uc_cb_eventmem_t memory;
	/* Before an instruction that Unicorn has and the modelled core has not, or before any other
	 * at an address where there was one. */
	uc_cb_hookcode_t absent;
};

struct el0;

/* No instruction is there. */
#define ENGINE_NO_BLOCK 1u

struct engine {
	/* The block hook's, first: it runs for every block. */
	int32_t room_bytes;    /* of instructions, until something outside may happen */
	int32_t granted_bytes; /* `room_bytes` when it was last accounted for */
	uint64_t block_va;     /* the block that runs */
	uint64_t sized_va;     /* a block whose size is known, ENGINE_NO_BLOCK */
	uint32_t sized_bytes;

	uc_engine *uc;
	struct engine_state state;
	bool status_known; /* and these are FPCR and FPSR */
	uint32_t fpcr, fpsr;
	const struct engine_hooks *hooks;
	struct el0 *owner;  /* NULL: free */
	bool private;	    /* has hooks of a debugger: not for anybody else */
	bool running;	    /* inside uc_emu_start(), on the fiber of its owner */
	bool straight;	    /* in el0_straight(): nothing but instructions counts */
	uc_context *before; /* of a debugger; NULL else */
	jmp_buf hook;	    /* of the hook that is not back yet */

	bool mapped; /* map_gen says what is in the map below */
	uint32_t map_gen, map_count;
	uint64_t *absent; /* addresses where such a hook is */
	uint32_t absent_count;
	struct ec_map map[EC_MAPS_MAX];
	void *host[EC_MAPS_MAX]; /* of each */
	struct engine *next;
};

/* From the pool or new. NULL when Unicorn cannot be had. */
struct engine *engine_take(const struct engine_hooks *hooks, struct el0 *owner);
void engine_give(struct engine *e); /* NULL is accepted */
/* Every engine there is. */
struct engine *engine_first(void);
/* Its run was lost in the middle: the same with a new Unicorn. False without memory. */
bool engine_renew(struct engine *e);

/* SP and PC, which pe_regs does not hold. */
struct engine_place {
	uint64_t pc, sp;
};

/* Registers (registers.c): x0-x30, NZCV, TPIDR_EL0, FPCR, FPSR, q0-q31. */
void engine_read(struct engine *e, struct pe_regs *regs, struct engine_place *place);
void engine_write(struct engine *e, const struct pe_regs *regs, const struct engine_place *place);
/* Of an SVC: x0-x17, SP and PC, which is behind it. */
void engine_read_call(struct engine *e, struct pe_regs *regs, struct engine_place *place);
/* Its result: x0-x18 and NZCV. */
void engine_write_result(struct engine *e, const struct pe_regs *to);
/* What an SVC does not change: x19-x30. */
void engine_read_kept(struct engine *e, struct pe_regs *regs);
/* Half of it each. x0-x30, NZCV, SP, and when reading PC... */
void engine_read_integers(struct engine *e, struct pe_regs *regs, struct engine_place *place);
void engine_write_integers(struct engine *e, const struct pe_regs *regs,
			   const struct engine_place *place);
/* ...and TPIDR_EL0, FPCR, FPSR, q0-q31. */
void engine_read_vectors(struct engine *e, struct pe_regs *regs);
void engine_write_vectors(struct engine *e, const struct pe_regs *regs);

/* RNDR and RNDRRS, which Unicorn answers from the host. */
static inline bool engine_absent(uint32_t insn)
{
	return (insn & ~0x3fu) == 0xd53b2400;
}

/* Makes the engine's memory that of @space. False without memory. */
bool engine_map(struct engine *e, struct ec *space);

/* End of the block that runs, or ran last. */
uint64_t engine_block_end(struct engine *e);
/* Runs from @pc until it is stopped from inside or, if not 0, for @count instructions. */
uc_err engine_run(struct engine *e, uint64_t pc, uint32_t count);

#endif
