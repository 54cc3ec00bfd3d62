/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ffasim run: one run from its head to its verdict, with the log that was asked for, and, for
 * --verify, a second one in silence. A debugger may want the run anew; then only what was not shown
 * yet is shown. A failed run is kept as a scenario of its own.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/clock.h"
#include "host/code.h"
#include "host/gdb.h"
#include "host/metrics.h"
#include "host/run.h"
#include "sp/entropy.h"
#include "sp/guest_cov.h"

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

static void print_findings(struct run *run, FILE *out)
{
	size_t shown = 0;

	if (crash_happened())
		crash_report(out);
	for (const struct finding *f = run->w.m->report.first; f; f = f->next) {
		if (!run_finding_counts(run, f))
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

static void show_begin(struct run *run, FILE *out)
{
	if (run_shows_text(run))
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
		if (run_shows_text(run))
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
