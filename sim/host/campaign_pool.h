/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside of a pool: campaign_pool.c gives out slices, campaign_spawn.c starts and ends processes,
 * campaign_finish.c has findings shrunk. */
#ifndef FFASIM_HOST_CAMPAIGN_POOL_H
#define FFASIM_HOST_CAMPAIGN_POOL_H

#include <uv.h>

#include "host/campaign_wire.h"

struct pool_worker {
	struct workers *pool;
	uv_process_t proc;
	uv_pipe_t jobs, err;
	bool alive, busy, hung;
	int closing; /* handles on their way out */
	int watch_fd;
	struct session_watch *watch;
	struct wire in, said; /* not yet understood; stderr */
	struct job_slice job;
	uint32_t finding; /* it is at work on */
	/* when it was last seen to begin a run */
	uint64_t runs_then;
	double processor_then;
	double ready;	       /* when it was last seen to be at work, or to wait for its turn */
	double processor_stop; /* when it was told to stop */
};

struct workers {
	struct hunt *h;
	uv_loop_t loop;
	uv_timer_t timer;
	uv_signal_t interrupt, terminate;
	struct pool_worker *worker;
	unsigned count;
	struct job_slice *again; /* slices whose worker died */
	unsigned again_count;
	int code; /* why it cannot go on */
	unsigned signals;
	double stop_s; /* since when workers are told to stop; 0 = they are not */
	bool finishing, shutting;
	/* findings */
	uint32_t next_finding, shown;
	char *text[FINDINGS_MAX]; /* of finished ones that wait for those before them */
	bool finished[FINDINGS_MAX];
	bool apart[FINDINGS_MAX]; /* each try of it is made in a process of its own */
	char exe[512];
	char **argv;
};

struct workers *workers_open(struct hunt *h); /* NULL without memory or processes */
void workers_close(struct workers *p);	      /* accepts NULL */
int pool_spawn(struct workers *p, struct pool_worker *w);
void pool_send(struct pool_worker *w, struct wire *bytes); /* takes the bytes */
bool pool_wants_worker(const struct workers *p);
void pool_run(struct workers *p);
void pool_give_all(struct workers *p);

bool pool_give_finding(struct workers *p, struct pool_worker *w);
void pool_finished(struct workers *p, struct wire *m);
/* The worker did not survive it. */
void pool_finish_failed(struct workers *p, struct pool_worker *w);

extern const uv_alloc_cb pool_allocate;
extern const uv_read_cb pool_on_bytes, pool_on_stderr;
extern const uv_exit_cb pool_on_death;

#endif
