/* SPDX-License-Identifier: BSD-3-Clause */
/* YAML files as trees with positions. */
#include "host/ynode.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

struct copy {
	struct pool *pool;
	yaml_document_t *doc;
	const char *file;
	struct diag *d;
	unsigned depth;
};

static struct ynode *node_new(struct pool *pool, enum ynode_type type, const char *file, int line,
			      int column)
{
	struct ynode *n = pool_alloc(pool, sizeof(*n));

	if (n)
		*n = (struct ynode){.type = type, .file = file, .line = line, .column = column};
	return n;
}

static struct ynode *copy_node(struct copy *c, int index)
{
	yaml_node_t *y = yaml_document_get_node(c->doc, index);
	int line = (int)y->start_mark.line + 1, column = (int)y->start_mark.column + 1;
	struct ynode *n;
	size_t i = 0;

	if (++c->depth > 64) {
		diag_at(c->d, c->file, line, column, "nested too deeply");
		return NULL;
	}
	switch (y->type) {
	case YAML_SCALAR_NODE:
		n = node_new(c->pool, YNODE_SCALAR, c->file, line, column);
		n->text = pool_strdup(c->pool, (const char *)y->data.scalar.value);
		n->quoted = y->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
		break;
	case YAML_SEQUENCE_NODE:
		n = node_new(c->pool, YNODE_SEQ, c->file, line, column);
		n->count = y->data.sequence.items.top - y->data.sequence.items.start;
		n->item = pool_alloc(c->pool, (n->count + 1) * sizeof(*n->item));
		for (yaml_node_item_t *p = y->data.sequence.items.start;
		     p < y->data.sequence.items.top; p++, i++) {
			n->item[i] = copy_node(c, *p);
			if (!n->item[i])
				return NULL;
		}
		break;
	default:
		n = node_new(c->pool, YNODE_MAP, c->file, line, column);
		n->count = y->data.mapping.pairs.top - y->data.mapping.pairs.start;
		n->item = pool_alloc(c->pool, (n->count + 1) * sizeof(*n->item));
		n->key = pool_alloc(c->pool, (n->count + 1) * sizeof(*n->key));
		for (yaml_node_pair_t *p = y->data.mapping.pairs.start;
		     p < y->data.mapping.pairs.top; p++, i++) {
			n->key[i] = copy_node(c, p->key);
			n->item[i] = copy_node(c, p->value);
			if (!n->key[i] || !n->item[i])
				return NULL;
			if (n->key[i]->type != YNODE_SCALAR) {
				DIAG_NODE(c->d, n->key[i], "a key must be a word");
				return NULL;
			}
			for (size_t j = 0; j < i; j++) {
				if (!strcmp(n->key[j]->text, n->key[i]->text)) {
					DIAG_NODE(c->d, n->key[i], "key '%s' given twice",
						  n->key[i]->text);
					return NULL;
				}
			}
		}
		break;
	}
	c->depth--;
	return n;
}

static struct ynode *load(struct pool *pool, const char *name, yaml_parser_t *parser,
			  struct diag *d)
{
	struct copy c = {.pool = pool, .d = d, .file = pool_strdup(pool, name)};
	yaml_document_t doc;
	struct ynode *root = NULL;

	if (!yaml_parser_load(parser, &doc)) {
		diag_at(d, name, (int)parser->problem_mark.line + 1,
			(int)parser->problem_mark.column + 1, "%s",
			parser->problem ? parser->problem : "not YAML");
		return NULL;
	}
	c.doc = &doc;
	if (!yaml_document_get_root_node(&doc))
		diag_at(d, name, 1, 1, "the file is empty");
	else
		root = copy_node(&c, 1);
	yaml_document_delete(&doc);
	return root;
}

struct ynode *ynode_load(struct pool *pool, const char *path, struct diag *d)
{
	FILE *f = fopen(path, "rbe");
	yaml_parser_t parser;
	struct ynode *root;
	struct stat st;

