/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The options of the command line: rows of a table, and what each leaves in struct cli. A wrong
 * word is answered with the nearest valid one. What does not go with a command is the command's to
 * refuse (cli.c); where it does not, an option it has no use for is taken and does nothing.
 */
#include "host/cli_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/cli.h"
#include "host/words.h"

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
	if (c->o.set_count == CLI_SETS_MAX)
		return usage("more than %d --set and --module", CLI_SETS_MAX);
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
int cli_parse(struct cli *c, int argc, char **argv, const char **command)
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
			if (c->file_count == CLI_FILES_MAX)
				return usage("more than %d files", CLI_FILES_MAX);
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

void cli_options_help(void)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (options[i].doc) /* else it is none of the user's */
			printf("  %-13s %s\n", options[i].name, options[i].doc);
}
