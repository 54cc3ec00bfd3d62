/* SPDX-License-Identifier: BSD-3-Clause */
/* What the options of a command line say, between their reading and the commands. */
#ifndef FFASIM_HOST_CLI_OPTIONS_H
#define FFASIM_HOST_CLI_OPTIONS_H

#include "host/explore_cmd.h"
#include "host/run.h"
#include "host/world.h"

#define CLI_FILES_MAX 1024
#define CLI_SETS_MAX 64

struct cli {
	struct run_options o;
	const char *sets[CLI_SETS_MAX];
	struct pool pool; /* the sets that --module makes */
	struct world_module use[WORLD_MODULES_MAX];
	size_t use_count;
	const char *file[CLI_FILES_MAX];
	size_t file_count;
	struct explore_options x;
	bool json, vocabulary;
	const char *profile, *socket, *state, *entropy, *coverage;
	enum exec_way way;
	bool log_given;
	char **client; /* what follows "--" */
};

/* The command is the first word that is no option, NULL when there is none. 0, or the exit code
 * after a message. */
int cli_parse(struct cli *c, int argc, char **argv, const char **command);
void cli_options_help(void); /* a line for each */

#endif
