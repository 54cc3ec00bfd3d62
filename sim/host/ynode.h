/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A scenario file as a tree whose nodes know where they came from. Read with libyaml's document API
 * and copied, so that `--set` can change it before anything is interpreted.
 * Not supported on purpose: aliases across documents, tags, several documents in a file.
 */
#ifndef FFASIM_HOST_YNODE_H
#define FFASIM_HOST_YNODE_H

#include <stdio.h>
#include "host/words.h"

enum ynode_type { YNODE_SCALAR, YNODE_SEQ, YNODE_MAP };

struct ynode {
	enum ynode_type type;
	bool quoted; /* scalar: written in quotes */
	int line, column;
	const char *file;
	const char *text;    /* scalar */
	struct ynode **item; /* elements, or values of a map */
	struct ynode **key;  /* map only */
	size_t count;
};

/* NULL with @d set when the file is missing, not YAML, or has a duplicate key. */
struct ynode *ynode_load(struct pool *pool, const char *path, struct diag *d);
struct ynode *ynode_parse(struct pool *pool, const char *name, const char *text, struct diag *d);
/* Value of a key, NULL when absent or not a map. */
struct ynode *ynode_get(const struct ynode *map, const char *key);
/* path "machine.preempt", "partitions.spin.image", "tasks.client.steps.2.invoke.work". */
int ynode_set(struct pool *pool, struct ynode *root, const char *assignment, struct diag *d);
const char *ynode_kind(const struct ynode *n); /* "a list" ... for messages */
/* Writes a scenario (a map at the top) as YAML that reads back the same. */
void ynode_write(FILE *f, const struct ynode *root);

#define DIAG_NODE(d, n, ...) diag_at(d, (n)->file, (n)->line, (n)->column, __VA_ARGS__)

#endif
