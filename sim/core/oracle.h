/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The oracle answers every question of a run that has more than one answer. A run is a scenario
 * plus the oracle's answers; strategies (default, random, pct, bounded, replay) are tables of
 * functions behind it and live in sim/explore (the default one here).
 */
#ifndef FFASIM_CORE_ORACLE_H
#define FFASIM_CORE_ORACLE_H

#include <stdint.h>
#include "core/prng.h"

enum oracle_kind {
	ORACLE_PE,	/* which of n PEs of equal clock runs next */
	ORACLE_IRQ,	/* 0 = no interrupt here, 1 = take one */
	ORACLE_PREEMPT, /* 0 = go on, 1 = another task */
	ORACLE_MIGRATE, /* which of n PEs gets the task */
	ORACLE_WAKE,	/* which of n waiters first */
	ORACLE_FAULT,	/* 0 = succeed, 1 = fail */
	ORACLE_KIND_COUNT
};

struct oracle;
struct oracle_ops {
	const char *name;
	void (*begin)(struct oracle *oracle);
	/* 0 <= answer < n; @usual is what the default strategy answers; @where names the site. */
	uint32_t (*choose)(struct oracle *oracle, enum oracle_kind kind, uint32_t n, uint32_t usual,
			   const char *where);
};

struct oracle {
	const struct oracle_ops *ops;
	void *ctx;
	struct prng prng; /* the only randomness inside a machine */
	uint64_t choices; /* questions asked so far */
};

extern const struct oracle_ops oracle_default_ops;

void oracle_init(struct oracle *oracle, const struct oracle_ops *ops, void *ctx, uint64_t seed);
uint32_t oracle_choose(struct oracle *oracle, enum oracle_kind kind, uint32_t n, uint32_t usual,
		       const char *where);
uint64_t oracle_random(struct oracle *oracle);

#endif
