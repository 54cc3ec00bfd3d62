/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One schedule, and what came of it.
 *
 * A run is a scenario and its decisions: the places where something other than the usual happened.
 * No decisions means the run that `ffasim run` does. A target runs a scenario with a plan and gives
 * a verdict; strategies make plans; a campaign joins the two; shrinking asks a target which
 * decisions are needed. Nobody here knows what a scenario or a world is: sim/host/session.c does.
 *
 * Places are numbered. Points (each charge of time, each lock operation, each way in or out of a
 * world, each access of an instrumented module) count from the moment the tasks start; questions
 * (which PE of equal time, which waiter, which PE for a woken task) have numbers of their own;
 * faults are the nth passage of a site.
 */
#ifndef FFASIM_EXPLORE_EXPLORE_H
#define FFASIM_EXPLORE_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/fault.h"
#include "core/oracle.h"
#include "explore/sites.h"

/* In a plan only: whatever is possible at that point, chosen by @answer. */
#define DECIDE_ANY ORACLE_KIND_COUNT
#define DECISIONS_MAX 48

struct decision {
	uint8_t kind;	 /* enum oracle_kind or DECIDE_ANY */
	uint8_t value;	 /* ORACLE_FAULT: index of the site's values */
	uint16_t site;	 /* ORACLE_FAULT: index into fault_sites() */
	uint32_t at;	 /* number of the point, question or passage; FAULT_RANDOM */
	uint32_t answer; /* PE of a move, answer to a question, passages that fail: see below */
};
/* How many passages of a fault site fail from the @at-th on; 0 is one. */
#define FAULT_FOREVER UINT32_MAX
/* In a plan only, for @at: each passage fails with a probability; what did is applied one by one.
 */
#define FAULT_RANDOM 0
#define FAULT_CHANCE(permille, seed) ((uint32_t)(permille) << 16 | ((seed)&0xffff))

struct plan {
	struct decision d[DECISIONS_MAX]; /* in any order */
	unsigned count;
	bool options; /* report what could have been decided behind the last decision */
	bool again;   /* only tells the strategy something, and is counted elsewhere */
	bool hinted;  /* points are counted without those that hints or names leave out */
};

struct option {
	uint32_t at;
	uint8_t kind, answer;
};

struct explore_result {
	bool failed;
	bool fatal;	   /* the process that made the run did not survive it, or was ended */
	bool crashed;	   /* the flow did, in host terms; the process survived it */
	bool host_limited; /* it did not end by itself on the host */
	bool reported;	 /* with a fault in the plan: a task was told of it, which is no failure */
	int code;	 /* exit code of such a run: 1, 3 or 99 */
	uint64_t cause;	 /* equal for failures of one cause */
	char what[1600]; /* first finding, and where */
	struct plan applied;	    /* what really was decided; a plan that repeats this run */
	struct plan tried;	    /* the same with the plan's own numbers of points */
	uint32_t points, questions; /* points: as the plan counts them */
	uint32_t points_passed;	    /* all of them */
	uint64_t shape;		    /* equal for equal interleavings of events */
	unsigned new_pairs;	    /* pairs of events never seen before by this target */
	uint64_t virtual_ns;
	struct option *option; /* when asked for; belongs to the target, until its next run */
	unsigned option_count;
};

struct explore_target {
	/* 0, or an exit code when nothing can be run at all. */
	int (*run)(struct explore_target *t, const struct plan *plan, struct explore_result *out);
	unsigned pairs_seen;
};