	if (!f || (!fstat(fileno(f), &st) && S_ISDIR(st.st_mode))) {
		diag_at(d, path, 0, 0, "%s", f ? strerror(EISDIR) : strerror(errno));
		if (f)
			fclose(f);
		return NULL;
	}
	if (!yaml_parser_initialize(&parser)) {
		fclose(f);
		diag_at(d, path, 0, 0, "no memory");
		return NULL;
	}
	yaml_parser_set_input_file(&parser, f);
	root = load(pool, path, &parser, d);
	yaml_parser_delete(&parser);
	fclose(f);
	return root;
}

struct ynode *ynode_parse(struct pool *pool, const char *name, const char *text, struct diag *d)
{
	yaml_parser_t parser;
	struct ynode *root;

	if (!yaml_parser_initialize(&parser)) {
		diag_at(d, name, 0, 0, "no memory");
		return NULL;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
	root = load(pool, name, &parser, d);
	yaml_parser_delete(&parser);
	return root;
}

struct ynode *ynode_get(const struct ynode *map, const char *key)
{
	if (!map || map->type != YNODE_MAP)
		return NULL;
	for (size_t i = 0; i < map->count; i++) {
		if (!strcmp(map->key[i]->text, key))
			return map->item[i];
	}
	return NULL;
}

/* One step of a --set path: key of a map, index or `name:` of a list. Where it hangs;
 * @maker: a map without it gets one, in this name. */
static struct ynode **path_step(struct pool *pool, struct ynode *n, const char *word,
				const char *maker)
{
	uint64_t index;

	if (n->type == YNODE_MAP) {
		struct ynode **item, **key;

		for (size_t i = 0; i < n->count; i++) {
			if (!strcmp(n->key[i]->text, word))
				return &n->item[i];
		}
		if (!maker)
			return NULL;
		item = pool_alloc(pool, (n->count + 1) * sizeof(*item));
		key = pool_alloc(pool, (n->count + 1) * sizeof(*key));
		for (size_t i = 0; i < n->count; i++) {
			item[i] = n->item[i];
			key[i] = n->key[i];
		}
		key[n->count] = node_new(pool, YNODE_SCALAR, maker, 0, 0);
		key[n->count]->text = pool_strdup(pool, word);
		n->item = item;
		n->key = key;
		return &n->item[n->count++];
	}
	if (n->type != YNODE_SEQ)
		return NULL;
	for (size_t i = 0; i < n->count; i++) {
		struct ynode *name = ynode_get(n->item[i], "name");

		if (name && name->type == YNODE_SCALAR && !strcmp(name->text, word))
			return &n->item[i];
	}
	if (word_u64(word, &index) && index < n->count)
		return &n->item[index];
	return NULL;
}

static int set_nothing(const struct ynode *at, const char *word, int len, const char *assignment,
		       struct diag *d)
{
	const char *names[64];
	size_t count = 0;

