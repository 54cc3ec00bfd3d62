/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A campaign over a scenario: its slices are handed out, run by somebody, and added up in the order
 * of their numbers, whoever ran them and whenever they came back. So what a campaign knows is
 * always what its first N slices found, and N is all that has to be remembered to go on.
 *
 * campaign.c is this book-keeping; campaign_local.c runs slices in this process, campaign_pool.c in
 * others through campaign_worker.c; results.c keeps the books on disk; campaign_show.c tells.
 */
#ifndef FFASIM_HOST_CAMPAIGN_H
#define FFASIM_HOST_CAMPAIGN_H

#include <stdio.h>

#include "host/explore_cmd.h"
#include "host/finding.h"

/* What a slice found. */
struct slice {
	uint64_t number; /* among those of this shard, from 0 */
	struct campaign c;
	struct seen_map seen;
	char *text; /* to be printed when it is added; NULL = nothing */
};
void slice_free(struct slice *s); /* accepts NULL */

/* What a campaign is about: everything its findings depend on. */
#define SHARDS_MAX EXPLORE_SHARDS_MAX
struct hunt_id {
	char scenario[128], file[512], strategy[16];
	char sites[256]; /* as --sites names them; empty = all */
	unsigned depth;
	uint64_t seed, runs_max;    /* 0 = no limit */
	uint64_t text;		    /* hash of the scenario with --set */
	uint64_t build;		    /* hash of what is loaded; 0 = not known yet */
	unsigned of;		    /* shards in all */
	unsigned count;		    /* shards in here: one, or several when merged */
	uint16_t shard[SHARDS_MAX]; /* from 1, ascending */
};

struct hunt {
	struct hunt_id id;
	struct scn *s;
	const struct run_options *o;
	const struct explore_options *opt;
	const struct strategy *strategy;

	/* the answer so far */
	struct campaign sum; /* of the slices added */
	struct seen_map seen;
	struct kept_finding kept[FINDINGS_MAX]; /* beside sum.finding */
	struct corpus corpus;			/* of the rounds before this one */
	struct seen_map round_seen;
	uint64_t added;	 /* slices */
	uint64_t slices; /* of this shard, 0 = not known or no end */
	bool slices_known;
	bool complete;	    /* there is nothing left to do */
	struct unmet unmet; /* there never was: nobody passes a site that was to fail */

	/* while it goes on */
	uint64_t handed_out;
	struct slice *waiting; /* came back before those in front of it; a list */
	unsigned waiting_count;
	struct corpus next_corpus;
	struct seen_map next_seen;
	uint64_t live_runs;			   /* begun in slices that are not back yet, now */
	uint64_t cut_runs, cut_points, cut_passed; /* of slices that were cut */
	uint64_t runs_before;			   /* made by an earlier process */
	double start_s, until_s, shown_s;	   /* host time; until 0 = no limit */
	bool interrupted;
	uint64_t deaths;	 /* of workers */
	struct results *results; /* NULL = none are kept */
	struct workers *workers; /* NULL = this process does it */
};

/* 0 or an exit code, with the reason on stderr. */
int hunt_open(struct hunt *h, const char *path, struct scn *s, const struct run_options *o,
	      const struct explore_options *opt);
void hunt_close(struct hunt *h);

/* The next slice to be run, HUNT_WAIT (not before others are back) or HUNT_END. */
#define HUNT_WAIT UINT64_MAX
#define HUNT_END (UINT64_MAX - 1)
uint64_t hunt_hand_out(struct hunt *h);
/* Configuration of a slice; points into @h, good until the next hunt_add(). */
struct campaign_config hunt_slice_config(struct hunt *h, uint64_t number);
/* A slice is back; @s belongs to @h from now on. A cut one counts only for this process. */
void hunt_add(struct hunt *h, struct slice *s);
/* True when no more slices are to be handed out or waited for. */
bool hunt_done(const struct hunt *h);

/* Runs it to its end in this process. 0 or an exit code. */
int hunt_run_local(struct hunt *h);
/* In opt->jobs processes. */
int hunt_run_pool(struct hunt *h);
/* Shrinks, writes and shows what is found and not yet written. */
void hunt_finish_local(struct hunt *h);
void hunt_finish_pool(struct hunt *h);

/* Where finding @i goes: a file of the results, or out/NAME-N.yaml. */
void hunt_finding_path(const struct hunt *h, unsigned i, char *out, size_t bytes);
/* Findings that are shrunk and shown; without a results directory the first few. */
unsigned hunt_worth_finishing(const struct hunt *h);

void hunt_show_start(const struct hunt *h);
void hunt_show_progress(struct hunt *h, double now); /* when it is time for it */
void hunt_show_end(const struct hunt *h);
/* One object, on several lines. @state: with what is needed to go on. */
void hunt_json(const struct hunt *h, bool state, FILE *f);

/* A line for a failing passage of --faults. */
void fault_row(FILE *f, const struct plan *plan, const struct explore_result *r);

/* The other side of the pool: serves its parent until the socket closes. */
int worker_main(const char *file, const struct run_options *o, const struct explore_options *opt);

#endif