/* Text of a decision, as `decisions:` of a scenario has it: "{at: 57, do: hold}". */
void decision_text(const struct decision *d, char *out, size_t bytes);
/* All of a plan in one line. */
void plan_text(const struct plan *plan, char *out, size_t bytes);
/* Reads what plan_text() wrote; false when it cannot be. */
bool plan_parse(const char *text, struct plan *plan);
bool decision_is_point(uint8_t kind);
/* Makes a fault one with this value, FAULT_USUAL = the usual one; false: the site has no such. */
bool decision_fault_value(struct decision *d, int64_t value);
bool plan_add(struct plan *plan, const struct decision *d); /* false: full */
void plan_sort(struct plan *plan);
bool plan_equal(const struct plan *a, const struct plan *b);
/* A fingerprint of a message: numbers and addresses in it do not count. */
uint64_t cause_of(const char *text);

/* The oracle that follows a plan and notes what it did. Lives outside of machines. */
struct follow {
	struct plan plan, applied;
	struct plan *mirror; /* NULL, or where @applied is also noted: memory that survives us */
	unsigned point_count, point_next;    /* decisions at points come first in plan.d, sorted */
	unsigned question_next, fault_first; /* faults come last in plan.d */
	bool fired[DECISIONS_MAX];
	struct plan tried; /* as @applied, with the plan's own numbers */
	uint64_t skipped;  /* points so far that the plan does not count */
	bool named;	   /* it counts only those that follow_name() tells of */
	uint64_t name_at;  /* the last of them, as the oracle counts */
	uint32_t names;	   /* how many they are so far */
	bool options;
	uint32_t options_from;
	struct option *option;
	unsigned option_count, option_room;
	/* Called on the flow at point number @reach_at, as the plan counts, and with the next
	 * number that this sets, before anything is decided there. NULL = nobody. A run may be
	 * taken up in here again, with another plan: follow_resume(). */
	void (*reached)(struct follow *f);
	uint32_t reach_at;
	/* Called on the deciding flow, NULL = nobody: @d was just decided at the running point. */
	void (*decided)(void *ctx, const struct decision *d);
	void *ctx;
};
void follow_start(struct follow *f, const struct plan *plan, struct oracle *oracle);
/* The same for a run that stands in reached(), with what it had skipped there; nothing in @plan
 * lies before that. @passed: passages of each fault site when the run began. */
void follow_resume(struct follow *f, const struct plan *plan, uint64_t skipped,
		   const uint64_t *passed);
/* @reached was set: it waits for that too. */
void follow_wait(struct follow *f, struct oracle *oracle);
/* The point that comes next is none that a hinted plan counts. Called before it. */
void follow_skip(struct follow *f, struct oracle *oracle);
/* From the start of a run: the plan counts only points that have a name. */
void follow_named(struct follow *f, struct oracle *oracle);
/* The point that comes next has one. Called before it, for each name it has. */
void follow_name(struct follow *f, struct oracle *oracle);
uint32_t follow_points(const struct follow *f, const struct oracle *oracle); /* counted so far */
void follow_free(struct follow *f);

/* --- strategies --------------------------------------------------------------------------------
 */
#define CORPUS_MAX 512
struct corpus {
	struct plan plan[CORPUS_MAX];
	unsigned count, next; /* once full, the oldest gives way */
};
void corpus_add(struct corpus *c, const struct plan *plan);

/*
 * A campaign is a row of slices, numbered from 0. What a slice tries depends on the strategy, its
 * configuration and the number of the slice, and on nothing that another slice of the same round
 * found. So slices can be run anywhere, in any order, and be run again.
 */
