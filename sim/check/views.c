/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Accesses without right: a partition that uses memory it has given up or may only read, the Normal
 * world that touches pages it has lent or donated.
 *
 * Plain flavour: by the host's MMU. Native SPs see their memory through a window of their own
 * (ec_view()), in which a page exists as long as the SP's table maps it, and lent pages are
 * protected where the Normal world has them. Nothing is switched when worlds or SPs change: a page
 * costs a system call when it is first asked for and one when it goes. Instrumented flavour: each
 * access is looked up instead, and pointers are the same for everybody.
 *
 * A partition takes a data abort, as it would; the Normal world goes on with the page unprotected.
 *
 * Not modelled: an address that was mapped again to something else is, as on hardware, the new
 * memory; accesses of the simulator's own code; the plain flavour in `explore`, whose snapshots
 * own the protection of pages.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#if defined(HAVE_VALGRIND_H) && !defined(FFASIM_ASAN)
#include <valgrind/memcheck.h>
#endif

#include "check/detect_internal.h"
#include "sp/ec.h"

#define SIGNAL_STACK_BYTES ((size_t)262144) /* names are looked up on it */
#define RED_ZONE_BYTES 128
#define DIVERT_BYTES 65536 /* of stack for what the diverted flow still does */

static struct {
	bool mmu, look;
	struct sigaction before;
	stack_t stack_before;
	void *stack;
	/* What the handler hands to the flow it diverted. */
	uint64_t va;
	bool write;
	stack_id at;
} v;

/* ---- a partition ---- */

static void add_reason(struct text *t, const struct ec_note *n, uint64_t va)
{
	if (!n) {
		text_add(t, "address %llx was never mapped", (unsigned long long)va);
		return;
	}
	text_add(t, "address %llx, %s on PE%u at %llu.%06llu ms", (unsigned long long)va, n->what,
		 n->pe, (unsigned long long)(n->time_ns / 1000000),
		 (unsigned long long)(n->time_ns % 1000000));
	if (n->handle)
		text_add(t, ", handle %llx", (unsigned long long)n->handle);
}

static void report_sp(const struct ec *ec, const struct ec_note *n, uint64_t va, bool write,
		      stack_id stack)
{
	static struct text t;
	const struct pe *pe = machine->running;

	if (!detect_first_time(stack_top(stack), report_sp))
		return;
	t.used = 0;
	text_add(&t, "access without right (%s) by %s: ", write ? "write" : "read",
		 trace_name(ec->who));
	add_reason(&t, n, va);
	text_add(&t, "\n    ");
	text_place(&t, stack);
	text_add(&t, ", ");
	text_moment(&t, pe->who, pe->id, machine->now_ns);
	text_stack(&t, stack);
	detect_report(&t);
}

/* On the partition's own flow. */
static _Noreturn void abort_sp(void)
{
	struct ec *ec = ec_running(machine->running);
	const uint64_t va = v.va;

	report_sp(ec, ec_note_at(ec, va), va, v.write, v.at);
	ec->ops->abort(ec, va);
	abort();
}

#ifdef __x86_64__
static stack_id where(const ucontext_t *uc)
{
	const greg_t *r = uc->uc_mcontext.gregs;

	return stack_from((const void *)(uintptr_t)r[REG_RIP], (const void *)(uintptr_t)r[REG_RBP],
			  (const void *const *)(uintptr_t)r[REG_RSP]);
}

/* As if the instruction had called abort_sp(), from nowhere. */
static void divert(ucontext_t *uc)
{
	greg_t *r = uc->uc_mcontext.gregs;
	uintptr_t *sp = (uintptr_t *)(((uintptr_t)r[REG_RSP] - RED_ZONE_BYTES) & ~(uintptr_t)15);

#if defined(HAVE_VALGRIND_H) && !defined(FFASIM_ASAN)
	/* Valgrind does not follow the stack pointer across the handler's return. */
	VALGRIND_MAKE_MEM_UNDEFINED((uint8_t *)sp - DIVERT_BYTES,
				    (uintptr_t)r[REG_RSP] - (uintptr_t)sp + DIVERT_BYTES);
#endif
	*--sp = 0;
	r[REG_RSP] = (greg_t)(uintptr_t)sp;
	r[REG_RIP] = (greg_t)(uintptr_t)abort_sp;
}

