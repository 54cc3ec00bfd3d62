/* SPDX-License-Identifier: BSD-3-Clause */
/* Replay: one plan, again and again. */
#include "explore/explore.h"

struct replay {
	const struct plan *plan;
};

static void begin(void *state, const struct strategy_config *cfg)
{
	((struct replay *)state)->plan = cfg->replay;
}

static bool next(void *state, struct plan *plan)
{
	*plan = *((struct replay *)state)->plan;
	return true;
}

static void seen(void *state, const struct plan *plan, const struct explore_result *r)
{
	(void)state;
	(void)plan;
	(void)r;
}

const struct strategy strategy_replay = {
	.name = "replay",
	.doc = "one plan, again and again",
	.bytes = sizeof(struct replay),
	.begin = begin,
	.next = next,
	.seen = seen,
};
