/* SPDX-License-Identifier: BSD-3-Clause */
/* A machine with the fake kernel and a secure world that burns time: what these tests run in. */
#ifndef FFASIM_TEST_KWORLD_H
#define FFASIM_TEST_KWORLD_H

#include "linux/kernel_internal.h"

struct kworld {
	struct machine_config mc;
	struct klinux_config kc;
	struct machine *m;
	struct klinux *k;
	struct fiber *boot;
	void (*ready)(void *arg);
	void *arg;
	enum machine_stop stop;
};

/* Secure-world functions: x1 = ns to burn. */
#define SMC_BURN_QUEUED 0xc3000001u   /* interrupts wait until it is over */
#define SMC_BURN_SIGNALED 0xc3000002u /* x0 = 1 and x1 = ns left when an interrupt came */

void kworld_init(struct kworld *w, unsigned pes);
void kworld_run(struct kworld *w, void (*ready)(void *arg), void *arg, uint64_t limit_ns);
void kworld_end(struct kworld *w);
/* Stops the run as soon as @n calls were made. */
void kworld_done_after(struct kworld *w, unsigned n);
void kworld_done(void);
/* Nth log line that contains @text, or NULL; *time_ns when it was printed. */
const char *kworld_log(const struct kworld *w, const char *text, unsigned nth, uint64_t *time_ns);
unsigned kworld_log_count(const struct kworld *w, const char *text);
void smc_burn(uint32_t fid, uint64_t ns); /* as a driver does it, with the resume loop */

#endif
