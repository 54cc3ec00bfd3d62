/* SPDX-License-Identifier: BSD-3-Clause */
/* One run: world from scenario, tasks, sinks, digest, verdict. */
#include "host/clock.h"
#include "host/code.h"
#include "host/gdb.h"
#include "host/run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/fault.h"
#include "host/metrics.h"
#include "sp/entropy.h"
#include "sp/guest_cov.h"

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

/* With the text log, and without any: code has its event above it. */
static bool shows_text(const struct run *run)
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
	if (run->code && shows_text(run) && epat_match(run->code, rec)) {
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

static bool finding_counts(struct run *run, const struct finding *f)
{
	if (f->class != FINDING_DETECTOR && f->class != FINDING_NO_PROGRESS)
		return true;
	if (f->class == FINDING_NO_PROGRESS && stop_expected(run))
		return false; /* it says who holds what in a stop that was asked for */
	return !judge_expects_finding(&run->judge, f->what);
}

static bool text_ends(const char *text, const char *end)
{
	size_t a = strlen(text), b = strlen(end);

	return a >= b && !strcmp(text + a - b, end);
}

static void save_scenario(struct run *run, char *path, size_t bytes)
{
	const char *dir = run->o->out_dir ? run->o->out_dir : "out";
	uint64_t seed = run->o->seed_given ? run->o->seed : run->s->mach.seed;
	char set[64];
	struct diag d = {0};
	FILE *f;

	mkdir(dir, 0777);
	snprintf(set, sizeof(set), "-%" PRIu64, seed);
	/* A run of such a file keeps its name. */
	snprintf(path, bytes, "%s/%s%s.yaml", dir, run->s->name,
		 text_ends(run->s->name, set) ? "" : set);
	snprintf(set, sizeof(set), "machine.seed=%" PRIu64, seed);
	ynode_set(&run->s->pool, run->s->root, set, &d);
	f = fopen(path, "we");
	if (!f) {
		snprintf(path, bytes, "%s", run->s->path);
		return;
	}
	fprintf(f, "# SPDX-License-Identifier: BSD-3-Clause\n# Goal: %s\n", run->s->goal);
	ynode_write(f, run->s->root);
	fclose(f);
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
		if (finding_counts(run, f)) {
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

static void print_findings(struct run *run, FILE *out)
{
	size_t shown = 0;

	if (crash_happened())
		crash_report(out);
	for (const struct finding *f = run->w.m->report.first; f; f = f->next) {
		if (!finding_counts(run, f))
			continue;
		if (++shown > 20) {
			fputs("  ... more findings\n", out);
			break;
		}
		fprintf(out, "FAIL  %s%s%s\n", f->what, f->where ? "  " : "",
			f->where ? f->where : "");
	}
}

static void print_head(const struct run *run)
{
	const struct run_options *o = run->o;
	const struct scn *s = run->s;

	if (o->log == LOG_JSON || o->log == LOG_WIRE)
		return;
	fprintf(o->out, "ffasim 0.1  %s  seed %" PRIu64 "  profile %s  pes %u  preempt %s  tick %s",
		s->name, o->seed_given ? o->seed : s->mach.seed, s->mach.profile, s->mach.pes,
		scn_preempt_words[s->mach.preempt], text_time(s->mach.tick_ns));
	for (size_t i = 0; i < o->set_count; i++)
		fprintf(o->out, "  --set %s", o->sets[i]);
	if (entropy_is_host())
		fputs("  --entropy host", o->out);
	fputs(o->log == LOG_NONE ? "\n" : "\n\n", o->out);
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

static void show_begin(struct run *run, FILE *out)
{
	if (shows_text(run))
		show_text_begin(&run->text, out, run->s->mach.pes, run->o->log == LOG_ALL);
	else if (run->o->log == LOG_WIRE)
		show_wire_begin(&run->wire, out);
	if (run->chrome_file)
		show_chrome_begin(&run->chrome, run->chrome_file, run->s->mach.pes);
}

/* run_build(), and what is shown of it: a world that cannot be built prints its one line and
 * nothing else, so what happens meanwhile (an SP that is refused) is kept until there is a head. */
static int build_and_show(struct run *run)
{
	FILE *const out = run->o->out;
	char *early = NULL;
	size_t bytes = 0;
	FILE *f = open_memstream(&early, &bytes);
	int err;

	if (!f)
		abort();
	show_begin(run, f);
	err = run_build(run);
	fclose(f);
	if (!err) {
		print_head(run);
		fwrite(early, 1, bytes, out);
	}
	free(early);
	run->text.out = run->wire.out = out;
	return err;
}

#define PASS_AGAIN (-2)

/* One pass; the world stays up until run_end(). PASS_AGAIN: a debugger wants it anew. */
static int run_pass(struct run *run)
{
	const struct run_options *o = run->o;
	struct diag d = {0};

	if (!run->quiet && !run->told ? build_and_show(run) : run_build(run))
		return EXIT_USAGE;
	if (run->gdb)
		run->gdb->spmc = run->w.spmc;
	crash_guard(run);
	run->stop = world_run(&run->w);
	crash_guard(NULL);
	if (gdb_again(run->gdb))
		return PASS_AGAIN;
	if (!run->quiet) {
		if (shows_text(run))
			show_text_end(&run->text);
		else if (o->log == LOG_WIRE)
			show_wire_end(&run->wire);
		if (run->chrome_file) {
			show_chrome_end(&run->chrome);
			fclose(run->chrome_file);
			run->chrome_file = NULL;
		}
	}
	if (!run->ready_done && run->w.error[0] && !crash_happened()) {
		/* the secure world did not boot: a scenario that cannot run */
		run_blame(run->s, run->w.error, &d);
		fprintf(stderr, "%s\n", d.text);
		world_destroy(&run->w);
		return EXIT_USAGE;
	}
	return -1;
}

/* Quiet formats keep stdout for themselves: there a failure speaks on stderr. */
static void print_verdict(struct run *run, int code, double host_ms)
{
	const struct run_options *o = run->o;

	if (o->log == LOG_JSON || o->log == LOG_WIRE) {
		if (code)
			print_findings(run, stderr);
		return;
	}
	if (o->log != LOG_NONE) {
		lockstat_print(&run->judge.locks, o->out);
		fputc('\n', o->out);
	}
	print_findings(run, o->out);
	fprintf(o->out, "%s%s", code ? "FAILED" : "pass", run->summary);
	if (o->tty)
		fprintf(o->out, "   host %.0f ms", host_ms);
	fprintf(o->out, "   virtual %s   digest %016" PRIx64 "\n", text_ms(run->w.m->now_ns),
		run->digest.value);
}

/* The same once more; the exit code of the comparison, 0 = both runs did the same. */
static int run_again(const struct run *first)
{
	struct follow follow = {0};
	struct run again = {.s = first->s,
			    .o = first->o,
			    .quiet = true,
			    .follow = first->follow ? &follow : NULL};
	const bool covering = guest_coverage_on;
	int code;

	guest_coverage_on = false; /* it shows nothing new */
	again.digest.first = &first->digest;
	code = run_make(&again) ? EXIT_INTERNAL : run_pass(&again);
	if (code < 0) {
		code = EXIT_PASS;
		digest_end(&again.digest);
		world_destroy(&again.w);
	}
	if (again.digest.differs) {
		fprintf(first->o->out, "FAIL  two runs of one seed differ: %s\n",
			again.digest.difference);
		code = EXIT_DIFFERS;
	}
	run_free(&again);
	guest_coverage_on = covering;
	return code;
}

/* Only the first run of --verify is debugged: the second one shows that it made no difference. */
static bool gdb_start(const struct scn *s, const char *spec, struct gdb **out)
{
	const size_t n = strcspn(spec, "=");
	const char *words[WORLD_PARTITIONS_MAX];

	for (size_t i = 0; i < s->part_count; i++) {
		words[i] = s->part[i].name;
		if (strlen(words[i]) == n && !strncmp(words[i], spec, n)) {
			*out = gdb_listen(spec);
			guest_debugger = *out ? &(*out)->d : NULL;
			return *out;
		}
	}
	fprintf(stderr, "ffasim: --gdb: no partition '%s' in %s", spec, s->path);
	if (s->part_count)
		fprintf(stderr, " (did you mean '%s'?)", word_nearest(spec, words, s->part_count));
	fputc('\n', stderr);
	return false;
}

/* The same from its beginning; what was shown is not shown again. */
static int begin_anew(struct run *run)
{
	struct run next = {.s = run->s,
			   .o = run->o,
			   .code = run->code,
			   .gdb = run->gdb,
			   .follow = run->follow,
			   .digest.keep = run->digest.keep,
			   .told = run->digest.count > run->told ? run->digest.count : run->told,
			   .text = run->text,
			   .wire = run->wire,
			   .chrome = run->chrome,
			   .chrome_file = run->chrome_file};

	world_destroy(&run->w);
	run_free(run);
	*run = next;
	if (run->follow)
		*run->follow = (struct follow){0};
	return run_make(run) ? EXIT_INTERNAL : run_pass(run);
}

int run_scenario(struct scn *s, const struct run_options *o)
{
	struct follow follow = {0};
	struct run run = {
		.s = s, .o = o, .digest.keep = o->verify, .follow = s->plan.count ? &follow : NULL};
	double start_s;
	struct gdb *gdb = NULL;
	char saved[512];
	int code, second = 0;

	if (o->trace_path) {
		run.chrome_file = fopen(o->trace_path, "we");
		if (!run.chrome_file) {
			fprintf(stderr, "%s: %s\n", o->trace_path, strerror(errno));
			return EXIT_USAGE;
		}
	}
	if (o->code) {
		struct diag d = {0};

		run.code = code_pattern(s, o->code, &d);
		if (!run.code) {
			fprintf(stderr, "%s\n", d.text);
			return EXIT_USAGE;
		}
	}
	if (o->gdb && !gdb_start(s, o->gdb, &gdb))
		return EXIT_USAGE;
	start_s = host_now_s();
	if (run_make(&run)) {
		fputs("no memory\n", stderr);
		code = EXIT_INTERNAL;
		goto out;
	}
	run.gdb = gdb;
	code = run_pass(&run);
	while (code == PASS_AGAIN)
		code = begin_anew(&run);
	guest_debugger = NULL;
	if (code >= 0)
		goto out;
	code = run_conclude(&run, NULL);
	gdb_close(gdb, code);
	gdb = NULL;
	if (o->metrics)
		metrics_end(o->metrics, run.end_ns ? run.end_ns - run.boot_ns : 0);
	print_verdict(&run, code, (host_now_s() - start_s) * 1e3);
	world_destroy(&run.w);
	if (o->verify && !crash_happened())
		second = run_again(&run);
	if (second)
		code = second;
	if (code) {
		save_scenario(&run, saved, sizeof(saved));
		if (o->log != LOG_JSON && o->log != LOG_WIRE)
			fprintf(o->out, "repeat: build/ffasim run %s\n", saved);
	}
out:
	guest_debugger = NULL;
	gdb_close(gdb, code);
	if (run.chrome_file)
		fclose(run.chrome_file);
	run_free(&run);
	return code;
}
