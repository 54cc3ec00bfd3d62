/* SPDX-License-Identifier: BSD-3-Clause */
/* Figures of guest code, for the table in bench.c. They are left out where guests are not built. */
#ifndef FFASIM_HOST_BENCH_GUEST_H
#define FFASIM_HOST_BENCH_GUEST_H

#include <stdbool.h>

bool bench_guest_have(void);
/* Whose figures they are: "Unicorn 2.0.1". */
const char *bench_guest_engine(void);
bool bench_guest_svc(double *ns, const char *self);
/* What of it is Unicorn's: with a hook that does nothing. */
bool bench_guest_svc_bare(double *ns, const char *self);
bool bench_guest_preempt(double *us, const char *self);
bool bench_guest_armed(double *mips, const char *self);
bool bench_guest_plain(double *mips, const char *self);
bool bench_guest_share(double *percent, const char *self);
bool bench_guest_share_bare(double *percent, const char *self);
bool bench_guest_share_calls(double *percent, const char *self);
bool bench_guest_share_calls_bare(double *percent, const char *self);
bool bench_guest_stores(double *mips, const char *self);
bool bench_guest_plain_stores(double *mips, const char *self);
bool bench_guest_migrate(double *us, const char *self);
bool bench_guest_explore(double *per_s, const char *self);
bool bench_guest_startup(double *ms, const char *self);

#endif
