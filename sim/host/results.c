/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing a results directory and taking it up again; see results.h. */
#include "host/results.h"
#include "host/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHECKPOINT_S 1.0
#define CHECKPOINT_SHARE 20 /* saving takes at most one part in so many of the time */

struct results {
	char dir[300];
	int lock;
	uint64_t coverage; /* number of the coverage file in use */
	double next_s;
	bool failed;
};

static int refuse(const char *dir, const char *what)
{
	fprintf(stderr, "ffasim: results %s: %s\n", dir, what);
	return EXIT_USAGE;
}

static int refuse_id(const char *dir, const char *what, const char *then, const char *now)
{
	fprintf(stderr, "ffasim: results %s: made with %s %s, not %s\n", dir, what, then, now);
	return EXIT_USAGE;
}

/* With the folders above it. */
static int make_dirs(const char *dir)
{
	char path[300];

	snprintf(path, sizeof(path), "%s", dir);
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = 0;
		mkdir(path, 0777);
		*p = '/';
	}
	return mkdir(path, 0777) && errno != EEXIST ? -errno : 0;
}

static struct results *make(const char *dir)
{
	struct results *r = calloc(1, sizeof(*r));
	char path[400];
	int err;

	if (!r)
		abort();
	snprintf(r->dir, sizeof(r->dir), "%s", dir);
	r->lock = -1;
	err = make_dirs(dir);
	if (!err) {
		snprintf(path, sizeof(path), "%s/findings", dir);
		err = mkdir(path, 0777) && errno != EEXIST ? -errno : 0;
	}
	if (!err) {
		snprintf(path, sizeof(path), "%s/lock", dir);
		r->lock = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0666);
		err = r->lock < 0 ? -errno : 0;
	}
	if (!err && flock(r->lock, LOCK_EX | LOCK_NB)) {
		refuse(dir, "another campaign is at work in it");
		results_close(r);
		return NULL;
	}
	if (err) {
		refuse(dir, strerror(-err));
		results_close(r);
		return NULL;
	}
	return r;
}

void results_close(struct results *r)
{
	if (!r)
		return;
	if (r->lock >= 0)
		close(r->lock);
	free(r);
}

/* The options have to be those the directory was made with; more --runs go on where less ended. */
static int same_question(const struct hunt *was, const struct hunt *h, const char *dir)
{
	const struct hunt_id *a = &was->id, *b = &h->id;
	const uint64_t slice = h->strategy->slice_runs;
	char then[64], now[64];

	if (strcmp(a->scenario, b->scenario))
		return refuse_id(dir, "scenario", a->scenario, b->scenario);
	if (strcmp(a->strategy, b->strategy))
		return refuse_id(dir, "strategy", a->strategy, b->strategy);
	if (strcmp(a->sites, b->sites))
		return refuse_id(dir, "--sites", a->sites[0] ? a->sites : "of all",
				 b->sites[0] ? b->sites : "of all");
	if (a->text != b->text)
		return refuse(dir, "the scenario or a --set has changed since");
#define COMPARE(what, field, format)                                                               \
	do {                                                                                       \
		snprintf(then, sizeof(then), format, a->field);                                    \
		snprintf(now, sizeof(now), format, b->field);                                      \
		if (a->field != b->field)                                                          \
			return refuse_id(dir, what, then, now);                                    \
	} while (0)
	COMPARE("--depth", depth, "%u");
	COMPARE("--seed", seed, "%" PRIu64);
	COMPARE("shards:", of, "%u");
	COMPARE("--shard", shard[0], "%u");
	if (a->count != 1)
		return refuse(dir, "it is a merged one, which cannot go on");
	if (a->runs_max > b->runs_max || (slice && a->runs_max % slice))
		COMPARE("--runs", runs_max, "%" PRIu64);
#undef COMPARE
	return 0;
}

/* What was read becomes the beginning of @h, whose limits are new. */
static void take_over(struct hunt *h, struct hunt *was)
{
	h->sum = was->sum;
	h->seen = was->seen;
	memcpy(h->kept, was->kept, sizeof(h->kept));
	h->corpus = was->corpus;
	h->next_corpus = was->next_corpus;
	h->round_seen = was->round_seen;
	h->next_seen = was->next_seen;
	h->added = h->handed_out = was->added;
	h->id.build = was->id.build;
	h->runs_before = was->sum.runs;
	if (!h->slices_known && was->slices_known && !h->strategy->slice_runs) {
		h->slices = was->slices;
		h->slices_known = true;
	}
	h->complete = (h->slices_known && h->added >= h->slices) ||
		      (h->id.runs_max && h->sum.runs >= h->id.runs_max);
	was->sum = (struct campaign){0};
}

