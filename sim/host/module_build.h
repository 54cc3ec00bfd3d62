/* SPDX-License-Identifier: BSD-3-Clause */
/* One `ffasim module build`, between its reading, compiling and checking. */
#ifndef FFASIM_HOST_MODULE_BUILD_H
#define FFASIM_HOST_MODULE_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "host/cli.h"
#include "host/words.h"

#define SOURCES_MAX 256
#define ARGS_MAX 512

struct build {
	struct pool pool;
	const char *source[SOURCES_MAX];
	size_t sources;
	const char *extra[ARGS_MAX / 2]; /* -I, -D, -W of the user, in order */
	size_t extras;
	const char *with[16]; /* modules whose exports count */
	size_t withs;
	const char *output, *name, *depfile;
	bool kernel_7, plain_only;
};

#define complain(...) cli_refuse("module build", __VA_ARGS__)

/* module_options.c: fills @b; 0, or the exit code after a message. */
int module_options(struct build *b, int argc, char **argv);
/* module_undefined.c: says what the built module would not load for; an exit code. */
int module_check_undefined(struct build *b);

#endif
