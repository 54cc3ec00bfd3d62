/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Injections. A trigger is noticed on the emitting flow, in the middle of whatever it does; the
 * action runs as an event of the machine, at the same virtual time or `after` it, on no flow at
 * all.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/fault.h"
#include "host/run.h"

TRACE_KIND(trace_inject_irq, "inject.irq", "the scenario makes an interrupt pending", "intid",
	   "pe");
TRACE_KIND(trace_inject_action, "inject.action", "the scenario acts on a task", "what$", "task$",
	   "pe");

TRACE_KIND(trace_inject_fault, "inject.fault", "a fault site fails", "site$", "passage", "value");

static void tell(const struct fault_site *site)
{
	if (machine && machine->trace.on)
		TRACE(&machine->trace, trace_inject_fault, trace_intern(site->name), site->passed,
		      (uint64_t)site->value);
}

static unsigned next_pe(const struct machine *m, int pe)
{
	unsigned next = (unsigned)pe;

	do
		next = (next + 1) % m->pe_count;
	while (!m->pe[next].online && next != (unsigned)pe);
	return next;
}

static void act(struct rinject *ri, const struct scn_action *a)
{
	struct run *run = ri->run;
	struct machine *m = run->w.m;
	struct rtask *rt = &run->task[a->task];
	struct trace *t = &m->trace;
	unsigned pe;

	switch (a->kind) {
	case INJ_IRQ:
		pe = a->pe == SCN_PE_EVENT ? ri->pe : (unsigned)a->pe;
		TRACE(t, trace_inject_irq, a->intid, pe);
		intc_set_target(m, a->intid, pe);
		intc_raise(m, pe, a->intid);
		break;
	case INJ_MIGRATE:
		if (!rt->task || ktask_exited(rt->task))
			break;
		TRACE(t, trace_inject_action, trace_intern("migrate"), trace_intern(rt->t->name),
		      (uint64_t)a->pe);
		ktask_migrate(rt->task, (unsigned)a->pe);
		break;
	case INJ_HOP:
		if (!ri->task || ktask_exited(ri->task))
			break;
		TRACE(t, trace_inject_action, trace_intern("hop"),
		      trace_intern(ktask_name(ri->task)), next_pe(m, ktask_pe(ri->task)));
		ktask_migrate(ri->task, next_pe(m, ktask_pe(ri->task)));
		break;
	case INJ_KILL:
		if (!rt->task || ktask_exited(rt->task))
			break;
		TRACE(t, trace_inject_action, trace_intern("kill"), trace_intern(rt->t->name), 0);
		ktask_kill(rt->task);
		break;
	case INJ_AFFINITY:
		if (!rt->task || ktask_exited(rt->task))
			break;
		TRACE(t, trace_inject_action, trace_intern("set-affinity"),
		      trace_intern(rt->t->name), a->mask);
		ktask_set_affinity(rt->task, a->mask);
		break;
	default:
		break;
	}
}

static void then_now(struct ev *ev)
{
	struct rinject *ri = ev->ctx;

	ri->then_fired++;
	act(ri, &ri->i->then);
}

static void fire(struct ev *ev)
{
	struct rinject *ri = ev->ctx;
	struct run *run = ri->run;

	ri->fired++;
	if (ri->i->then.kind && ri->i->act.kind == INJ_IRQ)
		ri->wait_taken = true;
	act(ri, &ri->i->act);
	if (ri->i->then.kind && ri->i->act.kind != INJ_IRQ)
		then_now(&ri->then_ev);
	if (ri->i->every_ns && run->live)
		evq_add(&run->w.m->evq, ev, ev->time_ns + ri->i->every_ns);
}

void inject_begin(struct run *run)
{
	fault_observer = tell;
	for (size_t i = 0; i < run->s->inject_count; i++) {
		struct rinject *ri = &run->inject[i];

		*ri = (struct rinject){.run = run, .i = &run->s->inject[i]};
		ri->ev = (struct ev){.fn = fire, .ctx = ri, .prio = 5};
		ri->then_ev = (struct ev){.fn = then_now, .ctx = ri, .prio = 5};
	}
}

static void arm(const struct run *run, const struct scn_inject *in)
{
	fault_arm_site(in->fault, in->nth, in->times, in->value);
	if (in->permille)
		fault_by_chance(in->fault->name, (uint32_t)in->permille, run->w.m->cfg.seed);
}

