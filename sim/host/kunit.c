/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ffasim kunit: a world of the usual modules and the echo partition, the given modules on top, and
 * the KUnit suites of the given ones run on a task of it. Prints KTAP, the form kunit.py reads.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/fault.h"
#include "host/cli.h"
#include "host/module.h"
#include "host/run.h"
#include "host/words.h"

struct kunit_run {
	struct world w;
	struct kunit_counts counts;
	bool done;
};

#define complain(...) cli_refuse("kunit", __VA_ARGS__)

static void print_line(void *arg, int indent, const char *line)
{
	(void)arg;
	printf("%*s%s\n", 4 * indent, "", line);
}

static void client_main(void *arg)
{
	struct kunit_run *r = arg;

	klinux_kunit_run(r->w.k, print_line, r, &r->counts);
	klinux_modules_exit(r->w.k);
	klinux_check_leaks(r->w.k);
	r->done = true;
	machine_stop(machine, MACHINE_DONE, "done");
}

static void ready(void *arg)
{
	struct kunit_run *r = arg;

	ktask_create_user(r->w.k, "kunit", client_main, r, &(struct ktask_attr){.start_pe = -1});
}

static int help(void)
{
	puts("ffasim kunit FILE.ko.so... [--pes N] [--seed N]\n\n"
	     "Runs the KUnit suites compiled into the modules, prints KTAP.\n"
	     "exit: 0 all passed, 1 a test failed, 2 usage, 3 no progress");
	return 0;
}

static int parse(struct world_config *cfg, struct pool *pool, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		uint64_t v;

		if (argv[i][0] != '-') {
			const char *slash = strrchr(argv[i], '/');
			char *name = pool_strdup(pool, slash ? slash + 1 : argv[i]);

			*strchrnul(name, '.') = '\0';
			if (cfg->use_count == WORLD_MODULES_MAX)
				return complain("more than %d modules", WORLD_MODULES_MAX);
			if (access(argv[i], R_OK))
				return complain("no such file: %s", argv[i]);
			cfg->use[cfg->use_count++] =
				(struct world_module){.name = name, .path = argv[i]};
			continue;
		}
		if (strcmp(argv[i], "--pes") && strcmp(argv[i], "--seed"))
			return complain(
				"unknown option '%s' (did you mean '%s'?)", argv[i],
				word_nearest(argv[i], (const char *const[]){"--pes", "--seed"}, 2));
		if (i + 1 == argc || !word_u64(argv[i + 1], &v))
			return complain("%s needs a number", argv[i]);
		if (argv[i][2] == 'p')
			cfg->machine.pe_count = (unsigned)v;
		else
			cfg->machine.seed = v;
		i++;
	}
	return cfg->use_count ? 0 : complain("which module? (FILE.ko.so)");
}

static int verdict(struct kunit_run *r, enum machine_stop stop)
{
	int code = r->counts.failed || !r->counts.suites ? EXIT_FAIL : EXIT_PASS;

	r->counts.failed += !r->done && r->counts.suites; /* the case that stopped the machine */
	printf("# Totals: pass:%u fail:%u skip:%u total:%u\n", r->counts.passed, r->counts.failed,
	       r->counts.skipped, r->counts.passed + r->counts.failed + r->counts.skipped);
	fflush(stdout);
	if (!r->counts.suites)
		complain("the modules have no KUnit suite");
	for (const struct finding *f = r->w.m->report.first; f; f = f->next) {
		fprintf(stderr, "FAIL  %s%s%s\n", f->what, f->where ? "  " : "",
			f->where ? f->where : "");
		code = EXIT_FAIL;
	}
	if (!r->done) {
		fprintf(stderr, "FAIL  the tests did not come to an end: %s\n",
			r->w.m->stop_why ? r->w.m->stop_why : "stopped");
		code = stop == MACHINE_DONE ? EXIT_FAIL : EXIT_NO_PROGRESS;
	}
	return code;
}

int kunit_main(int argc, char **argv)
{
	static struct world_config cfg;
	struct kunit_run r = {.done = false};
	struct pool pool = {NULL};
	enum machine_stop stop;
	int code;

	if (argc && (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h")))
		return help();
	world_config_init(&cfg);
	cfg.machine.pe_count = 2;
	cfg.machine.seed = 1;
	cfg.ready = ready;
	cfg.ready_arg = &r;
	cfg.partition[cfg.partition_count++] =
		(struct world_partition){.name = "echo", .manifest = "sps/echo/echo.dts"};
	code = parse(&cfg, &pool, argc, argv);
	if (code)
		goto out;
	fault_reset_all();
	crash_install();
	hang_watch(HANG_RUN_NS, NULL);
	if (world_create(&r.w, &cfg)) {
		code = complain("%s", r.w.error);
		goto out;
	}
	stop = world_run(&r.w);
	code = verdict(&r, stop);
	world_destroy(&r.w);
out:
	pool_free(&pool);
	return code;
}
