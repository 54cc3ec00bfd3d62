/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Variants of a scenario. Each is the file with its own `set` applied, then the command line's,
 * and its own expectations added to the common ones; it runs and is judged like any scenario. The
 * figures of all go into one table; `compare` states how they must relate.
 */
#include "host/variants.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define V(name_, type_, struct_, field_, req_, doc_, aux_)                                         \
	{                                                                                          \
		name_, type_, offsetof(struct struct_, field_), req_, doc_, aux_                   \
	}

static const struct vkey variant_keys[] = {
	V("name", V_STR, scn_variant, name, true, "name in the table", NULL),
	V("set", V_NODE, scn_variant, set_node, true, "path: value, as with --set", NULL),
	V("expect", V_NODE, scn_variant, expect, false, "expectations of this variant", NULL),
};
#define VARIANT_KEYS (sizeof(variant_keys) / sizeof(variant_keys[0]))

static const struct vkey compare_keys[] = {
	V("metric", V_ENUM, scn_comparison, metric, true, "column that is compared", metric_words),
	V("of", V_NODE, scn_comparison, of_node, true, "variant", NULL),
	V("to", V_NODE, scn_comparison, to_node, true, "variant it is divided by", NULL),
	V("ratio", V_NODE, scn_comparison, ratio, true, "10.. or ..0.5 or 1.1..2", NULL),
};
#define COMPARE_KEYS (sizeof(compare_keys) / sizeof(compare_keys[0]))

static int variant_index(struct scn *s, const struct ynode *n)
{
	const char *words[SCN_VARIANTS_MAX];

	for (size_t i = 0; i < s->variant_count; i++) {
		if (n->type == YNODE_SCALAR && !strcmp(n->text, s->variant[i].name))
			return (int)i;
		words[i] = s->variant[i].name;
	}
	if (n->type != YNODE_SCALAR)
		DIAG_NODE(s->d, n, "a variant must be a name, not %s", ynode_kind(n));
	else
		DIAG_NODE(s->d, n, "unknown variant '%s' (did you mean '%s'?)", n->text,
			  word_nearest(n->text, words, s->variant_count));
	return -1;
}

static int read_sets(struct scn *s, struct scn_variant *v)
{
	const struct ynode *n = v->set_node;

	if (n->type != YNODE_MAP)
		return DIAG_NODE(s->d, n, "'set' must be a map of path: value, not %s",
				 ynode_kind(n));
	v->set = pool_alloc(&s->pool, (n->count + 1) * sizeof(*v->set));
	for (size_t i = 0; i < n->count; i++) {
		if (n->item[i]->type != YNODE_SCALAR)
			return DIAG_NODE(s->d, n->item[i], "'%s' must be one word, not %s",
					 n->key[i]->text, ynode_kind(n->item[i]));
		v->set[v->set_count++] =
			pool_printf(&s->pool, "%s=%s", n->key[i]->text, n->item[i]->text);
	}
	return 0;
}

static int read_variant(struct scn *s, const struct ynode *n)
{
	struct scn_variant *v = &s->variant[s->variant_count];

	v->node = n;
	if (vmap_parse(s, n, variant_keys, VARIANT_KEYS, v, NULL, NULL) || read_sets(s, v))
		return -EINVAL;
	for (size_t i = 0; i < s->variant_count; i++) {
		if (!strcmp(s->variant[i].name, v->name))
			return DIAG_NODE(s->d, n, "two variants are called '%s'", v->name);
	}
	s->variant_count++;
	return 0;
}

static int read_table(struct scn *s, const struct ynode *n)
{
	if (n->type != YNODE_SEQ || !n->count || n->count > METRIC_COUNT)
		return DIAG_NODE(s->d, n, "'table' must be a list of 1..%d metrics", METRIC_COUNT);
	for (size_t i = 0; i < n->count; i++) {
		const struct ynode *c = n->item[i];
		unsigned m = 0;

		while (c->type == YNODE_SCALAR && m < METRIC_COUNT &&
		       strcmp(metric_words[m], c->text))
			m++;
		if (c->type != YNODE_SCALAR)
			return DIAG_NODE(s->d, c, "a metric must be a word, not %s", ynode_kind(c));
		if (m == METRIC_COUNT)
			return DIAG_NODE(s->d, c, "unknown metric '%s' (did you mean '%s'?)",
					 c->text,
					 word_nearest(c->text, metric_words, METRIC_COUNT));
		s->column[s->column_count++] = m;
	}
	return 0;
}

