/* SPDX-License-Identifier: BSD-3-Clause */
/* The interface of decisions and its default strategy: always the usual answer. */
#include "core/oracle.h"
#include <stddef.h>

static uint32_t default_choose(struct oracle *oracle, enum oracle_kind kind, uint32_t n,
			       uint32_t usual, const char *where)
{
	(void)oracle;
	(void)kind;
	(void)n;
	(void)where;
	return usual;
}

const struct oracle_ops oracle_default_ops = {.name = "default", .choose = default_choose};

void oracle_init(struct oracle *oracle, const struct oracle_ops *ops, void *ctx, uint64_t seed)
{
	oracle->ops = ops ? ops : &oracle_default_ops;
	oracle->ctx = ctx;
	oracle->choices = 0;
	oracle->points = 0;
	oracle->next_point = UINT64_MAX;
	prng_seed(&oracle->prng, seed);
	if (oracle->ops->begin)
		oracle->ops->begin(oracle);
}

uint32_t oracle_choose(struct oracle *oracle, enum oracle_kind kind, uint32_t n, uint32_t usual,
		       const char *where)
{
	uint32_t answer;

	if (n <= 1)
		return 0;
	oracle->choices++;
	answer = oracle->ops->choose(oracle, kind, n, usual, where);
	return answer < n ? answer : usual;
}

uint64_t oracle_random(struct oracle *oracle)
{
	return prng_next(&oracle->prng);
}