#define SLICE_RUNS 500
struct strategy_config {
	uint64_t seed;
	unsigned depth;
	const struct plan *replay;
	const struct site_set *sites; /* faults: those that are tried; NULL = all */
	bool sliced;		      /* only slice number @slice; else everything, in one go */
	uint64_t slice;
	const struct corpus *corpus; /* what the rounds before kept; NULL = nothing */
};
struct strategy {
	const char *name, *doc;
	size_t bytes;	       /* of its state, zeroed before begin() */
	unsigned depth;	       /* usual one; 0 = has none */
	uint64_t slice_runs;   /* runs in a slice; 0 = a slice ends by itself */
	unsigned round_slices; /* so many slices start from one corpus; 0 = from none */
	void (*begin)(void *state, const struct strategy_config *cfg);
	/* The next plan; false when there is none left. */
	bool (*next)(void *state, struct plan *plan);
	void (*seen)(void *state, const struct plan *plan, const struct explore_result *r);
	void (*end)(void *state); /* may be NULL */
	/* How many slices there are, known behind the first run of any of them. NULL = no end. */
	uint64_t (*slices)(const void *state);
	/* Of faults, behind the last run: whether there was any site to fail at. */
	const struct unmet *(*unmet)(const void *state);
	/* Plans this slice found worth keeping; NULL = keeps none. */
	const struct corpus *(*kept)(const void *state);
};
/* A seed for each slice; slice 0 has the campaign's own. */
uint64_t slice_seed(const struct strategy_config *cfg);
extern const struct strategy strategy_random, strategy_pct, strategy_bounded, strategy_coverage,
	strategy_replay;
/* Of faults; without a name for --strategy. */
extern const struct strategy strategy_faults, strategy_fault_pairs, strategy_faults_forever,
	strategy_fault_swarm;
const struct strategy *const *strategy_fault_list(void); /* NULL-terminated */
const struct strategy *const *strategy_list(void); /* NULL-terminated, without replay and faults */

/* --- campaign ----------------------------------------------------------------------------------
 */
/* Fingerprints of interleavings, counted exactly. */
struct shapes {
	uint64_t *set; /* open addressing, 0 = free place */
	size_t room, count;
};
bool shapes_add(struct shapes *s, uint64_t shape); /* true when it was not there */
void shapes_free(struct shapes *s);

#define FINDINGS_MAX 64
struct explore_finding {
	uint64_t cause, first_run, times;
	struct explore_result result;
};
struct campaign {
	uint64_t runs, failed, points, passed; /* points: decided on; passed: all */
	struct shapes shapes;
	unsigned finding_count;
	struct explore_finding finding[FINDINGS_MAX];
	bool exhausted;	     /* the strategy had nothing more */
	bool cut;	     /* a slice that was ended from outside */
	uint64_t slices;     /* in all, 0 = no end */
	struct corpus *kept; /* NULL, or what the strategy kept */
	struct unmet unmet;  /* of a slice in which nothing failed */
};
struct campaign_config {
	const struct strategy *strategy;
	struct strategy_config how;
	uint64_t runs_max; /* 0 = no limit */
	bool stop_on_first;
	/* Runs that are not to be made, by their number, ascending: they ended the process. Each
	 * counts as a failure of the cause that is given for it; enough of them end the slice. */
#define FATAL_MAX 3
	const struct explore_finding *fatal;
	unsigned fatal_count;
	/* Called before and behind each run, NULL = nobody. */
	void (*before)(uint64_t run, const struct plan *plan, void *ctx);
	void (*each)(const struct plan *plan, const struct explore_result *r, void *ctx);
	/* Called behind each run: true = stop (the time is over, the user has had enough). */
	bool (*tick)(const struct campaign *c, void *ctx);
	void *ctx;
};
int campaign_run(struct campaign *c, const struct campaign_config *cfg, struct explore_target *t);
/* Adds a slice, or another machine's campaign, to a sum. Slices come in their order. */
void campaign_add(struct campaign *sum, const struct campaign *part);
/* One more of a cause; the plan with the fewest decisions stays, of equal ones the earlier. */
void campaign_note(struct campaign *c, const struct explore_finding *f);
void campaign_free(struct campaign *c);

/* Fewest decisions that fail with the same cause; @plan is changed in place, and @last is of its
 * last run. @enough, NULL = nobody, is asked before each run: true = what was found so far will do.
 * Returns how many runs it took. */
unsigned plan_shrink(struct plan *plan, uint64_t cause, struct explore_target *t,
		     struct explore_result *last, bool (*enough)(void *ctx), void *ctx);

#endif
