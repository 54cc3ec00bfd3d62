/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A driver or SP that crashes the host process is a finding, not an accident: the handler runs on a
 * stack of its own, walks the frame pointers of the crashed fiber and stops the machine, which goes
 * back to the host fiber. The crashed fiber never runs again. Frames are named afterwards, outside
 * the handler.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "core/symbol.h"
#include "host/run.h"

#define FRAMES 24

static struct run *guarded;
static struct {
	bool happened;
	int sig;
	const char *what;
	char where[160];
	char owner[64];
	bool overflow;
	uintptr_t pc[FRAMES];
	int frames;
} crash;

static _Alignas(16) char alt_stack[65536];

static const char *name_of(int sig)
{
	switch (sig) {
	case SIGSEGV:
		return "bad memory access";
	case SIGBUS:
		return "bus error";
	case SIGILL:
		return "illegal instruction";
	default:
		return "arithmetic error";
	}
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

static void on_signal(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	uintptr_t rbp, rip;
	const struct fiber *owner = NULL;

	if (!guarded || !machine || machine->stop != MACHINE_RUNNING || crash.happened ||
	    fiber_self() == fiber_host()) {
		static const char text[] =
			"ffasim: internal error: crash outside of a simulated flow\n";

		if (write(2, text, sizeof(text) - 1) < 0)
			_exit(EXIT_INTERNAL);
		_exit(EXIT_INTERNAL);
	}
	rbp = (uintptr_t)uc->uc_mcontext.gregs[REG_RBP];
	rip = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
	crash.happened = true;
	crash.sig = sig;
	crash.what = name_of(sig);
	crash.overflow = sig == SIGSEGV && fiber_guard_hit(info->si_addr, &owner);
	snprintf(crash.where, sizeof(crash.where), "%s", machine_where(machine));
	crash.pc[crash.frames++] = rip;
	if (!readable(rip & ~7ull) && readable((uintptr_t)uc->uc_mcontext.gregs[REG_RSP]))
		/* a call through a bad pointer: the caller is on the stack */
		crash.pc[crash.frames++] = *(uintptr_t *)uc->uc_mcontext.gregs[REG_RSP];
	while (crash.frames < FRAMES && readable(rbp)) {
		uintptr_t next = ((uintptr_t *)rbp)[0], pc = ((uintptr_t *)rbp)[1];

		if (!pc || next <= rbp)
			break;
		crash.pc[crash.frames++] = pc;
		rbp = next;
	}
	machine_stop(machine, MACHINE_HALTED, "the flow crashed the host process");
}

void crash_install(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
	struct sigaction sa = {.sa_sigaction = on_signal,
			       .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	stack_t ss = {.ss_sp = alt_stack, .ss_size = sizeof(alt_stack)};

	sigaltstack(&ss, NULL);
	for (size_t i = 0; i < 4; i++)
		sigaction(signals[i], &sa, NULL);
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

uint64_t crash_text(char *out, size_t bytes)
{
	const struct symbol *at = symbol_at((const void *)(crash.pc[0] + 1));
	uint64_t cause;

	snprintf(out, bytes, "crash: %s in %s", crash.overflow ? "stack overflow" : crash.what,
		 at->function);
	cause = cause_of(out);
	snprintf(out + strlen(out), bytes - strlen(out), "  %s", crash.where);
	return cause;
}

void crash_report(FILE *out)
{
	fprintf(out, "crash: %s in %s\n", crash.overflow ? "stack overflow" : crash.what,
		crash.where);
	for (int i = 0; i < crash.frames; i++) {
		/* The first is the crashed instruction, the others are return addresses. */
		const struct symbol *s = symbol_at((void *)(crash.pc[i] + (i ? 0 : 1)));

		if (!s->file && s->unknown && i && i + 1 == crash.frames)
			break;
		fprintf(out, "  #%-2d %-32s", i, s->unknown ? "?" : s->function);
		if (s->file)
			fprintf(out, " %s:%d", s->file, s->line);
		fputc('\n', out);
	}
}
