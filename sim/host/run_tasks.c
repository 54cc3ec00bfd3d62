/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tasks of a scenario as user tasks of the fake kernel: each walks its steps and checks what
 * they gave; a supervisor waits for them all and ends the run.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "host/ffa_steps.h"
#include "host/run.h"

TRACE_KIND(trace_task_step, "task.step", "a task of the scenario begins a step", "text$");
TRACE_KIND(trace_task_result, "task.result", "a step is over", "text$");

void run_emit(const struct trace_kind *kind, const char *text)
{
	TRACE(&machine->trace, *kind, trace_intern(text));
}

uint16_t run_part_id(struct run *run, int part)
{
	struct spmc_partition_view v;

	if (part < 0 || !spmc_partition_by_name(run->w.spmc, run->s->part[part].name, &v))
		return 0;
	return v.id;
}

void rtask_fail(struct rtask *rt, const char *fmt, ...)
{
	const struct ynode *n = rt->t->step[rt->step_now].node;
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	rt->stopped = true;
	report_add(&machine->report, FINDING_EXPECTATION, machine_where(machine),
		   "%s:%d: task %s, %s: %s", n->file, n->line, rt->t->name,
		   rt->t->step[rt->step_now].kind->name, text);
}

static const struct outcome *outcome_find(const struct rtask *rt, const char *name)
{
	for (size_t i = 0; i < rt->outcome_count; i++) {
		if (!strcmp(rt->outcome[i].name, name))
			return &rt->outcome[i];
	}
	return NULL;
}

static const char *value_text(const char *name, int64_t v, char *buf, size_t bytes)
{
	const char *err = !strcmp(name, "errno") ? word_errno_name(v)
			  : !strcmp(name, "ret") ? word_tee_name((uint64_t)v)
						 : NULL;

	if (err)
		return err;
	if (name[0] == 'w')
		snprintf(buf, bytes, "%" PRIx64, (uint64_t)v);
	else
		snprintf(buf, bytes, "%" PRId64, v);
	return buf;
}

static void check_outcome(struct rtask *rt, const struct scn_step *st)
{
	const struct scn_expect *e = st->a.expect;
	const struct outcome *err = outcome_find(rt, "errno"), *ret = outcome_find(rt, "ret");
	bool want_errno = false, want_ret = false;
	char a[32];

	if (e && e->any)
		return;
	for (size_t i = 0; e && i < e->count; i++) {
		const struct scn_range *r = &e->range[i];
		const struct outcome *o = outcome_find(rt, r->name);
		int64_t lo = r->lo, hi = r->hi;

		want_errno |= !strcmp(r->name, "errno");
		want_ret |= !strcmp(r->name, "ret");
		if (r->is_partition)
			lo = hi = lo | (int64_t)run_part_id(rt->run, r->part) << r->part_shift;
		if (!o) {
			if (err && err->value) {
				rtask_fail(rt, "errno %s, expected %s",
					   value_text("errno", err->value, a, sizeof(a)), r->name);
				return;
			}
			rtask_fail(rt, "no result is called '%s'", r->name);
			return;
		}
		if (r->unsigned32 ? (uint32_t)o->value != (uint32_t)lo
				  : o->value < lo || o->value > hi) {
			char b[32], c[32];

			rtask_fail(rt, "%s %s, expected %s%s%s", r->name,
				   value_text(r->name, o->value, a, sizeof(a)),
				   value_text(r->name, lo, b, sizeof(b)), lo == hi ? "" : "..",
				   lo == hi ? "" : value_text(r->name, hi, c, sizeof(c)));
			return;
		}
	}
	if (!want_errno && err && err->value)
		rtask_fail(rt, "errno %s", value_text("errno", err->value, a, sizeof(a)));
	else if (!want_ret && ret && ret->value && !(err && err->value))
		rtask_fail(rt, "ret %s", value_text("ret", ret->value, a, sizeof(a)));
}

