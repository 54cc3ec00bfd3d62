/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One Unicorn engine at EL0: made, mapped, loaded with registers. What happens while it runs is the
 * business of el0.c, through the hooks.
 *
 * Facts this rests on were measured on 2.0.1: PSTATE = 0 alone leaves the CPU in a half state, so
 * an engine enters EL0 once by a real ERET; a hook must be there before the first translation;
 * faults of memory arrive as an error of the run with the PC at the instruction.
 * Not modelled: translation (addresses are mapped one to one), caches, memory attributes.
 */
#ifndef FFASIM_SP_EL0_ENGINE_H
#define FFASIM_SP_EL0_ENGINE_H

#include <unicorn/unicorn.h>

#include "sp/ec.h"

/* Interrupt numbers of the hook. */
enum {
	ENGINE_EXC_UNDEF = 1,
	ENGINE_EXC_SVC = 2,
	ENGINE_EXC_PREFETCH = 3,
	ENGINE_EXC_DATA = 4,
	ENGINE_EXC_BRK = 7
};

struct engine_hooks {
	void (*block)(uc_engine *uc, uint64_t address, uint32_t bytes, void *ctx); /* may be NULL */
	void (*exception)(uc_engine *uc, uint32_t number, void *ctx);
	bool (*memory)(uc_engine *uc, uc_mem_type type, uint64_t address, int bytes, int64_t value,
		       void *ctx);
	/* Reading a system register; true: not carried out. */
	uint32_t (*mrs)(uc_engine *uc, uc_arm64_reg reg, const uc_arm64_cp_reg *cp, void *ctx);
	void *ctx;
};

/* NULL when Unicorn cannot be had. */
uc_engine *engine_open(const struct engine_hooks *hooks);
void engine_close(uc_engine *uc);

/* PC, SP and the flags of PSTATE that pe_regs does not hold. */
struct engine_place {
	uint64_t pc, sp;
};

/* x0-x30, NZCV, TPIDR_EL0, FPCR, FPSR, q0-q31. */
void engine_read(uc_engine *uc, struct pe_regs *regs, struct engine_place *place);
void engine_write(uc_engine *uc, const struct pe_regs *regs, const struct engine_place *place);
/* x0-x30 and NZCV only. */
void engine_read_x(uc_engine *uc, struct pe_regs *regs, struct engine_place *place);
/* Those of x0-x30 and NZCV of @to that differ from @from, which is what the engine holds. */
void engine_write_changes(uc_engine *uc, const struct pe_regs *from, const struct pe_regs *to);
/* The vector half: TPIDR_EL0, FPCR, FPSR, q0-q31. */
void engine_read_vectors(uc_engine *uc, struct pe_regs *regs);
void engine_write_vectors(uc_engine *uc, const struct pe_regs *regs);

/* Makes the engine's memory that of @to, @from being what it has. 0 or -ENOMEM. */
int engine_remap(uc_engine *uc, struct ec *ec, const struct ec_map *from, uint32_t from_count);

/* An address nothing is ever mapped at: runs end by being stopped, not by arriving. */
#define ENGINE_NOWHERE 0xfffffffffffff000ULL

#endif
