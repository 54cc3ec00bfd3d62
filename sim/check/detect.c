/* SPDX-License-Identifier: BSD-3-Clause */
/* What the detectors share: the flows, the switchboard of hooks, the form of a report. */
#include "check/detect_internal.h"

#include <stdio.h>
#include <string.h>

#define PAIRS_MAX 64

static struct {
	struct machine *m;
	struct trace_sink sink;
	unsigned what;
	uint16_t generation; /* tells marks of this run from older ones */
	unsigned flows;
	uint32_t who[FLOWS_MAX];
	const void *pair[PAIRS_MAX][2];
	unsigned pairs;
} d;

int detect_flow(void)
{
	const struct machine *m = machine;
	uint32_t *mark;

	if (!d.m || m != d.m || !m->running || m->in_event || fiber_self() == m->host)
		return NO_FLOW;
	mark = fiber_mark();
	if (*mark >> 16 != d.generation) {
		if (d.flows == FLOWS_MAX)
			return NO_FLOW;
		*mark = (uint32_t)d.generation << 16 | d.flows;
		d.who[d.flows++] = m->running->who;
	}
	return (int)(*mark & 0xffff);
}

unsigned detect_flow_count(void)
{
	return d.flows;
}

uint32_t detect_flow_who(int flow)
{
	return d.who[flow];
}

void text_moment(struct text *t, uint32_t who, unsigned pe, uint64_t time_ns)
{
	text_add(t, "by %s on PE%u at %llu.%06llu ms", who ? trace_name(who) : "?", pe,
		 (unsigned long long)(time_ns / 1000000), (unsigned long long)(time_ns % 1000000));
}

bool detect_first_time(const void *a, const void *b)
{
	for (unsigned i = 0; i < d.pairs; i++)
		if ((d.pair[i][0] == a && d.pair[i][1] == b) ||
		    (d.pair[i][0] == b && d.pair[i][1] == a))
			return false;
	if (d.pairs == PAIRS_MAX)
		return false;
	d.pair[d.pairs][0] = a;
	d.pair[d.pairs++][1] = b;
	return true;
}

void detect_report(const struct text *t)
{
	report_add(&d.m->report, FINDING_DETECTOR, NULL, "%s", t->at);
}

/* --- hooks --- */

static void on_access(const void *addr, size_t bytes, unsigned access, const void *pc)
{
	stack_id stack = 0;

	if (d.what & DETECT_MEMORY) {
		views_access(addr, bytes, access, pc); /* first: a partition goes no further */
		memcheck_access(addr, bytes, access, pc);
	}
	if (d.what & DETECT_RACES)
		race_access(addr, bytes, access, &stack, pc);
}

static void on_atomic(const void *addr, size_t bytes, const void *pc)
{
	if (!instrument_is_library(pc)) {
		instrument_access(addr, bytes,
				  ACCESS_WRITE | ACCESS_MARKED | ACCESS_ACQUIRE | ACCESS_RELEASE,
				  pc);
	} else if (d.what & DETECT_RACES) {
		race_acquire(addr);
		race_release(addr);
	}
}

static void on_range(const void *addr, size_t bytes, bool write, const void *pc)
{
	if (bytes && !instrument_is_library(pc))
		instrument_access(addr, bytes, (write ? ACCESS_WRITE : ACCESS_READ) | ACCESS_RANGE,
				  pc);
}

static void on_alloc(const void *p, size_t bytes)
{
	if (d.what & DETECT_MEMORY)
		memcheck_alloc(p, bytes);
	if (d.what & DETECT_RACES)
		race_alloc(p, bytes);
}

static void on_free(const void *p, size_t bytes)
{
	if (d.what & DETECT_GRANTS)
		grants_freed(p, bytes);
	if (d.what & DETECT_RACES)
		race_free(p, bytes);
	if (d.what & DETECT_MEMORY)
		memcheck_free(p, bytes);
}

static void on_locked(const struct watch_lock *l)
{
	if (d.what & DETECT_RACES)
		race_acquire(l->lock);
	if (d.what & DETECT_LOCKS)
		lockdep_locked(l);
}

static void on_unlock(const struct watch_lock *l)
{
	if (d.what & DETECT_RACES)
		race_release(l->lock);
	if (d.what & DETECT_LOCKS)
		lockdep_unlock(l);
}

static void on_lock_init(const void *lock, const void *pc)
{
	if (d.what & DETECT_LOCKS)
		lockdep_init(lock, pc);
}

static void on_lock_wait(const struct watch_lock *l)
{
	if (d.what & DETECT_LOCKS)
		lockdep_wait(l);
}

static void on_acquire(const void *obj)
{
	if (d.what & DETECT_RACES)
		race_acquire(obj);
}

static void on_release(const void *obj)
{
	if (d.what & DETECT_RACES)
		race_release(obj);
}

/* Hooks at locks sit behind the test for the trace. */
static const struct trace_kinds nothing;

static void deaf(struct trace_sink *sink, const struct trace_rec *rec)
{
	(void)sink;
	(void)rec;
}

void detect_attach(struct machine *m, struct spmc *spmc, unsigned what)
{
	const uint16_t generation = (uint16_t)(d.generation + 1);

	if (!what && !instrument.on)
		return;
	memset(&d, 0, sizeof(d));
	d.m = m;
	d.what = what;
	d.generation = generation ? generation : 1;
	d.sink = (struct trace_sink){.emit = deaf, .only = &nothing};
	stacks_reset();
	race_reset(what & DETECT_RACES);
	lockdep_reset(what & DETECT_LOCKS);
	memcheck_reset(what & DETECT_MEMORY, spmc);
	views_reset(what & DETECT_VIEWS, what & DETECT_MEMORY);
	grants_reset(what & DETECT_GRANTS, what & DETECT_HAZARDS, spmc);
	watch_ops = (struct watch_ops){
		.point = instrument_call,
		.acquire = on_acquire,
		.release = on_release,
		.atomic = on_atomic,
		.range = on_range,
		.alloc = on_alloc,
		.free = on_free,
		.alloc_stack = memcheck_alloc_stack,
		.lock_init = on_lock_init,
		.lock_wait = on_lock_wait,
		.locked = on_locked,
		.unlock = on_unlock,
		.granted = grants_granted,
		.grant_over = grants_over,
	};
	if (what) {
		trace_add_sink(&m->trace, &d.sink);
		instrument.access[INSTRUMENT_DETECTOR] = on_access;
		instrument.fence = race_fence;
	}
	watch_on = true;
}

void detect_explain_stop(struct machine *m)
{
	if (d.m == m && d.what & DETECT_LOCKS &&
	    (m->stop == MACHINE_DEADLOCK || m->stop == MACHINE_LIVELOCK ||
	     m->stop == MACHINE_TIME_LIMIT))
		lockdep_explain();
}

void detect_detach(void)
{
	watch_on = false;
	grants_reset(false, false, NULL);
	views_stop();
	instrument.access[INSTRUMENT_DETECTOR] = NULL;
	instrument.fence = NULL;
	d.m = NULL;
}
