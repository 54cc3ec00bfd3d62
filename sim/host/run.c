/* SPDX-License-Identifier: BSD-3-Clause */
/* One run: world from scenario, tasks, sinks, digest, verdict. */
#include "host/run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "core/fault.h"

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

/* --- tasks -------------------------------------------------------------------------------------
 */

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
	const char *err = !strcmp(name, "errno") ? word_errno_name(v) : NULL;

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
		rtask_fail(rt, "ret %" PRId64, ret->value);
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

static void run_step(struct rtask *rt, const struct scn_step *st)
{
	uint64_t times = st->a.irqs_off ? 1 : st->a.repeat;
	char text[192];
	size_t len = 0;

	step_text(st, text, sizeof(text));
	run_emit(&trace_task_step, text);
	for (uint64_t i = 0; i < times && !rt->stopped; i++) {
		rt->outcome_count = 0;
		st->kind->run(rt, st);
		if (!rt->stopped)
			check_outcome(rt, st);
	}
	for (size_t i = 0; i < rt->outcome_count && len < sizeof(text); i++) {
		const struct outcome *o = &rt->outcome[i];
		char v[32];

		if (!strcmp(o->name, "errno") ? o->value != 0 : !strcmp(o->name, "ret"))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "= %s %s", o->name,
						value_text(o->name, o->value, v, sizeof(v)));
	}
	run_emit(&trace_task_result, len ? text : "= ok");
}

static void task_main(void *arg)
{
	struct rtask *rt = arg;
	struct run *run = rt->run;

	rt->started = true;
	if (rt->t->start_ns)
		kuser_sleep_ns(rt->t->start_ns);
	if (rt->t->start_on) {
		struct rwait *w = NULL;

		for (size_t i = 0; i < run->wait_count; i++) {
			if (run->wait[i].p == rt->t->start_on)
				w = &run->wait[i];
		}
		while (w && !w->seen)
			kuser_sleep_ns(50000);
	}
	for (rt->step_now = 0; rt->step_now < rt->t->step_count && !rt->stopped; rt->step_now++)
		run_step(rt, &rt->t->step[rt->step_now]);
	rt->finished = true;
	if (!rt->t->background && run->live)
		run->live--;
}

