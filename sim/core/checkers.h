/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the memory checkers of the host, ASan and Valgrind, are told of memory that they do not know
 * to be allocated and freed: objects and pages of a simulated machine. Without one of them nothing
 * is done. Fibers tell of their stacks themselves (fiber.c).
 */
#ifndef FFASIM_CORE_CHECKERS_H
#define FFASIM_CORE_CHECKERS_H

#include <stdbool.h>
#include <stddef.h>

/* From now on whoever touches it is wrong. */
void checkers_poison(const void *p, size_t bytes);
/* It may be touched, and what is in it counts as written. */
void checkers_unpoison(const void *p, size_t bytes);
/* Nobody looks at the end whether what is allocated while it is on was freed: for libraries. */
void checkers_leaks_pass(bool on);

#endif