static bool sp_fault(const void *addr, ucontext_t *uc)
{
	uint64_t va;
	struct ec *ec = ec_view_owner(addr, &va), *runs = ec_running(machine->running);

	if (!ec || !runs || (runs->space ? runs->space : runs) != ec)
		return false;
	/* Mapped, and only not shown since. */
	if (ec_view_show(ec, va))
		return true;
	if (!runs->ops->abort)
		return false;
	v.va = va;
	v.write = uc->uc_mcontext.gregs[REG_ERR] & 2 || ec_map_find(ec, va);
	v.at = where(uc);
	divert(uc);
	return true;
}

/* ---- the Normal world ---- */
static bool ns_fault(const void *addr, ucontext_t *uc)
{
	pa_t pa;

	if (!physmem_pa(&machine->mem, addr, &pa) ||
	    !physmem_guard(&machine->mem, pa_of(pa.v & ~(PHYS_PAGE_BYTES - 1)), 1, false))
		return false;
	if (ec_running(machine->running))
		return true; /* a partition without a window */
	grants_touched(pa, uc->uc_mcontext.gregs[REG_ERR] & 2, where(uc));
	return true;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	if (machine && machine->running && fiber_self() != machine->host &&
	    (sp_fault(info->si_addr, context) || ns_fault(info->si_addr, context)))
		return;
	if (v.before.sa_flags & SA_SIGINFO && v.before.sa_sigaction)
		v.before.sa_sigaction(sig, info, context);
	else
		signal(sig, SIG_DFL);
}

static bool catch (void)
{
	struct sigaction sa = {.sa_sigaction = on_fault,
			       .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	stack_t ss = {.ss_size = SIGNAL_STACK_BYTES};

	v.stack = mmap(NULL, SIGNAL_STACK_BYTES, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (v.stack == MAP_FAILED)
		return false;
	ss.ss_sp = v.stack;
	sigaltstack(&ss, &v.stack_before);
	sigaction(SIGSEGV, &sa, &v.before);
	return true;
}
#else
static bool catch (void)
{
	return false;
}
#endif

/* ---- both ---- */
void views_access(const void *addr, size_t bytes, unsigned access, const void *pc)
{
	const bool write = access & ACCESS_WRITE;
	struct ec *ec;
	uint64_t va = 0;
	pa_t pa;

	(void)bytes;
	if (!v.look || !physmem_pa(&machine->mem, addr, &pa))
		return;
	ec = ec_running(machine->running);
	if (!ec) {
		grants_touched(pa, write, stack_here(pc));
	} else if (ec->ops->abort && !ec_maps(ec, pa, write ? EC_MAP_W : EC_MAP_R)) {
		const struct ec_note *n = ec_note_of(ec, pa, &va);

		report_sp(ec, n, va, write, stack_here(pc));
		ec->ops->abort(ec, va);
	}
}

void views_guard(const struct watch_pages *range, uint32_t count, bool on)
{
	for (uint32_t i = 0; v.mmu && i < count; i++)
		physmem_guard(&machine->mem, pa_of(range[i].pa), range[i].pages, on);
}

void views_reset(bool mmu, bool look)
{
	views_stop();
	v.look = look;
	v.mmu = mmu && catch ();
	ec_views(v.mmu);
}

void views_stop(void)
{
	if (v.mmu) {
		sigaction(SIGSEGV, &v.before, NULL);
		sigaltstack(&v.stack_before, NULL);
		munmap(v.stack, SIGNAL_STACK_BYTES);
		ec_views(false);
	}
	v.mmu = v.look = false;
}
