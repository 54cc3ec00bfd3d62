/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fibers on mmap'ed, guarded, painted stacks. x86-64 switches in fiber_x86_64.S; other hosts use
 * ucontext, which is correct and slow. The annotations for ASan (two calls around each switch) and
 * Valgrind (stack registration) are all in this file.
 *
 * The guard page is PROT_NONE at the low end: running over it is a SIGSEGV that the host's crash
 * report recognises by fiber_guard_hit().
 */
#include "core/fiber.h"
#include "core/arena.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#if defined(__x86_64__) && !defined(FFASIM_FIBER_UCONTEXT)
#define FIBER_ASM 1
#else
#include <ucontext.h>
#endif
#ifdef HAVE_VALGRIND_H
#include <valgrind/valgrind.h>
#include <valgrind/memcheck.h>
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#define GUARD_BYTES ((size_t)4096)
/* The paint is zero, as fresh pages come: a stack costs no memory until it is used. */
#define PAINT 0ULL

struct fiber {
#ifdef FIBER_ASM
	void *sp;
#else
	ucontext_t uc;
#endif
	fiber_fn *fn;
	void *arg;
	uint8_t *base;	    /* mapping: guard page, then the stack */
	size_t stack_bytes; /* without the guard; 0 = the host thread */
	uint32_t mark;
	struct fiber *next; /* in the pool or in the list of all */
	struct fiber *prev;
	bool finished;
	bool painted; /* nobody wrote to it since it was painted */
#ifdef __SANITIZE_ADDRESS__
	void *fake_stack;
	const void *host_bottom;
	size_t host_bytes;
#endif
#ifdef HAVE_VALGRIND_H
	unsigned valgrind_id;
#endif
	char name[24];
};

static struct fiber host_fiber = {.name = "host"};
static struct fiber *current = &host_fiber;
static struct fiber *all;
/* One list per stack size in use: taking one never searches. */
static struct {
	size_t stack_bytes;
	struct fiber *first;
} pool[8];

#ifdef FIBER_ASM
void *fiber_jump(void **save_sp, void *to_sp, void *arg);
void fiber_start(void);
#endif

/* The last thing a switch does on the new stack. */
static void arrived(struct fiber *self, struct fiber *from)
{
#ifdef __SANITIZE_ADDRESS__
	const void *bottom;
	size_t bytes;

	__sanitizer_finish_switch_fiber(self->fake_stack, &bottom, &bytes);
	if (from == &host_fiber) {
		host_fiber.host_bottom = bottom;
		host_fiber.host_bytes = bytes;
	}
#else
	(void)self;
	(void)from;
#endif
}

static struct fiber *switch_from; /* valid only across one switch */

static void entry(void *arg)
{
	struct fiber *self = arg;

	arrived(self, switch_from);
	self->fn(self->arg);
	abort(); /* a fiber ends in fiber_finish() */
}

#ifndef FIBER_ASM
/* makecontext() passes ints only; the fiber being entered is `current`. */
static void uc_entry(void)
{
	entry(current);
}
#endif

static void switch_to(struct fiber *to, bool dying)
{
	struct fiber *from = current;

	current = to;
	switch_from = from;
#ifdef __SANITIZE_ADDRESS__
	__sanitizer_start_switch_fiber(dying ? NULL : &from->fake_stack,
				       to->stack_bytes ? to->base + GUARD_BYTES : to->host_bottom,
				       to->stack_bytes ? to->stack_bytes : to->host_bytes);
#else
	(void)dying;
#endif
#ifdef FIBER_ASM
	fiber_jump(&from->sp, to->sp, to);
#else
	swapcontext(&from->uc, &to->uc);
#endif
	arrived(from, switch_from);
}

void fiber_switch(struct fiber *to)
{
	if (to != current)
		switch_to(to, false);
}

void fiber_finish(struct fiber *to)
{
	current->finished = true;
	switch_to(to, true);
	abort();
}

