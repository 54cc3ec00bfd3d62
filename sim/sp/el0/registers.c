/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers between an engine and a PE: copied where the engine keeps them, if that was found
 * (state.h), else through Unicorn's interface. FPCR and FPSR always go through it: the engine has
 * no such words, but a state that follows from them.
 */
#include <string.h>

#include "engine.h"

#define X_COUNT 31
#define X_CALL 18 /* of an SVC */
#define LISTED (X_COUNT + 2 + STATE_Q + 1)
#define NZCV_SHIFT 28

/* Registers for one call of the interface. Not to be initialised but for `n`: that would take
 * longer than the call. */
struct list {
	int id[LISTED];
	void *at[LISTED];
	int n;
};

static void add(struct list *l, int id, const void *at)
{
	l->id[l->n] = id;
	l->at[l->n++] = (void *)at; /* of a list to write: only read */
}

static void add_x(struct list *l, const struct pe_regs *r, unsigned from, unsigned count)
{
	for (unsigned i = from; i < from + count; i++)
		add(l, state_x_id(i), &r->x[i]);
}

static void add_vectors(struct list *l, const struct pe_regs *r)
{
	for (int i = 0; i < STATE_Q; i++)
		add(l, UC_ARM64_REG_Q0 + i, r->v[i]);
	add(l, UC_ARM64_REG_TPIDR_EL0, &r->tpidr_el0);
}

static void get(struct engine *e, struct list *l)
{
	uc_reg_read_batch(e->uc, l->id, l->at, l->n);
}

static void put(struct engine *e, struct list *l)
{
	uc_reg_write_batch(e->uc, l->id, l->at, l->n);
}

/* --- flags ---------------------------------------------------------------------------------- */

static uint64_t read_flags(const struct engine *e)
{
	uint32_t *const *f = e->state.flag;
	uint32_t nzcv = 0;

	if (!e->state.x)
		uc_reg_read(e->uc, UC_ARM64_REG_NZCV, &nzcv);
	else
		nzcv = (*f[STATE_N] >> 31) << 31 | (uint32_t) !*f[STATE_Z] << 30 |
		       (*f[STATE_C] & 1) << 29 | (*f[STATE_V] >> 31) << NZCV_SHIFT;
	return nzcv >> NZCV_SHIFT << NZCV_SHIFT;
}

static void write_flags(struct engine *e, uint64_t nzcv)
{
	uint32_t *const *f = e->state.flag;
	const uint32_t value = (uint32_t)nzcv;

	if (!e->state.x) {
		uc_reg_write(e->uc, UC_ARM64_REG_NZCV, &value);
		return;
	}
	*f[STATE_N] = value & 1u << 31;
	*f[STATE_Z] = ~value & 1u << 30;
	*f[STATE_C] = value >> 29 & 1;
	*f[STATE_V] = (value >> NZCV_SHIFT & 1) << 31;
}

/* --- an SVC --------------------------------------------------------------------------------- */

void engine_read_call(struct engine *e, struct pe_regs *regs, struct engine_place *place)
{
	struct list l;

	if (e->state.x) {
		memcpy(regs->x, e->state.x, X_CALL * sizeof(regs->x[0]));
		place->sp = e->state.x[STATE_X - 1];
		place->pc = *e->state.pc;
		return;
	}
	l.n = 0;
	add_x(&l, regs, 0, X_CALL);
	add(&l, UC_ARM64_REG_SP, &place->sp);
	add(&l, UC_ARM64_REG_PC, &place->pc);
	get(e, &l);
}

void engine_write_result(struct engine *e, const struct pe_regs *to)
{
	struct list l;

	write_flags(e, to->nzcv);
	if (e->state.x) {
		memcpy(e->state.x, to->x, (X_CALL + 1) * sizeof(to->x[0]));
		return;
	}
	l.n = 0;
	add_x(&l, to, 0, X_CALL + 1);
	put(e, &l);
}

