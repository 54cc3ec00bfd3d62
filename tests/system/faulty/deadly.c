/* SPDX-License-Identifier: BSD-3-Clause */
/* An SP whose bugs end or hang the process that simulates it, and only on some schedules: w3 of a
 * request is 10 to arm it; before that, 11 aborts, 12 never returns to anybody, 13 exits, 14 gives
 * libc what it never had, 15 dies of what nobody can catch. */
#include <signal.h>
#include <stdlib.h>

#include "ffasim/partition.h"

struct deadly {
	bool armed;
};

__attribute__((noinline)) static void die_of(struct ffasim_sp *sp, uint64_t what)
{
	volatile unsigned n = 1;

	if (what == 11)
		abort();
	while (what == 12)
		__asm__ volatile("");
	if (what == 13)
		exit(3);
	if (what == 14)
		free((void *)((uintptr_t)sp + 8 * n));
	if (what == 15)
		raise(SIGKILL);
}

static void deadly_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct deadly *state = ffasim_sp_state(sp);
	struct smc_regs r = {.x = {0x8400006b}}; /* FFA_MSG_WAIT */

	for (;;) {
		ffasim_sp_svc(sp, &r);
		if (r.x[3] == 10)
			state->armed = true;
		else if (!state->armed)
			die_of(sp, r.x[3]);
		/* what the drivers ask while they probe */
		r = (struct smc_regs){
			.x = {0x84000070, (uint32_t)(r.x[1] << 16 | (uint32_t)r.x[1] >> 16)}};
	}
}

FFASIM_SP_IMAGE(.name = "deadly", .state_bytes = sizeof(struct deadly), .main = deadly_main);
