/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line. Options are rows of a table; a wrong word is answered with the nearest valid
 * one. */
#include "host/campaign_wire.h"
#include "host/coverage.h"
#include "host/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

#define FILES_MAX 1024
#define SETS_MAX 64

struct cli {
	struct run_options o;
	const char *sets[SETS_MAX];
	struct pool pool; /* the sets that --module makes */
	struct world_module use[WORLD_MODULES_MAX];
	size_t use_count;
	const char *file[FILES_MAX];
	size_t file_count;
	struct explore_options x;
	bool json, vocabulary;
	const char *profile, *socket, *state, *entropy, *coverage;
	enum exec_way way;
	bool log_given;
	char **client; /* what follows "--" */
};

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

enum opt {
	OPT_SEED,
	OPT_SET,
	OPT_VERIFY,
	OPT_TRACE,
	OPT_LOG,
	OPT_OUT,
	OPT_GDB,
	OPT_COVERAGE,
	OPT_CODE,
	OPT_JSON,
	OPT_VOCABULARY,
	OPT_PROFILE,
	OPT_POINTS,
	OPT_STRATEGY,
	OPT_DEPTH,
	OPT_RUNS,
	OPT_TIME,
	OPT_FIRST,
	OPT_FAULTS,
	OPT_SITES,
	OPT_NO_SNAPSHOT,
	OPT_NO_HINTS,
	OPT_JOBS,
	OPT_SHARD,
	OPT_RESULTS,
	OPT_RESUME,
	OPT_HANG,
	OPT_WORKER,
	OPT_MODULE,
	OPT_SOCKET,
	OPT_STATE,
	OPT_ENTROPY,
	OPT_VIA
};
static const struct {
	const char *name;
	bool value;
	const char *doc;
} options[] = {
	[OPT_SEED] = {"--seed", true, "N: seed of the oracle"},
	[OPT_SET] = {"--set", true, "key=value: change the scenario, e.g. machine.preempt=none"},
	[OPT_VERIFY] = {"--verify", false, "run twice and compare"},
	[OPT_TRACE] = {"--trace", true, "FILE: Chrome/Perfetto JSON"},
	[OPT_LOG] = {"--log", true, "text, all, json, wire or none"},
	[OPT_GDB] = {"--gdb", true,
		     "PARTITION[=SOCKET]: debug its AArch64 code with gdb-multiarch"},
	[OPT_CODE] = {"--code", true,
		      "EVENT: run: show the AArch64 code around it, e.g. 'ffa.interrupt(sp=spin)'"},
	[OPT_COVERAGE] = {"--coverage", true,
			  "FILE: which AArch64 code ran, for lcov, over all runs"},
	[OPT_OUT] = {"--out", true, "DIR: where a failing run leaves its scenario (out)"},
	[OPT_JSON] = {"--json", false, "bench, conform: one object a line; explore: the result"},
	[OPT_POINTS] = {"--points", true, "calls or access: same as --set machine.points=..."},
	[OPT_STRATEGY] = {"--strategy", true, "explore: random, pct, bounded or coverage (pct)"},
	[OPT_DEPTH] = {"--depth", true, "explore: N decisions a run (pct 3, bounded 2)"},
	[OPT_RUNS] = {"--runs", true, "explore, replay: N runs a scenario"},
	[OPT_TIME] = {"--time", true, "explore: as long a scenario, e.g. 30s (10s)"},
	[OPT_FIRST] = {"--stop-on-first", false, "explore: the first finding ends it"},
	[OPT_FAULTS] = {"--faults", false,
			"explore: each passage of each fault site fails; --faults=pairs, =forever, "
			"=swarm"},
	[OPT_SITES] = {"--sites", true,
		       "explore --faults: those that match, e.g. 'kern.*,!kern.unplug' (all)"},
	[OPT_NO_SNAPSHOT] = {"--no-snapshot", false, "explore: build the world for each run"},
	[OPT_NO_HINTS] = {"--no-hints", false,
			  "explore: with points at accesses, decide at each of them"},
	[OPT_JOBS] = {"--jobs", true,
		      "explore: N processes (1); 0: this one does it, for debuggers"},
	[OPT_SHARD] = {"--shard", true,
		       "explore: K/N: every Nth part of the campaign, from the Kth"},
	[OPT_RESULTS] = {"--results", true, "explore: DIR that keeps findings and coverage"},
	[OPT_RESUME] = {"--resume", false, "explore: go on where --results ends, or start"},
	[OPT_HANG] = {"--hang", true,
		      "explore, replay, shrink: processor time a run may take (10s)"},
	[OPT_WORKER] = {"--worker", true, NULL},
	[OPT_VOCABULARY] = {"--vocabulary", false, "points: the words of scenario files as well"},
	[OPT_PROFILE] = {"--profile", true, "NAME: conform: this SPMC only"},
	[OPT_SOCKET] = {"--socket", true, "PATH: serve, attach: where clients come in"},
	[OPT_STATE] = {"--state", true,
		       "DIR: run, exec, serve: what storage SPs keep from run to run"},
	[OPT_ENTROPY] = {"--entropy", true, "exec, serve: what SPs draw from, seed or host (seed)"},
	[OPT_VIA] = {"--via", true, "exec: seccomp or preload (seccomp where it is allowed)"},
	[OPT_MODULE] = {"--module", true,
			"NAME=FILE.ko.so[,parameter=value]: in place of the built-in one"},
};
#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

