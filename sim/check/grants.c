/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory that the Normal world shared, lent or donated: which transactions are open, who made them
 * where. Three defects are seen from here, in both flavours: pages that are freed while a partition
 * may still use them, a transaction that nobody has reclaimed when the drivers are gone, and (told
 * by the one who saw it: views.c, memcheck.c) an access to pages that were lent or donated.
 *
 * Not modelled: transactions between partitions, which live as long as these do. What a dead
 * partition keeps for good (quirk dead-sp-keeps-memory) is not held against the driver: it could do
 * nothing about it; neither are the known hazards below, unless the scenario asks for them.
 */
#include <stdlib.h>
#include <string.h>

#include "check/detect_internal.h"
#include "core/fault.h"
#include "core/symbol.h"

TRACE_KIND(trace_kept, "memory.kept",
	   "a known hazard of a driver: a partition keeps memory that the driver gave up", "sp$",
	   "handle", "pages");

/* What the real drivers do as well: something that ends sharing is refused, and they do not keep
 * the pages from being freed. */
static const char *const hazards[] = {
	/* linux-tee.md 5.2: no reclaim after a refused relinquish; 8.5 L3, 8.3 row 55 */
	"driver/tstee/",
	"driver/optee/", /* 6.4: errors of both calls are logged, and that is all */
};

#define GRANTS_MAX 256
#define BUS "sim/arm_ffa/" /* every driver shares through it: its caller is the place to name */

enum state { FREE, OPEN, FOR_GOOD };

struct grant {
	enum state state;
	struct watch_grant g;
	struct watch_pages *range;
	stack_id stack;
	uint32_t who;
	unsigned pe;
	uint64_t time_ns;
};

static struct {
	bool on, hazards;
	struct spmc *spmc;
	unsigned used;	    /* entries ever used since the reset */
	unsigned exclusive; /* of these, how many the owner must not touch */
	struct grant grant[GRANTS_MAX];
} gr;

static void drop(struct grant *g)
{
	if (g->state != FREE && g->g.exclusive) {
		gr.exclusive--;
		views_guard(g->range, g->g.range_count, false);
	}
	free(g->range);
	*g = (struct grant){0};
}

void grants_reset(bool on, bool with_hazards, struct spmc *spmc)
{
	for (unsigned i = 0; i < gr.used; i++)
		drop(&gr.grant[i]);
	gr.used = gr.exclusive = 0;
	gr.on = on;
	gr.hazards = with_hazards;
	gr.spmc = spmc;
}

static struct grant *slot(void)
{
	for (unsigned i = 0; i < gr.used; i++)
		if (gr.grant[i].state == FREE)
			return &gr.grant[i];
	return gr.used < GRANTS_MAX ? &gr.grant[gr.used++] : NULL;
}

static struct grant *open_grant(uint64_t handle)
{
	for (unsigned i = 0; i < gr.used; i++)
		if (gr.grant[i].state == OPEN && gr.grant[i].g.handle == handle)
			return &gr.grant[i];
	return NULL;
}

void grants_granted(const struct watch_grant *g)
{
	struct grant *e = gr.on ? slot() : NULL;

	if (!e)
		return;
	e->range = calloc(g->range_count, sizeof(*e->range));
	if (!e->range)
		return;
	memcpy(e->range, g->range, g->range_count * sizeof(*e->range));
	e->state = OPEN;
	e->g = *g;
	e->g.range = e->range;
	e->stack = stack_outside();
	e->who = machine->running->who;
	e->pe = machine->running->id;
	e->time_ns = machine->now_ns;
	gr.exclusive += g->exclusive;
	if (g->exclusive)
		views_guard(e->range, g->range_count, true);
}

void grants_over(uint64_t handle, bool for_good)
{
	struct grant *e = open_grant(handle);

	if (!e)
		return;
	if (for_good)
		e->state = FOR_GOOD;
	else
		drop(e);
}

static const struct grant *overlapping(uint64_t pa, uint64_t bytes, bool exclusive)
{
	for (unsigned i = 0; i < gr.used; i++)
		for (uint32_t k = 0; gr.grant[i].state && gr.grant[i].g.exclusive >= exclusive &&
				     k < gr.grant[i].g.range_count;
		     k++) {
			const struct watch_pages *r = &gr.grant[i].range[k];

			if (r->pa < pa + bytes && pa < r->pa + r->pages * PHYS_PAGE_BYTES)
				return &gr.grant[i];
		}
	return NULL;
}

