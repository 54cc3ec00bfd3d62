/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lock order and irq safety. Locks fall into classes by the place that initialised them; a static
 * lock is a class of its own. Taking B while holding A draws an edge A -> B; an edge that closes a
 * circle is an inversion, whether or not the run met it. A class taken in hard interrupts must
 * never be taken with interrupts on, nor be held while such a class is taken. Sleeping locks do not
 * go inside spinning ones.
 *
 * Not modelled: softirq safety, nesting of two locks of one class, recursive readers beyond "two
 * readers never wait for each other".
 */
#include <stdio.h>
#include <string.h>

#include "check/detect_internal.h"

#define CLASSES 256
#define LOCKS 4096
#define HELD 16

struct class
{
	const void *key; /* place of initialisation, or the static lock */
	char name[40];
	/* Where it was first used so; 0 = never. Readers apart, they exclude only writers. */
	stack_id in_irq[2], irqs_on[2];
	uint64_t after[CLASSES / 64]; /* classes taken while this one was held */
};

struct held {
	const void *lock;
	uint16_t class;
	uint8_t kind, context;
	stack_id stack;
};

struct flow_locks {
	struct held held[HELD];
	unsigned count;
	const void *waits; /* the lock, NULL = none */
	uint16_t waits_class;
	stack_id waits_stack;
};

static struct {
	bool on;
	unsigned classes;
	struct class class[CLASSES];
	struct {
		stack_id outer, inner;
	} edge[CLASSES][CLASSES];
	/* Filled from its start, so that a run writes few pages; found by their hash. */
	struct {
		const void *lock;
		uint16_t class;
	} lock[LOCKS];
	uint16_t hash[LOCKS]; /* place in lock[] plus one, 0 = none */
	unsigned locks;
	struct flow_locks flow[FLOWS_MAX];
} l;

void lockdep_reset(bool on)
{
	for (unsigned i = 0; i < l.classes; i++)
		memset(l.edge[i], 0, sizeof(l.edge[0]));
	memset(l.class, 0, l.classes * sizeof(l.class[0]));
	memset(l.hash, 0, sizeof(l.hash));
	memset(l.flow, 0, sizeof(l.flow));
	l.classes = l.locks = 0;
	l.on = on;
}

static int class_of_key(const void *key)
{
	for (unsigned i = 0; i < l.classes; i++)
		if (l.class[i].key == key)
			return (int)i;
	if (l.classes == CLASSES)
		return -1;
	l.class[l.classes].key = key;
	return (int)l.classes++;
}

/* Where the hash of a lock has its place, or has room for it; -1 = too many are alike. */
static int slot_of(const void *lock)
{
	uint32_t i = (uint32_t)(((uintptr_t)lock * 0x9e3779b97f4a7c15ULL) >> 40) % LOCKS;

	for (unsigned n = 0; n < 128; n++, i = (i + 1) % LOCKS)
		if (!l.hash[i] || l.lock[l.hash[i] - 1].lock == lock)
			return (int)i;
	return -1;
}

static int bind(const void *lock, const void *key)
{
	int i = slot_of(lock), class = i < 0 ? -1 : class_of_key(key);

	if (class < 0)
		return -1;
	if (!l.hash[i]) {
		l.lock[l.locks].lock = lock;
		l.hash[i] = (uint16_t)++l.locks;
	}
	l.lock[l.hash[i] - 1].class = (uint16_t) class;
	return class;
}

void lockdep_init(const void *lock, const void *pc)
{
	bind(lock, pc);
}

static int class_of(const struct watch_lock *w)
{
	int i = slot_of(w->lock);
	int class = i < 0	? -1
		    : l.hash[i] ? l.lock[l.hash[i] - 1].class
				: bind(w->lock, w->lock); /* static: nobody initialised it */

	if (class >= 0 && !l.class[class].name[0])
		strncpy(l.class[class].name, w->name ? w->name : "a lock",
			sizeof(l.class[class].name) - 1); /* the last byte stays 0 */
	return class;
}

static bool spins(unsigned kind)
{
	return kind <= WATCH_WRITE;
}
static bool reads(unsigned kind)
{
	return kind == WATCH_READ || kind == WATCH_RWSEM_READ;
}
static const char *noun(unsigned kind)
{
	return kind == WATCH_MUTEX ? "mutex" : spins(kind) ? "spinlock" : "rwsem";
}

static void add_held(struct text *t, const char *what, const char *name, stack_id stack)
{
	text_add(t, "\n    %s %s in ", name, what);
	text_place(t, stack);
	text_stack(t, stack);
}

