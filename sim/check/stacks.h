/* SPDX-License-Identifier: BSD-3-Clause */
/* Call stacks as small numbers, and their text. Equal stacks have equal numbers. */
#ifndef FFASIM_CHECK_STACKS_H
#define FFASIM_CHECK_STACKS_H

#include <stddef.h>
#include <stdint.h>

#define STACK_FRAMES 10
typedef uint32_t stack_id; /* 0 = none was kept */

/* The running flow's stack from the frame that @pc returns into; NULL = from the caller. */
stack_id stack_here(const void *pc);
/* From the first frame outside of the simulator's library, so that a deep call keeps its caller. */
stack_id stack_outside(void);
/* Of a flow that was interrupted at @pc, with its frame pointer and the top of its stack. */
stack_id stack_from(const void *pc, const void *frame, const void *const *top);
/* Its innermost return address outside of the fake kernel's library, for telling reports apart. */
const void *stack_top(stack_id id);
/* The same, and also outside of files whose path begins with @above, if there is such a frame. */
const void *stack_top_above(stack_id id, const char *above);
void stacks_reset(void);

/* Text of a report, cut off at its end. */
struct text {
	char at[6000];
	size_t used;
};
void text_add(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* One line a frame; frames of the simulator itself are left out. */
void text_stack(struct text *t, stack_id id);
/* "tstee_open (driver/tstee/core.c:44)" of the frame that stack_top() is. */
void text_place(struct text *t, stack_id id);
void text_place_above(struct text *t, stack_id id, const char *above);

#endif