/* "1 page shared with echo, handle 200000000000" */
static void add_grant(struct text *t, const struct grant *e)
{
	text_add(t, "%u page%s %s ", e->g.page_count, e->g.page_count == 1 ? "" : "s", e->g.how);
	for (unsigned i = 0; i < WATCH_GRANT_TO && e->g.to[i]; i++)
		text_add(t, "%s%s", i ? ", " : "", trace_name(e->g.to[i]));
	text_add(t, ", handle %llx", (unsigned long long)e->g.handle);
}

static void add_moment(struct text *t, const char *what, stack_id stack, uint32_t who, unsigned pe,
		       uint64_t time_ns)
{
	text_add(t, "\n    %s", what);
	text_place_above(t, stack, BUS);
	text_add(t, ", ");
	text_moment(t, who, pe, time_ns);
	text_stack(t, stack);
}

static void add_origin(struct text *t, const struct grant *e)
{
	add_moment(t, "granted in ", e->stack, e->who, e->pe, e->time_ns);
}

static void add_now(struct text *t, stack_id stack)
{
	const struct pe *pe = machine->running;

	add_moment(t, "", stack, pe->who, pe->id, machine->now_ns);
}

static bool is_hazard(const struct grant *e)
{
	const void *pc = stack_top_above(e->stack, BUS);
	const struct symbol *s = pc ? symbol_at(pc) : NULL;

	for (size_t i = 0; s && s->file && i < sizeof(hazards) / sizeof(hazards[0]); i++)
		if (!strncmp(s->file, hazards[i], strlen(hazards[i])))
			return true;
	return false;
}

/* False when it is no defect of the driver, or a known one. */
static bool add_holder(struct text *t, const struct grant *e)
{
	bool for_good;
	const char *holder = spmc_memory_held(gr.spmc, e->g.handle, &for_good);

	if (holder && for_good)
		return false;
	/* A fault of this run may have been the refusal. */
	if ((holder || fault_injected(FAULT_REFUSAL)) && !gr.hazards && is_hazard(e)) {
		TRACE(&machine->trace, trace_kept, trace_intern(holder ? holder : "nobody"),
		      e->g.handle, e->g.page_count);
		return false;
	}
	if (holder)
		text_add(t, "; %s has not relinquished it", holder);
	return true;
}

void grants_freed(const void *p, size_t bytes)
{
	static struct text t;
	const struct grant *e;
	stack_id stack;
	pa_t pa;

	if (!gr.on || !gr.used || !machine->running || !physmem_pa(&machine->mem, p, &pa))
		return;
	e = overlapping(pa.v, bytes, false);
	if (!e)
		return;
	views_guard(e->range, e->g.range_count, false); /* whoever has them next may touch them */
	stack = stack_here(NULL);
	t.used = 0;
	text_add(&t, "pages freed while partitions may use them: ");
	add_grant(&t, e);
	if (!add_holder(&t, e) || !detect_first_time(stack_top(stack), grants_freed))
		return;
	add_now(&t, stack);
	add_origin(&t, e);
	detect_report(&t);
}

void grants_touched(pa_t pa, bool write, stack_id stack)
{
	static struct text t;
	const struct grant *e = gr.exclusive ? overlapping(pa.v, 1, true) : NULL;

	if (!e || !detect_first_time(stack_top(stack), grants_touched))
		return;
	t.used = 0;
	text_add(&t,
		 "access without right (%s) by the Normal world: byte %llu of page %llx, one of ",
		 write ? "write" : "read", (unsigned long long)(pa.v % PHYS_PAGE_BYTES),
		 (unsigned long long)(pa.v & ~(PHYS_PAGE_BYTES - 1)));
	add_grant(&t, e);
	add_now(&t, stack);
	add_origin(&t, e);
	detect_report(&t);
}

void detect_check_memory(struct machine *m)
{
	static struct text t;

	for (unsigned i = 0; m == machine && gr.on && i < gr.used; i++) {
		const struct grant *e = &gr.grant[i];

		if (e->state != OPEN)
			continue;
		t.used = 0;
		text_add(&t, "memory never reclaimed: ");
		add_grant(&t, e);
		if (!add_holder(&t, e) ||
		    !detect_first_time(stack_top_above(e->stack, BUS), detect_check_memory))
			continue;
		add_origin(&t, e);
		detect_report(&t);
	}
}
