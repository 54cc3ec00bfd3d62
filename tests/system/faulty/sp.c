/* SPDX-License-Identifier: BSD-3-Clause */
/* An SP with bugs that only a simulator can have: w3 of a request says which. 1 and 2 crash the
 * host process, 3 remembers earlier runs in the host's memory and so makes them differ. */
#include "ffasim/partition.h"

__attribute__((noinline)) static void sp_writes_null(uint64_t value)
{
	*(volatile uint64_t *)(uintptr_t)(value & 0xfff & ~7ull) = value;
}

__attribute__((noinline)) static unsigned sp_recurses(volatile unsigned n)
{
	volatile char room[512];

	room[n % 512] = (char)n;
	return n ? sp_recurses(n - 1) + (unsigned)room[n % 512] : 0;
}

static void sp_remembers(struct ffasim_sp *sp)
{
	static unsigned calls; /* outlives the machine */

	ffasim_sp_work_ns(sp, 1000 * ++calls);
}

static void faulty_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct smc_regs r = {.x = {0x8400006b}}; /* FFA_MSG_WAIT */

	for (;;) {
		ffasim_sp_svc(sp, &r);
		if (r.x[3] == 1)
			sp_writes_null(r.x[3]);
		else if (r.x[3] == 2)
			sp_recurses(1000000);
		else if (r.x[3] == 3)
			sp_remembers(sp);
		/* what the drivers ask while they probe */
		r = (struct smc_regs){
			.x = {0x84000070, (uint32_t)(r.x[1] << 16 | (uint32_t)r.x[1] >> 16)}};
	}
}

FFASIM_SP_IMAGE(.name = "faulty", .state_bytes = 64, .main = faulty_main);
