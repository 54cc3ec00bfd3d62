/* SPDX-License-Identifier: BSD-3-Clause */
/* What is told about another process: at work or asleep, however busy the host is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "host/process.h"

#define LOOKS 1000

static pid_t start(void (*what)(void), const char *name)
{
	const pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
		what();
		_exit(0);
	}
	return pid;
}

static void end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(process_ready(pid));
	assert_true(process_processor_s(pid) == 0);
}

static void turns(void)
{
	for (volatile int i = 0;; i++)
		;
}

static void sleeps(void)
{
	for (;;)
		pause();
}

/* Running or in the queue of a processor that others have: ready in each look but of the beginning.
 */
static void one_that_turns_is_ready(void **state)
{
	const pid_t pid = start(turns, "a ) R) S b");
	int ready = 0;

	while (process_processor_s(pid) < 0.05)
		usleep(1000);
	for (int i = 0; i < LOOKS; i++)
		ready += process_ready(pid);
	assert_true(ready > LOOKS * 3 / 4);
	end(pid);
}

static bool asleep_throughout(pid_t pid)
{
	for (int i = 0; i < LOOKS; i++)
		if (process_ready(pid))
			return false;
	return true;
}

/* Once it has come to rest: on its way there it may sleep for other reasons and run again. */
static void one_that_sleeps_is_not(void **state)
{
	const pid_t pid = start(sleeps, "R");

	for (int tries = 0; !asleep_throughout(pid); tries++) {
		assert_true(tries < 10000);
		usleep(1000);
	}
	end(pid);
}

static void nor_one_that_is_stopped(void **state)
{
	const pid_t pid = start(turns, "turns");

	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	assert_false(process_ready(pid));
	end(pid);
}

/* Whatever the process is called. */
static void where_the_stack_begins(void **state)
{
	const pid_t pid = start(sleeps, "a ) 1 2\n");
	unsigned long low = 0, high = 0;
	char path[40], line[512];
	uint64_t stack;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (strstr(line, "[stack]"))
			assert_int_equal(sscanf(line, "%lx-%lx", &low, &high), 2);
	fclose(f);
	stack = process_stack(pid);
	assert_true(low < stack && stack < high);
	end(pid);
	assert_true(process_stack(pid) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_turns_is_ready),
		cmocka_unit_test(one_that_sleeps_is_not),
		cmocka_unit_test(nor_one_that_is_stopped),
		cmocka_unit_test(where_the_stack_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
