/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A driver or SP that crashes the host process is a finding, not an accident: the handler runs on a
 * stack of its own, walks the stack of the crashed fiber and stops the machine, which goes back to
 * the host fiber. The crashed fiber never runs again. Frames are named afterwards, outside the
 * handler.
 *
 * abort() is taken the same way when the code under test calls it. When libc does (a corrupted
 * heap), libc cannot be trusted any more: one line is left, and the process ends.
 */
#include "host/crash.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "core/symbol.h"
#include "host/run.h"

/* The kinds of end, by signal; a hang has none. */
static const struct {
	int sig;
	const char *what;
} kinds[] = {
	{SIGSEGV, "bad memory access"}, {SIGBUS, "bus error"}, {SIGILL, "illegal instruction"},
	{SIGFPE, "arithmetic error"},	{SIGTRAP, "trap"},     {SIGABRT, "abort"},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static struct run *guarded;
static struct {
	bool happened, hang, cut, overflow, called;
	const char *what;
	char where[160];
	void *pc[CRASH_FRAMES];
	int frames, at; /* @at: the frame to blame */
	const void *low, *high;
} crash;

static char *words; /* set before any snapshot */
static bool heard;
static _Alignas(16) char alt_stack[65536];

void crash_words_to(char *to, bool somebody)
{
	words = to;
	heard = somebody;
}

/* Readable or not: asked of the kernel, without a second fault. */
static bool readable(uintptr_t addr)
{
	int fd[2];
	bool ok;

	if (addr < 4096 || addr & 7 || pipe(fd))
		return false;
	ok = write(fd[1], (void *)addr, 16) == 16;
	close(fd[0]);
	close(fd[1]);
	return ok;
}

static bool in_flow(void)
{
	return guarded && machine && machine->stop == MACHINE_RUNNING && !crash.happened &&
	       fiber_self() != fiber_host();
}

/* By frame pointers: works after a jump to nowhere, and never reads what is not there. */
static void walk(const ucontext_t *uc)
{
	uintptr_t rbp = (uintptr_t)uc->uc_mcontext.gregs[REG_RBP];
	uintptr_t rip = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];

	crash.frames = 0;
	crash.pc[crash.frames++] = (void *)rip;
	if (!readable(rip & ~7ull) && readable((uintptr_t)uc->uc_mcontext.gregs[REG_RSP]))
		/* a call through a bad pointer: the caller is on the stack */
		crash.pc[crash.frames++] = *(void **)uc->uc_mcontext.gregs[REG_RSP];
	while (crash.frames < CRASH_FRAMES && readable(rbp)) {
		uintptr_t next = ((uintptr_t *)rbp)[0], pc = ((uintptr_t *)rbp)[1];

		if (!pc || next <= rbp)
			break;
		crash.pc[crash.frames++] = (void *)pc;
		rbp = next;
	}
}

/* libc has no frame pointers; what called its function @way is found by the unwinder. True when
 * that was the code under test and not libc itself. */
static bool walk_to(const char *const *way)
{
	void *pc[CRASH_FRAMES + 8];
	int n = backtrace(pc, CRASH_FRAMES + 8), first = -1;
	Dl_info info, libc;
	bool theirs;

	if (!dladdr((void *)abort, &libc))
		return false;
	for (int i = 0; i < n; i++) {
		if (!dladdr((char *)pc[i] - 1, &info) || info.dli_fbase != libc.dli_fbase)
			continue;
		for (const char *const *w = way; *w; w++)
			if (info.dli_sname && !strcmp(info.dli_sname, *w))
				first = i + 1;
	}
	theirs = first >= 0 && first < n && dladdr((char *)pc[first] - 1, &info) &&
		 info.dli_fbase != libc.dli_fbase;
	crash.called = true;
	crash.frames = 0;
	for (int i = first < 0 ? 0 : first; i < n && crash.frames < CRASH_FRAMES; i++)
		crash.pc[crash.frames++] = pc[i];
	return theirs;
}