static bool number(const char *text, size_t len, double *out)
{
	char copy[32], *end;

	if (!len || len >= sizeof(copy))
		return false;
	memcpy(copy, text, len); /* strtod() would take the first of the two dots */
	copy[len] = '\0';
	*out = strtod(copy, &end);
	return !*end && *out >= 0;
}

/* "10..", "..0.5", "1.1..2" */
static int read_ratio(struct scn *s, struct scn_comparison *c)
{
	const struct ynode *n = c->ratio;
	const char *dots = n->type == YNODE_SCALAR ? strstr(n->text, "..") : NULL;

	c->lo = 0;
	c->hi = HUGE_VAL;
	if (!dots || !strcmp(n->text, "..") ||
	    (dots != n->text && !number(n->text, (size_t)(dots - n->text), &c->lo)) ||
	    (dots[2] && !number(dots + 2, strlen(dots + 2), &c->hi)) || c->lo > c->hi)
		return DIAG_NODE(s->d, n,
				 "'ratio' must be a range of numbers, like 10.. or ..0.5 or 1..2");
	return 0;
}

static int read_comparison(struct scn *s, const struct ynode *n)
{
	struct scn_comparison *c = &s->comparison[s->comparison_count];

	c->node = n;
	if (vmap_parse(s, n, compare_keys, COMPARE_KEYS, c, NULL, NULL) || read_ratio(s, c))
		return -EINVAL;
	c->of = variant_index(s, c->of_node);
	c->to = c->of < 0 ? -1 : variant_index(s, c->to_node);
	if (c->to < 0)
		return -EINVAL;
	s->comparison_count++;
	return 0;
}

static int read_list(struct scn *s, const struct ynode *n, const char *what, size_t max,
		     int (*one)(struct scn *, const struct ynode *))
{
	if (n->type != YNODE_SEQ)
		return DIAG_NODE(s->d, n, "'%s' must be a list, not %s", what, ynode_kind(n));
	if (n->count > max)
		return DIAG_NODE(s->d, n, "more than %zu %s", max, what);
	for (size_t i = 0; i < n->count; i++) {
		if (one(s, n->item[i]))
			return -EINVAL;
	}
	return 0;
}

int scn_read_variants(struct scn *s, const struct ynode *root)
{
	const struct ynode *variants = ynode_get(root, "variants"),
			   *table = ynode_get(root, "table"), *compare = ynode_get(root, "compare");

	if (!variants && (table || compare))
		return DIAG_NODE(s->d, table ? table : compare, "'%s' needs 'variants'",
				 table ? "table" : "compare");
	if (!variants)
		return 0;
	if (read_list(s, variants, "variants", SCN_VARIANTS_MAX, read_variant) ||
	    (table && read_table(s, table)))
		return -EINVAL;
	return compare ? read_list(s, compare, "compare", SCN_COMPARISONS_MAX, read_comparison) : 0;
}

/* --- one variant as a scenario ------------------------------------------------------------------
 */

static void drop_key(struct ynode *map, const char *key)
{
	size_t to = 0;

	for (size_t i = 0; i < map->count; i++) {
		if (!strcmp(map->key[i]->text, key))
			continue;
		map->key[to] = map->key[i];
		map->item[to++] = map->item[i];
	}
	map->count = to;
}

/* The common expectations and the variant's own, as one list. */
static int join_expectations(struct scn *s, struct ynode *root, const struct ynode *own)
{
	struct ynode *common = ynode_get(root, "expect"), *both;

	if (!common)
		return DIAG_NODE(s->d, own, "a variant's 'expect' needs a common 'expect' section");
	if (own->type != YNODE_SEQ || common->type != YNODE_SEQ)
		return DIAG_NODE(s->d, own, "'expect' must be a list, not %s", ynode_kind(own));
	both = pool_alloc(&s->pool, sizeof(*both));
	*both = *common;
	both->count = common->count + own->count;
	both->item = pool_alloc(&s->pool, both->count * sizeof(*both->item));
	memcpy(both->item, common->item, common->count * sizeof(*both->item));
	memcpy(both->item + common->count, own->item, own->count * sizeof(*both->item));
	for (size_t i = 0; i < root->count; i++) {
		if (root->item[i] == common)
			root->item[i] = both;
	}
	return 0;
}

