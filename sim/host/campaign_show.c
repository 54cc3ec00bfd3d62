/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a campaign says: a line that moves on a terminal, a plain one every few seconds on stderr
 * where there is none, and the result. Standard output is the same for the same campaign.
 */
#include <inttypes.h>
#include <string.h>

#include "host/campaign.h"
#include "host/clock.h"

#define LINE_EVERY_S 0.2
#define PLAIN_EVERY_S 5.0

static void fault_failed(FILE *f, const struct explore_result *r)
{
	char text[400];

	plan_text(&r->applied, text, sizeof(text));
	fprintf(f, "  FAIL  %s  %s\n", text, r->what);
}

void fault_row(FILE *f, const struct plan *plan, const struct explore_result *r)
{
	size_t count;
	const struct fault_site *site;
	char name[64];

	if (!plan->count)
		return;
	if (plan->count > 1 || plan->d[0].at == FAULT_RANDOM) { /* too many for a line each */
		if (r->failed)
			fault_failed(f, r);
		return;
	}
	site = fault_sites(&count)[plan->d[0].site];
	snprintf(name, sizeof(name), "%s", site->name);
	if (site->value_count > 1)
		snprintf(name, sizeof(name), "%s %" PRId64, site->name,
			 site->values[plan->d[0].value]);
	if (r->applied.count || r->fatal)
		fprintf(f, "  %-22s %3u  %s%s\n", name, plan->d[0].at,
			r->failed     ? "FAIL  "
			: r->reported ? "reported: "
				      : "survived",
			r->failed || r->reported ? r->what : "");
	else if (plan->d[0].at == 1)
		fprintf(f, "  %-22s   -  never passed\n", site->name);
}

void hunt_show_start(const struct hunt *h)
{
	if (h->opt->json)
		return;
	printf("ffasim 0.1  explore %s  strategy %s", h->id.scenario, h->id.strategy);
	if (h->id.depth)
		printf("  depth %u", h->id.depth);
	if (h->id.sites[0])
		printf("  sites %s", h->id.sites);
	printf("  seed %" PRIu64 "%s", h->id.seed, h->opt->no_snapshot ? "  no snapshot" : "");
	if (h->id.of > 1)
		printf("  shard %u/%u", h->id.shard[0], h->id.of);
	if (h->added)
		printf("  resumed after %s runs", text_thousands(h->sum.runs));
	putchar('\n');
	fflush(stdout);
}

static void line(const struct hunt *h, double now, FILE *f)
{
	const uint64_t runs = h->sum.runs + h->cut_runs + h->live_runs;
	const double s = now - h->start_s, rate = s > 0 ? (double)(runs - h->runs_before) / s : 0;

	fprintf(f, " %s runs  %s/s  %s distinct  %u event pairs", text_thousands(runs),
		text_thousands((uint64_t)rate), text_thousands(h->sum.shapes.count),
		seen_pairs(&h->seen));
	if (seen_blocks(&h->seen))
		fprintf(f, "  %u blocks", seen_blocks(&h->seen));
	fprintf(f, "  %u finding%s", h->sum.finding_count, h->sum.finding_count == 1 ? "" : "s");
	if (h->until_s > 0)
		fprintf(f, "  %.0f s left", h->until_s > now ? h->until_s - now : 0);
	else if (h->id.runs_max && rate > 0 && h->id.of == 1)
		fprintf(f, "  %.0f s left",
			runs < h->id.runs_max ? (double)(h->id.runs_max - runs) / rate : 0);
	else if (h->slices_known && h->slices)
		fprintf(f, "  %.0f %% done", 100.0 * (double)h->added / (double)h->slices);
}

void hunt_show_progress(struct hunt *h, double now)
{
	if (now - h->shown_s < (h->o->tty ? LINE_EVERY_S : PLAIN_EVERY_S))
		return;
	h->shown_s = now;
	if (h->o->tty && !h->opt->json) {
		fputs("\r\033[K", stdout);
		line(h, now, stdout);
		fflush(stdout);
	} else {
		line(h, now, stderr);
		fputc('\n', stderr);
	}
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void hunt_show_end(const struct hunt *h)
{
	const struct campaign *c = &h->sum;
	const uint64_t runs = c->runs + h->cut_runs;
	const uint64_t points = runs ? (c->points + h->cut_points) / runs : 0;
	const uint64_t passed = runs ? (c->passed + h->cut_passed) / runs : 0;
	const bool everything =
		!h->strategy->slice_runs && h->slices_known && h->added >= h->slices;
	const double seconds = host_now_s() - h->start_s;

	if (h->opt->json)
		return;
	if (h->o->tty)
		fputs("\r\033[K", stdout);
	printf("%s runs%s, %s distinct interleavings, %s", text_thousands(runs),
	       everything ? " (all there are)" : "", text_thousands(c->shapes.count),
	       text_thousands(points));
	if (passed > points) /* hints leave some out */
		printf(" of %s", text_thousands(passed));
	printf(" points a run, %u event pairs, ", seen_pairs(&h->seen));
	if (seen_blocks(&h->seen))
		printf("%u blocks, ", seen_blocks(&h->seen));
	printf("%u finding%s", c->finding_count, plural(c->finding_count));
	if (h->o->tty)
		printf("   %.1f s, %s/s", seconds,
		       text_thousands((uint64_t)((double)(runs - h->runs_before) / seconds)));
	putchar('\n');
	for (unsigned i = 0; i < c->finding_count; i++) {
		const struct explore_finding *f = &c->finding[i];
		char text[2000];

		plan_text(&f->result.applied, text, sizeof(text));
		printf("FOUND %s (run %s, %s time%s)\n      decisions: %s\n", f->result.what,
		       text_thousands(f->first_run), text_thousands(f->times ? f->times : 1),
		       plural(f->times ? f->times : 1), text[0] ? text : "none");
	}
	fflush(stdout);
}
