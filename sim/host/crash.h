/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Code under test that ends the host process, or never gives it back, is a finding. crash.c turns
 * the signals of a simulated flow into the end of its machine; hang.c notices a flow that turns in
 * a circle. What happens outside of flows cannot be survived: one line about it is left for whoever
 * started the process.
 */
#ifndef FFASIM_HOST_CRASH_H
#define FFASIM_HOST_CRASH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct run;

void crash_install(void);
void crash_guard(struct run *run); /* NULL = nobody runs */
bool crash_happened(void);
/* The flow that ran last was left in the middle of anything: it crashed, or was ended. */
bool crash_in_the_middle(void);
/* Several lines: what, where, and the stack. */
void crash_report(FILE *out);
/* One line about the crash; returns what tells its cause from others. */
uint64_t crash_text(char *out, size_t bytes);
/* The same of a line that was left by a process that is gone. */
uint64_t crash_cause(const char *text);

/* Where the line is left: memory that survives the process, NULL = nowhere. @heard: somebody else
 * reads it there and tells; otherwise it goes to stderr too. Set it before a snapshot is taken. */
#define CRASH_WORDS_BYTES 480
void crash_words_to(char *words, bool heard);

#define CRASH_FRAMES 48
/* For hang.c, in a signal handler: the running flow is over, or, outside of flows, the
 * process. @pc[0] is where it was, the rest are
 * return addresses; frame @turns is the innermost that all looks at it have in common. Does not
 * return. */
struct hang_place {
	void *const *pc;
	int frames, turns;
	const void *low, *high; /* addresses seen in that frame */
	bool moved;		/* virtual time goes on all the same */
};
void crash_hang(const struct hang_place *at);
/* Somebody's run is under way, in a flow or around it. */
bool crash_watched(void);
/* From the handler of a crash: does not return when it was the watchdog's own look that crashed. */
void hang_look_failed(void);

/*
 * The host's watchdog, in processor time. @runs counts the runs that were begun, and is never put
 * back; with it a run may take @limit_ns in all; without (NULL) only a stretch in which virtual
 * time stands still counts. Once a process, before a snapshot; again in a forked child.
 */
void hang_watch(uint64_t limit_ns, const volatile uint64_t *runs);
#define HANG_USUAL_NS 10000000000u
#define HANG_RUN_NS 30000000000u

#endif
