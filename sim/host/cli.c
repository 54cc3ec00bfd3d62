/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The commands: a table, each with a function that looks at what the options left in struct cli and
 * hands over to the part of the program that does it. A wrong word is answered with the nearest
 * valid one. Reading the options is cli_options.c; module and kunit read arguments of their own.
 */
#include "host/campaign_wire.h"
#include "host/coverage.h"
#include "host/cli.h"
#include "host/cli_options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "host/catalogue.h"
#include "host/conform.h"
#include "host/profile_show.h"
#include "host/explore_cmd.h"
#include "host/module.h"
#include "host/results.h"
#include "host/run.h"
#include "host/serve.h"
#include "host/variants.h"
#include "sp/entropy.h"
#include "sp/keep.h"
#include "sp/guest_cov.h"

int cli_refuse(const char *command, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "ffasim: %s%s", command ? command : "", command ? ": " : "");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

#define usage(...) cli_refuse(NULL, __VA_ARGS__)

static int cmd_run(struct cli *c)
{
	int code = 0;
	unsigned passed = 0;

	if (!c->file_count)
		return usage("run: which scenario? (ffasim list)");
	if (!c->log_given)
		c->o.log = c->file_count > 1 ? LOG_NONE : LOG_TEXT;
	/* Nothing half-run: all files must be right before the first one runs. */
	for (size_t i = 0; i < c->file_count; i++) {
		struct diag d = {0};
		struct scn s;
		int err = scn_load(&s, c->file[i], c->sets, c->o.set_count, &d);

		if (!err)
			err = variants_check(&s, &c->o, false, &d);
		if (s.variant_count && !c->log_given)
			c->o.log = LOG_NONE; /* of a comparison the table is wanted */
		scn_free(&s);
		if (err) {
			fprintf(stderr, "%s\n", d.text);
			return EXIT_USAGE;
		}
	}
	crash_install();
	hang_watch(HANG_RUN_NS, NULL);
	for (size_t i = 0; i < c->file_count; i++) {
		struct diag d = {0};
		struct scn s;
		int now;

		scn_load(&s, c->file[i], c->sets, c->o.set_count, &d);
		now = variants_run_any(&s, &c->o);
		passed += !now;
		code = code ? code : now; /* the first failing one */
		scn_free(&s);
		fflush(stdout);
	}
	if (c->file_count > 1)
		printf("%u of %zu passed\n", passed, c->file_count);
	return code;
}

static int cmd_check(struct cli *c)
{
	int code = 0;

	if (!c->file_count)
		return usage("check: which scenario?");
	for (size_t i = 0; i < c->file_count; i++) {
		struct diag d = {0};
		struct scn s;
		int err = scn_load(&s, c->file[i], c->sets, c->o.set_count, &d);

		if (!err)
			err = s.variant_count ? variants_check(&s, &c->o, true, &d)
					      : run_check(&s, &d);
		if (err) {
			fprintf(stderr, "%s\n", d.text);
			code = EXIT_USAGE;
		}
		scn_free(&s);
	}
	return code;
}

static int cmd_list(struct cli *c)
{
	return catalogue_list(c->file_count ? c->file[0] : NULL);
}

static int cmd_claims(struct cli *c)
{
	return catalogue_claims(&c->o);
}

static int cmd_points(struct cli *c)
{
	return catalogue_points(c->file_count ? c->file[0] : NULL, &c->o, c->vocabulary);
}

static int cmd_bench(struct cli *c)
{
	return bench_main(c->file_count ? c->file[0] : NULL, c->json, "/proc/self/exe", c->use,
			  c->use_count);
}

static int cmd_explore(struct cli *c)
{
	if (!c->file_count)
		return usage("explore: which scenario? (ffasim list)");
	if (c->x.resume && !c->x.results)
		return usage("explore: --resume goes on with the campaign of a --results DIR");
	if (c->x.faults && c->x.strategy)
		return usage("explore: --faults and --strategy exclude each other");
	if (c->x.sites && !c->x.faults)
		return usage("explore: --sites chooses among the sites of --faults");
	return explore_main(c->file, c->file_count, &c->o, &c->x);
}