static int add_set(struct cli *c, const char *set)
{
	if (c->o.set_count == SETS_MAX)
		return usage("more than %d --set and --module", SETS_MAX);
	c->sets[c->o.set_count++] = set;
	return 0;
}

/* A module file is a setting of the scenario like others, so it is in the file that repeats a run.
 */
static int use_module(struct cli *c, const char *value)
{
	char *name = pool_strdup(&c->pool, value), *file = strchr(name, '='), *param, *next;
	int err = 0;

	if (!file || file == name || !file[1])
		return usage("--module: '%s' is not NAME=FILE.ko.so", value);
	*file++ = '\0';
	param = strchr(file, ',');
	if (param)
		*param++ = '\0';
	if (c->use_count == WORLD_MODULES_MAX)
		return usage("more than %d modules", WORLD_MODULES_MAX);
	if (access(file, R_OK))
		return usage("--module %s: cannot read %s: %s", name, file, strerror(errno));
	c->use[c->use_count++] = (struct world_module){.name = name, .path = file};
	err = add_set(c, pool_printf(&c->pool, "machine.module-files.%s='%s'", name, file));
	for (; param && !err; param = next) {
		char *eq = strchr(param, '=');

		next = strchr(param, ',');
		if (next)
			*next++ = '\0';
		if (!eq || (next && eq > next))
			return usage("--module %s: '%s' is not parameter=value", name, param);
		*eq++ = '\0';
		err = add_set(c, pool_printf(&c->pool, "machine.module-params.%s.%s='%s'", name,
					     param, eq));
	}
	return err;
}

static int option_shard(struct cli *c, const char *value)
{
	unsigned k, of;
	int used = 0;

	if (sscanf(value, "%u/%u%n", &k, &of, &used) != 2 || value[used] || !k || k > of ||
	    of > EXPLORE_SHARDS_MAX)
		return usage("--shard: '%s' is not K/N with K from 1 to N, and N at most %d", value,
			     EXPLORE_SHARDS_MAX);
	c->x.shard = k;
	c->x.shards = of;
	return 0;
}

