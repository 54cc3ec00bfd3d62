/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A watchdog in processor time for flows that never come back. A timer looks a hundred times before
 * it bites, and keeps the stack each time: the frames that all looks share from outside, and one
 * more, are where the flow turns; what lies inside is called anew in each round.
 *
 * A loop that was found once is known by the addresses it was seen at. The next run that is seen
 * there a few times in a row is ended at once: a campaign or a shrinker meets it again and again.
 * What is known here must outlive machines and snapshots, so it lies outside of both.
 */
#include "host/crash.h"

#include <execinfo.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#ifdef HAVE_VALGRIND_H
#include <valgrind/valgrind.h>
#endif

#include "host/run.h"

#define LOOKS 100
#define KNOWN_LOOKS 3
#define KNOWN_MAX 32
#define DEEPEST 256
#define VALGRIND_SLOWER 50

struct look {
	void *pc[CRASH_FRAMES]; /* [0] is where it was */
	int frames;
};

struct hang {
	const volatile uint64_t *runs;
	uint64_t runs_then, time_then, time_first;
	bool begun; /* the last tick was in this run too */
	unsigned looks, in_known;
	struct look look[LOOKS];
	struct {
		const void *low, *high;
	} known[KNOWN_MAX];
	unsigned known_count;
	timer_t timer;
	pid_t timer_of; /* process that made it; children inherit none */
	bool looking;
	sigjmp_buf look_failed;
};

static struct hang *hang; /* set before any snapshot */

/* Goes on in each step that any flow or event makes. */
static uint64_t time_now(void)
{
	return machine->now_ns + (machine->running ? machine->running->points : 0);
}

void hang_look_failed(void)
{
	if (hang && hang->looking)
		siglongjmp(hang->look_failed, 1);
}

static void see(struct look *l, const ucontext_t *uc)
{
	void *const rip = (void *)uc->uc_mcontext.gregs[REG_RIP];
	void *pc[DEEPEST];
	int n, from = 0;

	l->frames = 0;
	l->pc[l->frames++] = rip;
	/* It may be between two stacks just now: nothing is known then but where. */
	if (sigsetjmp(hang->look_failed, 1)) {
		hang->looking = false;
		return;
	}
	hang->looking = true;
	n = backtrace(pc, DEEPEST);
	hang->looking = false;
	while (from < n && pc[from] != rip)
		from++;
	if (n - from > CRASH_FRAMES) /* the outer ones say more */
		from = n - CRASH_FRAMES;
	for (int i = from + 1; i < n && l->frames < CRASH_FRAMES; i++)
		l->pc[l->frames++] = pc[i];
}

/* The frame of @l that lies in a known loop, and which; -1 = none. */
static int known_frame(const struct hang *h, const struct look *l, unsigned *which)
{
	for (unsigned k = 0; k < h->known_count; k++)
		for (int i = l->frames - 1; i >= 0; i--)
			if (l->pc[i] >= h->known[k].low && l->pc[i] <= h->known[k].high) {
				*which = k;
				return i;
			}
	return -1;
}

static const void *outermost(const struct look *l)
{
	return l->pc[l->frames - 1];
}

/* One that reaches to the outside: a stack that is just being built may not be understood. */
static const struct look *deepest(const struct hang *h)
{
	const struct look *best = &h->look[0];

	for (unsigned i = 1; i < h->looks; i++)
		if (h->look[i].frames > best->frames)
			best = &h->look[i];
	return best;
}

/* The frame of @best that stands right inside of those all looks share. */
static int turning_frame(const struct hang *h, const struct look *best)
{
	int common = best->frames - 1;

	for (unsigned i = 0; i < h->looks; i++) {
		const struct look *l = &h->look[i];
		int n = 0;

		if (outermost(l) != outermost(best))
			continue;
		while (n < common && n < l->frames - 1 &&
		       l->pc[l->frames - 1 - n] == best->pc[best->frames - 1 - n])
			n++;
		common = n;
	}
	return best->frames - 1 - common;
}

