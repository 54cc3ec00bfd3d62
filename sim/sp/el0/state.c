/* SPDX-License-Identifier: BSD-3-Clause */
/* The registers of an engine found in its memory; see state.h. */
#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* What lies behind the place the probe found; all registers of 2.0 and 2.1 are in there. */
#define WINDOW_BYTES 16384u
#define NZCV 0xf0000000u

#ifdef __x86_64__
/* Translated code has the address of the CPU's state in RBP, which is the callee's to save. */
__attribute__((naked)) void state_probe(uc_engine *uc, uint64_t address, uint32_t bytes, void *ctx)
{
	__asm__("movq %rbp, (%rcx)\n\tret");
}
#else
void state_probe(uc_engine *uc, uint64_t address, uint32_t bytes, void *ctx)
{
	*(void **)ctx = NULL;
}
#endif

int state_x_id(unsigned n)
{
	return n < 29	 ? UC_ARM64_REG_X0 + (int)n
	       : n == 29 ? UC_ARM64_REG_X29
	       : n == 30 ? UC_ARM64_REG_X30
			 : UC_ARM64_REG_SP;
}

struct window {
	uint8_t *at; /* in the engine */
	size_t bytes;
	uint8_t copy[WINDOW_BYTES];
};

/* Of an address that may be any number: no access of our own. */
static bool look(struct window *w)
{
	struct iovec to = {w->copy, sizeof(w->copy)}, from = {w->at, sizeof(w->copy)};
	const ssize_t n = process_vm_readv(getpid(), &to, 1, &from, 1, 0);

	w->bytes = n > 0 ? (size_t)n : 0;
	return w->bytes;
}

/* Offset of the only place with this word; SIZE_MAX when there is none or another. */
static size_t find(const struct window *w, uint64_t what)
{
	size_t found = SIZE_MAX;
	uint64_t word;

	for (size_t at = 0; at + 8 <= w->bytes; at += 8) {
		memcpy(&word, w->copy + at, 8);
		if (word != what)
			continue;
		if (found != SIZE_MAX)
			return SIZE_MAX;
		found = at;
	}
	return found;
}

static bool holds(const struct window *w, size_t at, const void *what, size_t bytes)
{
	return at <= w->bytes && bytes <= w->bytes - at && !memcmp(w->copy + at, what, bytes);
}

/* No two are the same, and none is what memory holds by chance. */
static uint64_t pattern(unsigned n)
{
	return 0x9e3779b97f4a7c15u * (n + 1);
}

static bool find_x(struct engine_state *s, struct window *w, uc_engine *uc)
{
	uint64_t x[STATE_X];
	size_t at;

	for (unsigned i = 0; i < STATE_X; i++) {
		x[i] = pattern(i);
		uc_reg_write(uc, state_x_id(i), &x[i]);
	}
	if (!look(w))
		return false;
	at = find(w, x[0]);
	s->x = (uint64_t *)(void *)(w->at + at);
	return holds(w, at, x, sizeof(x));
}

static bool find_q(struct engine_state *s, struct window *w, uc_engine *uc)
{
	uint64_t q[STATE_Q][2];
	size_t first, second;

	for (unsigned i = 0; i < STATE_Q; i++) {
		q[i][0] = pattern(100 + 2 * i);
		q[i][1] = pattern(101 + 2 * i);
		uc_reg_write(uc, UC_ARM64_REG_Q0 + (int)i, q[i]);
	}
	if (!look(w))
		return false;
	first = find(w, q[0][0]);
	second = find(w, q[1][0]);
	if (first == SIZE_MAX || second == SIZE_MAX || second < first)
		return false;
	s->q = w->at + first;
	s->q_step = second - first;
	for (unsigned i = 0; i < STATE_Q; i++)
		if (!holds(w, first + i * s->q_step, q[i], sizeof(q[i])))
			return false;
	return true;
}

/* A register that is a word. */
static uint64_t *find_word(struct window *w, uc_engine *uc, int id)
{
	const uint64_t value = pattern(200 + (unsigned)id);
	size_t at;

	uc_reg_write(uc, id, &value);
	at = look(w) ? find(w, value) : SIZE_MAX;
	return at == SIZE_MAX ? NULL : (uint64_t *)(void *)(w->at + at);
}

/* The only word that changes with a flag as one should that is read by its rule. */
static bool find_flag(struct engine_state *s, struct window *w, uc_engine *uc, unsigned flag)
{
	static const uint32_t clear[] = {0, 1, 0, 0}, set[] = {1u << 31, 0, 1, 1u << 31};
	static struct window before;
	unsigned found = 0;
	uint32_t status = 0, old, new;

	uc_reg_read(uc, UC_ARM64_REG_PSTATE, &status);
	status &= ~NZCV;
	uc_reg_write(uc, UC_ARM64_REG_PSTATE, &status);
	before.at = w->at;
	if (!look(&before))
		return false;
	status |= 1u << (31 - flag);
	uc_reg_write(uc, UC_ARM64_REG_PSTATE, &status);
	if (!look(w) || w->bytes != before.bytes)
		return false;
	for (size_t at = 0; at + 4 <= w->bytes; at += 4) {
		memcpy(&old, before.copy + at, 4);
		memcpy(&new, w->copy + at, 4);
		if ((flag == STATE_Z ? !!old : old) != clear[flag] || new != set[flag] ||
		    old == new)
			continue;
		s->flag[flag] = (uint32_t *)(void *)(w->at + at);
		found++;
	}
	return found == 1;
}

static bool hidden(void)
{
	static bool told;
	const char *how = getenv(STATE_ENV);

	if (!how || strcmp(how, "interface"))
		return false;
	if (!told)
		fputs("ffasim: " STATE_ENV "=interface: registers of AArch64 code go through "
		      "Unicorn's interface\n",
		      stderr);
	told = true;
	return true;
}

void state_find(struct engine_state *s, uc_engine *uc, void *around)
{
	static struct window w;
	const uint64_t zero[2] = {0, 0};
	uint32_t status = 0;
	bool ok;

	w.at = around;
	ok = around && !hidden() && find_x(s, &w, uc) && find_q(s, &w, uc) &&
	     (s->pc = find_word(&w, uc, UC_ARM64_REG_PC)) &&
	     (s->tpidr_el0 = find_word(&w, uc, UC_ARM64_REG_TPIDR_EL0));
	for (unsigned i = 0; i < STATE_FLAGS; i++)
		ok = ok && find_flag(s, &w, uc, i);
	if (!ok)
		*s = (struct engine_state){0};
	for (unsigned i = 0; i < STATE_X; i++)
		uc_reg_write(uc, state_x_id(i), zero);
	for (unsigned i = 0; i < STATE_Q; i++)
		uc_reg_write(uc, UC_ARM64_REG_Q0 + (int)i, zero);
	uc_reg_write(uc, UC_ARM64_REG_TPIDR_EL0, zero);
	uc_reg_read(uc, UC_ARM64_REG_PSTATE, &status);
	status &= ~NZCV;
	uc_reg_write(uc, UC_ARM64_REG_PSTATE, &status);
}
