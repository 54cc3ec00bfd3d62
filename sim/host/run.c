/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The parts of a run: a world made from the scenario, the tasks it starts with, the one sink that
 * feeds the log, the digest and the judge, and what it came to. run_cmd.c makes one run of them and
 * shows it, session.c many.
 */
#include "host/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/fault.h"
#include "host/code.h"
#include "host/gdb.h"
#include "host/metrics.h"

static void ready(void *arg)
{
	struct run *run = arg;
	struct ktask_attr attr = {.start_pe = (int)run->s->mach.pes - 1, .unkillable = true};

	run->boot_ns = machine->now_ns;
	run->ready_done = true;
	inject_ready(run);
	for (size_t i = 0; i < run->s->task_count; i++) {
		if (!run->task[i].t->background)
			run->live++;
	}
	ktask_hold();
	for (size_t i = 0; i < run->s->task_count; i++)
		run_make_task(run, (int)i);
	if (run->pause || run->follow)
		run_decide_prepare(run);
	if (run->pause)
		machine_pause();
	else if (run->follow)
		run_decide_start(machine, run->follow, &run->s->plan);
	ktask_release();
	if (run->o->exec) {
		run->client = exec_begin(run->o->exec, run->w.k, run->w.m);
		run->live += run->client != NULL;
		if (!run->client)
			report_add(&machine->report, FINDING_INTERNAL, NULL, "no client: %s",
				   strerror(-run->o->exec->listener_err));
	}
	if (!ktask_create_user(run->w.k, "init", run_supervisor, run, &attr))
		report_add(&machine->report, FINDING_INTERNAL, NULL,
			   "task init could not be created");
}

bool run_shows_text(const struct run *run)
{
	return run->o->log == LOG_TEXT || run->o->log == LOG_ALL ||
	       (run->code && run->o->log == LOG_NONE);
}

/* Boot and teardown are the same in every run: only what the kernel says of them. */
static bool text_wants(const struct run *run, const struct trace_rec *rec)
{
	if (run->o->log == LOG_ALL)
		return true;
	return run->o->log == LOG_TEXT &&
	       ((run->ready_done && !run->end_ns && rec->kind != run->kind_access) ||
		rec->kind == run->kind_log);
}

void run_consume(struct run *run, const struct trace_rec *rec)
{
	const bool heard = trace_kinds_have(&run->heard, rec->kind);

	if (heard) {
		run_wait_see(run, rec);
		judge_see(&run->judge, rec);
	}
	if (run->quiet) {
		if (heard)
			inject_see(run, rec);
		return;
	}
	if (run->code && run_shows_text(run) && epat_match(run->code, rec)) {
		show_text_asked(&run->text, rec);
		code_show(run->o->out, rec);
	} else if (text_wants(run, rec)) {
		show_text_record(&run->text, rec);
	} else if (run->o->log == LOG_JSON) {
		show_json_record(run->o->out, rec);
	}
	if (run->chrome_file)
		show_chrome_record(&run->chrome, rec);
	if (heard)
		inject_see(run, rec); /* last: what it does is shown after what triggered it */
}

/* Most runs: an event is hashed, and is over when nothing waits for its kind. */
static bool only_hashed(const struct run *run, const struct trace_rec *rec)
{
	return run->o->log == LOG_NONE && !run->code && !run->chrome_file && !run->o->metrics &&
	       !run->gdb && !trace_kinds_have(&run->heard, rec->kind);
}

static void emit(struct trace_sink *sink, const struct trace_rec *rec)
{
	struct run *run = (struct run *)((char *)sink - offsetof(struct run, sink));
	const bool quiet = run->quiet;

	if (only_hashed(run, rec)) {
		digest_see(&run->digest, rec);
		return;
	}
	run->quiet |= run->digest.count < run->told;
	digest_see(&run->digest, rec);
	if (run->o->metrics && !run->quiet)
		metrics_see(run->o->metrics, rec, run->ready_done && !run->end_ns);
	if (!run->quiet && run->o->log == LOG_WIRE)
		show_wire_record(&run->wire, rec);
	run_consume(run, rec);
	run->quiet = quiet;
	if (run->gdb)
		gdb_poll(run->gdb);
}

static void wire(struct machine *m, void *arg)
{
	struct run *run = arg;

	if (!run->sink.emit)
		run->sink.emit = emit;
	trace_add_sink(&m->trace, &run->sink);
}

static int collect_waits(struct run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->s->task_count; i++)
		n += run->s->task[i].step_count + 1;
	run->wait = calloc(n + 1, sizeof(*run->wait));
	if (!run->wait)
		return -ENOMEM;
	for (size_t i = 0; i < run->s->task_count; i++) {
		const struct scn_task *t = &run->s->task[i];

		if (t->start_on)
			run->wait[run->wait_count++].p = t->start_on;
		for (size_t j = 0; !t->instance && j < t->step_count; j++) {
			if (t->step[j].a.event)
				run->wait[run->wait_count++].p = t->step[j].a.event;
		}
	}
	return 0;
}

static void hear(struct run *run, const struct epat *p)
{
	for (size_t i = 0; p && i < p->kind_count; i++)
		trace_kinds_add(&run->heard, p->kind[i].id);
}

/* The patterns' kinds, and the interrupts that `then` of an injection follows. */
static void collect_heard(struct run *run)
{
	const struct trace_kind *irq = trace_kind_find("irq.taken");

	judge_hears(&run->judge, &run->heard);
	for (size_t i = 0; i < run->wait_count; i++)
		hear(run, run->wait[i].p);
	for (size_t i = 0; i < run->s->inject_count; i++)
		hear(run, run->s->inject[i].on);
	if (irq && run->s->inject_count)
		trace_kinds_add(&run->heard, irq->id);
}