/* Finds a way from @from to @to along edges; fills path with the classes on it. 0 = none. */
static unsigned way(unsigned from, unsigned to, uint16_t path[CLASSES])
{
	static uint16_t before[CLASSES], queue[CLASSES];
	static bool seen[CLASSES];
	unsigned head = 0, tail = 0, n = 0;

	memset(seen, 0, sizeof(seen));
	queue[tail++] = (uint16_t)from;
	seen[from] = true;
	while (head < tail) {
		unsigned c = queue[head++];

		if (c == to) {
			for (unsigned at = to;; at = before[at]) {
				path[n++] = (uint16_t)at;
				if (at == from)
					return n; /* last first */
			}
		}
		for (unsigned i = 0; i < l.classes; i++)
			if (!seen[i] && l.class[c].after[i / 64] >> (i % 64) & 1) {
				seen[i] = true;
				before[i] = (uint16_t)c;
				queue[tail++] = (uint16_t)i;
			}
	}
	return 0;
}

static struct text t; /* reports are made one at a time */

static void report_inversion(const struct held *outer, const struct held *inner)
{
	uint16_t path[CLASSES];
	unsigned n = way(inner->class, outer->class, path);

	if (!n || !detect_first_time(&l.class[outer->class], &l.class[inner->class]))
		return;
	t.used = 0;
	text_add(&t, "lock order inversion: %s is taken while %s is held",
		 l.class[inner->class].name, l.class[outer->class].name);
	add_held(&t, "is taken now", l.class[inner->class].name, inner->stack);
	add_held(&t, "is held since", l.class[outer->class].name, outer->stack);
	text_add(&t, "\n  the other order was seen before:");
	while (n-- > 1) {
		unsigned a = path[n], b = path[n - 1];

		add_held(&t, "was held since", l.class[a].name, l.edge[a][b].outer);
		add_held(&t, "was taken", l.class[b].name, l.edge[a][b].inner);
	}
	text_add(&t, "\n    two flows that do both at the same time wait for each other for ever");
	detect_report(&t);
}

static void report_unsafe(unsigned c, stack_id in_irq, stack_id irqs_on)
{
	if (!detect_first_time(&l.class[c], &l.class[c]))
		return;
	t.used = 0;
	text_add(&t,
		 "irq-unsafe lock: %s is taken in an interrupt and elsewhere with interrupts on",
		 l.class[c].name);
	add_held(&t, "is taken in an interrupt", l.class[c].name, in_irq);
	add_held(&t, "is taken with interrupts on", l.class[c].name, irqs_on);
	text_add(&t, "\n    the interrupt spins for ever when it hits the holder on its own PE");
	detect_report(&t);
}

static void report_irq_order(unsigned a, unsigned b)
{
	if (!detect_first_time(&l.class[a].after, &l.class[b].after))
		return;
	t.used = 0;
	text_add(&t,
		 "irq lock order: %s, which interrupts take, is held while %s is taken, which is "
		 "held elsewhere with interrupts on",
		 l.class[a].name, l.class[b].name);
	add_held(&t, "is taken in an interrupt", l.class[a].name,
		 l.class[a].in_irq[0] ? l.class[a].in_irq[0] : l.class[a].in_irq[1]);
	add_held(&t, "is taken with interrupts on", l.class[b].name,
		 l.class[b].irqs_on[0] ? l.class[b].irqs_on[0] : l.class[b].irqs_on[1]);
	add_held(&t, "is taken inside it", l.class[b].name, l.edge[a][b].inner);
	detect_report(&t);
}

static bool any(const stack_id s[2])
{
	return s[0] || s[1];
}

static void use(unsigned c, const struct watch_lock *w, stack_id stack)
{
	struct class *k = &l.class[c];
	unsigned r = reads(w->kind);
	stack_id *first = w->context & WATCH_HARDIRQ	? &k->in_irq[r]
			  : w->context & WATCH_IRQS_OFF ? NULL
							: &k->irqs_on[r];

	if (!spins(w->kind) || !first || *first)
		return;
	*first = stack ? stack : 1;
	/* A reader in the interrupt only waits for a writer, and the other way round. */
	if (k->in_irq[0] && any(k->irqs_on))
		report_unsafe(c, k->in_irq[0], k->irqs_on[0] ? k->irqs_on[0] : k->irqs_on[1]);
	else if (k->in_irq[1] && k->irqs_on[0])
		report_unsafe(c, k->in_irq[1], k->irqs_on[0]);
	for (unsigned i = 0; i < l.classes; i++) {
		if (any(k->in_irq) && any(l.class[i].irqs_on) && k->after[i / 64] >> (i % 64) & 1)
			report_irq_order(c, i);
		if (any(k->irqs_on) && any(l.class[i].in_irq) &&
		    l.class[i].after[c / 64] >> (c % 64) & 1)
			report_irq_order(i, c);
	}
}