static bool walk_abort(void)
{
	static const char *const ways[] = {"abort", "__assert_fail", "__assert", NULL};

	return walk_to(ways);
}

static void say(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		_exit(EXIT_INTERNAL);
}

/* The process is lost. First what needs nothing, then what may not work any more. */
static _Noreturn void die(const char *what)
{
	static char text[CRASH_WORDS_BYTES];
	static bool again;

	if (!again) {
		again = true;
		snprintf(text, sizeof(text), "crash: %s", what);
		if (words)
			memcpy(words, text, sizeof(text));
		if (crash.happened) { /* and now what it left behind */
			crash_text(text, sizeof(text));
		} else if (crash.frames && guarded && machine) {
			snprintf(crash.where, sizeof(crash.where), "%s", machine_where(machine));
			crash.what = what;
			crash_text(text, sizeof(text));
		}
	}
	if (words)
		memcpy(words, text, sizeof(text));
	if (heard)
		_exit(EXIT_INTERNAL);
	say(fiber_self() == fiber_host() ? "ffasim: internal error: " : "ffasim: ");
	say(text);
	say("\n");
	_exit(EXIT_INTERNAL);
}

/* exit() in code under test runs the handlers of the process, and this one among the first. */
static void on_exit_in_flow(void)
{
	static const char *const ways[] = {"exit", NULL};

	if (!in_flow())
		return;
	walk_to(ways);
	die("exit()");
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	const ucontext_t *uc = context;
	const struct fiber *owner = NULL;
	const char *what = "crash";
	bool flow = in_flow();

	hang_look_failed();
	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].sig == sig)
			what = kinds[i].what;
	if (!crash.happened && sig == SIGABRT)
		flow &= walk_abort();
	else if (!crash.happened)
		walk(uc);
	if (!flow)
		die(what);
	crash.happened = true;
	crash.what = what;
	crash.at = 0;
	crash.overflow = sig == SIGSEGV && fiber_guard_hit(info->si_addr, &owner);
	snprintf(crash.where, sizeof(crash.where), "%s", machine_where(machine));
	machine_stop(machine, MACHINE_HALTED, "the flow crashed the host process");
}

/* Time goes on, so it is not here that it turns, and not for ever: its limit comes early. */
static void end_early(void)
{
	char where[sizeof(machine->stop_where)];
	const char *at = machine_where(machine);

	snprintf(where, sizeof(where), "%s, where the host's patience ended (--hang)", at);
	machine->stop = MACHINE_TIME_LIMIT;
	machine->stop_why = "time limit";
	snprintf(machine->stop_where, sizeof(machine->stop_where), "%s", where);
	machine_stop(machine, MACHINE_TIME_LIMIT, "time limit");
}

void crash_hang(const struct hang_place *at)
{
	const bool flow = in_flow();

	if (at->moved && machine->stop == MACHINE_RUNNING) {
		crash.cut = true;
		end_early();
		return; /* an event, or nobody, has the host: the machine notices behind it */
	}
	crash.hang = true;
	crash.what = "endless loop";
	crash.low = at->low;
	crash.high = at->high;
	crash.at = at->turns;
	crash.frames = at->frames < CRASH_FRAMES ? at->frames : CRASH_FRAMES;
	memcpy(crash.pc, at->pc, (size_t)crash.frames * sizeof(crash.pc[0]));
	if (!flow)
		die(crash.what);
	crash.happened = true;
	snprintf(crash.where, sizeof(crash.where), "%s", machine_where(machine));
	machine_stop(machine, MACHINE_HALTED, "the flow does not give the host back");
}

