/* SPDX-License-Identifier: BSD-3-Clause */
/* A list of findings in the order they were made. */
#include "core/report.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void report_init(struct report *report)
{
	memset(report, 0, sizeof(*report));
}

void report_finish(struct report *report)
{
	struct finding *f = report->first;

	while (f) {
		struct finding *next = f->next;

		free(f->what);
		free(f->where);
		free(f);
		f = next;
	}
	report_init(report);
}

void report_add(struct report *report, enum finding_class class, const char *where, const char *fmt,
		...)
{
	struct finding *f = calloc(1, sizeof(*f));
	va_list ap;

	if (!f)
		abort();
	f->class = class;
	f->where = where ? strdup(where) : NULL;
	va_start(ap, fmt);
	if (vasprintf(&f->what, fmt, ap) < 0)
		abort();
	va_end(ap);
	if (report->last)
		report->last->next = f;
	else
		report->first = f;
	report->last = f;
	report->count++;
}