void inject_boot(struct run *run)
{
	for (size_t i = 0; i < run->s->inject_count; i++) {
		const struct scn_inject *in = &run->s->inject[i];

		if (in->fault && in->at_boot)
			arm(run, in);
	}
}

/* Everything is up: times count from here, devices get their handlers, faults are armed. */
void inject_ready(struct run *run)
{
	bool have[INTID_MAX] = {false};
	struct machine *m = run->w.m;

	for (size_t i = 0; i < run->s->inject_count; i++) {
		struct rinject *ri = &run->inject[i];
		const struct scn_action *acts[] = {&ri->i->act, &ri->i->then};

		for (int a = 0; a < 2; a++) {
			if (acts[a]->kind != INJ_IRQ || have[acts[a]->intid])
				continue;
			have[acts[a]->intid] = true;
			klinux_device_irq(run->w.k, acts[a]->intid,
					  acts[a]->pe < 0 ? 0 : (unsigned)acts[a]->pe, "device");
		}
		if (ri->i->fault && !ri->i->at_boot) {
			ri->i->fault->passed = 0; /* nth counts from here */
			arm(run, ri->i);
		}
		if (ri->i->timed)
			evq_add(&m->evq, &ri->ev, m->now_ns + ri->i->at_ns);
	}
}

static bool about(const struct run *run, const struct scn_inject *i, const struct trace_rec *rec)
{
	const struct trace_kind *k = trace_kind_by_id(rec->kind);
	uint32_t want;

	if (i->task >= 0) {
		want = trace_intern(run->s->task[i->task].name);
		if (rec->who != want) {
			bool named = false;

			for (int f = 0; f < TRACE_ARGS && k->fields[f]; f++)
				named |= !strcmp(k->fields[f], "task$") && rec->arg[f] == want;
			if (!named)
				return false;
		}
	}
	if (i->part >= 0) {
		bool named = false;

		want = trace_intern(run->s->part[i->part].name);
		for (int f = 0; f < TRACE_ARGS && k->fields[f]; f++)
			named |= !strcmp(k->fields[f], "sp$") && rec->arg[f] == want;
		if (!named && rec->who != want)
			return false;
	}
	return true;
}

void inject_see(struct run *run, const struct trace_rec *rec)
{
	const int irq_taken = run->judge.irq_taken;

	if (!run->ready_done)
		return;
	for (size_t n = 0; n < run->s->inject_count; n++) {
		struct rinject *ri = &run->inject[n];
		const struct scn_inject *i = ri->i;

		if (ri->wait_taken && rec->kind == irq_taken && rec->arg[0] == i->act.intid) {
			/* At interrupt entry nothing of the scheduler is half done: act at once, so
			 * that the way out of this very interrupt sees it. */
			ri->wait_taken = false;
			then_now(&ri->then_ev);
		}
		if (!i->on || evq_queued(&ri->ev) || !epat_match(i->on, rec) || !about(run, i, rec))
			continue;
		ri->seen++;
		if (ri->seen < i->nth || (i->times && ri->seen >= i->nth + i->times))
			continue;
		ri->pe = rec->pe;
		ri->task = run->w.m->in_event ? NULL : ktask_current();
		evq_add(&run->w.m->evq, &ri->ev, rec->time_ns + i->after_ns);
	}
}

void inject_end(struct run *run)
{
	for (size_t n = 0; n < run->s->inject_count; n++) {
		struct rinject *ri = &run->inject[n];
		const struct ynode *node = ri->i->node;

		if (ri->i->permille)
			continue;
		if (ri->i->fault) {
			if (!ri->i->fault->injected)
				report_add(&run->w.m->report, FINDING_EXPECTATION, NULL,
					   "%s:%d: inject: fault %s never happened (%llu passages)",
					   node->file, node->line, ri->i->fault->name,
					   (unsigned long long)ri->i->fault->passed);
			continue;
		}
		if (!ri->fired)
			report_add(&run->w.m->report, FINDING_EXPECTATION, NULL,
				   "%s:%d: inject: never fired (%s seen %llu times)", node->file,
				   node->line, ri->i->on ? ri->i->on->text : "its time",
				   (unsigned long long)ri->seen);
		else if (ri->i->then.kind && !ri->then_fired)
			report_add(
				&run->w.m->report, FINDING_EXPECTATION, NULL,
				"%s:%d: inject: 'then' never happened: the interrupt was not taken",
				node->file, node->line);
	}
}
