/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What TEE_IOC_INVOKE costs a client: a process that knows <linux/tee.h> only and times itself. It
 * and the simulator take turns on the one CPU that bench stays on; between two CPUs the host's
 * wake-ups cost more than all the rest.
 */
#include "host/bench_ioctl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tee.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ffasim/services.h"
#include "host/bench_child.h"
#include "host/notify.h"

#define BATCHES 20
#define BATCH 500

/* --- the client ------------------------------------------------------------------------------- */
struct invoke {
	struct tee_ioctl_invoke_arg arg;
	struct tee_ioctl_param param;
};

static int open_echo(uint32_t *session)
{
	struct tee_ioctl_open_session_arg arg = {0};
	struct tee_ioctl_buf_data head = {(uintptr_t)&arg, sizeof(arg)};
	const int fd = open("/dev/tee0", O_RDWR);

	memcpy(arg.uuid, ffasim_service_find("echo")->uuid, sizeof(arg.uuid));
	if (fd >= 0 && ioctl(fd, TEE_IOC_OPEN_SESSION, &head)) {
		close(fd);
		return -1;
	}
	*session = arg.session;
	return fd;
}

static bool invoke(int fd, uint32_t session, int shm_id)
{
	struct invoke call = {
		{.session = session, .num_params = 1},
		{.attr = TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT, .a = (uint64_t)shm_id, .b = 8}};
	struct tee_ioctl_buf_data head = {(uintptr_t)&call, sizeof(call)};

	return !ioctl(fd, TEE_IOC_INVOKE, &head) && !call.arg.ret && call.param.a == 8;
}

/* The quickest batch: what the host does beside comes on top, never off. */
static double quickest(int fd, uint32_t session, int shm_id, bool bare)
{
	double best = 0;

	for (int b = 0; b < BATCHES; b++) {
		const double start = bench_now_us();
		double us;

		for (int i = 0; i < BATCH; i++)
			if (bare ? ioctl(fd, TEE_IOC_INVOKE, NULL) != 0
				 : !invoke(fd, session, shm_id))
				return 0;
		us = (bench_now_us() - start) / BATCH;
		best = !b || us < best ? us : best;
	}
	return best;
}

int bench_ioctl_client(bool bare)
{
	struct tee_ioctl_shm_alloc_data shm = {.size = 4096};
	uint32_t session = 0;
	const int fd = bare ? -1 : open_echo(&session);
	double us = 0;

	if (bare)
		us = quickest(-1, 0, 0, true);
	else if (fd >= 0 && ioctl(fd, TEE_IOC_SHM_ALLOC, &shm) >= 0)
		us = quickest(fd, session, shm.id, false);
	printf("%.9g\n", us);
	return us > 0 ? 0 : 1;
}

/* --- who runs it ------------------------------------------------------------------------------ */
/* False = the program is gone. */
static bool next(struct notify *n, struct notify_call *call)
{
	struct pollfd fd = {.fd = n->fd, .events = POLLIN};

	while (!n->next_waits || notify_next(n, call)) {
		if (poll(&fd, 1, -1) != 1 || !(fd.revents & POLLIN))
			return false;
		if (!n->next_waits && !notify_next(n, call))
			return true;
	}
	return true;
}

/* Answers each command of the tee interface with 0 and lets all else through. */
static int answer_all(const char *self)
{
	char *const argv[] = {(char *)self, "bench", BENCH_IOCTL_BARE_CLIENT, NULL};
	struct notify_call call;
	struct notify n;
	int status = -1;

	if (notify_spawn(&n, argv))
		return 1;
	while (next(&n, &call)) {
		if (call.nr == SYS_ioctl && _IOC_TYPE(call.arg[1]) == TEE_IOC_MAGIC)
			notify_reply(&n, &call, 0);
		else
			notify_continue(&n, &call);
	}
	waitpid(n.child, &status, 0);
	notify_finish(&n);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static _Noreturn void run_exec(const char *self, const char *way)
{
	static const char text[] = "machine: {pes: 2}\npartitions:\n  - {name: echo}\n";
	char path[] = "/tmp/ffasim-bench-XXXXXX";
	const int fd = mkstemp(path);
	pid_t pid;
	int status = -1;

	if (fd < 0 || write(fd, text, sizeof(text) - 1) < 0)
		_exit(99);
	pid = fork();
	if (!pid) {
		if (freopen("/dev/null", "w", stderr))
			execl(self, "ffasim", "exec", "--via", way, path, "--", self, "bench",
			      BENCH_IOCTL_CLIENT, (char *)NULL);
		_exit(99);
	}
	waitpid(pid, &status, 0);
	unlink(path);
	_exit(status ? 99 : 0);
}

/* @way: as of `exec --via`, NULL = answer_all(). What the client prints is the figure. */
static bool measure(double *us, const char *self, const char *way)
{
	char text[64] = "";
	int pipe_fd[2], status = -1;
	ssize_t n;
	pid_t pid;

	if (pipe(pipe_fd))
		return false;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		dup2(pipe_fd[1], 1);
		close(pipe_fd[0]);
		close(pipe_fd[1]);
		if (way)
			run_exec(self, way);
		_exit(answer_all(self));
	}
	close(pipe_fd[1]);
	n = read(pipe_fd[0], text, sizeof(text) - 1);
	close(pipe_fd[0]);
	waitpid(pid, &status, 0);
	*us = n > 0 ? strtod(text, NULL) : 0;
	return !status && *us > 0;
}

bool bench_ioctl_have(void)
{
	char *const argv[] = {"true", NULL};
	struct notify n;
	const int err = notify_spawn(&n, argv);

	if (err) {
		fprintf(stderr,
			"bench: ioctl is left out: seccomp user notification is not allowed here "
			"(%s)\n",
			strerror(-err));
		return false;
	}
	kill(n.child, SIGKILL);
	notify_finish(&n);
	waitpid(n.child, NULL, 0);
	return true;
}

bool bench_ioctl(double *us, const char *self)
{
	return measure(us, self, "seccomp");
}

bool bench_ioctl_preload(double *us, const char *self)
{
	return measure(us, self, "preload");
}

bool bench_ioctl_bare(double *us, const char *self)
{
	return measure(us, self, NULL);
}