static int cmd_exec(struct cli *c)
{
	if (c->file_count != 1 || !c->client || !c->client[0])
		return usage("exec SCENARIO -- CLIENT ARGS...");
	if (c->o.verify)
		return usage("exec: a client cannot be run twice, so there is no --verify");
	if (!c->log_given)
		c->o.log = LOG_NONE;
	return exec_main(c->file[0], c->client, c->way, &c->o);
}

static int cmd_serve(struct cli *c)
{
	if (c->file_count != 1 || !c->socket || c->client)
		return usage("serve SCENARIO --socket PATH");
	if (c->o.verify)
		return usage("serve: clients cannot be run twice, so there is no --verify");
	if (!c->log_given)
		c->o.log = LOG_NONE;
	return serve_main(c->file[0], c->socket, &c->o);
}

static int cmd_attach(struct cli *c)
{
	if (c->file_count || !c->socket || !c->client || !c->client[0])
		return usage("attach --socket PATH -- CLIENT ARGS...");
	return attach_main(c->socket, c->client);
}

static int cmd_replay(struct cli *c)
{
	if (c->file_count != 1)
		return usage("replay: which file? (a failing run names it)");
	return replay_main(c->file[0], &c->o, &c->x);
}

static int cmd_shrink(struct cli *c)
{
	if (c->file_count != 1)
		return usage("shrink: which file? (a failing run names it)");
	return shrink_main(c->file[0], &c->o, &c->x);
}

static int cmd_merge(struct cli *c)
{
	if (!c->file_count || !c->o.out_dir)
		return usage("merge DIR... --out DIR");
	return merge_main(c->file, c->file_count, c->o.out_dir);
}

static int cmd_conform(struct cli *c)
{
	if (c->file_count > 1)
		return usage("conform: one statement at a time, e.g. C24");
	return conform_main(c->profile, c->file_count ? c->file[0] : NULL, c->json);
}

static int cmd_profile(struct cli *c)
{
	if (c->file_count > 2)
		return usage("profile: one name, or two to compare");
	return profile_show(c->file_count ? c->file[0] : NULL,
			    c->file_count > 1 ? c->file[1] : NULL);
}

/* Only reached when an option stands before the command. */
static int cmd_own(struct cli *c)
{
	(void)c;
	return usage("module and kunit come first: ffasim module build --help");
}

static int run_command(struct cli *c, int (*run)(struct cli *c))
{
	int err, code;

	if (c->coverage && c->x.worker) /* counts for its parent, which writes */
		err = guest_coverage_begin(FD_COVERAGE) ? 0 : -ENOMEM;
	else
		err = c->coverage ? coverage_begin(c->coverage) : 0;
	if (err)
		return usage("--coverage: cannot write %s: %s", c->coverage, strerror(-err));
	code = run(c);
	err = coverage_end();
	if (err)
		fprintf(stderr, "ffasim: --coverage: %s: %s\n", c->coverage, strerror(-err));
	return err && !code ? EXIT_INTERNAL : code;
}

