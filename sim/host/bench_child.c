/* SPDX-License-Identifier: BSD-3-Clause */
/* A run of ffasim as a process of its own, timed from outside. */
#include "host/bench_child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/clock.h"

#define ARGS_MAX 10

double bench_now_us(void)
{
	return host_now_s() * 1e6;
}

static double us_of(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static bool child(const char *self, const char *const *args, const char *text, double *us,
		  double *cpu_us)
{
	const char *argv[ARGS_MAX + 3] = {"ffasim"};
	char path[] = "/tmp/ffasim-bench-XXXXXX";
	const int fd = mkstemp(path);
	int status = -1, n = 1;
	struct rusage used;
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
	wait4(pid, &status, 0, &used);
	*us = bench_now_us() - t0;
	*cpu_us = us_of(used.ru_utime) + us_of(used.ru_stime);
	unlink(path);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

bool bench_child(const char *self, const char *const *args, const char *text, double *us)
{
	double cpu_us;

	return child(self, args, text, us, &cpu_us);
}

bool bench_child_cpu(const char *self, const char *const *args, const char *text, double *us)
{
	double wall_us;

	return child(self, args, text, &wall_us, us);
}

#define CLIENT(name_, pe_)                                                                         \
	"  - name: " name_ "\n    affinity: [" pe_ "]\n    steps:\n"                               \
	"      - open: {device: echo, as: c}\n"                                                    \
	"      - session: {on: c, as: s, expect: any}\n"                                           \
	"      - invoke: {on: s, opcode: echo, data: hello, expect: any}\n"

bool bench_explore(const char *self, const char *partition, const char *runs, double *per_s)
{
	const char *const args[] = {"explore", "--jobs", "0",  "--strategy",
				    "random",  "--runs", runs, NULL};
	char text[1024];
	double us;

	snprintf(text, sizeof(text),
		 "machine: {pes: 2}\npartitions:\n  - %s\ntasks:\n" CLIENT("a", "0")
			 CLIENT("b", "1"),
		 partition);
	return bench_child(self, args, text, &us) && (*per_s = strtod(runs, NULL) / us * 1e6, true);
}