static void step_text(const struct scn_step *st, char *out, size_t bytes)
{
	const struct ynode *n = st->node;
	size_t len;

	if (n->type != YNODE_MAP || n->item[0]->type != YNODE_MAP) {
		snprintf(out, bytes, "%s%s%s", st->kind->name, n->type == YNODE_MAP ? " " : "",
			 n->type == YNODE_MAP && n->item[0]->type == YNODE_SCALAR ? n->item[0]->text
										  : "");
		return;
	}
	len = (size_t)snprintf(out, bytes, "%s", st->kind->name);
	n = n->item[0];
	for (size_t i = 0; i < n->count && len < bytes; i++) {
		if (n->item[i]->type == YNODE_SCALAR && strcmp(n->key[i]->text, "as") &&
		    strcmp(n->key[i]->text, "expect"))
			len += (size_t)snprintf(out + len, bytes - len, " %s", n->item[i]->text);
	}
}

/* As snprintf() with "= %s %s", which each step of each explored run would have to parse. */
static size_t result_text(const struct outcome *o, char *out, size_t bytes)
{
	char v[32];
	const char *part[] = {"= ", o->name, " ", value_text(o->name, o->value, v, sizeof(v))};
	size_t len = 0;

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		for (const char *p = part[i]; *p && len + 1 < bytes; p++)
			out[len++] = *p;
	out[len] = 0;
	return len;
}

static void run_step(struct rtask *rt, struct scn_step *st)
{
	uint64_t times = st->a.irqs_off ? 1 : st->a.repeat;
	char text[192];
	size_t len = 0;

	if (!st->text) {
		step_text(st, text, sizeof(text));
		st->text = trace_intern(text);
	}
	TRACE(&machine->trace, trace_task_step, st->text);
	for (uint64_t i = 0; i < times && !rt->stopped; i++) {
		rt->outcome_count = 0;
		st->kind->run(rt, st);
		if (!rt->stopped)
			check_outcome(rt, st);
	}
	for (size_t i = 0; i < rt->outcome_count && len < sizeof(text); i++) {
		const struct outcome *o = &rt->outcome[i];

		if (!strcmp(o->name, "errno") ? o->value != 0 : !strcmp(o->name, "ret"))
			len += result_text(o, text + len, sizeof(text) - len);
	}
	run_emit(&trace_task_result, len ? text : "= ok");
}

static void wait_is_over(struct ev *ev)
{
	struct rwait *w = ev->ctx;

	w->over = true;
	kuser_wake(w->waiter->task);
}

void rtask_wait(struct rtask *rt, const struct epat *p, uint64_t count)
{
	struct run *run = rt->run;
	struct rwait *w = NULL;

	for (size_t i = 0; i < run->wait_count; i++) {
		if (run->wait[i].p == p)
			w = &run->wait[i];
	}
	if (!w || w->seen >= count)
		return;
	w->over = false;
	w->until = count;
	w->ev = (struct ev){.fn = wait_is_over, .ctx = w, .prio = 5};
	w->waiter = rt;
	kuser_wait(&w->over, 0);
	w->waiter = NULL;
}

void run_wait_see(struct run *run, const struct trace_rec *rec)
{
	for (size_t i = 0; i < run->wait_count; i++) {
		struct rwait *w = &run->wait[i];

		if (!run->ready_done || !epat_match(w->p, rec))
			continue;
		w->seen++;
		if (w->waiter && w->seen == w->until)
			evq_add(&run->w.m->evq, &w->ev, rec->time_ns);
	}
}

static void where_task_is(const struct run *run, const struct rtask *rt, char *out, size_t bytes)
{
	for (size_t i = 0; i < run->wait_count; i++) {
		const struct rwait *w = &run->wait[i];

		if (w->waiter != rt)
			continue;
		snprintf(out, bytes, "%s waits for %s (%" PRIu64 " of %" PRIu64 ")", rt->t->name,
			 w->p->text, w->seen, w->until);
		return;
	}
	if (rt->step_now < rt->t->step_count && rt->started)
		snprintf(out, bytes, "%s is in %s (line %d)", rt->t->name,
			 rt->t->step[rt->step_now].kind->name,
			 rt->t->step[rt->step_now].node->line);
	else
		snprintf(out, bytes, "%s has not begun", rt->t->name);
}