static int cmd_help(struct cli *c);
static const struct command {
	const char *name, *args, *doc;
	int (*run)(struct cli *c);
} commands[] = {
	{"run", "SCENARIO...", "run scenarios", cmd_run},
	{"check", "FILE...", "read scenarios and build their worlds without running them",
	 cmd_check},
	{"list", "[GLOB]", "scenarios with claims and goals", cmd_list},
	{"claims", "", "claims C1..C10 with the scenarios that show them", cmd_claims},
	{"points", "[SCENARIO]", "every event, fault site and cost a scenario can name",
	 cmd_points},
	{"explore", "SCENARIO...", "look for schedules that break a scenario", cmd_explore},
	{"merge", "DIR... --out DIR", "put the results of explore --shard together", cmd_merge},
	{"bench", "[NAME]", "figures, one a row", cmd_bench},
	{"conform", "[C1|sweep]", "hold the SPMC to statements about FF-A; sweep: all versions",
	 cmd_conform},
	{"profile", "[NAME [NAME]]", "what an SPMC profile decides, or where two differ",
	 cmd_profile},
	{"replay", "FILE", "repeat a run with its decisions and show what matters", cmd_replay},
	{"shrink", "FILE", "make a failing run smaller", cmd_shrink},
	{"exec", "SCENARIO -- CLIENT...", "run a program that sees the scenario's /dev/teeN",
	 cmd_exec},
	{"serve", "SCENARIO --socket PATH",
	 "keep the scenario's machine for clients that come and go", cmd_serve},
	{"attach", "--socket PATH -- CLIENT...",
	 "run a program that sees a served machine's /dev/teeN", cmd_attach},
	{"module", "build ...", "compile kernel C files into a module (--help)", cmd_own},
	{"kunit", "FILE.ko.so", "run the KUnit suites of a module, print KTAP", cmd_own},
	{"help", "", "this", cmd_help},
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static int cmd_help(struct cli *c)
{
	puts("ffasim COMMAND [OPTION]...\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		printf("  %-8s %-13s %s\n", commands[i].name, commands[i].args, commands[i].doc);
	putchar('\n');
	cli_options_help();
	puts("\nexit: 0 pass, 1 fail, 2 usage or scenario error, 3 no progress, 4 two runs of one "
	     "seed differ,\n"
	     "      77 skip, 99 internal error");
	return 0;
}

static int open_state(const struct cli *c, const char *command)
{
	int err;

	if (!c->state)
		return 0;
	if (strcmp(command, "run") && strcmp(command, "exec") && strcmp(command, "serve"))
		return usage("%s: --state goes with run, exec and serve", command);
	if (c->o.verify)
		return usage("--state: what a run finds there the next one changes, so there is no "
			     "--verify");
	err = keep_open(c->state);
	return err ? usage("--state %s: %s", c->state,
			   err == -EBUSY    ? "another process uses it"
			   : err == -EPROTO ? "not a state directory of this version"
					    : strerror(-err))
		   : 0;
}

static int choose_entropy(const struct cli *c, const char *command)
{
	if (!c->entropy)
		return 0;
	if (strcmp(command, "exec") && strcmp(command, "serve"))
		return usage("%s: --entropy goes with exec and serve: what it runs repeats",
			     command);
	if (!strcmp(c->entropy, "host"))
		entropy_from_host();
	return 0;
}

int ffasim_main(int argc, char **argv)
{
	struct cli *c = calloc(1, sizeof(*c));
	const char *words[COMMAND_COUNT], *command = NULL;
	int code = EXIT_USAGE;

	if (!c)
		return EXIT_INTERNAL;
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		words[i] = commands[i].name;
	/* These have arguments of their own. */
	if (argc >= 2 && !strcmp(argv[1], "module")) {
		code = module_main(argc - 2, argv + 2);
		goto out;
	}
	if (argc >= 2 && !strcmp(argv[1], "kunit")) {
		code = kunit_main(argc - 2, argv + 2);
		goto out;
	}
	if (argc < 2) {
		cmd_help(c);
		goto out;
	}
	if (cli_parse(c, argc - 1, argv + 1, &command))
		goto out;
	if (!command) {
		usage("which command? (ffasim help)");
		goto out;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(commands[i].name, command))
			continue;
		code = choose_entropy(c, command);
		code = code ? code : open_state(c, command);
		code = code ? code : run_command(c, commands[i].run);
		keep_close();
		goto out;
	}
	code = usage("unknown command '%s' (did you mean '%s'?)", command,
		     word_nearest(command, words, COMMAND_COUNT));
out:
	pool_free(&c->pool);
	free(c);
	fflush(stdout);
	return code;
}