static struct fiber **pool_of(size_t stack_bytes)
{
	for (size_t i = 0; i < sizeof(pool) / sizeof(pool[0]); i++) {
		if (!pool[i].stack_bytes)
			pool[i].stack_bytes = stack_bytes;
		if (pool[i].stack_bytes == stack_bytes)
			return &pool[i].first;
	}
	return NULL; /* more sizes than anybody needs: such stacks are not kept */
}

/*
 * Clears what the former owner wrote, from the top down until a stretch of paint longer than any
 * frame's untouched array should be: a scan of the whole stack would cost more than everything else
 * in making a fiber. Where that guess is wrong the next high-water mark is too high, nothing else.
 */
#define CLEAN_WORDS 512

__attribute__((no_sanitize("address"))) static void repaint(struct fiber *f)
{
	uint64_t *bottom = (uint64_t *)(f->base + GUARD_BYTES);
	uint64_t *top = (uint64_t *)(f->base + GUARD_BYTES + f->stack_bytes);
	size_t clean = 0;

#ifdef __SANITIZE_ADDRESS__
	__asan_unpoison_memory_region(f->base + GUARD_BYTES, f->stack_bytes);
#endif
#ifdef HAVE_VALGRIND_H
	VALGRIND_MAKE_MEM_DEFINED(f->base + GUARD_BYTES, f->stack_bytes);
#endif
	while (top > bottom && clean < CLEAN_WORDS) {
		if (*--top == PAINT) {
			clean++;
		} else {
			*top = PAINT;
			clean = 0;
		}
	}
}

static struct fiber *pool_take(size_t stack_bytes)
{
	struct fiber **first = pool_of(stack_bytes), *f = first ? *first : NULL;

	if (f)
		*first = f->next;
	return f;
}

static void stack_free(struct fiber *f)
{
#ifdef HAVE_VALGRIND_H
	VALGRIND_STACK_DEREGISTER(f->valgrind_id);
#endif
	if (!arena_is_stack(f->base))
		munmap(f->base, GUARD_BYTES + f->stack_bytes);
	free(f);
}

static struct fiber *stack_new(size_t stack_bytes)
{
	struct fiber *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->base = arena_stack(GUARD_BYTES + stack_bytes);
	if (!f->base)
		f->base = mmap(NULL, GUARD_BYTES + stack_bytes, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (f->base == MAP_FAILED) {
		free(f);
		return NULL;
	}
	mprotect(f->base, GUARD_BYTES, PROT_NONE);
	f->stack_bytes = stack_bytes;
#ifdef HAVE_VALGRIND_H
	f->valgrind_id =
		VALGRIND_STACK_REGISTER(f->base + GUARD_BYTES, f->base + GUARD_BYTES + stack_bytes);
#endif
	return f;
}

static void prepare(struct fiber *f)
{
#ifdef FIBER_ASM
	uint64_t *top = (uint64_t *)(f->base + GUARD_BYTES + f->stack_bytes);
	uint32_t mxcsr = __builtin_ia32_stmxcsr();
	uint16_t fcw;

	__asm__("fnstcw %0" : "=m"(fcw));
	/* The frame fiber_jump() pops. At fiber_start the stack is 16-byte aligned, so its call
	 * leaves entry() with the alignment the ABI demands. */
	*--top = 0;
	*--top = 0;
	*--top = (uint64_t)(uintptr_t)fiber_start;
	*--top = 0;			     /* rbp */
	*--top = 0;			     /* rbx */
	*--top = (uint64_t)(uintptr_t)entry; /* r12 */
	*--top = 0;			     /* r13 */
	*--top = 0;			     /* r14 */
	*--top = 0;			     /* r15 */
	*--top = mxcsr | ((uint64_t)fcw << 32);
	f->sp = top;
#else
	getcontext(&f->uc);
	f->uc.uc_stack.ss_sp = f->base + GUARD_BYTES;
	f->uc.uc_stack.ss_size = f->stack_bytes;
	f->uc.uc_link = NULL;
	makecontext(&f->uc, uc_entry, 0);
#endif
}

struct fiber *fiber_create(const char *name, size_t stack_bytes, fiber_fn *fn, void *arg)
{
	struct fiber *f;

