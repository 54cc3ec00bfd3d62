/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Figures of one run (metrics.h). Each is fed by one trace kind; spinning times are all kept, so a
 * percentile is exact.
 */
#include "host/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/words.h"

enum unit { UNIT_TIME, UNIT_COUNT };

static const struct {
	const char *name, *kind, *doc;
	enum unit unit;
	int largest_of; /* argument of the kind whose largest value it is; -1 = it counts */
} rows[METRIC_COUNT] = {
	[METRIC_IRQ_LATENCY_MAX] = {"irq-latency-max", "irq.taken",
				    "longest time from pending to acknowledged by Linux", UNIT_TIME,
				    1},
	[METRIC_SPIN_MAX] = {"spin-max", "lock.el1_acquired",
			     "most PE time spent spinning for a lock once", UNIT_TIME, 4},
	[METRIC_SPIN_P99] = {"spin-p99", NULL, "99th percentile of that", UNIT_TIME, -1},
	[METRIC_STALLS] = {"stalls", NULL, "reports of stall detectors", UNIT_COUNT, -1},
	[METRIC_CALLS] = {"calls", "call.done", "calls (lock-call) that were answered", UNIT_COUNT,
			  -1},
	[METRIC_CALLS_PER_SECOND] = {"calls-per-second", NULL, "calls per virtual second",
				     UNIT_COUNT, -1},
	[METRIC_CALL_MAX] = {"call-max", NULL, "longest of these calls", UNIT_TIME, -1},
	[METRIC_INTERRUPTS] = {"interrupts", "ffa.interrupt", "FFA_INTERRUPT returned to Linux",
			       UNIT_COUNT, -1},
	[METRIC_RUNS] = {"runs", "ffa.run", "FFA_RUN issued by Linux", UNIT_COUNT, -1},
	[METRIC_MANAGED_EXITS] = {"managed-exits", "sp.managed_exit",
				  "managed-exit interrupts of partitions", UNIT_COUNT, -1},
	[METRIC_MIGRATIONS] = {"migrations", "sp.migrated", "SPs that went on on another PE",
			       UNIT_COUNT, -1},
	[METRIC_ELAPSED] = {"elapsed", NULL, "from the end of boot to the end of the last task",
			    UNIT_TIME, -1},
};

const char *const metric_words[] = {
	"irq-latency-max",  "spin-max", "spin-p99",   "stalls", "calls",
	"calls-per-second", "call-max", "interrupts", "runs",	"managed-exits",
	"migrations",	    "elapsed",	NULL,
};
_Static_assert(sizeof(metric_words) / sizeof(metric_words[0]) == METRIC_COUNT + 1,
	       "a word for each metric");

const char *metric_doc(enum metric m)
{
	return rows[m].doc;
}

void metrics_begin(struct metrics *m)
{
	*m = (struct metrics){0};
	for (int i = 0; i < METRIC_COUNT; i++) {
		const struct trace_kind *k = rows[i].kind ? trace_kind_find(rows[i].kind) : NULL;

		m->kind[i] = k ? k->id : -1;
	}
}

static void keep_spin(struct metrics *m, uint64_t ns)
{
	if (m->spins == m->room) {
		const size_t room = m->room ? m->room * 2 : 256;
		uint64_t *more = realloc(m->spin_ns, room * sizeof(*more));

		if (!more)
			return;
		m->spin_ns = more;
		m->room = room;
	}
	m->spin_ns[m->spins++] = ns;
}

static void grow(uint64_t *largest, uint64_t value)
{
	if (value > *largest)
		*largest = value;
}

void metrics_see(struct metrics *m, const struct trace_rec *rec, bool now)
{
	if (!now)
		return;
	for (int i = 0; i < METRIC_COUNT; i++) {
		if (m->kind[i] != rec->kind)
			continue;
		if (rows[i].largest_of >= 0)
			grow(&m->value[i], rec->arg[rows[i].largest_of]);
		else
			m->value[i]++;
		if (i == METRIC_SPIN_MAX)
			keep_spin(m, rec->arg[rows[i].largest_of]);
		if (i == METRIC_CALLS)
			grow(&m->value[METRIC_CALL_MAX], rec->arg[1]);
		return;
	}
	if (!strncmp(trace_kind_by_id(rec->kind)->name, "stall.", 6))
		m->value[METRIC_STALLS]++;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void metrics_end(struct metrics *m, uint64_t elapsed_ns)
{
	m->value[METRIC_ELAPSED] = elapsed_ns;
	if (elapsed_ns)
		m->value[METRIC_CALLS_PER_SECOND] =
			(uint64_t)((double)m->value[METRIC_CALLS] * 1e9 / (double)elapsed_ns + 0.5);
	if (!m->spins)
		return;
	qsort(m->spin_ns, m->spins, sizeof(*m->spin_ns), by_value);
	/* The smallest value that 99 of 100 do not exceed. */
	m->value[METRIC_SPIN_P99] = m->spin_ns[(m->spins * 99 + 99) / 100 - 1];
}

void metrics_free(struct metrics *m)
{
	free(m->spin_ns);
	m->spin_ns = NULL;
	m->spins = m->room = 0;
}

const char *metric_text(const struct metrics *m, enum metric which)
{
	return rows[which].unit == UNIT_TIME ? text_ms(m->value[which])
					     : text_thousands(m->value[which]);
}

double metric_value(const struct metrics *m, enum metric which)
{
	return (double)m->value[which];
}
