/* SPDX-License-Identifier: BSD-3-Clause */
/* A campaign as one JSON object: for other programs, and, with its state, for going on later. */
#include <inttypes.h>
#include <string.h>

#include "host/campaign.h"
#include "host/results.h"
#include "host/show.h"

static void string(FILE *f, const char *key, const char *value)
{
	fprintf(f, " \"%s\": ", key);
	show_json_string(f, value);
	fputs(",\n", f);
}

static void number(FILE *f, const char *key, uint64_t value)
{
	fprintf(f, " \"%s\": %" PRIu64 ",\n", key, value);
}

static void plan(FILE *f, const struct plan *p)
{
	char text[4000];

	plan_text(p, text, sizeof(text));
	show_json_string(f, text);
}

static void plans(FILE *f, const char *key, const struct corpus *c)
{
	fprintf(f, " \"%s\": [", key);
	/* The oldest first, so that reading them back leaves the same one to give way next. */
	for (unsigned i = 0; i < c->count; i++) {
		fputs(i ? ",\n  " : "\n  ", f);
		plan(f, &c->plan[(c->next + i) % c->count]);
	}
	fputs("],\n", f);
}

static void finding(const struct hunt *h, unsigned i, FILE *f)
{
	const struct explore_finding *e = &h->sum.finding[i];
	const struct kept_finding *k = &h->kept[i];

	fprintf(f,
		"  {\"cause\": \"%016" PRIx64 "\", \"first_run\": %" PRIu64 ", \"times\": %" PRIu64
		", \"code\": %d, "
		"\"fatal\": %s,\n   \"what\": ",
		e->cause, e->first_run, e->times, e->result.code,
		e->result.fatal ? "true" : "false");
	show_json_string(f, e->result.what);
	fputs(",\n   \"plan\": ", f);
	plan(f, &e->result.applied);
	if (k->tried) {
		fputs(",\n   \"file\": ", f);
		show_json_string(f, k->file[0] ? results_relative(h, k->file) : "");
		fprintf(f, ", \"decisions\": %u, \"lines\": %u", k->decisions, k->lines);
	}
	fputc('}', f);
}

void hunt_json(const struct hunt *h, bool state, FILE *f)
{
	const struct campaign *c = &h->sum;
	char hex[20];

	fputs("{\n", f);
	number(f, "format", RESULTS_FORMAT);
	string(f, "program", "ffasim 0.1");
	snprintf(hex, sizeof(hex), "%016" PRIx64, h->id.build);
	string(f, "build", hex);
	string(f, "scenario", h->id.scenario);
	string(f, "file", h->id.file);
	snprintf(hex, sizeof(hex), "%016" PRIx64, h->id.text);
	string(f, "text", hex);
	string(f, "strategy", h->id.strategy);
	string(f, "sites", h->id.sites);
	number(f, "depth", h->id.depth);
	number(f, "seed", h->id.seed);
	number(f, "runs_max", h->id.runs_max);
	fputs(" \"shards\": [", f);
	for (unsigned i = 0; i < h->id.count; i++)
		fprintf(f, "%s%u", i ? ", " : "", h->id.shard[i]);
	fputs("],\n", f);
	number(f, "of", h->id.of);
	fprintf(f, " \"complete\": %s,\n", h->complete ? "true" : "false");
	number(f, "runs", state ? c->runs : c->runs + h->cut_runs);
	number(f, "failed", c->failed);
	number(f, "points", c->points);
	number(f, "passed", c->passed);
	number(f, "distinct", c->shapes.count);
	number(f, "pairs", seen_pairs(&h->seen));
	number(f, "blocks", seen_blocks(&h->seen));
	if (state) {
		number(f, "slices", h->slices);
		number(f, "slices_known", h->slices_known);
		number(f, "added", h->added);
		results_json(h, f);
		plans(f, "corpus", &h->corpus);
		plans(f, "next_corpus", &h->next_corpus);
	}
	fputs(" \"findings\": [", f);
	for (unsigned i = 0; i < c->finding_count; i++) {
		fputs(i ? ",\n" : "\n", f);
		finding(h, i, f);
	}
	fputs("]\n}\n", f);
}
