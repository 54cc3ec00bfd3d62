/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The invariants of optee.md 8.2, each as a small observer of trace events. Everything is a table
 * look-up by PE, thread or SP name; nothing scans.
 *
 * What a named quirk of the profile breaks on purpose (spmc.quirk) is not reported again.
 * Row 5 is about the Trusted OS, not about partitions that may be preempted with a lock held.
 */
#include "check/invariants.h"

#include <stdlib.h>
#include <string.h>

#define THREADS 64
#define NAMES 4096 /* interned names beyond this are not watched */
#define NOWHERE 0xffff

enum watched {
	THR_STATE,
	SP_STATE,
	SP_ENTER,
	SP_LEAVE,
	SVC_CALL,
	QUIRK,
	DIRECT_REQ,
	DIRECT_RESP,
	RUN,
	INTERRUPT,
	NWD_RET,
	LOCK_ACQUIRED,
	LOCK_RELEASED,
	WATCHED_COUNT
};
static const char *const watched_names[WATCHED_COUNT] = {
	"thr.state",  "sp.state",	   "sp.enter",		"sp.leave", "svc.call",
	"spmc.quirk", "ffa.direct_req",	   "ffa.direct_resp",	"ffa.run",  "ffa.interrupt",
	"nwd.ret",    "lock.el1_acquired", "lock.el1_released",
};

struct invariants {
	struct trace_sink sink;
	struct trace_kinds watched;
	struct machine *m;
	const struct spmc *spmc;
	uint8_t watch_of[TRACE_KINDS_MAX]; /* kind id -> enum watched + 1 */
	uint32_t active, suspended, idle, preempted, dead, optee, run, spin; /* interned */
	uint16_t thread_pe[THREADS]; /* NOWHERE = not active */
	bool thread_suspended[THREADS];
	uint64_t owed_run[THREADS]; /* w1 of an FFA_INTERRUPT nobody has run yet, 0 = none */
	uint16_t pe_thread[PE_MAX];
	bool pe_entered[PE_MAX];	/* an entering call is open on this PE */
	bool pe_blocking[PE_MAX];	/* it is a blocking service of the Trusted OS */
	bool pe_yielding[PE_MAX];	/* it is a yielding one */
	uint16_t pe_spinlocks[PE_MAX];	/* spinlocks of S-EL1 held on it */
	uint32_t thread_owner[THREADS]; /* SP or Trusted OS that took the thread */
	bool quirk_acted;
	struct {
		uint32_t state; /* interned name of its last state, 0 = unknown */
		uint16_t pe;	/* where the SP runs */
	} sp[NAMES];		/* by its name; an explored run writes the first page only */
};

static void violated(struct invariants *inv, const char *rule)
{
	report_add(&inv->m->report, FINDING_DETECTOR, machine_where(inv->m), "invariant: %s", rule);
}

/* Rows 1 and 9, 10. */
static void thread_changed(struct invariants *inv, const struct trace_rec *rec)
{
	const uint64_t id = rec->arg[0];
	const uint32_t to = (uint32_t)rec->arg[2], reason = (uint32_t)rec->arg[3];

	if (id >= THREADS || id >= spmc_thread_count(inv->spmc)) {
		violated(inv, "more threads than the pool has (8.2 row 9)");
		return;
	}
	if (to == inv->active) {
		if (inv->thread_pe[id] != NOWHERE)
			violated(inv, "a thread is current on two PEs (8.2 row 1)");
		if (inv->pe_thread[rec->pe] != NOWHERE)
			violated(inv, "a PE has two current threads (8.2 row 1)");
		if (inv->pe_blocking[rec->pe])
			violated(inv, "a blocking service took a thread (8.2 row 10)");
		if (reason == inv->run) {
			if (!inv->owed_run[id])
				violated(
					inv,
					"a thread was run that no FFA_INTERRUPT named (8.2 row 4)");
			inv->owed_run[id] = 0;
		}
		inv->thread_owner[id] = (uint32_t)rec->arg[4];
		inv->thread_pe[id] = rec->pe;
		inv->pe_thread[rec->pe] = (uint16_t)id;
	} else if (inv->thread_pe[id] != NOWHERE) {
		inv->pe_thread[inv->thread_pe[id]] = NOWHERE;
		inv->thread_pe[id] = NOWHERE;
	}
	inv->thread_suspended[id] = to == inv->suspended;
}