int scn_take_variant(struct scn *s, const char *name)
{
	struct ynode *root = s->root;
	const struct scn_variant *v = NULL;

	if (scn_read_variants(s, root))
		return -EINVAL;
	for (size_t i = 0; i < s->variant_count; i++) {
		if (!strcmp(s->variant[i].name, name))
			v = &s->variant[i];
	}
	if (!v)
		return DIAG_NODE(s->d, root, "no variant '%s'", name);
	for (size_t i = 0; i < v->set_count; i++) {
		if (ynode_set(&s->pool, root, v->set[i], s->d))
			return -EINVAL;
	}
	if (v->expect && join_expectations(s, root, v->expect))
		return -EINVAL;
	drop_key(root, "variants");
	drop_key(root, "table");
	drop_key(root, "compare");
	s->variant_count = s->column_count = s->comparison_count = 0;
	s->name = pool_printf(&s->pool, "%s-%s", s->name, name);
	return 0;
}

/* A message about a variant's own `set` names its line instead of an option. */
static void place(const struct scn_variant *v, struct diag *d)
{
	for (size_t i = 0; i < v->set_count; i++) {
		const struct ynode *n = v->set_node->item[i];
		const size_t len = strlen(v->set[i]);
		char rest[sizeof(d->text)];

		if (strncmp(d->text, "--set ", 6) || strncmp(d->text + 6, v->set[i], len) ||
		    strncmp(d->text + 6 + len, ": ", 2))
			continue;
		snprintf(rest, sizeof(rest), "%s", d->text + 6 + len + 2);
		d->set = false;
		DIAG_NODE(d, n, "%s", rest);
		return;
	}
}

static int load(struct scn *one, const struct scn *s, const struct scn_variant *v,
		const struct run_options *o, struct diag *d)
{
	const int err = scn_load_variant(one, s->path, v->name, o->sets, o->set_count, d);

	if (err)
		place(v, d);
	return err;
}

int variants_check(const struct scn *s, const struct run_options *o, bool build, struct diag *d)
{
	for (size_t i = 0; i < s->variant_count; i++) {
		struct scn one;
		int err = load(&one, s, &s->variant[i], o, d);

		if (!err && build)
			err = run_check(&one, d);
		scn_free(&one);
		if (err)
			return err;
	}
	return 0;
}

/* --- running ------------------------------------------------------------------------------------
 */

struct outcome_of {
	struct metrics metrics;
	int code;
};

/* "out/t.json" -> "out/t-NAME.json" */
static void trace_path_of(const char *path, const char *name, char *out, size_t bytes)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
	const int stem = dot && (!slash || dot > slash) ? (int)(dot - path) : (int)strlen(path);

	snprintf(out, bytes, "%.*s-%s%s", stem, path, name, path + stem);
}

static int run_one(const struct scn *s, const struct scn_variant *v, const struct run_options *o,
		   struct metrics *metrics)
{
	struct run_options mine = *o;
	struct diag d = {0};
	struct scn one;
	char path[512];
	int code;

	if (load(&one, s, v, o, &d)) {
		fprintf(stderr, "%s\n", d.text);
		scn_free(&one);
		return EXIT_USAGE;
	}
	if (o->trace_path) {
		trace_path_of(o->trace_path, v->name, path, sizeof(path));
		mine.trace_path = path;
	}
	metrics_begin(metrics);
	mine.metrics = metrics;
	code = run_scenario(&one, &mine);
	scn_free(&one);
	return code;
}

