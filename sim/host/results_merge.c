/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ffasim merge: results of shards become one directory. The order in which they are named does not
 * matter: shards are added in the order of their numbers, and of two files for one cause the one
 * with fewer decisions, then fewer lines, stays.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/cli.h"
#include "host/results.h"

static int mismatch(const char *a, const char *b, const char *what)
{
	fprintf(stderr, "ffasim: merge: %s and %s differ in %s\n", a, b, what);
	return EXIT_USAGE;
}

static int check(const struct hunt *a, const char *da, const struct hunt *b, const char *db)
{
	const struct hunt_id *x = &a->id, *y = &b->id;

	if (strcmp(x->scenario, y->scenario))
		return mismatch(da, db, "scenario");
	if (x->text != y->text)
		return mismatch(da, db, "the text of the scenario, or --set");
	if (x->build != y->build)
		return mismatch(da, db, "the build of ffasim, a driver or an SP");
	if (strcmp(x->strategy, y->strategy) || x->depth != y->depth)
		return mismatch(da, db, "strategy or depth");
	if (strcmp(x->sites, y->sites))
		return mismatch(da, db, "fault sites (--sites)");
	if (x->seed != y->seed)
		return mismatch(da, db, "seed");
	if (x->of != y->of)
		return mismatch(da, db, "the number of shards");
	for (unsigned i = 0; i < x->count; i++)
		for (unsigned k = 0; k < y->count; k++)
			if (x->shard[i] == y->shard[k]) {
				fprintf(stderr, "ffasim: merge: %s and %s both hold shard %u/%u\n",
					da, db, x->shard[i], x->of);
				return EXIT_USAGE;
			}
	return 0;
}

struct source {
	struct hunt *h;
	const char *dir;
};

static int by_shard(const void *a, const void *b)
{
	const struct source *x = a, *y = b;

	return (int)x->h->id.shard[0] - (int)y->h->id.shard[0];
}

static bool better(const struct kept_finding *a, const struct kept_finding *b)
{
	if (!a->file[0] || !b->file[0])
		return a->file[0] != 0 && !b->file[0];
	if (a->decisions != b->decisions)
		return a->decisions < b->decisions;
	return a->lines < b->lines;
}

static unsigned index_of(const struct hunt *h, uint64_t cause)
{
	unsigned i = 0;

	while (i < h->sum.finding_count && h->sum.finding[i].cause != cause)
		i++;
	return i;
}

static void add(struct hunt *sum, const struct hunt *part)
{
	struct hunt_id *id = &sum->id;

	campaign_add(&sum->sum, &part->sum);
	seen_add(&sum->seen, &part->seen);
	for (unsigned i = 0; i < part->sum.finding_count; i++) {
		unsigned k = index_of(sum, part->sum.finding[i].cause);

		if (k < sum->sum.finding_count && better(&part->kept[i], &sum->kept[k]))
			sum->kept[k] = part->kept[i];
	}
	for (unsigned i = 0; i < part->id.count && id->count < SHARDS_MAX; i++) {
		unsigned at = id->count++;

		for (; at && id->shard[at - 1] > part->id.shard[i]; at--)
			id->shard[at] = id->shard[at - 1];
		id->shard[at] = part->id.shard[i];
	}
	sum->added += part->added;
	sum->complete &= part->complete;
}

static int copy_file(const char *from, const char *to)
{
	char bytes[65536], new[600];
	FILE *in = fopen(from, "re"), *out;
	size_t n;
	bool ok;

	snprintf(new, sizeof(new), "%s.new", to);
	out = in ? fopen(new, "we") : NULL;
	ok = in && out;
	while (ok && (n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		ok = fwrite(bytes, 1, n, out) == n;
	if (in)
		fclose(in);
	if (out)
		ok = !fclose(out) && ok;
	return ok && !rename(new, to) ? 0 : -errno;
}

static int write_out(struct hunt *sum, const char *out)
{
	struct kept_finding kept[FINDINGS_MAX];
	int code = results_open(sum, out, false);

	if (code)
		return code;
	memcpy(kept, sum->kept, sizeof(kept));
	for (unsigned i = 0; i < sum->sum.finding_count; i++) {
		if (!kept[i].file[0])
			continue;
		results_finding_path(sum, i, sum->kept[i].file, sizeof(sum->kept[i].file));
		if (copy_file(kept[i].file, sum->kept[i].file)) {
			fprintf(stderr, "ffasim: merge: %s: %s\n", kept[i].file, strerror(errno));
			return EXIT_USAGE;
		}
	}
	return results_begin(sum, sum->id.build);
}

static void report(const struct hunt *h)
{
	printf("%s: %u of %u shard%s%s, %s runs, %s distinct interleavings, %u event pairs, "
	       "%u finding%s\n",
	       h->id.scenario, h->id.count, h->id.of, h->id.of == 1 ? "" : "s",
	       h->complete ? "" : " (not all are at their end)", text_thousands(h->sum.runs),
	       text_thousands(h->sum.shapes.count), seen_pairs(&h->seen), h->sum.finding_count,
	       h->sum.finding_count == 1 ? "" : "s");
	for (unsigned i = 0; i < h->sum.finding_count; i++)
		printf("FOUND %s (%s times)\n      repeat: build/ffasim replay %s\n",
		       h->sum.finding[i].result.what, text_thousands(h->sum.finding[i].times),
		       h->kept[i].file[0] ? h->kept[i].file : "(no file)");
}

int merge_main(const char *const *dir, size_t count, const char *out)
{
	struct source *source = calloc(count, sizeof(*source));
	struct hunt *sum = calloc(1, sizeof(*sum));
	int code = 0;

	if (!source || !sum)
		return EXIT_INTERNAL;
	for (size_t i = 0; i < count && !code; i++) {
		source[i] = (struct source){calloc(1, sizeof(struct hunt)), dir[i]};
		if (!source[i].h)
			abort();
		code = results_read(source[i].h, dir[i]);
		if (!code && !source[i].h->id.count)
			code = cli_refuse("merge", "%s: it says nothing of a shard", dir[i]);
		for (size_t k = 0; k < i && !code; k++)
			code = check(source[k].h, dir[k], source[i].h, dir[i]);
	}
	if (code)
		goto out;
	qsort(source, count, sizeof(*source), by_shard);
	sum->id = source[0].h->id;
	sum->id.count = 0;
	sum->complete = true;
	for (size_t i = 0; i < count; i++) {
		if (source[i].h->id.runs_max > sum->id.runs_max)
			sum->id.runs_max = source[i].h->id.runs_max;
		add(sum, source[i].h);
	}
	code = write_out(sum, out);
	if (!code) {
		report(sum);
		code = sum->sum.finding_count ? EXIT_FAIL : EXIT_PASS;
	}
out:
	results_close(sum->results);
	campaign_free(&sum->sum);
	for (size_t i = 0; i < count; i++) {
		if (source[i].h)
			campaign_free(&source[i].h->sum);
		free(source[i].h);
	}
	free(source);
	free(sum);
	return code;
}