/* optee.md 3.3: who may follow whom. A dead SP comes back by quirk only. */
static void sp_changed(struct invariants *inv, const struct trace_rec *rec)
{
	const uint32_t sp = (uint32_t)rec->arg[0], from = (uint32_t)rec->arg[1],
		       to = (uint32_t)rec->arg[2];

	if (sp < NAMES)
		inv->sp[sp].state = to;
	if (from == inv->dead && !inv->quirk_acted)
		violated(inv, "a dead SP changed its state");
	else if (from == inv->idle && to == inv->preempted)
		violated(inv, "an idle SP was preempted");
	else if (from == inv->preempted && to == inv->idle && !inv->quirk_acted)
		violated(inv, "a preempted SP became idle without running");
}

static void sp_entered(struct invariants *inv, const struct trace_rec *rec)
{
	const uint64_t sp = rec->arg[0];

	if (sp >= NAMES)
		return;
	if (inv->sp[sp].pe != NOWHERE)
		violated(inv, "an SP runs on two PEs");
	inv->sp[sp].pe = rec->pe;
}

static void sp_left(struct invariants *inv, const struct trace_rec *rec)
{
	const uint64_t sp = rec->arg[0];

	if (sp >= NAMES)
		return;
	if (inv->sp[sp].pe != rec->pe)
		violated(inv, "an SP left S-EL0 on a PE that it had not entered on");
	inv->sp[sp].pe = NOWHERE;
}

/* Rows 2, 4, 7. */
static void interrupt_returned(struct invariants *inv, const struct trace_rec *rec)
{
	const uint64_t sp = rec->arg[0], w1 = rec->arg[1], thread = w1 & 0xffff;

	if (sp < NAMES && inv->sp[sp].state && inv->sp[sp].state != inv->preempted)
		violated(inv, "FFA_INTERRUPT names an SP that is not preempted (8.2 row 2)");
	if (!pe_irq_pending(&inv->m->pe[rec->pe]))
		violated(inv, "the interrupt is gone before the Normal world runs (8.2 row 7)");
	if (!spmc_thread_count(inv->spmc))
		return;
	if (thread >= THREADS || !inv->thread_suspended[thread]) {
		violated(inv, "FFA_INTERRUPT names a thread that is not suspended (8.2 row 2)");
		return;
	}
	if (inv->optee && inv->thread_owner[thread] == inv->optee)
		violated(inv, "FFA_INTERRUPT for a call of the Trusted OS (8.2 row 3)");
	inv->owed_run[thread] = w1;
}

/* A yielding call left with something still to do. Rows 3 and 7. */
static void thread_left(struct invariants *inv, const struct trace_rec *rec)
{
	const bool interrupted = rec->arg[4] == 2;
	const uint64_t thread = rec->arg[7];

	if (interrupted && !pe_irq_pending(&inv->m->pe[rec->pe]))
		violated(inv, "the interrupt is gone before the Normal world runs (8.2 row 7)");
	if (thread >= THREADS || !inv->thread_suspended[thread])
		violated(inv, interrupted
				      ? "a managed exit names a thread that is not suspended "
					"(8.2 row 3)"
				      : "an RPC names a thread that is not suspended (8.2 row 3)");
	else if (inv->thread_owner[thread] != inv->optee)
		violated(inv, interrupted ? "a managed exit of an SP's thread (8.2 row 3)"
					  : "an RPC of an SP's thread (8.2 row 3)");
}

/* Row 5, and what makes it hold (1.12). */
static void lock_changed(struct invariants *inv, const struct trace_rec *rec, bool acquired)
{
	if (rec->arg[1] != inv->spin || rec->who != inv->optee)
		return;
	if (!acquired && !inv->pe_spinlocks[rec->pe]) {
		violated(inv, "a spinlock is given back on a PE that does not hold it (8.2 row 5)");
		return;
	}
	if (acquired && !inv->m->pe[rec->pe].s_irq_masked)
		violated(inv, "a spinlock is taken with foreign interrupts open (8.2 row 5)");
	inv->pe_spinlocks[rec->pe] += acquired ? 1 : -1;
}

