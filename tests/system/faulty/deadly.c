/* SPDX-License-Identifier: BSD-3-Clause */
/* An SP whose bugs end or hang the process that simulates it, and only on some schedules: w3 of a
 * request is 10 to arm it; 11 before that aborts, 12 before that never returns to anybody. */
#include <stdlib.h>

#include "ffasim/partition.h"

struct deadly {
	bool armed;
};

static void deadly_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct deadly *state = ffasim_sp_state(sp);
	struct smc_regs r = {.x = {0x8400006b}}; /* FFA_MSG_WAIT */

	for (;;) {
		ffasim_sp_svc(sp, &r);
		if (r.x[3] == 10)
			state->armed = true;
		else if (r.x[3] == 11 && !state->armed)
			abort();
		while (r.x[3] == 12 && !state->armed)
			__asm__ volatile("");
		/* what the drivers ask while they probe */
		r = (struct smc_regs){
			.x = {0x84000070, (uint32_t)(r.x[1] << 16 | (uint32_t)r.x[1] >> 16)}};
	}
}

FFASIM_SP_IMAGE(.name = "deadly", .state_bytes = sizeof(struct deadly), .main = deadly_main);
