/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fibers: every simulated flow (kernel task, SP execution context, boot flow) runs on one.
 *
 * One host thread only. A fiber has its own guarded, painted stack; switching costs a few
 * nanoseconds and is visible to ASan, Valgrind and gdb. Stacks are pooled: destroying a fiber
 * returns its stack, creating one usually costs no system call.
 *
 * Ownership: fiber_create() allocates, fiber_destroy() frees; NULL is accepted. A fiber must not
 * destroy itself; it calls fiber_finish() and somebody else destroys it.
 */
#ifndef FFASIM_CORE_FIBER_H
#define FFASIM_CORE_FIBER_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

struct fiber;
typedef void fiber_fn(void *arg);

#define FIBER_STACK_TASK_BYTES ((size_t)64 * 1024)
#define FIBER_STACK_SP_BYTES ((size_t)256 * 1024)

/* NULL on lack of memory. @name is copied. @fn must never return: it ends in fiber_finish(). */
struct fiber *fiber_create(const char *name, size_t stack_bytes, fiber_fn *fn, void *arg);
void fiber_destroy(struct fiber *fiber);

/* Runs @to until something switches back to the caller. Switching to itself is a no-op. */
void fiber_switch(struct fiber *to);
/* The running fiber is done; control goes to @to for good. Does not return. */
_Noreturn void fiber_finish(struct fiber *to);

/* The running fiber; the host thread itself counts as one (fiber_host()). */
struct fiber *fiber_self(void);
struct fiber *fiber_host(void);
const char *fiber_name(const struct fiber *fiber);
bool fiber_is_finished(const struct fiber *fiber);

/* High-water mark of the painted stack; 0 for the host fiber. */
size_t fiber_stack_used_bytes(const struct fiber *fiber);
/* True when @addr lies in the guard page of some fiber; used by the host's crash report. */
bool fiber_guard_hit(const void *addr, const struct fiber **owner);
/* A number that detectors keep with the running fiber; 0 when it was created. */
uint32_t *fiber_mark(void);
/* True when @addr lies on the running fiber's own stack. */
bool fiber_own_stack(const void *addr);
/* That stack, for whoever asks about many addresses; empty for the host's. */
void fiber_own_range(uintptr_t *first, uintptr_t *end);
/* Paints the pooled stacks now, so that taking one does not have to. */
void fiber_pool_paint(void);
/* Frees pooled stacks (end of process, leak checkers). */
void fiber_pool_drain(void);

#endif
