/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A driver or SP that crashes the host process is a finding, not an accident: the handler runs on a
 * stack of its own, walks the frame pointers of the crashed fiber and stops the machine, which goes
 * back to the host fiber. The crashed fiber never runs again. Frames are named afterwards, outside
 * the handler.
 */
#include <dlfcn.h>
#include <elfutils/libdwfl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

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

/* Path below the source tree, never the host's. */
static const char *short_path(const char *file)
{
	static const char *const tops[] = {"driver/", "sim/", "sps/", "tests/"};

	for (size_t i = 0; i < 4; i++) {
		const char *at = strstr(file, tops[i]);

		if (at && (at == file || at[-1] == '/'))
			return at;
	}
	return strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
}

void crash_report(FILE *out)
{
	static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf,
						 .find_debuginfo = dwfl_standard_find_debuginfo};
	Dwfl *dwfl = dwfl_begin(&callbacks);
	bool have = dwfl && !dwfl_linux_proc_report(dwfl, getpid()) &&
		    !dwfl_report_end(dwfl, NULL, NULL);

	fprintf(out, "crash: %s in %s\n", crash.overflow ? "stack overflow" : crash.what,
		crash.where);
	for (int i = 0; i < crash.frames; i++) {
		uintptr_t pc = crash.pc[i] - (i ? 1 : 0);
		Dwfl_Module *mod = have ? dwfl_addrmodule(dwfl, pc) : NULL;
		const char *symbol = mod ? dwfl_module_addrname(mod, pc) : NULL;
		Dwfl_Line *line = mod ? dwfl_module_getsrc(mod, pc) : NULL;
		int row = 0;
		const char *file = line ? dwfl_lineinfo(line, NULL, &row, NULL, NULL, NULL) : NULL;
		Dl_info info;

		if (!symbol && dladdr((void *)pc, &info) && info.dli_sname)
			symbol = info.dli_sname;
		if (!symbol && !file && i && i + 1 == crash.frames)
			break;
		fprintf(out, "  #%-2d %-32s", i, symbol ? symbol : "?");
		if (file)
			fprintf(out, " %s:%d", short_path(file), row);
		fputc('\n', out);
	}
	if (dwfl)
		dwfl_end(dwfl);
}