int results_open(struct hunt *h, const char *dir, bool resume)
{
	struct hunt *was;
	char path[400];
	int code;

	h->results = make(dir);
	if (!h->results)
		return EXIT_USAGE;
	snprintf(path, sizeof(path), "%s/state.json", dir);
	if (access(path, F_OK))
		return 0; /* nothing to go on with: --resume starts */
	if (!resume)
		return refuse(dir, "there is a campaign in it already (--resume goes on with it)");
	was = calloc(1, sizeof(*was));
	if (!was)
		return EXIT_INTERNAL;
	code = results_read(was, dir);
	if (!code)
		code = same_question(was, h, dir);
	if (!code)
		take_over(h, was);
	campaign_free(&was->sum);
	free(was);
	return code;
}

int results_begin(struct hunt *h, uint64_t build)
{
	if (!h->results)
		return 0;
	if (h->id.build && h->id.build != build)
		return refuse(h->results->dir, "ffasim, a driver or an SP has changed since: its "
					       "findings would not be those of one program");
	h->id.build = build;
	results_checkpoint(h, true);
	return h->results->failed ? EXIT_USAGE : 0;
}

/* --- writing ------------------------------------------------------------------------------------
 */
void results_json(const struct hunt *h, FILE *f)
{
	fprintf(f, " \"coverage\": \"coverage-%" PRIu64 ".bin\",\n",
		h->results ? h->results->coverage : 0);
}

const char *results_relative(const struct hunt *h, const char *path)
{
	size_t n = h->results ? strlen(h->results->dir) : 0;

	return n && !strncmp(path, h->results->dir, n) && path[n] == '/' ? path + n + 1 : path;
}

void results_finding_path(const struct hunt *h, unsigned i, char *out, size_t bytes)
{
	snprintf(out, bytes, "%s/findings/%s-%016" PRIx64 ".yaml", h->results->dir, h->id.scenario,
		 h->sum.finding[i].cause);
}

static bool write_state(const struct hunt *h)
{
	char path[400], new[400];
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "%s/state.json", h->results->dir);
	snprintf(new, sizeof(new), "%s/state.json.new", h->results->dir);
	f = fopen(new, "we");
	if (!f)
		return false;
	hunt_json(h, true, f);
	ok = !fflush(f) && !fsync(fileno(f));
	return !fclose(f) && ok && !rename(new, path);
}

/* Those that no state names any more, also of a process that was killed. */
static void drop_old(const struct results *r)
{
	DIR *d = opendir(r->dir);
	char keep[40];

	snprintf(keep, sizeof(keep), "coverage-%" PRIu64 ".bin", r->coverage);
	for (struct dirent *e; d && (e = readdir(d));)
		if (!strncmp(e->d_name, "coverage-", 9) && strcmp(e->d_name, keep))
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
}

void results_checkpoint(struct hunt *h, bool now)
{
	struct results *r = h->results;
	const double start = host_now_s();
	char path[400];

	if (!r || r->failed || (!now && start < r->next_s))
		return;
	do {
		snprintf(path, sizeof(path), "%s/coverage-%" PRIu64 ".bin", r->dir, ++r->coverage);
	} while (!access(path, F_OK)); /* one that a killed process left, or the one in use */
	if (!coverage_write(h, path) || !write_state(h)) {
		fprintf(stderr, "ffasim: results %s: %s: nothing more is kept there\n", r->dir,
			strerror(errno));
		r->failed = true;
		return;
	}
	drop_old(r);
	r->next_s = host_now_s();
	r->next_s += (r->next_s - start) * CHECKPOINT_SHARE > CHECKPOINT_S
			     ? (r->next_s - start) * CHECKPOINT_SHARE
			     : CHECKPOINT_S;
}

void results_withdraw(struct hunt *h)
{
	char path[400];

	if (!h->results || h->sum.runs)
		return;
	snprintf(path, sizeof(path), "%s/state.json", h->results->dir);
	unlink(path);
	h->results->coverage = 0;
	drop_old(h->results);
}
