/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The oracle answers every question of a run that has more than one answer. A run is a scenario
 * plus the oracle's answers; strategies (default, random, pct, bounded, replay) are tables of
 * functions behind it and live in sim/explore (the default one here).
 */
#ifndef FFASIM_CORE_ORACLE_H
#define FFASIM_CORE_ORACLE_H

#include <stdbool.h>
#include <stdint.h>
#include "core/prng.h"

enum oracle_kind {
	ORACLE_PE,	/* which of n PEs of equal clock runs next */
	ORACLE_IRQ,	/* 0 = no interrupt here, 1 = take one */
	ORACLE_PREEMPT, /* 0 = go on, 1 = another task */
	ORACLE_MIGRATE, /* which of n PEs gets the task */
	ORACLE_WAKE,	/* which of n waiters first */
	ORACLE_FAULT,	/* 0 = succeed, 1 = fail */
	ORACLE_HOLD,	/* 1 = this PE waits until no other can go on */
	ORACLE_MOVE,	/* the running task goes to another PE */
	ORACLE_KIND_COUNT
};

/* What may be done at a point of a flow; going on is always possible. */
struct oracle_may {
	bool hold, irq, preempt;
	uint64_t move; /* PEs the running task could be moved to */
};
/* What a strategy does there: nothing (ORACLE_KIND_COUNT), ORACLE_HOLD, ORACLE_IRQ, ORACLE_PREEMPT,
 * or ORACLE_MOVE to PE @arg. */
struct oracle_act {
	enum oracle_kind kind;
	uint32_t arg;
};

struct oracle;
struct oracle_ops {
	const char *name;
	void (*begin)(struct oracle *oracle);
	/* 0 <= answer < n; @usual is what the default strategy answers; @where names the site. */
	uint32_t (*choose)(struct oracle *oracle, enum oracle_kind kind, uint32_t n, uint32_t usual,
			   const char *where);
	/* Point number oracle->points, asked only when it is oracle->next_point. Sets the next. */
	struct oracle_act (*point)(struct oracle *oracle, const struct oracle_may *may);
};

struct oracle {
	const struct oracle_ops *ops;
	void *ctx;
	struct prng prng; /* the only randomness inside a machine */
	uint64_t choices; /* questions asked so far */
	/* Points are counted while machine->asks; only the one a strategy waits for costs a call.
	 */
	uint64_t points, next_point;
};

extern const struct oracle_ops oracle_default_ops;

void oracle_init(struct oracle *oracle, const struct oracle_ops *ops, void *ctx, uint64_t seed);
uint32_t oracle_choose(struct oracle *oracle, enum oracle_kind kind, uint32_t n, uint32_t usual,
		       const char *where);
uint64_t oracle_random(struct oracle *oracle);

#endif
