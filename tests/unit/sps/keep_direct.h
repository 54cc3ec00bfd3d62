/* SPDX-License-Identifier: BSD-3-Clause */
/* ffasim_sp_keep() and its like by a name instead of a running SP, in a directory of the test's
 * own. The linker wraps them: --wrap=ffasim_sp_keep,--wrap=ffasim_sp_kept,--wrap=ffasim_sp_forget
 */
#ifndef TESTS_KEEP_DIRECT_H
#define TESTS_KEEP_DIRECT_H

#include <stddef.h>

struct ffasim_sp;

extern struct ffasim_sp *const keep_direct_sp; /* any; never looked into */
extern char keep_direct_dir[];

/* A fresh directory in which @owner keeps its records; 0 or -1. */
int keep_direct_begin(const char *owner);
/* The same directory, as the next run finds it. */
int keep_direct_again(void);
int keep_direct_end(void);

#endif