static void print_table(const struct scn *s, const struct outcome_of *all, FILE *out)
{
	int name_width = 7;

	for (size_t i = 0; i < s->variant_count; i++) {
		const int n = (int)strlen(s->variant[i].name);

		name_width = n > name_width ? n : name_width;
	}
	fprintf(out, "\n%-*s", name_width, "variant");
	for (size_t c = 0; c < s->column_count; c++)
		fprintf(out, "  %16s", metric_words[s->column[c]]);
	fputs("  verdict\n", out);
	for (size_t i = 0; i < s->variant_count; i++) {
		fprintf(out, "%-*s", name_width, s->variant[i].name);
		for (size_t c = 0; c < s->column_count; c++)
			fprintf(out, "  %16s", metric_text(&all[i].metrics, s->column[c]));
		fprintf(out, "  %s\n", all[i].code ? "FAILED" : "pass");
	}
}

static void print_json(const struct scn *s, const struct outcome_of *all, FILE *out)
{
	for (size_t i = 0; i < s->variant_count; i++) {
		fprintf(out, "{\"variant\":\"%s\"", s->variant[i].name);
		for (size_t c = 0; c < s->column_count; c++)
			fprintf(out, ",\"%s\":%" PRIu64, metric_words[s->column[c]],
				all[i].metrics.value[s->column[c]]);
		fprintf(out, ",\"code\":%d}\n", all[i].code);
	}
}

/* What was asked of the ratio: "at least 10", "0.5 at most", "1.1..2". */
static void range_text(const struct scn_comparison *c, char *out, size_t bytes)
{
	if (c->hi == HUGE_VAL)
		snprintf(out, bytes, "at least %g", c->lo);
	else if (!c->lo)
		snprintf(out, bytes, "at most %g", c->hi);
	else
		snprintf(out, bytes, "%g..%g", c->lo, c->hi);
}

static int compare(const struct scn *s, const struct outcome_of *all,
		   const struct scn_comparison *c, bool quiet, FILE *out)
{
	const double of = metric_value(&all[c->of].metrics, c->metric),
		     to = metric_value(&all[c->to].metrics, c->metric);
	const double ratio = to ? of / to : of ? HUGE_VAL : 1;
	const bool ok = ratio >= c->lo && ratio <= c->hi;
	char range[64], times[32];

	range_text(c, range, sizeof(range));
	if (ratio == HUGE_VAL)
		snprintf(times, sizeof(times), "any number of");
	else
		snprintf(times, sizeof(times), "%.3g", ratio);
	if (!ok)
		fprintf(quiet ? stderr : out,
			"FAIL  %s:%d: compare %s: %s is %s times %s, expected %s\n", c->node->file,
			c->node->line, metric_words[c->metric], s->variant[c->of].name, times,
			s->variant[c->to].name, range);
	else if (!quiet)
		fprintf(out, "%s: %s is %s times %s (%s)\n", metric_words[c->metric],
			s->variant[c->of].name, times, s->variant[c->to].name, range);
	return ok ? EXIT_PASS : EXIT_FAIL;
}

int variants_run(const struct scn *s, const struct run_options *o)
{
	const bool quiet = o->log == LOG_JSON || o->log == LOG_WIRE;
	struct outcome_of *all = calloc(s->variant_count + 1, sizeof(*all));
	int code = EXIT_PASS;

	if (!all) {
		fputs("no memory\n", stderr);
		return EXIT_INTERNAL;
	}
	for (size_t i = 0; i < s->variant_count; i++) {
		all[i].code = run_one(s, &s->variant[i], o, &all[i].metrics);
		code = code ? code : all[i].code;
	}
	if (s->column_count && o->log == LOG_JSON)
		print_json(s, all, o->out);
	else if (s->column_count && !quiet)
		print_table(s, all, o->out);
	if (!quiet && s->comparison_count)
		fputc('\n', o->out);
	for (size_t i = 0; i < s->comparison_count; i++) {
		const int one = compare(s, all, &s->comparison[i], quiet, o->out);

		code = code ? code : one;
	}
	if (!quiet)
		fprintf(o->out, "%s  %zu variants of %s\n", code ? "FAILED" : "pass",
			s->variant_count, s->name);
	for (size_t i = 0; i < s->variant_count; i++)
		metrics_free(&all[i].metrics);
	free(all);
	return code;
}

int variants_run_any(struct scn *s, const struct run_options *o)
{
	return s->variant_count ? variants_run(s, o) : run_scenario(s, o);
}