/* Waits for the tasks, ends the background, unloads the modules, ends the run. */
static void supervisor(void *arg)
{
	struct run *run = arg;

	for (size_t i = 0; i < run->s->task_count; i++) {
		if (!run->task[i].t->background && run->task[i].task)
			kuser_join(run->task[i].task);
	}
	run->live = 0;
	run->end_ns = machine->now_ns;
	for (size_t i = 0; i < run->s->task_count; i++) {
		if (run->task[i].t->background && run->task[i].task) {
			if (!ktask_exited(run->task[i].task))
				ktask_kill(run->task[i].task);
			kuser_join(run->task[i].task);
		}
	}
	if (run->s->mach.leaks && !run->s->mach.no_modules) {
		klinux_modules_exit(run->w.k);
		klinux_check_leaks(run->w.k);
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

static struct rtask *make_task(struct run *run, int index)
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
	return rt;
}

static void ready(void *arg)
{
	struct run *run = arg;
	struct ktask_attr attr = {.start_pe = (int)run->s->mach.pes - 1};

	run->boot_ns = machine->now_ns;
	run->ready_done = true;
	inject_ready(run);
	for (size_t i = 0; i < run->s->task_count; i++) {
		if (!run->task[i].t->background)
			run->live++;
	}
	for (size_t i = 0; i < run->s->task_count; i++)
		make_task(run, (int)i);
	if (!ktask_create_user(run->w.k, "init", supervisor, run, &attr))
		report_add(&machine->report, FINDING_INTERNAL, NULL,
			   "task init could not be created");
}

/* --- trace -------------------------------------------------------------------------------------
 */

static uint64_t name_hash(uint32_t id)
{
	static uint64_t *cache;
	static uint32_t room;

	if (id >= room) {
		uint32_t more = room ? room : 256;
		uint64_t *p;

		while (more <= id)
			more *= 2;
		p = realloc(cache, more * sizeof(*p));
		if (!p)
			return id;
		memset(p + room, 0, (more - room) * sizeof(*p));
		cache = p;
		room = more;
	}
	if (!cache[id]) {
		const char *name = id ? trace_name(id) : "";

		cache[id] = XXH3_64bits(name, strlen(name)) | 1;
	}
	return cache[id];
}

/* Names count by their text, not by the order in which a process first met them. */
static void digest(struct run *run, const struct trace_rec *rec)
{
	const struct trace_kind *k = trace_kind_by_id(rec->kind);
	uint64_t words[TRACE_ARGS + 4] = {rec->time_ns, rec->pe, name_hash(rec->who),
					  XXH3_64bits(k->name, strlen(k->name))};
	uint64_t h;

	for (int i = 0; i < TRACE_ARGS && k->fields[i]; i++) {
		size_t len = strlen(k->fields[i]);

		words[4 + i] = k->fields[i][len - 1] == '$' ? name_hash((uint32_t)rec->arg[i])
							    : rec->arg[i];
	}
	h = XXH3_64bits(words, sizeof(words));
	run->digest = XXH64(&h, sizeof(h), run->digest);
	if (run->o->verify && !run->compare) {
		if (run->records == run->record_room) {
			size_t room = run->record_room ? 2 * run->record_room : 65536;
			uint64_t *more = realloc(run->record_hash, room * sizeof(*more));

			if (more) {
				run->record_hash = more;
				run->record_room = room;
			}
		}
		if (run->records < run->record_room)
			run->record_hash[run->records] = h;
	}
	if (run->compare && !run->differs &&
	    (run->records >= run->compare->records ||
	     (run->records < run->compare->record_room &&
	      run->compare->record_hash[run->records] != h))) {
		char text[300];

		show_record(rec, text, sizeof(text));
		run->differs = true;
		snprintf(run->differs_text, sizeof(run->differs_text),
			 "event %" PRIu64 " at %s on PE%u: %s", run->records, text_ms(rec->time_ns),
			 rec->pe, text);
	}
	run->records++;
}

static void consume(struct run *run, const struct trace_rec *rec)
{
	for (size_t i = 0; i < run->wait_count; i++) {
		if (run->ready_done && epat_match(run->wait[i].p, rec))
			run->wait[i].seen++;
	}
	judge_see(&run->judge, rec);
	if (run->quiet) {
		inject_see(run, rec);
		return;
	}
	/* Boot and teardown are the same in every run: only what the kernel says of them. */
	if (run->o->log == LOG_ALL ||
	    (run->o->log == LOG_TEXT &&
	     ((run->ready_done && !run->end_ns) || rec->kind == run->kind_log)))
		show_text_record(&run->text, rec);
	else if (run->o->log == LOG_JSON)
		show_json_record(run->o->out, rec);
	if (run->chrome_file)
		show_chrome_record(&run->chrome, rec);
	inject_see(run, rec); /* last: what it does is shown after what triggered it */
}

static void emit(struct trace_sink *sink, const struct trace_rec *rec)
{
	struct run *run = (struct run *)((char *)sink - offsetof(struct run, sink));

	digest(run, rec);
	if (!run->quiet && run->o->log == LOG_WIRE)
		show_wire_record(&run->wire, rec);
	consume(run, rec);
}

static void wire(struct machine *m, void *arg)
{
	struct run *run = arg;

	run->sink.emit = emit;
	trace_add_sink(&m->trace, &run->sink);
}

/* --- the world -----------------------------------------------------------------------------------
 */

static void make_config(const struct scn *s, uint64_t seed, struct world_config *cfg)
{
	world_config_init(cfg);
	cfg->machine.pe_count = s->mach.pes;
	cfg->machine.seed = seed;
	cfg->machine.time_limit_ns = s->mach.time_limit_ns;
	cfg->machine.cost = s->mach.cost_table;
	cfg->linux_cfg.preempt = (enum preempt_model)s->mach.preempt;
	cfg->linux_cfg.preempt_dynamic = s->mach.preempt_dynamic;
	cfg->linux_cfg.tick_ns = s->mach.tick_ns;
	cfg->linux_cfg.watchdog_thresh_s = (unsigned)(s->mach.watchdog_ns / 1000000000);
	cfg->linux_cfg.rcu_stall_timeout_s = (unsigned)(s->mach.rcu_timeout_ns / 1000000000);
	cfg->linux_cfg.hung_task_timeout_s = (unsigned)(s->mach.hung_task_ns / 1000000000);
	cfg->linux_cfg.hardlockup_buddy = s->mach.hardlockup;
	cfg->linux_cfg.tee_max_arg_size = s->mach.tee_max_arg;
	cfg->spmc.profile = s->mach.profile;
	cfg->spmc.thread_count = s->mach.threads;
	cfg->spmc.skip_failed_sps = s->mach.skip_failed_sps;
	cfg->spmc.quirks = s->mach.quirk_pairs;
	for (size_t i = 0; i < s->part_count; i++)
		cfg->partition[cfg->partition_count++] =
			(struct world_partition){.name = s->part[i].name,
						 .manifest = s->part[i].manifest,
						 .image = s->part[i].image,
						 .overrides = s->part[i].overrides,
						 .options = s->part[i].options,
						 .option_count = s->part[i].option_count};
	for (size_t i = 0; i < s->mach.module_count; i++)
		cfg->module[cfg->module_count++] = s->mach.module[i];
	cfg->no_modules = s->mach.no_modules;
	cfg->invariants = true;
	cfg->tstee_flavour = s->mach.tstee ? "rfc" : "merged";
}

/* A world that cannot be built is a scenario error: point at the partition it is about. */
static void blame(struct scn *s, const char *why, struct diag *d)
{
	for (size_t i = 0; i < s->part_count; i++) {
		const struct scn_partition *p = &s->part[i];
		const struct ynode *at = ynode_get(p->node, "image");

		if (!strstr(why, p->name) && !strstr(why, p->manifest))
			continue;
		if (!at || !strstr(why, "image"))
			at = ynode_get(p->node, "manifest") ? ynode_get(p->node, "manifest")
							    : p->node;
		DIAG_NODE(d, at, "%s", why);
		return;
	}
	if (strstr(why, "quirk") && s->mach.quirks)
		DIAG_NODE(d, s->mach.quirks, "%s", why);
	else
		DIAG_NODE(d, s->root, "%s", why);
}

int run_check(struct scn *s, struct diag *d)
{
	static struct world_config cfg;
	struct world w;
	int err;

	make_config(s, s->mach.seed, &cfg);
	fault_reset_all();
	err = world_create(&w, &cfg);
	if (err) {
		blame(s, w.error, d);
		return -EINVAL;
	}
	world_destroy(&w);
	return 0;
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

static void run_free(struct run *run)
{
	for (size_t i = 0; run->proc && i < run->s->task_count; i++)
		free(run->proc[i].slot);
	free(run->proc);
	free(run->task);
	free(run->inject);
	free(run->wait);
	judge_finish(&run->judge);
}

static int run_make(struct run *run)
{
	const struct trace_kind *log = trace_kind_find("kernel.log");
	struct scn *s = run->s;

	run->kind_log = log ? log->id : -1;
	run->task = calloc(s->task_count + 1, sizeof(*run->task));
	run->proc = calloc(s->task_count + 1, sizeof(*run->proc));
	run->inject = calloc(s->inject_count + 1, sizeof(*run->inject));
	if (!run->task || !run->proc || !run->inject || judge_init(&run->judge, s) ||
	    collect_waits(run))
		return -ENOMEM;
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

static int conclude(struct run *run)
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
	if (run->stop != MACHINE_DONE && !stop_expected(run) && !crash_happened())
		report_add(report,
			   run->stop == MACHINE_HALTED ? FINDING_DETECTOR : FINDING_NO_PROGRESS,
			   run->w.m->stop_where[0] ? run->w.m->stop_where : NULL, "%s: %s",
			   scn_stop_words[run->stop],
			   run->w.m->stop_why ? run->w.m->stop_why : "stopped");
	inject_end(run);
	judge_end(&run->judge, &end, report, run->summary, sizeof(run->summary));
	for (const struct finding *f = report->first; f; f = f->next) {
		if (finding_counts(run, f)) {
			first = f;
			break;
		}
	}
	if (crash_happened())
		code = EXIT_FAIL;
	else if (first)
		code = first->class == FINDING_NO_PROGRESS ? EXIT_NO_PROGRESS
		       : first->class == FINDING_INTERNAL  ? EXIT_INTERNAL
							   : EXIT_FAIL;
	return code;
}

static void print_findings(struct run *run)
{
	FILE *out = run->o->out;
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
	fputs(o->log == LOG_NONE ? "\n" : "\n\n", o->out);
}

/* One pass; the world stays up until run_end(). */
static int run_pass(struct run *run)
{
	static struct world_config cfg;
	const struct run_options *o = run->o;
	struct diag d = {0};
	int err;

	make_config(run->s, o->seed_given ? o->seed : run->s->mach.seed, &cfg);
	cfg.ready = ready;
	cfg.ready_arg = run;
	cfg.wire = wire;
	fault_reset_all();
	inject_begin(run);
	err = world_create(&run->w, &cfg);
	if (err) {
		blame(run->s, run->w.error, &d);
		fprintf(stderr, "%s\n", d.text);
		return EXIT_USAGE;
	}
	/* Only now: a world that cannot be built prints its one line and nothing else. */
	if (!run->quiet) {
		print_head(run);
		if (o->log == LOG_TEXT || o->log == LOG_ALL)
			show_text_begin(&run->text, o->out, run->s->mach.pes, o->log == LOG_ALL);
		else if (o->log == LOG_WIRE)
			show_wire_begin(&run->wire, o->out);
		if (run->chrome_file)
			show_chrome_begin(&run->chrome, run->chrome_file, run->s->mach.pes);
	}
	crash_guard(run);
	run->stop = world_run(&run->w);
	crash_guard(NULL);
	if (!run->quiet) {
		if (o->log == LOG_TEXT || o->log == LOG_ALL)
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
		blame(run->s, run->w.error, &d);
		fprintf(stderr, "%s\n", d.text);
		return EXIT_USAGE;
	}
	return -1;
}

static void repeat_command(struct run *run, const char *saved)
{
	fprintf(run->o->out, "repeat: build/ffasim run %s\n", saved);
}

int run_scenario(struct scn *s, const struct run_options *o)
{
	struct run run = {.s = s, .o = o}, again = {.s = s, .o = o, .quiet = true, .compare = &run};
	struct timespec t0, t1;
	char saved[512];
	int code;

	if (o->trace_path) {
		run.chrome_file = fopen(o->trace_path, "we");
		if (!run.chrome_file) {
			fprintf(stderr, "%s: %s\n", o->trace_path, strerror(errno));
			return EXIT_USAGE;
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &t0);
	if (run_make(&run)) {
		run_free(&run);
		fputs("no memory\n", stderr);
		return EXIT_INTERNAL;
	}
	code = run_pass(&run);
	if (code < 0)
		code = conclude(&run);
	else
		goto out;
	clock_gettime(CLOCK_MONOTONIC, &t1);
	if (o->log != LOG_JSON && o->log != LOG_WIRE) {
		if (o->log != LOG_NONE)
			fputc('\n', o->out);
		print_findings(&run);
		fprintf(o->out, "%s%s", code ? "FAILED" : "pass", run.summary);
		if (o->tty)
			fprintf(o->out, "   host %.0f ms",
				(double)(t1.tv_sec - t0.tv_sec) * 1e3 +
					(double)(t1.tv_nsec - t0.tv_nsec) / 1e6);
		fprintf(o->out, "   virtual %s   digest %016" PRIx64 "\n", text_ms(run.w.m->now_ns),
			run.digest);
	} else if (code) {
		struct run_options err = *o;

		err.out = stderr;
		run.o = &err;
		print_findings(&run);
		run.o = o;
	}
	world_destroy(&run.w);
	if (o->verify && !crash_happened()) {
		int second = run_make(&again) ? EXIT_INTERNAL : run_pass(&again);

		if (second < 0) {
			if (!again.differs && again.records != run.records) {
				again.differs = true;
				snprintf(again.differs_text, sizeof(again.differs_text),
					 "%" PRIu64 " events, then %" PRIu64, run.records,
					 again.records);
			}
			world_destroy(&again.w);
		}
		if (again.differs) {
			fprintf(o->out, "FAIL  two runs of one seed differ: %s\n",
				again.differs_text);
			code = EXIT_DIFFERS;
		} else if (second > 0) {
			code = second;
		}
		run_free(&again);
	}
	if (code) {
		save_scenario(&run, saved, sizeof(saved));
		if (o->log != LOG_JSON && o->log != LOG_WIRE)
			repeat_command(&run, saved);
	}
out:
	if (run.chrome_file)
		fclose(run.chrome_file);
	free(run.record_hash);
	run_free(&run);
	return code;
}
