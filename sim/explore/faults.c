/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Faults in order; by chance is swarm.c.
 *
 * faults: the first passage of each site fails, with each of the site's values, then the second,
 * until a run has fewer passages than that. Complete for single faults on the usual schedule.
 * faults-forever: the same, and all passages behind it fail too. fault-pairs, with usual values
 * only: each single fault alone, then with a second one behind it in the order of sites and
 * passages, walked in the same way, so that every pair is met once.
 */
#include "explore/explore.h"

/* One walk over the sites of a set and their passages. */
struct walk {
	size_t site, end;    /* numbers in the set; @end: first site that is not tried */
	uint32_t nth, value; /* @value: index of the site's values */
};

struct faults {
	struct walk one, two;
	uint32_t times; /* of a decision */
	struct site_set sites;
	bool first, pairs, alone; /* alone: the first of a pair, to see whether there is one */
	bool looked;		  /* at what the first run of the slice passed */
	struct unmet unmet;
};

static void begin(struct faults *f, const struct strategy_config *cfg)
{
	site_set_choose(&f->sites, cfg->sites);
	f->one = (struct walk){.end = f->sites.count, .nth = 1};
	f->first = !cfg->sliced || !cfg->slice;
	if (cfg->sliced) { /* slice 0 is the usual run, then one for each site */
		f->one.site = cfg->slice ? cfg->slice - 1 : 0;
		f->one.end = cfg->slice < f->sites.count ? cfg->slice : f->sites.count;
	}
}

static void begin_once(void *state, const struct strategy_config *cfg)
{
	begin(state, cfg);
}

static void begin_forever(void *state, const struct strategy_config *cfg)
{
	begin(state, cfg);
	((struct faults *)state)->times = FAULT_FOREVER;
}

static void second_behind_first(struct faults *f)
{
	f->alone = true;
	f->two = (struct walk){.site = f->one.site, .end = f->sites.count, .nth = f->one.nth + 1};
}

static void begin_pairs(void *state, const struct strategy_config *cfg)
{
	struct faults *f = state;

	begin(f, cfg);
	f->pairs = true;
	second_behind_first(f);
}

static void add(const struct faults *f, struct plan *plan, const struct walk *w)
{
	plan_add(plan, &(struct decision){.kind = ORACLE_FAULT,
					  .site = f->sites.site[w->site],
					  .at = w->nth,
					  .value = (uint8_t)w->value,
					  .answer = f->times});
}

static const struct fault_site *site_of(const struct faults *f, const struct walk *w)
{
	size_t count;

	return fault_sites(&count)[f->sites.site[w->site]];
}

static void go_on(struct walk *w, bool more)
{
	w->value = 0;
	w->nth = more ? w->nth + 1 : 1;
	w->site += !more;
}

static bool stands_still(const struct faults *f)
{
	return f->times == FAULT_FOREVER && site_of(f, &f->one)->kind == FAULT_DELAY;
}

static bool next(void *state, struct plan *plan)
{
	struct faults *f = state;

	*plan = (struct plan){0};
	if (f->first) {
		f->first = false;
		return true;
	}
	while (f->one.site < f->one.end && stands_still(f))
		go_on(&f->one, false);
	if (f->one.site >= f->one.end)
		return false;
	add(f, plan, &f->one);
	if (f->pairs && !f->alone)
		add(f, plan, &f->two);
	return true;
}

/* True when the fault that @w stands for was injected in that run. */
static bool happened(const struct faults *f, const struct explore_result *r, const struct walk *w)
{
	for (unsigned i = 0; i < r->applied.count; i++) {
		const struct decision *d = &r->applied.d[i];

		if (d->kind == ORACLE_FAULT && d->site == f->sites.site[w->site] && d->at == w->nth)
			return true;
	}
	return false;
}

/* The same passage with the site's next value. */
static bool other_value(const struct faults *f, struct walk *w)
{
	return ++w->value < site_of(f, w)->value_count;
}

/* A run in which no fault happened is the usual one, whatever its plan was. */
static void look(struct faults *f, const struct explore_result *r)
{
	f->looked = true;
	if (r->applied.count || r->fatal)
		return;
	site_set_passed(&f->unmet.passed);
	f->unmet.is = !site_set_meet(&f->sites, &f->unmet.passed);
}

static const struct unmet *unmet(const void *state)
{
	return &((const struct faults *)state)->unmet;
}

static void seen(void *state, const struct plan *plan, const struct explore_result *r)
{
	struct faults *f = state;
	bool there = true;

	if (!f->looked)
		look(f, r);
	if (!plan->count)
		return;
	if (!f->pairs) {
		there = happened(f, r, &f->one);
		if (!there || !other_value(f, &f->one))
			go_on(&f->one, there);
		return;
	}
	if (f->alone) {
		f->alone = false;
		there = happened(f, r, &f->one);
	} else {
		go_on(&f->two, happened(f, r, &f->two));
	}
	if (there && f->two.site < f->two.end)
		return;
	go_on(&f->one, there);
	second_behind_first(f);
}

static uint64_t slices(const void *state)
{
	return 1 + ((const struct faults *)state)->sites.count;
}

const struct strategy strategy_faults = {
	.name = "faults",
	.doc = "each passage of each fault site fails once",
	.bytes = sizeof(struct faults),
	.begin = begin_once,
	.next = next,
	.seen = seen,
	.slices = slices,
	.unmet = unmet,
};

const struct strategy strategy_faults_forever = {
	.name = "faults-forever",
	.doc = "from each passage of each fault site on, all of them fail",
	.bytes = sizeof(struct faults),
	.begin = begin_forever,
	.next = next,
	.seen = seen,
	.slices = slices,
	.unmet = unmet,
};

const struct strategy strategy_fault_pairs = {
	.name = "fault-pairs",
	.doc = "each two passages of fault sites fail",
	.bytes = sizeof(struct faults),
	.begin = begin_pairs,
	.next = next,
	.seen = seen,
	.slices = slices,
	.unmet = unmet,
};

const struct strategy *const *strategy_fault_list(void)
{
	static const struct strategy *const list[] = {&strategy_faults, &strategy_fault_pairs,
						      &strategy_faults_forever,
						      &strategy_fault_swarm, NULL};

	return list;
}
