/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Size classes of powers of two with a half step, free lists, a bump pointer. Blocks carry their
 * class in 16 bytes before them. Nothing is merged or given back: a machine's appetite is bounded
 * and a rewind empties what a run took.
 */
#include "core/arena.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#ifdef HAVE_VALGRIND_H
#include <valgrind/valgrind.h>
#endif

#define HEAP_BASE 0x2000000000ULL
#define HEAP_BYTES ((size_t)1 << 30)
#define STACK_BYTES ((size_t)1 << 30)
#define PAGE ((size_t)4096)
#define CLASSES ARENA_CLASSES

struct block {
	size_t class, room;
	struct block *next[]; /* when free */
};

struct state { /* first thing in the heap region */
	size_t heap_used, stack_used;
	struct block *free[CLASSES];
	uint8_t guard[STACK_BYTES / PAGE];
};

static struct state *state;
static uint8_t *stacks;
static unsigned depth;

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t n, size_t bytes);
void *__real_realloc(void *p, size_t bytes);
void __real_free(void *p);
char *__real_strdup(const char *s);
int __real_vasprintf(char **out, const char *fmt, va_list ap);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t n, size_t bytes);
void *__wrap_realloc(void *p, size_t bytes);
void __wrap_free(void *p);
char *__wrap_strdup(const char *s);
int __wrap_vasprintf(char **out, const char *fmt, va_list ap);
int __wrap_asprintf(char **out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

bool arena_open(void)
{
	void *heap;

	if (state)
		return true;
#ifdef FFASIM_ASAN
	return false;
#endif
#ifdef HAVE_VALGRIND_H
	if (RUNNING_ON_VALGRIND)
		return false;
#endif
	heap = mmap((void *)(uintptr_t)HEAP_BASE, HEAP_BYTES + STACK_BYTES, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (heap == MAP_FAILED)
		return false;
	madvise(heap, HEAP_BYTES + STACK_BYTES, MADV_NOHUGEPAGE);
	state = heap;
	state->heap_used = (sizeof(*state) + 63) & ~(size_t)63;
	stacks = (uint8_t *)heap + HEAP_BYTES;
	return true;
}

void arena_enter(void)
{
	depth++;
}
void arena_leave(void)
{
	depth--;
}
bool arena_inside(void)
{
	return state && depth;
}
unsigned arena_depth_set(unsigned to)
{
	unsigned was = depth;

	depth = to;
	return was;
}

static bool is_ours(const void *p)
{
	return state && (uint8_t *)p >= (uint8_t *)state &&
	       (uint8_t *)p < (uint8_t *)state + HEAP_BYTES;
}

void *arena_stack(size_t bytes)
{
	uint8_t *p;

	if (!arena_inside() || state->stack_used + bytes > STACK_BYTES)
		return NULL;
	p = stacks + state->stack_used;
	state->guard[state->stack_used / PAGE] = 1;
	state->stack_used += bytes;
	/* The guard of a stack that a rewind forgot may lie anywhere in here. */
	if (mprotect(p, bytes, PROT_READ | PROT_WRITE))
		return NULL;
	return p;
}

bool arena_is_stack(const void *p)
{
	return stacks && (uint8_t *)p >= stacks && (uint8_t *)p < stacks + STACK_BYTES;
}

bool arena_is_guard(const void *p)
{
	return arena_is_stack(p) && state->guard[((uint8_t *)p - stacks) / PAGE];
}

void arena_set_aside(struct arena_free *free)
{
	memset(free, 0, sizeof(*free));
	if (!state)
		return;
	memcpy(free->list, state->free, sizeof(state->free));
	memset(state->free, 0, sizeof(state->free));
	state->heap_used = (state->heap_used + PAGE - 1) & ~(PAGE - 1);
}

void arena_take_back(const struct arena_free *free)
{
	for (size_t i = 0; state && i < CLASSES; i++) {
		struct block *last = free->list[i];

		while (last && last->next[0])
			last = last->next[0];
		if (!last)
			continue;
		last->next[0] = state->free[i];
		state->free[i] = free->list[i];
	}
}

void arena_parts(struct arena_part part[2])
{
	part[0] = (struct arena_part){(uint8_t *)state, state->heap_used};
	part[1] = (struct arena_part){stacks, state->stack_used};
}

/* 32, 48, 64, 96, 128, ... bytes with the head. */
static size_t class_of(size_t bytes, size_t *room)
{
	size_t class = 0, size = 32;

	while (size < bytes) {
		size += class & 1 ? size / 3 : size / 2;
		class ++;
	}
	*room = size;
	return class;
}

static void *take(size_t bytes)
{
	size_t room, class = class_of(bytes + sizeof(struct block), &room);
	struct block *b = state->free[class];

	if (b) {
		state->free[class] = b->next[0];
		return b + 1;
	}
	if (state->heap_used + room > HEAP_BYTES) {
		errno = ENOMEM;
		return NULL;
	}
	b = (struct block *)((uint8_t *)state + state->heap_used);
	state->heap_used += room;
	*b = (struct block){.class = class, .room = room};
	return b + 1;
}

void *__wrap_malloc(size_t bytes)
{
	return arena_inside() ? take(bytes) : __real_malloc(bytes);
}

void *__wrap_calloc(size_t n, size_t bytes)
{
	size_t all;
	void *p;

	if (!arena_inside())
		return __real_calloc(n, bytes);
	if (__builtin_mul_overflow(n, bytes, &all))
		return NULL;
	p = take(all);
	return p ? memset(p, 0, all) : NULL;
}

void __wrap_free(void *p)
{
	struct block *b;

	if (!is_ours(p)) {
		__real_free(p);
		return;
	}
	b = (struct block *)p - 1;
	b->next[0] = state->free[b->class];
	state->free[b->class] = b;
}

void *__wrap_realloc(void *p, size_t bytes)
{
	struct block *b;
	size_t had;
	void *bigger;

	if (p ? !is_ours(p) : !arena_inside())
		return __real_realloc(p, bytes);
	if (!p)
		return take(bytes);
	b = (struct block *)p - 1;
	had = b->room - sizeof(*b);
	if (bytes <= had)
		return p;
	bigger = take(bytes);
	if (bigger) {
		memcpy(bigger, p, had);
		__wrap_free(p);
	}
	return bigger;
}

char *__wrap_strdup(const char *s)
{
	size_t bytes = strlen(s) + 1;
	char *p = __wrap_malloc(bytes);

	return p ? memcpy(p, s, bytes) : NULL;
}

int __wrap_vasprintf(char **out, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	*out = n < 0 ? NULL : __wrap_malloc((size_t)n + 1);
	if (!*out)
		return -1;
	return vsnprintf(*out, (size_t)n + 1, fmt, ap);
}

int __wrap_asprintf(char **out, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = __wrap_vasprintf(out, fmt, ap);
	va_end(ap);
	return n;
}
