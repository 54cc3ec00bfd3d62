/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Faults, one at a time: the first passage of each site fails, then the second, until a run has
 * fewer passages than that. Complete for single faults on the usual schedule. Pairs and subsets of
 * sites are for somebody else.
 */
#include "explore/explore.h"

struct faults {
	size_t sites, site, end; /* @end: first site that is not tried */
	uint32_t nth;
	bool first;
};

static void begin(void *state, const struct strategy_config *cfg)
{
	struct faults *f = state;

	fault_sites(&f->sites);
	f->end = f->sites;
	f->nth = 1;
	f->first = !cfg->sliced || !cfg->slice;
	if (cfg->sliced) { /* slice 0 is the usual run, then one for each site */
		f->site = cfg->slice ? cfg->slice - 1 : 0;
		f->end = cfg->slice < f->sites ? cfg->slice : f->sites;
	}
}

static bool next(void *state, struct plan *plan)
{
	struct faults *f = state;

	*plan = (struct plan){0};
	if (f->first) {
		f->first = false;
		return true;
	}
	if (f->site >= f->end)
		return false;
	return plan_add(
		plan,
		&(struct decision){.kind = ORACLE_FAULT, .site = (uint16_t)f->site, .at = f->nth});
}

static void seen(void *state, const struct plan *plan, const struct explore_result *r)
{
	struct faults *f = state;
	const struct fault_site *site;
	size_t count;

	(void)r;
	if (!plan->count)
		return;
	/* The counters are those of the run that just ended. What was injected may be a fault of
	 * the scenario's own; then only the passages tell the end. */
	site = fault_sites(&count)[f->site];
	if (site->injected && site->passed >= f->nth) {
		f->nth++;
	} else {
		f->site++;
		f->nth = 1;
	}
}

static uint64_t slices(const void *state)
{
	return 1 + ((const struct faults *)state)->sites;
}

const struct strategy strategy_faults = {
	.name = "faults",
	.doc = "each passage of each fault site fails once",
	.bytes = sizeof(struct faults),
	.begin = begin,
	.next = next,
	.seen = seen,
	.slices = slices,
};
