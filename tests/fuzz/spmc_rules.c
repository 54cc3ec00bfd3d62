/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules about the SPMC's tables: transactions, mappings, buffers, notifications, threads. */
#include "spmc_rules.h"

#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
#endif

/* The lowest free slot is taken, and no call makes two: there is nothing above this one. */
static unsigned slots(void)
{
	return cw.traffic < SPMC_HANDLES_MAX ? cw.traffic : SPMC_HANDLES_MAX;
}

static bool mapped(const struct sp *sp, pa_t pa)
{
	for (uint32_t i = 0; i < sp->ec->map_count; i++) {
		const struct ec_map *m = &sp->ec->map[i];

		if (pa.v >= m->pa.v && pa.v < m->pa.v + m->pages * PHYS_PAGE_BYTES)
			return true;
	}
	return false;
}

/* ffa.md 5.4: a borrower sees a page while it holds it; an owner that lent it does not. */
static const char *share_rule(const struct share *s)
{
	const struct sp *owner = sp_by_id(cw.s, s->owner);

	if (!s->complete)
		return s->constituent_count && !s->total_bytes ? "an unfinished send has pages"
							       : NULL;
	if (!s->receiver_count || !s->constituent_count)
		return "a transaction without receiver or pages";
	for (uint32_t i = 0; i < s->receiver_count; i++) {
		const struct share_receiver *r = &s->receiver[i];
		const struct sp *sp = sp_by_id(cw.s, r->id);

		if (sp && !sp_is_dead(sp) && r->retrieved &&
		    !mapped(sp, pa_of(s->constituent[0].address)))
			return "a borrower holds a page that it cannot see";
	}
	if (owner && s->type != FFA_TYPE_SHARE && !sp_is_dead(owner))
		for (uint32_t i = 0; i < s->constituent_count; i++)
			if (mapped(owner, pa_of(s->constituent[i].address)))
				return "an owner sees what it lent or donated";
	return NULL;
}

/* ffa.md 5.4: only pages in nobody else's hands are sent. Normal-world pages of the S-EL1 SPMC are
 * not watched (golden.md G11). */
static const char *overlap_rule(void)
{
	const struct share *used[2 * SPMC_HANDLES_MAX];
	const unsigned last = slots();
	unsigned n = 0;

	for (unsigned pool = 0; pool < 2; pool++)
		for (unsigned i = 0; i < last; i++) {
			const struct share *s = &cw.s->share[pool][i];

			if (!s->used || !s->complete)
				continue;
			if (quirk(cw.s, Q_NO_OVERLAP_CHECK) && !endpoint_is_secure(s->owner))
				continue;
			used[n++] = s;
		}
	for (unsigned a = 0; a < n; a++)
		for (unsigned b = a + 1; b < n; b++)
			for (uint32_t i = 0; i < used[b]->constituent_count; i++)
				if (memory_overlaps(used[a], used[b]->constituent[i].address,
						    used[b]->constituent[i].page_count *
							    PHYS_PAGE_BYTES))
					return "a page is in two transactions";
	return NULL;
}

static const char *buffer_rule(const struct rxtx *b)
{
	if (!b->tx != !b->rx)
		return "one buffer of a pair";
	if (!b->tx && (b->rx_full || b->rest))
		return "something is in a buffer that is not there";
	return b->rest && b->rest_sent >= b->rest_bytes ? "a response is delivered and still kept"
							: NULL;
}

static const char *notify_rule(const struct notify_box *box)
{
	for (unsigned i = 0; i < NOTIFY_CLASSES; i++) {
		const struct notify_bits *b = &box->from[i];

		/* The Trusted OS signals unbound bits as well (optee.md 5). */
		if (b->pending & ~b->bound && !quirk(cw.s, Q_NTF_OPTEE))
			return "a notification is pending that nobody is bound to";
		if (b->per_vcpu & ~b->bound)
			return "a notification is per vCPU and not bound";
	}
	return NULL;
}

/* optee.md 8.2 rows 1, 9, 10, seen from the Normal world. */
static const char *thread_rule(void)
{
	const struct spmc *s = cw.s;

	for (unsigned i = 0; i < s->thread_count; i++) {
		const struct thread *t = &s->thread[i];

		if (t->state == THREAD_ACTIVE)
			return "a thread is active while the Normal world runs";
		if (t->state == THREAD_SUSPENDED && t->top && t->top->state != SP_PREEMPTED)
			return "a suspended thread belongs to an SP that is not preempted";
	}
	for (size_t i = 0; i < s->sp_count; i++)
		if (s->sp[i]->ctx[0].ec->inside)
			return "a context is inside while the Normal world runs";
	return NULL;
}

const char *spmc_broken_rule(void)
{
	const struct spmc *s = cw.s;
	const char *why = buffer_rule(&s->nwd_rxtx);
	const unsigned last = slots();

	for (unsigned pool = 0; pool < 2 && !why; pool++)
		for (unsigned i = 0; i < last && !why; i++)
			if (s->share[pool][i].used)
				why = share_rule(&s->share[pool][i]);
	for (unsigned i = 0; i < SPMC_VMS_MAX && !why; i++)
		if (s->vm[i].used) {
			why = buffer_rule(&s->vm[i].rxtx);
			why = why ? why : notify_rule(&s->vm[i].notify);
		}
	for (size_t i = 0; i < s->sp_count && !why; i++) {
		why = buffer_rule(&s->sp[i]->rxtx);
		why = why ? why : notify_rule(&s->sp[i]->notify);
	}
	if (!why)
		why = overlap_rule();
	return why ? why : thread_rule();
}

#ifdef __clang__
#pragma clang attribute pop
#endif
