/* SPDX-License-Identifier: BSD-3-Clause */
/* What the host tells about another process; see process.h. */
#include "host/process.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

double process_processor_s(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t))
		return 0;
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

bool process_ready(pid_t pid)
{
	char path[40], text[512];
	const char *name_end;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = 0;
	name_end = strrchr(text, ')'); /* the name may hold anything */
	return name_end && !strncmp(name_end, ") R", 3);
}