static void report_sleeping(const struct held *outer, const struct held *inner)
{
	if (!detect_first_time(&l.class[outer->class].name, &l.class[inner->class].name))
		return;
	t.used = 0;
	text_add(&t, "sleeping lock under a spinlock: %s %s is taken while %s is held",
		 noun(inner->kind), l.class[inner->class].name, l.class[outer->class].name);
	add_held(&t, "is taken", l.class[inner->class].name, inner->stack);
	add_held(&t, "is held since", l.class[outer->class].name, outer->stack);
	detect_report(&t);
}

static void order(const struct held *outer, const struct held *inner)
{
	struct class *a = &l.class[outer->class];

	if (spins(outer->kind) && !spins(inner->kind))
		report_sleeping(outer, inner);
	if (outer->class == inner->class || (reads(outer->kind) && reads(inner->kind)))
		return;
	if (a->after[inner->class / 64] >> (inner->class % 64) & 1)
		return;
	report_inversion(outer, inner);
	a->after[inner->class / 64] |= 1ULL << (inner->class % 64);
	l.edge[outer->class][inner->class].outer = outer->stack;
	l.edge[outer->class][inner->class].inner = inner->stack;
	if (any(a->in_irq) && any(l.class[inner->class].irqs_on) && spins(inner->kind))
		report_irq_order(outer->class, inner->class);
}

void lockdep_wait(const struct watch_lock *w)
{
	int f = l.on ? detect_flow() : NO_FLOW, c = f == NO_FLOW ? -1 : class_of(w);

	if (c < 0)
		return;
	l.flow[f].waits = w->lock;
	l.flow[f].waits_class = (uint16_t)c;
	l.flow[f].waits_stack = stack_here(NULL);
}

void lockdep_locked(const struct watch_lock *w)
{
	int f = l.on ? detect_flow() : NO_FLOW, c = f == NO_FLOW ? -1 : class_of(w);
	struct flow_locks *fl;
	struct held now;

	if (c < 0)
		return;
	fl = &l.flow[f];
	fl->waits = NULL;
	now = (struct held){.lock = w->lock,
			    .class = (uint16_t)c,
			    .kind = (uint8_t)w->kind,
			    .context = (uint8_t)w->context,
			    .stack = stack_here(NULL)};
	use((unsigned)c, w, now.stack);
	/* What an interrupt takes is not inside of what the interrupted flow holds. */
	for (unsigned i = 0; i < fl->count && !(w->context & WATCH_TRYLOCK); i++)
		if ((fl->held[i].context & WATCH_HARDIRQ) == (w->context & WATCH_HARDIRQ))
			order(&fl->held[i], &now);
	if (fl->count < HELD)
		fl->held[fl->count++] = now;
}

void lockdep_unlock(const struct watch_lock *w)
{
	int f = l.on ? detect_flow() : NO_FLOW;
	struct flow_locks *fl = f == NO_FLOW ? NULL : &l.flow[f];

	for (unsigned i = fl ? fl->count : 0; i-- > 0;)
		if (fl->held[i].lock == w->lock) {
			memmove(&fl->held[i], &fl->held[i + 1],
				(--fl->count - i) * sizeof(fl->held[0]));
			return;
		}
}

void lockdep_explain(void)
{
	for (unsigned f = 0; f < detect_flow_count(); f++) {
		const struct flow_locks *fl = &l.flow[f];
		const char *name;

		if (!fl->waits)
			continue;
		name = l.class[fl->waits_class].name;
		t.used = 0;
		text_add(&t, "%s waits for %s", trace_name(detect_flow_who((int)f)), name);
		text_stack(&t, fl->waits_stack);
		for (unsigned o = 0; o < detect_flow_count(); o++)
			for (unsigned i = 0; i < l.flow[o].count; i++) {
				if (l.flow[o].held[i].lock != fl->waits)
					continue;
				text_add(&t, "\n    %s holds it",
					 trace_name(detect_flow_who((int)o)));
				text_stack(&t, l.flow[o].held[i].stack);
			}
		for (unsigned i = 0; i < fl->count; i++) {
			text_add(&t, "\n    it holds %s itself", l.class[fl->held[i].class].name);
			text_stack(&t, fl->held[i].stack);
		}
		report_add(&machine->report, FINDING_NO_PROGRESS, NULL, "%s", t.at);
	}
}