	stack_bytes = (stack_bytes + GUARD_BYTES - 1) & ~(GUARD_BYTES - 1);
	f = pool_take(stack_bytes);
	if (!f)
		f = stack_new(stack_bytes);
	else if (!f->painted)
		repaint(f);
	if (!f)
		return NULL;
	f->painted = false;
	f->fn = fn;
	f->arg = arg;
	f->finished = false;
	f->mark = 0;
	strncpy(f->name, name, sizeof(f->name) - 1);
	f->name[sizeof(f->name) - 1] = 0;
#ifdef __SANITIZE_ADDRESS__
	f->fake_stack = NULL;
#endif
	prepare(f);
	f->prev = NULL;
	f->next = all;
	if (all)
		all->prev = f;
	all = f;
	return f;
}

void fiber_destroy(struct fiber *f)
{
	struct fiber **first;

	if (!f)
		return;
	if (f == current || f == &host_fiber)
		abort();
	if (f->prev)
		f->prev->next = f->next;
	else
		all = f->next;
	if (f->next)
		f->next->prev = f->prev;
	first = pool_of(f->stack_bytes);
	if (!first) {
		stack_free(f);
		return;
	}
	f->next = *first;
	*first = f;
}

void fiber_pool_drain(void)
{
	for (size_t i = 0; i < sizeof(pool) / sizeof(pool[0]); i++) {
		while (pool[i].first) {
			struct fiber *f = pool[i].first;

			pool[i].first = f->next;
			stack_free(f);
		}
	}
}

void fiber_pool_paint(void)
{
	for (size_t i = 0; i < sizeof(pool) / sizeof(pool[0]); i++) {
		for (struct fiber *f = pool[i].first; f; f = f->next) {
			if (!f->painted)
				repaint(f);
			f->painted = true;
		}
	}
}

__attribute__((destructor)) static void drain_at_exit(void)
{
	fiber_pool_drain();
}

struct fiber *fiber_self(void)
{
	return current;
}
struct fiber *fiber_host(void)
{
	return &host_fiber;
}
const char *fiber_name(const struct fiber *fiber)
{
	return fiber->name;
}
bool fiber_is_finished(const struct fiber *fiber)
{
	return fiber->finished;
}

__attribute__((no_sanitize("address"))) size_t fiber_stack_used_bytes(const struct fiber *f)
{
	const uint64_t *p = (const uint64_t *)(f->base + GUARD_BYTES);
	size_t n = f->stack_bytes / 8, lo = 0;

	if (!f->stack_bytes)
		return 0;
		/* From the far end; a frame may leave paint-coloured holes above. Memcheck calls
		 * what lies below a stack pointer unaddressable, rightly for everybody but us. */
#ifdef HAVE_VALGRIND_H
	VALGRIND_DISABLE_ERROR_REPORTING;
#endif
	while (lo < n && p[lo] == PAINT)
		lo++;
#ifdef HAVE_VALGRIND_H
	VALGRIND_ENABLE_ERROR_REPORTING;
#endif
	return (n - lo) * 8;
}

bool fiber_guard_hit(const void *addr, const struct fiber **owner)
{
	const uint8_t *a = addr;

	for (struct fiber *f = all; f; f = f->next) {
		if (a >= f->base && a < f->base + GUARD_BYTES) {
			*owner = f;
			return true;
		}
	}
	return false;
}

bool fiber_own_stack(const void *addr)
{
	const uint8_t *a = addr;

	return current->stack_bytes && a >= current->base &&
	       a < current->base + GUARD_BYTES + current->stack_bytes;
}

void fiber_own_range(uintptr_t *first, uintptr_t *end)
{
	*first = *end = (uintptr_t)current->base;
	if (current->stack_bytes)
		*end += GUARD_BYTES + current->stack_bytes;
}

uint32_t *fiber_mark(void)
{
	return &current->mark;
}
