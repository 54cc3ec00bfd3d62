/* SPDX-License-Identifier: BSD-3-Clause */
/* What the host tells about another process; see process.h. */
#include "host/process.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define STAT_BYTES 1024
#define STAT_STACK 28 /* field of where the stack of the first thread begins; the state is 3 */

double process_processor_s(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t))
		return 0;
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* "PID (NAME) STATE ...", where a name may have anything in it: what comes behind the name, in
 * @text. NULL = it is gone. */
static const char *behind_name(pid_t pid, char text[STAT_BYTES])
{
	char path[40];
	const char *at;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return NULL;
	n = fread(text, 1, STAT_BYTES - 1, f);
	fclose(f);
	text[n] = 0;
	at = strrchr(text, ')');
	return at ? at + 1 : NULL;
}

bool process_ready(pid_t pid)
{
	char text[STAT_BYTES];
	const char *at = behind_name(pid, text);

	return at && !strncmp(at, " R", 2);
}

uint64_t process_stack(pid_t pid)
{
	char text[STAT_BYTES];
	const char *at = behind_name(pid, text);
	unsigned long stack = 0;

	for (int field = 3; at && field < STAT_STACK; field++)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, "%lu", &stack) == 1 ? stack : 0;
}
