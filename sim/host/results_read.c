/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading a results directory. JSON is YAML as far as state.json goes, so the reader of scenarios
 * reads it, and a damaged file is answered with file, line and column.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/results.h"
#include "host/ynode.h"

#define COVERAGE_MAGIC 0x3176636d69736666ULL /* "ffsimcv1" */

/* --- coverage -----------------------------------------------------------------------------------
 */
struct coverage_head {
	uint64_t magic, map_bytes, shapes;
};

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* In ascending order, so that equal sets are equal files. */
bool coverage_write(const struct hunt *h, const char *path)
{
	const struct shapes *s = &h->sum.shapes;
	struct coverage_head head = {COVERAGE_MAGIC, sizeof(struct seen_map), s->count};
	uint64_t *list = malloc((s->count + 1) * sizeof(*list));
	size_t n = 0;
	bool ok = list != NULL;
	FILE *f = fopen(path, "we");

	for (size_t i = 0; ok && i < s->room; i++)
		if (s->set[i])
			list[n++] = s->set[i];
	if (ok)
		qsort(list, n, sizeof(*list), by_value);
	ok = ok && f && fwrite(&head, sizeof(head), 1, f) == 1 &&
	     fwrite(&h->seen, sizeof(h->seen), 1, f) == 1 &&
	     fwrite(&h->round_seen, sizeof(h->seen), 1, f) == 1 &&
	     fwrite(&h->next_seen, sizeof(h->seen), 1, f) == 1 &&
	     fwrite(list, sizeof(*list), n, f) == n;
	ok = ok && !fflush(f) && !fsync(fileno(f));
	if (f)
		ok = !fclose(f) && ok;
	free(list);
	return ok;
}

bool coverage_read(struct hunt *h, const char *path)
{
	FILE *f = fopen(path, "re");
	struct coverage_head head;
	uint64_t shape;
	bool ok = f && fread(&head, sizeof(head), 1, f) == 1 && head.magic == COVERAGE_MAGIC &&
		  head.map_bytes == sizeof(struct seen_map) &&
		  fread(&h->seen, sizeof(h->seen), 1, f) == 1 &&
		  fread(&h->round_seen, sizeof(h->seen), 1, f) == 1 &&
		  fread(&h->next_seen, sizeof(h->seen), 1, f) == 1;

	for (uint64_t i = 0; ok && i < head.shapes; i++) {
		ok = fread(&shape, sizeof(shape), 1, f) == 1;
		if (ok)
			shapes_add(&h->sum.shapes, shape);
	}
	ok = ok && fgetc(f) == EOF;
	if (f)
		fclose(f);
	return ok;
}

/* --- state --------------------------------------------------------------------------------------
 */
struct reader {
	const struct ynode *map;
	struct diag *d;
	bool ok;
};

static const char *text_of(struct reader *r, const char *key)
{
	const struct ynode *n = ynode_get(r->map, key);

	if (n && n->type == YNODE_SCALAR)
		return n->text;
	if (r->ok)
		DIAG_NODE(r->d, n ? n : r->map, "'%s' is missing or no text", key);
	r->ok = false;
	return "";
}

static uint64_t number_of(struct reader *r, const char *key)
{
	const char *text = text_of(r, key);
	uint64_t v = 0;

	if (r->ok && !word_u64(text, &v)) {
		DIAG_NODE(r->d, ynode_get(r->map, key), "'%s' is no number", key);
		r->ok = false;
	}
	return v;
}

static uint64_t hex_of(struct reader *r, const char *key)
{
	return strtoull(text_of(r, key), NULL, 16);
}

static const struct ynode *list_of(struct reader *r, const char *key)
{
	static const struct ynode none = {.type = YNODE_SEQ};
	const struct ynode *n = ynode_get(r->map, key);

	if (n && n->type == YNODE_SEQ)
		return n;
	if (r->ok)
		DIAG_NODE(r->d, n ? n : r->map, "'%s' is missing or no list", key);
	r->ok = false;
	return &none;
}

static void plan_of(struct reader *r, const struct ynode *n, struct plan *plan)
{
	if (r->ok && (n->type != YNODE_SCALAR || !plan_parse(n->text, plan))) {
		DIAG_NODE(r->d, n, "no plan of this program");
		r->ok = false;
	}
}