static const char *end_log(void *ctx, size_t i)
{
	struct run *run = ctx;
	uint64_t ns;

	return klinux_log_line(run->w.k, i, &ns);
}

static const char *end_state(void *ctx, int part)
{
	struct run *run = ctx;
	struct spmc_partition_view v;

	return spmc_partition_by_name(run->w.spmc, run->s->part[part].name, &v) ? v.state
										: "absent";
}

static const char *end_task(void *ctx, int task)
{
	struct run *run = ctx;
	struct rtask *rt = &run->task[task];

	if (rt->finished)
		return "exited";
	return rt->task && ktask_exited(rt->task) ? "killed" : "waiting";
}

void run_free(struct run *run)
{
	for (size_t i = 0; run->proc && i < run->s->task_count; i++)
		free(run->proc[i].slot);
	free(run->proc);
	free(run->task);
	free(run->inject);
	free(run->wait);
	free(run->optee);
	judge_finish(&run->judge);
	digest_free(&run->digest);
}

int run_make(struct run *run)
{
	const struct trace_kind *log = trace_kind_find("kernel.log");
	const struct trace_kind *access = trace_kind_find("code.access");
	struct scn *s = run->s;

	run->kind_log = log ? log->id : -1;
	run->kind_access = access ? access->id : -1;
	run->task = calloc(s->task_count + 1, sizeof(*run->task));
	run->proc = calloc(s->task_count + 1, sizeof(*run->proc));
	run->inject = calloc(s->inject_count + 1, sizeof(*run->inject));
	if (!run->task || !run->proc || !run->inject || judge_init(&run->judge, s) ||
	    collect_waits(run))
		return -ENOMEM;
	collect_heard(run);
	for (size_t i = 0; i < s->task_count; i++) {
		run->proc[i].slot = calloc(s->slot_count + 1, sizeof(struct rslot));
		if (!run->proc[i].slot)
			return -ENOMEM;
	}
	for (size_t i = 0; i < s->task_count; i++) {
		int process = s->task[i].leader >= 0 ? s->task[i].leader : (int)i;

		run->task[i] = (struct rtask){
			.run = run, .t = &s->task[i], .index = (int)i, .proc = &run->proc[process]};
	}
	return 0;
}

static bool stop_expected(const struct run *run)
{
	for (size_t i = 0; i < run->s->expect_count; i++) {
		if (run->s->expect[i].kind == EXPECT_STOP)
			return run->s->expect[i].word == run->stop;
	}
	return false;
}

bool run_finding_counts(struct run *run, const struct finding *f)
{
	if (f->class != FINDING_DETECTOR && f->class != FINDING_NO_PROGRESS)
		return true;
	if (f->class == FINDING_NO_PROGRESS && stop_expected(run))
		return false; /* it says who holds what in a stop that was asked for */
	return !judge_expects_finding(&run->judge, f->what);
}

int run_conclude(struct run *run, const struct finding **why)
{
	struct report *report = &run->w.m->report;
	struct judge_end end = {.stop = run->stop,
				.elapsed_ns = run->end_ns ? run->end_ns - run->boot_ns : 0,
				.threads = spmc_threads_in_use(run->w.spmc),
				.log_line = end_log,
				.part_state = end_state,
				.task_result = end_task,
				.ctx = run};
	const struct finding *first = NULL;
	int code = EXIT_PASS;

	if (!run->end_ns)
		end.elapsed_ns = run->w.m->now_ns - run->boot_ns;
	if (run->stop != MACHINE_DONE && !stop_expected(run) && !crash_happened()) {
		char where[600], tasks[480];

		run_where_tasks_are(run, tasks, run->stop == MACHINE_HALTED ? 1 : sizeof(tasks));
		snprintf(where, sizeof(where), "%s%s%s", run->w.m->stop_where,
			 run->w.m->stop_where[0] && tasks[0] ? "; " : "", tasks);
		report_add(report,
			   run->stop == MACHINE_HALTED ? FINDING_DETECTOR : FINDING_NO_PROGRESS,
			   where[0] ? where : NULL, "%s: %s", scn_stop_words[run->stop],
			   run->w.m->stop_why ? run->w.m->stop_why : "stopped");
		detect_explain_stop(run->w.m);
	}
	inject_end(run);
	judge_end(&run->judge, &end, report, run->summary, why ? 0 : sizeof(run->summary));
	for (const struct finding *f = report->first; f; f = f->next) {
		if (run_finding_counts(run, f)) {
			first = f;
			break;
		}
	}
	if (why)
		*why = first;
	if (crash_happened())
		code = EXIT_FAIL;
	else if (first)
		code = first->class == FINDING_NO_PROGRESS ? EXIT_NO_PROGRESS
		       : first->class == FINDING_INTERNAL  ? EXIT_INTERNAL
							   : EXIT_FAIL;
	return code;
}

int run_build(struct run *run)
{
	static struct world_config cfg;
	const struct run_options *o = run->o;
	struct diag d = {0};

	run_make_config(run->s, o->seed_given ? o->seed : run->s->mach.seed, &cfg);
	cfg.ready = ready;
	cfg.ready_arg = run;
	cfg.wire = wire;
	/* A snapshot protects pages itself, a client's memory is mapped over them, a debugger looks
	 * at all of them. */
	if (run->pause || o->exec || o->gdb)
		cfg.detect &= ~(unsigned)DETECT_VIEWS;
	fault_reset_all();
	inject_begin(run);
	guest_points_arm(run->s);
	if (!world_create(&run->w, &cfg)) {
		inject_boot(run);
		return 0;
	}
	run_blame(run->s, run->w.error, &d);
	fprintf(stderr, "%s\n", d.text);
	return EXIT_USAGE;
}
