/* SPDX-License-Identifier: BSD-3-Clause */
/* A run of ffasim as a process of its own, timed from outside. */
#include "host/bench_child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGS_MAX 8

double bench_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

bool bench_child(const char *self, const char *const *args, const char *text, double *us)
{
	const char *argv[ARGS_MAX + 3] = {"ffasim"};
	char path[] = "/tmp/ffasim-bench-XXXXXX";
	const int fd = mkstemp(path);
	int status = -1, n = 1;
	double t0;
	pid_t pid;

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return false;
	close(fd);
	while (*args && n <= ARGS_MAX)
		argv[n++] = *args++;
	argv[n] = path;
	t0 = bench_now_us();
	pid = fork();
	if (!pid) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(99);
		execv(self, (char *const *)argv);
		_exit(99);
	}
	waitpid(pid, &status, 0);
	*us = bench_now_us() - t0;
	unlink(path);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}