void crash_install(void)
{
	static bool once;
	struct sigaction sa = {.sa_sigaction = on_signal,
			       .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	stack_t ss = {.ss_sp = alt_stack, .ss_size = sizeof(alt_stack)};
	void *load[2];

	backtrace(load, 2); /* brings in what it needs, while there is memory for it */
	if (!once)
		atexit(on_exit_in_flow);
	once = true;
	sigaltstack(&ss, NULL);
	for (size_t i = 0; i < KINDS; i++)
		sigaction(kinds[i].sig, &sa, NULL);
}

bool crash_watched(void)
{
	return guarded && machine && !crash.happened;
}

void crash_guard(struct run *run)
{
	guarded = run;
	if (run)
		memset(&crash, 0, sizeof(crash));
}

bool crash_happened(void)
{
	return crash.happened;
}

bool crash_in_the_middle(void)
{
	return crash.happened || crash.cut;
}

/* The first is the crashed instruction unless abort() was called, the others are return addresses.
 */
static const struct symbol *frame(int i)
{
	return symbol_at((char *)crash.pc[i] + (i || crash.called ? 0 : 1));
}

static bool is_users(const struct symbol *s)
{
	return strstr(s->image, ".ko.") || strstr(s->image, ".sp.");
}

static void at_line(const struct symbol *s, char *out, size_t bytes)
{
	out[0] = 0;
	if (s->file)
		snprintf(out, bytes, " at %s:%d", s->file, s->line);
}

/* Of a loop: the lines it was seen in, which are no part of the cause. */
static void loop_lines(char *out, size_t bytes)
{
	const struct symbol *a = symbol_at((const char *)crash.low + 1);
	const struct symbol *b = symbol_at((const char *)crash.high + 1);
	const bool known = a->file && b->file && a->line && b->line && !strcmp(a->file, b->file);
	const int low = known && a->line < b->line ? a->line : b->line;
	const int high = known && a->line < b->line ? b->line : a->line;

	at_line(frame(crash.at), out, bytes);
	if (known && low != high)
		snprintf(out, bytes, " at %s:%d..%d", a->file, low, high);
}

/* "crash: bad memory access in memcpy, called by f at file:line  user on PE1 at 0.100 ms" */
uint64_t crash_text(char *out, size_t bytes)
{
	const struct symbol *top = frame(crash.at), *by = top;
	char line[200], called[160] = "";
	uint64_t cause;

	for (int i = crash.at; i < crash.frames && !is_users(by); i++)
		by = frame(i);
	if (by != top && is_users(by))
		snprintf(called, sizeof(called), ", called by %s", by->function);
	else
		by = top;
	snprintf(out, bytes, "crash: %s in %s%s", crash.overflow ? "stack overflow" : crash.what,
		 top->function, called);
	cause = cause_of(out);
	if (crash.hang && by == top)
		loop_lines(line, sizeof(line));
	else
		at_line(by, line, sizeof(line));
	snprintf(out + strlen(out), bytes - strlen(out), "%s", line);
	if (crash.hang)
		snprintf(out + strlen(out), bytes - strlen(out), ": nothing else runs any more");
	snprintf(out + strlen(out), bytes - strlen(out), "  %s", crash.where);
	return cause;
}

uint64_t crash_cause(const char *text)
{
	const char *end = strstr(text, " at ");
	char head[CRASH_WORDS_BYTES];

	if (!end)
		end = strstr(text, "  ");
	snprintf(head, sizeof(head), "%.*s", end ? (int)(end - text) : (int)strlen(text), text);
	return cause_of(head);
}

void crash_report(FILE *out)
{
	fprintf(out, "crash: %s in %s\n", crash.overflow ? "stack overflow" : crash.what,
		crash.where);
	if (crash.hang)
		fprintf(out, "  virtual time stands still; it turns in #%d\n", crash.at);
	for (int i = 0; i < crash.frames; i++) {
		const struct symbol *s = frame(i);

		if (!s->file && s->unknown && i && i + 1 == crash.frames)
			break;
		fprintf(out, "  #%-2d %-32s", i, s->unknown ? "?" : s->function);
		if (s->file)
			fprintf(out, " %s:%d", s->file, s->line);
		fputc('\n', out);
	}
}
