/* SPDX-License-Identifier: BSD-3-Clause */
/* A fork for each run; the answer, or what was known last, comes back in shared memory. */
#include "host/apart.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/clock.h"
#include "host/process.h"

/* A child ends what hangs itself; after so many times its limit, of processor time or asleep, it
 * has not. */
#define WALL_FACTOR 10
#define LOOK_MS 100
#define SAID_BYTES 2048

struct apart_shared {
	bool done;
	int code;
	struct explore_result r;
	char stack[6000];
};

static const char *last_line(char *text)
{
	size_t n = strlen(text);
	char *line;

	while (n && text[n - 1] == '\n')
		text[--n] = 0;
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

void apart_explain(const struct apart_death *how, struct explore_result *out)
{
	const char *words = how->watch->words;
	size_t used;

	*out = (struct explore_result){.failed = true, .fatal = true, .code = EXIT_INTERNAL};
	out->applied = out->tried = how->watch->applied;
	if (words[0])
		snprintf(out->what, sizeof(out->what), "%s", words);
	else if (how->hung)
		snprintf(out->what, sizeof(out->what),
			 "a run does not end on the host (no point is passed any more)");
	else if (how->sig)
		snprintf(out->what, sizeof(out->what), "a run ended its process: %s",
			 strsignal(how->sig));
	else
		snprintf(out->what, sizeof(out->what), "a run ended its process: exit %d",
			 how->status);
	used = strlen(out->what);
	if (how->said[0] && !how->hung)
		snprintf(out->what + used, sizeof(out->what) - used, ": %.200s", how->said);
	out->cause = words[0] ? crash_cause(words) : cause_of(out->what);
}

static void child(struct apart *a, const struct plan *plan, int err)
{
	struct apart_shared *sh = a->shared;
	FILE *f;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (err >= 0)
		dup2(err, STDERR_FILENO);
	crash_words_to(session_watched()->words, true);
	hang_watch(a->hang_ns, &session_watched()->runs); /* timers are not inherited */
	sh->code = a->x->target.run(&a->x->target, plan, &sh->r);
	sh->r.option = NULL;
	sh->r.option_count = 0;
	if (crash_happened()) {
		f = fmemopen(sh->stack, sizeof(sh->stack) - 1, "w");
		if (f)
			crash_report(f);
		if (f)
			fclose(f);
	}
	sh->done = true;
	_exit(0);
}

/* Until the child is gone; true when it had to be ended. One that waits for a processor does not
 * hang: on a busy host that may take long. */
static bool wait_for(pid_t pid, int gone, uint64_t hang_ns, int *status)
{
	const double limit_s = (double)hang_ns / 1e9 * WALL_FACTOR + 1;
	struct pollfd p = {.fd = gone, .events = POLLIN};
	double ready_s = host_now_s();
	bool hung = false;

	while (!hung && !poll(&p, 1, LOOK_MS)) {
		if (process_ready(pid))
			ready_s = host_now_s();
		hung = host_now_s() - ready_s > limit_s || process_processor_s(pid) > limit_s;
	}
	if (hung)
		kill(pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return hung;
}

static int run_apart(struct explore_target *t, const struct plan *plan, struct explore_result *out)
{
	struct apart *a = (struct apart *)t;
	struct session_watch *watch = session_watched();
	int err = memfd_create("ffasim-said", MFD_CLOEXEC), gone[2], status = 0;
	char said[SAID_BYTES] = "";
	bool hung;
	pid_t pid;

	if (pipe(gone)) {
		close(err);
		return EXIT_INTERNAL;
	}
	memset(a->shared, 0, sizeof(*a->shared));
	memset(watch->words, 0, sizeof(watch->words));
	watch->applied = (struct plan){0};
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		close(gone[0]);
		close(gone[1]);
		close(err);
		return EXIT_INTERNAL;
	}
	if (!pid)
		child(a, plan, err);
	close(gone[1]);
	hung = wait_for(pid, gone[0], a->hang_ns, &status);
	close(gone[0]);
	if (err >= 0 && pread(err, said, sizeof(said) - 1, 0) < 0)
		said[0] = 0;
	close(err);
	if (a->shared->done) {
		*out = a->shared->r;
		return a->shared->code;
	}
	apart_explain(
		&(struct apart_death){
			.watch = watch,
			.sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
			.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0,
			.hung = hung,
			.said = last_line(said),
		},
		out);
	return 0;
}

bool apart_open(struct apart *a, struct session *x, uint64_t hang_ns)
{
	*a = (struct apart){
		.target = {.run = run_apart}, .x = x, .hang_ns = hang_ns ? hang_ns : HANG_USUAL_NS};
	a->shared = mmap(NULL, sizeof(*a->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (a->shared == MAP_FAILED)
		a->shared = NULL;
	return a->shared;
}

void apart_close(struct apart *a)
{
	if (a->shared)
		munmap(a->shared, sizeof(*a->shared));
	a->shared = NULL;
}

const char *apart_stack(const struct apart *a)
{
	return a->shared ? a->shared->stack : "";
}
