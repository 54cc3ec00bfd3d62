/* SPDX-License-Identifier: BSD-3-Clause */
/* One run of a scenario: options in, verdict out. */
#ifndef FFASIM_HOST_RUN_H
#define FFASIM_HOST_RUN_H

#include <stdio.h>
#include "ffasim/client.h"
#include "host/crash.h"
#include "host/digest.h"
#include "host/exec.h"
#include "host/gp_client.h"
#include "host/judge.h"
#include "host/show.h"
#include "host/steps.h"

enum {
	EXIT_PASS = 0,
	EXIT_FAIL = 1,
	EXIT_USAGE = 2,
	EXIT_NO_PROGRESS = 3,
	EXIT_DIFFERS = 4,
	EXIT_SKIP = 77,
	EXIT_INTERNAL = 99
};

enum log_mode { LOG_NONE, LOG_TEXT, LOG_ALL, LOG_JSON, LOG_WIRE };

struct run_options {
	uint64_t seed;
	bool seed_given, verify;
	bool all_points; /* explored runs: no hints about where to decide */
	enum log_mode log;
	const char *trace_path, *out_dir;
	struct metrics *metrics; /* NULL = nobody asks for figures */
	const char *gdb;	 /* PARTITION[=SOCKET] to debug, NULL = none */
	const char *code;	 /* event pattern: show guest code there */
	const char *const *sets;
	size_t set_count;
	FILE *out;
	bool tty;
	struct exec *exec; /* client program to run in the world; NULL = none */
};

struct rslot {
	struct ffasim_client client;
	bool open;
	uint32_t session;
	struct ffasim_shm shm;
	uint64_t reg;
	int client_slot;	   /* of a session: its device */
	uint16_t endpoint;	   /* whom pages are shared with, without a driver; 0 = no such */
	struct gp_request request; /* what a supplicant fetched */
};
struct rproc {
	struct rslot *slot; /* one per scn.slot */
};

#define OUTCOME_MAX 40
struct outcome {
	const char *name;
	int64_t value;
};

struct run;
struct rtask {
	struct run *run;
	const struct scn_task *t;
	int index;
	struct task_struct *task;
	struct rproc *proc;
	size_t step_now;
	bool started, finished, stopped;
	struct outcome outcome[OUTCOME_MAX];
	size_t outcome_count;
	uint64_t wait_seen;
	struct gp_args gp_args;
	struct rslot own; /* of a thread: what it passes to system calls */
};

struct rinject {
	struct run *run;
	const struct scn_inject *i;
	struct ev ev, then_ev;
	uint64_t seen, fired, then_fired;
	struct task_struct *task; /* of the event */
	unsigned pe;
	bool wait_taken; /* `then` follows the irq.taken of this interrupt */
};

struct rwait { /* event patterns of wait steps and starts, counted from the beginning */
	const struct epat *p;
	uint64_t seen, until;
	struct rtask *waiter; /* it sleeps until @seen is @until; NULL = nobody */
	bool over;
	struct ev ev; /* wakes it: not in the middle of what made the event */
};

struct run {
	struct scn *s;
	const struct run_options *o;
	struct world w;
	struct judge judge;
	struct trace_sink sink;
	struct rtask *task;
	struct rproc *proc;
	struct rinject *inject;
	struct rwait *wait;
	size_t wait_count;
	struct task_struct *client; /* of o->exec: exits when the program is gone */
	unsigned live;		    /* foreground tasks not finished */
	/* outputs */
	struct show_text text;
	struct show_wire wire;
	struct show_chrome chrome;
	FILE *chrome_file;
	struct optee_client *optee; /* what optee-call steps share; made when first needed */
	bool quiet;		    /* second run of --verify, explored runs */
	struct epat *code;	    /* events around which guest code is shown; NULL = none */
	struct gdb *gdb;	    /* whoever debugs this run */
	uint64_t told;		    /* events shown already, by a run that began anew */
	bool pause;		    /* machine_pause() just before the tasks start */
	struct follow *follow;	    /* when the scenario has decisions */
	struct digest digest;
	uint64_t end_ns;
	enum machine_stop stop;
	char summary[700];
	uint64_t boot_ns;
	bool ready_done;
	struct trace_kinds heard; /* that waits, expectations or injections are about */
	int kind_access;	  /* trace id of code.access */
	int kind_log;
};

/* run_cmd.c: builds the world, runs, judges, prints. Returns an exit code. */
int run_scenario(struct scn *s, const struct run_options *o);
/* For check: builds the world (manifests, images) without running. */
int run_check(struct scn *s, struct diag *d);

/* The parts of a run, for whoever runs one many times. Made, built, run, concluded, freed. */
int run_make(struct run *run);
int run_build(struct run *run); /* EXIT_USAGE when the world cannot be built; says why */
void run_consume(struct run *run, const struct trace_rec *rec);
/* Exit code; without a summary when @why is given: the finding that decided, NULL = none. */
int run_conclude(struct run *run, const struct finding **why);
/* False for a finding that was expected, or that only explains what was. */
bool run_finding_counts(struct run *run, const struct finding *f);
/* With the text log, and without any: code has its event above it. */
bool run_shows_text(const struct run *run);
void run_free(struct run *run);

/* decisions.c */
void run_decide_prepare(struct run *run);
void run_decide_start(struct machine *m, struct follow *f, const struct plan *plan);

/* run_config.c */
void run_make_config(const struct scn *s, uint64_t seed, struct world_config *cfg);
/* A world that cannot be built is a scenario error: says so at the line it is about. */
void run_blame(struct scn *s, const char *why, struct diag *d);

/* run_tasks.c */
void run_make_task(struct run *run, int index);
void run_supervisor(void *run); /* task that ends the run when the tasks are done */
/* Names of steps and errors for messages. */
void rtask_note(struct rtask *rt, const char *name, int64_t value);
/* What a system call came to: "errno" is 0 or says why not. */
static inline void note_result(struct rtask *rt, long err)
{
	rtask_note(rt, "errno", err < 0 ? -err : 0);
}
/* Sleeps until @p was seen @count times since the start. */
void rtask_wait(struct rtask *rt, const struct epat *p, uint64_t count);
void run_wait_see(struct run *run, const struct trace_rec *rec);
/* What the tasks that are not done do: "a waits for ffa.run (0 of 1), b is in sleep". */
void run_where_tasks_are(const struct run *run, char *out, size_t bytes);
void rtask_fail(struct rtask *rt, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
uint16_t run_part_id(struct run *run, int part);
void run_emit(const struct trace_kind *kind, const char *text);

/* inject.c */
void inject_begin(struct run *run);
void inject_boot(struct run *run); /* the world exists, its kernel has not started */
void inject_ready(struct run *run);
void inject_see(struct run *run, const struct trace_rec *rec);
/* Adds a finding for each injection that never happened. */
void inject_end(struct run *run);

/* bench.c */
int bench_main(const char *name, bool json, const char *self, const struct world_module *use,
	       size_t use_count);

#endif
