/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where an engine keeps its registers. Unicorn's interface costs some 3 ns a register, which would
 * be most of an SVC and of a preemption. So a new engine is asked where they are: values are
 * written through the interface and looked for, and a place is believed only if every one of them
 * is there. Otherwise, as on a host that is no x86-64, `x` is NULL and all goes through the
 * interface.
 *
 * The only thing assumed and not tried is how flags are read: Z is a word that is zero, N and V are
 * the sign of a word, C is a word of 0 or 1. tests/unit/sps/test_state.c looks at that.
 */
#ifndef FFASIM_SP_EL0_STATE_H
#define FFASIM_SP_EL0_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unicorn/unicorn.h>

enum { STATE_N, STATE_Z, STATE_C, STATE_V, STATE_FLAGS };
#define STATE_X 32 /* x0-x30, SP */
#define STATE_Q 32

struct engine_state {
	uint64_t *x; /* NULL: not known, nor is the rest */
	uint8_t *q;  /* 16 bytes each, `q_step` apart */
	size_t q_step;
	uint64_t *pc, *tpidr_el0;
	uint32_t *flag[STATE_FLAGS];
};

/* Set to `interface`, no engine's registers are found: for tests of what other hosts do. A line on
 * stderr says so. */
#define STATE_ENV "FFASIM_EL0_REGISTERS"

/* Fills in @s. The engine is at EL0 and does not run; its registers are lost. */
void state_find(struct engine_state *s, uc_engine *uc, void *around);
/* A block hook: leaves in *ctx what state_find() wants to be told, NULL when it cannot know. */
void state_probe(uc_engine *uc, uint64_t address, uint32_t bytes, void *ctx);

int state_x_id(unsigned n); /* Unicorn's number of Xn; 31: SP */

#endif