	for (size_t i = 0; at->type == YNODE_SEQ && i < at->count && count < 64; i++) {
		const struct ynode *name = ynode_get(at->item[i], "name");

		if (name && name->type == YNODE_SCALAR)
			names[count++] = name->text;
	}
	if (count)
		return diag_at(d, "--set", 0, 0,
			       "'%.*s': nothing is called '%s' there (did you mean '%s'?)", len,
			       assignment, word, word_nearest(word, names, count));
	return diag_at(d, "--set", 0, 0, "'%.*s': nothing is called '%s' there", len, assignment,
		       word);
}

/* Diagnostics name the option, which has no lines. */
static void unplace(struct ynode *n)
{
	n->line = n->column = 0;
	for (size_t i = 0; n->type != YNODE_SCALAR && i < n->count; i++) {
		unplace(n->item[i]);
		if (n->type == YNODE_MAP)
			unplace(n->key[i]);
	}
}

int ynode_set(struct pool *pool, struct ynode *root, const char *assignment, struct diag *d)
{
	const char *eq = strchr(assignment, '='), *name = pool_printf(pool, "--set %s", assignment);
	struct ynode *value, *at = root;
	char *path, *save = NULL;

	if (!eq || eq == assignment)
		return diag_at(d, "--set", 0, 0, "'%s' is not key=value", assignment);
	path = pool_strdup(pool, assignment);
	path[eq - assignment] = '\0';
	value = ynode_parse(pool, name, eq[1] ? eq + 1 : "''", d);
	if (!value)
		return -EINVAL;
	unplace(value);
	for (char *word = strtok_r(path, ".", &save); word;) {
		char *next = strtok_r(NULL, ".", &save);
		struct ynode **slot;

		if (at == root && next && !ynode_get(root, word)) {
			/* A section that the file leaves out. */
			slot = path_step(pool, at, word, name);
			*slot = node_new(pool, YNODE_MAP, name, 0, 0);
		} else {
			slot = path_step(pool, at, word, name);
		}
		if (!slot)
			return set_nothing(at, word, (int)(eq - assignment), assignment, d);
		if (!next) {
			*slot = value;
			return 0;
		}
		if (!*slot)
			*slot = node_new(pool, YNODE_MAP, name, 0, 0);
		at = *slot;
		word = next;
	}
	return diag_at(d, "--set", 0, 0, "'%s' is not key=value", assignment);
}

const char *ynode_kind(const struct ynode *n)
{
	static const char *const kinds[] = {"a word", "a list", "a map"};

	return kinds[n->type];
}

static bool plain_is_safe(const struct ynode *n)
{
	if (n->quoted || !n->text[0])
		return false;
	return !n->text[strcspn(n->text, ":{}[],&*#?|<>!%`\"'\n\t\\ ")];
}

static void write_scalar(FILE *f, const struct ynode *n)
{
	if (plain_is_safe(n) && n->text[0] != '@' && n->text[0] != '-') {
		fputs(n->text, f);
		return;
	}
	if (!n->quoted && n->text[0] == '-' && n->text[1] >= '0' && n->text[1] <= '9') {
		fputs(n->text, f);
		return;
	}
	fputc('"', f);
	for (const char *p = n->text; *p; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(f, "\\%c", *p);
		else if (*p == '\n')
			fputs("\\n", f);
		else if (*p == '\t')
			fputs("\\t", f);
		else
			fputc(*p, f);
	}
	fputc('"', f);
}

static void write_flow(FILE *f, const struct ynode *n)
{
	if (n->type == YNODE_SCALAR) {
		write_scalar(f, n);
		return;
	}
	fputc(n->type == YNODE_SEQ ? '[' : '{', f);
	for (size_t i = 0; i < n->count; i++) {
		if (i)
			fputs(", ", f);
		if (n->type == YNODE_MAP) {
			write_scalar(f, n->key[i]);
			fputs(": ", f);
		}
		write_flow(f, n->item[i]);
	}
	fputc(n->type == YNODE_SEQ ? ']' : '}', f);
}

/* A section a block, its elements one a line; a task gets a line per step. */
static void write_item(FILE *f, const struct ynode *n)
{
	const struct ynode *steps = ynode_get(n, "steps");

	fputs("  - ", f);
	if (!steps || steps->type != YNODE_SEQ) {
		write_flow(f, n);
		fputc('\n', f);
		return;
	}
	for (size_t i = 0; i < n->count; i++) {
		if (i)
			fputs("    ", f);
		write_scalar(f, n->key[i]);
		if (n->item[i] != steps) {
			fputs(": ", f);
			write_flow(f, n->item[i]);
			fputc('\n', f);
			continue;
		}
		fputs(":\n", f);
		for (size_t j = 0; j < steps->count; j++) {
			fputs("      - ", f);
			write_flow(f, steps->item[j]);
			fputc('\n', f);
		}
	}
}

void ynode_write(FILE *f, const struct ynode *root)
{
	for (size_t i = 0; i < root->count; i++) {
		const struct ynode *v = root->item[i];

		write_scalar(f, root->key[i]);
		fputs(":", f);
		if (v->type == YNODE_SEQ && v->count && v->item[0]->type == YNODE_MAP) {
			fputc('\n', f);
			for (size_t j = 0; j < v->count; j++)
				write_item(f, v->item[j]);
		} else {
			fputc(' ', f);
			write_flow(f, v);
			fputc('\n', f);
		}
	}
}
