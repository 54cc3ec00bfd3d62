/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frame pointers are walked while they lie on the running fiber's own stack: code built without
 * them ends the walk early, never wrongly. Stacks are kept once, one behind the other, so that a
 * machine writes few pages; when the table is full, later ones are unknown (0).
 */
#include "check/stacks.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#ifdef HAVE_VALGRIND_H
#include <valgrind/memcheck.h>
#endif

#include "core/fiber.h"
#include "core/symbol.h"
#include "explore/instrument.h"

#define STACKS_MAX 16384
#define BUCKETS 1024 /* power of two */

struct stack {
	uint32_t hash;
	uint16_t count, next; /* the next of its bucket, plus one; 0 = the last */
	const void *pc[STACK_FRAMES];
};
static uint16_t bucket[BUCKETS]; /* of the first, plus one */
static struct stack stacks[STACKS_MAX];
static unsigned stacks_used;

void stacks_reset(void)
{
	memset(bucket, 0, sizeof(bucket));
	stacks_used = 0;
}

/* @first: addresses known otherwise, up to two. @pc: see stack_here(). */
static inline __attribute__((always_inline)) stack_id
walk(const void *const first[2], void *const *frame, const void *pc, bool outside)
{
	struct stack s = {0};
	uint64_t hash = 0;
	uint16_t *head;
	uintptr_t lowest, end;

	for (unsigned i = 0; first && i < 2 && first[i]; i++) {
		s.pc[s.count++] = first[i];
		hash = (hash ^ (uintptr_t)first[i]) * 0x9e3779b97f4a7c15ULL;
	}
	fiber_own_range(&lowest, &end);
	while (s.count < STACK_FRAMES && (uintptr_t)frame >= lowest && (uintptr_t)frame < end &&
	       !((uintptr_t)frame & 7)) {
		const void *ret = frame[1];
		void *const *next = frame[0];

		if (pc && ret == pc) {
			s.count = 0;
			hash = 0;
			pc = NULL;
		}
		if (!ret)
			break;
		outside = outside && instrument_is_library(ret);
		if (!outside) {
			s.pc[s.count++] = ret;
			hash = (hash ^ (uintptr_t)ret) * 0x9e3779b97f4a7c15ULL;
		}
		if (next <= frame)
			break;
		frame = next;
	}
	s.hash = (uint32_t)(hash >> 32);
	head = &bucket[s.hash % BUCKETS];
	for (uint16_t i = *head; i; i = stacks[i - 1].next) {
		const struct stack *was = &stacks[i - 1];

		if (was->hash == s.hash && was->count == s.count &&
		    !memcmp(was->pc, s.pc, s.count * sizeof(s.pc[0])))
			return i;
	}
	if (stacks_used == STACKS_MAX)
		return 0;
	s.next = *head;
	stacks[stacks_used++] = s;
	*head = (uint16_t)stacks_used;
	return stacks_used;
}

stack_id stack_here(const void *pc)
{
	return walk(NULL, __builtin_frame_address(0), pc, false);
}

stack_id stack_outside(void)
{
	return walk(NULL, __builtin_frame_address(0), NULL, true);
}

/* What lies on top of the stack is a guess, and may never have been written. */
static const void *guess(const void *const *top)
{
	const void *pc = *top;

#ifdef HAVE_VALGRIND_H
	VALGRIND_MAKE_MEM_DEFINED(&pc, sizeof(pc));
#endif
	return pc;
}

/*
 * A function that calls nothing may have made no frame: then the chain begins with its caller's,
 * and the way back into that is on top of the stack. Of a leaf of libc only the caller is named.
 */
stack_id stack_from(const void *pc, const void *frame, const void *const *top)
{
	const void *first[2] = {(const char *)pc + 1, guess(top)};

	if (!symbol_at(first[0])->file)
		first[0] = first[1];
	if (first[0] == first[1] || !symbol_at(first[1])->file ||
	    (fiber_own_stack(frame) && ((const void *const *)frame)[1] == first[1]))
		first[1] = NULL;
	return walk(first, frame, NULL, false);
}

void text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->at + t->used, sizeof(t->at) - t->used, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->used += (size_t)n < sizeof(t->at) - t->used ? (size_t)n
							       : sizeof(t->at) - t->used - 1;
}

/* 0 = of the simulator, not shown; 1 = of the fake kernel's library; 2 = a driver, SP or test. */
static int worth(const struct symbol *s)
{
	static const char *const hidden[] = {"sim/check/", "sim/core/", "sim/explore/", "sim/host/",
					     "sim/soc/",   "sim/sp/",	"sim/spmc/"};

	if (!s->file)
		return 0;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (!strncmp(s->file, hidden[i], strlen(hidden[i])))
			return 0;
	return strncmp(s->file, "sim/linux/", 10) || !strncmp(s->file, "sim/linux/include/", 18)
		       ? 2
		       : 1;
}

/* @above: frames of files that begin so count as the library's. */
static int top(stack_id id, const char *above)
{
	const struct stack *s = &stacks[id - 1];
	int library = -1;

	for (uint32_t i = 0; id && i < s->count; i++) {
		const struct symbol *f = symbol_at(s->pc[i]);
		int w = worth(f);

		if (w == 2 && above && !strncmp(f->file, above, strlen(above)))
			w = 1;
		if (w == 2)
			return (int)i;
		if (w == 1 && library < 0)
			library = (int)i;
	}
	return library;
}

const void *stack_top_above(stack_id id, const char *above)
{
	int i = id ? top(id, above) : -1;

	return i < 0 ? NULL : stacks[id - 1].pc[i];
}

const void *stack_top(stack_id id)
{
	return stack_top_above(id, NULL);
}

void text_place_above(struct text *t, stack_id id, const char *above)
{
	const void *pc = stack_top_above(id, above);
	const struct symbol *s = pc ? symbol_at(pc) : NULL;

	if (s)
		text_add(t, "%s (%s:%d)", s->function, s->file, s->line);
	else
		text_add(t, "unknown code");
}

void text_place(struct text *t, stack_id id)
{
	text_place_above(t, id, NULL);
}

void text_stack(struct text *t, stack_id id)
{
	const struct stack *s = &stacks[id - 1];
	int n = 0;

	for (int i = id ? top(id, NULL) : 0; id && i >= 0 && (uint32_t)i < s->count; i++) {
		const struct symbol *f = symbol_at(s->pc[i]);

		if (worth(f))
			text_add(t, "\n      #%-2d %-28s %s:%d", n++, f->function, f->file,
				 f->line);
	}
	if (!n)
		text_add(t, "\n      (no stack was kept)");
}
