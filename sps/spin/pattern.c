/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The pattern of pattern.h. Values come from a mixer, so that neighbours, other SPs and earlier
 * requests never hold the same ones.
 */
#include "pattern.h"

#include <string.h>

#define SLICE_WORDS 32

static uint64_t mix(uint64_t seed, uint64_t n)
{
	uint64_t z = seed + (n + 1) * 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

bool pattern_init(struct pattern *p, struct ffasim_sp *sp)
{
	const uint64_t va = ffasim_sp_alloc_pages(sp, PATTERN_PAGES);

	p->sp = sp;
	p->memory = va ? ffasim_sp_va(sp, va, PATTERN_WORDS * sizeof(uint64_t), true) : NULL;
	return p->memory;
}

static void lay_memory(struct pattern *p)
{
	for (unsigned i = 0; i < PATTERN_WORDS; i++)
		p->memory[i] = mix(p->seed, 1000 + i);
}

void pattern_lay(struct pattern *p, uint64_t seed)
{
	p->seed = seed;
	p->bad_regs = p->bad_memory = 0;
	p->next = 0;
	for (unsigned i = 0; i < 31; i++)
		p->regs.x[i] = mix(seed, i);
	for (unsigned i = 0; i < 64; i++)
		p->regs.v[i / 2][i % 2] = mix(seed, 100 + i);
	p->regs.tpidr_el0 = mix(seed, 200);
	p->regs.fpcr = mix(seed, 201) & 0x07c00000; /* rounding, FZ, DN, AHP */
	p->regs.fpsr = mix(seed, 202) & 0x0800009f; /* QC and the cumulative bits */
	p->regs.nzcv = mix(seed, 203) & 0xf0000000;
	lay_memory(p);
	pattern_relay_regs(p);
}

void pattern_relay_regs(struct pattern *p)
{
	*ffasim_sp_regs(p->sp) = p->regs;
}

void pattern_check_regs(struct pattern *p)
{
	const struct pe_regs *now = ffasim_sp_regs(p->sp);

	if (!memcmp(now, &p->regs, sizeof(*now)))
		return;
	for (unsigned i = 0; i < 31; i++)
		p->bad_regs += now->x[i] != p->regs.x[i];
	for (unsigned i = 0; i < 64; i++)
		p->bad_regs += now->v[i / 2][i % 2] != p->regs.v[i / 2][i % 2];
	p->bad_regs += now->tpidr_el0 != p->regs.tpidr_el0;
	p->bad_regs += now->fpcr != p->regs.fpcr;
	p->bad_regs += now->fpsr != p->regs.fpsr;
	p->bad_regs += now->nzcv != p->regs.nzcv;
	pattern_relay_regs(p);
}

void pattern_check_kept(struct pattern *p)
{
	const struct pe_regs *now = ffasim_sp_regs(p->sp);

	for (unsigned i = 19; i < 31; i++)
		p->bad_regs += now->x[i] != p->regs.x[i];
}

void pattern_check_memory(struct pattern *p, bool all)
{
	const unsigned first = all ? 0 : p->next;
	const unsigned count = all ? PATTERN_WORDS : SLICE_WORDS;
	const uint64_t bad_before = p->bad_memory;

	for (unsigned i = first; i < first + count; i++)
		p->bad_memory += p->memory[i] != mix(p->seed, 1000 + i);
	p->next = (first + count) % PATTERN_WORDS;
	if (p->bad_memory != bad_before)
		lay_memory(p);
}