static void read_corpus(struct reader *r, const char *key, struct corpus *c)
{
	const struct ynode *list = list_of(r, key);

	for (size_t i = 0; r->ok && i < list->count; i++) {
		struct plan plan;

		plan_of(r, list->item[i], &plan);
		corpus_add(c, &plan);
	}
}

static void read_finding(struct reader *r, struct hunt *h, const char *dir)
{
	struct explore_finding *f = &h->sum.finding[h->sum.finding_count];
	struct kept_finding *k = &h->kept[h->sum.finding_count++];
	const char *file;

	f->cause = hex_of(r, "cause");
	f->first_run = number_of(r, "first_run");
	f->times = number_of(r, "times");
	f->result.code = (int)number_of(r, "code");
	f->result.cause = f->cause;
	f->result.failed = true;
	f->result.fatal = !strcmp(text_of(r, "fatal"), "true");
	snprintf(f->result.what, sizeof(f->result.what), "%s", text_of(r, "what"));
	if (r->ok && ynode_get(r->map, "plan"))
		plan_of(r, ynode_get(r->map, "plan"), &f->result.applied);
	if (!ynode_get(r->map, "file"))
		return;
	file = text_of(r, "file");
	k->tried = true;
	if (file[0])
		snprintf(k->file, sizeof(k->file), "%s/%s", dir, file);
	k->decisions = (unsigned)number_of(r, "decisions");
	k->lines = (unsigned)number_of(r, "lines");
}

static void read_id(struct reader *r, struct hunt_id *id)
{
	const struct ynode *list;

	snprintf(id->scenario, sizeof(id->scenario), "%s", text_of(r, "scenario"));
	snprintf(id->file, sizeof(id->file), "%s", text_of(r, "file"));
	snprintf(id->strategy, sizeof(id->strategy), "%s", text_of(r, "strategy"));
	if (ynode_get(r->map, "sites")) /* younger than the format */
		snprintf(id->sites, sizeof(id->sites), "%s", text_of(r, "sites"));
	id->build = hex_of(r, "build");
	id->text = hex_of(r, "text");
	id->depth = (unsigned)number_of(r, "depth");
	id->seed = number_of(r, "seed");
	id->runs_max = number_of(r, "runs_max");
	id->of = (unsigned)number_of(r, "of");
	list = list_of(r, "shards");
	for (size_t i = 0; r->ok && i < list->count && id->count < SHARDS_MAX; i++)
		id->shard[id->count++] = (uint16_t)strtoul(list->item[i]->text, NULL, 10);
}

static void read_state(struct reader *r, struct hunt *h, const char *dir)
{
	const struct ynode *root = r->map, *list;

	read_id(r, &h->id);
	h->sum.runs = number_of(r, "runs");
	h->sum.failed = number_of(r, "failed");
	h->sum.points = number_of(r, "points");
	h->sum.passed = number_of(r, "passed");
	h->slices = number_of(r, "slices");
	h->slices_known = number_of(r, "slices_known");
	h->added = number_of(r, "added");
	h->complete = !strcmp(text_of(r, "complete"), "true");
	read_corpus(r, "corpus", &h->corpus);
	read_corpus(r, "next_corpus", &h->next_corpus);
	list = list_of(r, "findings");
	for (size_t i = 0; r->ok && i < list->count && i < FINDINGS_MAX; i++) {
		r->map = list->item[i];
		read_finding(r, h, dir);
	}
	r->map = root;
}

int results_read(struct hunt *h, const char *dir)
{
	char path[400], coverage[400];
	struct pool pool = {0};
	struct diag d = {0};
	struct reader r = {.d = &d, .ok = true};

	snprintf(path, sizeof(path), "%s/state.json", dir);
	r.map = ynode_load(&pool, path, &d);
	r.ok = r.map != NULL;
	if (r.ok && number_of(&r, "format") != RESULTS_FORMAT && r.ok) {
		DIAG_NODE(&d, ynode_get(r.map, "format"), "this program reads format %d only",
			  RESULTS_FORMAT);
		r.ok = false;
	}
	if (r.ok)
		read_state(&r, h, dir);
	snprintf(coverage, sizeof(coverage), "%s/%s", dir, r.ok ? text_of(&r, "coverage") : "");
	if (r.ok && !coverage_read(h, coverage)) {
		diag_at(&d, coverage, 0, 0,
			"missing, or not a whole coverage file of this program");
		r.ok = false;
	}
	pool_free(&pool);
	if (r.ok)
		return 0;
	fprintf(stderr, "%s\n", d.text);
	return EXIT_USAGE;
}
