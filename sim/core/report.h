/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings: what went wrong in a run, in the words a user will read. Detectors, monitors and
 * expectations add findings; the host prints them and derives the exit code. The first finding
 * decides the verdict. Text never holds a host address, host time or build path.
 */
#ifndef FFASIM_CORE_REPORT_H
#define FFASIM_CORE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum finding_class {
	FINDING_EXPECTATION, /* exit 1 */
	FINDING_DETECTOR,    /* exit 1: use after free, leak, stall that was not expected, ... */
	FINDING_CRASH,	     /* exit 1: the driver or an SP crashed the host process */
	FINDING_NO_PROGRESS, /* exit 3: deadlock, livelock */
	FINDING_INTERNAL,    /* exit 99 */
};

struct finding {
	enum finding_class class;
	char *what;  /* "use after free: 16 bytes allocated in tstee_open_session" */
	char *where; /* "task client on PE1 at 10.414 ms" or NULL */
	struct finding *next;
};

struct report {
	struct finding *first, *last;
	size_t count;
};

void report_init(struct report *report);
void report_finish(struct report *report);
void report_add(struct report *report, enum finding_class class, const char *where, const char *fmt,
		...) __attribute__((format(printf, 4, 5)));

#endif