static int option(struct cli *c, enum opt opt, const char *value)
{
	static const char *const logs[] = {"none", "text", "all", "json", "wire"};
	uint64_t n;

	switch (opt) {
	case OPT_SEED:
		if (!word_u64(value, &c->o.seed))
			return usage("--seed: '%s' is not a number", value);
		c->o.seed_given = true;
		return 0;
	case OPT_SET:
		return add_set(c, value);
	case OPT_MODULE:
		return use_module(c, value);
	case OPT_POINTS:
		if (strcmp(value, "calls") && strcmp(value, "access"))
			return usage("--points cannot be '%s' (did you mean '%s'?)", value,
				     word_nearest(value, (const char *[]){"calls", "access"}, 2));
		return option(c, OPT_SET,
			      value[0] == 'c' ? "machine.points=calls" : "machine.points=access");
	case OPT_VERIFY:
		c->o.verify = true;
		return 0;
	case OPT_TRACE:
		c->o.trace_path = value;
		return 0;
	case OPT_LOG:
		for (int i = 0; i < 5; i++) {
			if (!strcmp(logs[i], value)) {
				c->o.log = (enum log_mode[]){LOG_NONE, LOG_TEXT, LOG_ALL, LOG_JSON,
							     LOG_WIRE}[i];
				c->log_given = true;
				return 0;
			}
		}
		return usage("--log cannot be '%s' (did you mean '%s'?)", value,
			     word_nearest(value, logs, 5));
	case OPT_GDB:
		c->o.gdb = value;
		return 0;
	case OPT_CODE:
		c->o.code = value;
		return 0;
	case OPT_COVERAGE:
		c->coverage = value;
		return 0;
	case OPT_OUT:
		c->o.out_dir = value;
		return 0;
	case OPT_STRATEGY:
		c->x.strategy = explore_strategy(value);
		return c->x.strategy ? 0
				     : usage("--strategy cannot be '%s' (did you mean '%s'?)",
					     value, explore_strategy_nearest(value));
	case OPT_DEPTH:
		if (!word_u64(value, &n) || !n || n > 32)
			return usage("--depth: '%s' is not a number from 1 to 32", value);
		c->x.depth = (unsigned)n;
		return 0;
	case OPT_RUNS:
		if (!word_u64(value, &c->x.runs) || !c->x.runs)
			return usage("--runs: '%s' is not a number of runs", value);
		return 0;
	case OPT_TIME:
		if (!word_time(value, &c->x.time_ns) || !c->x.time_ns)
			return usage("--time: '%s' is not a time like 30s", value);
		return 0;
	case OPT_FIRST:
		c->x.stop_on_first = true;
		return 0;
	case OPT_FAULTS:
		c->x.faults = explore_faults(value);
		if (!c->x.faults)
			return usage("--faults cannot be '%s': pairs, forever, swarm, or nothing",
				     value);
		return 0;
	case OPT_SITES:
		return explore_sites(value, &c->x);
	case OPT_NO_SNAPSHOT:
		c->x.no_snapshot = true;
		return 0;
	case OPT_NO_HINTS:
		c->o.all_points = true;
		return 0;
	case OPT_JOBS:
		if (!word_u64(value, &n) || n > 256)
			return usage("--jobs: '%s' is not a number from 0 to 256", value);
		c->x.in_process = !n;
		c->x.jobs = (unsigned)n;
		return 0;
	case OPT_SHARD:
		return option_shard(c, value);
	case OPT_RESULTS:
		c->x.results = value;
		return 0;
	case OPT_RESUME:
		c->x.resume = true;
		return 0;
	case OPT_HANG:
		if (!word_time(value, &c->x.hang_ns) || !c->x.hang_ns)
			return usage("--hang: '%s' is not a time like 30s", value);
		return 0;
	case OPT_WORKER:
		c->x.worker = value;
		return 0;
	case OPT_JSON:
		c->json = c->x.json = true;
		return 0;
	case OPT_VOCABULARY:
		c->vocabulary = true;
		return 0;
	case OPT_PROFILE:
		c->profile = value;
		return 0;
	case OPT_SOCKET:
		c->socket = value;
		return 0;
	case OPT_STATE:
		c->state = value;
		return 0;
	case OPT_ENTROPY:
		if (strcmp(value, "seed") && strcmp(value, "host"))
			return usage("--entropy must be seed or host, not '%s'", value);
		c->entropy = value;
		return 0;
	case OPT_VIA:
		if (strcmp(value, "seccomp") && strcmp(value, "preload"))
			return usage("--via must be seccomp or preload, not '%s'", value);
		c->way = value[0] == 's' ? EXEC_WAY_SECCOMP : EXEC_WAY_PRELOAD;
		return 0;
	}
	return EXIT_INTERNAL;
}

/* The command is the first word that is no option: options may stand before and after it. */
static int parse(struct cli *c, int argc, char **argv, const char **command)
{
	for (int i = 0; i < argc; i++) {
		const char *a = argv[i], *eq = strchr(a, '=');
		size_t len = eq ? (size_t)(eq - a) : strlen(a), n = 0;
		int err;

		if (!strcmp(a, "--")) {
			c->client = argv + i + 1;
			break;
		}
		if (!strcmp(a, "--help") || !strcmp(a, "-h")) {
			*command = "help";
			return 0;
		}
		if (a[0] != '-' && !*command) {
			*command = a;
			continue;
		}
		if (a[0] != '-') {
			if (c->file_count == FILES_MAX)
				return usage("more than %d files", FILES_MAX);
			c->file[c->file_count++] = a;
			continue;
		}
		while (n < OPTION_COUNT &&
		       (strlen(options[n].name) != len || strncmp(options[n].name, a, len)))
			n++;
		if (n == OPTION_COUNT) {
			const char *words[OPTION_COUNT];

			for (size_t j = 0; j < OPTION_COUNT; j++)
				words[j] = options[j].name;
			return usage("unknown option '%s' (did you mean '%s'?)", a,
				     word_nearest(a, words, OPTION_COUNT));
		}
		if (options[n].value && !eq && ++i == argc)
			return usage("%s needs a value", options[n].name);
		if (!options[n].value && eq && n != OPT_FAULTS)
			return usage("%s takes no value", options[n].name);
		err = option(c, (enum opt)n, eq ? eq + 1 : options[n].value ? argv[i] : NULL);
		if (err)
			return err;
	}
	c->o.sets = c->sets;
	c->o.out = stdout;
	c->o.tty = isatty(1);
	return 0;
}

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
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (options[i].doc) /* else it is none of the user's */
			printf("  %-13s %s\n", options[i].name, options[i].doc);
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
	if (parse(c, argc - 1, argv + 1, &command))
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