/* Found by a hundred looks: it is known from now on. */
static void learn(struct hang *h, struct hang_place *at)
{
	const struct look *best = deepest(h);

	at->pc = best->pc;
	at->frames = best->frames;
	at->turns = turning_frame(h, best);
	at->low = at->high = best->pc[at->turns];
	for (unsigned i = 0; i < h->looks; i++) {
		const struct look *l = &h->look[i];
		const void *pc;

		if (outermost(l) != outermost(best))
			continue;
		pc = l->pc[l->frames - (best->frames - at->turns)];
		at->low = pc < at->low ? pc : at->low;
		at->high = pc > at->high ? pc : at->high;
	}
	if (h->known_count == KNOWN_MAX || h->time_then != h->time_first)
		return;
	h->known[h->known_count].low = at->low;
	h->known[h->known_count++].high = at->high;
}

/* The same text as the first time, whatever was seen of it now. */
static void recall(const struct hang *h, struct hang_place *at)
{
	const struct look *last = &h->look[h->looks - 1];
	unsigned which = 0;

	at->pc = last->pc;
	at->frames = last->frames;
	at->turns = known_frame(h, last, &which);
	at->low = h->known[which].low;
	at->high = h->known[which].high;
}

static void bite(struct hang *h)
{
	struct hang_place at = {.moved = h->time_then != h->time_first};

	if (h->in_known == KNOWN_LOOKS)
		recall(h, &at);
	else
		learn(h, &at);
	h->begun = false;
	crash_hang(&at);
}

static void on_tick(int sig, siginfo_t *info, void *context)
{
	struct hang *h = hang;
	uint64_t runs = h->runs ? *h->runs : 0, now;
	unsigned which;

	(void)sig;
	(void)info;
	if (h->looking)
		return;
	if (!crash_watched()) {
		h->begun = false;
		return;
	}
	now = time_now();
	/* A usual run is over long before the second tick: nobody looks at its stack. */
	if (!h->begun || runs != h->runs_then || (!h->runs && now != h->time_then)) {
		h->begun = true;
		h->looks = h->in_known = 0;
		h->time_first = now;
		h->runs_then = runs;
		h->time_then = now;
		return;
	}
	h->time_then = now;
	see(&h->look[h->looks++], context);
	h->in_known = known_frame(h, &h->look[h->looks - 1], &which) < 0 ? 0 : h->in_known + 1;
	if (h->looks == LOOKS || h->in_known == KNOWN_LOOKS)
		bite(h);
}

void hang_watch(uint64_t limit_ns, const volatile uint64_t *runs)
{
	struct sigaction sa = {.sa_sigaction = on_tick,
			       /* not deferred: a tick that ends a flow never returns */
			       .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER};
	struct sigevent ev = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF};
	struct itimerspec every;

#ifdef HAVE_VALGRIND_H
	if (RUNNING_ON_VALGRIND)
		limit_ns *= VALGRIND_SLOWER;
#endif
	if (!hang)
		hang = mmap(NULL, sizeof(*hang), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			    -1, 0); /* children learn for us */
	if (hang == MAP_FAILED)
		abort();
	hang->runs = runs;
	hang->begun = hang->looking = false;
	ev._sigev_un._tid = (pid_t)syscall(SYS_gettid);
	if (sigaction(SIGPROF, &sa, NULL) ||
	    (hang->timer_of != getpid() &&
	     timer_create(CLOCK_THREAD_CPUTIME_ID, &ev, &hang->timer)))
		return; /* a host without: somebody outside has to look */
	hang->timer_of = getpid();
	every.it_interval.tv_sec = (time_t)(limit_ns / LOOKS / 1000000000);
	every.it_interval.tv_nsec = (long)(limit_ns / LOOKS % 1000000000);
	every.it_value = every.it_interval;
	timer_settime(hang->timer, 0, &every, NULL);
}