static void emit(struct trace_sink *sink, const struct trace_rec *rec)
{
	struct invariants *inv = (struct invariants *)sink;

	if (rec->pe >= PE_MAX)
		return;
	switch ((enum watched)(inv->watch_of[rec->kind] - 1)) {
	case THR_STATE:
		thread_changed(inv, rec);
		break;
	case SP_STATE:
		sp_changed(inv, rec);
		break;
	case SP_ENTER:
		sp_entered(inv, rec);
		break;
	case SP_LEAVE:
		sp_left(inv, rec);
		break;
	case SVC_CALL:
		if (!inv->m->pe[rec->pe].s_irq_masked)
			violated(inv, "SPMC code runs for an SP with foreign interrupts open (8.2 "
				      "row 6)");
		break;
	case QUIRK:
		inv->quirk_acted = true;
		break;
	case DIRECT_REQ:
		inv->pe_blocking[rec->pe] =
			inv->optee && rec->arg[0] == inv->optee && !(rec->arg[3] >> 31 & 1);
		inv->pe_yielding[rec->pe] =
			inv->optee && rec->arg[0] == inv->optee && rec->arg[3] >> 31 & 1;
		inv->pe_entered[rec->pe] = true;
		break;
	case RUN:
		inv->pe_entered[rec->pe] = true;
		break;
	case DIRECT_RESP:
		if (!inv->pe_entered[rec->pe])
			violated(inv, "a reply reached a PE that had not called (8.2 row 8)");
		if (inv->pe_yielding[rec->pe] && rec->arg[0] == inv->optee &&
		    (rec->arg[4] == 1 || rec->arg[4] == 2))
			thread_left(inv, rec);
		break;
	case INTERRUPT:
		interrupt_returned(inv, rec);
		break;
	case NWD_RET:
		inv->pe_entered[rec->pe] = false;
		inv->pe_blocking[rec->pe] = false;
		inv->pe_yielding[rec->pe] = false;
		if (inv->pe_thread[rec->pe] != NOWHERE)
			violated(inv, "a thread is still current in the Normal world (8.2 row 1)");
		if (inv->pe_spinlocks[rec->pe])
			violated(inv,
				 "an exit to the Normal world with a spinlock held (8.2 row 5)");
		break;
	case LOCK_ACQUIRED:
	case LOCK_RELEASED:
		lock_changed(inv, rec, inv->watch_of[rec->kind] - 1 == LOCK_ACQUIRED);
		break;
	case WATCHED_COUNT:
		break;
	}
}

struct invariants *invariants_attach(struct machine *m, const struct spmc *spmc)
{
	struct invariants *inv = calloc(1, sizeof(*inv));

	if (!inv)
		return NULL;
	inv->sink = (struct trace_sink){.emit = emit, .only = &inv->watched};
	inv->m = m;
	inv->spmc = spmc;
	for (unsigned i = 0; i < WATCHED_COUNT; i++) {
		const struct trace_kind *kind = trace_kind_find(watched_names[i]);

		if (!kind)
			continue;
		inv->watch_of[kind->id] = (uint8_t)(i + 1);
		trace_kinds_add(&inv->watched, kind->id);
	}
	inv->active = trace_intern("active");
	inv->suspended = trace_intern("suspended");
	inv->idle = trace_intern("idle");
	inv->preempted = trace_intern("preempted");
	inv->dead = trace_intern("dead");
	inv->optee = trace_intern("optee");
	inv->run = trace_intern("run");
	inv->spin = trace_intern("spin");
	memset(inv->thread_pe, 0xff, sizeof(inv->thread_pe));
	memset(inv->pe_thread, 0xff, sizeof(inv->pe_thread));
	for (unsigned i = 0; i < NAMES; i++)
		inv->sp[i].pe = NOWHERE;
	trace_add_sink(&m->trace, &inv->sink);
	return inv;
}

void invariants_destroy(struct invariants *inv)
{
	free(inv);
}