void engine_read_kept(struct engine *e, struct pe_regs *regs)
{
	struct list l;

	if (e->state.x) {
		memcpy(&regs->x[X_CALL + 1], e->state.x + X_CALL + 1,
		       (X_COUNT - X_CALL - 1) * sizeof(regs->x[0]));
		return;
	}
	l.n = 0;
	add_x(&l, regs, X_CALL + 1, X_COUNT - X_CALL - 1);
	get(e, &l);
}

/* --- vectors -------------------------------------------------------------------------------- */

static void copy_vectors(const struct engine_state *s, struct pe_regs *regs)
{
	const uint8_t *q = s->q;

	for (unsigned i = 0; i < STATE_Q; i++, q += s->q_step)
		memcpy(regs->v[i], q, sizeof(regs->v[i]));
	regs->tpidr_el0 = *s->tpidr_el0;
}

void engine_read_vectors(struct engine *e, struct pe_regs *regs)
{
	struct list l;

	l.n = 0;
	if (e->state.x)
		copy_vectors(&e->state, regs);
	else
		add_vectors(&l, regs);
	add(&l, UC_ARM64_REG_FPCR, &e->fpcr);
	add(&l, UC_ARM64_REG_FPSR, &e->fpsr);
	get(e, &l);
	e->status_known = true;
	regs->fpcr = e->fpcr;
	regs->fpsr = e->fpsr;
}

/* Some 40 ns, and nearly always for what the engine has already. */
static void write_status(struct engine *e, const struct pe_regs *regs)
{
	struct list l;

	if (e->status_known && e->fpcr == regs->fpcr && e->fpsr == regs->fpsr)
		return;
	e->fpcr = (uint32_t)regs->fpcr;
	e->fpsr = (uint32_t)regs->fpsr;
	l.n = 0;
	add(&l, UC_ARM64_REG_FPCR, &e->fpcr);
	add(&l, UC_ARM64_REG_FPSR, &e->fpsr);
	put(e, &l);
	e->status_known = true;
}

void engine_write_vectors(struct engine *e, const struct pe_regs *regs)
{
	const struct engine_state *s = &e->state;
	struct list l;

	write_status(e, regs);
	if (!s->x) {
		l.n = 0;
		add_vectors(&l, regs);
		put(e, &l);
		return;
	}
	for (unsigned i = 0; i < STATE_Q; i++)
		memcpy(s->q + i * s->q_step, regs->v[i], sizeof(regs->v[i]));
	*s->tpidr_el0 = regs->tpidr_el0;
}

/* --- everything ----------------------------------------------------------------------------- */

void engine_read_integers(struct engine *e, struct pe_regs *regs, struct engine_place *place)
{
	const struct engine_state *s = &e->state;
	struct list l;

	regs->nzcv = read_flags(e);
	if (s->x) {
		memcpy(regs->x, s->x, sizeof(regs->x));
		place->sp = s->x[STATE_X - 1];
		place->pc = *s->pc;
		return;
	}
	l.n = 0;
	add_x(&l, regs, 0, X_COUNT);
	add(&l, UC_ARM64_REG_SP, &place->sp);
	add(&l, UC_ARM64_REG_PC, &place->pc);
	get(e, &l);
}

void engine_write_integers(struct engine *e, const struct pe_regs *regs,
			   const struct engine_place *place)
{
	const struct engine_state *s = &e->state;
	struct list l;

	write_flags(e, regs->nzcv);
	if (s->x) {
		memcpy(s->x, regs->x, sizeof(regs->x));
		s->x[STATE_X - 1] = place->sp;
		return;
	}
	l.n = 0;
	add_x(&l, regs, 0, X_COUNT);
	add(&l, UC_ARM64_REG_SP, &place->sp);
	put(e, &l);
}

void engine_read(struct engine *e, struct pe_regs *regs, struct engine_place *place)
{
	engine_read_integers(e, regs, place);
	engine_read_vectors(e, regs);
}

void engine_write(struct engine *e, const struct pe_regs *regs, const struct engine_place *place)
{
	engine_write_integers(e, regs, place);
	engine_write_vectors(e, regs);
}