void run_where_tasks_are(const struct run *run, char *out, size_t bytes)
{
	size_t used = 0;

	out[0] = 0;
	for (size_t i = 0; i < run->s->task_count && used + 1 < bytes; i++) {
		const struct rtask *rt = &run->task[i];
		char one[200];

		if (rt->finished || !rt->task || ktask_exited(rt->task))
			continue;
		where_task_is(run, rt, one, sizeof(one));
		used += (size_t)snprintf(out + used, bytes - used, "%s%s", used ? ", " : "", one);
	}
}

static void task_main(void *arg)
{
	struct rtask *rt = arg;
	struct run *run = rt->run;

	rt->started = true;
	if (rt->t->start_ns)
		kuser_sleep_ns(rt->t->start_ns);
	if (rt->t->start_on)
		rtask_wait(rt, rt->t->start_on, 1);
	for (rt->step_now = 0; rt->step_now < rt->t->step_count && !rt->stopped; rt->step_now++)
		run_step(rt, &rt->t->step[rt->step_now]);
	rt->finished = true;
	if (!rt->t->background && run->live)
		run->live--;
}

/* Waits for the tasks, ends the background, unloads the modules, ends the run. */
void run_supervisor(void *arg)
{
	struct run *run = arg;

	for (size_t i = 0; i < run->s->task_count; i++) {
		if (!run->task[i].t->background && run->task[i].task)
			kuser_join(run->task[i].task);
	}
	if (run->client)
		kuser_join(run->client);
	run->live = 0;
	run->end_ns = machine->now_ns;
	machine->asks = false; /* what follows is one flow's */
	for (size_t i = 0; i < run->s->task_count; i++) {
		if (run->task[i].t->background && run->task[i].task) {
			if (!ktask_exited(run->task[i].task))
				ktask_kill(run->task[i].task);
			kuser_join(run->task[i].task);
		}
	}
	ffa_take_back_rest(run);
	if (run->s->mach.leaks && !run->s->mach.no_modules) {
		klinux_modules_exit(run->w.k);
		klinux_check_leaks(run->w.k);
		detect_check_memory(machine);
	}
	machine_stop(machine, MACHINE_DONE, "all tasks are done");
}

/* Tasks start side by side, PE0 first, as far as their affinity allows. */
static int default_pe(const struct run *run, int index)
{
	const struct scn_task *t = &run->s->task[index];
	unsigned pes = run->s->mach.pes;

	for (unsigned i = 0; i < pes; i++) {
		unsigned pe = ((unsigned)index + i) % pes;

		if (!t->affinity || t->affinity >> pe & 1)
			return (int)pe;
	}
	return 0;
}

void run_make_task(struct run *run, int index)
{
	struct rtask *rt = &run->task[index];
	const struct scn_task *t = rt->t;
	struct ktask_attr attr = {.affinity = t->affinity,
				  .policy = t->policy ? KTASK_FIFO : KTASK_NORMAL,
				  .nice = t->nice,
				  .rt_priority = t->priority,
				  .uid = t->uid,
				  .gid = t->uid,
				  .start_pe = t->start_pe};

	if (attr.start_pe < 0)
		attr.start_pe = default_pe(run, index);
	if (t->leader >= 0)
		rt->task = ktask_create_thread(run->w.k, run->task[t->leader].task, t->name,
					       task_main, rt, &attr);
	else
		rt->task = ktask_create_user(run->w.k, t->name, task_main, rt, &attr);
	if (!rt->task)
		report_add(&machine->report, FINDING_INTERNAL, NULL, "task %s could not be created",
			   t->name);
}
